//! A table of any size: only the rows and columns on screen are in the document.
//!
//! It is a table to a screen reader all the same: every row and cell says its place among all of them. The frame is one
//! stop of the keyboard, and the browser's own keys scroll it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use leptos::html::Div;
use leptos::prelude::*;

use crate::visible_range::{self, Viewport, number};

/// The height of a row, which the style sheet knows too.
const ROW_HEIGHT: f64 = 36.0;

/// How many rows and columns are looked at to find out how wide figures are.
const SEEN: usize = 40;

/// How the rows stand in a column's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The rows cannot be put into this column's order.
    Fixed,
    /// They can be.
    Free,
    /// They are, from the smallest.
    Ascending,
    /// They are, from the largest.
    Descending,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    /// What stands above it.
    pub name: String,
    /// Whether it holds texts rather than figures. The first column names the row.
    pub is_text: bool,
    /// How the rows stand in its order.
    pub order: Order,
}

type Cell = dyn Fn(usize, usize) -> String + Send + Sync;
/// Where the first cell of a row leads.
type Link = dyn Fn(usize) -> Option<String> + Send + Sync;

/// What a table shows. Two of them are the same only when one is a copy of the other.
#[derive(Clone)]
pub struct TableData {
    columns: Vec<TableColumn>,
    rows: usize,
    cell: Arc<Cell>,
    link: Option<Arc<Link>>,
    foot: Vec<String>,
    /// For each column the most characters of its figures, as far as they are looked at; nothing for texts.
    characters: Vec<Option<usize>>,
    version: u32,
}

impl TableData {
    /// A table of so many rows. `cell` says what stands in a row and column, and is asked only for what is on screen;
    /// `foot` is the row below them all, with a text for each column, or nothing.
    pub fn new(
        columns: Vec<TableColumn>,
        rows: usize,
        foot: Vec<String>,
        cell: impl Fn(usize, usize) -> String + Send + Sync + 'static,
    ) -> Self {
        static VERSION: AtomicU32 = AtomicU32::new(0);
        let version = VERSION.fetch_add(1, Ordering::Relaxed);
        let length = |text: &str| text.chars().count();
        // The foot has the longest figures wherever they add up, and is bold: a twelfth wider. Of the first columns some
        // rows are looked at too.
        let bold = |text: &String| length(text) + length(text) / 12;
        let longest = |(at, column): (usize, &TableColumn)| {
            let seen = if at < SEEN { rows.min(SEEN) } else { 0 };
            let longest = (0..seen).map(|row| length(&cell(row, at))).max().unwrap_or_default();
            (!column.is_text).then(|| longest.max(foot.get(at).map_or(0, bold)))
        };
        let characters = columns.iter().enumerate().map(longest).collect();
        Self { columns, rows, cell: Arc::new(cell), link: None, foot, characters, version }
    }

    /// The same, with a link in the first cell of each row for which there is one.
    pub fn with_links(self, link: impl Fn(usize) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { link: Some(Arc::new(link)), ..self }
    }
}

impl PartialEq for TableData {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version
    }
}

impl fmt::Debug for TableData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableData")
            .field("columns", &self.columns)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// Where the columns are, and which of them are drawn. The first is always drawn: it names the row.
#[derive(Clone, Debug, PartialEq)]
struct Layout {
    widths: Vec<f64>,
    drawn: Range<usize>,
}

impl Layout {
    fn columns(&self) -> Vec<usize> {
        let first = (self.drawn.start > 0 && !self.widths.is_empty()).then_some(0);
        first.into_iter().chain(self.drawn.clone()).collect()
    }

    fn width(&self) -> f64 {
        self.widths.iter().sum()
    }

    fn width_of(&self, column: usize) -> String {
        format!("{}px", self.widths.get(column).copied().unwrap_or_default())
    }

    /// The room that the columns before a drawn one leave, if they do.
    fn gap(&self, column: usize) -> Option<String> {
        let skipped = self.widths.get(1..column).filter(|_| column == self.drawn.start)?;
        Some(format!("{}px", skipped.iter().sum::<f64>()))
    }
}

/// The table in its frame.
#[component]
pub fn VirtualTable(
    /// What it shows, for a screen reader.
    #[prop(into)]
    label: Signal<String>,
    /// The rows and columns.
    data: Memo<TableData>,
    /// The head of a column was pressed whose order is not fixed.
    #[prop(into)]
    on_sort: Callback<usize>,
) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let viewport = RwSignal::new(Viewport::default());
    let measure = move || {
        if let Some(frame) = frame.try_get_untracked().flatten() {
            let [width, height] = [frame.client_width(), frame.client_height()].map(f64::from);
            let [top, left] = [frame.scroll_top(), frame.scroll_left()].map(f64::from);
            viewport.try_set(Viewport { top, left, width, height });
        }
    };
    // Another number of rows may be another height of the frame.
    Effect::new(move |_| {
        data.track();
        request_animation_frame(measure);
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    let layout = Memo::new(move |_| {
        let viewport = viewport.get();
        let widths = data.with(|data| visible_range::widths(&data.characters, viewport.width));
        let drawn = visible_range::columns(viewport, &widths);
        Layout { widths, drawn }
    });
    let rows = Memo::new(move |_| {
        let (count, version) = data.with(|data| (data.rows, data.version));
        (visible_range::rows(viewport.get(), ROW_HEIGHT, count), version)
    });
    let count = Memo::new(move |_| data.with(|data| data.rows));
    let has_foot = Memo::new(move |_| data.with(|data| !data.foot.is_empty()));
    view! {
        <div class="vtable" role="region" tabindex="0" aria-label=label node_ref=frame on:scroll=move |_| measure()>
            <div
                role="table"
                aria-label=label
                aria-rowcount=move || (count.get() + 1 + usize::from(has_foot.get())).to_string()
                aria-colcount=move || data.with(|data| data.columns.len().to_string())
                style:width=move || format!("{}px", layout.with(Layout::width))
            >
                <div role="rowgroup" class="vtable-head">
                    <div role="row" class="vtable-row" aria-rowindex="1">
                        <For each=move || layout.with(Layout::columns) key=|at| *at let:at>
                            <Head at data layout on_sort />
                        </For>
                    </div>
                </div>
                <div
                    role="rowgroup"
                    class="vtable-body"
                    style:height=move || format!("{}px", number(count.get()) * ROW_HEIGHT)
                >
                    <For
                        each=move || {
                            let (rows, version) = rows.get();
                            rows.map(move |row| (row, version)).collect::<Vec<_>>()
                        }
                        key=|row| *row
                        let:row
                    >
                        <Row at=row.0 data layout />
                    </For>
                </div>
                {move || {
                    has_foot
                        .get()
                        .then(|| {
                            view! {
                                <div role="rowgroup" class="vtable-foot">
                                    <div role="row" class="vtable-row" aria-rowindex=move || (count.get() + 2).to_string()>
                                        {move || {
                                            let layout = layout.get();
                                            let text = |column: usize| {
                                                data.with(|data| data.foot.get(column).cloned().unwrap_or_default())
                                            };
                                            let is_text = |column: usize| data.with(|data| data.is_text(column));
                                            cells(&layout, &text, &is_text, None)
                                        }}
                                    </div>
                                </div>
                            }
                        })
                }}
            </div>
        </div>
    }
}

impl TableData {
    fn is_text(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|column| column.is_text)
    }
}

/// The head of a column. It stays when the order changes, and keeps the focus.
#[component]
fn Head(at: usize, data: Memo<TableData>, layout: Memo<Layout>, on_sort: Callback<usize>) -> impl IntoView {
    let column = Memo::new(move |_| data.with(|data| data.columns.get(at).cloned()));
    let name = move || column.with(|column| column.as_ref().map(|column| column.name.clone()));
    let order =
        Memo::new(move |_| column.with(|column| column.as_ref().map_or(Order::Fixed, |column| column.order)));
    let is_sortable = Memo::new(move |_| order.get() != Order::Fixed);
    let is_text = move || column.with(|column| column.as_ref().is_some_and(|column| column.is_text));
    let sorted = move || match order.get() {
        Order::Fixed | Order::Free => None,
        Order::Ascending => Some("ascending"),
        Order::Descending => Some("descending"),
    };
    view! {
        <div
            role="columnheader"
            class="vtable-cell"
            class:number=move || !is_text()
            class:first={at == 0}
            aria-colindex=(at + 1).to_string()
            aria-sort=sorted
            style:width=move || layout.with(|layout| layout.width_of(at))
            style:margin-left=move || layout.with(|layout| layout.gap(at))
        >
            {move || {
                if is_sortable.get() {
                    view! {
                        <button type="button" class="vtable-sort" on:click=move |_| on_sort.run(at)>
                            {name}
                            <span class="vtable-order" aria-hidden="true"></span>
                        </button>
                    }
                        .into_any()
                } else {
                    view! { <span>{name}</span> }.into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Row(at: usize, data: Memo<TableData>, layout: Memo<Layout>) -> impl IntoView {
    // A row is drawn anew for other data, so it need not follow them.
    let data = data.get_untracked();
    let link = data.link.as_ref().and_then(|link| link(at));
    view! {
        <div
            role="row"
            class="vtable-row"
            aria-rowindex=(at + 2).to_string()
            style:transform=format!("translateY({}px)", number(at) * ROW_HEIGHT)
        >
            {move || {
                let text = |column: usize| (data.cell)(at, column);
                layout.with(|layout| cells(layout, &text, &|column| data.is_text(column), link.as_ref()))
            }}
        </div>
    }
}

fn cells(
    layout: &Layout,
    text: &dyn Fn(usize) -> String,
    is_text: &dyn Fn(usize) -> bool,
    link: Option<&String>,
) -> impl IntoView + use<> {
    let cell = |column: usize| {
        let text = text(column);
        // A long text is cut: the pointer shows it whole.
        let title = (is_text(column) && text.chars().count() > 20).then(|| text.clone());
        // Whatever is set on its own is a call out of WebAssembly, a hundred times in a frame that scrolls.
        let class = match (column, is_text(column)) {
            (0, true) => "vtable-cell first",
            (0, false) => "vtable-cell first number",
            (_, true) => "vtable-cell",
            (_, false) => "vtable-cell number",
        };
        view! {
            <div
                role=if column == 0 { "rowheader" } else { "cell" }
                class=class
                aria-colindex=(column + 1).to_string()
                title=title
                style:width=layout.width_of(column)
                style:margin-left=layout.gap(column)
            >
                {match link.filter(|_| column == 0) {
                    Some(link) => view! { <a href=link.clone()>{text}</a> }.into_any(),
                    None => text.into_any(),
                }}
            </div>
        }
    };
    layout.columns().into_iter().map(cell).collect::<Vec<_>>()
}

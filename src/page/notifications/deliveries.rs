//! The log of deliveries: what was sent to whom, what became of it, and trying again.

use std::time::Duration;

use ::api::delivery::{Channel, Delivery, List, Progress, Retry};
use ::api::notification::Kind;
use ::api::{DeliveryId, Nothing, Page, PageQuery};
use leptos::prelude::*;

use crate::api;
use crate::csv::Cell;
use crate::form::submission::Submission;
use crate::format::locale::moment;
use crate::layout::announcer::announce;
use crate::layout::list_file::DownloadList;
use crate::load::arrived::Arrived;
use crate::load::load;
use crate::ui::button::Button;
use crate::ui::chip::{Chip, Tone};

/// Deliveries that are shown at first, and more with each press.
const STEP: u8 = 20;
/// Time between two looks while something is on its way.
const AGAIN: Duration = Duration::from_secs(3);

/// The columns of the file.
const HEADER: &[&str] =
    &["Noticed (UTC)", "Kind", "Message", "Channel", "To", "State", "At (UTC)", "Attempts", "Cause"];

/// The section.
#[component]
pub fn Deliveries(
    /// Rises when a message was sent elsewhere on the page.
    sent: RwSignal<u32>,
) -> impl IntoView {
    let limit = RwSignal::new(STEP);
    let page = load(
        move || {
            let query = PageQuery { after: None, limit: Some(limit.get_untracked()) };
            async move { api::call::<List>(&(), &query, &Nothing {}).await.map_err(|error| error.trouble()) }
        },
        |page: &Page<Delivery>| page.items.iter().any(is_waiting).then_some(AGAIN),
    );
    let submission = Submission::default();
    let after = page.clone();
    Effect::new(move |_| {
        if sent.get() > 0 {
            after.reload();
        }
    });
    let after = page.clone();
    let again = Callback::new(move |id: DeliveryId| {
        let after = after.clone();
        submission.run_each(async move {
            let outcome = api::get::<Retry>(&id).await.map(|_| announce("The message is being sent again"));
            after.reload();
            Ok(outcome?)
        });
    });
    let after = page.clone();
    let more = Callback::new(move |()| {
        limit.update(|limit| *limit = limit.saturating_add(STEP).min(100));
        after.reload();
    });
    let after = page.clone();
    let retry = Callback::new(move |()| after.reload());
    let show = move |page: Memo<Page<Delivery>>| {
        let is_any = Memo::new(move |_| page.with(|page| !page.items.is_empty()));
        let rows = Callback::new(move |()| page.with_untracked(|page| page.items.iter().map(line).collect()));
        let has_more = Memo::new(move |_| page.with(|page| page.next.is_some()) && limit.get() < 100);
        view! {
            {move || {
                let items = page.get().items;
                if items.is_empty() {
                    return view! { <p class="muted">"Nothing has been sent yet."</p> }.into_any();
                }
                let rows = items.into_iter().map(|delivery| row(delivery, again));
                view! {
                    <div class="card">
                        <table class="accounts" role="table" aria-labelledby="deliveries">
                            <thead role="rowgroup">
                                <tr role="row">
                                    <th role="columnheader" scope="col">"Message"</th>
                                    <th role="columnheader" scope="col">"To"</th>
                                    <th role="columnheader" scope="col">"State"</th>
                                    <th role="columnheader" scope="col">
                                        <span class="hidden-text">"Retry"</span>
                                    </th>
                                </tr>
                            </thead>
                            <tbody role="rowgroup">{rows.collect_view()}</tbody>
                        </table>
                    </div>
                }
                    .into_any()
            }}
            {move || {
                has_more
                    .get()
                    .then(|| {
                        view! {
                            <p class="actions below">
                                <Button on_press=more>"Show more"</Button>
                            </p>
                        }
                    })
            }}
            {move || is_any.get().then(|| view! { <DownloadList what="deliveries" header=HEADER rows /> })}
        }
        .into_any()
    };
    view! {
        <section class="people" aria-labelledby="deliveries">
            <h2 id="deliveries">"Deliveries"</h2>
            {submission.notice()}
            <Arrived data=page label="Loading the deliveries…" retry show=Box::new(show) />
        </section>
    }
}

fn is_waiting(delivery: &Delivery) -> bool {
    matches!(delivery.progress, Progress::Waiting { .. })
}

fn kind(delivery: &Delivery) -> &'static str {
    delivery.kind.map_or("Test", Kind::name)
}

fn channel(delivery: &Delivery) -> &'static str {
    match delivery.channel {
        Channel::Email => "E-mail",
        Channel::Webhook => "Webhook",
    }
}

/// A delivery in a file. Its moment is when it was delivered or given up, or when it is tried next.
fn line(delivery: &Delivery) -> Vec<Cell> {
    let (state, at) = match &delivery.progress {
        Progress::Delivered { at } => ("Delivered", at),
        Progress::Waiting { next_try_at } => ("Waiting", next_try_at),
        Progress::Failed { at } => ("Failed", at),
    };
    vec![
        Cell::text(delivery.created_at),
        Cell::text(kind(delivery)),
        Cell::text(&delivery.title),
        Cell::text(channel(delivery)),
        Cell::text(&delivery.recipient),
        Cell::text(state),
        Cell::text(at),
        Cell::number(delivery.attempts),
        Cell::maybe(delivery.setback.as_ref().map(|setback| &setback.detail)),
    ]
}

fn row(delivery: Delivery, again: Callback<DeliveryId>) -> AnyView {
    let about = format!("{} · {}", kind(&delivery), moment(delivery.created_at));
    let channel = channel(&delivery);
    let (chip, when) = match &delivery.progress {
        Progress::Delivered { at } => {
            (view! { <Chip tone=Tone::Good text="Delivered" /> }, format!("at {}", moment(*at)))
        }
        Progress::Waiting { next_try_at } if delivery.attempts > 0 => (
            view! { <Chip tone=Tone::Warning text="Trying again" /> },
            format!("at {}", moment(*next_try_at)),
        ),
        Progress::Waiting { .. } => (view! { <Chip tone=Tone::Busy text="On its way" /> }, String::new()),
        Progress::Failed { at } => {
            (view! { <Chip tone=Tone::Bad text="Failed" /> }, format!("at {}", moment(*at)))
        }
    };
    let attempts = match delivery.attempts {
        0 | 1 => when,
        attempts => format!("{when}, {attempts} attempts"),
    };
    let why = delivery.setback.map(|setback| format!("{} {}", setback.detail, setback.remedy));
    let is_settled = matches!(delivery.progress, Progress::Delivered { .. });
    let (id, label) = (delivery.id, format!("Retry: {}", delivery.title));
    let press = (!is_settled).then(|| {
        view! {
            <button type="button" class="button" aria-label=label on:click=move |_| again.run(id.clone())>
                "Retry"
            </button>
        }
    });
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="account-name">
                <span class="breakable">{delivery.title}</span>
                <small>{about}</small>
            </th>
            <td role="cell" data-label="To">
                <span class="breakable">
                    {delivery.recipient} <small class="muted line-detail">{channel}</small>
                </span>
            </td>
            <td role="cell" data-label="State">
                <span>
                    {chip} <small class="muted line-detail">{attempts}</small>
                    {why.map(|why| view! { <small class="line-detail">{why}</small> })}
                </span>
            </td>
            <td role="cell" data-label="">
                {press}
            </td>
        </tr>
    }
    .into_any()
}

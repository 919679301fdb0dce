//! The projects and models behind a difference: what each cost, and which effects it had.

use std::sync::Arc;

use ::api::change::{Change, Difference, Effect};
use ::api::report::{Filter, Label};
use ::api::{Amount, Currency};
use leptos::prelude::*;

use super::choice::Chosen;
use crate::format::locale::number;
use crate::navigation::use_navigation;
use crate::sort::Sort;
use crate::table::panel::TablePanel;
use crate::table::{Cell, Column, Digits, Table};

/// A project and a model, or all that have no row of their own.
struct Row {
    /// The account, the project and the model, as reports say them; none for the others.
    place: Option<[String; 3]>,
    folded: u32,
    difference: Difference,
    currency: Currency,
}

impl Row {
    fn part(&self, at: usize) -> Cell {
        match &self.place {
            Some(place) => place.get(at).cloned().map_or(Cell::None, Cell::Text),
            // The column of projects names the row.
            None if at == PROJECT => Cell::Text(format!("{} others", number(u64::from(self.folded)))),
            None => Cell::None,
        }
    }
}

const ACCOUNT: usize = 0;
const PROJECT: usize = 1;
const MODEL: usize = 2;

fn table(found: &Change, sort: Option<Sort>) -> Table<Row> {
    let currency = found.currency;
    let own = found.rows.iter().map(|row| Row {
        place: Some([row.account.clone(), row.project.clone(), row.model.clone()]),
        folded: 0,
        difference: row.difference.clone(),
        currency,
    });
    let rest = found.rest.iter().map(|rest| Row {
        place: None,
        folded: found.folded,
        difference: rest.clone(),
        currency,
    });
    let first = found.rows.first().map(|row| &row.account);
    let has_accounts = found.rows.iter().any(|row| Some(&row.account) != first);
    let money = |slug: &'static str, name: &'static str, amount: fn(&Difference) -> Amount| {
        Column::new(slug, name, move |row: &Row| Cell::Money(amount(&row.difference), row.currency))
    };
    let effect = |effect: Effect| {
        let mut did = found.rows.iter().map(|row| &row.difference).chain(&found.rest);
        let did = did.any(|difference| difference.effect(effect) != Amount::ZERO);
        let cell = move |row: &Row| Cell::Change(row.difference.effect(effect), row.currency);
        Column::new(effect.slug(), effect.name(), cell).shown_if(did)
    };
    let mut columns = vec![
        Column::new("project", "Project", |row: &Row| row.part(PROJECT)),
        Column::new("model", "Model", |row: &Row| row.part(MODEL)),
        Column::new("account", "Account", |row: &Row| row.part(ACCOUNT)).shown_if(has_accounts),
        money("before", "Before", |difference| difference.before),
        money("after", "After", |difference| difference.after),
        Column::new("change", "Change", |row: &Row| Cell::Change(row.difference.change(), row.currency)),
    ];
    columns.extend(Effect::ALL.into_iter().map(effect));
    columns.push(
        Column::new("currency", "Currency", |row: &Row| Cell::Text(row.currency.to_string())).shown_if(false),
    );
    // As they came, the largest change is the first, whatever its sign.
    Table::new(columns, own.chain(rest).collect(), sort.unwrap_or_else(|| Sort::parse("")))
}

/// The sums, which are those of the effects above.
fn foot(found: &Change, digits: Digits) -> Vec<(&'static str, String)> {
    let (total, currency) = (&found.total, found.currency);
    let effects =
        Effect::ALL.into_iter().map(|effect| (effect.slug(), digits.change(total.effect(effect), currency)));
    let mut foot = vec![
        ("project", "Total".to_owned()),
        ("before", digits.money(total.before, currency)),
        ("after", digits.money(total.after, currency)),
        ("change", digits.change(total.change(), currency)),
    ];
    foot.extend(effects);
    foot
}

/// The panel.
#[component]
pub fn Rows(
    /// What was found.
    found: Memo<Arc<Change>>,
    /// What is looked at.
    chosen: Memo<Chosen>,
) -> impl IntoView {
    let navigation = use_navigation();
    let data = Memo::new(move |_| {
        let chosen = chosen.get();
        found.with(|found| {
            let digits = Digits::all(chosen.all_digits);
            let table = table(found, chosen.sort.clone());
            table.data(digits, &foot(found, digits), move |row| only(&chosen, row))
        })
    });
    let sort = move |column: usize| {
        let now = chosen.get_untracked();
        if let Some(sort) = found.with_untracked(|found| table(found, now.sort.clone()).next_sort(column)) {
            navigation.go(Chosen { sort: Some(sort), ..now }.route());
        }
    };
    let file = move |()| {
        let (now, found) = (chosen.get_untracked(), found.get_untracked());
        let last = |span: ::api::Span| span.end.plus(-1);
        let name = format!(
            "changes-{}-{}-against-{}-{}.csv",
            found.after.start,
            last(found.after),
            found.before.start,
            last(found.before)
        );
        (name, table(&found, now.sort).csv())
    };
    view! {
        <TablePanel
            id="changed-rows"
            heading="By project and model"
            data
            on_sort=sort
            all_digits=Signal::derive(move || chosen.with(|chosen| chosen.all_digits))
            on_digits=move |all_digits| navigation.go(Chosen { all_digits, ..chosen.get_untracked() }.route())
            file
        />
        <p class="muted table-note">"The effects of a row add up to its change. Select a project to see only its changes."</p>
    }
}

/// The changes of a row's project alone.
fn only(chosen: &Chosen, row: &Row) -> Option<String> {
    let project = row.place.as_ref()?.get(PROJECT)?.clone();
    let label = Label(facts::Label::Project);
    let own = Filter { label, values: vec![project], exclude: false };
    let others = chosen.filters.iter().filter(|filter| filter.label != label || filter.exclude).cloned();
    let filters = others.chain([own]).collect::<Vec<_>>();
    let is_new = filters != chosen.filters;
    is_new.then(|| Chosen { filters, ..chosen.clone() }.route().to_string())
}

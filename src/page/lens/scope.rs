//! What the Lens looks at, as its address says it.

use std::collections::BTreeSet;

use ::api::{ConnectionId, Day, Span};
use facts::Label;
use facts::group::Filter;

use crate::browser::now;
use crate::period::Period;
use crate::route::{LensView, Route};

/// The charts of the page, each of which can be a table instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chart {
    /// What OpenAI bills, by project.
    Billed,
    /// Cost by what it is split by.
    Split,
    /// Tokens by direction.
    Tokens,
    /// Requests by what costs are split by.
    Requests,
}

impl Chart {
    const ALL: [Self; 4] = [Self::Billed, Self::Split, Self::Tokens, Self::Requests];

    /// Its name in addresses.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Billed => "billed",
            Self::Split => "split",
            Self::Tokens => "tokens",
            Self::Requests => "requests",
        }
    }

    fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chart| chart.slug() == slug)
    }
}

/// What the server is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Of one account, or of all of them.
    pub account: Option<ConnectionId>,
    /// The days.
    pub period: Period,
}

impl Asked {
    /// The days, as of today.
    pub fn days(&self) -> Span {
        let (start, end) = self.period.days(Day::of(now()));
        Span { start, end }
    }
}

/// What the Lens looks at.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    /// One account, or all of them.
    pub account: Option<ConnectionId>,
    /// The days.
    pub period: Period,
    /// One of them, of which figures of usage, lists and tables are then. Charts show all days.
    pub day: Option<Day>,
    /// What costs are split by.
    pub by: Label,
    /// What is looked at alone or left out.
    pub filters: Vec<Filter>,
    /// The charts that are shown as tables.
    pub tables: BTreeSet<Chart>,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            account: None,
            period: Period::default(),
            day: None,
            by: Self::BY,
            filters: Vec::new(),
            tables: BTreeSet::new(),
        }
    }
}

impl Scope {
    /// What costs are split by unless the address says otherwise.
    const BY: Label = Label::Model;

    /// What the address says, if it is one of the Lens.
    pub fn of(route: Route) -> Option<Self> {
        match route {
            Route::Lens(view) => {
                let period = view.period.as_deref().map(Period::parse).unwrap_or_default();
                let (start, end) = period.days(Day::of(now()));
                let day = view.day.as_deref().and_then(|day| Day::parse(day).ok());
                Some(Self {
                    account: view.account,
                    period,
                    day: day.filter(|day| (start..end).contains(day)),
                    by: view.by.as_deref().and_then(Label::parse).unwrap_or(Self::BY),
                    filters: view.filters.iter().filter_map(|text| read_filter(text)).fold(Vec::new(), put),
                    tables: view.tables.iter().filter_map(|slug| Chart::parse(slug)).collect(),
                })
            }
            // The page stays as it was behind the wizard, also after a refresh.
            Route::Connect { from, .. } => Self::of(*from),
            _ => None,
        }
    }

    /// The address.
    pub fn route(&self) -> Route {
        Route::Lens(self.view())
    }

    /// What the address says of it.
    pub fn view(&self) -> LensView {
        let period = (self.period != Period::default()).then(|| self.period.to_string());
        let by = (self.by != Self::BY).then(|| self.by.slug().to_owned());
        let filters = self.filters.iter().flat_map(print_filter).collect();
        let tables = self.tables.iter().map(|chart| chart.slug().to_owned()).collect();
        let day = self.day.map(|day| day.to_string());
        LensView { period, account: self.account.clone(), day, by, filters, tables }
    }

    /// The same with more values to look at alone, or to leave out.
    pub fn with_filter(mut self, label: Label, texts: Vec<String>, exclude: bool) -> Self {
        self.filters = put(self.filters, Filter { label, texts, exclude });
        self
    }

    /// What amounts are when they are split and filtered like this: OpenAI bills projects and line items, everything
    /// else is attributed.
    pub fn basis(&self) -> &'static str {
        basis(self.filters.iter().map(|filter| filter.label).chain([self.by]))
    }

    /// Which data it needs: what else it says is done in the browser.
    pub fn asked(&self) -> Asked {
        Asked { account: self.account.clone(), period: self.period }
    }
}

/// Whether amounts by these labels are OpenAI's own.
pub fn basis(mut labels: impl Iterator<Item = Label>) -> &'static str {
    let is_billed = |label| {
        use Label::{Account, BillingAccount, LineItem, Project, ProjectId, Provider};
        matches!(label, Account | BillingAccount | LineItem | Project | ProjectId | Provider)
    };
    if labels.all(is_billed) { "billed" } else { "attributed" }
}

/// A filter more. Values of one label that are looked at alone are alternatives to each other.
fn put(mut filters: Vec<Filter>, more: Filter) -> Vec<Filter> {
    match filters.iter_mut().find(|filter| filter.label == more.label && filter.exclude == more.exclude) {
        Some(filter) => {
            let new: Vec<_> = more.texts.into_iter().filter(|text| !filter.texts.contains(text)).collect();
            filter.texts.extend(new);
        }
        None => filters.push(more),
    }
    filters
}

/// `service:Web Search`, with a minus before it for what is left out, for each of its texts.
fn print_filter(filter: &Filter) -> impl Iterator<Item = String> + use<'_> {
    let minus = if filter.exclude { "-" } else { "" };
    filter.texts.iter().map(move |text| format!("{minus}{}:{text}", filter.label.slug()))
}

fn read_filter(text: &str) -> Option<Filter> {
    let (exclude, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (label, text) = rest.split_once(':')?;
    Some(Filter { label: Label::parse(label)?, texts: vec![text.to_owned()], exclude })
}

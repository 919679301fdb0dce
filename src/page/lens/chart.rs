//! Cost per day by project, as OpenAI bills it: it is here before any usage is.

use std::sync::Arc;

use ::api::Amount;
use ::api::cost::{DailyCosts, Series, SeriesOf};
use facts::Label;
use leptos::prelude::*;

use super::day_panel::DayPanel;
use super::scope::{Chart, Scope};
use super::split::look_into;
use super::stack::{DayValue, Part, Stack, Unit};
use crate::format::count;
use crate::navigation::use_navigation;
use crate::ui::series::colour;

/// The panel.
#[component]
pub fn CostPerDay(
    /// The period's costs.
    costs: Memo<DailyCosts>,
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    let navigation = use_navigation();
    let stack = Memo::new(move |_| costs.with(stack));
    let look = move |text: String| look_into(navigation, scope, Label::Project, &text);
    view! {
        <DayPanel chart=Chart::Billed heading="Cost per day by project" basis="billed" stack scope on_part=look />
    }
}

fn stack(costs: &DailyCosts) -> Stack {
    let pico = |amounts: &[Amount]| amounts.iter().map(|amount| amount.pico()).collect();
    let part = |(at, series): (usize, &Series)| match &series.of {
        SeriesOf::Project(project) => Part {
            name: project.label().to_owned(),
            class: colour(at, false),
            look: Some(Arc::from(project.label())),
            values: pico(&series.amounts),
        },
        SeriesOf::Other { projects } => Part {
            name: format!("Other ({})", count(u64::from(*projects), "project", "projects")),
            class: colour(at, true),
            look: None,
            values: pico(&series.amounts),
        },
    };
    let day = |cost: &::api::cost::DayCost| DayValue {
        day: cost.day,
        value: cost.amount.pico(),
        coverage: cost.coverage,
    };
    Stack {
        days: costs.days.iter().map(day).collect(),
        parts: costs.series.iter().enumerate().map(part).collect(),
        unit: Unit::Money(costs.currency),
        shares: None,
    }
}

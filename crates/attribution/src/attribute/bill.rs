//! The lines of a day's bill, understood.

use std::collections::{BTreeMap, HashMap};

use facts::Symbol;
use money::Currency;

use super::Day;
use super::texts::{Name, Texts};
use crate::quantity::in_units_of_usage;
use crate::{CostType, LineItem, Medium, Operation, Service};

/// A line: what was billed to a project, and to an API key where the bill names one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) project: Symbol,
    pub(crate) api_key: Symbol,
    pub(crate) currency: Currency,
    /// Its number in [`Bill::items`].
    pub(crate) item: usize,
    /// In 10^-12 of the currency.
    pub(crate) amount: i128,
    /// In 10^-12 of the unit.
    pub(crate) quantity: Option<i128>,
    pub(crate) unit: Symbol,
    /// Whether the unit is the one that usage of the line's operation is counted in.
    pub(crate) is_in_unit_of_usage: bool,
}

/// What a line item means, with the symbols that its facts have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) line_item: Symbol,
    pub(crate) operation: Operation,
    pub(crate) medium: Option<Medium>,
    pub(crate) cost_type: CostType,
    pub(crate) service: Service,
    pub(crate) is_long_context: bool,
    pub(crate) model: Symbol,
    /// The name by which usage finds it; none for lines that name no model.
    pub(crate) name: Name,
    pub(crate) sku: Symbol,
}

/// A day's bill, its lines in the order of their project, line item, API key, currency and unit.
#[derive(Debug, Default)]
pub(crate) struct Bill {
    pub(crate) lines: Vec<Line>,
    pub(crate) items: Vec<Item>,
}

impl Bill {
    pub(crate) fn new(day: &Day<'_>, texts: &mut Texts) -> Self {
        let moved = texts.moved(day.texts);
        let mut sums: BTreeMap<_, (i128, Option<i128>)> = BTreeMap::new();
        for line in day.lines {
            let place = (moved.get(line.project), moved.get(line.line_item), moved.get(line.api_key));
            let sum = sums.entry((place, line.currency, moved.get(line.unit))).or_default();
            sum.0 = sum.0.saturating_add(line.amount.pico());
            sum.1 = match (sum.1, line.quantity.map(|quantity| quantity.pico())) {
                (Some(one), Some(other)) => Some(one.saturating_add(other)),
                (one, other) => one.or(other),
            };
        }
        let mut bill = Self::default();
        let mut numbers: HashMap<Symbol, usize> = HashMap::new();
        for (((project, line_item, api_key), currency, unit), (amount, quantity)) in sums {
            let item = *numbers.entry(line_item).or_insert_with(|| {
                bill.items.push(item(line_item, texts));
                bill.items.len() - 1
            });
            let operation = bill.items.get(item).map_or(Operation::Unknown, |item| item.operation);
            let unit = texts.all.text(unit).map(str::to_owned);
            let (number, unit) = in_units_of_usage(quantity.unwrap_or_default(), unit.as_deref(), operation);
            bill.lines.push(Line {
                project,
                api_key,
                currency,
                item,
                amount,
                quantity: quantity.map(|_| number),
                is_in_unit_of_usage: unit.is_some() && unit == operation.unit(),
                unit: texts.all.intern_optional(unit),
            });
        }
        bill
    }

    /// What a line means.
    pub(crate) fn item(&self, line: &Line) -> Option<&Item> {
        self.items.get(line.item)
    }

    /// A line by its number, with what it means.
    pub(crate) fn get(&self, number: usize) -> Option<(&Line, &Item)> {
        let line = self.lines.get(number)?;
        Some((line, self.item(line)?))
    }

    /// The lines, each with its number and what it means.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Line, &Item)> {
        self.lines.iter().enumerate().filter_map(|(number, line)| Some((number, line, self.item(line)?)))
    }
}

fn item(line_item: Symbol, texts: &mut Texts) -> Item {
    let text = texts.all.text(line_item).unwrap_or_default().to_owned();
    let read = LineItem::parse(&text);
    let model = texts.all.intern_optional(read.model);
    Item {
        line_item,
        operation: read.operation,
        medium: read.medium,
        cost_type: read.cost_type,
        service: read.service,
        is_long_context: read.is_long_context,
        model,
        name: if read.operation.has_model() { texts.name(model) } else { Name::NONE },
        sku: if line_item.is_none() { Symbol::NONE } else { texts.all.intern(&read.sku) },
    }
}

//! Reconciliation: a day's bill beside what is attributed of it, and beside what its usage would cost.

mod rate;

use std::collections::{BTreeMap, HashMap};

use facts::{Basis, CostLine, Cube, Dictionary, Dimension, Symbol};
use money::Currency;

use crate::LineItem;
use crate::quantity::in_units_of_usage;

pub use rate::{Rate, RateSource, Rates};

/// What a line of a reconciliation is about, over all projects and API keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A line item, as OpenAI writes it.
    LineItem(String),
    /// What was billed without one.
    NoLineItem,
    /// Usage that nothing was billed for, in a unit.
    NotBilled(String),
}

/// A line of a day. Amounts and quantities are in 10^-12.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What OpenAI billed.
    pub billed: i128,
    /// What of it is known by what caused it: billed to it by OpenAI itself, or attributed by usage.
    pub attributed: i128,
    /// What of it is not, by [`crate::Reason`]'s text. With `attributed` it sums to `billed`.
    pub unattributed: BTreeMap<String, i128>,
    /// What quantities are counted in; none where there are none, or of several kinds.
    pub unit: Option<String>,
    /// How much OpenAI billed; none where it did not tell it.
    pub billed_quantity: Option<i128>,
    /// How much usage counts; none where none was found.
    pub counted_quantity: Option<i128>,
}

/// The lines of an account's day in each currency: its bill as it was imported, beside its facts.
pub fn reconcile(
    lines: &[CostLine],
    texts: &Dictionary,
    facts: &[Cube],
) -> BTreeMap<(Currency, Subject), Line> {
    let mut found = BTreeMap::new();
    add_bill(&mut found, lines, texts);
    for cube in facts {
        add_facts(&mut found, cube);
    }
    found
}

fn add_bill(found: &mut BTreeMap<(Currency, Subject), Line>, lines: &[CostLine], texts: &Dictionary) {
    let mut quantities: HashMap<(Currency, Subject), Quantity> = HashMap::new();
    for line in lines {
        let text = texts.text(line.line_item);
        let key = (line.currency, subject(text));
        let operation = LineItem::parse(text.unwrap_or_default()).operation;
        let (pico, unit) = in_units_of_usage(
            line.quantity.map_or(0, |quantity| quantity.pico()),
            texts.text(line.unit),
            operation,
        );
        if line.quantity.is_some() {
            quantities.entry(key.clone()).or_default().add(pico, unit);
        }
        let sums = found.entry(key).or_default();
        sums.billed = sums.billed.saturating_add(line.amount.pico());
    }
    for (key, quantity) in quantities {
        let line = found.entry(key).or_default();
        (line.billed_quantity, line.unit) = quantity.said();
    }
}

fn add_facts(found: &mut BTreeMap<(Currency, Subject), Line>, cube: &Cube) {
    let texts = cube.dictionary();
    let mut counted: HashMap<Subject, Quantity> = HashMap::new();
    // Subjects are made once for each line item, not for each fact.
    let mut subjects: HashMap<(Symbol, Symbol, Symbol), Subject> = HashMap::new();
    for fact in cube.facts() {
        let [line_item, basis, unit] =
            [Dimension::LineItem, Dimension::Basis, Dimension::Unit].map(|dimension| fact.at(dimension));
        let subject = subjects.entry((line_item, basis, unit)).or_insert_with(|| match texts.text(basis) {
            None => Subject::NotBilled(texts.text(unit).unwrap_or("requests").to_owned()),
            Some(_) => subject(texts.text(line_item)),
        });
        let is = |of: Basis| texts.text(basis) == Some(of.as_str());
        let line = found.entry((cube.currency(), subject.clone())).or_default();
        if is(Basis::Unattributed) {
            let reason = texts.text(fact.at(Dimension::Reason)).unwrap_or_default().to_owned();
            let sum = line.unattributed.entry(reason).or_default();
            *sum = sum.saturating_add(fact.amount.pico());
        } else {
            line.attributed = line.attributed.saturating_add(fact.amount.pico());
        }
        if is(Basis::Attributed) || basis.is_none() {
            counted.entry(subject.clone()).or_default().add(fact.quantity.pico(), texts.text(unit));
        }
    }
    for (subject, quantity) in counted {
        let line = found.entry((cube.currency(), subject)).or_default();
        let (pico, unit) = quantity.said();
        // Bills that count gibibyte hours cannot be compared with usage that counts bytes.
        if line.billed_quantity.is_none() || line.unit == unit {
            (line.counted_quantity, line.unit) = (pico, unit);
        }
    }
}

fn subject(line_item: Option<&str>) -> Subject {
    let said = line_item.filter(|text| !text.is_empty());
    said.map_or(Subject::NoLineItem, |text| Subject::LineItem(text.to_owned()))
}

/// A sum of quantities, as long as they are of one unit.
#[derive(Default)]
struct Quantity {
    pico: i128,
    units: Vec<Option<String>>,
}

impl Quantity {
    fn add(&mut self, pico: i128, unit: Option<&str>) {
        self.pico = self.pico.saturating_add(pico);
        if !self.units.iter().any(|known| known.as_deref() == unit) {
            self.units.push(unit.map(str::to_owned));
        }
    }

    /// The sum and its unit; neither where there are several.
    fn said(self) -> (Option<i128>, Option<String>) {
        match <[Option<String>; 1]>::try_from(self.units) {
            Ok([unit]) => (Some(self.pico), unit),
            Err(_) => (None, None),
        }
    }
}

#[cfg(test)]
mod tests;

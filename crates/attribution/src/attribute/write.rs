//! The facts.

use std::collections::{BTreeMap, HashMap};

use facts::{Basis, Dictionary, Dimension, Fact, Symbol};
use money::{Amount, Currency};

use super::bill::{Bill, Item, Line};
use super::claim::Claims;
use super::spread::Shares;
use super::texts::Texts;
use super::usage::{Cell, Entry, Usage};
use super::{Attributed, Day};
use crate::quantity::whole;
use crate::{CostType, Medium, Operation, Reason, Service};

/// Writes the facts of a day. Facts of nothing are left out.
pub(crate) fn write(
    day: &Day<'_>,
    texts: Texts,
    bill: &Bill,
    usage: &Usage,
    claims: &Claims,
    shares: &Shares,
) -> Attributed {
    let mut writer = Writer::new(day, texts.all, bill);
    let mut facts: BTreeMap<Currency, Vec<Fact>> = BTreeMap::new();
    let currency = bill
        .lines
        .iter()
        .map(|line| line.currency)
        .min_by_key(|currency| (*currency != Currency::USD, *currency));
    let unbilled = currency.unwrap_or(Currency::USD);
    for ((cell, lines), shares) in usage.cells.iter().zip(&claims.lines).zip(shares) {
        let entries = usage.of(cell);
        if lines.is_empty() {
            let like = writer.unbilled(cell);
            let of_entry = |entry: &Entry| told(like, entry, 0, (entry.counted.into(), entry.requests));
            facts.entry(unbilled).or_default().extend(entries.iter().flat_map(of_entry).filter(is_something));
        }
        for (at, (number, share)) in lines.iter().zip(shares).enumerate() {
            let Some((line, item)) = bill.get(*number) else { continue };
            let like = writer.attributed(line, item, cell);
            let counted = share.counted.as_deref();
            let of_entry = |(index, (entry, pico)): (usize, (&Entry, &i128))| {
                let of_line = counted.map(|counted| counted.get(index).copied().unwrap_or_default());
                let requests = if at > 0 { 0 } else { entry.requests };
                told(like, entry, *pico, (of_line.unwrap_or(entry.counted.into()), requests))
            };
            let of_line =
                entries.iter().zip(&share.amounts).enumerate().flat_map(of_entry).filter(is_something);
            facts.entry(line.currency).or_default().extend(of_line);
        }
    }
    for (((_, line, item), cells), of_other_keys) in
        bill.iter().zip(&claims.cells).zip(&claims.is_of_other_keys)
    {
        if cells.is_empty() {
            let reason = reason(day, line, item, *of_other_keys);
            facts
                .entry(line.currency)
                .or_default()
                .extend(Some(writer.alone(line, item, reason)).filter(is_something));
        }
    }
    Attributed { texts: writer.texts, facts }
}

/// A fact of an hour, and further ones of nothing but its quantity where that is more than a fact can say.
fn told(
    like: Fact,
    entry: &Entry,
    pico: i128,
    (counted, requests): (u128, u64),
) -> impl Iterator<Item = Fact> + use<> {
    let start = entry.start;
    whole(counted).enumerate().map(move |(part, quantity)| {
        let mut fact = like;
        (fact.start, fact.quantity) = (start, quantity);
        (fact.amount, fact.requests) =
            if part == 0 { (Amount::saturating(pico), requests) } else { (Amount::ZERO, 0) };
        fact
    })
}

fn is_something(fact: &Fact) -> bool {
    fact.amount != Amount::ZERO || fact.quantity != Amount::ZERO || fact.requests != 0
}

/// Why a line has no usage; none where OpenAI reports none of its kind.
fn reason(day: &Day<'_>, line: &Line, item: &Item, of_other_keys: bool) -> Option<Reason> {
    let is_imported = |stream| day.usage.iter().any(|usage| usage.stream == stream && usage.is_imported);
    let streams = item.service.streams();
    let has_usage = !streams.is_empty() && item.operation != Operation::Subscription;
    if item.operation == Operation::Unknown {
        Some(Reason::NotUnderstood)
    } else if line.project.is_none() {
        Some(Reason::Organization)
    } else if !has_usage {
        None
    } else if !streams.iter().all(|stream| is_imported(*stream)) {
        Some(Reason::NotImported)
    } else if of_other_keys {
        Some(Reason::OtherKeys)
    } else {
        Some(Reason::NotReported)
    }
}

/// The texts of operations, ready to be put into facts.
type Named = HashMap<(Operation, Option<Medium>), Symbol>;

/// Fills the dimensions of facts.
struct Writer {
    texts: Dictionary,
    blank: Fact,
    start: i64,
    /// For each item of the bill the dimensions that follow from it.
    items: Vec<Fact>,
    operations: Named,
    skus: HashMap<(Symbol, Symbol), Symbol>,
    attributed: Symbol,
}

impl Writer {
    fn new(day: &Day<'_>, mut texts: Dictionary, bill: &Bill) -> Self {
        let mut blank = Fact {
            start: day.start,
            dimensions: [Symbol::NONE; Dimension::COUNT],
            amount: Amount::ZERO,
            quantity: Amount::ZERO,
            requests: 0,
        };
        blank.put(Dimension::Account, texts.intern(day.account));
        let items = bill.items.iter().map(|item| of_item(blank, item, &mut texts)).collect();
        let attributed = texts.intern(Basis::Attributed.as_str());
        Self {
            texts,
            blank,
            start: day.start,
            items,
            operations: Named::new(),
            skus: HashMap::new(),
            attributed,
        }
    }

    /// A line's share of a cell.
    fn attributed(&mut self, line: &Line, item: &Item, cell: &Cell) -> Fact {
        let mut fact = self.items.get(line.item).copied().unwrap_or(self.blank);
        self.put_place(&mut fact, cell);
        fact.put(Dimension::Basis, self.attributed);
        let place = cell.place;
        fact.put(Dimension::ApiKey, if place.api_key.is_none() { line.api_key } else { place.api_key });
        if item.model.is_none() {
            fact.put(Dimension::Model, place.model);
        }
        // A line that says nothing of urgency bills batches as well: what usage tells of them is known all the same.
        if let Some(cost_type) = cell.cost_type.filter(|_| item.cost_type == CostType::Regular) {
            fact.put(Dimension::CostType, self.texts.intern(cost_type.as_str()));
        }
        if item.operation == Operation::Batch {
            let (operation, medium) = (cell.operation, said_medium(cell));
            self.put_operation(&mut fact, operation, medium);
            self.put_service(&mut fact, operation, place.model);
        }
        fact
    }

    /// Usage that nothing was billed for.
    fn unbilled(&mut self, cell: &Cell) -> Fact {
        let mut fact = self.blank;
        self.put_place(&mut fact, cell);
        let place = cell.place;
        fact.put(Dimension::ApiKey, place.api_key);
        fact.put(Dimension::Model, place.model);
        self.put_operation(&mut fact, cell.operation, said_medium(cell));
        self.put_service(&mut fact, cell.operation, place.model);
        let cost_type = cell.cost_type.unwrap_or(CostType::Regular);
        fact.put(Dimension::CostType, self.texts.intern(cost_type.as_str()));
        let operation = fact.at(Dimension::Operation);
        let sku = self.sku(place.model, operation);
        fact.put(Dimension::Sku, sku);
        fact
    }

    /// A line without usage.
    fn alone(&mut self, line: &Line, item: &Item, reason: Option<Reason>) -> Fact {
        let mut fact = self.items.get(line.item).copied().unwrap_or(self.blank);
        fact.start = self.start;
        fact.put(Dimension::Project, line.project);
        fact.put(Dimension::ApiKey, line.api_key);
        // Where neither usage nor the bill counts anything, it is a call.
        let is_counted = line.quantity.is_some() || !line.unit.is_none() || !item.operation.is_of_use();
        fact.put(Dimension::Unit, if is_counted { line.unit } else { self.texts.intern("calls") });
        fact.put(Dimension::MediaFormat, self.texts.intern_optional(item.medium.map(Medium::as_str)));
        let basis = if reason.is_some() { Basis::Unattributed } else { Basis::Billed };
        fact.put(Dimension::Basis, self.texts.intern(basis.as_str()));
        fact.put(Dimension::Reason, self.texts.intern_optional(reason.map(Reason::as_str)));
        fact.amount = Amount::saturating(line.amount);
        fact.quantity = Amount::saturating(line.quantity.unwrap_or_default());
        fact
    }

    /// What follows from where usage was.
    fn put_place(&mut self, fact: &mut Fact, cell: &Cell) {
        let place = cell.place;
        for (dimension, symbol) in [
            (Dimension::Project, place.project),
            (Dimension::User, place.user),
            (Dimension::ServiceTier, place.service_tier),
            (Dimension::ImageSize, place.size),
            (Dimension::ImageSource, place.source),
            (Dimension::VectorStore, place.vector_store),
            (Dimension::ContextLevel, place.context_level),
            (Dimension::Unit, self.texts.intern_optional(cell.operation.unit())),
            (Dimension::MediaFormat, self.texts.intern_optional(cell.medium.map(Medium::as_str))),
        ] {
            fact.put(dimension, symbol);
        }
    }

    fn put_operation(&mut self, fact: &mut Fact, operation: Operation, medium: Option<Medium>) {
        let texts = &mut self.texts;
        let text = self.operations.entry((operation, medium));
        let symbol = *text.or_insert_with(|| texts.intern_optional(operation.text(medium)));
        fact.put(Dimension::Operation, symbol);
        fact.put(Dimension::Cached, self.texts.intern_optional(operation.cached()));
    }

    fn put_service(&mut self, fact: &mut Fact, operation: Operation, model: Symbol) {
        let service = Service::of(operation, self.texts.text(model));
        fact.put(Dimension::Service, self.texts.intern(service.as_str()));
    }

    /// The resource, said in the way of line items.
    fn sku(&mut self, model: Symbol, operation: Symbol) -> Symbol {
        if let Some(sku) = self.skus.get(&(model, operation)) {
            return *sku;
        }
        let sku = match (self.texts.text(model), self.texts.text(operation)) {
            (Some(model), Some(operation)) if !model.is_empty() => Some(format!("{model}, {operation}")),
            (_, operation) => operation.map(str::to_owned),
        };
        let sku = self.texts.intern_optional(sku.as_deref());
        self.skus.insert((model, operation), sku);
        sku
    }
}

/// The medium where an operation is named after it: bills speak of plain input and output where both are text.
fn said_medium(cell: &Cell) -> Option<Medium> {
    cell.medium.filter(|medium| *medium != Medium::Text)
}

/// What follows from a line item.
fn of_item(mut fact: Fact, item: &Item, texts: &mut Dictionary) -> Fact {
    for (dimension, symbol) in [
        // What is billed without a line item is told apart from what is not billed.
        (Dimension::LineItem, if item.line_item.is_none() { texts.intern("") } else { item.line_item }),
        (Dimension::Model, item.model),
        (Dimension::Sku, item.sku),
        (Dimension::Service, texts.intern(item.service.as_str())),
        (Dimension::Operation, texts.intern_optional(item.operation.text(item.medium))),
        (Dimension::CostType, texts.intern(item.cost_type.as_str())),
        (Dimension::Cached, texts.intern_optional(item.operation.cached())),
        (Dimension::Context, texts.intern_optional(item.is_long_context.then_some("long"))),
    ] {
        fact.put(dimension, symbol);
    }
    fact
}

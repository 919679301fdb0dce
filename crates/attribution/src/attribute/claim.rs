//! Which line bills which usage.

use std::collections::HashMap;

use facts::{Symbol, model_family};

use super::bill::{Bill, Item, Line};
use super::texts::Texts;
use super::usage::{Cell, Usage};
use crate::{CostType, Operation, Service};

/// Which line bills which usage. Usage that several lines bill is shared by them.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    /// For each cell its lines, in their order.
    pub(crate) lines: Vec<Vec<usize>>,
    /// For each line its cells, in their order.
    pub(crate) cells: Vec<Vec<usize>>,
    /// For each line without cells whether other API keys have such usage.
    pub(crate) is_of_other_keys: Vec<bool>,
}

/// Where lines and cells meet: a project, a model without its date, and an operation.
type Slot = (Symbol, Symbol, Operation);

/// Numbers of lines or cells by slot, and by slot and API key.
#[derive(Debug, Default)]
struct Index {
    all: HashMap<Slot, Vec<usize>>,
    by_key: HashMap<(Slot, Symbol), Vec<usize>>,
}

impl Index {
    fn add(&mut self, slot: Slot, api_key: Symbol, number: usize) {
        self.all.entry(slot).or_default().push(number);
        self.by_key.entry((slot, api_key)).or_default().push(number);
    }

    fn all(&self, slot: Slot) -> &[usize] {
        self.all.get(&slot).map_or(&[], Vec::as_slice)
    }

    fn of_key(&self, slot: Slot, api_key: Symbol) -> &[usize] {
        self.by_key.get(&(slot, api_key)).map_or(&[], Vec::as_slice)
    }

    /// What has the key, then what has none. What has no key itself meets what has none, then everything.
    fn nearest(&self, slot: Slot, api_key: Symbol) -> [&[usize]; 2] {
        let without = self.of_key(slot, Symbol::NONE);
        if api_key.is_none() { [without, self.all(slot)] } else { [self.of_key(slot, api_key), without] }
    }
}

impl Claims {
    /// Cells choose their lines, the ones that say the most about them. Lines that no cell chose then take the cells that
    /// come nearest to them.
    pub(crate) fn new(bill: &Bill, usage: &Usage, texts: &Texts) -> Self {
        let matching = Matching::new(bill, usage);
        let mut claims = Self {
            lines: usage.cells.iter().map(|cell| matching.lines_of(cell)).collect(),
            cells: vec![Vec::new(); bill.lines.len()],
            is_of_other_keys: vec![false; bill.lines.len()],
        };
        for (cell, lines) in claims.lines.iter().enumerate() {
            for line in lines {
                if let Some(cells) = claims.cells.get_mut(*line) {
                    cells.push(cell);
                }
            }
        }
        let families = Families::new(bill, usage, &claims, texts);
        for (number, line, item) in bill.iter() {
            let Some(cells) = claims.cells.get_mut(number).filter(|cells| cells.is_empty()) else { continue };
            *cells = matching.nearest_to(line, item);
            if cells.is_empty() {
                *cells = families.of(line, item, usage, texts);
            }
            for cell in cells.iter() {
                if let Some(lines) = claims.lines.get_mut(*cell) {
                    lines.push(number);
                }
            }
            if let Some(other) = claims.is_of_other_keys.get_mut(number).filter(|_| cells.is_empty()) {
                *other = !line.api_key.is_none() && !matching.cells.all(slot_of(line, item)).is_empty();
            }
        }
        for lines in &mut claims.lines {
            lines.sort_unstable();
        }
        claims
    }
}

fn slot_of(line: &Line, item: &Item) -> Slot {
    (line.project, item.name.base, item.operation)
}

/// Where the tokens of batches are billed that no line of a model bills.
fn batches_of(project: Symbol) -> Slot {
    (project, Symbol::NONE, Operation::Batch)
}

struct Matching<'a> {
    bill: &'a Bill,
    usage: &'a Usage,
    lines: Index,
    cells: Index,
}

impl<'a> Matching<'a> {
    fn new(bill: &'a Bill, usage: &'a Usage) -> Self {
        let mut lines = Index::default();
        for (number, line, item) in bill.iter() {
            lines.add(slot_of(line, item), line.api_key, number);
        }
        let mut cells = Index::default();
        for (number, cell) in usage.cells.iter().enumerate().filter(|(_, cell)| cell.used > 0) {
            let place = cell.place;
            cells.add((place.project, cell.name.base, cell.operation), place.api_key, number);
            if cell.operation.is_tokens() && cell.cost_type.is_none() && place.batch.is_none() {
                cells.add(batches_of(place.project), place.api_key, number);
            }
        }
        Self { bill, usage, lines, cells }
    }

    /// The lines that bill a cell: those of its urgency, for batches those of all batches, and regular ones for lack of
    /// anything better.
    fn lines_of(&self, cell: &Cell) -> Vec<usize> {
        let place = cell.place;
        if cell.used == 0 {
            return Vec::new();
        }
        let slot = (place.project, cell.name.base, cell.operation);
        let fits = |item: &Item| match cell.cost_type {
            Some(cost_type) => item.cost_type == cost_type,
            None => place.batch != Some(false) || item.cost_type != CostType::Batch,
        };
        let mut lines = self.best(cell, slot, fits);
        if lines.is_empty() && cell.cost_type == Some(CostType::Batch) && cell.operation.is_tokens() {
            lines = self.best(cell, batches_of(place.project), |_| true);
        }
        let is_special =
            matches!(cell.cost_type, Some(CostType::Batch | CostType::Flex | CostType::Priority));
        if lines.is_empty() && is_special {
            lines = self.best(cell, slot, |item| item.cost_type == CostType::Regular);
        }
        lines
    }

    /// The lines of a slot that say the most about a cell, among those that fit it and do not contradict it.
    fn best(&self, cell: &Cell, slot: Slot, fits: impl Fn(&Item) -> bool) -> Vec<usize> {
        for candidates in self.lines.nearest(slot, cell.place.api_key) {
            let (mut best, mut lines) = ((false, false), Vec::new());
            for number in candidates {
                let Some((_, item)) = self.bill.get(*number) else { continue };
                let says_other_medium = item.medium.is_some_and(|medium| Some(medium) != cell.medium);
                if says_other_medium
                    || !item.name.agrees(cell.name) && item.operation.has_model()
                    || !fits(item)
                {
                    continue;
                }
                let score = (item.medium.is_some(), item.name.dated == cell.name.dated);
                if score > best {
                    (best, lines) = (score, Vec::new());
                }
                if score == best {
                    lines.push(*number);
                }
            }
            if !lines.is_empty() {
                return lines;
            }
        }
        Vec::new()
    }

    /// The cells that come nearest to a line that no cell chose: of its operation, whatever they say of medium and
    /// urgency; of an operation that counts the same where its own is not counted; of no model.
    fn nearest_to(&self, line: &Line, item: &Item) -> Vec<usize> {
        let own = slot_of(line, item);
        let is_by_key = self.lines.all(own).len() > self.lines.of_key(own, Symbol::NONE).len();
        let at = |operation| (line.project, item.name.base, operation);
        let slots = std::iter::once(own).chain(stands_in(item).map(at));
        let without_model =
            item.operation.has_model().then_some((line.project, Symbol::NONE, item.operation));
        for slot in slots.chain(without_model) {
            let [first, second] = self.cells.nearest(slot, line.api_key);
            // Where the bill names keys, a line without one is of no key, and not of all.
            let second = if line.api_key.is_none() && is_by_key { &[] } else { second };
            for candidates in [first, second] {
                let cells: Vec<usize> = candidates
                    .iter()
                    .copied()
                    .filter(|number| {
                        self.usage.cells.get(*number).is_some_and(|cell| {
                            cell.name.base.is_none()
                                || !item.operation.has_model()
                                || item.name.agrees(cell.name)
                        })
                    })
                    .collect();
                if !cells.is_empty() {
                    return cells;
                }
            }
        }
        Vec::new()
    }
}

/// The operation whose usage stands in for one that is not counted: rows that do not tell cached tokens have them in their
/// input, and models of audio and images that are billed by token are counted in seconds, characters and images.
fn stands_in(item: &Item) -> Option<Operation> {
    match (item.service, item.operation) {
        (Service::Images, operation) if operation.is_tokens() => Some(Operation::Image),
        (Service::AudioSpeeches, operation) if operation.is_tokens() => Some(Operation::Speech),
        (Service::AudioTranscriptions, operation) if operation.is_tokens() => Some(Operation::Transcription),
        (_, Operation::CachedInput | Operation::CacheWrites) => Some(Operation::Input),
        _ => None,
    }
}

/// Usage that no line bills, by the family of its model. Text models are not among them.
struct Families(HashMap<(Symbol, String, Operation), Vec<usize>>);

impl Families {
    fn new(bill: &Bill, usage: &Usage, claims: &Claims, texts: &Texts) -> Self {
        let mut families: HashMap<_, Vec<usize>> = HashMap::new();
        let is_needed = bill.iter().any(|(number, _, item)| {
            has_families(item.service) && claims.cells.get(number).is_some_and(Vec::is_empty)
        });
        if is_needed {
            let unbilled = usage.cells.iter().zip(&claims.lines).enumerate();
            for (number, (cell, _)) in unbilled.filter(|(_, (cell, lines))| lines.is_empty() && cell.used > 0)
            {
                let model = texts.all.text(cell.place.model);
                if let Some(model) = model.filter(|_| has_families(Service::of(cell.operation, model))) {
                    let family = model_family(model).to_owned();
                    families.entry((cell.place.project, family, cell.operation)).or_default().push(number);
                }
            }
        }
        Self(families)
    }

    /// The usage of a line's family: that of its API key, where it has one, and that which is not told by key.
    fn of(&self, line: &Line, item: &Item, usage: &Usage, texts: &Texts) -> Vec<usize> {
        let model = texts.all.text(item.model).filter(|_| has_families(item.service));
        let family = model.map(|model| (line.project, model_family(model).to_owned(), item.operation));
        let cells = family.and_then(|family| self.0.get(&family)).map(Vec::as_slice).unwrap_or_default();
        let is_of_key = |number: &usize| {
            let key = usage.cells.get(*number).map(|cell| cell.place.api_key).unwrap_or_default();
            line.api_key.is_none() || key.is_none() || key == line.api_key
        };
        cells.iter().copied().filter(is_of_key).collect()
    }
}

fn has_families(service: Service) -> bool {
    matches!(
        service,
        Service::Embeddings
            | Service::Moderations
            | Service::Images
            | Service::AudioSpeeches
            | Service::AudioTranscriptions
    )
}

//! A day's bill, spread over the day's usage.

mod bill;
mod claim;
mod rate;
mod spread;
mod texts;
mod usage;
mod write;

use std::collections::BTreeMap;

use facts::{CostLine, Dictionary, Fact, UsageRow, UsageStream};
use money::Currency;

use bill::Bill;
use claim::Claims;
use texts::Texts;
use usage::Usage;

/// A UTC day, as it was imported.
#[derive(Clone, Copy, Debug)]
pub struct Day<'a> {
    /// Its start, in Unix seconds. Facts without usage begin here.
    pub start: i64,
    /// The text of [`facts::Dimension::Account`]: the connection's id.
    pub account: &'a str,
    /// The lines of the bill, in any order. Lines that differ in nothing but their amounts and quantities are one.
    pub lines: &'a [CostLine],
    /// The texts of the lines.
    pub texts: &'a Dictionary,
    /// The usage, each stream at most once. A stream that is not there is not imported.
    pub usage: &'a [DayUsage<'a>],
}

/// The usage of a day that one endpoint reported.
#[derive(Clone, Copy, Debug)]
pub struct DayUsage<'a> {
    /// Which endpoint.
    pub stream: UsageStream,
    /// Its rows in any order, of hours or of the day. Facts begin when their rows do.
    pub rows: &'a [UsageRow],
    /// The texts of the rows.
    pub texts: &'a Dictionary,
    /// Whether all of the day has been read. It decides nothing but the reason for a line that has no usage.
    pub is_imported: bool,
}

/// What the usage of a day cost.
#[derive(Clone, Debug, Default)]
pub struct Attributed {
    /// The texts of the facts.
    pub texts: Dictionary,
    /// The facts, by the currency of their amounts. Usage that nothing was billed for is in one of them alone: US dollars
    /// where the bill has any, and the bill's first currency else.
    pub facts: BTreeMap<Currency, Vec<Fact>>,
}

/// Attributes a day's bill to its usage.
///
/// **Amounts.** Each line is spread over the usage that it bills, in proportion to what it bills, by largest remainder:
/// over all facts of a line item in a project the amounts sum to the billed amount to the last unit of 10^-12, and so they
/// do by API key where the bill names one. A line is first spread over the rows of a day and each share then over its
/// hours, so that the facts of hours add up to the facts of the day.
///
/// **Which usage.** That of the line's project, operation and model. Models are compared as they are; where that finds
/// nothing, without their dates and under the names that the API has for them; and for media, embeddings and moderations
/// the usage of the same family that nothing else is billed for will do. Text models never take each other's usage: that
/// would hide that a model's usage is missing. A line of an API key takes that key's usage, and usage that is not told by
/// key. A line of a batch, of `flex` or of `priority` takes usage of that kind and usage whose kind is not told; usage of
/// such a kind that has no line of its own belongs to the regular line, and keeps its kind. `batch api` bills all tokens of a project's batches
/// in one line, so that they are weighed by the prices that the rest of the day's bill shows. Lines that cannot be told
/// apart by usage, such as those of long prompts, share the same usage.
///
/// **Quantities.** Each unit of usage is counted by one fact. Where several lines share usage, it is cut by the quantities
/// that OpenAI billed; without those by the amounts if only the API key differs, and else the first line has it all.
/// A level, which stored bytes are, counts in the last hour of the day. Requests are counted with the first thing
/// that their row counts; those of web searches, and of images that the completions count as well, are left out here and counted there.
///
/// **Basis.** A line that was spread is [`facts::Basis::Attributed`]. A line of a project that OpenAI reports no usage for
/// at all (training, videos, credits, taxes) is [`facts::Basis::Billed`]: nothing finer can be known. Every other line
/// without usage is [`facts::Basis::Unattributed`] and has a [`crate::Reason`]. Usage that nothing was billed for has
/// neither basis nor line item, and its amount is zero.
///
/// The result does not depend on the order of lines, rows or texts.
pub fn attribute(day: &Day<'_>) -> Attributed {
    let mut texts = Texts::new(day);
    let bill = Bill::new(day, &mut texts);
    let usage = Usage::new(day, &mut texts);
    let claims = Claims::new(&bill, &usage, &texts);
    let spread = spread::spread(&bill, &usage, &claims);
    write::write(day, texts, &bill, &usage, &claims, &spread)
}

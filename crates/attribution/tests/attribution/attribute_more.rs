//! Further days of which one can say what their usage cost: those at the edges.

use facts::{Dimension, Measure, UsageStream};
use money::Currency;

use crate::day::{self, DayOf, START, tokens};

use Dimension::{ApiKey, Basis, Unit, User};

const COMPLETIONS: UsageStream = UsageStream::Completions;

fn some(count: i64) -> Option<(i64, &'static str)> {
    Some((count, "tokens"))
}

#[test]
fn usage_of_no_project_is_billed_to_the_organization() {
    let day = DayOf::default().line("-", "gpt-5.4, input", "1", None).tokens("-/a", "gpt-5.4", 3, [1, 0, 0]);
    assert_eq!(day.told(&[ApiKey, Basis]), ["a | attributed: 1 for 1 in 1"]);
    assert_eq!(day.attributed().facts[&Currency::USD][0].start, START + 3 * 3600);
}

#[test]
fn requests_of_images_are_counted_with_their_tokens() {
    let row = |day: DayOf, stream, measure| {
        day.row(stream, "p", "gpt-image-1-2025-04-23", 0, &[(measure, 6), (Measure::Requests, 3)])
    };
    let images = row(DayOf::default(), UsageStream::Images, Measure::Images);
    assert_eq!(images.told(&[Unit]), ["images: 0 for 6 in 3"]);
    let both = row(images, COMPLETIONS, Measure::OutputTokens);
    assert_eq!(both.told(&[Unit]), ["images: 0 for 6 in 0", "tokens: 0 for 6 in 3"]);
}

#[test]
fn people_and_currencies_are_kept() {
    let mut day = DayOf::default()
        .line("p", "gpt-5.4, input", "1", some(4))
        .line("p", "gpt-5.4, input", "3", some(4))
        .row_with(COMPLETIONS, "p/a", "gpt-5.4", 0, &tokens(8, 0, 0), |row, texts| {
            row.user = texts.intern("ada")
        });
    assert_eq!(day.told(&[User]), ["ada: 4 for 8 in 1"], "equal lines are one");
    day.lines[1].currency = Currency::parse("eur").unwrap();
    let attributed = day.attributed();
    let mut told = Vec::new();
    for (currency, facts) in &attributed.facts {
        told.extend(
            facts.iter().map(|fact| format!("{currency} {}", day::tell(fact, &attributed.texts, &[User]))),
        );
    }
    assert_eq!(told, ["EUR ada: 3 for 4 in 1", "USD ada: 1 for 4 in 0"]);
}

#[test]
fn a_day_of_nothing_has_no_facts() {
    assert!(DayOf::default().attributed().facts.is_empty());
}

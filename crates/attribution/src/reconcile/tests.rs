//! Bills beside facts, written down in words.

use facts::{CubeBuilder, Fact};
use money::Amount;

use super::*;
use crate::Reason;

const ONE: i128 = 1_000_000_000_000;

fn amount(pico: i128) -> Amount {
    Amount::from_pico(pico).unwrap()
}

/// A line of the bill: line item, amount, quantity in units.
fn bill(lines: &[(Option<&str>, i128, Option<i128>)]) -> (Vec<CostLine>, Dictionary) {
    let mut texts = Dictionary::default();
    let lines = lines
        .iter()
        .map(|(line_item, pico, quantity)| CostLine {
            project: texts.intern("p"),
            line_item: texts.intern_optional(*line_item),
            api_key: Symbol::NONE,
            currency: Currency::USD,
            amount: amount(*pico),
            quantity: quantity.map(|quantity| amount(quantity * ONE)),
            unit: Symbol::NONE,
            rounded: false,
        })
        .collect();
    (lines, texts)
}

/// A fact: line item, basis, reason, amount, quantity in units, unit.
type Row<'a> = (Option<&'a str>, Option<Basis>, Option<Reason>, i128, i128, &'a str);

fn cube(rows: &[Row<'_>]) -> Cube {
    let mut texts = Dictionary::default();
    let facts: Vec<Fact> = rows
        .iter()
        .map(|(line_item, basis, reason, pico, quantity, unit)| {
            let dimensions = [Symbol::NONE; Dimension::COUNT];
            let quantity = amount(quantity * ONE);
            let mut fact = Fact { start: 0, dimensions, amount: amount(*pico), quantity, requests: 0 };
            fact.put(Dimension::LineItem, texts.intern_optional(*line_item));
            fact.put(Dimension::Basis, texts.intern_optional(basis.map(Basis::as_str)));
            fact.put(Dimension::Reason, texts.intern_optional(reason.map(Reason::as_str)));
            fact.put(Dimension::Unit, texts.intern(unit));
            fact
        })
        .collect();
    let mut builder = CubeBuilder::new(Currency::USD);
    builder.add(facts.into_iter(), &texts);
    builder.finish()
}

fn line<'a>(found: &'a BTreeMap<(Currency, Subject), Line>, subject: &Subject) -> &'a Line {
    &found[&(Currency::USD, subject.clone())]
}

#[test]
fn what_is_billed_is_attributed_or_named() {
    let (lines, texts) = bill(&[
        (Some("gpt-5, input"), 700, Some(70)),
        (Some("gpt-5, input"), 300, Some(30)),
        (Some("Credits"), -50, None),
        (None, 9, None),
    ]);
    let facts = cube(&[
        (Some("gpt-5, input"), Some(Basis::Attributed), None, 700, 70, "tokens"),
        (Some("gpt-5, input"), Some(Basis::Unattributed), Some(Reason::NotReported), 300, 30, "tokens"),
        (Some("Credits"), Some(Basis::Billed), None, -50, 0, "tokens"),
        (None, Some(Basis::Unattributed), Some(Reason::NotUnderstood), 9, 0, "tokens"),
        (None, None, None, 0, 5, "images"),
    ]);
    let found = reconcile(&lines, &texts, &[facts]);
    for line in found.values() {
        assert_eq!(line.attributed + line.unattributed.values().sum::<i128>(), line.billed);
    }
    let input = line(&found, &Subject::LineItem("gpt-5, input".into()));
    assert_eq!((input.billed, input.attributed), (1_000, 700));
    assert_eq!(input.unattributed[Reason::NotReported.as_str()], 300);
    assert_eq!((input.billed_quantity, input.counted_quantity), (Some(100 * ONE), Some(70 * ONE)));
    assert_eq!(input.unit.as_deref(), Some("tokens"));
    assert_eq!(line(&found, &Subject::LineItem("Credits".into())).attributed, -50);
    assert_eq!(line(&found, &Subject::NoLineItem).billed, 9);
    let images = line(&found, &Subject::NotBilled("images".into()));
    assert_eq!((images.billed, images.counted_quantity), (0, Some(5 * ONE)));
}

#[test]
fn usage_is_priced_by_its_own_bill_and_by_all_days_else() {
    let key = (Currency::USD, Subject::LineItem("gpt-5, input".into()));
    let line = |billed: i128, billed_quantity: Option<i128>, counted: i128| Line {
        billed,
        billed_quantity: billed_quantity.map(|quantity| quantity * ONE),
        counted_quantity: Some(counted * ONE),
        unit: Some("tokens".into()),
        ..Line::default()
    };
    let mut rates = Rates::default();
    let days = [line(100, None, 10), line(300, None, 20), line(90, Some(9), 10)];
    days.iter().for_each(|line| rates.add(&key, line));
    let own = rates.of(&key, &days[2]).unwrap();
    assert_eq!((own.source, own.of(10 * ONE), own.of(-ONE)), (RateSource::Bill, 100, -10));
    // 490 for 40 over all days.
    let all = rates.of(&key, &days[0]).unwrap();
    assert_eq!((all.source, all.of(10 * ONE)), (RateSource::Days, 122));
    assert_eq!(rates.of(&(Currency::USD, Subject::NoLineItem), &Line::default()), None);
    let nothing = line(5, Some(0), 0);
    assert_eq!(rates.of(&(Currency::USD, Subject::NoLineItem), &nothing), None);
}

#[test]
fn units_that_differ_are_not_compared() {
    let (mut lines, mut texts) = bill(&[(Some("File search storage"), 40, Some(4))]);
    lines[0].unit = texts.intern("gibibyte_hours");
    let facts = cube(&[(Some("File search storage"), Some(Basis::Attributed), None, 40, 9_000, "bytes")]);
    let found = reconcile(&lines, &texts, &[facts]);
    let storage = line(&found, &Subject::LineItem("File search storage".into()));
    assert_eq!((storage.unit.as_deref(), storage.counted_quantity), (Some("gibibyte_hours"), None));
    assert_eq!(storage.billed_quantity, Some(4 * ONE));
}

//! Answers that drift away from the contract: never a panic, and what is only added changes nothing.

use money::Amount;
use openai::cost::CostResult;
use openai::page::Page;
use openai::usage::Completions;
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::contract::{OPERATIONS, recorded};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A number as JSON may write it, which a [`Value`] need not keep: beyond 64 bits, with 30 decimals and more, with an exponent.
/// Its sign, the digits before and after the point, the exponent if it has one, and whether it is written as a text.
#[derive(Clone, Debug)]
struct Literal {
    negative: bool,
    whole: String,
    fraction: String,
    exponent: Option<i32>,
    quoted: bool,
}

impl Literal {
    fn json(&self) -> String {
        let mut text = if self.negative { "-".to_owned() } else { String::new() };
        text += &self.whole;
        if !self.fraction.is_empty() {
            text += &format!(".{}", self.fraction);
        }
        if let Some(exponent) = self.exponent {
            text += &format!("e{exponent}");
        }
        if self.quoted { format!("\"{text}\"") } else { text }
    }

    /// The whole part and the rest of its magnitude times a power of ten, by moving the point in the text: no arithmetic that
    /// could be wrong in the same way as the one that is tested. None where the whole part is beyond any amount.
    fn times_ten_to(&self, power: i32) -> (Option<i128>, String) {
        let digits = format!("{}{}", self.whole, self.fraction);
        let point = i32::try_from(self.whole.len()).unwrap() + self.exponent.unwrap_or(0) + power;
        let (whole, rest) = match usize::try_from(point) {
            Err(_) => (String::new(), format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize))),
            Ok(at) if at <= digits.len() => (digits[..at].to_owned(), digits[at..].to_owned()),
            Ok(at) => (format!("{digits:0<at$}"), String::new()),
        };
        let whole = whole.trim_start_matches('0');
        let value = if whole.is_empty() { Some(0) } else { whole.parse().ok() };
        (value, rest.trim_end_matches('0').to_owned())
    }
}

fn literal(whole: &'static str, fraction: &'static str, exponents: i32) -> impl Strategy<Value = Literal> {
    let exponent = prop::option::weighted(0.3, -exponents..=exponents);
    (any::<bool>(), whole, fraction, exponent, any::<bool>()).prop_map(
        |(negative, whole, fraction, exponent, quoted)| Literal {
            negative,
            whole,
            fraction,
            exponent,
            quoted,
        },
    )
}

/// Amounts: of any size, with decimals from none to far finer than is kept, such as 1e-12.
fn amount() -> impl Strategy<Value = Literal> {
    let finest = Literal {
        negative: false,
        whole: "1".into(),
        fraction: String::new(),
        exponent: Some(-12),
        quoted: false,
    };
    prop_oneof![
        4 => literal("0|[1-9][0-9]{0,9}", "[0-9]{0,12}", 3),
        4 => literal("0|[1-9][0-9]{0,24}", "[0-9]{0,36}", 40),
        1 => literal("[1-9][0-9]{17,20}", "", 1),
        1 => literal("0", "0{0,30}[0-9]{1,30}", 30),
        1 => Just(finest),
    ]
}

/// Counts: whole numbers of up to 30 digits, beyond 2^53, 2^63 and 2^64, and others. One with a point or an exponent has no more
/// digits than a double tells apart.
fn count() -> impl Strategy<Value = Literal> {
    prop_oneof![
        4 => literal("0|[1-9][0-9]{0,29}", "", 0),
        2 => literal("900719925474099[0-9]|922337203685477580[0-9]|1844674407370955161[0-9]", "", 0),
        2 => literal("0|[1-9][0-9]{0,7}", "[0-9]{0,6}", 12),
    ]
}

/// A recorded answer with this text in place of the first value of that name.
fn with(file: &str, name: &str, json: &str) -> String {
    let recorded = recorded(file);
    let start = recorded.find(&format!("\"{name}\": ")).unwrap() + name.len() + 4;
    let end = start + recorded[start..].find([',', '\n']).unwrap();
    format!("{}{json}{}", &recorded[..start], &recorded[end..])
}

/// The nodes of a value, counted in depth-first order, until `index` is reached and handed to `change`.
fn at(value: &mut Value, index: &mut usize, change: &mut dyn FnMut(&mut Value)) {
    if *index == 0 {
        change(value);
    }
    let Some(rest) = index.checked_sub(1) else {
        *index = usize::MAX;
        return;
    };
    *index = rest;
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| at(item, index, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| at(field, index, change)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_replaced_part_is_read_or_refused(operation in 0..OPERATIONS.len(), index in 0_usize..40, drift in any_json()) {
        let (_, name, _, read) = OPERATIONS[operation];
        let mut value: Value = serde_json::from_str(&recorded(name)).unwrap();
        at(&mut value, &mut index.clone(), &mut |node| *node = drift.clone());
        // A refusal is fine, a panic is not; and what was read can be written and read again.
        if let Ok(once) = read(&value.to_string()) {
            prop_assert_eq!(read(&once).unwrap(), once);
        }
    }

    #[test]
    fn a_number_that_is_no_64_bits_is_read_or_refused(operation in 0..OPERATIONS.len(), index in 0_usize..40, drift in amount()) {
        let (_, name, _, read) = OPERATIONS[operation];
        let mut value: Value = serde_json::from_str(&recorded(name)).unwrap();
        at(&mut value, &mut index.clone(), &mut |node| *node = "the number".into());
        let json = value.to_string().replace("\"the number\"", &drift.json());
        if let Ok(once) = read(&json) {
            prop_assert_eq!(read(&once).unwrap(), once);
        }
    }

    #[test]
    fn an_amount_that_is_accepted_is_the_one_that_was_sent(sent in amount()) {
        let json = with("costs", "value", &sent.json());
        let page: Page<CostResult> = serde_json::from_str(&json).unwrap();
        let rows = &page.data[0].results;
        let (whole, rest) = sent.times_ten_to(12);
        let Some(row) = rows.known.first() else {
            // Refused, and said so: it is beyond what is kept.
            prop_assert_eq!(rows.unreadable, 1);
            let most = if sent.negative { -Amount::LEAST.pico() } else { Amount::MOST.pico() };
            prop_assert!(whole.is_none_or(|whole| whole >= most), "{} is refused", sent.json());
            return Ok(());
        };
        let read = row.amount.as_ref().unwrap().value.unwrap().decimal;
        let magnitude = if sent.negative { -read.amount.pico() } else { read.amount.pico() };
        // Digits finer than 10^-12 are rounded, and never in silence.
        prop_assert_eq!(read.rounded, !rest.is_empty(), "{}", sent.json());
        let off = magnitude - whole.unwrap();
        prop_assert!(off == 0 || off == 1 && read.rounded && rest.as_str() >= "5", "{} is {}", sent.json(), read.amount);
    }

    #[test]
    fn a_count_that_is_accepted_is_the_nearest_to_the_one_that_was_sent(sent in count()) {
        let json = with("usage_completions", "input_tokens", &sent.json());
        let page: Page<Completions> = serde_json::from_str(&json).unwrap();
        let (whole, rest) = sent.times_ten_to(0);
        let fits = whole.and_then(|whole| u64::try_from(whole).ok()).filter(|_| rest.is_empty());
        let fits = fits.filter(|whole| !sent.negative || *whole == 0);
        match page.data[0].results.known.first() {
            Some(row) => {
                let read = i128::from(row.input_tokens);
                let off = read - whole.unwrap();
                let is_nearest = off == 0 && rest.as_str() <= "5" || off == 1 && rest.as_str() >= "5";
                prop_assert!(is_nearest && (!sent.negative || read == 0), "{} is {read}", sent.json());
            }
            // A whole number in plain digits is read up to 2^64.
            None => prop_assert!(fits.is_none() || sent.exponent.is_some() || !sent.fraction.is_empty(), "{}", sent.json()),
        }
    }

    #[test]
    fn an_added_field_changes_nothing(operation in 0..OPERATIONS.len(), index in 0_usize..40, name in "x_[a-z]{1,8}", drift in any_json()) {
        let (_, file, _, read) = OPERATIONS[operation];
        let original = recorded(file);
        let mut value: Value = serde_json::from_str(&original).unwrap();
        at(&mut value, &mut index.clone(), &mut |node| {
            if let Value::Object(fields) = node {
                fields.insert(name.clone(), drift.clone());
            }
        });
        prop_assert_eq!(read(&value.to_string()).unwrap(), read(&original).unwrap());
    }
}

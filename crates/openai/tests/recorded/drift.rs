//! Answers that drift away from the contract: never a panic, and what is only added changes nothing.

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
            prop_assert_eq!(read(&once.to_string()).unwrap(), once);
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

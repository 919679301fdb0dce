//! Whatever a program sends as a report's definition: it is refused, or what was understood is written as it is read.

#![no_main]

use api::Day;
use api::report::ReportQuery;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let Ok(query) = serde_json::from_slice::<ReportQuery>(body) else { return };
    let written = serde_json::to_string(&query).expect("a query is written");
    assert_eq!(serde_json::from_str::<ReportQuery>(&written).expect("and read"), query);
    let today = Day::parse("2026-11-24").expect("a day");
    if let Ok(plan) = query.plan(today) {
        assert!(plan.span.start < plan.span.end);
    }
});

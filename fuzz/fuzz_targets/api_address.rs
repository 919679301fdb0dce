//! Whatever address a program asks for: its values and its query are refused, or what was understood of them is written as
//! an address that is understood alike.

#![no_main]

use api::endpoint::address;
use api::{Endpoint, PathParams};
use libfuzzer_sys::fuzz_target;

/// Endpoints whose addresses differ in the kinds of their values and of their queries.
const READERS: &[fn(&str, &str)] = &[
    read::<api::audit_event::Export>,
    read::<api::audit_event::List>,
    read::<api::api_token::Delete>,
    read::<api::access_request::Grant>,
    read::<api::connection::List>,
    read::<api::connection::View>,
    read::<api::connection_draft::View>,
    read::<api::cost::Daily>,
    read::<api::cube::Show>,
    read::<api::delivery::List>,
    read::<api::delivery::Retry>,
    read::<api::export::Focus>,
    read::<api::invitation::Delete>,
    read::<api::own_session::Delete>,
    read::<api::reconciliation::Show>,
    read::<api::saved_report::List>,
    read::<api::saved_report::Show>,
    read::<api::session::View>,
    read::<api::support_request::View>,
    read::<api::upstream_call::List>,
    read::<api::user::List>,
    read::<api::user::Delete>,
    read::<api::webhook::Delete>,
];

fuzz_target!(|asked: &str| {
    let (path, query) = asked.split_once('?').unwrap_or((asked, ""));
    for read in READERS {
        read(path, query);
    }
});

/// The path's values are read apart from the query, so that each is tried whatever the other is.
fn read<E: Endpoint>(path: &str, query: &str) {
    if let Some(values) = values(E::PATH, path).and_then(|values| E::Path::parse(&values)) {
        let written = values.values().join("/");
        let again = E::Path::parse(&written.split('/').filter(|value| !value.is_empty()).collect::<Vec<_>>());
        assert!(again.is_some_and(|again| again.values() == values.values()), "{written}");
        if let Some(query) = read_query::<E>(query) {
            let written = address::<E>(&values, &query);
            let (path, query) = written.split_once('?').unwrap_or((&written, ""));
            let again = self::values(E::PATH, path).and_then(|values| E::Path::parse(&values));
            let (again, query) = (again.expect("the path is read"), read_query::<E>(query));
            assert_eq!(address::<E>(&again, &query.expect("and the query")), written);
        }
    } else if let Some(understood) = read_query::<E>(query) {
        let written = serde_urlencoded::to_string(&understood).expect("a query is written");
        let again = read_query::<E>(&written).expect("and read");
        assert_eq!(serde_urlencoded::to_string(&again).expect("and written again"), written);
    }
}

/// The values at the braces of an address; none where it is another one.
fn values<'a>(pattern: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    let mut values = Vec::new();
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return Some(values),
            (Some(named), Some(value)) if named.starts_with('{') => values.push(value),
            (Some(named), Some(segment)) if named == segment => {}
            _ => return None,
        }
    }
}

/// As the server reads it.
fn read_query<E: Endpoint>(query: &str) -> Option<E::Query> {
    use serde::Deserialize;
    let pairs = form_urlencoded::parse(query.as_bytes());
    E::Query::deserialize(serde_urlencoded::Deserializer::new(pairs)).ok()
}

//! What is looked for, as the address says.

use ::api::audit_event::{AuditQuery, ExportQuery, LogFormat, Outcome};
use ::api::upstream_call::{self, UpstreamCallQuery};
use ::api::{ConnectionId, Day, Timestamp};

use crate::route::Pairs;

/// Items in a part.
const PART: u8 = 50;

/// The events that an address asks for.
pub fn events(pairs: &Pairs) -> AuditQuery {
    let (from, to) = span(pairs);
    AuditQuery {
        text: text(pairs, "text"),
        actor: text(pairs, "actor"),
        kind: text(pairs, "kind"),
        object: text(pairs, "object"),
        result: match pairs.get("result") {
            Some("done") => Some(Outcome::Done),
            Some("refused") => Some(Outcome::Refused),
            _ => None,
        },
        from,
        to,
        after: None,
        limit: Some(PART),
    }
}

/// The same events as a file.
pub fn event_file(pairs: &Pairs, format: LogFormat) -> ExportQuery {
    let AuditQuery { text, actor, kind, object, result, from, to, after: _, limit: _ } = events(pairs);
    ExportQuery { text, actor, kind, object, result, from, to, format }
}

/// The calls that an address asks for.
pub fn calls(pairs: &Pairs) -> UpstreamCallQuery {
    let (from, to) = span(pairs);
    UpstreamCallQuery {
        text: text(pairs, "text"),
        connection: pairs.get("account").and_then(|id| ConnectionId::parse(id).ok()),
        failed: match pairs.get("result") {
            Some("ok") => Some(false),
            Some("failed") => Some(true),
            _ => None,
        },
        from,
        to,
        after: None,
        limit: Some(PART),
    }
}

/// The same calls as a file.
pub fn call_file(pairs: &Pairs) -> upstream_call::ExportQuery {
    let UpstreamCallQuery { text, connection, failed, from, to, after: _, limit: _ } = calls(pairs);
    upstream_call::ExportQuery { text, connection, failed, from, to }
}

/// The address's pairs with another value of one of them, which an empty one removes.
pub fn with(pairs: &Pairs, name: &str, value: &str) -> Pairs {
    let mut changed = Pairs(pairs.0.iter().filter(|(key, _)| key != name).cloned().collect());
    let value = value.trim();
    if !value.is_empty() {
        changed.push(name, value);
    }
    changed
}

fn text(pairs: &Pairs, name: &str) -> Option<String> {
    pairs.get(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The moments from the start of one UTC day to the end of another.
fn span(pairs: &Pairs) -> (Option<Timestamp>, Option<Timestamp>) {
    let day = |name: &str| pairs.get(name).and_then(|text| Day::parse(text).ok());
    (day("from").map(Day::start), day("through").map(|day| day.plus(1).start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(query: &str) -> Pairs {
        Pairs::parse(query)
    }

    #[test]
    fn days_are_whole_and_what_cannot_be_read_asks_for_nothing() {
        let query = events(&pairs("text=key&result=refused&from=2026-11-23&through=2026-11-23&actor=%20"));
        let day = Day::parse("2026-11-23").unwrap();
        assert_eq!(
            (query.text.as_deref(), query.actor, query.result),
            (Some("key"), None, Some(Outcome::Refused))
        );
        assert_eq!((query.from, query.to), (Some(day.start()), Some(day.plus(1).start())));
        let query = events(&pairs("from=yesterday&result=maybe"));
        assert_eq!((query.from, query.result), (None, None));
        let query = calls(&pairs("result=failed&account=conn_1&text=%20costs"));
        assert_eq!((query.failed, query.connection), (Some(true), ConnectionId::parse("conn_1").ok()));
        assert_eq!(query.text.as_deref(), Some("costs"));
    }

    #[test]
    fn a_value_takes_the_place_of_the_one_before() {
        let changed = with(&pairs("text=a&actor=b"), "text", " c ");
        assert_eq!(changed.to_string(), "?actor=b&text=c");
        assert_eq!(with(&changed, "actor", "").to_string(), "?text=c");
    }
}

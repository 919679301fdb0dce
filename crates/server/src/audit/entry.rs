//! A row of the log as it is read. A row that another hand changed is read as far as it goes: whoever reads the log sees it.

use api::Timestamp;
use api::audit_event::{Actor, ActorKind, AuditEntry, AuditQuery, Detail, FieldChange, Outcome};
use serde_json::{Map, Value};

use crate::store::audit_event::Row;

/// What events tell of a key, so that it can be told apart.
const OF_KEYS: [&str; 3] = ["fingerprint", "key_tail", "tail"];

/// The row for its readers. What it tells of a key is left out for those who may not see it on its account either: the
/// store has it, and the chain is over what the store has.
pub fn of(row: Row, sees_keys: bool) -> AuditEntry {
    let actor = serde_json::from_str::<Actor>(&row.actor).ok();
    let (details, changes) = match serde_json::from_str::<Value>(&row.event) {
        Ok(Value::Object(event)) => flat(&event, sees_keys),
        _ => (vec![Detail { field: "event".into(), value: row.event }], Vec::new()),
    };
    let (email, token) = match &actor {
        Some(Actor::User { email, .. }) => (Some(email.to_string()), None),
        Some(Actor::ApiToken { email, token, .. }) => (Some(email.to_string()), Some(token.to_string())),
        Some(Actor::Operator | Actor::System) | None => (None, None),
    };
    AuditEntry {
        seq: u64::try_from(row.seq).unwrap_or_default(),
        at: Timestamp::from_unix_seconds(row.at),
        actor: match &actor {
            Some(Actor::User { .. }) => ActorKind::User,
            Some(Actor::ApiToken { .. }) => ActorKind::ApiToken,
            Some(Actor::Operator) => ActorKind::Operator,
            Some(Actor::System) => ActorKind::System,
            None => ActorKind::Unknown,
        },
        email,
        user: row.actor_id,
        token,
        request_id: row.request_id,
        network: row.network,
        kind: row.kind,
        object: row.object_id,
        result: if row.result == Outcome::Refused.slug() { Outcome::Refused } else { Outcome::Done },
        details,
        changes,
    }
}

/// What an event tells, and what it changed: `before` and `after` stand beside each other, field by field.
fn flat(event: &Map<String, Value>, sees_keys: bool) -> (Vec<Detail>, Vec<FieldChange>) {
    let shown = |name: &str| sees_keys || !OF_KEYS.contains(&name);
    let told = event.iter().filter(|(name, _)| !matches!(name.as_str(), "kind" | "before" | "after"));
    let told = told.filter(|(name, _)| shown(name));
    let details =
        told.filter_map(|(name, value)| Some(Detail { field: name.clone(), value: text(value)? })).collect();
    let side = |name: &str| event.get(name).and_then(Value::as_object);
    let (before, after) = (side("before"), side("after"));
    let mut fields: Vec<&String> = before.into_iter().chain(after).flat_map(Map::keys).collect();
    fields.retain(|field| shown(field));
    fields.sort();
    fields.dedup();
    let value =
        |side: Option<&Map<String, Value>>, field: &String| side.and_then(|side| text(side.get(field)?));
    let changes = fields.into_iter().map(|field| FieldChange {
        field: field.clone(),
        before: value(before, field),
        after: value(after, field),
    });
    (details, changes.filter(|change| change.before != change.after).collect())
}

/// A value as people read it; none for none.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(items.iter().filter_map(text).collect::<Vec<_>>().join(", ")),
        other => Some(other.to_string()),
    }
}

/// What of a query is looked for in what is shown rather than in columns. Both databases fold only some letters, and not
/// the same ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    text: Option<String>,
    actor: Option<String>,
}

impl Wanted {
    /// What a query looks for. Blanks around it and empty texts are nothing.
    pub fn of(query: &AuditQuery) -> Self {
        let folded = |text: &Option<String>| {
            text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_lowercase)
        };
        Self { text: folded(&query.text), actor: folded(&query.actor) }
    }

    /// Whether an entry is looked for.
    pub fn fits(&self, entry: &AuditEntry) -> bool {
        let contains = |value: &str, text: &str| value.to_lowercase().contains(text);
        let by = |actor: &str| {
            let is = |id: &Option<String>| id.as_deref().is_some_and(|id| id.to_lowercase() == actor);
            is(&entry.user)
                || is(&entry.token)
                || entry.actor.slug() == actor
                || entry.email.as_deref().is_some_and(|email| contains(email, actor))
        };
        let told = |text: &str| {
            let known = [&entry.email, &entry.user, &entry.token, &entry.request_id, &entry.network];
            let changed = entry.changes.iter().flat_map(|change| [&change.before, &change.after]);
            contains(&entry.kind, text)
                || known.into_iter().chain([&entry.object]).flatten().any(|value| contains(value, text))
                || entry.details.iter().any(|detail| contains(&detail.value, text))
                || changed.flatten().any(|value| contains(value, text))
        };
        self.actor.as_deref().is_none_or(by) && self.text.as_deref().is_none_or(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(actor: &str, event: &str) -> Row {
        Row {
            seq: 3,
            at: 0,
            actor: actor.into(),
            actor_id: Some("user_1".into()),
            request_id: None,
            network: None,
            kind: "user_changed".into(),
            object_id: Some("user_2".into()),
            result: "done".into(),
            event: event.into(),
        }
    }

    const ADA: &str = r#"{"kind":"user","user":"user_1","email":"ada@example.com"}"#;

    #[test]
    fn what_was_changed_stands_beside_what_it_was() {
        let event = r#"{"kind":"user_changed","user":"user_2","before":{"permissions":["a","b"],"active":true},
            "after":{"permissions":[],"active":true}}"#;
        let entry = of(row(ADA, event), false);
        assert_eq!(entry.details, [Detail { field: "user".into(), value: "user_2".into() }]);
        let change = FieldChange {
            field: "permissions".into(),
            before: Some("a, b".into()),
            after: Some(String::new()),
        };
        assert_eq!((entry.changes, entry.email.as_deref()), (vec![change], Some("ada@example.com")));
    }

    #[test]
    fn what_is_told_of_a_key_is_for_those_who_may_see_it() {
        let renewed = r#"{"kind":"key_renewed","connection":"conn_1","before":{"version":1,"tail":"VuSa"},
            "after":{"version":2,"tail":"wxyz"}}"#;
        let entered = r#"{"kind":"key_entered","draft":"draft_1","fingerprint":"q83vEjRW"}"#;
        let gone = r#"{"kind":"connection_disconnected","name":"Robots","key_tail":"VuSa"}"#;
        for (event, hidden, stays) in [
            (renewed, vec!["tail"], vec!["connection", "version"]),
            (entered, vec!["fingerprint"], vec!["draft"]),
            (gone, vec!["key_tail"], vec!["name"]),
        ] {
            let fields = |sees_keys| {
                let AuditEntry { details, changes, .. } = of(row(ADA, event), sees_keys);
                let changed = changes.into_iter().map(|change| change.field);
                let mut fields: Vec<_> =
                    details.into_iter().map(|detail| detail.field).chain(changed).collect();
                fields.sort();
                fields
            };
            assert_eq!(fields(false), stays);
            let mut all = [hidden, stays].concat();
            all.sort_unstable();
            assert_eq!(fields(true), all);
        }
        // Nor is it found by whoever does not see it: a search would be a way to guess it.
        let wanted = Wanted::of(&AuditQuery { text: Some("vusa".into()), ..AuditQuery::default() });
        assert!(wanted.fits(&of(row(ADA, gone), true)) && !wanted.fits(&of(row(ADA, gone), false)));
    }

    #[test]
    fn a_row_of_another_hand_is_shown_as_it_is() {
        let entry = of(row("nobody", "nothing"), false);
        assert_eq!((entry.actor, entry.email, entry.seq), (ActorKind::Unknown, None, 3));
        assert_eq!(entry.details, [Detail { field: "event".into(), value: "nothing".into() }]);
    }

    #[test]
    fn what_is_looked_for_is_found_whatever_the_case_and_only_there() {
        let event = r#"{"kind":"user_changed","before":{"name":"Été"},"after":{"name":"Winter"}}"#;
        let entry = of(row(ADA, event), false);
        let fits = |text: Option<&str>, actor: Option<&str>| {
            let (text, actor) = (text.map(str::to_owned), actor.map(str::to_owned));
            Wanted::of(&AuditQuery { text, actor, ..AuditQuery::default() }).fits(&entry)
        };
        for text in ["été", "wint", "USER_2", "ada@", "changed", " "] {
            assert!(fits(Some(text), None), "{text}");
        }
        // Names of fields are no values.
        for text in ["before", "name", "bob@"] {
            assert!(!fits(Some(text), None), "{text}");
        }
        assert!(fits(None, Some("Ada@")) && fits(Some("winter"), Some("user_1")) && fits(None, Some("user")));
        assert!(!fits(None, Some("user_2")) && !fits(Some("winter"), Some("operator")));
    }
}

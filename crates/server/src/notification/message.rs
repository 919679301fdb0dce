//! The words: a letter for a person, JSON for a program. Neither has a key; its last four characters are for those who may
//! see them.

use api::connection::Organization;
use api::{ConnectionId, ConnectionName, Day, Timestamp};
use serde::Serialize;

use super::facts::{Account, Facts};

/// A letter in plain text.
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) text: String,
}

/// The letter of a notification, for somebody who may see an account's key or not. `console` is its address, without a
/// slash at the end.
pub(super) fn letter(facts: &Facts, sees_key: bool, console: &str) -> Letter {
    let (what, remedy) = sentences(facts);
    let mut text = format!("{what}\n\n{remedy}\n");
    if let Some(account) = facts.account() {
        text.push_str(&format!("\nAccount: {}\n", account.name));
        if let Some(organization) = &account.organization {
            text.push_str(&format!("Organization: {}\n", named(organization)));
        }
        if sees_key {
            text.push_str(&format!("Key: ends in {}\n", account.key_tail));
        }
        text.push_str(&format!("Open it: {}\n", link(facts, console)));
    }
    // On a line of its own: mail folds longer lines, addresses with them.
    text.push_str(&format!("\n-- \nOpenAI Lens. Choose what you are notified about:\n{console}/profile\n"));
    Letter { subject: format!("OpenAI Lens: {}", facts.title()), text }
}

/// What a webhook is told. docs/api.md tells its readers of the same members.
#[derive(Serialize)]
struct Payload<'a> {
    r#type: &'static str,
    timestamp: Timestamp,
    title: String,
    detail: String,
    remedy: String,
    account: Option<PayloadAccount<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history_start: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<&'a [Day]>,
    url: String,
}

#[derive(Serialize)]
struct PayloadAccount<'a> {
    id: &'a ConnectionId,
    name: &'a ConnectionName,
    organization: Option<&'a Organization>,
}

impl<'a> PayloadAccount<'a> {
    fn of(account: &'a Account) -> Self {
        Self { id: &account.id, name: &account.name, organization: account.organization.as_ref() }
    }
}

/// The body for a webhook. Who reads it is not known, so that it has nothing of the key.
pub(super) fn payload(facts: &Facts, noticed_at: Timestamp, console: &str) -> serde_json::Result<String> {
    let (detail, remedy) = sentences(facts);
    let (mut history_start, mut expires_at, mut since, mut differing) = (None, None, None, None);
    match facts {
        Facts::ImportFinished { history_start: start, .. } => history_start = Some(*start),
        Facts::KeyExpiring { expires_at: at, .. } => expires_at = Some(*at),
        Facts::SourceSilent { since: at, .. } => since = Some(*at),
        Facts::UsageStopped { last_day, .. } => since = Some(last_day.plus(1).start()),
        Facts::TotalsDiffer { days, .. } => differing = Some(days.as_slice()),
        Facts::KeyRefused { .. } | Facts::Test => {}
    }
    serde_json::to_string(&Payload {
        r#type: facts.kind().map_or("test", |kind| kind.slug()),
        timestamp: noticed_at,
        title: facts.title(),
        detail,
        remedy,
        account: facts.account().map(PayloadAccount::of),
        history_start,
        expires_at,
        since,
        days: differing,
        url: link(facts, console),
    })
}

/// The account's page; of a test, the one that lists them all.
fn link(facts: &Facts, console: &str) -> String {
    match facts.account() {
        Some(account) => format!("{console}/assets/openai/{}", account.id),
        None => format!("{console}/assets/openai"),
    }
}

fn named(organization: &Organization) -> String {
    match &organization.name {
        Some(name) => format!("{name} ({})", organization.id),
        None => organization.id.clone(),
    }
}

/// What happened, and what to do.
fn sentences(facts: &Facts) -> (String, String) {
    match facts {
        Facts::ImportFinished { account, history_start } => (
            format!("All costs and usage of {} since {history_start} are imported.", account.name),
            "No action is needed: new days are imported automatically.".into(),
        ),
        Facts::KeyExpiring { account, expires_at } => (
            format!(
                "The admin key of {} expires at {expires_at}. Nothing is imported after that.",
                account.name
            ),
            "Create a new admin key at OpenAI and replace this one under Assets before it expires.".into(),
        ),
        Facts::KeyRefused { account, finding } => (
            format!("Nothing is imported for {} any more. {}", account.name, finding.detail),
            finding.remedy.clone(),
        ),
        Facts::SourceSilent { account, since } => (
            format!(
                "The costs of {} could not be read since {since}, though they were asked for.",
                account.name
            ),
            "Open Assets to see why. The import keeps trying.".into(),
        ),
        Facts::UsageStopped { account, last_day } => (
            format!(
                "{} had usage on every day until {last_day}, and none since. OpenAI answers, and reports none.",
                account.name
            ),
            "Check whether its programs are still running, or now use another organization's key.".into(),
        ),
        Facts::TotalsDiffer { account, days, day, currency, billed, total } => (
            format!(
                "The imported costs of {} sum to {billed} {currency} on {day}, but OpenAI's own total for that day is {total} {currency}. {}",
                account.name,
                match days.len() {
                    1 => "No other day of that month differs.".into(),
                    days => format!("{days} days of that month differ."),
                },
            ),
            "These days are read again once a day. Open Reconciliation to compare them. If the problem persists, open a support request."
                .into(),
        ),
        Facts::Test => (
            "Nothing has happened: somebody sent this message to see whether it arrives.".into(),
            "No action is needed.".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use api::connection_draft::{Cause, Finding};

    use super::*;

    fn account() -> Account {
        Account {
            id: ConnectionId::parse("conn_1").unwrap(),
            name: ConnectionName::parse("Ácme \u{2028} Robotics").unwrap(),
            organization: Some(Organization { id: "org-1".into(), name: Some("Acme".into()) }),
            key_tail: "wxyz".into(),
        }
    }

    fn all() -> Vec<Facts> {
        let at = Timestamp::from_unix_seconds(1_795_392_000);
        vec![
            Facts::ImportFinished { account: account(), history_start: Day::of(at) },
            Facts::KeyExpiring { account: account(), expires_at: at },
            Facts::KeyRefused { account: account(), finding: Finding::new(Cause::KeyRefused, None) },
            Facts::SourceSilent { account: account(), since: at },
            Facts::UsageStopped { account: account(), last_day: Day::of(at) },
            Facts::TotalsDiffer {
                account: account(),
                days: vec![Day::of(at)],
                day: Day::of(at),
                currency: api::Currency::USD,
                billed: api::Amount::ZERO,
                total: api::Amount::saturating(1),
            },
            Facts::Test,
        ]
    }

    #[test]
    fn the_end_of_a_key_is_for_those_who_may_see_it_and_for_no_webhook() {
        for facts in all() {
            let has = |sees_key| letter(&facts, sees_key, "https://lens.example.com").text.contains("wxyz");
            assert_eq!((has(true), has(false)), (facts.account().is_some(), false), "{facts:?}");
            let body = payload(&facts, Timestamp::from_unix_seconds(0), "https://lens.example.com").unwrap();
            assert!(!body.contains("wxyz"), "{body}");
        }
    }

    #[test]
    fn every_message_says_what_happened_what_to_do_and_where() {
        for facts in all() {
            let Letter { subject, text } = letter(&facts, false, "https://lens.example.com");
            assert!(subject.starts_with("OpenAI Lens: ") && subject.lines().count() == 1, "{subject}");
            assert!(text.contains("https://lens.example.com/profile"), "{text}");
            let body = payload(&facts, Timestamp::from_unix_seconds(0), "https://lens.example.com").unwrap();
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            let kind = facts.kind().map_or("test", |kind| kind.slug());
            assert_eq!((&body["type"], &body["timestamp"]), (&kind.into(), &"1970-01-01T00:00:00Z".into()));
            assert_eq!(body["account"]["id"].as_str().is_some(), facts.account().is_some());
            let account = if facts.account().is_some() { "/conn_1" } else { "" };
            assert_eq!(body["url"], format!("https://lens.example.com/assets/openai{account}"));
        }
    }
}

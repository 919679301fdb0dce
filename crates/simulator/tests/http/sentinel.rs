//! Sentinel keys: what happens to each is what its line says.

use std::time::{Duration, Instant};

use serde_json::Value;
use serde_json::value::RawValue;
use simulator::clock::DAY;
use simulator::key;

use crate::{COSTS, TODAY, get, rows, simulator};

#[tokio::test]
async fn no_answer_tells_a_key_but_the_one_that_says_so() {
    let running = simulator().await;
    for known in key::KEYS.iter().filter(|known| !matches!(known.name, "hanging" | "slow")) {
        for target in [format!("{COSTS}?start_time={TODAY}"), "/v1/organization/projects".into()] {
            let answer = get(&running, &target, known.name).await;
            let random = &known.secret()[known.secret().len() - 60..known.secret().len() - 4];
            assert_eq!(answer.body.contains(random), known.name == "echo", "{}", known.name);
            assert!(!answer.head.contains(&random.to_lowercase()), "{}", known.name);
        }
    }
    let unknown = get(&running, COSTS, "sk-admin-0123456789abcdefghijVuSa").await;
    assert!(
        unknown.message().starts_with("Incorrect API key provided: sk-admin**************VuSa. You can find")
    );
}

#[tokio::test]
async fn keys_of_other_kinds_have_no_scope_at_all() {
    let running = simulator().await;
    for (name, prefix) in [("project-key", "sk-proj-"), ("service-account-key", "sk-svcacct-")] {
        assert!(key::named(name).unwrap().secret().starts_with(prefix));
        for (path, scope) in [("costs", "api.usage.read"), ("projects", "api.management.read")] {
            let answer = get(&running, &format!("/v1/organization/{path}?start_time={TODAY}"), name).await;
            // The error is a bare string, as on live organizations.
            let text = answer.json()["error"].as_str().unwrap().to_owned();
            assert!(answer.status == 403 && text.contains(scope), "{name}: {text}");
        }
    }
}

#[tokio::test]
async fn slow_is_slow_hanging_hangs_and_once_is_once() {
    let running = simulator().await;
    let target = format!("{COSTS}?start_time={TODAY}");
    let begun = Instant::now();
    let (slow, hanging) = tokio::join!(
        get(&running, &target, "slow"),
        tokio::time::timeout(Duration::from_millis(3_500), get(&running, &target, "hanging"))
    );
    assert!(slow.status == 200 && begun.elapsed() >= Duration::from_secs(3) && hanging.is_err());
    let hung = running.requests().into_iter().find(|request| request.status == 0).unwrap();
    assert_eq!(hung.key, simulator::request_log::fingerprint(&key::named("hanging").unwrap().secret()));
    for path in [target.as_str(), "/v1/organization/users"] {
        let first = get(&running, path, "rate-limited-once").await;
        assert_eq!((first.status, first.header("retry-after")), (429, Some("1")));
        assert_eq!(get(&running, path, "rate-limited-once").await.status, 200);
    }
    let redirect = get(&running, &target, "redirect").await;
    assert_eq!((redirect.status, redirect.header("location").is_some()), (302, true));
}

#[tokio::test]
async fn odd_answers_are_odd_in_the_way_they_say() {
    let running = simulator().await;
    let target = format!("{COSTS}?start_time={}&group_by=line_item", TODAY - 2 * DAY);
    let texts = get(&running, &target, "text-amounts").await.body;
    assert!(texts.contains(r#""value":"0E-6176""#));
    let long = texts.split(r#""value":""#).filter(|rest| {
        rest.split('"')
            .next()
            .is_some_and(|text| text.split('.').nth(1).is_some_and(|digits| digits.len() == 36))
    });
    assert!(long.count() > 10);
    let unknown = get(&running, &target, "unknown-rows").await.body;
    assert!(
        unknown.contains("quantum | gpt-9 thought, dream") && unknown.contains("organization.future.result")
    );
    assert!(get(&running, &target, "credit").await.body.contains(r#""value":-7.250000000001"#));
    assert!(get(&running, &target, "huge").await.body.contains(r#""value":1000000000"#));
    let page = get(&running, &target, "no-cursor").await.json();
    assert_eq!((&page["has_more"], &page["next_page"]), (&true.into(), &Value::Null));
    let html = get(&running, &target, "html").await;
    assert_eq!((html.status, html.header("content-type")), (200, Some("text/html")));
    let truncated = get(&running, &target, "truncated").await;
    assert!(truncated.status == 200 && serde_json::from_str::<Box<RawValue>>(&truncated.body).is_err());
    let endless = get(&running, &target, "endless").await;
    assert!(endless.status == 200 && endless.body.len() > 100_000_000);
    let archived = get(&running, &format!("{target}&group_by=api_key_id"), "archived").await.json();
    let organization = running.organization(&key::named("archived").unwrap().secret()).unwrap();
    let deleted = organization.api_keys.iter().find(|key| key.deleted).unwrap();
    assert!(rows(&archived).iter().any(|row| row["api_key_id"] == deleted.id.as_str()));
    let path = format!("/v1/organization/projects/{}/api_keys", organization.projects[deleted.project].id);
    assert!(!get(&running, &path, "archived").await.body.contains(&deleted.id));
}

/// The table in KEYS.md, which is part of the crate's documentation, is the list in the code.
#[test]
fn the_documented_keys_are_the_keys() {
    let mut table = "# Keys\n\n| name | begins with | what happens |\n|---|---|---|\n".to_owned();
    for known in key::KEYS {
        let secret = known.secret();
        let begins = &secret[..secret.find("T3BlbkFJ").unwrap() - 50];
        table += &format!("| `{}` | `{begins}` | {} |\n", known.name, known.about);
        assert!(
            secret.len() > 115
                && secret.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
        );
    }
    assert_eq!(include_str!("../../KEYS.md"), table, "put this into KEYS.md:\n{table}");
}

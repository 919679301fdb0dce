//! The wizard's moves: one key in, one verdict per line, one connection out.

use std::time::{Duration, Instant};

use api::connection_draft::{
    Cause, CheckKind, Create, CreateDraft, CreateError, Diagnose, Discard, FinishError, Progress, TestError,
    Verdict, View, ViewError,
};
use api::{Nothing, Permission};
use futures::future::join_all;
use http::StatusCode;

use crate::upstream::{
    World, body, checks, create, finding, finish, key, letters, specific, test, usage_scope,
};

#[tokio::test]
async fn every_sentinel_key_has_its_verdicts_cause_and_request_id() {
    let world = World::new().await;
    let limited = |seconds| Cause::RateLimited { retry_after_seconds: seconds };
    // The lines: key accepted, organization identified, usage, costs, management.
    let expected: Vec<(&str, &str, CheckKind, Option<Cause>)> = vec![
        ("small", "PPPPP", CheckKind::KeyAccepted, None),
        ("large", "PPPPP", CheckKind::KeyAccepted, None),
        ("empty", "PPPPP", CheckKind::KeyAccepted, None),
        ("archived", "PPPPP", CheckKind::KeyAccepted, None),
        ("invalid", "FSSSS", CheckKind::KeyAccepted, Some(Cause::KeyRefused)),
        ("revoked", "FSSSS", CheckKind::KeyAccepted, Some(Cause::KeyRefused)),
        ("expired", "FSSSS", CheckKind::KeyAccepted, Some(Cause::KeyRefused)),
        ("echo", "FSSSS", CheckKind::KeyAccepted, Some(Cause::KeyRefused)),
        ("no-usage-scope", "PPFFP", CheckKind::CostsReadable, Some(usage_scope())),
        (
            "no-management-scope",
            "PPPPW",
            CheckKind::ManagementReadable,
            Some(Cause::MissingScope { scope: "api.management.read".into() }),
        ),
        ("names-refused", "PPPPW", CheckKind::ManagementReadable, Some(Cause::KeyRefused)),
        ("ip-refused", "FSSSS", CheckKind::KeyAccepted, Some(Cause::IpNotAllowed)),
        ("rate-limited", "SSFFW", CheckKind::CostsReadable, Some(limited(Some(30)))),
        ("rate-limited-no-retry-after", "SSFFW", CheckKind::UsageReadable, Some(limited(None))),
        ("rate-limited-once", "PPPPP", CheckKind::KeyAccepted, None),
        ("rate-limited-mid-run", "PPPPP", CheckKind::KeyAccepted, None),
        ("quota-exceeded", "SSFFW", CheckKind::CostsReadable, Some(Cause::QuotaExceeded)),
        ("server-error", "SSFFW", CheckKind::CostsReadable, Some(Cause::UpstreamDown { status: 500 })),
        ("unavailable", "SSFFW", CheckKind::ManagementReadable, Some(Cause::UpstreamDown { status: 503 })),
        ("server-error-page-2", "PPPPP", CheckKind::KeyAccepted, None),
        ("server-error-half", "PPPPP", CheckKind::KeyAccepted, None),
        ("html", "SSFFW", CheckKind::CostsReadable, Some(Cause::NotUnderstood)),
        ("truncated", "SSFFW", CheckKind::CostsReadable, Some(Cause::NotUnderstood)),
        ("endless", "SSFFW", CheckKind::CostsReadable, Some(Cause::NotUnderstood)),
        ("redirect", "SSFFW", CheckKind::CostsReadable, Some(Cause::NotUnderstood)),
        ("no-cursor", "PPFFP", CheckKind::CostsReadable, Some(Cause::NotUnderstood)),
        ("hanging", "SSFFW", CheckKind::CostsReadable, Some(Cause::TimedOut)),
        ("text-amounts", "PPPPP", CheckKind::KeyAccepted, None),
        ("late-costs", "PPPPP", CheckKind::KeyAccepted, None),
        ("restated-day", "PPPPP", CheckKind::KeyAccepted, None),
        ("vanishing-day", "PPPPP", CheckKind::KeyAccepted, None),
        ("late-mondays", "PPPPP", CheckKind::KeyAccepted, None),
        ("restated-credit", "PPPPP", CheckKind::KeyAccepted, None),
        ("gap", "PPPPP", CheckKind::KeyAccepted, None),
        ("no-key-grouping", "PPPPP", CheckKind::KeyAccepted, None),
        ("revoked-mid-run", "PPPPP", CheckKind::KeyAccepted, None),
        ("usage-stopped", "PPPPP", CheckKind::KeyAccepted, None),
        ("expiring", "PPPPP", CheckKind::KeyAccepted, None),
        ("unknown-rows", "PPPPP", CheckKind::KeyAccepted, None),
        ("quiet-without-header", "PPPPP", CheckKind::OrganizationIdentified, None),
        ("young", "PPPPP", CheckKind::KeyAccepted, None),
        ("some-names", "PPPPP", CheckKind::KeyAccepted, None),
        ("recent-gap", "PPPPP", CheckKind::KeyAccepted, None),
        ("absent-costs", "PPPPP", CheckKind::KeyAccepted, None),
        ("odd-rows", "PPPPP", CheckKind::KeyAccepted, None),
        ("lost-line", "PPPPP", CheckKind::KeyAccepted, None),
        ("no-tier-grouping", "PPPPP", CheckKind::KeyAccepted, None),
        ("no-old-hours", "PPPPP", CheckKind::KeyAccepted, None),
        ("days-for-hours", "PPPPP", CheckKind::KeyAccepted, None),
        ("no-old-costs", "PPPPP", CheckKind::KeyAccepted, None),
        ("no-vector-stores", "PPPPP", CheckKind::KeyAccepted, None),
        ("credit", "PPPPP", CheckKind::KeyAccepted, None),
        ("huge", "PPPPP", CheckKind::KeyAccepted, None),
        ("hostile-names", "PPPPP", CheckKind::KeyAccepted, None),
        ("unidentified", "PWPPP", CheckKind::OrganizationIdentified, Some(Cause::OrganizationUnknown)),
    ];
    let tested = join_all(expected.iter().map(|(name, ..)| world.tested(name))).await;
    for ((name, lines, kind, cause), draft) in expected.iter().zip(&tested) {
        assert_eq!(letters(draft), *lines, "{name}");
        let Progress::Tested { ready, .. } = draft.progress else { panic!("{name}: {:?}", draft.progress) };
        assert_eq!(ready, !lines[..4].contains(['F', 'S']), "{name}");
        if let Some(cause) = cause {
            let finding = finding(draft, *kind);
            assert_eq!(finding.cause, *cause, "{name}");
            assert!(finding.detail.ends_with('.') && finding.remedy.ends_with('.'), "{name}");
            let asked = !matches!(cause, Cause::TimedOut | Cause::OrganizationUnknown);
            assert_eq!(finding.upstream_request_id.is_some(), asked, "{name}");
        }
    }
    // Each sentinel is in the table above or is no admin key by its shape, so that a new one is not forgotten.
    let others = [
        "small-second-key",
        "revoked-mid-run-second-key",
        "lost-line-second-key",
        "second",
        "slow",
        "project-key",
        "service-account-key",
    ];
    for known in simulator::key::KEYS {
        let covered = expected.iter().any(|(name, ..)| *name == known.name) || others.contains(&known.name);
        assert!(covered, "no expectation for the key {}", known.name);
    }
}

#[tokio::test]
async fn the_organization_is_told_by_rows_with_its_name_and_else_by_the_header() {
    let world = World::new().await;
    for (name, called) in [("small", Some("Acme Robotics")), ("empty", None)] {
        let draft = world.tested(name).await;
        let organization = draft.organization.unwrap();
        let oracle = world.upstream.organization(&key(name)).unwrap();
        assert_eq!((organization.id.as_str(), organization.name.as_deref()), (oracle.id.as_str(), called));
        assert_eq!(draft.suggested_name, called.unwrap_or(&oracle.id));
    }
    let draft = world.tested("unidentified").await;
    assert_eq!((draft.organization, draft.suggested_name.as_str()), (None, "OpenAI"));
}

#[tokio::test]
async fn texts_that_are_no_admin_key_are_named_and_nothing_is_asked_or_kept() {
    let world = World::new().await;
    for (text, unfit) in [
        (key("project-key"), "wrong_kind_project"),
        (key("service-account-key"), "wrong_kind_service_account"),
        ("sk-admin-abc".into(), "cut_off"),
        (String::new(), "empty"),
    ] {
        match specific(create(&world.admin, &text).await) {
            CreateError::UnfitKey { unfit: named, .. } => assert_eq!(named, unfit),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(world.upstream.requests(), []);
    assert_eq!((world.count("connection_draft").await, world.count("secret").await), (0, 0));
}

#[tokio::test]
async fn a_test_asks_three_questions_with_get_and_a_second_call_joins_it() {
    let world = World::with_latency(Duration::from_millis(500)).await;
    let draft = world.draft("small").await;
    let begun = Instant::now();
    let (first, second, seen) =
        tokio::join!(test(&world.admin, &draft.id), test(&world.admin, &draft.id), async {
            while world.upstream.requests().is_empty() {
                if let Progress::Testing { checks } =
                    world.admin.get::<View>(&draft.id).await.unwrap().progress
                {
                    return checks;
                }
                tokio::task::yield_now().await;
            }
            panic!("the test was over before it was seen");
        });
    let took = begun.elapsed();
    assert_eq!(first.unwrap(), second.unwrap());
    assert!(seen.iter().all(|check| check.verdict == Verdict::Running), "{seen:?}");
    let mut paths: Vec<_> = world
        .upstream
        .requests()
        .into_iter()
        .map(|request| format!("{} {}", request.method, request.path))
        .collect();
    paths.sort();
    assert_eq!(
        paths,
        [
            "GET /v1/organization/costs",
            "GET /v1/organization/projects",
            "GET /v1/organization/usage/completions"
        ]
    );
    // One after the other, three answers of 500 ms each would take longer.
    assert!(took < Duration::from_millis(1_500), "{took:?}");
}

#[tokio::test]
async fn a_test_goes_on_when_the_page_is_closed() {
    let world = World::with_latency(Duration::from_millis(50)).await;
    let draft = world.draft("small").await;
    // The page goes away at once: the call is dropped after its first step.
    let call = test(&world.admin, &draft.id);
    assert!(tokio::time::timeout(Duration::from_millis(20), call).await.is_err());
    let joined = test(&world.admin, &draft.id).await.unwrap();
    assert_eq!(letters(&joined), "PPPPP");
    assert_eq!(world.upstream.requests().len(), 3);
}

#[tokio::test]
async fn a_restart_in_the_middle_of_a_test_leaves_the_draft_untested_and_its_key_usable() {
    let world = World::with_latency(Duration::from_millis(300)).await;
    let draft = world.tested("small").await;
    let call = test(&world.admin, &draft.id);
    assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err());
    let world = world.restarted().await;
    let seen = world.admin.get::<View>(&draft.id).await.unwrap();
    assert_eq!(seen.progress, Progress::Untested);
    assert_eq!(specific(finish(&world.admin, &draft.id, "Production").await), FinishError::NotReady);
    assert_eq!(letters(&test(&world.admin, &draft.id).await.unwrap()), "PPPPP");
}

#[tokio::test]
async fn a_draft_is_its_makers_alone() {
    let world = World::new().await;
    let draft = world.tested("small").await;
    let colleague = world.house.person(&[Permission::BillingProfilesAdmin]).await;
    let stranger = world.house.stranger(&[Permission::BillingProfilesAdmin]).await;
    for other in [&colleague, &stranger] {
        assert_eq!(specific(other.get::<View>(&draft.id).await), ViewError::UnknownDraft);
        assert_eq!(specific(other.get::<Diagnose>(&draft.id).await), ViewError::UnknownDraft);
        assert_eq!(specific(test(other, &draft.id).await), TestError::UnknownDraft);
        assert_eq!(specific(finish(other, &draft.id, "Mine").await), FinishError::UnknownDraft);
        other.get::<Discard>(&draft.id).await.unwrap();
        let steal = CreateDraft { replaces: Some(draft.id.clone()), ..body(&key("second")) };
        other.call::<Create>(&(), &Nothing {}, &steal).await.unwrap();
    }
    assert_eq!(world.admin.get::<View>(&draft.id).await.unwrap(), draft);
}

#[tokio::test]
async fn only_billing_profiles_admins_connect() {
    let world = World::new().await;
    let viewer = world.house.person(&[Permission::CloudAnalyticsUser, Permission::AssetsManager]).await;
    let refused = create(&viewer, &key("small")).await.unwrap_err();
    assert_eq!(refused.problem().status, 403);
    let refused = create(&world.house.nobody(), &key("small")).await.unwrap_err();
    assert_eq!(refused.problem().status, 401);
    assert_eq!(world.count("secret").await, 0);
}

#[tokio::test]
async fn a_draft_ends_after_thirty_minutes_whatever_happens_and_its_key_is_gone_from_the_files() {
    let mut world = World::new().await;
    let draft = world.tested("small").await;
    let kept = world.house.files();
    let sealed: String = scalar(&world, "SELECT sealed FROM secret").await;
    let wrapped: String = scalar(&world, "SELECT wrapped FROM wrapped_key").await;
    let kept = !world.house.has_file() || contains(&kept, &sealed) && contains(&kept, &wrapped);
    assert!(kept, "the test looks in the wrong files");

    world.advance(30 * 60 - 1).await;
    test(&world.admin, &draft.id).await.unwrap();
    server::connection_draft::sweep(&world.house.app).await.unwrap();
    assert_eq!(world.count("secret").await, 1);
    world.advance(1).await;
    assert_eq!(specific(world.admin.get::<View>(&draft.id).await), ViewError::UnknownDraft);
    assert_eq!(specific(finish(&world.admin, &draft.id, "Late").await), FinishError::UnknownDraft);
    server::connection_draft::sweep(&world.house.app).await.unwrap();
    assert_eq!((world.count("secret").await, world.count("wrapped_key").await), (0, 0));
    assert_eq!(world.count("connection_draft").await, 0);
    let left = world.house.files();
    assert!(!contains(&left, &sealed) && !contains(&left, &wrapped));
}

#[tokio::test]
async fn discarding_and_replacing_destroy_the_key() {
    let world = World::new().await;
    let first = world.draft("small").await;
    let sealed: String = scalar(&world, "SELECT sealed FROM secret").await;
    let replacing = CreateDraft { replaces: Some(first.id.clone()), ..body(&key("second")) };
    let second = world.admin.call::<Create>(&(), &Nothing {}, &replacing).await.unwrap();
    assert_eq!(specific(world.admin.get::<View>(&first.id).await), ViewError::UnknownDraft);
    assert!(!contains(&world.house.files(), &sealed));

    let sealed: String = scalar(&world, "SELECT sealed FROM secret").await;
    for _ in 0..2 {
        world.admin.get::<Discard>(&second.id).await.unwrap();
    }
    assert_eq!(specific(world.admin.get::<View>(&second.id).await), ViewError::UnknownDraft);
    assert_eq!(world.count("secret").await, 0);
    assert!(!contains(&world.house.files(), &sealed));
}

#[tokio::test]
async fn discarding_destroys_the_key_of_a_call_whose_answer_was_lost() {
    let world = World::new().await;
    let lost = world.draft("small").await;
    let again = world.draft("small").await;
    let other = world.draft("second").await;
    world.admin.get::<Discard>(&again.id).await.unwrap();
    assert_eq!(specific(world.admin.get::<View>(&lost.id).await), ViewError::UnknownDraft);
    world.admin.get::<View>(&other.id).await.unwrap();
    assert_eq!(world.count("secret").await, 1);
}

#[tokio::test]
async fn discarding_stops_a_running_test() {
    let world = World::new().await;
    let draft = world.draft("hanging").await;
    let (tested, ()) = tokio::join!(test(&world.admin, &draft.id), async {
        while world.upstream.requests().len() < 3 {
            tokio::task::yield_now().await;
        }
        world.admin.get::<Discard>(&draft.id).await.unwrap();
    });
    assert_eq!(specific(tested), TestError::UnknownDraft);
}

#[tokio::test]
async fn diagnostics_say_what_happened_and_not_the_key() {
    let world = World::new().await;
    let draft = world.draft("no-usage-scope").await;
    let before = world.admin.get::<Diagnose>(&draft.id).await.unwrap().text;
    assert!(before.contains("test: not run"), "{before}");
    let tested = test(&world.admin, &draft.id).await.unwrap();
    let text = world.admin.get::<Diagnose>(&draft.id).await.unwrap().text;
    let request_id = finding(&tested, CheckKind::CostsReadable).upstream_request_id.clone().unwrap();
    for part in [draft.id.as_str(), &draft.key_tail, "costs readable: failed", "api.usage.read", &request_id]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("sk-admin-"), "{text}");
}

#[tokio::test]
async fn a_draft_whose_sealed_key_was_tampered_with_says_so() {
    let world = World::new().await;
    let draft = world.draft("small").await;
    world.execute("UPDATE secret SET version = 2", &[]).await;
    let tested = test(&world.admin, &draft.id).await.unwrap();
    assert_eq!(letters(&tested), "FSSSS");
    assert_eq!(finding(&tested, CheckKind::KeyAccepted).cause, Cause::KeyUnreadable);
    assert_eq!(world.upstream.requests(), []);
}

#[tokio::test]
async fn the_body_that_carries_the_key_is_strict() {
    let world = World::new().await;
    for text in [
        r#"{"admin_key":"sk-admin-x","tenant_id":"tenant_1"}"#,
        r#"{"admin_key":"a","admin_key":"b"}"#,
        r#"{"admin_key":7}"#,
        r"{}",
    ] {
        let request = http::Request::post("/api/v1/connection-drafts")
            .header("content-type", "application/json")
            .body(text.into())
            .unwrap();
        let answer = world.admin.send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{text}");
    }
    assert_eq!(checks(&world.tested("small").await).len(), CheckKind::ALL.len());
}

async fn scalar(world: &World, sql: &'static str) -> String {
    let mut db = world.house.app.store.read().await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut *db).await.unwrap()
}

fn contains(files: &[u8], text: &str) -> bool {
    files.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_draft_goes_with_the_permission_to_finish_it() {
    for how in ["removed", "deactivated", "demoted"] {
        let world = World::new().await;
        let manager = world.house.person(&[Permission::UsersManager]).await;
        world.connected("second").await;
        world.draft("small").await;
        let admin = world.admin.user.as_ref().unwrap().id.clone();
        let change = async |permissions: &[Permission], active| {
            let body = api::user::Change { permissions: permissions.to_vec(), active };
            manager.call::<api::user::Update>(&admin, &Nothing {}, &body).await.unwrap();
        };
        change(&[Permission::BillingProfilesAdmin, Permission::AssetsManager], true).await;
        assert_eq!(
            world.count("connection_draft WHERE finished_at IS NULL").await,
            1,
            "nothing is lost by more"
        );
        match how {
            "removed" => drop(manager.get::<api::user::Delete>(&admin).await.unwrap()),
            "deactivated" => change(&[Permission::BillingProfilesAdmin], false).await,
            _ => change(&[Permission::AssetsManager], true).await,
        }
        assert_eq!(world.count("connection_draft WHERE finished_at IS NULL").await, 0, "{how}");
        assert_eq!(world.count("audit_event WHERE kind = 'key_destroyed'").await, 1, "{how}");
        // The one connection keeps its key.
        assert_eq!(world.count("secret").await, 1, "{how}");
    }
}

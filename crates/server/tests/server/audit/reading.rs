//! The audit log as it is read: searched, in parts, as a file, verified, and by nobody else.

use std::fmt::Debug;

use api::audit_event::{
    ActorKind, AuditEntry, AuditQuery, ChainFault, Export, ExportQuery, List, LogFormat, Outcome,
    Verification, Verify,
};
use api::connection::ListError;
use api::endpoint::address;
use api::user::{Change, Update};
use api::{CommonRefusal, Email, Nothing, Page, Permission, Refused};
use axum::body::Body;
use http::Request;
use server::audit::{Who, record};

use super::{rows, written};
use crate::harness::{Answer, Person};
use crate::upstream::{World, specific};

async fn asked(person: &Person, query: &AuditQuery) -> Page<AuditEntry> {
    person.call::<List>(&(), query, &Nothing {}).await.unwrap()
}

async fn viewer(world: &World) -> Person {
    world.house.person(Permission::READS_AUDIT).await
}

async fn file(person: &Person, format: LogFormat, kind: Option<&str>) -> Answer {
    let query = AuditQuery { kind: kind.map(str::to_owned), ..AuditQuery::default() };
    let AuditQuery { text, actor, kind, object, result, from, to, .. } = query;
    let query = ExportQuery { text, actor, kind, object, result, from, to, format };
    person.send(Request::get(address::<Export>(&(), &query)).body(Body::empty()).unwrap()).await
}

fn forbidden<T: Debug, E: Debug>(answer: Result<T, Refused<E>>) {
    assert!(matches!(answer, Err(Refused::Common(CommonRefusal::Forbidden { .. }, _))), "{answer:?}");
}

#[tokio::test]
async fn parts_are_newest_first_and_have_every_event_once() {
    let world = written().await;
    let viewer = viewer(&world).await;
    let kept = rows(&world).await;
    let mut query = AuditQuery { limit: Some(3), ..AuditQuery::default() };
    let mut read = Vec::new();
    loop {
        let page = asked(&viewer, &query).await;
        assert!(page.items.len() <= 3);
        read.extend(page.items);
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(read.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [4, 3, 2, 1]);
    for (entry, row) in read.iter().rev().zip(&kept) {
        assert_eq!(
            (&entry.kind, &entry.object, &entry.request_id),
            (&row.kind, &row.object_id, &row.request_id)
        );
        assert_eq!((entry.at.unix_seconds(), entry.actor), (row.at, ActorKind::User));
    }
    // What is recorded while somebody reads comes before what was read, not into it.
    let first = asked(&viewer, &AuditQuery { limit: Some(2), ..AuditQuery::default() }).await;
    world.draft("small").await;
    let query = AuditQuery { after: first.next, ..AuditQuery::default() };
    assert_eq!(asked(&viewer, &query).await.items.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [2, 1]);
    for (after, limit) in [(Some("x"), None), (None, Some(0)), (None, Some(101))] {
        let query = AuditQuery { after: after.map(str::to_owned), limit, ..AuditQuery::default() };
        let refused = specific(viewer.call::<List>(&(), &query, &Nothing {}).await);
        assert_eq!(refused, ListError::UnknownPage);
    }
}

#[tokio::test]
async fn each_way_of_searching_finds_what_it_should_and_no_more() {
    let mut world = written().await;
    let viewer = viewer(&world).await;
    let bob = world.house.person(&[]).await;
    let noon = world.house.app.clock.now();
    world.advance(600).await;
    let bob_id = bob.user.as_ref().unwrap().id.clone();
    let manager = world.house.person(Permission::MANAGES_USERS).await;
    let update = Change { permissions: vec![Permission::SupportRequester], active: true };
    manager.call::<Update>(&bob_id, &Nothing {}, &update).await.unwrap();
    let bob = world.house.signed_in_again(&bob).await;
    bob.send(Request::get("/api/v1/connections").body(Body::empty()).unwrap()).await;
    let some = |text: &str| Some(text.to_owned());
    let later = Some(noon.plus_seconds(1));
    let object = rows(&world).await.remove(1).object_id;
    let none = AuditQuery::default;
    let cases = [
        (none(), vec![6, 5, 4, 3, 2, 1]),
        (AuditQuery { kind: some("user_changed"), ..none() }, vec![5]),
        (AuditQuery { kind: some("no_such_kind"), ..none() }, vec![]),
        (AuditQuery { result: Some(Outcome::Refused), ..none() }, vec![6]),
        (AuditQuery { object, ..none() }, vec![2, 1]),
        (AuditQuery { from: later, ..none() }, vec![6, 5]),
        (AuditQuery { to: later, ..none() }, vec![4, 3, 2, 1]),
        (AuditQuery { actor: some(bob_id.as_str()), ..none() }, vec![6]),
        (AuditQuery { actor: some(&bob_id.as_str().to_uppercase()), ..none() }, vec![6]),
        (AuditQuery { actor: some("operator"), ..none() }, vec![]),
        (AuditQuery { text: some("SUPPORT_requester"), ..none() }, vec![5]),
        (AuditQuery { text: some("/api/v1/connections"), ..none() }, vec![6]),
        (AuditQuery { text: some("key_"), to: later, kind: some("key_entered"), ..none() }, vec![3, 1]),
        // What a pattern or a statement would take for its own is text.
        (AuditQuery { text: some("%"), ..none() }, vec![]),
        (AuditQuery { kind: some("' OR ''='"), ..none() }, vec![]),
    ];
    for (query, expected) in cases {
        let found = asked(&viewer, &query).await;
        assert_eq!(found.items.iter().map(|entry| entry.seq).collect::<Vec<_>>(), expected, "{query:?}");
        assert_eq!(found.next, None);
    }
    let changed = asked(&viewer, &AuditQuery { kind: some("user_changed"), ..none() }).await.items.remove(0);
    assert_eq!(changed.changes.len(), 1, "{changed:?}");
    let permissions = &changed.changes[0];
    assert_eq!(permissions.field, "permissions");
    assert_eq!(
        (permissions.before.as_deref(), permissions.after.as_deref()),
        (Some(""), Some("support_requester"))
    );
}

#[tokio::test]
async fn a_search_for_what_is_not_there_ends_and_says_where_to_go_on() {
    let world = written().await;
    let viewer = viewer(&world).await;
    world
        .execute(
            "INSERT INTO audit_event (tenant_id, seq, at, actor, actor_id, request_id, network, kind, object_id, result, \
             event, hash) WITH RECURSIVE number (n) AS (SELECT 5 UNION ALL SELECT n + 1 FROM number WHERE n < 10500) \
             SELECT tenant_id, n, at, actor, actor_id, request_id, network, 'signed_in', NULL, result, \
             '{\"kind\":\"signed_in\"}', hash FROM audit_event, number WHERE seq = 4",
            &[],
        )
        .await;
    let mut query = AuditQuery { text: Some("key_entered".into()), ..AuditQuery::default() };
    let part = asked(&viewer, &query).await;
    assert_eq!((part.items.len(), part.next.as_deref()), (0, Some("501")));
    query.after = part.next;
    let part = asked(&viewer, &query).await;
    assert_eq!(part.items.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(part.next, None);
}

#[tokio::test]
async fn a_company_reads_its_own_log_and_only_with_the_permission() {
    let world = written().await;
    let stranger = world.house.stranger(Permission::READS_AUDIT).await;
    assert_eq!(asked(&stranger, &AuditQuery::default()).await, Page { items: vec![], next: None });
    let object = rows(&world).await.remove(0).object_id;
    assert!(asked(&stranger, &AuditQuery { object, ..AuditQuery::default() }).await.items.is_empty());
    assert_eq!(file(&stranger, LogFormat::JsonLines, None).await.text(), "");
    // What another company's rows suffer is not told.
    world.execute("DELETE FROM audit_event WHERE seq = 2", &[]).await;
    assert_eq!(stranger.get::<Verify>(&()).await.unwrap(), Verification::Whole { events: 0 });

    let others: Vec<_> = Permission::ALL
        .iter()
        .copied()
        .filter(|permission| !Permission::READS_AUDIT.contains(permission))
        .collect();
    let other = world.house.person(&others).await;
    forbidden(other.call::<List>(&(), &AuditQuery::default(), &Nothing {}).await);
    forbidden(other.get::<Verify>(&()).await);
    assert_eq!(file(&other, LogFormat::Csv, None).await.status, 403);
}

#[tokio::test]
async fn a_file_has_what_the_list_has_and_no_formula() {
    let world = written().await;
    let viewer = viewer(&world).await;
    let mut user = world.admin.user.clone().unwrap();
    user.email = Email::parse("=cmd|calc@example.com").unwrap();
    let request = server::audit::Request::new("0123456789abcdef", "192.0.2.7".parse().unwrap());
    let app = &world.house.app;
    let mut db = app.store.write().await.unwrap();
    record(app, &mut db, &Who::user(&user, request), api::audit_event::Event::PasswordChanged).await.unwrap();
    db.commit().await.unwrap();

    let list = asked(&viewer, &AuditQuery::default()).await.items;
    let lines = file(&viewer, LogFormat::JsonLines, None).await;
    assert_eq!(lines.header("content-type"), "application/x-ndjson; charset=utf-8");
    let read: Vec<AuditEntry> =
        lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, list);

    let table = file(&viewer, LogFormat::Csv, None).await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(
        table.header("content-disposition"),
        format!("attachment; filename=\"audit-events-{}.csv\"", world.today())
    );
    let text = table.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), list.len() + 1);
    for (line, entry) in lines[1..].iter().zip(&list) {
        assert!(line.starts_with(&format!("{},{},user,", entry.seq, entry.at)), "{line}");
        assert!(line.contains(&format!(",{},", entry.kind)), "{line}");
    }
    assert!(lines[1].contains(",user,'=cmd|calc@example.com,"), "{}", lines[1]);
    assert!(!text.contains(",=") && !text.contains("\"="), "{text}");
    let some = file(&viewer, LogFormat::Csv, Some("key_entered")).await;
    assert_eq!(some.text().lines().count(), 3);
}

#[tokio::test]
async fn the_verdict_names_the_row() {
    let world = written().await;
    let viewer = viewer(&world).await;
    assert_eq!(viewer.get::<Verify>(&()).await.unwrap(), Verification::Whole { events: 4 });
    world.execute("UPDATE audit_event SET event = 'nothing', actor = 'nobody' WHERE seq = 2", &[]).await;
    let broken = Verification::Broken { seq: 2, fault: ChainFault::Changed };
    assert_eq!(viewer.get::<Verify>(&()).await.unwrap(), broken);
    // The list shows the row as it is, rather than none at all.
    let list = asked(&viewer, &AuditQuery::default()).await.items;
    assert_eq!((list.len(), list[2].actor), (4, ActorKind::Unknown));
    world.execute("DELETE FROM audit_event WHERE seq = 2", &[]).await;
    let broken = Verification::Broken { seq: 2, fault: ChainFault::Missing };
    assert_eq!(viewer.get::<Verify>(&()).await.unwrap(), broken);
}

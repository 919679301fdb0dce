//! The end of a connection: its key is gone for good, and its data where that is asked for, whatever happens meanwhile.

use std::collections::BTreeSet;
use std::time::Duration;

use api::connection::{
    ActError, Connection, ConnectionStatus, Disconnect, DisconnectConnection, Disconnected, Import,
    ImportError, ImportedData, List, Pause, Rename, RenameConnection, Resume, Test, View, ViewError,
    ViewTest,
};
use api::connection_draft::{Create, CreateDraft, FinishError};
use api::cost::{Daily, DailyError, DailyQuery};
use api::{ConnectionId, Nothing, PageQuery, Permission};
use server::connection::disconnect::remove_deleted;
use server::store::connection::deletion::{Removed, remove_some, tables};

use crate::life::noted;
use crate::upstream::{World, body, finish, key, letters, specific, test};

async fn disconnect(world: &World, id: &ConnectionId, data: ImportedData) -> Disconnected {
    world.admin.call::<Disconnect>(id, &Nothing {}, &DisconnectConnection { data }).await.unwrap()
}

async fn list(world: &World) -> Vec<Connection> {
    world.admin.call::<List>(&(), &PageQuery::default(), &Nothing {}).await.unwrap().items
}

async fn text(world: &World, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_one(&mut *world.house.app.store.read().await.unwrap()).await.unwrap()
}

fn contains(files: &[u8], text: &str) -> bool {
    files.windows(text.len()).any(|window| window == text.as_bytes())
}

/// How many rows there are of a connection, in all tables that have its data.
async fn rows(world: &World, id: &ConnectionId) -> i64 {
    let mut rows = 0;
    for table in tables() {
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table} WHERE connection_id = $1"));
        let mut db = world.house.app.store.read().await.unwrap();
        rows +=
            sqlx::query_scalar::<_, i64>(sql).bind(id.as_str().to_owned()).fetch_one(&mut *db).await.unwrap();
    }
    rows
}

#[tokio::test]
async fn the_key_is_gone_from_the_files_and_the_answer_says_where_to_revoke_it() {
    let world = World::new().await;
    let made = world.imported("small").await;
    let sealed = text(&world, "SELECT sealed FROM secret").await;
    let wrapped = text(&world, "SELECT wrapped FROM wrapped_key").await;
    let files = world.house.files();
    assert!(!world.house.has_file() || contains(&files, &sealed) && contains(&files, &wrapped));
    let costs = world.costs(None).await;
    for _ in 0..2 {
        let told = disconnect(&world, &made.id, ImportedData::Keep).await;
        assert_eq!(told.key_tail, made.key.as_ref().unwrap().tail);
        assert!(told.remedy.contains(&told.key_tail) && told.remedy.contains("revoke"), "{}", told.remedy);
        let left = told.connection.unwrap();
        let by = world.admin.user.as_ref().unwrap().email.clone();
        assert_eq!(left.status, ConnectionStatus::Disconnected { by, at: world.house.app.clock.now() });
        assert_eq!((left.key, left.warnings), (None, vec![]));
    }
    let left = world.house.files();
    assert!(!contains(&left, &sealed) && !contains(&left, &wrapped));
    assert_eq!((world.count("secret").await, world.count("wrapped_key").await), (0, 0));
    // What was imported stays in every figure, and nothing more can be done with it.
    assert_eq!(world.costs(None).await, costs);
    assert_eq!(list(&world).await.len(), 1);
    let id = &made.id;
    assert_eq!(specific(world.admin.get::<Import>(id).await), ImportError::Disconnected);
    assert_eq!(specific(world.admin.get::<Pause>(id).await), ActError::Disconnected);
    assert_eq!(specific(world.admin.get::<Resume>(id).await), ActError::Disconnected);
    assert_eq!(specific(world.admin.get::<Test>(id).await), ActError::Disconnected);
    let name = RenameConnection { name: "Old robots".into() };
    assert_eq!(world.admin.call::<Rename>(id, &Nothing {}, &name).await.unwrap().name.as_str(), "Old robots");
}

#[tokio::test]
async fn a_disconnected_organization_that_is_connected_again_goes_on() {
    let mut world = World::new().await;
    let made = world.imported("small").await;
    let costs = world.costs(Some(&made.id)).await;
    disconnect(&world, &made.id, ImportedData::Keep).await;
    let asked = world.asked_with("small");
    world.advance(86_400).await;
    world.import().await;
    assert_eq!(world.asked_with("small"), asked);
    // Also with the very key that was destroyed.
    let draft = world.tested("small").await;
    assert_eq!((letters(&draft).as_str(), draft.suggested_name.as_str()), ("PPPPP", made.name.as_str()));
    let again = finish(&world.admin, &draft.id, "Robots").await.unwrap();
    assert_eq!((&again.id, again.created_at), (&made.id, made.created_at));
    world.import().await;
    let shown = world.view(&made.id).await;
    assert_eq!((&shown.status, shown.name.as_str()), (&ConnectionStatus::Healthy, "Robots"));
    assert!(world.costs(Some(&made.id)).await.total > costs.total);
    assert_eq!((list(&world).await.len(), world.count("secret").await), (1, 1));
    assert!(noted(&world).await.iter().any(|kind| kind == "disconnected"));
}

#[tokio::test]
async fn deleted_data_is_in_no_answer_from_that_moment_on_and_the_rows_follow() {
    let world = World::new().await;
    let kept = world.imported("second").await;
    let costs = world.costs(None).await;
    let made = world.imported("small").await;
    while server::roll_up::fill(&world.house.app, server::roll_up::Days::All).await.unwrap() > 0 {}
    assert!(world.costs(None).await.total > costs.total && rows(&world, &made.id).await > 500);
    let told = disconnect(&world, &made.id, ImportedData::Delete).await;
    assert_eq!((told.connection, told.key_tail.len()), (None, 4));

    // All rows but the key are there still, and nobody sees any.
    assert!(rows(&world, &made.id).await > 500);
    let without_moment =
        |costs: &api::cost::DailyCosts| api::cost::DailyCosts { imported_at: None, ..costs.clone() };
    assert_eq!(without_moment(&world.costs(None).await), without_moment(&costs));
    assert_eq!(list(&world).await.iter().map(|left| &left.id).collect::<Vec<_>>(), [&kept.id]);
    let id = &made.id;
    assert_eq!(specific(world.admin.get::<View>(id).await), ViewError::UnknownConnection);
    assert_eq!(specific(world.admin.get::<ViewTest>(id).await), ViewError::UnknownConnection);
    assert_eq!(specific(world.admin.get::<Import>(id).await), ImportError::UnknownConnection);
    assert_eq!(specific(world.admin.get::<Resume>(id).await), ActError::UnknownConnection);
    let today = world.today();
    let query = DailyQuery { start: today.plus(-29), end: today.plus(1), connection: Some(id.clone()) };
    let refused = world.admin.call::<Daily>(&(), &query, &Nothing {}).await;
    assert_eq!(specific(refused), DailyError::UnknownConnection);
    let again = DisconnectConnection { data: ImportedData::Keep };
    let refused = world.admin.call::<Disconnect>(id, &Nothing {}, &again).await;
    assert_eq!(specific(refused), ViewError::UnknownConnection);
    let query = api::report::ReportQuery::new(
        vec![api::report::Metric::Cost],
        api::report::Period::Preset { preset: api::report::Preset::MonthToDate },
    );
    let report = world.admin.call::<api::report::Query>(&(), &Nothing {}, &query).await.unwrap();
    let text = serde_json::to_string(&report).unwrap();
    assert!(!text.contains(id.as_str()), "{text}");
    // Nor is anything computed of it any more.
    let before = world.count("roll_up").await;
    world.execute("DELETE FROM roll_up WHERE connection_id = $1", &[id.as_str()]).await;
    let after = world.count("roll_up").await;
    assert!(after < before);
    assert_eq!(server::roll_up::fill(&world.house.app, server::roll_up::Days::All).await.unwrap(), 0);
    assert_eq!(world.count("roll_up").await, after);

    // The organization is free at once, and its new account has nothing of the old one.
    let new = world.connected("small").await;
    assert_ne!(&new.id, id);
    remove_deleted(&world.house.app).await.unwrap();
    assert_eq!((rows(&world, id).await, world.count("connection").await), (0, 2));
    world.import().await;
    assert_eq!(world.view(&new.id).await.status, ConnectionStatus::Healthy);
    assert_eq!(world.view(&kept.id).await.status, ConnectionStatus::Healthy);
}

#[tokio::test]
async fn no_row_is_written_after_the_deletion_of_an_account_that_imports() {
    let world = World::with_latency(Duration::from_millis(60)).await;
    let made = world.connected("small").await;
    let ((), ()) = tokio::join!(world.import(), async {
        while world.count("import_day").await == 0 {
            tokio::task::yield_now().await;
        }
        disconnect(&world, &made.id, ImportedData::Delete).await;
        remove_deleted(&world.house.app).await.unwrap();
        assert_eq!(rows(&world, &made.id).await, 0);
    });
    // Whatever was under way has ended by now.
    assert_eq!((rows(&world, &made.id).await, world.count("connection").await), (0, 0));
    assert_eq!((world.count("secret").await, world.count("segment").await), (0, 0));
}

#[tokio::test]
async fn a_removal_that_is_interrupted_goes_on_and_is_recorded_once() {
    let world = World::new().await;
    let made = world.imported("small").await;
    disconnect(&world, &made.id, ImportedData::Delete).await;
    let tenant = world.admin.user.as_ref().unwrap().tenant.clone();
    let before = rows(&world, &made.id).await;
    // The process ends after each part: what is left is done after the next start.
    let world = world.restarted().await;
    let mut db = world.house.app.store.write().await.unwrap();
    assert_eq!(remove_some(&mut db, (&tenant, &made.id)).await.unwrap(), Removed::Some);
    // One part is taken back, as by a kill in its middle.
    drop(db);
    assert_eq!(rows(&world, &made.id).await, before);
    let mut db = world.house.app.store.write().await.unwrap();
    assert_eq!(remove_some(&mut db, (&tenant, &made.id)).await.unwrap(), Removed::Some);
    db.commit().await.unwrap();
    let left = rows(&world, &made.id).await;
    assert!(0 < left && left < before);
    let world = world.restarted().await;
    for _ in 0..2 {
        remove_deleted(&world.house.app).await.unwrap();
    }
    assert_eq!((rows(&world, &made.id).await, world.count("connection").await), (0, 0));
    let ends = "UPDATE audit_event SET event = event WHERE kind = 'connection_deleted' AND object_id = $1";
    assert_eq!(world.execute(ends, &[made.id.as_str()]).await, 1);
}

#[tokio::test]
async fn a_key_that_was_to_replace_it_is_destroyed_with_it() {
    let world = World::new().await;
    let made = world.connected("small").await;
    let renewing = CreateDraft { connection: Some(made.id.clone()), ..body(&key("small-second-key")) };
    let draft = world.admin.call::<Create>(&(), &Nothing {}, &renewing).await.unwrap();
    test(&world.admin, &draft.id).await.unwrap();
    disconnect(&world, &made.id, ImportedData::Delete).await;
    assert_eq!(specific(finish(&world.admin, &draft.id, "x").await), FinishError::UnknownDraft);
    assert_eq!((world.count("secret").await, world.count("wrapped_key").await), (0, 0));
}

#[tokio::test]
async fn only_those_who_connect_disconnect() {
    let world = World::new().await;
    let made = world.connected("small").await;
    let keeper = world.house.person(&[Permission::AssetsManager]).await;
    let body = DisconnectConnection { data: ImportedData::Delete };
    let refused = keeper.call::<Disconnect>(&made.id, &Nothing {}, &body).await.unwrap_err();
    assert_eq!(refused.problem().status, 403);
    let stranger = world.house.stranger(Permission::ALL).await;
    let refused = stranger.call::<Disconnect>(&made.id, &Nothing {}, &body).await;
    assert_eq!(specific(refused), ViewError::UnknownConnection);
    assert_eq!(world.count("secret").await, 1);
}

/// Tables that name a connection and are not emptied with it.
const KEPT: [&str; 6] = [
    // The keys: they are destroyed before anything else.
    "secret",
    "wrapped_key",
    // It ends by itself after half an hour, and has no key of the connection.
    "connection_draft",
    // What was noted holds no name and no figure, and a number must not be given twice.
    "connection_transition",
    // The log of what was asked with its key: a reviewer reads it also when the account is gone.
    "upstream_call",
    "upstream_call_head",
];

#[tokio::test]
async fn every_table_that_names_a_connection_is_emptied_or_kept_for_a_reason() {
    let world = World::new().await;
    if !world.house.has_file() {
        return;
    }
    let sql = "SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c ON c.name = 'connection_id' \
               WHERE m.type = 'table'";
    let mut db = world.house.app.store.read().await.unwrap();
    let named: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *db).await.unwrap();
    let known: BTreeSet<&str> = tables().chain(KEPT).collect();
    assert_eq!(named.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

//! A server that is killed while connections are saved: what is there is whole, or not there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::harness::long;
use crate::import_process::serve_with;
use crate::process::{Caller, Running};
use crate::upstream::{World, key};

/// Saves connections, one after the other, until nobody answers any more.
fn save(caller: &Caller, names: &[&str], over: &AtomicBool) -> Option<()> {
    let post = |path: &str, body: &str| -> Option<String> {
        let answer = caller.try_call("POST", path, body)?;
        answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())
    };
    for name in names.iter().cycle() {
        if over.load(Ordering::SeqCst) {
            return None;
        }
        let made = post("/api/v1/connection-drafts", &format!(r#"{{"admin_key":"{}"}}"#, key(name)))?;
        // Another one is being saved, or it is connected already.
        let Some((_, rest)) = made.split_once(r#""id":""#) else { continue };
        let (id, _) = rest.split_once('"')?;
        let path = format!("/api/v1/connection-drafts/{id}");
        post(&format!("{path}/test"), "{}")?;
        post(&format!("{path}/finish"), &format!(r#"{{"name":"{name}"}}"#))?;
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_moment_saving_a_connection_is_killed_at_its_key_is_there_or_nothing_is() {
    let kills = if long() { 200 } else { 12 };
    let world = World::in_real_time(Duration::from_millis(1)).await;
    let cookie = world.admin.cookie();
    let (mut moment, mut interrupted) = (1_u64, 0);
    for kill in 0..kills {
        // The same organizations can be connected again.
        world.execute("UPDATE connection SET organization_id = NULL, key_fingerprint = id", &[]).await;
        world.execute("UPDATE lease SET expires_at = 0", &[]).await;
        let server: Running = serve_with(&world, world.house.folder.path(), &[]);
        let over = Arc::new(AtomicBool::new(false));
        let savers: Vec<_> = [["small", "second"], ["archived", "credit"]]
            .map(|names| {
                let caller = server.caller(cookie.clone());
                let over = Arc::clone(&over);
                std::thread::spawn(move || save(&caller, &names, &over))
            })
            .into_iter()
            .collect();
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis((moment >> 33) % 400)).await;
        drop(server);
        over.store(true, Ordering::SeqCst);
        for saver in savers {
            saver.join().unwrap();
        }
        let found = server::master_key::status::status(&world.house.app).await.unwrap();
        assert_eq!(found.unreadable, 0, "after kill {kill}: {found:?}");
        for (what, sql) in [
            (
                "a connection without a key",
                "connection WHERE NOT EXISTS (SELECT 1 FROM secret WHERE secret.tenant_id = connection.tenant_id \
                 AND secret.connection_id = connection.id AND secret.version = connection.key_version)",
            ),
            (
                "a data key that is nobody's",
                "wrapped_key WHERE connection_id NOT IN (SELECT id FROM connection) \
                 AND connection_id NOT IN (SELECT connection_id FROM connection_draft)",
            ),
            (
                "a draft without a key",
                "connection_draft WHERE connection_id NOT IN (SELECT connection_id FROM wrapped_key)",
            ),
        ] {
            assert_eq!(world.count(sql).await, 0, "{what} after kill {kill}");
        }
        interrupted += u32::from(world.count("connection_draft WHERE finished_at IS NULL").await > 0);
        world.execute("DELETE FROM wrapped_key WHERE connection_id IN (SELECT connection_id FROM connection_draft WHERE finished_at IS NULL)", &[]).await;
        world.execute("DELETE FROM secret WHERE connection_id IN (SELECT connection_id FROM connection_draft WHERE finished_at IS NULL)", &[]).await;
        world.execute("DELETE FROM connection_draft WHERE finished_at IS NULL", &[]).await;
    }
    assert!(world.count("connection").await > 0, "nothing was ever saved");
    assert!(interrupted > 0, "no kill came between the steps");
}

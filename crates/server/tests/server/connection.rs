//! Connected accounts: the list, and who sees what of it.

use api::connection::{Connection, List, ListError, View, ViewError};
use api::{Nothing, Page, PageQuery, Permission};

use crate::harness::Person;
use crate::upstream::{World, specific};

async fn list(person: &Person, after: Option<String>, limit: Option<u8>) -> Page<Connection> {
    person.call::<List>(&(), &PageQuery { after, limit }, &Nothing {}).await.unwrap()
}

#[tokio::test]
async fn the_list_comes_in_parts_oldest_first() {
    let mut world = World::new().await;
    let mut made = Vec::new();
    for name in ["small", "second", "empty"] {
        made.push(world.connected(name).await.id);
        world.advance(1).await;
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let part = list(&world.admin, after, Some(2)).await;
        assert!(part.items.len() <= 2);
        seen.extend(part.items.into_iter().map(|connection| connection.id));
        match part.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, made);
    for query in [
        PageQuery { after: Some("conn_unknown".into()), limit: None },
        PageQuery { after: Some("nonsense".into()), limit: None },
        PageQuery { after: None, limit: Some(0) },
        PageQuery { after: None, limit: Some(101) },
    ] {
        let refused = world.admin.call::<List>(&(), &query, &Nothing {}).await;
        assert_eq!(specific(refused), ListError::UnknownPage, "{query:?}");
    }
}

#[tokio::test]
async fn a_connection_is_the_tenants_and_its_key_the_admins() {
    let world = World::new().await;
    let made = world.connected("small").await;
    assert!(made.key.is_some());
    assert_eq!(made.created_by, world.admin.user.as_ref().unwrap().email);
    for permission in [Permission::CloudAnalyticsUser, Permission::AssetsManager] {
        let viewer = world.house.person(&[permission]).await;
        let seen = viewer.get::<View>(&made.id).await.unwrap();
        assert_eq!(seen, Connection { key: None, ..made.clone() });
        assert_eq!(list(&viewer, None, None).await.items, [seen]);
    }
    let stranger = world.house.stranger(Permission::ALL).await;
    assert_eq!(specific(stranger.get::<View>(&made.id).await), ViewError::UnknownConnection);
    assert_eq!(list(&stranger, None, None).await.items, []);
    let nobody = world.house.person(&[]).await;
    assert_eq!(nobody.get::<View>(&made.id).await.unwrap_err().problem().status, 403);
}

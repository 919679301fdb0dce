//! Asking for a permission: who sees it, what comes of it, and that one is open at most.

use api::access_request::{
    AccessRequest, Ask, Create, CreateError, DecideError, Decline, Grant, List, Own, RequestState,
};
use api::{AccessRequestId, Nothing, PageQuery, Permission, Refused, session};

use crate::harness::{House, Person};

async fn ask(
    person: &Person,
    permission: Permission,
    note: &str,
) -> Result<AccessRequest, Refused<CreateError>> {
    person.call::<Create>(&(), &Nothing {}, &Ask { permission, note: note.into() }).await
}

async fn open(manager: &Person) -> Vec<AccessRequest> {
    manager.call::<List>(&(), &PageQuery::default(), &Nothing {}).await.unwrap().items
}

fn refused<T: std::fmt::Debug, E: Clone>(answer: Result<T, Refused<E>>) -> E {
    match answer {
        Err(Refused::Specific(refusal, _)) => refusal,
        Err(Refused::Common(refusal, _)) => panic!("{refusal:?}"),
        Ok(value) => panic!("{value:?}"),
    }
}

async fn permissions(person: &Person) -> Vec<Permission> {
    match person.get::<session::View>(&()).await.unwrap() {
        session::Session::SignedIn(signed_in) => signed_in.permissions,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn whoever_lacks_a_permission_asks_and_gets_it_with_the_next_request() {
    let house = House::new().await;
    let manager = house.person(&[Permission::UsersManager]).await;
    let bob = house.person(&[Permission::AssetsManager]).await;
    let asked =
        ask(&bob, Permission::CloudAnalyticsUser, " For the month’s report\nof finance ").await.unwrap();
    assert_eq!(asked.note, "For the month’s report\nof finance");
    assert_eq!(open(&manager).await, std::slice::from_ref(&asked));
    assert_eq!(bob.get::<Own>(&()).await.unwrap().items, std::slice::from_ref(&asked));
    house.clock.advance(60);
    let granted = manager.get::<Grant>(&asked.id).await.unwrap();
    assert_eq!((granted.state, granted.decided_at), (RequestState::Granted, Some(house.app.clock.now())));
    assert_eq!(permissions(&bob).await, [Permission::CloudAnalyticsUser, Permission::AssetsManager]);
    assert_eq!(open(&manager).await, []);
    assert_eq!(bob.get::<Own>(&()).await.unwrap().items, std::slice::from_ref(&granted));
    // Once more is as good as once, and it is not undone by declining.
    assert_eq!(manager.get::<Grant>(&asked.id).await.unwrap(), granted);
    assert_eq!(refused(manager.get::<Decline>(&asked.id).await), DecideError::DecidedOtherwise);
    assert_eq!(refused(ask(&bob, Permission::CloudAnalyticsUser, "").await), CreateError::HasPermission);
}

#[tokio::test]
async fn one_request_of_a_person_and_a_permission_is_open_at_most() {
    let house = House::new().await;
    let manager = house.person(&[Permission::UsersManager]).await;
    let bob = house.person(&[]).await;
    let many = (0..8).map(|_| ask(&bob, Permission::CloudAnalyticsUser, ""));
    let made = futures::future::join_all(many).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(made, 1);
    assert_eq!(refused(ask(&bob, Permission::CloudAnalyticsUser, "").await), CreateError::AskedAlready);
    ask(&bob, Permission::AssetsManager, "").await.unwrap();
    let found = open(&manager).await;
    assert_eq!(found.len(), 2);
    let declined = manager.get::<Decline>(&found[0].id).await.unwrap();
    assert_eq!(declined.state, RequestState::Declined);
    assert_eq!(permissions(&bob).await, []);
    assert_eq!(refused(manager.get::<Grant>(&declined.id).await), DecideError::DecidedOtherwise);
    // Who was declined may ask again, which takes the place of what was decided.
    house.clock.advance(60);
    let again = ask(&bob, declined.permission, "Please").await.unwrap();
    let own = bob.get::<Own>(&()).await.unwrap().items;
    assert_eq!(own.iter().filter(|request| request.permission == declined.permission).count(), 1);
    assert_eq!(own[0], again);
}

#[tokio::test]
async fn requests_are_the_tenants_own_and_come_in_parts() {
    let house = House::new().await;
    let manager = house.person(&[Permission::UsersManager]).await;
    for _ in 0..3 {
        house.clock.advance(1);
        ask(&house.person(&[]).await, Permission::AssetsManager, "").await.unwrap();
    }
    let query = PageQuery { after: None, limit: Some(2) };
    let first = manager.call::<List>(&(), &query, &Nothing {}).await.unwrap();
    assert_eq!(first.items.len(), 2);
    let query = PageQuery { after: first.next, limit: Some(2) };
    let rest = manager.call::<List>(&(), &query, &Nothing {}).await.unwrap();
    assert_eq!((rest.items.len(), rest.next), (1, None));
    let stranger = house.stranger(&[Permission::UsersManager]).await;
    assert_eq!(open(&stranger).await, []);
    let id = &first.items[0].id;
    assert_eq!(refused(stranger.get::<Grant>(id).await), DecideError::UnknownAccessRequest);
    let made_up = AccessRequestId::parse("access_1").unwrap();
    assert_eq!(refused(stranger.get::<Decline>(&made_up).await), DecideError::UnknownAccessRequest);
}

#[tokio::test]
async fn a_note_that_does_not_fit_is_refused() {
    let house = House::new().await;
    let bob = house.person(&[]).await;
    for note in ["x".repeat(501).as_str(), "a\u{7}b"] {
        let refusal = refused(ask(&bob, Permission::AssetsManager, note).await);
        assert!(matches!(refusal, CreateError::Unfit { issues } if issues[0].field == "note"));
    }
    ask(&bob, Permission::AssetsManager, &"é".repeat(500)).await.unwrap();
}

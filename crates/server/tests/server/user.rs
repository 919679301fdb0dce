//! Managing people: what they may do, keeping them out, and removing them.

use api::session::{Session, View};
use api::user::{
    Change, Delete, DeleteError, EndSessions, EndSessionsError, List, Update, UpdateError, User,
};
use api::{Nothing, PageQuery, Permission, Refused, UserId};

use crate::harness::{House, Person};
use crate::upstream::specific;

fn id(person: &Person) -> UserId {
    person.user.as_ref().unwrap().id.clone()
}

async fn change(
    manager: &Person,
    who: &Person,
    permissions: &[Permission],
    active: bool,
) -> Result<User, Refused<UpdateError>> {
    let body = Change { permissions: permissions.to_vec(), active };
    manager.call::<Update>(&id(who), &Nothing {}, &body).await
}

async fn people(manager: &Person) -> Vec<User> {
    manager.call::<List>(&(), &PageQuery::default(), &Nothing {}).await.unwrap().items
}

async fn is_signed_in(person: &Person) -> bool {
    matches!(person.get::<View>(&()).await.unwrap(), Session::SignedIn(_))
}

#[tokio::test]
async fn permissions_change_with_the_persons_next_request() {
    let house = House::new().await;
    let manager = house.person(&[Permission::UsersManager]).await;
    let bob = house.person(&[]).await;
    assert!(bob.call::<List>(&(), &PageQuery::default(), &Nothing {}).await.is_err());
    let changed =
        change(&manager, &bob, &[Permission::UsersManager, Permission::AssetsManager], true).await.unwrap();
    assert_eq!(changed.permissions, [Permission::AssetsManager, Permission::UsersManager]);
    assert_eq!(people(&bob).await.iter().filter(|person| person.you).count(), 1);
    change(&manager, &bob, &[], true).await.unwrap();
    assert!(bob.call::<List>(&(), &PageQuery::default(), &Nothing {}).await.is_err());
}

#[tokio::test]
async fn whoever_is_deactivated_is_out_at_once_and_comes_back_when_reactivated() {
    let house = House::new().await;
    let manager = house.person(&[Permission::UsersManager]).await;
    let bob = house.person(&[Permission::CloudAnalyticsUser]).await;
    let changed = change(&manager, &bob, &[Permission::CloudAnalyticsUser], false).await.unwrap();
    assert!(!changed.active);
    assert!(!is_signed_in(&bob).await);
    // The session is gone, not only refused.
    change(&manager, &bob, &[Permission::CloudAnalyticsUser], true).await.unwrap();
    assert!(!is_signed_in(&bob).await);
    assert!(is_signed_in(&house.signed_in_again(&bob).await).await);
}

#[tokio::test]
async fn a_session_of_a_deactivated_user_is_nobody_even_when_it_is_in_the_store() {
    let house = House::new().await;
    let manager = house.person(&[Permission::UsersManager]).await;
    let bob = house.person(&[]).await;
    change(&manager, &bob, &[], false).await.unwrap();
    let bob = house.signed_in_again(&bob).await;
    assert!(!is_signed_in(&bob).await);
}

#[tokio::test]
async fn whoever_is_removed_is_gone_and_the_address_is_free() {
    let house = House::new().await;
    let manager = house.person(&[Permission::UsersManager]).await;
    let bob = house.person(&[Permission::CloudAnalyticsUser]).await;
    let email = bob.user.as_ref().unwrap().email.clone();
    for _ in 0..2 {
        manager.get::<Delete>(&id(&bob)).await.unwrap();
    }
    assert!(!is_signed_in(&bob).await);
    assert_eq!(people(&manager).await.len(), 1);
    assert_eq!(specific(change(&manager, &bob, &[], true).await), UpdateError::UnknownUser);
    let body = api::invitation::NewInvitation { email: email.to_string(), permissions: Vec::new() };
    manager.call::<api::invitation::Create>(&(), &Nothing {}, &body).await.unwrap();
}

#[tokio::test]
async fn the_last_users_manager_cannot_be_locked_out_by_anybody() {
    let house = House::new().await;
    let ada = house.person(&[Permission::UsersManager]).await;
    assert_eq!(specific(change(&ada, &ada, &[], true).await), UpdateError::LastUsersManager);
    assert_eq!(
        specific(change(&ada, &ada, &[Permission::UsersManager], false).await),
        UpdateError::LastUsersManager
    );
    assert_eq!(specific(ada.get::<Delete>(&id(&ada)).await), DeleteError::LastUsersManager);
    // Another one who cannot sign in, or is of another tenant, does not count.
    let bob = house.person(&[Permission::UsersManager]).await;
    house.stranger(&[Permission::UsersManager]).await;
    change(&ada, &bob, &[Permission::UsersManager], false).await.unwrap();
    assert_eq!(specific(ada.get::<Delete>(&id(&ada)).await), DeleteError::LastUsersManager);
    change(&ada, &bob, &[Permission::UsersManager], true).await.unwrap();
    ada.get::<Delete>(&id(&ada)).await.unwrap();
    assert!(!is_signed_in(&ada).await);
}

#[tokio::test]
async fn two_managers_who_remove_each_other_at_once_leave_one() {
    for _ in 0..5 {
        let house = House::new().await;
        let ada = house.person(&[Permission::UsersManager]).await;
        let bob = house.person(&[Permission::UsersManager]).await;
        let (bobs, adas) = (id(&bob), id(&ada));
        let (one, other) = tokio::join!(ada.get::<Delete>(&bobs), bob.get::<Delete>(&adas));
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|done| **done).count(), 1);
        assert!(is_signed_in(&ada).await != is_signed_in(&bob).await);
    }
}

#[tokio::test]
async fn an_admin_ends_anothers_sessions() {
    let house = House::new().await;
    let manager = house.person(&[Permission::UsersManager]).await;
    let bob = house.person(&[]).await;
    let again = house.signed_in_again(&bob).await;
    manager.get::<EndSessions>(&id(&bob)).await.unwrap();
    assert!(!is_signed_in(&bob).await && !is_signed_in(&again).await);
    assert!(is_signed_in(&manager).await);
}

#[tokio::test]
async fn tenants_are_kept_apart() {
    let house = House::new().await;
    let manager = house.person(&[Permission::UsersManager]).await;
    let stranger = house.stranger(&[Permission::UsersManager]).await;
    assert_eq!(specific(change(&stranger, &manager, &[], true).await), UpdateError::UnknownUser);
    assert_eq!(specific(stranger.get::<EndSessions>(&id(&manager)).await), EndSessionsError::UnknownUser);
    stranger.get::<Delete>(&id(&manager)).await.unwrap();
    assert!(is_signed_in(&manager).await);
    assert_eq!(people(&stranger).await.len(), 1);
}

#[tokio::test]
async fn the_list_has_parts_and_each_person_once() {
    let house = House::new().await;
    let manager = house.person(&[Permission::UsersManager]).await;
    for _ in 0..6 {
        house.person(&[]).await;
    }
    let mut seen = Vec::new();
    let mut query = PageQuery { after: None, limit: Some(3) };
    loop {
        let page = manager.call::<List>(&(), &query, &Nothing {}).await.unwrap();
        seen.extend(page.items.into_iter().map(|person| person.email));
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen.len(), 7);
    assert!(seen.is_sorted());
}

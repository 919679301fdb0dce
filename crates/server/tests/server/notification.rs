//! What somebody wants to be told of.

use api::delivery::TestError;
use api::notification::{Choose, Chosen, Kind, Test, View};
use api::{Nothing, Permission, user};

use crate::harness::House;
use crate::upstream::specific;

#[tokio::test]
async fn whoever_can_act_is_told_of_everything_until_something_else_is_chosen() {
    let house = House::new().await;
    for (permissions, told, sees) in [
        (&[Permission::BillingProfilesAdmin][..], Kind::ALL, true),
        (&[Permission::AssetsManager], Kind::ALL, true),
        (&[Permission::CloudAnalyticsUser], &[], true),
        (&[Permission::UsersManager], &[], false),
        (&[], &[], false),
    ] {
        let choice = house.person(permissions).await.get::<View>(&()).await.unwrap();
        assert_eq!((choice.kinds.as_slice(), choice.sees_accounts), (told, sees), "{permissions:?}");
        assert!(!choice.mail_configured);
    }
}

#[tokio::test]
async fn a_choice_is_somebodys_own_and_goes_with_them() {
    let house = House::new().await;
    let ada = house.person(&[Permission::BillingProfilesAdmin]).await;
    let bob = house.person(&[Permission::CloudAnalyticsUser]).await;
    let chosen = Chosen { kinds: vec![Kind::SourceSilent, Kind::KeyRefused, Kind::SourceSilent] };
    let answer = bob.call::<Choose>(&(), &Nothing {}, &chosen).await.unwrap();
    assert_eq!(answer.kinds, [Kind::KeyRefused, Kind::SourceSilent]);
    assert_eq!(bob.get::<View>(&()).await.unwrap(), answer);
    assert_eq!(ada.get::<View>(&()).await.unwrap().kinds, Kind::ALL);
    ada.call::<Choose>(&(), &Nothing {}, &Chosen { kinds: Vec::new() }).await.unwrap();
    assert!(ada.get::<View>(&()).await.unwrap().kinds.is_empty(), "nothing is a choice too");
    let manager = house.person(&[Permission::UsersManager]).await;
    manager.get::<user::Delete>(&bob.user.unwrap().id).await.unwrap();
    let mut db = house.app.store.read().await.unwrap();
    let left: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM notification_choice").fetch_one(&mut *db).await.unwrap();
    assert_eq!(left, 1);
}

#[tokio::test]
async fn without_a_mail_server_no_message_is_tried() {
    let house = House::new().await;
    let ada = house.person(&[Permission::BillingProfilesAdmin]).await;
    assert_eq!(specific(ada.get::<Test>(&()).await), TestError::NoMailServer);
}

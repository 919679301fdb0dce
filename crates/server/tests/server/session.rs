use api::session::{Session, View};

use crate::harness::House;

#[tokio::test]
async fn a_person_is_signed_in() {
    let house = House::new().await;
    assert_eq!(house.nobody().get::<View>(&()).await.unwrap(), Session::SetupNeeded);
    let person = house.person(&[]).await;
    let session = person.get::<View>(&()).await.unwrap();
    let Session::SignedIn(signed_in) = session else { panic!("{session:?}") };
    assert_eq!(Some(signed_in.user), person.user.map(|user| user.id));
    assert_eq!(house.nobody().get::<View>(&()).await.unwrap(), Session::SignedOut);
}

//! Where somebody is signed in, and how they end it.

use api::own_session::{Delete, DeleteOthers, List, OwnSession};
use api::session::{Session, View};
use axum::body::Body;
use http::Request;

use crate::harness::{House, Person};

async fn list(person: &Person) -> Vec<OwnSession> {
    person.get::<List>(&()).await.unwrap().items
}

async fn is_signed_in(person: &Person) -> bool {
    matches!(person.get::<View>(&()).await.unwrap(), Session::SignedIn(_))
}

#[tokio::test]
async fn everybody_sees_their_own_sessions_and_which_is_this_one() {
    let house = House::new().await;
    let ada = house.person(&[]).await;
    house.person(&[]).await;
    house.clock.advance(120);
    let second = house.signed_in_again(&ada).await;
    let sessions = list(&second).await;
    assert_eq!(sessions.iter().map(|session| session.current).collect::<Vec<_>>(), [true, false]);
    assert_eq!(sessions[0].created_at, sessions[1].created_at.plus_seconds(120));
    assert!(
        sessions.iter().all(|session| session.device == "Firefox on Linux" && session.network == "192.0.2.1")
    );
    // An id opens nothing: it is no token.
    let cookie = sessions[0].id.as_str().strip_prefix("session_").unwrap();
    assert!(!is_signed_in(&house.nobody().with_cookie(&format!("__Host-sid={cookie}"))).await);
    house.clock.advance(server::session::IDLE);
    let third = house.signed_in_again(&ada).await;
    assert_eq!(list(&third).await.len(), 1, "what has ended is not listed");
}

#[tokio::test]
async fn one_is_ended_or_all_others_and_nobody_elses() {
    let house = House::new().await;
    let (ada, bob) = (house.person(&[]).await, house.person(&[]).await);
    let (second, third) = (house.signed_in_again(&ada).await, house.signed_in_again(&ada).await);
    let of_bob = list(&bob).await[0].id.clone();
    ada.get::<Delete>(&of_bob).await.unwrap();
    assert!(is_signed_in(&bob).await);
    let of_second = list(&second).await.into_iter().find(|session| session.current).unwrap().id;
    for _ in 0..2 {
        ada.get::<Delete>(&of_second).await.unwrap();
    }
    assert!(!is_signed_in(&second).await && is_signed_in(&third).await);
    ada.get::<DeleteOthers>(&()).await.unwrap();
    assert!(!is_signed_in(&third).await && is_signed_in(&ada).await && is_signed_in(&bob).await);
}

#[tokio::test]
async fn signing_in_notes_the_device_in_words_of_ours() {
    let house = House::new().await;
    let manager = house.person(&[api::Permission::UsersManager]).await;
    let new = api::invitation::NewInvitation { email: "eve@example.com".into(), permissions: Vec::new() };
    let issued = manager.call::<api::invitation::Create>(&(), &api::Nothing {}, &new).await.unwrap();
    let token = issued.link.strip_prefix("/invitation#token=").unwrap();
    let body = format!(r#"{{"token":"{token}","password":"correct horse battery staple"}}"#);
    let request = Request::post("/api/v1/invitation-acceptances")
        .header("content-type", "application/json")
        .header("user-agent", "<script>Chrome/140.0 Windows NT 10.0</script>")
        .body(Body::from(body))
        .unwrap();
    let answer = house.nobody().send(request).await;
    let eve = house.nobody().with_cookie(&answer.cookie());
    assert_eq!(list(&eve).await[0].device, "Chrome on Windows");
}

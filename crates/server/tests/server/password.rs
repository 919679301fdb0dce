//! Changing one's own password, and hashing it anew when hashing becomes harder.

use api::password::{Change, ChangeError, NewPassword};
use api::session::{Create, Credentials, Session, View};
use api::{Email, Nothing, Password, Refused, SecretText, UserId};
use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use server::user::{self, NewUser};

use crate::harness::{House, Person};
use crate::upstream::specific;

const EMAIL: &str = "ada@example.com";
const OLD: &str = "correct horse battery staple";
const NEW: &str = "another four words here";

async fn ada(house: &House) -> UserId {
    let new = NewUser {
        email: Email::parse(EMAIL).unwrap(),
        password: Password::parse(SecretText::new(OLD.into())).unwrap(),
        permissions: Vec::new(),
        tenant_name: "Analytical Engines".into(),
    };
    user::add(&house.app, new).await.unwrap()
}

async fn sign_in(house: &House, password: &str) -> Option<Person> {
    let body = format!(r#"{{"email":"{EMAIL}","password":"{password}"}}"#);
    let request = http::Request::post(<Create as api::Endpoint>::PATH)
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body))
        .unwrap();
    let answer = house.nobody().send(request).await;
    answer.status.is_success().then(|| house.nobody().with_cookie(&answer.cookie()))
}

async fn change(person: &Person, old: &str, new: &str) -> Result<Nothing, Refused<ChangeError>> {
    let body = NewPassword { old: SecretText::new(old.into()), new: SecretText::new(new.into()) };
    person.call::<Change>(&(), &Nothing {}, &body).await
}

async fn hash(house: &House) -> String {
    use sqlx::Row;
    let mut db = house.app.store.read().await.unwrap();
    sqlx::query("SELECT password_hash FROM app_user").fetch_one(&mut *db).await.unwrap().get("password_hash")
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let house = House::new().await;
    ada(&house).await;
    let (here, elsewhere) = (sign_in(&house, OLD).await.unwrap(), sign_in(&house, OLD).await.unwrap());
    assert_eq!(specific(change(&here, "not the old one", NEW).await), ChangeError::WrongPassword);
    change(&here, OLD, NEW).await.unwrap();
    assert!(matches!(here.get::<View>(&()).await.unwrap(), Session::SignedIn(_)));
    assert_eq!(elsewhere.get::<View>(&()).await.unwrap(), Session::SignedOut);
    assert!(sign_in(&house, OLD).await.is_none());
    assert!(sign_in(&house, NEW).await.is_some());
}

#[tokio::test]
async fn a_password_that_does_not_fit_changes_nothing() {
    let house = House::new().await;
    ada(&house).await;
    let here = sign_in(&house, OLD).await.unwrap();
    for new in ["short", "password1", EMAIL, OLD] {
        match specific(change(&here, OLD, new).await) {
            ChangeError::Unfit { issues } => assert_eq!(issues[0].field, "new"),
            other => panic!("{other:?}"),
        }
    }
    assert!(sign_in(&house, OLD).await.is_some());
}

#[tokio::test]
async fn guessing_the_old_password_is_slowed_down() {
    let house = House::new().await;
    ada(&house).await;
    let here = sign_in(&house, OLD).await.unwrap();
    for _ in 0..10 {
        assert_eq!(specific(change(&here, "wrong", NEW).await), ChangeError::WrongPassword);
    }
    assert!(matches!(specific(change(&here, OLD, NEW).await), ChangeError::TooManyAttempts { .. }));
}

#[tokio::test]
async fn of_two_changes_at_once_one_holds() {
    let house = House::new().await;
    ada(&house).await;
    let (here, there) = (sign_in(&house, OLD).await.unwrap(), sign_in(&house, OLD).await.unwrap());
    let (one, other) = tokio::join!(change(&here, OLD, NEW), change(&there, OLD, "yet four other words"));
    assert!(one.is_ok() != other.is_ok());
}

#[tokio::test]
async fn a_hash_of_weaker_parameters_is_renewed_at_the_next_sign_in() {
    let house = House::new().await;
    let id = ada(&house).await;
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).unwrap());
    let weak = weak.hash_password_with_salt(OLD.as_bytes(), &[7; 16]).unwrap().to_string();
    let mut db = house.app.store.write().await.unwrap();
    sqlx::query("UPDATE app_user SET password_hash = $1 WHERE id = $2")
        .bind(weak.as_str())
        .bind(id.as_str())
        .execute(&mut *db)
        .await
        .unwrap();
    db.commit().await.unwrap();
    assert!(sign_in(&house, "wrong").await.is_none());
    assert_eq!(hash(&house).await, weak, "a wrong password renews nothing");
    assert!(sign_in(&house, OLD).await.is_some());
    let renewed = hash(&house).await;
    assert!(renewed.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{renewed}");
    assert!(sign_in(&house, OLD).await.is_some());
    assert_eq!(hash(&house).await, renewed, "what is strong enough stays");
    let credentials = Credentials { email: EMAIL.into(), password: SecretText::new(OLD.into()), code: None };
    house.nobody().call::<Create>(&(), &Nothing {}, &credentials).await.unwrap();
}

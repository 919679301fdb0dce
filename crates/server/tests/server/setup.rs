//! The first run.

use api::session::{Session, View};
use api::setup::{Create, CreateError, Setup};
use api::{Endpoint, Nothing, Permission, Refused, SecretText};
use axum::body::Body;
use http::Request;
use server::setup::{TOKEN_LIFETIME, new_token};

use crate::harness::{House, Person};

const PASSWORD: &str = "correct horse battery staple";

async fn token(house: &House) -> String {
    new_token(&house.app).await.unwrap().unwrap().to_string()
}

async fn set_up(person: &Person, token: &str, email: &str, password: &str) -> Result<Session, CreateError> {
    let body = Setup {
        token: SecretText::new(token.into()),
        tenant_name: "Analytical Engines".into(),
        email: email.into(),
        password: SecretText::new(password.into()),
    };
    match person.call::<Create>(&(), &Nothing {}, &body).await {
        Ok(session) => Ok(session),
        Err(Refused::Specific(refusal, _)) => Err(refusal),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_holder_of_the_token_becomes_the_first_user_with_every_permission() {
    let house = House::new().await;
    let token = token(&house).await;
    assert_eq!(token.len(), 22, "128 bits in base64");
    let session = set_up(&house.nobody(), &token, "Ada@example.com", PASSWORD).await.unwrap();
    let Session::SignedIn(signed_in) = session else { panic!("{session:?}") };
    assert_eq!(signed_in.email.as_str(), "ada@example.com");
    assert_eq!(signed_in.permissions, Permission::ALL);
    assert_eq!(house.nobody().get::<View>(&()).await.unwrap(), Session::SignedOut);
}

#[tokio::test]
async fn of_fifty_claims_at_once_one_wins() {
    let house = House::new().await;
    let token = token(&house).await;
    let claims = (0..50).map(|n| {
        let (nobody, token) = (house.nobody(), token.clone());
        tokio::spawn(async move { set_up(&nobody, &token, &format!("user{n}@example.com"), PASSWORD).await })
    });
    let claims: Vec<_> = futures::future::join_all(claims).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(claims.iter().filter(|claim| claim.is_ok()).count(), 1);
    // All come from one address, so that some are told to wait.
    let loses = |claim: &Result<_, _>| {
        use CreateError::{SetupClosed, TooManyAttempts, WrongToken};
        matches!(claim, Ok(_) | Err(SetupClosed | WrongToken | TooManyAttempts { .. }))
    };
    assert!(claims.iter().all(loses), "{claims:?}");
    let mut db = house.app.store.read().await.unwrap();
    let row = sqlx::query("SELECT COUNT(*) AS n FROM app_user").fetch_one(&mut *db).await.unwrap();
    assert_eq!(sqlx::Row::get::<i64, _>(&row, "n"), 1);
}

#[tokio::test]
async fn the_set_up_closes_for_ever() {
    let house = House::new().await;
    let token = token(&house).await;
    set_up(&house.nobody(), &token, "ada@example.com", PASSWORD).await.unwrap();
    let again = || async { set_up(&house.nobody(), &token, "eve@example.com", PASSWORD).await };
    assert_eq!(again().await, Err(CreateError::SetupClosed));
    let house = house.restarted().await;
    assert!(new_token(&house.app).await.unwrap().is_none());
    let body = format!(
        r#"{{"token":"{token}","tenant_name":"x","email":"eve@example.com","password":"{PASSWORD}"}}"#
    );
    let request =
        Request::post(Create::PATH).header("content-type", "application/json").body(Body::from(body));
    assert_eq!(house.nobody().send(request.unwrap()).await.status, 404);
}

#[tokio::test]
async fn a_user_added_by_the_operator_closes_it_too() {
    let house = House::new().await;
    let token = token(&house).await;
    house.person(&[]).await;
    assert_eq!(
        set_up(&house.nobody(), &token, "eve@example.com", PASSWORD).await,
        Err(CreateError::SetupClosed)
    );
}

#[tokio::test]
async fn wrong_old_and_replaced_tokens_open_nothing() {
    let house = House::new().await;
    let first = token(&house).await;
    let second = token(&house).await;
    let nobody = house.nobody();
    for wrong in ["", "x", first.as_str()] {
        assert_eq!(set_up(&nobody, wrong, "eve@example.com", PASSWORD).await, Err(CreateError::WrongToken));
    }
    house.clock.advance(TOKEN_LIFETIME);
    assert_eq!(set_up(&nobody, &second, "eve@example.com", PASSWORD).await, Err(CreateError::WrongToken));
}

#[tokio::test]
async fn wrong_tokens_are_slowed_down() {
    let house = House::new().await;
    let token = token(&house).await;
    for _ in 0..10 {
        assert_eq!(
            set_up(&house.nobody(), "x", "eve@example.com", PASSWORD).await,
            Err(CreateError::WrongToken)
        );
    }
    let answer = set_up(&house.nobody(), &token, "eve@example.com", PASSWORD).await;
    assert_eq!(answer, Err(CreateError::TooManyAttempts { retry_after_seconds: 300 }));
}

#[tokio::test]
async fn fields_that_do_not_fit_are_named_at_once_and_the_token_stays_good() {
    let house = House::new().await;
    let token = token(&house).await;
    let nobody = house.nobody();
    let answer = set_up(&nobody, &token, "nowhere", "password1").await;
    let Err(CreateError::Unfit { issues }) = answer else { panic!("{answer:?}") };
    assert_eq!(issues.iter().map(|issue| issue.field.as_str()).collect::<Vec<_>>(), ["email", "password"]);
    // Before the token is known, nothing is told about the fields.
    assert_eq!(set_up(&nobody, "x", "nowhere", "password1").await, Err(CreateError::WrongToken));
    assert!(set_up(&nobody, &token, "ada@example.com", PASSWORD).await.is_ok());
}

//! The second factor: enrolled by a code, asked for at every sign-in, each code once, and recovery codes for its loss.

use api::second_factor::{
    Code, Confirm, ConfirmError, Enrol, EnrolError, Enrolment, PresentPassword, Remove, RemoveError, View,
};
use api::session::{Create, CreateError, Credentials, Session};
use api::{Email, Nothing, Password, Refused, SecretText};
use server::user::{self, NewUser};
use totp_rs::{Algorithm, Builder, Secret};

use crate::harness::{House, Person};
use crate::upstream::specific;

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery staple";

fn text(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

/// Somebody with a password, who is signed in.
async fn ada(house: &House) -> Person {
    let new = NewUser {
        email: Email::parse(EMAIL).unwrap(),
        password: Password::parse(text(PASSWORD)).unwrap(),
        permissions: Vec::new(),
        tenant_name: "Analytical Engines".into(),
    };
    user::add(&house.app, new).await.unwrap();
    let body = format!(r#"{{"email":"{EMAIL}","password":"{PASSWORD}"}}"#);
    let request = http::Request::post("/api/v1/session").header("content-type", "application/json");
    let answer = house.nobody().send(request.body(axum::body::Body::from(body)).unwrap()).await;
    house.nobody().with_cookie(&answer.cookie())
}

async fn enrol(person: &Person) -> Enrolment {
    person.call::<Enrol>(&(), &Nothing {}, &PresentPassword { password: text(PASSWORD) }).await.unwrap()
}

/// What the app shows now, as an authenticator reads it from the secret in base 32.
pub fn code(house: &House, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30);
    let totp = totp.with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(house.app.clock.now().unix_seconds()).unwrap()).to_string()
}

async fn confirm(person: &Person, code: &str) -> Result<Vec<String>, Refused<ConfirmError>> {
    person.call::<Confirm>(&(), &Nothing {}, &Code { code: text(code) }).await.map(|made| made.codes)
}

async fn sign_in(house: &House, password: &str, code: Option<&str>) -> Result<Session, Refused<CreateError>> {
    let body = Credentials { email: EMAIL.into(), password: text(password), code: code.map(text) };
    house.nobody().call::<Create>(&(), &Nothing {}, &body).await
}

/// Somebody whose second factor counts: the secret and the recovery codes.
async fn enrolled(house: &House) -> (Person, String, Vec<String>) {
    let ada = ada(house).await;
    let secret = enrol(&ada).await.secret;
    let codes = confirm(&ada, &code(house, &secret)).await.unwrap();
    (ada, secret, codes)
}

#[tokio::test]
async fn it_counts_only_after_a_code_of_it_and_then_signing_in_asks_for_one() {
    let house = House::new().await;
    let ada = ada(&house).await;
    let made = enrol(&ada).await;
    assert!(made.uri.starts_with("otpauth://totp/OpenAI%20Lens:ada%40example.com?secret="), "{}", made.uri);
    assert!(made.uri.contains(&made.secret) && made.qr_svg.contains("<svg"));
    sign_in(&house, PASSWORD, None).await.unwrap();
    assert_eq!(specific(confirm(&ada, "000000").await), ConfirmError::WrongCode);
    let elsewhere = {
        let body = format!(r#"{{"email":"{EMAIL}","password":"{PASSWORD}"}}"#);
        let request = http::Request::post("/api/v1/session").header("content-type", "application/json");
        let answer = house.nobody().send(request.body(axum::body::Body::from(body)).unwrap()).await;
        house.nobody().with_cookie(&answer.cookie())
    };
    let codes = confirm(&ada, &code(&house, &made.secret)).await.unwrap();
    assert_eq!(codes.len(), 10);
    assert_eq!(elsewhere.get::<api::session::View>(&()).await.unwrap(), Session::SignedOut);
    let state = ada.get::<View>(&()).await.unwrap();
    assert!(state.enabled && state.recovery_codes_left == 10);

    house.clock.advance(30);
    assert_eq!(specific(sign_in(&house, PASSWORD, None).await), CreateError::CodeNeeded);
    assert_eq!(specific(sign_in(&house, PASSWORD, Some("000000")).await), CreateError::WrongCode);
    sign_in(&house, PASSWORD, Some(&code(&house, &made.secret))).await.unwrap();
    // Whoever has not the password does not learn that there is a second factor.
    let refused = specific(sign_in(&house, "wrong password", Some("000000")).await);
    assert_eq!(refused, CreateError::WrongCredentials);
}

#[tokio::test]
async fn no_code_is_taken_twice_nor_one_of_before_it() {
    let house = House::new().await;
    let (_, secret, _) = enrolled(&house).await;
    let used = code(&house, &secret);
    assert_eq!(specific(sign_in(&house, PASSWORD, Some(&used)).await), CreateError::WrongCode);
    let before = code(&house, &secret);
    house.clock.advance(30);
    let now = code(&house, &secret);
    let (one, other) =
        tokio::join!(sign_in(&house, PASSWORD, Some(&now)), sign_in(&house, PASSWORD, Some(&now)));
    assert!(one.is_ok() != other.is_ok());
    assert_eq!(specific(sign_in(&house, PASSWORD, Some(&before)).await), CreateError::WrongCode);
    house.clock.advance(120);
    assert_eq!(specific(sign_in(&house, PASSWORD, Some(&now)).await), CreateError::WrongCode, "too old");
}

#[tokio::test]
async fn a_recovery_code_is_good_once() {
    let house = House::new().await;
    let (ada, _, codes) = enrolled(&house).await;
    let typed = codes[0].to_uppercase().replace('-', " ");
    sign_in(&house, PASSWORD, Some(&typed)).await.unwrap();
    assert_eq!(specific(sign_in(&house, PASSWORD, Some(&codes[0])).await), CreateError::WrongCode);
    assert_eq!(ada.get::<View>(&()).await.unwrap().recovery_codes_left, 9);
    sign_in(&house, PASSWORD, Some(&codes[1])).await.unwrap();
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_even_with_the_right_password() {
    let house = House::new().await;
    let (_, secret, _) = enrolled(&house).await;
    house.clock.advance(30);
    for attempt in 0..10 {
        let code = format!("{attempt:06}");
        // In between, the password alone takes nothing back.
        let tried = sign_in(&house, PASSWORD, Some(code.as_str()).filter(|_| attempt % 2 == 0)).await;
        assert!(matches!(specific(tried), CreateError::WrongCode | CreateError::CodeNeeded));
    }
    let refused = specific(sign_in(&house, PASSWORD, Some(&code(&house, &secret))).await);
    assert!(matches!(refused, CreateError::TooManyAttempts { .. }));
}

#[tokio::test]
async fn beginning_and_removing_need_the_password() {
    let house = House::new().await;
    let ada = ada(&house).await;
    let wrong = || PresentPassword { password: text("wrong") };
    let refused = specific(ada.call::<Enrol>(&(), &Nothing {}, &wrong()).await);
    assert_eq!(refused, EnrolError::WrongPassword);
    assert_eq!(specific(confirm(&ada, "000000").await), ConfirmError::NothingToConfirm);
    let secret = enrol(&ada).await.secret;
    confirm(&ada, &code(&house, &secret)).await.unwrap();
    let right = || PresentPassword { password: text(PASSWORD) };
    let refused = specific(ada.call::<Enrol>(&(), &Nothing {}, &right()).await);
    assert_eq!(refused, EnrolError::AlreadyEnabled);
    let refused = specific(ada.call::<Remove>(&(), &Nothing {}, &wrong()).await);
    assert_eq!(refused, RemoveError::WrongPassword);
    for _ in 0..2 {
        ada.call::<Remove>(&(), &Nothing {}, &right()).await.unwrap();
    }
    sign_in(&house, PASSWORD, None).await.unwrap();
}

#[tokio::test]
async fn the_store_has_the_secret_sealed_and_the_recovery_codes_hashed() {
    let house = House::new().await;
    let (_, secret, codes) = enrolled(&house).await;
    if house.has_file() {
        house.app.store.checkpoint().await.unwrap();
        let files = house.files();
        let raw = Secret::try_from_base32(&secret).unwrap();
        let plain = codes[0].replace('-', "");
        for needle in [secret.as_bytes(), raw.as_bytes(), codes[0].as_bytes(), plain.as_bytes()] {
            assert!(!files.windows(needle.len()).any(|window| window == needle));
        }
    }
}

#[tokio::test]
async fn a_secret_that_is_moved_to_another_user_does_not_open() {
    let house = House::new().await;
    let (ada, secret, _) = enrolled(&house).await;
    let person = house.person(&[]).await;
    let bob = person.user.clone().unwrap();
    let mut db = house.app.store.write().await.unwrap();
    sqlx::query("UPDATE second_factor SET user_id = $1, tenant_id = $2, confirmed_at = NULL")
        .bind(bob.id.as_str())
        .bind(bob.tenant.as_str())
        .execute(&mut *db)
        .await
        .unwrap();
    db.commit().await.unwrap();
    house.clock.advance(60);
    assert!(matches!(confirm(&person, &code(&house, &secret)).await, Err(Refused::Common(..))));
    drop(ada);
}

#[tokio::test]
async fn an_office_of_people_with_second_factors_is_not_taken_for_a_guesser() {
    let house = House::new().await;
    let (_, _, codes) = enrolled(&house).await;
    // Each signs in in two steps; recovery codes, since those of an app need time to pass, in which the count ends.
    for code in &codes {
        for _ in 0..4 {
            assert_eq!(specific(sign_in(&house, PASSWORD, None).await), CreateError::CodeNeeded);
        }
        sign_in(&house, PASSWORD, Some(code)).await.unwrap();
    }
}

#[tokio::test]
async fn guessing_codes_from_ever_other_networks_takes_ever_longer() {
    let house = House::with(|settings| settings.trusted_proxies = 1).await;
    let (_, secret, _) = enrolled(&house).await;
    house.clock.advance(60);
    let mut network = 0;
    let mut guess = async |code: &str| {
        network += 1;
        let body = format!(r#"{{"email":"{EMAIL}","password":"{PASSWORD}","code":"{code}"}}"#);
        let request = http::Request::post("/api/v1/session")
            .header("content-type", "application/json")
            .header("x-forwarded-for", format!("10.{}.{}.1", network / 250, network % 250));
        house.nobody().send(request.body(axum::body::Body::from(body)).unwrap()).await
    };
    let mut waits = Vec::new();
    for _ in 0..5 {
        assert_eq!(guess("000000").await.json_code(), "wrong_code");
    }
    for _ in 0..9 {
        let answer = guess(&code(&house, &secret)).await;
        assert_eq!(answer.json_code(), "too_many_attempts", "even the right one");
        let wait: i64 = answer.header("retry-after").parse().unwrap();
        waits.push(wait);
        house.clock.advance(wait);
        assert_eq!(guess("000000").await.json_code(), "wrong_code");
    }
    assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    house.clock.advance(3600);
    assert_eq!(guess(&code(&house, &secret)).await.status, 200);
    house.clock.advance(30);
    assert_eq!(guess(&code(&house, &secret)).await.status, 200, "a right code forgets the wrong ones");
}

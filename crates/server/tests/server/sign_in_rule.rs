//! A second factor that is asked for: who has to have one, and that nothing else is open before.

use api::second_factor::{Code, Confirm, Enrol, PresentPassword, Remove, RemoveError};
use api::session::{Session, SignedIn, View};
use api::sign_in_rule::{NewSignInRules, SecondFactorRule, SignInRules, Update, UpdateError};
use api::{
    Access, CommonRefusal, Email, Method, Nothing, Password, Permission, Refused, SecretText, api_token,
};
use axum::body::Body;
use http::Request;
use server::user::{self, NewUser};

use crate::harness::{House, Person};
use crate::second_factor::code;

const PASSWORD: &str = "correct horse battery staple";

fn secret(text: &str) -> SecretText {
    SecretText::new(text.into())
}

/// Somebody with a password, signed in. The operator's users are of the installation's first tenant.
async fn somebody(house: &House, email: &str, permissions: &[Permission]) -> Person {
    let new = NewUser {
        email: Email::parse(email).unwrap(),
        password: Password::parse(secret(PASSWORD)).unwrap(),
        permissions: permissions.to_vec(),
        tenant_name: "Analytical Engines".into(),
    };
    user::add(&house.app, new).await.unwrap();
    sign_in(house, email).await
}

async fn sign_in(house: &House, email: &str) -> Person {
    let body = format!(r#"{{"email":"{email}","password":"{PASSWORD}"}}"#);
    let request = Request::post("/api/v1/session").header("content-type", "application/json");
    let answer = house.nobody().send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    house.nobody().with_cookie(&answer.cookie())
}

async fn signed_in(person: &Person) -> SignedIn {
    match person.get::<View>(&()).await.unwrap() {
        Session::SignedIn(signed_in) => signed_in,
        other => panic!("{other:?}"),
    }
}

async fn enrol(house: &House, person: &Person) {
    let present = PresentPassword { password: secret(PASSWORD) };
    let enrolment = person.call::<Enrol>(&(), &Nothing {}, &present).await.unwrap();
    let code = Code { code: secret(&code(house, &enrolment.secret)) };
    person.call::<Confirm>(&(), &Nothing {}, &code).await.unwrap();
}

async fn set(person: &Person, rule: SecondFactorRule) -> Result<SignInRules, Refused<UpdateError>> {
    person.call::<Update>(&(), &Nothing {}, &NewSignInRules { second_factor: rule }).await
}

#[tokio::test]
async fn whoever_lacks_what_is_asked_for_can_do_nothing_but_set_it_up() {
    let house = House::new().await;
    let manager = somebody(&house, "ada@example.com", Permission::ALL).await;
    let bob = somebody(&house, "bob@example.com", Permission::ALL).await;
    let carol = somebody(&house, "carol@example.com", &[Permission::CloudAnalyticsUser]).await;
    let refusal = set(&manager, SecondFactorRule::BillingProfilesAdmins).await.unwrap_err();
    assert!(matches!(refusal, Refused::Specific(UpdateError::OwnSecondFactorFirst, _)));
    enrol(&house, &manager).await;
    set(&manager, SecondFactorRule::BillingProfilesAdmins).await.unwrap();

    // With the next request, on every endpoint that is not open to everybody, whatever it is.
    assert!(signed_in(&bob).await.second_factor_due);
    let (mut closed, mut open) = (0, Vec::new());
    for endpoint in api::ALL.iter().filter(|endpoint| endpoint.access != Access::Anonymous) {
        let address = endpoint.path.replace(['{', '}'], "");
        let request = Request::builder().method(endpoint.method.as_str()).uri(address);
        let body = if endpoint.method == Method::Get { Body::empty() } else { Body::from("{}") };
        let answer = bob.send(request.header("content-type", "application/json").body(body).unwrap()).await;
        if answer.json_code() == "second_factor_needed" {
            assert_eq!(answer.status, 403);
            closed += 1;
        } else {
            open.push(format!("{} {}", endpoint.method.as_str(), endpoint.path));
        }
    }
    assert_eq!(
        open,
        [
            "GET /api/v1/second-factor",
            "POST /api/v1/second-factor/confirmation",
            "POST /api/v1/second-factor/enrolment"
        ]
    );
    assert!(closed > 40);
    // Signing in again changes nothing, and setting one up opens everything.
    let bob = sign_in(&house, "bob@example.com").await;
    assert!(signed_in(&bob).await.second_factor_due);
    enrol(&house, &bob).await;
    assert!(!signed_in(&bob).await.second_factor_due);
    bob.get::<api::sign_in_rule::View>(&()).await.unwrap();
    let present = PresentPassword { password: secret(PASSWORD) };
    let refusal = bob.call::<Remove>(&(), &Nothing {}, &present).await.unwrap_err();
    assert!(matches!(refusal, Refused::Specific(RemoveError::Required, _)));

    // Others are asked only when everybody is.
    assert!(!signed_in(&carol).await.second_factor_due);
    set(&manager, SecondFactorRule::Everybody).await.unwrap();
    assert!(signed_in(&carol).await.second_factor_due);
    set(&manager, SecondFactorRule::Nobody).await.unwrap();
    assert!(!signed_in(&carol).await.second_factor_due);
    bob.call::<Remove>(&(), &Nothing {}, &present).await.unwrap();
}

#[tokio::test]
async fn a_token_of_somebody_who_lacks_it_opens_nothing() {
    let house = House::new().await;
    let manager = somebody(&house, "ada@example.com", Permission::ALL).await;
    let bob = somebody(&house, "bob@example.com", &[Permission::CloudAnalyticsUser]).await;
    let token = api_token::NewToken {
        name: "Nightly".into(),
        permissions: vec![Permission::CloudAnalyticsUser],
        read_only: true,
        days: 30,
    };
    let secret = bob.call::<api_token::Create>(&(), &Nothing {}, &token).await.unwrap().secret;
    let call = async || {
        let request = Request::get("/api/v1/connections").header("authorization", format!("Bearer {secret}"));
        house.nobody().send(request.body(Body::empty()).unwrap()).await
    };
    assert_eq!(call().await.status, 200);
    enrol(&house, &manager).await;
    set(&manager, SecondFactorRule::Everybody).await.unwrap();
    assert_eq!(
        (call().await.status.as_u16(), call().await.json_code().as_str()),
        (403, "second_factor_needed")
    );
}

#[tokio::test]
async fn a_token_with_a_part_of_its_owners_permissions_is_no_way_around_the_rule() {
    let house = House::new().await;
    let manager = somebody(&house, "ada@example.com", Permission::ALL).await;
    enrol(&house, &manager).await;
    let bob = somebody(&house, "bob@example.com", Permission::ALL).await;
    let token = api_token::NewToken {
        name: "Nightly".into(),
        permissions: vec![Permission::CloudAnalyticsUser],
        read_only: true,
        days: 30,
    };
    let secret = bob.call::<api_token::Create>(&(), &Nothing {}, &token).await.unwrap().secret;
    set(&manager, SecondFactorRule::BillingProfilesAdmins).await.unwrap();
    let request = Request::get("/api/v1/connections").header("authorization", format!("Bearer {secret}"));
    let answer = house.nobody().send(request.body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.json_code().as_str()), (403, "second_factor_needed"));
    let request = Request::get("/api/v1/session").header("authorization", format!("Bearer {secret}"));
    let answer = house.nobody().send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.json()["second_factor_due"], true);
}

#[tokio::test]
async fn whoever_is_invited_is_asked_at_once() {
    let house = House::new().await;
    let manager = somebody(&house, "ada@example.com", Permission::ALL).await;
    enrol(&house, &manager).await;
    set(&manager, SecondFactorRule::Everybody).await.unwrap();
    let invited = api::invitation::NewInvitation { email: "new@example.com".into(), permissions: vec![] };
    let issued = manager.call::<api::invitation::Create>(&(), &Nothing {}, &invited).await.unwrap();
    let token = issued.link.strip_prefix("/invitation#token=").unwrap();
    let acceptance = api::invitation::Acceptance { token: secret(token), password: secret(PASSWORD) };
    let session =
        house.nobody().call::<api::invitation::Accept>(&(), &Nothing {}, &acceptance).await.unwrap();
    assert!(matches!(session, Session::SignedIn(signed_in) if signed_in.second_factor_due));
}

#[tokio::test]
async fn the_rule_is_the_tenants_own_and_its_managers() {
    let house = House::new().await;
    let manager = somebody(&house, "ada@example.com", Permission::ALL).await;
    enrol(&house, &manager).await;
    set(&manager, SecondFactorRule::Everybody).await.unwrap();
    let stranger = house.stranger(Permission::ALL).await;
    let rules = stranger.get::<api::sign_in_rule::View>(&()).await.unwrap();
    assert_eq!(rules.second_factor, SecondFactorRule::Nobody);
    let others = house.stranger(&[Permission::BillingProfilesAdmin]).await;
    let refusal = set(&others, SecondFactorRule::Everybody).await.unwrap_err();
    assert!(matches!(refusal, Refused::Common(CommonRefusal::Forbidden { .. }, _)));
}

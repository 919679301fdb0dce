//! Signing on with a company's provider: who comes in, what they may do, and what is not believed.

mod issuer;

use std::collections::BTreeMap;
use std::sync::Arc;

use api::audit_event::Actor;
use api::session::{Session, SignedIn};
use api::sign_on::{ArriveError, Begin, Depart, DepartError, Finish, Return, ReturnPath, SignOn, View};
use api::user::{self, Change, UpdateError};
use api::{Email, Endpoint, Nothing, PageQuery, Permission, Refused, SecretText, session};
use axum::body::Body;
use http::Request;
use oidc::{ClientSecret, Registration};
use serde_json::{Map, Value, json};
use server::settings::GroupMap;
use server::sign_on::{AWAY, MOST_AWAY};
use zeroize::Zeroizing;

use crate::harness::{Answer, House, Person, START};
use issuer::{CLIENT, Issuer, KID, Plan, SECRET};

/// A company with a provider of its own, and a first user who signs in with a password.
pub struct Company {
    pub house: House,
    issuer: Issuer,
    manager: Person,
}

/// The claims of Ada, who is in two groups of which one is on the map.
fn claims(issuer: &str) -> Map<String, Value> {
    let now = START.unix_seconds();
    let claims = json!({
        "iss": issuer, "aud": CLIENT, "sub": "ada-7", "iat": now, "exp": now + 300,
        "email": "ada@example.com", "email_verified": true, "groups": ["finops", "everybody"],
    });
    let Value::Object(claims) = claims else { panic!("an object") };
    claims
}

impl Company {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// One whose settings are changed.
    async fn with(change: impl FnOnce(&mut server::settings::SignOn)) -> Self {
        let plan = Plan {
            header: json!({ "alg": "ES256", "kid": KID }),
            claims: Map::new(),
            wrong_key: false,
            by_public_key: false,
            unsigned: false,
            userinfo: json!({}),
        };
        let issuer = Issuer::start(plan).await;
        issuer.plan(|plan| plan.claims = claims(&issuer.url));
        let mut sign_on = server::settings::SignOn {
            registration: Arc::new(registration(&issuer.url)),
            name: "Analytical Engines".into(),
            groups: GroupMap::parse(
                "finops = cloud-analytics-user; lens = billing-profiles-admin, users-manager",
            ),
            break_glass: None,
        };
        change(&mut sign_on);
        let house = House::with(|settings| settings.sign_on = Some(sign_on)).await;
        let manager = house.person(&[Permission::UsersManager, Permission::AuditLogViewer]).await;
        Self { house, issuer, manager }
    }

    /// A browser at the provider: the person with its cookie, and what it comes back with.
    pub async fn away(&self, back: &str) -> (Person, Return) {
        let nobody = self.house.nobody();
        let body = json!({ "back": back }).to_string();
        let answer = send::<Begin>(&nobody, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let cookie = answer.header("set-cookie").to_owned();
        assert!(cookie.starts_with("__Host-sign-on="), "{cookie}");
        assert!(cookie.ends_with("; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=600"), "{cookie}");
        let query = self.issuer.visit(answer.json()["location"].as_str().unwrap());
        (nobody.with_cookie(&answer.cookie()), returned(&query))
    }

    /// Signs on, and says who that is.
    async fn sign_on(&self) -> SignedIn {
        let (away, back) = self.away("/").await;
        match away.call::<Finish>(&(), &Nothing {}, &back).await.unwrap().session {
            Session::SignedIn(signed_in) => signed_in,
            other => panic!("{other:?}"),
        }
    }

    /// The kinds and the details of the log's events since a number, and by whom.
    async fn events(&self, since: usize) -> Vec<(String, String, Actor)> {
        let mut db = self.house.app.store.read().await.unwrap();
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT kind, event, actor FROM audit_event ORDER BY seq")
                .fetch_all(&mut *db)
                .await
                .unwrap();
        rows.into_iter()
            .skip(since)
            .map(|(kind, event, actor)| (kind, event, serde_json::from_str(&actor).unwrap()))
            .collect()
    }
}

fn registration(issuer: &str) -> Registration {
    Registration {
        issuer: oidc::Issuer::parse(issuer).unwrap(),
        client_id: CLIENT.into(),
        client_secret: ClientSecret::new(Zeroizing::new(SECRET.into())),
        redirect_uri: "http://127.0.0.1:8080/login/return".into(),
        scopes: "openid email".into(),
        groups_claim: "groups".into(),
        contexts: Vec::new(),
        only_verified_addresses: false,
    }
}

fn returned(query: &BTreeMap<String, String>) -> Return {
    Return {
        state: query["state"].clone(),
        code: query.get("code").map(|code| SecretText::new(code.clone())),
        iss: query.get("iss").cloned(),
        error: None,
    }
}

fn again(back: &Return) -> Return {
    let code = back.code.as_ref().map(|code| SecretText::new(code.expose().to_owned()));
    Return { state: back.state.clone(), code, iss: back.iss.clone(), error: back.error.clone() }
}

async fn send<E: Endpoint>(person: &Person, body: String) -> Answer {
    let request = Request::post(E::PATH).header("content-type", "application/json");
    person.send(request.body(Body::from(body)).unwrap()).await
}

fn refused<T: std::fmt::Debug, E: Clone>(answer: Result<T, Refused<E>>) -> E {
    match answer {
        Err(Refused::Specific(refusal, _)) => refusal,
        Err(Refused::Common(refusal, _)) => panic!("{refusal:?}"),
        Ok(value) => panic!("{value:?}"),
    }
}

#[tokio::test]
async fn somebody_signs_on_and_may_do_what_their_groups_may() {
    let company = Company::new().await;
    let before = company.events(0).await.len();
    let (away, back) = company.away("/lens?period=last_30_days").await;
    let body = serde_json::to_string(&back).unwrap();
    let answer = send::<Finish>(&away, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
    assert!(
        cookies.iter().any(|cookie| cookie.starts_with("__Host-sid=") && cookie.contains("SameSite=Lax"))
    );
    assert!(cookies.iter().any(|cookie| cookie.starts_with("__Host-sign-on=; ")), "{cookies:?}");
    let arrival = answer.json();
    assert_eq!(arrival["back"], "/lens?period=last_30_days");
    assert_eq!(arrival["session"]["email"], "ada@example.com");
    assert_eq!(arrival["session"]["permissions"], json!(["cloud_analytics_user"]));
    assert_eq!(arrival["session"]["has_password"], false);
    // Nothing of the provider's tokens is in what the browser gets.
    assert!(!answer.text().contains("eyJ") && !answer.text().contains("access"));
    let [(kind, event, Actor::User { email, .. })] = &company.events(before).await[..] else {
        panic!("one row")
    };
    assert_eq!((kind.as_str(), email.as_str()), ("signed_on", "ada@example.com"));
    assert!(event.contains(r#""before":null"#), "{event}");

    let session = cookies.iter().find(|cookie| cookie.starts_with("__Host-sid=")).unwrap();
    let ada = away.with_cookie(session.split(';').next().unwrap());
    assert!(matches!(ada.get::<session::View>(&()).await.unwrap(), Session::SignedIn(_)));
    let listed = company.manager.call::<user::List>(&(), &PageQuery::default(), &Nothing {}).await.unwrap();
    let listed = listed.items.iter().find(|user| user.email.as_str() == "ada@example.com").unwrap().signs_on;
    assert!(listed);
}

#[tokio::test]
async fn permissions_follow_the_groups_at_each_sign_on_and_nothing_else_does() {
    let company = Company::new().await;
    let ada = company.sign_on().await;
    assert_eq!(ada.permissions, [Permission::CloudAnalyticsUser]);
    // Under People they are not changed: the next sign-on would take it back.
    let change = Change { permissions: Permission::ALL.to_vec(), active: true };
    let answer = company.manager.call::<user::Update>(&ada.user, &Nothing {}, &change).await;
    assert_eq!(refused(answer), UpdateError::FollowsGroups);
    company.issuer.plan(|plan| {
        plan.claims.insert("groups".into(), json!(["lens"]));
        plan.claims.insert("email".into(), json!("Ada.Lovelace@example.com"));
    });
    let promoted = company.sign_on().await;
    assert_eq!(promoted.user, ada.user, "issuer and subject are the person");
    assert_eq!(promoted.email.as_str(), "ada.lovelace@example.com");
    assert_eq!(promoted.permissions, [Permission::BillingProfilesAdmin, Permission::UsersManager]);
    company.issuer.plan(|plan| drop(plan.claims.insert("groups".into(), json!([]))));
    assert_eq!(company.sign_on().await.permissions, []);
    let (kind, event, _) = company.events(0).await.pop().unwrap();
    assert_eq!(kind, "signed_on");
    assert!(event.contains("billing_profiles_admin"), "what was before is told: {event}");
}

#[tokio::test]
async fn without_a_map_permissions_are_given_under_people_and_stay() {
    let company = Company::with(|sign_on| sign_on.groups = None).await;
    let ada = company.sign_on().await;
    assert_eq!(ada.permissions, []);
    let change = Change { permissions: vec![Permission::AssetsManager], active: true };
    company.manager.call::<user::Update>(&ada.user, &Nothing {}, &change).await.unwrap();
    assert_eq!(company.sign_on().await.permissions, [Permission::AssetsManager]);
}

#[tokio::test]
async fn what_the_token_does_not_tell_is_asked_for_and_only_of_the_same_person() {
    let company = Company::new().await;
    company.issuer.plan(|plan| {
        plan.claims.remove("email");
        plan.claims.remove("groups");
        plan.userinfo = json!({ "sub": "ada-7", "email": "ada@example.com", "groups": "finops" });
    });
    let ada = company.sign_on().await;
    assert_eq!(
        (ada.email.as_str(), ada.permissions.as_slice()),
        ("ada@example.com", &[Permission::CloudAnalyticsUser][..])
    );
    company.issuer.plan(|plan| plan.userinfo["sub"] = json!("eve-1"));
    let (away, back) = company.away("/").await;
    assert_eq!(refused(away.call::<Finish>(&(), &Nothing {}, &back).await), ArriveError::NotBelieved);
}

#[tokio::test]
async fn nobody_is_recognised_by_an_address() {
    let company = Company::new().await;
    let password = company.house.person(&[Permission::BillingProfilesAdmin]).await.user.unwrap().email;
    company.issuer.plan(|plan| drop(plan.claims.insert("email".into(), json!(password.as_str()))));
    let (away, back) = company.away("/").await;
    assert_eq!(refused(away.call::<Finish>(&(), &Nothing {}, &back).await), ArriveError::AddressTaken);
    for (name, value) in [("email", json!("no address")), ("email_verified", json!(false))] {
        company.issuer.plan(|plan| drop(plan.claims.insert(name.into(), value)));
        let (away, back) = company.away("/").await;
        let answer = away.call::<Finish>(&(), &Nothing {}, &back).await;
        assert_eq!(refused(answer), ArriveError::NoAddress, "{name}");
    }
    // Another subject with the address of somebody who signs on is another person, who does not get in.
    company.issuer.plan(|plan| plan.claims = claims(&company.issuer.url));
    company.sign_on().await;
    company.issuer.plan(|plan| drop(plan.claims.insert("sub".into(), json!("eve-1"))));
    let (away, back) = company.away("/").await;
    assert_eq!(refused(away.call::<Finish>(&(), &Nothing {}, &back).await), ArriveError::AddressTaken);
}

#[tokio::test]
async fn an_address_of_which_nothing_is_said_is_not_verified_unless_the_provider_has_no_others() {
    let company = Company::new().await;
    company.issuer.plan(|plan| {
        plan.claims.remove("email_verified");
        plan.userinfo = json!({ "sub": "ada-7" });
    });
    let (away, back) = company.away("/").await;
    assert_eq!(refused(away.call::<Finish>(&(), &Nothing {}, &back).await), ArriveError::NoAddress);
    // It may be said where more is told of the person.
    company.issuer.plan(|plan| plan.userinfo["email_verified"] = json!("true"));
    company.sign_on().await;

    let company = Company::with(|sign_on| {
        let issuer = sign_on.registration.issuer.as_str();
        let known = Registration { only_verified_addresses: true, ..registration(issuer) };
        sign_on.registration = Arc::new(known);
    })
    .await;
    company.issuer.plan(|plan| drop(plan.claims.insert("email_verified".into(), json!(false))));
    let (away, back) = company.away("/").await;
    assert_eq!(refused(away.call::<Finish>(&(), &Nothing {}, &back).await), ArriveError::NoAddress);
    company.issuer.plan(|plan| drop(plan.claims.remove("email_verified")));
    company.sign_on().await;
}

#[tokio::test]
async fn whoever_is_deactivated_stays_out_and_whoever_is_removed_begins_anew() {
    let company = Company::new().await;
    let ada = company.sign_on().await;
    let change = Change { permissions: ada.permissions.clone(), active: false };
    company.manager.call::<user::Update>(&ada.user, &Nothing {}, &change).await.unwrap();
    let before = company.events(0).await.len();
    let (away, back) = company.away("/").await;
    assert_eq!(refused(away.call::<Finish>(&(), &Nothing {}, &back).await), ArriveError::Deactivated);
    let [(kind, event, Actor::User { user, .. })] = &company.events(before).await[..] else {
        panic!("one row")
    };
    assert_eq!((kind.as_str(), user), ("sign_on_refused", &ada.user));
    assert!(event.contains("deactivated"));
    company.manager.call::<user::Delete>(&ada.user, &Nothing {}, &Nothing {}).await.unwrap();
    assert_ne!(company.sign_on().await.user, ada.user);
}

/// A return that is not believed: what is forged, what the log says, and how.
type Forgery = (&'static str, &'static str, fn(&mut Plan, &mut Return));

#[tokio::test]
async fn fourteen_forged_returns_sign_nobody_on_and_each_is_recorded() {
    fn claim(plan: &mut Plan, name: &str, value: Value) {
        plan.claims.insert(name.into(), value);
    }
    let forgeries: [Forgery; 14] = [
        ("no signature", "algorithm_not_accepted", |plan, _| {
            plan.header = json!({ "alg": "none", "kid": KID });
            plan.unsigned = true;
        }),
        ("an HMAC under the public key", "algorithm_not_accepted", |plan, _| {
            plan.header = json!({ "alg": "HS256", "kid": KID });
            plan.by_public_key = true;
        }),
        ("another key", "wrong_signature", |plan, _| plan.wrong_key = true),
        ("no signature under an accepted name", "wrong_signature", |plan, _| plan.unsigned = true),
        ("no name of a key", "key_not_named", |plan, _| plan.header = json!({ "alg": "ES256" })),
        ("an unknown key", "key_unknown", |plan, _| plan.header = json!({ "alg": "ES256", "kid": "gone" })),
        ("for another client", "wrong_audience", |plan, _| claim(plan, "aud", json!("other"))),
        ("of another issuer", "wrong_issuer", |plan, _| claim(plan, "iss", json!("https://evil.example"))),
        ("of another sign-on", "wrong_nonce", |plan, _| claim(plan, "nonce", json!("n-0S6_WzA2Mj"))),
        ("expired", "token_expired", |plan, _| claim(plan, "exp", json!(START.unix_seconds() - 61))),
        ("from the future", "token_from_the_future", |plan, _| {
            claim(plan, "iat", json!(START.unix_seconds() + 61));
        }),
        ("naming nobody", "no_subject", |plan, _| drop(plan.claims.remove("sub"))),
        ("a return of another issuer", "return_of_other_issuer", |_, back| {
            back.iss = Some("https://evil.example".into());
        }),
        ("a code of somebody else's", "code_refused", |_, back| {
            back.code = Some(SecretText::new("another-code".into()));
        }),
    ];
    let company = Company::new().await;
    for (what, reason, forge) in forgeries {
        let before = company.events(0).await.len();
        let (away, mut back) = company.away("/").await;
        company.issuer.plan(|plan| forge(plan, &mut back));
        let answer = send::<Finish>(&away, serde_json::to_string(&back).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.json_code().as_str()), (403, "not_believed"), "{what}");
        assert!(!answer.headers.contains_key("set-cookie"), "{what}");
        let events = company.events(before).await;
        let [(kind, event, Actor::System)] = &events[..] else { panic!("{what}: {events:?}") };
        assert_eq!(kind, "sign_on_refused", "{what}");
        assert_eq!(event, &json!({ "kind": "sign_on_refused", "reason": reason }).to_string(), "{what}");
        company.issuer.plan(|plan| {
            plan.header = json!({ "alg": "ES256", "kid": KID });
            plan.claims = claims(&company.issuer.url);
            (plan.wrong_key, plan.by_public_key, plan.unsigned) = (false, false, false);
        });
    }
    // The same provider, unforged.
    company.sign_on().await;
}

#[tokio::test]
async fn a_return_is_taken_once_and_only_from_the_browser_that_departed() {
    let company = Company::new().await;
    let (away, back) = company.away("/").await;
    away.call::<Finish>(&(), &Nothing {}, &back).await.unwrap();
    let before = company.events(0).await.len();
    let replayed = away.call::<Finish>(&(), &Nothing {}, &again(&back)).await;
    assert_eq!(refused(replayed), ArriveError::UnknownDeparture);
    // A link with somebody else's code and state, followed by a victim: the cookie is missing, or another one's.
    let (_, foreign) = company.away("/").await;
    let nobody = company.house.nobody();
    assert_eq!(
        refused(nobody.call::<Finish>(&(), &Nothing {}, &foreign).await),
        ArriveError::UnknownDeparture
    );
    let (_, foreign) = company.away("/").await;
    let (victim, _) = company.away("/").await;
    assert_eq!(
        refused(victim.call::<Finish>(&(), &Nothing {}, &foreign).await),
        ArriveError::UnknownDeparture
    );
    let reasons: Vec<_> = company.events(before).await.into_iter().map(|(_, event, _)| event).collect();
    let reason = |reason: &str| json!({ "kind": "sign_on_refused", "reason": reason }).to_string();
    let other = reason("return_of_other_browser");
    assert_eq!(reasons, [reason("return_replayed"), other.clone(), other]);
    assert_eq!(company.issuer.redeemed(), 1, "no code of these reaches the provider");
    // What nobody departed with, or too long ago, is refused and fills no log.
    let before = company.events(0).await.len();
    let made_up = Return { state: "made-up".into(), ..again(&back) };
    assert_eq!(refused(away.call::<Finish>(&(), &Nothing {}, &made_up).await), ArriveError::UnknownDeparture);
    let (late, back) = company.away("/").await;
    company.house.clock.advance(AWAY);
    assert_eq!(refused(late.call::<Finish>(&(), &Nothing {}, &back).await), ArriveError::UnknownDeparture);
    assert_eq!(company.events(before).await.len(), 0);
}

#[tokio::test]
async fn a_provider_that_says_no_or_nothing_is_told_of() {
    let company = Company::new().await;
    let (away, back) = company.away("/").await;
    let denied = Return { code: None, error: Some("access_denied".into()), ..back };
    assert_eq!(refused(away.call::<Finish>(&(), &Nothing {}, &denied).await), ArriveError::Denied);
    let (away, back) = company.away("/").await;
    let silent = Return { iss: None, ..back };
    let answer = away.call::<Finish>(&(), &Nothing {}, &silent).await;
    assert_eq!(refused(answer), ArriveError::NotBelieved, "it names itself in every return");
    let (away, back) = company.away("/").await;
    let empty = Return { code: None, ..back };
    assert_eq!(refused(away.call::<Finish>(&(), &Nothing {}, &empty).await), ArriveError::NotBelieved);

    let gone =
        Company::with(|sign_on| sign_on.registration = Arc::new(registration("http://127.0.0.1:9"))).await;
    let depart = Depart { back: ReturnPath::parse("/").unwrap() };
    let answer = gone.house.nobody().call::<Begin>(&(), &Nothing {}, &depart).await;
    assert_eq!(refused(answer), DepartError::ProviderUnavailable);
    let none = House::new().await;
    assert_eq!(
        refused(none.nobody().call::<Begin>(&(), &Nothing {}, &depart).await),
        DepartError::NoProvider
    );
    assert_eq!(none.nobody().get::<View>(&()).await.unwrap(), SignOn { provider: None, passwords: true });
}

#[tokio::test]
async fn a_context_that_is_asked_for_has_to_be_told() {
    let company = Company::with(|sign_on| {
        let asked = Registration {
            contexts: vec!["mfa".into()],
            ..registration(sign_on.registration.issuer.as_str())
        };
        sign_on.registration = Arc::new(asked);
    })
    .await;
    let (away, back) = company.away("/").await;
    assert_eq!(refused(away.call::<Finish>(&(), &Nothing {}, &back).await), ArriveError::NotBelieved);
    company.issuer.plan(|plan| drop(plan.claims.insert("acr".into(), json!("mfa"))));
    company.sign_on().await;
}

#[tokio::test]
async fn no_return_leads_to_another_site() {
    let company = Company::new().await;
    for back in ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", ""] {
        let answer = send::<Begin>(&company.house.nobody(), json!({ "back": back }).to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.json_code().as_str()), (400, "malformed"), "{back}");
    }
}

#[tokio::test]
async fn with_passwords_off_one_account_is_left() {
    let company =
        Company::with(|sign_on| sign_on.break_glass = Some(Email::parse("ops@example.com").unwrap())).await;
    let offer = company.house.nobody().get::<View>(&()).await.unwrap();
    assert_eq!(offer, SignOn { provider: Some("Analytical Engines".into()), passwords: false });
    let answer = async |email: &str| {
        let body = json!({ "email": email, "password": "correct horse battery staple" }).to_string();
        send::<session::Create>(&company.house.nobody(), body).await.json_code()
    };
    let manager = company.manager.user.as_ref().unwrap().email.to_string();
    // Whether anybody has the address is not told.
    for email in [manager.as_str(), "nobody@example.com", "no address"] {
        assert_eq!(answer(email).await, "passwords_off", "{email}");
    }
    assert_eq!(answer("ops@example.com").await, "wrong_credentials");
    let invited = json!({ "email": "new@example.com", "permissions": [] }).to_string();
    let invited = send::<api::invitation::Create>(&company.manager, invited).await;
    assert_eq!((invited.status.as_u16(), invited.json_code().as_str()), (403, "passwords_off"));
    // The provider's people come in as ever.
    company.sign_on().await;
}

#[tokio::test]
async fn whoever_signs_on_has_no_password_to_guess() {
    let company = Company::new().await;
    company.sign_on().await;
    for password in ["", "correct horse battery staple"] {
        let body = json!({ "email": "ada@example.com", "password": password }).to_string();
        let answer = send::<session::Create>(&company.house.nobody(), body).await;
        assert_eq!(answer.json_code(), "wrong_credentials", "{password}");
    }
}

#[tokio::test]
async fn one_network_cannot_fill_the_store_with_departures() {
    let company = Company::new().await;
    let depart = Depart { back: ReturnPath::parse("/").unwrap() };
    let begin = async || company.house.nobody().call::<Begin>(&(), &Nothing {}, &depart).await;
    for _ in 0..MOST_AWAY {
        begin().await.unwrap();
    }
    let refusal = refused(begin().await);
    assert_eq!(refusal, DepartError::TooManyAttempts { retry_after_seconds: u32::try_from(AWAY).unwrap() });
    company.house.clock.advance(AWAY);
    begin().await.unwrap();
}

#[tokio::test]
async fn one_network_cannot_fill_the_log_with_returns() {
    let company = Company::new().await;
    let before = company.events(0).await.len();
    let nobody = company.house.nobody();
    let depart = json!({ "back": "/" }).to_string();
    for departed in 0..MOST_AWAY + 5 {
        let answer = send::<Begin>(&nobody, depart.clone()).await;
        if departed >= MOST_AWAY {
            assert_eq!(answer.json_code(), "too_many_attempts", "who came back counts as well: {departed}");
            continue;
        }
        let back = returned(&company.issuer.visit(answer.json()["location"].as_str().unwrap()));
        for _ in 0..3 {
            let answer = nobody.call::<Finish>(&(), &Nothing {}, &again(&back)).await;
            assert!(matches!(
                refused(answer),
                ArriveError::UnknownDeparture | ArriveError::TooManyAttempts { .. }
            ));
        }
    }
    let recorded = company.events(before).await.len();
    assert!(recorded <= 30, "{recorded} rows");
}

#[tokio::test]
async fn an_office_signs_on_in_the_morning() {
    let company = Company::new().await;
    for _ in 0..40 {
        company.sign_on().await;
    }
}

#[tokio::test]
async fn with_passwords_off_whoever_has_one_is_no_manager_that_is_left() {
    let company =
        Company::with(|sign_on| sign_on.break_glass = Some(Email::parse("ops@example.com").unwrap())).await;
    company.issuer.plan(|plan| drop(plan.claims.insert("groups".into(), json!(["lens"]))));
    let ada = company.sign_on().await;
    // The first user has a session, and cannot come in again.
    let answer = company.manager.call::<user::Delete>(&ada.user, &Nothing {}, &Nothing {}).await;
    assert_eq!(refused(answer), user::DeleteError::LastUsersManager);
    let (away, back) = company.away("/").await;
    let body = serde_json::to_string(&back).unwrap();
    let cookies = send::<Finish>(&away, body).await;
    let session = cookies.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap());
    let mut session = session.filter_map(|cookie| cookie.split(';').next());
    let session = session.find(|cookie| cookie.starts_with("__Host-sid=")).unwrap();
    let ada = away.with_cookie(session);
    let first = company.manager.user.as_ref().unwrap().id.clone();
    ada.call::<user::Delete>(&first, &Nothing {}, &Nothing {}).await.unwrap();
}

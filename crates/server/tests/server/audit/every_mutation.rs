//! Every endpoint of the contract that changes something leaves exactly one row, and one that only reads leaves none.

use std::collections::BTreeSet;

use api::change::ChangeQuery;
use api::connection_draft::{Create as CreateDraft, Discard, Finish, FinishDraft, Test};
use api::invitation::{Acceptance, NewInvitation, Token};
use api::notification::Kind;
use api::report::{Metric, Period, Preset, ReportQuery};
use api::saved_report::{Change, Definition, Draft, Sharing, View};
use api::second_factor::{Code, PresentPassword};
use api::session::Credentials;
use api::support_request::CreateSupportRequest;
use api::{
    ConnectionId, Email, Endpoint, Method, Nothing, PageQuery, Password, Permission, SecretText, Span,
    access_request, api_token, change, client_report, connection, delivery, invitation, notification,
    own_session, password, report, saved_report, second_factor, session, setup, sign_in_rule, sign_on,
    support_request, user, webhook,
};
use server::settings::MailSettings;
use server::user::NewUser;

use crate::harness::{House, Person};
use crate::upstream::{World, body, key};

const PASSWORD: &str = "correct horse battery staple";

/// Calls endpoints, and holds how many rows each left.
struct Ledger {
    seen: BTreeSet<(&'static str, &'static str)>,
}

async fn count(house: &House) -> i64 {
    let mut db = house.app.store.read().await.unwrap();
    sqlx::query_scalar("SELECT COUNT(*) FROM audit_event").fetch_one(&mut *db).await.unwrap()
}

impl Ledger {
    async fn leaves<E>(
        &mut self,
        rows: i64,
        house: &House,
        who: &Person,
        path: &E::Path,
        body: &E::Body,
    ) -> E::Response
    where
        E: Endpoint<Query = Nothing>,
    {
        let before = count(house).await;
        let Ok(answer) = who.call::<E>(path, &Nothing {}, body).await else {
            panic!("{} was refused", E::PATH)
        };
        assert_eq!(count(house).await - before, rows, "{} {}", E::METHOD.as_str(), E::PATH);
        self.seen.insert((E::METHOD.as_str(), E::PATH));
        answer
    }

    /// A call that changes something.
    async fn one<E>(&mut self, world: &World, who: &Person, path: &E::Path, body: &E::Body) -> E::Response
    where
        E: Endpoint<Query = Nothing>,
    {
        self.leaves::<E>(1, &world.house, who, path, body).await
    }

    /// A call that changes nothing.
    async fn none<E>(&mut self, world: &World, who: &Person, path: &E::Path, body: &E::Body) -> E::Response
    where
        E: Endpoint<Query = Nothing>,
    {
        self.leaves::<E>(0, &world.house, who, path, body).await
    }
}

fn secret(text: &str) -> SecretText {
    SecretText::new(text.into())
}

async fn sign_in(house: &House, email: &str) -> Person {
    let body = format!(r#"{{"email":"{email}","password":"{PASSWORD}"}}"#);
    let request = http::Request::post(<session::Create as Endpoint>::PATH)
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body))
        .unwrap();
    house.nobody().with_cookie(&house.nobody().send(request).await.cookie())
}

#[tokio::test]
async fn every_mutation_of_the_contract_leaves_exactly_one_row() {
    let mut ledger = Ledger { seen: BTreeSet::new() };
    set_up(&mut ledger).await;
    let world = World::new().await;
    connections(&mut ledger, &world).await;
    reports(&mut ledger, &world).await;
    sessions(&mut ledger, &world).await;
    people(&mut ledger, &world).await;
    notifications(&mut ledger, &world).await;
    signing_on(&mut ledger).await;
    // It reads, and what it answers is a file.
    ledger.seen.insert(("POST", <report::QueryCsv as Endpoint>::PATH));
    let expected: BTreeSet<_> = api::ALL
        .iter()
        .filter(|endpoint| endpoint.method != Method::Get)
        .map(|endpoint| (endpoint.method.as_str(), endpoint.path))
        .collect();
    assert_eq!(ledger.seen, expected, "whoever adds an endpoint says here what it leaves");
}

async fn set_up(ledger: &mut Ledger) {
    let house = House::new().await;
    let token = server::setup::new_token(&house.app).await.unwrap().unwrap();
    let body = setup::Setup {
        token: secret(&token),
        tenant_name: "Analytical Engines".into(),
        email: "ada@example.com".into(),
        password: secret(PASSWORD),
    };
    ledger.leaves::<setup::Create>(1, &house, &house.nobody(), &(), &body).await;
}

async fn connections(ledger: &mut Ledger, world: &World) {
    let ada = &world.admin;
    let draft = ledger.one::<CreateDraft>(world, ada, &(), &body(&key("small"))).await;
    ledger.one::<Discard>(world, ada, &draft.id, &Nothing {}).await;
    let draft = ledger.one::<CreateDraft>(world, ada, &(), &body(&key("small"))).await;
    ledger.one::<Test>(world, ada, &draft.id, &Nothing {}).await;
    let name = FinishDraft { name: "Small".into() };
    let made = ledger.one::<Finish>(world, ada, &draft.id, &name).await;
    // It is made already.
    ledger.none::<Finish>(world, ada, &draft.id, &name).await;
    ledger.one::<connection::Import>(world, ada, &made.id, &Nothing {}).await;
    life(ledger, world, ada, &made.id).await;
    let request = CreateSupportRequest { subject: "Hello".into(), message: "World".into(), draft: None };
    let somebody = world.house.person(Permission::ALL).await;
    ledger.one::<support_request::Create>(world, &somebody, &(), &request).await;
}

async fn life(ledger: &mut Ledger, world: &World, ada: &Person, id: &ConnectionId) {
    let name = connection::RenameConnection { name: "Large".into() };
    ledger.one::<connection::Rename>(world, ada, id, &name).await;
    ledger.none::<connection::Rename>(world, ada, id, &name).await;
    ledger.one::<connection::Pause>(world, ada, id, &Nothing {}).await;
    ledger.none::<connection::Pause>(world, ada, id, &Nothing {}).await;
    ledger.one::<connection::Test>(world, ada, id, &Nothing {}).await;
    ledger.one::<connection::Resume>(world, ada, id, &Nothing {}).await;
    ledger.none::<connection::Resume>(world, ada, id, &Nothing {}).await;
    let keep = connection::DisconnectConnection { data: connection::ImportedData::Keep };
    ledger.one::<connection::Disconnect>(world, ada, id, &keep).await;
    ledger.none::<connection::Disconnect>(world, ada, id, &keep).await;
    let delete = connection::DisconnectConnection { data: connection::ImportedData::Delete };
    ledger.one::<connection::Disconnect>(world, ada, id, &delete).await;
}

async fn reports(ledger: &mut Ledger, world: &World) {
    let bob = &world.house.person(Permission::ALL).await;
    let query = ReportQuery::new(vec![Metric::Cost], Period::Preset { preset: Preset::MonthToDate });
    ledger.none::<report::Query>(world, bob, &(), &query).await;
    let after = Span { start: world.today().plus(-7), end: world.today() };
    let change =
        ChangeQuery { before: after.before(), after, accounts: vec![], filters: vec![], limit: None };
    ledger.none::<change::Query>(world, bob, &(), &change).await;
    let definition = Definition { query, view: View::Table };
    let draft = Draft { name: "Month".into(), sharing: Sharing::Private, definition };
    let made = ledger.one::<saved_report::Create>(world, bob, &(), &draft).await;
    let change = Change { version: made.version, report: draft };
    ledger.one::<saved_report::Update>(world, bob, &made.id, &change).await;
    ledger.one::<saved_report::Delete>(world, bob, &made.id, &Nothing {}).await;
    ledger.none::<saved_report::Delete>(world, bob, &made.id, &Nothing {}).await;
}

async fn sessions(ledger: &mut Ledger, world: &World) {
    let house = &world.house;
    let email = "carol@example.com";
    let new = NewUser {
        email: Email::parse(email).unwrap(),
        password: Password::parse(secret(PASSWORD)).unwrap(),
        permissions: vec![Permission::CloudAnalyticsUser],
        tenant_name: "Analytical Engines".into(),
    };
    let before = count(house).await;
    server::user::add(&house.app, new).await.unwrap();
    assert_eq!(count(house).await, before + 1);
    let credentials = Credentials { email: email.into(), password: secret(PASSWORD), code: None };
    ledger.one::<session::Create>(world, &house.nobody(), &(), &credentials).await;
    let carol = sign_in(house, email).await;
    let others = carol.get::<own_session::List>(&()).await.unwrap().items;
    let other = others.iter().find(|session| !session.current).unwrap();
    ledger.one::<own_session::Delete>(world, &carol, &other.id, &Nothing {}).await;
    ledger.none::<own_session::Delete>(world, &carol, &other.id, &Nothing {}).await;
    ledger.one::<own_session::DeleteOthers>(world, &carol, &(), &Nothing {}).await;
    let present = PresentPassword { password: secret(PASSWORD) };
    let enrolment = ledger.one::<second_factor::Enrol>(world, &carol, &(), &present).await;
    let code = Code { code: secret(&crate::second_factor::code(house, &enrolment.secret)) };
    ledger.one::<second_factor::Confirm>(world, &carol, &(), &code).await;
    ledger.one::<second_factor::Remove>(world, &carol, &(), &present).await;
    let new = password::NewPassword { old: secret(PASSWORD), new: secret("another four words here") };
    ledger.one::<password::Change>(world, &carol, &(), &new).await;
    let token = api_token::NewToken {
        name: "Nightly".into(),
        permissions: vec![Permission::CloudAnalyticsUser],
        read_only: true,
        days: 30,
    };
    let issued = ledger.one::<api_token::Create>(world, &carol, &(), &token).await;
    ledger.one::<api_token::Delete>(world, &carol, &issued.token.id, &Nothing {}).await;
    ledger.one::<session::Delete>(world, &carol, &(), &Nothing {}).await;
    // Nobody is signed in any more.
    ledger.none::<session::Delete>(world, &carol, &(), &Nothing {}).await;
    let fault = client_report::ClientReport {
        kind: client_report::ClientFault::Panic,
        location: "src/app.rs:1".into(),
        build: "dev".into(),
    };
    ledger.none::<client_report::Create>(world, &house.nobody(), &(), &fault).await;
}

async fn signing_on(ledger: &mut Ledger) {
    let company = crate::sign_on::Company::new().await;
    let nobody = company.house.nobody();
    let depart = sign_on::Depart { back: sign_on::ReturnPath::parse("/").unwrap() };
    ledger.leaves::<sign_on::Begin>(0, &company.house, &nobody, &(), &depart).await;
    let (away, back) = company.away("/").await;
    ledger.leaves::<sign_on::Finish>(1, &company.house, &away, &(), &back).await;
}

async fn people(ledger: &mut Ledger, world: &World) {
    let house = &world.house;
    let manager = &house.person(Permission::ALL).await;
    let listed = manager.call::<user::List>(&(), &PageQuery::default(), &Nothing {}).await.unwrap().items;
    let dan = listed.iter().find(|person| person.email.as_str() == "carol@example.com");
    let dan = match dan {
        Some(found) => found.id.clone(),
        // The operator's users are of the installation's first tenant, which need not be this one.
        None => house.person(&[]).await.user.unwrap().id,
    };
    let somebody = house.person(&[]).await;
    for decision in [true, false] {
        let permission = if decision { Permission::AssetsManager } else { Permission::CloudAnalyticsUser };
        let ask = access_request::Ask { permission, note: String::new() };
        let asked = ledger.one::<access_request::Create>(world, &somebody, &(), &ask).await.id;
        if decision {
            ledger.one::<access_request::Grant>(world, manager, &asked, &Nothing {}).await;
            ledger.none::<access_request::Grant>(world, manager, &asked, &Nothing {}).await;
        } else {
            ledger.one::<access_request::Decline>(world, manager, &asked, &Nothing {}).await;
        }
    }
    let change = user::Change { permissions: vec![Permission::AssetsManager], active: true };
    ledger.one::<user::Update>(world, manager, &dan, &change).await;
    let rules = sign_in_rule::NewSignInRules { second_factor: sign_in_rule::SecondFactorRule::Nobody };
    ledger.one::<sign_in_rule::Update>(world, manager, &(), &rules).await;
    ledger.one::<user::EndSessions>(world, manager, &dan, &Nothing {}).await;
    ledger.one::<user::Delete>(world, manager, &dan, &Nothing {}).await;
    ledger.none::<user::Delete>(world, manager, &dan, &Nothing {}).await;
    let invited =
        NewInvitation { email: "erin@example.com".into(), permissions: vec![Permission::AssetsManager] };
    let issued = ledger.one::<invitation::Create>(world, manager, &(), &invited).await;
    ledger.one::<invitation::Delete>(world, manager, &issued.invitation.id, &Nothing {}).await;
    let issued = ledger.one::<invitation::Create>(world, manager, &(), &invited).await;
    let token = issued.link.strip_prefix("/invitation#token=").unwrap();
    ledger.none::<invitation::Look>(world, &house.nobody(), &(), &Token { token: secret(token) }).await;
    let acceptance = Acceptance { token: secret(token), password: secret(PASSWORD) };
    ledger.one::<invitation::Accept>(world, &house.nobody(), &(), &acceptance).await;
}

async fn notifications(ledger: &mut Ledger, world: &World) {
    let ada = &world.house.person(Permission::ALL).await;
    let chosen = notification::Chosen { kinds: vec![Kind::KeyRefused] };
    ledger.one::<notification::Choose>(world, ada, &(), &chosen).await;
    // Nobody listens there any more: the message is not taken, and can be tried again.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let new = webhook::NewWebhook { url: secret(&format!("http://{closed}/")), kinds: Kind::ALL.to_vec() };
    let made = ledger.one::<webhook::Create>(world, ada, &(), &new).await.webhook;
    let tried = ledger.one::<webhook::Test>(world, ada, &made.id, &Nothing {}).await;
    ledger.one::<delivery::Retry>(world, ada, &tried.id, &Nothing {}).await;
    let change = webhook::Change { kinds: Kind::ALL.to_vec(), active: false };
    ledger.one::<webhook::Update>(world, ada, &made.id, &change).await;
    ledger.one::<webhook::Delete>(world, ada, &made.id, &Nothing {}).await;
    ledger.none::<webhook::Delete>(world, ada, &made.id, &Nothing {}).await;
    // A mail server on this machine that does not answer: the test is recorded before it is tried.
    let server = "smtp+plain://127.0.0.1:9".parse().unwrap();
    let from = "lens@example.com".parse().unwrap();
    let mail = MailSettings { server, from, password_file: None, ca_file: None };
    let house = House::with(|settings| settings.mail = Some(mail)).await;
    let bob = house.person(&[Permission::BillingProfilesAdmin]).await;
    ledger.leaves::<notification::Test>(1, &house, &bob, &(), &Nothing {}).await;
}

//! A server in a folder of its own with a clock that can be set, and people who call it.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api::endpoint::address;
use api::sign_in_rule::SecondFactorRule;
use api::{
    ConnectionId, ConnectionName, Day, Email, Endpoint, Nothing, Permission, Refused, TenantId, Timestamp,
    UserId,
};
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HeaderMap};
use http::{Request, StatusCode};
use server::app::App;
use server::clock::{Clock, SettableClock};
use server::http::Limits;
use server::router::router;
use server::secret;
use server::session::{self, Client};
use server::settings::{DatabaseUrl, Settings};
use server::store::connection::{Connection as Account, Life, LifeState};
use server::store::user::{self, User};
use server::store::{Backend, tenant};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use tempfile::TempDir;
use tower::ServiceExt;

/// 2026-11-23T12:00:00Z: when every test begins.
pub const START: Timestamp = Timestamp::from_unix_seconds(1_795_392_000 + 12 * 3600);

/// Where people sign in.
const CLIENT: Client<'_> =
    Client { device: "Firefox on Linux", network: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)) };

/// A server. Everything of it is gone when it is dropped.
pub struct House {
    pub app: App,
    pub clock: SettableClock,
    pub router: Router,
    pub folder: Arc<TempDir>,
    /// Of its database, when it is a PostgreSQL.
    address: Option<String>,
    tenant: TenantId,
}

/// Somebody who calls the server: signed in, or nobody.
#[derive(Clone)]
pub struct Person {
    router: Router,
    cookie: Option<String>,
    pub user: Option<User>,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl House {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// A server with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::with_limits(change, Limits::default()).await
    }

    /// A server with other settings and other limits.
    pub async fn with_limits(change: impl FnOnce(&mut Settings), limits: Limits) -> Self {
        let clock = SettableClock::at(START);
        Self::at(change, limits, Clock::Settable(clock.clone()), clock).await
    }

    /// A server whose time is the machine's, so that other processes agree with it.
    pub async fn in_real_time(change: impl FnOnce(&mut Settings), limits: Limits) -> Self {
        Self::at(change, limits, Clock::System, SettableClock::at(START)).await
    }

    async fn at(
        change: impl FnOnce(&mut Settings),
        limits: Limits,
        time: Clock,
        clock: SettableClock,
    ) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let mut settings = Settings::in_folder(folder.path());
        let address = database_url().await;
        settings.database_url = address.as_deref().map(|url| DatabaseUrl::parse(url).unwrap());
        change(&mut settings);
        let app = App::open(settings, limits, time).await.unwrap();
        let tenant = TenantId::from_random(server::random::bytes().unwrap());
        Self { router: router(app.clone()), app, clock, folder, address, tenant }
    }

    /// The same installation after a restart of the server. People stay signed in: see [`Person::moved_to`].
    pub async fn restarted(self) -> Self {
        self.app.store.close().await;
        let settings = self.app.settings.clone();
        let app = App::open(settings, self.app.limits, self.app.clock.clone()).await.unwrap();
        Self { router: router(app.clone()), app, ..self }
    }

    /// The same installation, opened from a data folder that it was moved to.
    pub async fn moved_to(self, folder: &Path) -> Self {
        self.app.store.close().await;
        let openai_base_url = self.app.settings.openai_base_url.clone();
        let settings = Settings { openai_base_url, ..Settings::in_folder(folder) };
        let app = App::open(settings, self.app.limits, self.app.clock.clone()).await.unwrap();
        Self { router: router(app.clone()), app, address: None, ..self }
    }

    /// Whether the database is a file in the folder, and not a PostgreSQL.
    pub fn has_file(&self) -> bool {
        self.app.store.backend() == Backend::Sqlite
    }

    /// The address of its database, when it is a PostgreSQL.
    pub fn database_address(&self) -> Option<String> {
        self.address.clone()
    }

    /// Every byte of every file in the folder: the database and the files beside it.
    pub fn files(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    /// A new signed-in user of the house's tenant.
    pub async fn person(&self, permissions: &[Permission]) -> Person {
        self.person_of(&self.tenant, permissions).await
    }

    /// A new signed-in user of another tenant.
    pub async fn stranger(&self, permissions: &[Permission]) -> Person {
        self.person_of(&TenantId::from_random(server::random::bytes().unwrap()), permissions).await
    }

    /// Nobody in particular.
    pub fn nobody(&self) -> Person {
        Person { router: self.router.clone(), cookie: None, user: None }
    }

    /// The same person with a new session: the one before has ended when much time has passed.
    pub async fn signed_in_again(&self, person: &Person) -> Person {
        let mut db = self.app.store.write().await.unwrap();
        let user = &person.user.as_ref().unwrap().id;
        let (token, _) = session::insert(&self.app, &mut db, user, CLIENT).await.unwrap();
        db.commit().await.unwrap();
        let cookie = token.cookie().unwrap();
        person.with_cookie(cookie.to_str().unwrap().split(';').next().unwrap())
    }

    /// Lets a call come to where it waits for its turn to write, changes something in the turn before it, and lets it go on.
    pub async fn in_the_turn_before<T>(
        &self,
        call: impl Future<Output = T>,
        change: impl AsyncFnOnce(&mut AnyConnection),
    ) -> T {
        let mut turn = self.app.store.write().await.unwrap();
        let mut call = std::pin::pin!(call);
        let early = tokio::time::timeout(Duration::from_secs(1), &mut call).await;
        assert!(early.is_err(), "it does not wait for the turn");
        change(&mut turn).await;
        turn.commit().await.unwrap();
        call.await
    }

    async fn person_of(&self, tenant: &TenantId, permissions: &[Permission]) -> Person {
        let mut db = self.app.store.write().await.unwrap();
        // The tenant is there already when it is not the first person.
        if !tenant_exists(&mut db, tenant).await {
            tenant::insert(&mut db, tenant, "Analytical Engines", START).await.unwrap();
        }
        let id = UserId::from_random(server::random::bytes().unwrap());
        let user = User {
            email: Email::parse(&format!("{id}@example.com")).unwrap(),
            id,
            tenant: tenant.clone(),
            tenant_name: "Analytical Engines".into(),
            permissions: permissions.to_vec(),
            has_password: true,
            has_second_factor: false,
            second_factor_rule: SecondFactorRule::Nobody,
        };
        user::insert(&mut db, &user, "no password opens this", START).await.unwrap();
        let (token, _) = session::insert(&self.app, &mut db, &user.id, CLIENT).await.unwrap();
        db.commit().await.unwrap();
        let cookie = token.cookie().unwrap();
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        Person { router: self.router.clone(), cookie: Some(cookie), user: Some(user) }
    }
}

impl Person {
    /// The same person, at a server that was restarted.
    pub fn moved_to(&self, house: &House) -> Self {
        Self { router: house.router.clone(), ..self.clone() }
    }

    /// Calls an endpoint as the app does.
    pub async fn call<E: Endpoint>(
        &self,
        path: &E::Path,
        query: &E::Query,
        body: &E::Body,
    ) -> Result<E::Response, Refused<E::Error>> {
        let mut request = Request::builder().method(E::METHOD.as_str()).uri(address::<E>(path, query));
        let body = serde_json::to_vec(body).unwrap();
        if body != b"{}" {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let answer =
            self.send(request.body(if body == b"{}" { Body::empty() } else { body.into() }).unwrap()).await;
        if answer.status.is_success() {
            assert_eq!(answer.status.as_u16(), E::STATUS, "{}", E::PATH);
            let bytes = if answer.body.is_empty() { b"{}".as_slice() } else { &answer.body };
            return Ok(serde_json::from_slice(bytes).unwrap());
        }
        Err(Refused::parse(&answer.text()).unwrap_or_else(|| panic!("not of the contract: {answer:?}")))
    }

    /// Calls an endpoint that takes neither query nor body.
    pub async fn get<E>(&self, path: &E::Path) -> Result<E::Response, Refused<E::Error>>
    where
        E: Endpoint<Query = Nothing, Body = Nothing>,
    {
        self.call::<E>(path, &Nothing {}, &Nothing {}).await
    }

    /// Sends whatever a test likes, with the person's cookie.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        if let Some(cookie) = &self.cookie {
            request.headers_mut().insert(COOKIE, cookie.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The same person, who calls another router of the same house.
    pub fn at(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    /// The person's cookie, as a request of another program sends it.
    pub fn cookie(&self) -> String {
        self.cookie.clone().unwrap()
    }

    /// The person with another cookie.
    pub fn with_cookie(&self, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), ..self.clone() }
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The problem's code; empty when the answer is no problem.
    pub fn json_code(&self) -> String {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The session's cookie that the answer sets, as a request sends it.
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}

/// A connection of somebody's as if they had just made it, without a key and with nothing planned.
pub fn account(user: &User, id: ConnectionId, now: Timestamp) -> Account {
    Account {
        tenant: user.tenant.clone(),
        name: ConnectionName::parse("An account").unwrap(),
        organization: None,
        life: Life { state: LifeState::Active, by: user.email.clone(), at: now },
        key_tail: "abcd".into(),
        key_fingerprint: id.to_string(),
        key_version: secret::FIRST_VERSION,
        key_added_at: now,
        key_used_at: None,
        key_expires_at: None,
        key_failure: None,
        management_readable: false,
        created_by: user.email.clone(),
        created_at: now,
        history_start: Day::of(now),
        id,
    }
}

/// Whether the long forms of tests run: `cargo xtask test --long`.
pub fn long() -> bool {
    std::env::var_os("LONG_TESTS").is_some_and(|long| !long.is_empty())
}

/// A schema of the test's own, when the tests run on PostgreSQL: TEST_POSTGRES is the address of a database then.
pub async fn database_url() -> Option<String> {
    let url = std::env::var("TEST_POSTGRES").ok()?;
    let schema: String =
        server::random::bytes::<12>().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    sqlx::any::install_default_drivers();
    let mut db = AnyConnection::connect(&url).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA test_{schema}"))).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    Some(format!("{url}?options=-csearch_path%3Dtest_{schema}"))
}

async fn tenant_exists(db: &mut AnyConnection, tenant: &TenantId) -> bool {
    let row =
        sqlx::query("SELECT id FROM tenant WHERE id = $1").bind(tenant.as_str()).fetch_optional(db).await;
    row.unwrap().is_some()
}

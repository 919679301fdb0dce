//! A house whose upstream is the simulator, with the moves of the wizard.

use std::path::Path;
use std::time::Duration;

use admin_key::AdminKey;
use api::connection::{Connection, ConnectionStatus, View as ViewConnection};
use api::connection_draft::{
    Cause, Check, CheckKind, ConnectionDraft, Create, CreateDraft, CreateError, Finding, Finish, FinishDraft,
    FinishError, Progress, Test, TestError, Verdict,
};
use api::cost::{Daily, DailyCosts, DailyQuery};
use api::{ConnectionDraftId, ConnectionId, Day, Nothing, Permission, Refused, SecretText};
use openai::BaseUrl;
use server::http::Limits;
use server::settings::{DatabaseUrl, Settings};
use server::{secret, store};
use simulator::clock::Clock;
use simulator::{Config, Running};

use crate::harness::{House, Person, START, database_url};
use crate::wire::Wire;

/// A server, its upstream, and somebody who may connect.
pub struct World {
    pub house: House,
    pub upstream: Running,
    pub admin: Person,
    upstream_clock: Clock,
}

/// The simulator's key of this name.
pub fn key(name: &str) -> String {
    simulator::key::named(name).unwrap_or_else(|| panic!("no key {name}")).secret()
}

/// The body that takes a key.
pub fn body(key: &str) -> CreateDraft {
    CreateDraft { admin_key: SecretText::new(key.to_owned()), replaces: None, connection: None }
}

fn beside_simulator(settings: &mut Settings, base_url: BaseUrl) {
    settings.openai_base_url = base_url;
    settings.simulated = true;
}

impl World {
    pub async fn new() -> Self {
        Self::with_latency(Duration::ZERO).await
    }

    pub async fn with_latency(latency: Duration) -> Self {
        Self::with(latency, Limits::default()).await
    }

    /// A world whose history is not read further back than so many days.
    pub async fn with_history(history_days: i64) -> Self {
        Self::with(Duration::ZERO, Limits { history_days, ..Limits::default() }).await
    }

    /// The same with other settings.
    pub async fn with_settings(history_days: i64, change: impl FnOnce(&mut Settings)) -> Self {
        Self::with_all(Duration::ZERO, Limits { history_days, ..Limits::default() }, change).await
    }

    /// The same whose OpenAI takes its time.
    pub async fn slowly(latency: Duration, history_days: i64) -> Self {
        Self::with(latency, Limits { history_days, ..Limits::default() }).await
    }

    /// A world whose PostgreSQL is at the other end of a wire; none where the tests run on SQLite.
    pub async fn on_wire(limits: Limits) -> Option<(Self, Wire)> {
        let url = database_url().await?;
        let wire = Wire::to(&url).await;
        let address = DatabaseUrl::parse(&wire.address(&url)).unwrap();
        let world = Self::with_all(Duration::ZERO, limits, |settings| settings.database_url = Some(address));
        Some((world.await, wire))
    }

    async fn with(latency: Duration, limits: Limits) -> Self {
        Self::with_all(latency, limits, |_| ()).await
    }

    async fn with_all(latency: Duration, limits: Limits, change: impl FnOnce(&mut Settings)) -> Self {
        let upstream_clock = Clock::set_to(START.unix_seconds());
        let config = Config { latency, clock: upstream_clock.clone(), ..Config::default() };
        let upstream = simulator::start(config).await.unwrap();
        let base_url = BaseUrl::parse(&upstream.base_url()).unwrap();
        let limits = Limits { connection_test: Duration::from_millis(2500), ..limits };
        let house = House::with_limits(
            |settings| {
                beside_simulator(settings, base_url);
                change(settings);
            },
            limits,
        )
        .await;
        let admin = house.person(&[Permission::BillingProfilesAdmin]).await;
        Self { house, upstream, admin, upstream_clock }
    }

    /// A world whose time is the machine's, so that servers that are processes of their own agree with it.
    pub async fn in_real_time(latency: Duration) -> Self {
        Self::in_real_time_since(latency, i64::MAX).await
    }

    /// The same whose history is not read further back than so many days.
    pub async fn in_real_time_since(latency: Duration, history_days: i64) -> Self {
        let upstream = simulator::start(Config { latency, ..Config::default() }).await.unwrap();
        let base_url = BaseUrl::parse(&upstream.base_url()).unwrap();
        let limits = Limits { history_days, ..Limits::default() };
        let house = House::in_real_time(|settings| beside_simulator(settings, base_url), limits).await;
        let admin = house.person(&[Permission::BillingProfilesAdmin]).await;
        Self { house, upstream, admin, upstream_clock: Clock::System }
    }

    /// The same after a restart of the server.
    pub async fn restarted(self) -> Self {
        let house = self.house.restarted().await;
        let admin = self.admin.moved_to(&house);
        Self { house, admin, ..self }
    }

    /// The same installation, opened from a data folder that it was moved to.
    pub async fn moved_to(self, folder: &Path) -> Self {
        let house = self.house.moved_to(folder).await;
        let admin = self.admin.moved_to(&house);
        Self { house, admin, ..self }
    }

    /// Time passes, here and at OpenAI, and the admin signs in again.
    pub async fn advance(&mut self, seconds: i64) {
        self.pass(seconds);
        self.admin = self.house.signed_in_again(&self.admin).await;
    }

    /// Time passes, here and at OpenAI.
    pub fn pass(&self, seconds: i64) {
        self.house.clock.advance(seconds);
        if let Clock::Set(clock) = &self.upstream_clock {
            clock.fetch_add(seconds, std::sync::atomic::Ordering::SeqCst);
        }
    }

    pub async fn draft(&self, key_name: &str) -> ConnectionDraft {
        create(&self.admin, &key(key_name)).await.unwrap()
    }

    /// A draft whose test is over.
    pub async fn tested(&self, key_name: &str) -> ConnectionDraft {
        let draft = self.draft(key_name).await;
        test(&self.admin, &draft.id).await.unwrap()
    }

    /// A finished connection, nothing of which is imported yet.
    pub async fn connected(&self, key_name: &str) -> Connection {
        let draft = self.tested(key_name).await;
        finish(&self.admin, &draft.id, key_name).await.unwrap()
    }

    /// A finished connection with everything that is due imported.
    pub async fn imported(&self, key_name: &str) -> Connection {
        let connection = self.connected(key_name).await;
        self.import().await;
        self.view(&connection.id).await
    }

    pub async fn import(&self) {
        server::import::run::everything_due(&self.house.app).await.unwrap();
    }

    /// Forgets what was imported, and plans it anew.
    pub async fn start_over(&self) {
        for sql in [
            "DELETE FROM import_unit",
            "DELETE FROM import_day",
            "DELETE FROM import_block",
            "DELETE FROM segment",
            "DELETE FROM daily_cost",
            "DELETE FROM api_key",
            "DELETE FROM member",
            "DELETE FROM project",
            "UPDATE connection SET history_state = 'unplanned', names_due_at = 0, key_names_due_at = 0",
        ] {
            self.execute(sql, &[]).await;
        }
    }

    /// Puts another key into a connection, as if OpenAI treated the old one differently from now on.
    pub async fn rekey(&self, connection: &ConnectionId, name: &str) {
        let tenant = &self.admin.user.as_ref().unwrap().tenant;
        let key = AdminKey::parse(&key(name)).unwrap();
        let app = &self.house.app;
        let mut db = app.store.write().await.unwrap();
        store::secret::shred(&mut db, tenant, connection).await.unwrap();
        let (version, now) = (secret::FIRST_VERSION, app.clock.now());
        secret::keep(&app.vault, &mut db, (tenant, connection), version, &key, now).await.unwrap();
        db.commit().await.unwrap();
    }

    /// So many copies of a connection, past the wizard, with keys that do not tell whose they are: an organization is
    /// imported once.
    pub async fn copies(&self, of: &ConnectionId, count: usize) -> Vec<ConnectionId> {
        let mut copies = Vec::new();
        for n in 0..count {
            let id = ConnectionId::parse(&format!("conn_copy{n}")).unwrap();
            let sql = "INSERT INTO connection (id, tenant_id, name, key_tail, key_fingerprint, key_version, \
                management_readable, created_by, created_at, history_start, refresh_due_at, names_due_at, life_by, life_at, \
                key_added_at) SELECT $1, tenant_id, $1, key_tail, $1, key_version, 0, created_by, created_at, history_start, \
                refresh_due_at, refresh_due_at, life_by, life_at, key_added_at FROM connection WHERE id = $2";
            self.execute(sql, &[id.as_str(), of.as_str()]).await;
            self.rekey(&id, "unidentified").await;
            copies.push(id);
        }
        copies
    }

    /// Replaces a connection's key by the wizard while everything goes on.
    pub async fn replace(&self, connection: &ConnectionId, name: &str) -> Connection {
        let body = CreateDraft { connection: Some(connection.clone()), ..body(&key(name)) };
        let draft = self.admin.call::<Create>(&(), &Nothing {}, &body).await.unwrap();
        let draft = test(&self.admin, &draft.id).await.unwrap();
        finish(&self.admin, &draft.id, &draft.suggested_name).await.unwrap()
    }

    pub async fn view(&self, id: &ConnectionId) -> Connection {
        self.admin.get::<ViewConnection>(id).await.unwrap()
    }

    pub fn today(&self) -> Day {
        self.house.app.clock.today()
    }

    /// The costs of the last 30 days.
    pub async fn costs(&self, connection: Option<&ConnectionId>) -> DailyCosts {
        let query = DailyQuery {
            start: self.today().plus(-29),
            end: self.today().plus(1),
            connection: connection.cloned(),
        };
        self.admin.call::<Daily>(&(), &query, &Nothing {}).await.unwrap()
    }

    /// How often OpenAI was asked with this key.
    pub fn asked_with(&self, key_name: &str) -> usize {
        let fingerprint = simulator::request_log::fingerprint(&key(key_name));
        self.upstream.requests().iter().filter(|request| request.key == fingerprint).count()
    }

    /// Runs a statement on the database, past every rule.
    pub async fn execute(&self, sql: &'static str, values: &[&str]) -> u64 {
        let mut db = self.house.app.store.write().await.unwrap();
        let mut query = sqlx::query(sql);
        for value in values {
            query = query.bind(value.to_string());
        }
        let rows = query.execute(&mut *db).await.unwrap().rows_affected();
        db.commit().await.unwrap();
        rows
    }

    /// Says in blocks what the days of an account say that were changed past every rule.
    pub async fn renew_blocks(&self, connection: &ConnectionId) {
        let mut db = self.house.app.store.write().await.unwrap();
        let tenant = &self.admin.user.as_ref().unwrap().tenant;
        store::import_block::renew(&mut db, (tenant, connection), None, None).await.unwrap();
        db.commit().await.unwrap();
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        let mut db = self.house.app.store.read().await.unwrap();
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        sqlx::query_scalar(sql).fetch_one(&mut *db).await.unwrap()
    }
}

pub async fn create(person: &Person, key: &str) -> Result<ConnectionDraft, Refused<CreateError>> {
    person.call::<Create>(&(), &Nothing {}, &body(key)).await
}

pub async fn test(person: &Person, id: &ConnectionDraftId) -> Result<ConnectionDraft, Refused<TestError>> {
    person.call::<Test>(id, &Nothing {}, &Nothing {}).await
}

pub async fn finish(
    person: &Person,
    id: &ConnectionDraftId,
    name: &str,
) -> Result<Connection, Refused<FinishError>> {
    person.call::<Finish>(id, &Nothing {}, &FinishDraft { name: name.into() }).await
}

/// The refusal, which must be one that the endpoint names.
pub fn specific<T: std::fmt::Debug, E: std::fmt::Debug>(result: Result<T, Refused<E>>) -> E {
    match result {
        Err(Refused::Specific(refusal, _)) => refusal,
        other => panic!("expected a refusal of the endpoint, got {other:?}"),
    }
}

pub fn checks(draft: &ConnectionDraft) -> &[Check] {
    match &draft.progress {
        Progress::Testing { checks } | Progress::Tested { checks, .. } => checks,
        other => panic!("not tested: {other:?}"),
    }
}

/// A letter per line, in order: Running, Passed, Warned, Failed, Skipped.
pub fn letters(draft: &ConnectionDraft) -> String {
    let letter = |check: &Check| match check.verdict {
        Verdict::Running => 'R',
        Verdict::Passed { .. } => 'P',
        Verdict::Warned { .. } => 'W',
        Verdict::Failed { .. } => 'F',
        Verdict::Skipped => 'S',
    };
    checks(draft).iter().map(letter).collect()
}

pub fn finding(draft: &ConnectionDraft, kind: CheckKind) -> &Finding {
    let check = checks(draft).iter().find(|check| check.kind == kind).unwrap();
    match &check.verdict {
        Verdict::Warned { finding } | Verdict::Failed { finding } => finding,
        other => panic!("{kind:?} has no finding: {other:?}"),
    }
}

pub fn usage_scope() -> Cause {
    Cause::MissingScope { scope: "api.usage.read".into() }
}

/// Why a connection is not healthy.
pub fn failure(connection: &Connection) -> &Cause {
    match &connection.status {
        ConnectionStatus::NeedsKey { finding } | ConnectionStatus::Degraded { finding } => &finding.cause,
        other => panic!("no failure: {other:?}"),
    }
}

//! Plays OpenAI's Admin API: costs, usage, projects, API keys, users and admin keys of seeded organizations.
//!
//! It knows nothing of OpenAI Lens; the official `openai` clients work against it as they do against OpenAI, given its
//! base URL and one of its keys. Costs follow from usage and prices, so totals agree whatever is grouped and however
//! it is paged. Failures are inputs: [`key::KEYS`] lists sentinel keys, each with what happens to it, and
//! `openai-simulator --list-keys` prints them.
//!
//! Start it in a test with [`start`]; [`Running::requests`] tells what was asked of it, and [`Running::organization`]
//! is the oracle to compare totals with. `GET /_simulator/requests` tells the same to other programs, one JSON object
//! in a line, and `DELETE` forgets them; `PUT /_simulator/clock` takes Unix seconds at which time shall stand still, or
//! `system`.
//!
#![doc = include_str!("../KEYS.md")]

pub mod clock;
pub mod hostile;
pub mod key;
pub mod organization;
pub mod request_log;

mod control;
mod costs;
mod cursor;
mod failure;
mod http;
mod management;
mod model;
mod query;
mod random;
mod state;
mod tls;
mod usage;
mod workload;

use std::fmt::Debug;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::organization::Organization;
use crate::request_log::{Logged, RequestLog};
pub use crate::state::Disturbance;
use crate::state::State;
pub use crate::tls::Identity;
use crate::tls::TlsListener;

/// How to run.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The port on loopback; 0 takes a free one.
    pub port: u16,
    /// How long every answer takes at least.
    pub latency: Duration,
    /// The time.
    pub clock: Clock,
    /// What the organizations are made of: their ids and amounts differ with it, and nothing else does.
    pub seed: u64,
    /// Where to write the request log to, one JSON object in a line.
    pub log: Option<PathBuf>,
    /// Speak HTTPS, as this one.
    pub identity: Option<Identity>,
}

/// A running simulator. It ends when this is dropped: no connection is taken any more, and those there are end with
/// the answer that is under way.
pub struct Running {
    scheme: &'static str,
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
    /// Nothing is ever sent: that it is gone is the signal to end.
    stop: watch::Sender<()>,
}

/// Starts a simulator on loopback.
pub async fn start(config: Config) -> std::io::Result<Running> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
    let address = listener.local_addr()?;
    let log = RequestLog::open(config.log.as_deref())?;
    let (stop, stopped) = watch::channel(());
    let state = Arc::new(State::new(config.clock, config.latency, log, config.seed, stopped));
    let (scheme, task) = match config.identity {
        Some(identity) => ("https", serve(TlsListener::new(listener, &identity)?, state.clone())),
        None => ("http", serve(listener, state.clone())),
    };
    Ok(Running { scheme, address, state, task, stop })
}

/// Answers until it is stopped. The only errors are those of single connections, which it survives.
fn serve<L: Listener<Addr: Debug>>(listener: L, state: Arc<State>) -> JoinHandle<()> {
    let router = http::router(state.clone());
    let serving = axum::serve(listener, router)
        .with_graceful_shutdown(async move { state.stopped().await })
        .into_future();
    tokio::spawn(async move { drop(serving.await) })
}

impl Running {
    /// Where it listens: `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// The base URL for a client: `http://127.0.0.1:40123/v1`.
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.url())
    }

    /// Every request so far, in order.
    pub fn requests(&self) -> Vec<Logged> {
        self.state.log.all()
    }

    /// Forgets every request so far.
    pub fn forget_requests(&self) {
        self.state.log.clear();
    }

    /// Answers the `n`-th request from now on, the next one being the first, with something that is not OpenAI's.
    pub fn disturb(&self, n: u64, disturbance: Disturbance) {
        self.state.disturb(n, disturbance);
    }

    /// Its time, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.state.now()
    }

    /// Ends it, and returns when its port and every connection are closed.
    pub async fn shutdown(self) {
        drop(self.stop);
        let _ = self.task.await;
    }

    /// The organization that a key of [`key::KEYS`] opens.
    pub fn organization(&self, key: &str) -> Option<&Organization> {
        self.state.organization(key::find(key)?)
    }

    /// Waits until it ends, that is for ever.
    pub async fn wait(self) {
        let _ = self.task.await;
        drop(self.stop);
    }
}

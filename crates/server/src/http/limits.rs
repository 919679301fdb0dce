//! How long things may take, and how many there may be at once.

use std::time::Duration;

/// Limits of the HTTP server, and of what it waits for. Tests make them short.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From a connection, or from the end of an answer, to the end of the next request's header.
    pub header: Duration,
    /// For a body to arrive.
    pub body: Duration,
    /// For a client to take the next bytes of an answer.
    pub write: Duration,
    /// For an answer. The app waits a little longer (`src/api.rs`).
    pub handler: Duration,
    /// For OpenAI's answer to a question of a connection test.
    pub connection_test: Duration,
    /// For the requests that run when the server is told to stop.
    pub shutdown: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Connections at once of one network. Those of this machine are not counted, and behind trusted proxies none are.
    pub connections_of_network: usize,
    /// How long another process waits for one that imports a connection and is heard of no more.
    pub lease: Duration,
    /// How long what nobody waits for goes on without hearing of anything: longer than anything takes that comes at all, be it a
    /// statement, OpenAI's answer or a thread to read it on.
    pub silence: Duration,
    /// Between two looks whether a disk that took no changes takes them again.
    pub probe: Duration,
    /// Most days of history that an import goes back, today included.
    pub history_days: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(5),
            body: Duration::from_secs(30),
            write: Duration::from_secs(30),
            handler: Duration::from_secs(60),
            connection_test: Duration::from_secs(10),
            shutdown: Duration::from_secs(10),
            connections: 2048,
            connections_of_network: 256,
            lease: Duration::from_secs(30),
            silence: Duration::from_secs(300),
            probe: Duration::from_secs(5),
            history_days: i64::MAX,
        }
    }
}

//! A wire between a server and its PostgreSQL, on which happens what happens to networks: a request or its answer is lost
//! with the connection, or the other end is silent and nobody learns that it is gone.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// What is lost, and with it the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// A request, before the database has seen it.
    Request,
    /// The answer to a request that the database has done.
    Answer,
}

/// A wire that ends when it is dropped, and every connection on it.
pub struct Wire {
    address: SocketAddr,
    line: Arc<Line>,
    task: JoinHandle<()>,
}

struct Line {
    requests: Mutex<Requests>,
    silences: watch::Sender<Silences>,
}

#[derive(Default)]
struct Requests {
    seen: u64,
    planned: Option<(u64, Loss)>,
}

/// How often nothing came through any more, and how often that was over.
#[derive(Clone, Copy, Default)]
struct Silences {
    begun: u64,
    ended: u64,
}

impl Wire {
    /// A wire to the database with this address.
    pub async fn to(url: &str) -> Self {
        let database = authority(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let line = Arc::new(Line { requests: Mutex::default(), silences: watch::Sender::default() });
        let task = tokio::spawn(accept(listener, database, Arc::clone(&line)));
        Self { address, line, task }
    }

    /// The database's address at this end.
    pub fn address(&self, url: &str) -> String {
        url.replacen(authority(url), &self.address.to_string(), 1)
    }

    /// How many requests have been made: each statement is one, and two where it is prepared first.
    pub fn requests(&self) -> u64 {
        self.line.requests.lock().unwrap().seen
    }

    /// Loses the `n`-th request from now on, the next one being the first, or its answer.
    pub fn lose(&self, n: u64, loss: Loss) {
        let mut requests = self.line.requests.lock().unwrap();
        requests.planned = Some((requests.seen + n, loss));
    }

    /// Loses nothing more. Says whether what was to be lost had been.
    pub fn lose_nothing(&self) -> bool {
        self.line.requests.lock().unwrap().planned.take().is_none()
    }

    /// From here on nothing comes through, and no connection is closed.
    pub fn fall_silent(&self) {
        self.line.silences.send_modify(|silences| silences.begun += 1);
    }

    /// New connections come through again. Those of before stay silent: whoever knew them is gone.
    pub fn come_back(&self) {
        self.line.silences.send_modify(|silences| silences.ended = silences.begun);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Host and port in an address such as `postgres://user@host:port/database`.
fn authority(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap();
    let place = rest.split('/').next().unwrap();
    place.rsplit_once('@').map_or(place, |(_, authority)| authority)
}

async fn accept(listener: TcpListener, database: String, line: Arc<Line>) {
    let mut connections = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let server = TcpStream::connect(&database).await.unwrap();
        // What is carried in parts waits for no acknowledgment of the part before.
        client.set_nodelay(true).unwrap();
        server.set_nodelay(true).unwrap();
        connections.spawn(carry(client, server, Arc::clone(&line)));
        while connections.try_join_next().is_some() {}
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, line: Arc<Line>) {
    let mut silences = line.silences.subscribe();
    let born = *silences.borrow();
    if born.begun == born.ended {
        tokio::select! {
            biased;
            _ = silences.wait_for(|now| now.begun > born.begun) => {}
            // Either end has closed it, or it is cut.
            _ = relay(&mut client, &mut server, &line) => return,
        }
    }
    // Both ends stay open.
    std::future::pending::<()>().await;
}

async fn relay(client: &mut TcpStream, server: &mut TcpStream, line: &Line) -> std::io::Result<()> {
    let mut sent = Sent::default();
    let (mut up, mut down) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Some(bytes) = up.get(..read?).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
                sent.bytes.extend_from_slice(bytes);
                while let Some((message, is_request)) = sent.next() {
                    match line.loss(is_request) {
                        None => server.write_all(&message).await?,
                        Some(Loss::Request) => return Ok(()),
                        Some(Loss::Answer) => {
                            server.write_all(&message).await?;
                            return read_answer(server).await;
                        }
                    }
                }
            }
            read = server.read(&mut down) => {
                let Some(bytes) = down.get(..read?).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
                client.write_all(bytes).await?;
            }
        }
    }
}

impl Line {
    /// What is lost with a message.
    fn loss(&self, is_request: bool) -> Option<Loss> {
        let mut requests = self.requests.lock().unwrap();
        requests.seen += u64::from(is_request);
        let seen = requests.seen;
        requests.planned.take_if(|(n, _)| is_request && *n == seen).map(|(_, loss)| loss)
    }
}

/// Reads an answer to its end, which says that the database waits for the next request.
async fn read_answer(server: &mut TcpStream) -> std::io::Result<()> {
    let mut answer = Vec::new();
    while !matches!(answer.as_slice(), [.., b'Z', 0, 0, 0, 5, b'I' | b'T' | b'E']) {
        if server.read_buf(&mut answer).await? == 0 {
            break;
        }
    }
    Ok(())
}

/// What the client has sent and was not carried yet.
#[derive(Default)]
struct Sent {
    bytes: Vec<u8>,
    /// Whether the first messages are over, which have no type.
    has_begun: bool,
}

impl Sent {
    /// The next message if all of it is here, and whether the client waits for its answer: it does after a statement in one
    /// message (`Q`) and at the end of one in several (`S`).
    fn next(&mut self) -> Option<(Vec<u8>, bool)> {
        let kind = usize::from(self.has_begun);
        let length = u32::from_be_bytes(self.bytes.get(kind..kind + 4)?.try_into().unwrap()) as usize;
        if self.bytes.len() < kind + length {
            return None;
        }
        let rest = self.bytes.split_off(kind + length);
        let message = std::mem::replace(&mut self.bytes, rest);
        let is_request = self.has_begun && matches!(message[0], b'Q' | b'S');
        // The first one of all may ask for TLS; the one that names the protocol's version is the last without a type.
        self.has_begun |= matches!(message.get(4..6), Some([0, 3]));
        Some((message, is_request))
    }
}

//! Sockets that stall. Limits are short here, so that nothing waits for long.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use server::http::{Limits, accept};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::harness::{House, long};
use crate::process::{Running, program};

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
    _house: House,
}

const SHORT: Limits = Limits {
    header: Duration::from_millis(200),
    body: Duration::from_millis(200),
    write: Duration::from_millis(500),
    handler: Duration::from_secs(5),
    shutdown: Duration::from_secs(2),
    connections: 4,
    connections_of_network: 4,
    connection_test: Duration::from_secs(1),
    lease: Duration::from_secs(30),
    history_days: i64::MAX,
    silence: Duration::from_secs(300),
    probe: Duration::from_secs(5),
};

async fn start() -> Server {
    let house = House::with_limits(|_| (), SHORT).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let router = house.router.clone();
    let task = tokio::spawn(async move {
        accept::serve(listener, router, SHORT, async {
            let _ = stopped.await;
        })
        .await;
    });
    Server { address, stop, task, _house: house }
}

impl Server {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends a text and reads until the server closes.
    async fn exchange(&self, text: &str) -> (String, Duration) {
        let started = Instant::now();
        let mut socket = self.connect().await;
        socket.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let read = socket.read_to_end(&mut answer);
        let _ =
            tokio::time::timeout(Duration::from_secs(5), read).await.expect("the server closes the socket");
        (String::from_utf8(answer).unwrap(), started.elapsed())
    }
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n";

#[tokio::test]
async fn silent_sockets_half_headers_and_idle_ones_are_closed() {
    let server = start().await;
    for (text, answers) in [
        ("", 0),
        ("GET /healthz HT", 0),
        ("GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ", 0),
        (&format!("{HEALTH}\r\n"), 1),
    ] {
        let (answer, took) = server.exchange(text).await;
        assert!(took >= SHORT.header && took < Duration::from_secs(2), "{text:?}: {took:?}");
        assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), answers, "{text:?}: {answer}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_not_waited_for() {
    let server = start().await;
    let request = "POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let (answer, took) = server.exchange(request).await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("did not arrive in time"), "{answer}");
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test]
async fn stalled_sockets_do_not_keep_others_out() {
    let server = start().await;
    let mut stalled = Vec::new();
    for _ in 0..3 * SHORT.connections {
        let mut socket = server.connect().await;
        socket.write_all(b"GET /healthz HT").await.unwrap();
        stalled.push(socket);
    }
    // Three rounds of stalled sockets stand before it in the queue.
    let (answer, took) = server.exchange(&format!("{HEALTH}connection: close\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(took < Duration::from_secs(3), "{took:?}");
}

/// An answer that does not fit into the buffers in between waits for its client.
#[tokio::test]
async fn clients_that_never_read_do_not_keep_others_out() {
    let server = start().await;
    let mut deaf = Vec::new();
    for _ in 0..SHORT.connections {
        let mut socket = server.connect().await;
        let asks = "GET /api/v1/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(200);
        // It is taken until the server waits for the answers to be.
        let _ = tokio::time::timeout(Duration::from_millis(200), socket.write_all(asks.as_bytes())).await;
        deaf.push(socket);
    }
    let (answer, took) = server.exchange(&format!("{HEALTH}connection: close\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(took < Duration::from_secs(4), "{took:?}");
    drop(deaf);
}

#[tokio::test]
async fn stopping_closes_the_port_and_idle_connections() {
    let server = start().await;
    let mut idle = server.connect().await;
    idle.write_all(format!("{HEALTH}\r\n").as_bytes()).await.unwrap();
    let mut answer = [0; 15];
    idle.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    let address = server.address;
    server.stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(1), server.task).await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

/// A socket that sends half a request, and no more.
fn stall(server: &Running) -> std::net::TcpStream {
    let mut socket = server.connect();
    std::io::Write::write_all(&mut socket, b"GET /healthz HT").unwrap();
    socket.set_nonblocking(true).unwrap();
    socket
}

/// Whoever stalls comes again as soon as the server has closed the socket: until two hundred requests were answered after
/// that, and for a minute in the long form.
#[test]
fn stalled_sockets_that_come_again_keep_no_request_waiting() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody reads its log here, and there are thousands of requests in it: a full pipe would hold it up.
    let mut quiet = program(folder.path());
    quiet.stderr(Stdio::null());
    let server = Running::start_with(quiet);
    let mut stalled: Vec<_> = (0..600).map(|_| stall(&server)).collect();
    let (begun, span) = (Instant::now(), Duration::from_secs(if long() { 60 } else { 0 }));
    let (mut closed, mut times) = (0, Vec::new());
    while times.len() < 200 || begun.elapsed() < span {
        for socket in &mut stalled {
            let read = std::io::Read::read(socket, &mut [0; 64]);
            if !read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock) {
                *socket = stall(&server);
                closed += 1;
            }
        }
        let asked = Instant::now();
        assert!(server.get("/healthz").starts_with("HTTP/1.1 200 "));
        if closed > 0 {
            times.push(asked.elapsed());
        }
        assert!(begun.elapsed() < span + Duration::from_secs(60), "no stalled socket is closed");
    }
    times.sort();
    let (slow, limit) = (times[times.len() * 99 / 100], if long() { 200 } else { 2_000 });
    assert!(slow < Duration::from_millis(limit), "{slow:?} of {}, {closed} closed", times.len());
    assert!(!long() || closed > 5 * stalled.len(), "{closed}");
}

/// How many sockets a process has.
fn sockets(server: &Running) -> usize {
    let files = std::fs::read_dir(format!("/proc/{}/fd", server.child.id())).unwrap();
    let opened = files.filter_map(|file| std::fs::read_link(file.unwrap().path()).ok());
    opened.filter(|file| file.to_string_lossy().starts_with("socket:")).count()
}

/// They neither take the places of others nor, for longer than a request's header may take, the process's files.
#[test]
fn six_hundred_stalled_sockets_keep_no_request_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let before = sockets(&server);
    let stalled: Vec<_> = (0..600)
        .map(|_| {
            let mut socket = server.connect();
            std::io::Write::write_all(&mut socket, b"GET /healthz HT").unwrap();
            socket
        })
        .collect();
    let mut times: Vec<Duration> = (0..200)
        .map(|_| {
            let begun = Instant::now();
            assert!(server.get("/healthz").starts_with("HTTP/1.1 200 "));
            begun.elapsed()
        })
        .collect();
    times.sort();
    // Whoever had to wait for a stalled one would wait until its five seconds are over.
    let (slow, limit) = (times[times.len() * 99 / 100], if long() { 200 } else { 2_000 });
    assert!(slow < Duration::from_millis(limit), "{slow:?}");
    // The server hangs up on all of them, which are still held here.
    for mut socket in stalled {
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let read = std::io::Read::read_to_end(&mut socket, &mut Vec::new());
        let late = |error: &std::io::Error| error.kind() == std::io::ErrorKind::WouldBlock;
        assert!(!read.is_err_and(|error| late(&error)), "it is still waited for");
    }
    let patience = Instant::now() + Duration::from_secs(30);
    while sockets(&server) > before {
        assert!(Instant::now() < patience, "{before} sockets before, and {} now", sockets(&server));
        std::thread::yield_now();
    }
}

/// The most memory that a process has had at once, in kB.
fn most_memory(server: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// Sends a body of a gibibyte in chunks until nobody takes it any more. Gives the answer, and how much was sent.
fn send_a_gibibyte(server: &Running, path: &str) -> (String, usize) {
    const CHUNK: usize = 1 << 16;
    let mut socket = server.connect();
    // Nobody waits for ever for a server that neither reads nor hangs up.
    socket.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let begin = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    std::io::Write::write_all(&mut socket, begin.as_bytes()).unwrap();
    let chunk = format!("{CHUNK:x}\r\n{}\r\n", " ".repeat(CHUNK));
    let mut sent = 0;
    while sent < 1 << 30 && std::io::Write::write_all(&mut socket, chunk.as_bytes()).is_ok() {
        sent += CHUNK;
    }
    let mut answer = Vec::new();
    let _ = std::io::Read::read_to_end(&mut socket, &mut answer);
    (String::from_utf8(answer).unwrap(), sent)
}

/// Neither what says at once how large it is, nor what never says it, is kept until it is too much.
#[test]
fn a_body_of_a_gibibyte_takes_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    // What the first requests of a process take is taken.
    for _ in 0..4 {
        server.post("/api/v1/session", &" ".repeat((64 << 10) + 1));
    }
    let before = most_memory(&server);
    for path in ["/api/v1/session", "/api/v1/setup", "/api/v1/connection-drafts", "/nowhere"] {
        for _ in 0..4 {
            let (answer, sent) = send_a_gibibyte(&server, path);
            // The answer may be lost to whoever goes on sending when it comes.
            let status = answer.split(' ').nth(1).unwrap_or("413");
            assert!(["413", "401", "404", "405"].contains(&status), "{path}: {answer}");
            assert!(sent < 32 << 20, "{path} has taken {sent} bytes");
        }
    }
    let grown = most_memory(&server) - before;
    assert!(grown < 5 << 10, "{grown} kB more");
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200 "));
}

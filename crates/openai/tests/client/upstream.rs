//! An upstream that answers the calls it gets from a list, the last answer again and again.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use admin_key::AdminKey;
use openai::{BaseUrl, Client, Jitter, Retry, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The random part of the key that the tests use.
pub(crate) const RANDOM: &str = "CanaryCanary0123456789canaryVuSa";

pub(crate) fn key() -> AdminKey {
    AdminKey::parse(&format!("sk-admin-{RANDOM}")).unwrap()
}

#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    pub(crate) then: Then,
}

/// What comes after the written bytes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Then {
    Close,
    Hang,
}

impl Reply {
    pub(crate) fn new(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let mut head = format!(
            "HTTP/1.1 {status} X\r\nx-request-id: req_{status}\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        Self { head, body, then: Then::Close }
    }

    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, &[("content-type", "application/json")], body)
    }

    /// Nothing at all: the connection just ends.
    pub(crate) fn nothing() -> Self {
        Self { head: String::new(), body: Vec::new(), then: Then::Close }
    }

    /// The first bytes of the body only, less than the promised length.
    pub(crate) fn cut(mut self, length: usize) -> Self {
        self.body.truncate(length);
        self
    }

    pub(crate) fn hanging(mut self) -> Self {
        self.then = Then::Hang;
        self
    }
}

/// A page of costs without any bucket.
pub(crate) const EMPTY_PAGE: &str = r#"{"object":"page","data":[],"has_more":false,"next_page":null}"#;

#[derive(Clone)]
pub(crate) struct Upstream {
    pub(crate) port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Upstream {
    pub(crate) async fn answering(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = Self { port: listener.local_addr().unwrap().port(), heads: Arc::default() };
        let heads = Arc::clone(&upstream.heads);
        tokio::spawn(async move {
            for index in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let reply = replies.get(index).or(replies.last()).cloned();
                tokio::spawn(serve(stream, reply.unwrap(), Arc::clone(&heads)));
            }
        });
        upstream
    }

    /// The heads of the requests so far.
    pub(crate) fn heads(&self) -> MutexGuard<'_, Vec<String>> {
        self.heads.lock().unwrap()
    }

    /// The first lines of the requests so far, decoded.
    pub(crate) fn lines(&self) -> Vec<String> {
        let first = |head: &String| head.lines().next().unwrap().replace("%5B%5D", "[]");
        self.heads().iter().map(first).collect()
    }

    pub(crate) fn client(&self, retry: Retry) -> Client {
        client(&format!("http://127.0.0.1:{}", self.port), retry)
    }
}

pub(crate) fn client(base_url: &str, retry: Retry) -> Client {
    let settings = Settings {
        retry,
        jitter: Jitter::seeded(1),
        attempt_timeout: Duration::from_secs(5),
        ..Settings::new(BaseUrl::parse(base_url).unwrap())
    };
    Client::new(settings).unwrap()
}

/// One call.
pub(crate) const ONCE: Retry = Retry { attempts: 1, ..Retry::hasty() };

/// Often and patiently, but with waits that a test can afford.
pub(crate) fn quick() -> Retry {
    Retry {
        attempts: 8,
        base: Duration::from_millis(1),
        longest: Duration::from_secs(30),
        budget: Duration::from_secs(300),
    }
}

async fn serve(mut stream: TcpStream, reply: Reply, heads: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).await.unwrap_or(0) == 0 {
            return;
        }
        head.push(byte[0]);
    }
    heads.lock().unwrap().push(String::from_utf8(head).unwrap());
    if !reply.head.is_empty() {
        let _ = stream.write_all(format!("{}\r\n", reply.head).as_bytes()).await;
        let _ = stream.write_all(&reply.body).await;
    }
    if reply.then == Then::Hang {
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
}

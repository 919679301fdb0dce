//! What goes over the wire: headers, refusals, cursors and filters, as documented and as seen on live organizations.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "the helpers of tests")]

mod amount;
mod answer;
mod parameter;
mod sentinel;

use money::{Amount, Decimal};
use serde_json::Value;
use simulator::clock::Clock;
use simulator::{Config, Running, key};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// 2026-11-23 13:05 UTC.
const NOW: i64 = 1_795_392_000 + 13 * 3_600 + 300;
const TODAY: i64 = 1_795_392_000;
const COSTS: &str = "/v1/organization/costs";
const COMPLETIONS: &str = "/v1/organization/usage/completions";

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn message(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap().to_owned()
    }
}

async fn simulator() -> Running {
    simulator::start(Config { clock: Clock::set_to(NOW), ..Config::default() }).await.unwrap()
}

/// One request over a connection of its own, with the key of this name, or with none.
async fn send(running: &Running, method: &str, target: &str, name: &str, body: &str) -> Answer {
    let authorization = match key::named(name) {
        Some(key) => format!("authorization: Bearer {}\r\n", key.secret()),
        None if name.is_empty() => String::new(),
        None => format!("authorization: Bearer {name}\r\n"),
    };
    let mut stream = TcpStream::connect(running.url().trim_start_matches("http://")).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nhost: simulator\r\n{authorization}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head[9..12].parse().unwrap();
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

async fn get(running: &Running, target: &str, name: &str) -> Answer {
    send(running, "GET", target, name, "").await
}

fn rows(page: &Value) -> Vec<Value> {
    let buckets = page["data"].as_array().unwrap();
    buckets.iter().flat_map(|bucket| bucket["results"].as_array().unwrap().clone()).collect()
}

/// The sum of a page's amounts, from the text itself.
fn billed(body: &str) -> Amount {
    let values = body.split(r#""value":"#).skip(1).map(|rest| rest.split([',', '}']).next().unwrap());
    values.map(|text| Decimal::parse(text.trim_matches('"')).unwrap().amount).sum()
}

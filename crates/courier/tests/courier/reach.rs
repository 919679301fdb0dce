//! Where webhooks do not go, whatever the address looks like: nothing is connected to.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use courier::{Addresses, Call, Failure, Lookup, Reach, Secret, Target, Webhooks};
use zeroize::Zeroizing;

/// Counts who connects, on every address of this machine, and answers each with one text.
struct Door {
    port: u16,
    connects: Arc<AtomicUsize>,
}

impl Door {
    fn open(answer: String) -> Self {
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connects = Arc::new(AtomicUsize::new(0));
        let mut listeners = vec![listener];
        // Where there is no IPv6 there is nobody to connect to by it.
        listeners.extend(TcpListener::bind(format!("[::1]:{port}")));
        for listener in listeners {
            let (connects, answer) = (Arc::clone(&connects), answer.clone());
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    connects.fetch_add(1, Ordering::SeqCst);
                    let mut stream = stream.unwrap();
                    let _ = stream.read(&mut [0; 4096]);
                    let _ = stream.write_all(answer.as_bytes());
                }
            });
        }
        Self { port, connects }
    }

    fn connects(&self) -> usize {
        self.connects.load(Ordering::SeqCst)
    }
}

/// Names of the test, and how often each was asked for.
#[derive(Default)]
struct Names {
    known: HashMap<&'static str, Vec<&'static str>>,
    asked: Mutex<Vec<String>>,
}

impl Lookup for Names {
    fn addresses(&self, name: &str) -> Addresses {
        self.asked.lock().unwrap().push(name.to_owned());
        let found = self.known.get(name).cloned().unwrap_or_default();
        let found = found.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0)).collect();
        Box::pin(async move { Ok(found) })
    }
}

async fn send(webhooks: &Webhooks, target: &Target) -> Result<(), Failure> {
    let secret = Secret::new(Zeroizing::new([7; 32]));
    webhooks
        .send(target, Call { id: "delivery_1", timestamp: 1_795_392_000, body: "{}", secret: &secret })
        .await
}

/// Addresses that look like something else, or lead where nobody should go. `PORT` is where somebody counts.
const HOSTILE: &[&str] = &[
    "https://127.0.0.1:PORT/",
    "https://127.1:PORT/",
    "https://127.0.1:PORT/",
    "https://127.255.255.254:PORT/",
    "https://2130706433:PORT/",
    "https://0x7f000001:PORT/",
    "https://0x7f.0x0.0x0.0x1:PORT/",
    "https://0177.0.0.1:PORT/",
    "https://017700000001:PORT/",
    "https://0:PORT/",
    "https://0.0.0.0:PORT/",
    "https://127.0.0.1.:PORT/",
    "https://localhost:PORT/",
    "https://LOCALHOST:PORT/",
    "https://localhost.:PORT/",
    "https://[::1]:PORT/",
    "https://[0:0:0:0:0:0:0:1]:PORT/",
    "https://[::]:PORT/",
    "https://[::127.0.0.1]:PORT/",
    "https://[::ffff:127.0.0.1]:PORT/",
    "https://[::ffff:7f00:1]:PORT/",
    "https://[64:ff9b::127.0.0.1]:PORT/",
    "https://[2002:7f00:1::]:PORT/",
    "https://[fe80::1]:PORT/",
    "https://[fd00::1]:PORT/",
    "https://[ff02::1]:PORT/",
    "https://10.0.0.1:PORT/",
    "https://172.16.0.1:PORT/",
    "https://192.168.0.1:PORT/",
    "https://100.64.0.1:PORT/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://198.18.0.1:PORT/",
    "https://224.0.0.1:PORT/",
    "https://255.255.255.255:PORT/",
    "https://ada@127.0.0.1:PORT/",
    "https://hooks.example.com@127.0.0.1:PORT/",
    "https://hooks.example.com%2f@127.0.0.1:PORT/",
    "https://127.0.0.1:PORT@hooks.example.com/",
    "https://127%2e0%2e0%2e1:PORT/",
    "https://%31%32%37.0.0.1:PORT/",
    "https://①②⑦.⓪.⓪.①:PORT/",
    "https://127。0。0。1:PORT/",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/",
    "https:\\\\127.0.0.1:PORT\\",
    "https:127.0.0.1:PORT",
    "https:///127.0.0.1:PORT/",
    "https://127.0.0.1:PORT#@hooks.example.com/",
    "https://127.0.0.1:PORT?@hooks.example.com/",
    "\thttps://127.0.0.1:PORT/",
    "http://127.0.0.1:PORT/",
    "http://hooks.example.com:PORT/",
    "ftp://127.0.0.1:PORT/",
    "gopher://127.0.0.1:PORT/_x",
    "file:///etc/passwd",
    "data:text/plain,x",
    "//127.0.0.1:PORT/",
    "127.0.0.1:PORT",
    "https://hooks.example.com:22/",
    "https://hooks.example.com:25/",
    "https://private.example:PORT/",
    "https://loopback.example:PORT/",
    "https://six.example:PORT/",
    "https://mixed.example:PORT/",
    "https://carrier.example:PORT/",
    "https://nowhere.example:PORT/",
];

#[tokio::test]
async fn no_hostile_address_is_connected_to() {
    let door = Door::open(String::new());
    let known = HashMap::from([
        ("localhost", vec!["127.0.0.1", "::1"]),
        ("localhost.", vec!["127.0.0.1"]),
        ("private.example", vec!["10.0.0.5"]),
        ("loopback.example", vec!["127.0.0.1"]),
        ("six.example", vec!["::ffff:127.0.0.1"]),
        ("mixed.example", vec!["127.0.0.1", "8.8.8.8"]),
        ("carrier.example", vec!["100.64.0.1"]),
    ]);
    let names = Arc::new(Names { known, ..Names::default() });
    let webhooks = Webhooks::with_lookup(Reach::Internet, Arc::clone(&names) as Arc<dyn Lookup>).unwrap();
    let mut resolved = 0;
    for text in HOSTILE {
        let text = text.replace("PORT", &door.port.to_string());
        let Ok(target) = Target::parse(&text, Reach::Internet) else { continue };
        resolved += 1;
        assert_eq!(send(&webhooks, &target).await, Err(Failure::NotPublic), "{text}");
    }
    assert!(HOSTILE.len() >= 40 && resolved >= 9, "{resolved} of {}", HOSTILE.len());
    assert_eq!(door.connects(), 0);
    // One look at a name for one message: there is no second one that could say something else.
    assert_eq!(names.asked.lock().unwrap().len(), resolved);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let inside = Door::open("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".into());
    let webhooks = Webhooks::new(Reach::Loopback).unwrap();
    for status in [301, 302, 303, 307, 308] {
        let answer = format!(
            "HTTP/1.1 {status} Elsewhere\r\nlocation: http://127.0.0.1:{}/\r\ncontent-length: 0\r\n\r\n",
            inside.port
        );
        let outside = Door::open(answer);
        let target = Target::parse(&format!("http://127.0.0.1:{}/", outside.port), Reach::Loopback).unwrap();
        assert_eq!(send(&webhooks, &target).await, Err(Failure::Redirected { status }));
        assert_eq!(outside.connects(), 1);
    }
    assert_eq!(inside.connects(), 0);
}

#[tokio::test]
async fn what_is_no_success_says_what_it_was() {
    let webhooks = Webhooks::new(Reach::Loopback).unwrap();
    for (answer, expected) in [
        ("HTTP/1.1 204 No Content\r\n\r\n", Ok(())),
        ("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n", Err(Failure::Answered { status: 500 })),
        // Nothing is read of a body, however long it claims to be.
        ("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n", Ok(())),
        ("SSH-2.0-OpenSSH\r\n", Err(Failure::NotUnderstood)),
        ("", Err(Failure::NotUnderstood)),
    ] {
        let door = Door::open(answer.into());
        let target = Target::parse(&format!("http://localhost:{}/x", door.port), Reach::Loopback).unwrap();
        assert_eq!(send(&webhooks, &target).await, expected, "{answer}");
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let target = Target::parse(&format!("http://{closed}/"), Reach::Loopback).unwrap();
    assert_eq!(send(&webhooks, &target).await, Err(Failure::Unreachable));
    let plain = Door::open("this is no TLS".into());
    let target = Target::parse(&format!("https://127.0.0.1:{}/", plain.port), Reach::Loopback).unwrap();
    assert_eq!(send(&webhooks, &target).await, Err(Failure::Insecure));
}

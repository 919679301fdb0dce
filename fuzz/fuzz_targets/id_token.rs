//! Whatever a provider sends as an ID token, as its keys or as claims: nothing but what was signed opens, and no claims are
//! believed that are not ours. The first byte says which of them it is.

#![no_main]
#![allow(dead_code, reason = "of the crate's own files, the fuzzer calls what reads")]

#[path = "../../crates/oidc/src/fault.rs"]
mod fault;
#[path = "../../crates/oidc/src/id_token.rs"]
mod id_token;
#[path = "../../crates/oidc/src/jwk.rs"]
mod jwk;
#[path = "../../crates/oidc/src/jws.rs"]
mod jws;

use std::sync::LazyLock;

use id_token::Expected;
use jwk::Keys;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

/// Tokens whose signatures hold, and the keys that signed them.
struct Signed {
    keys: Keys,
    tokens: Vec<String>,
}

static SIGNED: LazyLock<Signed> = LazyLock::new(|| {
    let vectors: Value =
        serde_json::from_str(include_str!("../../crates/oidc/src/jws/vectors.json")).expect("vectors");
    let keys = json!({ "keys": vectors["keys"] }).to_string();
    let tokens = vectors["tokens"].as_object().expect("tokens").values();
    let tokens: Vec<_> = tokens.map(|token| token.as_str().expect("a token").to_owned()).collect();
    let keys = Keys::read(keys.as_bytes()).expect("keys");
    assert!(tokens.len() == 4 && tokens.iter().all(|token| jws::open(token, &keys).is_ok()));
    Signed { keys, tokens }
});

fuzz_target!(|data: &[u8]| {
    let Some((which, rest)) = data.split_first() else { return };
    match which % 4 {
        0 => token(&String::from_utf8_lossy(rest)),
        1 => changed(rest),
        2 => key_set(rest),
        _ => claims(rest),
    }
});

/// A token of any kind.
fn token(text: &str) {
    let Signed { keys, tokens } = &*SIGNED;
    assert_eq!(jws::open(text, keys).is_ok(), tokens.iter().any(|token| token == text));
}

/// A token that was signed, with some of its characters changed.
fn changed(changes: &[u8]) {
    let Signed { keys, tokens } = &*SIGNED;
    for original in tokens {
        let mut token = original.clone().into_bytes();
        for change in changes.chunks_exact(3) {
            let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % token.len();
            token[at] = change[2];
        }
        let token = String::from_utf8_lossy(&token);
        assert_eq!(jws::open(&token, keys).is_ok(), token == *original);
    }
}

/// Keys of any kind: they are read or refused, and verify nothing that others signed.
fn key_set(text: &[u8]) {
    let Ok(keys) = Keys::read(text) else { return };
    let known = String::from_utf8_lossy(text);
    for token in &SIGNED.tokens {
        // Only who has the public key in full has the key: no part of it is shorter than this.
        assert!(jws::open(token, &keys).is_err() || known.len() > 43);
    }
}

/// Claims of any kind.
fn claims(text: &[u8]) {
    let Ok(claims) = serde_json::from_slice::<Map<String, Value>>(text) else { return };
    let contexts = ["mfa".to_owned()];
    let expected = Expected {
        issuer: "https://id.example.com",
        client_id: "lens",
        nonce: "n-0S6",
        contexts: &contexts,
        now: 950,
    };
    let Ok(subject) = id_token::check(&claims, &expected) else { return };
    for (name, value) in
        [("iss", expected.issuer), ("nonce", expected.nonce), ("acr", "mfa"), ("sub", subject.as_str())]
    {
        assert_eq!(claims[name], value);
    }
    let audience = &claims["aud"];
    assert!(audience == "lens" || audience.as_array().is_some_and(|all| all.contains(&json!("lens"))));
    let moment = |name: &str| claims[name].as_f64().expect("a number");
    assert!(moment("exp") + 60.0 >= 950.0 && moment("iat") <= 1011.0, "{claims:?}");
}

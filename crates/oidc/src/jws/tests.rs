//! Tokens of each algorithm, made once by Python's `cryptography` with keys that were thrown away, and what is made of them.

use ring::hmac;
use serde_json::json;

use super::*;

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

fn keys() -> Keys {
    Keys::read(json!({ "keys": vectors()["keys"] }).to_string().as_bytes()).unwrap()
}

fn token(algorithm: &str) -> String {
    vectors()["tokens"][algorithm].as_str().unwrap().to_owned()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token with another header, and the signature and the payload of before.
fn with_header(algorithm: &str, header: &Value) -> String {
    let token = token(algorithm);
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", encoded(header))
}

#[test]
fn the_four_algorithms_are_verified() {
    for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
        let claims = open(&token(algorithm), &keys()).unwrap();
        assert_eq!(claims["sub"], "248289761001", "{algorithm}");
    }
}

#[test]
fn whatever_character_is_changed_the_token_opens_nothing() {
    for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
        let token = token(algorithm);
        for at in (0..token.len()).step_by(7) {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(open(&changed, &keys()).is_err(), "{algorithm} at {at}");
        }
    }
}

#[test]
fn no_signature_and_a_shared_secret_are_no_algorithms() {
    for name in ["none", "None", "NONE", "", "HS256", "HS512", "RS1", "RS512", "ES256K", "dir"] {
        let unsigned = with_header("ES256", &json!({ "alg": name, "kid": "ec" }));
        assert_eq!(open(&unsigned, &keys()), Err(Fault::Algorithm), "{name}");
        let (signed, _) = unsigned.rsplit_once('.').unwrap();
        assert_eq!(open(&format!("{signed}."), &keys()), Err(Fault::Algorithm), "{name}");
    }
    // The public key as the secret of an HMAC: what fooled libraries that asked the token how to verify it.
    let public = vectors()["keys"][0]["n"].as_str().unwrap().to_owned();
    let token = with_header("RS256", &json!({ "alg": "HS256", "kid": "rsa" }));
    let (signed, _) = token.rsplit_once('.').unwrap();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, public.as_bytes()), signed.as_bytes());
    let forged = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag));
    assert_eq!(open(&forged, &keys()), Err(Fault::Algorithm));
}

#[test]
fn a_key_is_named_and_is_taken_for_nothing_else() {
    for (header, fault) in [
        (json!({ "alg": "ES256" }), Fault::KeyMissing),
        (json!({ "alg": "ES256", "kid": "gone" }), Fault::KeyUnknown),
        (json!({ "alg": "ES256", "kid": "rsa" }), Fault::KeyUnknown),
        (json!({ "alg": "RS256", "kid": "ec" }), Fault::KeyUnknown),
        (json!({ "alg": "ES256", "kid": "shared" }), Fault::KeyUnknown),
        (json!({ "alg": "ES256", "kid": "other-curve" }), Fault::KeyUnknown),
        (json!({ "alg": "ES256", "kid": "ec", "typ": "JWT" }), Fault::Signature),
        (json!({ "alg": "ES256", "kid": "ec", "crit": ["b64"], "b64": false }), Fault::Malformed),
        (json!({ "kid": "ec" }), Fault::Malformed),
    ] {
        assert_eq!(open(&with_header("ES256", &header), &keys()), Err(fault), "{header}");
    }
    let set = json!({ "keys": [{ "kty": "RSA", "kid": "rsa", "use": "enc", "n": "AA", "e": "AQAB" }] });
    let for_encryption = Keys::read(set.to_string().as_bytes()).unwrap();
    assert_eq!(open(&token("RS256"), &for_encryption), Err(Fault::KeyUnknown));
}

#[test]
fn what_is_no_token_is_refused() {
    for text in ["", ".", "..", "a.b.c", "eyJhbGciOiJub25lIn0", "{}", "e30.e30.e30"] {
        assert_eq!(open(text, &keys()), Err(Fault::Malformed), "{text}");
    }
    assert!(Keys::read(b"[]").is_err_and(|fault| fault == Fault::NotUnderstood));
}

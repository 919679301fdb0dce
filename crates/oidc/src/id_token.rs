//! What an ID token has to say before it is believed (OpenID Connect Core 1.0, 3.1.3.7).

use serde_json::{Map, Value};

use crate::fault::Fault;

/// How far the provider's clock may be from ours, in seconds.
const SKEW: i64 = 60;

/// What a token is held against.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) contexts: &'a [String],
    /// Unix seconds.
    pub(crate) now: i64,
}

/// Checks the claims of a token whose signature holds. Returns the subject.
pub(crate) fn check(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<String, Fault> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(Fault::Issuer);
    }
    if !is_for(claims.get("aud"), text("azp"), expected.client_id) {
        return Err(Fault::Audience);
    }
    if seconds(claims.get("exp")).is_none_or(|exp| exp.saturating_add(SKEW) <= expected.now) {
        return Err(Fault::Expired);
    }
    let begins = [claims.get("iat"), claims.get("nbf").or_else(|| claims.get("iat"))];
    let latest = expected.now.saturating_add(SKEW);
    if begins.into_iter().any(|begin| seconds(begin).is_none_or(|begin| begin > latest)) {
        return Err(Fault::FromFuture);
    }
    if text("nonce") != Some(expected.nonce) {
        return Err(Fault::Nonce);
    }
    let is_asked = |context: &str| expected.contexts.iter().any(|asked| asked == context);
    if !expected.contexts.is_empty() && !text("acr").is_some_and(is_asked) {
        return Err(Fault::Context);
    }
    match text("sub") {
        Some(subject) if (1..=255).contains(&subject.len()) => Ok(subject.to_owned()),
        _ => Err(Fault::Subject),
    }
}

/// Whether the token is for this client: alone, or among others as the one that asked for it.
fn is_for(audience: Option<&Value>, party: Option<&str>, client_id: &str) -> bool {
    let party_fits = party.is_none_or(|party| party == client_id);
    match audience {
        Some(Value::String(only)) => only == client_id && party_fits,
        Some(Value::Array(several)) => {
            let named = several.iter().any(|one| one.as_str() == Some(client_id));
            named && party_fits && (several.len() == 1 || party.is_some())
        }
        _ => false,
    }
}

/// A moment. JSON has one kind of number, so that a provider may write 1.5e9; parts of a second do not matter.
fn seconds(value: Option<&Value>) -> Option<i64> {
    let number = value?.as_number()?;
    number.as_i64().or_else(|| number.to_string().split(['.', 'e', 'E']).next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(change: impl FnOnce(&mut Map<String, Value>)) -> Result<String, Fault> {
        let claims = json!({
            "iss": "https://id.example.com", "sub": "248289761001", "aud": "lens", "nonce": "n-0S6",
            "exp": 1_000, "iat": 900, "acr": "mfa",
        });
        let Value::Object(mut claims) = claims else { panic!("an object") };
        change(&mut claims);
        let contexts = ["mfa".to_owned()];
        let expected = Expected {
            issuer: "https://id.example.com",
            client_id: "lens",
            nonce: "n-0S6",
            contexts: &contexts,
            now: 950,
        };
        check(&claims, &expected)
    }

    fn with(name: &'static str, value: Value) -> Result<String, Fault> {
        checked(|claims| drop(claims.insert(name.into(), value)))
    }

    #[test]
    fn a_token_for_us_is_believed() {
        assert_eq!(checked(|_| ()).as_deref(), Ok("248289761001"));
        assert!(with("aud", json!(["lens"])).is_ok());
        assert!(with("exp", json!(891)).is_ok(), "the clocks may differ by a minute");
        assert!(with("iat", json!(1_010)).is_ok());
        assert!(with("exp", json!(1000.5)).is_ok());
        let several = checked(|claims| {
            claims.insert("aud".into(), json!(["other", "lens"]));
            claims.insert("azp".into(), json!("lens"));
        });
        assert!(several.is_ok());
    }

    #[test]
    fn every_claim_that_does_not_hold_is_named() {
        for (name, value, fault) in [
            ("iss", json!("https://id.example.com/"), Fault::Issuer),
            ("iss", json!(7), Fault::Issuer),
            ("aud", json!("other"), Fault::Audience),
            ("aud", json!(["other", "lens"]), Fault::Audience),
            ("aud", json!([]), Fault::Audience),
            ("azp", json!("other"), Fault::Audience),
            ("exp", json!(890), Fault::Expired),
            ("exp", json!("1000"), Fault::Expired),
            ("iat", json!(1_011), Fault::FromFuture),
            ("nbf", json!(1_011), Fault::FromFuture),
            ("nonce", json!("other"), Fault::Nonce),
            ("acr", json!("pwd"), Fault::Context),
            ("sub", json!(""), Fault::Subject),
            ("sub", json!("x".repeat(256)), Fault::Subject),
            ("sub", json!(7), Fault::Subject),
        ] {
            assert_eq!(with(name, value.clone()), Err(fault), "{name} {value}");
        }
        for (name, fault) in [
            ("iss", Fault::Issuer),
            ("aud", Fault::Audience),
            ("exp", Fault::Expired),
            ("iat", Fault::FromFuture),
            ("nonce", Fault::Nonce),
            ("acr", Fault::Context),
            ("sub", Fault::Subject),
        ] {
            assert_eq!(checked(|claims| drop(claims.remove(name))), Err(fault), "without {name}");
        }
    }
}

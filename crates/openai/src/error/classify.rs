//! From a refusal's status and body to its kind.

use std::time::{Duration, SystemTime};

use super::token::token;
use super::{BadRequest, ErrorKind, NotUnderstood};
use crate::error_body::{self, Details};

/// What a status other than 200 means. The body decides between the reasons that share a status.
pub(crate) fn refusal(status: u16, body: &[u8], retry_after: Option<Duration>) -> ErrorKind {
    let Details { message, param, code, .. } = error_body::details(body);
    let message = message.unwrap_or_default().to_ascii_lowercase();
    let code = code.and_then(|code| token(&code));
    let scopes = missing_scopes(&message).or_else(|| named_scopes(code.as_deref(), &message));
    match status {
        // Some organizations get 401 for missing scopes, where most get 403.
        401 | 403 if scopes.is_some() => ErrorKind::MissingScope { scopes: scopes.unwrap_or_default() },
        401 | 403 if names_ip(code.as_deref(), &message) => ErrorKind::IpNotAllowed,
        401 => ErrorKind::RefusedKey,
        403 => ErrorKind::Forbidden { code },
        400 | 422 => ErrorKind::BadRequest(BadRequest {
            param: param.and_then(|param| token(&param)),
            code,
            earliest_start: earliest_start(&message),
        }),
        404 => ErrorKind::NotFound,
        408 => ErrorKind::TimedOut,
        429 if code.as_deref() == Some("insufficient_quota") => ErrorKind::QuotaExceeded,
        429 => ErrorKind::RateLimited { retry_after },
        300..=399 => ErrorKind::Redirected { status },
        500..=599 => ErrorKind::UpstreamDown { status },
        _ => ErrorKind::NotUnderstood(NotUnderstood::Status(status)),
    }
}

/// Longest wait that is obeyed: beyond a day it is a mistake, and nobody would see an import that waits for a year.
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

/// How long to wait at least: `retry-after-ms`, else `retry-after` as seconds, whole ones or not, or as an HTTP date.
pub(crate) fn retry_after(millis: Option<&str>, plain: Option<&str>, now: SystemTime) -> Option<Duration> {
    let wait = millis.and_then(|text| seconds(text, 1_000.0)).or_else(|| {
        let text = plain?.trim();
        seconds(text, 1.0).or_else(|| {
            let date = httpdate::parse_http_date(text).ok()?;
            Some(date.duration_since(now).unwrap_or_default())
        })
    });
    wait.map(|wait| wait.min(LONGEST_WAIT))
}

/// A number of parts of a second. What is too long for a duration is the longest one.
fn seconds(text: &str, parts: f64) -> Option<Duration> {
    let number: f64 = text.trim().parse().ok().filter(|number: &f64| *number >= 0.0)?;
    Some(Duration::try_from_secs_f64(number / parts).unwrap_or(Duration::MAX))
}

/// The names after `missing scopes:`, or after that of one, up to the end of the sentence.
fn missing_scopes(message: &str) -> Option<Vec<String>> {
    let (_, list) = ["missing scopes:", "missing scope:"].iter().find_map(|said| message.split_once(said))?;
    let names = list.trim_start().split([' ', ',']).filter(|name| !name.is_empty());
    let mut scopes = Vec::new();
    for name in names {
        let scope = name.trim_end_matches('.');
        // A scope has a dot in it: that is how the list's end is told from the next sentence.
        if !scope.contains('.') || scopes.len() == 8 {
            break;
        }
        scopes.extend(token(scope));
        if name.ends_with('.') {
            break;
        }
    }
    Some(scopes)
}

/// The scopes that a message names in other words; none of them where it speaks of permissions and names no scope.
fn named_scopes(code: Option<&str>, message: &str) -> Option<Vec<String>> {
    let words = message.split(|letter: char| !(letter.is_ascii_alphanumeric() || "._-".contains(letter)));
    let words = words.map(|word| word.trim_matches('.'));
    let named: Vec<String> =
        words.filter(|word| word.starts_with("api.")).filter_map(token).take(8).collect();
    let code = code.unwrap_or_default();
    let says =
        ["insufficient permissions", "insufficient_permissions", "missing_scope", "insufficient_scope"];
    let is_said = says.iter().any(|said| message.contains(said) || code.contains(said));
    (is_said || !named.is_empty()).then_some(named)
}

fn names_ip(code: Option<&str>, message: &str) -> bool {
    code.is_some_and(|code| code.starts_with("ip_")) || {
        ["ip not authorized", "ip address", "ip allowlist", "ip is not"]
            .iter()
            .any(|part| message.contains(part))
    }
}

/// The time in `Try a start_time on or after 1764979200.`
fn earliest_start(message: &str) -> Option<i64> {
    let (_, rest) = message.split_once("start_time on or after ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, expected: ErrorKind) {
        assert_eq!(refusal(status, body.as_bytes(), None), expected, "{status} {body}");
    }

    fn scopes(names: &[&str]) -> ErrorKind {
        ErrorKind::MissingScope { scopes: names.iter().map(|&name| name.to_owned()).collect() }
    }

    #[test]
    fn reasons_that_share_a_status_are_told_apart() {
        let missing = r#"{"error":"You have insufficient permissions for this operation. Missing scopes: api.usage.read. Check that you have the correct role"}"#;
        check(403, missing, scopes(&["api.usage.read"]));
        check(401, missing, scopes(&["api.usage.read"]));
        check(
            403,
            r#"{"error":{"message":"Missing scopes: api.usage.read, api.management.read"}}"#,
            scopes(&["api.usage.read", "api.management.read"]),
        );
        check(403, r#"{"error":"Missing scopes: sk-admin-secret.x. Check"}"#, scopes(&[]));
        check(403, r#"{"error":"You have insufficient permissions for this operation."}"#, scopes(&[]));
        check(
            401,
            r#"{"error":{"message":"Your IP address is not on the list","code":"ip_not_authorized"}}"#,
            ErrorKind::IpNotAllowed,
        );
        check(403, r#"{"error":{"message":"IP not authorized","code":null}}"#, ErrorKind::IpNotAllowed);
        check(
            401,
            r#"{"error":{"message":"Incorrect API key provided: sk-admin**VuSa.","code":"invalid_api_key"}}"#,
            ErrorKind::RefusedKey,
        );
        check(401, "", ErrorKind::RefusedKey);
        let quota = r#"{"error":{"message":"You exceeded your current quota.","code":"insufficient_quota"}}"#;
        check(429, quota, ErrorKind::QuotaExceeded);
        check(
            429,
            r#"{"error":{"code":"rate_limit_exceeded"}}"#,
            ErrorKind::RateLimited { retry_after: None },
        );
        check(403, "<html>blocked</html>", ErrorKind::Forbidden { code: None });
        check(
            403,
            r#"{"error":{"message":"no","code":"unsupported_country_region_territory"}}"#,
            ErrorKind::Forbidden { code: Some("unsupported_country_region_territory".to_owned()) },
        );
        for body in [
            r#"{"error":{"message":"MISSING SCOPE: api.usage.read","code":403}}"#,
            r#"{"message":"You lack permissions. Missing scope: api.usage.read."}"#,
            r#"{"error":{"message":"no","details":[]},"detail":"x"}  "#,
            "Missing scopes: api.usage.read. Check that you have the correct role",
            r#""Missing scopes: api.usage.read""#,
        ] {
            let names: &[&str] = &["api.usage.read"];
            let expected = if body.contains("\"no\"") { ErrorKind::RefusedKey } else { scopes(names) };
            check(401, body, expected);
        }
        check(401, r#"{"error":{"message":"You have Insufficient Permissions.","code":7}}"#, scopes(&[]));
        for (body, names) in [
            (
                r#"{"error":{"message":"Missing required scope: api.usage.read","code":"missing_scope"}}"#,
                &["api.usage.read"][..],
            ),
            (r#"{"error":{"message":"This key needs `api.management.read`."}}"#, &["api.management.read"]),
            (r#"{"error":{"message":"Not allowed","code":"insufficient_permissions"}}"#, &[]),
        ] {
            check(401, body, scopes(names));
            check(403, body, scopes(names));
        }
        check(404, "{}", ErrorKind::NotFound);
        check(408, "", ErrorKind::TimedOut);
        check(503, "<html>", ErrorKind::UpstreamDown { status: 503 });
        check(302, "", ErrorKind::Redirected { status: 302 });
        check(418, "", ErrorKind::NotUnderstood(NotUnderstood::Status(418)));
    }

    #[test]
    fn the_floor_of_grouping_by_key_is_recognised() {
        let body = r#"{"error":{"message":"group_by=api_key_id is not available for this time range. Try a start_time on or after 1764979200.","type":"invalid_request_error","param":"start_time","code":"invalid_request_error"}}"#;
        let ErrorKind::BadRequest(bad) = refusal(400, body.as_bytes(), None) else { panic!() };
        assert_eq!(bad.earliest_start, Some(1_764_979_200));
        assert_eq!(
            (bad.param.as_deref(), bad.code.as_deref()),
            (Some("start_time"), Some("invalid_request_error"))
        );
        check(
            400,
            r#"{"error":{"message":"no","param":"a b","code":7}}"#,
            ErrorKind::BadRequest(BadRequest { code: Some("7".to_owned()), ..BadRequest::default() }),
        );
    }

    #[test]
    fn waits_in_every_spelling() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
        for (millis, plain, seconds) in [
            (None, None, None),
            (None, Some("7"), Some(7.0)),
            (Some("1500"), Some("7"), Some(1.5)),
            (Some("x"), Some("7"), Some(7.0)),
            (None, Some("1.5"), Some(1.5)),
            (None, Some(" 2 "), Some(2.0)),
            (None, Some("99999999999999999999999"), Some(86_400.0)),
            (None, Some("Sat, 06 Nov 2094 08:49:37 GMT"), Some(86_400.0)),
            (None, Some("NaN"), None),
            (None, Some("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7.0)),
            (None, Some("Sat, 05 Nov 1994 08:49:37 GMT"), Some(0.0)),
            (None, Some("-1"), None),
            (None, Some("soon"), None),
        ] {
            assert_eq!(
                retry_after(millis, plain, now),
                seconds.map(Duration::from_secs_f64),
                "{millis:?} {plain:?}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_refusal_is_answered(status in 100_u16..1000, body in "\\PC{0,80}") {
            let _ = refusal(status, body.as_bytes(), None);
            let _ = refusal(status, format!(r#"{{"error":"Missing scopes:{body}"}}"#).as_bytes(), None);
        }
    }
}

//! Strict JSON and query strings: what does not fit is refused by field, in words that repeat nothing of the value.

use api::FieldError;
use serde::de::DeserializeOwned;
use serde::de::value::Error as QueryError;

/// Reads a body.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Vec<FieldError>> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        let is_json = error.classify() == serde_json::error::Category::Data;
        vec![if is_json { field_error(&path, &error.to_string()) } else { no_json() }]
    })?;
    deserializer.end().map_err(|_| vec![no_json()])?;
    Ok(value)
}

/// Reads a query string.
pub fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Vec<FieldError>> {
    let deserializer = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        let error: QueryError = error.into_inner();
        vec![field_error(&path, &error.to_string())]
    })
}

fn no_json() -> FieldError {
    FieldError { field: String::new(), issue: "The body is not JSON in UTF-8.".into() }
}

/// Turns serde's words into ours. Serde repeats the value, which may be a secret, so that only its kind of complaint
/// and a field's name are taken over, and a name only when it looks like one of ours.
fn field_error(path: &str, words: &str) -> FieldError {
    let named = words.split('`').nth(1).unwrap_or_default();
    let (name, issue) = if words.starts_with("missing field") {
        (named, "This field is required.")
    } else if words.starts_with("unknown field") {
        (named, "There is no such field.")
    } else if words.starts_with("duplicate field") {
        (named, "This field is given more than once.")
    } else {
        // Of a value within a list or an object, the field that has the list or the object.
        let field = path.split(['.', '[']).next().unwrap_or_default();
        (field, "This field does not accept this value.")
    };
    let ours =
        (1..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    FieldError { field: if ours { name.into() } else { String::new() }, issue: issue.into() }
}

#[cfg(test)]
mod tests {
    use api::PageQuery;
    use api::support_request::CreateSupportRequest;

    use super::*;

    fn refused<T: DeserializeOwned>(result: Result<T, Vec<FieldError>>) -> (String, String) {
        let error = result.err().unwrap().remove(0);
        (error.field, error.issue)
    }

    #[test]
    fn bodies_are_refused_by_field() {
        let long = format!(r#"{{"subject":{}"#, "[".repeat(10_000));
        for (body, field, issue) in [
            (r#"{"subject":"a"}"#, "message", "This field is required."),
            (r#"{"subject":"a","message":"b","tenant_id":"c"}"#, "tenant_id", "There is no such field."),
            (
                r#"{"subject":"a","subject":"b","message":"c"}"#,
                "subject",
                "This field is given more than once.",
            ),
            (r#"{"subject":1,"message":"b"}"#, "subject", "This field does not accept this value."),
            (
                r#"{"subject":"a","message":"b","draft":"x"}"#,
                "draft",
                "This field does not accept this value.",
            ),
            (r#"{"subject":"a","message":"b","sk-admin-1":1}"#, "", "There is no such field."),
            (r#"{"subject":"a","message":"b"} x"#, "", "The body is not JSON in UTF-8."),
            ("", "", "The body is not JSON in UTF-8."),
            ("{", "", "The body is not JSON in UTF-8."),
            (&long, "subject", "This field does not accept this value."),
            ("null", "", "This field does not accept this value."),
        ] {
            assert_eq!(
                refused(read::<CreateSupportRequest>(body.as_bytes())),
                (field.into(), issue.into()),
                "{body}"
            );
        }
        let latin1 = b"{\"subject\":\"\xe9\",\"message\":\"b\"}";
        assert_eq!(refused(read::<CreateSupportRequest>(latin1)).1, "The body is not JSON in UTF-8.");
        assert!(read::<CreateSupportRequest>(br#"{"subject":"a\u0000","message":"b"}"#).is_ok());
    }

    #[test]
    fn values_are_never_repeated() {
        let body = r#"{"subject":{"sk-admin-secret":1},"message":"b"}"#;
        let (field, issue) = refused(read::<CreateSupportRequest>(body.as_bytes()));
        assert!(!format!("{field}{issue}").contains("sk-admin"));
    }

    #[test]
    fn queries_are_refused_by_field() {
        assert_eq!(read_query::<PageQuery>("limit=5").unwrap().limit, Some(5));
        assert_eq!(refused(read_query::<PageQuery>("page=5")).0, "page");
        assert_eq!(refused(read_query::<PageQuery>("limit=5&limit=6")).0, "limit");
        assert!(read_query::<PageQuery>("limit=many").is_err());
    }
}

//! Support requests: kept here, and carried on by mail or by copy.

use api::connection::ListError;
use api::support_request::{
    Create, CreateError, CreateSupportRequest, List, SupportRequest, View, ViewError,
};
use api::{FieldError, Page, SupportRequestId};

use crate::http::{Call, Cx, Failure, Outcome};
use crate::secret::contains_key;
use crate::store::support_request as requests;
use crate::{connection_draft, page, random};

/// Most characters of a subject and of a message.
const LONGEST: (usize, usize) = (200, 10_000);

/// Lists the tenant's support requests, newest first.
pub async fn list(cx: Cx, call: Call<List>) -> Outcome<List> {
    let unknown = || Failure::Refused(ListError::UnknownPage);
    let part = page::part::<SupportRequestId>(&call.query).ok_or_else(unknown)?;
    let mut db = cx.app.store.read().await?;
    let found = requests::list(&mut db, &cx.user()?.tenant, part.after.as_ref(), part.limit + 1).await?;
    let (items, next) = part.cut(found.ok_or_else(unknown)?, |request| request.id.to_string());
    Ok(Page { items, next }.into())
}

/// Shows one.
pub async fn view(cx: Cx, call: Call<View>) -> Outcome<View> {
    let mut db = cx.app.store.read().await?;
    let found = requests::find(&mut db, &cx.user()?.tenant, &call.path).await?;
    Ok(found.ok_or(Failure::Refused(ViewError::UnknownSupportRequest))?.into())
}

/// Keeps a new one, with the diagnostics of the draft that it is about.
pub async fn create(cx: Cx, call: Call<Create>) -> Outcome<Create> {
    let (app, user) = (&cx.app, cx.user()?);
    let (subject, message) = read(&call.body).map_err(Failure::Refused)?;
    let draft = match &call.body.draft {
        Some(draft) => connection_draft::find(app, user, draft).await?,
        None => None,
    };
    let request = SupportRequest {
        id: SupportRequestId::from_random(random::bytes()?),
        subject,
        message,
        diagnostics: draft.map(|draft| connection_draft::diagnosis_of(app, &draft)).unwrap_or_default(),
        created_by: user.email.clone(),
        created_at: app.clock.now(),
    };
    let mut db = app.store.write().await?;
    requests::insert(&mut db, &user.tenant, &request).await?;
    db.commit().await?;
    Ok(request.into())
}

/// The subject and the message, when both fit and neither contains a key.
fn read(body: &CreateSupportRequest) -> Result<(String, String), CreateError> {
    let (subject, message) = (body.subject.trim(), body.message.trim());
    for (field, text) in [("subject", subject), ("message", message)] {
        if contains_key(text) {
            return Err(CreateError::ContainsKey { field: field.into() });
        }
    }
    let mut issues = Vec::new();
    let mut check = |field: &str, text: &str, longest: usize, missing: &str| {
        let issue = if text.is_empty() {
            missing.to_owned()
        } else if text.chars().count() > longest {
            format!("Use at most {longest} characters.")
        } else {
            return;
        };
        issues.push(FieldError { field: field.into(), issue });
    };
    check("subject", subject, LONGEST.0, "Enter a subject.");
    check("message", message, LONGEST.1, "Enter a message.");
    if subject.chars().any(char::is_control) {
        issues.push(FieldError { field: "subject".into(), issue: "Use no line breaks.".into() });
    }
    if issues.is_empty() {
        Ok((subject.to_owned(), message.to_owned()))
    } else {
        Err(CreateError::Unfit { issues })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(subject: &str, message: &str) -> CreateSupportRequest {
        CreateSupportRequest { subject: subject.into(), message: message.into(), draft: None }
    }

    #[test]
    fn texts_that_contain_a_key_are_refused() {
        for (text, contains) in [
            ("sk-admin-abcdefghijklmnop", true),
            ("it is \"sk-proj-abcdefghijklmnop\", see", true),
            ("key=sk-abcdefghijklmnopqrstuvwxyz", true),
            ("the key sk-admin-...VuSa fails", false),
            ("sk-admin-", false),
            ("ask-me-anything", false),
            ("", false),
        ] {
            assert_eq!(contains_key(text), contains, "{text}");
        }
        let refused = read(&body("Help", "sk-admin-abcdefghijklmnop")).unwrap_err();
        assert_eq!(refused, CreateError::ContainsKey { field: "message".into() });
    }

    #[test]
    fn every_field_at_fault_is_named_at_once() {
        let fields = |body: &CreateSupportRequest| match read(body) {
            Err(CreateError::Unfit { issues }) => issues.into_iter().map(|issue| issue.field).collect(),
            Ok(_) => Vec::new(),
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(fields(&body(" ", "")), ["subject", "message"]);
        assert_eq!(fields(&body(&"x".repeat(201), &"x".repeat(10_001))), ["subject", "message"]);
        assert_eq!(fields(&body("a\nb", "c")), ["subject"]);
        assert_eq!(
            read(&body(" Help ", "It fails.\nTwice. ")),
            Ok(("Help".into(), "It fails.\nTwice.".into()))
        );
    }
}

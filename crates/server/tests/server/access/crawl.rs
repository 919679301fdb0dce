//! Everything that can be asked, by everybody: what no answer has, and what some may see alone.

use std::collections::BTreeSet;

use api::audit_event::{AuditQuery, List, Verification, Verify};
use api::connection::{Disconnect, DisconnectConnection, ImportedData};
use api::support_request::CreateSupportRequest;
use api::{ConnectionDraftId, Described, Method, Nothing, Permission, api_token, support_request};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;

use super::{actors, call_at};
use crate::estate::{Estate, address, body, query};
use crate::forms::Forms;
use crate::harness::Answer;
use crate::headers;
use crate::upstream::{World, key};

/// The company's keys: in use, in a draft, replaced, and destroyed.
const KEYS: [&str; 4] = ["small", "second", "lost-line", "lost-line-second-key"];

/// Who may see what tells these apart.
const SEES_KEYS: [&str; 3] = ["owner", "billing-profiles-admin", "every permission"];

/// What tells keys apart: their last four characters, and how their fingerprints begin.
struct Marks {
    tails: Vec<String>,
    fingerprints: Vec<String>,
}

impl Marks {
    fn of(world: &World) -> Self {
        let keys = KEYS.map(key);
        let fingerprint =
            |key: &String| STANDARD.encode(world.house.app.fingerprints.of(key.as_bytes()).0)[..8].to_owned();
        Self {
            tails: keys.iter().map(|key| key[key.len() - 4..].to_owned()).collect(),
            fingerprints: keys.iter().map(fingerprint).collect(),
        }
    }

    /// Those that are in a text. Four characters are in many an id: they count where they stand alone.
    fn find(&self, text: &[u8]) -> Vec<&str> {
        let is_inside =
            |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        let places = |mark: &String| {
            let mark = mark.clone().into_bytes();
            let windows = text.windows(mark.len()).enumerate();
            windows.filter(|(_, window)| **window == mark[..]).map(|(at, _)| at).collect::<Vec<_>>()
        };
        let alone = |tail: &&String| {
            places(tail).iter().any(|at| !is_inside(at.checked_sub(1)) && !is_inside(Some(at + 4)))
        };
        let tails = self.tails.iter().filter(alone);
        let fingerprints = self.fingerprints.iter().filter(|start| !places(start).is_empty());
        tails.chain(fingerprints).map(String::as_str).collect()
    }
}

/// An answer with its headers, as bytes.
fn whole(answer: &Answer) -> Vec<u8> {
    let mut whole = format!("{:?}", answer.headers).into_bytes();
    whole.extend(&answer.body);
    whole
}

/// What is removed would be in no answer for the wrong reason: that comes last.
fn in_order() -> Vec<&'static Described> {
    let ends = |endpoint: &&Described| match endpoint.method {
        Method::Get => 0,
        Method::Post if !endpoint.path.ends_with("/disconnect") => 1,
        Method::Post | Method::Delete => 2,
    };
    let mut endpoints: Vec<_> = api::ALL.iter().collect();
    endpoints.sort_by_key(ends);
    endpoints
}

/// A key that was replaced and one that was destroyed, which the audit log tells of, and a request for support with the
/// diagnostics of the estate's draft.
async fn tell_of_keys(world: &World, estate: &Estate) {
    let account = world.connected("lost-line").await.id;
    world.replace(&account, "lost-line-second-key").await;
    let keep = DisconnectConnection { data: ImportedData::Keep };
    world.admin.call::<Disconnect>(&account, &Nothing {}, &keep).await.unwrap();
    let draft = estate.ids.iter().find(|(name, _)| *name == "draft").unwrap();
    let draft = Some(ConnectionDraftId::parse(&draft.1).unwrap());
    let new = CreateSupportRequest { subject: "Help".into(), message: "It fails.".into(), draft };
    estate.owner.call::<support_request::Create>(&(), &Nothing {}, &new).await.unwrap();
}

/// One crawl, since it takes its time. Each answer has the headers of every answer as well: see [`call_at`].
#[tokio::test]
async fn no_answer_to_anybody_has_a_key_in_any_form_and_its_marks_are_for_those_who_connect() {
    let world = World::with_history(7).await;
    let estate = Estate::of(&world, ("small", "second")).await;
    tell_of_keys(&world, &estate).await;
    world.import().await;
    let Estate { ids, owner, .. } = estate;
    // The last one is in a body that is sent.
    let forms = Forms::of(KEYS.into_iter().chain(["large"]).map(key));
    let marks = Marks::of(&world);
    let (mut unanswered, mut told) = (Vec::new(), BTreeSet::new());
    for endpoint in in_order() {
        let what = format!("{} {}", endpoint.method.as_str(), endpoint.path);
        let address = address(endpoint, &ids) + query(endpoint);
        // What has its owner alone, such as a draft, is told to nobody else. The others may have ended the session.
        let owner = world.house.signed_in_again(&owner).await;
        let mut succeeded = false;
        for (actor, person) in [("owner".to_owned(), owner)].into_iter().chain(actors(&world.house).await) {
            let answer = call_at(&person, endpoint, &address, body(endpoint)).await;
            succeeded |= answer.status.is_success();
            let whole = whole(&answer);
            let hits = forms.find(&whole);
            assert!(hits.is_empty(), "{what} by {actor}: {hits:?}");
            let hits = marks.find(&whole);
            assert!(hits.is_empty() || SEES_KEYS.contains(&actor.as_str()), "{what} by {actor}: {hits:?}");
            if !hits.is_empty() {
                told.insert(format!("{what} by {actor}"));
            }
        }
        if !succeeded {
            unanswered.push(what);
        }
    }
    // Those that ask for a password, a link or a code, for a mail server or for another company's provider.
    assert!(unanswered.len() < 16, "{unanswered:#?}");
    // Whoever may see them does, so that they would have been found.
    for seen in [
        "GET /api/v1/audit-events by every permission",
        "GET /api/v1/connections by billing-profiles-admin",
        "GET /api/v1/exports/audit-events by every permission",
        "GET /api/v1/support-requests by billing-profiles-admin",
    ] {
        assert!(told.contains(seen), "{seen}: {told:#?}");
    }
}

/// A token has no more than its own permissions, whatever its owner may see.
#[tokio::test]
async fn what_tells_keys_apart_is_left_out_of_logs_and_support_for_those_who_do_not_connect() {
    let world = World::with_history(7).await;
    let estate = Estate::of(&world, ("small", "second")).await;
    tell_of_keys(&world, &estate).await;
    let marks = Marks::of(&world);
    let new = api_token::NewToken {
        name: "Archive".into(),
        permissions: vec![Permission::AuditLogViewer, Permission::SupportRequester],
        read_only: true,
        days: 1,
    };
    let token = estate.owner.call::<api_token::Create>(&(), &Nothing {}, &new).await.unwrap().secret;
    for (address, events) in [
        ("/api/v1/audit-events?limit=100", vec!["key_entered", "key_renewed", "connection_disconnected"]),
        ("/api/v1/exports/audit-events?format=csv", vec!["key_entered", "key_renewed"]),
        ("/api/v1/exports/audit-events?format=json_lines", vec!["key_entered", "key_renewed"]),
        ("/api/v1/support-requests", vec!["key received at", "costs readable"]),
    ] {
        let ask = async |token: Option<&str>| {
            let mut request = Request::get(address);
            if let Some(token) = token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let person = if token.is_some() { world.house.nobody() } else { estate.owner.clone() };
            let answer = person.send(request.body(Body::empty()).unwrap()).await;
            headers::check(&answer, true, address);
            assert_eq!(answer.status, 200, "{address}");
            whole(&answer)
        };
        let (all, part) = (ask(None).await, ask(Some(token.as_str())).await);
        assert!(!marks.find(&all).is_empty(), "{address}");
        assert_eq!(marks.find(&part), Vec::<&str>::new(), "{address}");
        let part = String::from_utf8(part).unwrap();
        for event in events {
            assert!(part.contains(event), "{address}: {event}");
        }
    }
    // A search is no way to guess them.
    let found = async |permissions: &[Permission], text: &String| {
        let query = AuditQuery { text: Some(text.clone()), ..AuditQuery::default() };
        let reader = world.house.person(permissions).await;
        reader.call::<List>(&(), &query, &Nothing {}).await.unwrap().items.len()
    };
    for start in &marks.fingerprints {
        assert_eq!(found(Permission::READS_AUDIT, start).await, 0, "{start}");
        assert_ne!(found(Permission::ALL, start).await, 0, "{start}");
    }
    // The rows are as they were written: what is left out is left out of the answer.
    let viewer = world.house.person(Permission::READS_AUDIT).await;
    let verdict = viewer.get::<Verify>(&()).await.unwrap();
    assert!(matches!(verdict, Verification::Whole { .. }), "{verdict:?}");
}

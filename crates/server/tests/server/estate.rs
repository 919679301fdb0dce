//! One of each kind of thing that a company can have, and calls of the contract that name them.

use api::connection_draft::Progress;
use api::notification::Kind;
use api::report::{Metric, Period, Preset, ReportQuery};
use api::saved_report::{Definition, Draft, Sharing, View};
use api::support_request::CreateSupportRequest;
use api::{
    Described, Method, Nothing, Permission, SecretText, access_request, api_token, invitation, own_session,
    saved_report, support_request, webhook,
};

use crate::harness::Person;
use crate::upstream::{World, create, finish, key, test};

/// What a company has, and who made it.
pub struct Estate {
    pub owner: Person,
    /// The owner's API token, as a program sends it.
    pub token: String,
    /// Of each name in an address, an id that there is.
    pub ids: Vec<(&'static str, String)>,
}

impl Estate {
    /// Makes one of each. The keys are the simulator's of these names: one in use, and one in a draft that can be finished.
    pub async fn of(world: &World, (used, drafted): (&str, &str)) -> Self {
        let house = &world.house;
        let owner = house.person(Permission::ALL).await;
        let colleague = house.person(&[]).await;
        let draft = create(&owner, &key(used)).await.unwrap();
        test(&owner, &draft.id).await.unwrap();
        let connection = finish(&owner, &draft.id, "Robots").await.unwrap().id;
        let draft = create(&owner, &key(drafted)).await.unwrap().id;
        let tested = test(&owner, &draft).await.unwrap();
        assert!(matches!(tested.progress, Progress::Tested { ready: true, .. }), "{tested:?}");

        let new = invitation::NewInvitation { email: "eve@example.com".into(), permissions: vec![] };
        let invited = owner.call::<invitation::Create>(&(), &Nothing {}, &new).await.unwrap().invitation;
        // Nobody listens there any more: what is sent there can be tried again.
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let url = SecretText::new(format!("http://{closed}/"));
        let new = webhook::NewWebhook { url, kinds: Kind::ALL.to_vec() };
        let hook = owner.call::<webhook::Create>(&(), &Nothing {}, &new).await.unwrap().webhook.id;
        let delivery = owner.call::<webhook::Test>(&hook, &Nothing {}, &Nothing {}).await.unwrap().id;
        let report = owner.call::<saved_report::Create>(&(), &Nothing {}, &saved("Month")).await.unwrap().id;
        let permissions = [Permission::BillingProfilesAdmin, Permission::CloudAnalyticsUser];
        let new = api_token::NewToken {
            name: "Nightly".into(),
            permissions: permissions.to_vec(),
            read_only: false,
            days: 30,
        };
        let token = owner.call::<api_token::Create>(&(), &Nothing {}, &new).await.unwrap();
        let new = CreateSupportRequest { subject: "Help".into(), message: "It fails.".into(), draft: None };
        let asked = owner.call::<support_request::Create>(&(), &Nothing {}, &new).await.unwrap().id;
        let new = access_request::Ask { permission: Permission::AssetsManager, note: String::new() };
        let access = colleague.call::<access_request::Create>(&(), &Nothing {}, &new).await.unwrap().id;
        house.signed_in_again(&owner).await;
        let sessions = owner.get::<own_session::List>(&()).await.unwrap().items;
        let session = sessions.into_iter().find(|session| !session.current).unwrap().id;
        let ids = vec![
            ("access_request", access.to_string()),
            ("api_token", token.token.id.to_string()),
            ("connection", connection.to_string()),
            ("delivery", delivery.to_string()),
            ("draft", draft.to_string()),
            ("invitation", invited.id.to_string()),
            ("report", report.to_string()),
            ("session", session.to_string()),
            ("support_request", asked.to_string()),
            ("user", colleague.user.unwrap().id.to_string()),
            ("webhook", hook.to_string()),
        ];
        for endpoint in api::ALL.iter().filter(|endpoint| endpoint.path.contains('{')) {
            let named = ids.iter().any(|(name, _)| endpoint.path.contains(&format!("{{{name}}}")));
            assert!(named, "whoever adds a kind of thing makes one here: {}", endpoint.path);
        }
        Self { owner, token: token.secret, ids }
    }
}

fn saved(name: &str) -> Draft {
    let query = ReportQuery::new(vec![Metric::Cost], Period::Preset { preset: Preset::MonthToDate });
    let definition = Definition { query, view: View::Table };
    Draft { name: name.into(), sharing: Sharing::Tenant, definition }
}

/// An address of the endpoint with these ids: of each a name in the address and a value. What is not named gets an id
/// that nobody has.
pub fn address(endpoint: &Described, ids: &[(&str, String)]) -> String {
    let segment = |segment: &str| match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
        None => segment.to_owned(),
        Some(name) => {
            let id = ids.iter().find(|(named, _)| *named == name).map(|(_, id)| id.clone());
            id.unwrap_or_else(|| match name {
                "api_token" => "token_1".into(),
                "connection" => "conn_1".into(),
                "support_request" => "support_1".into(),
                "access_request" => "access_1".into(),
                name => format!("{name}_1"),
            })
        }
    };
    endpoint.path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// The query without which an endpoint answers nothing, after its address.
pub fn query(endpoint: &Described) -> &'static str {
    match (endpoint.method, endpoint.path) {
        (Method::Get, "/api/v1/costs/daily" | "/api/v1/cube" | "/api/v1/reconciliation") => {
            "?start=2026-11-01&end=2026-11-24"
        }
        (Method::Get, "/api/v1/exports/focus") => "?month=2026-11&version=1.2&format=csv",
        (Method::Get, "/api/v1/exports/audit-events") => "?format=csv",
        (Method::Get, "/api/v1/audit-events") => "?limit=100",
        _ => "",
    }
}

/// A body that an endpoint takes, so that the call comes as far as it can.
pub fn body(endpoint: &Described) -> String {
    let report = || serde_json::to_string(&saved("x")).unwrap();
    match (endpoint.method, endpoint.path) {
        (Method::Get | Method::Delete, _) => String::new(),
        (_, "/api/v1/access-requests") => r#"{"permission":"assets_manager","note":""}"#.into(),
        (_, "/api/v1/api-tokens") => {
            r#"{"name":"x","permissions":["support_requester"],"read_only":true,"days":30}"#.into()
        }
        (_, "/api/v1/changes/query") => {
            r#"{"before":{"start":"2026-11-01","end":"2026-11-08"},"after":{"start":"2026-11-08","end":"2026-11-15"},"accounts":[],"filters":[]}"#.into()
        }
        (_, "/api/v1/connection-drafts") => format!(r#"{{"admin_key":"{}"}}"#, key("large")),
        (_, path) if path.ends_with("/finish") => r#"{"name":"x"}"#.into(),
        (_, path) if path.ends_with("/disconnect") => r#"{"data":"keep"}"#.into(),
        (_, "/api/v1/connections/{connection}") => r#"{"name":"x"}"#.into(),
        (_, "/api/v1/invitations") => r#"{"email":"mallory@example.com","permissions":[]}"#.into(),
        (_, "/api/v1/notification-choice") => r#"{"kinds":["key_refused"]}"#.into(),
        (_, "/api/v1/reports") => report(),
        (_, "/api/v1/reports/query" | "/api/v1/reports/query.csv") => {
            serde_json::to_string(&saved("x").definition.query).unwrap()
        }
        (_, "/api/v1/reports/{report}") => format!(r#"{{"version":1,"report":{}}}"#, report()),
        (_, "/api/v1/second-factor/confirmation") => r#"{"code":"000000"}"#.into(),
        (_, "/api/v1/sign-in-rules") => r#"{"second_factor":"nobody"}"#.into(),
        (_, "/api/v1/support-requests") => r#"{"subject":"x","message":"y"}"#.into(),
        (_, "/api/v1/users/{user}") => r#"{"permissions":[],"active":true}"#.into(),
        (_, "/api/v1/webhooks") => r#"{"url":"https://hooks.example.com/x","kinds":["key_refused"]}"#.into(),
        (_, "/api/v1/webhooks/{webhook}") => r#"{"kinds":["key_refused"],"active":true}"#.into(),
        _ => "{}".into(),
    }
}

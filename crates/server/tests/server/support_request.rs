//! Support requests: kept with diagnostics, never with a key.

use api::support_request::{
    Create, CreateError, CreateSupportRequest, List, SupportRequest, View, ViewError,
};
use api::{Nothing, PageQuery, Permission, Refused};

use crate::harness::Person;
use crate::upstream::{World, key, specific};

fn request(subject: &str, message: &str) -> CreateSupportRequest {
    CreateSupportRequest { subject: subject.into(), message: message.into(), draft: None }
}

async fn create(
    person: &Person,
    request: &CreateSupportRequest,
) -> Result<SupportRequest, Refused<CreateError>> {
    person.call::<Create>(&(), &Nothing {}, request).await
}

#[tokio::test]
async fn a_request_carries_the_diagnostics_of_the_writers_own_draft() {
    let world = World::new().await;
    let draft = world.tested("no-usage-scope").await;
    let body =
        CreateSupportRequest { draft: Some(draft.id.clone()), ..request(" Cannot connect ", "It fails.") };
    let kept = create(&world.admin, &body).await.unwrap();
    assert_eq!((kept.subject.as_str(), kept.message.as_str()), ("Cannot connect", "It fails."));
    assert!(kept.diagnostics.contains("api.usage.read") && kept.diagnostics.contains(draft.id.as_str()));
    assert_eq!(world.admin.get::<View>(&kept.id).await.unwrap(), kept);

    let colleague = world.house.person(&[Permission::SupportRequester]).await;
    assert_eq!(create(&colleague, &body).await.unwrap().diagnostics, "");
    // Who may not see keys is not told how this one ends.
    let shown = colleague.get::<View>(&kept.id).await.unwrap();
    let lines = |of: &SupportRequest| of.diagnostics.lines().map(str::to_owned).collect::<Vec<_>>();
    let (of_key, rest): (Vec<_>, Vec<_>) =
        lines(&kept).into_iter().partition(|line| line.starts_with("key ends with: "));
    assert_eq!((of_key.len(), lines(&shown)), (1, rest));
    assert_eq!(SupportRequest { diagnostics: kept.diagnostics.clone(), ..shown }, kept);
    let stranger = world.house.stranger(&[Permission::SupportRequester]).await;
    assert_eq!(specific(stranger.get::<View>(&kept.id).await), ViewError::UnknownSupportRequest);
}

#[tokio::test]
async fn a_text_with_a_key_is_refused_and_not_kept() {
    let world = World::new().await;
    for name in ["small", "project-key", "service-account-key"] {
        for (body, field) in [
            (request(&key(name), "It fails."), "subject"),
            (request("Help", &format!("It fails with \"{}\".", key(name))), "message"),
        ] {
            let refused = specific(create(&world.admin, &body).await);
            assert_eq!(refused, CreateError::ContainsKey { field: field.into() }, "{name}");
        }
    }
    assert_eq!(world.count("support_request").await, 0);
}

#[tokio::test]
async fn the_list_is_newest_first_and_the_tenants() {
    let mut world = World::new().await;
    let mut made = Vec::new();
    for subject in ["First", "Second", "Third"] {
        made.insert(0, create(&world.admin, &request(subject, "Help.")).await.unwrap());
        world.advance(1).await;
    }
    let list = async |person: &Person, after, limit| {
        person.call::<List>(&(), &PageQuery { after, limit }, &Nothing {}).await.unwrap()
    };
    let first = list(&world.admin, None, Some(2)).await;
    assert_eq!(first.items, made[..2]);
    let rest = list(&world.admin, first.next, Some(2)).await;
    assert_eq!((rest.items.as_slice(), rest.next), (&made[2..], None));
    let stranger = world.house.stranger(&[Permission::SupportRequester]).await;
    assert_eq!(list(&stranger, None, None).await.items, []);
}

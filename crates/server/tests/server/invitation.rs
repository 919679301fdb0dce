//! Inviting people: a link is shown once, good for seven days and for one use.

use api::invitation::{
    Accept, AcceptError, Acceptance, Create, CreateError, Delete, Issued, List, Look, LookError,
    NewInvitation, Token,
};
use api::session::{Credentials, Session};
use api::{Nothing, Permission, Refused, SecretText};
use server::invitation::LIFETIME;

use crate::harness::{House, Person};
use crate::upstream::specific;

const PASSWORD: &str = "correct horse battery staple";

async fn invite(manager: &Person, email: &str) -> Result<Issued, Refused<CreateError>> {
    let permissions = vec![Permission::AssetsManager, Permission::CloudAnalyticsUser];
    let body = NewInvitation { email: email.into(), permissions };
    manager.call::<Create>(&(), &Nothing {}, &body).await
}

fn token(issued: &Issued) -> String {
    issued.link.strip_prefix("/invitation#token=").unwrap().to_owned()
}

async fn accept(person: &Person, token: &str, password: &str) -> Result<Session, Refused<AcceptError>> {
    let body =
        Acceptance { token: SecretText::new(token.into()), password: SecretText::new(password.into()) };
    person.call::<Accept>(&(), &Nothing {}, &body).await
}

async fn look(house: &House, token: &str) -> Result<api::invitation::Invited, Refused<LookError>> {
    let body = Token { token: SecretText::new(token.into()) };
    house.nobody().call::<Look>(&(), &Nothing {}, &body).await
}

async fn manager(house: &House) -> Person {
    house.person(&[Permission::UsersManager]).await
}

#[tokio::test]
async fn the_holder_of_a_link_becomes_a_user_of_the_inviters_tenant_with_what_was_granted() {
    let house = House::new().await;
    let manager = manager(&house).await;
    let issued = invite(&manager, " Bob@Example.com ").await.unwrap();
    assert_eq!(issued.invitation.email.as_str(), "bob@example.com");
    assert_eq!(
        manager.get::<List>(&()).await.unwrap().items.as_slice(),
        std::slice::from_ref(&issued.invitation)
    );
    let invited = look(&house, &token(&issued)).await.unwrap();
    assert_eq!(invited.tenant_name, "Analytical Engines");
    assert_eq!(invited.invited_by, manager.user.as_ref().unwrap().email);

    let session = accept(&house.nobody(), &token(&issued), PASSWORD).await.unwrap();
    let Session::SignedIn(signed_in) = session else { panic!("{session:?}") };
    assert_eq!(signed_in.permissions, [Permission::CloudAnalyticsUser, Permission::AssetsManager]);
    assert_eq!(manager.get::<List>(&()).await.unwrap().items, []);
    let people =
        manager.call::<api::user::List>(&(), &api::PageQuery::default(), &Nothing {}).await.unwrap().items;
    assert!(people.iter().any(|person| person.id == signed_in.user && !person.you));

    let credentials = Credentials {
        email: "bob@example.com".into(),
        password: SecretText::new(PASSWORD.into()),
        code: None,
    };
    house.nobody().call::<api::session::Create>(&(), &Nothing {}, &credentials).await.unwrap();
    // The link is used up, and the address has somebody.
    assert_eq!(specific(look(&house, &token(&issued)).await), LookError::UnknownInvitation);
    assert_eq!(specific(invite(&manager, "bob@example.com").await), CreateError::AlreadyUser);
}

#[tokio::test]
async fn of_eight_who_use_a_link_at_once_one_becomes_a_user() {
    let house = House::new().await;
    let issued = invite(&manager(&house).await, "bob@example.com").await.unwrap();
    let token = token(&issued);
    let people: Vec<_> = (0..8).map(|_| house.nobody()).collect();
    let claims = people.iter().map(|person| accept(person, &token, PASSWORD));
    let done = futures::future::join_all(claims).await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
}

#[tokio::test]
async fn links_that_are_old_withdrawn_replaced_or_made_up_open_nothing() {
    let house = House::new().await;
    let manager = manager(&house).await;
    let replaced = invite(&manager, "bob@example.com").await.unwrap();
    let withdrawn = invite(&manager, "eve@example.com").await.unwrap();
    let kept = invite(&manager, "bob@example.com").await.unwrap();
    for _ in 0..2 {
        manager.get::<Delete>(&withdrawn.invitation.id).await.unwrap();
    }
    for token in [token(&replaced), token(&withdrawn), "made up".into(), String::new()] {
        assert_eq!(specific(look(&house, &token).await), LookError::UnknownInvitation);
        let refused = specific(accept(&house.nobody(), &token, PASSWORD).await);
        assert_eq!(refused, AcceptError::UnknownInvitation);
    }
    house.clock.advance(LIFETIME - 1);
    look(&house, &token(&kept)).await.unwrap();
    house.clock.advance(1);
    assert_eq!(specific(look(&house, &token(&kept)).await), LookError::UnknownInvitation);
    let refused = specific(accept(&house.nobody(), &token(&kept), PASSWORD).await);
    assert_eq!(refused, AcceptError::UnknownInvitation);
}

#[tokio::test]
async fn a_weak_password_is_named_and_the_link_stays_good() {
    let house = House::new().await;
    let issued = invite(&manager(&house).await, "bob@example.com").await.unwrap();
    for password in ["short", "password1", "bob@example.com"] {
        match specific(accept(&house.nobody(), &token(&issued), password).await) {
            AcceptError::Unfit { issues } => assert_eq!(issues[0].field, "password"),
            other => panic!("{other:?}"),
        }
    }
    accept(&house.nobody(), &token(&issued), PASSWORD).await.unwrap();
}

#[tokio::test]
async fn guessing_links_is_slowed_down() {
    let house = House::new().await;
    for _ in 0..10 {
        assert_eq!(specific(look(&house, "wrong").await), LookError::UnknownInvitation);
    }
    assert!(matches!(specific(look(&house, "wrong").await), LookError::TooManyAttempts { .. }));
    let refused = specific(accept(&house.nobody(), "wrong", PASSWORD).await);
    assert!(matches!(refused, AcceptError::TooManyAttempts { .. }));
}

#[tokio::test]
async fn tenants_see_and_withdraw_none_but_their_own_and_learn_nothing_of_others() {
    let house = House::new().await;
    let manager = manager(&house).await;
    let stranger = house.stranger(&[Permission::UsersManager]).await;
    let issued = invite(&manager, "bob@example.com").await.unwrap();
    assert_eq!(stranger.get::<List>(&()).await.unwrap().items, []);
    stranger.get::<Delete>(&issued.invitation.id).await.unwrap();
    accept(&house.nobody(), &token(&issued), PASSWORD).await.unwrap();
    // Inviting does not tell that somebody elsewhere has the address; only its owner learns it.
    let other = invite(&stranger, "bob@example.com").await.unwrap();
    let refused = specific(accept(&house.nobody(), &token(&other), PASSWORD).await);
    assert_eq!(refused, AcceptError::AddressTaken);
}

#[tokio::test]
async fn the_store_has_the_links_hash_alone() {
    let house = House::new().await;
    let issued = invite(&manager(&house).await, "bob@example.com").await.unwrap();
    let mut db = house.app.store.read().await.unwrap();
    let row = sqlx::query("SELECT * FROM invitation").fetch_one(&mut *db).await.unwrap();
    use sqlx::Row;
    let hash: String = row.try_get("token_hash").unwrap();
    assert_eq!(hash.len(), 64);
    drop(db);
    if house.has_file() {
        house.app.store.checkpoint().await.unwrap();
        let (files, token) = (house.files(), token(&issued));
        assert!(!files.windows(token.len()).any(|window| window == token.as_bytes()));
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_named() {
    let house = House::new().await;
    match specific(invite(&manager(&house).await, "bob").await) {
        CreateError::Unfit { issues } => assert_eq!(issues[0].field, "email"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_invitation_goes_with_whoever_made_it() {
    let house = House::new().await;
    let ada = manager(&house).await;
    let change = async |who: &Person, permissions: &[Permission], active| {
        let id = who.user.as_ref().unwrap().id.clone();
        let body = api::user::Change { permissions: permissions.to_vec(), active };
        ada.call::<api::user::Update>(&id, &Nothing {}, &body).await.unwrap();
    };
    let kept = invite(&ada, "kept@example.com").await.unwrap();
    for how in ["removed", "deactivated", "demoted"] {
        let bob = manager(&house).await;
        let issued = invite(&bob, "eve@example.com").await.unwrap();
        change(&bob, &[Permission::UsersManager, Permission::AssetsManager], true).await;
        look(&house, &token(&issued)).await.unwrap();
        match how {
            "removed" => drop(ada.get::<api::user::Delete>(&bob.user.as_ref().unwrap().id).await.unwrap()),
            "deactivated" => change(&bob, &[Permission::UsersManager], false).await,
            _ => change(&bob, &[Permission::AssetsManager], true).await,
        }
        let refused = specific(accept(&house.nobody(), &token(&issued), PASSWORD).await);
        assert_eq!(refused, AcceptError::UnknownInvitation, "{how}");
        let left = ada.get::<List>(&()).await.unwrap().items;
        assert_eq!(left.as_slice(), std::slice::from_ref(&kept.invitation), "{how}");
    }
}

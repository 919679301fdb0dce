//! E-mail, handed over to a real mail server: aiosmtpd with STARTTLS and a login. `cargo xtask test --only mail` installs
//! it and runs these tests; MAIL_PYTHON is the interpreter that has it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use api::delivery::{Delivery, List, Progress, SetbackCause};
use api::notification::{Choose, Chosen, Kind, Test, View};
use api::{Nothing, PageQuery, Permission};
use server::notification::outbox;
use server::settings::{MailSettings, Settings};
use tempfile::TempDir;

use crate::harness::{House, Person};
use crate::upstream::World;

const PASSWORD: &str = "four words made up";

/// A mail server of the test's own.
struct MailServer {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl MailServer {
    fn start() -> Self {
        let python = std::env::var("MAIL_PYTHON").expect("MAIL_PYTHON: cargo xtask test --only mail sets it");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../courier/acceptance/mail_server.py");
        let folder = tempfile::tempdir().unwrap();
        let mut child =
            Command::new(python).arg(script).arg(folder.path()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().strip_prefix("ready ").unwrap_or_else(|| panic!("{line}")).parse().unwrap();
        Self { child, port, folder }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    }

    /// Settings that lead to it.
    fn settings(&self) -> MailSettings {
        MailSettings {
            server: format!("smtp://lens%40example.com@127.0.0.1:{}", self.port).parse().unwrap(),
            from: "OpenAI Lens <lens@example.com>".parse().unwrap(),
            password_file: Some(self.file("password", &format!("{PASSWORD}\n"))),
            ca_file: Some(self.folder.path().join("ca.pem")),
        }
    }

    fn put_into(&self, settings: &mut Settings) {
        settings.mail = Some(self.settings());
        settings.public_url = Some("https://lens.example.com".into());
    }

    /// What it has taken, in order.
    fn taken(&self) -> Vec<String> {
        let file = |number: usize| self.folder.path().join(format!("{number}.eml"));
        (1..).map_while(|number| std::fs::read_to_string(file(number)).ok()).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn deliveries(person: &Person) -> Vec<Delivery> {
    person.call::<List>(&(), &PageQuery::default(), &Nothing {}).await.unwrap().items
}

/// Gives somebody another address.
async fn rename(house: &House, person: &Person, email: &str) {
    let mut db = house.app.store.write().await.unwrap();
    let id = person.user.as_ref().unwrap().id.to_string();
    sqlx::query("UPDATE app_user SET email = $1 WHERE id = $2")
        .bind(email.to_owned())
        .bind(id)
        .execute(&mut *db)
        .await
        .unwrap();
    db.commit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs the mail server of cargo xtask test --only mail"]
async fn a_letter_is_handed_over_by_starttls_after_a_login() {
    let server = MailServer::start();
    let house = House::with(|settings| server.put_into(settings)).await;
    let ada = house.person(&[Permission::BillingProfilesAdmin]).await;
    let choice = ada.get::<View>(&()).await.unwrap();
    assert!(choice.mail_configured && choice.sees_accounts);
    let sent = ada.get::<Test>(&()).await.unwrap();
    assert!(matches!(sent.progress, Progress::Delivered { .. }), "{sent:?}");
    let [letter] = server.taken().try_into().unwrap();
    let email = choice.email.to_string();
    for part in [
        &format!("X-Envelope: lens@example.com {email} tls=True"),
        "From: \"OpenAI Lens\" <lens@example.com>",
        &format!("To: {email}"),
        "Subject: OpenAI Lens: This is a test message",
        &format!("Message-ID: <{}@example.com>", sent.id),
        "Auto-Submitted: auto-generated",
        "Nothing has happened",
        "https://lens.example.com/profile",
    ] {
        assert!(letter.contains(part), "{part} in\n{letter}");
    }
}

#[tokio::test]
#[ignore = "needs the mail server of cargo xtask test --only mail"]
async fn those_who_chose_it_and_may_see_it_are_told_each_once_and_the_keys_end_only_who_may_see_that() {
    let server = MailServer::start();
    let world = World::with_settings(10, |settings| server.put_into(settings)).await;
    let house = &world.house;
    let analyst = house.person(&[Permission::CloudAnalyticsUser]).await;
    let chosen = Chosen { kinds: vec![Kind::ImportFinished] };
    analyst.call::<Choose>(&(), &Nothing {}, &chosen).await.unwrap();
    let silent = house.person(&[Permission::AssetsManager]).await;
    silent.call::<Choose>(&(), &Nothing {}, &Chosen { kinds: vec![Kind::KeyRefused] }).await.unwrap();
    let stranger = house.stranger(Permission::ALL).await;
    let gone = house.person(&[Permission::AssetsManager]).await;
    let blind = house.person(&[Permission::UsersManager]).await;
    blind.call::<Choose>(&(), &Nothing {}, &chosen).await.unwrap();
    let connection = world.imported("small").await;
    world
        .execute("UPDATE app_user SET deactivated_at = 1 WHERE id = $1", &[gone.user.unwrap().id.as_str()])
        .await;
    for _ in 0..2 {
        outbox::everything_due(&house.app).await.unwrap();
    }
    let letters = server.taken();
    assert_eq!(letters.len(), 2, "{letters:#?}");
    let to = |person: &Person| {
        let email = person.user.as_ref().unwrap().email.to_string();
        letters.iter().find(|letter| letter.contains(&format!("To: {email}"))).unwrap()
    };
    let tail = connection.key.unwrap().tail;
    assert!(to(&world.admin).contains(&format!("Key: ends in {tail}")));
    assert!(!to(&analyst).contains(&tail));
    assert!(to(&analyst).contains("https://lens.example.com/assets/openai"));
    let failed: Vec<_> = deliveries(&world.admin).await.into_iter().filter_map(|one| one.setback).collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].cause, SetbackCause::RecipientGone);
    assert!(deliveries(&stranger).await.is_empty());
}

#[tokio::test]
#[ignore = "needs the mail server of cargo xtask test --only mail"]
async fn a_refusal_for_now_is_tried_again_and_one_for_good_is_not_and_neither_is_quoted() {
    let server = MailServer::start();
    let mut world = World::with_settings(10, |settings| server.put_into(settings)).await;
    let later = world.house.person(&[Permission::AssetsManager]).await;
    rename(&world.house, &later, "later@example.com").await;
    let never = world.house.person(&[Permission::AssetsManager]).await;
    rename(&world.house, &never, "never@example.com").await;
    world.imported("small").await;
    outbox::everything_due(&world.house.app).await.unwrap();
    let outcome = |deliveries: &[Delivery], to: &str| {
        let found = deliveries.iter().find(|delivery| delivery.recipient == to).unwrap().clone();
        (found.progress, found.attempts, found.setback.map(|setback| setback.cause))
    };
    let first = deliveries(&world.admin).await;
    assert!(!format!("{first:?}").contains("stranger"));
    let (progress, _, cause) = outcome(&first, "later@example.com");
    let Progress::Waiting { next_try_at } = progress else { panic!("{progress:?}") };
    assert_eq!(cause, Some(SetbackCause::MailDelayed { code: 451 }));
    let (progress, attempts, cause) = outcome(&first, "never@example.com");
    assert!(matches!(progress, Progress::Failed { .. }));
    assert_eq!((attempts, cause), (1, Some(SetbackCause::MailRefused { code: 550 })));
    let wait = next_try_at.unix_seconds() - world.house.app.clock.now().unix_seconds();
    world.advance(wait).await;
    outbox::everything_due(&world.house.app).await.unwrap();
    let (progress, attempts, cause) = outcome(&deliveries(&world.admin).await, "later@example.com");
    assert!(matches!(progress, Progress::Delivered { .. }));
    assert_eq!((attempts, cause), (2, None));
    assert_eq!(server.taken().iter().filter(|letter| letter.contains("later@example.com")).count(), 1);
}

#[tokio::test]
#[ignore = "needs the mail server of cargo xtask test --only mail"]
async fn neither_a_wrong_login_nor_a_server_that_cannot_be_trusted_gets_a_letter() {
    let server = MailServer::start();
    let right = server.settings();
    let wrong = MailSettings { password_file: Some(server.file("wrong", "another one")), ..right.clone() };
    let foreign = MailSettings { ca_file: None, ..right.clone() };
    let anonymous = MailSettings {
        server: format!("smtp://127.0.0.1:{}", server.port).parse().unwrap(),
        password_file: None,
        ..right.clone()
    };
    let plain = MailSettings {
        server: format!("smtp+plain://127.0.0.1:{}", server.port).parse().unwrap(),
        password_file: None,
        ..right.clone()
    };
    let closed = MailSettings { server: "smtp://127.0.0.1:9".parse().unwrap(), password_file: None, ..right };
    for (mail, expected) in [
        (wrong, SetbackCause::LoginRefused),
        (foreign, SetbackCause::Insecure),
        (anonymous, SetbackCause::LoginRefused),
        (plain, SetbackCause::LoginRefused),
        (closed, SetbackCause::Unreachable),
    ] {
        let shown = format!("{mail:?}");
        assert!(!shown.contains(PASSWORD));
        let house = House::with(|settings| settings.mail = Some(mail)).await;
        let ada = house.person(&[Permission::BillingProfilesAdmin]).await;
        let sent = ada.get::<Test>(&()).await.unwrap();
        assert_eq!(sent.setback.map(|setback| setback.cause), Some(expected), "{shown}");
        assert!(matches!(sent.progress, Progress::Failed { .. }));
    }
    assert!(server.taken().is_empty());
}

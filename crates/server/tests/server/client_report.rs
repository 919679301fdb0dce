use api::client_report::{ClientFault, ClientReport, Create};
use api::{CommonRefusal, Nothing, Refused};

use crate::harness::{House, Person};

async fn report(person: &Person, location: &str) -> Result<Nothing, CommonRefusal> {
    let body = ClientReport { kind: ClientFault::Panic, location: location.into(), build: "dev".into() };
    match person.call::<Create>(&(), &Nothing {}, &body).await {
        Ok(nothing) => Ok(nothing),
        Err(Refused::Common(refusal, _)) => Err(refusal),
        Err(Refused::Specific(never, _)) => match never {},
    }
}

#[tokio::test]
async fn places_are_taken_words_are_not_and_a_flood_is_stopped() {
    let house = House::new().await;
    let nobody = house.nobody();
    assert!(report(&nobody, "src/page/lens.rs:10:4").await.is_ok());
    let words = report(&nobody, "called unwrap on ada@example.com").await;
    let Err(CommonRefusal::Malformed { issues }) = words else { panic!("{words:?}") };
    assert_eq!(issues[0].field, "location");
    for _ in 2..10 {
        assert!(report(&nobody, "src/app.rs:1:1").await.is_ok());
    }
    let flood = report(&nobody, "src/app.rs:1:1").await;
    assert_eq!(flood, Err(CommonRefusal::TooManyRequests { retry_after_seconds: 300 }));
    house.clock.advance(300);
    assert!(report(&nobody, "src/app.rs:1:1").await.is_ok());
}

//! Reconciliation: every cent is attributed or named, and the whole agrees with OpenAI's own totals.

use api::connection_draft::Cause;
use api::notification::Kind;
use api::reconciliation::{
    ReconciledLine, Reconciliation, ReconciliationError, ReconciliationQuery, Show, Subject, Verdict,
};
use api::report::Figure;
use api::{Amount, ConnectionId, Day, Nothing, Permission, Span};
use openai::page::Page;
use openai::usage::Moderations;

use server::notification::outbox;

use crate::harness::Person;
use crate::receiver::Receiver;
use crate::upstream::{World, key, specific};
use crate::webhook::create;

fn query(span: Span, connection: Option<&ConnectionId>) -> ReconciliationQuery {
    ReconciliationQuery { start: span.start, end: span.end, connection: connection.cloned() }
}

/// The last whole days.
fn days(world: &World, count: i64) -> Span {
    Span { start: world.today().plus(-count), end: world.today() }
}

async fn ask(person: &Person, query: &ReconciliationQuery) -> Reconciliation {
    person.call::<Show>(&(), query, &Nothing {}).await.unwrap()
}

async fn refused(person: &Person, query: &ReconciliationQuery) -> ReconciliationError {
    specific(person.call::<Show>(&(), query, &Nothing {}).await)
}

#[tokio::test]
async fn every_line_is_attributed_or_named_and_all_is_the_bill() {
    let world = World::new().await;
    world.imported("small").await;
    let span = days(&world, 20);
    let found = ask(&world.admin, &query(span, None)).await;
    let organization = world.upstream.organization(&key("small")).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    let billed = organization.billed(span.start.start().unix_seconds(), span.end.start().unix_seconds(), now);
    assert_eq!((found.verdict, found.totals.len()), (Verdict::Agrees, 1));
    let total = found.totals[0];
    assert_eq!((total.billed, total.upstream_total), (billed, Some(billed)));
    assert_eq!(total.difference, Some(Amount::ZERO));
    assert_eq!(total.attributed + total.unattributed, billed);
    assert!(found.days.len() <= 20 && !found.days.is_empty());
    let (mut counted, mut unattributed) = (0, Amount::ZERO);
    for day in &found.days {
        let lines: Amount = day.lines.iter().map(|line| line.billed).sum();
        assert_eq!((lines, day.totals.difference), (day.totals.billed, Some(Amount::ZERO)));
        for line in &day.lines {
            let named: Amount = line.unattributed.iter().map(|part| part.amount).sum();
            assert_eq!(line.attributed + named, line.billed, "{line:?}");
            unattributed = unattributed + named;
            if let (Some(computed), Some(residual)) = (line.computed, line.residual) {
                assert_eq!(computed + residual, line.billed, "{line:?}");
            }
            // Where OpenAI tells how much it billed and usage counts as much, nothing is left.
            if line.billed_quantity.is_some() && line.billed_quantity == line.counted_quantity {
                assert_eq!(line.residual, Some(Amount::ZERO), "{line:?}");
                counted += 1;
            }
        }
    }
    assert!(counted > 10, "{counted}");
    assert_eq!(unattributed, total.unattributed);
}

#[tokio::test]
async fn a_line_that_was_lost_is_seen_in_the_verdict() {
    let world = World::new().await;
    let small = world.imported("small").await;
    let span = days(&world, 10);
    let whole = ask(&world.admin, &query(span, Some(&small.id))).await;
    assert_eq!(whole.verdict, Verdict::Agrees);
    let lost = &whole.days[3];
    let day = lost.day.number().to_string();
    assert_eq!(
        world.execute("DELETE FROM segment WHERE stream = 'costs' AND CAST(day AS TEXT) = $1", &[&day]).await,
        1
    );
    let differs = ask(&world.admin, &query(span, Some(&small.id))).await;
    assert_eq!(differs.verdict, Verdict::Differs);
    assert_eq!(differs.totals[0].difference, Some(-lost.totals.billed));
    let found = differs.days.iter().find(|found| found.day == lost.day).unwrap();
    assert_eq!(found.totals.difference, Some(-lost.totals.billed));
}

#[tokio::test]
async fn a_line_that_is_lost_on_the_way_is_an_alarm_after_one_import_until_it_is_there() {
    let (mut world, receiver) = (World::with_history(10).await, Receiver::start().await);
    create(&world.admin, &receiver.url, &[Kind::TotalsDiffer]).await.unwrap();
    let connection = world.imported("lost-line").await;
    let lost = world.today().plus(-5);
    let warned = [Cause::TotalsDiffer { days: vec![lost] }];
    let warnings = async |world: &World| {
        let warnings = world.view(&connection.id).await.warnings;
        warnings.into_iter().map(|warning| warning.cause).collect::<Vec<_>>()
    };
    assert_eq!(warnings(&world).await, warned);
    outbox::everything_due(&world.house.app).await.unwrap();
    let [told] = receiver.seen().try_into().unwrap();
    let body = told.json();
    assert_eq!((&body["type"], &body["days"][0]), (&"totals_differ".into(), &lost.to_string().into()));
    // Read again, it still differs and is no news; with a key that tells all, it is there, however long ago the day is.
    world.advance(3_700).await;
    world.import().await;
    assert_eq!(warnings(&world).await, warned);
    world.rekey(&connection.id, "lost-line-second-key").await;
    world.advance(40 * 86_400).await;
    world.import().await;
    assert_eq!(warnings(&world).await, []);
    outbox::everything_due(&world.house.app).await.unwrap();
    assert_eq!(receiver.seen().len(), 1);
}

#[tokio::test]
async fn days_that_are_not_imported_leave_it_open() {
    let world = World::new().await;
    let small = world.connected("small").await;
    let before = ask(&world.admin, &query(days(&world, 5), Some(&small.id))).await;
    assert_eq!((before.verdict, before.totals.len()), (Verdict::Incomplete, 0));
}

/// How many tokens OpenAI says that were moderated on a day: it bills nothing for them.
fn moderated(world: &World, day: Day) -> u64 {
    let organization = world.upstream.organization(&key("small")).unwrap();
    let (start, now) = (day.start().unix_seconds(), world.house.app.clock.now().unix_seconds());
    let query = format!("start_time={start}&end_time={}", day.plus(1).start().unix_seconds());
    let small = simulator::key::named("small").unwrap();
    let page = organization.tells(small, "usage/moderations", &query, now).unwrap();
    let page: Page<Moderations> = serde_json::from_str(&page).unwrap();
    page.data.iter().flat_map(|bucket| &bucket.results.known).map(|row| row.input_tokens).sum()
}

#[tokio::test]
async fn usage_that_nothing_was_billed_for_is_there_without_money() {
    let world = World::new().await;
    world.imported("small").await;
    let found = ask(&world.admin, &query(days(&world, 20), None)).await;
    assert_eq!(found.days.len(), 20);
    for day in &found.days {
        let is_unbilled = |line: &&ReconciledLine| matches!(line.subject, Subject::NotBilled { .. });
        let unbilled: Vec<_> = day.lines.iter().filter(is_unbilled).collect();
        for line in &unbilled {
            let money = [line.billed, line.attributed, line.residual.unwrap_or_default()];
            assert_eq!((money, line.unattributed.len()), ([Amount::ZERO; 3], 0), "{} {line:?}", day.day);
        }
        let tokens = Subject::NotBilled { unit: "tokens".into() };
        let tokens = unbilled.iter().find(|line| line.subject == tokens).unwrap();
        let counted = i128::from(moderated(&world, day.day)) * 1_000_000_000_000;
        assert_eq!(tokens.counted_quantity, Some(Figure::from_pico(counted)), "{}", day.day);
        assert!(counted > 0, "{}", day.day);
    }
}

#[tokio::test]
async fn periods_and_accounts_are_checked() {
    let world = World::new().await;
    let small = world.connected("small").await;
    let span = days(&world, 5);
    for end in [span.start, span.start.plus(93)] {
        let unfit = query(Span { end, ..span }, None);
        assert_eq!(refused(&world.admin, &unfit).await, ReconciliationError::UnfitPeriod);
    }
    let stranger = world.house.stranger(&[Permission::CloudAnalyticsUser]).await;
    let asked = query(span, Some(&small.id));
    assert_eq!(refused(&stranger, &asked).await, ReconciliationError::UnknownConnection);
}

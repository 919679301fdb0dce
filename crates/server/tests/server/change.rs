//! Why did it change? Effects sum to the difference, rows to the whole, and the whole to the bill.

use api::change::{Change, ChangeError, ChangeQuery, Difference, Query};
use api::report::{Filter, Label};
use api::{Amount, ConnectionId, Nothing, Permission, Span};

use crate::harness::Person;
use crate::upstream::{World, key, specific};

/// The last two weeks, one beside the other.
fn weeks(world: &World) -> ChangeQuery {
    let after = Span { start: world.today().plus(-7), end: world.today() };
    ChangeQuery { before: after.before(), after, accounts: vec![], filters: vec![], limit: None }
}

async fn ask(person: &Person, query: &ChangeQuery) -> Change {
    person.call::<Query>(&(), &Nothing {}, query).await.unwrap()
}

async fn refused(person: &Person, query: &ChangeQuery) -> ChangeError {
    specific(person.call::<Query>(&(), &Nothing {}, query).await)
}

fn billed(world: &World, name: &str, span: Span) -> Amount {
    let organization = world.upstream.organization(&key(name)).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    organization.billed(span.start.start().unix_seconds(), span.end.start().unix_seconds(), now)
}

fn check_sum(difference: &Difference) {
    let effects: Amount = difference.effects.iter().map(|effect| effect.amount).sum();
    assert_eq!(effects, difference.after - difference.before);
}

#[tokio::test]
async fn effects_rows_and_bills_sum_to_the_same() {
    let world = World::new().await;
    world.imported("small").await;
    let query = weeks(&world);
    let whole = ask(&world.admin, &query).await;
    assert_eq!(whole.total.before, billed(&world, "small", query.before));
    assert_eq!(whole.total.after, billed(&world, "small", query.after));
    assert!(whole.rows.len() > 3 && whole.rest.is_none() && whole.total.effects.len() > 1, "{whole:?}");
    check_sum(&whole.total);
    whole.rows.iter().for_each(|row| check_sum(&row.difference));
    let rows: Amount = whole.rows.iter().map(|row| row.difference.after).sum();
    assert_eq!(rows, whole.total.after);
    let size = |difference: &Difference| (difference.after - difference.before).pico().unsigned_abs();
    assert!(whole.rows.windows(2).all(|pair| size(&pair[0].difference) >= size(&pair[1].difference)));

    let some = ask(&world.admin, &ChangeQuery { limit: Some(2), ..query.clone() }).await;
    assert_eq!((some.rows.as_slice(), &some.total), (&whole.rows[..2], &whole.total));
    assert_eq!(some.folded as usize, whole.rows.len() - 2);
    let rest = some.rest.unwrap();
    check_sum(&rest);
    let shown: Amount = some.rows.iter().map(|row| row.difference.before).sum();
    assert_eq!(shown + rest.before, whole.total.before);
}

#[tokio::test]
async fn filters_and_accounts_narrow_it() {
    let world = World::new().await;
    let small = world.imported("small").await;
    let second = world.imported("second").await;
    let query = weeks(&world);
    let both = ask(&world.admin, &query).await;
    let of = |id: &ConnectionId| ChangeQuery { accounts: vec![id.clone()], ..query.clone() };
    let (one, other) = (ask(&world.admin, &of(&small.id)).await, ask(&world.admin, &of(&second.id)).await);
    assert_eq!(one.total.after + other.total.after, both.total.after);
    assert!(one.rows.iter().all(|row| row.account == small.name.as_str()));

    let project = one.rows[0].project.clone();
    let filter =
        |exclude| Filter { label: Label::parse("project").unwrap(), values: vec![project.clone()], exclude };
    let narrowed = |exclude| ChangeQuery { filters: vec![filter(exclude)], ..of(&small.id) };
    let (kept, left) = (ask(&world.admin, &narrowed(false)).await, ask(&world.admin, &narrowed(true)).await);
    assert!(kept.rows.iter().all(|row| row.project == project) && !kept.rows.is_empty());
    assert_eq!(kept.total.before + left.total.before, one.total.before);
}

#[tokio::test]
async fn every_unfit_field_is_named_at_once() {
    let world = World::new().await;
    let query = weeks(&world);
    let label = Label::parse("project").unwrap();
    let unfit = ChangeQuery {
        before: Span { start: query.before.start, end: query.after.start.plus(3) },
        filters: vec![Filter { label, values: vec![], exclude: false }],
        limit: Some(0),
        ..query.clone()
    };
    let ChangeError::UnfitQuery { issues } = refused(&world.admin, &unfit).await else { panic!() };
    let fields: Vec<&str> = issues.iter().map(|issue| issue.field.as_str()).collect();
    assert_eq!(fields, ["after", "filters", "limit"]);
    let empty = Span { start: query.before.start, end: query.before.start };
    let ChangeError::UnfitQuery { issues } =
        refused(&world.admin, &ChangeQuery { before: empty, ..query.clone() }).await
    else {
        panic!()
    };
    assert_eq!(issues[0].field, "before");
}

#[tokio::test]
async fn accounts_of_others_are_unknown() {
    let world = World::new().await;
    let small = world.imported("small").await;
    let accounts = vec![small.id];
    let query = ChangeQuery { accounts: accounts.clone(), ..weeks(&world) };
    let stranger = world.house.stranger(&[Permission::CloudAnalyticsUser]).await;
    assert_eq!(refused(&stranger, &query).await, ChangeError::UnknownConnection { accounts });
    let nothing = ask(&stranger, &ChangeQuery { accounts: vec![], ..query }).await;
    assert_eq!((nothing.rows.len(), nothing.total.after), (0, Amount::ZERO));
}

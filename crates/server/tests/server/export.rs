//! Exports: every file has what its head says, and sums to the bill to the last unit.

use std::time::Duration;

use api::export::{FocusError, FocusQuery, FocusVersion, Format};
use api::report::Figure;
use api::{Amount, ConnectionId, Month, Permission, Refused};
use axum::body::Body;
use http::Request;

use crate::harness::Answer;
use crate::summed::{self, focus};
use crate::upstream::{World, key};

fn query(world: &World, connection: Option<&ConnectionId>) -> FocusQuery {
    FocusQuery {
        month: Month::of(world.today()),
        connection: connection.cloned(),
        version: FocusVersion::V1_2,
        format: Format::Csv,
    }
}

/// What the simulator bills this month.
fn billed(world: &World, name: &str) -> Amount {
    let organization = world.upstream.organization(&key(name)).unwrap();
    let span = Month::of(world.today()).span();
    let now = world.house.app.clock.now().unix_seconds();
    organization.billed(span.start.start().unix_seconds(), span.end.start().unix_seconds(), now)
}

/// The lines of a CSV file as cells.
fn lines(text: &str) -> Vec<Vec<String>> {
    let mut lines = vec![vec![String::new()]];
    let mut quoted = false;
    for c in text.trim_end().chars() {
        let line = lines.last_mut().unwrap();
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(String::new()),
            '\n' if !quoted => lines.push(vec![String::new()]),
            '\r' if !quoted => {}
            c => line.last_mut().unwrap().push(c),
        }
    }
    lines
}

/// A column of a CSV file.
fn column(lines: &[Vec<String>], name: &str) -> Vec<String> {
    let at = lines[0].iter().position(|column| column == name).unwrap();
    lines[1..].iter().map(|line| line[at].clone()).collect()
}

fn sum(figures: impl Iterator<Item = i128>) -> Amount {
    Amount::from_pico(figures.sum()).unwrap()
}

#[tokio::test]
async fn csv_of_both_versions_sums_to_the_bill() {
    let world = World::new().await;
    let connection = world.imported("small").await;
    let bill = billed(&world, "small");
    for version in [FocusVersion::V1_2, FocusVersion::V1_4] {
        let answer =
            focus(&world.admin, &FocusQuery { version, ..query(&world, Some(&connection.id)) }).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
        let name = format!("openai-focus-{}-2026-11-small.csv", version.as_str());
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{name}\""));
        let lines = lines(&answer.text());
        assert_eq!(answer.header("x-row-count"), (lines.len() - 1).to_string());
        assert_eq!(answer.header("x-billed-total"), format!("USD {bill}"));
        let costs = column(&lines, "BilledCost");
        assert_eq!(sum(costs.iter().map(|cost| Figure::parse(cost).unwrap().pico())), bill);
        let accounts = column(&lines, "BillingAccountId");
        let organization = &world.upstream.organization(&key("small")).unwrap().id;
        assert!(accounts.iter().all(|account| account == organization));
        let named = column(&lines, "BillingAccountName");
        assert!(named.iter().all(|name| !name.is_empty()), "OpenAI's name, else the user's");
        let months = column(&lines, "BillingPeriodStart");
        assert!(months.iter().all(|month| month == "2026-11-01T00:00:00Z"), "{:?}", months.first());
        assert!(column(&lines, "ChargeClass").iter().all(String::is_empty));
    }
}

#[tokio::test]
async fn parquet_has_the_rows_of_the_csv() {
    let world = World::new().await;
    let (small, second) = (world.imported("small").await, world.imported("second").await);
    let bill = billed(&world, "small") + billed(&world, "second");
    let csv = focus(&world.admin, &query(&world, None)).await;
    let answer = focus(&world.admin, &FocusQuery { format: Format::Parquet, ..query(&world, None) }).await;
    assert_eq!(answer.header("content-type"), "application/vnd.apache.parquet");
    assert!(answer.header("content-disposition").ends_with("openai-focus-1.2-2026-11.parquet\""));
    let (rows, in_csv) =
        (summed::parquet(answer.body.clone()), summed::csv(&csv.body, "BillingAccountId", "BilledCost"));
    assert_eq!(rows, in_csv);
    assert_eq!(csv.header("x-row-count"), rows.rows.to_string());
    assert_eq!(sum(rows.bills.values().copied()), bill);
    assert_eq!(answer.header("x-billed-total"), csv.header("x-billed-total"));
    let accounts = column(&lines(&csv.text()), "BillingAccountId");
    for connection in [small, second] {
        assert!(accounts.contains(&connection.organization.unwrap().id));
    }
}

#[tokio::test]
async fn a_month_that_is_restated_after_its_end_has_corrections() {
    let mut world = World::new().await;
    let connection = world.imported("restated-day").await;
    // The day three days ago is restated with the second reading: when November is over, that is a correction.
    let before = focus(&world.admin, &query(&world, Some(&connection.id))).await;
    world.advance(4000).await;
    world.import().await;
    let asked = query(&world, Some(&connection.id));
    let restated = focus(&world.admin, &asked).await;
    assert_ne!(before.header("x-billed-total"), restated.header("x-billed-total"));
    assert!(
        column(&lines(&restated.text()), "ChargeClass").iter().all(String::is_empty),
        "the month is open"
    );
    let day = world.today().plus(-3).number().to_string();
    let late = world.today().plus(30).start().unix_seconds().to_string();
    world
        .execute(
            "UPDATE cost_restatement SET noticed_at = CAST($1 AS BIGINT) WHERE day = CAST($2 AS BIGINT)",
            &[&late, &day],
        )
        .await;
    let corrected = lines(&focus(&world.admin, &asked).await.text());
    for (class, start) in
        column(&corrected, "ChargeClass").iter().zip(column(&corrected, "ChargePeriodStart"))
    {
        assert_eq!(class == "Correction", start.starts_with("2026-11-20"), "{start}");
    }
}

#[tokio::test]
async fn files_are_the_tenants_own() {
    let world = World::new().await;
    let connection = world.imported("small").await;
    let stranger = world.house.stranger(&[Permission::CloudAnalyticsUser]).await;
    let refused = |answer: Answer| match Refused::parse(&answer.text()).unwrap() {
        Refused::Specific::<FocusError>(refusal, _) => refusal,
        Refused::Common(refusal, _) => panic!("{refusal:?}"),
    };
    let theirs = focus(&stranger, &query(&world, Some(&connection.id))).await;
    assert_eq!(refused(theirs), FocusError::UnknownConnection);
    let nothing = focus(&stranger, &query(&world, None)).await;
    assert_eq!((nothing.header("x-row-count"), nothing.header("x-billed-total")), ("0", ""));
    assert_eq!(lines(&nothing.text()).len(), 1, "a file without rows has its header");
    let future = FocusQuery { month: Month::parse("2026-12").unwrap(), ..query(&world, None) };
    assert_eq!(refused(focus(&world.admin, &future).await), FocusError::FutureMonth);
}

/// A body that nobody reads holds the thread that writes it.
#[tokio::test]
async fn people_who_read_no_file_keep_no_other_from_theirs() {
    let world = World::new().await;
    let slow = world.house.person(&[Permission::AuditLogViewer]).await;
    let other = world.house.person(&[Permission::AuditLogViewer]).await;
    let tenant = slow.user.as_ref().unwrap().tenant.to_string();
    let filler = "x".repeat(2000);
    for seq in 1..=1000 {
        let sql = "INSERT INTO audit_event (tenant_id, seq, at, actor, kind, result, event, hash) \
                   VALUES ($1, $2, 1, '{\"kind\":\"system\"}', 'signed_in', 'done', $3, '')";
        let event = format!(r#"{{"kind":"signed_in","filler":"{filler}"}}"#);
        let mut db = world.house.app.store.write().await.unwrap();
        sqlx::query(sql).bind(&tenant).bind(seq).bind(event).execute(&mut *db).await.unwrap();
        db.commit().await.unwrap();
    }
    let address = "/api/v1/exports/audit-events?format=csv";
    let mut held = Vec::new();
    let mut kept_waiting = 0;
    for _ in 0..4 {
        let request = Request::get(address).header("cookie", slow.cookie()).body(Body::empty()).unwrap();
        let call = tower::ServiceExt::oneshot(world.house.router.clone(), request);
        match tokio::time::timeout(Duration::from_secs(2), call).await {
            Ok(response) => held.push(response.unwrap()),
            Err(_) => kept_waiting += 1,
        }
    }
    assert!(kept_waiting > 0, "one person has all turns");
    let file = other.send(Request::get(address).body(Body::empty()).unwrap());
    let answer = tokio::time::timeout(Duration::from_secs(20), file).await.expect("it is kept waiting");
    assert_eq!(answer.status, 200);
    drop(held);
}

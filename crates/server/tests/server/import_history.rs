//! How far back the import goes.

use api::Day;
use api::connection::{Connection, ConnectionStatus, Stream};

use crate::upstream::World;

#[tokio::test]
async fn history_goes_back_to_the_first_cost_and_keys_to_where_openai_has_them() {
    let world = World::with_history(360).await;
    let connection = world.connected("archived").await;
    assert_eq!(world.count("import_unit WHERE purpose = 'walk'").await, 2, "none waits for another");
    world.import().await;
    assert_eq!(days_planned(&world.view(&connection.id).await), [30; 12]);
    // A few calls found out where it begins: each looks at half a year.
    let requests = world.upstream.requests();
    let walked = requests.iter().filter(|request| request.query.contains("limit=180"));
    assert_eq!(walked.count(), 2);
}

fn days_planned(connection: &Connection) -> Vec<u32> {
    connection.streams.iter().map(|stream| stream.days_planned).collect()
}

#[tokio::test]
async fn days_before_there_was_an_organization_are_no_history_and_not_missing() {
    let world = World::with_history(360).await;
    let connection = world.imported("young").await;
    assert_eq!(connection.status, ConnectionStatus::Healthy);
    assert_eq!(days_planned(&connection), [10; 12]);
    assert!(connection.streams.iter().all(|stream| stream.days_imported == 10));
    assert_eq!(world.count("import_unit").await, 0);
}

#[tokio::test]
async fn days_that_openai_refuses_to_tell_of_end_the_history() {
    let world = World::new().await;
    let connection = world.imported("no-old-costs").await;
    assert_eq!(connection.status, ConnectionStatus::Healthy);
    assert_eq!((days_planned(&connection), world.count("import_unit").await), (vec![30; 12], 0));
}

#[tokio::test]
async fn totals_that_come_late_lengthen_the_history() {
    let world = World::new().await;
    let connection = world.imported("small").await;
    let first = connection.history_start;
    // As if the answers had lacked the first ten days, when the start of the history was looked for.
    let start = first.plus(10);
    let day = |day: Day| day.number().to_string();
    for sql in [
        "DELETE FROM import_day WHERE day < CAST($1 AS BIGINT)",
        "DELETE FROM segment WHERE day < CAST($1 AS BIGINT)",
        "DELETE FROM daily_cost WHERE day < CAST($1 AS BIGINT)",
        "UPDATE connection SET history_start = CAST($1 AS BIGINT)",
    ] {
        world.execute(sql, &[&day(start)]).await;
    }
    world.renew_blocks(&connection.id).await;
    let later = "INSERT INTO import_unit (tenant_id, connection_id, stream, start_day, end_day, purpose, attempts, due_at, rank) \
                 SELECT tenant_id, id, 'cost_totals', CAST($1 AS BIGINT), CAST($2 AS BIGINT), 'history', 1, 0, 0 FROM connection";
    world.execute(later, &[&day(first), &day(start)]).await;
    world.import().await;
    let found = world.view(&connection.id).await;
    assert_eq!((found.history_start, &found.status), (first, &ConnectionStatus::Healthy));
    assert_eq!(days_planned(&found), [30; 12]);
    let costs = found.streams.iter().find(|of| of.stream == Stream::Costs).unwrap();
    assert_eq!(costs.days_imported, 30);
}

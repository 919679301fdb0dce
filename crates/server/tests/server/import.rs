//! The import: what is kept is what OpenAI billed, whatever happens on the way.

use std::time::Duration;

use api::connection::{ConnectionStatus, Stream};
use api::connection_draft::Cause;
use api::cost::{Coverage, DailyCosts};
use api::{Amount, Day};
use futures::future::join_all;

use crate::upstream::{World, failure, finish, key};

/// A day's bill as the simulator knows it.
fn billed(world: &World, name: &str, day: Day) -> Amount {
    let organization = world.upstream.organization(&key(name)).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    organization.billed(day.start().unix_seconds(), day.plus(1).start().unix_seconds(), now)
}

/// Every day equals the simulator's bill plus what the sentinel adds to it.
fn check_days(world: &World, name: &str, costs: &DailyCosts, extra: Amount) {
    for day in &costs.days {
        assert_eq!(day.amount, billed(world, name, day.day) + extra, "{name} {}", day.day);
        assert_ne!(day.coverage, Coverage::Missing, "{name} {}", day.day);
    }
    let days: Amount = costs.days.iter().map(|day| day.amount).sum();
    let projects: Amount = costs.projects.iter().map(|project| project.amount).sum();
    let series: Amount = costs.series.iter().flat_map(|series| series.amounts.clone()).sum();
    assert_eq!([days, projects, series], [costs.total; 3], "{name}");
}

fn amount(text: &str) -> Amount {
    serde_json::from_value(text.into()).unwrap()
}

#[tokio::test]
async fn totals_equal_openais_to_the_last_unit_by_day_and_project() {
    let world = World::new().await;
    for (name, extra) in [
        ("small", Amount::ZERO),
        ("text-amounts", Amount::ZERO),
        ("archived", Amount::ZERO),
        ("credit", amount("-7.250000000001")),
        ("huge", amount("1000000000")),
        ("unknown-rows", amount("1.23")),
        ("server-error-page-2", Amount::ZERO),
    ] {
        let connection = world.imported(name).await;
        assert_eq!(connection.status, ConnectionStatus::Healthy, "{name}");
        let costs = world.costs(Some(&connection.id)).await;
        check_days(&world, name, &costs, extra);
        assert_eq!((costs.billed_through, costs.other_currencies.len()), (Some(world.today()), 0), "{name}");

        let oracle = world.upstream.organization(&key(name)).unwrap();
        let (start, end) = (costs.start.start().unix_seconds(), costs.end.start().unix_seconds());
        let expected = oracle.billed_by_project(start, end, world.house.app.clock.now().unix_seconds());
        assert_eq!(costs.projects.len(), expected.len(), "{name}");
        for project in &costs.projects {
            let project_extra = if project.project.id.as_deref() == Some(&oracle.projects[0].id) {
                (0..30).map(|_| extra).sum()
            } else {
                Amount::ZERO
            };
            assert_eq!(project.amount, expected[&project.project.id] + project_extra, "{name}");
            let called = oracle.projects.iter().find(|known| Some(&known.id) == project.project.id.as_ref());
            // The simulator's organizations call their projects alike: then the account is said as well.
            let plain = project.project.name.as_ref().and_then(|told| told.split(" (").next());
            assert_eq!(plain, called.map(|known| known.name.as_str()), "{name}");
        }
        assert!(costs.projects.iter().any(|project| project.project.id.is_none()), "{name}");
    }
}

#[tokio::test]
async fn a_large_organization_is_imported() {
    // A year of it would be a matter of minutes: here it is its rows of a day that are many.
    let world = World::with_history(3).await;
    let connection = world.imported("large").await;
    assert_eq!(connection.status, ConnectionStatus::Healthy);
    let mut costs = world.costs(Some(&connection.id)).await;
    assert!(costs.days.drain(..27).all(|day| day.coverage == Coverage::Missing));
    check_days(&world, "large", &costs, Amount::ZERO);
    assert!(costs.projects.len() > 100);
    assert!(
        costs
            .projects
            .iter()
            .filter(|project| project.project.id.is_some())
            .all(|project| project.project.name.is_some())
    );
}

#[tokio::test]
async fn progress_is_told_from_finish_to_healthy() {
    let world = World::new().await;
    let connection = world.connected("small").await;
    assert_eq!(connection.status, ConnectionStatus::Connecting);
    let before = world.costs(Some(&connection.id)).await;
    assert!(before.days.iter().all(|day| day.coverage == Coverage::Missing && day.amount == Amount::ZERO));
    assert_eq!((before.billed_through, before.imported_at), (None, None));

    world.import().await;
    let after = world.view(&connection.id).await;
    assert_eq!(after.status, ConnectionStatus::Healthy);
    assert_eq!(after.streams.iter().map(|stream| stream.stream).collect::<Vec<_>>(), Stream::ALL);
    for stream in &after.streams {
        assert_eq!((stream.days_planned, stream.days_imported), (30, 30));
        assert_eq!((stream.from, stream.through), (Some(world.today().plus(-29)), Some(world.today())));
        assert!(stream.rows >= 30 && stream.failure.is_none(), "{stream:?}");
        assert_eq!(stream.last_success, Some(world.house.app.clock.now()));
    }
    let costs = world.costs(Some(&connection.id)).await;
    let coverage: Vec<_> = costs.days.iter().rev().map(|day| day.coverage).take(6).collect();
    use Coverage::{Provisional, Settled};
    assert_eq!(coverage, [Provisional, Provisional, Provisional, Provisional, Settled, Settled]);
    // What the key itself told.
    let key = after.key.unwrap();
    assert!(key.expires_at.is_some() && self::key("small").ends_with(&key.tail));
}

#[tokio::test]
async fn an_empty_organization_is_healthy_and_costs_nothing() {
    let world = World::new().await;
    let connection = world.imported("empty").await;
    assert_eq!(connection.status, ConnectionStatus::Healthy);
    let costs = world.costs(None).await;
    assert_eq!((costs.total, costs.billed_through), (Amount::ZERO, None));
    assert!(costs.days.iter().all(|day| day.coverage != Coverage::Missing));
}

#[tokio::test]
async fn reading_again_changes_nothing_and_doubles_nothing() {
    let mut world = World::new().await;
    let connection = world.imported("small").await;
    let before = world.costs(None).await;
    let counted = ["segment", "daily_cost", "import_day", "project", "api_key", "member"];
    let rows = join_all(counted.map(|table| world.count(table))).await;
    let asked = world.asked_with("small");
    world.import().await;
    assert_eq!(world.asked_with("small"), asked, "nothing was due");
    world.execute("UPDATE connection SET refresh_due_at = 0", &[]).await;
    world.import().await;
    assert!(world.asked_with("small") > asked);
    assert_eq!(world.costs(None).await, before);
    assert_eq!(join_all(counted.map(|table| world.count(table))).await, rows);

    // An hour later it comes by itself, and today has grown.
    world.advance(3900).await;
    world.import().await;
    let after = world.costs(Some(&connection.id)).await;
    assert!(after.total > before.total);
    check_days(&world, "small", &after, Amount::ZERO);
}

#[tokio::test]
async fn a_restated_day_is_replaced() {
    let mut world = World::new().await;
    world.imported("restated-day").await;
    let day = world.today().plus(-3);
    let on = |costs: &DailyCosts| costs.days.iter().find(|known| known.day == day).unwrap().amount;
    let first = on(&world.costs(None).await);
    assert_eq!(first, billed(&world, "restated-day", day));
    world.advance(3900).await;
    world.import().await;
    let second = on(&world.costs(None).await);
    assert_eq!(second.pico(), first.pico() / 10 * 11);
}

#[tokio::test]
async fn late_costs_are_provisional_until_they_come() {
    let mut world = World::new().await;
    let connection = world.imported("late-costs").await;
    let costs = world.costs(None).await;
    assert_eq!(costs.billed_through, Some(world.today().plus(-2)));
    let late: Vec<_> = costs.days.iter().filter(|day| day.day >= world.today().plus(-1)).collect();
    assert!(late.iter().all(|day| day.amount == Amount::ZERO && day.coverage == Coverage::Provisional));

    world.advance(2 * 86_400).await;
    let stale = world.costs(None).await;
    assert!(stale.days.iter().rev().take(2).all(|day| day.coverage == Coverage::Missing));
    world.import().await;
    let costs = world.costs(None).await;
    for late in late {
        let now = costs.days.iter().find(|day| day.day == late.day).unwrap();
        assert_eq!(now.amount, billed(&world, "late-costs", late.day));
        assert!(now.amount > Amount::ZERO);
    }
    assert_eq!(costs.billed_through, Some(world.today().plus(-2)));
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
}

#[tokio::test]
async fn days_that_passed_while_the_server_was_off_are_read() {
    let mut world = World::new().await;
    let connection = world.imported("small").await;
    world.advance(20 * 86_400).await;
    world.import().await;
    let costs = world.costs(Some(&connection.id)).await;
    for day in &costs.days {
        assert_eq!(day.amount, billed(&world, "small", day.day), "{}", day.day);
        assert_ne!(day.coverage, Coverage::Missing, "{}", day.day);
    }
}

#[tokio::test]
async fn a_restart_in_the_middle_resumes() {
    let world = World::with_latency(Duration::from_millis(40)).await;
    let connection = world.connected("small").await;
    // The import is cut off as soon as something of it is there, but not all.
    let cut = async {
        while world.count("import_day").await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = world.import() => panic!("the import ended before it was cut off"),
        () = cut => {}
    }
    assert!(world.count("import_unit").await > 0);
    let world = world.restarted().await;
    // On PostgreSQL, it is only after its end that another process takes the lease of one that has vanished.
    world.execute("UPDATE lease SET expires_at = 0", &[]).await;
    world.import().await;
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
    check_days(&world, "small", &world.costs(None).await, Amount::ZERO);
}

#[tokio::test]
async fn the_finding_of_a_failed_window_is_shown_until_it_succeeds() {
    let mut world = World::new().await;
    let connection = world.connected("small").await;
    for (name, cause) in [
        ("server-error", Cause::UpstreamDown { status: 500 }),
        ("no-usage-scope", Cause::MissingScope { scope: "api.usage.read".into() }),
        ("no-cursor", Cause::NotUnderstood),
        ("html", Cause::NotUnderstood),
        ("ip-refused", Cause::IpNotAllowed),
    ] {
        world.rekey(&connection.id, name).await;
        world.import().await;
        let shown = world.view(&connection.id).await;
        assert!(matches!(shown.status, ConnectionStatus::Degraded { .. }), "{name}: {:?}", shown.status);
        assert_eq!(failure(&shown), &cause, "{name}");
        assert_eq!((world.count("segment").await, world.count("import_day").await), (0, 0), "{name}");
        world.advance(3600).await;
    }
    world.rekey(&connection.id, "small").await;
    world.import().await;
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
    check_days(&world, "small", &world.costs(None).await, Amount::ZERO);
}

#[tokio::test]
async fn nothing_is_asked_before_openai_wants_to_be_asked() {
    let mut world = World::new().await;
    let connection = world.connected("small").await;
    world.rekey(&connection.id, "rate-limited").await;
    world.import().await;
    let shown = world.view(&connection.id).await;
    assert_eq!(failure(&shown), &Cause::RateLimited { retry_after_seconds: Some(30) });
    let asked = world.asked_with("rate-limited");
    world.advance(29).await;
    world.import().await;
    assert_eq!(world.asked_with("rate-limited"), asked);
    world.advance(1).await;
    world.import().await;
    assert!(world.asked_with("rate-limited") > asked);
}

#[tokio::test]
async fn a_connection_that_hangs_delays_no_other() {
    let world = World::new().await;
    let bad = world.connected("second").await;
    world.rekey(&bad.id, "hanging").await;
    let good = world.connected("small").await;
    let watch = async {
        while world.view(&good.id).await.status != ConnectionStatus::Healthy {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = world.import() => panic!("the hanging connection did not hang"),
        () = watch => {}
    }
    check_days(&world, "small", &world.costs(Some(&good.id)).await, Amount::ZERO);
    assert_eq!(world.view(&bad.id).await.status, ConnectionStatus::Connecting);
}

#[tokio::test]
async fn an_organization_that_was_unknown_is_noted_when_a_row_tells_it() {
    let world = World::new().await;
    let connection = world.imported("unidentified").await;
    assert_eq!(connection.organization, None);
    world.rekey(&connection.id, "small").await;
    let oracle = &world.upstream.organization(&key("small")).unwrap().id;
    // Nothing was known, then what a header told, then an id: the first two give way, the last stays.
    for (known, expected) in
        [(None, oracle.as_str()), (Some("acme"), oracle), (Some("org-other"), "org-other")]
    {
        if let Some(known) = known {
            world.execute("UPDATE connection SET organization_id = $1", &[known]).await;
        }
        world.execute("UPDATE connection SET refresh_due_at = 0", &[]).await;
        world.import().await;
        let told = world.view(&connection.id).await.organization.unwrap();
        assert_eq!((told.id.as_str(), told.name.as_deref()), (expected, Some("Acme Robotics")), "{known:?}");
    }
}

#[tokio::test]
async fn without_the_optional_scope_projects_are_their_ids() {
    let world = World::new().await;
    let connection = world.imported("no-management-scope").await;
    assert_eq!(connection.status, ConnectionStatus::Healthy);
    assert!(!connection.management_readable);
    let costs = world.costs(None).await;
    let named: Vec<_> = costs.projects.iter().map(|project| project.project.label().to_owned()).collect();
    assert!(
        named.iter().all(|label| label.starts_with("proj_") || label == "Not assigned to a project"),
        "{named:?}"
    );
}

#[tokio::test]
async fn a_key_that_is_refused_for_names_alone_goes_on_reading_costs() {
    let world = World::new().await;
    let connection = world.imported("names-refused").await;
    assert_eq!(connection.status, ConnectionStatus::Healthy);
    assert!(!connection.management_readable);
    assert!(world.costs(None).await.total > Amount::ZERO);
    world.execute("UPDATE connection SET names_due_at = 0, key_names_due_at = 0", &[]).await;
    world.import().await;
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
}

#[tokio::test]
async fn finish_starts_the_import_and_the_first_costs_are_one_call_away() {
    let world = World::with_latency(Duration::from_millis(600)).await;
    let import = tokio::spawn(server::import::run::forever(world.house.app.clone()));
    let draft = world.tested("small").await;
    let before = world.upstream.requests().len();
    let connection = finish(&world.admin, &draft.id, "Production").await.unwrap();
    while world.costs(Some(&connection.id)).await.total == Amount::ZERO {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let asked = world.upstream.requests().split_off(before);
    let by_line_item = |query: &str| query.contains("line_item");
    let costs: Vec<_> = asked.iter().filter(|request| by_line_item(&request.query)).collect();
    // A call is logged when it is answered, and the answers of the newest window are what is on screen.
    assert!(costs[0].query.ends_with("limit=7"), "{costs:?}");
    import.abort();
}

#[tokio::test]
async fn the_upstream_is_only_read_and_only_on_listed_paths() {
    let world = World::new().await;
    for name in ["small", "archived", "no-management-scope"] {
        world.imported(name).await;
    }
    let usage = openai::usage::UsageName::ALL.map(|name| format!("usage/{}", name.as_str()));
    let listed = |path: &str| {
        ["costs", "projects", "users", "admin_api_keys"].contains(&path)
            || usage.iter().any(|known| known == path)
            || path.strip_prefix("projects/proj_").is_some_and(|rest| rest.ends_with("/api_keys"))
    };
    let requests = world.upstream.requests();
    assert!(requests.len() > 100);
    for request in requests {
        let path = request.path.strip_prefix("/v1/organization/").unwrap();
        assert!(request.method == "GET" && listed(path), "{request:?}");
        assert!(!request.query.contains("sk-"), "{request:?}");
    }
}

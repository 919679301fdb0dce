//! Every stream: what is kept is what OpenAI tells when it is asked otherwise, for every day and every measure.

use std::collections::BTreeMap;

use admin_key::AdminKey;
use api::connection::{Connection, ConnectionStatus, Stream};
use api::connection_draft::Cause;
use api::cost::Coverage;
use api::{Amount, ConnectionId, Day};
use facts::{CostLine, Dictionary, Measure, UsageRow, segment};
use futures::TryStreamExt;
use openai::BaseUrl;
use openai::query::{BucketWidth, UsageQuery};
use openai::usage::{Completions, Embeddings, Images, UsageEndpoint, VectorStores, WebSearchCalls};
use server::import::plan::Window;
use server::store;
use server::store::cost_restatement;

use crate::upstream::{World, failure, key};

/// The days that a small organization exists for.
fn month(world: &World) -> Window {
    Window { start: world.today().plus(-29), end: world.today().plus(1) }
}

async fn segments(world: &World, id: &ConnectionId, stream: Stream) -> Vec<store::segment::Segment> {
    let tenant = &world.admin.user.as_ref().unwrap().tenant;
    let mut db = world.house.app.store.read().await.unwrap();
    let window = Window { start: world.today().plus(-4_000), end: world.today().plus(1) };
    let connections = [id.clone()];
    store::segment::read(&mut db, tenant, &connections, &[stream], window).await.unwrap()
}

async fn costs(world: &World, id: &ConnectionId, stream: Stream) -> Vec<(Day, Dictionary, Vec<CostLine>)> {
    let segments = segments(world, id, stream).await;
    let decoded = segments.iter().map(|kept| (kept.day, segment::decode_costs(&kept.body).unwrap()));
    decoded.map(|(day, (texts, lines))| (day, texts, lines)).collect()
}

async fn usage(world: &World, id: &ConnectionId, stream: Stream) -> Vec<(Day, Dictionary, Vec<UsageRow>)> {
    let segments = segments(world, id, stream).await;
    let decoded = segments.iter().map(|kept| (kept.day, segment::decode_usage(&kept.body).unwrap()));
    decoded.map(|(day, (texts, rows))| (day, texts, rows)).collect()
}

#[tokio::test]
async fn costs_are_kept_by_project_line_item_and_key_and_sum_to_the_totals() {
    let world = World::new().await;
    let connection = world.imported("small").await;
    let oracle = world.upstream.organization(&key("small")).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    let window = month(&world);
    let (start, end) = (window.start.start().unix_seconds(), window.end.start().unix_seconds());

    let mut items: BTreeMap<String, Amount> = BTreeMap::new();
    let mut projects: BTreeMap<Option<String>, Amount> = BTreeMap::new();
    let mut days: BTreeMap<Day, Amount> = BTreeMap::new();
    let mut keys = 0;
    for (day, texts, lines) in costs(&world, &connection.id, Stream::Costs).await {
        for line in lines {
            let add = |sum: &mut Amount| *sum = *sum + line.amount;
            add(items.entry(texts.text(line.line_item).unwrap().to_owned()).or_default());
            add(projects.entry(texts.text(line.project).map(str::to_owned)).or_default());
            add(days.entry(day).or_default());
            keys += usize::from(texts.text(line.api_key).is_some());
        }
    }
    assert_eq!(items, oracle.billed_by_line_item(start, end, now));
    assert_eq!(projects, oracle.billed_by_project(start, end, now));
    assert!(keys > 100);
    let totals = costs(&world, &connection.id, Stream::CostTotals).await;
    let totals: BTreeMap<Day, Amount> =
        totals.into_iter().map(|(day, _, lines)| (day, lines.iter().map(|line| line.amount).sum())).collect();
    assert_eq!(days, totals);
    assert_eq!(days.len(), 30);
}

/// What OpenAI tells of a day without any grouping.
async fn told<R: UsageEndpoint>(world: &World, name: &str, day: Day) -> Vec<R> {
    let settings = openai::Settings::new(BaseUrl::parse(&world.upstream.base_url()).unwrap());
    let client = openai::Client::new(settings).unwrap();
    let key = AdminKey::parse(&key(name)).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    let (start, end) = (day.start().unix_seconds(), day.plus(1).start().unix_seconds().min(now));
    let query = UsageQuery::<R>::new(start, Some(end), BucketWidth::Day).unwrap();
    let pages: Vec<_> = client.as_account(&key).usage(&query).try_collect().await.unwrap();
    pages.into_iter().flat_map(|page| page.value.data).flat_map(|bucket| bucket.results.known).collect()
}

#[tokio::test]
async fn hours_sum_to_what_openai_tells_of_the_day() {
    let world = World::new().await;
    let connection = world.imported("small").await;
    let sum = |rows: &[UsageRow], measure: Measure| {
        rows.iter().map(|row| row.measures.or_zero(measure)).sum::<u64>()
    };
    for (day, texts, rows) in usage(&world, &connection.id, Stream::Completions).await {
        let [told] = told::<Completions>(&world, "small", day).await.try_into().unwrap();
        for (measure, expected) in [
            (Measure::Requests, told.num_model_requests),
            (Measure::InputTokens, told.input_tokens),
            (Measure::OutputTokens, told.output_tokens),
            (Measure::CachedTokens, told.input_cached_tokens.unwrap()),
            (Measure::CacheWriteTokens, told.input_cache_write_tokens.unwrap()),
            (Measure::OutputImageTokens, told.output_image_tokens.unwrap()),
        ] {
            assert_eq!(sum(&rows, measure), expected, "{day} {measure:?}");
        }
        for row in &rows {
            assert_eq!(Day::of(api::Timestamp::from_unix_seconds(row.start)), day);
            let told = [row.project, row.user, row.api_key, row.model, row.service_tier];
            assert!(row.start % 3_600 == 0 && told.iter().all(|symbol| texts.text(*symbol).is_some()));
            assert!(row.batch.is_some());
        }
    }
    for (day, texts, rows) in usage(&world, &connection.id, Stream::WebSearchCalls).await {
        let [told] = told::<WebSearchCalls>(&world, "small", day).await.try_into().unwrap();
        assert_eq!(sum(&rows, Measure::Calls), told.num_requests, "{day}");
        assert!(rows.iter().all(|row| texts.text(row.context_level).is_some()));
    }
    for (day, texts, rows) in usage(&world, &connection.id, Stream::Images).await {
        let [told] = told::<Images>(&world, "small", day).await.try_into().unwrap();
        assert_eq!(sum(&rows, Measure::Images), told.images, "{day}");
        assert!(rows.iter().all(|row| texts.text(row.size).is_some() && texts.text(row.source).is_some()));
    }
    for (day, _, rows) in usage(&world, &connection.id, Stream::Embeddings).await {
        let [told] = told::<Embeddings>(&world, "small", day).await.try_into().unwrap();
        assert_eq!(sum(&rows, Measure::InputTokens), told.input_tokens, "{day}");
    }
    // Stored bytes are a level: every hour has all of them.
    for (day, _, rows) in usage(&world, &connection.id, Stream::VectorStores).await {
        let [told] = told::<VectorStores>(&world, "small", day).await.try_into().unwrap();
        let last = rows.iter().map(|row| row.start).max().unwrap();
        let level: Vec<_> = rows.iter().filter(|row| row.start == last).copied().collect();
        assert_eq!(sum(&level, Measure::Bytes), told.usage_bytes, "{day}");
    }
    for stream in Stream::ALL.iter().filter(|stream| !stream.is_money()) {
        assert!(!segments(&world, &connection.id, *stream).await.is_empty(), "{stream:?}");
    }
}

#[tokio::test]
async fn an_organization_whose_costs_are_not_grouped_by_key_is_imported_without_keys() {
    let world = World::new().await;
    let connection = world.imported("no-key-grouping").await;
    assert_eq!(connection.status, ConnectionStatus::Healthy);
    let oracle = world.upstream.organization(&key("no-key-grouping")).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    for (day, texts, lines) in costs(&world, &connection.id, Stream::Costs).await {
        let billed: Amount = lines.iter().map(|line| line.amount).sum();
        let (start, end) = (day.start().unix_seconds(), day.plus(1).start().unix_seconds());
        assert_eq!(billed, oracle.billed(start, end, now), "{day}");
        assert!(lines.iter().all(|line| texts.text(line.api_key).is_none()));
        assert!(lines.iter().all(|line| texts.text(line.line_item).is_some()));
    }
}

#[tokio::test]
async fn days_that_come_where_hours_were_asked_for_are_read_as_days() {
    let world = World::new().await;
    let connection = world.imported("days-for-hours").await;
    assert_eq!(connection.status, ConnectionStatus::Healthy);
    for (day, _, rows) in usage(&world, &connection.id, Stream::Completions).await {
        let [told] = told::<Completions>(&world, "days-for-hours", day).await.try_into().unwrap();
        let counted: u64 = rows.iter().map(|row| row.measures.or_zero(Measure::InputTokens)).sum();
        assert_eq!(counted, told.input_tokens, "{day}");
    }
}

#[tokio::test]
async fn usage_that_openai_does_not_have_is_named_asked_for_once_and_keeps_nothing_else_away() {
    let world = World::new().await;
    let connection = world.imported("no-vector-stores").await;
    let of = |connection: &Connection, stream| {
        connection.streams.iter().find(|of| of.stream == stream).unwrap().clone()
    };
    assert_eq!(failure(&connection), &Cause::NotOffered);
    assert_eq!(of(&connection, Stream::VectorStores).days_imported, 0);
    assert_eq!(of(&connection, Stream::Completions).days_imported, 30);
    assert_eq!(of(&connection, Stream::Costs).days_imported, 30);
    let asked = world.upstream.requests();
    // As many as are read at once, before the first of them has come back.
    let asked = asked.iter().filter(|request| request.path.ends_with("/vector_stores")).count();
    assert!(asked <= 8, "{asked}");
}

#[tokio::test]
async fn days_that_openai_leaves_out_are_missing_and_named() {
    let mut world = World::new().await;
    let connection = world.imported("gap").await;
    let gap = world.today().plus(-10);
    assert!(matches!(connection.status, ConnectionStatus::Degraded { .. }), "{:?}", connection.status);
    assert_eq!(failure(&connection), &Cause::DaysMissing { days: vec![gap] });
    for stream in &connection.streams {
        assert_eq!(stream.days_imported, 29, "{:?}", stream.stream);
    }
    let shown = world.costs(None).await;
    for day in &shown.days {
        assert_eq!(day.coverage == Coverage::Missing, day.day == gap, "{}", day.day);
    }
    // The gap of the next day is another one, so that what was missing comes.
    world.advance(13 * 3_600).await;
    world.import().await;
    let after = world.view(&connection.id).await;
    assert_eq!(after.status, ConnectionStatus::Healthy);
    let shown = world.costs(None).await;
    assert!(shown.days.iter().all(|day| day.coverage != Coverage::Missing));
}

#[tokio::test]
async fn a_day_that_vanishes_upstream_vanishes_here_and_the_change_is_on_record() {
    let mut world = World::new().await;
    let connection = world.imported("vanishing-day").await;
    let day = world.today().plus(-3);
    let before: Vec<_> = costs(&world, &connection.id, Stream::Costs).await;
    let billed: Amount = before
        .iter()
        .filter(|(of, ..)| *of == day)
        .flat_map(|(.., lines)| lines)
        .map(|line| line.amount)
        .sum();
    assert!(billed > Amount::ZERO);
    world.advance(3_900).await;
    world.import().await;
    let after = costs(&world, &connection.id, Stream::Costs).await;
    assert!(!after.iter().any(|(of, ..)| *of == day));
    assert_eq!(after.len(), before.len() - 1);

    let tenant = &world.admin.user.as_ref().unwrap().tenant;
    let mut db = world.house.app.store.read().await.unwrap();
    let connections = [connection.id.clone()];
    let mut latest = cost_restatement::latest(&mut db, tenant, &connections, 9).await.unwrap();
    let [change] = latest.remove(&connection.id).unwrap().try_into().unwrap();
    assert_eq!((change.day, change.old, change.new), (day, billed, Amount::ZERO));
    assert_eq!(change.noticed_at, world.house.app.clock.now());
}

#[tokio::test]
async fn ids_become_names_when_the_scope_is_granted() {
    let mut world = World::new().await;
    let connection = world.imported("no-management-scope").await;
    assert_eq!((world.count("api_key").await, world.count("member").await), (0, 0));
    world.rekey(&connection.id, "small").await;
    world.advance(3_900).await;
    world.import().await;
    assert!(world.view(&connection.id).await.management_readable);
    let oracle = world.upstream.organization(&key("small")).unwrap();
    let tenant = &world.admin.user.as_ref().unwrap().tenant;
    let mut db = world.house.app.store.read().await.unwrap();
    let keys = store::api_key::named(&mut db, tenant).await.unwrap();
    let known = |id: &str| oracle.api_keys.iter().find(|key| key.id == id).map(|key| key.name.as_str());
    assert_eq!(keys.len(), oracle.api_keys.len());
    assert!(keys.iter().all(|(_, id, name)| known(id) == Some(name)));
    let members = store::member::list(&mut db, tenant).await.unwrap();
    let emails: Vec<_> = members.iter().map(|(_, member)| member.email.clone().unwrap()).collect();
    assert_eq!(emails.len(), oracle.users.len());
    assert!(oracle.users.iter().all(|user| emails.contains(&user.email)));
}

#[tokio::test]
async fn the_costs_of_the_last_month_are_read_again_once_a_day() {
    let mut world = World::new().await;
    world.imported("small").await;
    for (hours, expected) in [(2, false), (23, true), (2, false)] {
        world.upstream.forget_requests();
        world.advance(hours * 3_600).await;
        world.import().await;
        let older = world.today().plus(-20).start().unix_seconds();
        let asked = world.upstream.requests();
        let start = |query: &str| query.split(['=', '&']).nth(1).unwrap().parse::<i64>().unwrap();
        let again = asked.iter().filter(|request| request.path.ends_with("/costs"));
        let again = again.filter(|request| start(&request.query) < older).count();
        assert_eq!(again > 0, expected, "after {hours} hours: {again}");
    }
}

#[tokio::test]
async fn a_day_that_does_not_come_holds_up_none_beside_it() {
    let mut world = World::new().await;
    let connection = world.imported("recent-gap").await;
    let gap = world.today().plus(-4);
    assert_eq!(failure(&connection), &Cause::DaysMissing { days: vec![gap] });
    world.upstream.forget_requests();
    world.advance(3_900).await;
    world.import().await;
    let oracle = world.upstream.organization(&key("recent-gap")).unwrap();
    let (start, now) = (world.today().start().unix_seconds(), world.house.app.clock.now().unix_seconds());
    let today = world.costs(None).await.days.into_iter().find(|day| day.day == world.today()).unwrap();
    let read = today.amount;
    assert_eq!(read, oracle.billed(start, start + 86_400, now), "today was read again");
    let after = world.view(&connection.id).await;
    assert_eq!(failure(&after), &Cause::DaysMissing { days: vec![gap] });
    for stream in &after.streams {
        assert_eq!((stream.days_imported, stream.through), (29, Some(world.today())), "{:?}", stream.stream);
    }
}

#[tokio::test]
async fn costs_that_are_late_are_no_failure_and_are_not_shown_as_nothing() {
    let world = World::new().await;
    let connection = world.imported("absent-costs").await;
    assert_eq!(connection.status, ConnectionStatus::Healthy);
    for stream in &connection.streams {
        let expected = if stream.stream.is_money() { 27 } else { 30 };
        assert_eq!(stream.days_imported, expected, "{:?}", stream.stream);
    }
    for day in &world.costs(None).await.days {
        assert_eq!(day.coverage == Coverage::Missing, day.day >= world.today().plus(-2), "{}", day.day);
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_makes_its_day_missing_and_no_other() {
    let world = World::new().await;
    let connection = world.imported("odd-rows").await;
    let odd = world.today().plus(-5);
    assert_eq!(failure(&connection), &Cause::DaysMissing { days: vec![odd] });
    let oracle = world.upstream.organization(&key("odd-rows")).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    let kept = costs(&world, &connection.id, Stream::Costs).await;
    assert_eq!(kept.len(), 29);
    for (day, _, lines) in kept {
        assert_ne!(day, odd);
        let billed: Amount = lines.iter().map(|line| line.amount).sum();
        let (start, end) = (day.start().unix_seconds(), day.plus(1).start().unix_seconds());
        assert_eq!(billed, oracle.billed(start, end, now), "{day}");
        assert!(lines.iter().all(|line| line.currency == api::Currency::USD));
    }
}

#[tokio::test]
async fn usage_is_read_more_coarsely_where_openai_refuses_to_tell_it_finely() {
    let world = World::new().await;
    for name in ["no-tier-grouping", "no-old-hours"] {
        let connection = world.imported(name).await;
        assert_eq!(connection.status, ConnectionStatus::Healthy, "{name}");
        for (day, texts, rows) in usage(&world, &connection.id, Stream::Completions).await {
            let [told] = told::<Completions>(&world, name, day).await.try_into().unwrap();
            let counted: u64 = rows.iter().map(|row| row.measures.or_zero(Measure::InputTokens)).sum();
            assert_eq!(counted, told.input_tokens, "{name} {day}");
            let has_tiers = rows.iter().any(|row| texts.text(row.service_tier).is_some());
            assert_eq!(has_tiers, name == "no-old-hours", "{day}");
            let has_hours = rows.iter().any(|row| row.start != day.start().unix_seconds());
            let is_old = day < world.today().plus(-6);
            assert!(has_hours != is_old || name == "no-tier-grouping" && has_hours, "{name} {day}");
        }
    }
}

#[tokio::test]
async fn an_organization_that_another_account_has_is_not_imported_twice() {
    let world = World::new().await;
    let small = world.imported("small").await;
    let other = world.connected("second").await;
    world.rekey(&other.id, "small-second-key").await;
    world.import().await;
    let other = world.view(&other.id).await;
    let Cause::AlreadyConnected { connection } = failure(&other) else { panic!("{:?}", other.status) };
    assert_eq!(connection.id, small.id);
    assert!(costs(&world, &other.id, Stream::Costs).await.is_empty());
    let total = |costs: api::cost::DailyCosts| costs.days.iter().map(|day| day.amount).sum::<Amount>();
    assert_eq!(total(world.costs(None).await), total(world.costs(Some(&small.id)).await));
}

#[tokio::test]
async fn what_one_list_of_names_tells_is_kept_whatever_becomes_of_the_others() {
    let world = World::new().await;
    let connection = world.imported("some-names").await;
    assert!(connection.management_readable);
    let oracle = world.upstream.organization(&key("some-names")).unwrap();
    let named = i64::try_from(oracle.projects.len()).unwrap();
    assert_eq!((world.count("project").await, world.count("member").await), (named, 0));
    let keys = oracle.api_keys.iter().filter(|key| key.project != 0).count();
    assert_eq!(world.count("api_key").await, i64::try_from(keys).unwrap());
}

//! What is counted rather than timed: calls of an import, bytes of a row and of a fact. A change that needs more of them
//! says so here.

use std::collections::BTreeSet;

use api::connection::Stream;
use api::{ConnectionId, Day};
use facts::CubeBuilder;
use server::freshness::ImportedStreams;
use server::roll_up::{Grain, facts_of};
use server::store::segment::Segment;
use simulator::key::KEYS;
use simulator::organization::Organization;

use crate::told::Told;
use crate::upstream::World;

#[tokio::test]
async fn a_month_is_imported_with_few_calls() {
    let world = World::new().await;
    world.connected("small").await;
    world.upstream.forget_requests();
    world.import().await;
    let requests = world.upstream.requests();
    let calls = |part: &str| requests.iter().filter(|request| request.path.contains(part)).count();
    // Ten kinds of usage in windows of a week, costs in two windows, the walk back through the totals.
    assert!(calls("/usage/") <= 50, "{}", calls("/usage/"));
    // 13 of them look for the first cost, half a year each.
    assert!(calls("/costs") <= 16, "{}", calls("/costs"));
    // Projects, people, the admin key, and the API keys of each project.
    assert!(requests.len() - calls("/usage/") - calls("/costs") <= 6, "{}", requests.len());
}

#[test]
fn rows_and_facts_take_few_bytes() {
    let first = Day::parse("2026-11-17").unwrap();
    let organization = Organization::large(0, first.start().unix_seconds());
    let connection = ConnectionId::parse("conn_00000000000000000000000000000001").unwrap();
    let now = first.plus(9).start().unix_seconds();
    let (mut rows, mut row_bytes) = (0, 0);
    let mut whole: Option<CubeBuilder> = None;
    for day in [first, first.plus(1)] {
        let told = Told::of(&organization, &KEYS[0], day, now);
        let segment = |(stream, read): (Stream, server::store::segment::Read)| {
            rows += read.row_count;
            row_bytes += read.body.len();
            Segment { connection: connection.clone(), stream, day, body: read.body }
        };
        let segments: Vec<Segment> =
            told.read.into_iter().filter(|(_, read)| read.row_count > 0).map(segment).collect();
        let all: BTreeSet<Stream> = Stream::ALL.iter().copied().collect();
        let imported = ImportedStreams::from([((connection.clone(), day), all)]);
        let stretch = facts_of((&connection, day), &segments, &imported, Grain::Day).unwrap();
        for cube in &stretch.cubes {
            whole.get_or_insert_with(|| CubeBuilder::new(cube.currency())).add_cube(cube);
        }
        assert_eq!(stretch.cubes.iter().map(|cube| cube.total().pico()).sum::<i128>(), told.billed);
    }
    let cube = whole.unwrap().finish();
    let (facts, fact_bytes) = (cube.len(), cube.encode().len());
    assert!(rows > 50_000 && facts > 4_000, "{rows} rows, {facts} facts");
    assert!(row_bytes <= 14 * rows, "{row_bytes} bytes for {rows} rows");
    assert!(fact_bytes <= 28 * facts, "{fact_bytes} bytes for {facts} facts");
}

//! Amounts: what they follow from.

use money::Amount;
use simulator::clock::{Clock, DAY};
use simulator::{Config, Running, key};

use crate::{COMPLETIONS, COSTS, NOW, TODAY, billed, get, rows, simulator};

#[tokio::test]
async fn amounts_follow_from_quantities_and_quantities_are_the_usage() {
    let running = simulator().await;
    let range = format!("start_time={}&end_time={TODAY}", TODAY - DAY);
    let lines = rows(&get(&running, &format!("{COSTS}?{range}&group_by=line_item"), "large").await.json());
    let models = rows(
        &get(&running, &format!("{COMPLETIONS}?{range}&group_by=model,batch,service_tier"), "large")
            .await
            .json(),
    );
    let quantity = |wanted: &dyn Fn(&str) -> bool| -> u64 {
        let found = lines.iter().filter(|row| wanted(row["line_item"].as_str().unwrap()));
        found.map(|row| row["quantity"].as_u64().unwrap()).sum()
    };
    let usage = |field: &str, model: &str| -> u64 {
        let found = models.iter().filter(|row| row["model"] == model && row["batch"] == false);
        found.map(|row| row[field].as_u64().unwrap()).sum()
    };
    for model in ["gpt-5.4-2026-03-05", "gpt-5.6-terra"] {
        for (direction, field) in [
            ("input", "input_uncached_tokens"),
            ("cached input", "input_cached_tokens"),
            ("cache writes", "input_cache_write_tokens"),
            ("output", "output_tokens"),
        ] {
            let name = format!("{model}, {direction}");
            let billed = quantity(&|item| {
                let item = item.trim_start_matches("priority | ");
                item == name || item == format!("{name}, long context")
            });
            assert_eq!(billed, usage(field, model), "{name}");
        }
    }
    assert!(quantity(&|item| item == "gpt-5.6-terra, cache writes") > 0);
    assert!(quantity(&|item| item == "gpt-5.4-2026-03-05, output, long context") > 0);
    let row = lines.iter().find(|row| row["line_item"] == "gpt-5.5-2026-04-23, output").unwrap();
    let price = Amount::from_pico(i128::from(row["quantity"].as_u64().unwrap()) * 30_000_000).unwrap();
    let body = get(
        &running,
        &format!("{COSTS}?{range}&group_by=line_item&line_items=gpt-5.5-2026-04-23,%20output"),
        "large",
    )
    .await;
    // A line item has a comma in it, so a list with commas cannot name it.
    assert_eq!(billed(&body.body), Amount::ZERO);
    assert_eq!(
        row["amount"]["value"].to_string().parse::<f64>().unwrap(),
        price.to_string().parse::<f64>().unwrap()
    );
}

#[tokio::test]
async fn days_cost_the_same_whenever_the_simulator_starts_and_follow_week_and_growth() {
    let secret = key::named("large").unwrap().secret();
    let first = simulator().await;
    let later =
        simulator::start(Config { clock: Clock::set_to(NOW + 9 * DAY), ..Config::default() }).await.unwrap();
    let day = |running: &Running, day: i64| {
        running.organization(&secret).unwrap().billed(
            TODAY + day * DAY,
            TODAY + (day + 1) * DAY,
            NOW + 9 * DAY,
        )
    };
    assert_eq!(day(&first, -4), day(&later, -4));
    // 2026-11-22 was a Sunday.
    assert!(day(&first, -1).pico() * 2 < day(&first, -4).pico());
    assert!(day(&first, -3 - 364).pico() * 5 / 4 < day(&first, -3).pico(), "a year of growth");
    let other =
        simulator::start(Config { clock: Clock::set_to(NOW), seed: 7, ..Config::default() }).await.unwrap();
    assert_ne!(day(&first, -4), day(&other, -4));
    assert_ne!(first.organization(&secret).unwrap().id, other.organization(&secret).unwrap().id);

    let organization = first.organization(&secret).unwrap();
    assert_eq!((organization.projects.len(), organization.api_keys.len()), (200, 1_000));
    assert_eq!(organization.first_day, TODAY - 729 * DAY);
    let by_item = organization.billed_by_line_item(TODAY - DAY, TODAY, NOW);
    assert_eq!(by_item.values().copied().sum::<Amount>(), day(&first, -1));
    let range = format!("start_time={}&end_time={TODAY}", TODAY - DAY);
    let page = get(&first, &format!("{COSTS}?{range}&group_by=project_id&group_by=line_item"), "large").await;
    assert_eq!(rows(&page.json()).len(), organization.row_count(TODAY - DAY, TODAY, NOW));
}

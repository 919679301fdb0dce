//! Parameters: refusals, defaults, cursors, spellings and filters.

use std::collections::BTreeSet;

use serde_json::Value;
use simulator::clock::DAY;
use simulator::key;

use crate::{COMPLETIONS, COSTS, NOW, TODAY, billed, get, rows, simulator};

#[tokio::test]
async fn wrong_parameters_are_refused_in_openais_words() {
    let running = simulator().await;
    for (target, message, param, code) in [
        (
            format!("{COSTS}?start_time={TODAY}&limit=366"),
            "Invalid limit provided: 366. Limit must be less than or equal to 180.",
            Value::Null,
            "invalid_request_error",
        ),
        (
            format!("{COMPLETIONS}?start_time={TODAY}&limit=32"),
            "Invalid limit provided: 32. Limit must be less than or equal to 31.",
            Value::Null,
            "invalid_request_error",
        ),
        (
            format!("{COMPLETIONS}?start_time={TODAY}&bucket_width=1h&limit=169"),
            "Invalid limit provided: 169. Limit must be less than or equal to 168.",
            Value::Null,
            "invalid_request_error",
        ),
        (
            format!("{COMPLETIONS}?start_time={TODAY}&bucket_width=1m&limit=1441"),
            "Invalid limit provided: 1441. Limit must be less than or equal to 1440.",
            Value::Null,
            "invalid_request_error",
        ),
        (
            format!("{COSTS}?start_time={TODAY}&bucket_width=1h"),
            "Invalid value: '1h'. Supported values are: '1d'.",
            "bucket_width".into(),
            "invalid_value",
        ),
        (
            format!("{COSTS}?start_time=1764979199&group_by=api_key_id"),
            "group_by=api_key_id is not available for this time range. Try a start_time on or after 1764979200.",
            "start_time".into(),
            "invalid_request_error",
        ),
        (
            format!("{COSTS}?start_time=yesterday"),
            "Invalid type for 'start_time'.",
            "start_time".into(),
            "invalid_type",
        ),
        (
            format!("{COSTS}?start_time=-9223372036854775808"),
            "Invalid type for 'start_time'.",
            "start_time".into(),
            "invalid_type",
        ),
        (COSTS.to_owned(), "Missing required parameter: 'start_time'.", Value::Null, "invalid_request_error"),
        (
            format!("{COSTS}?start_time={TODAY}&group_by=model"),
            "Invalid value: 'model'. Supported values are: 'project_id', 'line_item', 'api_key_id', 'user_id'.",
            "group_by".into(),
            "invalid_value",
        ),
    ] {
        let answer = get(&running, &target, "small").await;
        let error = answer.json()["error"].clone();
        assert_eq!((answer.status, answer.message().as_str()), (400, message), "{target}");
        assert_eq!((&error["param"], error["code"].as_str()), (&param, Some(code)), "{target}");
    }
    let floor = format!("{COSTS}?start_time=1764979200&group_by=api_key_id&limit=1");
    assert_eq!(get(&running, &floor, "large").await.status, 200);
}

#[tokio::test]
async fn default_limits_are_those_of_the_endpoint_and_width() {
    let running = simulator().await;
    let start = TODAY - 20 * DAY;
    for (target, buckets) in [
        (format!("{COSTS}?start_time={start}"), 7),
        (format!("{COMPLETIONS}?start_time={start}"), 7),
        (format!("{COMPLETIONS}?start_time={start}&bucket_width=1h"), 24),
        (format!("{COMPLETIONS}?start_time={start}&bucket_width=1m"), 60),
    ] {
        let page = get(&running, &target, "small").await.json();
        assert_eq!(page["data"].as_array().unwrap().len(), buckets, "{target}");
        assert_eq!(page["has_more"], true);
    }
    for (path, size) in [("projects?include_archived=true", 20), ("users", 20)] {
        let page = get(&running, &format!("/v1/organization/{path}"), "large").await.json();
        assert_eq!(page["data"].as_array().unwrap().len(), size, "{path}");
        assert_eq!(page["last_id"], page["data"][size - 1]["id"]);
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_query_only() {
    let running = simulator().await;
    let query = format!("start_time={}&limit=2&group_by=project_id", TODAY - 9 * DAY);
    let first = get(&running, &format!("{COSTS}?{query}"), "small").await.json();
    let cursor = first["next_page"].as_str().unwrap();
    assert!(cursor.starts_with("page_"));
    let cursor = cursor.replace('=', "%3D").replace('+', "%2B").replace('/', "%2F");
    let second = get(&running, &format!("{COSTS}?{query}&page={cursor}"), "small").await.json();
    assert_eq!(second["data"][0]["start_time"], first["data"][1]["end_time"]);
    // The same query in the official clients' spelling is the same query.
    let brackets = query.replace("group_by", "group_by%5B%5D");
    assert_eq!(get(&running, &format!("{COSTS}?{brackets}&page={cursor}"), "small").await.status, 200);
    for (target, name) in [
        (format!("{COSTS}?{}&page={cursor}", query.replace("limit=2", "limit=3")), "small"),
        (format!("{COSTS}?{query}&group_by=line_item&page={cursor}"), "small"),
        (format!("{COSTS}?{query}&end_time={TODAY}&page={cursor}"), "small"),
        (format!("{COMPLETIONS}?{query}&page={cursor}"), "small"),
        (format!("{COSTS}?{query}&page={cursor}"), "second"),
        (format!("{COSTS}?{query}&page=page_AAAA"), "small"),
    ] {
        let answer = get(&running, &target, name).await;
        assert_eq!((answer.status, &answer.json()["error"]["param"]), (400, &"page".into()), "{target}");
    }
}

#[tokio::test]
async fn array_parameters_are_read_in_every_spelling_and_filters_filter() {
    let running = simulator().await;
    let start = format!("{COSTS}?start_time={}&end_time={TODAY}", TODAY - 2 * DAY);
    let by_key = get(&running, &format!("{start}&group_by=project_id,api_key_id"), "small").await.json();
    let grouped = rows(&by_key);
    let spellings =
        ["group_by=project_id&group_by=api_key_id", "group_by[]=project_id&group_by%5B%5D=api_key_id"];
    for spelling in spellings {
        assert_eq!(rows(&get(&running, &format!("{start}&{spelling}"), "small").await.json()), grouped);
    }
    assert!(grouped.iter().all(|row| row["line_item"].is_null() && row["quantity"].is_null()));
    let organization = running.organization(&key::named("small").unwrap().secret()).unwrap();
    let expected = organization.billed_by_project(TODAY - 2 * DAY, TODAY, NOW);
    let project = &organization.projects[1].id;
    let filtered = get(&running, &format!("{start}&project_ids={project}"), "small").await;
    assert_eq!(billed(&filtered.body), expected[&Some(project.clone())]);
    let both = format!("{start}&project_ids[]={project}&project_ids[]={}", organization.projects[0].id);
    let two = expected[&Some(project.clone())] + expected[&Some(organization.projects[0].id.clone())];
    assert_eq!(billed(&get(&running, &both, "small").await.body), two);
    let key_id = &organization.api_keys[0].id;
    let one = rows(
        &get(&running, &format!("{start}&api_key_ids={key_id}&group_by=api_key_id"), "small").await.json(),
    );
    assert!(!one.is_empty() && one.iter().all(|row| row["api_key_id"] == key_id.as_str()));

    let usage = format!("{COMPLETIONS}?start_time={}&end_time={TODAY}&group_by=model,batch", TODAY - DAY);
    let all = rows(&get(&running, &usage, "large").await.json());
    let models: BTreeSet<_> = all.iter().map(|row| row["model"].as_str().unwrap()).collect();
    assert!(models.len() > 2 && all.iter().all(|row| row["project_id"].is_null()));
    let model = models.first().unwrap();
    for (filter, field, value) in [
        (format!("models={model}"), "model", Value::from(*model)),
        ("batch=false".into(), "batch", false.into()),
    ] {
        let some = rows(&get(&running, &format!("{usage}&{filter}"), "large").await.json());
        let expected: Vec<_> = all.iter().filter(|row| row[field] == value).cloned().collect();
        assert!(some.len() < all.len(), "{filter} leaves nothing out");
        assert_eq!(some, expected, "{filter}");
    }
}

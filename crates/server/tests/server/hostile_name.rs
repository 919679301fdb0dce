//! Names that are markup, formulas or odd characters: they are told as they are, and a file for a spreadsheet has no formula
//! of them.

use std::collections::BTreeSet;

use api::endpoint::address;
use api::export::{Focus, FocusQuery, FocusVersion, Format};
use api::report::{Label, Metric, Period, Preset, Query, QueryCsv, ReportQuery};
use api::{Endpoint, Month, Nothing};
use axum::body::Body;
use http::Request;
use simulator::hostile::names;

use crate::harness::Answer;
use crate::upstream::World;

/// A name as a file has it: a spreadsheet takes what begins so for a text.
fn in_file(name: &str) -> String {
    if name.starts_with('=') { format!("'{name}") } else { name.to_owned() }
}

/// The texts in a column of a CSV file.
fn column(answer: &Answer, name: &str) -> BTreeSet<String> {
    let text = answer.text();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = reader.headers().unwrap().iter().position(|column| column == name).unwrap();
    reader.records().map(|record| record.unwrap()[at].to_owned()).collect()
}

/// A browser shows it as a file, and takes it for nothing else.
fn is_a_file(answer: &Answer) {
    assert!(answer.header("content-type").starts_with("text/csv"));
    assert!(answer.header("content-disposition").starts_with("attachment"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn hostile_names_are_told_as_they_are_and_are_no_formulas() {
    let world = World::new().await;
    let draft = world.tested("hostile-names").await;
    let organization = draft.organization.unwrap();
    let oracle = world.upstream.organization(&crate::upstream::key("hostile-names")).unwrap();
    assert_eq!(organization.name.as_deref(), Some(oracle.name.as_str()));
    world.imported("hostile-names").await;
    for slug in ["project", "openai/api_key_name", "genai/user_email"] {
        let label = Label::parse(slug).unwrap();
        let month = Period::Preset { preset: Preset::Last30Days };
        let query = ReportQuery {
            group_by: vec![label],
            ..ReportQuery::new(vec![Metric::Cost, Metric::Requests], month)
        };
        let report = world.admin.call::<Query>(&(), &Nothing {}, &query).await.unwrap();
        let told: BTreeSet<_> = report.rows.iter().flat_map(|row| row.labels.clone()).flatten().collect();
        let body = Body::from(serde_json::to_vec(&query).unwrap());
        let request = Request::post(QueryCsv::PATH).header("content-type", "application/json").body(body);
        let file = world.admin.send(request.unwrap()).await;
        is_a_file(&file);
        let written = column(&file, label.0.name());
        for name in names() {
            assert!(told.contains(&name), "{slug}: {name}");
            assert!(written.contains(&in_file(&name)), "{slug}: {name}");
        }
        assert!(!written.iter().any(|text| text.starts_with('=')), "{written:?}");
    }
    for version in [FocusVersion::V1_2, FocusVersion::V1_4] {
        let query =
            FocusQuery { month: Month::of(world.today()), connection: None, version, format: Format::Csv };
        let request = Request::get(address::<Focus>(&(), &query)).body(Body::empty()).unwrap();
        let file = world.admin.send(request).await;
        is_a_file(&file);
        // Programs compare the values of these files, so that names stay as they are in them: docs/asvs.md, 1.3.3.
        let projects = column(&file, "SubAccountName");
        for name in names() {
            assert!(projects.contains(&name), "{name}");
        }
        assert!(column(&file, "BillingAccountName").contains(&oracle.name));
    }
}

//! Saved reports: who sees them, who changes them, and what happens when two do.

use api::report::{Label, Metric, Period, Preset, ReportQuery};
use api::saved_report::{
    Change, Create, CreateError, Definition, Delete, DeleteError, Draft, List, MOST_REPORTS, SavedReport,
    Sharing, Show, Update, UpdateError, View, ViewError,
};
use api::{Nothing, PageQuery, Permission, Refused, SavedReportId};

use crate::harness::{House, Person};
use crate::upstream::specific;

fn draft(name: &str, sharing: Sharing) -> Draft {
    let period = Period::Preset { preset: Preset::MonthToDate };
    let group_by = vec![Label::parse("openai/base_model").unwrap()];
    let query = ReportQuery { group_by, ..ReportQuery::new(vec![Metric::Cost], period) };
    Draft { name: name.into(), sharing, definition: Definition { query, view: View::Columns } }
}

async fn create(person: &Person, draft: Draft) -> Result<SavedReport, Refused<CreateError>> {
    person.call::<Create>(&(), &Nothing {}, &draft).await
}

async fn change(
    person: &Person,
    report: &SavedReport,
    draft: Draft,
) -> Result<SavedReport, Refused<UpdateError>> {
    let change = Change { version: report.version, report: draft };
    person.call::<Update>(&report.id, &Nothing {}, &change).await
}

async fn names(person: &Person) -> Vec<String> {
    let page = person.call::<List>(&(), &PageQuery::default(), &Nothing {}).await.unwrap();
    page.items.into_iter().map(|report| report.name.to_string()).collect()
}

async fn analyst(house: &House) -> Person {
    house.person(&[Permission::CloudAnalyticsUser]).await
}

#[tokio::test]
async fn a_report_is_kept_changed_and_removed() {
    let house = House::new().await;
    let ada = analyst(&house).await;
    let made = create(&ada, draft("  Models ", Sharing::Private)).await.unwrap();
    assert_eq!((made.name.as_str(), made.version, made.mine), ("Models", 1, true));
    assert_eq!(made.owner, ada.user.as_ref().unwrap().email);
    assert_eq!(made.definition, draft("", Sharing::Private).definition);
    house.clock.advance(60);
    let changed = change(&ada, &made, draft("Models by day", Sharing::Tenant)).await.unwrap();
    assert_eq!((changed.version, changed.sharing), (2, Sharing::Tenant));
    assert_eq!((changed.created_at, changed.updated_at), (made.created_at, made.created_at.plus_seconds(60)));
    assert_eq!(ada.get::<Show>(&made.id).await.unwrap(), changed);
    create(&ada, draft("Newer", Sharing::Private)).await.unwrap();
    assert_eq!(names(&ada).await, ["Newer", "Models by day"]);
    for _ in 0..2 {
        ada.get::<Delete>(&made.id).await.unwrap();
    }
    assert_eq!(specific(ada.get::<Show>(&made.id).await), ViewError::UnknownReport);
    assert_eq!(names(&ada).await, ["Newer"]);
}

#[tokio::test]
async fn what_is_private_is_its_owners_and_what_is_shared_is_the_tenants() {
    let house = House::new().await;
    let (ada, bob) = (analyst(&house).await, analyst(&house).await);
    let private = create(&ada, draft("Private", Sharing::Private)).await.unwrap();
    let shared = create(&ada, draft("Shared", Sharing::Tenant)).await.unwrap();
    assert_eq!(names(&bob).await, ["Shared"]);
    assert!(!bob.get::<Show>(&shared.id).await.unwrap().mine);
    assert_eq!(specific(bob.get::<Show>(&private.id).await), ViewError::UnknownReport);
    let other = draft("Mine now", Sharing::Private);
    assert_eq!(specific(change(&bob, &private, other.clone()).await), UpdateError::UnknownReport);
    assert_eq!(specific(change(&bob, &shared, other.clone()).await), UpdateError::NotYours);
    assert_eq!(specific(bob.get::<Delete>(&shared.id).await), DeleteError::NotYours);
    bob.get::<Delete>(&private.id).await.unwrap();
    assert_eq!(ada.get::<Show>(&private.id).await.unwrap(), private, "what he cannot see he cannot remove");

    let stranger = house.stranger(&[Permission::CloudAnalyticsUser]).await;
    assert_eq!(names(&stranger).await, Vec::<String>::new());
    assert_eq!(specific(stranger.get::<Show>(&shared.id).await), ViewError::UnknownReport);
    assert_eq!(specific(change(&stranger, &shared, other).await), UpdateError::UnknownReport);
    stranger.get::<Delete>(&shared.id).await.unwrap();
    assert_eq!(names(&ada).await.len(), 2);
}

#[tokio::test]
async fn an_analytics_admin_removes_what_others_share_and_nothing_that_is_private() {
    let house = House::new().await;
    let ada = analyst(&house).await;
    let private = create(&ada, draft("Private", Sharing::Private)).await.unwrap();
    let shared = create(&ada, draft("Shared", Sharing::Tenant)).await.unwrap();
    let elsewhere = house.stranger(&[Permission::CloudAnalyticsAdmin]).await;
    elsewhere.get::<Delete>(&shared.id).await.unwrap();
    assert_eq!(names(&ada).await.len(), 2);
    let admin = house.person(&[Permission::CloudAnalyticsAdmin]).await;
    admin.get::<Delete>(&private.id).await.unwrap();
    admin.get::<Delete>(&shared.id).await.unwrap();
    assert_eq!(names(&ada).await, ["Private"]);
}

#[tokio::test]
async fn of_two_who_change_the_same_version_one_is_told() {
    let house = House::new().await;
    let ada = analyst(&house).await;
    let made = create(&ada, draft("Models", Sharing::Private)).await.unwrap();
    let changes = (0..8).map(|n| change(&ada, &made, draft(&format!("Models {n}"), Sharing::Private)));
    let done = futures::future::join_all(changes).await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
    for refused in done.into_iter().filter(Result::is_err) {
        assert_eq!(specific(refused), UpdateError::Changed { version: 2 });
    }
}

#[tokio::test]
async fn what_is_no_report_is_refused_by_field() {
    let house = House::new().await;
    let ada = analyst(&house).await;
    let mut bad = draft(" ", Sharing::Private);
    bad.definition.query.metrics.clear();
    let fields =
        |issues: Vec<api::FieldError>| issues.into_iter().map(|issue| issue.field).collect::<Vec<_>>();
    match specific(create(&ada, bad.clone()).await) {
        CreateError::Unfit { issues } => assert_eq!(fields(issues), ["name", "definition.query.metrics"]),
        other => panic!("{other:?}"),
    }
    let made = create(&ada, draft("Fine", Sharing::Private)).await.unwrap();
    match specific(change(&ada, &made, bad).await) {
        UpdateError::Unfit { issues } => {
            assert_eq!(fields(issues), ["report.name", "report.definition.query.metrics"]);
        }
        other => panic!("{other:?}"),
    }
    let nobody = SavedReportId::parse("report_0").unwrap();
    assert_eq!(specific(ada.get::<Show>(&nobody).await), ViewError::UnknownReport);
}

#[tokio::test]
async fn somebody_has_so_many_reports_and_a_list_has_parts() {
    let house = House::new().await;
    let ada = analyst(&house).await;
    for number in 0..MOST_REPORTS {
        create(&ada, draft(&format!("Report {number}"), Sharing::Tenant)).await.unwrap();
    }
    assert_eq!(specific(create(&ada, draft("One more", Sharing::Private)).await), CreateError::TooMany);
    let bob = analyst(&house).await;
    create(&bob, draft("Bob's first", Sharing::Private)).await.unwrap();
    let mut seen = Vec::new();
    let mut query = PageQuery { after: None, limit: Some(100) };
    loop {
        let page = bob.call::<List>(&(), &query, &Nothing {}).await.unwrap();
        seen.extend(page.items.into_iter().map(|report| report.id));
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen.len(), MOST_REPORTS as usize + 1);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), MOST_REPORTS as usize + 1, "each is listed once");
}

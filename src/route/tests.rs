//! Addresses, both ways.

use super::*;

fn read(address: &str) -> Route {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    Route::parse(path, query)
}

#[test]
fn every_address_prints_as_it_was_read() {
    for address in [
        "/",
        "/lens",
        "/lens?period=last-7-days",
        "/lens?period=2026-11-01~2026-11-23&account=conn_1",
        "/lens?by=service&filter=service%3AWeb%20Search&filter=-genai/model%3Agpt-5",
        "/lens?period=last-7&day=2026-11-20&by=service&table=billed&table=tokens",
        "/reports",
        "/reports/new",
        "/reports/new?metrics=cost&filter=-project%3Aa%26b%3D%2B%25&or=%C3%A9%20%231",
        "/exports?month=2026-11&format=parquet",
        "/changes",
        "/changes?period=2026-10&filter=-project%3Aa%26b",
        "/reconciliation",
        "/reconciliation?period=2026-10&day=2026-10-05",
        "/assets/openai",
        "/assets/openai/conn_1",
        "/connect",
        "/connect?from=/lens",
        "/connect?from=/lens%3Fperiod%3Dlast-7%26account%3Dconn_1%26by%3Dservice%26filter%3D-service%253AWeb%2520Search",
        "/connect/key?from=/assets/openai",
        "/connect/key?draft=draft_1&from=/changes%3Fperiod%3D2026-10",
        "/connect/draft_1?from=/assets/openai",
        "/connect?draft=draft_1&from=/assets/openai/conn_1&renews=conn_1",
        "/connect/draft_1?from=/lens&renews=conn_2",
        "/support",
        "/support/new",
        "/support/new?draft=draft_1",
        "/login",
        "/login/return?code=c%3D1&state=s&iss=https%3A//id.example.com",
        "/login?return=/connect/draft_1%3Ffrom%3D/lens",
        "/setup",
        "/invitation",
        "/access",
        "/access?permission=cloud-analytics-user",
        "/people",
        "/audit-log?text=key&kind=key_entered",
        "/audit-log/calls?account=conn_1",
        "/profile",
        "/notifications",
        "/nowhere",
    ] {
        assert_eq!(read(address).to_string(), address);
    }
    let id = format!("{}1", SupportRequestId::PREFIX);
    assert_eq!(read(&format!("/support/{id}")).to_string(), format!("/support/{id}"));
    let id = format!("{}1", SavedReportId::PREFIX);
    for address in [format!("/reports/{id}"), format!("/reports/{id}?view=table")] {
        assert_eq!(read(&address).to_string(), address);
    }
}

#[test]
fn other_spellings() {
    assert_eq!(read("/assets"), Route::Assets);
    assert_eq!(read("/lens/"), Route::lens());
    assert_eq!(read("/assets/openai/DROP TABLE"), Route::NotFound("/assets/openai/DROP TABLE".into()));
    assert_eq!(read("/connect?from=elsewhere"), Route::connect(Route::Home));
    assert_eq!(read("/connect/DROP TABLE"), Route::NotFound("/connect/DROP TABLE".into()));
}

#[test]
fn signing_in_never_leads_off_the_site() {
    for address in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "/login",
        "%2F%2Fevil",
        "/login/return%3Fcode=c",
    ] {
        assert_eq!(read(&format!("/login?return={address}")), Route::Login { back: Box::new(Route::Home) });
    }
    let back = Box::new(Route::connect(Route::Assets));
    assert_eq!(read("/login?return=%2Fconnect%3Ffrom%3D/assets"), Route::Login { back });
}

#[test]
fn the_wizard_keeps_the_page_behind_it() {
    assert_eq!(Route::connect(Route::lens()).place(), Place::Lens);
    assert_eq!(read("/connect/key").place(), Place::Home);
    assert_eq!(read("/connect?from=/reconciliation%3Fperiod%3D2026-10").place(), Place::Reconciliation);
}

#[test]
fn the_wizard_stands_over_pages_of_this_console_and_never_over_itself() {
    for address in [
        "https://evil.example",
        "//evil.example",
        "/connect/key",
        "/connect%3Ffrom=/lens",
        "/login",
        "/nowhere",
    ] {
        assert_eq!(read(&format!("/connect?from={address}")), Route::connect(Route::Home), "{address}");
    }
    let open = Route::connect(Route::lens());
    assert_eq!(Route::connect(open.clone()), open);
}

#[test]
fn pairs_keep_their_order_and_empty_values() {
    let Route::ReportNew(pairs) = read("/reports/new?filter=project%3A&or=&filter=unit%3Atokens&odd") else {
        panic!("another route");
    };
    let texts: Vec<_> = pairs.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(texts, [("filter", "project:"), ("or", ""), ("filter", "unit:tokens")]);
    assert_eq!((pairs.get("or"), pairs.get("none")), (Some(""), None));
}

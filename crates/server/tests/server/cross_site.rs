//! What another site's page makes a browser send changes nothing.

use api::{Method, Permission};
use axum::body::Body;
use http::Request;

use crate::harness::House;

#[tokio::test]
async fn only_own_pages_and_programs_that_are_no_browsers_change_anything() {
    let house = House::new().await;
    let person = house.person(Permission::ALL).await;
    for (headers, refused) in [
        (vec![("sec-fetch-site", "cross-site")], true),
        (vec![("sec-fetch-site", "same-site")], true),
        (vec![("origin", "https://evil.example")], true),
        (vec![("origin", "null")], true),
        (vec![("sec-fetch-site", "cross-site"), ("origin", "http://lens.example")], true),
        (vec![("sec-fetch-site", "same-origin")], false),
        (vec![("sec-fetch-site", "none")], false),
        (vec![("origin", "http://lens.example")], false),
        (vec![], false),
    ] {
        for endpoint in api::ALL {
            let path = endpoint.path.replace("{draft}", "draft_1").replace("{connection}", "conn_1");
            let path = path.replace("{support_request}", "support_1");
            let mut request =
                Request::builder().method(endpoint.method.as_str()).uri(path).header("host", "lens.example");
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            // Signing out would end the session of the next turn.
            if endpoint.path == "/api/v1/session" && endpoint.method == Method::Delete && !refused {
                continue;
            }
            let answer = person.send(request.body(Body::empty()).unwrap()).await;
            let is_refused = answer.status == 403 && answer.json_code() == "cross_site";
            let expected = refused && endpoint.method != Method::Get;
            assert_eq!(is_refused, expected, "{} {} {headers:?}", endpoint.method.as_str(), endpoint.path);
        }
    }
}

//! Whatever a program sends as the body of a call: it is refused, or what was understood of it is written as it is read. The
//! first byte says which call it is.

#![no_main]

use api::Endpoint;
use libfuzzer_sys::fuzz_target;

const READERS: &[fn(&[u8])] = &[
    read::<api::access_request::Create>,
    read::<api::api_token::Create>,
    read::<api::change::Query>,
    read::<api::client_report::Create>,
    read::<api::connection::Disconnect>,
    read::<api::connection::Rename>,
    read::<api::connection::Test>,
    read::<api::connection_draft::Create>,
    read::<api::connection_draft::Finish>,
    read::<api::invitation::Accept>,
    read::<api::invitation::Create>,
    read::<api::invitation::Look>,
    read::<api::notification::Choose>,
    read::<api::password::Change>,
    read::<api::report::Query>,
    read::<api::saved_report::Create>,
    read::<api::saved_report::Update>,
    read::<api::second_factor::Confirm>,
    read::<api::second_factor::Enrol>,
    read::<api::session::Create>,
    read::<api::setup::Create>,
    read::<api::sign_in_rule::Update>,
    read::<api::sign_on::Begin>,
    read::<api::sign_on::Finish>,
    read::<api::support_request::Create>,
    read::<api::user::Update>,
    read::<api::webhook::Create>,
    read::<api::webhook::Update>,
];

fuzz_target!(|data: &[u8]| {
    let Some((which, body)) = data.split_first() else { return };
    let Some(read) = READERS.get(usize::from(which.wrapping_sub(b'A')) % READERS.len()) else { return };
    read(body);
});

fn read<E: Endpoint>(body: &[u8]) {
    let Ok(first) = serde_json::from_slice::<E::Body>(body) else { return };
    let written = serde_json::to_string(&first).expect("what was read is written");
    let second: E::Body = serde_json::from_str(&written).expect("and read again");
    assert_eq!(serde_json::to_string(&second).expect("and written again"), written);
}

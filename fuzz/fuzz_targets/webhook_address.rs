//! Whatever is entered as a webhook's address: it is refused, or it leads by https to a name or to the internet, is kept as
//! it is read, and is shown without its path.

#![no_main]
#![allow(dead_code, reason = "of the crate's own files, the fuzzer calls what reads")]

// What reads an address needs the type alone, and not the client that has it.
extern crate url as reqwest;

#[path = "../../crates/courier/src/public.rs"]
mod public;
#[path = "../../crates/courier/src/target.rs"]
mod target;

use libfuzzer_sys::fuzz_target;
use target::{Reach, Target};
use url::{Host, Url};

fuzz_target!(|entered: &str| {
    let here = Target::parse(entered, Reach::Loopback);
    let Ok(target) = Target::parse(entered, Reach::Internet) else { return };
    assert!(here.as_ref() == Ok(&target), "what reaches the internet reaches it from everywhere");
    let kept = target.expose();
    assert!(Target::parse(kept, Reach::Internet).as_ref() == Ok(&target));
    let url = Url::parse(kept).expect("an address");
    assert_eq!((url.scheme(), url.username(), url.password()), ("https", "", None));
    assert!(url.port().is_none_or(|port| port >= 1024));
    // How a browser understands the host, whatever it was written as.
    match url.host().expect("a host") {
        Host::Ipv4(address) => assert!(public::is_public(address.into())),
        Host::Ipv6(address) => assert!(public::is_public(address.into()) && address.to_ipv4().is_none()),
        Host::Domain(name) => assert!(!name.is_empty() && name.parse::<std::net::IpAddr>().is_err()),
    }
    assert_eq!(format!("{target:?}"), format!("Target({}/…)", target.origin()));
    assert!(!target.origin().trim_start_matches("https://").contains(['/', '?', '#', '@']));
});

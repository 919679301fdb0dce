//! Addresses that webhooks go to.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::public::is_public;

/// Longest address, in bytes: longer than any receiver's.
const LONGEST: usize = 2048;

/// How far webhooks reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The internet alone, by https.
    Internet,
    /// This machine as well, and there by http too: for demos and tests.
    Loopback,
}

impl Reach {
    /// Whether an address may be connected to.
    pub fn includes(self, address: IpAddr) -> bool {
        is_public(address) || self == Self::Loopback && address.is_loopback()
    }
}

/// An address that a webhook may go to, as far as it can be known before its name is resolved. It may carry a token of the
/// receiver's, so that it is printed as its origin alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Target(Url);

/// Why a text is no such address, as a sentence for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Not an address at all.
    #[error("Enter an address, such as https://hooks.example.com/openai-lens.")]
    Malformed,
    /// More than 2,048 bytes once it is written in ASCII alone.
    #[error("Use an address of at most 2,048 characters: a letter such as ü counts as six or more.")]
    TooLong,
    /// Another scheme.
    #[error("Use an address that begins with https://.")]
    NotHttps,
    /// A user name or a password.
    #[error("Leave the user name and the password out of the address.")]
    Credentials,
    /// A port of another service.
    #[error("Use port 443, or one from 1024 on.")]
    Port,
    /// An address that is not of the internet.
    #[error("Use an address on the internet: this one leads into a private network.")]
    NotPublic,
}

impl Target {
    /// Reads an address. Numbers in whatever notation are read as browsers read them, so that none hides another.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, TargetError> {
        let url = Url::parse(text).map_err(|_| TargetError::Malformed)?;
        // As it is kept: letters outside ASCII are longer there than in what was entered.
        if url.as_str().len() > LONGEST {
            return Err(TargetError::TooLong);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(TargetError::Malformed)?;
        let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        let is_here =
            reach == Reach::Loopback && number.map_or(host == "localhost", |address| address.is_loopback());
        if !(url.scheme() == "https" || url.scheme() == "http" && is_here) {
            return Err(TargetError::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials);
        }
        if url.port().is_some_and(|port| port < 1024) {
            return Err(TargetError::Port);
        }
        if number.is_some_and(|address| !reach.includes(address)) {
            return Err(TargetError::NotPublic);
        }
        Ok(Self(url))
    }

    /// Scheme, host and port: what may be shown.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The whole address, for keeping it sealed.
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn url(&self) -> Url {
        self.0.clone()
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({}/…)", self.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> TargetError {
        Target::parse(text, Reach::Internet).unwrap_err()
    }

    #[test]
    fn an_address_on_the_internet_is_shown_as_its_origin() {
        let target = Target::parse("https://Hooks.Example.com:8443/T0K3N?x=1#y", Reach::Internet).unwrap();
        assert_eq!(target.origin(), "https://hooks.example.com:8443");
        assert_eq!(format!("{target:?}"), "Target(https://hooks.example.com:8443/…)");
        assert!(target.expose().contains("T0K3N"));
    }

    #[test]
    fn what_is_no_address_says_why() {
        assert_eq!(refused("hooks.example.com"), TargetError::Malformed);
        assert_eq!(refused(""), TargetError::Malformed);
        assert_eq!(refused("http://hooks.example.com"), TargetError::NotHttps);
        assert_eq!(refused("ftp://hooks.example.com"), TargetError::NotHttps);
        assert_eq!(refused("https://ada@hooks.example.com"), TargetError::Credentials);
        assert_eq!(refused("https://hooks.example.com:22/"), TargetError::Port);
        assert_eq!(refused(&format!("https://example.com/{}", "x".repeat(LONGEST))), TargetError::TooLong);
        assert_eq!(
            refused(&format!("https://example.com/{}", "ü".repeat(LONGEST / 4))),
            TargetError::TooLong
        );
        assert_eq!(refused("https://2130706433/"), TargetError::NotPublic);
        assert_eq!(refused("http://127.0.0.1:9000/"), TargetError::NotHttps);
    }

    #[test]
    fn this_machine_is_reached_where_that_is_asked_for() {
        for text in ["http://127.0.0.1:9000/x", "http://[::1]:9000", "https://localhost:9000"] {
            assert!(Target::parse(text, Reach::Loopback).is_ok(), "{text}");
        }
        let other = Target::parse("https://10.0.0.1/", Reach::Loopback);
        assert_eq!(other.unwrap_err(), TargetError::NotPublic);
        let plain = Target::parse("http://hooks.example.com/", Reach::Loopback);
        assert_eq!(plain.unwrap_err(), TargetError::NotHttps);
    }
}

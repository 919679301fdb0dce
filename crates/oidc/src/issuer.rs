//! Whose word is taken: the issuer, as the operator's settings say it.

use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// The issuer's name, which is an address too. It is compared as it was written, letter by letter (OpenID Connect
/// Discovery 1.0, 4.3): an address that only means the same is another issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(String);

/// Why a text is no issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "write it as the provider does, such as https://id.example.com (http:// is accepted for this machine alone), without ? and #"
)]
pub struct IssuerError;

impl Issuer {
    /// Reads an issuer's name.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        let text = text.trim();
        let url = Url::parse(text).map_err(|_| IssuerError)?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        let named = url.host_str().is_some_and(|host| !host.is_empty());
        if plain && named && (url.scheme() == "https" || is_loopback(&url)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IssuerError)
        }
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, to show people where they are sent.
    pub fn host(&self) -> String {
        Url::parse(&self.0).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Where the provider describes itself (OpenID Connect Discovery 1.0, 4.1).
    pub(crate) fn description(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.0.trim_end_matches('/'))
    }

    /// An address of the provider's: with TLS, unless the issuer itself is on this machine.
    pub(crate) fn address(&self, text: &str) -> Option<Url> {
        let url = Url::parse(text).ok()?;
        (url.scheme() == "https" || !self.is_https() && is_loopback(&url)).then_some(url)
    }
}

impl FromStr for Issuer {
    type Err = IssuerError;
    fn from_str(text: &str) -> Result<Self, IssuerError> {
        Self::parse(text)
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    url.scheme() == "http" && here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_are_kept_as_they_were_written() {
        for text in [
            "https://id.example.com",
            "https://id.example.com/",
            "https://ID.example.com/tenants/7",
            "http://127.0.0.1:3000",
            "http://localhost:3000",
            "http://[::1]:3000",
        ] {
            assert_eq!(Issuer::parse(text).unwrap().as_str(), text);
        }
        let issuer = Issuer::parse("https://id.example.com/tenants/7/").unwrap();
        assert_eq!(issuer.description(), "https://id.example.com/tenants/7/.well-known/openid-configuration");
        assert_eq!(issuer.host(), "id.example.com");
    }

    #[test]
    fn what_is_no_issuer_is_refused() {
        for text in [
            "",
            "id.example.com",
            "http://id.example.com",
            "http://127.0.0.1.example.com",
            "ftp://localhost",
            "https://a:b@id.example.com",
            "https://id.example.com?x",
            "https://id.example.com#x",
        ] {
            assert_eq!(Issuer::parse(text), Err(IssuerError), "{text}");
        }
    }

    #[test]
    fn a_provider_with_tls_names_no_address_without() {
        let far = Issuer::parse("https://id.example.com").unwrap();
        assert!(far.address("https://keys.example.net/jwks").is_some());
        for text in ["http://id.example.com/token", "http://127.0.0.1/token", "javascript:alert(1)", "/token"]
        {
            assert_eq!(far.address(text), None, "{text}");
        }
        let here = Issuer::parse("http://127.0.0.1:3000").unwrap();
        assert!(here.address("http://127.0.0.1:3000/token").is_some());
        assert_eq!(here.address("http://192.0.2.1/token"), None);
    }
}

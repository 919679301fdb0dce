//! Where OpenAI's API is, as the operator's settings say it.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

/// OpenAI's own API.
const OPENAI: &str = "https://api.openai.com/v1";

/// The address that every path is appended to. Only the operator chooses it, never a user or an answer.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why a text cannot be the base URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Not a URL at all.
    #[error("not a URL: write it like https://api.openai.com/v1")]
    Malformed,
    /// A scheme other than https, or http to another machine.
    #[error(
        "must start with https:// (http:// is accepted for this machine alone: localhost, 127.0.0.1, [::1])"
    )]
    Insecure,
    /// A user name or a password.
    #[error("must not contain a user name or a password")]
    Credentials,
    /// A query or a fragment.
    #[error("must not contain ? or #")]
    QueryOrFragment,
}

impl BaseUrl {
    /// Reads the setting. Without a path, `/v1` is appended; a path is taken as it is, as the official clients do.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let mut url = Url::parse(text.trim()).map_err(|_| BaseUrlError::Malformed)?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(BaseUrlError::Malformed);
        }
        if !(url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url)) {
            return Err(BaseUrlError::Insecure);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::QueryOrFragment);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(if path.is_empty() { "/v1" } else { &path });
        Ok(Self(url))
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address of `path`, which starts with a slash and needs no escaping.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        url
    }
}

impl Default for BaseUrl {
    /// OpenAI's own API.
    #[expect(clippy::expect_used, reason = "a constant that a test parses")]
    fn default() -> Self {
        Self::parse(OPENAI).expect("OpenAI's own address is a base URL")
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({self})")
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_addresses() {
        for (text, base) in [
            ("https://api.openai.com", "https://api.openai.com/v1"),
            (" https://eu.api.openai.com/ ", "https://eu.api.openai.com/v1"),
            ("https://gateway.example/openai/v1/", "https://gateway.example/openai/v1"),
            ("http://127.0.0.1:4010", "http://127.0.0.1:4010/v1"),
            ("http://localhost:4010/x", "http://localhost:4010/x"),
            ("http://[::1]:4010/v1", "http://[::1]:4010/v1"),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().to_string(), base);
        }
        assert_eq!(BaseUrl::default().to_string(), OPENAI);
        assert_eq!(
            BaseUrl::default().join("/organization/costs").as_str(),
            "https://api.openai.com/v1/organization/costs"
        );
    }

    #[test]
    fn refused_addresses() {
        for (text, error) in [
            ("", BaseUrlError::Malformed),
            ("api.openai.com", BaseUrlError::Malformed),
            ("http://api.openai.com", BaseUrlError::Insecure),
            ("http://127.0.0.1.example.com", BaseUrlError::Insecure),
            ("http://169.254.169.254", BaseUrlError::Insecure),
            ("ftp://localhost", BaseUrlError::Insecure),
            ("https://a:b@api.openai.com", BaseUrlError::Credentials),
            ("https://api.openai.com/v1?x", BaseUrlError::QueryOrFragment),
            ("https://api.openai.com/v1#x", BaseUrlError::QueryOrFragment),
        ] {
            assert_eq!(BaseUrl::parse(text), Err(error), "{text}");
        }
    }
}

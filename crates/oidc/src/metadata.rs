//! How a provider describes itself (OpenID Connect Discovery 1.0).

use reqwest::Url;
use serde::Deserialize;

use crate::fault::Fault;
use crate::issuer::Issuer;

/// What we need of the description.
#[derive(Debug)]
pub(crate) struct Metadata {
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: Url,
    pub(crate) jwks_uri: Url,
    pub(crate) userinfo_endpoint: Option<Url>,
    /// Whether every return names the issuer (RFC 9207).
    pub(crate) names_itself: bool,
    /// Whether the secret goes into the body: only where the provider does not take it in the header.
    pub(crate) secret_in_body: bool,
}

#[derive(Deserialize)]
struct Raw {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Metadata {
    /// Reads a description: of this issuer, and with addresses that may be called.
    pub(crate) fn read(issuer: &Issuer, text: &[u8]) -> Result<Self, Fault> {
        let raw: Raw = serde_json::from_slice(text).map_err(|_| Fault::NotUnderstood)?;
        if raw.issuer != issuer.as_str() {
            return Err(Fault::OtherIssuer);
        }
        let address = |text: &str| issuer.address(text).ok_or(Fault::InsecureAddress);
        // A provider that names no method takes the header.
        let methods = raw.token_endpoint_auth_methods_supported.unwrap_or_default();
        let takes = |method: &str| methods.iter().any(|taken| taken == method);
        Ok(Self {
            authorization_endpoint: address(&raw.authorization_endpoint)?,
            token_endpoint: address(&raw.token_endpoint)?,
            jwks_uri: address(&raw.jwks_uri)?,
            userinfo_endpoint: raw.userinfo_endpoint.as_deref().map(address).transpose()?,
            names_itself: raw.authorization_response_iss_parameter_supported,
            secret_in_body: !takes("client_secret_basic") && takes("client_secret_post"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(issuer: &str, token: &str, more: &str) -> Result<Metadata, Fault> {
        let text = format!(
            r#"{{"issuer":"{issuer}","authorization_endpoint":"https://id.example.com/auth","token_endpoint":"{token}",
                "jwks_uri":"https://id.example.com/keys"{more}}}"#
        );
        Metadata::read(&Issuer::parse("https://id.example.com").unwrap(), text.as_bytes())
    }

    const TOKEN: &str = "https://id.example.com/token";

    #[test]
    fn only_the_issuers_own_description_is_taken() {
        assert!(described("https://id.example.com", TOKEN, "").is_ok());
        for other in ["https://id.example.com/", "https://ID.example.com", "https://evil.example"] {
            assert_eq!(described(other, TOKEN, "").unwrap_err(), Fault::OtherIssuer, "{other}");
        }
        let insecure = described("https://id.example.com", "http://id.example.com/token", "");
        assert_eq!(insecure.unwrap_err(), Fault::InsecureAddress);
        let issuer = Issuer::parse("https://id.example.com").unwrap();
        assert_eq!(Metadata::read(&issuer, b"<html>").unwrap_err(), Fault::NotUnderstood);
    }

    #[test]
    fn the_secret_goes_into_the_header_unless_the_provider_takes_only_a_body() {
        let in_body = |methods: &str| {
            let more = format!(r#","token_endpoint_auth_methods_supported":{methods}"#);
            described("https://id.example.com", TOKEN, &more).unwrap().secret_in_body
        };
        assert!(in_body(r#"["client_secret_post"]"#));
        assert!(!in_body(r#"["client_secret_post","client_secret_basic"]"#));
        assert!(!described("https://id.example.com", TOKEN, "").unwrap().secret_in_body);
    }
}

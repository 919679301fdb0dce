//! Signing on with a company's own OpenID Connect provider, as a confidential client: the authorization code flow with
//! PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9207), and the verification of what comes back.
//!
//! It knows neither our contract nor our store: what it hands out is an [`Identity`], and who that is here is the server's
//! to say. Tokens never leave this crate.

mod fault;
mod handshake;
mod http;
mod id_token;
mod issuer;
mod jwk;
mod jws;
mod metadata;
mod provider;
mod registration;

pub use fault::Fault;
pub use handshake::Handshake;
pub use http::SetupError;
pub use issuer::{Issuer, IssuerError};
pub use provider::{Identity, Provider, Returned};
pub use registration::{ClientSecret, Registration};

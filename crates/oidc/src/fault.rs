//! Why nobody is signed on.

/// What did not hold. None of it quotes what the provider or a stranger sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No answer, or none in time.
    #[error("the provider cannot be reached")]
    Unreachable,
    /// An answer that is none of OpenID Connect's, or longer than is read.
    #[error("the provider's answer is not understood")]
    NotUnderstood,
    /// The provider's description names another issuer than the one that was set.
    #[error("the provider names another issuer in its description")]
    OtherIssuer,
    /// The description has an address without TLS.
    #[error("the provider names an address without TLS")]
    InsecureAddress,
    /// The person, or the provider, said no.
    #[error("the provider did not sign the person in")]
    Denied,
    /// The return names another issuer, or none although the provider names itself in every return (RFC 9207).
    #[error("the return comes from another issuer")]
    ReturnIssuer,
    /// The return has no code.
    #[error("the return has no code")]
    NoCode,
    /// The provider takes the code not, or not from us.
    #[error("the provider refused the code")]
    CodeRefused,
    /// The ID token is no signed token.
    #[error("the ID token is no signed token")]
    Malformed,
    /// Signed by an algorithm that is not on the list, or not signed at all.
    #[error("the ID token's algorithm is not accepted")]
    Algorithm,
    /// The token does not say which key signed it.
    #[error("the ID token names no key")]
    KeyMissing,
    /// The provider has no such key, or has it for something else.
    #[error("the provider has no such key")]
    KeyUnknown,
    /// The signature is another one.
    #[error("the ID token's signature does not hold")]
    Signature,
    /// The token is of another issuer.
    #[error("the ID token is of another issuer")]
    Issuer,
    /// The token is for another client.
    #[error("the ID token is for another client")]
    Audience,
    /// The token has ended.
    #[error("the ID token has expired")]
    Expired,
    /// The token is from the future.
    #[error("the ID token is from the future")]
    FromFuture,
    /// The token belongs to another sign-on.
    #[error("the ID token belongs to another sign-on")]
    Nonce,
    /// The token names nobody.
    #[error("the ID token names nobody")]
    Subject,
    /// The person did not sign in as strongly as the settings ask for.
    #[error("the sign-in was not as strong as is asked for")]
    Context,
}

impl Fault {
    /// The name in the audit log.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Unreachable => "provider_unreachable",
            Self::NotUnderstood => "answer_not_understood",
            Self::OtherIssuer => "metadata_of_other_issuer",
            Self::InsecureAddress => "insecure_address",
            Self::Denied => "denied_by_provider",
            Self::ReturnIssuer => "return_of_other_issuer",
            Self::NoCode => "no_code",
            Self::CodeRefused => "code_refused",
            Self::Malformed => "token_malformed",
            Self::Algorithm => "algorithm_not_accepted",
            Self::KeyMissing => "key_not_named",
            Self::KeyUnknown => "key_unknown",
            Self::Signature => "wrong_signature",
            Self::Issuer => "wrong_issuer",
            Self::Audience => "wrong_audience",
            Self::Expired => "token_expired",
            Self::FromFuture => "token_from_the_future",
            Self::Nonce => "wrong_nonce",
            Self::Subject => "no_subject",
            Self::Context => "sign_in_too_weak",
        }
    }
}

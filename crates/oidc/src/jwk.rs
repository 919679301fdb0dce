//! The provider's public keys (RFC 7517, RFC 8037), and what they verify.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

use crate::fault::Fault;

/// The algorithms that are accepted: signatures alone, and those that providers have. There is no `none`, and none whose
/// secret both sides have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    EdDsa,
}

impl Algorithm {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            // RFC 9864 gives the same algorithm a name of its own.
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

/// A public key. Its kind says which algorithms it is for, so that no key is taken for what it is not.
#[derive(Debug, Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// The keys of a provider. Keys of a kind that is not known are passed over.
pub(crate) struct Keys(Vec<Jwk>);

impl Keys {
    pub(crate) fn read(text: &[u8]) -> Result<Self, Fault> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(text).map_err(|_| Fault::NotUnderstood)?;
        Ok(Self(set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect()))
    }

    /// Verifies a signature by the key of this id.
    pub(crate) fn verify(
        &self,
        kid: &str,
        algorithm: Algorithm,
        signed: &[u8],
        signature: &[u8],
    ) -> Result<(), Fault> {
        let fits = |key: &&Jwk| key.kid.as_deref() == Some(kid) && key.is_for(algorithm);
        let key = self.0.iter().find(fits).ok_or(Fault::KeyUnknown)?;
        key.verify(algorithm, signed, signature).ok_or(Fault::Signature)
    }
}

impl Jwk {
    fn is_for(&self, algorithm: Algorithm) -> bool {
        let named = self.alg.as_deref().is_none_or(|name| Algorithm::parse(name) == Some(algorithm));
        let signs = self.usage.as_deref().is_none_or(|usage| usage == "sig");
        let kind = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => self.kty == "RSA",
            Algorithm::Es256 => self.kty == "EC" && self.crv.as_deref() == Some("P-256"),
            Algorithm::EdDsa => self.kty == "OKP" && self.crv.as_deref() == Some("Ed25519"),
        };
        named && signs && kind
    }

    /// Something when the signature holds.
    fn verify(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> Option<()> {
        let bytes = |part: &Option<String>| URL_SAFE_NO_PAD.decode(part.as_deref()?).ok();
        match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => {
                let (n, e) = (bytes(&self.n)?, bytes(&self.e)?);
                let key = RsaPublicKeyComponents { n: without_zeros(&n), e: without_zeros(&e) };
                let scheme = if algorithm == Algorithm::Rs256 {
                    &RSA_PKCS1_2048_8192_SHA256
                } else {
                    &RSA_PSS_2048_8192_SHA256
                };
                key.verify(scheme, signed, signature).ok()
            }
            Algorithm::Es256 => {
                let point = [&[4], bytes(&self.x)?.as_slice(), bytes(&self.y)?.as_slice()].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature).ok()
            }
            Algorithm::EdDsa => {
                UnparsedPublicKey::new(&ED25519, bytes(&self.x)?).verify(signed, signature).ok()
            }
        }
    }
}

/// Some providers write numbers with zeros before them.
fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

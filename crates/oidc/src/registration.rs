//! What the provider knows us by, and what we ask it for: all of it the operator's.

use std::fmt;

use zeroize::Zeroizing;

use crate::issuer::Issuer;

/// Our registration at the provider.
#[derive(Debug)]
pub struct Registration {
    /// Whose word is taken.
    pub issuer: Issuer,
    /// The name under which the provider knows us.
    pub client_id: String,
    /// What proves that it is us.
    pub client_secret: ClientSecret,
    /// Where browsers come back to, exactly as the provider has it.
    pub redirect_uri: String,
    /// What is asked for, with blanks between: `openid` and more.
    pub scopes: String,
    /// The claim that names the person's groups.
    pub groups_claim: String,
    /// Of these authentication contexts (`acr`) the person must have signed in by one; by any when there are none.
    pub contexts: Vec<String>,
    /// Whether the provider tells verified addresses alone, though it says nothing of it.
    pub only_verified_addresses: bool,
}

/// The secret that the provider has given us.
pub struct ClientSecret(Zeroizing<String>);

impl ClientSecret {
    /// The secret of this text.
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret")
    }
}

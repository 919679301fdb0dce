//! What ids are called.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Names by id, as far as they could be read. An id without a name is shown as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// Accounts, by the connection's id.
    pub accounts: BTreeMap<String, AccountName>,
    /// Projects, by OpenAI's id.
    pub projects: BTreeMap<String, String>,
    /// API keys, by OpenAI's id.
    pub api_keys: BTreeMap<String, String>,
    /// People, by OpenAI's id.
    pub users: BTreeMap<String, UserName>,
}

/// What an account is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountName {
    /// The name that the user gave it.
    pub name: String,
    /// OpenAI's id of the organization, once it is known.
    pub organization: Option<String>,
}

/// What a person is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserName {
    /// The name, where OpenAI told one.
    pub name: Option<String>,
    /// The e-mail address, where OpenAI told one.
    pub email: Option<String>,
}

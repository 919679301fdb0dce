//! Settings: raw text from the environment or a file, resolved once.

mod catalog;
mod database_url;
mod mail;
mod parser;
mod read;
mod sign_on;

pub use catalog::{ALL, Setting, help};
pub use database_url::{DatabaseUrl, DatabaseUrlError};
pub use mail::{MailError, MailSettings};
pub use read::SettingProblem;
pub use sign_on::{GroupMap, SignOn};

use std::net::SocketAddr;
use std::path::PathBuf;

use api::Email;
use openai::BaseUrl;

/// Settings as they are used.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where to listen for those who ask for the metrics; nowhere when it is not set.
    pub metrics_listen: Option<SocketAddr>,
    /// The folder of the database and of the master key.
    pub data: PathBuf,
    /// The database, where it is not the file in the folder.
    pub database_url: Option<DatabaseUrl>,
    /// The file of the master key.
    pub master_key_file: PathBuf,
    /// OpenAI's API.
    pub openai_base_url: BaseUrl,
    /// Where browsers reach the console, without a slash at the end; `None` follows the address listened on.
    pub public_url: Option<String>,
    /// How many reverse proxies stand in front.
    pub trusted_proxies: usize,
    /// Where support requests can be mailed.
    pub support_email: Option<Email>,
    /// Where notifications are mailed from; `None` sends no mail.
    pub mail: Option<MailSettings>,
    /// How the company's provider signs people on, where there is one.
    pub sign_on: Option<SignOn>,
    /// Whether the upstream is a simulator.
    pub simulated: bool,
    /// The log's filter.
    pub log: String,
}

impl Settings {
    /// What an installation in this folder has when nothing else is said.
    pub fn in_folder(data: impl Into<PathBuf>) -> Self {
        let data = data.into();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_listen: None,
            master_key_file: data.join("master.key"),
            data,
            database_url: None,
            openai_base_url: BaseUrl::default(),
            public_url: None,
            trusted_proxies: 0,
            support_email: None,
            mail: None,
            sign_on: None,
            simulated: false,
            log: "info".into(),
        }
    }

    /// The database's file.
    pub fn database_file(&self) -> PathBuf {
        self.data.join("openai-lens.db")
    }

    /// Whether whoever has this address may sign in with a password.
    pub fn takes_password_of(&self, email: Option<&Email>) -> bool {
        let only = self.sign_on.as_ref().and_then(|sign_on| sign_on.break_glass.as_ref());
        only.is_none() || only == email
    }

    /// Whether what people may do follows the groups that the company's provider tells.
    pub fn permissions_follow_groups(&self) -> bool {
        self.sign_on.as_ref().is_some_and(|sign_on| sign_on.groups.is_some())
    }

    /// Whether browsers reach the console over https.
    pub fn over_tls(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

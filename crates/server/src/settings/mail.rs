//! The operator's mail server, as the settings say it.

use std::path::{Path, PathBuf};

use courier::{MailServer, Mailer, Sender};
use zeroize::Zeroizing;

use super::read::{SettingProblem, problem};

const URL: &str = "OPENAI_LENS_SMTP_URL";
const FROM: &str = "OPENAI_LENS_SMTP_FROM";
const PASSWORD_FILE: &str = "OPENAI_LENS_SMTP_PASSWORD_FILE";
const CA_FILE: &str = "OPENAI_LENS_SMTP_CA_FILE";

/// Where mail is handed over, and whom it is from.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// Where.
    pub server: MailServer,
    /// Whom letters are from.
    pub from: Sender,
    /// The file of the password, where the server wants one.
    pub password_file: Option<PathBuf>,
    /// A certificate authority to trust beside the others, as PEM.
    pub ca_file: Option<PathBuf>,
}

/// Why the mail server cannot be used. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A file cannot be read.
    #[error("{setting} names {}, which cannot be read: {error}", .file.display())]
    File {
        /// Which setting names it.
        setting: &'static str,
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// The certificates are none.
    #[error("{CA_FILE} names a file that holds no certificates; write them as PEM")]
    Certificates,
}

impl MailSettings {
    /// Reads them; none without a mail server.
    pub(super) fn read(
        raw: &dyn Fn(&str) -> Option<String>,
        problems: &mut Vec<SettingProblem>,
    ) -> Option<Self> {
        let Some(url) = raw(URL) else {
            let pointless = [FROM, PASSWORD_FILE, CA_FILE].into_iter().filter(|name| raw(name).is_some());
            problems.extend(pointless.map(|name| problem(name, &format!("it needs {URL}; set that too"))));
            return None;
        };
        // The address may hold a password, so that it is not repeated.
        let server =
            MailServer::parse(&url).map_err(|error| problems.push(problem(URL, &error.to_string()))).ok();
        let from = match raw(FROM).map(|text| text.parse::<Sender>()) {
            Some(Ok(from)) => Some(from),
            Some(Err(error)) => {
                problems.push(problem(FROM, &error.to_string()));
                None
            }
            None => {
                problems.push(problem(FROM, "say whom mail is from, such as OpenAI Lens <lens@example.com>"));
                None
            }
        };
        let (password_file, ca_file) =
            (raw(PASSWORD_FILE).map(PathBuf::from), raw(CA_FILE).map(PathBuf::from));
        let server = server?;
        if server.wants_password() != password_file.is_some() {
            problems.push(problem(
                PASSWORD_FILE,
                &format!("a user name in {URL} and the file of its password go together; set both or none"),
            ));
        }
        Some(Self { server, from: from?, password_file, ca_file })
    }

    /// Makes what hands letters over.
    pub fn mailer(&self) -> Result<Mailer, MailError> {
        let password = match &self.password_file {
            None => None,
            Some(file) => {
                let text = std::fs::read_to_string(file).map(Zeroizing::new);
                let text = text.map_err(|error| unreadable(PASSWORD_FILE, file, error))?;
                Some(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
            }
        };
        let authority = match &self.ca_file {
            None => None,
            Some(file) => Some(std::fs::read(file).map_err(|error| unreadable(CA_FILE, file, error))?),
        };
        Mailer::new(&self.server, password.as_ref(), self.from.clone(), authority.as_deref())
            .map_err(|_| MailError::Certificates)
    }
}

fn unreadable(setting: &'static str, file: &Path, error: std::io::Error) -> MailError {
    MailError::File { setting, file: file.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[(&str, &str)]) -> (Option<MailSettings>, Vec<String>) {
        let raw = |name: &str| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let mut problems = Vec::new();
        let read = MailSettings::read(&raw, &mut problems);
        (read, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_mail_server_needs_a_sender_and_a_user_name_its_password() {
        let (read_, problems) =
            read(&[(URL, "smtp://mail.example.com"), (FROM, "OpenAI Lens <lens@example.com>")]);
        assert!(read_.is_some() && problems.is_empty(), "{problems:?}");
        let (none, problems) = read(&[]);
        assert!(none.is_none() && problems.is_empty());
        for values in [
            vec![(URL, "smtp://mail.example.com")],
            vec![(FROM, "lens@example.com")],
            vec![(URL, "smtp://mail.example.com"), (FROM, "nobody")],
            vec![(URL, "smtp://ada@mail.example.com"), (FROM, "lens@example.com")],
            vec![(URL, "smtp://mail.example.com"), (FROM, "lens@example.com"), (PASSWORD_FILE, "x")],
        ] {
            assert_eq!(read(&values).1.len(), 1, "{values:?}");
        }
        let (_, problems) = read(&[(URL, "smtp://ada:hunter2@mail.example.com"), (FROM, "lens@example.com")]);
        assert!(!problems.concat().contains("hunter2"), "{problems:?}");
    }

    #[test]
    fn files_that_are_not_there_are_named() {
        let settings = |file: &str| {
            read(&[(URL, "smtp://ada@mail.example.com"), (FROM, "lens@example.com"), (PASSWORD_FILE, file)]).0
        };
        let error = settings("/nowhere/password").unwrap().mailer().unwrap_err().to_string();
        assert!(error.starts_with("OPENAI_LENS_SMTP_PASSWORD_FILE names /nowhere/password"), "{error}");
    }
}

//! The operator's mail server, as the settings say it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// Where mail is handed over, and how the way there is secured. It has no password: that is in a file.
#[derive(Clone, PartialEq, Eq)]
pub struct MailServer {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) user: Option<String>,
}

/// How the way to the mail server is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS by STARTTLS before anything is said. A server without it gets nothing.
    StartTls,
    /// Not at all: to this machine alone.
    Plain,
}

/// Why a text names no mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailServerError {
    /// Not an address of one.
    #[error(
        "write it as smtp://user@mail.example.com:587 (STARTTLS) or smtps://user@mail.example.com:465 (TLS)"
    )]
    Malformed,
    /// A password in the address.
    #[error(
        "a password must not stand in the environment; put it into the file OPENAI_LENS_SMTP_PASSWORD_FILE names"
    )]
    Password,
    /// Mail to another machine, unprotected.
    #[error("smtp+plain:// is for this machine alone: localhost, 127.0.0.1, [::1]; use smtp:// or smtps://")]
    Plain,
}

impl MailServer {
    /// Reads `smtps://`, `smtp://` or `smtp+plain://`, with a user name where the server wants one.
    pub fn parse(text: &str) -> Result<Self, MailServerError> {
        let url = Url::parse(text.trim()).map_err(|_| MailServerError::Malformed)?;
        let (security, usual) = match url.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp" => (Security::StartTls, 587),
            "smtp+plain" => (Security::Plain, 25),
            _ => return Err(MailServerError::Malformed),
        };
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if host.is_empty() || !is_bare {
            return Err(MailServerError::Malformed);
        }
        if url.password().is_some() {
            return Err(MailServerError::Password);
        }
        let is_here =
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if security == Security::Plain && !is_here {
            return Err(MailServerError::Plain);
        }
        let user = match url.username() {
            "" => None,
            user => Some(decoded(user).ok_or(MailServerError::Malformed)?),
        };
        Ok(Self { host: host.to_owned(), port: url.port().unwrap_or(usual), security, user })
    }

    /// Whether it wants a user name, and with it a password.
    pub fn wants_password(&self) -> bool {
        self.user.is_some()
    }
}

impl FromStr for MailServer {
    type Err = MailServerError;
    fn from_str(text: &str) -> Result<Self, MailServerError> {
        Self::parse(text)
    }
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailServer({}:{}, {:?})", self.host, self.port, self.security)
    }
}

/// A text with its `%40` read.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_mail_servers() {
        let server = MailServer::parse("smtp://lens%40example.com@mail.example.com").unwrap();
        assert_eq!(
            (server.host.as_str(), server.port, server.security),
            ("mail.example.com", 587, Security::StartTls)
        );
        assert_eq!(server.user.as_deref(), Some("lens@example.com"));
        assert!(server.wants_password());
        let server = MailServer::parse("smtps://mail.example.com:2465/").unwrap();
        assert_eq!((server.port, server.security, server.wants_password()), (2465, Security::Tls, false));
        let server = MailServer::parse("smtp+plain://[::1]:2525").unwrap();
        assert_eq!((server.host.as_str(), server.port, server.security), ("::1", 2525, Security::Plain));
    }

    #[test]
    fn what_is_none_says_how_to_write_it() {
        for text in [
            "",
            "mail.example.com",
            "http://mail.example.com",
            "smtp://",
            "smtp://mail.example.com/x",
            "smtp://mail.example.com?tls=no",
            "smtp://%zz@mail.example.com",
        ] {
            assert_eq!(MailServer::parse(text), Err(MailServerError::Malformed), "{text}");
        }
        assert_eq!(MailServer::parse("smtp://a:b@mail.example.com"), Err(MailServerError::Password));
        assert_eq!(MailServer::parse("smtp+plain://mail.example.com"), Err(MailServerError::Plain));
    }
}

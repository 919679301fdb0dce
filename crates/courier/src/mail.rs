//! E-mail: one letter in plain text, handed over to the operator's mail server.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, SinglePart};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{SmtpTransport, Transport};
use zeroize::Zeroizing;

use crate::failure::{Failure, is_of_tls};
use crate::mail_server::{MailServer, Security};

/// Longest wait for one answer of the mail server, and for all of them. RFC 5321, 4.5.3.2, allows minutes: a server that
/// looks for viruses before its last answer has taken the letter, and would get it again.
const ANSWER: Duration = Duration::from_secs(60);
/// Longest time that handing over a letter takes, whatever becomes of it.
pub const WHOLE: Duration = Duration::from_secs(300);
/// Replies that refuse the login: RFC 4954, 6.
const LOGIN_REFUSED: [u16; 4] = [530, 534, 535, 538];

/// Whom letters are from: `OpenAI Lens <lens@example.com>`, or the address alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

/// The text is no sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write it as OpenAI Lens <lens@example.com>")]
pub struct SenderError;

impl FromStr for Sender {
    type Err = SenderError;
    fn from_str(text: &str) -> Result<Self, SenderError> {
        text.trim().parse().map(Self).map_err(|_| SenderError)
    }
}

/// A letter.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// The same for every attempt of a delivery, so that mail programs notice one that came twice.
    pub id: &'a str,
    /// The address.
    pub to: &'a str,
    /// The subject, one line.
    pub subject: &'a str,
    /// The text.
    pub text: &'a str,
}

/// Hands letters over. Made once for the process; each letter has a connection of its own.
pub struct Mailer {
    transport: SmtpTransport,
    from: Sender,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer({})", self.from.0)
    }
}

impl Mailer {
    /// Makes one. `authority` is a certificate authority of the operator's own, as PEM, to trust beside the others. Fails
    /// when it is none.
    pub fn new(
        server: &MailServer,
        password: Option<&Zeroizing<String>>,
        from: Sender,
        authority: Option<&[u8]>,
    ) -> Result<Self, Failure> {
        let parameters = || -> Result<TlsParameters, smtp::Error> {
            let mut builder = TlsParameters::builder(server.host.clone());
            if !tls::has_own_roots() {
                builder = builder.certificate_store(CertificateStore::WebpkiRoots);
            }
            if let Some(pem) = authority {
                builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
            }
            builder.build_rustls()
        };
        let tls = match server.security {
            Security::Tls => Tls::Wrapper(parameters().map_err(|_| Failure::Insecure)?),
            Security::StartTls => Tls::Required(parameters().map_err(|_| Failure::Insecure)?),
            Security::Plain => Tls::None,
        };
        let mut builder = SmtpTransport::builder_dangerous(server.host.clone())
            .port(server.port)
            .tls(tls)
            .timeout(Some(ANSWER))
            .hello_name(ClientId::Domain(from.0.email.domain().to_owned()));
        if let (Some(user), Some(password)) = (&server.user, password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.as_str().to_owned()));
        }
        Ok(Self { transport: builder.build(), from })
    }

    /// Hands a letter over.
    pub async fn send(&self, letter: Letter<'_>) -> Result<(), Failure> {
        let message = self.message(letter).ok_or(Failure::NotUnderstood)?;
        let transport = self.transport.clone();
        // SMTP is a conversation of many short answers, and letters are few: a thread that waits is simple and enough.
        let sending = tokio::task::spawn_blocking(move || transport.send(&message));
        match tokio::time::timeout(WHOLE, sending).await {
            Err(_) => Err(Failure::TimedOut),
            Ok(Ok(Err(error))) => Err(failure(&error)),
            Ok(Ok(Ok(_))) => Ok(()),
            Ok(Err(_)) => Err(Failure::NotUnderstood),
        }
    }

    fn message(&self, letter: Letter<'_>) -> Option<Message> {
        // RFC 3834: nobody's holiday note answers it.
        let automatic =
            HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into());
        Message::builder()
            .from(self.from.0.clone())
            .to(Mailbox::new(None, letter.to.parse().ok()?))
            .subject(letter.subject)
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.0.email.domain())))
            .raw_header(automatic)
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(letter.text.to_owned()))
            .ok()
    }
}

fn failure(error: &smtp::Error) -> Failure {
    if let Some(code) = error.status().map(u16::from) {
        return match code {
            code if LOGIN_REFUSED.contains(&code) => Failure::LoginRefused,
            code if error.is_transient() => Failure::MailDelayed { code },
            code => Failure::MailRefused { code },
        };
    }
    if error.is_timeout() {
        Failure::TimedOut
    } else if error.is_tls() || error.is_client() || is_of_tls(error) {
        // What the client itself says is that the server offers no STARTTLS, or no login that it knows.
        Failure::Insecure
    } else if error.is_response() {
        Failure::NotUnderstood
    } else {
        Failure::Unreachable
    }
}

//! Why a message was not delivered, in a closed list. The other side's own words never pass: they are anybody's.

use std::error::Error;
use std::io;
use std::iter::successors;

/// Why a message was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The name leads into a network that is not the internet: nothing was connected to.
    NotPublic,
    /// There is no such host, or nobody answers there.
    Unreachable,
    /// The connection could not be secured: the certificate is not good, or there is no TLS.
    Insecure,
    /// No answer came in time.
    TimedOut,
    /// The answer leads elsewhere. Redirects are not followed.
    Redirected {
        /// The status of HTTP.
        status: u16,
    },
    /// The receiver answered with another status than success.
    Answered {
        /// The status of HTTP.
        status: u16,
    },
    /// The mail server does not take the message, now or later.
    MailRefused {
        /// The reply code of SMTP, 5xx.
        code: u16,
    },
    /// The mail server does not take the message now.
    MailDelayed {
        /// The reply code of SMTP, 4xx.
        code: u16,
    },
    /// The mail server does not accept the user name and the password.
    LoginRefused,
    /// The answer is none of its protocol, or the message is none that can be sent.
    NotUnderstood,
}

/// An error and what is behind it.
pub(crate) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |error| behind(*error))
}

/// What is inside of an error of input and output is not among its sources.
fn behind<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// Whether it was TLS that failed.
pub(crate) fn is_of_tls(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|cause| cause.is::<rustls::Error>())
}

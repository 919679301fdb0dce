//! Why a handler gives no answer.

use std::error::Error;

use api::CommonRefusal;

use crate::master_key::KeyringError;
use crate::read_only;
use crate::secret::KeepError;

/// A refusal with words for the user, or a fault with words for the log. The two cannot be mixed up.
#[derive(Debug)]
pub enum Failure<E> {
    /// One that the endpoint names.
    Refused(E),
    /// One that every endpoint can answer with.
    Common(CommonRefusal),
    /// A fault of the server: the user is told that there was one, the log is told which. Its words contain no secret.
    Broken(Fault),
}

/// A fault of the server.
pub type Fault = Box<dyn Error + Send + Sync>;

/// The refusal that tells the user of a fault: whether it may pass by itself, and nothing more.
pub fn refusal_of(fault: &(dyn Error + Send + Sync + 'static)) -> CommonRefusal {
    if let Some(cause) = read_only::cause(fault) {
        return CommonRefusal::ReadOnly { cause };
    }
    if fault.is::<crate::audit::Unrecorded>() || is_between_master_keys(fault) {
        return CommonRefusal::Unavailable;
    }
    match read_only::store_error(fault) {
        Some(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_)) => {
            CommonRefusal::Unavailable
        }
        _ => CommonRefusal::Internal,
    }
}

/// Whether a master key that is on its way is all that is missing.
fn is_between_master_keys(fault: &(dyn Error + Send + Sync + 'static)) -> bool {
    let keyring = match fault.downcast_ref::<KeepError>() {
        Some(KeepError::Keyring(error)) => Some(error),
        _ => fault.downcast_ref::<KeyringError>(),
    };
    matches!(keyring, Some(KeyringError::Unavailable))
}

impl<E> From<CommonRefusal> for Failure<E> {
    fn from(refusal: CommonRefusal) -> Self {
        Self::Common(refusal)
    }
}

impl<E> From<Fault> for Failure<E> {
    fn from(fault: Fault) -> Self {
        Self::Broken(fault)
    }
}

macro_rules! faults {
    ($($fault:ty),*) => {
        $(impl<E> From<$fault> for Failure<E> {
            fn from(fault: $fault) -> Self {
                Self::Broken(Box::new(fault))
            }
        })*
    };
}

faults!(
    sqlx::Error,
    vault::VaultError,
    KeyringError,
    crate::audit::Unrecorded,
    crate::random::NoRandomness,
    crate::password::HashError,
    crate::figures::FiguresError
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_away_may_come_back_wherever_it_was_asked() {
        let away = || sqlx::Error::PoolTimedOut;
        let faults: [Fault; 5] = [
            Box::new(away()),
            Box::new(KeyringError::Store(away())),
            Box::new(KeepError::Store(away())),
            Box::new(KeepError::Keyring(KeyringError::Store(away()))),
            Box::new(crate::figures::FiguresError::Store(away())),
        ];
        for fault in faults {
            assert_eq!(refusal_of(&*fault), CommonRefusal::Unavailable, "{fault:?}");
        }
        assert_eq!(refusal_of(&sqlx::Error::RowNotFound), CommonRefusal::Internal);
    }
}

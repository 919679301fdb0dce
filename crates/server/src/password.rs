//! Hashing and checking passwords with argon2id.

use std::sync::Arc;
use std::time::Duration;

use api::problem::CommonRefusal;
use api::{Email, Password};
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Memory in KiB, passes and lanes: OWASP's and ASVS's minimum with one pass.
const PARAMETERS: (u32, u32, u32) = (47_104, 1, 1);
/// How many hashes run at once: each takes 46 MiB.
const AT_ONCE: usize = 2;
/// How long a login waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most common passwords, one in a line, in lower case (ASVS 5.0, 6.2.4).
static COMMON: &str = include_str!("password/common.txt");

/// Hashes and checks, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// The hash of nothing that anybody knows: unknown users cost as much as known ones.
    decoy: Arc<str>,
}

/// Why a password could not be hashed.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

impl Passwords {
    /// Makes the decoy.
    pub fn new() -> Self {
        let random = crate::random::bytes::<16>().unwrap_or_default();
        let decoy = hash_now(&random).unwrap_or_default();
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), decoy: decoy.into() }
    }

    /// Whether a password is the one of this hash; without a hash it never is, and takes as long.
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, CommonRefusal> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let password = Zeroizing::new(password.to_owned());
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(CommonRefusal::Unavailable) };
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(task.await.map_err(|_| CommonRefusal::Unavailable)? && known)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// Hashes a new password. It blocks for some 60 ms: for set-up and the command line, where nobody can ask for many.
pub fn hash(password: &Password) -> Result<String, HashError> {
    hash_now(password.expose().as_bytes())
}

/// Whether a new password is one that everybody tries first, or the user's own address.
pub fn is_guessable(password: &Password, email: &Email) -> bool {
    let password = Zeroizing::new(password.expose().to_lowercase());
    let local = email.as_str().split('@').next().unwrap_or_default();
    *password == *email.as_str()
        || *password == *local
        || COMMON.lines().any(|common| common == password.as_str())
}

fn hash_now(password: &[u8]) -> Result<String, HashError> {
    let (memory, passes, lanes) = PARAMETERS;
    let parameters = Params::new(memory, passes, lanes, None).map_err(|_| HashError)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let salt = crate::random::bytes::<16>().map_err(|_| HashError)?;
    argon2.hash_password_with_salt(password, &salt).map(|hash| hash.to_string()).map_err(|_| HashError)
}

#[cfg(test)]
mod tests {
    use api::SecretText;

    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(SecretText::new(text.to_owned())).unwrap()
    }

    #[tokio::test]
    async fn the_stored_hash_names_its_parameters_and_checks() {
        let hash = hash(&password("correct horse battery staple")).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
        let passwords = Passwords::new();
        assert!(passwords.verify("correct horse battery staple", Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse battery staple", Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse battery staple", None).await.unwrap());
    }

    #[test]
    fn what_everybody_tries_first_is_guessable() {
        let email = Email::parse("ada.lovelace@example.com").unwrap();
        for text in ["password1", "Password1", "12345678", "ada.lovelace", "ada.lovelace@example.com"] {
            assert!(is_guessable(&password(text), &email), "{text}");
        }
        assert!(!is_guessable(&password("correct horse battery staple"), &email));
    }
}

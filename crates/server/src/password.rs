//! Hashing and checking passwords with argon2id.

use std::sync::Arc;
use std::time::Duration;

use api::audit_event::Event;
use api::password::{Change, ChangeError};
use api::{CommonRefusal, Email, FieldError, Nothing, Password, SecretText, TextError};
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::audit;
use crate::http::{Call, Cx, Failure, Outcome};
use crate::session::Token;
use crate::store;

/// Memory in KiB, passes and lanes: OWASP's and ASVS's minimum with one pass.
const PARAMETERS: (u32, u32, u32) = (47_104, 1, 1);
/// How many hashes run at once: each takes 46 MiB.
const AT_ONCE: usize = 2;
/// How long a login waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// A hash that no known password has, with the same parameters: unknown users cost as much time as known ones.
const DECOY: &str =
    "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// How many guesses of somebody who tries likely ones first must not suffice: a hundred times the 3,000 most common passwords
/// (ASVS 5.0, 6.2.4), so that these are refused with a capital, a digit or a year at their end too.
const GUESSES: u64 = 300_000;
/// Words that whoever guesses a password for this console tries first (ASVS 5.0, 6.1.2 and 6.2.11), besides those of the
/// e-mail address.
const CONTEXT: [&str; 9] =
    ["openai", "open", "lens", "openailens", "console", "billing", "admin", "chatgpt", "password"];

/// Hashes and checks, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

/// Why a new password is refused, as a sentence for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitPassword {
    /// Too short or too long.
    #[error(transparent)]
    Length(#[from] TextError),
    /// One of those that everybody tries first, or made of the context's words (ASVS 5.0, 6.2.4 and 6.2.11).
    #[error("This password is too easy to guess. Use another one, such as four words you make up.")]
    Common,
    /// The e-mail address, or the part before its @.
    #[error("Use a password that is not your e-mail address.")]
    IsEmail,
}

/// Why a password could not be hashed.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

impl Passwords {
    /// Nobody waits yet.
    pub fn new() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Whether a password is the one of this hash; without a hash it never is, and takes as long.
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, CommonRefusal> {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| DECOY.to_owned());
        let password = Zeroizing::new(password.to_owned());
        let check = move || {
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        };
        Ok(self.in_turn(check).await? && is_known)
    }

    /// Hashes a new password.
    pub async fn hash<E>(&self, password: Password) -> Result<String, Failure<E>> {
        Ok(self.in_turn(move || hash(&password)).await??)
    }

    /// Hashes a password that is right again, with the parameters of today.
    pub async fn rehash<E>(&self, password: &str) -> Result<String, Failure<E>> {
        let password = Zeroizing::new(password.to_owned());
        Ok(self.in_turn(move || hash_now(password.as_bytes())).await??)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, CommonRefusal> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(CommonRefusal::Unavailable) };
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        task.await.map_err(|_| CommonRefusal::Internal)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads a new password: long enough, and not one that is tried first.
pub fn read(text: SecretText, email: Option<&Email>) -> Result<Password, UnfitPassword> {
    let password = Password::parse(text)?;
    let lower = Zeroizing::new(password.expose().to_lowercase());
    if email.is_some_and(|email| {
        let local = email.as_str().split('@').next();
        *lower == *email.as_str() || local == Some(lower.as_str())
    }) {
        return Err(UnfitPassword::IsEmail);
    }
    if guesses(password.expose(), email) < GUESSES { Err(UnfitPassword::Common) } else { Ok(password) }
}

/// After how many guesses a password is found by whoever tries likely ones first, with and without what separates its words.
fn guesses(password: &str, email: Option<&Email>) -> u64 {
    let parts = email.map_or("", Email::as_str).split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = parts.filter(|part| !part.is_empty()).chain(CONTEXT).collect();
    let joined: Zeroizing<String> =
        Zeroizing::new(password.chars().filter(|letter| letter.is_alphanumeric()).collect());
    let [as_typed, joined] = [password, &joined].map(|text| zxcvbn::zxcvbn(text, &words).guesses());
    as_typed.min(joined)
}

/// Whether a hash was made with other parameters than those of today.
pub fn is_outdated(hash: &str) -> bool {
    let (memory, passes, lanes) = PARAMETERS;
    !hash.starts_with(&format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$"))
}

/// What came of asking a signed-in user for the password again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presented {
    /// It is right.
    Right,
    /// It is not.
    Wrong,
    /// There were too many wrong ones: so many seconds to wait.
    Wait(u32),
}

/// Whether this is the caller's password: asked before what a session alone must not do.
pub(crate) async fn present<E>(cx: &Cx, password: &str) -> Result<Presented, Failure<E>> {
    let user = cx.user()?;
    let attempt = match cx.app.attempts.begin(user.email.as_str(), cx.peer) {
        Ok(attempt) => attempt,
        Err(seconds) => return Ok(Presented::Wait(seconds)),
    };
    let hash = store::user::password_hash(&mut *cx.app.store.read().await?, (&user.tenant, &user.id)).await?;
    if !cx.app.passwords.verify(password, hash).await? {
        return Ok(Presented::Wrong);
    }
    attempt.succeeded();
    Ok(Presented::Right)
}

/// Changes the caller's own password: whoever else is signed in with the old one is no longer.
pub async fn change(cx: Cx, call: Call<Change>) -> Outcome<Change> {
    let (app, user) = (&cx.app, cx.user()?);
    let too_many =
        |retry_after_seconds| Failure::Refused(ChangeError::TooManyAttempts { retry_after_seconds });
    let unfit = |issue: String| {
        let issues = vec![FieldError { field: "new".into(), issue }];
        Failure::Refused(ChangeError::Unfit { issues })
    };
    let attempt = app.attempts.begin(user.email.as_str(), cx.peer).map_err(too_many)?;
    let who = (&user.tenant, &user.id);
    let old = store::user::password_hash(&mut *app.store.read().await?, who).await?;
    let wrong = || Failure::Refused(ChangeError::WrongPassword);
    if !app.passwords.verify(call.body.old.expose(), old.clone()).await? {
        return Err(wrong());
    }
    attempt.succeeded();
    let is_same = call.body.old.expose() == call.body.new.expose();
    let new = read(call.body.new, Some(&user.email)).map_err(|error| unfit(error.to_string()))?;
    if is_same {
        return Err(unfit("Use a password other than the current one.".into()));
    }
    let new = app.passwords.hash(new).await?;
    let (mut db, _) = cx.turn::<Change>().await?;
    if !store::user::renew_password(&mut db, who, &old.unwrap_or_default(), &new).await? {
        return Err(wrong());
    }
    let current = cx.token.as_ref().map(Token::hash);
    store::session::delete_of(&mut db, &user.id, current.as_deref()).await?;
    audit::record(app, &mut db, &cx.who()?, Event::PasswordChanged).await?;
    db.commit().await?;
    Ok(Nothing {}.into())
}

/// Hashes a new password. It blocks for some 60 ms.
pub fn hash(password: &Password) -> Result<String, HashError> {
    hash_now(password.expose().as_bytes())
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
    use api::Refusal;
    use tokio::time::Instant;

    use super::*;

    fn read_text(text: &str) -> Result<Password, UnfitPassword> {
        let email = Email::parse("ada.lovelace@example.com").unwrap();
        read(SecretText::new(text.to_owned()), Some(&email))
    }

    #[tokio::test]
    async fn the_stored_hash_names_its_parameters_and_checks() {
        let hash = hash(&read_text("correct horse battery staple").unwrap()).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
        let passwords = Passwords::new();
        assert!(passwords.verify("correct horse battery staple", Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse battery staple", Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse battery staple", None).await.unwrap());
    }

    #[tokio::test]
    async fn a_user_that_is_unknown_costs_as_much_as_one_that_is_known() {
        let hash = hash(&read_text("correct horse battery staple").unwrap()).unwrap();
        let cost = |hash: &str| PasswordHash::new(hash).unwrap().params.to_string();
        assert_eq!(cost(DECOY), cost(&hash));
        assert_eq!(DECOY.len(), hash.len());
        assert!(!Passwords::new().verify("", None).await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_five_seconds_for_a_turn_is_told_to_come_back() {
        let passwords = Passwords::new();
        let held = passwords.turns.clone().acquire_many_owned(2).await.unwrap();
        let begun = Instant::now();
        let (first, second) = tokio::join!(passwords.verify("a", None), passwords.verify("b", None));
        assert_eq!((first, second), (Err(CommonRefusal::Unavailable), Err(CommonRefusal::Unavailable)));
        assert_eq!(begun.elapsed().as_secs(), 5);
        let told = CommonRefusal::Unavailable.describe();
        assert_eq!((told.status, told.retryable), (503, true));
        // There are two turns and no more, and whoever gave up waits for none.
        assert_eq!(passwords.turns.available_permits(), 0);
        drop(held);
        assert_eq!(passwords.turns.available_permits(), AT_ONCE);
        assert_eq!(passwords.verify("a", None).await, Ok(false));
    }

    #[test]
    fn unfit_passwords() {
        for (text, expected) in [
            ("7 chars", UnfitPassword::Length(TextError::PasswordTooShort)),
            ("Password1", UnfitPassword::Common),
            ("12345678", UnfitPassword::Common),
            ("qwertyuiop", UnfitPassword::Common),
            ("Football2026", UnfitPassword::Common),
            ("p@ssw0rd", UnfitPassword::Common),
            ("OpenAI-Lens", UnfitPassword::Common),
            ("openailens2026", UnfitPassword::Common),
            ("Lovelace1", UnfitPassword::Common),
            ("aaaaaaaaaaaaaaaaaaaa", UnfitPassword::Common),
            ("ADA.lovelace", UnfitPassword::IsEmail),
            ("ada.lovelace@example.com", UnfitPassword::IsEmail),
        ] {
            assert_eq!(read_text(text).err(), Some(expected), "{text}: {}", guesses(text, None));
        }
        for text in [
            "correct horse battery staple",
            "ünïcödé passphrase",
            "lens-demo-on-this-machine",
            &"k7Xq2-".repeat(20),
        ] {
            assert!(read_text(text).is_ok(), "{text}");
        }
    }
}

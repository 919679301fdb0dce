//! The second factor: codes of an authenticator app (RFC 6238), each used once, and recovery codes.

use api::audit_event::Event;
use api::second_factor::{
    Confirm, ConfirmError, Enrol, EnrolError, Enrolment, RecoveryCodes, Remove, RemoveError, SecondFactor,
    View,
};
use api::{Nothing, TenantId, UserId};
use qrcode::QrCode;
use qrcode::render::svg;
use sqlx::AnyConnection;
use totp_rs::{Algorithm, Builder, Secret, Totp, TotpError};
use vault::{Binding, Kind, VaultError};
use zeroize::Zeroizing;

use crate::app::App;
use crate::http::{Call, Cx, Failure, Fault, Outcome};
use crate::password::{self, Presented};
use crate::session::{Token, token};
use crate::store;
use crate::store::second_factor as factors;
use crate::{audit, random};

/// Who has a second factor.
type Who<'a> = (&'a TenantId, &'a UserId);

/// How many recovery codes there are, and how many random bytes each has: 112 bits need no slow hash (ASVS 5.0, 6.5.2).
const RECOVERY_CODES: usize = 10;
const RECOVERY_BYTES: usize = 14;
/// What apps show beside the account.
const ISSUER: &str = "OpenAI Lens";

/// Says whether the caller has one.
pub async fn view(cx: Cx, _: Call<View>) -> Outcome<View> {
    let user = cx.user()?;
    let who = (&user.tenant, &user.id);
    let mut db = cx.app.store.read().await?;
    let enabled = factors::find(&mut db, who).await?.is_some_and(|kept| kept.confirmed);
    let recovery_codes_left = factors::recovery_codes(&mut db, who).await?;
    Ok(SecondFactor { enabled, recovery_codes_left }.into())
}

/// Begins one. It counts when a code of it was entered.
pub async fn enrol(cx: Cx, call: Call<Enrol>) -> Outcome<Enrol> {
    let (app, user) = (&cx.app, cx.user()?);
    let refused = |refusal| Failure::Refused(refusal);
    match password::present(&cx, call.body.password.expose()).await? {
        Presented::Right => {}
        Presented::Wrong => return Err(refused(EnrolError::WrongPassword)),
        Presented::Wait(retry_after_seconds) => {
            return Err(refused(EnrolError::TooManyAttempts { retry_after_seconds }));
        }
    }
    let who = (&user.tenant, &user.id);
    let random = Zeroizing::new(random::bytes::<20>()?);
    let secret = Secret::new_stack(*random).to_base32();
    let label = form_urlencoded::byte_serialize(user.email.as_str().as_bytes()).collect::<String>();
    let issuer = ISSUER.replace(' ', "%20");
    let uri = format!(
        "otpauth://totp/{issuer}:{label}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
    );
    let code = QrCode::new(&uri).map_err(|error| -> Fault { Box::new(error) })?;
    let qr_svg = code.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
    let (mut db, _) = cx.turn::<Enrol>().await?;
    if factors::find(&mut db, who).await?.is_some_and(|kept| kept.confirmed) {
        return Err(refused(EnrolError::AlreadyEnabled));
    }
    let (vault, binding) = (app.vault.to_seal(&mut db).await?, binding(who));
    let wrapped = vault.new_data_key(&binding)?;
    let sealed = vault.seal(&binding, &wrapped, random.as_slice())?;
    factors::begin(&mut db, who, (&wrapped, &sealed), app.clock.now()).await?;
    audit::record(app, &mut db, &cx.who()?, Event::SecondFactorBegun).await?;
    db.commit().await?;
    Ok(Enrolment { secret, uri, qr_svg }.into())
}

/// Makes it count.
pub async fn confirm(cx: Cx, call: Call<Confirm>) -> Outcome<Confirm> {
    let (app, user) = (&cx.app, cx.user()?);
    let too_many =
        |retry_after_seconds| Failure::Refused(ConfirmError::TooManyAttempts { retry_after_seconds });
    let attempt = app.attempts.begin(user.email.as_str(), cx.peer).map_err(too_many)?;
    let who = (&user.tenant, &user.id);
    let (mut db, _) = cx.turn::<Confirm>().await?;
    let kept = factors::find(&mut db, who).await?.filter(|kept| !kept.confirmed);
    let kept = kept.ok_or(Failure::Refused(ConfirmError::NothingToConfirm))?;
    if !take_code(app, &mut db, who, &kept, call.body.code.expose()).await? {
        return Err(Failure::Refused(ConfirmError::WrongCode));
    }
    attempt.succeeded();
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        codes.push(recovery_code(&random::bytes::<RECOVERY_BYTES>()?));
    }
    let hashes: Vec<_> = codes.iter().map(|code| token::hash(&plain(code))).collect();
    factors::confirm(&mut db, who, &hashes, app.clock.now()).await?;
    let current = cx.token.as_ref().map(Token::hash);
    store::session::delete_of(&mut db, &user.id, current.as_deref()).await?;
    audit::record(app, &mut db, &cx.who()?, Event::SecondFactorConfirmed).await?;
    db.commit().await?;
    Ok(RecoveryCodes { codes }.into())
}

/// Removes it.
pub async fn remove(cx: Cx, call: Call<Remove>) -> Outcome<Remove> {
    let user = cx.user()?;
    if user.must_have_second_factor() {
        return Err(Failure::Refused(RemoveError::Required));
    }
    match password::present(&cx, call.body.password.expose()).await? {
        Presented::Right => {}
        Presented::Wrong => return Err(Failure::Refused(RemoveError::WrongPassword)),
        Presented::Wait(retry_after_seconds) => {
            return Err(Failure::Refused(RemoveError::TooManyAttempts { retry_after_seconds }));
        }
    }
    let (mut db, _) = cx.turn::<Remove>().await?;
    factors::remove(&mut db, (&user.tenant, &user.id)).await?;
    audit::record(&cx.app, &mut db, &cx.who()?, Event::SecondFactorRemoved).await?;
    db.commit().await?;
    Ok(Nothing {}.into())
}

/// What signing in makes of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// There is no second factor, or the code is right and used up now.
    Passed,
    /// There is one, and no code came.
    CodeNeeded,
    /// The code is wrong, old or used.
    WrongCode,
    /// There were too many wrong codes: so many seconds to wait.
    Wait(u32),
}

/// Whether somebody whose password is right may come in. A right code is used up by asking.
pub(crate) async fn ask(app: &App, who: Who<'_>, code: Option<&str>) -> Result<Asked, Fault> {
    let kept = factors::find(&mut *app.store.read().await?, who).await?;
    if !kept.is_some_and(|kept| kept.confirmed) {
        return Ok(Asked::Passed);
    }
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
        return Ok(Asked::CodeNeeded);
    };
    if let Err(seconds) = app.wrong_codes.begin(who.1) {
        return Ok(Asked::Wait(seconds));
    }
    let mut db = app.store.write().await?;
    let Some(kept) = factors::find(&mut db, who).await? else { return Ok(Asked::Passed) };
    let passed = take_code(app, &mut db, who, &kept, code).await?
        || factors::use_recovery_code(&mut db, who, &token::hash(&plain(code))).await?;
    db.commit().await?;
    if !passed {
        return Ok(Asked::WrongCode);
    }
    app.wrong_codes.was_right(who.1);
    Ok(Asked::Passed)
}

/// Whether this is a code of now, or of half a minute before or after, and not used yet. Then it is used.
async fn take_code(
    app: &App,
    db: &mut AnyConnection,
    who: Who<'_>,
    kept: &factors::Kept,
    code: &str,
) -> Result<bool, Fault> {
    let binding = binding(who);
    let secret = app.vault.open(db, |vault| vault.open(&binding, &kept.wrapped, &kept.sealed)).await?;
    let bytes: [u8; 20] = secret.expose().try_into().map_err(|_| VaultError::CannotDecrypt)?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let now = u64::try_from(app.clock.now().unix_seconds()).unwrap_or_default();
    let step = totp(bytes)?.check(&digits, now).and_then(|step| i64::try_from(step).ok());
    match step {
        Some(step) => Ok(factors::use_step(db, who, step).await?),
        None => Ok(false),
    }
}

fn totp(secret: [u8; 20]) -> Result<Totp, TotpError> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(Secret::new_stack(secret))
        .build()
}

/// A second factor's secret is bound to its user, so that it opens in no other row.
fn binding<'a>((tenant, user): Who<'a>) -> Binding<'a> {
    Binding { tenant: tenant.as_str(), connection: user.as_str(), kind: Kind::SecondFactor, version: 1 }
}

/// Groups of four, to read and to type.
fn recovery_code(bytes: &[u8]) -> String {
    let digits: Vec<char> =
        bytes.iter().flat_map(|byte| format!("{byte:02x}").chars().collect::<Vec<_>>()).collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A recovery code as it is hashed: however it was typed.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of the eight digits.
        let totp = totp(*b"12345678901234567890").unwrap();
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(totp.check(code, time), Some(time / 30), "{time}");
            assert_eq!(totp.check(code, time + 30), Some(time / 30), "half a minute late");
            assert_eq!(totp.check(code, time + 90), None, "too late");
        }
        assert_eq!(totp.check("28708", 59), None);
        assert_eq!(totp.check("", 59), None);
    }

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let code = recovery_code(&[0xab; 10]);
        assert_eq!(code, "abab-abab-abab-abab-abab");
        assert_eq!(plain(&code), plain(" ABAB ABAB abab abab abab "));
    }
}

//! What is not this machine's: OpenAI, and the clocks of others.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Line, Patient};
use crate::clock::Clock;
use crate::store::{Place, health};

/// How long OpenAI may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How far two clocks may be apart, in seconds; beyond that, days and codes of second factors come out wrong.
const APART: i64 = 30;
const FAR_APART: i64 = 300;

/// Whether OpenAI can be reached, and whether its clock and the database's agree with this machine's.
pub(super) async fn clocks_and_upstream(patient: &mut Patient) -> Vec<Line> {
    let mut lines = Vec::new();
    if let (Place::Server(_), Some(db)) = (&patient.place, &mut patient.db)
        && let Ok(theirs) = health::clock(db).await
    {
        lines.push(clock("the database's", theirs.unix_seconds()));
    }
    let url = patient.settings.openai_base_url.clone();
    let name = url.to_string();
    let remedy = "let this machine connect there; a proxy of the environment is not used";
    let reached = match openai::Client::new(openai::Settings::new(url)) {
        Ok(client) => client.reach(PATIENCE).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match reached {
        Ok(reached) => {
            lines.push(Line::ok(
                "openai",
                format!("{name} answers with {} after {} ms", reached.status, reached.took.as_millis()),
            ));
            lines.extend(reached.date.and_then(seconds).map(|theirs| clock("OpenAI's", theirs)));
        }
        Err(error) => lines.push(Line::fail("openai", format!("{name}: {error}"), remedy)),
    }
    lines
}

fn seconds(moment: SystemTime) -> Option<i64> {
    i64::try_from(moment.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

fn clock(whose: &str, theirs: i64) -> Line {
    const CHECK: &str = "clock";
    let apart = Clock::System.now().unix_seconds().saturating_sub(theirs);
    let found = match apart {
        ..0 => format!("this machine's is {} s behind {whose}", apart.saturating_neg()),
        _ => format!("this machine's is {apart} s ahead of {whose}"),
    };
    let remedy = "set the clock, best by NTP: days, sessions and second factors depend on it";
    let apart = apart.saturating_abs();
    if apart <= APART {
        Line::ok(CHECK, found)
    } else if apart <= FAR_APART {
        Line::warn(CHECK, found, remedy)
    } else {
        Line::fail(CHECK, found, remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn clocks_that_are_apart_are_told_of_before_they_harm() {
        let now = Clock::System.now().unix_seconds();
        for (theirs, verdict, words) in [
            (now, Verdict::Ok, "0 s ahead of"),
            (now + 100, Verdict::Warn, "s behind"),
            (now - 86_400, Verdict::Fail, "864"),
        ] {
            let line = clock("OpenAI's", theirs);
            assert_eq!(line.verdict, verdict, "{line}");
            assert!(
                line.found.contains(words) && (line.remedy.is_some() == (verdict != Verdict::Ok)),
                "{line}"
            );
        }
    }
}

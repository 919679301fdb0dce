//! `cargo xtask mutants`: the code that must not be wrong is changed in one place after another, and the tests are to notice.
//! It takes hours and is no part of `cargo xtask test`. What survives, and why, is in docs/mutants.md.

use std::path::Path;

use crate::arguments::Arguments;
use crate::project;
use crate::setup;
use crate::step::{Outcome, Program, note, say};
use crate::tool;

pub(crate) const USAGE: &str =
    "cargo xtask mutants [--only vault|money|permission|lease|sign-in|token|planning]";

/// How many of a hundred must be noticed.
const BUDGET: usize = 90;

/// A part of the code: what is changed, and which tests are to notice.
struct Part {
    name: &'static str,
    changed: &'static [&'static str],
    tests: &'static [&'static str],
}

const PARTS: &[Part] = &[
    Part { name: "vault", changed: &["--package", "vault"], tests: &[] },
    Part { name: "money", changed: &["--package", "money"], tests: &[] },
    Part {
        name: "permission",
        changed: &[
            "--workspace",
            "--test-package",
            "api,server",
            "--file",
            "crates/api/src/permission.rs",
            "--file",
            "crates/api/src/endpoint.rs",
            "--file",
            "crates/server/src/http/admission.rs",
            "--re",
            "Permission|Access|admit|record_denial|turn",
        ],
        tests: &[
            "--lib",
            "--test",
            "server",
            "--",
            "permission",
            "access::",
            "audit::",
            "api_token::",
            "sign_in_rule::",
            "second_factor::",
        ],
    },
    Part {
        name: "lease",
        changed: &[
            "--workspace",
            "--test-package",
            "server",
            "--file",
            "crates/server/src/store/lease.rs",
            "--file",
            "crates/server/src/import/leased.rs",
        ],
        // Without a lease nothing is imported, and whoever waits for an import would wait for good.
        tests: &["--lib", "--test", "server", "--", "lease::"],
    },
    Part {
        name: "sign-in",
        changed: &[
            "--workspace",
            "--test-package",
            "server",
            "--file",
            "crates/server/src/session.rs",
            "--file",
            "crates/server/src/session/token.rs",
            "--file",
            "crates/server/src/second_factor.rs",
            "--file",
            "crates/server/src/attempts.rs",
            "--file",
            "crates/server/src/attempts/codes.rs",
        ],
        tests: &[
            "--lib",
            "--test",
            "server",
            "--",
            "session::",
            "second_factor::",
            "attempts::",
            "password::",
        ],
    },
    Part { name: "token", changed: &["--package", "oidc"], tests: &["--lib"] },
    Part {
        name: "planning",
        changed: &[
            "--workspace",
            "--test-package",
            "server",
            "--file",
            "crates/server/src/import/plan.rs",
            "--file",
            "crates/server/src/import/history.rs",
        ],
        tests: &[
            "--lib",
            "--test",
            "server",
            "--",
            "plan::",
            "history::",
            "import_history::",
            "import_stream::",
        ],
    },
];

pub(crate) fn verb(arguments: Vec<String>) -> Outcome {
    let mut arguments = Arguments::new(arguments, USAGE);
    let parts = arguments.only(PARTS, |part| part.name)?;
    arguments.end()?;
    setup::for_building()?;
    tool::cargo_mutants()?;
    let mut rows = Vec::new();
    for part in parts {
        say(&format!("Changing {} in one place after another", part.name));
        rows.push((part.name, measure(part)?));
    }
    say("Noticed by a test");
    let mut under = Vec::new();
    for (name, noticed) in rows {
        let percent = noticed.percent();
        note(&format!("{name:<12} {} of {}: {percent} % (budget {BUDGET} %)", noticed.caught, noticed.all()));
        if percent < BUDGET {
            under.push(name);
        }
    }
    if under.is_empty() { Ok(()) } else { Err(format!("Failed: under the budget: {}", under.join(", "))) }
}

struct Noticed {
    caught: usize,
    missed: usize,
}

impl Noticed {
    fn all(&self) -> usize {
        self.caught + self.missed
    }

    fn percent(&self) -> usize {
        (self.caught * 100).checked_div(self.all()).unwrap_or_default()
    }
}

fn measure(part: &Part) -> Result<Noticed, String> {
    let output = project::target().join("mutants").join(part.name);
    std::fs::create_dir_all(&output)
        .map_err(|error| format!("{} cannot be made: {error}", output.display()))?;
    let run = Program::new("cargo", &["mutants", "--no-shuffle", "--colors", "never", "--output"])
        .argument(&output)
        .arguments(part.changed)
        .arguments(&["--"])
        .arguments(part.tests);
    // It fails when a change survives, which is counted here.
    run.watch(|_| ())?;
    let found = output.join("mutants.out");
    let lines = |name: &str| lines(&found.join(name));
    // A change that makes the tests hang is noticed as well.
    let noticed = Noticed {
        caught: lines("caught.txt")?.len() + lines("timeout.txt")?.len(),
        missed: lines("missed.txt")?.len(),
    };
    if noticed.all() == 0 {
        return Err(format!(
            "Failed: nothing of {} was changed.\nRemedy: read {}",
            part.name,
            found.display()
        ));
    }
    for survivor in lines("missed.txt")? {
        note(&format!("survived: {survivor}"));
    }
    Ok(noticed)
}

fn lines(file: &Path) -> Result<Vec<String>, String> {
    Ok(project::read(file)?.lines().map(str::to_owned).collect())
}

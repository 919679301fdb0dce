//! The steps, cheapest first: what is wrong is said soon.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::build;
use crate::child::Running;
use crate::first_load;
use crate::installation;
use crate::postgres;
use crate::project::{self, Programs};
use crate::run::{EVERYTHING, origin};
use crate::step::{Outcome, Program};
use crate::test::tally::Tally;
use crate::test::{Length, Step, fuzz};
use crate::tool;

/// Who may do everything where a server is judged, and the password of everybody there.
const ADMIN: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery staple";

pub(super) const STEPS: &[Step] = &[
    Step { name: "format", about: "every Rust file is formatted", work: format },
    Step { name: "lint", about: "clippy finds nothing, warnings are errors", work: lint },
    Step {
        name: "deny",
        about: "licences and sources of all libraries, and none that is banned",
        work: deny,
    },
    Step { name: "lint-app", about: "the same for the app, compiled for the browser", work: lint_app },
    Step { name: "build", about: "the app, and the programs with it", work: build },
    Step { name: "unit", about: "unit and integration tests of every crate, and tests/tidy.rs", work: unit },
    Step {
        name: "postgres",
        about: "the server's tests again, on a PostgreSQL of their own",
        work: postgres,
    },
    Step { name: "doc", about: "the documentation builds, links hold", work: doc },
    Step { name: "clients", about: "OpenAI's own clients against the simulator", work: clients },
    Step { name: "focus", about: "FOCUS files before other people's validator and database", work: focus },
    Step {
        name: "api",
        about: "the API before Schemathesis: as nobody, a viewer and an administrator",
        work: api,
    },
    Step { name: "mail", about: "e-mail, handed over to a real mail server", work: mail },
    Step { name: "fuzz", about: "what reads other people's bytes, for a minute each", work: fuzz::run },
    Step { name: "size", about: "the first load does not grow", work: size },
    Step { name: "browser", about: "Playwright: the app, the server and the simulator", work: browser },
];

fn format(_: &mut Tally, _: Length) -> Outcome {
    Program::new("cargo", &["fmt", "--all", "--check"]).remedy("cargo fmt --all").run()
}

fn lint(_: &mut Tally, _: Length) -> Outcome {
    Program::new("cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
        .remedy("clippy says above what to change")
        .run()
}

fn deny(_: &mut Tally, _: Length) -> Outcome {
    tool::cargo_deny()?;
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        Program::new(
            "cargo",
            &["deny", "--workspace", "--manifest-path", manifest, "--locked", "--config", "deny.toml"],
        )
        .arguments(&["check", "bans", "licenses", "sources"])
        .remedy("deny.toml says what a library may be, and why")
        .run()?;
    }
    Ok(())
}

fn lint_app(_: &mut Tally, _: Length) -> Outcome {
    // The profile of the app's build, which finds the macros compiled.
    let package = ["-p", "openai-lens-console", "--target", "wasm32-unknown-unknown", "--profile", "spa"];
    let arguments: Vec<&str> =
        ["clippy"].into_iter().chain(package).chain(["--", "-D", "warnings"]).collect();
    Program::new("cargo", &arguments)
        .env("CARGO_TARGET_DIR", project::target().join("spa"))
        .remedy("clippy says above what to change")
        .run()
}

/// Before the tests, which then find the programs built and the app in them. The release is the same code with other
/// settings of the compiler, and takes nine minutes more: the long run tests it.
fn build(_: &mut Tally, length: Length) -> Outcome {
    build::app()?;
    match length.programs() {
        // With the tests, whose libraries have other features: without them each would be compiled twice.
        Programs::Checked => Program::new("cargo", &["build", "--workspace", "--all-targets"]).run(),
        Programs::Released => build::programs(),
    }
}

fn unit(tally: &mut Tally, length: Length) -> Outcome {
    let (succeeded, failure) = Program::new("cargo", &["test", "--workspace", "--no-fail-fast"])
        .env("LONG_TESTS", length.variable())
        .watch(|line| tally.read_cargo(line))?;
    if succeeded { Ok(()) } else { Err(failure) }
}

/// The same tests as on SQLite, each in a schema of its own.
fn postgres(tally: &mut Tally, length: Length) -> Outcome {
    let (_server, url) = postgres::start()?;
    let (succeeded, failure) =
        Program::new("cargo", &["test", "--workspace", "--test", "server", "--no-fail-fast"])
            .env("TEST_POSTGRES", &url)
            .env("LONG_TESTS", length.variable())
            .watch(|line| tally.read_cargo(line))?;
    if succeeded { Ok(()) } else { Err(failure) }
}

fn doc(_: &mut Tally, _: Length) -> Outcome {
    Program::new("cargo", &["doc", "--workspace", "--no-deps", "--document-private-items"])
        // Private items are documented as well, so that a link to one leads somewhere.
        .env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links")
        .remedy("rustdoc says above which link or example is wrong")
        .run()
}

/// The official clients are the judges of whether the simulator speaks OpenAI's contract.
fn clients(tally: &mut Tally, length: Length) -> Outcome {
    let folder = project::root().join("crates/simulator/acceptance");
    tool::node_packages(&folder)?;
    let python = tool::python_packages("python-clients", &folder)?;
    let (_simulator, url) = simulator(length)?;
    let base_url = format!("{url}/v1");
    let key = installation::sample_key(length.programs(), "small")?;
    Program::new("node", &["check.mjs", &base_url, &key]).folder(&folder).run()?;
    tally.passed += 1;
    // Where OpenAI's specification lies beside the project, every answer is validated against it as well; check.py says
    // so when it does not.
    let specification = project::root().join("../shared/openai-admin.openapi.yaml").display().to_string();
    let arguments = ["check.py", &base_url, &key, &specification];
    Program::new(python, &arguments).folder(&folder).run()?;
    tally.passed += 1;
    Ok(())
}

/// Whoever reads FOCUS files is the judge of whether we write them: files of everything that a bill can have, and those
/// that the server writes of accounts that it imported.
fn focus(tally: &mut Tally, length: Length) -> Outcome {
    let folder = project::root().join("crates/focus/acceptance");
    let python = tool::python_packages("python-focus", &folder)?;
    let files = installation::empty_folder("focus")?;
    let (sample, exported) = (files.join("sample"), files.join("exported"));
    Program::new("cargo", &["build", "--workspace", "--example", "sample"]).run()?;
    Program::new(project::target().join("debug/examples/sample"), &[]).argument(&sample).run()?;
    let judge = |folders: &Path| {
        Program::new(&python, &["check.py"])
            .argument(folders)
            .folder(&folder)
            .remedy("the validator says above which rule a column breaks; crates/focus/src/column.rs fills the columns")
            .run()
    };
    judge(&sample)?;
    tally.passed += 1;
    export(length, &python, &folder, &exported)?;
    judge(&exported)?;
    tally.passed += 1;
    Ok(())
}

/// Files that the server writes of accounts that it imported, with what OpenAI says of the same days.
fn export(length: Length, python: &Path, folder: &Path, files: &Path) -> Outcome {
    /// Charges of every kind that the simulator knows, a credit, a line item that nobody knows, and names of any characters.
    const NAMES: &[&str] = &["small", "archived", "credit", "unknown-rows", "text-amounts", "hostile-names"];
    let data = installation::empty_folder("focus-server")?;
    // Its time stands still, so that it tells the same whenever it is asked.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
    let (_simulator, upstream) = simulator_with(length, &["--now", &now])?;
    let server = || {
        let mut server = installation::server(length.programs(), &data, 0);
        server.env("OPENAI_BASE_URL", format!("{upstream}/v1"));
        server
    };
    installation::add_user(server(), ADMIN, EVERYTHING, PASSWORD)?;
    let (_server, url) = installation::serve(server(), &project::target().join("tmp/focus.log"))?;
    installation::connect(length.programs(), &url, (ADMIN, PASSWORD), NAMES)?;
    Program::new(python, &["export.py", &url, ADMIN, PASSWORD, &upstream])
        .argument(files)
        .folder(folder)
        .env("ADMIN_KEYS", installation::sample_keys(length.programs(), NAMES)?)
        .run()
}

/// Schemathesis is the judge of whether the server does what its document says, whoever asks: with an account that is
/// imported, and with one whose key OpenAI refuses, so that figures and findings are compared with the document too.
fn api(tally: &mut Tally, length: Length) -> Outcome {
    const VIEWER: &str = "vic@example.com";
    let folder = project::root().join("crates/api/acceptance");
    let python = tool::python_packages("python-api", &folder)?;
    let data = installation::empty_folder("api")?;
    let (_simulator, upstream) = simulator(length)?;
    let server = || {
        let mut server = installation::server(length.programs(), &data, 0);
        server.env("OPENAI_BASE_URL", format!("{upstream}/v1"));
        server
    };
    installation::add_user(server(), ADMIN, EVERYTHING, PASSWORD)?;
    installation::add_user(server(), VIEWER, &["cloud-analytics-user"], PASSWORD)?;
    let (_server, url) = installation::serve(server(), &project::target().join("tmp/api.log"))?;
    installation::connect(length.programs(), &url, (ADMIN, PASSWORD), &["small", "revoked-mid-run"])?;
    Program::new(python, &["check.py", &url, PASSWORD, "anonymous", VIEWER, ADMIN])
        .folder(&folder)
        .env("ADMIN_KEY", installation::sample_key(length.programs(), "no-usage-scope")?)
        .env("LONG_TESTS", length.variable())
        .remedy("the lines above say which request was answered otherwise than the document says")
        .run()?;
    tally.passed += 3;
    Ok(())
}

/// Somebody else's mail server is the judge of whether we speak SMTP: with STARTTLS, a login, and refusals.
fn mail(tally: &mut Tally, _: Length) -> Outcome {
    let (succeeded, failure) = Program::new(
        "cargo",
        &["test", "--workspace", "--test", "server", "--no-fail-fast", "--", "--ignored", "mail::"],
    )
    .env("MAIL_PYTHON", mail_python()?)
    .watch(|line| tally.read_cargo(line))?;
    if succeeded { Ok(()) } else { Err(failure) }
}

/// The interpreter that has the mail server.
fn mail_python() -> Result<PathBuf, String> {
    tool::python_packages("python-mail", &project::root().join("crates/courier/acceptance"))
}

fn size(_: &mut Tally, length: Length) -> Outcome {
    let data = installation::empty_folder("first-load")?;
    let log = project::target().join("tmp/first-load.log");
    let (_server, url) = installation::serve(installation::server(length.programs(), &data, 0), &log)?;
    let load = first_load::measure(&url)?;
    load.print();
    let total = load.total();
    if total <= first_load::BUDGET {
        return Ok(());
    }
    Err(format!(
        "Failed: the first load is {total} bytes, the budget is {} bytes.\nRemedy: find what has grown in the list above",
        first_load::BUDGET
    ))
}

fn browser(tally: &mut Tally, length: Length) -> Outcome {
    let (succeeded, failure) = Program::new("npx", &["playwright", "test"])
        .folder(&project::root().join("end2end"))
        .env("CI", "1")
        .env("PROGRAMS", length.programs().folder())
        .env("MAIL_PYTHON", mail_python()?)
        .env("LONG_TESTS", length.variable())
        .remedy("look into one that failed: in end2end, npx playwright test FILE:LINE --trace on, then npx playwright show-trace")
        .watch(|line| tally.read_playwright(line))?;
    if succeeded { Ok(()) } else { Err(failure) }
}

/// A simulator on a port of its own.
fn simulator(length: Length) -> Result<(Running, String), String> {
    simulator_with(length, &[])
}

fn simulator_with(length: Length, arguments: &[&str]) -> Result<(Running, String), String> {
    let mut command = Command::new(length.programs().path("openai-simulator"));
    command.args(["--port", "0"]).args(arguments);
    Running::start(command, &project::target().join("tmp/simulator.log"), origin)
}

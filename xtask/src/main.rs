//! The verbs of the project: `cargo xtask VERB`. One file for each, and what they share beside them.
//!
//! It has no dependencies on purpose: on a new machine it is built before anything can be said.

#![expect(clippy::print_stdout, reason = "a command-line tool speaks to its terminal")]

mod bench;
mod build;
mod mutants;
mod run;
mod setup;
mod split;
mod test;

mod arguments;
mod child;
mod first_load;
mod http;
mod installation;
mod postgres;
mod project;
mod step;
mod tool;

use std::process::ExitCode;

use crate::step::Outcome;

struct Verb {
    name: &'static str,
    about: &'static str,
    usage: &'static str,
    work: fn(Vec<String>) -> Outcome,
}

const VERBS: &[Verb] = &[
    Verb {
        name: "setup",
        about: "install what a build needs and is missing",
        usage: setup::USAGE,
        work: setup::verb,
    },
    Verb {
        name: "build",
        about: "build the app and the release programs",
        usage: build::USAGE,
        work: build::verb,
    },
    Verb {
        name: "run",
        about: "start the demo, or with --live the product itself",
        usage: run::USAGE,
        work: run::verb,
    },
    Verb {
        name: "split",
        about: "cut the built app into parts; Trunk calls it",
        usage: split::USAGE,
        work: split::verb,
    },
    Verb { name: "test", about: "set up and run every test there is", usage: test::USAGE, work: test::verb },
    Verb {
        name: "bench",
        about: "print each budget beside the measured figure",
        usage: bench::USAGE,
        work: bench::verb,
    },
    Verb {
        name: "mutants",
        about: "change what must not be wrong, and see whether a test notices",
        usage: mutants::USAGE,
        work: mutants::verb,
    },
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let Some(verb) = VERBS.iter().find(|verb| verb.name == name) else {
        println!("cargo xtask VERB\n");
        for verb in VERBS {
            println!("  {:<7} {}\n          {}", verb.name, verb.about, verb.usage);
        }
        let asked_for_help = ["", "help", "--help", "-h"].contains(&name.as_str());
        return if asked_for_help { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    if rest.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{}: {}", verb.usage, verb.about);
        return ExitCode::SUCCESS;
    }
    match (verb.work)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("\n{problem}");
            ExitCode::FAILURE
        }
    }
}

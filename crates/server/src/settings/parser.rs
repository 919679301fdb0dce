//! Reading single settings, with every problem noted.

use super::read::{SettingProblem, problem};

/// Reads settings one by one, and notes what cannot be used.
pub(super) struct Parser<'a> {
    pub(super) raw: &'a dyn Fn(&str) -> Option<String>,
    pub(super) problems: &'a mut Vec<SettingProblem>,
}

impl Parser<'_> {
    pub(super) fn parse<T: std::str::FromStr>(&mut self, name: &str, default: T, remedy: &str) -> T {
        self.parse_optional(name, remedy).unwrap_or(default)
    }

    pub(super) fn parse_optional<T: std::str::FromStr>(&mut self, name: &str, remedy: &str) -> Option<T> {
        let text = (self.raw)(name)?;
        let parsed = text.trim().parse().ok();
        if parsed.is_none() {
            self.problems.push(problem(name, &format!("“{text}” is not understood; {remedy}")));
        }
        parsed
    }

    pub(super) fn flag(&mut self, name: &str) -> bool {
        match (self.raw)(name).as_deref() {
            None | Some("no" | "false" | "0") => false,
            Some("yes" | "true" | "1") => true,
            Some(text) => {
                self.problems.push(problem(name, &format!("“{text}” is not understood; write yes or no")));
                false
            }
        }
    }

    /// Notes that a setting cannot be used.
    pub(super) fn note(&mut self, name: &str, words: &str) {
        self.problems.push(problem(name, words));
    }

    /// A text that has to be there.
    pub(super) fn needed(&mut self, name: &str, remedy: &str) -> Option<String> {
        let text = (self.raw)(name);
        if text.is_none() {
            self.note(name, remedy);
        }
        text
    }
}

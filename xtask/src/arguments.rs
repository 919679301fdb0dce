//! A verb's arguments: flags, and flags with a value.

/// What is left of a verb's arguments.
pub(crate) struct Arguments {
    rest: Vec<String>,
    usage: &'static str,
}

impl Arguments {
    pub(crate) fn new(rest: Vec<String>, usage: &'static str) -> Self {
        Self { rest, usage }
    }

    /// Whether `--name` stands there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.rest.len();
        self.rest.retain(|argument| argument != name);
        self.rest.len() < before
    }

    /// The value of `--name VALUE` or `--name=VALUE`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>, String> {
        let prefix = format!("{name}=");
        let Some(at) =
            self.rest.iter().position(|argument| argument == name || argument.starts_with(&prefix))
        else {
            return Ok(None);
        };
        let argument = self.rest.remove(at);
        if let Some(value) = argument.strip_prefix(&prefix) {
            return Ok(Some(value.to_owned()));
        }
        if at < self.rest.len() {
            return Ok(Some(self.rest.remove(at)));
        }
        Err(format!("{name} needs a value. Usage: {}", self.usage))
    }

    /// The parts of a verb that `--only NAME` leaves: all of them without it.
    pub(crate) fn only<'a, T>(
        &mut self,
        parts: &'a [T],
        name: impl Fn(&T) -> &'static str,
    ) -> Result<Vec<&'a T>, String> {
        let only = self.value("--only")?;
        let left: Vec<&T> =
            parts.iter().filter(|part| only.as_deref().is_none_or(|only| only == name(part))).collect();
        if left.is_empty() {
            let names: Vec<&str> = parts.iter().map(name).collect();
            return Err(format!("--only: the parts are {}", names.join(", ")));
        }
        Ok(left)
    }

    /// Refuses what nobody has asked for.
    pub(crate) fn end(self) -> Result<(), String> {
        match self.rest.first() {
            None => Ok(()),
            Some(unknown) => Err(format!("there is no argument {unknown}. Usage: {}", self.usage)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(text: &str) -> Arguments {
        Arguments::new(text.split_whitespace().map(str::to_owned).collect(), "verb")
    }

    #[test]
    fn flags_and_values_are_taken_in_any_order() {
        let mut given = arguments("--live --port 9000 --data=x");
        assert_eq!(given.value("--data"), Ok(Some("x".into())));
        assert!(given.flag("--live"));
        assert_eq!(given.value("--port"), Ok(Some("9000".into())));
        assert_eq!(given.end(), Ok(()));
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        assert!(arguments("--port").value("--port").unwrap_err().contains("--port needs a value"));
        assert!(arguments("--prot 1").end().unwrap_err().contains("--prot"));
    }
}

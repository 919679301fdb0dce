//! How many tests passed and failed, and which, read from what the test programs print.

/// Counts, and what failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    /// Names of tests that failed: what was printed of them is far up in a long output.
    pub(crate) broken: Vec<String>,
}

impl Tally {
    /// Reads cargo's `test a::b ... FAILED` and `test result: ok. 12 passed; 0 failed; …`.
    pub(crate) fn read_cargo(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED")) {
            self.broken.push(name.to_owned());
        }
        if !line.starts_with("test result: ") {
            return;
        }
        for part in line.split(';') {
            let mut words = part.split_whitespace().rev();
            let (kind, number) = (words.next(), words.next().and_then(|word| word.parse::<u32>().ok()));
            match (kind, number) {
                (Some("passed"), Some(number)) => self.passed += number,
                (Some("failed"), Some(number)) => self.failed += number,
                _ => {}
            }
        }
    }

    /// Reads Playwright's `  ✘  12 tests/a.spec.ts:3:1 › b (1.2s)` and its closing lines: `  3 passed (1.2m)`, `  1 failed`,
    /// `  2 did not run`.
    pub(crate) fn read_playwright(&mut self, line: &str) {
        if let Some(name) = line.trim_start().strip_prefix('✘') {
            self.broken.push(name.trim().to_owned());
        }
        let mut words = line.split_whitespace();
        let Some(number) = words.next().and_then(|word| word.parse::<u32>().ok()) else { return };
        match words.next() {
            Some("passed") => self.passed += number,
            // A test that passes at the second try, or was not tried, has shown nothing.
            Some("failed" | "flaky" | "interrupted") => self.failed += number,
            Some("did") if words.next() == Some("not") => self.failed += number,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_counted() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.52s",
            "test a ... ok",
            "test b::c ... FAILED",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        ] {
            tally.read_cargo(line);
        }
        assert_eq!(tally, Tally { passed: 15, failed: 2, broken: vec!["b::c".to_owned()] });
    }

    #[test]
    fn playwright_is_counted() {
        let mut tally = Tally::default();
        let title = "7 tests/connect.spec.ts:3:1 › a (1.2s)";
        for line in [
            "  ✓  6 tests/connect.spec.ts:2:1 › b (1.0s)",
            &format!("  ✘  {title}"),
            "  2 failed",
            "    [chromium] › connect.spec.ts:3:1 › a",
            "  1 flaky",
            "  3 did not run",
            "  40 passed (1.2m)",
            "  5 skipped",
        ] {
            tally.read_playwright(line);
        }
        assert_eq!(tally, Tally { passed: 40, failed: 6, broken: vec![title.to_owned()] });
    }
}

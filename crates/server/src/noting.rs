//! That something was used is noted once in a while. Of many requests that come at that moment one notes it, and the
//! others do not wait for their turn to write.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// What is being noted just now.
#[derive(Debug, Default)]
pub struct Noting(Mutex<HashSet<String>>);

/// The right to note something, until this is dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    noting: &'a Noting,
    what: String,
}

impl Noting {
    /// The right to note that this was used; none while somebody else is at it.
    pub fn begin(&self, what: &str) -> Option<Turn<'_>> {
        let mut noting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noting.insert(what.to_owned()).then(|| Turn { noting: self, what: what.to_owned() })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.noting.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_notes_the_same() {
        let noting = Noting::default();
        let one = noting.begin("one");
        assert!(one.is_some() && noting.begin("one").is_none() && noting.begin("other").is_some());
        drop(one);
        assert!(noting.begin("one").is_some());
    }
}

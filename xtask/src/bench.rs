//! `cargo xtask bench`: each budget beside the measured figure.
use crate::step::Outcome;
pub(crate) const USAGE: &str = "cargo xtask bench";
pub(crate) fn verb(_: Vec<String>) -> Outcome {
    Err("bench is being written".into())
}

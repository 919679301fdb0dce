//! Costs in FOCUS.

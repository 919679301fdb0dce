//! Spreads billed costs over the usage that caused them.

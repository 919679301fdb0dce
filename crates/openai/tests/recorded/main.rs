//! The wire types against recorded examples of the contract, and against answers that drift away from it.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod drift;

//! The courier on loopback.

#[cfg(test)]
mod reach;

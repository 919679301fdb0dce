//! The client against an upstream on loopback that answers exactly what a test wants.

#[cfg(test)]
mod called;
#[cfg(test)]
mod cut;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod upstream;

//! An OpenAI admin key.
//!
//! [`AdminKey`] is the one form in which a key travels through the product. It has no `Display`, no `Serialize` and
//! no `Clone`, its `Debug` says nothing, and its memory is wiped when it is dropped. [`AdminKey::parse`] is the rule
//! of the wizard's field and of the server alike; [`Unfit`] says what was pasted instead, in words for the user.

mod key;
mod unfit;

pub use key::AdminKey;
pub use unfit::{KeyKind, Unfit};

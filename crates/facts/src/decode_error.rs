//! Why bytes are not what they should be.

/// Why bytes could not be read as a cube or a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// They were written by another version, or are something else.
    #[error("the bytes have an unknown version")]
    Version,
    /// They are damaged or end too early.
    #[error("the bytes are damaged")]
    Damaged,
    /// Columns differ in length.
    #[error("the columns differ in length")]
    Uneven,
    /// A number does not fit its column, or no text has it.
    #[error("a number is out of range")]
    OutOfRange,
    /// More rows than anything has.
    #[error("there are too many rows")]
    TooManyRows,
}

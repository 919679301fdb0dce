//! Code that would print, serialise or copy a key does not compile, and each error is the expected one.
//! (That `Debug` is redacted is the key's own test.)

#[test]
fn a_key_cannot_be_printed_serialised_or_copied() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}

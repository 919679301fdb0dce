//! Code that would print, serialise or copy a secret does not compile, and each error is the expected one.

#[test]
fn a_secret_cannot_be_printed_serialised_or_copied() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}

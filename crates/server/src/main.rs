//! The program `openai-lens`.
fn main() {}

//! Placeholder until the assets are embedded.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}

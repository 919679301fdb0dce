//! Each line of `main` would print, serialise or copy a key, and none compiles.

use admin_key::AdminKey;

fn main() {
    let key = AdminKey::parse("sk-admin-0123456789abcdefghij").unwrap();
    format!("{key}");
    key.to_string();
    serde_json::to_string(&key);
    let copy: AdminKey = key.clone();
}

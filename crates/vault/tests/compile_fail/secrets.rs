//! Each line of the functions would print, serialise or copy a secret, and none compiles.

use vault::{Fingerprints, MasterKey, Plaintext, Vault};

fn plaintext(secret: Plaintext) {
    format!("{secret}");
    format!("{secret:?}");
    serde_json::to_string(&secret);
    let copy: Plaintext = secret.clone();
}

fn master_key(secret: MasterKey) {
    format!("{secret}");
    format!("{secret:?}");
    serde_json::to_string(&secret);
    let copy: MasterKey = secret.clone();
}

fn keeps_the_master_key(secret: Vault) {
    format!("{secret:?}");
}

fn keeps_the_fingerprint_key(secret: Fingerprints) {
    format!("{secret:?}");
}

fn main() {}

//! Whatever stands in a row of the store in place of a sealed key, its wrapped data key or the check value: it does not
//! open. What was sealed opens, and with any of its bytes changed does not.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vault::{Binding, Kind, MasterKey, Sealed, Vault, WrappedKey};

const SECRET: &[u8] = b"what was sealed";
const BINDING: Binding<'static> = Binding { tenant: "t", connection: "c", kind: Kind::AdminKey, version: 1 };

struct Row {
    vault: Vault,
    wrapped: WrappedKey,
    sealed: Sealed,
}

static ROW: LazyLock<Row> = LazyLock::new(|| {
    let vault = Vault::new(MasterKey::random().expect("randomness"));
    let wrapped = vault.new_data_key(&BINDING).expect("a data key");
    let sealed = vault.seal(&BINDING, &wrapped, SECRET).expect("a sealed secret");
    Row { vault, wrapped, sealed }
});

fuzz_target!(|data: &[u8]| {
    let Row { vault, wrapped, sealed } = &*ROW;
    assert!(vault.open(&BINDING, wrapped, &Sealed(data.to_vec())).is_err());
    assert!(vault.open(&BINDING, &WrappedKey(data.to_vec()), sealed).is_err());
    assert!(vault.verify(&Sealed(data.to_vec())).is_err());
    assert!(vault.fingerprints(&WrappedKey(data.to_vec())).is_err());
    let mut changed = sealed.0.clone();
    for (byte, change) in changed.iter_mut().zip(data) {
        *byte ^= change;
    }
    let opened = vault.open(&BINDING, wrapped, &Sealed(changed.clone()));
    assert_eq!(opened.is_ok_and(|plain| plain.expose() == SECRET), changed == sealed.0);
});

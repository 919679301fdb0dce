//! Whatever is pasted into the field: it is a key of the right shape or it is named what is wrong, and a key that was
//! taken is taken again, unchanged, with quotes and blanks around it.

#![no_main]

use admin_key::AdminKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|pasted: &str| {
    let Ok(key) = AdminKey::parse(pasted) else { return };
    let taken = key.expose();
    assert!(pasted.contains(taken) && taken.is_ascii());
    assert!(taken.ends_with(&key.tail()) && key.tail().len() == 4);
    for again in [taken.to_owned(), format!(" \"{taken}\"\u{a0}\n")] {
        assert!(AdminKey::parse(&again).is_ok_and(|key| key.expose() == taken));
    }
});

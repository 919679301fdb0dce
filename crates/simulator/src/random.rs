//! Numbers that look random and are the same in every run.

/// A number that depends on these numbers and looks random (SplitMix64).
pub(crate) fn mix(parts: &[u64]) -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for part in parts {
        state = (state ^ part).wrapping_add(0x9e37_79b9_7f4a_7c15);
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 31;
    }
    state
}

/// A text of letters and digits that depends on these numbers.
pub(crate) fn text(parts: &[u64], length: usize) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let letter = |at: usize| {
        let number = mix(&[mix(parts), at as u64]) % 62;
        usize::try_from(number)
            .ok()
            .and_then(|number| LETTERS.get(number))
            .map_or('x', |letter| char::from(*letter))
    };
    (0..length).map(letter).collect()
}

/// A number that stands for a text.
pub(crate) fn seed(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

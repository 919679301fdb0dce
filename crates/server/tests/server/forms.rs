//! Secrets in all forms that they could be found in.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a key looks like in each form that is looked for: any twelve bytes of its random part, as they are, reversed, in
/// hexadecimal and in base64 at each of its three alignments. URL-encoding leaves a key's characters as they are.
pub struct Forms {
    by_length: Vec<(usize, HashSet<Vec<u8>>)>,
    /// Whether a form begins with these three bytes: hardly any place of a log has to be looked at closer.
    begins: Vec<bool>,
}

impl Forms {
    pub fn of(secrets: impl IntoIterator<Item = String>) -> Self {
        let secrets: Vec<String> = secrets.into_iter().collect();
        let random = secrets.iter().map(|secret| secret.rsplit_once('-').unwrap().1.as_bytes());
        let pieces: Vec<&[u8]> = random.flat_map(|random| random.windows(12)).collect();
        let mut plain: HashSet<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
        plain.extend(pieces.iter().map(|piece| piece.iter().rev().copied().collect::<Vec<u8>>()));
        let hex = |piece: &&[u8]| piece.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let mut hexadecimal: HashSet<Vec<u8>> = pieces.iter().map(|piece| hex(piece).into_bytes()).collect();
        hexadecimal.extend(pieces.iter().map(|piece| hex(piece).to_uppercase().into_bytes()));
        // Twelve bytes at a multiple of three are sixteen characters of their own, whatever stands around them.
        let base64 = pieces.iter().map(|piece| STANDARD.encode(piece).into_bytes()).collect();
        let by_length = vec![(12, plain), (24, hexadecimal), (16, base64)];
        let mut begins = vec![false; 1 << 24];
        for form in by_length.iter().flat_map(|(_, forms)| forms) {
            begins[beginning(form)] = true;
        }
        Self { by_length, begins }
    }

    /// Up to three hits, with what is around them.
    pub fn find(&self, haystack: &[u8]) -> Vec<String> {
        let is_hit = |at: &usize| {
            self.begins[beginning(&haystack[*at..])]
                && self.by_length.iter().any(|(length, forms)| {
                    haystack.get(*at..at + length).is_some_and(|piece| forms.contains(piece))
                })
        };
        let around = |at: usize| {
            let from = at.saturating_sub(80);
            String::from_utf8_lossy(&haystack[from..haystack.len().min(at + 24)]).into_owned()
        };
        (0..haystack.len().saturating_sub(2)).filter(is_hit).take(3).map(around).collect()
    }
}

fn beginning(bytes: &[u8]) -> usize {
    bytes[..3].iter().fold(0, |begun, byte| begun << 8 | usize::from(*byte))
}

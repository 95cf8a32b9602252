//! Opaque texts that differ whenever a ticket differs.

use serde::Serialize;

/// The time of the last change and a hash of what otai reads and writes: two changes may fall into one second.
#[must_use]
pub fn of(updated_at: &str, values: &impl Serialize) -> String {
    let bytes = serde_json::to_vec(values).unwrap_or_default();
    format!("{updated_at}-{:016x}", hash(&bytes))
}

/// FNV-1a, 64 bits: the same in every version, as revisions are stored.
#[must_use]
pub fn hash(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_differs_with_time_and_with_values() {
        assert_eq!(of("t", &(1, "a")), of("t", &(1, "a")));
        assert_ne!(of("t", &(1, "a")), of("t", &(1, "b")));
        assert_ne!(of("t", &1), of("u", &1));
        assert_eq!(hash(b"a"), 0xaf63_dc4c_8601_ec8c, "the reference's own vector");
    }
}

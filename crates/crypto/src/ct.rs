//! Comparison in constant time.
//!
//! For anything where the moment of the first difference would tell an attacker something: Finished, PSK binders, HMAC tags, cookies, secrets.

use aws_lc_rs::constant_time;

/// Whether `a` and `b` are the same bytes.
///
/// The time taken depends on the lengths, which are public in TLS, and not on the contents.
#[must_use]
pub fn eq(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

#[cfg(test)]
mod tests {
    use super::eq;

    #[test]
    fn compares_length_and_every_byte() {
        assert!(eq(b"", b""));
        assert!(eq(b"verify_data", b"verify_data"));
        assert!(!eq(b"verify_data", b"verify_dat"));
        assert!(!eq(b"", b"\0"));
        for at in 0..12 {
            let mut other = *b"verify_data!";
            other[at] ^= 0x80;
            assert!(!eq(b"verify_data!", &other), "byte {at}");
        }
    }
}

//! Bytes that must not be seen.
//!
//! A [`Secret`] is wiped when it is dropped, prints its length only, is compared in constant time, and has to be asked for its bytes by the word
//! [`expose`](Secret::expose). Secrets of up to 64 bytes — every secret of the key schedules — are stored in place, without an allocation.
//!
//! What wiping cannot reach: moving a value copies its bytes, and Rust gives no way to wipe the place it was moved from. Keep secrets where they are
//! and lend them; do not pass them along by value more often than needed.

use std::fmt;

use crate::ct;

/// Bytes that are wiped on drop and do not print. Any length, also none.
pub struct Secret(Bytes);

/// The longest secret that is kept in place.
const IN_PLACE: usize = 64;

enum Bytes {
    InPlace { bytes: [u8; IN_PLACE], len: u8 },
    OnHeap(Box<[u8]>),
}

impl Secret {
    /// A copy of `bytes`. The original stays the caller's, to be wiped by the caller.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let mut secret = Self::zeroed(bytes.len());
        secret.expose_mut().copy_from_slice(bytes);
        secret
    }

    /// `len` zero bytes, to be written through [`expose_mut`](Self::expose_mut).
    #[must_use]
    pub fn zeroed(len: usize) -> Self {
        match u8::try_from(len) {
            Ok(short) if len <= IN_PLACE => Self(Bytes::InPlace {
                bytes: [0; IN_PLACE],
                len: short,
            }),
            _ => Self(Bytes::OnHeap(vec![0; len].into_boxed_slice())),
        }
    }

    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        match &self.0 {
            Bytes::InPlace { bytes, len } => &bytes[..usize::from(*len)],
            Bytes::OnHeap(bytes) => bytes,
        }
    }

    /// The bytes themselves, to be written.
    #[must_use]
    pub fn expose_mut(&mut self) -> &mut [u8] {
        match &mut self.0 {
            Bytes::InPlace { bytes, len } => &mut bytes[..usize::from(*len)],
            Bytes::OnHeap(bytes) => bytes,
        }
    }

    /// How many bytes there are. A length is not a secret in TLS.
    #[must_use]
    pub fn len(&self) -> usize {
        self.expose().len()
    }

    /// Whether there are no bytes at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether two secrets are the same, in constant time. There is deliberately no `==`.
    #[must_use]
    pub fn ct_eq(&self, other: &Self) -> bool {
        ct::eq(self.expose(), other.expose())
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        wipe(self.expose_mut());
    }
}

/// Overwrites `numbers` with zeros, which the compiler may not leave out. It is one `memset`, where
/// [`zeroize::Zeroize`] for slices writes byte by byte: that matters for the many small buffers of a
/// key schedule.
pub(crate) fn wipe<T: Copy + Default>(numbers: &mut [T]) {
    numbers.fill(T::default());
    zeroize::optimization_barrier(numbers);
}

impl Clone for Secret {
    fn clone(&self) -> Self {
        Self::new(self.expose())
    }
}

impl From<&[u8]> for Secret {
    fn from(bytes: &[u8]) -> Self {
        Self::new(bytes)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{IN_PLACE, Secret};

    #[test]
    fn keeps_any_length() {
        for len in [
            0,
            1,
            32,
            48,
            IN_PLACE - 1,
            IN_PLACE,
            IN_PLACE + 1,
            80,
            255,
            256,
            4096,
        ] {
            let bytes: Vec<u8> = (0..=255).cycle().take(len).collect();
            let secret = Secret::new(&bytes);
            assert_eq!(secret.expose(), bytes);
            assert_eq!(secret.len(), len);
            assert_eq!(secret.is_empty(), len == 0);
            assert_eq!(secret.clone().expose(), bytes);
            assert_eq!(Secret::zeroed(len).expose(), vec![0; len]);
        }
    }

    #[test]
    fn prints_its_length_only() {
        let secret = Secret::new(&[0xAB; 48]);
        assert_eq!(format!("{secret:?}"), "Secret(48 bytes)");
        assert_eq!(format!("{secret:#?}"), "Secret(48 bytes)");
    }

    #[test]
    fn compares_bytes_and_length() {
        let secret = Secret::new(b"premaster");
        assert!(secret.ct_eq(&Secret::new(b"premaster")));
        assert!(!secret.ct_eq(&Secret::new(b"premastes")));
        assert!(!secret.ct_eq(&Secret::new(b"premaste")));
    }

    #[test]
    fn wipes() {
        let mut bytes = [0xAB; 100];
        super::wipe(&mut bytes[10..90]);
        assert_eq!(bytes[..10], [0xAB; 10]);
        assert_eq!(bytes[10..90], [0; 80]);
        assert_eq!(bytes[90..], [0xAB; 10]);
    }

    #[test]
    fn is_small() {
        assert!(std::mem::size_of::<Secret>() <= 72);
    }
}

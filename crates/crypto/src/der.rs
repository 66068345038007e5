//! The little of DER (X.690) that telling key types apart takes. Not a parser of keys: their numbers
//! are read by AWS-LC.

/// What is left of some concatenated DER values.
pub(crate) struct Der<'a>(&'a [u8]);

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;

impl<'a> Der<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The contents of the next value, which must have this tag.
    pub(crate) fn next(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&actual, rest) = self.0.split_first()?;
        let (len, rest) = length(rest)?;
        let (contents, rest) = rest.split_at_checked(len)?;
        if actual != tag {
            return None;
        }
        self.0 = rest;
        Some(contents)
    }

    /// `Some` when nothing is left.
    pub(crate) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Lengths below 128 in one byte, others in as few bytes as will do (X.690 §10.1); three are more
/// than any key needs.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes {
        [short @ 0..=0x7F, rest @ ..] => Some((usize::from(*short), rest)),
        [0x81, a @ 0x80..=0xFF, rest @ ..] => Some((usize::from(*a), rest)),
        [0x82, a @ 1..=0xFF, b, rest @ ..] => {
            Some((usize::from(u16::from_be_bytes([*a, *b])), rest))
        }
        _ => None,
    }
}

/// A value with this tag whose contents are `parts`, one after the other.
pub(crate) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let len: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    match u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes() {
        [0, short @ 0..=0x7F] => out.push(short),
        [0, long] => out.extend([0x81, long]),
        longer => {
            out.push(0x82);
            out.extend(longer);
        }
    }
    for part in parts.iter().copied() {
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Der, INTEGER, OCTET_STRING, SEQUENCE, value};

    #[test]
    fn reads_what_it_writes() {
        for len in [0, 1, 127, 128, 255, 256, 4627, 65535] {
            let contents = vec![0x5A; len];
            let encoded = value(OCTET_STRING, &[&contents[..len / 2], &contents[len / 2..]]);
            let mut der = Der::new(&encoded);
            assert_eq!(der.next(OCTET_STRING), Some(&contents[..]), "{len}");
            assert_eq!(der.end(), Some(()));
        }
    }

    #[test]
    fn refuses_what_is_not_der() {
        let refused: &[&[u8]] = &[
            &[],
            &[0x30],
            &[0x30, 0x01],                   // contents missing
            &[0x30, 0x80, 0, 0],             // indefinite length
            &[0x30, 0x81, 0x01, 0],          // not the shortest length
            &[0x30, 0x82, 0x00, 0x80, 0],    // not the shortest length
            &[0x30, 0x83, 0x01, 0x00, 0x00], // longer than any key
            &[0x31, 0x00],                   // another tag
        ];
        for bytes in refused {
            assert_eq!(Der::new(bytes).next(SEQUENCE), None, "{bytes:02x?}");
        }
    }

    #[test]
    fn a_value_of_another_tag_stays() {
        let mut der = Der::new(&[INTEGER, 1, 0]);
        assert_eq!(der.next(SEQUENCE), None);
        assert_eq!(der.end(), None);
        assert_eq!(der.next(INTEGER), Some(&[0][..]));
    }
}

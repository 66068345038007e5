//! What has to be known of *public* natural numbers, big-endian, before they go to AWS-LC: primes, generators, public keys. Nothing here takes constant
//! time. One secret does come here: the shared one of TLS 1.2, to be stripped of its leading zeros, of which no form takes constant time.

/// The number without leading zeros; zero is empty.
pub(super) fn trim(n: &[u8]) -> &[u8] {
    let zeros = n.iter().take_while(|byte| **byte == 0).count();
    n.get(zeros..).unwrap_or_default()
}

/// How many bits a number without leading zeros has.
pub(super) fn bits(n: &[u8]) -> usize {
    n.first().map_or(0, |first| {
        n.len() * 8 - usize::try_from(first.leading_zeros()).unwrap_or(0)
    })
}

pub(super) fn is_even(n: &[u8]) -> bool {
    n.last().is_none_or(|last| last % 2 == 0)
}

/// Whether 2 ≤ n ≤ p − 2. Both are without leading zeros, p is odd and more than 2.
pub(super) fn is_between_two_and_minus_two(n: &[u8], p: &[u8]) -> bool {
    let is_zero_or_one = matches!(n, [] | [1]);
    let is_less_than_p = (n.len(), n) < (p.len(), p);
    !is_zero_or_one && is_less_than_p && n != minus_one(p)
}

/// p − 1 for an odd p, which differs in the lowest bit.
pub(super) fn minus_one(p: &[u8]) -> Vec<u8> {
    let mut less = p.to_vec();
    if let Some(last) = less.last_mut() {
        *last &= !1;
    }
    less
}

/// Since 256 leaves 1, it is a multiple of 3 if the sum of its bytes is.
pub(super) fn is_multiple_of_three(n: &[u8]) -> bool {
    let sum = n.iter().fold(0, |sum, byte| (sum + u16::from(*byte)) % 3);
    sum == 0
}

/// ⌊n / 2⌋, as long as n.
pub(super) fn half(n: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    n.iter()
        .map(|byte| {
            let halved = carry << 7 | byte >> 1;
            carry = byte & 1;
            halved
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{bits, half, is_between_two_and_minus_two, is_even, is_multiple_of_three, trim};

    #[test]
    fn trims_and_counts() {
        for (n, trimmed, count) in [
            (&[][..], &[][..], 0),
            (&[0, 0], &[], 0),
            (&[0, 1], &[1], 1),
            (&[0x80, 0], &[0x80, 0], 16),
            (&[0, 0, 0x7F, 0xFF], &[0x7F, 0xFF], 15),
        ] {
            assert_eq!(trim(n), trimmed);
            assert_eq!(bits(trimmed), count);
        }
        assert!(is_even(&[]) && is_even(&[1, 2]) && !is_even(&[2, 1]));
    }

    #[test]
    fn divides() {
        assert_eq!(half(&[]), []);
        for n in 0..=u16::MAX {
            assert_eq!(half(&n.to_be_bytes()), (n / 2).to_be_bytes());
            assert_eq!(is_multiple_of_three(&n.to_be_bytes()), n % 3 == 0);
        }
    }

    #[test]
    fn tells_the_range() {
        for p in [5_u16, 0xFF, 0x101, 0x1FF, 0x0301, 0xFFFF] {
            for n in 0..=u16::MAX {
                let inside =
                    is_between_two_and_minus_two(trim(&n.to_be_bytes()), trim(&p.to_be_bytes()));
                assert_eq!(inside, 2 <= n && n <= p - 2, "{n} of {p}");
            }
        }
    }
}

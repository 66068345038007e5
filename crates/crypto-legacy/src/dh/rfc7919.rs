//! The primes of RFC 7919 appendix A, from the formula given there.
//!
//! A prime of *b* bits begins and ends with 64 ones, for the sake of fast reduction; what is between are the digits of e = 2.718…, so that nobody can have
//! chosen them for a purpose, raised by the least X that makes both p and (p − 1)/2 prime:
//!
//! ```text
//!   p = 2^b − 2^(b−64) + (⌊2^(b−130) · e⌋ + X) · 2^64 − 1
//!
//!       ◀─ 64 ones ─▶│ the first b − 128 bits of e, + X − 1 │◀─ 64 ones ─▶
//! ```

use limpid_wire::NamedGroup;

/// A group of RFC 7919: its number, the length of its prime, the X of the formula, and the length of a private exponent.
pub(super) struct Ffdhe {
    pub(super) group: NamedGroup,
    pub(super) bits: usize,
    /// In bytes. RFC 7919 §5.2 and appendix A ask for at least 225, 275, 325, 375 and 400 bits; these are the next whole words, which cost the same.
    pub(super) exponent_len: usize,
    x: u64,
}

/// All groups of RFC 7919, by size. Their generator is 2.
pub(super) const FFDHE: [Ffdhe; 5] = [
    Ffdhe::new(NamedGroup::FFDHE2048, 2048, 32, 560_316),
    Ffdhe::new(NamedGroup::FFDHE3072, 3072, 40, 2_625_351),
    Ffdhe::new(NamedGroup::FFDHE4096, 4096, 48, 5_736_041),
    Ffdhe::new(NamedGroup::FFDHE6144, 6144, 48, 15_705_020),
    Ffdhe::new(NamedGroup::FFDHE8192, 8192, 56, 10_965_728),
];

impl Ffdhe {
    const fn new(group: NamedGroup, bits: usize, exponent_len: usize, x: u64) -> Self {
        Self {
            group,
            bits,
            exponent_len,
            x,
        }
    }

    /// The prime, big-endian, `bits / 8` bytes.
    pub(super) fn prime(&self) -> Vec<u8> {
        let middle = E.get(..self.bits / 64 - 2).unwrap_or_default();
        let mut words = vec![u64::MAX; 1];
        words.extend_from_slice(middle);
        let mut carry = self.x - 1;
        for word in words.iter_mut().rev() {
            let (sum, overflow) = word.overflowing_add(carry);
            *word = sum;
            carry = u64::from(overflow);
        }
        words.push(u64::MAX);
        words.into_iter().flat_map(u64::to_be_bytes).collect()
    }
}

/// ⌊2^8062 · e⌋, most significant word first. The floor for a shorter prime is the beginning of it.
#[rustfmt::skip]
const E: [u64; 126] = [
    0xadf85458_a2bb4a9a, 0xafdc5620_273d3cf1, 0xd8b9c583_ce2d3695, 0xa9e13641_146433fb,
    0xcc939dce_249b3ef9, 0x7d2fe363_630c75d8, 0xf681b202_aec4617a, 0xd3df1ed5_d5fd6561,
    0x2433f51f_5f066ed0, 0x85636555_3ded1af3, 0xb557135e_7f57c935, 0x984f0c70_e0e68b77,
    0xe2a689da_f3efe872, 0x1df158a1_36ade735, 0x30acca4f_483a797a, 0xbc0ab182_b324fb61,
    0xd108a94b_b2c8e3fb, 0xb96adab7_60d7f468, 0x1d4f42a3_de394df4, 0xae56ede7_6372bb19,
    0x0b07a7c8_ee0a6d70, 0x9e02fce1_cdf7e2ec, 0xc03404cd_28342f61, 0x9172fe9c_e98583ff,
    0x8e4f1232_eef28183, 0xc3fe3b1b_4c6fad73, 0x3bb5fcbc_2ec22005, 0xc58ef183_7d1683b2,
    0xc6f34a26_c1b2effa, 0x886b4238_611fcfdc, 0xde355b3b_6519035b, 0xbc34f4de_f99c0238,
    0x61b46fc9_d6e6c907, 0x7ad91d26_91f7f7ee, 0x598cb0fa_c186d91c, 0xaefe1309_85139270,
    0xb4130c93_bc437944, 0xf4fd4452_e2d74dd3, 0x64f2e21e_71f54bff, 0x5cae82ab_9c9df69e,
    0xe86d2bc5_22363a0d, 0xabc52197_9b0deada, 0x1dbf9a42_d5c4484e, 0x0abcd06b_fa53ddef,
    0x3c1b20ee_3fd59d7c, 0x25e41d2b_669e1ef1, 0x6e6f52c3_164df4fb, 0x7930e9e4_e58857b6,
    0xac7d5f42_d69f6d18, 0x7763cf1d_55034004, 0x87f55ba5_7e31cc7a, 0x7135c886_efb4318a,
    0xed6a1e01_2d9e6832, 0xa907600a_918130c4, 0x6dc778f9_71ad0038, 0x092999a3_33cb8b7a,
    0x1a1db93d_7140003c, 0x2a4ecea9_f98d0acc, 0x0a8291cd_cec97dcf, 0x8ec9b55a_7f88a46b,
    0x4db5a851_f44182e1, 0xc68a007e_5e0dd902, 0x0bfd64b6_45036c7a, 0x4e677d2c_38532a3a,
    0x23ba4442_caf53ea6, 0x3bb45432_9b7624c8, 0x917bdd64_b1c0fd4c, 0xb38e8c33_4c701c3a,
    0xcdad0657_fccfec71, 0x9b1f5c3e_4e46041f, 0x388147fb_4cfdb477, 0xa52471f7_a9a96910,
    0xb855322e_db6340d8, 0xa00ef092_350511e3, 0x0abec1ff_f9e3a26e, 0x7fb29f8c_183023c3,
    0x587e38da_0077d9b4, 0x763e4e4b_94b2bbc1, 0x94c6651e_77caf992, 0xeeaac023_2a281bf6,
    0xb3a739c1_22611682, 0x0ae8db58_47a67cbe, 0xf9c9091b_462d538c, 0xd72b0374_6ae77f5e,
    0x62292c31_1562a846, 0x505dc82d_b854338a, 0xe49f5235_c95b9117, 0x8ccf2dd5_cacef403,
    0xec9d1810_c6272b04, 0x5b3b71f9_dc6b80d6, 0x3fdd4a8e_9adb1e69, 0x62a69526_d43161c1,
    0xa41d570d_7938dad4, 0xa40e329c_cff46aaa, 0x36ad004c_f600c838, 0x1e425a31_d951ae64,
    0xfdb23fce_c9509d43, 0x687feb69_edd1cc5e, 0x0b8cc3bd_f64b10ef, 0x86b63142_a3ab8829,
    0x555b2f74_7c932665, 0xcb2c0f1c_c01bd702, 0x29388839_d2af05e4, 0x54504ac7_8b758282,
    0x2846c0ba_35c35f5c, 0x59160cc0_46fd8251, 0x541fc68c_9c86b022, 0xbb709987_6a460e74,
    0x51a8a931_09703fee, 0x1c217e6c_3826e52c, 0x51aa691e_0e423cfc, 0x99e9e316_50c1217b,
    0x624816cd_ad9a95f9, 0xd5b80194_88d9c0a0, 0xa1fe3075_a577e231, 0x83f81d4a_3f2fa457,
    0x1efc8ce0_ba8a4fe8, 0xb6855dfe_72b0a66e, 0xded2fbab_fbe58a30, 0xfafabe1c_5d71a87e,
    0x2f741ef8_c1fe86fe, 0xa6bbfde5_30677f0d, 0x97d11d49_f7a8443d, 0x0822e506_a9f4614e,
    0x011e2a94_838ff88c, 0xd68c8bb7_c51eef6d,
];

#[cfg(test)]
mod tests {
    use super::{E, FFDHE};

    /// e = Σ 1/n!, in words after the binary point, with two more than are compared to take up what is cut off.
    #[test]
    fn the_digits_are_those_of_e() {
        const WORDS: usize = 128;
        let mut term = [0u64; WORDS];
        term[0] = 1 << 62; // 1, scaled like the table: two bits before the point
        let mut sum = term;
        for n in 1.. {
            divide(&mut term, n);
            if term == [0; WORDS] {
                break;
            }
            add(&mut sum, &term);
        }
        assert_eq!(sum[..E.len()], E);
    }

    fn divide(words: &mut [u64], by: u64) {
        let mut remainder = 0;
        for word in words {
            let dividend = u128::from(remainder) << 64 | u128::from(*word);
            *word = u64::try_from(dividend / u128::from(by)).expect("remainder < by");
            remainder = u64::try_from(dividend % u128::from(by)).expect("less than by");
        }
    }

    fn add(words: &mut [u64], other: &[u64]) {
        let mut carry = false;
        for (word, other) in words.iter_mut().zip(other).rev() {
            (*word, carry) = word.carrying_add(*other, carry);
        }
        assert!(!carry);
    }

    #[test]
    fn the_primes_are_as_long_as_they_say() {
        for ffdhe in &FFDHE {
            let prime = ffdhe.prime();
            assert_eq!(prime.len() * 8, ffdhe.bits);
            assert_eq!(prime[..8], [0xFF; 8]);
            assert_eq!(prime[prime.len() - 8..], [0xFF; 8]);
        }
    }
}

//! Two operations on large numbers, from big-endian bytes to big-endian bytes.
//!
//! The numbers of AWS-LC live no longer than a call: what is kept between calls is bytes, in safe code.

use std::ptr::NonNull;

use aws_lc_sys::{
    BIGNUM, BN_CTX, BN_CTX_free, BN_CTX_new, BN_MONT_CTX, BN_MONT_CTX_free,
    BN_MONT_CTX_new_for_modulus, BN_bin2bn, BN_bn2bin_padded, BN_clear_free,
    BN_enhanced_miller_rabin_primality_test, BN_mod_exp_mont_consttime, BN_new,
    bn_primality_result_t_bn_composite, bn_primality_result_t_bn_probably_prime,
};

use crate::{owned, succeeded};

/// Writes `base^exponent mod modulus` to `out`, which must be as long as the modulus. `None` when `base` is not less than `modulus`, `modulus` is even,
/// or memory ran out.
///
/// The time taken depends on the lengths in bytes, and on `modulus`, but neither on `base` nor on `exponent`: a number made from bytes is as wide as the
/// bytes, with leading zeros, and AWS-LC goes over the whole width.
pub fn mod_exp(base: &[u8], exponent: &[u8], modulus: &[u8], out: &mut [u8]) -> Option<()> {
    let (base, exponent) = (Number::new(base)?, Number::new(exponent)?);
    let (modulus, mut room, result) = (Number::new(modulus)?, Scratch::new()?, Number::new(&[])?);
    let montgomery = Montgomery::new(&modulus, &mut room)?;
    // SAFETY: six valid pointers, each to an object that lives until the end of this function. Only
    // `result` and `room` are changed, and none of the others is the same as them.
    let answer = unsafe {
        BN_mod_exp_mont_consttime(
            result.0.as_ptr(),
            base.0.as_ptr(),
            exponent.0.as_ptr(),
            modulus.0.as_ptr(),
            room.0.as_ptr(),
            montgomery.0.as_ptr(),
        )
    };
    succeeded(answer).then_some(())?;
    result.write(out)
}

/// Whether an odd `candidate` above 3 is a prime, except with a probability of at most 2⁻¹⁶ when it is not, whoever chose it: eight rounds of Miller and
/// Rabin with random bases. A composite number is nearly always found in the first round. `None` when memory ran out, or for any other candidate.
///
/// The candidate is no secret. AWS-LC's more usual function for this hides it, which makes it five times slower.
pub fn is_probably_prime(candidate: &[u8]) -> Option<bool> {
    const ROUNDS: std::ffi::c_int = 8;
    let (candidate, room) = (Number::new(candidate)?, Scratch::new()?);
    let mut result = bn_primality_result_t_bn_composite;
    // SAFETY: `candidate` and `room` are valid until the end of this function, `room` is used by
    // nobody else, `result` is writable; the last argument, a callback, may be null.
    let answer = unsafe {
        BN_enhanced_miller_rabin_primality_test(
            &raw mut result,
            candidate.0.as_ptr(),
            ROUNDS,
            room.0.as_ptr(),
            std::ptr::null_mut(),
        )
    };
    succeeded(answer).then_some(result == bn_primality_result_t_bn_probably_prime)
}

/// A natural number.
struct Number(NonNull<BIGNUM>);

impl Number {
    fn new(big_endian: &[u8]) -> Option<Self> {
        // SAFETY: takes nothing.
        let number = Self(owned(unsafe { BN_new() })?);
        // SAFETY: the bytes are valid for reading their length; the number is ours. The function
        // returns that number, or null.
        owned(unsafe { BN_bin2bn(big_endian.as_ptr(), big_endian.len(), number.0.as_ptr()) })?;
        Some(number)
    }

    /// Fills `out`, with leading zeros; `None` when it is too short.
    fn write(&self, out: &mut [u8]) -> Option<()> {
        // SAFETY: `out` is valid for writing its length; the number is only read.
        let answer = unsafe { BN_bn2bin_padded(out.as_mut_ptr(), out.len(), self.0.as_ptr()) };
        succeeded(answer).then_some(())
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: the number is ours, and this is the one time it is freed. It is wiped.
        unsafe { BN_clear_free(self.0.as_ptr()) }
    }
}

/// Room for intermediate results.
struct Scratch(NonNull<BN_CTX>);

impl Scratch {
    fn new() -> Option<Self> {
        // SAFETY: takes nothing.
        owned(unsafe { BN_CTX_new() }).map(Self)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: it is ours, and this is the one time it is freed. AWS-LC wipes what it frees.
        unsafe { BN_CTX_free(self.0.as_ptr()) }
    }
}

/// What is computed once for a modulus, so that reducing by it needs no division.
struct Montgomery(NonNull<BN_MONT_CTX>);

impl Montgomery {
    /// `None` for an even modulus, and for one above 65536 bits.
    fn new(modulus: &Number, room: &mut Scratch) -> Option<Self> {
        // SAFETY: both pointers are valid; the modulus is copied from, the room is used by nobody
        // else meanwhile.
        owned(unsafe { BN_MONT_CTX_new_for_modulus(modulus.0.as_ptr(), room.0.as_ptr()) }).map(Self)
    }
}

impl Drop for Montgomery {
    fn drop(&mut self) {
        // SAFETY: it is ours, and this is the one time it is freed.
        unsafe { BN_MONT_CTX_free(self.0.as_ptr()) }
    }
}

//! FIPS 180-4's examples, and every length and fork beside AWS-LC's other interface.

use super::{Sha, Sha1, Sha256, Sha384, Sha512};

fn digest<S: Sha>(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = S::new();
    parts.iter().for_each(|part| hash.update(part));
    finished(hash)
}

fn finished<S: Sha>(hash: S) -> Vec<u8> {
    let mut out = vec![0; S::OUTPUT];
    hash.finish(&mut out);
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn abc() {
    assert_eq!(
        hex(&digest::<Sha1>(&[b"abc"])),
        "a9993e364706816aba3e25717850c26c9cd0d89d"
    );
    assert_eq!(
        hex(&digest::<Sha256>(&[b"abc"])),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(
        hex(&digest::<Sha384>(&[b"abc"])),
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed\
         8086072ba1e7cc2358baeca134c825a7"
    );
    assert_eq!(
        hex(&digest::<Sha512>(&[b"abc"])),
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
         2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    );
}

/// Every length up to five blocks, cut and forked at every place of its last two blocks, beside AWS-LC's other interface.
fn as_aws_lc_rs_does<S: Sha>(algorithm: &'static aws_lc_rs::digest::Algorithm) {
    let block = std::mem::size_of::<S::Block>();
    assert_eq!(algorithm.block_len(), block);
    assert_eq!(algorithm.output_len(), S::OUTPUT);
    let message: Vec<u8> = (0..=255).cycle().take(5 * block).collect();
    for length in 0..=message.len() {
        let message = &message[..length];
        let theirs = aws_lc_rs::digest::digest(algorithm, message);
        assert_eq!(digest::<S>(&[message]), theirs.as_ref(), "{length} bytes");
        for cut in [length / 2, length.saturating_sub(block), length] {
            let (front, rest) = message.split_at(cut);
            let mut hash = S::new();
            hash.update(front);
            let mut fork = hash.clone();
            hash.update(b"something else");
            drop(hash);
            fork.update(&[]);
            fork.update(rest);
            assert_eq!(finished(fork), theirs.as_ref(), "{length} cut at {cut}");
        }
    }
}

#[test]
fn every_length_and_fork_is_as_aws_lc_rs_does_it() {
    as_aws_lc_rs_does::<Sha1>(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY);
    as_aws_lc_rs_does::<Sha256>(&aws_lc_rs::digest::SHA256);
    as_aws_lc_rs_does::<Sha384>(&aws_lc_rs::digest::SHA384);
    as_aws_lc_rs_does::<Sha512>(&aws_lc_rs::digest::SHA512);
}

/// A first block of which only the chaining value is left, and whatever comes behind it.
fn goes_on_after_a_block<S: Sha>(as_block: fn(&[u8]) -> S::Block) {
    let block = std::mem::size_of::<S::Block>();
    let message: Vec<u8> = (0..=255).cycle().take(4 * block).collect();
    let first = S::after(&as_block(&message[..block]));
    for length in 0..3 * block {
        let (whole, rest) = (&message[..block + length], &message[block..][..length]);
        let expected = digest::<S>(&[whole]);
        let mut hash = S::resume(&first);
        hash.update(rest);
        assert_eq!(finished(hash), expected, "{length} bytes");
        if length <= S::SHORT {
            let mut last = as_block(&[0xAB; 128][..block]);
            last.as_mut()[..length].copy_from_slice(rest);
            let finished = S::finish_short(&first, &mut last, length);
            for shortened in 0..=S::OUTPUT {
                let mut out = vec![0; shortened];
                S::write(&finished, &mut out);
                assert_eq!(
                    out,
                    expected[..shortened],
                    "{length} bytes in one block, {shortened} of the digest"
                );
            }
        }
    }
}

#[test]
fn a_first_block_is_its_chaining_value() {
    fn block<const N: usize>(bytes: &[u8]) -> [u8; N] {
        bytes.try_into().expect("a block")
    }
    goes_on_after_a_block::<Sha1>(block);
    goes_on_after_a_block::<Sha256>(block);
    goes_on_after_a_block::<Sha384>(block);
    goes_on_after_a_block::<Sha512>(block);
}

#[test]
#[should_panic(expected = "no room for the padding")]
fn a_short_message_leaves_room_for_its_padding() {
    let first = Sha256::after(&[0; 64]);
    let _ = Sha256::finish_short(&first, &mut [0; 64], 56);
}

#[test]
#[should_panic(expected = "longer than the digest")]
fn a_digest_is_not_longer_than_it_is() {
    Sha384::write(&Sha384::after(&[0; 128]), &mut [0; 49]);
}

#[test]
#[should_panic(expected = "not as long as the digest")]
fn a_digest_needs_its_room() {
    Sha256::new().finish(&mut [0; 31]);
}

#[test]
fn prints_nothing_of_what_it_hashes() {
    assert_eq!(format!("{:?}", Sha384::new()), "Sha384 { .. }");
}

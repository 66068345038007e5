//! FIPS 180-4's example "abc" (RFC 6234 §8.5), and the ways to the same digest.

use limpid_crypto::{Hash, HashAlgorithm};

use crate::hex::hex;

const ABC: &[(HashAlgorithm, &str)] = &[
    (
        HashAlgorithm::Sha1,
        "a9993e364706816aba3e25717850c26c9cd0d89d",
    ),
    (
        HashAlgorithm::Sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
    (
        HashAlgorithm::Sha384,
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed\
         8086072ba1e7cc2358baeca134c825a7",
    ),
    (
        HashAlgorithm::Sha512,
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
         2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ),
];

#[test]
fn hashes_abc() {
    for (algorithm, digest) in ABC.iter().copied() {
        let digest = hex(digest);
        assert_eq!(algorithm.hash(&[b"abc"]).as_ref(), digest, "{algorithm}");
        assert_eq!(
            algorithm.hash(&[b"a", b"", b"bc"]).as_ref(),
            digest,
            "{algorithm}"
        );
        assert_eq!(algorithm.output_len(), digest.len());
        assert_eq!(algorithm.hash(&[]), algorithm.hash(&[b""]));
    }
}

#[test]
fn a_fork_goes_its_own_way() {
    for (algorithm, digest) in ABC.iter().copied() {
        let mut hash = Hash::new(algorithm);
        hash.update(b"ab");
        let mut fork = hash.clone();
        assert_eq!(hash.digest(), algorithm.hash(&[b"ab"]));
        hash.update(b"c");
        fork.update(b"d");
        assert_eq!(
            hash.digest().as_ref(),
            hex(digest),
            "asking does not disturb"
        );
        assert_eq!(hash.digest().as_ref(), hex(digest));
        assert_eq!(fork.finish(), algorithm.hash(&[b"abd"]));
        assert_eq!(hash.algorithm(), algorithm);
    }
}

#[test]
fn a_digest_prints_as_hexadecimal() {
    let digest = HashAlgorithm::Sha1.hash(&[b"abc"]);
    assert_eq!(
        format!("{digest:?}"),
        "Digest(a9993e364706816aba3e25717850c26c9cd0d89d)"
    );
    assert_eq!(digest.len(), 20);
    assert!(!digest.is_empty());
}

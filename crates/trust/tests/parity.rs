//! The verdict never disagrees with webpki, and its checks never disagree with the verdict — whatever is done to the chain.

mod world;

use std::sync::Arc;

use limpid_facts::Outcome;
use limpid_testkit::pki::{Flaw, Leaf};
use limpid_trust::{SignatureCache, VerifierBuilder};
use proptest::prelude::*;
use rustls_pki_types::{CertificateDer, ServerName};
use webpki::{EndEntityCert, KeyUsage};
use world::{World, now};

/// webpki alone, with its own algorithms and no cache.
fn webpki_accepts(world: &World, chain: &[CertificateDer<'static>], name: &str) -> bool {
    let roots = world.pki.roots();
    let verify = || {
        let leaf = EndEntityCert::try_from(&chain[0])?;
        leaf.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            roots.anchors(),
            &chain[1..],
            now(),
            KeyUsage::server_auth(),
            None,
            None,
        )?;
        leaf.verify_is_valid_for_subject_name(&ServerName::try_from(name).unwrap())
    };
    verify().is_ok()
}

/// Compares, and says whether the chain was accepted.
fn compare(world: &World, chain: &[CertificateDer<'static>], name: &str) -> Result<bool, String> {
    let verdict = world.verify(chain, name);
    let quiet = world.verify_quietly(chain, name);
    let nothing_failed = verdict
        .checks
        .iter()
        .all(|check| check.outcome != Outcome::Failed);
    if verdict.result != quiet.result {
        return Err(format!(
            "narration changed the verdict: {:?} / {:?}",
            verdict.result, quiet.result
        ));
    }
    if verdict.result.is_ok() != nothing_failed {
        return Err(format!(
            "{:?}, but the checks say {:?}",
            verdict.result, verdict.checks
        ));
    }
    let accepted = webpki_accepts(world, chain, name);
    match &verdict.result {
        Ok(_) if !accepted => Err("accepted what webpki refuses".to_owned()),
        // The rules that limpid adds, and nothing else, may refuse what webpki accepts.
        Err(error)
            if accepted
                && !matches!(error.name(), "certificate_key_usage" | "certificate_weak") =>
        {
            Err(format!("refused what webpki accepts: {error}"))
        }
        result => Ok(result.is_ok()),
    }
}

#[test]
fn all_flaws_and_none() {
    let world = World::new();
    let good = world.pki.leaf(["localhost"]);
    assert_eq!(compare(&world, &good.chain, "localhost"), Ok(true));
    for flaw in Flaw::ALL {
        let credentials = world.pki.flawed(flaw, ["localhost"]);
        assert_eq!(
            compare(&world, &credentials.chain, "localhost"),
            Ok(false),
            "{flaw:?}"
        );
    }
}

#[test]
fn every_byte_of_a_chain_counts() {
    let world = World::new();
    let good = world.pki.leaf(["localhost"]).chain;
    for certificate in 0..good.len() {
        for place in 0..good[certificate].len() {
            let mut der = good[certificate].to_vec();
            der[place] ^= 0x04;
            let mut chain = good.clone();
            chain[certificate] = CertificateDer::from(der);
            assert_eq!(
                compare(&world, &chain, "localhost"),
                Ok(false),
                "byte {place} of certificate {certificate}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Certificates left out, repeated, shuffled, damaged, cut: agreement, and no panic.
    #[test]
    fn any_arrangement(
        order in prop::collection::vec(0_usize..5, 1..8),
        damage in prop::option::of((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1_u8..)),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let world = World::new();
        let good = world.pki.leaf(["localhost"]);
        let other = world.pki.flawed(Flaw::UnknownCa, ["localhost"]);
        let pool = [&good.chain[0], &good.chain[1], world.pki.root_certificate(), &other.chain[0], &other.chain[1]];
        let mut chain: Vec<CertificateDer<'static>> = order.iter().map(|place| pool[*place].clone()).collect();
        if let Some((certificate, byte, change)) = damage {
            let certificate = certificate.index(chain.len());
            let mut der = chain[certificate].to_vec();
            let byte = byte.index(der.len());
            der[byte] ^= change;
            chain[certificate] = CertificateDer::from(der);
        }
        if let Some(cut) = cut {
            let last = chain.len() - 1;
            let der = chain[last].to_vec();
            let length = cut.index(der.len());
            chain[last] = CertificateDer::from(der[..length].to_vec());
        }
        if let Err(why) = compare(&world, &chain, "localhost") {
            prop_assert!(false, "{why}");
        }
    }

    /// Bytes that are no certificates at all.
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let world = World::new();
        let chain = [CertificateDer::from(bytes)];
        prop_assert_eq!(compare(&world, &chain, "localhost"), Ok(false));
    }
}

#[test]
fn a_shared_cache_changes_no_verdict() {
    let world = World::new();
    let cache = Arc::new(SignatureCache::new());
    let cached = VerifierBuilder::new(world.pki.roots())
        .signature_cache(Some(Arc::clone(&cache)))
        .server_verifier();
    let uncached = VerifierBuilder::new(world.pki.roots())
        .signature_cache(None)
        .server_verifier();
    for flaw in Flaw::ALL.into_iter().chain([Flaw::None, Flaw::None]) {
        let credentials = world.pki.flawed(flaw, ["localhost"]);
        for _ in 0..2 {
            let with = world.verify_with(&cached, &credentials.chain, "localhost");
            let without = world.verify_with(&uncached, &credentials.chain, "localhost");
            assert_eq!(with.result, without.result, "{flaw:?}");
            assert_eq!(with.checks, without.checks, "{flaw:?}");
        }
    }
    assert!(!cache.is_empty());
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the core starts no threads, but is used from several"
)]
fn a_verifier_serves_many_threads() {
    let world = World::new();
    let leaf = world
        .pki
        .intermediate()
        .issue(&Leaf::for_names(["localhost"]));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert!(
                        world
                            .verify_quietly(&leaf.chain, "localhost")
                            .result
                            .is_ok()
                    );
                }
            });
        }
    });
}

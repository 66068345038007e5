//! Revocation: CRLs through webpki, stapled OCSP responses.

mod world;

use std::time::Duration;

use limpid_facts::{CheckKind, Evidence, Outcome};
use limpid_testkit::pki::{Signer, Staple, Status};
use limpid_trust::{OcspPolicy, Revocation, ServerVerifier, TrustError, VerifierBuilder};
use limpid_wire::AlertDescription as Alert;
use rustls_pki_types::{CertificateRevocationListDer, UnixTime};
use world::{World, failed, now, told};

const DAY: i64 = 24 * 3600;

fn with_crls(
    world: &World,
    crls: &[CertificateRevocationListDer<'static>],
    revocation: Revocation,
) -> ServerVerifier {
    VerifierBuilder::new(world.pki.roots())
        .crls(crls)
        .unwrap()
        .revocation(revocation)
        .server_verifier()
}

fn with_ocsp(world: &World, ocsp: OcspPolicy) -> ServerVerifier {
    let revocation = Revocation {
        ocsp,
        ..Revocation::default()
    };
    VerifierBuilder::new(world.pki.roots())
        .revocation(revocation)
        .server_verifier()
}

#[test]
fn a_certificate_in_the_crl_is_revoked() {
    let world = World::new();
    let (bad, good) = (world.pki.leaf(["localhost"]), world.pki.leaf(["localhost"]));
    let crl = world.pki.intermediate().crl([bad.certificate()]);
    let verifier = with_crls(&world, &[crl], Revocation::default());

    let verdict = world.verify_with(&verifier, &bad.chain, "localhost");
    let error = verdict.result.unwrap_err();
    assert!(matches!(error, TrustError::RevokedByCrl { .. }), "{error}");
    assert_eq!(error.alert(), Alert::CERTIFICATE_REVOKED);
    assert_eq!(failed(&verdict.checks), [CheckKind::RevocationByCrl]);

    let verdict = world.verify_with(&verifier, &good.chain, "localhost");
    assert!(verdict.result.is_ok());
    let by_crl: Vec<Outcome> = verdict
        .checks
        .iter()
        .filter(|c| c.kind == CheckKind::RevocationByCrl)
        .map(|c| c.outcome)
        .collect();
    // The intermediate's CRL speaks for the leaf; the root gave none for the intermediate.
    assert_eq!(by_crl, [Outcome::Passed, Outcome::Skipped]);
}

#[test]
fn a_revoked_intermediate_revokes_what_is_below() {
    let world = World::new();
    let leaf = world.pki.leaf(["localhost"]);
    let crls = [world
        .pki
        .root()
        .crl([world.pki.intermediate().certificate()])];
    let error = world.verify_with(
        &with_crls(&world, &crls, Revocation::default()),
        &leaf.chain,
        "localhost",
    );
    let error = error.result.unwrap_err();
    let TrustError::RevokedByCrl { certificate, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(certificate.position, Some(1));
    let leaf_only = Revocation {
        whole_chain: false,
        ..Revocation::default()
    };
    assert!(
        world
            .verify_with(
                &with_crls(&world, &crls, leaf_only),
                &leaf.chain,
                "localhost"
            )
            .result
            .is_ok()
    );
}

#[test]
fn what_policy_wants_to_know_must_be_known() {
    let world = World::new();
    let leaf = world.pki.leaf(["localhost"]);
    let strict = Revocation {
        allow_unknown: false,
        ..Revocation::default()
    };
    let leaf_crl = world.pki.intermediate().crl([]);
    let verdict = world.verify_with(
        &with_crls(&world, std::slice::from_ref(&leaf_crl), strict),
        &leaf.chain,
        "localhost",
    );
    assert_eq!(verdict.result.unwrap_err(), TrustError::RevocationUnknown);
    let both = [leaf_crl, world.pki.root().crl([])];
    assert!(
        world
            .verify_with(&with_crls(&world, &both, strict), &leaf.chain, "localhost")
            .result
            .is_ok()
    );
}

#[test]
fn an_old_crl_counts_only_if_policy_says_so() {
    let world = World::new();
    let leaf = world.pki.leaf(["localhost"]);
    let crls = [world.pki.intermediate().crl_valid([], -30 * DAY..-DAY)];
    let verdict = world.verify_with(
        &with_crls(&world, &crls, Revocation::default()),
        &leaf.chain,
        "localhost",
    );
    let error = verdict.result.unwrap_err();
    assert_eq!(
        (error.name(), error.alert()),
        ("crl_expired", Alert::CERTIFICATE_UNKNOWN)
    );
    assert!(failed(&verdict.checks).contains(&CheckKind::RevocationByCrl));
    let lenient = Revocation {
        allow_expired_crl: true,
        ..Revocation::default()
    };
    assert!(
        world
            .verify_with(&with_crls(&world, &crls, lenient), &leaf.chain, "localhost")
            .result
            .is_ok()
    );
}

#[test]
fn a_crl_that_is_none_is_refused_when_it_is_given() {
    let world = World::new();
    let nonsense = CertificateRevocationListDer::from(vec![0x30, 0x00]);
    let error = VerifierBuilder::new(world.pki.roots())
        .crls([&nonsense])
        .unwrap_err();
    assert_eq!(error.name(), "crl_unusable");
}

#[test]
fn a_good_staple_passes_whoever_may_sign_it() {
    let world = World::new();
    let leaf = world.pki.leaf(["localhost"]);
    for (signer, by) in [
        (Signer::Issuer, "the issuer"),
        (Signer::Delegate, "a responder the issuer authorised"),
    ] {
        let staple = world.pki.intermediate().staple(
            leaf.certificate(),
            &Staple::new(Status::Good).signed_by(signer),
        );
        let verdict = world.verify_stapled(
            &with_ocsp(&world, OcspPolicy::Required),
            &leaf.chain,
            &staple,
        );
        assert!(verdict.result.is_ok(), "{:?}", verdict.result);
        let check = verdict
            .checks
            .iter()
            .find(|check| check.kind == CheckKind::RevocationByOcsp)
            .unwrap();
        assert_eq!(check.outcome, Outcome::Passed);
        assert_eq!(
            told(check, "signed by"),
            Some(Evidence::Text(by.to_owned()))
        );
        assert_eq!(
            told(check, "next update"),
            Some(Evidence::Text("2025-06-21T12:00:00Z".to_owned()))
        );
    }
}

#[test]
fn a_staple_that_says_revoked_refuses_unless_it_is_ignored() {
    let world = World::new();
    let leaf = world.pki.leaf(["localhost"]);
    let staple = world
        .pki
        .intermediate()
        .staple(leaf.certificate(), &Staple::new(Status::Revoked));
    for policy in [
        OcspPolicy::RevokedOnly,
        OcspPolicy::IfPresent,
        OcspPolicy::Required,
    ] {
        let verdict = world.verify_stapled(&with_ocsp(&world, policy), &leaf.chain, &staple);
        let error = verdict.result.unwrap_err();
        assert_eq!(
            (error.name(), error.alert()),
            ("certificate_revoked_ocsp", Alert::CERTIFICATE_REVOKED)
        );
        assert!(
            error.to_string().contains("since 2025-06-13T12:00:00Z")
                && error.to_string().contains("keyCompromise")
        );
        assert_eq!(failed(&verdict.checks), [CheckKind::RevocationByOcsp]);
    }
    assert!(
        world
            .verify_stapled(&with_ocsp(&world, OcspPolicy::Ignore), &leaf.chain, &staple)
            .result
            .is_ok()
    );
}

#[test]
fn a_staple_that_proves_nothing_is_refused_as_rfc_6066_wants() {
    let world = World::new();
    let leaf = world.pki.leaf(["localhost"]);
    let other = world.pki.leaf(["localhost"]);
    let staple = |staple: Staple| world.pki.intermediate().staple(leaf.certificate(), &staple);
    let good = || Staple::new(Status::Good);
    let cases = [
        (vec![0x30, 0x00], "it cannot be read"),
        // OCSPResponse { responseStatus tryLater }
        (
            vec![0x30, 0x03, 0x0a, 0x01, 0x03],
            "the responder answered tryLater",
        ),
        (
            world
                .pki
                .intermediate()
                .staple(other.certificate(), &good()),
            "about another certificate",
        ),
        (
            world.pki.root().staple(leaf.certificate(), &good()),
            "about another certificate",
        ),
        (staple(good().damaged()), "its signature does not verify"),
        (
            staple(good().signed_by(Signer::Unauthorized)),
            "may not speak for the issuer",
        ),
        (
            staple(good().signed_by(Signer::Delegate).damaged()),
            "its signature does not verify",
        ),
        (
            staple(good().valid(-30 * DAY..-DAY)),
            "it counts from 2025-05-16T12:00:00Z until 2025-06-14T12:00:00Z",
        ),
        (
            staple(good().valid(DAY..2 * DAY)),
            "it counts from 2025-06-16T12:00:00Z",
        ),
        (
            staple(good().valid(-30 * DAY..DAY).without_next_update()),
            "it counts from 2025-05-16T12:00:00Z until 2025-05-23",
        ),
        (
            staple(Staple::new(Status::Unknown)),
            "does not know the certificate",
        ),
    ];
    for (staple, says) in cases {
        let verdict = world.verify_stapled(
            &with_ocsp(&world, OcspPolicy::IfPresent),
            &leaf.chain,
            &staple,
        );
        let error = verdict.result.unwrap_err();
        // RFC 6066 §8
        assert_eq!(
            error.alert(),
            Alert::BAD_CERTIFICATE_STATUS_RESPONSE,
            "{says}"
        );
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!(
            failed(&verdict.checks),
            [CheckKind::RevocationByOcsp],
            "{says}"
        );
        assert!(
            world
                .verify_stapled(
                    &with_ocsp(&world, OcspPolicy::RevokedOnly),
                    &leaf.chain,
                    &staple
                )
                .result
                .is_ok()
        );
    }
}

#[test]
fn a_missing_staple_counts_only_if_one_is_required() {
    let world = World::new();
    let leaf = world.pki.leaf(["localhost"]);
    assert!(
        world
            .verify_stapled(&with_ocsp(&world, OcspPolicy::IfPresent), &leaf.chain, &[])
            .result
            .is_ok()
    );
    let error = world
        .verify_stapled(&with_ocsp(&world, OcspPolicy::Required), &leaf.chain, &[])
        .result
        .unwrap_err();
    assert_eq!(error, TrustError::OcspMissing);
}

#[test]
fn a_little_clock_skew_is_forgiven() {
    let world = World::new();
    let leaf = world.pki.leaf(["localhost"]);
    let verifier = with_ocsp(&world, OcspPolicy::Required);
    for (period, fresh) in [
        (200..DAY, true),
        (400..DAY, false),
        (-DAY..-200, true),
        (-DAY..-400, false),
    ] {
        let staple = world.pki.intermediate().staple(
            leaf.certificate(),
            &Staple::new(Status::Good).valid(period.clone()),
        );
        let verdict = world.verify_stapled(&verifier, &leaf.chain, &staple);
        assert_eq!(verdict.result.is_ok(), fresh, "{period:?}");
    }
}

#[test]
fn a_damaged_staple_never_panics_and_never_passes() {
    let world = World::new();
    let leaf = world.pki.leaf(["localhost"]);
    let verifier = with_ocsp(&world, OcspPolicy::Required);
    let staple = world.pki.intermediate().staple(
        leaf.certificate(),
        &Staple::new(Status::Good).signed_by(Signer::Delegate),
    );
    for bit in 0..8 * staple.len() {
        let place = bit / 8;
        let mut damaged = staple.clone();
        damaged[place] ^= 1 << (bit % 8);
        let verdict = world.verify_stapled(&verifier, &leaf.chain, &damaged);
        let passes = verdict.result.is_ok();
        assert_eq!(passes, failed(&verdict.checks).is_empty(), "byte {place}");
        assert!(!passes, "byte {place} of {} can be changed", staple.len());
    }
}

#[test]
fn proven_signatures_do_not_keep_an_expired_certificate_alive() {
    let world = World::new();
    let leaf = world.pki.leaf(["localhost"]);
    assert!(world.verify(&leaf.chain, "localhost").result.is_ok());
    let later = UnixTime::since_unix_epoch(Duration::from_secs(now().as_secs() + 100 * 24 * 3600));
    let name = "localhost".try_into().unwrap();
    let presented = limpid_trust::Presented {
        chain: &leaf.chain,
        server_name: &name,
        ocsp_response: &[],
        scts: &[],
        key_use: limpid_trust::KeyUse::Signature,
        now: later,
    };
    let error = world.verifier.verify(&presented, false).result.unwrap_err();
    assert_eq!(error.name(), "certificate_expired");
}

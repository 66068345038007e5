//! Good chains and bad ones: for each the cause, the alert and the check that tells it.

mod world;

use limpid_facts::{CheckKind, Evidence, Outcome, Side};
use limpid_testkit::pki::{Flaw, KeyKind, Leaf, Pki, weak};
use limpid_trust::{KeyUse, Roots, ServerVerifier, TrustError, VerifierBuilder};
use limpid_wire::AlertDescription as Alert;
use world::{World, failed, now, told};

/// Flaw, name of the cause, alert, check that fails, what the sentence must say.
type Row = (Flaw, &'static str, Alert, CheckKind, &'static str);

const ROWS: &[Row] = &[
    (
        Flaw::Expired,
        "certificate_expired",
        Alert::CERTIFICATE_EXPIRED,
        CheckKind::Validity,
        "expired at",
    ),
    (
        Flaw::ExpiredIntermediate,
        "certificate_expired",
        Alert::CERTIFICATE_EXPIRED,
        CheckKind::Validity,
        "old intermediate",
    ),
    (
        Flaw::NotYetValid,
        "certificate_not_yet_valid",
        Alert::CERTIFICATE_EXPIRED,
        CheckKind::Validity,
        "is not valid before",
    ),
    (
        Flaw::WrongName,
        "certificate_wrong_name",
        Alert::BAD_CERTIFICATE,
        CheckKind::ServerName,
        "not for localhost but for somewhere-else.test",
    ),
    (
        Flaw::NoAlternativeName,
        "certificate_wrong_name",
        Alert::BAD_CERTIFICATE,
        CheckKind::ServerName,
        "names no host at all",
    ),
    (
        Flaw::SelfSigned,
        "certificate_self_signed",
        Alert::UNKNOWN_CA,
        CheckKind::ChainPath,
        "self-signed",
    ),
    (
        Flaw::SelfSignedCa,
        "certificate_self_signed",
        Alert::UNKNOWN_CA,
        CheckKind::ChainPath,
        "self-signed",
    ),
    (
        Flaw::UnknownCa,
        "certificate_unknown_issuer",
        Alert::UNKNOWN_CA,
        CheckKind::ChainPath,
        "limpid test stranger",
    ),
    (
        Flaw::UnknownCaAlone,
        "certificate_unknown_issuer",
        Alert::UNKNOWN_CA,
        CheckKind::ChainPath,
        "limpid test stranger",
    ),
    (
        Flaw::ImpostorCa,
        "certificate_bad_signature",
        Alert::BAD_CERTIFICATE,
        CheckKind::CertificateSignature,
        "another CA goes by that name",
    ),
    (
        Flaw::MissingIntermediate,
        "certificate_missing_intermediate",
        Alert::UNKNOWN_CA,
        CheckKind::ChainPath,
        "http://pki.test/intermediate.der",
    ),
    (
        Flaw::WrongOrder,
        "certificate_wrong_order",
        Alert::BAD_CERTIFICATE,
        CheckKind::ChainPath,
        "wrong order",
    ),
    (
        Flaw::CaAsLeaf,
        "certificate_ca_as_leaf",
        Alert::UNSUPPORTED_CERTIFICATE,
        CheckKind::IssuerIsCa,
        "is a CA's",
    ),
    (
        Flaw::IssuerNotCa,
        "certificate_issuer_not_ca",
        Alert::BAD_CERTIFICATE,
        CheckKind::IssuerIsCa,
        "not-a-ca.test",
    ),
    (
        Flaw::PathLength,
        "certificate_path_length",
        Alert::BAD_CERTIFICATE,
        CheckKind::IssuerIsCa,
        "allows 0 CA certificates below it, and there are 1",
    ),
    (
        Flaw::BadSignature,
        "certificate_bad_signature",
        Alert::BAD_CERTIFICATE,
        CheckKind::CertificateSignature,
        "does not verify",
    ),
    (
        Flaw::WrongPurpose,
        "certificate_extended_key_usage",
        Alert::UNSUPPORTED_CERTIFICATE,
        CheckKind::ExtendedKeyUsage,
        "not for serverAuth, only for codeSigning",
    ),
    (
        Flaw::WrongUsage,
        "certificate_key_usage",
        Alert::UNSUPPORTED_CERTIFICATE,
        CheckKind::KeyUsage,
        "digitalSignature, only for keyAgreement",
    ),
    (
        Flaw::IssuerMayNotSign,
        "certificate_key_usage",
        Alert::UNSUPPORTED_CERTIFICATE,
        CheckKind::KeyUsage,
        "keyCertSign",
    ),
    (
        Flaw::NameConstraint,
        "certificate_name_constraint",
        Alert::BAD_CERTIFICATE,
        CheckKind::NameConstraints,
        "narrow intermediate",
    ),
    (
        Flaw::CriticalExtension,
        "certificate_critical_extension",
        Alert::UNSUPPORTED_CERTIFICATE,
        CheckKind::ChainPath,
        "1.3.6.1.4.1.32473.1",
    ),
    (
        Flaw::Malformed,
        "certificate_malformed",
        Alert::BAD_CERTIFICATE,
        CheckKind::ChainPath,
        "malformed",
    ),
];

#[test]
fn every_flaw_has_its_cause_alert_and_check() {
    assert_eq!(ROWS.len(), Flaw::ALL.len());
    let world = World::new();
    for (flaw, name, alert, kind, says) in ROWS {
        let credentials = world.pki.flawed(*flaw, ["localhost"]);
        let verdict = world.verify(&credentials.chain, "localhost");
        let error = verdict.result.expect_err(&format!("{flaw:?}"));
        assert_eq!(error.name(), *name, "{flaw:?}: {error}");
        assert_eq!(error.alert(), *alert, "{flaw:?}");
        assert_eq!(error.check(), *kind, "{flaw:?}");
        assert!(error.to_string().contains(says), "{flaw:?}: {error}");
        assert!(
            !error.remedy().is_empty() && error.reference().starts_with("RFC "),
            "{flaw:?}"
        );
        let failed = failed(&verdict.checks);
        assert!(failed.contains(kind), "{flaw:?}: {failed:?}");
        let reasons = verdict
            .checks
            .iter()
            .filter(|check| told(check, "reason").is_some())
            .count();
        assert_eq!(reasons, 1, "{flaw:?}: the cause is told once");
    }
}

#[test]
fn a_lone_certificate_below_a_sibling_of_the_root_is_missing_its_intermediate() {
    let world = World::new();
    // No URL says where the intermediate is; but its organisation is the trusted root's.
    let mut chain = world.pki.leaf(["localhost"]).chain;
    chain.truncate(1);
    let error = world.verify(&chain, "localhost").result.unwrap_err();
    assert_eq!(error.name(), "certificate_missing_intermediate", "{error}");
    let elsewhere = ServerVerifier::new(weak::roots());
    let error = world
        .verify_with(&elsewhere, &chain, "localhost")
        .result
        .unwrap_err();
    assert!(
        matches!(error, TrustError::UnknownIssuer { lone: true, .. }),
        "{error}"
    );
}

#[test]
fn nothing_is_told_unless_asked_for() {
    let world = World::new();
    for flaw in Flaw::ALL {
        let credentials = world.pki.flawed(flaw, ["localhost"]);
        let told = world.verify(&credentials.chain, "localhost");
        let untold = world.verify_quietly(&credentials.chain, "localhost");
        assert!(untold.checks.is_empty());
        assert_eq!(untold.result, told.result, "{flaw:?}");
    }
}

#[test]
fn a_good_chain_is_told_step_by_step() {
    let world = World::new();
    let credentials = world.pki.leaf(["localhost", "127.0.0.1"]);
    let verdict = world.verify(&credentials.chain, "localhost");
    let identity = verdict.result.as_ref().unwrap();
    assert_eq!(identity.end_entity(), Some(credentials.certificate()));
    assert_eq!(verdict.path.as_ref().unwrap().certificates, [0, 1]);
    assert!(verdict.checks.iter().all(|check| check.by == Side::Client));
    let kinds: Vec<(CheckKind, Outcome)> = verdict
        .checks
        .iter()
        .map(|check| (check.kind, check.outcome))
        .collect();
    use CheckKind as K;
    use Outcome::{NotApplicable, Passed};
    assert_eq!(
        kinds,
        [
            (K::ChainPath, Passed),
            (K::CertificateSignature, Passed),
            (K::Validity, Passed),
            (K::KeyUsage, Passed),
            (K::ExtendedKeyUsage, Passed),
            (K::Strength, Passed),
            (K::CertificateSignature, Passed),
            (K::Validity, Passed),
            (K::IssuerIsCa, Passed),
            (K::KeyUsage, Passed),
            (K::ExtendedKeyUsage, NotApplicable),
            (K::Strength, Passed),
            (K::Strength, Passed),
            (K::NameConstraints, NotApplicable),
            (K::ServerName, Passed),
            (K::RevocationByCrl, NotApplicable),
            (K::RevocationByOcsp, NotApplicable),
        ]
    );
}

#[test]
fn evidence_names_certificates_dates_keys_and_names() {
    let world = World::new();
    let credentials = world.pki.leaf(["localhost", "127.0.0.1"]);
    let checks = world.verify(&credentials.chain, "localhost").checks;
    let find = |kind| checks.iter().find(|check| check.kind == kind).unwrap();
    let text = |text: &str| Some(Evidence::Text(text.to_owned()));
    let list = |items: &[&str]| {
        Some(Evidence::List(
            items.iter().map(|item| (*item).to_owned()).collect(),
        ))
    };

    assert_eq!(
        told(find(CheckKind::ChainPath), "path"),
        list(&[
            "0: CN=localhost",
            "1: CN=limpid test intermediate,O=limpid tests",
            "trust anchor: CN=limpid test root,O=limpid tests"
        ])
    );
    let signature = find(CheckKind::CertificateSignature);
    assert_eq!(
        told(signature, "issuer"),
        text("CN=limpid test intermediate,O=limpid tests")
    );
    assert_eq!(told(signature, "algorithm"), text("ecdsa-with-SHA256"));
    assert_eq!(
        told(signature, "issuer's key"),
        text("elliptic curve P-256")
    );
    let validity = find(CheckKind::Validity);
    assert_eq!(told(validity, "not before"), text("2025-06-14T12:00:00Z"));
    assert_eq!(told(validity, "not after"), text("2025-09-12T12:00:00Z"));
    assert_eq!(told(validity, "now"), text("2025-06-15T12:00:00Z"));
    assert_eq!(
        told(find(CheckKind::ExtendedKeyUsage), "needed"),
        text("serverAuth")
    );
    assert_eq!(
        told(find(CheckKind::ServerName), "wanted"),
        text("localhost")
    );
    assert_eq!(
        told(find(CheckKind::ServerName), "matched"),
        text("localhost")
    );
    assert_eq!(
        told(find(CheckKind::ServerName), "presented"),
        list(&["localhost", "127.0.0.1"])
    );
}

#[test]
fn an_expired_certificate_for_another_name_shows_both() {
    let world = World::new();
    let leaf = Leaf::for_names(["somewhere-else.test"]).valid(-1000..-10);
    let verdict = world.verify(&world.pki.intermediate().issue(&leaf).chain, "localhost");
    assert_eq!(verdict.result.unwrap_err().name(), "certificate_expired");
    assert_eq!(
        failed(&verdict.checks),
        [CheckKind::Validity, CheckKind::ServerName]
    );
}

#[test]
fn names_match_by_rfc_9525() {
    let world = World::new();
    let credentials = world
        .pki
        .leaf(["example.test", "*.wild.test", "192.0.2.7", "2001:db8::7"]);
    let chain = &credentials.chain;
    for good in [
        "example.test",
        "EXAMPLE.test",
        "a.wild.test",
        "192.0.2.7",
        "2001:db8::7",
    ] {
        assert!(world.verify(chain, good).result.is_ok(), "{good}");
    }
    for bad in [
        "other.test",
        "a.example.test",
        "wild.test",
        "a.b.wild.test",
        "192.0.2.8",
        "2001:db8::8",
    ] {
        let error = world.verify(chain, bad).result.unwrap_err();
        let TrustError::WrongName {
            wanted,
            wanted_address,
            presented,
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!(wanted, bad);
        assert_eq!(*wanted_address, bad.parse::<std::net::IpAddr>().is_ok());
        assert_eq!(
            *presented,
            ["example.test", "*.wild.test", "192.0.2.7", "2001:db8::7"]
        );
    }
}

#[test]
fn an_address_that_is_only_a_dns_name_does_not_match() {
    let world = World::new();
    let credentials = world.pki.leaf(["localhost"]);
    let error = world
        .verify(&credentials.chain, "127.0.0.1")
        .result
        .unwrap_err();
    assert!(error.remedy().contains("iPAddress"), "{}", error.remedy());
}

#[test]
fn a_chain_in_another_order_or_with_the_root_is_accepted_and_told() {
    let world = World::new();
    let mut chain = world.pki.leaf(["localhost"]).chain;
    chain.insert(1, world.pki.root_certificate().clone());
    let verdict = world.verify(&chain, "localhost");
    assert!(verdict.result.is_ok());
    assert_eq!(verdict.path.unwrap().certificates, [0, 2]);
    let unused = told(&verdict.checks[0], "not on the path");
    assert_eq!(
        unused,
        Some(Evidence::List(vec![
            "1: CN=limpid test root,O=limpid tests".to_owned()
        ]))
    );
}

#[test]
fn a_self_signed_leaf_given_as_a_root_is_trusted() {
    let world = World::new();
    let credentials = world.pki.flawed(Flaw::SelfSigned, ["localhost"]);
    let verifier = ServerVerifier::new(Roots::from_der([credentials.certificate()]).unwrap());
    let verdict = world.verify_with(&verifier, &credentials.chain, "localhost");
    assert!(verdict.result.is_ok(), "{:?}", verdict.result);
}

#[test]
fn every_kind_of_key_is_verified_at_every_place() {
    for kind in KeyKind::ALL {
        let pki = Pki::with_ca_key(now(), kind);
        let world = World::around(pki);
        let credentials = world.pki.leaf_with_key(["localhost"], kind);
        let verdict = world.verify(&credentials.chain, "localhost");
        assert!(verdict.result.is_ok(), "{kind:?}: {:?}", verdict.result);
        assert_eq!(failed(&verdict.checks), [], "{kind:?}");
    }
}

#[test]
fn weak_signatures_and_keys_are_named() {
    let world = World::new();
    for (weak, says) in [
        (weak::Weak::Sha1, "a signature with SHA-1"),
        (weak::Weak::Md5, "a signature with MD5"),
        (weak::Weak::SmallKey, "an RSA key of 1024 bits"),
        (weak::Weak::SmallCa, "an RSA key of 1024 bits"),
    ] {
        let verdict = world.verify_with(
            &ServerVerifier::new(weak::roots()),
            &weak.credentials().chain,
            "localhost",
        );
        let error = verdict.result.unwrap_err();
        // RFC 8446 §4.4.2.4
        assert_eq!(
            (error.name(), error.alert()),
            ("certificate_weak", Alert::BAD_CERTIFICATE),
            "{weak:?}: {error}"
        );
        assert!(error.to_string().contains(says), "{weak:?}: {error}");
        assert!(
            failed(&verdict.checks).contains(&CheckKind::Strength),
            "{weak:?}"
        );
    }
}

#[test]
fn the_least_rsa_size_is_policy() {
    let world = World::around(Pki::with_ca_key(now(), KeyKind::Rsa2048));
    let credentials = world.pki.leaf(["localhost"]);
    let strict = VerifierBuilder::new(world.pki.roots())
        .min_rsa_bits(3072)
        .server_verifier();
    let error = world
        .verify_with(&strict, &credentials.chain, "localhost")
        .result
        .unwrap_err();
    assert_eq!(error.name(), "certificate_weak");
    let lenient = VerifierBuilder::new(weak::roots())
        .min_rsa_bits(1024)
        .server_verifier();
    let small = weak::Weak::SmallKey.credentials();
    assert!(
        world
            .verify_with(&lenient, &small.chain, "localhost")
            .result
            .is_ok()
    );
}

#[test]
fn key_usage_depends_on_what_the_key_is_used_for() {
    use limpid_testkit::pki::Usage;
    let world = World::new();
    // RFC 5246 §7.4.2: keyEncipherment for the RSA key exchange, digitalSignature for the others.
    let leaf = Leaf::for_names(["localhost"])
        .key(KeyKind::Rsa2048)
        .usages(&[Usage::KeyEncipherment]);
    let chain = world.pki.intermediate().issue(&leaf).chain;
    assert!(
        world
            .verify_for(KeyUse::Encipherment, &chain, "localhost")
            .result
            .is_ok()
    );
    let error = world
        .verify_for(KeyUse::Signature, &chain, "localhost")
        .result
        .unwrap_err();
    assert_eq!(error.name(), "certificate_key_usage");
    let unrestricted = Leaf::for_names(["localhost"]).usages(&[]);
    let chain = world.pki.intermediate().issue(&unrestricted).chain;
    assert!(
        world
            .verify_for(KeyUse::Signature, &chain, "localhost")
            .result
            .is_ok()
    );
}

#[test]
fn chains_are_bounded() {
    let world = World::new();
    let error = world.verify(&[], "localhost").result.unwrap_err();
    assert_eq!(
        (error.name(), error.alert()),
        ("certificate_empty", Alert::DECODE_ERROR)
    );
    let mut chain = world.pki.leaf(["localhost"]).chain;
    chain.resize(17, chain[1].clone());
    let verdict = world.verify(&chain, "localhost");
    assert_eq!(
        verdict.result.unwrap_err(),
        TrustError::TooLong {
            count: 17,
            limit: 16
        }
    );
    assert!(failed(&verdict.checks).contains(&CheckKind::ChainPath));
}

#[test]
fn clients_need_the_other_purpose_and_no_name() {
    let world = World::new();
    let client = world.pki.client("Alice", KeyKind::P256);
    let verdict = world.verify_client(&client.chain);
    assert!(verdict.result.is_ok(), "{:?}", verdict.result);
    assert!(
        verdict
            .checks
            .iter()
            .all(|check| check.by == Side::Server && check.kind != CheckKind::ServerName)
    );
    let error = world
        .verify_client(&world.pki.leaf(["localhost"]).chain)
        .result
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("not for clientAuth, only for serverAuth"),
        "{error}"
    );
    let error = world.verify(&client.chain, "localhost").result.unwrap_err();
    assert_eq!(error.name(), "certificate_extended_key_usage");
}

#[test]
fn the_spki_of_an_identity_verifies_handshake_signatures() {
    use limpid_crypto::{SigningKey, verify};
    use limpid_wire::SignatureScheme;
    let world = World::new();
    let credentials = world.pki.leaf(["localhost"]);
    let identity = world
        .verify(&credentials.chain, "localhost")
        .result
        .unwrap();
    let key = SigningKey::from_der(&credentials.key).unwrap();
    assert_eq!(identity.spki(), key.public_key_der());
    let scheme = SignatureScheme::ECDSA_SECP256R1_SHA256;
    let signature = key.sign(scheme, b"transcript").unwrap();
    verify(scheme, identity.spki(), b"transcript", &signature).unwrap();
}

#[test]
fn roots_name_the_authorities_that_a_client_may_choose_from() {
    let world = World::new();
    let names = world.pki.roots().distinguished_names();
    let root = limpid_trust::certificate::Certificate::parse(world.pki.root_certificate()).unwrap();
    assert_eq!(names.len(), 1);
    assert!(names[0].ends_with(root.subject()) && names[0].starts_with(&[0x30]));
}

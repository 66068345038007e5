//! Certificates told to people.

mod world;

use limpid_testkit::pki::{Ca, Flaw, KeyKind, Leaf, Pki};
use limpid_trust::certificate::{KeyKind as Kind, Summary, summary};
use world::{World, now};

fn says(summary: &Summary, name: &str) -> Vec<String> {
    let extension = summary
        .extensions
        .iter()
        .find(|extension| extension.name == Some(name));
    extension
        .unwrap_or_else(|| panic!("no {name}"))
        .says
        .clone()
}

#[test]
fn every_field_of_a_leaf_is_spelt_out() {
    let world = World::new();
    let leaf = Leaf::for_names(["localhost", "127.0.0.1", "::1"])
        .key(KeyKind::Rsa2048)
        .issuer_url("http://pki.test/ca.der")
        .must_staple()
        .critical_extension();
    let told = summary(world.pki.intermediate().issue(&leaf).certificate()).unwrap();
    assert_eq!(told.version, 3);
    assert_eq!(told.serial.len(), 32);
    assert_eq!(told.signature_algorithm, "ecdsa-with-SHA256");
    assert_eq!(told.issuer, "CN=limpid test intermediate,O=limpid tests");
    assert_eq!(told.subject, "CN=localhost");
    assert_eq!(
        (told.not_before.as_str(), told.not_after.as_str()),
        ("2025-06-14T12:00:00Z", "2025-09-12T12:00:00Z")
    );
    assert_eq!(told.names, ["localhost", "127.0.0.1", "::1"]);
    assert_eq!((told.key.kind.clone(), told.key.bits), (Kind::Rsa, 2048));
    assert_eq!(told.key.to_string(), "RSA, 2048 bits");
    assert!(!told.is_ca && !told.is_self_issued);
    assert_eq!(told.fingerprint.len(), 64);
    assert_eq!(
        says(&told, "subjectAltName"),
        ["localhost", "127.0.0.1", "::1"]
    );
    assert_eq!(
        says(&told, "keyUsage"),
        ["digitalSignature", "keyEncipherment"]
    );
    assert_eq!(says(&told, "extKeyUsage"), ["serverAuth"]);
    assert_eq!(says(&told, "basicConstraints"), ["not a CA"]);
    assert_eq!(
        says(&told, "authorityInfoAccess"),
        ["issuer's certificate: http://pki.test/ca.der"]
    );
    assert_eq!(says(&told, "tlsfeature"), ["status_request"]);
    let unknown = told.extensions.last().unwrap();
    assert_eq!(
        (unknown.id.as_str(), unknown.name, unknown.critical),
        ("1.3.6.1.4.1.32473.1", None, true)
    );
    assert_eq!(unknown.says, ["0500"]);
}

#[test]
fn key_identifiers_link_a_leaf_to_its_issuer() {
    let world = World::new();
    let leaf = summary(world.pki.leaf(["localhost"]).certificate()).unwrap();
    let issuer = summary(world.pki.intermediate().certificate()).unwrap();
    assert_eq!(
        says(&leaf, "authorityKeyIdentifier"),
        says(&issuer, "subjectKeyIdentifier")
    );
}

#[test]
fn an_authority_says_what_it_may_sign() {
    let root = Pki::new(now());
    let narrow = Ca::named("narrow")
        .path_length(0)
        .permitted("a.test")
        .excluded("b.a.test");
    let told = summary(root.root().subordinate(&narrow).certificate()).unwrap();
    assert!(told.is_ca);
    assert_eq!(
        says(&told, "basicConstraints"),
        ["CA", "at most 0 CA certificates below"]
    );
    assert_eq!(
        says(&told, "nameConstraints"),
        ["permitted: a.test", "excluded: b.a.test"]
    );
    assert_eq!(
        says(&told, "keyUsage"),
        ["digitalSignature", "keyCertSign", "cRLSign"]
    );
    assert!(summary(root.root_certificate()).unwrap().is_self_issued);
}

#[test]
fn keys_of_every_kind_are_named() {
    let world = World::new();
    let name = |kind| {
        summary(world.pki.leaf_with_key(["localhost"], kind).certificate())
            .unwrap()
            .key
            .to_string()
    };
    let names: Vec<String> = KeyKind::ALL.into_iter().map(name).collect();
    assert_eq!(
        names,
        [
            "elliptic curve P-256",
            "elliptic curve P-384",
            "elliptic curve P-521",
            "Ed25519",
            "RSA, 2048 bits",
            "RSA, 3072 bits",
            "RSA, 4096 bits",
            "ML-DSA-44",
            "ML-DSA-65",
            "ML-DSA-87",
        ]
    );
}

#[test]
fn what_is_no_certificate_is_refused_and_never_panics() {
    let world = World::new();
    let malformed = world.pki.flawed(Flaw::Malformed, ["localhost"]);
    assert!(summary(malformed.certificate()).is_err());
    let good = world
        .pki
        .intermediate()
        .issue(&Leaf::for_names(["localhost"]).issuer_url("http://pki.test/"));
    for bit in 0..8 * good.certificate().len() {
        let mut der = good.certificate().to_vec();
        der[bit / 8] ^= 1 << (bit % 8);
        // Any outcome is right as long as there is one.
        if let Ok(told) = summary(&der.into()) {
            assert!(
                !told
                    .subject
                    .chars()
                    .chain(told.issuer.chars())
                    .any(char::is_control)
            );
        }
    }
}

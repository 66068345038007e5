//! What the maker makes is what other software reads, and the keys fit the certificates.

use std::io::Write as _;
use std::process::{Command, Stdio};

use limpid_crypto::SigningKey;
use limpid_trust::certificate::Certificate;

use super::*;

fn now() -> UnixTime {
    UnixTime::now()
}

#[test]
fn each_key_belongs_to_its_certificate() {
    let pki = Pki::new(now());
    for kind in KeyKind::ALL {
        let credentials = pki.leaf_with_key(["localhost"], kind);
        let key = SigningKey::from_der(&credentials.key)
            .unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        let certificate = Certificate::parse(credentials.certificate()).unwrap();
        assert_eq!(key.public_key_der(), certificate.spki(), "{kind:?}");
    }
}

#[test]
fn a_leaf_never_shares_the_key_of_its_authority() {
    let pki = Pki::with_ca_key(now(), KeyKind::Rsa2048);
    let leaf = pki.leaf_with_key(["localhost"], KeyKind::Rsa2048);
    let spki = |der: &CertificateDer<'_>| Certificate::parse(der).unwrap().spki().to_vec();
    assert_ne!(
        spki(leaf.certificate()),
        spki(pki.intermediate().certificate())
    );
}

#[test]
fn serial_numbers_differ() {
    let pki = Pki::new(now());
    let serial = |credentials: &Credentials| {
        Certificate::parse(credentials.certificate())
            .unwrap()
            .serial()
            .to_vec()
    };
    assert_ne!(
        serial(&pki.leaf(["localhost"])),
        serial(&pki.leaf(["localhost"]))
    );
}

#[test]
fn openssl_verifies_the_good_chain_and_refuses_the_bad_ones() {
    let pki = Pki::new(now());
    assert_eq!(openssl_says(&pki, &pki.leaf(["localhost"])), Ok(()));
    for (flaw, says) in [
        (Flaw::Expired, "certificate has expired"),
        (Flaw::NotYetValid, "certificate is not yet valid"),
        (Flaw::SelfSigned, "self-signed certificate"),
        (
            Flaw::UnknownCaAlone,
            "unable to get local issuer certificate",
        ),
        (
            Flaw::MissingIntermediate,
            "unable to get local issuer certificate",
        ),
        (Flaw::BadSignature, "certificate signature failure"),
        (Flaw::PathLength, "path length constraint exceeded"),
        (Flaw::NameConstraint, "permitted subtree violation"),
        (Flaw::CriticalExtension, "unhandled critical extension"),
    ] {
        let answer = openssl_says(&pki, &pki.flawed(flaw, ["localhost"])).unwrap_err();
        assert!(answer.contains(says), "{flaw:?}: {answer}");
    }
}

/// `openssl verify` with the root as the only trusted certificate.
fn openssl_says(pki: &Pki, credentials: &Credentials) -> Result<(), String> {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::File::create(&path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        path
    };
    let output = Command::new("openssl")
        .args(["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile"])
        .arg(file("root.pem", &pki.root_pem()))
        .arg("-untrusted")
        .arg(file("chain.pem", &credentials.chain_pem()))
        .arg(file(
            "leaf.pem",
            &pem("CERTIFICATE", credentials.certificate()),
        ))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn openssl_reads_the_staple() {
    let pki = Pki::new(now());
    let leaf = pki.leaf(["localhost"]);
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    for (signer, status, says) in [
        (Signer::Issuer, Status::Good, ": good"),
        (Signer::Delegate, Status::Revoked, ": revoked"),
    ] {
        let staple = pki
            .intermediate()
            .staple(leaf.certificate(), &Staple::new(status).signed_by(signer));
        let leaf_path = file(
            "leaf.pem",
            pem("CERTIFICATE", leaf.certificate()).as_bytes(),
        );
        let output = Command::new("openssl")
            .args(["ocsp", "-respin"])
            .arg(file("staple.der", &staple))
            .arg("-issuer")
            .arg(file(
                "issuer.pem",
                pem("CERTIFICATE", pki.intermediate().certificate()).as_bytes(),
            ))
            .arg("-cert")
            .arg(&leaf_path)
            .arg("-CAfile")
            .arg(file("root.pem", pki.root_pem().as_bytes()))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let answer = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert!(answer.contains("Response verify OK"), "{answer}");
        assert!(answer.contains(&format!("leaf.pem{says}")), "{answer}");
    }
}

#[test]
fn the_files_of_weak_certificates_are_what_they_say() {
    let algorithm = |weak: weak::Weak| {
        let credentials = weak.credentials();
        Certificate::parse(credentials.certificate())
            .unwrap()
            .signature_algorithm()
            .name()
    };
    assert_eq!(algorithm(weak::Weak::Sha1), "sha1WithRSAEncryption");
    assert_eq!(algorithm(weak::Weak::Md5), "md5WithRSAEncryption");
    let small = weak::Weak::SmallKey.credentials();
    assert_eq!(
        Certificate::parse(small.certificate()).unwrap().key().bits,
        1024
    );
}

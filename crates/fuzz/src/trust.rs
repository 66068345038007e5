//! Certificates, chains with what is stapled to them, and PEM texts.

use std::sync::LazyLock;
use std::time::Duration;

use limpid_testkit::flow::{Holder, NAME, NOW, pki};
use limpid_testkit::pki::KeyKind;
use limpid_trust::certificate::{Certificate, distinguished_name, summary};
use limpid_trust::{
    ClientVerifier, KeyUse, Presented, PresentedByClient, PresentedKey, RawKeys, Roots,
    ServerVerifier, VerifierBuilder,
};
use rustls_pki_types::{
    CertificateDer, CertificateRevocationListDer, ServerName, SubjectPublicKeyInfoDer, UnixTime,
};

use crate::choices::{Choices, block};

/// A certificate alone: as a description reads it, as an anchor, as a raw key, as a name.
pub(crate) fn certificate(input: &[u8]) {
    let der = CertificateDer::from(input);
    let parsed = Certificate::parse(input);
    assert_eq!(
        parsed.is_ok(),
        summary(&der).is_ok(),
        "a certificate that is read has a summary"
    );
    if let Ok(certificate) = parsed {
        assert_eq!(certificate.der(), input);
        assert!(input.get(certificate.spki_range()).is_some());
        let _ = (
            certificate.period(),
            certificate.is_ca(),
            certificate.is_self_issued(),
        );
        plain(&certificate.display_name());
    }
    if let Ok(roots) = Roots::from_der([&der]) {
        assert_eq!(roots.anchors().len(), 1);
        plain(&roots.name(0).unwrap_or_default());
        let _ = (roots.key(0), roots.distinguished_names());
    }
    plain(&distinguished_name(input));
    let key = SubjectPublicKeyInfoDer::from(input);
    let presented = PresentedKey {
        key: &key,
        server_name: None,
    };
    let known = RawKeys::default().and(key.clone().into_owned());
    assert!(known.verify(&presented).is_ok() && RawKeys::default().verify(&presented).is_err());
    let _ = presented.check_form();
}

/// What a peer says is shown to people: no control characters in it.
fn plain(text: &str) {
    assert!(!text.chars().any(char::is_control), "{text:?}");
}

static VERIFIERS: LazyLock<(ServerVerifier, ClientVerifier)> = LazyLock::new(|| {
    (
        ServerVerifier::new(pki().roots()),
        ClientVerifier::new(pki().roots()),
    )
});

/// First byte: how the key is used. Then, each with a length of two bytes, an OCSP response, timestamps, a CRL, and the chain.
/// A story changes no verdict, and only the chain that the authority issued is accepted.
pub(crate) fn verifier(input: &[u8]) {
    let mut choices = Choices::new(input);
    let key_use = if choices.byte() & 1 == 0 {
        KeyUse::Signature
    } else {
        KeyUse::Encipherment
    };
    let (ocsp_response, scts, crl) = (choices.block(), choices.block(), choices.block());
    let mut chain = Vec::new();
    while !choices.is_empty() && chain.len() < 20 {
        chain.push(CertificateDer::from(choices.block()));
    }
    let name = ServerName::try_from(NAME).expect("a DNS name");
    let now = UnixTime::since_unix_epoch(Duration::from_secs(NOW));
    let presented = Presented {
        chain: &chain,
        server_name: &name,
        ocsp_response,
        scts,
        key_use,
        now,
    };
    let (server, client) = &*VERIFIERS;
    let told = server.verify(&presented, true).result;
    assert_eq!(
        told.is_ok(),
        server.verify(&presented, false).result.is_ok(),
        "a story changes the verdict"
    );
    if told.is_ok() {
        let issued = &Holder::server(KeyKind::P256).credentials.chain;
        assert_eq!(
            chain.first(),
            issued.first(),
            "a certificate that nobody issued is accepted"
        );
    }
    let by_client = PresentedByClient {
        chain: &chain,
        ocsp_response,
        now,
    };
    assert!(
        client.verify(&by_client, true).result.is_err(),
        "a server's certificate is a client's"
    );
    let crl = CertificateRevocationListDer::from(crl);
    if let Ok(builder) = VerifierBuilder::new(pki().roots()).crls([&crl]) {
        let verdict = builder.server_verifier().verify(&presented, true).result;
        assert!(
            told.is_ok() || verdict.is_err(),
            "a CRL makes a bad chain good"
        );
    }
}

/// A text of roots or of raw keys.
pub(crate) fn pem(input: &[u8]) {
    if let Ok(roots) = Roots::from_pem(input) {
        assert!(!roots.anchors().is_empty());
    }
    let _ = RawKeys::from_pem(input);
}

/// The certificates of every kind of key, their keys, and an intermediate.
pub(crate) fn certificate_seeds() -> Vec<Vec<u8>> {
    let mut seeds = vec![pki().root().certificate().to_vec()];
    for kind in [KeyKind::P256, KeyKind::Ed25519, KeyKind::Rsa2048] {
        for certificate in &Holder::server(kind).credentials.chain {
            seeds.push(certificate.to_vec());
            if let Ok(certificate) = Certificate::parse(certificate) {
                seeds.push(certificate.der()[certificate.spki_range()].to_vec());
            }
        }
    }
    seeds
}

/// A good chain, alone and with everything around it.
pub(crate) fn verifier_seeds() -> Vec<Vec<u8>> {
    let holder = Holder::server(KeyKind::P256);
    let chain: Vec<u8> = holder
        .credentials
        .chain
        .iter()
        .flat_map(|certificate| block(certificate))
        .collect();
    let crl = |revoked: &[_]| block(&pki().intermediate().crl(revoked));
    let timestamp = [&[0, 47, 0, 45, 0], [9; 32].as_slice(), &[0; 12]].concat();
    let nothing = [0, 0];
    vec![
        [&[0, 0, 0, 0, 0, 0, 0], chain.as_slice()].concat(),
        [
            &[0],
            block(&holder.staple).as_slice(),
            &block(&timestamp),
            &crl(&[]),
            &chain,
        ]
        .concat(),
        [
            &[1],
            nothing.as_slice(),
            &nothing,
            &crl(std::slice::from_ref(holder.credentials.certificate())),
            &chain,
        ]
        .concat(),
    ]
}

pub(crate) fn pem_seeds() -> Vec<Vec<u8>> {
    let holder = Holder::server(KeyKind::P256);
    vec![
        pki().root_pem().into_bytes(),
        holder.credentials.chain_pem().into_bytes(),
        holder.credentials.key_pem().into_bytes(),
        limpid_testkit::pki::pem("PUBLIC KEY", &[48, 0]).into_bytes(),
    ]
}

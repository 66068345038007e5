//! TLS 1.2 between limpid and limpid.

use std::sync::Arc;

use limpid::wire::{CipherSuite, NamedGroup, ProtocolVersion};
use limpid::{
    Certificates, CertifiedKey, Client, ClientConfig, Endpoint, Policy, Roots, Server,
    ServerConfig, Suite,
};
use limpid_testkit::{Pair, Split};
use rustls_pki_types::PrivateKeyDer;

fn made(alg: &'static rcgen::SignatureAlgorithm) -> (Roots, CertifiedKey) {
    let key = rcgen::KeyPair::generate_for(alg).unwrap();
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let mut ca = rcgen::CertificateParams::new(vec![]).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca_cert = ca.self_signed(&ca_key).unwrap();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let leaf = rcgen::CertificateParams::new(vec!["example.com".into()])
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    let roots = Roots::from_der([ca_cert.der()]).unwrap();
    let der = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    (
        roots,
        CertifiedKey::new(vec![leaf.der().clone()], &der).unwrap(),
    )
}

fn pair(suite: CipherSuite, group: NamedGroup) -> Pair {
    let rsa = suite.name().unwrap().contains("_RSA_");
    let (roots, key) = made(if rsa {
        &rcgen::PKCS_RSA_SHA256
    } else {
        &rcgen::PKCS_ECDSA_P256_SHA256
    });
    let policy = Policy {
        suites: vec![suite],
        versions: vec![ProtocolVersion::TLS_1_2],
        groups: vec![group, NamedGroup::SECP256R1],
        ..Policy::default()
    };
    let client = ClientConfig::new(roots)
        .policy(policy.clone())
        .alpn(["http/1.1"]);
    let server = ServerConfig::new(Certificates::one(key))
        .policy(policy)
        .alpn(["h2", "http/1.1"]);
    Pair::new(
        Client::new(Arc::new(client), "example.com".try_into().unwrap()),
        Server::new(Arc::new(server)),
    )
}

#[test]
fn every_suite_with_every_group() {
    for suite in Suite::ALL
        .iter()
        .filter(|suite| suite.is_for(ProtocolVersion::TLS_1_2))
    {
        for group in [
            NamedGroup::X25519,
            NamedGroup::SECP256R1,
            NamedGroup::SECP384R1,
            NamedGroup::SECP521R1,
        ] {
            let mut pair = pair(suite.id, group).shaken();
            let agreed = pair.client.endpoint.established().unwrap().clone();
            assert_eq!((agreed.suite, agreed.group), (suite.id, Some(group)));
            assert_eq!(agreed.alpn.as_deref(), Some(&b"http/1.1"[..]));
            pair.client.send(b"ping");
            pair.server.send(&[7; 40_000]);
            pair.run();
            assert_eq!(pair.server.received, b"ping");
            assert_eq!(pair.client.received, vec![7; 40_000]);
            pair.client.endpoint.close(&mut pair.client.output);
            pair.run();
            assert!(pair.server.peer_closed);
        }
    }
}

#[test]
fn any_split_of_the_input_gives_the_same() {
    for split in [
        Split::Every(1),
        Split::Every(7),
        Split::Random(1),
        Split::Random(99),
    ] {
        let suite = CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
        let mut pair = pair(suite, NamedGroup::X25519).cut(split).shaken();
        pair.client.send(b"ping");
        pair.run();
        assert_eq!(pair.server.received, b"ping");
    }
}

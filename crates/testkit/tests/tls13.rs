//! TLS 1.3 between limpid and limpid.

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

fn pair(client: Policy, server: Policy) -> Pair {
    let (roots, key) = made(&rcgen::PKCS_ECDSA_P256_SHA256);
    let client = ClientConfig::new(roots).policy(client).alpn(["http/1.1"]);
    let server = ServerConfig::new(Certificates::one(key))
        .policy(server)
        .alpn(["h2", "http/1.1"]);
    Pair::new(
        Client::new(Arc::new(client), "example.com".try_into().unwrap()),
        Server::new(Arc::new(server)),
    )
}

fn with(suite: CipherSuite, groups: &[NamedGroup]) -> Policy {
    Policy {
        versions: vec![ProtocolVersion::TLS_1_3],
        suites: vec![suite],
        groups: groups.to_vec(),
        ..Policy::default()
    }
}

#[test]
fn every_suite_with_every_group() {
    for suite in Suite::ALL
        .iter()
        .filter(|suite| suite.is_for(ProtocolVersion::TLS_1_3))
    {
        for group in Policy::default().groups {
            let policy = with(suite.id, &[group]);
            let mut pair = pair(policy.clone(), policy).shaken();
            let agreed = pair.client.endpoint.established().unwrap().clone();
            assert_eq!((agreed.suite, agreed.group), (suite.id, Some(group)));
            assert_eq!(agreed.version, ProtocolVersion::TLS_1_3);
            assert_eq!(agreed.alpn.as_deref(), Some(&b"http/1.1"[..]));
            pair.client.send(b"ping");
            pair.server.send(&[7; 40_000]);
            pair.run();
            assert_eq!(pair.server.received, b"ping");
            assert_eq!(pair.client.received, vec![7; 40_000]);
        }
    }
}

#[test]
fn a_retry_for_another_group() {
    let suite = CipherSuite::TLS_AES_128_GCM_SHA256;
    let client = with(suite, &[NamedGroup::X25519, NamedGroup::SECP384R1]);
    let server = with(suite, &[NamedGroup::SECP384R1]);
    for split in [Split::Whole, Split::Every(1)] {
        let pair = pair(client.clone(), server.clone()).cut(split).shaken();
        assert_eq!(
            pair.client.endpoint.established().unwrap().group,
            Some(NamedGroup::SECP384R1)
        );
    }
}

#[test]
fn a_hybrid_lends_its_classical_half() {
    let suite = CipherSuite::TLS_AES_128_GCM_SHA256;
    let server = with(suite, &[NamedGroup::X25519]);
    let pair = pair(Policy::default(), server).shaken();
    assert_eq!(
        pair.client.endpoint.established().unwrap().group,
        Some(NamedGroup::X25519)
    );
}

#[test]
fn the_highest_common_version() {
    let tls12 = Policy {
        versions: vec![ProtocolVersion::TLS_1_2],
        ..Policy::default()
    };
    for (client, server) in [
        (tls12.clone(), Policy::default()),
        (Policy::default(), tls12),
    ] {
        let pair = pair(client, server).shaken();
        assert_eq!(
            pair.server.endpoint.established().unwrap().version,
            ProtocolVersion::TLS_1_2
        );
    }
}

//! The ClientHello: what this configuration offers.

use limpid_facts::{
    Because, Candidate, Check, CheckKind, Decision, Evidence, Named, Outcome, Side, Subject,
};
use limpid_protect::KeyExchange;
use limpid_wire::extensions::{
    CertificateStatusRequest, ClientHelloExtension, ServerName as HostName,
};
use limpid_wire::handshake::{
    ClientHello, DOWNGRADE_TO_TLS_1_1, DOWNGRADE_TO_TLS_1_2, ServerHello12,
};
use limpid_wire::{
    CipherSuite, CompressionMethod, ECPointFormat, ExtensionType, ProtocolVersion, SessionId,
};
use rustls_pki_types::ServerName;

use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;

/// What was offered, kept until it is known what the server made of it.
pub(crate) struct Offer {
    pub(crate) hello: ClientHello,
    pub(crate) name: ServerName<'static>,
}

impl Offer {
    pub(crate) fn new(config: &ClientConfig, name: ServerName<'static>) -> Result<Self, Fault> {
        let mut random = [0; 32];
        config
            .means
            .random
            .fill(&mut random)
            .map_err(|_| Fault::NoRandomness)?;
        let cipher_suites = suites(config)?;
        let hello = ClientHello {
            legacy_version: ProtocolVersion::TLS_1_2,
            random,
            legacy_session_id: SessionId::EMPTY,
            cipher_suites,
            legacy_compression_methods: vec![CompressionMethod::NULL],
            extensions: extensions(config, &name).into(),
        };
        Ok(Self { hello, name })
    }

    /// The types of extension that the server may answer. `renegotiation_info` may also answer the signalling suite.
    pub(crate) fn check_solicited(
        &self,
        answered: impl Iterator<Item = ExtensionType>,
    ) -> Result<(), Fault> {
        answered
            .filter(|answer| !self.hello.extensions.contains_type(*answer))
            .try_for_each(|answer| Err(Fault::UnsolicitedExtension(answer)))
    }
}

fn suites(config: &ClientConfig) -> Result<Vec<CipherSuite>, Fault> {
    let policy = &config.policy;
    if policy.versions.is_empty() {
        return Err(Fault::NothingToOffer("no protocol version"));
    }
    let suites: Vec<_> = policy.suites_for(ProtocolVersion::TLS_1_2).collect();
    if suites.is_empty() {
        return Err(Fault::NothingToOffer(
            "no cipher suite of an allowed version",
        ));
    }
    if policy.groups.is_empty()
        && suites
            .iter()
            .all(|suite| suite.key_exchange == KeyExchange::Ecdhe)
    {
        return Err(Fault::NothingToOffer("no group for the key exchange"));
    }
    if policy.schemes.is_empty() {
        return Err(Fault::NothingToOffer("no signature scheme"));
    }
    Ok(suites.iter().map(|suite| suite.id).collect())
}

fn extensions(config: &ClientConfig, name: &ServerName<'static>) -> Vec<ClientHelloExtension> {
    let mut list = Vec::with_capacity(10);
    // RFC 6066 §3: an IP address is no host name, and is not sent.
    if let (true, ServerName::DnsName(name)) = (config.send_server_name, name) {
        let host = name.as_ref().trim_end_matches('.');
        list.push(ClientHelloExtension::ServerName(vec![HostName::host_name(
            host,
        )]));
    }
    // RFC 5746 §3.4: empty in a first handshake.
    list.push(ClientHelloExtension::RenegotiationInfo(Vec::new()));
    list.push(ClientHelloExtension::ExtendedMasterSecret);
    list.push(ClientHelloExtension::SupportedGroups(
        config.policy.groups.clone(),
    ));
    // RFC 8422 §5.1.2: still expected by old servers.
    list.push(ClientHelloExtension::EcPointFormats(vec![
        ECPointFormat::UNCOMPRESSED,
    ]));
    list.push(ClientHelloExtension::SignatureAlgorithms(
        config.policy.schemes.clone(),
    ));
    list.push(ClientHelloExtension::StatusRequest(
        CertificateStatusRequest::ocsp(),
    ));
    list.push(ClientHelloExtension::SignedCertificateTimestamp);
    if !config.alpn.is_empty() {
        list.push(ClientHelloExtension::ApplicationLayerProtocolNegotiation(
            config.alpn.clone(),
        ));
    }
    list
}

/// Whether the version that a TLS 1.2 style ServerHello says was offered, and nobody forced it down.
pub(crate) fn check_version(
    hs: &Handshake,
    config: &ClientConfig,
    hello: &ServerHello12,
) -> Result<(), Fault> {
    let version = hello.server_version;
    let offered = config.policy.allows(version);
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::Version,
        chosen: Some(Named::Version(version)),
        among: config
            .policy
            .versions
            .iter()
            .map(|version| Candidate::fits(Named::Version(*version)))
            .collect(),
        because: if offered {
            Because::PeerPreference
        } else {
            Because::NotOffered
        },
    });
    if !offered {
        return Err(Fault::VersionNotOffered(version));
    }
    check_sentinel(hs, config, hello)
}

/// RFC 8446 §4.1.3: a server that could have spoken TLS 1.3 says so in the last 8 bytes of its random.
fn check_sentinel(
    hs: &Handshake,
    config: &ClientConfig,
    hello: &ServerHello12,
) -> Result<(), Fault> {
    let [.., a, b, c, d, e, f, g, h] = hello.random;
    let tail = [a, b, c, d, e, f, g, h];
    let sentinel = tail == DOWNGRADE_TO_TLS_1_2 || tail == DOWNGRADE_TO_TLS_1_1;
    let ours = config.policy.highest() == Some(ProtocolVersion::TLS_1_3);
    let downgraded = sentinel && (ours || tail == DOWNGRADE_TO_TLS_1_1);
    hs.tell_check(|| Check {
        by: Side::Client,
        kind: CheckKind::DowngradeSentinel,
        outcome: if downgraded {
            Outcome::Failed
        } else {
            Outcome::Passed
        },
        evidence: vec![(
            "last 8 bytes of ServerHello.random",
            Evidence::Bytes(tail.as_slice().into()),
        )],
        reference: "RFC 8446 §4.1.3",
    });
    if downgraded {
        Err(Fault::Downgraded)
    } else {
        Ok(())
    }
}

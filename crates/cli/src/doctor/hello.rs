//! The ClientHello that asks a question. Pure: bytes from values.
//!
//! It need not be fit to go on with: what the server chooses, or that it gives up, is all that is wanted.

use limpid::wire::extensions::{
    CertificateStatusRequest, ClientHelloExtension, Extensions, KeyShareEntry, ServerName,
};
use limpid::wire::handshake::ClientHello;
use limpid::wire::{
    CipherSuite, CompressionMethod, ECPointFormat, HandshakeBody, NamedGroup, ProtocolVersion,
    PskKeyExchangeMode, SessionId, SignatureScheme,
};

use super::exam::{Ours, is_post_quantum, is_sincere};
use super::question::Question;

/// What a hello offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) versions: Vec<ProtocolVersion>,
    pub(super) suites: Vec<CipherSuite>,
    pub(super) groups: Vec<NamedGroup>,
    pub(super) schemes: Vec<SignatureScheme>,
    pub(super) protocols: Vec<String>,
    pub(super) name: Option<String>,
    /// How long the message is to be at least, in bytes.
    pub(super) length: usize,
}

/// As long as a hello with a post-quantum share is.
const LONG: usize = 1_700;

impl Offer {
    /// The offer that asks this; `None` for a question that no hello asks.
    pub(super) fn asking(question: &Question, ours: &Ours) -> Option<Self> {
        let own = || Self::own(ours);
        Some(match question {
            Question::WithoutPostQuantum => own().without_post_quantum(),
            Question::Padded => Self {
                length: LONG,
                ..own().without_post_quantum()
            },
            Question::Version(version) => Self::everything(*version, ours),
            Question::OurSuites(version) => Self {
                suites: own().suites,
                ..Self::everything(*version, ours)
            },
            Question::OurGroups(version) => Self {
                groups: own().groups,
                ..Self::everything(*version, ours)
            },
            Question::OurSchemes(version) => Self {
                schemes: own().schemes,
                ..Self::everything(*version, ours)
            },
            Question::SuitesBeside(version, known) => {
                let mut offer = Self::everything(*version, ours);
                offer.suites.retain(|suite| !known.contains(suite));
                offer
            }
            Question::GroupsBeside(version, known) => {
                let mut offer = Self::everything(*version, ours);
                offer.groups.retain(|group| !known.contains(group));
                // What needs no group is no answer to a question about groups.
                offer.suites.retain(|suite| needs_group(*suite));
                offer
            }
            Question::Scheme(version, scheme) => Self {
                schemes: vec![*scheme],
                ..Self::everything(*version, ours)
            },
            Question::WithoutName => Self {
                name: None,
                ..own().without_post_quantum()
            },
            Question::WithoutProtocols => Self {
                protocols: Vec::new(),
                ..own().without_post_quantum()
            },
            Question::Protocol(protocol) => Self {
                protocols: vec![protocol.clone()],
                ..own().without_post_quantum()
            },
            Question::Greeting | Question::PlainHttp | Question::Clock | Question::Resumption => {
                return None;
            }
        })
    }

    fn own(ours: &Ours) -> Self {
        let policy = ours.policy.clone();
        Self {
            versions: policy.versions,
            suites: policy.suites,
            groups: policy.groups,
            schemes: policy.schemes,
            protocols: ours.protocols.clone(),
            name: ours.name.clone(),
            length: 0,
        }
    }

    fn without_post_quantum(mut self) -> Self {
        self.groups.retain(|group| !is_post_quantum(*group));
        self
    }

    /// Everything that has a name, in this version.
    fn everything(version: ProtocolVersion, ours: &Ours) -> Self {
        let newest = version == ProtocolVersion::TLS_1_3;
        let fits = |suite: &CipherSuite| {
            suite
                .parts()
                .is_some_and(|parts| parts.is_tls13() == newest)
        };
        let is_hybrid = |group: &NamedGroup| is_post_quantum(*group);
        Self {
            versions: vec![version],
            suites: all(CipherSuite::ALL).filter(fits).collect(),
            groups: all(NamedGroup::ALL)
                .filter(|group| newest || !is_hybrid(group))
                .collect(),
            schemes: all(SignatureScheme::ALL).collect(),
            protocols: Vec::new(),
            name: ours.name.clone(),
            length: 0,
        }
    }

    /// The message in a record, for the wire.
    pub(super) fn record(&self, random: [u8; 32]) -> Vec<u8> {
        let mut message = Vec::new();
        let hello = self.hello(random, 0);
        hello.encode_message(&mut message);
        // Four bytes are the padding extension's own header.
        let missing = self.length.saturating_sub(message.len() + 4);
        if missing > 0 {
            message.clear();
            self.hello(random, missing).encode_message(&mut message);
        }
        let version = match self.highest() {
            ProtocolVersion::SSL_3_0 => ProtocolVersion::SSL_3_0,
            _ => ProtocolVersion::TLS_1_0,
        };
        let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
        let mut record = vec![22];
        record.extend(version.0.to_be_bytes());
        record.extend(length.to_be_bytes());
        record.extend(message);
        record
    }

    fn highest(&self) -> ProtocolVersion {
        let highest = self.versions.iter().copied().max();
        highest.unwrap_or(ProtocolVersion::TLS_1_2)
    }

    fn hello(&self, random: [u8; 32], padding: usize) -> ClientHello {
        let newest = self.versions.contains(&ProtocolVersion::TLS_1_3);
        let session_id = SessionId::new(if newest { &random } else { &[] });
        ClientHello {
            legacy_version: self.highest().min(ProtocolVersion::TLS_1_2),
            random,
            legacy_session_id: session_id.unwrap_or(SessionId::EMPTY),
            cipher_suites: self.suites.clone(),
            legacy_compression_methods: vec![CompressionMethod::NULL],
            extensions: self.extensions(newest, padding),
        }
    }

    fn extensions(&self, newest: bool, padding: usize) -> Extensions<ClientHelloExtension> {
        use ClientHelloExtension as E;
        let mut list = Vec::new();
        list.extend(
            self.name
                .iter()
                .map(|name| E::ServerName(vec![ServerName::host_name(name)])),
        );
        list.push(E::ExtendedMasterSecret);
        list.push(E::RenegotiationInfo(Vec::new()));
        list.push(E::SupportedGroups(self.groups.clone()));
        list.push(E::EcPointFormats(vec![ECPointFormat::UNCOMPRESSED]));
        list.push(E::StatusRequest(CertificateStatusRequest::ocsp()));
        if self.highest() >= ProtocolVersion::TLS_1_2 {
            list.push(E::SignatureAlgorithms(self.schemes.clone()));
        }
        if !self.protocols.is_empty() {
            let names = self.protocols.iter().map(|name| name.clone().into_bytes());
            list.push(E::ApplicationLayerProtocolNegotiation(names.collect()));
        }
        if newest {
            list.push(E::SupportedVersions(self.versions.clone()));
            list.push(E::PskKeyExchangeModes(vec![PskKeyExchangeMode::PSK_DHE_KE]));
            list.push(E::KeyShare(self.shares()));
        }
        if padding > 0 {
            list.push(E::Padding(vec![0; padding]));
        }
        list.into()
    }

    /// Shares that need no private key, since nothing will be computed with them: the curves' own base points. Where neither
    /// group is offered, none: the server then says which it would like.
    fn shares(&self) -> Vec<KeyShareEntry> {
        let known = [
            (NamedGroup::X25519, &X25519_BASE_POINT[..]),
            (NamedGroup::SECP256R1, &P256_BASE_POINT[..]),
        ];
        let offered = known
            .into_iter()
            .filter(|(group, _)| self.groups.contains(group));
        offered
            .map(|(group, point)| KeyShareEntry {
                group,
                key_exchange: point.to_vec(),
            })
            .collect()
    }
}

fn needs_group(suite: CipherSuite) -> bool {
    use limpid::wire::SuiteKeyExchange as Exchange;
    let exchange = suite.parts().map(|parts| parts.key_exchange);
    matches!(exchange, Some(Exchange::Negotiated | Exchange::Ecdhe))
}

fn all<C: limpid::wire::CodePoint + Copy>(points: &'static [C]) -> impl Iterator<Item = C> {
    points.iter().copied().filter(|point| is_sincere(*point))
}

/// RFC 7748 §4.1: u = 9.
const X25519_BASE_POINT: [u8; 32] = {
    let mut point = [0; 32];
    point[0] = 9;
    point
};

/// SEC 2 §2.4.2: the point G, uncompressed.
const P256_BASE_POINT: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
    0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2,
    0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
    0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51,
    0xf5,
];

#[cfg(test)]
mod tests {
    use super::*;
    use limpid::Policy;

    fn ours() -> Ours {
        Ours {
            policy: Policy::default(),
            name: Some("localhost".to_owned()),
            protocols: vec!["h2".to_owned()],
        }
    }

    fn read(question: &Question) -> ClientHello {
        let record = Offer::asking(question, &ours()).unwrap().record([7; 32]);
        assert_eq!(
            usize::from(u16::from_be_bytes([record[3], record[4]])),
            record.len() - 5
        );
        ClientHello::decode_message(&record[5..]).unwrap()
    }

    #[test]
    fn each_version_is_asked_for_as_its_time_did() {
        for version in super::super::exam::VERSIONS {
            let hello = read(&Question::Version(version));
            assert!(hello.offers_version(version));
            let newest = version == ProtocolVersion::TLS_1_3;
            assert_eq!(hello.supported_versions().is_some(), newest);
            assert!(hello.cipher_suites.len() >= if newest { 3 } else { 100 });
        }
    }

    #[test]
    fn a_hello_without_post_quantum_is_short_and_a_padded_one_long() {
        let length = |question| {
            let mut message = Vec::new();
            read(&question).encode_message(&mut message);
            message.len()
        };
        assert!(length(Question::WithoutPostQuantum) < 600);
        assert_eq!(length(Question::Padded), LONG);
        let groups = read(&Question::WithoutPostQuantum);
        assert!(
            !groups
                .supported_groups()
                .unwrap()
                .iter()
                .any(|group| is_post_quantum(*group))
        );
    }

    #[test]
    fn what_is_known_is_left_out() {
        let known = vec![CipherSuite::TLS_AES_128_GCM_SHA256];
        let question = Question::SuitesBeside(ProtocolVersion::TLS_1_3, known.clone());
        assert!(!read(&question).cipher_suites.contains(&known[0]));
        assert!(read(&Question::WithoutName).server_name().is_none());
        assert!(
            read(&Question::WithoutProtocols)
                .application_layer_protocol_negotiation()
                .is_none()
        );
        assert!(Offer::asking(&Question::Clock, &ours()).is_none());
    }
}

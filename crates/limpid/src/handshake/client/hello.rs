//! The ClientHello: what this configuration offers.

use limpid_crypto::{EphemeralKey, Secret};
use limpid_facts::{
    Because, Candidate, Check, CheckKind, Decision, Evidence, Named, Outcome, Side, Subject,
};
use limpid_protect::{Cipher, KeyExchange, Suite};
use limpid_wire::extensions::{
    CertificateStatusRequest, ClientHelloExtension, KeyShareEntry, ServerName as HostName,
};
use limpid_wire::handshake::{
    ClientHello, DOWNGRADE_TO_TLS_1_1, DOWNGRADE_TO_TLS_1_2, ServerHello12,
};
use limpid_wire::{
    CertificateType, CipherSuite, CompressionMethod, ECPointFormat, ExtensionType, NamedGroup,
    ProtocolVersion, PskKeyExchangeMode, SessionId,
};
use rustls_pki_types::ServerName;

use crate::auth;
use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::client::grease;
use crate::handshake::client::psk::OfferedPsk;
use crate::handshake::tls12::sizes;
use crate::negotiate;
use crate::session::Resumable;

/// What was offered, kept until it is known what the server made of it.
pub(crate) struct Offer {
    pub(crate) hello: ClientHello,
    pub(crate) name: ServerName<'static>,
    /// The session of TLS 1.2 that is offered.
    pub(crate) resumable: Option<Resumable>,
    /// Private keys of the key shares. A hybrid's classical part may serve a share of its own.
    keys: Vec<EphemeralKey>,
    /// The groups for which shares are sent, where the configuration names them.
    wanted: Option<Vec<NamedGroup>>,
    /// Pre-shared keys, in the order in which they are offered.
    pub(super) psks: Vec<OfferedPsk>,
    /// Whether early data was sent and refused by a retry.
    pub(super) early_data_refused: bool,
}

impl Offer {
    pub(crate) fn new(config: &ClientConfig, name: ServerName<'static>) -> Result<Self, Fault> {
        // One call for both: most of what randomness costs is by the call.
        let mut bytes = [0; 32 + SessionId::MAX_LENGTH];
        config
            .means
            .random
            .fill(&mut bytes)
            .map_err(|_| Fault::NoRandomness)?;
        let (random, session_id) = bytes.split_first_chunk().unwrap_or((&[0; 32], &[]));
        let tls13 = config.policy.allows(ProtocolVersion::TLS_1_3);
        // RFC 8446 appendix D.4: with a session ID, middleboxes take this for a resumption.
        let legacy_session_id = if tls13 {
            SessionId::new(session_id).unwrap_or(SessionId::EMPTY)
        } else {
            SessionId::EMPTY
        };
        let hello = ClientHello {
            legacy_version: ProtocolVersion::TLS_1_2,
            random: *random,
            legacy_session_id,
            cipher_suites: suites(config)?,
            legacy_compression_methods: vec![CompressionMethod::NULL],
            extensions: extensions(config, &name).into(),
        };
        let now = config.means.clock.now();
        let sessions = config.sessions.as_ref().filter(|_| tls13);
        let resumable = sessions
            .and_then(|sessions| sessions.take(&name, ProtocolVersion::TLS_1_3, now))
            .filter(|resumable| auth::own_session_fits(config, &resumable.session))
            .filter(|kept| !config.verify_on_resumption || kept.session.proof.is_some());
        let last_group = resumable
            .as_ref()
            .and_then(|resumable| resumable.session.group)
            .or_else(|| sessions?.group(&name));
        let mut offer = Self {
            hello,
            name,
            resumable: None,
            keys: if tls13 {
                key_shares(config, last_group)?
            } else {
                Vec::new()
            },
            wanted: config.tls13.key_shares.clone(),
            psks: Vec::new(),
            early_data_refused: false,
        };
        if tls13 {
            offer.add_tls13(config);
        }
        if config.grease {
            let mut seed = [0; 6];
            config
                .means
                .random
                .fill(&mut seed)
                .map_err(|_| Fault::NoRandomness)?;
            grease::add(&mut offer.hello, seed);
        }
        if tls13 {
            offer.add_psks(config, resumable);
        }
        Ok(offer)
    }

    fn add_tls13(&mut self, config: &ClientConfig) {
        let shares = self.shares().map(|(group, public)| KeyShareEntry {
            group,
            key_exchange: public.to_vec(),
        });
        let shares = shares.collect();
        let extensions = &mut self.hello.extensions;
        extensions.push(ClientHelloExtension::SupportedVersions(
            config.policy.versions.clone(),
        ));
        extensions.push(ClientHelloExtension::KeyShare(shares));
        if config.tls13.later_authentication {
            extensions.push(ClientHelloExtension::PostHandshakeAuth);
        }
        let algorithms = config.compressions();
        if !algorithms.is_empty() {
            extensions.push(ClientHelloExtension::CompressCertificate(algorithms));
        }
        let mut modes = vec![PskKeyExchangeMode::PSK_DHE_KE];
        if config.tls13.psk_without_key_exchange {
            modes.push(PskKeyExchangeMode::PSK_KE);
        }
        extensions.push(ClientHelloExtension::PskKeyExchangeModes(modes));
    }

    /// Says which handshake this one follows (RFC 5746 §3.5).
    pub(crate) fn repeat(&mut self, verify_data: Vec<u8>) {
        for extension in self.hello.extensions.iter_mut() {
            if let ClientHelloExtension::RenegotiationInfo(info) = extension {
                info.clone_from(&verify_data);
            }
        }
    }

    /// Adds an extension; one that must be the last stays it (RFC 8446 §4.2.11).
    pub(crate) fn add_extension(&mut self, extension: ClientHelloExtension) {
        let mut list = std::mem::take(&mut self.hello.extensions).into_vec();
        let last = list.last().map(ClientHelloExtension::extension_type);
        let end = list.len() - usize::from(last == Some(ExtensionType::PRE_SHARED_KEY));
        list.insert(end, extension);
        self.hello.extensions = list.into();
    }

    /// The shares that are offered: group and public value.
    pub(crate) fn shares(&self) -> impl Iterator<Item = (NamedGroup, &[u8])> {
        let groups = self.hello.supported_groups().unwrap_or_default();
        // Whoever says which shares are sent means these and no others.
        let wanted =
            |group: &NamedGroup| self.wanted.as_ref().is_none_or(|list| list.contains(group));
        let whole = self.keys.iter().map(|key| (key.group(), key.public()));
        let halves = self.keys.iter().filter_map(EphemeralKey::classical);
        // RFC 8446 §4.2.8: one share a group.
        let alone = |group: NamedGroup| self.keys.iter().all(|key| key.group() != group);
        whole.chain(
            halves
                .filter(move |(group, _)| groups.contains(group) && alone(*group) && wanted(group)),
        )
    }

    /// Whether a share was offered for `group`.
    pub(crate) fn has_share(&self, group: NamedGroup) -> bool {
        self.shares().any(|(own, _)| own == group)
    }

    /// The shared secret with the server's share for `group`. Uses the private key up.
    pub(crate) fn agree(&mut self, group: NamedGroup, theirs: &[u8]) -> Result<Secret, Fault> {
        let keys = std::mem::take(&mut self.keys);
        let half = |key: &EphemeralKey| key.classical().is_some_and(|(own, _)| own == group);
        let place = keys
            .iter()
            .position(|key| key.group() == group)
            .or_else(|| keys.iter().position(half))
            .ok_or(Fault::GroupNotOffered(group))?;
        let key = keys
            .into_iter()
            .nth(place)
            .ok_or(Fault::GroupNotOffered(group))?;
        let agreed = if key.group() == group {
            key.agree(theirs)
        } else {
            key.agree_classical(theirs)
        };
        agreed.map_err(|_| Fault::BadKeyShare(group))
    }

    /// The hello as HelloRetryRequest wants it: everything else stays as it was (RFC 8446 §4.1.2).
    pub(crate) fn patch(
        &mut self,
        config: &ClientConfig,
        group: Option<NamedGroup>,
        cookie: Option<&[u8]>,
    ) -> Result<(), Fault> {
        let mut list = std::mem::take(&mut self.hello.extensions).into_vec();
        if let Some(group) = group {
            let key = new_key(config, group)?;
            let share = KeyShareEntry {
                group,
                key_exchange: key.public().to_vec(),
            };
            self.keys = vec![key];
            self.wanted = Some(vec![group]);
            for extension in &mut list {
                if let ClientHelloExtension::KeyShare(shares) = extension {
                    *shares = vec![share.clone()];
                }
            }
        }
        if let Some(cookie) = cookie {
            list.push(ClientHelloExtension::Cookie(cookie.to_vec()));
        }
        self.hello.extensions = list.into();
        Ok(())
    }

    /// Whether the application protocol that the server chose, if it chose one, was offered (RFC 7301 §3.1).
    pub(crate) fn check_alpn(&self, hs: &Handshake, chosen: Option<&[u8]>) -> Result<(), Fault> {
        let offered = self
            .hello
            .application_layer_protocol_negotiation()
            .unwrap_or_default();
        let Some(chosen) = chosen else { return Ok(()) };
        let known = offered.iter().any(|protocol| protocol == chosen);
        hs.tell_decision(|| Decision {
            by: Side::Server,
            about: Subject::Alpn,
            chosen: Some(Named::Protocol(chosen.into())),
            among: offered
                .iter()
                .map(|p| Candidate::fits(Named::Protocol(p.clone().into())))
                .collect(),
            because: if known {
                Because::PeerPreference
            } else {
                Because::NotOffered
            },
        });
        if known {
            Ok(())
        } else {
            Err(Fault::AlpnNotOffered)
        }
    }

    /// The types of extension that the server may answer. `renegotiation_info` may also answer the signalling suite.
    pub(crate) fn check_solicited(
        &self,
        answered: impl Iterator<Item = ExtensionType>,
    ) -> Result<(), Fault> {
        answered
            .filter(|answer| answer.is_grease() || !self.hello.extensions.contains_type(*answer))
            .try_for_each(|answer| Err(Fault::UnsolicitedExtension(answer)))
    }

    /// As [`check_solicited`](Self::check_solicited), and tells it; `reference` is the rule.
    pub(crate) fn check_answers(
        &self,
        hs: &Handshake,
        answered: impl Iterator<Item = ExtensionType> + Clone,
        reference: &'static str,
    ) -> Result<(), Fault> {
        let outcome = self.check_solicited(answered.clone());
        hs.tell_check(|| Check {
            by: Side::Client,
            kind: CheckKind::ExtensionsSolicited,
            outcome: if outcome.is_ok() {
                Outcome::Passed
            } else {
                Outcome::Failed
            },
            evidence: vec![
                ("offered", names_of(self.hello.extensions.types())),
                ("answered", names_of(answered)),
            ],
            reference,
        });
        outcome
    }
}

fn names_of(types: impl Iterator<Item = ExtensionType>) -> Evidence {
    Evidence::List(types.map(|kind| kind.to_string()).collect())
}

/// The suites of all allowed versions, in the policy's order.
fn suites(config: &ClientConfig) -> Result<Vec<CipherSuite>, Fault> {
    let policy = &config.policy;
    if policy.versions.is_empty() {
        return Err(Fault::NothingToOffer("no protocol version"));
    }
    let allowed =
        |suite: &&'static Suite| policy.versions.iter().any(|version| suite.is_for(*version));
    let suites: Vec<_> = policy
        .suites
        .iter()
        .filter_map(|id| Suite::find(*id))
        .filter(allowed)
        .collect();
    if suites.is_empty() {
        return Err(Fault::NothingToOffer(
            "no cipher suite of an allowed version",
        ));
    }
    let needs_group = |suite: &&Suite| suite.key_exchange != KeyExchange::Rsa;
    if policy.groups.is_empty() && suites.iter().any(needs_group) {
        return Err(Fault::NothingToOffer("no group for the key exchange"));
    }
    if policy.schemes.is_empty() {
        return Err(Fault::NothingToOffer("no signature scheme"));
    }
    let fallback = config.fallback.then_some(CipherSuite::TLS_FALLBACK_SCSV);
    Ok(suites
        .iter()
        .map(|suite| suite.id)
        .chain(fallback)
        .collect())
}

/// Shares for the configured groups; by default for one: that which the server chose last time, otherwise the first. If it is
/// a hybrid, its classical half serves as a share of its own.
fn key_shares(config: &ClientConfig, last: Option<NamedGroup>) -> Result<Vec<EphemeralKey>, Fault> {
    let groups = || config.policy.groups.iter().copied();
    let fits = |group: &NamedGroup| !negotiate::is_finite_field(*group);
    let allowed = |group: &NamedGroup| fits(group) && groups().any(|own| own == *group);
    let configured = config.tls13.key_shares.as_ref();
    let groups = match configured {
        Some(groups) => groups.iter().copied().filter(allowed).map(Some).collect(),
        None => vec![last.filter(allowed).or_else(|| groups().find(fits))],
    };
    groups
        .into_iter()
        .flatten()
        .map(|group| new_key(config, group))
        .collect()
}

/// A private key for `group`.
pub(crate) fn new_key(config: &ClientConfig, group: NamedGroup) -> Result<EphemeralKey, Fault> {
    let made = config.means.exchange_keys.generate(group);
    made.map_err(|_| Fault::Crypto("no key could be generated"))
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
    if wants_encrypt_then_mac(config) {
        list.push(ClientHelloExtension::EncryptThenMac);
    }
    let (limit, fragment) = sizes::offered(config.tls13.records);
    list.extend(fragment.map(ClientHelloExtension::MaxFragmentLength));
    list.extend(limit.map(ClientHelloExtension::RecordSizeLimit));
    list.push(ClientHelloExtension::SupportedGroups(groups(config)));
    // RFC 8422 §5.1.2: still expected by old servers.
    list.push(ClientHelloExtension::EcPointFormats(vec![
        ECPointFormat::UNCOMPRESSED,
    ]));
    list.push(ClientHelloExtension::SignatureAlgorithms(
        config.policy.schemes.clone(),
    ));
    list.extend(certificate_types(config));
    if config.asking.ocsp_response {
        list.push(ClientHelloExtension::StatusRequest(
            CertificateStatusRequest::ocsp(),
        ));
    }
    if config.asking.scts {
        list.push(ClientHelloExtension::SignedCertificateTimestamp);
    }
    if !config.alpn.is_empty() {
        list.push(ClientHelloExtension::ApplicationLayerProtocolNegotiation(
            config.alpn.clone(),
        ));
    }
    list
}

/// The forms of certificate that this client can show and takes, where they are more than X.509 (RFC 7250 §4.1).
fn certificate_types(config: &ClientConfig) -> impl Iterator<Item = ClientHelloExtension> {
    let said = |types: Vec<CertificateType>| {
        Some(types).filter(|types| !matches!(types[..], [] | [CertificateType::X509]))
    };
    let own = said(config.certificates.certificate_types());
    let servers = said(config.raw_keys.accepted());
    own.map(ClientHelloExtension::ClientCertificateType)
        .into_iter()
        .chain(servers.map(ClientHelloExtension::ServerCertificateType))
}

/// The groups of all allowed versions: hybrids are for TLS 1.3 only, finite fields for TLS 1.2.
fn groups(config: &ClientConfig) -> Vec<NamedGroup> {
    let tls13 = config.policy.allows(ProtocolVersion::TLS_1_3);
    let tls12 = config.policy.allows(ProtocolVersion::TLS_1_2);
    let groups = config.policy.groups.iter().copied();
    groups
        .filter(|group| tls13 || !limpid_crypto::kx::has_kem(*group))
        .filter(|group| tls12 || !negotiate::is_finite_field(*group))
        .collect()
}

/// RFC 7366 §2: where CBC suites are offered.
fn wants_encrypt_then_mac(config: &ClientConfig) -> bool {
    let mut suites = config.policy.suites_for(ProtocolVersion::TLS_1_2);
    let offers = config.policy.allows(ProtocolVersion::TLS_1_2)
        && suites.any(|suite| matches!(suite.cipher, Cipher::Cbc(_)));
    config.policy.extras.encrypt_then_mac && offers
}

/// Whether the version that a TLS 1.2 style ServerHello says was offered, and nobody forced it down.
pub(crate) fn check_version(
    hs: &Handshake,
    config: &ClientConfig,
    hello: &ServerHello12,
) -> Result<(), Fault> {
    let version = hello.server_version;
    let offered = tell_version(hs, config, version, version);
    if !offered {
        return Err(Fault::VersionNotOffered(version));
    }
    check_sentinel(hs, config, hello)
}

/// Tells that the server has chosen `version`, and whether `needed` was offered for that.
pub(crate) fn tell_version(
    hs: &Handshake,
    config: &ClientConfig,
    version: ProtocolVersion,
    needed: ProtocolVersion,
) -> bool {
    let offered = config.policy.allows(needed);
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
    offered
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

//! The pre-shared keys that a client offers, and the early data it sends under the first (RFC 8446 §4.2.11, §4.2.10).

use limpid_crypto::{Digest, Hash, HashAlgorithm, Secret};
use limpid_facts::{
    Because, Decision, Derivation, Fact, Named, Operation, SecretName, Side, Subject,
};
use limpid_protect::Suite;
use limpid_protect::tls13::{BinderKind, EarlyStage};
use limpid_wire::extensions::{ClientHelloExtension, OfferedPsks, PskIdentity};
use limpid_wire::{HandshakeBody, ProtocolVersion};
use rustls_pki_types::UnixTime;

use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::client::hello::Offer;
use crate::handshake::tls13::{SecretLog, record_keys};
use crate::link::EarlyWriting;
use crate::session::{Resumable, Session};

/// A key that is offered.
pub(crate) struct OfferedPsk {
    secret: Secret,
    pub(crate) hash: HashAlgorithm,
    kind: BinderKind,
    identity: PskIdentity,
    pub(crate) session: Option<Session>,
}

impl OfferedPsk {
    /// The session that a ticket continues.
    fn ticket(resumable: Resumable, now: UnixTime) -> Option<Self> {
        let session = resumable.session;
        let hash = Suite::find(session.suite)?.hash;
        let age = now
            .as_secs()
            .saturating_sub(session.issued.as_secs())
            .saturating_mul(1000);
        // RFC 8446 §4.2.11.1: milliseconds, plus ticket_age_add, modulo 2^32.
        let age = u32::try_from(age)
            .unwrap_or(u32::MAX)
            .wrapping_add(session.ticket_age_add);
        let identity = PskIdentity {
            identity: resumable.handle.bytes().to_vec(),
            obfuscated_ticket_age: age,
        };
        Some(Self {
            secret: session.secret.clone(),
            hash,
            kind: BinderKind::Resumption,
            identity,
            session: Some(session),
        })
    }

    /// The first rung of the key schedule.
    pub(crate) fn stage(&self, hs: &Handshake) -> EarlyStage {
        hs.facts.tell(|| {
            let source = if self.session.is_some() {
                "ticket"
            } else {
                "configuration"
            };
            Fact::Derivation(Derivation {
                name: SecretName::PreSharedKey,
                operation: Operation::Recalled { source },
                output: hs.facts.secret(self.secret.expose()),
            })
        });
        EarlyStage::new(self.hash, Some(&self.secret), &hs.facts)
    }
}

impl Offer {
    /// Offers the session, if it is one of TLS 1.3, and the configured keys. pre_shared_key must come last.
    pub(super) fn add_psks(&mut self, config: &ClientConfig, resumable: Option<Resumable>) {
        let now = config.means.clock.now();
        let ticket =
            resumable.filter(|resumable| resumable.session.version == ProtocolVersion::TLS_1_3);
        self.psks
            .extend(ticket.and_then(|ticket| OfferedPsk::ticket(ticket, now)));
        let offered = |hash| {
            config
                .policy
                .suites_for(ProtocolVersion::TLS_1_3)
                .any(|suite| suite.hash == hash)
        };
        let external = config
            .tls13
            .psks
            .iter()
            .filter(|psk| offered(psk.hash))
            .map(|psk| OfferedPsk {
                secret: psk.secret.clone(),
                hash: psk.hash,
                kind: psk.kind,
                identity: PskIdentity {
                    identity: psk.identity.clone(),
                    obfuscated_ticket_age: 0,
                },
                session: None,
            });
        self.psks.extend(external);
        if self.psks.is_empty() {
            return;
        }
        if config.tls13.early_data && self.may_send_early(config) {
            self.hello.extensions.push(ClientHelloExtension::EarlyData);
        }
        self.push_psks();
    }

    /// Early data goes with the first key, if its ticket allows it and this client would choose the same again.
    fn may_send_early(&self, config: &ClientConfig) -> bool {
        let session = self.psks.first().and_then(|psk| psk.session.as_ref());
        session.is_some_and(|session| {
            session.max_early_data > 0
                && self.hello.cipher_suites.contains(&session.suite)
                && session
                    .alpn
                    .as_ref()
                    .is_none_or(|alpn| config.alpn.contains(alpn))
        })
    }

    /// The session under whose keys early data is sent, if any is.
    pub(super) fn early_session(&self) -> Option<&Session> {
        let first = self.psks.first().filter(|_| self.hello.early_data())?;
        first.session.as_ref()
    }

    fn push_psks(&mut self) {
        let offered = OfferedPsks {
            identities: self.psks.iter().map(|psk| psk.identity.clone()).collect(),
            // As long as they will be; what they are is computed over everything before them.
            binders: self
                .psks
                .iter()
                .map(|psk| vec![0; psk.hash.output_len()])
                .collect(),
        };
        self.hello
            .extensions
            .push(ClientHelloExtension::PreSharedKey(offered));
    }

    /// Computes the binders over the hello without them (RFC 8446 §4.2.11.2). After a retry, `hs`'s transcript holds what
    /// came before.
    pub(crate) fn bind_psks(&mut self, hs: &Handshake) -> Result<(), Fault> {
        if self.psks.is_empty() {
            return Ok(());
        }
        let mut message = Vec::new();
        self.hello.encode_message(&mut message);
        let length = self.hello.length_without_binders(message.len());
        let truncated = length
            .and_then(|length| message.get(..length))
            .ok_or(Fault::Crypto("no binders to compute"))?;
        let binders = self.psks.iter().map(|psk| {
            let digest = hs
                .transcript
                .digest_with(truncated)
                .unwrap_or_else(|| hash(psk.hash, truncated));
            psk.stage(hs)
                .binder_key(psk.kind)
                .binder(&digest, &hs.facts)
                .as_ref()
                .to_vec()
        });
        let computed: Vec<Vec<u8>> = binders.collect();
        let mut list = std::mem::take(&mut self.hello.extensions).into_vec();
        if let Some(ClientHelloExtension::PreSharedKey(offered)) = list.last_mut() {
            offered.binders = computed;
        }
        self.hello.extensions = list.into();
        Ok(())
    }

    /// Writes with early keys from here on (RFC 8446 §4.2.10), if early data was offered in the hello just sent.
    pub(crate) fn begin_early_data(
        &mut self,
        hs: &mut Handshake,
        config: &ClientConfig,
    ) -> Result<(), Fault> {
        if !self.hello.early_data() {
            return Ok(());
        }
        let Some(psk) = self.psks.first() else {
            return Ok(());
        };
        let Some(session) = &psk.session else {
            return Ok(());
        };
        let suite =
            Suite::find(session.suite).ok_or(Fault::Crypto("the session's suite is not known"))?;
        let mut message = Vec::new();
        self.hello.encode_message(&mut message);
        let (stage, digest) = (psk.stage(hs), hash(psk.hash, &message));
        let traffic = stage.client_early_traffic(&digest);
        let exporter = stage.early_exporter(&digest);
        let log = SecretLog::new(config.means.key_log.as_ref(), self.hello.random);
        log.tell(traffic.name(), traffic.secret());
        log.tell(exporter.name(), exporter.secret());
        hs.export_early_from(Some(exporter));
        hs.send_middlebox_change_cipher_spec(&self.hello.legacy_session_id)?;
        let keys = record_keys(suite, &traffic, &hs.facts)?;
        hs.write_with(keys, traffic.name(), suite)?;
        let most = usize::try_from(session.max_early_data).unwrap_or(usize::MAX);
        hs.allow_early_writing(EarlyWriting::Early(most));
        Ok(())
    }

    /// After a retry: keys of another hash cannot be used any more, and early data is over (RFC 8446 §4.1.2).
    pub(super) fn keep_fitting_psks(&mut self, suite: &Suite) {
        self.psks.retain(|psk| psk.hash == suite.hash);
        self.hello.extensions.retain(|extension| {
            !matches!(
                extension,
                ClientHelloExtension::EarlyData | ClientHelloExtension::PreSharedKey(_)
            )
        });
        if !self.psks.is_empty() {
            self.push_psks();
        }
    }

    /// The key that the server chose (RFC 8446 §4.2.11).
    pub(crate) fn chosen_psk(
        &mut self,
        hs: &Handshake,
        chosen: Option<u16>,
        suite: &Suite,
    ) -> Result<Option<OfferedPsk>, Fault> {
        let psk = chosen.map(|index| {
            let index = usize::from(index);
            if index < self.psks.len() {
                Ok(self.psks.swap_remove(index))
            } else {
                Err(())
            }
        });
        let offered = psk.is_some() || !self.psks.is_empty();
        if offered {
            tell_choice(hs, psk.as_ref().and_then(|psk| psk.as_ref().ok()));
        }
        match psk {
            None => Ok(None),
            Some(Err(())) => Err(Fault::IllegalParameter(
                "the server chose a pre-shared key that was not offered",
            )),
            // RFC 8446 §4.2.11: the suite's hash is that of the key.
            Some(Ok(psk)) if psk.hash != suite.hash => Err(Fault::IllegalParameter(
                "the pre-shared key that the server chose does not fit its cipher suite",
            )),
            Some(Ok(psk)) => Ok(Some(psk)),
        }
    }
}

fn tell_choice(hs: &Handshake, psk: Option<&OfferedPsk>) {
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::Resumption,
        chosen: psk.map(|psk| {
            let identity = &psk.identity.identity;
            Named::Session(identity.get(..16).unwrap_or(identity).into())
        }),
        among: Vec::new(),
        because: if psk.is_some() {
            Because::SessionFound
        } else {
            Because::SessionUnknown
        },
    });
}

fn hash(algorithm: HashAlgorithm, bytes: &[u8]) -> Digest {
    let mut hash = Hash::new(algorithm);
    hash.update(bytes);
    hash.finish()
}

//! What client and server of TLS 1.3 share: key changes of the handshake, CertificateVerify, Finished, and what is left at
//! the end.

pub(crate) mod client_certificate;
pub(crate) mod identity;

use std::sync::Arc;

use limpid_crypto::{Digest, Secret};
use limpid_facts::{Established, Facts, KeyLog, SecretName, Side, key_log_line};
use limpid_protect::tls13::{
    Exporter, HandshakeStage, MainStage, RestingSecret, ResumptionSecret, TrafficSecret,
};
use limpid_protect::{Cipher, RecordKeys, Suite};
use limpid_trust::PeerIdentity;
use limpid_wire::handshake::Finished;
use limpid_wire::{CertificateType, ProtocolVersion};
use rustls_pki_types::{ServerName, UnixTime};

use crate::auth::form_of;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::tls12::check_finished;
use crate::open::authenticate::LaterAuthentication;
use crate::provide::Clock;
use crate::session::{ClientSessions, ServerProof, Session};

/// What a connection keeps of a TLS 1.3 handshake.
pub(crate) struct Session13 {
    pub(crate) established: Established,
    pub(crate) peer: Option<PeerIdentity>,
    /// In which form the server showed who it is (RFC 7250).
    pub(crate) server_certificate_type: CertificateType,
    pub(crate) suite: &'static Suite,
    /// The secret of the peer's records, for KeyUpdate.
    pub(crate) read: RestingSecret,
    /// The secret of this side's records, for KeyUpdate.
    pub(crate) write: RestingSecret,
    pub(crate) exporter: Exporter,
    /// Where early data was accepted.
    pub(crate) early_exporter: Option<Box<Exporter>>,
    /// Where tickets come from, if one could be given out or kept.
    pub(crate) resumption: Option<ResumptionSecret>,
    pub(crate) log: SecretLog,
    /// When the peer proved its identity, if that was in an earlier handshake.
    pub(crate) proved: Option<UnixTime>,
    /// What the server proved its identity with, where a client keeps that.
    pub(crate) proof: Option<Arc<ServerProof>>,
    /// Whether early data that was offered is accepted.
    pub(crate) early_data: Option<bool>,
    /// Where a client keeps the tickets it is given.
    pub(crate) keep: Option<KeepTickets>,
    /// What it takes for the client to prove who it is later on.
    pub(crate) later: Option<LaterAuthentication>,
}

/// Where a client keeps the tickets it is given.
pub(crate) struct KeepTickets {
    pub(crate) sessions: Arc<ClientSessions>,
    pub(crate) server: ServerName<'static>,
    pub(crate) clock: Arc<dyn Clock>,
    /// How many more are kept of this connection.
    pub(crate) left: u32,
}

impl Session13 {
    /// The session that a ticket with this nonce continues, as of `now`. `server_name` is the one in the hello.
    pub(crate) fn remember(
        &self,
        ticket_nonce: &[u8],
        now: UnixTime,
        facts: &Facts,
    ) -> Option<Session> {
        let secret = self.resumption.as_ref()?.psk(ticket_nonce, facts);
        Some(Session {
            version: ProtocolVersion::TLS_1_3,
            suite: self.suite.id,
            secret,
            extended_master_secret: false,
            server_name: self.established.server_name.clone(),
            alpn: self.established.alpn.as_ref().map(|alpn| alpn.to_vec()),
            group: self.established.group,
            peer: self.peer.clone(),
            server_certificate_type: self.server_certificate_type,
            proof: self.proof.clone(),
            created: self.proved.unwrap_or(now),
            issued: now,
            lifetime: 0,
            ticket_age_add: 0,
            max_early_data: 0,
        })
    }
}

/// Writes secrets to the key log, if there is one.
#[derive(Clone)]
pub(crate) struct SecretLog {
    key_log: Option<Arc<dyn KeyLog>>,
    client_random: [u8; 32],
}

impl SecretLog {
    pub(crate) fn new(key_log: Option<&Arc<dyn KeyLog>>, client_random: [u8; 32]) -> Self {
        Self {
            key_log: key_log.cloned(),
            client_random,
        }
    }

    pub(crate) fn tell(&self, name: SecretName, secret: &Secret) {
        if let Some(key_log) = &self.key_log {
            let line = key_log_line(name, &self.client_random, secret.expose());
            line.iter().for_each(|line| key_log.line(line));
        }
    }
}

/// The traffic secrets of both directions, of one stage.
struct TrafficSecrets {
    suite: &'static Suite,
    client: TrafficSecret,
    server: TrafficSecret,
}

impl TrafficSecrets {
    /// Both go to the key log.
    fn logged(
        suite: &'static Suite,
        [client, server]: [TrafficSecret; 2],
        log: &SecretLog,
    ) -> Self {
        for secret in [&client, &server] {
            log.tell(secret.name(), secret.secret());
        }
        Self {
            suite,
            client,
            server,
        }
    }

    const fn of(&self, side: Side) -> &TrafficSecret {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    /// The peer's records are read with these keys from here on.
    fn read(&self, hs: &mut Handshake) -> Result<(), Fault> {
        let secret = self.of(hs.side.peer());
        let keys = record_keys(self.suite, secret, &hs.facts)?;
        hs.read_with(keys, secret.name(), self.suite)
    }

    /// This side's records are written with these keys from here on.
    fn write(&self, hs: &mut Handshake) -> Result<(), Fault> {
        let secret = self.of(hs.side);
        let keys = record_keys(self.suite, secret, &hs.facts)?;
        hs.write_with(keys, secret.name(), self.suite)
    }
}

/// The handshake's traffic secrets.
pub(crate) struct HandshakeKeys(TrafficSecrets);

/// Record keys from a traffic secret.
pub(crate) fn record_keys(
    suite: &Suite,
    secret: &TrafficSecret,
    facts: &Facts,
) -> Result<RecordKeys, Fault> {
    let Cipher::Aead(aead) = suite.cipher else {
        return Err(Fault::Crypto("the suite has no TLS 1.3 keys"));
    };
    secret
        .record_keys(aead, facts)
        .ok_or(Fault::Crypto("the suite has no TLS 1.3 keys"))
}

/// The transcript hash; it exists in every TLS 1.3 flow from ServerHello on.
pub(crate) fn transcript(hs: &Handshake) -> Result<Digest, Fault> {
    hs.transcript
        .digest()
        .ok_or(Fault::Crypto("the transcript has no hash"))
}

impl HandshakeKeys {
    /// Right after ServerHello: both handshake traffic secrets.
    pub(crate) fn derive(
        hs: &Handshake,
        suite: &'static Suite,
        stage: &HandshakeStage,
        log: &SecretLog,
    ) -> Result<Self, Fault> {
        let hash = transcript(hs)?;
        let secrets = [Side::Client, Side::Server].map(|side| stage.traffic(side, &hash));
        Ok(Self(TrafficSecrets::logged(suite, secrets, log)))
    }

    /// The peer's handshake records are read with its handshake keys from here on.
    pub(crate) fn read(&self, hs: &mut Handshake) -> Result<(), Fault> {
        self.0.read(hs)
    }

    /// This side's handshake records are written with its handshake keys from here on.
    pub(crate) fn write(&self, hs: &mut Handshake) -> Result<(), Fault> {
        self.0.write(hs)
    }

    /// Sends this side's Finished (RFC 8446 §4.4.4).
    pub(crate) fn send_finished(&self, hs: &mut Handshake) -> Result<(), Fault> {
        let hash = transcript(hs)?;
        let verify_data = self.0.of(hs.side).verify_data(&hash, &hs.facts);
        hs.send(&Finished {
            verify_data: verify_data.as_ref().to_vec(),
        });
        Ok(())
    }

    /// Awaits the peer's Finished and compares it with what is computed here.
    pub(crate) async fn recv_finished(&self, hs: &mut Handshake) -> Result<(), Fault> {
        let finished = hs.recv_unhashed::<Finished>().await?;
        let hash = transcript(hs)?;
        hs.add_received(&finished.raw);
        let peer = hs.side.peer();
        let expected = self.0.of(peer).verify_data(&hash, &hs.facts);
        check_finished(
            &hs.facts,
            peer,
            expected.as_ref(),
            &finished.message.verify_data,
            "RFC 8446 §4.4.4",
        )
    }
}

/// The application's traffic secrets, and the rung they hang on.
pub(crate) struct ApplicationKeys {
    secrets: TrafficSecrets,
    stage: MainStage,
    exporter: Exporter,
}

impl ApplicationKeys {
    /// The third rung. `finished` is the transcript hash right after the server's Finished.
    pub(crate) fn derive(
        suite: &'static Suite,
        stage: HandshakeStage,
        finished: &Digest,
        log: &SecretLog,
    ) -> Self {
        let stage = stage.into_main();
        let secrets = [Side::Client, Side::Server].map(|side| stage.traffic(side, finished));
        let exporter = stage.exporter(finished);
        let secrets = TrafficSecrets::logged(suite, secrets, log);
        log.tell(exporter.name(), exporter.secret());
        Self {
            secrets,
            stage,
            exporter,
        }
    }

    /// The peer's records are read with its application keys from here on.
    pub(crate) fn read(&self, hs: &mut Handshake) -> Result<(), Fault> {
        self.secrets.read(hs)
    }

    /// This side's records are written with its application keys from here on.
    pub(crate) fn write(&self, hs: &mut Handshake) -> Result<(), Fault> {
        self.secrets.write(hs)
    }

    /// The end: right after the client's Finished. `resumable` says whether a session may come of it.
    pub(crate) fn into_session(
        self,
        hs: &Handshake,
        resumable: bool,
        log: SecretLog,
        established: Established,
        peer: Option<PeerIdentity>,
    ) -> Result<Session13, Fault> {
        let resumption = if resumable || hs.facts.observed() {
            Some(self.stage.into_resumption(&transcript(hs)?))
        } else {
            None
        };
        let (read, write) = match hs.side {
            Side::Client => (self.secrets.server, self.secrets.client),
            Side::Server => (self.secrets.client, self.secrets.server),
        };
        let server = peer.as_ref().filter(|_| hs.side == Side::Client);
        Ok(Session13 {
            established,
            server_certificate_type: server.map_or(CertificateType::X509, form_of),
            peer,
            suite: self.secrets.suite,
            read: read.rest(),
            write: write.rest(),
            exporter: self.exporter,
            early_exporter: hs.take_early_exporter(),
            resumption,
            log,
            proved: None,
            proof: None,
            early_data: None,
            keep: None,
            later: None,
        })
    }
}

/// RFC 8449 §4: a limit is at least 64 bytes, and a server of TLS 1.3 may not say more than the protocol's own.
pub(crate) fn check_record_size_limit(limit: Option<u16>) -> Result<Option<u16>, Fault> {
    match limit {
        Some(0..64) => Err(Fault::IllegalParameter(
            "record_size_limit is less than 64 bytes",
        )),
        limit => Ok(limit),
    }
}

/// What CertificateVerify signs: 64 spaces, a context string, a zero byte, the transcript hash (RFC 8446 §4.4.3).
pub(crate) fn signed_input(signer: Side, transcript: &Digest) -> Vec<u8> {
    let context: &[u8] = match signer {
        Side::Client => b"TLS 1.3, client CertificateVerify",
        Side::Server => b"TLS 1.3, server CertificateVerify",
    };
    [&[0x20; 64], context, &[0], transcript.as_ref()].concat()
}

//! Sessions: what a handshake leaves behind so that a later one can be short (RFC 5246 §7.3, RFC 5077, RFC 8446 §2.2).
//!
//! One type for both versions and both sides, with one codec. A server keeps a session in a [`SessionStore`] under an
//! identifier, or hands it out sealed as a ticket ([`SealTickets`]): either way it is the same bytes. A client keeps its
//! sessions in [`ClientSessions`].
//!
//! Knows layouts, bounds and lifetimes. Knows no clock (the time is a parameter) and no handshake: whether a session fits a
//! hello is for the flows to decide.

mod client;
mod memory;
mod store;
mod tickets;

use std::sync::Arc;

use limpid_crypto::Secret;
use limpid_trust::PeerIdentity;
use limpid_wire::{
    CertificateType, CipherSuite, DecodeError, DecodeErrorKind, NamedGroup, ProtocolVersion,
    Reader, Writer,
};
use rustls_pki_types::{CertificateDer, UnixTime};
use zeroize::Zeroizing;

use crate::bounds;

pub use client::{ClientSessions, Handle, Resumable};
pub use memory::MemoryStore;
pub use store::SessionStore;
pub use tickets::{OpenedTicket, SealTickets, TicketKeys};

/// What is remembered of a handshake. Whoever holds it can take the place of either end: keep it as a key is kept.
#[derive(Clone, Debug)]
pub struct Session {
    /// The version it was made with, and the only one it can be continued with.
    pub version: ProtocolVersion,
    /// The suite it was made with.
    pub suite: CipherSuite,
    /// TLS 1.2: the master secret, 48 bytes. TLS 1.3: the PSK of one ticket, as long as the suite's hash.
    pub secret: Secret,
    /// TLS 1.2: whether the master secret covers the handshake (RFC 7627 §5.3).
    pub extended_master_secret: bool,
    /// The name the client wanted to reach, if it said one.
    pub server_name: Option<String>,
    /// The application protocol that was chosen.
    pub alpn: Option<Vec<u8>>,
    /// The group of the key exchange, a good guess for the next one.
    pub group: Option<NamedGroup>,
    /// Who the peer proved to be.
    pub peer: Option<PeerIdentity>,
    /// In which form the server showed who it is: X.509, or a raw public key (RFC 7250). Other forms are not kept.
    pub server_certificate_type: CertificateType,
    /// What the server proved it with, where a client keeps that to verify it again
    /// ([`verify_on_resumption`](crate::ClientConfig::verify_on_resumption)).
    pub proof: Option<Arc<ServerProof>>,
    /// When the peer proved it, or the full handshake happened; resuming does not make a session younger.
    pub created: UnixTime,
    /// TLS 1.3: when the ticket was given out, from which its age counts.
    pub issued: UnixTime,
    /// How many seconds after `created` it may be continued.
    pub lifetime: u32,
    /// TLS 1.3: what the client adds to the age it tells (RFC 8446 §4.6.1).
    pub ticket_age_add: u32,
    /// TLS 1.3: how many bytes of early data may be sent; 0: none.
    pub max_early_data: u32,
}

/// What a server proved its identity with, as it stood in its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerProof {
    /// Its certificates, its own first.
    pub chain: Vec<CertificateDer<'static>>,
    /// The stapled OCSP response; empty if there was none.
    pub ocsp_response: Vec<u8>,
    /// The `SignedCertificateTimestampList` with its own length in front (RFC 6962 §3.3); empty if there was none.
    pub scts: Vec<u8>,
}

/// The form of the bytes. Other forms are not read, so that a new release never misreads what an old one wrote.
const FORM: u8 = 1;

const EXTENDED_MASTER_SECRET: u8 = 1;
const HAS_SERVER_NAME: u8 = 2;
const HAS_ALPN: u8 = 4;
const HAS_GROUP: u8 = 8;
const HAS_PEER: u8 = 16;
const PEER_IS_RAW_KEY: u8 = 32;
const SERVER_SHOWED_RAW_KEY: u8 = 64;
const HAS_PROOF: u8 = 128;

impl Session {
    /// The bytes for a store or a ticket; `None` when there are more than [`bounds::SESSION`], because of an enormous
    /// certificate: such a session cannot be kept.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        let peer = self.peer.as_ref().map_or(0, |peer| shown(peer).len());
        let texts = self.server_name.as_ref().map_or(0, String::len)
            + self.alpn.as_ref().map_or(0, Vec::len);
        let proof = self.proof.as_ref().map_or(0, |proof| proof.length());
        let length = peer + texts + proof + FIXED;
        if length > bounds::SESSION {
            return None;
        }
        // Room for all, so that no copy of the secret is left behind by growing.
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        self.write(&mut Writer::new(&mut bytes));
        Some(bytes)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`DecodeError`] when it is damaged, or was written by a release with another form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes);
        let session = Self::read(&mut r)?;
        r.finish()?;
        Ok(session)
    }

    /// Whether its lifetime is over.
    #[must_use]
    pub fn is_expired(&self, now: UnixTime) -> bool {
        self.age(now) >= u64::from(self.lifetime)
    }

    /// Seconds since it was created; 0 where clocks disagree and it seems to come from the future.
    #[must_use]
    pub fn age(&self, now: UnixTime) -> u64 {
        now.as_secs().saturating_sub(self.created.as_secs())
    }

    /// Seconds for which it may still be continued.
    #[must_use]
    pub fn remaining(&self, now: UnixTime) -> u32 {
        let remaining = u64::from(self.lifetime).saturating_sub(self.age(now));
        u32::try_from(remaining).unwrap_or(self.lifetime)
    }
}

/// More bytes than the fields of fixed length, the secret and all length bytes take.
const FIXED: usize = 128;

impl Session {
    fn write(&self, w: &mut Writer<'_>) {
        w.u8(FORM);
        w.code(self.version);
        w.code(self.suite);
        w.u8(self.flags());
        w.opaque8(self.secret.expose());
        if let Some(name) = &self.server_name {
            w.opaque16(name.as_bytes());
        }
        if let Some(alpn) = &self.alpn {
            w.opaque8(alpn);
        }
        if let Some(group) = self.group {
            w.code(group);
        }
        if let Some(peer) = &self.peer {
            w.opaque16(shown(peer));
        }
        if let Some(proof) = &self.proof {
            proof.write(w);
        }
        w.u64(self.created.as_secs());
        w.u64(self.issued.as_secs());
        w.u32(self.lifetime);
        w.u32(self.ticket_age_add);
        w.u32(self.max_early_data);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        only(r, "form", |form| form == FORM)?;
        let version = r.code("version")?;
        let suite = r.code("suite")?;
        // A key of nobody: each session has one form in bytes.
        let stray = |flags| flags & (HAS_PEER | PEER_IS_RAW_KEY) == PEER_IS_RAW_KEY;
        let flags = only(r, "flags", |flags| !stray(flags))?;
        let has = |flag| flags & flag != 0;
        let secret = Secret::new(r.opaque8("secret", 32..=64)?);
        let server_name = has(HAS_SERVER_NAME)
            .then(|| read_text(r, "server_name"))
            .transpose()?;
        let alpn = has(HAS_ALPN)
            .then(|| r.opaque8("alpn", 1..=255).map(<[u8]>::to_vec))
            .transpose()?;
        let group = has(HAS_GROUP).then(|| r.code("group")).transpose()?;
        let peer = has(HAS_PEER)
            .then(|| read_peer(r, has(PEER_IS_RAW_KEY)))
            .transpose()?;
        let proof = has(HAS_PROOF).then(|| ServerProof::read(r)).transpose()?;
        Ok(Self {
            version,
            suite,
            secret,
            extended_master_secret: has(EXTENDED_MASTER_SECRET),
            server_name,
            alpn,
            group,
            peer,
            server_certificate_type: if has(SERVER_SHOWED_RAW_KEY) {
                CertificateType::RAW_PUBLIC_KEY
            } else {
                CertificateType::X509
            },
            proof: proof.map(Arc::new),
            created: read_time(r, "created")?,
            issued: read_time(r, "issued")?,
            lifetime: r.u32("lifetime")?,
            ticket_age_add: r.u32("ticket_age_add")?,
            max_early_data: r.u32("max_early_data")?,
        })
    }

    fn flags(&self) -> u8 {
        [
            (self.extended_master_secret, EXTENDED_MASTER_SECRET),
            (self.server_name.is_some(), HAS_SERVER_NAME),
            (self.alpn.is_some(), HAS_ALPN),
            (self.group.is_some(), HAS_GROUP),
            (self.peer.is_some(), HAS_PEER),
            (
                self.peer.as_ref().is_some_and(PeerIdentity::is_raw_key),
                PEER_IS_RAW_KEY,
            ),
            (
                self.server_certificate_type == CertificateType::RAW_PUBLIC_KEY,
                SERVER_SHOWED_RAW_KEY,
            ),
            (self.proof.is_some(), HAS_PROOF),
        ]
        .into_iter()
        .filter(|(set, _)| *set)
        .fold(0, |flags, (_, bit)| flags | bit)
    }
}

impl ServerProof {
    /// More bytes than it takes.
    fn length(&self) -> usize {
        let chain: usize = self
            .chain
            .iter()
            .map(|certificate| certificate.len() + 2)
            .sum();
        chain + self.ocsp_response.len() + self.scts.len() + 8
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.vec16(|w| {
            self.chain
                .iter()
                .for_each(|certificate| w.opaque16(certificate));
        });
        w.opaque16(&self.ocsp_response);
        w.opaque16(&self.scts);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let chain = r.list16("chain", 0..=bounds::SESSION, |r| {
            let certificate = r.opaque16("certificate", 1..=bounds::SESSION)?;
            Ok(CertificateDer::from(certificate.to_vec()))
        })?;
        Ok(Self {
            chain,
            ocsp_response: r.opaque16("ocsp_response", 0..=bounds::SESSION)?.to_vec(),
            scts: r.opaque16("scts", 0..=bounds::SESSION)?.to_vec(),
        })
    }
}

fn bad(offset: usize, field: &'static str, value: u64, why: &'static str) -> DecodeError {
    DecodeError {
        offset,
        field,
        kind: DecodeErrorKind::BadValue { value, why },
    }
}

/// A byte with a value that is allowed.
fn only(
    r: &mut Reader<'_>,
    field: &'static str,
    allowed: impl FnOnce(u8) -> bool,
) -> Result<u8, DecodeError> {
    let offset = r.offset();
    let value = r.u8(field)?;
    if allowed(value) {
        Ok(value)
    } else {
        Err(bad(offset, field, value.into(), "another release wrote it"))
    }
}

fn read_text(r: &mut Reader<'_>, field: &'static str) -> Result<String, DecodeError> {
    let offset = r.offset();
    let text = r.opaque16(field, 0..=bounds::SESSION)?;
    String::from_utf8(text.to_vec()).map_err(|_| bad(offset, field, 0, "it is not text"))
}

/// What the peer showed: its certificate, or its key.
fn shown(peer: &PeerIdentity) -> &[u8] {
    match peer.end_entity() {
        Some(certificate) => certificate,
        None => peer.spki(),
    }
}

fn read_peer(r: &mut Reader<'_>, is_raw_key: bool) -> Result<PeerIdentity, DecodeError> {
    let offset = r.offset();
    let shown = r.opaque16("peer", 1..=bounds::SESSION)?;
    if is_raw_key {
        return Ok(PeerIdentity::recall_raw_key(&shown.into()));
    }
    let certificate = CertificateDer::from(shown);
    PeerIdentity::recall(&certificate)
        .map_err(|_| bad(offset, "peer", 0, "it is not a certificate"))
}

fn read_time(r: &mut Reader<'_>, field: &'static str) -> Result<UnixTime, DecodeError> {
    let seconds = r.u64(field)?;
    Ok(UnixTime::since_unix_epoch(std::time::Duration::from_secs(
        seconds,
    )))
}

#[cfg(test)]
mod tests;

//! What client and server of TLS 1.2 share: key exchange results to keys, Finished, and what is left at the end.

pub(crate) mod identity;
pub(crate) mod renegotiation;
pub(crate) mod sizes;

use std::sync::Arc;

use limpid_crypto::{Secret, Wiped, ct};
use limpid_crypto_legacy::{DhError, DhGroup};
use limpid_facts::{
    Because, Check, CheckKind, Decision, Derivation, Established, Evidence, Fact, Facts, KeyLog,
    Named, Operation, Outcome, SecretName, Side, Subject, key_log_line,
};
use limpid_protect::tls12::{Binding, ConnectionKeys, MasterSecret, Randoms, VERIFY_DATA};
use limpid_protect::{CbcOrder, Cipher, Suite};
use limpid_trust::PeerIdentity;
use limpid_trust::certificate::Certificate;
use limpid_wire::CertificateType;
use limpid_wire::handshake::Finished;
use rustls_pki_types::UnixTime;

use self::renegotiation::{Renegotiable, VerifyData};
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::session::{ServerProof, Session};

/// What a connection keeps of a TLS 1.2 handshake.
pub(crate) struct Session12 {
    pub(crate) established: Established,
    pub(crate) peer: Option<PeerIdentity>,
    /// In which form the server showed who it is (RFC 7250).
    pub(crate) server_certificate_type: CertificateType,
    pub(crate) master: MasterSecret,
    pub(crate) randoms: Randoms,
    pub(crate) extended_master_secret: bool,
    pub(crate) verify_data: VerifyData,
    /// What the server proved its identity with, where a client keeps that.
    pub(crate) proof: Option<Arc<ServerProof>>,
    /// Whether, and with what, a new handshake may run inside the connection.
    pub(crate) renegotiable: Option<Box<Renegotiable>>,
}

/// What both sides have agreed on when keys are derived.
pub(crate) struct Agreed {
    pub(crate) suite: &'static Suite,
    pub(crate) randoms: Randoms,
    pub(crate) extended_master_secret: bool,
    pub(crate) encrypt_then_mac: bool,
    pub(crate) server_certificate_type: CertificateType,
}

impl Agreed {
    /// The master secret, told to the key log; the transcript must stand right after ClientKeyExchange (RFC 7627 §3).
    pub(crate) fn master_secret(
        &self,
        hs: &Handshake,
        premaster: &Secret,
        key_log: Option<&dyn KeyLog>,
    ) -> Result<MasterSecret, Fault> {
        let session_hash = hs
            .transcript
            .digest()
            .ok_or(Fault::Crypto("the transcript has no hash"))?;
        let binding = if self.extended_master_secret {
            Binding::SessionHash(session_hash.as_ref())
        } else {
            Binding::Randoms
        };
        let master = MasterSecret::derive(
            self.suite.hash,
            premaster,
            binding,
            &self.randoms,
            &hs.facts,
        );
        self.log(&master, key_log);
        Ok(master)
    }

    /// The master secret of the session that is continued, told to the key log under this connection's random.
    pub(crate) fn recall(
        &self,
        hs: &Handshake,
        session: &Session,
        source: &'static str,
        key_log: Option<&dyn KeyLog>,
    ) -> Result<MasterSecret, Fault> {
        let secret = session.secret.clone();
        let master = MasterSecret::recall(self.suite.hash, secret, source, &hs.facts)
            .ok_or(Fault::Crypto("a session's master secret has not 48 bytes"))?;
        self.log(&master, key_log);
        Ok(master)
    }

    fn log(&self, master: &MasterSecret, key_log: Option<&dyn KeyLog>) {
        let Some(key_log) = key_log else { return };
        let secret = master.secret().expose();
        let line = key_log_line(SecretName::MasterSecret, &self.randoms.client, secret);
        line.iter().for_each(|line| key_log.line(line));
    }

    /// Keys of both directions.
    pub(crate) fn record_keys(
        &self,
        hs: &Handshake,
        master: &MasterSecret,
    ) -> Result<ConnectionKeys, Fault> {
        let order = if self.encrypt_then_mac {
            CbcOrder::EncryptThenMac
        } else {
            CbcOrder::MacThenEncrypt
        };
        master
            .record_keys(self.suite, order, &self.randoms, &hs.facts)
            .ok_or(Fault::Crypto("the suite has no TLS 1.2 keys"))
    }
}

/// What the signature in ServerKeyExchange is over: both randoms, then the parameters (RFC 5246 §7.4.3, RFC 8422 §5.4).
pub(crate) fn signed_params(randoms: &Randoms, params: &[u8]) -> Vec<u8> {
    [randoms.client.as_slice(), &randoms.server, params].concat()
}

/// Tells how a CBC suite's records are protected; for others there is nothing to decide (RFC 7366 §3).
pub(crate) fn tell_encrypt_then_mac(hs: &Handshake, suite: &Suite, because: Because, used: bool) {
    if matches!(suite.cipher, Cipher::Cbc(_)) {
        hs.tell_decision(|| Decision {
            by: Side::Server,
            about: Subject::EncryptThenMac,
            chosen: Some(Named::Flag(used)),
            among: Vec::new(),
            because,
        });
    }
}

/// Tells whether the master secret depends on the whole handshake (RFC 7627).
pub(crate) fn tell_extended_master_secret(hs: &Handshake, used: bool) {
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::ExtendedMasterSecret,
        chosen: Some(Named::Flag(used)),
        among: Vec::new(),
        because: if used {
            Because::BothAskedFor
        } else {
            Because::PeerDidNotAsk
        },
    });
}

/// Tells of the premaster secret.
pub(crate) fn tell_premaster(
    hs: &Handshake,
    premaster: &Secret,
    operation: impl FnOnce() -> Operation,
) {
    hs.facts.tell(|| {
        Fact::Derivation(Derivation {
            name: SecretName::PremasterSecret,
            operation: operation(),
            output: hs.facts.secret(premaster.expose()),
        })
    });
}

/// How the premaster secret of DHE comes about: in a field with a name, or in one that was written out.
pub(crate) fn finite_field_agreement(field: &DhGroup, ours: &[u8], theirs: &[u8]) -> Operation {
    let (ours, theirs) = (ours.into(), theirs.into());
    match field.name() {
        Some(group) => Operation::KeyAgreement {
            group,
            ours,
            theirs,
        },
        None => Operation::FiniteFieldAgreement {
            p: field.prime().into(),
            g: field.generator().into(),
            ours,
            theirs,
        },
    }
}

impl From<DhError> for Fault {
    fn from(error: DhError) -> Self {
        match error {
            DhError::PeerPublic | DhError::Degenerate => Self::BadFieldElement,
            DhError::Unavailable => Self::Crypto("a Diffie-Hellman computation had no memory"),
        }
    }
}

/// This side's Finished, over all messages so far (RFC 5246 §7.4.9).
pub(crate) fn send_finished(hs: &mut Handshake, master: &MasterSecret) -> Result<(), Fault> {
    let hash = hs
        .transcript
        .digest()
        .ok_or(Fault::Crypto("the transcript has no hash"))?;
    let verify_data = master.verify_data(hs.side, hash.as_ref(), &hs.facts);
    keep_verify_data(hs, hs.side, verify_data);
    hs.send(&Finished {
        verify_data: verify_data.to_vec(),
    });
    Ok(())
}

const fn keep_verify_data(hs: &mut Handshake, of: Side, verify_data: [u8; VERIFY_DATA]) {
    match of {
        Side::Client => hs.verify_data.client = verify_data,
        Side::Server => hs.verify_data.server = verify_data,
    }
}

/// Awaits the peer's Finished and compares it with what is computed here.
pub(crate) async fn recv_finished(hs: &mut Handshake, master: &MasterSecret) -> Result<(), Fault> {
    let finished = hs.recv_unhashed::<Finished>().await?;
    let hash = hs
        .transcript
        .digest()
        .ok_or(Fault::Crypto("the transcript has no hash"))?;
    hs.add_received(&finished.raw);
    let expected = master.verify_data(hs.side.peer(), hash.as_ref(), &hs.facts);
    keep_verify_data(hs, hs.side.peer(), expected);
    check_finished(
        &hs.facts,
        hs.side.peer(),
        &expected,
        &finished.message.verify_data,
        "RFC 5246 §7.4.9",
    )
}

/// Compares a Finished in constant time.
pub(crate) fn check_finished(
    facts: &Facts,
    from: Side,
    expected: &[u8],
    came: &[u8],
    reference: &'static str,
) -> Result<(), Fault> {
    let equal = ct::eq(expected, came);
    facts.tell(|| {
        Fact::Check(Check {
            by: from.peer(),
            kind: CheckKind::Finished,
            outcome: if equal {
                Outcome::Passed
            } else {
                Outcome::Failed
            },
            evidence: vec![
                ("computed", Evidence::Bytes(expected.into())),
                ("received", Evidence::Bytes(came.into())),
            ],
            reference,
        })
    });
    if equal {
        Ok(())
    } else {
        Err(Fault::BadFinished)
    }
}

impl Session12 {
    /// What is left of a handshake that is complete.
    pub(crate) fn new(
        hs: &Handshake,
        agreed: &Agreed,
        master: MasterSecret,
        peer: Option<PeerIdentity>,
        established: Established,
    ) -> Result<Box<Wiped<Self>>, Fault> {
        let alpn = established.alpn.as_deref();
        renegotiation::check_rest(hs, agreed.extended_master_secret, alpn)?;
        Ok(Box::new(Wiped::new(Self {
            established,
            peer,
            server_certificate_type: agreed.server_certificate_type,
            master,
            randoms: agreed.randoms,
            extended_master_secret: agreed.extended_master_secret,
            verify_data: hs.verify_data,
            renegotiable: None,
            proof: None,
        })))
    }

    /// What can be continued later, for at most `lifetime` seconds from `now`.
    pub(crate) fn session(&self, now: UnixTime, lifetime: u32) -> Session {
        let established = &self.established;
        Session {
            version: established.version,
            suite: established.suite,
            secret: self.master.secret().clone(),
            extended_master_secret: self.extended_master_secret,
            server_name: established.server_name.clone(),
            alpn: established.alpn.as_ref().map(|alpn| alpn.to_vec()),
            group: established.group,
            peer: self.peer.clone(),
            server_certificate_type: self.server_certificate_type,
            proof: self.proof.clone(),
            created: now,
            issued: now,
            lifetime: lifetime.min(validity_left(self.peer.as_ref(), now)),
            ticket_age_add: 0,
            max_early_data: 0,
        }
    }

    /// Keying material for an application (RFC 5705).
    pub(crate) fn export(
        &self,
        label: &[u8],
        context: Option<&[u8]>,
        out: &mut [u8],
    ) -> Result<(), Fault> {
        // RFC 7627 §5.4: without an extended master secret two connections may export the same.
        if !self.extended_master_secret {
            return Err(Fault::NoExtendedMasterSecret);
        }
        if self.master.export(&self.randoms, label, context, out) {
            Ok(())
        } else {
            Err(Fault::Misuse(
                "an exporter's context has more than 65535 bytes",
            ))
        }
    }
}

/// Seconds for which the certificate on which an identity rests is still valid: no session outlives it. A raw public key has no end.
fn validity_left(peer: Option<&PeerIdentity>, now: UnixTime) -> u32 {
    let period = peer
        .and_then(PeerIdentity::end_entity)
        .and_then(|certificate| Certificate::parse(certificate).ok())
        .and_then(|certificate| certificate.period());
    period.map_or(u32::MAX, |period| {
        let left = period.not_after.as_secs().saturating_sub(now.as_secs());
        u32::try_from(left).unwrap_or(u32::MAX)
    })
}

//! What client and server of TLS 1.2 share: key exchange results to keys, Finished, and what is left at the end.

use limpid_crypto::{Secret, ct};
use limpid_facts::{
    Check, CheckKind, Established, Evidence, KeyLog, Outcome, SecretName, Side, key_log_line,
};
use limpid_protect::Suite;
use limpid_protect::tls12::{Binding, ConnectionKeys, MasterSecret, Randoms};
use limpid_trust::PeerIdentity;
use limpid_wire::handshake::Finished;

use crate::fault::Fault;
use crate::handshake::Handshake;

/// What a connection keeps of a TLS 1.2 handshake.
pub(crate) struct Session12 {
    pub(crate) established: Established,
    pub(crate) peer: Option<PeerIdentity>,
    pub(crate) master: MasterSecret,
    pub(crate) randoms: Randoms,
    pub(crate) extended_master_secret: bool,
}

/// What both sides have agreed on when keys are derived.
pub(crate) struct Agreed {
    pub(crate) suite: &'static Suite,
    pub(crate) randoms: Randoms,
    pub(crate) extended_master_secret: bool,
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
        if let Some(key_log) = key_log {
            let line = key_log_line(
                SecretName::MasterSecret,
                &self.randoms.client,
                master.secret().expose(),
            );
            line.iter().for_each(|line| key_log.line(line));
        }
        Ok(master)
    }

    /// Keys of both directions.
    pub(crate) fn record_keys(
        &self,
        hs: &Handshake,
        master: &MasterSecret,
    ) -> Result<ConnectionKeys, Fault> {
        master
            .record_keys(self.suite, &self.randoms, &hs.facts)
            .ok_or(Fault::Crypto("the suite has no TLS 1.2 keys"))
    }
}

/// This side's Finished, over all messages so far (RFC 5246 §7.4.9).
pub(crate) fn send_finished(hs: &mut Handshake, master: &MasterSecret) -> Result<(), Fault> {
    let hash = hs
        .transcript
        .digest()
        .ok_or(Fault::Crypto("the transcript has no hash"))?;
    let verify_data = master.verify_data(hs.side, hash.as_ref(), &hs.facts);
    hs.send(&Finished {
        verify_data: verify_data.to_vec(),
    });
    Ok(())
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
    check_finished(
        hs,
        hs.side.peer(),
        &expected,
        &finished.message.verify_data,
        "RFC 5246 §7.4.9",
    )
}

/// Compares a Finished in constant time.
pub(crate) fn check_finished(
    hs: &Handshake,
    from: Side,
    expected: &[u8],
    came: &[u8],
    reference: &'static str,
) -> Result<(), Fault> {
    let equal = ct::eq(expected, came);
    hs.tell_check(|| Check {
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
    });
    if equal {
        Ok(())
    } else {
        Err(Fault::BadFinished)
    }
}

impl Session12 {
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

//! The RSA key exchange, the client's half: it chooses the secret and encrypts it to the key in the certificate (RFC 5246 §7.4.7.1).

use limpid_crypto::Secret;
use limpid_facts::Operation;
use limpid_trust::PeerIdentity;
use limpid_wire::ProtocolVersion;
use limpid_wire::handshake::RsaClientKeyExchange;
use zeroize::Zeroizing;

use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::tls12::tell_premaster;
use crate::provide::PREMASTER;

pub(super) fn send(
    hs: &mut Handshake,
    config: &ClientConfig,
    peer: &PeerIdentity,
) -> Result<Secret, Fault> {
    let mut premaster = Zeroizing::new([0; PREMASTER]);
    let filled = config.means.random.fill(premaster.as_mut());
    filled.map_err(|_| Fault::NoRandomness)?;
    // RFC 5246 §7.4.7.1: it begins with the version that ClientHello offered, so that nobody can talk both sides into an older one.
    let [major, minor, ..] = &mut *premaster;
    [*major, *minor] = ProtocolVersion::TLS_1_2.0.to_be_bytes();
    let encrypted = limpid_crypto_legacy::encrypt_premaster(peer.spki(), &premaster);
    let ciphertext = encrypted.map_err(|_| Fault::CertificateDoesNotFit)?;
    let premaster = Secret::new(premaster.as_slice());
    tell_premaster(hs, &premaster, || Operation::RsaTransport {
        ciphertext: ciphertext.clone().into(),
    });
    hs.send(&RsaClientKeyExchange {
        encrypted_pre_master_secret: ciphertext,
    });
    Ok(premaster)
}

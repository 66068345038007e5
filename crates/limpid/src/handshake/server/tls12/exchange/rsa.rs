//! The RSA key exchange, the server's half (RFC 5246 §7.4.7.1).
//!
//! A ciphertext that holds no good premaster secret must look like one that does, in what is sent and in how long it takes
//! (Bleichenbacher 1998, ROBOT 2017). So nothing here can fail because of what was encrypted: there is a premaster secret in
//! any case, a random one for bad ciphertexts, and the handshake goes on to ChangeCipherSpec and Finished, which whoever does
//! not know the premaster secret cannot make. The random one is drawn before, for good ciphertexts as well.

use limpid_crypto::Secret;
use limpid_facts::Operation;
use limpid_wire::handshake::{ClientHello, RsaClientKeyExchange};
use zeroize::Zeroizing;

use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::server::tls12::choose::Chosen;
use crate::handshake::tls12::tell_premaster;
use crate::provide::PREMASTER;

pub(super) async fn receive(
    hs: &mut Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    chosen: &Chosen,
) -> Result<Secret, Fault> {
    let key = chosen.certificate.decryption.as_deref();
    let key = key.ok_or(Fault::NoCertificateConfigured)?;
    let sent = hs.recv::<RsaClientKeyExchange>().await?;
    let mut fallback = Zeroizing::new([0; PREMASTER]);
    let filled = config.means.random.fill(fallback.as_mut());
    filled.map_err(|_| Fault::NoRandomness)?;
    let ciphertext = sent.encrypted_pre_master_secret;
    let premaster = key
        .premaster(&ciphertext, hello.legacy_version, &fallback)
        .await;
    tell_premaster(hs, &premaster, || Operation::RsaTransport {
        ciphertext: ciphertext.into(),
    });
    Ok(premaster)
}

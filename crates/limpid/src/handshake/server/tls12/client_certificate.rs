//! The server asks for the client's certificate and checks it (RFC 5246 §7.4.4, §7.4.6, §7.4.8).

use limpid_trust::PeerIdentity;
use limpid_wire::extensions::DistinguishedName;
use limpid_wire::handshake::{CertificateRequest12, CertificateVerify};
use limpid_wire::{
    CertificateType, ClientCertificateType, HandshakeType, ProtocolVersion, SignatureScheme,
};

use crate::auth::{self, Signed};
use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::tls12::identity::recv_credentials;

/// CertificateRequest, if this server wants to know who the client is.
pub(crate) fn request(hs: &mut Handshake, config: &ServerConfig, form: CertificateType) {
    auth::tell_client_authentication(hs, config);
    if !config.client_authentication.asks() {
        // Only CertificateVerify is over the messages themselves.
        hs.transcript.forget_messages();
        return;
    }
    // A raw public key has no issuer.
    let verifier = config.client_authentication.certificates.as_ref();
    let verifier = verifier.filter(|_| form == CertificateType::X509);
    let names = verifier.map(|verifier| verifier.authorities());
    let names = names.unwrap_or_default().into_iter().map(DistinguishedName);
    hs.send(&CertificateRequest12 {
        certificate_types: certificate_types(&config.policy.schemes),
        supported_signature_algorithms: config.policy.schemes.clone(),
        certificate_authorities: fitting(names),
    });
}

/// RFC 5246 §7.4.4, RFC 8422 §5.5: the kinds of key that could make the signatures this server accepts.
fn certificate_types(schemes: &[SignatureScheme]) -> Vec<ClientCertificateType> {
    let is_rsa =
        |scheme: &SignatureScheme| scheme.name().is_some_and(|name| name.starts_with("rsa_"));
    let rsa = schemes.iter().any(is_rsa);
    let others = !schemes.iter().all(is_rsa);
    [
        (others, ClientCertificateType::ECDSA_SIGN),
        (rsa, ClientCertificateType::RSA_SIGN),
    ]
    .into_iter()
    .filter_map(|(wanted, kind)| wanted.then_some(kind))
    .collect()
}

/// As many names as fit into the list; without any, clients may show what they like.
fn fitting(names: impl Iterator<Item = DistinguishedName>) -> Vec<DistinguishedName> {
    let mut room: usize = 0xffff;
    let list: Vec<_> = names.collect();
    let fits = list.iter().all(|name| {
        let left = room.checked_sub(name.0.len() + 2);
        room = left.unwrap_or(0);
        left.is_some()
    });
    if fits { list } else { Vec::new() }
}

/// The client's Certificate, if one was asked for; who the client is, if it says so and is to be believed.
pub(crate) async fn receive(
    hs: &mut Handshake,
    config: &ServerConfig,
    form: CertificateType,
) -> Result<Option<PeerIdentity>, Fault> {
    if !config.client_authentication.asks() {
        return Ok(None);
    }
    let credentials = recv_credentials(hs, form).await?;
    auth::verify_client(hs, config, ProtocolVersion::TLS_1_2, &credentials, &[]).await
}

/// CertificateVerify, from a client that has shown a certificate: a signature over all messages so far (RFC 5246 §7.4.8).
pub(crate) async fn verify(
    hs: &mut Handshake,
    config: &ServerConfig,
    client: Option<&PeerIdentity>,
) -> Result<(), Fault> {
    if let Some(client) = client {
        let verify = hs.recv_unhashed::<CertificateVerify>().await?;
        let signed = Signed {
            version: ProtocolVersion::TLS_1_2,
            within: HandshakeType::CERTIFICATE_VERIFY,
            scheme: verify.message.algorithm,
            input: hs.transcript.messages().unwrap_or_default(),
            signature: &verify.message.signature,
            offered: &config.policy.schemes,
        };
        auth::verify_signature(hs, client, &signed)?;
        hs.add_received(&verify.raw);
    }
    hs.transcript.forget_messages();
    Ok(())
}

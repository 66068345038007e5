//! The server asks for the client's certificate, during the handshake or after it, and the client answers
//! (RFC 8446 §4.3.2, §4.4.2, §4.6.2).

use limpid_facts::{Because, Decision, Named, Side, Subject};
use limpid_trust::PeerIdentity;
use limpid_wire::extensions::{CertificateRequestExtension, DistinguishedName};
use limpid_wire::handshake::CertificateRequest13;
use limpid_wire::{CertificateType, ProtocolVersion};

use crate::auth;
use crate::config::{ClientConfig, ServerConfig};
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::tls13::identity::{
    Answered, Wanted, recv_certificate, recv_verify, send_identity, send_no_certificate,
};
use crate::provide::Requested;

/// The request that this server's configuration makes; `None` when it wants no certificate. `context` is empty during the
/// handshake.
pub(crate) fn request(
    config: &ServerConfig,
    context: Vec<u8>,
    form: CertificateType,
) -> Option<CertificateRequest13> {
    let authentication = &config.client_authentication;
    if !authentication.asks() {
        return None;
    }
    let schemes = config.policy.schemes.clone();
    let mut extensions = vec![CertificateRequestExtension::SignatureAlgorithms(schemes)];
    // A raw public key has no issuer.
    let verifier = authentication.certificates.as_ref();
    let verifier = verifier.filter(|_| form == CertificateType::X509);
    let authorities = verifier.map(|verifier| verifier.authorities());
    let authorities: Vec<_> = authorities
        .unwrap_or_default()
        .into_iter()
        .map(DistinguishedName)
        .collect();
    // RFC 8446 §4.2.4: a list that is there is not empty; one that is too long is better left out than cut.
    let length: usize = authorities.iter().map(|name| name.0.len() + 2).sum();
    if !authorities.is_empty() && length < 0xffff {
        extensions.push(CertificateRequestExtension::CertificateAuthorities(
            authorities,
        ));
    }
    let algorithms = config.compressions();
    if !algorithms.is_empty() {
        extensions.push(CertificateRequestExtension::CompressCertificate(algorithms));
    }
    Some(CertificateRequest13 {
        certificate_request_context: context,
        extensions: extensions.into(),
    })
}

/// Awaits the client's answer to a request: who the client is, if it says so and is to be believed.
pub(crate) async fn receive(
    hs: &mut Handshake,
    config: &ServerConfig,
    request: &CertificateRequest13,
    certificate_type: CertificateType,
) -> Result<Option<PeerIdentity>, Fault> {
    let wanted = Wanted {
        context: &request.certificate_request_context,
        certificate_type,
        status: request.status_request(),
        scts: request.signed_certificate_timestamp(),
        compression: request.compress_certificate().unwrap_or_default(),
        compressed: &config.tls13.compressed,
    };
    let shown = recv_certificate(hs, &wanted).await?;
    let version = ProtocolVersion::TLS_1_3;
    let client = auth::verify_client(
        hs,
        config,
        version,
        &shown.credentials,
        &shown.ocsp_response,
    )
    .await?;
    if let Some(client) = &client {
        recv_verify(hs)
            .await?
            .check(hs, client, &config.policy.schemes)?;
    }
    Ok(client)
}

/// Answers a request: with a fitting certificate and the proof of holding its key, or with none.
pub(crate) async fn answer(
    hs: &mut Handshake,
    config: &ClientConfig,
    request: CertificateRequest13,
    certificate_type: CertificateType,
) -> Result<(), Fault> {
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::ClientAuthentication,
        chosen: Some(Named::Flag(true)),
        among: Vec::new(),
        because: Because::Configured,
    });
    let requested = Requested {
        version: ProtocolVersion::TLS_1_3,
        schemes: request.signature_algorithms().unwrap_or_default(),
        types: &[],
        authorities: request.certificate_authorities().unwrap_or_default(),
        certificate_type,
    };
    let Some(proof) = auth::choose_client_certificate(hs, config, &requested).await? else {
        send_no_certificate(hs, request.certificate_request_context);
        return Ok(());
    };
    let offered = request.compress_certificate().unwrap_or_default();
    let mut algorithms = config.compressions().into_iter();
    let algorithm = algorithms.find(|algorithm| offered.contains(algorithm));
    let answered = Answered {
        status: request.status_request(),
        scts: request.signed_certificate_timestamp(),
        compression: algorithm.map(|algorithm| (algorithm, &*config.tls13.compressed)),
        context: request.certificate_request_context,
    };
    send_identity(hs, &proof.certificate, proof.scheme, answered).await
}

//! The client shows its certificate and proves that it holds the key (RFC 5246 §7.4.6, §7.4.8).

use limpid_facts::{Because, Decision, Named, Side, Subject};
use limpid_wire::handshake::{CertificateRequest12, CertificateVerify};
use limpid_wire::{CertificateType, HandshakeType, ProtocolVersion};

use crate::auth::{self, Proof, Signed};
use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::tls12::identity::send_credentials;
use crate::provide::Requested;

/// Certificate: one that fits the request, in the form that was agreed on, or an empty list.
pub(crate) async fn show(
    hs: &mut Handshake,
    config: &ClientConfig,
    request: &CertificateRequest12,
    certificate_type: CertificateType,
) -> Result<Option<Proof>, Fault> {
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::ClientAuthentication,
        chosen: Some(Named::Flag(true)),
        among: Vec::new(),
        because: Because::Configured,
    });
    let requested = Requested {
        version: ProtocolVersion::TLS_1_2,
        schemes: &request.supported_signature_algorithms,
        types: &request.certificate_types,
        authorities: &request.certificate_authorities,
        certificate_type,
    };
    let proof = auth::choose_client_certificate(hs, config, &requested).await?;
    // RFC 5246 §7.4.6: a client without a fitting certificate sends an empty list.
    send_credentials(hs, proof.as_ref().map(|proof| &*proof.certificate));
    Ok(proof)
}

/// CertificateVerify: a signature over all messages so far (RFC 5246 §7.4.8).
pub(crate) async fn prove(hs: &mut Handshake, proof: &Proof) -> Result<(), Fault> {
    let input = hs.transcript.messages().unwrap_or_default();
    let key = &proof.certificate.key;
    let signature = key.sign12(proof.scheme, input).await?;
    let signed = Signed {
        version: ProtocolVersion::TLS_1_2,
        within: HandshakeType::CERTIFICATE_VERIFY,
        scheme: proof.scheme,
        input,
        signature: &signature,
        offered: &[],
    };
    auth::tell_signature(hs, Side::Client, key.public_key(), &signed, None);
    hs.send(&CertificateVerify {
        algorithm: proof.scheme,
        signature,
    });
    hs.transcript.forget_messages();
    Ok(())
}

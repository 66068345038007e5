//! Certificate and CertificateVerify of TLS 1.3, sent and received, by either side (RFC 8446 §4.4.2, §4.4.3, RFC 8879).

use std::borrow::Cow;

use limpid_facts::Side;
use limpid_trust::PeerIdentity;
use limpid_wire::extensions::{CertificateEntryExtension, CertificateStatus};
use limpid_wire::handshake::{
    Certificate13, CertificateEntry, CertificateVerify, CompressedCertificate, LentCertificate13,
};
use limpid_wire::{
    CertificateCompressionAlgorithm, CertificateType, Codec, ExtensionType, HandshakeType,
    ProtocolVersion, SignatureScheme,
};
use rustls_pki_types::CertificateDer;

use crate::auth::{self, Credentials, Signed};
use crate::compress::Compressed;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::tls13::{signed_input, transcript};
use crate::provide::CertifiedKey;

/// What this side asked for, and the peer may therefore send.
pub(crate) struct Wanted<'a> {
    /// `certificate_request_context`: empty but after the handshake.
    pub(crate) context: &'a [u8],
    /// The form in which the peer shows who it is (RFC 7250).
    pub(crate) certificate_type: CertificateType,
    /// Whether an OCSP response may be stapled.
    pub(crate) status: bool,
    /// Whether SCTs may be attached.
    pub(crate) scts: bool,
    /// How the message may be compressed.
    pub(crate) compression: &'a [CertificateCompressionAlgorithm],
    /// Undoes that.
    pub(crate) compressed: &'a Compressed,
}

/// What the peer showed.
pub(crate) struct Shown13 {
    pub(crate) credentials: Credentials,
    pub(crate) ocsp_response: Vec<u8>,
    /// A `SignedCertificateTimestampList` with its own length in front (RFC 6962 §3.3); empty when none came.
    pub(crate) scts: Vec<u8>,
}

/// Awaits the peer's certificates.
pub(crate) async fn recv_certificate(
    hs: &mut Handshake,
    wanted: &Wanted<'_>,
) -> Result<Shown13, Fault> {
    let compressed = match wanted.compression {
        [] => None,
        _ => hs.recv_optional::<CompressedCertificate>().await?,
    };
    let message = match compressed {
        Some(message) => undo(&message, wanted)?,
        None => hs.recv::<Certificate13>().await?,
    };
    // RFC 8446 §4.4.2: the context is that of the request; in answer to a hello it is empty.
    if message.certificate_request_context != wanted.context {
        return Err(Fault::IllegalParameter(
            "certificate_request_context is not the one of the request",
        ));
    }
    check_entries(&message, wanted)?;
    let first = message.certificate_list.first();
    let status = first.and_then(CertificateEntry::status_request);
    Ok(Shown13 {
        ocsp_response: status
            .map(|status| status.ocsp_response.clone())
            .unwrap_or_default(),
        scts: first
            .and_then(CertificateEntry::signed_certificate_timestamp)
            .map(auth::sct_list)
            .unwrap_or_default(),
        credentials: credentials(message, wanted.certificate_type)?,
    })
}

/// What the entries hold: certificates, or one raw public key.
fn credentials(message: Certificate13, form: CertificateType) -> Result<Credentials, Fault> {
    let mut entries = message.certificate_list.into_iter();
    if form != CertificateType::RAW_PUBLIC_KEY {
        return Ok(Credentials::Chain(
            entries.map(|entry| entry.cert_data).collect(),
        ));
    }
    match (entries.next(), entries.next()) {
        (None, _) => Ok(Credentials::none()),
        (Some(entry), None) => Ok(Credentials::RawKey(entry.cert_data.to_vec().into())),
        // RFC 8446 §4.4.2: at most one.
        (Some(_), Some(_)) => Err(Fault::IllegalParameter(
            "the certificate_list of a raw public key has more than one entry",
        )),
    }
}

/// RFC 8879 §4: only an algorithm that was offered.
fn undo(message: &CompressedCertificate, wanted: &Wanted<'_>) -> Result<Certificate13, Fault> {
    if !wanted.compression.contains(&message.algorithm) {
        return Err(Fault::IllegalParameter(
            "the certificates are compressed in a way that was not offered",
        ));
    }
    let body = wanted.compressed.decompress(message)?;
    Certificate13::decode(&body)
        .map_err(|error| Fault::malformed(HandshakeType::CERTIFICATE, error))
}

/// Extensions of certificate entries answer what the other side asked for, and nothing else (RFC 8446 §4.4.2).
fn check_entries(message: &Certificate13, wanted: &Wanted<'_>) -> Result<(), Fault> {
    let answers = message
        .certificate_list
        .iter()
        .flat_map(|entry| entry.extensions.types());
    let solicited = |answer| match answer {
        ExtensionType::STATUS_REQUEST => wanted.status,
        ExtensionType::SIGNED_CERTIFICATE_TIMESTAMP => wanted.scts,
        _ => false,
    };
    answers
        .filter(|answer| !solicited(*answer))
        .try_for_each(|answer| Err(Fault::UnsolicitedExtension(answer)))
}

/// A CertificateVerify as it came, with what it must be a signature over.
pub(crate) struct Verify {
    message: CertificateVerify,
    input: Vec<u8>,
}

/// Awaits the peer's proof that it holds the certificate's key.
pub(crate) async fn recv_verify(hs: &mut Handshake) -> Result<Verify, Fault> {
    let input = signed_input(hs.side.peer(), &transcript(hs)?);
    let message = hs.recv::<CertificateVerify>().await?;
    Ok(Verify { message, input })
}

impl Verify {
    /// Checks the proof against the certificate that was accepted.
    pub(crate) fn check(
        &self,
        hs: &Handshake,
        peer: &PeerIdentity,
        offered: &[SignatureScheme],
    ) -> Result<(), Fault> {
        let signed = Signed {
            version: ProtocolVersion::TLS_1_3,
            within: HandshakeType::CERTIFICATE_VERIFY,
            scheme: self.message.algorithm,
            input: &self.input,
            signature: &self.message.signature,
            offered,
        };
        auth::verify_signature(hs, peer, &signed)
    }
}

/// What the peer wants with this side's certificates.
pub(crate) struct Answered<'a> {
    pub(crate) context: Vec<u8>,
    pub(crate) status: bool,
    pub(crate) scts: bool,
    pub(crate) compression: Option<(CertificateCompressionAlgorithm, &'a Compressed)>,
}

/// Sends certificates and the proof of holding their key.
pub(crate) async fn send_identity(
    hs: &mut Handshake,
    key: &CertifiedKey,
    scheme: SignatureScheme,
    answered: Answered<'_>,
) -> Result<(), Fault> {
    send_certificate(hs, key, answered);
    let input = signed_input(hs.side, &transcript(hs)?);
    let signature = key.key.sign(scheme, &input).await?;
    let signed = Signed {
        version: ProtocolVersion::TLS_1_3,
        within: HandshakeType::CERTIFICATE_VERIFY,
        scheme,
        input: &input,
        signature: &signature,
        offered: &[],
    };
    let signer: Side = hs.side;
    auth::tell_signature(hs, signer, key.key.public_key(), &signed, None);
    hs.send(&CertificateVerify {
        algorithm: scheme,
        signature,
    });
    Ok(())
}

fn send_certificate(hs: &mut Handshake, key: &CertifiedKey, answered: Answered<'_>) {
    let status = key.ocsp_response.clone().filter(|_| answered.status);
    let status = status.map(|ocsp_response| CertificateStatus { ocsp_response });
    let scts = key.sct_entries().filter(|_| answered.scts);
    let status = status.map(CertificateEntryExtension::StatusRequest);
    let scts = scts.map(CertificateEntryExtension::SignedCertificateTimestamp);
    let message = LentCertificate13 {
        certificate_request_context: &answered.context,
        chain: &shown(key),
        first: &status.into_iter().chain(scts).collect::<Vec<_>>().into(),
    };
    let compressed = answered
        .compression
        .and_then(|(algorithm, cache)| cache.compress(algorithm, &message.encode()));
    match compressed {
        Some(compressed) => hs.send(&compressed),
        None => hs.send_written(message.length(), |flight| message.encode_message(flight)),
    }
}

/// The chain, or the public key as it is (RFC 8446 §4.4.2).
fn shown(key: &CertifiedKey) -> Cow<'_, [CertificateDer<'static>]> {
    match key.certificate_type() {
        CertificateType::RAW_PUBLIC_KEY => Cow::Owned(vec![key.key.public_key().to_vec().into()]),
        _ => Cow::Borrowed(&key.chain),
    }
}

/// The empty answer of a client that has no fitting certificate (RFC 8446 §4.4.2).
pub(crate) fn send_no_certificate(hs: &mut Handshake, certificate_request_context: Vec<u8>) {
    hs.send(&Certificate13 {
        certificate_request_context,
        certificate_list: Vec::new(),
    });
}

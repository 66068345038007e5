//! status_request (RFC 6066 §8, RFC 8446 §4.4.2.1): a client asks for proof that a certificate is not revoked, and the
//! proof, which TLS 1.2 sends as a message and TLS 1.3 as an extension of the certificate.

use crate::code_points::{CertificateStatusType, HandshakeType};
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// What a client asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CertificateStatusRequest {
    /// An OCSP answer.
    Ocsp {
        /// Answerers the client trusts, each the DER of a ResponderID of 1 to 2^16 − 1 bytes; none: whoever is known.
        responder_id_list: Vec<Vec<u8>>,
        /// The DER of OCSP extensions, at most 2^16 − 1 bytes; empty: none.
        request_extensions: Vec<u8>,
    },
    /// A kind of proof that is not known here: its type and the request as it is.
    Unknown(CertificateStatusType, Vec<u8>),
}

impl CertificateStatusRequest {
    /// The common form: an OCSP answer from whoever is known.
    pub const fn ocsp() -> Self {
        Self::Ocsp {
            responder_id_list: Vec::new(),
            request_extensions: Vec::new(),
        }
    }
}

/// A proof: the body of the CertificateStatus message of TLS 1.2 and of the extension in a CertificateEntry of TLS 1.3.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateStatus {
    /// The DER of an OCSPResponse, 1 to 2^24 − 1 bytes.
    pub ocsp_response: Vec<u8>,
}

pub(super) fn read(r: &mut Reader<'_>) -> Result<CertificateStatusRequest, DecodeError> {
    match r.code("status_type")? {
        CertificateStatusType::OCSP => Ok(CertificateStatusRequest::Ocsp {
            responder_id_list: r.list16("responder_id_list", 0..=0xffff, |r| {
                Ok(r.opaque16("responder_id", 1..=0xffff)?.to_vec())
            })?,
            request_extensions: r.opaque16("request_extensions", 0..=0xffff)?.to_vec(),
        }),
        other => Ok(CertificateStatusRequest::Unknown(
            other,
            r.rest("request")?.to_vec(),
        )),
    }
}

pub(super) fn write(request: &CertificateStatusRequest, w: &mut Writer<'_>) {
    match request {
        CertificateStatusRequest::Ocsp {
            responder_id_list,
            request_extensions,
        } => {
            w.code(CertificateStatusType::OCSP);
            w.vec16(|w| responder_id_list.iter().for_each(|id| w.opaque16(id)));
            w.opaque16(request_extensions);
        }
        CertificateStatusRequest::Unknown(status_type, request) => {
            w.code(*status_type);
            w.bytes(request);
        }
    }
}

/// In a CertificateEntry.
pub(super) mod certificate_status {
    use super::*;

    pub(in crate::extensions) fn read(
        r: &mut Reader<'_>,
    ) -> Result<CertificateStatus, DecodeError> {
        CertificateStatus::read(r)
    }

    pub(in crate::extensions) fn write(status: &CertificateStatus, w: &mut Writer<'_>) {
        status.write(w);
    }
}

impl Codec for CertificateStatus {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = r.offset();
        let status_type: CertificateStatusType = r.code("status_type")?;
        // RFC 6066 §8: the answer is of the type that was asked for, and only OCSP is.
        if status_type != CertificateStatusType::OCSP {
            return Err(Reader::bad_value(
                offset,
                "status_type",
                status_type.0.into(),
                "only OCSP was asked for",
            ));
        }
        Ok(Self {
            ocsp_response: r.opaque24("response", 1..=0xff_ffff)?.to_vec(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(CertificateStatusType::OCSP);
        w.opaque24(&self.ocsp_response);
    }
}

/// RFC 6066 §8: the message of TLS 1.2.
impl HandshakeBody for CertificateStatus {
    const TYPE: HandshakeType = HandshakeType::CERTIFICATE_STATUS;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::{AlertDescription, ExtensionType};
    use crate::extensions::{
        CertificateEntryExtension, CertificateRequestExtension, ClientHelloExtension,
        ServerHello12Extension,
    };
    use crate::testing::{check, check_extension, hex, refused};

    const TYPE: ExtensionType = ExtensionType::STATUS_REQUEST;

    #[test]
    fn requests() {
        let request = ClientHelloExtension::StatusRequest(CertificateStatusRequest::ocsp());
        check_extension(TYPE, &hex("01 0000 0000"), &request);
        let request = CertificateStatusRequest::Ocsp {
            responder_id_list: vec![vec![1]],
            request_extensions: vec![2, 3],
        };
        check_extension(
            TYPE,
            &hex("01 0003 0001 01 0002 0203"),
            &ClientHelloExtension::StatusRequest(request),
        );
        let request = CertificateStatusRequest::Unknown(CertificateStatusType(9), vec![7]);
        check_extension(
            TYPE,
            &hex("09 07"),
            &ClientHelloExtension::StatusRequest(request),
        );
        check_extension(TYPE, &[], &CertificateRequestExtension::StatusRequest);
    }

    #[test]
    fn answers() {
        let status = CertificateStatus {
            ocsp_response: vec![5, 6],
        };
        check(&hex("01 000002 0506"), &status);
        check_extension(
            TYPE,
            &hex("01 000002 0506"),
            &CertificateEntryExtension::StatusRequest(status),
        );
        check_extension(TYPE, &[], &ServerHello12Extension::StatusRequest);
    }

    #[test]
    fn rfc6066_8_an_answer_is_ocsp_and_not_empty() {
        assert_eq!(
            refused::<CertificateStatus>(&hex("02 000002 0506")).alert(),
            AlertDescription::ILLEGAL_PARAMETER
        );
        assert_eq!(
            refused::<CertificateStatus>(&hex("01 000000")).alert(),
            AlertDescription::DECODE_ERROR
        );
    }
}

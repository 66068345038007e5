//! OCSP responses as servers staple them (RFC 6960, RFC 6066 §8).
//!
//! The response must be about this certificate, signed by its issuer or by a responder whom the issuer authorised for OCSP, and of the
//! present. The DER is read by `x509-ocsp`, the signatures are verified by webpki's algorithms, and whether a responder's certificate is
//! good is webpki's decision, with the issuer as the only trust anchor and `id-kp-OCSPSigning` as the purpose.

use std::fmt;
use std::time::Duration;

use limpid_crypto::HashAlgorithm;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::oid::AssociatedOid;
use x509_cert::der::{self, AnyRef, Decode, Encode, Reader, SliceReader, Tag, Tagged};
use x509_cert::ext::pkix::CrlReason;
use x509_ocsp::{
    BasicOcspResponse, CertStatus, OcspGeneralizedTime, OcspResponse, OcspResponseStatus,
    ResponderId, ResponseData, SingleResponse,
};

use crate::algorithms::{Algorithms, Proof, content, public_key};
use crate::certificate::{Certificate, any, bits, context, rfc3339};
use crate::roots::sequence;

/// Clocks of responder, server and client may differ by as much; OpenSSL allows the same.
const SKEW: Duration = Duration::from_secs(300);

/// How long a response without `nextUpdate` counts. RFC 6960 §2.4 sets no bound, and a staple without one could be replayed for ever.
const LIFETIME_WITHOUT_NEXT_UPDATE: Duration = Duration::from_secs(7 * 24 * 3600);

/// id-kp-OCSPSigning, 1.3.6.1.5.5.7.3.9
const OCSP_SIGNING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 9];

/// Why a response proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OcspFault {
    /// It cannot be read.
    Malformed(String),
    /// The responder answered with an error.
    Unsuccessful(&'static str),
    /// It speaks of other certificates only.
    OtherCertificate,
    /// Who signed it is neither the issuer nor authorised by it.
    UnauthorizedResponder(String),
    /// Its signature does not verify.
    BadSignature,
    /// It is not of the present.
    NotCurrent {
        /// From when it counts, RFC 3339.
        this_update: String,
        /// Until when it counts, RFC 3339.
        until: String,
        /// The time it was compared with, RFC 3339.
        now: String,
    },
    /// The responder does not know the certificate.
    UnknownCertificate,
}

impl OcspFault {
    /// The rule that was broken.
    #[must_use]
    pub const fn reference(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "RFC 6960 §4.2.1",
            Self::Unsuccessful(_) => "RFC 6960 §2.3",
            Self::OtherCertificate => "RFC 6960 §3.2 (1)",
            Self::BadSignature => "RFC 6960 §3.2 (2)",
            Self::UnauthorizedResponder(_) => "RFC 6960 §4.2.2.2",
            Self::NotCurrent { .. } => "RFC 6960 §4.2.2.1",
            Self::UnknownCertificate => "RFC 6960 §2.2",
        }
    }
}

impl fmt::Display for OcspFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "it cannot be read ({why})"),
            Self::Unsuccessful(status) => write!(f, "the responder answered {status}"),
            Self::OtherCertificate => f.write_str("it is about another certificate"),
            Self::UnauthorizedResponder(why) => {
                write!(f, "whoever signed it may not speak for the issuer ({why})")
            }
            Self::BadSignature => f.write_str("its signature does not verify"),
            Self::NotCurrent {
                this_update,
                until,
                now,
            } => {
                write!(
                    f,
                    "it counts from {this_update} until {until}, and it is now {now}"
                )
            }
            Self::UnknownCertificate => f.write_str("the responder does not know the certificate"),
        }
    }
}

/// The CA that issued the certificate in question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Issuer<'a> {
    /// Content of its name.
    pub(crate) subject: &'a [u8],
    /// Content of its SubjectPublicKeyInfo.
    pub(crate) spki: &'a [u8],
}

/// What a response says that can be relied upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    pub(crate) this_update: UnixTime,
    pub(crate) next_update: Option<UnixTime>,
    pub(crate) produced_at: UnixTime,
    /// Whether the issuer itself signed.
    pub(crate) by_issuer: bool,
}

/// The status that the responder states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Good,
    Revoked {
        at: UnixTime,
        reason: Option<&'static str>,
    },
}

/// Reads and verifies a stapled response about `certificate`.
pub(crate) fn verify(
    response: &[u8],
    certificate: &Certificate<'_>,
    issuer: Issuer<'_>,
    now: UnixTime,
    algorithms: &Algorithms<'_>,
) -> Result<Answer, OcspFault> {
    let outer = OcspResponse::from_der(response).map_err(malformed)?;
    let basic = basic_response(&outer)?;
    let signed = Signed::parse(basic).map_err(malformed)?;
    let data = ResponseData::from_der(signed.data).map_err(malformed)?;
    let single = (data.responses.iter())
        .find(|single| is_about(single, certificate, issuer))
        .ok_or(OcspFault::OtherCertificate)?;
    let by_issuer = verify_signature(&signed, &data.responder_id, issuer, now, algorithms)?;
    let (this_update, next_update) = window(single, now)?;
    let status = match &single.cert_status {
        CertStatus::Good(_) => Status::Good,
        CertStatus::Revoked(info) => Status::Revoked {
            at: unix(&info.revocation_time),
            reason: info.revocation_reason.map(reason_name),
        },
        CertStatus::Unknown(_) => return Err(OcspFault::UnknownCertificate),
    };
    Ok(Answer {
        status,
        this_update,
        next_update,
        produced_at: unix(&data.produced_at),
        by_issuer,
    })
}

/// `BasicOCSPResponse` in the shape of its bytes: what is signed must not be encoded anew.
struct Signed<'a> {
    data: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
    certificates: Vec<CertificateDer<'a>>,
}

impl<'a> Signed<'a> {
    fn parse(basic: &'a [u8]) -> der::Result<Self> {
        let mut reader = SliceReader::new(sequence_content(basic)?)?;
        let data = reader.tlv_bytes()?;
        let algorithm = any(&mut reader, Tag::Sequence)?;
        let signature = bits(&mut reader)?;
        let mut certificates = Vec::new();
        if let Some(explicit) = context(&mut reader, 0)? {
            let mut list = SliceReader::new(sequence_content(explicit)?)?;
            while !list.is_finished() {
                certificates.push(CertificateDer::from(list.tlv_bytes()?));
            }
        }
        reader.finish(Self {
            data,
            algorithm,
            signature,
            certificates,
        })
    }
}

fn sequence_content(der: &[u8]) -> der::Result<&[u8]> {
    let sequence = AnyRef::from_der(der)?;
    sequence.tag().assert_eq(Tag::Sequence)?;
    Ok(sequence.value())
}

fn malformed(error: der::Error) -> OcspFault {
    OcspFault::Malformed(error.to_string())
}

fn basic_response(outer: &OcspResponse) -> Result<&[u8], OcspFault> {
    let status = match outer.response_status {
        OcspResponseStatus::Successful => {
            let bytes = outer
                .response_bytes
                .as_ref()
                .ok_or_else(|| OcspFault::Malformed("no response bytes".to_owned()))?;
            if bytes.response_type != BasicOcspResponse::OID {
                return Err(OcspFault::Malformed(format!(
                    "response type {}",
                    bytes.response_type
                )));
            }
            return Ok(bytes.response.as_bytes());
        }
        OcspResponseStatus::MalformedRequest => "malformedRequest",
        OcspResponseStatus::InternalError => "internalError",
        OcspResponseStatus::TryLater => "tryLater",
        OcspResponseStatus::SigRequired => "sigRequired",
        OcspResponseStatus::Unauthorized => "unauthorized",
    };
    Err(OcspFault::Unsuccessful(status))
}

/// RFC 6960 §4.1.1: `CertID` names the issuer by two hashes, and the certificate by its serial number.
fn is_about(single: &SingleResponse, certificate: &Certificate<'_>, issuer: Issuer<'_>) -> bool {
    let id = &single.cert_id;
    let Some(hash) = hash_algorithm(id.hash_algorithm.oid) else {
        return false;
    };
    let Some((_, key)) = public_key(issuer.spki) else {
        return false;
    };
    id.issuer_name_hash.as_bytes() == hash.hash(&[&sequence(issuer.subject)]).as_ref()
        && id.issuer_key_hash.as_bytes() == hash.hash(&[key]).as_ref()
        && magnitude(id.serial_number.as_bytes()) == magnitude(certificate.serial())
}

fn hash_algorithm(oid: ObjectIdentifier) -> Option<HashAlgorithm> {
    const SHA1: &[u8] = &[0x2b, 0x0e, 3, 2, 0x1a];
    const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    const SHA384: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2];
    const SHA512: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3];
    match oid.as_bytes() {
        SHA1 => Some(HashAlgorithm::Sha1),
        SHA256 => Some(HashAlgorithm::Sha256),
        SHA384 => Some(HashAlgorithm::Sha384),
        SHA512 => Some(HashAlgorithm::Sha512),
        _ => None,
    }
}

/// A big-endian number without leading zeros.
fn magnitude(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes
        .split_at_checked(zeros)
        .map_or(bytes, |(_, rest)| rest)
}

/// Whether the issuer itself signed; an error if neither it nor somebody it authorised did.
fn verify_signature(
    signed: &Signed<'_>,
    responder: &ResponderId,
    issuer: Issuer<'_>,
    now: UnixTime,
    algorithms: &Algorithms<'_>,
) -> Result<bool, OcspFault> {
    if is_responder(responder, issuer.subject, issuer.spki) {
        proven(algorithms, signed, issuer.spki)?;
        return Ok(true);
    }
    let delegate = signed.certificates.iter().find_map(|der| {
        let certificate = Certificate::parse(der).ok()?;
        let spki = content(certificate.spki())?;
        is_responder(responder, certificate.subject(), spki).then_some((der, spki))
    });
    let Some((der, spki)) = delegate else {
        return Err(OcspFault::UnauthorizedResponder(
            "its certificate is not in the response".to_owned(),
        ));
    };
    authorized(der, issuer, now, algorithms)
        .map_err(|why| OcspFault::UnauthorizedResponder(why.to_string()))?;
    proven(algorithms, signed, spki)?;
    Ok(false)
}

/// RFC 6960 §4.2.2.3: a responder is named by its name, or by the SHA-1 of its key.
fn is_responder(id: &ResponderId, subject: &[u8], spki: &[u8]) -> bool {
    match id {
        ResponderId::ByName(name) => name.to_der().is_ok_and(|der| der == sequence(subject)),
        ResponderId::ByKey(hash) => public_key(spki)
            .is_some_and(|(_, key)| HashAlgorithm::Sha1.hash(&[key]).as_ref() == hash.as_bytes()),
    }
}

/// RFC 6960 §4.2.2.2: a delegated responder's certificate is issued by the very CA, for the purpose `id-kp-OCSPSigning`.
fn authorized(
    der: &CertificateDer<'_>,
    issuer: Issuer<'_>,
    now: UnixTime,
    algorithms: &Algorithms<'_>,
) -> Result<(), webpki::Error> {
    let anchor = [TrustAnchor {
        subject: issuer.subject.into(),
        subject_public_key_info: issuer.spki.into(),
        name_constraints: None,
    }];
    let purpose = webpki::KeyUsage::required(OCSP_SIGNING);
    webpki::EndEntityCert::try_from(der)?
        .verify_for_usage(&algorithms.as_dyn(), &anchor, &[], now, purpose, None, None)
        .map(|_| ())
}

fn proven(algorithms: &Algorithms<'_>, signed: &Signed<'_>, spki: &[u8]) -> Result<(), OcspFault> {
    match algorithms.verify(signed.algorithm, spki, signed.data, signed.signature) {
        Proof::Good => Ok(()),
        Proof::Bad | Proof::Unsupported => Err(OcspFault::BadSignature),
    }
}

/// RFC 6960 §4.2.2.1: `thisUpdate` has passed, `nextUpdate` has not.
fn window(
    single: &SingleResponse,
    now: UnixTime,
) -> Result<(UnixTime, Option<UnixTime>), OcspFault> {
    let this_update = unix(&single.this_update);
    let next_update = single.next_update.as_ref().map(unix);
    let until = next_update.unwrap_or_else(|| after(this_update, LIFETIME_WITHOUT_NEXT_UPDATE));
    if this_update <= after(now, SKEW) && now <= after(until, SKEW) {
        return Ok((this_update, next_update));
    }
    Err(OcspFault::NotCurrent {
        this_update: rfc3339(this_update),
        until: rfc3339(until),
        now: rfc3339(now),
    })
}

fn after(time: UnixTime, duration: Duration) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(time.as_secs()).saturating_add(duration))
}

fn unix(time: &OcspGeneralizedTime) -> UnixTime {
    UnixTime::since_unix_epoch(time.0.to_unix_duration())
}

/// RFC 5280 §5.3.1
const fn reason_name(reason: CrlReason) -> &'static str {
    match reason {
        CrlReason::Unspecified => "unspecified",
        CrlReason::KeyCompromise => "keyCompromise",
        CrlReason::CaCompromise => "cACompromise",
        CrlReason::AffiliationChanged => "affiliationChanged",
        CrlReason::Superseded => "superseded",
        CrlReason::CessationOfOperation => "cessationOfOperation",
        CrlReason::CertificateHold => "certificateHold",
        CrlReason::RemoveFromCRL => "removeFromCRL",
        CrlReason::PrivilegeWithdrawn => "privilegeWithdrawn",
        CrlReason::AaCompromise => "aACompromise",
    }
}

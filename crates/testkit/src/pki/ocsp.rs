//! A maker of OCSP responses, as servers staple them (RFC 6960).

use std::ops::Range;
use std::time::Duration;

use limpid_crypto::HashAlgorithm;
use limpid_trust::certificate::Certificate;
use rcgen::SigningKey as _;
use rustls_pki_types::CertificateDer;
use x509_cert::der::asn1::{BitString, GeneralizedTime, Null, ObjectIdentifier, OctetString};
use x509_cert::der::{Any, Decode, Encode};
use x509_cert::ext::pkix::CrlReason;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoRef};
use x509_ocsp::{
    BasicOcspResponse, CertId, CertStatus, OcspGeneralizedTime, OcspResponse, ResponderId,
    ResponseData, RevokedInfo, SingleResponse, Version,
};

use super::authority::date;
use super::key::KeyHolder;
use super::leaf::DAY;
use super::{Authority, Leaf, Purpose};

/// An OCSP response to be: a builder that [`Authority::staple`] takes.
#[derive(Clone, Debug)]
pub struct Staple {
    status: Status,
    /// Seconds from now.
    period: Range<i64>,
    without_next_update: bool,
    signer: Signer,
    damaged: bool,
}

/// The status a response states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `good`
    Good,
    /// `revoked`, since two days ago, for `keyCompromise`
    Revoked,
    /// `unknown`
    Unknown,
}

/// Who signs a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// The issuer of the certificate.
    Issuer,
    /// A responder with a certificate of the issuer's for `OCSPSigning`, which is in the response.
    Delegate,
    /// Somebody with a certificate of the issuer's for servers.
    Unauthorized,
}

impl Staple {
    /// A response of this status: of yesterday, good for a week, signed by the issuer.
    #[must_use]
    pub const fn new(status: Status) -> Self {
        Self {
            status,
            period: -DAY..6 * DAY,
            without_next_update: false,
            signer: Signer::Issuer,
            damaged: false,
        }
    }

    /// `thisUpdate` and `nextUpdate`, in seconds from now.
    #[must_use]
    pub const fn valid(mut self, seconds: Range<i64>) -> Self {
        self.period = seconds;
        self
    }

    /// Without `nextUpdate`.
    #[must_use]
    pub const fn without_next_update(mut self) -> Self {
        self.without_next_update = true;
        self
    }

    /// Signed by somebody.
    #[must_use]
    pub const fn signed_by(mut self, signer: Signer) -> Self {
        self.signer = signer;
        self
    }

    /// With a signature that does not verify.
    #[must_use]
    pub const fn damaged(mut self) -> Self {
        self.damaged = true;
        self
    }
}

impl Authority {
    /// Makes an OCSP response about `certificate`, which this authority issued.
    ///
    /// # Panics
    /// When `certificate` is not one.
    #[must_use]
    pub fn staple(&self, certificate: &CertificateDer<'_>, staple: &Staple) -> Vec<u8> {
        let data = |responder_id| self.response_data(certificate, staple, responder_id);
        let basic = match staple.signer {
            Signer::Issuer => {
                let data = data(name_of(self.certificate()));
                self.sign(&data, |message| self.issuer.key().sign(message), None)
            }
            Signer::Delegate | Signer::Unauthorized => {
                let purpose = if staple.signer == Signer::Delegate {
                    Purpose::OcspSigning
                } else {
                    Purpose::Server
                };
                let mut params = Leaf::for_client("limpid test OCSP responder")
                    .purposes(&[purpose])
                    .params();
                date(&mut params, &(-DAY..30 * DAY), self.now);
                let key = self.kind.key_pair(KeyHolder::Leaf);
                let delegate = params
                    .signed_by(&key, &self.issuer)
                    .expect("the crypto library signs");
                let data = data(name_of(delegate.der()));
                self.sign(&data, |message| key.sign(message), Some(delegate.der()))
            }
        };
        let mut basic = basic;
        if staple.damaged {
            let mut signature = basic.signature.raw_bytes().to_vec();
            *signature.last_mut().expect("signatures are not empty") ^= 1;
            basic.signature = BitString::from_bytes(&signature).expect("a signature fits");
        }
        OcspResponse::successful(basic)
            .and_then(|response| response.to_der())
            .expect("a response can be encoded")
    }

    fn sign(
        &self,
        data: &ResponseData,
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, rcgen::Error>,
        certificate: Option<&CertificateDer<'_>>,
    ) -> BasicOcspResponse {
        let signature = sign(&data.to_der().expect("a response can be encoded"))
            .expect("the crypto library signs");
        let read =
            |der: &CertificateDer<'_>| x509_cert::Certificate::from_der(der).expect("made here");
        BasicOcspResponse {
            tbs_response_data: data.clone(),
            signature_algorithm: identifier(&self.kind.signature_identifier()),
            signature: BitString::from_bytes(&signature).expect("a signature fits"),
            certs: certificate.map(|der| vec![read(der)]),
        }
    }

    fn response_data(
        &self,
        certificate: &CertificateDer<'_>,
        staple: &Staple,
        responder_id: ResponderId,
    ) -> ResponseData {
        let time = |seconds| self.time(seconds);
        let next_update = (!staple.without_next_update).then(|| time(staple.period.end));
        let cert_status = match staple.status {
            Status::Good => CertStatus::good(),
            Status::Revoked => CertStatus::revoked(RevokedInfo {
                revocation_time: time(-2 * DAY),
                revocation_reason: Some(CrlReason::KeyCompromise),
            }),
            Status::Unknown => CertStatus::unknown(),
        };
        ResponseData {
            version: Version::V1,
            responder_id,
            produced_at: time(staple.period.start),
            responses: vec![SingleResponse {
                cert_id: self.cert_id(certificate),
                cert_status,
                this_update: time(staple.period.start),
                next_update,
                single_extensions: None,
            }],
            response_extensions: None,
        }
    }

    /// RFC 6960 §4.1.1, with SHA-1 as every responder does it.
    fn cert_id(&self, certificate: &CertificateDer<'_>) -> CertId {
        let issuer = parse(self.certificate());
        let key = SubjectPublicKeyInfoRef::from_der(issuer.spki()).expect("made here");
        let sha1 = |bytes: &[u8]| {
            OctetString::new(HashAlgorithm::Sha1.hash(&[bytes]).as_ref()).expect("20 bytes fit")
        };
        let name = x509_cert::Certificate::from_der(self.certificate())
            .expect("made here")
            .tbs_certificate
            .subject;
        CertId {
            hash_algorithm: AlgorithmIdentifierOwned {
                oid: ObjectIdentifier::new_unwrap("1.3.14.3.2.26"),
                parameters: Some(Any::from(Null)),
            },
            issuer_name_hash: sha1(&name.to_der().expect("a name can be encoded")),
            issuer_key_hash: sha1(key.subject_public_key.raw_bytes()),
            serial_number: SerialNumber::new(parse(certificate).serial())
                .expect("serial numbers made here are short"),
        }
    }

    fn time(&self, seconds: i64) -> OcspGeneralizedTime {
        let now =
            i64::try_from(self.now.as_secs()).expect("the time is before the year 292277026596");
        let seconds = u64::try_from(now + seconds).expect("the time is after 1970");
        OcspGeneralizedTime(
            GeneralizedTime::from_unix_duration(Duration::from_secs(seconds))
                .expect("before the year 10000"),
        )
    }
}

/// `certificate` taken apart.
pub(super) fn parse<'a>(certificate: &'a CertificateDer<'_>) -> Certificate<'a> {
    Certificate::parse(certificate).expect("certificates of tests can be read")
}

fn name_of(certificate: &CertificateDer<'_>) -> ResponderId {
    ResponderId::ByName(
        x509_cert::Certificate::from_der(certificate)
            .expect("made here")
            .tbs_certificate
            .subject,
    )
}

/// An AlgorithmIdentifier from the content of its SEQUENCE, which is shorter than 128 bytes.
fn identifier(content: &[u8]) -> AlgorithmIdentifierOwned {
    let length = u8::try_from(content.len()).expect("identifiers are short");
    let der: Vec<u8> = [0x30, length]
        .into_iter()
        .chain(content.iter().copied())
        .collect();
    AlgorithmIdentifierOwned::from_der(&der).expect("a constant")
}

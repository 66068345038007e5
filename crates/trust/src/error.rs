//! Why a certificate was refused: the cause, the alert, the rule, and what to do.
//!
//! One variant is one cause a person can act upon. Every table below names each variant: there is no arm that catches the rest.

mod evidence;
mod sentence;

use limpid_facts::CheckKind;
use limpid_wire::AlertDescription;
use rustls_pki_types::UnixTime;

use crate::ocsp::OcspFault;

/// A certificate, told so that a person finds it again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Holder {
    /// Its place in the peer's message, 0 for the end-entity certificate; `None` for a trust anchor.
    pub position: Option<usize>,
    /// Its subject (RFC 4514), or its first alternative name if it has no subject. Safe to print.
    pub name: String,
}

/// Why the peer is not trusted. `Display` is one sentence that says the true cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustError {
    /// The peer sent no certificate.
    EmptyChain,
    /// The peer sent more certificates than anybody needs.
    TooLong {
        /// How many.
        count: usize,
        /// How many are looked at.
        limit: usize,
    },
    /// So many certificates fit together in so many ways that the search was given up.
    TooComplex {
        /// Which bound was met.
        what: &'static str,
    },
    /// A certificate is not what RFC 5280 describes.
    Malformed {
        /// Which.
        certificate: Holder,
        /// What is wrong with it.
        why: String,
    },
    /// A certificate holds an extension that must be understood and is not.
    UnsupportedCriticalExtension {
        /// Which certificate.
        certificate: Holder,
        /// Name or dotted identifier of the extension.
        extension: String,
    },
    /// A certificate's time is over.
    Expired {
        /// Which.
        certificate: Holder,
        /// Its last second.
        not_after: UnixTime,
        /// The time it was compared with.
        now: UnixTime,
    },
    /// A certificate's time has not come.
    NotYetValid {
        /// Which.
        certificate: Holder,
        /// Its first second.
        not_before: UnixTime,
        /// The time it was compared with.
        now: UnixTime,
    },
    /// The certificate is for other names.
    WrongName {
        /// The name or address that was asked for.
        wanted: String,
        /// Whether `wanted` is an IP address.
        wanted_address: bool,
        /// The names the certificate is for.
        presented: Vec<String>,
    },
    /// The end-entity certificate is signed with its own key, and is no trust anchor.
    SelfSigned {
        /// Which.
        certificate: Holder,
    },
    /// The chain ends at a certificate whose issuer was not sent, although that issuer is itself below some other CA.
    MissingIntermediate {
        /// The last certificate that is there.
        certificate: Holder,
        /// The name of the CA whose certificate is missing.
        issuer: String,
        /// Where it can be fetched, if the last certificate says so.
        url: Option<String>,
    },
    /// The chain leads to a CA that is not among the trust anchors.
    UnknownIssuer {
        /// The last certificate that is there.
        certificate: Holder,
        /// The name of the CA that is not trusted.
        issuer: String,
        /// Whether the peer sent only its own certificate, so that an intermediate may be missing instead.
        lone: bool,
    },
    /// The first certificate is a CA's, and the peer's own comes later.
    WrongOrder {
        /// The one that came first.
        first: Holder,
        /// The one that should have.
        leaf: Holder,
    },
    /// A CA's certificate stands where the peer's own should.
    CaAsLeaf {
        /// Which.
        certificate: Holder,
    },
    /// A certificate signed another, although it is not a CA's.
    IssuerNotCa {
        /// Which.
        certificate: Holder,
    },
    /// There are more CA certificates below one than it allows.
    PathLength {
        /// The one that limits.
        certificate: Holder,
        /// How many it allows.
        allowed: usize,
        /// How many there are.
        found: usize,
    },
    /// A signature of the chain does not verify.
    BadSignature {
        /// The certificate that bears it.
        certificate: Holder,
        /// The CA whose key it was tried with.
        issuer: String,
    },
    /// A key or an algorithm is too weak.
    Weak {
        /// The certificate that has it.
        certificate: Holder,
        /// What is weak, e.g. `a signature with SHA-1`.
        what: String,
    },
    /// A signature was made with an algorithm that is not supported.
    UnsupportedSignatureAlgorithm {
        /// The certificate that bears it.
        certificate: Holder,
        /// Name or dotted identifier.
        algorithm: String,
    },
    /// The key may not be used for this (keyUsage).
    KeyUsage {
        /// Which certificate.
        certificate: Holder,
        /// The bit that is needed.
        needed: &'static str,
        /// The bits that are set.
        present: Vec<&'static str>,
    },
    /// The certificate is for another purpose (extendedKeyUsage).
    ExtendedKeyUsage {
        /// Which certificate.
        certificate: Holder,
        /// The purpose that is needed.
        needed: &'static str,
        /// The purposes it is for.
        present: Vec<String>,
    },
    /// A name lies outside of what a CA may sign for.
    NameConstraint {
        /// The CAs that are constrained.
        constrained: Vec<String>,
        /// The names in the peer's certificate.
        names: Vec<String>,
    },
    /// The key is known to be in wrong hands.
    Distrusted {
        /// Which certificate.
        certificate: Holder,
    },
    /// A CRL lists the certificate.
    RevokedByCrl {
        /// Which.
        certificate: Holder,
        /// Its serial number in hex.
        serial: String,
    },
    /// The CRL is out of date, and policy wants a fresh one.
    CrlExpired {
        /// When its successor was due.
        next_update: UnixTime,
        /// The time it was compared with.
        now: UnixTime,
    },
    /// The CRL cannot be used.
    CrlUnusable {
        /// Why.
        why: String,
    },
    /// No CRL speaks for the certificate, and policy wants one.
    RevocationUnknown,
    /// The stapled OCSP response says that the certificate is revoked.
    RevokedByOcsp {
        /// Which.
        certificate: Holder,
        /// Since when, RFC 3339.
        at: String,
        /// Why, if the responder says so.
        reason: Option<&'static str>,
    },
    /// The stapled OCSP response proves nothing.
    OcspUnsatisfactory(OcspFault),
    /// No OCSP response was stapled, and policy wants one.
    OcspMissing,
    /// A raw public key that nobody expects (RFC 7250).
    UnknownRawKey {
        /// What it is, e.g. `elliptic curve P-256`.
        key: String,
        /// SHA-256 over its SubjectPublicKeyInfo, lower-case hex.
        fingerprint: String,
    },
    /// A raw public key that is no SubjectPublicKeyInfo (RFC 7250 §3).
    UnreadableRawKey,
    /// A verifier of the application's own refuses.
    Refused {
        /// Why, as the end of a sentence that begins with *the application refuses the certificate:*.
        why: String,
        /// The alert it wants sent.
        alert: AlertDescription,
    },
    /// webpki refused for a reason that limpid has no name for.
    Other {
        /// webpki's name for it.
        what: String,
    },
}

impl TrustError {
    /// A stable name in snake case, by which catalogues of sentences are keyed.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EmptyChain => "certificate_empty",
            Self::TooLong { .. } => "certificate_chain_too_long",
            Self::TooComplex { .. } => "certificate_chain_too_complex",
            Self::Malformed { .. } => "certificate_malformed",
            Self::UnsupportedCriticalExtension { .. } => "certificate_critical_extension",
            Self::Expired { .. } => "certificate_expired",
            Self::NotYetValid { .. } => "certificate_not_yet_valid",
            Self::WrongName { .. } => "certificate_wrong_name",
            Self::SelfSigned { .. } => "certificate_self_signed",
            Self::MissingIntermediate { .. } => "certificate_missing_intermediate",
            Self::UnknownIssuer { .. } => "certificate_unknown_issuer",
            Self::WrongOrder { .. } => "certificate_wrong_order",
            Self::CaAsLeaf { .. } => "certificate_ca_as_leaf",
            Self::IssuerNotCa { .. } => "certificate_issuer_not_ca",
            Self::PathLength { .. } => "certificate_path_length",
            Self::BadSignature { .. } => "certificate_bad_signature",
            Self::Weak { .. } => "certificate_weak",
            Self::UnsupportedSignatureAlgorithm { .. } => "certificate_signature_algorithm",
            Self::KeyUsage { .. } => "certificate_key_usage",
            Self::ExtendedKeyUsage { .. } => "certificate_extended_key_usage",
            Self::NameConstraint { .. } => "certificate_name_constraint",
            Self::Distrusted { .. } => "certificate_distrusted",
            Self::RevokedByCrl { .. } => "certificate_revoked_crl",
            Self::CrlExpired { .. } => "crl_expired",
            Self::CrlUnusable { .. } => "crl_unusable",
            Self::RevocationUnknown => "revocation_unknown",
            Self::RevokedByOcsp { .. } => "certificate_revoked_ocsp",
            Self::OcspUnsatisfactory(_) => "ocsp_unsatisfactory",
            Self::OcspMissing => "ocsp_missing",
            Self::UnknownRawKey { .. } => "raw_public_key_unknown",
            Self::UnreadableRawKey => "raw_public_key_unreadable",
            Self::Refused { .. } => "certificate_refused_by_application",
            Self::Other { .. } => "certificate_refused",
        }
    }

    /// The alert that tells the peer (RFC 8446 §6.2, the same numbers as RFC 5246 §7.2.2).
    #[must_use]
    pub const fn alert(&self) -> AlertDescription {
        match self {
            Self::Refused { alert, .. } => *alert,
            // RFC 8446 §4.4.2.4: a server's empty Certificate message. (For a client's, the caller knows better: certificate_required or
            // handshake_failure.)
            Self::EmptyChain => AlertDescription::DECODE_ERROR,
            // The Certificate message does not hold what was negotiated.
            Self::UnreadableRawKey => AlertDescription::DECODE_ERROR,
            // "has expired or is not currently valid"
            Self::Expired { .. } | Self::NotYetValid { .. } => {
                AlertDescription::CERTIFICATE_EXPIRED
            }
            // "the CA certificate could not be located or could not be matched with a known trust anchor"
            Self::SelfSigned { .. }
            | Self::MissingIntermediate { .. }
            | Self::UnknownIssuer { .. } => AlertDescription::UNKNOWN_CA,
            // RFC 2818 §3.1 for the name, RFC 8446 §4.4.2.4 for weak algorithms; else "corrupt, contained signatures that did not verify"
            Self::WrongName { .. }
            | Self::Weak { .. }
            | Self::Malformed { .. }
            | Self::BadSignature { .. }
            | Self::WrongOrder { .. }
            | Self::IssuerNotCa { .. }
            | Self::PathLength { .. }
            | Self::NameConstraint { .. } => AlertDescription::BAD_CERTIFICATE,
            // "of an unsupported type"
            Self::UnsupportedCriticalExtension { .. }
            | Self::UnsupportedSignatureAlgorithm { .. }
            | Self::CaAsLeaf { .. }
            | Self::KeyUsage { .. }
            | Self::ExtendedKeyUsage { .. } => AlertDescription::UNSUPPORTED_CERTIFICATE,
            Self::RevokedByCrl { .. } | Self::RevokedByOcsp { .. } => {
                AlertDescription::CERTIFICATE_REVOKED
            }
            // RFC 6066 §8
            Self::OcspUnsatisfactory(_) | Self::OcspMissing => {
                AlertDescription::BAD_CERTIFICATE_STATUS_RESPONSE
            }
            // "some other (unspecified) issue arose in processing the certificate, rendering it unacceptable"
            Self::TooLong { .. }
            | Self::TooComplex { .. }
            | Self::Distrusted { .. }
            | Self::CrlExpired { .. }
            | Self::CrlUnusable { .. }
            | Self::RevocationUnknown
            | Self::UnknownRawKey { .. }
            | Self::Other { .. } => AlertDescription::CERTIFICATE_UNKNOWN,
        }
    }

    /// The rule that was broken.
    #[must_use]
    pub const fn reference(&self) -> &'static str {
        match self {
            Self::EmptyChain => "RFC 8446 §4.4.2.4",
            Self::TooLong { .. } | Self::TooComplex { .. } => "RFC 4158 §2.3",
            Self::Malformed { .. } => "RFC 5280 §4.1",
            Self::UnsupportedCriticalExtension { .. } => "RFC 5280 §4.2",
            Self::Expired { .. } | Self::NotYetValid { .. } => "RFC 5280 §4.1.2.5",
            Self::WrongName { .. } => "RFC 9525 §6",
            Self::SelfSigned { .. } | Self::UnknownIssuer { .. } => "RFC 5280 §6.1",
            Self::MissingIntermediate { .. } | Self::WrongOrder { .. } => {
                "RFC 5246 §7.4.2, RFC 8446 §4.4.2"
            }
            Self::CaAsLeaf { .. } | Self::IssuerNotCa { .. } | Self::PathLength { .. } => {
                "RFC 5280 §4.2.1.9"
            }
            Self::BadSignature { .. } => "RFC 5280 §6.1.3 (a)(1)",
            Self::Weak { .. } => "RFC 8446 §4.4.2.4",
            Self::UnsupportedSignatureAlgorithm { .. } => "RFC 5280 §4.1.1.2",
            Self::KeyUsage { .. } => "RFC 5280 §4.2.1.3",
            Self::ExtendedKeyUsage { .. } => "RFC 5280 §4.2.1.12",
            Self::NameConstraint { .. } => "RFC 5280 §4.2.1.10",
            Self::Distrusted { .. } => "RFC 5280 §6.1",
            Self::RevokedByCrl { .. } | Self::CrlExpired { .. } | Self::CrlUnusable { .. } => {
                "RFC 5280 §6.3"
            }
            Self::RevocationUnknown => "RFC 5280 §6.1.3 (a)(3)",
            Self::RevokedByOcsp { .. } => "RFC 6960 §2.2",
            Self::OcspUnsatisfactory(fault) => fault.reference(),
            Self::OcspMissing => "RFC 6066 §8",
            Self::UnknownRawKey { .. } => "RFC 7250 §6",
            Self::UnreadableRawKey => "RFC 7250 §3",
            Self::Refused { .. } | Self::Other { .. } => "RFC 5280 §6.1",
        }
    }

    /// The check that fails with this error.
    #[must_use]
    pub const fn check(&self) -> CheckKind {
        match self {
            Self::EmptyChain
            | Self::TooLong { .. }
            | Self::TooComplex { .. }
            | Self::Malformed { .. }
            | Self::UnsupportedCriticalExtension { .. }
            | Self::SelfSigned { .. }
            | Self::MissingIntermediate { .. }
            | Self::UnknownIssuer { .. }
            | Self::WrongOrder { .. }
            | Self::Distrusted { .. }
            | Self::Refused { .. }
            | Self::Other { .. } => CheckKind::ChainPath,
            Self::Expired { .. } | Self::NotYetValid { .. } => CheckKind::Validity,
            Self::WrongName { .. } => CheckKind::ServerName,
            Self::CaAsLeaf { .. } | Self::IssuerNotCa { .. } | Self::PathLength { .. } => {
                CheckKind::IssuerIsCa
            }
            Self::BadSignature { .. } | Self::UnsupportedSignatureAlgorithm { .. } => {
                CheckKind::CertificateSignature
            }
            Self::Weak { .. } => CheckKind::Strength,
            Self::KeyUsage { .. } => CheckKind::KeyUsage,
            Self::ExtendedKeyUsage { .. } => CheckKind::ExtendedKeyUsage,
            Self::NameConstraint { .. } => CheckKind::NameConstraints,
            Self::RevokedByCrl { .. }
            | Self::CrlExpired { .. }
            | Self::CrlUnusable { .. }
            | Self::RevocationUnknown => CheckKind::RevocationByCrl,
            Self::RevokedByOcsp { .. } | Self::OcspUnsatisfactory(_) | Self::OcspMissing => {
                CheckKind::RevocationByOcsp
            }
            Self::UnknownRawKey { .. } | Self::UnreadableRawKey => CheckKind::RawPublicKey,
        }
    }
}

impl std::error::Error for TrustError {}

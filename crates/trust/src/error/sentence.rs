//! What a [`TrustError`] says: what happened, and what to do about it.

use std::fmt;

use super::{Holder, TrustError};
use crate::certificate::rfc3339;

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(0) => write!(f, "the certificate of {}", self.name),
            Some(position) => write!(
                f,
                "the certificate of {} (number {position} after the peer's own)",
                self.name
            ),
            None => write!(f, "the trust anchor {}", self.name),
        }
    }
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyChain => f.write_str("the peer sent no certificate"),
            Self::TooLong { count, limit } => write!(f, "the peer sent {count} certificates; at most {limit} are looked at"),
            Self::TooComplex { what } => write!(f, "the search for a path to a trust anchor was given up: {what}"),
            Self::Malformed { certificate, why } => write!(f, "{certificate} is malformed: {why}"),
            Self::UnsupportedCriticalExtension { certificate, extension } => {
                write!(f, "{certificate} holds the critical extension {extension}, which is not supported")
            }
            Self::Expired { certificate, not_after, now } => {
                write!(f, "{certificate} expired at {}; it is now {}", rfc3339(*not_after), rfc3339(*now))
            }
            Self::NotYetValid { certificate, not_before, now } => {
                write!(f, "{certificate} is not valid before {}; it is now {}", rfc3339(*not_before), rfc3339(*now))
            }
            Self::WrongName { wanted, presented, .. } if presented.is_empty() => {
                write!(f, "the certificate is not for {wanted}: it names no host at all in subjectAltName")
            }
            Self::WrongName { wanted, presented, .. } => {
                write!(f, "the certificate is not for {wanted} but for {}", presented.join(", "))
            }
            Self::SelfSigned { certificate } => write!(f, "{certificate} is self-signed and is not itself trusted"),
            Self::MissingIntermediate { certificate, issuer, url } => {
                write!(f, "the peer left out the certificate of {issuer}, the intermediate CA that issued {certificate}")?;
                match url {
                    Some(url) => write!(f, " (it can be fetched from {url})"),
                    None => Ok(()),
                }
            }
            Self::UnknownIssuer { certificate, issuer, lone: true } => write!(
                f,
                "{certificate} was issued by {issuer}, which is not a trusted CA (or is an intermediate CA whose certificate the peer left out)"
            ),
            Self::UnknownIssuer { certificate, issuer, lone: false } => {
                write!(f, "the chain ends at {certificate}, issued by {issuer}, which is not a trusted CA")
            }
            Self::WrongOrder { first, leaf } => {
                write!(f, "the chain is in the wrong order: {first} is a CA's and came first, {leaf} came after it")
            }
            Self::CaAsLeaf { certificate } => write!(f, "{certificate} is a CA's, and may not be a server's or client's own"),
            Self::IssuerNotCa { certificate } => write!(f, "{certificate} signed another certificate, but is not a CA's"),
            Self::PathLength { certificate, allowed, found } => {
                write!(f, "{certificate} allows {allowed} CA certificates below it, and there are {found}")
            }
            Self::BadSignature { certificate, issuer } => write!(
                f,
                "the signature on {certificate} does not verify with the key of {issuer}: the certificate was altered, or another CA goes by that name"
            ),
            Self::Weak { certificate, what } => write!(f, "{certificate} is too weak: {what}"),
            Self::UnsupportedSignatureAlgorithm { certificate, algorithm } => {
                write!(f, "{certificate} is signed with {algorithm}, which is not supported")
            }
            Self::KeyUsage { certificate, needed, present } => {
                write!(f, "the key in {certificate} may not be used for {needed}, only for {}", list(present))
            }
            Self::ExtendedKeyUsage { certificate, needed, present } => {
                write!(f, "{certificate} is not for {needed}, only for {}", list(present))
            }
            Self::NameConstraint { constrained, names } => {
                write!(f, "a CA of the chain ({}) may not sign for all of the names {}", list(constrained), list(names))
            }
            Self::Distrusted { certificate } => write!(f, "the key of {certificate} is known to be in wrong hands"),
            Self::RevokedByCrl { certificate, serial } => {
                write!(f, "{certificate} (serial number {serial}) is revoked: its issuer's CRL lists it")
            }
            Self::CrlExpired { next_update, now } => write!(
                f,
                "the CRL is out of date: its successor was due at {}; it is now {}",
                rfc3339(*next_update),
                rfc3339(*now)
            ),
            Self::CrlUnusable { why } => write!(f, "a CRL cannot be used: {why}"),
            Self::RevocationUnknown => f.write_str("no CRL says whether a certificate of the chain is revoked, and policy wants to know"),
            Self::RevokedByOcsp { certificate, at, reason } => {
                write!(f, "{certificate} is revoked since {at}, says the OCSP response")?;
                match reason {
                    Some(reason) => write!(f, " (reason: {reason})"),
                    None => Ok(()),
                }
            }
            Self::OcspUnsatisfactory(fault) => write!(f, "the stapled OCSP response proves nothing: {fault}"),
            Self::OcspMissing => f.write_str("the server stapled no OCSP response, and policy wants one"),
            Self::UnknownRawKey { key, fingerprint } => {
                write!(f, "the peer's raw public key ({key}, SHA-256 {fingerprint}) is none of those that are expected")
            }
            Self::UnreadableRawKey => f.write_str("what the peer sent as its raw public key is no public key"),
            Self::Refused { why, .. } => write!(f, "the application refuses the certificate: {why}"),
            Self::Other { what } => write!(f, "the certificate was refused: {what}"),
        }
    }
}

fn list<T: AsRef<str>>(names: &[T]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    names
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join(", ")
}

impl TrustError {
    /// One sentence: what to do about it.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::EmptyChain => "Give the peer a certificate and its key.",
            Self::TooLong { .. } | Self::TooComplex { .. } => {
                "Have the peer send its own certificate and the intermediates up to the root, and nothing else."
            }
            Self::Malformed { .. } => {
                "Have the certificate issued again by a CA whose software follows RFC 5280."
            }
            Self::UnsupportedCriticalExtension { .. } => {
                "Have the certificate issued without that extension, or with it not critical."
            }
            Self::Expired { .. } => {
                "Renew the certificate and install the new one; if it is not expired by the calendar, set this machine's clock right."
            }
            Self::NotYetValid { .. } => {
                "Set this machine's clock right; if it is right, wait, or have the certificate issued anew."
            }
            Self::WrongName {
                wanted_address: true,
                ..
            } => {
                "Connect by a name the certificate holds, or have it issued with this address as an iPAddress in subjectAltName."
            }
            Self::WrongName {
                wanted_address: false,
                ..
            } => {
                "Connect by a name the certificate holds, or have it issued with this name as a dNSName in subjectAltName."
            }
            Self::SelfSigned { .. } => {
                "Install a certificate from a CA that this side trusts; for a test of your own, give this very certificate as a root."
            }
            Self::MissingIntermediate { .. } => {
                "Have the peer send the intermediate's certificate after its own (the CA offers it as `chain` or `fullchain`)."
            }
            Self::UnknownIssuer { lone: true, .. } => {
                "Add the CA's root certificate to this side's roots if you trust it; or, if that CA is an intermediate, have the peer send its certificate too."
            }
            Self::UnknownIssuer { lone: false, .. } => {
                "Add the CA's root certificate to this side's roots if you trust it; if you do not know the CA, somebody may be in between."
            }
            Self::WrongOrder { .. } => {
                "Put the peer's own certificate first in its chain file, each issuer after what it issued."
            }
            Self::CaAsLeaf { .. } => {
                "Use that CA to issue a certificate for the peer, and install that one."
            }
            Self::IssuerNotCa { .. } => {
                "Have the certificate issued by a CA; an ordinary certificate cannot vouch for another."
            }
            Self::PathLength { .. } => {
                "Have the certificate issued by a CA higher up, or the limiting CA certificate reissued."
            }
            Self::BadSignature { .. } => {
                "Compare the certificate with the CA's original; check that the root this side trusts is the CA's present one."
            }
            Self::Weak { .. } => {
                "Have the certificate issued again with SHA-256 and a key of at least 2048 bits RSA, or P-256."
            }
            Self::UnsupportedSignatureAlgorithm { .. } => {
                "Have the certificate issued with RSA, ECDSA, Ed25519 or ML-DSA."
            }
            Self::KeyUsage { .. } => {
                "Have the certificate issued with the missing bit in keyUsage."
            }
            Self::ExtendedKeyUsage { .. } => {
                "Have the certificate issued for this purpose (serverAuth for servers, clientAuth for clients)."
            }
            Self::NameConstraint { .. } => {
                "Have the certificate issued by a CA that may sign for these names."
            }
            Self::Distrusted { .. } => "Make a new key and have a new certificate issued.",
            Self::RevokedByCrl { .. } | Self::RevokedByOcsp { .. } => {
                "Do not go on; the peer's owner has to have a new certificate issued for a new key."
            }
            Self::CrlExpired { .. } => "Fetch the CA's present CRL.",
            Self::CrlUnusable { .. } => {
                "Fetch the CA's CRL again, or take it out of the configuration."
            }
            Self::RevocationUnknown => {
                "Give the CRL of each CA in the chain, or allow unknown status."
            }
            Self::OcspUnsatisfactory(_) => {
                "Have the server fetch a fresh OCSP response from its CA and staple that, or none."
            }
            Self::OcspMissing => {
                "Switch OCSP stapling on at the server, or do not require it here."
            }
            Self::UnknownRawKey { .. } => {
                "Compare the fingerprint with the key that the peer's owner names; if it is the right one, add it to the keys expected here."
            }
            Self::UnreadableRawKey => {
                "Have the peer send its SubjectPublicKeyInfo, or switch raw public keys off at either end."
            }
            Self::Refused { .. } => {
                "Show a certificate that the rules of the other end's application allow, or have those rules changed."
            }
            Self::Other { .. } => {
                "Have the certificate issued again, and report the case if it looks right."
            }
        }
    }
}

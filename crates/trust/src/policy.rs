//! What a verifier insists on beyond what webpki always does.

/// What the peer's own key is used for in this handshake; decides which bit of keyUsage (RFC 5280 §4.2.1.3) it needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyUse {
    /// It signs: every handshake of TLS 1.3, every (EC)DHE handshake of TLS 1.2, every client certificate.
    #[default]
    Signature,
    /// The premaster secret is encrypted to it: the RSA key exchange of TLS 1.2 (RFC 5246 §7.4.2).
    Encipherment,
}

impl KeyUse {
    /// The name of the bit.
    #[must_use]
    pub const fn key_usage(self) -> &'static str {
        match self {
            Self::Signature => "digitalSignature",
            Self::Encipherment => "keyEncipherment",
        }
    }
}

/// How a stapled OCSP response counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OcspPolicy {
    /// Not at all.
    Ignore,
    /// A valid response that says *revoked* refuses; any other is taken as none.
    RevokedOnly,
    /// A response that is there must say *good* and be valid (RFC 6066 §8).
    #[default]
    IfPresent,
    /// There must be a response, and it must say *good* and be valid.
    Required,
}

/// How revocation is checked. CRLs count only if some are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Whether the peer's own certificate only, or each certificate of the path, is looked up in the CRLs.
    pub whole_chain: bool,
    /// Whether a certificate for which no CRL speaks is accepted.
    pub allow_unknown: bool,
    /// Whether a CRL whose `nextUpdate` has passed still counts.
    pub allow_expired_crl: bool,
    /// How a stapled OCSP response counts.
    pub ocsp: OcspPolicy,
}

impl Default for Revocation {
    /// Each certificate is looked up; one for which no CRL speaks is accepted; CRLs must be fresh; a staple that is there must be good.
    fn default() -> Self {
        Self {
            whole_chain: true,
            allow_unknown: true,
            allow_expired_crl: false,
            ocsp: OcspPolicy::IfPresent,
        }
    }
}

/// Everything a verifier insists on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    pub(crate) revocation: Revocation,
    pub(crate) min_rsa_bits: u32,
    pub(crate) max_chain: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            revocation: Revocation::default(),
            min_rsa_bits: 2048,
            max_chain: 16,
        }
    }
}

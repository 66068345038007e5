//! Which certificate is shown to whom.

use std::sync::Arc;

use limpid_facts::Choice;
use limpid_protect::Authentication;
use limpid_trust::KeyUse;
use limpid_wire::extensions::DistinguishedName;
use limpid_wire::{
    CertificateType, ClientCertificateType, NamedGroup, ProtocolVersion, SignatureScheme,
};

use super::{Answer, CertifiedKey};

/// What a client says in its hello that matters for the choice of a certificate.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The name it wants to reach (RFC 6066 §3), if it says one.
    pub server_name: Option<&'a str>,
    /// Signature schemes it accepts in the handshake.
    pub schemes: &'a [SignatureScheme],
    /// Groups it knows; for ECDSA keys in TLS 1.2 these bound the certificate's curve.
    pub groups: &'a [NamedGroup],
    /// Application protocols it offers.
    pub alpn: &'a [Vec<u8>],
    /// The kinds of server key that its cipher suites allow; empty in TLS 1.3, where suites do not say.
    pub authentications: &'a [Authentication],
    /// What its cipher suites let the key do, one or both: sign, or decrypt in the RSA key exchange.
    pub key_uses: &'a [KeyUse],
    /// The forms of certificate it takes (RFC 7250 §4.1); X.509 alone if it says nothing.
    pub certificate_types: &'a [CertificateType],
    /// Authorities it trusts, as DER names (RFC 8446 §4.2.4); empty: it does not say.
    pub authorities: &'a [DistinguishedName],
}

/// Chooses the certificate a server shows.
pub trait ChooseCertificate: Send + Sync {
    /// The certificate for this client, among which others, and why; `None` when there is none.
    ///
    /// `observed` says whether anybody will read the reasons; without, they need not be made.
    fn choose<'a>(
        &'a self,
        asked: &'a Asked<'a>,
        observed: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>>;
}

/// What a server says of the client certificate it would like to see.
#[derive(Clone, Copy, Debug)]
pub struct Requested<'a> {
    /// The version: whether the key signs as TLS 1.2 or as TLS 1.3 wants it.
    pub version: ProtocolVersion,
    /// Signature schemes it accepts in the handshake.
    pub schemes: &'a [SignatureScheme],
    /// Kinds of key it accepts; TLS 1.2 only, empty in TLS 1.3 (RFC 5246 §7.4.4).
    pub types: &'a [ClientCertificateType],
    /// Authorities it trusts, as DER names; empty: it does not say.
    pub authorities: &'a [DistinguishedName],
    /// The form of certificate it wants (RFC 7250 §4.2).
    pub certificate_type: CertificateType,
}

/// Chooses the certificate a client shows.
pub trait ChooseClientCertificate: Send + Sync {
    /// The certificate for this server, among which others, and why; `None`: none is shown, and the server decides whether
    /// it goes on.
    ///
    /// `observed` says whether anybody will read the reasons; without, they need not be made.
    fn choose<'a>(
        &'a self,
        requested: &'a Requested<'a>,
        observed: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>>;

    /// The forms of certificate that there may be to show, in order of preference: what the client's hello offers (RFC 7250 §4.1).
    /// X.509 alone unless overridden, which is said by saying nothing.
    fn certificate_types(&self) -> Vec<CertificateType> {
        vec![CertificateType::X509]
    }
}

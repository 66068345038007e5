//! What the engine asks of the outside world, as traits: certificates, signing, verifying the peer, time, keys.
//!
//! Every question is an await inside the handshake. An answer that is at hand costs nothing ([`Answer::Now`]); one that
//! takes a network or an HSM is a boxed future ([`Answer::Later`]) and blocks no thread.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use limpid_crypto::kx::{self, EphemeralKey};
use limpid_crypto::{KxError, Secret, SigningKey};
use limpid_crypto_legacy::RsaDecryptionKey;
use limpid_facts::Choice;
use limpid_protect::Authentication;
use limpid_trust::{
    AcceptAnybody, ClientVerifier, KeyUse, Presented, PresentedByClient, PresentedKey, RawKeys,
    ServerVerifier, TrustError, Verdict,
};
use limpid_wire::extensions::DistinguishedName;
use limpid_wire::{
    CertificateCompressionAlgorithm, CertificateType, ClientCertificateType, NamedGroup,
    ProtocolVersion, SignatureScheme,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};

use crate::fault::Fault;

/// An answer that is there at once, or comes later.
pub enum Answer<'a, T> {
    /// Here it is. (`None` once it was taken.)
    Now(Option<T>),
    /// It comes later.
    Later(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
}

impl<'a, T> Answer<'a, T> {
    /// An answer that is at hand.
    pub const fn now(value: T) -> Self {
        Self::Now(Some(value))
    }

    /// An answer that comes later.
    pub fn later(future: impl Future<Output = T> + Send + 'a) -> Self {
        Self::Later(Box::pin(future))
    }
}

impl<T: Unpin> Future for Answer<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match &mut *self {
            // An answer that was taken already never comes again.
            Self::Now(value) => value.take().map_or(Poll::Pending, Poll::Ready),
            Self::Later(future) => future.as_mut().poll(cx),
        }
    }
}

/// Tells the time. The engine reads no clock of its own.
pub trait Clock: Send + Sync {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    fn now(&self) -> UnixTime;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the library reads a clock; the engine gets a dyn Clock"
    )]
    fn now(&self) -> UnixTime {
        UnixTime::now()
    }
}

/// Makes the private keys of key exchanges.
///
/// Another one than [`SystemKeys`] is for tests and for making recorded handshakes again, and for nothing else: whoever can
/// guess a key made here knows every secret of the connection.
pub trait ExchangeKeys: Send + Sync {
    /// A private key for `group` that was never used before.
    ///
    /// # Errors
    /// [`KxError`] when no key can be made.
    fn generate(&self, group: NamedGroup) -> Result<EphemeralKey, KxError>;

    /// A TLS 1.3 server's half in one step: its share, and the secret that it and `client_share` make. Unless overridden, the
    /// halves of a KEM come from the cryptographic library, since they are no keys.
    ///
    /// # Errors
    /// As [`kx::respond`].
    fn respond(
        &self,
        group: NamedGroup,
        client_share: &[u8],
    ) -> Result<(Vec<u8>, Secret), KxError> {
        if kx::has_kem(group) {
            return kx::respond(group, client_share);
        }
        let key = self.generate(group)?;
        let share = key.public().to_vec();
        Ok((share, key.agree(client_share)?))
    }
}

/// Keys from the cryptographic library's own generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemKeys;

impl ExchangeKeys for SystemKeys {
    fn generate(&self, group: NamedGroup) -> Result<EphemeralKey, KxError> {
        EphemeralKey::generate(group)
    }

    fn respond(
        &self,
        group: NamedGroup,
        client_share: &[u8],
    ) -> Result<(Vec<u8>, Secret), KxError> {
        kx::respond(group, client_share)
    }
}

/// Makes signatures with a private key that may be elsewhere.
pub trait Sign: Send + Sync {
    /// Schemes this key can sign with in TLS 1.3, best first.
    fn schemes(&self) -> &[SignatureScheme];

    /// Schemes of RSASSA-PKCS1-v1_5 this key can sign with as a client of TLS 1.3, after all others, for servers that offer them
    /// (draft-ietf-tls-tls13-pkcs1). None by default.
    fn legacy_schemes(&self) -> &[SignatureScheme] {
        &[]
    }

    /// Schemes this key can sign with in TLS 1.2, best first: there the hash is not tied to the curve
    /// (RFC 5246 §7.4.1.4.1), and RSASSA-PKCS1-v1_5 is allowed.
    fn schemes12(&self) -> &[SignatureScheme];

    /// The public key: a DER SubjectPublicKeyInfo.
    fn public_key(&self) -> &[u8];

    /// Signs `message` as TLS 1.3 wants it.
    fn sign<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>>;

    /// Signs `message` as TLS 1.2 wants it.
    fn sign12<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>>;
}

impl Sign for SigningKey {
    fn schemes(&self) -> &[SignatureScheme] {
        Self::schemes(self)
    }

    fn legacy_schemes(&self) -> &[SignatureScheme] {
        Self::legacy_schemes(self)
    }

    fn schemes12(&self) -> &[SignatureScheme] {
        Self::schemes12(self)
    }

    fn public_key(&self) -> &[u8] {
        self.public_key_der()
    }

    fn sign<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>> {
        Answer::now(Self::sign(self, scheme, message).map_err(|_| Fault::SigningFailed))
    }

    fn sign12<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>> {
        Answer::now(Self::sign12(self, scheme, message).map_err(|_| Fault::SigningFailed))
    }
}

/// Decrypts what a client encrypts to the server's key in the RSA key exchange, with a private key that may be elsewhere.
pub trait DecryptPremaster: Send + Sync {
    /// The premaster secret in `ciphertext` if it is a good one for `client_version`, and otherwise `fallback`: 48 bytes, always.
    ///
    /// There is no error, and there must not be any other difference between the two cases either, least of all in time:
    /// whoever can tell them apart can decrypt recorded connections (RFC 5246 §7.4.7.1).
    fn premaster<'a>(
        &'a self,
        ciphertext: &'a [u8],
        client_version: ProtocolVersion,
        fallback: &'a [u8; PREMASTER],
    ) -> Answer<'a, Secret>;
}

/// Length of the premaster secret of the RSA key exchange, in bytes.
pub const PREMASTER: usize = limpid_crypto_legacy::rsa::PREMASTER_LEN;

impl DecryptPremaster for RsaDecryptionKey {
    fn premaster<'a>(
        &'a self,
        ciphertext: &'a [u8],
        client_version: ProtocolVersion,
        fallback: &'a [u8; PREMASTER],
    ) -> Answer<'a, Secret> {
        Answer::now(limpid_crypto_legacy::premaster(
            self,
            ciphertext,
            client_version.0,
            fallback,
        ))
    }
}

/// A certificate chain and the key that belongs to its first certificate, or a raw public key (RFC 7250) and its private half.
pub struct CertifiedKey {
    /// End entity first, each certificate followed by its issuer; the root may be left out. Empty: the public key is shown as it is
    /// (RFC 7250).
    pub chain: Vec<CertificateDer<'static>>,
    /// The private key, here or elsewhere.
    pub key: Arc<dyn Sign>,
    /// The same key for the RSA key exchange, which nobody needs but old peers. `None`: it signs only.
    pub decryption: Option<Arc<dyn DecryptPremaster>>,
    /// A DER OCSPResponse to staple (RFC 6066 §8), if there is one.
    pub ocsp_response: Option<Vec<u8>>,
    /// A `SignedCertificateTimestampList` (RFC 6962 §3.3), if there is one.
    pub scts: Option<Vec<u8>>,
    /// What it means when a peer names authorities, none of which issued a certificate of the chain.
    pub issuer: IssuerRule,
    /// The DNS names and IP addresses of the end entity, as text, read once. A raw public key has none, and is chosen whatever the
    /// name, unless names are put here.
    pub names: Vec<String>,
}

/// What it means for a certificate when the peer names the authorities it trusts (RFC 8446 §4.2.4, RFC 5246 §7.4.4), none of which
/// issued it. A peer that names none takes any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IssuerRule {
    /// A client does not show it. A server shows it only if no other certificate fits better.
    #[default]
    Usual,
    /// It is never shown to such a peer.
    MustMatch,
    /// It is shown all the same, in its place in the order of preference.
    Ignored,
}

/// Why certificate and key could not be put together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertifiedKeyError {
    /// The chain has no certificate.
    EmptyChain,
    /// The end entity's certificate cannot be read.
    Unreadable,
    /// The private key cannot be read, or is of a kind TLS has no use for.
    BadKey(limpid_crypto::KeyError),
    /// The private key belongs to another certificate.
    KeyMismatch,
    /// The SCTs are not a list as RFC 6962 §3.3 has it.
    MalformedScts,
}

impl std::fmt::Display for CertifiedKeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EmptyChain => f.write_str("the certificate file holds no certificate"),
            Self::Unreadable => f.write_str("the first certificate cannot be read"),
            Self::BadKey(error) => write!(f, "the private key cannot be used: {error}"),
            Self::MalformedScts => {
                f.write_str("the signed certificate timestamps are not a well-formed list")
            }
            Self::KeyMismatch => {
                f.write_str("the private key does not belong to the first certificate")
            }
        }
    }
}

impl std::error::Error for CertifiedKeyError {}

impl CertifiedKey {
    /// Puts a chain and its private key together, and checks that they belong together.
    ///
    /// # Errors
    /// [`CertifiedKeyError`].
    pub fn new(
        chain: Vec<CertificateDer<'static>>,
        key: &PrivateKeyDer<'_>,
    ) -> Result<Self, CertifiedKeyError> {
        let signer = SigningKey::from_der(key).map_err(CertifiedKeyError::BadKey)?;
        let decryption = RsaDecryptionKey::from_der(key).ok();
        let mut certified = Self::with_signer(chain, Arc::new(signer))?;
        if certified.may_encipher() {
            certified.decryption =
                decryption.map(|key| -> Arc<dyn DecryptPremaster> { Arc::new(key) });
        }
        Ok(certified)
    }

    /// RFC 5246 §7.4.2: a certificate with keyUsage must allow keyEncipherment for the RSA key exchange.
    fn may_encipher(&self) -> bool {
        let certificate = self.chain.first().and_then(|certificate| {
            limpid_trust::certificate::Certificate::parse(certificate).ok()
        });
        let usage = certificate.and_then(|certificate| certificate.extensions().key_usage());
        usage.is_none_or(|usage| usage.allows("keyEncipherment"))
    }

    /// As [`new`](Self::new), for a key that is elsewhere.
    ///
    /// # Errors
    /// [`CertifiedKeyError`].
    pub fn with_signer(
        chain: Vec<CertificateDer<'static>>,
        key: Arc<dyn Sign>,
    ) -> Result<Self, CertifiedKeyError> {
        let end_entity = chain.first().ok_or(CertifiedKeyError::EmptyChain)?;
        let certificate = limpid_trust::certificate::Certificate::parse(end_entity)
            .map_err(|_| CertifiedKeyError::Unreadable)?;
        if end_entity.get(certificate.spki_range()) != Some(key.public_key()) {
            return Err(CertifiedKeyError::KeyMismatch);
        }
        let names = certificate.extensions().subject_alt_names();
        Ok(Self {
            chain,
            key,
            decryption: None,
            ocsp_response: None,
            scts: None,
            issuer: IssuerRule::default(),
            names,
        })
    }
}

impl CertifiedKey {
    /// A key without a certificate (RFC 7250): the public half is shown as it is, to peers that take that.
    ///
    /// # Errors
    /// [`CertifiedKeyError::BadKey`].
    pub fn raw(key: &PrivateKeyDer<'_>) -> Result<Self, CertifiedKeyError> {
        let signer = SigningKey::from_der(key).map_err(CertifiedKeyError::BadKey)?;
        let decryption = RsaDecryptionKey::from_der(key).ok();
        Ok(Self {
            decryption: decryption.map(|key| -> Arc<dyn DecryptPremaster> { Arc::new(key) }),
            ..Self::raw_with_signer(Arc::new(signer))
        })
    }

    /// As [`raw`](Self::raw), for a key that is elsewhere.
    #[must_use]
    pub fn raw_with_signer(key: Arc<dyn Sign>) -> Self {
        Self {
            chain: Vec::new(),
            key,
            decryption: None,
            ocsp_response: None,
            scts: None,
            issuer: IssuerRule::default(),
            names: Vec::new(),
        }
    }

    /// What is shown: certificates, or the bare key.
    #[must_use]
    pub const fn certificate_type(&self) -> CertificateType {
        if self.chain.is_empty() {
            CertificateType::RAW_PUBLIC_KEY
        } else {
            CertificateType::X509
        }
    }
}

impl CertifiedKey {
    /// With a `SignedCertificateTimestampList` (RFC 6962 §3.3) to show beside the certificate.
    ///
    /// # Errors
    /// [`CertifiedKeyError::MalformedScts`].
    pub fn with_scts(mut self, list: Vec<u8>) -> Result<Self, CertifiedKeyError> {
        self.scts = Some(list);
        match self.sct_entries() {
            Some(_) => Ok(self),
            None => Err(CertifiedKeyError::MalformedScts),
        }
    }

    /// The entries of the SCT list, as TLS 1.3 sends them one by one; `None` when there is none, or it is malformed.
    pub(crate) fn sct_entries(&self) -> Option<Vec<Vec<u8>>> {
        let mut r = limpid_wire::Reader::new(self.scts.as_deref()?);
        r.list16("scts", 1..=0xffff, |r| {
            Ok(r.opaque16("sct", 1..=0xffff)?.to_vec())
        })
        .ok()
    }
}

impl std::fmt::Debug for CertifiedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CertifiedKey")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

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

/// The built-in verifier never waits.
impl VerifyServer for ServerVerifier {
    fn verify<'a>(&'a self, presented: &'a Presented<'a>, narrate: bool) -> Answer<'a, Verdict> {
        Answer::now(Self::verify(self, presented, narrate))
    }
}

/// For looking at servers that cannot be verified; see there what it costs.
impl VerifyServer for AcceptAnybody {
    fn verify<'a>(&'a self, presented: &'a Presented<'a>, narrate: bool) -> Answer<'a, Verdict> {
        Answer::now(Self::verify(*self, presented, narrate))
    }
}

/// Decides whether a server is who it says it is.
pub trait VerifyServer: Send + Sync {
    /// The verdict. `narrate` asks for every check in it, with evidence; without, only the result is needed.
    fn verify<'a>(&'a self, presented: &'a Presented<'a>, narrate: bool) -> Answer<'a, Verdict>;
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

/// A way to compress Certificate messages (RFC 8879) beside the built-in ones: with a dictionary of both ends' own, say, under a code
/// point for private use.
pub trait CompressCertificates: Send + Sync {
    /// Under which code point the two ends know it.
    fn algorithm(&self) -> CertificateCompressionAlgorithm;

    /// The body of a Certificate message, compressed; `None`: it is sent as it is. Asked once for the same bytes, as long as they are
    /// remembered.
    fn compress(&self, body: &[u8]) -> Option<Vec<u8>>;

    /// The body again, of exactly `length` bytes, which is within limpid's bounds; `None` when that is not what comes out.
    fn decompress(&self, compressed: &[u8], length: usize) -> Option<Vec<u8>>;
}

/// Decides whether a raw public key (RFC 7250) is one that this side expects. The handshake proves that the peer holds it; whose it is
/// must be known beforehand. [`RawKeys`] is a list of such keys.
pub trait VerifyRawKey: Send + Sync {
    /// `Ok`: the peer is whom this key stands for. What is no public key at all is not asked about.
    ///
    /// # Errors
    /// [`PresentedKey::unknown`], or [`TrustError::Refused`] with another reason or alert.
    fn verify<'a>(&'a self, presented: &'a PresentedKey<'a>) -> Answer<'a, Result<(), TrustError>>;
}

/// A list never waits.
impl VerifyRawKey for RawKeys {
    fn verify<'a>(&'a self, presented: &'a PresentedKey<'a>) -> Answer<'a, Result<(), TrustError>> {
        Answer::now(Self::verify(self, presented))
    }
}

/// Decides whether a client is somebody this server lets in.
pub trait VerifyClient: Send + Sync {
    /// The verdict. `narrate` asks for every check in it, with evidence; without, only the result is needed.
    fn verify<'a>(
        &'a self,
        presented: &'a PresentedByClient<'a>,
        narrate: bool,
    ) -> Answer<'a, Verdict>;

    /// The authorities whose certificates have a chance, as DER names: clients choose by them. None: nothing is said.
    fn authorities(&self) -> Vec<Vec<u8>>;
}

/// The built-in verifier never waits.
impl VerifyClient for ClientVerifier {
    fn verify<'a>(
        &'a self,
        presented: &'a PresentedByClient<'a>,
        narrate: bool,
    ) -> Answer<'a, Verdict> {
        Answer::now(Self::verify(self, presented, narrate))
    }

    fn authorities(&self) -> Vec<Vec<u8>> {
        self.roots().distinguished_names()
    }
}

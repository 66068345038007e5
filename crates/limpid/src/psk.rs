//! Pre-shared keys that were agreed outside TLS (RFC 8446 §2.2, RFC 9258).

use limpid_crypto::{HashAlgorithm, PreparedSecret, Secret, hkdf};
use limpid_protect::tls13::BinderKind;
use limpid_wire::{ProtocolVersion, Writer};

use crate::provide::Answer;

/// A key that client and server agreed on outside TLS, and the identity by which they name it on the wire.
#[derive(Clone, Debug)]
pub struct ExternalPsk {
    pub(crate) identity: Vec<u8>,
    pub(crate) secret: Secret,
    pub(crate) hash: HashAlgorithm,
    pub(crate) kind: BinderKind,
}

impl ExternalPsk {
    /// A key used as it is. `identity` has 1 to 65,535 bytes and is visible on the wire; `key` should have at least 16
    /// random bytes (RFC 9257 §6), never a password; `hash` is that of the suites it may be used with, SHA-256 unless both
    /// sides know better (RFC 8446 §4.2.11).
    #[must_use]
    pub fn new(identity: &[u8], key: &[u8], hash: HashAlgorithm) -> Self {
        Self {
            identity: identity.to_vec(),
            secret: Secret::new(key),
            hash,
            kind: BinderKind::External,
        }
    }

    /// The keys that `key` is imported as, one for each hash of TLS 1.3's suites (RFC 9258 §5.1): unlike the key itself,
    /// they are bound to the protocol, the hash and the `context`. `key_hash` is the hash that goes with `key`, SHA-256
    /// unless both sides know better. Both sides must import.
    #[must_use]
    pub fn imported(
        identity: &[u8],
        key: &[u8],
        context: &[u8],
        key_hash: HashAlgorithm,
    ) -> Vec<Self> {
        let extracted = PreparedSecret::new(key_hash, hkdf::extract(key_hash, &[], key).expose());
        [
            (HashAlgorithm::Sha256, HKDF_SHA256),
            (HashAlgorithm::Sha384, HKDF_SHA384),
        ]
        .into_iter()
        .map(|(hash, target_kdf)| {
            let identity = imported_identity(identity, context, target_kdf);
            let mut secret = Secret::zeroed(hash.output_len());
            let digest = key_hash.hash(&[&identity]);
            extracted.expand_label(b"derived psk", digest.as_ref(), secret.expose_mut());
            Self {
                identity,
                secret,
                hash,
                kind: BinderKind::Imported,
            }
        })
        .collect()
    }

    /// What names the key on the wire.
    #[must_use]
    pub fn identity(&self) -> &[u8] {
        &self.identity
    }
}

/// Identifiers of key derivation functions (RFC 9258 §4.1).
const HKDF_SHA256: u16 = 1;
const HKDF_SHA384: u16 = 2;

/// `struct ImportedIdentity` (RFC 9258 §5.1).
fn imported_identity(external: &[u8], context: &[u8], target_kdf: u16) -> Vec<u8> {
    let mut identity = Vec::new();
    let mut w = Writer::new(&mut identity);
    w.opaque16(external);
    w.opaque16(context);
    w.code(ProtocolVersion::TLS_1_3);
    w.u16(target_kdf);
    identity
}

/// Finds the key that a client names. Asked by servers, for identities that are none of their own tickets.
pub trait FindPsk: Send + Sync {
    /// The key of this name; `None` when there is none, and the handshake goes on without.
    fn find<'a>(&'a self, identity: &'a [u8]) -> Answer<'a, Option<ExternalPsk>>;
}

/// A list of keys.
impl FindPsk for Vec<ExternalPsk> {
    fn find<'a>(&'a self, identity: &'a [u8]) -> Answer<'a, Option<ExternalPsk>> {
        Answer::now(self.iter().find(|psk| psk.identity == identity).cloned())
    }
}

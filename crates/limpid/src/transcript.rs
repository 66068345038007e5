//! The transcript: a running hash over all handshake messages, as they stood on the wire.
//!
//! The hash function is known only once the suite is, so the first messages are kept until then. TLS 1.2 client
//! authentication signs the messages themselves with a hash of its own (RFC 5246 §7.4.8), so they are kept longer where
//! that may happen.

use std::sync::OnceLock;

use limpid_crypto::{Digest, Hash, HashAlgorithm};
use limpid_wire::HandshakeType;

/// All messages so far.
pub(crate) struct Transcript {
    kept: Option<Vec<u8>>,
    hash: Option<Hash>,
    /// The digest of all messages so far, once somebody has asked for it: several secrets and proofs stand on the same messages.
    digest: OnceLock<Digest>,
}

impl Transcript {
    pub(crate) const fn new() -> Self {
        Self {
            kept: Some(Vec::new()),
            hash: None,
            digest: OnceLock::new(),
        }
    }

    /// Adds a message, header included.
    pub(crate) fn add(&mut self, message: &[u8]) {
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(message);
        }
        if let Some(hash) = &mut self.hash {
            hash.update(message);
            self.digest.take();
        }
    }

    /// The hash function is known from here on.
    pub(crate) fn choose_hash(&mut self, algorithm: HashAlgorithm) {
        let mut hash = Hash::new(algorithm);
        hash.update(self.kept.as_deref().unwrap_or_default());
        self.begin_with(hash);
    }

    /// The messages themselves, all of them; `None` once they were forgotten.
    pub(crate) fn messages(&self) -> Option<&[u8]> {
        self.kept.as_deref()
    }

    /// The messages themselves are not needed any more.
    pub(crate) fn forget_messages(&mut self) {
        self.kept = None;
    }

    /// The hash of all messages so far; `None` while the hash function is not known.
    pub(crate) fn digest(&self) -> Option<Digest> {
        let hash = self.hash.as_ref()?;
        Some(*self.digest.get_or_init(|| hash.digest()))
    }

    /// The hash of all messages so far and `more`, which is not added (RFC 8446 §4.2.11.2: a truncated hello).
    pub(crate) fn digest_with(&self, more: &[u8]) -> Option<Digest> {
        let mut fork = self.hash.clone()?;
        fork.update(more);
        Some(fork.finish())
    }

    /// The running hash as it stands, to go on from later.
    pub(crate) fn fork(&self) -> Option<Hash> {
        self.hash.clone()
    }

    /// Goes on from a hash that was kept.
    pub(crate) fn go_on_from(&mut self, hash: Hash) {
        self.kept = None;
        self.begin_with(hash);
    }

    fn begin_with(&mut self, hash: Hash) {
        self.hash = Some(hash);
        self.digest.take();
    }

    /// After HelloRetryRequest the first ClientHello counts as `message_hash` (RFC 8446 §4.4.1).
    pub(crate) fn fold_first_hello(&mut self) {
        let Some(hash) = self.hash.take() else { return };
        let algorithm = hash.algorithm();
        self.begin_with(folded(algorithm, hash.finish().as_ref()));
    }

    /// Begins with the hash of a first ClientHello and the HelloRetryRequest that answered it.
    pub(crate) fn begin_after_retry(
        &mut self,
        algorithm: HashAlgorithm,
        first_hello: &[u8],
        retry: &[u8],
    ) {
        let mut hash = folded(algorithm, first_hello);
        hash.update(retry);
        self.begin_with(hash);
    }
}

/// The synthetic message `message_hash` (RFC 8446 §4.4.1).
fn folded(algorithm: HashAlgorithm, digest: &[u8]) -> Hash {
    let length = u8::try_from(digest.len()).unwrap_or(u8::MAX);
    let mut folded = Hash::new(algorithm);
    folded.update(&[HandshakeType::MESSAGE_HASH.0, 0, 0, length]);
    folded.update(digest);
    folded
}

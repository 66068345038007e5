//! Whether the peer is who it says it is.

use limpid_trust::{
    AcceptAnybody, ClientVerifier, Presented, PresentedByClient, PresentedKey, RawKeys,
    ServerVerifier, TrustError, Verdict,
};

use super::Answer;

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

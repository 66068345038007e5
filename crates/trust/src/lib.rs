//! Certificate verification whose verdict lists every check.
//!
//! **webpki decides; the verdict narrates.** Whether a chain leads to a trust anchor, whether dates, constraints, purposes and CRLs allow it, and
//! whether the name fits is `rustls-webpki`'s decision, over `aws-lc-rs`. limpid adds three rules that webpki leaves to its caller (keyUsage,
//! the least RSA key, stapled OCSP responses), and then tells what was looked at: each signature, date, name and status with its evidence,
//! and for a refusal the true cause, the alert, the rule and the remedy ([`TrustError`]). There is no second decision procedure.
//!
//! | module | what |
//! |---|---|
//! | [`certificate`] | a certificate as slices, and as text for people |
//! | `roots`, `system` | trust anchors: given, or the machine's |
//! | `anybody` | [`AcceptAnybody`], which verifies nothing |
//! | `verifier`, `decide` | [`ServerVerifier`], [`ClientVerifier`]; the decision |
//! | `raw_keys` | raw public keys (RFC 7250): [`RawKeys`] that are expected |
//! | `rules` | the three rules that limpid adds |
//! | `ocsp` | stapled OCSP responses |
//! | `scene`, `cause`, `narrate` | after the decision: the chain laid out, the cause found, the checks told |
//! | `cache` | signatures proven once are not verified again ([`SignatureCache`]) |
//!
//! **What it knows.** X.509, and nothing of TLS beyond the alert that belongs to a cause. **What it must not know.** The time (a parameter), files
//! (except `system`), sockets, and handshake signatures: those are verified by `limpid_crypto` with [`PeerIdentity::spki`].

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::as_conversions
    )
)]

mod algorithms;
mod anybody;
mod cache;
mod cause;
pub mod certificate;
mod decide;
mod error;
mod narrate;
mod ocsp;
mod policy;
mod raw_keys;
mod roots;
mod rules;
mod scene;
mod sct;
mod system;
mod verdict;
mod verifier;

pub use anybody::AcceptAnybody;
pub use cache::SignatureCache;
pub use error::{Holder, TrustError};
pub use ocsp::OcspFault;
pub use policy::{KeyUse, OcspPolicy, Revocation};
pub use raw_keys::{PresentedKey, RawKeys, RawKeysError};
pub use roots::{Roots, RootsError};
pub use verdict::{Path, PeerIdentity, Verdict};
pub use verifier::{ClientVerifier, Presented, PresentedByClient, ServerVerifier, VerifierBuilder};

//! A maker of certificates, good and bad.
//!
//! ```
//! use limpid_testkit::pki::{Flaw, KeyKind, Leaf, Pki};
//! use rustls_pki_types::UnixTime;
//!
//! let pki = Pki::new(UnixTime::now());
//! let good = pki.leaf(["localhost", "127.0.0.1"]);
//! let rsa = pki.intermediate().issue(&Leaf::for_names(["localhost"]).key(KeyKind::Rsa2048));
//! let expired = pki.flawed(Flaw::Expired, ["localhost"]);
//! assert_eq!(good.chain.len(), 2); // the leaf and the intermediate; the root stays at home
//! assert!(pki.root_pem().contains("BEGIN CERTIFICATE"));
//! # let _ = (rsa, expired);
//! ```
//!
//! Time is a parameter: validity periods are laid around the time the [`Pki`] is made with. Keys are random; RSA keys are made once per
//! process and kind, since making one takes up to seconds.
//!
//! What cannot be made on the fly — signatures with SHA-1 and MD5, keys of 1024 bits, which the crypto library refuses to sign with for good
//! reason — is a set of files made once with OpenSSL ([`weak`]).

mod authority;
mod credentials;
mod flaw;
mod key;
mod leaf;
mod ocsp;
mod raw_key;
pub mod weak;

use limpid_trust::Roots;
use rustls_pki_types::{CertificateDer, UnixTime};

pub use authority::{Authority, Ca};
pub use credentials::{Credentials, pem};
pub use flaw::Flaw;
pub use key::KeyKind;
pub use leaf::{Leaf, Purpose, Usage};
pub use ocsp::{Signer, Staple, Status};
pub use raw_key::RawKey;

/// A root, and an intermediate below it that issues the leaves.
pub struct Pki {
    now: UnixTime,
    root: Authority,
    intermediate: Authority,
}

impl Pki {
    /// Authorities with P-256 keys.
    #[must_use]
    pub fn new(now: UnixTime) -> Self {
        Self::with_ca_key(now, KeyKind::P256)
    }

    /// Authorities with keys of this kind.
    #[must_use]
    pub fn with_ca_key(now: UnixTime, kind: KeyKind) -> Self {
        let root = Authority::root(&Ca::named("limpid test root").key(kind), now);
        let intermediate = root.subordinate(&Ca::named("limpid test intermediate").key(kind));
        Self {
            now,
            root,
            intermediate,
        }
    }

    /// The time everything is laid around.
    #[must_use]
    pub const fn now(&self) -> UnixTime {
        self.now
    }

    /// The root.
    #[must_use]
    pub const fn root(&self) -> &Authority {
        &self.root
    }

    /// The intermediate below the root; it issues the leaves.
    #[must_use]
    pub const fn intermediate(&self) -> &Authority {
        &self.intermediate
    }

    /// A server's certificate for these names and addresses, with a P-256 key, issued by the intermediate.
    #[must_use]
    pub fn leaf<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Credentials {
        self.intermediate.issue(&Leaf::for_names(names))
    }

    /// The same with a key of this kind.
    #[must_use]
    pub fn leaf_with_key<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        kind: KeyKind,
    ) -> Credentials {
        self.intermediate.issue(&Leaf::for_names(names).key(kind))
    }

    /// A client's certificate with this common name, issued by the intermediate.
    #[must_use]
    pub fn client(&self, name: &str, kind: KeyKind) -> Credentials {
        self.intermediate.issue(&Leaf::for_client(name).key(kind))
    }

    /// The root's certificate: what a peer has to be given to trust this PKI.
    #[must_use]
    pub const fn root_certificate(&self) -> &CertificateDer<'static> {
        self.root.certificate()
    }

    /// The root's certificate as PEM.
    #[must_use]
    pub fn root_pem(&self) -> String {
        pem("CERTIFICATE", self.root_certificate())
    }

    /// The root as the trust anchor of a verifier.
    ///
    /// # Panics
    /// Never: the certificate was made here.
    #[must_use]
    pub fn roots(&self) -> Roots {
        Roots::from_der([self.root_certificate()]).expect("a certificate made here can be read")
    }
}

#[cfg(test)]
mod tests;

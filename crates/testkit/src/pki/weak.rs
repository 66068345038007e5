//! Certificates that only old software would sign: made once with OpenSSL by `weak/make.sh`, valid from 2020 to 2099 for `localhost`,
//! `127.0.0.1` and `::1`.
//!
//! The crypto library refuses to sign with SHA-1, MD5 or RSA keys of 1024 bits, so that these cannot be made on the fly. The keys are public:
//! they stand in this repository.

use limpid_trust::Roots;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::Credentials;

/// What is weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weak {
    /// The leaf is signed with SHA-1.
    Sha1,
    /// The leaf is signed with MD5.
    Md5,
    /// The leaf has an RSA key of 1024 bits. limpid's own server cannot sign with it; OpenSSL's can, at `SECLEVEL=0`.
    SmallKey,
    /// The intermediate has an RSA key of 1024 bits.
    SmallCa,
}

/// The root of all of them, as PEM.
pub const ROOT_PEM: &str = include_str!("weak/root.pem");

impl Weak {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Sha1, Self::Md5, Self::SmallKey, Self::SmallCa];

    /// The chain and its key.
    ///
    /// # Panics
    /// Never: the files are part of the program.
    #[must_use]
    pub fn credentials(self) -> Credentials {
        let (chain, key): (&[&str], &str) = match self {
            Self::Sha1 => (
                &[include_str!("weak/sha1.pem")],
                include_str!("weak/leaf.key"),
            ),
            Self::Md5 => (
                &[include_str!("weak/md5.pem")],
                include_str!("weak/leaf.key"),
            ),
            Self::SmallKey => (
                &[include_str!("weak/small.pem")],
                include_str!("weak/small.key"),
            ),
            Self::SmallCa => (
                &[
                    include_str!("weak/below-small-ca.pem"),
                    include_str!("weak/small-ca.pem"),
                ],
                include_str!("weak/leaf.key"),
            ),
        };
        let read =
            |pem: &&str| CertificateDer::from_pem_slice(pem.as_bytes()).expect("a file of ours");
        Credentials {
            chain: chain.iter().map(read).collect(),
            key: PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("a file of ours"),
        }
    }
}

/// The root as the trust anchor of a verifier.
///
/// # Panics
/// Never: the file is part of the program.
#[must_use]
pub fn roots() -> Roots {
    Roots::from_pem(ROOT_PEM.as_bytes()).expect("a file of ours")
}

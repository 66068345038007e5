//! Certificates and keys in files.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use limpid::{CertifiedKey, RawKeys, Roots};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::failure::Failure;

/// The trust anchors in these files; the system's if there are none.
pub(crate) fn roots(files: &[PathBuf]) -> Result<Roots, Failure> {
    if files.is_empty() {
        return Roots::from_system().map_err(|error| {
            Failure::configuration(error)
                .evidence("this end's configuration; nothing was sent")
                .hint("Install the system's certificates (on Debian: ca-certificates), or name a file with --ca.")
        });
    }
    let mut roots = Roots::new();
    for path in files {
        let found = Roots::from_pem(&read(path)?).map_err(|error| {
            Failure::file(path, error).hint("Give a file with the CA's certificate in PEM.")
        })?;
        roots.extend(found);
    }
    Ok(roots)
}

/// All of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| {
        Failure::file(path, error).hint("Check the path and who may read the file.")
    })
}

/// A certificate chain and its private key.
pub(crate) fn certified_key(cert: &Path, key: &Path) -> Result<CertifiedKey, Failure> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(cert)?).collect();
    let chain = chain.map_err(|error| {
        Failure::file(cert, error)
            .hint("Give a file with certificates in PEM, the server's own first.")
    })?;
    let key_der = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|error| {
        Failure::file(key, error)
            .hint("Give a file with a private key in PEM that is not encrypted.")
    })?;
    CertifiedKey::new(chain, &key_der).map_err(|error| {
        Failure::file(cert, format!("{error} (with {})", key.display())).hint(
            "Check that the two files belong together, and that the key is RSA, ECDSA or Ed25519.",
        )
    })
}

/// A private key whose public half is shown without a certificate.
pub(crate) fn raw_key(path: &Path) -> Result<CertifiedKey, Failure> {
    let key = PrivateKeyDer::from_pem_slice(&read(path)?).map_err(|error| {
        Failure::file(path, error)
            .hint("Give a file with a private key in PEM that is not encrypted.")
    })?;
    CertifiedKey::raw(&key).map_err(|error| {
        Failure::file(path, error).hint("Check that the key is RSA, ECDSA or Ed25519.")
    })
}

/// The public keys in these files.
pub(crate) fn public_keys(paths: &[PathBuf]) -> Result<RawKeys, Failure> {
    let mut keys = RawKeys::new();
    for path in paths {
        let found = RawKeys::from_pem(&read(path)?).map_err(|error| {
            Failure::file(path, error).hint(
                "Give a file with public keys in PEM; openssl pkey -pubout makes one of a private key.",
            )
        })?;
        keys.extend(found);
    }
    Ok(keys)
}

/// Writes a file that nobody else may read.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content)
}

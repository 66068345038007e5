//! Certificates and keys in files.

use std::fs;
use std::path::{Path, PathBuf};

use limpid::Roots;

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

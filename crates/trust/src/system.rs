//! The trust anchors of the machine: the one place of this crate that reads files and the environment.
//!
//! Elsewhere time, files and the environment come in as parameters. The system's roots are the exception because finding them is
//! the purpose: `rustls-native-certs` asks the Keychain on macOS, SChannel on Windows, and the directories OpenSSL would use
//! elsewhere; `SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured.

use crate::roots::{Roots, RootsError};

impl Roots {
    /// The anchors that the operating system trusts. Certificates in its store that cannot be anchors are passed over, as the system
    /// itself does; a store that yields none at all is an error.
    ///
    /// # Errors
    /// [`RootsError::System`] with the reasons, when there is no anchor to be had.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one documented door to the machine's own roots"
    )]
    pub fn from_system() -> Result<Self, RootsError> {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = Self::new();
        let mut reasons: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        for certificate in &found.certs {
            if let Err(error) = roots.add(certificate) {
                reasons.push(error.to_string());
            }
        }
        if roots.is_empty() {
            Err(RootsError::System(reasons))
        } else {
            Ok(roots)
        }
    }
}

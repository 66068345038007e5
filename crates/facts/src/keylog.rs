//! The NSS key log format (RFC 9850): secrets with which other tools decrypt a capture.
//!
//! Whoever holds a key log reads everything of the connections in it. A key log is therefore a sink of its own, given to
//! a configuration on purpose, and never a side effect of observing.

use crate::{SecretName, bytes::hex};

/// Receives key log lines.
pub trait KeyLog: Send + Sync {
    /// Takes one line, without its line end. Errors are the sink's own to remember: a handshake does not fail because a
    /// diagnostic file is full.
    fn line(&self, line: &str);
}

/// The key log line of a secret, or `None` for secrets the format does not know: label, a space, the ClientHello's random
/// (32 bytes in hex), a space, the secret in hex.
#[must_use]
pub fn key_log_line(name: SecretName, client_random: &[u8; 32], secret: &[u8]) -> Option<String> {
    name.key_log_label()
        .map(|label| format!("{label} {} {}", hex(client_random), hex(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Side;

    #[test]
    fn lines_have_three_fields() {
        let line = key_log_line(SecretName::MasterSecret, &[1; 32], &[2; 48]).unwrap();
        assert_eq!(
            line,
            format!("CLIENT_RANDOM {} {}", "01".repeat(32), "02".repeat(48))
        );
        let line = key_log_line(
            SecretName::ApplicationTrafficSecret(Side::Server, 2),
            &[1; 32],
            &[2; 32],
        )
        .unwrap();
        assert!(line.starts_with("SERVER_TRAFFIC_SECRET_2 0101"));
        assert_eq!(key_log_line(SecretName::KeyBlock, &[1; 32], &[2; 40]), None);
    }
}

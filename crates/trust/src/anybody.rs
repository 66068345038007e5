//! A verifier that verifies nothing, for looking at servers that cannot be verified.

use limpid_facts::{Check, CheckKind, Evidence, Outcome, Side};

use crate::verdict::{PeerIdentity, Verdict};
use crate::verifier::Presented;
use crate::{Holder, TrustError};

/// Takes whoever is there for the server that was asked for.
///
/// The connection is then protected against those who only listen, and against nobody else: whoever sits in between can
/// read and change everything. The handshake still proves that the other end holds the key in the certificate it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AcceptAnybody;

impl AcceptAnybody {
    /// Accepts. With `narrate`, the verdict says what was left out. Only a chain without a certificate that can be read
    /// is refused: there would be no key to check the handshake's signature with.
    #[must_use]
    pub fn verify(self, presented: &Presented<'_>, narrate: bool) -> Verdict {
        let result = match presented.chain.first() {
            None => Err(TrustError::EmptyChain),
            Some(certificate) => PeerIdentity::new(certificate).map_err(|why| {
                let holder = Holder {
                    position: Some(0),
                    name: String::new(),
                };
                TrustError::Malformed {
                    certificate: holder,
                    why: why.to_string(),
                }
            }),
        };
        let checks = if narrate && result.is_ok() {
            [
                CheckKind::ChainPath,
                CheckKind::Validity,
                CheckKind::ServerName,
            ]
            .map(left_out)
            .into()
        } else {
            Vec::new()
        };
        Verdict {
            result,
            checks,
            path: None,
        }
    }
}

fn left_out(kind: CheckKind) -> Check {
    let why = Evidence::Text("the configuration accepts anybody".to_owned());
    Check {
        by: Side::Client,
        kind,
        outcome: Outcome::Skipped,
        evidence: vec![("reason", why)],
        reference: "RFC 8446 §C.2",
    }
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

    use super::*;
    use crate::KeyUse;

    fn verify(chain: &[CertificateDer<'_>]) -> Verdict {
        let presented = Presented {
            chain,
            server_name: &ServerName::try_from("example.com").unwrap(),
            ocsp_response: &[],
            scts: &[],
            key_use: KeyUse::Signature,
            now: UnixTime::since_unix_epoch(std::time::Duration::ZERO),
        };
        AcceptAnybody.verify(&presented, true)
    }

    #[test]
    fn nobody_is_not() {
        assert_eq!(verify(&[]).result.unwrap_err(), TrustError::EmptyChain);
        let garbage = [CertificateDer::from_slice(&[0x30, 0x01])];
        let error = verify(&garbage).result.unwrap_err();
        assert!(matches!(error, TrustError::Malformed { .. }));
    }
}

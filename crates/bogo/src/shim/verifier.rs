//! Who the peer is: limpid's own verifiers, with the test's root.
//!
//! BoringSSL's shim accepts every certificate; here the chain must lead to the root that the runner names, and a server's
//! must be for the name it is asked for, or for the one that most of the runner's leaf certificates bear. Where a test names
//! the very certificates, these are compared, and nothing is asked of them. OCSP responses and SCTs of the runner are not meant to
//! be valid, so they are kept for comparison and not judged.

use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use limpid::provide::{Answer, VerifyClient, VerifyServer};
use limpid::trust::{
    AcceptAnybody, ClientVerifier, Presented, PresentedByClient, TrustError, Verdict,
};
use limpid::wire::AlertDescription;
use limpid::{Roots, ServerVerifier};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::certificates::in_time;
use crate::halt::Halt;
use crate::options::Options;
use crate::witness::Witness;

/// The name in most of the runner's leaf certificates.
pub(crate) const NAME: &str = "test";

/// What a peer has shown of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) ocsp_response: Vec<u8>,
    pub(crate) scts: Vec<u8>,
}

/// See the module's documentation.
pub(crate) struct TestVerifier {
    server: ServerVerifier,
    client: ClientVerifier,
    fails: Option<TrustError>,
    /// What the verdict is instead once early data was refused.
    fails_after_refusal: Option<TrustError>,
    /// Most bytes of certificates.
    max_cert_list: Option<usize>,
    witness: Arc<Witness>,
    /// The certificates will be compared with those of a file.
    compares: bool,
    asynchronous: bool,
    authorities: Vec<Vec<u8>>,
    shown: Mutex<Shown>,
}

impl TestVerifier {
    pub(crate) fn new(
        options: &Options,
        retry: &Options,
        witness: &Arc<Witness>,
    ) -> Result<Arc<Self>, Halt> {
        let roots = match &options.trust_cert {
            // A certificate that is none has no root.
            Some(file) if !file.exists() => Roots::new(),
            Some(file) => Roots::from_pem(&fs::read(file)?)
                .map_err(|error| Halt::unimplemented(format!("the root: {error}")))?,
            None => Roots::new(),
        };
        Ok(Arc::new(Self {
            server: ServerVerifier::new(roots.clone()),
            client: ClientVerifier::new(roots),
            fails: fails(options),
            fails_after_refusal: fails(retry),
            max_cert_list: options.max_cert_list,
            witness: Arc::clone(witness),
            compares: options.expect.peer_cert_file.is_some() && !options.server,
            asynchronous: options.asynchronous,
            authorities: match options.client_ca_list.as_deref() {
                None | Some("<NULL>" | "<EMPTY>") => Vec::new(),
                Some(list) => names(list)?,
            },
            shown: Mutex::default(),
        }))
    }

    pub(crate) fn shown(&self) -> Shown {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, mut verdict: Verdict) -> Answer<'_, Verdict> {
        let fails = if self.witness.early_data_refused() {
            &self.fails_after_refusal
        } else {
            &self.fails
        };
        if let Some(error) = fails {
            verdict.result = Err(error.clone());
        }
        in_time(self.asynchronous, verdict)
    }
}

/// Why the test wants the peer refused, if it does.
fn fails(options: &Options) -> Option<TrustError> {
    if options.fail_ocsp_callback && !options.server {
        return Some(TrustError::Refused {
            why: "its OCSP response does not satisfy the test".to_owned(),
            alert: AlertDescription::BAD_CERTIFICATE_STATUS_RESPONSE,
        });
    }
    // BoringSSL's client ignores what its verifier says unless it is told to mind it; limpid's always minds.
    let minds = options.verify_peer || options.server;
    if !options.verify_fail || !minds {
        return None;
    }
    let what = "the test wants it".to_owned();
    // The two callbacks that BoringSSL has differ in the alert.
    Some(if options.use_custom_verify_callback {
        TrustError::Other { what }
    } else {
        TrustError::Refused {
            why: what,
            alert: AlertDescription::HANDSHAKE_FAILURE,
        }
    })
}

/// DER names in hexadecimal digits, joined by commas.
pub(crate) fn names(list: &str) -> Result<Vec<Vec<u8>>, Halt> {
    let byte = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).ok()?;
        u8::from_str_radix(digits, 16).ok()
    };
    let name = |name: &str| name.as_bytes().chunks(2).map(byte).collect::<Option<_>>();
    list.split(',')
        .map(name)
        .collect::<Option<_>>()
        .ok_or_else(|| Halt::unimplemented(format!("the names {list}")))
}

fn owned(chain: &[CertificateDer<'_>]) -> Vec<CertificateDer<'static>> {
    chain
        .iter()
        .map(|certificate| certificate.clone().into_owned())
        .collect()
}

impl VerifyServer for TestVerifier {
    fn verify<'a>(&'a self, presented: &'a Presented<'a>, narrate: bool) -> Answer<'a, Verdict> {
        *self.lock() = Shown {
            chain: owned(presented.chain),
            ocsp_response: presented.ocsp_response.to_vec(),
            scts: presented.scts.to_vec(),
        };
        let length: usize = presented.chain.iter().map(|one| one.len()).sum();
        if self.max_cert_list.is_some_and(|most| length > most) {
            let why = "its chain is longer than the test allows".to_owned();
            let alert = AlertDescription::ILLEGAL_PARAMETER;
            return Answer::now(Verdict {
                result: Err(TrustError::Refused { why, alert }),
                path: None,
                checks: Vec::new(),
            });
        }
        let name = ServerName::try_from(NAME).expect("it is a DNS name");
        let presented = Presented {
            ocsp_response: &[],
            scts: &[],
            // The test may have moved its clock beyond the certificates, which are made for an hour.
            now: UnixTime::now(),
            ..*presented
        };
        if self.compares {
            return self.answer(AcceptAnybody.verify(&presented, narrate));
        }
        let mut verdict = self.server.verify(&presented, narrate);
        // Many tests ask for a name without a certificate for it.
        if matches!(verdict.result, Err(TrustError::WrongName { .. })) {
            let server_name = &name;
            let presented = Presented {
                server_name,
                ..presented
            };
            verdict = self.server.verify(&presented, narrate);
        }
        self.answer(verdict)
    }
}

impl VerifyClient for TestVerifier {
    fn verify<'a>(
        &'a self,
        presented: &'a PresentedByClient<'a>,
        narrate: bool,
    ) -> Answer<'a, Verdict> {
        *self.lock() = Shown {
            chain: owned(presented.chain),
            ocsp_response: presented.ocsp_response.to_vec(),
            scts: Vec::new(),
        };
        let presented = PresentedByClient {
            ocsp_response: &[],
            now: UnixTime::now(),
            ..*presented
        };
        self.answer(self.client.verify(&presented, narrate))
    }

    fn authorities(&self) -> Vec<Vec<u8>> {
        self.authorities.clone()
    }
}

//! Raw public keys (RFC 7250): which forms of certificate a test wants, and whose key is the right one.

use std::sync::Arc;

use limpid::facts::Choice;
use limpid::provide::{
    Answer, CertifiedKey, ChooseClientCertificate, Requested, VerifyClient, VerifyRawKey,
};
use limpid::trust::{PresentedKey, TrustError};
use limpid::wire::CertificateType;
use limpid::{ClientConfig, HashAlgorithm, ServerConfig};

use crate::certificates::in_time;
use crate::options::Options;

/// Accepts the key that the test names, or any if it names none.
struct TestKey {
    sha256: Option<Vec<u8>>,
    fails: bool,
    asynchronous: bool,
}

impl TestKey {
    fn new(options: &Options) -> Arc<Self> {
        Arc::new(Self {
            sha256: options.expect.peer_rpk_sha256.clone(),
            // A raw public key is always looked at by BoringSSL's callback, whose answer counts.
            fails: options.verify_fail,
            asynchronous: options.asynchronous,
        })
    }
}

impl VerifyRawKey for TestKey {
    fn verify<'a>(&'a self, presented: &'a PresentedKey<'a>) -> Answer<'a, Result<(), TrustError>> {
        let sha256 = HashAlgorithm::Sha256.hash(&[presented.key]);
        let wanted = self.sha256.as_deref();
        let answer = if self.fails {
            let what = "the test wants it".to_owned();
            Err(TrustError::Other { what })
        } else if wanted.is_none_or(|wanted| wanted == sha256.as_ref()) {
            Ok(())
        } else {
            Err(presented.unknown())
        };
        in_time(self.asynchronous, answer)
    }
}

/// Says of a client that it has these forms of certificate, whatever it has.
struct Claiming {
    chooser: Arc<dyn ChooseClientCertificate>,
    types: Vec<CertificateType>,
}

impl ChooseClientCertificate for Claiming {
    fn choose<'a>(
        &'a self,
        requested: &'a Requested<'a>,
        observed: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>> {
        self.chooser.choose(requested, observed)
    }

    fn certificate_types(&self) -> Vec<CertificateType> {
        self.types.clone()
    }
}

/// What a client says of the certificates that `chooser` has.
pub(crate) fn available(
    options: &Options,
    chooser: Arc<dyn ChooseClientCertificate>,
) -> Arc<dyn ChooseClientCertificate> {
    match &options.available_client_cert_types[..] {
        [] => chooser,
        types => Arc::new(Claiming {
            chooser,
            types: types.to_vec(),
        }),
    }
}

/// Accepts of servers what the test wants.
pub(crate) fn accept_of_servers(config: ClientConfig, options: &Options) -> ClientConfig {
    match &options.accepted_peer_cert_types[..] {
        [] => config,
        types => config
            .accept_raw_keys(TestKey::new(options))
            .server_certificate_types(types),
    }
}

/// Asks clients for what the test wants.
pub(crate) fn ask_clients(
    config: ServerConfig,
    options: &Options,
    verifier: Arc<dyn VerifyClient>,
) -> ServerConfig {
    let types = &options.accepted_peer_cert_types[..];
    let config = match types {
        [] => config,
        types => config.client_certificate_types(types),
    };
    let raw = types.contains(&CertificateType::RAW_PUBLIC_KEY);
    match (
        options.verify_peer,
        options.require_any_client_certificate,
        raw,
    ) {
        (true, _, false) => config.request_client_certificate(verifier),
        (true, _, true) => config
            .request_client_certificate(verifier)
            .request_client_raw_key(TestKey::new(options)),
        (false, true, false) => config.require_client_certificate(verifier),
        (false, true, true) => config
            .require_client_certificate(verifier)
            .require_client_raw_key(TestKey::new(options)),
        (false, false, _) => config,
    }
}

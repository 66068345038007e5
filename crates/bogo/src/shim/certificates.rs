//! Certificates and keys from the files that the runner names, and signers that do what a test asks of them.

use std::fs;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::task::{Context, Poll};

use limpid::provide::{Answer, DecryptPremaster, IssuerRule, PREMASTER, Sign};
use limpid::wire::{ProtocolVersion, SignatureScheme};
use limpid::{CertifiedKey, Fault};
use limpid_crypto::{Secret, SigningKey};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::halt::Halt;
use crate::options::{Credential, Options};

/// Which of the credentials signed or decrypted last: its position, -1 for the default one.
#[derive(Clone, Debug)]
pub(crate) struct Selected(Arc<AtomicI32>);

impl Selected {
    const NOBODY: i32 = -1;

    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI32::new(Self::NOBODY)))
    }

    pub(crate) fn position(&self) -> i32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// All credentials of a test in order of preference: those that were begun by a flag, then the default one.
pub(crate) fn load(options: &Options, selected: &Selected) -> Result<Vec<CertifiedKey>, Halt> {
    let mut keys = Vec::new();
    for (position, credential) in (0..).zip(&options.credentials) {
        keys.extend(load_one(credential, position, options, selected)?);
    }
    let default = &options.default_credential;
    keys.extend(load_one(default, Selected::NOBODY, options, selected)?);
    Ok(keys)
}

fn load_one(
    credential: &Credential,
    position: i32,
    options: &Options,
    selected: &Selected,
) -> Result<Option<CertifiedKey>, Halt> {
    let Some(key_file) = &credential.key_file else {
        return Ok(None);
    };
    if credential.cert_file.is_none() && !credential.raw_key {
        return Ok(None);
    }
    let der = PrivateKeyDer::from_pem_slice(&fs::read(key_file)?)
        .map_err(|error| Halt::unimplemented(format!("the private key: {error}")))?;
    let key = SigningKey::from_der(&der)
        .map_err(|error| Halt::unimplemented(format!("the private key: {error}")))?;
    let prefs = &credential.signing_prefs;
    let signer = Signer {
        schemes: preferred(prefs, key.schemes()),
        // BoringSSL has these only for whoever asks for them.
        legacy_schemes: match &prefs[..] {
            [] => Vec::new(),
            prefs => preferred(prefs, key.legacy_schemes()),
        },
        schemes12: preferred(prefs, key.schemes12()),
        key,
        position,
        selected: selected.clone(),
        asynchronous: options.asynchronous,
    };
    let Some(cert_file) = &credential.cert_file else {
        return Ok(Some(CertifiedKey::raw_with_signer(Arc::new(signer))));
    };
    let mut key = CertifiedKey::new(chain(cert_file)?, &der)
        .map_err(|error| Halt::unimplemented(format!("the certificate: {error}")))?;
    key.key = Arc::new(signer);
    key.decryption = key.decryption.map(|key| -> Arc<dyn DecryptPremaster> {
        Arc::new(Decrypter {
            key,
            position,
            selected: selected.clone(),
        })
    });
    // BoringSSL looks at a certificate's issuer only where it is told to.
    key.issuer = if credential.must_match_issuer {
        IssuerRule::MustMatch
    } else {
        IssuerRule::Ignored
    };
    if !options.decline_ocsp_callback {
        key.ocsp_response.clone_from(&credential.ocsp_response);
    }
    if let Some(scts) = &credential.scts {
        key = key
            .with_scts(scts.clone())
            .map_err(|_| Halt::GaveUp("the SCTs are not a list"))?;
    }
    Ok(Some(key))
}

/// The certificates in a file.
pub(crate) fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, Halt> {
    CertificateDer::pem_slice_iter(&fs::read(file)?)
        .collect::<Result<_, _>>()
        .map_err(|error| Halt::unimplemented(format!("the certificates: {error}")))
}

/// What the key can do, in the order that the test prefers.
fn preferred(prefs: &[SignatureScheme], able: &[SignatureScheme]) -> Vec<SignatureScheme> {
    if prefs.is_empty() {
        return able.to_vec();
    }
    let can = |scheme: &&SignatureScheme| able.contains(scheme);
    prefs.iter().filter(can).copied().collect()
}

/// A key that signs with the schemes a test wants, takes its time with `-async`, and remembers that it signed.
struct Signer {
    key: SigningKey,
    schemes: Vec<SignatureScheme>,
    legacy_schemes: Vec<SignatureScheme>,
    schemes12: Vec<SignatureScheme>,
    position: i32,
    selected: Selected,
    asynchronous: bool,
}

impl Signer {
    fn answer(&self, signature: Result<Vec<u8>, Fault>) -> Answer<'_, Result<Vec<u8>, Fault>> {
        self.selected.0.store(self.position, Ordering::Relaxed);
        in_time(self.asynchronous, signature)
    }
}

impl Sign for Signer {
    fn schemes(&self) -> &[SignatureScheme] {
        &self.schemes
    }

    fn legacy_schemes(&self) -> &[SignatureScheme] {
        &self.legacy_schemes
    }

    fn schemes12(&self) -> &[SignatureScheme] {
        &self.schemes12
    }

    fn public_key(&self) -> &[u8] {
        self.key.public_key_der()
    }

    fn sign<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>> {
        let signature = self.key.sign(scheme, message);
        self.answer(signature.map_err(|_| Fault::SigningFailed))
    }

    fn sign12<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>> {
        let signature = self.key.sign12(scheme, message);
        self.answer(signature.map_err(|_| Fault::SigningFailed))
    }
}

/// A key that decrypts for the RSA key exchange, and remembers that it did.
struct Decrypter {
    key: Arc<dyn DecryptPremaster>,
    position: i32,
    selected: Selected,
}

impl DecryptPremaster for Decrypter {
    fn premaster<'a>(
        &'a self,
        ciphertext: &'a [u8],
        client_version: ProtocolVersion,
        fallback: &'a [u8; PREMASTER],
    ) -> Answer<'a, Secret> {
        self.selected.0.store(self.position, Ordering::Relaxed);
        self.key.premaster(ciphertext, client_version, fallback)
    }
}

/// An answer at once, or when it has been asked for a third time.
pub(crate) fn in_time<'a, T: Send + Unpin + 'a>(asynchronous: bool, answer: T) -> Answer<'a, T> {
    if asynchronous {
        Answer::later(Later {
            answer: Some(answer),
            refusals: 2,
        })
    } else {
        Answer::now(answer)
    }
}

struct Later<T> {
    answer: Option<T>,
    refusals: u32,
}

impl<T: Unpin> Future for Later<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        if self.refusals > 0 {
            self.refusals -= 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.answer.take().map_or(Poll::Pending, Poll::Ready)
    }
}

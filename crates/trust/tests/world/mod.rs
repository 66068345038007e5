//! A PKI, a day, and the verifiers that trust it.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::time::Duration;

use limpid_facts::{Check, CheckKind, Evidence, Outcome};
use limpid_testkit::pki::Pki;
use limpid_trust::{ClientVerifier, KeyUse, Presented, PresentedByClient, ServerVerifier, Verdict};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

/// The PKI and who trusts it.
pub(crate) struct World {
    pub(crate) pki: Pki,
    pub(crate) verifier: ServerVerifier,
}

/// 2025-06-15T12:00:00Z
pub(crate) fn now() -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(1_749_988_800))
}

impl World {
    pub(crate) fn new() -> Self {
        Self::around(Pki::new(now()))
    }

    pub(crate) fn around(pki: Pki) -> Self {
        let verifier = ServerVerifier::new(pki.roots());
        Self { pki, verifier }
    }

    pub(crate) fn verify(&self, chain: &[CertificateDer<'static>], name: &str) -> Verdict {
        self.verify_with(&self.verifier, chain, name)
    }

    pub(crate) fn verify_with(
        &self,
        verifier: &ServerVerifier,
        chain: &[CertificateDer<'static>],
        name: &str,
    ) -> Verdict {
        present(verifier, chain, name, &[], KeyUse::Signature, true)
    }

    pub(crate) fn verify_quietly(&self, chain: &[CertificateDer<'static>], name: &str) -> Verdict {
        present(&self.verifier, chain, name, &[], KeyUse::Signature, false)
    }

    pub(crate) fn verify_for(
        &self,
        key_use: KeyUse,
        chain: &[CertificateDer<'static>],
        name: &str,
    ) -> Verdict {
        present(&self.verifier, chain, name, &[], key_use, true)
    }

    pub(crate) fn verify_stapled(
        &self,
        verifier: &ServerVerifier,
        chain: &[CertificateDer<'static>],
        staple: &[u8],
    ) -> Verdict {
        present(
            verifier,
            chain,
            "localhost",
            staple,
            KeyUse::Signature,
            true,
        )
    }

    pub(crate) fn verify_client(&self, chain: &[CertificateDer<'static>]) -> Verdict {
        let presented = PresentedByClient {
            chain,
            ocsp_response: &[],
            now: now(),
        };
        ClientVerifier::new(self.pki.roots()).verify(&presented, true)
    }
}

fn present(
    verifier: &ServerVerifier,
    chain: &[CertificateDer<'static>],
    name: &str,
    ocsp_response: &[u8],
    key_use: KeyUse,
    narrate: bool,
) -> Verdict {
    let server_name = ServerName::try_from(name.to_owned()).unwrap();
    let presented = Presented {
        chain,
        server_name: &server_name,
        ocsp_response,
        scts: &[],
        key_use,
        now: now(),
    };
    verifier.verify(&presented, narrate)
}

/// The kinds of the checks that failed.
pub(crate) fn failed(checks: &[Check]) -> Vec<CheckKind> {
    checks
        .iter()
        .filter(|check| check.outcome == Outcome::Failed)
        .map(|check| check.kind)
        .collect()
}

/// The evidence of this name.
pub(crate) fn told(check: &Check, name: &str) -> Option<Evidence> {
    check
        .evidence
        .iter()
        .find(|(told, _)| *told == name)
        .map(|(_, evidence)| evidence.clone())
}

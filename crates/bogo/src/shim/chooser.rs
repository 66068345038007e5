//! Who chooses the certificate: limpid's own choice, which a test may make fail.
//!
//! Where none of its certificates fits, a limpid client shows none and lets the server decide, and a limpid server knows no
//! difference between reasons. BoringSSL's gives up and says why, so this application does.

use std::sync::Arc;

use limpid::Certificates;
use limpid::facts::{Because, Choice};
use limpid::provide::{
    Answer, Asked, CertifiedKey, ChooseCertificate, ChooseClientCertificate, Requested,
};
use limpid::wire::{AlertDescription, CertificateType};

use crate::certificates::{self, Selected};
use crate::giving_up::{GivingUp, Reason};
use crate::halt::Halt;
use crate::options::Options;

/// See the module's documentation.
pub(crate) struct TestChooser {
    certificates: Certificates,
    /// Whether there are certificates at all.
    has_certificates: bool,
    fails: Option<Reason>,
    giving_up: GivingUp,
}

impl TestChooser {
    pub(crate) fn new(
        options: &Options,
        selected: &Selected,
        giving_up: &GivingUp,
    ) -> Result<Arc<Self>, Halt> {
        let keys = certificates::load(options, selected)?;
        Ok(Arc::new(Self {
            has_certificates: !keys.is_empty(),
            certificates: keys
                .into_iter()
                .fold(Certificates::new(), Certificates::and),
            fails: fails(options),
            giving_up: giving_up.clone(),
        }))
    }
}

impl TestChooser {
    fn choose_or_give_up<'a>(
        &'a self,
        answer: Answer<'a, Choice<Option<Arc<CertifiedKey>>>>,
        gives_up: impl FnOnce(Because) -> bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>> {
        match &answer {
            Answer::Now(Some(Choice {
                chosen: None,
                because,
                ..
            })) if self.has_certificates && gives_up(*because) => self.giving_up.because(Reason {
                why: match because {
                    Because::IssuerNotWanted => "no certificate has a wanted issuer",
                    Because::NoCommonSignatureScheme => "no certificate has a common scheme",
                    _ => "no certificate is of a wanted type",
                },
                alert: AlertDescription::HANDSHAKE_FAILURE,
            }),
            _ => answer,
        }
    }
}

/// A server staples what comes with its certificate, so that the callback for one fails with the choice of the other.
fn fails(options: &Options) -> Option<Reason> {
    if options.fail_cert_callback {
        let alert = options.fail_cert_callback_alert.map(AlertDescription);
        Some(Reason {
            why: "there is no certificate to choose",
            alert: alert.unwrap_or(AlertDescription::INTERNAL_ERROR),
        })
    } else if options.fail_ocsp_callback && options.server {
        Some(Reason {
            why: "there is no OCSP response to staple",
            alert: AlertDescription::INTERNAL_ERROR,
        })
    } else {
        None
    }
}

impl ChooseCertificate for TestChooser {
    fn choose<'a>(
        &'a self,
        asked: &'a Asked<'a>,
        observed: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>> {
        match self.fails {
            Some(reason) => self.giving_up.because(reason),
            None => self.choose_or_give_up(
                ChooseCertificate::choose(&self.certificates, asked, observed),
                |because| because == Because::IssuerNotWanted,
            ),
        }
    }
}

impl ChooseClientCertificate for TestChooser {
    fn choose<'a>(
        &'a self,
        requested: &'a Requested<'a>,
        observed: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>> {
        match self.fails {
            Some(reason) => self.giving_up.because(reason),
            None => self.choose_or_give_up(
                ChooseClientCertificate::choose(&self.certificates, requested, observed),
                |_| true,
            ),
        }
    }

    fn certificate_types(&self) -> Vec<CertificateType> {
        self.certificates.certificate_types()
    }
}

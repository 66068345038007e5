//! The checks of revocation: CRLs and the stapled OCSP response.

use limpid_facts::{CheckKind, Evidence, Outcome};

use super::{Narrator, Rule, Told, number, text, which};
use crate::cause::is_listed;
use crate::certificate::{hex, rfc3339};
use crate::ocsp::Status;
use crate::policy::OcspPolicy;
use crate::rules::{self, Staple};
use crate::verdict::Path;

const BY_CRL: Rule = (CheckKind::RevocationByCrl, "RFC 5280 §6.3");
const BY_OCSP: Rule = (CheckKind::RevocationByOcsp, "RFC 6960 §3.2");

impl Narrator<'_> {
    pub(super) fn revocation_by_crl(&mut self) {
        let core = self.scene.core;
        if core.crls.is_empty() {
            self.tell(BY_CRL, Outcome::NotApplicable, vec![("CRLs", number(0))]);
            return;
        }
        let depth = if core.policy.revocation.whole_chain {
            self.scene.path.len()
        } else {
            1
        };
        for step in 0..depth {
            let Some((position, certificate)) = self.scene.step(step) else {
                return;
            };
            let mut told = which(position, certificate);
            told.push(("CRLs", number(core.crls.len())));
            told.push(("serial number", Evidence::Text(hex(certificate.serial()))));
            let speaks = core
                .crls
                .iter()
                .any(|crl| crl.issuer() == certificate.issuer());
            let listed = is_listed(self.scene, certificate);
            told.push((
                "found",
                text(match (speaks, listed) {
                    (_, true) => "listed as revoked",
                    (true, false) => "not listed in its issuer's CRL",
                    (false, false) => "no CRL of its issuer",
                }),
            ));
            let outcome = match (speaks, self.scene.proven) {
                (true, true) => Outcome::Passed,
                (true, false) if listed => Outcome::Failed,
                // Not proven: whether the CRL itself is good was not found out.
                (true, false) | (false, _) => Outcome::Skipped,
            };
            self.tell(BY_CRL, outcome, told);
        }
    }

    pub(super) fn revocation_by_ocsp(&mut self) {
        let scene = self.scene;
        let Some((position, leaf)) = scene.step(0) else {
            return;
        };
        let mut told = which(position, leaf);
        let policy = scene.core.policy.revocation.ocsp;
        let path = scene.anchor.map(|anchor| Path {
            certificates: scene.path.clone(),
            anchor,
        });
        let next = scene.step(1).map(|(_, next)| next);
        let issuer = path
            .filter(|_| scene.proven)
            .and_then(|path| rules::issuer_of_leaf(scene.core, next, &path));
        let (staple, outcome) = match issuer {
            Some(issuer) => {
                let staple =
                    rules::staple(scene.core, scene.request, leaf, issuer, scene.algorithms);
                let judged = rules::judge_staple(&staple, policy, || scene.holder(0));
                let outcome = match (&judged, &staple) {
                    (Err(_), _) => Outcome::Failed,
                    (Ok(()), Staple::Missing) => Outcome::NotApplicable,
                    (Ok(()), Staple::Read(Ok(_))) => Outcome::Passed,
                    (Ok(()), Staple::Ignored | Staple::Read(Err(_))) => Outcome::Skipped,
                };
                (staple, outcome)
            }
            // Without a trusted issuer nobody can be trusted to speak about its certificates.
            None if scene.request.ocsp_response.is_empty() => {
                (Staple::Missing, Outcome::NotApplicable)
            }
            None => (Staple::Ignored, Outcome::Skipped),
        };
        tell_staple(
            &mut told,
            &staple,
            policy,
            scene.request.ocsp_response.len(),
        );
        self.tell(BY_OCSP, outcome, told);
    }
}

fn tell_staple(told: &mut Told, staple: &Staple, policy: OcspPolicy, length: usize) {
    match staple {
        Staple::Ignored if policy == OcspPolicy::Ignore => {
            told.push(("response", text("not looked at, by policy")))
        }
        Staple::Ignored => told.push(("response", text("not looked at: its issuer is not proven"))),
        Staple::Missing => told.push(("response", text("none was stapled"))),
        Staple::Read(Err(fault)) => {
            told.push(("response bytes", number(length)));
            told.push(("fault", Evidence::Text(fault.to_string())));
        }
        Staple::Read(Ok(answer)) => {
            told.push(("response bytes", number(length)));
            told.push((
                "signed by",
                text(if answer.by_issuer {
                    "the issuer"
                } else {
                    "a responder the issuer authorised"
                }),
            ));
            told.push(("produced at", Evidence::Text(rfc3339(answer.produced_at))));
            told.push(("this update", Evidence::Text(rfc3339(answer.this_update))));
            told.extend(
                answer
                    .next_update
                    .map(|next| ("next update", Evidence::Text(rfc3339(next)))),
            );
            match &answer.status {
                Status::Good => told.push(("status", text("good"))),
                Status::Revoked { at, reason } => {
                    told.push(("status", text("revoked")));
                    told.push(("revoked at", Evidence::Text(rfc3339(*at))));
                    told.extend(reason.map(|reason| ("revocation reason", text(reason))));
                }
            }
        }
    }
}

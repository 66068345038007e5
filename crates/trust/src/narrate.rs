//! The checks of a verification, told one by one with their evidence.
//!
//! Told after the decision, and bound to it: where webpki proved a path, its checks passed; where limpid refuses, the check that belongs to the
//! cause is among those that failed.

mod revocation;

use limpid_facts::{Check, CheckKind, Evidence, Outcome};

use crate::algorithms::Proof;
use crate::cause::{needed_purpose, wanted_name};
use crate::certificate::{Certificate, Key, NameConstraints, rfc3339};
use crate::error::TrustError;
use crate::rules::{self, Usage};
use crate::scene::Scene;
use crate::sct;

/// Every check, in the order in which a person would tell them. None of them failed if and only if there is no `error`.
pub(crate) fn checks(scene: &Scene<'_>, error: Option<&TrustError>) -> Vec<Check> {
    let mut narrator = Narrator {
        scene,
        error,
        checks: Vec::new(),
    };
    if !scene.certificates.is_empty() {
        narrator.chain_path();
        for step in 0..scene.path.len() {
            narrator.certificate(step);
        }
        narrator.anchor_strength();
        narrator.name_constraints();
        narrator.server_name();
        narrator.revocation_by_crl();
        narrator.revocation_by_ocsp();
    }
    narrator.bind_to_decision();
    narrator.checks
}

struct Narrator<'a> {
    scene: &'a Scene<'a>,
    error: Option<&'a TrustError>,
    checks: Vec<Check>,
}

/// A check and the rule behind it.
type Rule = (CheckKind, &'static str);

const CHAIN_PATH: Rule = (CheckKind::ChainPath, "RFC 5280 §6.1");
const SIGNATURE: Rule = (CheckKind::CertificateSignature, "RFC 5280 §6.1.3 (a)(1)");
const VALIDITY: Rule = (CheckKind::Validity, "RFC 5280 §4.1.2.5");
const ISSUER_IS_CA: Rule = (CheckKind::IssuerIsCa, "RFC 5280 §4.2.1.9");
const KEY_USAGE: Rule = (CheckKind::KeyUsage, "RFC 5280 §4.2.1.3");
const EXTENDED_KEY_USAGE: Rule = (CheckKind::ExtendedKeyUsage, "RFC 5280 §4.2.1.12");
const NAME_CONSTRAINTS: Rule = (CheckKind::NameConstraints, "RFC 5280 §4.2.1.10");
const SERVER_NAME: Rule = (CheckKind::ServerName, "RFC 9525 §6");
const STRENGTH: Rule = (CheckKind::Strength, "RFC 8446 §4.4.2.4");

type Told = Vec<(&'static str, Evidence)>;

impl Narrator<'_> {
    fn tell(&mut self, (kind, reference): Rule, outcome: Outcome, evidence: Told) {
        self.checks.push(Check {
            by: self.scene.core.by,
            kind,
            outcome,
            evidence,
            reference,
        });
    }

    /// What webpki decided passed; before that, what holds as far as can be seen.
    fn outcome(&self, holds: bool) -> Outcome {
        if self.scene.proven || holds {
            Outcome::Passed
        } else {
            Outcome::Failed
        }
    }

    /// Whether `kind` is the check that the refusal is about.
    fn is_refused_for(&self, kind: CheckKind) -> bool {
        self.error.is_some_and(|error| error.check() == kind)
    }

    fn chain_path(&mut self) {
        let scene = self.scene;
        let mut steps: Vec<String> = scene
            .on_path()
            .map(|(position, c)| format!("{position}: {}", c.display_name()))
            .collect();
        steps.extend(
            scene
                .anchor
                .and_then(|anchor| scene.core.roots.name(anchor))
                .map(|name| format!("trust anchor: {name}")),
        );
        let unused: Vec<String> = (0..scene.request.chain.len())
            .filter(|place| !scene.path.contains(place))
            .map(|place| format!("{place}: {}", scene.holder(place).name))
            .collect();
        let mut told = vec![
            ("presented certificates", number(scene.request.chain.len())),
            ("trust anchors", number(scene.core.roots.len())),
            ("path", Evidence::List(steps)),
        ];
        if !unused.is_empty() {
            told.push(("not on the path", Evidence::List(unused)));
        }
        if !scene.path.is_sorted() {
            // RFC 5246 §7.4.2 wants each certificate to certify the one before it; RFC 8446 §4.4.2 advises tolerance.
            told.push(("order", text("not in the order of issue")));
        }
        if scene.anchor.is_none()
            && let Some((_, last)) = scene.last()
        {
            told.push((
                "missing issuer",
                Evidence::Text(crate::certificate::distinguished_name(last.issuer())),
            ));
        }
        if !scene.request.scts.is_empty() {
            told.push((
                "signed certificate timestamps",
                Evidence::List(sct::describe(scene.request.scts)),
            ));
        }
        let outcome =
            self.outcome(scene.anchor.is_some() && !self.is_refused_for(CheckKind::ChainPath));
        self.tell(CHAIN_PATH, outcome, told);
    }

    fn certificate(&mut self, step: usize) {
        let Some((position, certificate)) = self.scene.step(step) else {
            return;
        };
        let certificate = *certificate;
        self.signature(step, position, &certificate);
        self.validity(position, &certificate);
        self.issuer_is_ca(step, position, &certificate);
        self.key_usage(step, position, &certificate);
        self.extended_key_usage(position, &certificate);
        self.strength(position, &certificate);
    }

    fn signature(&mut self, step: usize, position: usize, certificate: &Certificate<'_>) {
        let mut told = which(position, certificate);
        let algorithm = certificate.signature_algorithm();
        let outcome = match (self.scene.issuer(step), self.scene.signature(step)) {
            (Some(issuer), Some(proof)) => {
                told.push(("issuer", Evidence::Text(issuer.name)));
                told.push(("issuer's key", Evidence::Text(issuer.key.to_string())));
                self.outcome(proof == Proof::Good)
            }
            _ => {
                told.push((
                    "issuer",
                    Evidence::Text(crate::certificate::distinguished_name(certificate.issuer())),
                ));
                told.push(("issuer's key", text("not known")));
                Outcome::Skipped
            }
        };
        told.push(("algorithm", Evidence::Text(algorithm.name())));
        told.push(("signed bytes", number(certificate.signed_bytes().len())));
        told.push(("signature", Evidence::Bytes(certificate.signature().into())));
        self.tell(SIGNATURE, outcome, told);
    }

    fn validity(&mut self, position: usize, certificate: &Certificate<'_>) {
        let mut told = which(position, certificate);
        let now = self.scene.request.now;
        let period = certificate.period();
        if let Some(period) = period {
            told.push(("not before", Evidence::Text(rfc3339(period.not_before))));
            told.push(("not after", Evidence::Text(rfc3339(period.not_after))));
        }
        told.push(("now", Evidence::Text(rfc3339(now))));
        let outcome = self.outcome(period.is_some_and(|period| period.contains(now)));
        self.tell(VALIDITY, outcome, told);
    }

    /// Told of issuers, and of the peer's own certificate if it is refused for being a CA's.
    fn issuer_is_ca(&mut self, step: usize, position: usize, certificate: &Certificate<'_>) {
        let constraints = certificate.extensions().basic_constraints();
        let below = step.saturating_sub(1);
        let holds = match step {
            0 if !self.is_refused_for(CheckKind::IssuerIsCa) => return,
            0 => !certificate.is_ca(),
            _ => constraints.is_some_and(|c| {
                c.ca && c
                    .path_length
                    .is_none_or(|limit| below <= usize::from(limit))
            }),
        };
        let mut told = which(position, certificate);
        told.push((
            "role",
            text(if step == 0 {
                "the peer's own"
            } else {
                "issuer"
            }),
        ));
        told.push(("CA", text(if certificate.is_ca() { "yes" } else { "no" })));
        if let Some(limit) = constraints.and_then(|constraints| constraints.path_length) {
            told.push(("CA certificates allowed below", number(usize::from(limit))));
        }
        if step > 0 {
            told.push(("CA certificates below", number(below)));
        }
        let outcome = self.outcome(holds);
        self.tell(ISSUER_IS_CA, outcome, told);
    }

    fn key_usage(&mut self, step: usize, position: usize, certificate: &Certificate<'_>) {
        let needed = rules::needed_usage(self.scene.request, step);
        let mut told = which(position, certificate);
        told.push(("needed", text(needed)));
        let (outcome, present) = match rules::key_usage(certificate, needed) {
            Usage::Unrestricted => (Outcome::NotApplicable, None),
            Usage::Allowed(usage) => (Outcome::Passed, Some(usage)),
            Usage::Forbidden(usage) => (Outcome::Failed, Some(usage)),
        };
        told.push(match present {
            Some(usage) => (
                "present",
                Evidence::List(usage.names().into_iter().map(str::to_owned).collect()),
            ),
            None => ("present", text("no keyUsage: any use is allowed")),
        });
        self.tell(KEY_USAGE, outcome, told);
    }

    fn extended_key_usage(&mut self, position: usize, certificate: &Certificate<'_>) {
        let needed = needed_purpose(self.scene);
        let mut told = which(position, certificate);
        told.push(("needed", text(needed)));
        let outcome = match certificate.extensions().extended_key_usage() {
            None => {
                told.push((
                    "present",
                    text("no extendedKeyUsage: any purpose is allowed"),
                ));
                Outcome::NotApplicable
            }
            Some(purposes) => {
                let outcome = self.outcome(purposes.iter().any(|purpose| purpose == needed));
                told.push(("present", Evidence::List(purposes)));
                outcome
            }
        };
        self.tell(EXTENDED_KEY_USAGE, outcome, told);
    }

    fn strength(&mut self, position: usize, certificate: &Certificate<'_>) {
        let algorithm = certificate.signature_algorithm();
        let weakness = algorithm.weakness();
        let mut told = which(position, certificate);
        told.push(("signature algorithm", Evidence::Text(algorithm.name())));
        self.tell_strength(certificate.key(), weakness.is_some(), told);
    }

    fn anchor_strength(&mut self) {
        let Some(anchor) = self.scene.anchor else {
            return;
        };
        let roots = &self.scene.core.roots;
        if let (Some(name), Some(key)) = (roots.name(anchor), roots.key(anchor)) {
            self.tell_strength(key, false, vec![("trust anchor", Evidence::Text(name))]);
        }
    }

    fn tell_strength(&mut self, key: Key, weak_hash: bool, mut told: Told) {
        let min = self.scene.core.policy.min_rsa_bits;
        told.push(("key", Evidence::Text(key.to_string())));
        if key.is_rsa() {
            told.push(("least RSA key", Evidence::Number(min.into())));
        }
        let weak_key = rules::weak_key(&key, min).is_some();
        let outcome = if weak_key || (weak_hash && !self.scene.proven) {
            Outcome::Failed
        } else {
            Outcome::Passed
        };
        self.tell(STRENGTH, outcome, told);
    }

    fn name_constraints(&mut self) {
        let scene = self.scene;
        let anchor = scene
            .anchor
            .and_then(|place| scene.core.roots.anchors().get(place));
        let anchor = anchor
            .and_then(|anchor| NameConstraints::from_content(anchor.name_constraints.as_ref()?));
        let mut constrained: Vec<(String, NameConstraints)> = scene
            .on_path()
            .filter_map(|(_, c)| Some((c.display_name(), c.extensions().name_constraints()?)))
            .collect();
        constrained.extend(
            anchor
                .zip(scene.anchor)
                .map(|(found, place)| (scene.core.roots.name(place).unwrap_or_default(), found)),
        );
        let mut told = vec![("names", Evidence::List(scene.leaf_names()))];
        for (name, constraints) in &constrained {
            told.push(("constrained CA", Evidence::Text(name.clone())));
            told.push(("permitted", Evidence::List(constraints.permitted.clone())));
            told.push(("excluded", Evidence::List(constraints.excluded.clone())));
        }
        let outcome = match (constrained.is_empty(), scene.proven) {
            _ if self.is_refused_for(CheckKind::NameConstraints) => Outcome::Failed,
            (true, _) => Outcome::NotApplicable,
            (false, true) => Outcome::Passed,
            (false, false) => Outcome::Skipped,
        };
        self.tell(NAME_CONSTRAINTS, outcome, told);
    }

    fn server_name(&mut self) {
        let (Some(wanted), Some(leaf)) =
            (self.scene.request.name, self.scene.request.chain.first())
        else {
            return;
        };
        // webpki's own comparison: asked again for the narration, so that a wrong name shows beside an expired certificate.
        let matches = webpki::EndEntityCert::try_from(leaf)
            .is_ok_and(|leaf| leaf.verify_is_valid_for_subject_name(wanted).is_ok());
        let presented = self.scene.leaf_names();
        let wanted = wanted_name(wanted);
        let mut told = vec![("wanted", Evidence::Text(wanted.clone()))];
        if let Some(name) = presented
            .iter()
            .find(|name| matches && matched_by(name, &wanted))
        {
            told.push(("matched", Evidence::Text(name.clone())));
        }
        told.push(("presented", Evidence::List(presented)));
        self.tell(
            SERVER_NAME,
            if matches {
                Outcome::Passed
            } else {
                Outcome::Failed
            },
            told,
        );
    }

    /// The refusal shows as a failed check with the reason, whatever could be found out above.
    fn bind_to_decision(&mut self) {
        let Some(error) = self.error else { return };
        let kind = error.check();
        let reason = ("reason", Evidence::Text(error.to_string()));
        let failed = |check: &&mut Check| check.kind == kind && check.outcome == Outcome::Failed;
        match self.checks.iter_mut().find(failed) {
            Some(check) => {
                check.evidence.push(reason);
                check.reference = error.reference();
            }
            None => self.tell((kind, error.reference()), Outcome::Failed, vec![reason]),
        }
    }
}

/// Which of the presented names webpki's successful comparison was about (RFC 9525 §6.3): the same name, or a wildcard for one label.
fn matched_by(presented: &str, wanted: &str) -> bool {
    let wanted = wanted.strip_suffix('.').unwrap_or(wanted);
    match presented.strip_prefix("*.") {
        Some(parent) => wanted
            .split_once('.')
            .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent)),
        None => presented.eq_ignore_ascii_case(wanted),
    }
}

fn which(position: usize, certificate: &Certificate<'_>) -> Told {
    vec![
        ("certificate", Evidence::Text(certificate.display_name())),
        ("position", number(position)),
    ]
}

fn text(text: &str) -> Evidence {
    Evidence::Text(text.to_owned())
}

fn number(number: usize) -> Evidence {
    Evidence::Number(u64::try_from(number).unwrap_or(u64::MAX))
}

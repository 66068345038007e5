//! The bill of health: what a server has, told as tables. Knows the answers and what the first connection showed.

use limpid::facts::{Check, CheckKind, Established, Evidence, Fact, Outcome};
use limpid::trust::certificate::{Summary, summary};
use limpid::wire::{CipherSuite, ProtocolVersion};
use limpid_explain::Prose;
use limpid_explain::catalogue::Catalogue;
use limpid_explain::story::{Mark, Row, Section};
use rustls_pki_types::CertificateDer;

use super::exam::{Exam, VERSIONS, is_post_quantum};
use super::finding::span;
use super::question::{Answer, Clock, Question};

/// A certificate that ends within these days should be renewed by now.
const SOON: i64 = 21 * 86_400;

/// A clock that differs by more than this many seconds will sooner or later refuse a certificate or a ticket.
const SKEW: i64 = 300;

/// What the first connection showed.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) established: Option<Established>,
    pub(super) certificate: Option<CertificateDer<'static>>,
    pub(super) checks: Vec<Check>,
    pub(super) clock: Option<Clock>,
    /// Whether the server ended with close_notify; `None` if it did not end.
    pub(super) close_notify: Option<bool>,
    pub(super) asks_for_certificate: bool,
}

impl Seen {
    /// Learns from a fact.
    pub(super) fn learn(&mut self, fact: &Fact) {
        match fact {
            Fact::Check(check) => self.checks.push(check.clone()),
            Fact::Established(established) => self.established = Some(established.clone()),
            Fact::Message(message) => {
                let request = limpid::wire::HandshakeType::CERTIFICATE_REQUEST;
                self.asks_for_certificate |= message.handshake_type == request;
            }
            _ => {}
        }
    }
}

/// The tables, in the order in which a person wants to read them.
pub(super) fn sections(exam: &Exam, seen: &Seen, say: &Catalogue) -> Vec<Section> {
    let t = Teller { exam, seen, say };
    let healthy = exam.failure.is_none();
    let mut sections = Vec::new();
    sections.extend(healthy.then(|| t.certificate()).flatten());
    sections.extend(t.versions());
    sections.extend(t.suites());
    sections.extend(t.groups());
    sections.extend(healthy.then(|| t.manners()));
    sections.retain(|section| !section.rows.is_empty());
    if healthy {
        sections.insert(0, t.summary(&sections));
    }
    sections
}

/// Whether something in them should be mended.
pub(super) fn wants_attention(sections: &[Section]) -> bool {
    let mut rows = sections.iter().flat_map(|section| &section.rows);
    rows.any(|row| row.mark == Mark::Bad)
}

struct Teller<'a> {
    exam: &'a Exam,
    seen: &'a Seen,
    say: &'a Catalogue,
}

impl Teller<'_> {
    fn summary(&self, sections: &[Section]) -> Section {
        let attention = wants_attention(sections);
        let key = if attention {
            "doctor.attention"
        } else {
            "doctor.healthy"
        };
        let agreed = self.seen.established.as_ref().map(|established| Row {
            mark: Mark::Good,
            name: self.say.say("doctor.agreed", &[]),
            value: Prose::verbatim(&agreed(established)),
            meaning: Prose::default(),
        });
        Section {
            title: self.say.say(key, &[]),
            telling: Prose::default(),
            rows: agreed.into_iter().collect(),
        }
    }

    fn section(&self, key: &str, rows: Vec<Row>) -> Section {
        Section {
            title: self.say.say(key, &[]),
            telling: Prose::default(),
            rows,
        }
    }

    fn row(&self, mark: Mark, key: &str, value: &str, meaning: Option<&str>) -> Row {
        Row {
            mark,
            name: self.say.say(key, &[]),
            value: Prose::verbatim(value),
            meaning: meaning
                .map(|key| self.say.say(key, &[]))
                .unwrap_or_default(),
        }
    }

    fn versions(&self) -> Option<Section> {
        let theirs = self.exam.versions();
        let asked =
            |version: &ProtocolVersion| self.exam.answer(&Question::Version(*version)).is_some();
        let row = |version: ProtocolVersion| {
            let has = theirs.contains(&version);
            let old = version < ProtocolVersion::TLS_1_2;
            let (mark, key) = match (has, old) {
                (true, true) => (Mark::Bad, "doctor.obsolete"),
                (true, false) => (Mark::Good, "doctor.accepted"),
                (false, true) => (Mark::Good, "doctor.refused"),
                (false, false) => (Mark::Out, "doctor.refused"),
            };
            Row {
                mark,
                name: Prose::verbatim(&version.to_string()),
                value: self.say.say(key, &[]),
                meaning: Prose::default(),
            }
        };
        let rows = VERSIONS.into_iter().filter(asked).map(row).collect();
        (!theirs.is_empty()).then(|| self.section("doctor.versions", rows))
    }

    fn suites(&self) -> Vec<Section> {
        let one = |version: ProtocolVersion| Section {
            title: self
                .say
                .say("doctor.suites", &[("version", &version.to_string())]),
            telling: Prose::default(),
            rows: self
                .exam
                .suites(version)
                .into_iter()
                .map(|suite| self.suite(suite))
                .collect(),
        };
        self.exam.versions().into_iter().map(one).collect()
    }

    fn suite(&self, suite: CipherSuite) -> Row {
        let weakness = suite.parts().and_then(|parts| {
            if parts.is_anonymous() || parts.is_unencrypted() || parts.key_bits < 128 {
                Some((Mark::Bad, "doctor.broken"))
            } else if !parts.has_forward_secrecy() {
                Some((Mark::Bad, "doctor.no_forward_secrecy"))
            } else if !parts.is_aead() {
                Some((Mark::Out, "doctor.cbc"))
            } else {
                None
            }
        });
        let (mark, key) = weakness.map_or((Mark::Good, None), |(mark, key)| (mark, Some(key)));
        Row {
            mark,
            name: Prose::verbatim(&suite.to_string()),
            value: key.map(|key| self.say.say(key, &[])).unwrap_or_default(),
            meaning: Prose::default(),
        }
    }

    fn groups(&self) -> Option<Section> {
        let mut groups = self.exam.groups();
        let first = self
            .seen
            .established
            .as_ref()
            .and_then(|established| established.group);
        groups.extend(first.filter(|group| !self.exam.groups().contains(group)));
        let row = |group: limpid::wire::NamedGroup| Row {
            mark: Mark::Good,
            name: Prose::verbatim(&group.to_string()),
            value: if is_post_quantum(group) {
                self.say.say("doctor.post_quantum", &[])
            } else {
                Prose::default()
            },
            meaning: Prose::default(),
        };
        let rows: Vec<_> = groups.into_iter().map(row).collect();
        (!rows.is_empty() && !self.exam.log.is_empty()).then(|| self.section("doctor.groups", rows))
    }

    fn certificate(&self) -> Option<Section> {
        let leaf = summary(self.seen.certificate.as_ref()?).ok()?;
        let list = leaf.names.join(", ");
        let mut rows = vec![
            self.row(Mark::None, "doctor.names", &list, None),
            self.row(Mark::None, "doctor.issuer", &leaf.issuer, None),
            self.expiry(&leaf)?,
            self.row(Mark::None, "doctor.key", &leaf.key.to_string(), None),
            self.row(
                Mark::None,
                "doctor.signature",
                &leaf.signature_algorithm,
                None,
            ),
        ];
        rows.extend(self.path());
        rows.push(self.staple());
        Some(self.section("doctor.certificate", rows))
    }

    fn expiry(&self, leaf: &Summary) -> Option<Row> {
        let clock = self.seen.clock?;
        let (_, end) = clock.certificate?;
        let left = end - clock.ours;
        let mark = if left < SOON { Mark::Bad } else { Mark::Good };
        let say = if left < SOON {
            "doctor.left.soon"
        } else {
            "doctor.left"
        };
        let left = (left / 86_400).to_string();
        Some(Row {
            mark,
            name: self.say.say("doctor.until", &[]),
            value: Prose::verbatim(&leaf.not_after),
            meaning: self.say.say(say, &[("n", &left)]),
        })
    }

    /// Who vouches for whom, up to the root.
    fn path(&self) -> Option<Row> {
        let check = self
            .seen
            .checks
            .iter()
            .find(|check| check.kind == CheckKind::ChainPath)?;
        let steps = check
            .evidence
            .iter()
            .find_map(|(name, evidence)| match evidence {
                Evidence::List(steps) if *name == "path" => Some(steps),
                _ => None,
            })?;
        let mark = if check.outcome == Outcome::Passed {
            Mark::Good
        } else {
            Mark::Out
        };
        Some(self.row(mark, "doctor.path", &steps.join(" → "), None))
    }

    fn staple(&self) -> Row {
        let mut checks = self.seen.checks.iter();
        let checked = checks.find(|check| check.kind == CheckKind::RevocationByOcsp);
        let key = match checked.map(|check| check.outcome) {
            Some(Outcome::Passed) => "doctor.staple.good",
            _ => "doctor.staple.none",
        };
        Row {
            mark: Mark::None,
            name: self.say.say("doctor.staple", &[]),
            value: self.say.say(key, &[]),
            meaning: Prose::default(),
        }
    }

    /// What else there is to say.
    fn manners(&self) -> Section {
        let yes_no = |yes| if yes { "doctor.yes" } else { "doctor.no" };
        let told = |mark, key: &str, value: &str| Row {
            mark,
            name: self.say.say(key, &[]),
            value: self.say.say(value, &[]),
            meaning: Prose::default(),
        };
        let accepted = |(question, answer): &(Question, Answer)| match question {
            Question::Protocol(name) => answer.accepted().map(|_| name.clone()),
            _ => None,
        };
        let protocols: Vec<_> = self.exam.log.iter().filter_map(accepted).collect();
        let mut rows = Vec::new();
        if !protocols.is_empty() {
            rows.push(self.row(Mark::None, "doctor.protocols", &protocols.join(", "), None));
        }
        if let Some(Answer::Resumed(resumed)) = self.exam.answer(&Question::Resumption) {
            rows.push(told(Mark::None, "doctor.resumption", yes_no(*resumed)));
        }
        let asks = self.seen.asks_for_certificate
            || self
                .exam
                .choices()
                .any(|choice| choice.asks_for_certificate);
        rows.push(told(Mark::None, "doctor.client_certificate", yes_no(asks)));
        if let Some(said) = self.seen.close_notify {
            let (mark, key) = if said {
                (Mark::Good, "doctor.yes")
            } else {
                (Mark::Bad, "doctor.truncates")
            };
            rows.push(told(mark, "doctor.close_notify", key));
        }
        rows.extend(self.clock());
        self.section("doctor.manners", rows)
    }

    fn clock(&self) -> Option<Row> {
        let clock = self.seen.clock.filter(|clock| clock.theirs != 0)?;
        let behind = clock.behind();
        let (mark, key) = if behind.abs() <= SKEW {
            (Mark::Good, "doctor.clock.same")
        } else if behind > 0 {
            (Mark::Bad, "doctor.clock.behind")
        } else {
            (Mark::Bad, "doctor.clock.ahead")
        };
        Some(Row {
            mark,
            name: self.say.say("doctor.clock", &[]),
            value: self.say.say(key, &[("span", &span(behind))]),
            meaning: Prose::default(),
        })
    }
}

/// What was agreed, in a line.
fn agreed(established: &Established) -> String {
    let mut line = format!("{}, {}", established.version, established.suite);
    for part in [
        established.group.map(|group| group.to_string()),
        established
            .alpn
            .as_ref()
            .map(|alpn| String::from_utf8_lossy(alpn).into_owned()),
    ]
    .into_iter()
    .flatten()
    {
        line.push_str(", ");
        line.push_str(&part);
    }
    line
}

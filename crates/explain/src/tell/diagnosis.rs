//! What went wrong, whose fault it most likely is, what shows it, and what to do.

mod cause;

use limpid_facts::{AlertSent, Blame, Check, Fact, Failure, Outcome};
use limpid_wire::handshake::ClientHello;
use limpid_wire::record::OtherProtocol;
use limpid_wire::{AlertDescription, CodePoint, HandshakeType};

use super::{Teller, check, decision, message};
use crate::catalogue::Language;
use crate::hex::spaced;
use crate::prose::Prose;
use crate::story::{Diagnosis, Mark, Row};
#[cfg(test)]
pub(crate) use cause::NAMES as CAUSES;
use cause::{Cause, Offer};

/// The diagnosis of a failed connection.
pub(super) fn diagnosis(t: &Teller<'_>) -> Option<Diagnosis> {
    match &t.known.failure {
        Some(failure) => Some(of_failure(t, failure)),
        None => fatal_alert(t).map(|alert| of_alert(t, alert)),
    }
}

fn of_failure(t: &Teller<'_>, failure: &Failure) -> Diagnosis {
    let told = Told {
        cause: cause::of(t, failure),
        values: values(t, failure),
        failure,
    };
    let found = told.found();
    Diagnosis {
        fault: failure.fault.to_owned(),
        what: told.what(t),
        blame: found.map_or(failure.blame, |cause| cause.blame),
        whose: told.whose(t),
        evidence: [offers(t, found), unwanted(t, found), evidence(t, failure)].concat(),
        rule: Some(failure.reference.to_owned()).filter(|rule| !rule.is_empty()),
        remedy: hint(t, failure).unwrap_or_else(|| told.remedy(t)),
        steps: told.steps(t),
        cause: told.name().to_owned(),
    }
}

/// A failure, its cause if it is known, and the values for sentences about it.
struct Told<'a> {
    failure: &'a Failure,
    cause: Option<Cause>,
    values: Vec<(&'static str, String)>,
}

impl Told<'_> {
    fn found(&self) -> Option<&Cause> {
        self.cause.as_ref()
    }

    fn name(&self) -> &'static str {
        let other = self.failure.came.as_deref().and_then(protocol);
        self.found()
            .map(|cause| cause.name)
            .or(other)
            .unwrap_or(self.failure.fault)
    }

    /// The catalogue's sentence under this key.
    fn say(&self, t: &Teller<'_>, key: &str) -> Option<Prose> {
        let values: Vec<(&str, &str)> = self
            .values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        t.known_prose(key, &values)
    }

    /// What happened. The engine's own sentences are English and know the particulars; other languages have sentences of their
    /// own, and the particulars stand in the evidence.
    fn what(&self, t: &Teller<'_>) -> Prose {
        let failure = self.failure;
        let cause = || self.say(t, &format!("cause.{}", self.name()));
        let own = match (t.say.language(), self.found()) {
            (_, Some(_)) => cause(),
            (Language::English, None) => None,
            (_, None) => self
                .say(t, &format!("fault.{}", failure.fault))
                .or_else(cause),
        };
        let more = self.say(t, &format!("cause.{}.more", self.name()));
        own.unwrap_or_else(|| sentence(&failure.what))
            .then(t.say.between_sentences(), more.unwrap_or_default())
    }

    /// Who has to act.
    fn whose(&self, t: &Teller<'_>) -> Prose {
        let blame = self.found().map_or(self.failure.blame, |cause| cause.blame);
        let about_certificates = self.failure.fault.starts_with("certificate_");
        let general = match blame {
            Blame::Theirs if about_certificates => "blame.certificate".to_owned(),
            blame => format!("blame.{}", super::variant(&blame)),
        };
        self.say(t, &format!("cause.{}.whose", self.name()))
            .or_else(|| self.say(t, &general))
            .unwrap_or_default()
    }

    /// What to do, in a sentence.
    fn remedy(&self, t: &Teller<'_>) -> Prose {
        let failure = self.failure;
        let own = || match t.say.language() {
            Language::English => None,
            _ => {
                let alert = failure.alert.filter(|_| failure.fault == "alert_received");
                alert
                    .and_then(|alert| self.say(t, &format!("alert.{alert}.remedy")))
                    .or_else(|| self.say(t, &format!("fault.{}.remedy", failure.fault)))
            }
        };
        self.say(t, &format!("cause.{}.remedy", self.name()))
            .or_else(own)
            .unwrap_or_else(|| Prose::words(failure.remedy))
    }

    /// How to do it: commands and settings, those for this side's view.
    fn steps(&self, t: &Teller<'_>) -> Vec<Prose> {
        let step = |number| self.say(t, &format!("step.{}.{number}", self.name()));
        (1..).map_while(step).collect()
    }
}

/// What sentences may speak of.
fn values(t: &Teller<'_>, failure: &Failure) -> Vec<(&'static str, String)> {
    let name = t.known.server_name.clone();
    let alert = failure.alert.map(|alert| alert.to_string());
    vec![
        ("by", t.side(failure.by)),
        ("peer", t.side(failure.by.peer())),
        ("name", name.unwrap_or_else(|| "HOST".to_owned())),
        ("alert", alert.unwrap_or_default()),
    ]
}

/// What the client had offered, where that is evidence.
fn offers(t: &Teller<'_>, cause: Option<&Cause>) -> Vec<Row> {
    let (Some(cause), Some(hello)) = (cause, &t.known.client_hello) else {
        return Vec::new();
    };
    let offers = cause.offers.iter().map(|offer| offered(t, hello, *offer));
    offers.filter(|row| !row.value.is_empty()).collect()
}

fn offered(t: &Teller<'_>, hello: &ClientHello, offer: Offer) -> Row {
    let (key, names) = match offer {
        Offer::Name => (
            "evidence.asked_name",
            t.known.server_name.iter().cloned().collect(),
        ),
        Offer::Versions => (
            "evidence.offered_versions",
            match hello.supported_versions() {
                Some(versions) => names(versions),
                None => names(&[hello.legacy_version]),
            },
        ),
        Offer::Suites => ("evidence.offered_suites", names(&hello.cipher_suites)),
        Offer::Groups => (
            "evidence.offered_groups",
            names(hello.supported_groups().unwrap_or_default()),
        ),
        Offer::Schemes => (
            "evidence.offered_schemes",
            names(hello.signature_algorithms().unwrap_or_default()),
        ),
        Offer::Protocols => (
            "evidence.offered_protocols",
            hello
                .application_layer_protocol_negotiation()
                .unwrap_or_default()
                .iter()
                .map(|name| String::from_utf8_lossy(name).into_owned())
                .collect(),
        ),
        Offer::Length => (
            "evidence.hello_length",
            hello_length(t).iter().map(usize::to_string).collect(),
        ),
    };
    plain(t, key, Prose::verbatim(&t.list(names)))
}

/// What the client could have shown, and whom the server trusts.
fn unwanted(t: &Teller<'_>, cause: Option<&Cause>) -> Vec<Row> {
    if cause.is_none_or(|cause| cause.name != cause::UNWANTED) {
        return Vec::new();
    }
    let authorities = plain(
        t,
        "evidence.authorities",
        Prose::verbatim(&t.list(t.known.client_authorities.iter().cloned())),
    );
    let weighed = cause::unshown(t).and_then(|decision| decision::candidates(t, decision));
    let candidates = weighed.map(|section| section.rows).unwrap_or_default();
    [authorities].into_iter().chain(candidates).collect()
}

/// Code points by name, without GREASE.
fn names<C: CodePoint + Copy + std::fmt::Display>(points: &[C]) -> Vec<String> {
    let sincere = points.iter().filter(|point| !point.is_grease());
    sincere.map(ToString::to_string).collect()
}

/// Length of the last ClientHello, in bytes.
fn hello_length(t: &Teller<'_>) -> Option<usize> {
    t.facts.iter().rev().find_map(|(_, fact)| match fact {
        Fact::Message(message) if message.handshake_type == HandshakeType::CLIENT_HELLO => {
            Some(message.bytes.len())
        }
        _ => None,
    })
}

/// The name of a protocol that is not TLS, by the bytes it began with.
fn protocol(came: &[u8]) -> Option<&'static str> {
    Some(match OtherProtocol::recognise(came)? {
        OtherProtocol::HttpRequest | OtherProtocol::HttpProxyRequest => "http_request",
        OtherProtocol::HttpResponse => "http_response",
        OtherProtocol::Sslv2Hello => "sslv2",
        OtherProtocol::Greeting => "starttls",
        OtherProtocol::Ssh => "ssh",
    })
}

/// The engine's words as a sentence.
fn sentence(words: &str) -> Prose {
    let mut letters = words.chars();
    let first: String = letters
        .next()
        .map(|first| first.to_uppercase().collect())
        .unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    Prose::words(&format!("{first}{}{end}", letters.as_str()))
}

/// Everything the failure carries that shows its cause.
fn evidence(t: &Teller<'_>, failure: &Failure) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(check) = failed_check(t, failure) {
        let title = t
            .say
            .say(&format!("check.{}", super::variant(&check.kind)), &[]);
        rows.push(Row {
            mark: Mark::Bad,
            name: title,
            value: Prose::default(),
            meaning: Prose::default(),
        });
        rows.extend(check::evidence(t, check).unwrap_or_default().rows);
    }
    if let Some(decision) = &failure.decision {
        let subject = t
            .say
            .say(&format!("subject.{}", super::variant(&decision.about)), &[]);
        rows.push(Row {
            mark: Mark::Bad,
            name: subject,
            value: decision::gist(t, decision),
            meaning: Prose::default(),
        });
        rows.extend(decision::candidates(t, decision).unwrap_or_default().rows);
    }
    rows.extend(waited(t, failure));
    if let Some(alert) = failure.alert {
        let key = if was_received(t, failure, alert) {
            "evidence.alert_received"
        } else {
            "evidence.alert_sent"
        };
        rows.push(plain(t, key, Prose::verbatim(&alert.to_string())));
    }
    rows
}

/// Whether the alert of a failure came from the peer.
fn was_received(t: &Teller<'_>, failure: &Failure, alert: AlertDescription) -> bool {
    let told = |fact: &Fact| matches!(fact, Fact::Alert(sent) if sent.description == alert && sent.from != failure.by);
    failure.blame == Blame::TheirWord || t.facts.iter().any(|(_, fact)| told(fact))
}

/// The check that failed: the one that was told with a reason; else the one the failure carries; else the last.
fn failed_check<'f>(t: &Teller<'f>, failure: &'f Failure) -> Option<&'f Check> {
    let failed = || {
        t.facts.iter().rev().filter_map(|(_, fact)| match fact {
            Fact::Check(check)
                if check.outcome == Outcome::Failed && failure.blame != Blame::TheirWord =>
            {
                Some(check)
            }
            _ => None,
        })
    };
    let reasoned =
        || failed().find(|check| check.evidence.iter().any(|(name, _)| *name == "reason"));
    reasoned()
        .or(failure.check.as_deref())
        .or_else(|| failed().next())
}

/// What was awaited, and what came instead.
fn waited(t: &Teller<'_>, failure: &Failure) -> Vec<Row> {
    let mut rows = Vec::new();
    if !failure.acceptable.is_empty() {
        let names = t.list(
            failure
                .acceptable
                .iter()
                .map(|message| t.message_name(*message)),
        );
        rows.push(plain(t, "evidence.awaited", Prose::words(&names)));
    }
    if let Some(came) = failure.came.as_ref().filter(|came| !came.is_empty()) {
        let shown = came.get(..came.len().min(32)).unwrap_or_default();
        let more = if came.len() > shown.len() { " …" } else { "" };
        rows.push(plain(
            t,
            "evidence.came",
            Prose::verbatim(&format!("{}{more}", spaced(shown))),
        ));
        rows.extend(
            as_text(came).map(|text| plain(t, "evidence.came_as_text", Prose::verbatim(&text))),
        );
        rows.extend(message::complaint(t, came).map(|why| plain(t, "evidence.complaint", why)));
    }
    rows
}

fn plain(t: &Teller<'_>, key: &str, value: Prose) -> Row {
    Row {
        name: t.say.say(key, &[]),
        value,
        ..Row::default()
    }
}

/// The first line of bytes that are text: the answer of something that does not speak TLS.
fn as_text(bytes: &[u8]) -> Option<String> {
    let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let line = line.get(..line.len().min(60))?;
    let readable = line.len() >= 4
        && line
            .iter()
            .all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    readable.then(|| String::from_utf8_lossy(line).into_owned())
}

/// A remedy that the bytes themselves suggest.
fn hint(t: &Teller<'_>, failure: &Failure) -> Option<Prose> {
    let other = protocol(failure.came.as_deref()?)?;
    t.known_prose(&format!("hint.{other}"), &[])
}

fn fatal_alert<'a>(t: &Teller<'a>) -> Option<&'a AlertSent> {
    t.facts.iter().find_map(|(_, fact)| match fact {
        Fact::Alert(alert)
            if !matches!(
                alert.description,
                AlertDescription::CLOSE_NOTIFY | AlertDescription::USER_CANCELED
            ) =>
        {
            Some(alert)
        }
        _ => None,
    })
}

/// All that can be said when there is an alert and nobody says why: a capture of somebody else's connection.
fn of_alert(t: &Teller<'_>, alert: &AlertSent) -> Diagnosis {
    let name = alert.description.to_string();
    let sender = t.side(alert.from);
    let said = |key: String, otherwise: &str| {
        t.known_prose(&key, &[])
            .unwrap_or_else(|| t.say.say(otherwise, &[]))
    };
    Diagnosis {
        fault: name.clone(),
        what: said(format!("alert.{name}"), "alert.unknown"),
        blame: Blame::TheirWord,
        whose: t
            .say
            .say("blame.alert", &[("sender", &sender), ("name", &name)]),
        evidence: Vec::new(),
        rule: alert.description.reference().map(str::to_owned),
        remedy: said(format!("alert.{name}.remedy"), "alert.unknown.remedy"),
        steps: Vec::new(),
        cause: name,
    }
}

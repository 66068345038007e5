//! What went wrong, whose fault it most likely is, what shows it, and what to do.

use limpid_facts::{AlertSent, Blame, Check, Fact, Failure, Outcome};
use limpid_wire::AlertDescription;
use limpid_wire::record::OtherProtocol;

use super::{Teller, check, decision, message};
use crate::catalogue::Language;
use crate::hex::spaced;
use crate::prose::Prose;
use crate::story::{Diagnosis, Mark, Row};

/// The diagnosis of a failed connection.
pub(super) fn diagnosis(t: &Teller<'_>) -> Option<Diagnosis> {
    match &t.known.failure {
        Some(failure) => Some(of_failure(t, failure)),
        None => fatal_alert(t).map(|alert| of_alert(t, alert)),
    }
}

fn of_failure(t: &Teller<'_>, failure: &Failure) -> Diagnosis {
    let by = t.side(failure.by);
    let peer = t.side(failure.by.peer());
    let values: &[(&str, &str)] = &[("by", &by), ("peer", &peer)];
    let (what, remedy) = sentences(t, failure, values);
    Diagnosis {
        fault: failure.fault.to_owned(),
        what,
        blame: failure.blame,
        whose: whose(t, failure, values),
        evidence: evidence(t, failure),
        rule: Some(failure.reference.to_owned()).filter(|rule| !rule.is_empty()),
        remedy: hint(t, failure).unwrap_or(remedy),
    }
}

/// What happened and what to do. The engine's own sentences are English and know the particulars; other languages have
/// sentences of their own, and the particulars stand in the evidence.
fn sentences(t: &Teller<'_>, failure: &Failure, values: &[(&str, &str)]) -> (Prose, Prose) {
    let own = || (sentence(&failure.what), Prose::words(failure.remedy));
    if t.say.language() == Language::English {
        return own();
    }
    let (what, remedy) = own();
    let said = |ending: &str| t.known_prose(&format!("fault.{}{ending}", failure.fault), values);
    let alert = failure.alert.filter(|_| failure.fault == "alert_received");
    let alert_remedy = alert.and_then(|alert| t.known_prose(&format!("alert.{alert}.remedy"), &[]));
    (
        said("").unwrap_or(what),
        alert_remedy.or_else(|| said(".remedy")).unwrap_or(remedy),
    )
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

/// Who has to act.
fn whose(t: &Teller<'_>, failure: &Failure, values: &[(&str, &str)]) -> Prose {
    if failure.fault.starts_with("certificate_") && failure.blame == Blame::Theirs {
        return t.say.say("blame.certificate", values);
    }
    t.say
        .say(&format!("blame.{}", super::variant(&failure.blame)), values)
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
        let key = if failure.blame == Blame::TheirWord {
            "evidence.alert_received"
        } else {
            "evidence.alert_sent"
        };
        rows.push(plain(t, key, Prose::verbatim(&alert.to_string())));
    }
    rows
}

/// The check that failed: the one the failure carries; else the one that says a reason; else the last.
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
    failure
        .check
        .as_deref()
        .or_else(reasoned)
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
    let key = match OtherProtocol::recognise(failure.came.as_ref()?)? {
        OtherProtocol::HttpRequest | OtherProtocol::HttpProxyRequest => "hint.http_request",
        OtherProtocol::HttpResponse => "hint.http_response",
        OtherProtocol::Sslv2Hello => "hint.sslv2",
        OtherProtocol::Greeting => "hint.starttls",
        OtherProtocol::Ssh => "hint.ssh",
    };
    t.known_prose(key, &[])
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
    }
}

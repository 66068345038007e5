//! What the answers prove about a failure. Pure: a better failure from an opaque one.

use limpid::facts::{Because, Blame, Candidate, Decision, Failure, Named, Side, Subject};
use limpid::wire::ProtocolVersion;
use limpid::wire::record::OtherProtocol;
use limpid_explain::Trouble;

use super::exam::{Exam, Stage};
use super::question::{Answer, Question};

/// The failure of the first connection as the answers explain it; `None` where they add nothing.
pub(super) fn finding(exam: &Exam) -> Option<Failure> {
    let failure = exam.failure.as_ref()?;
    let found = match exam.stage() {
        Stage::Nowhere | Stage::Tcp | Stage::Known => return None,
        Stage::Dates => clock(exam),
        Stage::NotTls => plain_text(exam, failure),
        Stage::Name => name(exam, failure),
        Stage::Protocols => protocols(exam, failure),
        Stage::Version => versions(exam, failure),
        Stage::Hello => hello(exam, failure),
    };
    // What the first connection saw stays evidence.
    found.map(|found| Failure {
        alert: found.alert.or(failure.alert),
        awaited: found.awaited.or(failure.awaited),
        came: found.came.or_else(|| failure.came.clone()),
        ..found
    })
}

fn hello(exam: &Exam, failure: &Failure) -> Option<Failure> {
    dropped(exam)
        .or_else(|| plain_text(exam, failure))
        .or_else(|| versions(exam, failure))
        .or_else(|| lists(exam, failure))
        .or_else(|| name(exam, failure))
}

/// The same hello, but short, is answered.
fn dropped(exam: &Exam) -> Option<Failure> {
    if !exam.accepts(&Question::WithoutPostQuantum) {
        return None;
    }
    let which = match exam.answer(&Question::Padded) {
        Some(Answer::Accepted(_)) => {
            "; one as long without that share is answered, too, so that it is the share itself"
        }
        Some(_) => "; one as long without that share is not, so that it is the length",
        None => "",
    };
    let what = format!(
        "the server answers a ClientHello without a post-quantum key share, but not one with it{which}"
    );
    Some(Trouble::HelloDropped.failure(Side::Client, what))
}

/// This machine's clock and the server's differ, and the certificate is valid by the server's.
fn clock(exam: &Exam) -> Option<Failure> {
    let Some(Answer::Clock(clock)) = exam.answer(&Question::Clock) else {
        return None;
    };
    if !clock.explains_the_dates() {
        return None;
    }
    let behind = clock.behind();
    let way = if behind > 0 { "behind" } else { "ahead of" };
    let what = format!(
        "this machine's clock is {} {way} the server's, and by the server's clock its certificate is valid",
        span(behind)
    );
    Some(Trouble::ClockSkew.failure(Side::Client, what))
}

/// A span of time as people say it.
pub(super) fn span(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", (seconds + 30) / 60),
        7_200..172_800 => format!("{} hours", (seconds + 1_800) / 3_600),
        _ => format!("{} days", seconds.saturating_add(43_200) / 86_400),
    }
}

/// The server speaks first, or speaks HTTP.
fn plain_text(exam: &Exam, failure: &Failure) -> Option<Failure> {
    let bytes = |question| match exam.answer(&question) {
        Some(Answer::Bytes(bytes)) => Some(bytes),
        _ => None,
    };
    if let Some(greeting) = bytes(Question::Greeting) {
        return Some(Failure {
            fault: "not_tls",
            blame: Blame::Theirs,
            reference: "RFC 8446 §5.1",
            what: "the server does not speak TLS here: it speaks first, in plain text".to_owned(),
            came: Some(greeting.as_slice().into()),
            ..failure.clone()
        });
    }
    let answer = bytes(Question::PlainHttp)?;
    let is_http = OtherProtocol::recognise(answer) == Some(OtherProtocol::HttpResponse);
    is_http.then(|| {
        let what = "the port answers plain HTTP, and not TLS".to_owned();
        Failure {
            came: Some(answer.as_slice().into()),
            ..Trouble::PlainHttp.failure(Side::Client, what)
        }
    })
}

/// No version in common.
fn versions(exam: &Exam, failure: &Failure) -> Option<Failure> {
    let theirs = exam.versions();
    if theirs.is_empty() || exam.highest_common().is_some() {
        return None;
    }
    let old = theirs
        .iter()
        .all(|version| *version < ProtocolVersion::TLS_1_2);
    let names: Vec<_> = theirs.iter().map(ToString::to_string).collect();
    let (fault, blame, what) = if old {
        let what = format!(
            "the server speaks only {}: obsolete and unsafe",
            names.join(", ")
        );
        ("server_too_old", Blame::Theirs, what)
    } else {
        let what = format!(
            "the server speaks only {}, which this client does not offer",
            names.join(", ")
        );
        ("no_common_version", Blame::Both, what)
    };
    let decision = nothing_in_common(
        Subject::Version,
        &theirs,
        &exam.ours.policy.versions,
        Named::Version,
    );
    Some(found(
        failure,
        fault,
        blame,
        "RFC 8446 §4.2.1, RFC 8996 §4",
        what,
        decision,
    ))
}

/// One list has nothing in common with the server's.
fn lists(exam: &Exam, failure: &Failure) -> Option<Failure> {
    let version = exam.highest_common()?;
    let policy = &exam.ours.policy;
    if exam.refuses(&Question::OurSuites(version)) {
        let theirs = exam.suites(version);
        let ours: Vec<_> = policy.suites_for(version).map(|suite| suite.id).collect();
        let what = only("cipher suites", &theirs);
        let decision = nothing_in_common(Subject::CipherSuite, &theirs, &ours, Named::Suite);
        let rule = "RFC 5246 §7.4.1.3, RFC 8446 §4.1.1";
        return Some(found(
            failure,
            "no_common_suite",
            Blame::Both,
            rule,
            what,
            decision,
        ));
    }
    if exam.refuses(&Question::OurGroups(version)) {
        let theirs = exam.groups();
        let what = only("groups", &theirs);
        let decision = nothing_in_common(Subject::Group, &theirs, &policy.groups, Named::Group);
        let rule = "RFC 8446 §4.1.1, RFC 8422 §4";
        return Some(found(
            failure,
            "no_common_group",
            Blame::Both,
            rule,
            what,
            decision,
        ));
    }
    if exam.refuses(&Question::OurSchemes(version)) {
        let theirs = exam.schemes();
        let what = only("signature schemes", &theirs);
        let decision = nothing_in_common(
            Subject::SignatureScheme,
            &theirs,
            &policy.schemes,
            Named::Scheme,
        );
        let rule = "RFC 8446 §4.4.2.2, RFC 5246 §7.4.1.4.1";
        return Some(found(
            failure,
            "no_common_signature_scheme",
            Blame::Both,
            rule,
            what,
            decision,
        ));
    }
    None
}

fn only<T: ToString>(kind: &str, theirs: &[T]) -> String {
    let names: Vec<_> = theirs.iter().map(ToString::to_string).collect();
    format!(
        "of the {kind} the server accepts only {}, and the client offers none of them",
        names.join(", ")
    )
}

/// Without the name the server goes on.
fn name(exam: &Exam, failure: &Failure) -> Option<Failure> {
    let asked = exam.ours.name.as_ref()?;
    let accepted = exam.answer(&Question::WithoutName)?.accepted()?;
    let shown = accepted.certificate.as_ref();
    let instead = shown.map(|name| format!(", and has a certificate for {name}"));
    let what = format!(
        "the server has no site of the name {asked}; asked for none, it goes on{}",
        instead.unwrap_or_default()
    );
    Some(Failure {
        fault: "name_refused",
        blame: Blame::Both,
        reference: "RFC 6066 §3",
        what,
        remedy: "Check the name's spelling and whether it leads to this server; otherwise add the name to the server's configuration.",
        ..failure.clone()
    })
}

/// Which application protocols the server has.
fn protocols(exam: &Exam, failure: &Failure) -> Option<Failure> {
    let accepted: Vec<String> = exam
        .log
        .iter()
        .filter_map(|(question, answer)| match question {
            Question::Protocol(name) => answer.accepted().map(|_| name.clone()),
            _ => None,
        })
        .collect();
    let without = exam.accepts(&Question::WithoutProtocols);
    if accepted.is_empty() && !without {
        return None;
    }
    let named = |name: &String| Named::Protocol(name.as_bytes().into());
    let among = nothing_in_common(Subject::Alpn, &accepted, &exam.ours.protocols, |name| {
        named(&name)
    });
    let what = match (accepted.as_slice(), without) {
        ([], _) => "the server has none of the application protocols that are offered; without any it goes on".to_owned(),
        (some, _) => format!("of the application protocols the server accepts {}, and the client offers none of them", some.join(", ")),
    };
    Some(found(
        failure,
        "no_common_alpn",
        Blame::Both,
        "RFC 7301 §3.2",
        what,
        among,
    ))
}

/// The server's list and this side's, each ruled out by the other.
fn nothing_in_common<T: Clone>(
    about: Subject,
    theirs: &[T],
    ours: &[T],
    named: impl Fn(T) -> Named,
) -> Decision {
    let accepted = theirs.iter().cloned().map(|it| (it, Because::NotOffered));
    let offered = ours.iter().cloned().map(|it| (it, Because::NotInPolicy));
    Decision {
        by: Side::Server,
        about,
        chosen: None,
        among: accepted
            .chain(offered)
            .map(|(it, because)| Candidate::ruled_out(named(it), because))
            .collect(),
        because: Because::NothingInCommon,
    }
}

fn found(
    failure: &Failure,
    fault: &'static str,
    blame: Blame,
    reference: &'static str,
    what: String,
    decision: Decision,
) -> Failure {
    Failure {
        fault,
        blame,
        reference,
        what,
        remedy: match decision.about {
            Subject::Version => {
                "Allow a version on one side that the other has; TLS 1.2 and TLS 1.3 are the ones to have."
            }
            Subject::CipherSuite => {
                "Allow a cipher suite on one side that the other has and that fits the server's certificate."
            }
            Subject::Group => {
                "Allow a group on one side that the other has; x25519 and secp256r1 are the ones to have."
            }
            Subject::SignatureScheme => {
                "Give the server a certificate whose key can make a signature that the client accepts, or let the client accept more."
            }
            Subject::Alpn => {
                "Configure an application protocol on one side that the other has, or leave ALPN out."
            }
            _ => "Allow one on one side that the other has.",
        },
        decision: Some(Box::new(decision)),
        ..failure.clone()
    }
}

#[cfg(test)]
mod tests;

//! One change at one point, and what must come of it.

use limpid::{Endpoint, Fault};
use limpid_facts::Side;
use limpid_testkit::End;
use limpid_testkit::middle::{Delivery, Known, Middle, Piece, honest};
use limpid_wire::AlertDescription;

use crate::point::{Point, converse};

/// What must come of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// The subject refuses with one of these alerts, and that is the end.
    Alert(&'static [AlertDescription]),
    /// Nothing at all: as if it had not been changed.
    Fine,
    /// The subject does not complain; what it gets may be less or more.
    Harmless,
    /// The subject waits for what does not come.
    Stall,
    /// The subject waits, or refuses with one of these alerts.
    StallOrAlert(&'static [AlertDescription]),
    /// The subject ends with this fault, and sends no alert.
    Silent(Fault),
}

/// Makes, of what the peer sends at a point and after it in the same flight, what the subject gets; and how much of the
/// flight that stands for.
pub(crate) type Change<'a> = dyn Fn(&Piece, &[Piece]) -> (Vec<Delivery>, usize) + 'a;

/// Plays the point's flow with the change.
pub(crate) fn play(point: &Point, mut middle: Middle, change: &Change<'_>) -> Middle {
    let mut flight = 0;
    let mut made = false;
    converse(
        point.flow,
        &mut middle,
        &mut |from: Side, pieces: Vec<Piece>| {
            if from == point.subject {
                return honest(from, pieces);
            }
            flight += 1;
            if flight - 1 != point.flight || point.index >= pieces.len() {
                return honest(from, pieces);
            }
            made = true;
            let (before, rest) = pieces.split_at(point.index);
            let (mut deliveries, stands_for) = change(&rest[0], &rest[1..]);
            let mut all = honest(from, before.to_vec());
            all.append(&mut deliveries);
            all.extend(honest(from, rest[stands_for..].to_vec()));
            all
        },
    );
    assert!(made, "{point:?}: the point never came");
    middle
}

/// Plays it, and checks that what must come of it does. Returns what is wrong.
pub(crate) fn check(
    point: &Point,
    what: &str,
    change: &Change<'_>,
    expect: &Expect,
) -> Option<String> {
    let middle = play(point, point.flow.middle(1), change);
    let wrong = match point.subject {
        Side::Client => verdict(point, middle.client, middle.server, expect),
        Side::Server => verdict(point, middle.server, middle.client, expect),
    };
    wrong.map(|wrong| format!("{point:?}, {what}: expected {expect:?}, but {wrong}"))
}

/// Asserts that nothing is wrong with any of many cases.
#[track_caller]
pub(crate) fn assert_none_wrong(name: &str, cases: usize, wrong: &[String]) {
    #[expect(
        clippy::print_stdout,
        reason = "the number of cases is part of the proof"
    )]
    {
        println!("{name}: {cases} cases");
    }
    assert!(cases > 0, "{name}: a test that cannot fail");
    let first: Vec<_> = wrong.iter().take(40).cloned().collect();
    assert!(
        wrong.is_empty(),
        "{} of {cases} {name}:\n{}",
        wrong.len(),
        first.join("\n")
    );
}

fn verdict<A: Endpoint, B: Endpoint>(
    point: &Point,
    mut subject: Known<A>,
    peer: Known<B>,
    expect: &Expect,
) -> Option<String> {
    let told = subject.told_established();
    let wrong = match expect {
        Expect::Alert(allowed) => refused(&subject, allowed),
        Expect::Fine => fine(&subject.end).or_else(|| fine(&peer.end)),
        Expect::Harmless => complaint(&subject.end),
        Expect::Stall => stalled(&mut subject),
        Expect::StallOrAlert(allowed) => {
            refused(&subject, allowed).and_then(|_| stalled(&mut subject))
        }
        Expect::Silent(fault) => silent(&subject, fault),
    };
    if wrong.is_some() || matches!(expect, Expect::Fine | Expect::Harmless) {
        return wrong;
    }
    if point.handshaking {
        left_behind(&subject, told)
    } else {
        None
    }
}

/// What a refused handshake must not leave behind: success, data, secrets.
fn left_behind<S: Endpoint>(subject: &Known<S>, told_established: bool) -> Option<String> {
    let end = &subject.end;
    if told_established || end.endpoint.established().is_some() {
        return Some("the handshake was completed".into());
    }
    if !end.received.is_empty() {
        return Some("application data was released".into());
    }
    let exported = end.endpoint.export(b"EXPERIMENTAL", None, &mut [0; 32]);
    exported.is_ok().then(|| "secrets can be exported".into())
}

fn refused<S: Endpoint>(subject: &Known<S>, allowed: &[AlertDescription]) -> Option<String> {
    let Some(error) = &subject.end.error else {
        return Some("it did not complain".into());
    };
    if !matches!(subject.alerts_sent().as_slice(), [sent] if allowed.contains(sent)) {
        return Some(format!("it sent {:?}: {error:?}", subject.alerts_sent()));
    }
    error
        .remedy()
        .is_empty()
        .then(|| format!("no remedy for {error}"))
}

fn complaint<S: Endpoint>(end: &End<S>) -> Option<String> {
    let error = end.error.as_ref().filter(|error| {
        // What the peer makes of it is the peer's business.
        !matches!(error.fault(), Fault::AlertReceived(_))
    });
    error.map(|error| format!("it complained: {error:?}"))
}

fn fine<S: Endpoint>(end: &End<S>) -> Option<String> {
    if let Some(error) = &end.error {
        return Some(format!("it ended with {error:?}"));
    }
    if end.endpoint.established().is_none() {
        return Some("it stalls".into());
    }
    if !matches!(end.received.as_slice(), b"ping" | b"pong") || !end.peer_closed {
        return Some(format!("it received {:?}", end.received));
    }
    None
}

fn stalled<S: Endpoint>(subject: &mut Known<S>) -> Option<String> {
    let end = &mut subject.end;
    // The peer's end closes when the test does, and says so.
    if let Some(error) = &end.error {
        let waited = matches!(
            error.fault(),
            Fault::ClosedDuringHandshake | Fault::AlertReceived(_) | Fault::Misuse(_)
        );
        return (!waited).then(|| format!("it ended with {error:?}"));
    }
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    match end.endpoint.end(&mut cx, &mut end.output) {
        Err(error) if matches!(error.fault(), Fault::Truncated { .. } | Fault::Misuse(_)) => None,
        other => Some(format!("at the end it said {other:?}")),
    }
}

fn silent<S: Endpoint>(subject: &Known<S>, fault: &Fault) -> Option<String> {
    let Some(error) = &subject.end.error else {
        return Some("it did not end".into());
    };
    if error.fault() != fault || !subject.alerts_sent().is_empty() {
        return Some(format!("it said {:?}: {error:?}", subject.alerts_sent()));
    }
    None
}

//! The plan against servers that are functions: what is asked, in which order, and that it ends.

use limpid::facts::{Blame, Side};
use limpid_explain::Trouble;

use super::*;

/// A failure at the server's answer to the hello.
pub(crate) fn refused(alert: AlertDescription) -> Failure {
    Failure {
        fault: "alert_received",
        blame: Blame::TheirWord,
        alert: Some(alert),
        awaited: Some("AwaitServerHello"),
        ..Trouble::Silent.failure(Side::Client, "the peer sent an alert".to_owned())
    }
}

pub(crate) fn exam(failure: Option<Failure>) -> Exam {
    Exam {
        ours: Ours {
            policy: Policy::default(),
            name: Some("localhost".to_owned()),
            protocols: Vec::new(),
        },
        failure,
        log: Vec::new(),
    }
}

/// A server that has these versions, suites and groups, and takes any signature scheme.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) versions: Vec<ProtocolVersion>,
    pub(crate) suites: Vec<CipherSuite>,
    pub(crate) groups: Vec<NamedGroup>,
    pub(crate) schemes: Vec<SignatureScheme>,
}

impl Server {
    pub(crate) fn modern() -> Self {
        let policy = Policy::default();
        Self {
            versions: policy.versions,
            suites: policy.suites,
            groups: policy.groups,
            schemes: policy.schemes,
        }
    }

    /// What this server would answer.
    pub(crate) fn answer(&self, question: &Question, ours: &Ours) -> Answer {
        let Some(offer) = super::super::hello::Offer::asking(question, ours) else {
            return Answer::Failed;
        };
        let first = |ours: &[CipherSuite], theirs: &[CipherSuite], newest: bool| {
            let fits = |suite: &&CipherSuite| {
                theirs.contains(suite) && suite.parts().is_some_and(|it| it.is_tls13() == newest)
            };
            ours.iter().find(fits).copied()
        };
        let refusal = Answer::Alert(AlertDescription::HANDSHAKE_FAILURE);
        let mut versions = offer.versions.clone();
        versions.sort();
        let Some(version) = versions
            .into_iter()
            .rev()
            .find(|it| self.versions.contains(it))
        else {
            return Answer::Alert(AlertDescription::PROTOCOL_VERSION);
        };
        let suite = first(
            &self.suites,
            &offer.suites,
            version == ProtocolVersion::TLS_1_3,
        );
        let group = self
            .groups
            .iter()
            .find(|it| offer.groups.contains(it))
            .copied();
        let scheme = self
            .schemes
            .iter()
            .find(|it| offer.schemes.contains(it))
            .copied();
        match (suite, group, scheme) {
            (Some(suite), Some(_), Some(_)) => Answer::Accepted(Accepted {
                group,
                scheme,
                ..Accepted::new(version, suite)
            }),
            _ => refusal,
        }
    }

    /// Asks it everything that is planned.
    pub(crate) fn examine(&self, mut exam: Exam) -> Exam {
        while let Some(question) = exam.next() {
            assert!(
                exam.answer(&question).is_none(),
                "{question:?} is asked twice"
            );
            let answer = self.answer(&question, &exam.ours);
            exam.log.push((question, answer));
        }
        assert!(exam.log.len() <= QUESTIONS);
        exam
    }
}

#[test]
fn where_nothing_can_be_asked_nothing_is() {
    for trouble in [
        Trouble::NameNotFound,
        Trouble::Refused,
        Trouble::NoAnswer,
        Trouble::Unreachable,
    ] {
        let failure = trouble.failure(Side::Client, String::new());
        assert_eq!(exam(Some(failure)).next(), None);
    }
}

#[test]
fn a_healthy_server_is_asked_for_all_it_has() {
    let exam = Server::modern().examine(exam(None));
    assert_eq!(
        exam.versions(),
        [ProtocolVersion::TLS_1_3, ProtocolVersion::TLS_1_2]
    );
    let suites = |version| exam.suites(version).len();
    let all = Policy::default().suites.len();
    assert_eq!(
        suites(ProtocolVersion::TLS_1_3) + suites(ProtocolVersion::TLS_1_2),
        all
    );
    assert_eq!(exam.groups().len(), Policy::default().groups.len());
    assert!(exam.answer(&Question::Resumption).is_some());
}

#[test]
fn a_dropped_hello_is_found_with_two_questions() {
    let failure = Trouble::Silent.failure(Side::Client, String::new());
    let exam = Server::modern().examine(exam(Some(failure)));
    let asked: Vec<_> = exam.log.iter().map(|(question, _)| question).collect();
    assert_eq!(asked, [&Question::WithoutPostQuantum, &Question::Padded]);
}

#[test]
fn a_deaf_port_is_not_asked_for_long() {
    let mut exam = exam(Some(Trouble::Silent.failure(Side::Client, String::new())));
    while let Some(question) = exam.next() {
        exam.log.push((question, Answer::Silent));
    }
    assert_eq!(exam.log.len(), 3);
}

#[test]
fn an_old_server_is_asked_for_versions_alone() {
    let server = Server {
        versions: vec![ProtocolVersion::TLS_1_1, ProtocolVersion::TLS_1_0],
        ..Server::modern()
    };
    let failure = refused(AlertDescription::PROTOCOL_VERSION);
    let exam = server.examine(exam(Some(failure)));
    assert_eq!(exam.log.len(), VERSIONS.len());
    assert_eq!(exam.versions(), server.versions);
}

#[test]
fn an_opaque_refusal_ends_with_the_list_that_is_to_blame() {
    let version = ProtocolVersion::TLS_1_2;
    let theirs = CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA;
    let server = Server {
        versions: vec![version],
        suites: vec![theirs],
        ..Server::modern()
    };
    let exam = server.examine(exam(Some(refused(AlertDescription::HANDSHAKE_FAILURE))));
    assert!(exam.refuses(&Question::OurSuites(version)));
    assert!(exam.accepts(&Question::OurGroups(version)));
    assert_eq!(exam.suites(version), [theirs]);
}

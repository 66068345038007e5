//! What is known so far, and what to ask next. Pure: the plan is a function of the answers.

use limpid::Policy;
use limpid::facts::Failure;
use limpid::wire::{
    AlertDescription, CipherSuite, CodePoint, NamedGroup, ProtocolVersion, SignatureScheme,
};

use super::question::{Accepted, Answer, Question};

/// Most questions in all.
pub(super) const QUESTIONS: usize = 72;

/// Most values that are looked for in one list.
const LISTED: usize = 20;

/// The versions that are asked for, newest first.
pub(super) const VERSIONS: [ProtocolVersion; 5] = [
    ProtocolVersion::TLS_1_3,
    ProtocolVersion::TLS_1_2,
    ProtocolVersion::TLS_1_1,
    ProtocolVersion::TLS_1_0,
    ProtocolVersion::SSL_3_0,
];

/// What this side offers.
#[derive(Clone, Debug)]
pub(super) struct Ours {
    pub(super) policy: Policy,
    pub(super) name: Option<String>,
    pub(super) protocols: Vec<String>,
}

/// Everything that is known about a server.
#[derive(Clone, Debug)]
pub(super) struct Exam {
    pub(super) ours: Ours,
    /// How the first connection failed; `None` if it did not.
    pub(super) failure: Option<Failure>,
    /// What was asked, and what came of it.
    pub(super) log: Vec<(Question, Answer)>,
}

/// Where the first connection stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It did not.
    Nowhere,
    /// Before TLS.
    Tcp,
    /// At the server's answer to the ClientHello.
    Hello,
    /// The server gave up over versions.
    Version,
    /// The server gave up over the name.
    Name,
    /// The server gave up over application protocols.
    Protocols,
    /// At the dates of a certificate.
    Dates,
    /// What came was not TLS.
    NotTls,
    /// Later, for a reason that is known already.
    Known,
}

impl Exam {
    /// Where the first connection stopped.
    pub(super) fn stage(&self) -> Stage {
        use AlertDescription as Alert;
        let Some(failure) = &self.failure else {
            return Stage::Nowhere;
        };
        let at_hello = failure.awaited == Some("AwaitServerHello");
        match (failure.fault, failure.alert) {
            ("alert_received", Some(Alert::PROTOCOL_VERSION)) => Stage::Version,
            ("alert_received", Some(Alert::UNRECOGNIZED_NAME)) => Stage::Name,
            ("alert_received", Some(Alert::NO_APPLICATION_PROTOCOL)) => Stage::Protocols,
            ("alert_received" | "truncated_handshake" | "closed_during_handshake", _)
                if at_hello =>
            {
                Stage::Hello
            }
            ("silent" | "tcp_reset" | "transport_broken", _) => Stage::Hello,
            ("version_not_offered", _) => Stage::Version,
            ("certificate_expired" | "certificate_not_yet_valid", _) => Stage::Dates,
            ("not_tls" | "bad_record_header", _) => Stage::NotTls,
            ("name_not_found" | "tcp_refused" | "tcp_unreachable" | "tcp_no_answer", _) => {
                Stage::Tcp
            }
            _ => Stage::Known,
        }
    }

    /// What to ask next; `None` when enough is known.
    pub(super) fn next(&self) -> Option<Question> {
        if self.log.len() >= QUESTIONS {
            return None;
        }
        let wanted = match self.stage() {
            Stage::Tcp | Stage::Known => Vec::new(),
            Stage::NotTls => vec![Question::Greeting, Question::PlainHttp],
            Stage::Dates => vec![Question::Clock],
            Stage::Name => vec![Question::WithoutName],
            Stage::Protocols => self.about_protocols(),
            Stage::Version => VERSIONS.map(Question::Version).to_vec(),
            Stage::Hello => self.about_a_refused_hello(),
            Stage::Nowhere => self.about_a_healthy_server(),
        };
        wanted
            .into_iter()
            .find(|question| self.answer(question).is_none())
    }

    fn about_protocols(&self) -> Vec<Question> {
        let known = ["h2", "http/1.1"].map(|name| Question::Protocol(name.to_owned()));
        [Question::WithoutProtocols]
            .into_iter()
            .chain(known)
            .collect()
    }

    /// The server said no, or nothing, to the hello: which part of it is it?
    fn about_a_refused_hello(&self) -> Vec<Question> {
        let mut wanted = Vec::new();
        if self.offers_post_quantum() {
            wanted.push(Question::WithoutPostQuantum);
        }
        if self.accepts(&Question::WithoutPostQuantum) {
            wanted.push(Question::Padded);
            return wanted;
        }
        // What is deaf will not hear five more times.
        let deaf = self.answer(&Question::WithoutPostQuantum) == Some(&Answer::Silent);
        if deaf {
            wanted.extend([Question::Greeting, Question::PlainHttp]);
            return wanted;
        }
        wanted.extend(VERSIONS.map(Question::Version));
        if VERSIONS
            .iter()
            .any(|version| self.answer(&Question::Version(*version)).is_none())
        {
            return wanted;
        }
        let Some(version) = self.highest_common() else {
            if self.versions().is_empty() {
                wanted.extend([Question::Greeting, Question::PlainHttp]);
            }
            return wanted;
        };
        wanted.extend([
            Question::OurSuites(version),
            Question::OurGroups(version),
            Question::OurSchemes(version),
        ]);
        wanted.extend(self.ours.name.iter().map(|_| Question::WithoutName));
        if self.refuses(&Question::OurSuites(version)) {
            wanted.extend(self.more_suites(version));
        }
        if self.refuses(&Question::OurGroups(version)) {
            wanted.extend(self.more_groups(version));
        }
        if self.refuses(&Question::OurSchemes(version)) {
            let others = SignatureScheme::ALL
                .iter()
                .copied()
                .filter(|scheme| is_sincere(*scheme));
            wanted.extend(
                others
                    .take(LISTED)
                    .map(|scheme| Question::Scheme(version, scheme)),
            );
        }
        wanted
    }

    fn about_a_healthy_server(&self) -> Vec<Question> {
        let mut wanted = VERSIONS.map(Question::Version).to_vec();
        for version in self.versions() {
            wanted.extend(self.more_suites(version));
        }
        wanted.extend(
            self.versions()
                .first()
                .and_then(|version| self.more_groups(*version)),
        );
        if self.ours.protocols.is_empty() {
            wanted.extend(["h2", "http/1.1"].map(|name| Question::Protocol(name.to_owned())));
        }
        wanted.push(Question::Resumption);
        wanted
    }

    fn more_suites(&self, version: ProtocolVersion) -> Option<Question> {
        let known = self.suites(version);
        (known.len() < LISTED).then_some(Question::SuitesBeside(version, known))
    }

    fn more_groups(&self, version: ProtocolVersion) -> Option<Question> {
        let known = self.groups();
        (known.len() < LISTED).then_some(Question::GroupsBeside(version, known))
    }

    /// What came of a question, if it was asked.
    pub(super) fn answer(&self, question: &Question) -> Option<&Answer> {
        let mut log = self.log.iter();
        log.find(|(asked, _)| asked == question)
            .map(|(_, answer)| answer)
    }

    /// Whether the server went on when it was asked this.
    pub(super) fn accepts(&self, question: &Question) -> bool {
        self.answer(question).and_then(Answer::accepted).is_some()
    }

    /// Whether it was asked this and did not go on.
    pub(super) fn refuses(&self, question: &Question) -> bool {
        self.answer(question)
            .is_some_and(|answer| answer.accepted().is_none())
    }

    /// Everything that the server chose so far.
    pub(super) fn choices(&self) -> impl Iterator<Item = &Accepted> {
        self.log.iter().filter_map(|(_, answer)| answer.accepted())
    }

    /// The versions that the server has, newest first.
    pub(super) fn versions(&self) -> Vec<ProtocolVersion> {
        let has =
            |version: &ProtocolVersion| self.choices().any(|choice| choice.version == *version);
        VERSIONS.into_iter().filter(has).collect()
    }

    /// The highest version that both sides have.
    pub(super) fn highest_common(&self) -> Option<ProtocolVersion> {
        let mut versions = self.versions().into_iter();
        versions.find(|version| self.ours.policy.allows(*version))
    }

    /// The suites that the server accepts in this version, in its own order as far as it has one.
    pub(super) fn suites(&self, version: ProtocolVersion) -> Vec<CipherSuite> {
        let choices = self.choices().filter(|choice| choice.version == version);
        distinct(choices.map(|choice| choice.suite))
    }

    /// The groups that the server accepts.
    pub(super) fn groups(&self) -> Vec<NamedGroup> {
        distinct(self.choices().filter_map(|choice| choice.group))
    }

    /// The signature schemes that the server can use.
    pub(super) fn schemes(&self) -> Vec<SignatureScheme> {
        let told = self.log.iter().filter_map(|(question, answer)| {
            let accepted = answer.accepted()?;
            match question {
                Question::Scheme(_, scheme) => Some(*scheme),
                _ => accepted.scheme,
            }
        });
        distinct(told)
    }

    /// Whether the first hello carried a post-quantum share.
    pub(super) fn offers_post_quantum(&self) -> bool {
        let policy = &self.ours.policy;
        policy.allows(ProtocolVersion::TLS_1_3)
            && policy.groups.iter().any(|group| is_post_quantum(*group))
    }
}

/// Whether a group needs a share of more than a thousand bytes.
pub(super) const fn is_post_quantum(group: NamedGroup) -> bool {
    matches!(
        group,
        NamedGroup::X25519MLKEM768 | NamedGroup::SECP256R1MLKEM768 | NamedGroup::SECP384R1MLKEM1024
    )
}

/// Whether a code point means something.
pub(super) fn is_sincere<C: CodePoint + Copy>(point: C) -> bool {
    !point.is_grease()
}

fn distinct<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for one in all {
        if !distinct.contains(&one) {
            distinct.push(one);
        }
    }
    distinct
}

#[cfg(test)]
pub(super) mod tests;

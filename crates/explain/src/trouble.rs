//! What can go wrong below TLS, or around it, told in the same form as what goes wrong within it.
//!
//! Whoever owns the socket says what happened; this makes a [`Failure`] of it, which a story tells like any other.

use limpid_facts::{Blame, Failure, Side};
use limpid_wire::AlertDescription;

/// What happened to the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The name has no address.
    NameNotFound,
    /// A packet came back that says: nobody listens here.
    Refused,
    /// The network says that there is no way there.
    Unreachable,
    /// Nothing came back while TCP was connecting.
    NoAnswer,
    /// The peer, or something in between, reset the connection.
    Reset,
    /// The connection stands, and nothing comes.
    Silent,
    /// The transport failed in another way.
    Broken,
    /// A clock is wrong: this machine's, or the server's.
    ClockSkew,
    /// A middlebox drops hellos for their length.
    HelloDropped,
    /// The port speaks HTTP without TLS.
    PlainHttp,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::NameNotFound,
        Self::Refused,
        Self::Unreachable,
        Self::NoAnswer,
        Self::Reset,
        Self::Silent,
        Self::Broken,
        Self::ClockSkew,
        Self::HelloDropped,
        Self::PlainHttp,
    ];

    /// The failure that this is, noticed by `by`; `what` says in a sentence what happened, with the particulars.
    #[must_use]
    pub fn failure(self, by: Side, what: String) -> Failure {
        let (fault, blame, reference, remedy) = self.row();
        Failure {
            by,
            fault,
            blame,
            alert: None::<AlertDescription>,
            reference,
            what,
            remedy,
            awaited: None,
            acceptable: Vec::new(),
            came: None,
            check: None,
            decision: None,
        }
    }

    const fn row(self) -> (&'static str, Blame, &'static str, &'static str) {
        match self {
            Self::NameNotFound => (
                "name_not_found",
                Blame::Ours,
                "RFC 1034 §3.7",
                "Check the spelling of the name, and that this machine's DNS works.",
            ),
            Self::Refused => (
                "tcp_refused",
                Blame::Theirs,
                "RFC 9293 §3.10.7.1",
                "Nothing listens there: check host and port, and that the server runs.",
            ),
            Self::Unreachable => (
                "tcp_unreachable",
                Blame::Between,
                "RFC 1122 §4.2.3.9",
                "There is no route: check this machine's network.",
            ),
            Self::NoAnswer => (
                "tcp_no_answer",
                Blame::Between,
                "RFC 9293 §3.8.3",
                "A firewall may swallow the packets, or the machine is down: check host, port and path.",
            ),
            Self::Reset => (
                "tcp_reset",
                Blame::Between,
                "RFC 9293 §3.5.3",
                "Look at the peer's log, and for a firewall or proxy in between that cuts connections.",
            ),
            Self::Silent => (
                "silent",
                Blame::Between,
                "RFC 8446 §2",
                "Check that the port speaks TLS and that nothing in between swallows packets; allow more time if the peer is slow.",
            ),
            Self::Broken => (
                "transport_broken",
                Blame::Between,
                "RFC 8446 §6.1",
                "Look at the peer's log, and at the network in between.",
            ),
            Self::ClockSkew => (
                "clock_skew",
                Blame::Ours,
                "RFC 5280 §4.1.2.5",
                "Set this machine's clock right: the certificate is valid at the server's time.",
            ),
            Self::HelloDropped => (
                "hello_dropped",
                Blame::Between,
                "RFC 8446 §4.2.8",
                "Something in between drops hellos that do not fit into one packet: update it, or leave the post-quantum groups out.",
            ),
            Self::PlainHttp => (
                "plain_http",
                Blame::Theirs,
                "RFC 9110 §4.2",
                "The port speaks HTTP without TLS: use the port that is meant for HTTPS.",
            ),
        }
    }
}

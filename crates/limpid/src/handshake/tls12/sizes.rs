//! How large records may be in TLS 1.2: max_fragment_length (RFC 6066 §4) and record_size_limit (RFC 8449).
//!
//! The former is the client's wish, for both directions and from ServerHello on; the latter is what each side takes, once records
//! are protected. A server that knows the latter ignores the former (RFC 8449 §5).

use limpid_facts::{Because, Decision, Named, Side, Subject};
use limpid_protect::MAX_FRAGMENT;
use limpid_wire::MaxFragmentLength;
use limpid_wire::extensions::ServerHello12Extension;
use limpid_wire::handshake::{ClientHello, ServerHello12};

use crate::config::{ClientConfig, RecordPolicy, ServerConfig};
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::records::RecordSizes;

/// What was agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sizes {
    /// Nothing: the protocol's own limit.
    Protocol,
    /// Fragments of this length, either way.
    Fragment(MaxFragmentLength, usize),
    /// What the client takes, and what the server takes, in bytes.
    Limits(u16, u16),
}

/// The protocol's own limit.
const MOST: u16 = 1 << 14;

impl Sizes {
    /// What a server answers this hello.
    pub(crate) fn choose(config: &ServerConfig, hello: &ClientHello) -> Result<Self, Fault> {
        if let Some(theirs) = hello.record_size_limit() {
            let ours = config.tls13.records.limit.unwrap_or(MOST).min(MOST);
            return Ok(Self::Limits(theirs, ours));
        }
        match hello.max_fragment_length() {
            None => Ok(Self::Protocol),
            Some(length) => known(length),
        }
    }

    /// What the server has answered.
    pub(crate) fn answered(
        config: &ClientConfig,
        offer: &ClientHello,
        hello: &ServerHello12,
    ) -> Result<Self, Fault> {
        match (hello.record_size_limit(), hello.max_fragment_length()) {
            // RFC 8449 §5: not both.
            (Some(_), Some(_)) => Err(Fault::IllegalParameter(
                "the server answers both record_size_limit and max_fragment_length",
            )),
            (Some(theirs), None) => Ok(Self::Limits(
                config.tls13.records.limit.unwrap_or(MOST),
                theirs,
            )),
            // RFC 6066 §4: the answer is what was asked for.
            (None, Some(length)) if offer.max_fragment_length() != Some(length) => {
                Err(Fault::IllegalParameter(
                    "the server answers another max_fragment_length than it was asked for",
                ))
            }
            (None, Some(length)) => known(length),
            (None, None) => Ok(Self::Protocol),
        }
    }

    /// The extension of ServerHello that says so.
    pub(crate) const fn extension(self) -> Option<ServerHello12Extension> {
        match self {
            Self::Protocol => None,
            Self::Fragment(length, _) => Some(ServerHello12Extension::MaxFragmentLength(length)),
            Self::Limits(_, server) => Some(ServerHello12Extension::RecordSizeLimit(server)),
        }
    }

    /// From here on it holds.
    pub(crate) fn apply(self, hs: &Handshake) {
        let Some(sizes) = self.of_records(hs.side) else {
            return;
        };
        hs.size_records(sizes);
        hs.tell_decision(|| Decision {
            by: Side::Server,
            about: Subject::RecordSize,
            chosen: Some(Named::Length(sizes.sent)),
            among: Vec::new(),
            because: Because::BothAskedFor,
        });
    }

    fn of_records(self, side: Side) -> Option<RecordSizes> {
        let most = |limit: u16| usize::from(limit).min(MAX_FRAGMENT);
        let (sent, received, unprotected) = match (self, side) {
            (Self::Protocol, _) => return None,
            (Self::Fragment(_, bytes), _) => (bytes, bytes, true),
            (Self::Limits(client, server), Side::Client) => (most(server), most(client), false),
            (Self::Limits(client, server), Side::Server) => (most(client), most(server), false),
        };
        Some(RecordSizes {
            sent,
            received,
            unprotected,
            ..RecordSizes::default()
        })
    }
}

/// RFC 6066 §4: a length that nobody has defined is illegal_parameter.
fn known(length: MaxFragmentLength) -> Result<Sizes, Fault> {
    let bytes = length.bytes().ok_or(Fault::IllegalParameter(
        "max_fragment_length holds a length that is not defined",
    ))?;
    Ok(Sizes::Fragment(length, bytes))
}

/// What the client's hello says of it.
pub(crate) const fn offered(records: RecordPolicy) -> (Option<u16>, Option<MaxFragmentLength>) {
    (records.limit, records.fragment)
}

//! The cells of the matrix: what is tried, the same for every peer.

use super::names::{
    GROUPS, Key, NamedGroup, NamedSuite, TLS12_SUITES, TLS13_SUITES, Version, suite,
};

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The table it stands in.
    pub table: Table,
    /// The version, the only one that is allowed.
    pub version: Version,
    /// The suite, the only one that is allowed.
    pub suite: &'static NamedSuite,
    /// The group, the only one that is allowed; `None` for what both prefer.
    pub group: Option<&'static NamedGroup>,
    /// The server's certificate, and the client's, if it shows one.
    pub key: Key,
    /// How the connection is made.
    pub way: Way,
}

/// The tables of a peer's section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Suites, each in several ways.
    Suites,
    /// Suites, each with several groups.
    Groups,
    /// Kinds of certificates, each in several ways.
    Certificates,
}

/// How a connection is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// A full handshake; CBC suites encrypt before they authenticate (RFC 7366), if both can.
    Full,
    /// The second of two connections continues the session of the first by its session ID (TLS 1.2).
    SessionId,
    /// The second of two connections continues the session of the first by its ticket.
    Ticket,
    /// The client shows a certificate, without which the server would not go on.
    Mutual,
    /// A CBC suite without encrypt_then_mac, which the peer switches off.
    MacThenEncrypt,
    /// The server asks for another group than those of the client's key shares (HelloRetryRequest).
    Retry,
}

impl Way {
    /// As the tables have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::SessionId => "session ID",
            Self::Ticket => "ticket",
            Self::Mutual => "mutual",
            Self::MacThenEncrypt => "MAC-then-encrypt",
            Self::Retry => "retry",
        }
    }

    /// Whether it takes two connections.
    pub const fn continues(self) -> bool {
        matches!(self, Self::SessionId | Self::Ticket)
    }
}

impl Trial {
    /// The row of its table.
    pub const fn row(&self) -> &'static str {
        match self.table {
            Table::Suites | Table::Groups => self.suite.name,
            Table::Certificates => self.key.name(),
        }
    }

    /// The column of its table.
    pub fn column(&self) -> &'static str {
        match (self.table, self.group) {
            (Table::Groups, Some(group)) => group.name,
            _ => self.way.name(),
        }
    }

    /// Whether the group is a finite field's.
    pub fn is_finite_field(&self) -> bool {
        self.group
            .is_some_and(|group| group.name.starts_with("ffdhe"))
    }

    /// Whether the group has a post-quantum half.
    pub fn is_hybrid(&self) -> bool {
        self.group.is_some_and(|group| group.name.contains("MLKEM"))
    }
}

impl std::fmt::Display for Trial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            version,
            suite,
            key,
            way,
            group,
            ..
        } = self;
        write!(
            f,
            "TLS {}, {}, {}, {}",
            version.number(),
            suite.name,
            key.name(),
            way.name()
        )?;
        group.map_or(Ok(()), |group| write!(f, ", {}", group.name))
    }
}

/// Every cell for this version.
pub fn trials(version: Version) -> Vec<Trial> {
    match version {
        Version::Tls12 => [tls12_suites(), tls12_groups(), certificates(version)].concat(),
        Version::Tls13 => [tls13_suites(), tls13_groups(), certificates(version)].concat(),
    }
}

/// Each suite: full, continued in both ways, with client authentication, and CBC suites as MAC-then-encrypt.
fn tls12_suites() -> Vec<Trial> {
    let cell = |suite: &'static NamedSuite, way| Trial {
        table: Table::Suites,
        version: Version::Tls12,
        suite,
        group: None,
        key: if suite.name.contains("_ECDSA_") {
            Key::P256
        } else {
            Key::Rsa
        },
        way,
    };
    let ways = |suite: &'static NamedSuite| {
        [
            Way::Full,
            Way::SessionId,
            Way::Ticket,
            Way::Mutual,
            Way::MacThenEncrypt,
        ]
        .into_iter()
        .filter(|way| *way != Way::MacThenEncrypt || suite.is_cbc())
        .map(move |way| cell(suite, way))
    };
    TLS12_SUITES.iter().flat_map(ways).collect()
}

/// One ECDHE and one DHE suite with each group they have.
fn tls12_groups() -> Vec<Trial> {
    let cell = |group: &'static NamedGroup| {
        let finite = group.name.starts_with("ffdhe");
        Trial {
            table: Table::Groups,
            version: Version::Tls12,
            suite: suite(if finite {
                "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
            } else {
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
            }),
            group: Some(group),
            key: Key::Rsa,
            way: Way::Full,
        }
    };
    let known = GROUPS.iter().filter(|group| !group.name.contains("MLKEM"));
    known.map(cell).collect()
}

fn tls13_suites() -> Vec<Trial> {
    let cell = |suite, way| Trial {
        table: Table::Suites,
        version: Version::Tls13,
        suite,
        group: (way == Way::Retry).then(|| super::group("secp384r1")),
        key: Key::P256,
        way,
    };
    let ways = [Way::Full, Way::Retry, Way::Ticket, Way::Mutual];
    TLS13_SUITES
        .iter()
        .flat_map(|suite| ways.map(|way| cell(suite, way)))
        .collect()
}

fn tls13_groups() -> Vec<Trial> {
    let cell = |suite, group| Trial {
        table: Table::Groups,
        version: Version::Tls13,
        suite,
        group: Some(group),
        key: Key::P256,
        way: Way::Full,
    };
    // limpid has finite fields for TLS 1.2 alone.
    let known = || {
        GROUPS
            .iter()
            .filter(|group| !group.name.starts_with("ffdhe"))
    };
    TLS13_SUITES
        .iter()
        .flat_map(|suite| known().map(move |group| cell(suite, group)))
        .collect()
}

/// Each kind of certificate, as far as it is not the one that the suites have.
fn certificates(version: Version) -> Vec<Trial> {
    let cell = |key: Key, way| Trial {
        table: Table::Certificates,
        version,
        suite: suite(match (version, key) {
            (Version::Tls13, _) => "TLS_AES_128_GCM_SHA256",
            (_, Key::Rsa | Key::RsaPss) => "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            _ => "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        }),
        group: None,
        key,
        way,
    };
    let ways: &[Way] = match version {
        Version::Tls12 => &[Way::Full, Way::SessionId, Way::Ticket, Way::Mutual],
        Version::Tls13 => &[Way::Full, Way::Ticket, Way::Mutual],
    };
    Key::ALL
        .into_iter()
        .flat_map(|key| ways.iter().map(move |way| cell(key, *way)))
        .collect()
}

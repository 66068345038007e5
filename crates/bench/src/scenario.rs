//! What is measured: the list of scenarios.

use crate::clock::Side;
use crate::stack::{Chain, Cipher, Exchange, Group, Key, Resumed, Setting, Version};

impl Scenario {
    /// What limpid wants to reach on a side.
    pub(crate) fn goal(&self, side: Side) -> Goal {
        let goal = self.goals.iter().find(|(of, _)| *of == side);
        goal.map(|(_, goal)| *goal).unwrap_or_default()
    }
}

/// One thing that is measured.
pub(crate) struct Scenario {
    /// Its name: what a filter matches.
    pub(crate) name: &'static str,
    /// What is done.
    pub(crate) work: Work,
    /// In what setting.
    pub(crate) setting: Setting,
    /// What limpid wants to reach, by side.
    pub(crate) goals: &'static [(Side, Goal)],
}

/// What is done in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Handshakes, from nothing until both ends are established and dropped.
    Handshake,
    /// Messages of so many bytes, sealed by the client and opened by the server.
    Messages(usize),
    /// What connections hold on the heap.
    Memory,
    /// What many connections hold together.
    Idle,
    /// Servers on one thread and on two.
    Scaling,
    /// Handshakes with somebody who listens and without, and their story.
    Explaining,
}

/// What limpid wants to reach.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Goal {
    /// At least so many times as fast as rustls.
    pub(crate) rustls: Option<f64>,
    /// At most so many times the limit.
    pub(crate) limit: Option<f64>,
    /// At most so many bytes on the heap when idle, before and after traffic.
    pub(crate) idle: Option<i64>,
    /// At most so many allocations for a handshake.
    pub(crate) allocations: Option<u64>,
}

const NONE: Goal = Goal {
    rustls: None,
    limit: None,
    idle: None,
    allocations: None,
};

const fn faster(rustls: f64) -> Goal {
    Goal {
        rustls: Some(rustls),
        ..NONE
    }
}

const fn close(limit: f64) -> Goal {
    Goal {
        limit: Some(limit),
        ..NONE
    }
}

const fn both(rustls: f64, limit: f64) -> Goal {
    Goal {
        rustls: Some(rustls),
        limit: Some(limit),
        ..NONE
    }
}

const fn small(idle: i64, allocations: u64) -> Goal {
    Goal {
        idle: Some(idle),
        allocations: Some(allocations),
        ..NONE
    }
}

use Side::{Client, Server};

/// A full handshake of TLS 1.3 with ECDSA, x25519 and AES-128-GCM; others are told by what they change in it.
pub(crate) const TLS13: Setting = Setting {
    version: Version::Tls13,
    cipher: Cipher::Aes128Gcm,
    key: Key::P256,
    exchange: Exchange::Group,
    group: Group::X25519,
    chain: Chain::New,
    mutual: false,
    resumed: None,
};

const TLS12: Setting = Setting {
    version: Version::Tls12,
    ..TLS13
};

const fn with_cipher(cipher: Cipher) -> Setting {
    Setting { cipher, ..TLS13 }
}

const fn handshake(
    name: &'static str,
    setting: Setting,
    goals: &'static [(Side, Goal)],
) -> Scenario {
    Scenario {
        name,
        work: Work::Handshake,
        setting,
        goals,
    }
}

const fn messages(
    name: &'static str,
    length: usize,
    setting: Setting,
    goals: &'static [(Side, Goal)],
) -> Scenario {
    Scenario {
        name,
        work: Work::Messages(length),
        setting,
        goals,
    }
}

const fn memory(name: &'static str, setting: Setting, goals: &'static [(Side, Goal)]) -> Scenario {
    Scenario {
        name,
        work: Work::Memory,
        setting: Setting {
            chain: Chain::Proven,
            ..setting
        },
        goals,
    }
}

const fn whole(name: &'static str, work: Work) -> Scenario {
    Scenario {
        name,
        work,
        setting: TLS13,
        goals: &[],
    }
}

/// Bytes in a full record.
pub(crate) const RECORD: usize = 16_384;

/// Every scenario, in the order of the table.
pub(crate) const ALL: &[Scenario] = &[
    handshake(
        "tls13 full ecdsa",
        TLS13,
        &[(Server, both(1.25, 1.18)), (Client, close(1.10))],
    ),
    handshake(
        "tls13 full ecdsa, chain proven",
        Setting {
            chain: Chain::Proven,
            ..TLS13
        },
        &[(Client, faster(2.0))],
    ),
    handshake(
        "tls13 full rsa",
        Setting {
            key: Key::Rsa2048,
            ..TLS13
        },
        &[(Server, close(1.05))],
    ),
    handshake(
        "tls13 full ecdsa mlkem",
        Setting {
            group: Group::X25519MlKem768,
            ..TLS13
        },
        &[(Server, faster(1.2))],
    ),
    handshake("tls12 full ecdsa", TLS12, &[(Server, faster(1.15))]),
    handshake(
        "tls12 full rsa",
        Setting {
            key: Key::Rsa2048,
            ..TLS12
        },
        &[],
    ),
    handshake(
        "tls12 full rsa key exchange",
        Setting {
            key: Key::Rsa2048,
            exchange: Exchange::Rsa,
            ..TLS12
        },
        &[],
    ),
    handshake(
        "tls12 full rsa, dhe 2048",
        Setting {
            key: Key::Rsa2048,
            exchange: Exchange::Dhe2048,
            ..TLS12
        },
        &[],
    ),
    handshake(
        "tls13 full ecdsa, mutual",
        Setting {
            mutual: true,
            ..TLS13
        },
        &[],
    ),
    handshake(
        "tls13 resumed by ticket",
        Setting {
            resumed: Some(Resumed::ByTicket),
            ..TLS13
        },
        &[(Server, faster(1.35)), (Client, faster(1.35))],
    ),
    handshake(
        "tls12 resumed by id",
        Setting {
            resumed: Some(Resumed::ById),
            ..TLS12
        },
        &[(Server, faster(1.3)), (Client, faster(1.3))],
    ),
    handshake(
        "tls12 resumed by ticket",
        Setting {
            resumed: Some(Resumed::ByTicket),
            ..TLS12
        },
        &[],
    ),
    messages(
        "tls13 16 KiB aes128",
        RECORD,
        TLS13,
        &[(Client, both(1.35, 1.10)), (Server, both(1.4, 1.10))],
    ),
    messages(
        "tls13 16 KiB aes256",
        RECORD,
        with_cipher(Cipher::Aes256Gcm),
        &[],
    ),
    messages(
        "tls13 16 KiB chacha20",
        RECORD,
        with_cipher(Cipher::Chacha20Poly1305),
        &[],
    ),
    messages("tls12 16 KiB aes128", RECORD, TLS12, &[]),
    messages(
        "tls12 16 KiB aes128 cbc, encrypt-then-mac",
        RECORD,
        Setting {
            cipher: Cipher::Aes128CbcEncryptThenMac,
            ..TLS12
        },
        &[],
    ),
    messages(
        "tls12 16 KiB aes128 cbc, mac-then-encrypt",
        RECORD,
        Setting {
            cipher: Cipher::Aes128CbcMacThenEncrypt,
            ..TLS12
        },
        &[],
    ),
    messages("tls13 1 KiB aes128", 1024, TLS13, &[]),
    messages(
        "tls13 100 bytes aes128",
        100,
        TLS13,
        &[(Client, faster(1.4)), (Server, faster(1.4))],
    ),
    memory(
        "tls13 memory",
        TLS13,
        &[(Server, small(2560, 60)), (Client, small(4096, 90))],
    ),
    memory(
        "tls12 memory",
        TLS12,
        &[(Server, small(2560, 60)), (Client, small(4096, 90))],
    ),
    whole("tls13 idle connections", Work::Idle),
    whole("tls13 scaling, full ecdsa", Work::Scaling),
    whole("tls13 explaining, full ecdsa", Work::Explaining),
];

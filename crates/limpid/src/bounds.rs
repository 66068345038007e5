//! Bounds on everything a peer can send. Each has a test at the limit and one past it.

use limpid_wire::HandshakeType;

/// Longest handshake message of types without a bound of their own, in bytes (header not counted).
pub const MESSAGE: usize = 16_384;

/// Longest ClientHello, in bytes: room for a post-quantum key share, many PSKs and a padded hello.
pub const CLIENT_HELLO: usize = 65_536;

/// Longest Certificate message, in bytes: chains of large keys and post-quantum signatures fit.
pub const CERTIFICATE: usize = 131_072;

/// Most certificates in a chain.
pub const CHAIN: usize = 16;

/// Most extensions in a message, or beside a certificate.
pub const EXTENSIONS: usize = limpid_wire::extensions::MAX_EXTENSIONS;

/// Most key shares of a ClientHello. Each is compared with all others (RFC 8446 §4.2.8).
pub const KEY_SHARES: usize = 32;

/// Most empty records in a row.
pub const EMPTY_RECORDS: u32 = 32;

/// Most records that a handshake message may come in: one of ordinary length may come byte by byte, as some peers' tests have it. The
/// longest one takes 2,081 with fragments of 63 bytes, the smallest that a peer can be asked for (RFC 8449 §4).
pub const FRAGMENTS: u32 = 16_384;

/// Most handshakes that may run inside a connection of TLS 1.2, where configuration allows them at all.
pub const RENEGOTIATIONS: u32 = 8;

/// Most HelloRequests that a client ignores while it is negotiating (RFC 5246 §7.4.1.1).
pub const HELLO_REQUESTS: u32 = 4;

/// Most warning alerts in a connection.
pub const WARNINGS: u32 = 4;

/// Most KeyUpdates without application data in between (RFC 8446 §4.6.3).
pub const KEY_UPDATES: u32 = 32;

/// Most pre-shared keys of a hello that a server looks at; further ones are as good as not offered.
pub const PSKS: usize = 8;

/// Most bytes of early data that were refused and are skipped (RFC 8446 §4.2.10), records' headers and tags included; twice what
/// this server's own tickets allow, if that is more.
pub const SKIPPED_EARLY_DATA: usize = 16_384;

/// Most NewSessionTicket messages that a client keeps from one connection; further ones are read and dropped.
pub const TICKETS: u32 = 16;

/// Most bytes of a session that is kept, in a store or in a ticket. The peer's certificate is in it.
pub const SESSION: usize = 32_768;

/// Longest prime of a finite field that a server wrote out itself, in bits: to examine one of 8192 bits takes seconds. The fields
/// of RFC 7919 need no examination and are accepted up to 8192 bits.
pub const OWN_FIELD_BITS: usize = 4_096;

/// The bound for a type of message, in bytes of its body.
#[must_use]
pub const fn message(handshake_type: HandshakeType) -> usize {
    match handshake_type {
        HandshakeType::CLIENT_HELLO => CLIENT_HELLO,
        HandshakeType::CERTIFICATE | HandshakeType::COMPRESSED_CERTIFICATE => CERTIFICATE,
        HandshakeType::NEW_SESSION_TICKET => 65_536 + 512,
        HandshakeType::CERTIFICATE_REQUEST | HandshakeType::CERTIFICATE_STATUS => 65_536,
        _ => MESSAGE,
    }
}

/// Most bytes that an error keeps of what came and could not be accepted.
pub const TOLD_OF_STRANGE: usize = 128;

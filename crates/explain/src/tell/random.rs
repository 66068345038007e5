//! What a random may say besides being random: a mark against downgrades, or that the hello is no ServerHello.

use super::Teller;
use crate::prose::Prose;

/// RFC 8446 §4.1.3: the last eight bytes of a ServerHello's random when the server could have spoken TLS 1.3.
const COULD_SPEAK_13: &[u8] = b"DOWNGRD\x01";

/// The same when it could have spoken TLS 1.2 and was asked for less.
const COULD_SPEAK_12: &[u8] = b"DOWNGRD\x00";

/// RFC 8446 §4.1.3: SHA-256 of "HelloRetryRequest", the random of a hello that asks for another hello.
pub(crate) const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// A sentence about a random that is special.
pub(super) fn comment(t: &Teller<'_>, within: &str, random: &[u8]) -> Option<Prose> {
    let key = match random {
        random if random == RETRY => "random.retry",
        _ if within == "client_hello" => return None,
        random if random.ends_with(COULD_SPEAK_13) => "random.could_speak_13",
        random if random.ends_with(COULD_SPEAK_12) => "random.could_speak_12",
        _ => return None,
    };
    t.known_prose(key, &[])
}

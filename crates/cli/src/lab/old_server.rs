//! A server that stopped at TLS 1.1. limpid speaks nothing so old, so this one is scripted: whatever the client says, it gets
//! the hello that such a server would answer, and has to refuse it. A client that would go on with TLS 1.1 gets an alert: the
//! script has nothing more.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::attend::PATIENCE;

/// A ServerHello of TLS 1.1 (RFC 4346 §7.4.1.3) in its record.
#[rustfmt::skip]
const HELLO: &[u8] = &[
    22, 3, 2, 0, 49, // a handshake record of TLS 1.1, 49 bytes
    2, 0, 0, 45, // a ServerHello, 45 bytes
    3, 2, // TLS 1.1
    // random: no such server computes anything with it
    b'l', b'i', b'm', b'p', b'i', b'd', b' ', b'l', b'a', b'b', b':', b' ', b'a', b' ', b's', b'c',
    b'r', b'i', b'p', b't', b'e', b'd', b' ', b'T', b'L', b'S', b' ', b'1', b'.', b'1', b' ', b' ',
    0, // no session ID
    0x00, 0x2f, // TLS_RSA_WITH_AES_128_CBC_SHA
    0, // no compression
    0, 5, // extensions
    0xff, 0x01, 0, 1, 0, // an empty renegotiation_info (RFC 5746): the version is all that is wrong
];

/// A fatal protocol_version (RFC 4346 §7.2.2).
const ALERT: &[u8] = &[21, 3, 2, 0, 2, 2, 70];

/// How long a client may take to refuse.
const REFUSAL: Duration = Duration::from_secs(2);

/// Answers a client's hello, and reads until the client has said what it thinks of that.
pub(super) async fn answer(tcp: &mut TcpStream) {
    let conversation = async {
        let mut header = [0; 5];
        tcp.read_exact(&mut header).await?;
        let [_, _, _, high, low] = header;
        let mut hello = vec![0; usize::from(u16::from_be_bytes([high, low]))];
        tcp.read_exact(&mut hello).await?;
        tcp.write_all(HELLO).await?;
        match timeout(REFUSAL, tcp.read(&mut [0; 64])).await {
            Ok(refused) => refused.map(drop),
            Err(_) => tcp.write_all(ALERT).await,
        }
    };
    // What the client answers is its own story.
    let _ = timeout(PATIENCE, conversation).await;
}

#[cfg(test)]
mod tests {
    use super::HELLO;

    #[test]
    fn the_lengths_are_true() {
        assert_eq!(HELLO.len(), 5 + usize::from(HELLO[4]));
        assert_eq!(usize::from(HELLO[8]), HELLO.len() - 9);
    }
}

//! What a server's first bytes say. Pure: values from bytes.

use limpid::trust::certificate::summary;
use limpid::wire::handshake::{AnyServerHello, Certificate12};
use limpid::wire::{
    Alert, AlertDescription, Codec, ContentType, HandshakeBody, HandshakeType, NamedGroup,
    ProtocolVersion, SignatureScheme,
};

use super::question::{Accepted, Answer};

/// Most bytes of an answer that are looked at.
pub(super) const MOST: usize = 128 * 1024;

/// Reads what has come so far; `None` while more is needed. `ended`: nothing more will come.
pub(super) fn read(bytes: &[u8], ended: bool) -> Option<Answer> {
    let mut rest = bytes;
    let mut messages = Vec::new();
    while let Some((header, behind)) = rest.split_first_chunk::<5>() {
        let [kind, major, _, high, low] = *header;
        let content_type = ContentType(kind);
        if major != 3 || content_type.name().is_none() {
            return Some(Answer::Bytes(bytes.to_vec()));
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let Some((fragment, next)) = behind.split_at_checked(length) else {
            break;
        };
        match content_type {
            ContentType::HANDSHAKE => messages.extend_from_slice(fragment),
            ContentType::ALERT => return Some(alert(fragment, &messages)),
            // What follows is encrypted: all that shows has been seen.
            _ => return Some(chosen(&messages).map_or(Answer::Failed, Answer::Accepted)),
        }
        if let Some(accepted) = complete(&messages) {
            return Some(Answer::Accepted(accepted));
        }
        rest = next;
    }
    if ended || bytes.len() >= MOST {
        return Some(match chosen(&messages) {
            Some(accepted) => Answer::Accepted(accepted),
            None if bytes.is_empty() => Answer::Closed,
            None if bytes.len() < 5 => Answer::Bytes(bytes.to_vec()),
            None => Answer::Closed,
        });
    }
    None
}

fn alert(fragment: &[u8], messages: &[u8]) -> Answer {
    match Alert::decode(fragment) {
        // A warning, such as unrecognized_name, may come before the answer; what has come already counts.
        Ok(alert) if alert.description == AlertDescription::CLOSE_NOTIFY => Answer::Closed,
        Ok(alert) => match chosen(messages) {
            Some(accepted) if alert.level.0 == 1 => Answer::Accepted(accepted),
            _ => Answer::Alert(alert.description),
        },
        Err(_) => Answer::Failed,
    }
}

/// The choice, once nothing more of it will show in the clear.
fn complete(messages: &[u8]) -> Option<Accepted> {
    let accepted = chosen(messages)?;
    let done = accepted.version == ProtocolVersion::TLS_1_3
        || split(messages).any(|(kind, _)| kind == HandshakeType::SERVER_HELLO_DONE);
    done.then_some(accepted)
}

/// The choice, as far as it shows.
fn chosen(messages: &[u8]) -> Option<Accepted> {
    let (_, first) = split(messages)
        .next()
        .filter(|(kind, _)| *kind == HandshakeType::SERVER_HELLO)?;
    let mut accepted = match AnyServerHello::decode_message(first).ok()? {
        AnyServerHello::V13(hello) => Accepted {
            group: hello.key_share().map(|share| share.group),
            ..Accepted::new(hello.supported_versions()?, hello.cipher_suite)
        },
        AnyServerHello::Retry(retry) => Accepted {
            group: retry.key_share(),
            ..Accepted::new(retry.supported_versions()?, retry.cipher_suite)
        },
        AnyServerHello::V12(hello) => Accepted::new(hello.server_version, hello.cipher_suite),
    };
    for (kind, message) in split(messages) {
        match kind {
            HandshakeType::SERVER_KEY_EXCHANGE => {
                (accepted.group, accepted.scheme) = key_exchange(message, accepted.version);
            }
            HandshakeType::CERTIFICATE_REQUEST => accepted.asks_for_certificate = true,
            HandshakeType::CERTIFICATE => accepted.certificate = subject(message),
            _ => {}
        }
    }
    Some(accepted)
}

/// The curve and the signature scheme of an ECDHE ServerKeyExchange (RFC 8422 §5.4); a finite field has no name there.
fn key_exchange(
    message: &[u8],
    version: ProtocolVersion,
) -> (Option<NamedGroup>, Option<SignatureScheme>) {
    let Some(([_, _, _, _, 3, high, low, length], rest)) = message.split_first_chunk::<8>() else {
        return (None, None);
    };
    let group = NamedGroup(u16::from_be_bytes([*high, *low]));
    let scheme = rest
        .get(usize::from(*length)..)
        .and_then(|rest| rest.first_chunk::<2>())
        .filter(|_| version == ProtocolVersion::TLS_1_2)
        .map(|code| SignatureScheme(u16::from_be_bytes(*code)));
    (Some(group), scheme)
}

/// The subject of the server's own certificate.
fn subject(message: &[u8]) -> Option<String> {
    let certificate = Certificate12::decode_message(message).ok()?;
    let first = certificate.certificate_list.into_iter().next()?;
    let leaf = summary(&first).ok()?;
    let name = leaf.names.first().cloned();
    Some(name.unwrap_or(leaf.subject))
}

/// The whole messages, header included.
fn split(mut messages: &[u8]) -> impl Iterator<Item = (HandshakeType, &[u8])> {
    std::iter::from_fn(move || {
        let [kind, a, b, c] = *messages.first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes([0, a, b, c])).ok()?;
        let (message, rest) = messages.split_at_checked(length.checked_add(4)?)?;
        messages = rest;
        Some((HandshakeType(kind), message))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_ends_and_strangers() {
        assert_eq!(read(b"", false), None);
        assert_eq!(read(b"", true), Some(Answer::Closed));
        assert_eq!(
            read(b"\x15\x03\x01\x00\x02\x02\x28", false),
            Some(Answer::Alert(AlertDescription::HANDSHAKE_FAILURE))
        );
        assert_eq!(read(b"\x15\x03\x01\x00\x02\x02", false), None);
        let greeting = b"220 mail.example ESMTP\r\n";
        assert_eq!(
            read(greeting, false),
            Some(Answer::Bytes(greeting.to_vec()))
        );
    }

    /// A ServerHello of TLS 1.1, ServerKeyExchange and CertificateRequest, in two records.
    #[test]
    fn an_old_server() {
        let mut hello = vec![2, 0, 0, 38, 3, 2];
        hello.extend([7; 32]);
        hello.extend([0, 0xc0, 0x13, 0]);
        let exchange = [&[12, 0, 0, 6, 3, 0, 23, 2, 9, 9][..]].concat();
        let request = [13, 0, 0, 0, 14, 0, 0, 0];
        let record = |content: &[u8]| {
            let length = u16::try_from(content.len()).unwrap().to_be_bytes();
            [&[22, 3, 2][..], &length, content].concat()
        };
        let first = record(&hello);
        assert_eq!(read(&first, false), None, "more is to come");
        let all = [first, record(&[&exchange[..], &request].concat())].concat();
        let Some(Answer::Accepted(accepted)) = read(&all, false) else {
            panic!("{:?}", read(&all, false))
        };
        assert_eq!(accepted.version, ProtocolVersion::TLS_1_1);
        assert_eq!(accepted.group, Some(NamedGroup::SECP256R1));
        assert_eq!(accepted.scheme, None);
        assert!(accepted.asks_for_certificate);
        for cut in 0..all.len() {
            read(&all[..cut], true);
        }
    }
}

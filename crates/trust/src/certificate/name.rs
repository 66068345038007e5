//! Names as text that is safe to print: distinguished names (RFC 4514) and general names (RFC 5280 §4.2.1.6).

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use x509_cert::der::{AnyRef, Decode, Reader, SliceReader, Tag, Tagged};
use x509_cert::name::RelativeDistinguishedName;

/// A distinguished name in RFC 4514 form (`CN=example.com,O=Example`), from the content of its SEQUENCE.
///
/// What cannot be decoded is written as `#` and hex. Control characters are replaced, so that a peer's name can be printed.
#[must_use]
pub fn distinguished_name(content: &[u8]) -> String {
    let mut parts = Vec::new();
    if let Ok(mut reader) = SliceReader::new(content) {
        while !reader.is_finished() {
            match reader.decode::<RelativeDistinguishedName>() {
                Ok(part) => parts.push(printable(&part.to_string())),
                Err(_) => return hexadecimal(content),
            }
        }
    }
    // RFC 4514 §2.1: the last one comes first.
    parts.reverse();
    parts.join(",")
}

/// `text` with every control character replaced by U+FFFD.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}

/// A GeneralName as text: `example.com`, `192.0.2.1`, `email:a@example.com`, `URI:…`, `DN:…`, `otherName`.
pub(super) fn general_name(element: AnyRef<'_>) -> String {
    let value = element.value();
    let text = || printable(&String::from_utf8_lossy(value));
    match number(element.tag()) {
        Some(1) => format!("email:{}", text()),
        Some(2) => text(),
        Some(4) => format!(
            "DN:{}",
            AnyRef::from_der(value).map_or_else(
                |_| hexadecimal(value),
                |name| distinguished_name(name.value())
            )
        ),
        Some(6) => format!("URI:{}", text()),
        Some(7) => address(value),
        Some(0) => "otherName".to_owned(),
        Some(3) => "x400Address".to_owned(),
        Some(5) => "ediPartyName".to_owned(),
        Some(8) => "registeredID".to_owned(),
        _ => hexadecimal(value),
    }
}

/// An address, or (in a name constraint) an address with its mask as a prefix length.
fn address(bytes: &[u8]) -> String {
    if let Some(address) = ip(bytes) {
        return address.to_string();
    }
    let (network, mask) = bytes.split_at(bytes.len() / 2);
    match (ip(network), ip(mask)) {
        (Some(network), Some(_)) => {
            let prefix: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
            format!("{network}/{prefix}")
        }
        _ => hexadecimal(bytes),
    }
}

fn ip(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(|octets| IpAddr::V4(Ipv4Addr::from(octets)));
    let v6 = || <[u8; 16]>::try_from(bytes).map(|octets| IpAddr::V6(Ipv6Addr::from(octets)));
    v4.or_else(|_| v6()).ok()
}

fn number(tag: Tag) -> Option<u8> {
    match tag {
        Tag::ContextSpecific { number, .. } => Some(number.value()),
        _ => None,
    }
}

/// `#` and lower-case hex.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("#"), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_of_a_peer_never_reach_a_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\u{9b}c"), "a\u{fffd}[2Jb\u{fffd}c");
        // An RDN with CN = "x<ESC>y".
        let rdn = [
            0x31, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x03, b'x', 0x1b, b'y',
        ];
        assert_eq!(distinguished_name(&rdn), "CN=x\\1by");
    }

    #[test]
    fn an_undecodable_name_is_shown_as_hex() {
        assert_eq!(distinguished_name(&[0x31, 0x05, 0x00]), "#310500");
    }

    #[test]
    fn addresses_and_subnets_are_written_as_people_write_them() {
        assert_eq!(address(&[192, 0, 2, 1]), "192.0.2.1");
        assert_eq!(address(&[192, 0, 2, 0, 255, 255, 255, 0]), "192.0.2.0/24");
        let mut v6 = [0; 16];
        v6[15] = 1;
        assert_eq!(address(&v6), "::1");
        assert_eq!(address(&[1, 2, 3]), "#010203");
    }
}

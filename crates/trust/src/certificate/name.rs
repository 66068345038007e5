//! Names as text that is safe to print: distinguished names (RFC 4514) and general names (RFC 5280 §4.2.1.6).

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{AnyRef, Decode, Reader, SliceReader, Tag, Tagged};

use super::any;

/// Identifier and short name of the attributes that names are made of (RFC 4514 §3, RFC 4519, CA/Browser Forum).
const ATTRIBUTES: &[(&[u8], &str)] = &[
    (&[0x55, 4, 3], "CN"),
    (&[0x55, 4, 4], "SN"),
    (&[0x55, 4, 5], "serialNumber"),
    (&[0x55, 4, 6], "C"),
    (&[0x55, 4, 7], "L"),
    (&[0x55, 4, 8], "ST"),
    (&[0x55, 4, 9], "STREET"),
    (&[0x55, 4, 10], "O"),
    (&[0x55, 4, 11], "OU"),
    (&[0x55, 4, 12], "title"),
    (&[0x55, 4, 15], "businessCategory"),
    (&[0x55, 4, 17], "postalCode"),
    (&[0x55, 4, 42], "GN"),
    (&[0x55, 4, 97], "organizationIdentifier"),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1],
        "emailAddress",
    ),
    (
        &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25],
        "DC",
    ),
    (
        &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1],
        "UID",
    ),
    (
        &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 1],
        "jurisdictionL",
    ),
    (
        &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 2],
        "jurisdictionST",
    ),
    (
        &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 3],
        "jurisdictionC",
    ),
];

/// A distinguished name in RFC 4514 form (`CN=example.com,O=Example`), from the content of its SEQUENCE.
///
/// What cannot be decoded is written as `#` and hex. Control characters are replaced, so that a peer's name can be printed.
#[must_use]
pub fn distinguished_name(content: &[u8]) -> String {
    let Some(mut parts) = relative_names(content) else {
        return hexadecimal(content);
    };
    // RFC 4514 §2.1: the last one comes first.
    parts.reverse();
    parts.join(",")
}

/// Each RelativeDistinguishedName, its attributes joined by `+`.
fn relative_names(content: &[u8]) -> Option<Vec<String>> {
    let mut reader = SliceReader::new(content).ok()?;
    let mut parts = Vec::new();
    while !reader.is_finished() {
        let mut set = SliceReader::new(any(&mut reader, Tag::Set).ok()?).ok()?;
        let mut attributes = Vec::new();
        while !set.is_finished() {
            attributes.push(attribute(any(&mut set, Tag::Sequence).ok()?)?);
        }
        parts.push(attributes.join("+"));
    }
    Some(parts)
}

/// The value of `organizationName`, undecoded: for comparison only.
pub(crate) fn organization(content: &[u8]) -> Option<&[u8]> {
    let mut reader = SliceReader::new(content).ok()?;
    while !reader.is_finished() {
        let mut set = SliceReader::new(any(&mut reader, Tag::Set).ok()?).ok()?;
        let mut attribute = SliceReader::new(any(&mut set, Tag::Sequence).ok()?).ok()?;
        if any(&mut attribute, Tag::ObjectIdentifier).ok()? == [0x55, 4, 10] {
            return Some(attribute.decode::<AnyRef<'_>>().ok()?.value());
        }
    }
    None
}

/// `AttributeTypeAndValue`
fn attribute(content: &[u8]) -> Option<String> {
    let mut reader = SliceReader::new(content).ok()?;
    let id = any(&mut reader, Tag::ObjectIdentifier).ok()?;
    let value: AnyRef<'_> = reader.decode().ok()?;
    let value = match text(value) {
        Some(text) => escaped(&printable(&text)),
        None => hexadecimal(value.value()),
    };
    Some(match ATTRIBUTES.iter().find(|(known, _)| *known == id) {
        Some((_, name)) => format!("{name}={value}"),
        None => format!("{}={value}", dotted(id)),
    })
}

/// The text of a string of any of the types of X.520.
fn text(value: AnyRef<'_>) -> Option<String> {
    let bytes = value.value();
    match value.tag() {
        Tag::Utf8String
        | Tag::PrintableString
        | Tag::Ia5String
        | Tag::NumericString
        | Tag::VisibleString => std::str::from_utf8(bytes).ok().map(str::to_owned),
        // T.61 as everybody uses it: Latin-1.
        Tag::TeletexString => Some(bytes.iter().copied().map(char::from).collect()),
        Tag::BmpString => {
            let (pairs, []) = bytes.as_chunks::<2>() else {
                return None;
            };
            char::decode_utf16(pairs.iter().copied().map(u16::from_be_bytes))
                .collect::<Result<_, _>>()
                .ok()
        }
        _ => None,
    }
}

/// RFC 4514 §2.4
fn escaped(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (place, c) in text.chars().enumerate() {
        let special = matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '\\');
        let outer = (place == 0 && matches!(c, '#' | ' ')) || (place == last && c == ' ');
        if special || outer {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// An object identifier in dotted form, from its content.
pub(super) fn dotted(id: &[u8]) -> String {
    ObjectIdentifier::from_bytes(id).map_or_else(|_| hexadecimal(id), |id| id.to_string())
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
        assert_eq!(
            distinguished_name(&rdn(3, 0x0c, b"x\x1by")),
            "CN=x\u{fffd}y"
        );
    }

    /// A RelativeDistinguishedName with one attribute 2.5.4.`attribute`.
    fn rdn(attribute: u8, tag: u8, value: &[u8]) -> Vec<u8> {
        let length = |n: usize| u8::try_from(n).unwrap();
        let mut der = vec![
            0x31,
            length(value.len() + 9),
            0x30,
            length(value.len() + 7),
            0x06,
            0x03,
            0x55,
            0x04,
        ];
        der.extend([attribute, tag, length(value.len())]);
        der.extend(value);
        der
    }

    #[test]
    fn names_are_written_as_rfc_4514_wants_them() {
        let name = [
            rdn(6, 0x13, b"CH"),
            rdn(10, 0x0c, b"Sons, Inc."),
            rdn(3, 0x0c, "Zoë ".as_bytes()),
        ]
        .concat();
        assert_eq!(distinguished_name(&name), "CN=Zoë\\ ,O=Sons\\, Inc.,C=CH");
        assert_eq!(
            distinguished_name(&rdn(97, 0x0c, b"VATXX-1")),
            "organizationIdentifier=VATXX-1"
        );
        assert_eq!(distinguished_name(&rdn(99, 0x0c, b"a")), "2.5.4.99=a");
        assert_eq!(distinguished_name(&[]), "");
    }

    #[test]
    fn strings_of_every_age_are_read() {
        assert_eq!(
            distinguished_name(&rdn(3, 0x14, &[b'M', 0xfc, b'l'])),
            "CN=Mül"
        );
        assert_eq!(
            distinguished_name(&rdn(3, 0x1e, &[0x4e, 0x2d, 0x65, 0x87])),
            "CN=中文"
        );
        assert_eq!(distinguished_name(&rdn(3, 0x1e, &[0x4e])), "CN=#4e");
        assert_eq!(distinguished_name(&rdn(3, 0x02, &[7])), "CN=#07");
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

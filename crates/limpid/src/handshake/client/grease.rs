//! GREASE (RFC 8701): reserved values among what is offered, so that servers keep ignoring what they do not know.

use limpid_wire::extensions::{ClientHelloExtension, KeyShareEntry};
use limpid_wire::handshake::ClientHello;
use limpid_wire::{CipherSuite, ExtensionType, NamedGroup, ProtocolVersion, SignatureScheme};

/// Puts reserved values into a hello; `seed` decides which. Call it before pre_shared_key is added, which comes last.
pub(super) fn add(hello: &mut ClientHello, seed: [u8; 6]) {
    let [suite, group, version, scheme, first, last] = seed.map(value);
    hello.cipher_suites.insert(0, CipherSuite(suite));
    let mut list = std::mem::take(&mut hello.extensions).into_vec();
    for extension in &mut list {
        match extension {
            ClientHelloExtension::SupportedGroups(groups) => groups.insert(0, NamedGroup(group)),
            ClientHelloExtension::SupportedVersions(versions) => {
                versions.insert(0, ProtocolVersion(version))
            }
            ClientHelloExtension::SignatureAlgorithms(schemes) => {
                schemes.insert(0, SignatureScheme(scheme));
            }
            ClientHelloExtension::KeyShare(shares) => {
                let share = KeyShareEntry {
                    group: NamedGroup(group),
                    key_exchange: vec![0],
                };
                shares.insert(0, share);
            }
            _ => {}
        }
    }
    // RFC 8701 §3.1: extensions of any content; no two of the same type.
    let last = if last == first { last ^ 0x1010 } else { last };
    list.insert(
        0,
        ClientHelloExtension::Unknown(ExtensionType(first), Vec::new()),
    );
    list.push(ClientHelloExtension::Unknown(ExtensionType(last), vec![0]));
    hello.extensions = list.into();
}

/// One of the sixteen reserved values: 0x0a0a, 0x1a1a, … 0xfafa.
fn value(seed: u8) -> u16 {
    let byte = (seed & 0xf0) | 0x0a;
    u16::from_be_bytes([byte, byte])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_reserved() {
        for seed in 0..=255 {
            assert!(CipherSuite(value(seed)).is_grease());
            assert!(ExtensionType(value(seed) ^ 0x1010).is_grease());
        }
    }
}

//! pre_shared_key (RFC 8446 §4.2.11): the keys a client says both sides share, with the proof that it has them.
//!
//! The proofs (binders) cover the hello up to themselves, so the engine needs to know where they begin:
//! [`OfferedPsks::binders_length`]. What a ticket says and what the binders must be is not known here.

use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// What a client offers: as many binders as identities, in the same order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferedPsks {
    /// The names of the keys, at least one.
    pub identities: Vec<PskIdentity>,
    /// For each key an HMAC over the hello up to the binders, 32 to 255 bytes; shorter ones are read, and cannot verify.
    pub binders: Vec<Vec<u8>>,
}

/// The name of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PskIdentity {
    /// A ticket, or a name agreed upon elsewhere: 1 to 2^16 − 1 bytes.
    pub identity: Vec<u8>,
    /// The age of the ticket in milliseconds, plus the ticket's `ticket_age_add` modulo 2^32; else 0.
    pub obfuscated_ticket_age: u32,
}

impl OfferedPsks {
    /// The bytes that the binders take at the end of the ClientHello, their own length field included.
    ///
    /// What the binders cover is the hello without these bytes (RFC 8446 §4.2.11.2).
    pub fn binders_length(&self) -> usize {
        2 + self
            .binders
            .iter()
            .map(|binder| 1 + binder.len())
            .sum::<usize>()
    }
}

/// In a ClientHello.
pub(super) mod offered_psks {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<OfferedPsks, DecodeError> {
        let identities = r.list16("identities", 7..=0xffff, |r| {
            r.node("psk_identity", |r| {
                Ok(PskIdentity {
                    identity: r.opaque16("identity", 1..=0xffff)?.to_vec(),
                    obfuscated_ticket_age: r.u32("obfuscated_ticket_age")?,
                })
            })
        })?;
        let offset = r.offset();
        // RFC 8446 §4.2.11 has binders of 32 bytes and more. A shorter one is read all the same: it cannot verify, and whether
        // any is looked at depends on the key that is chosen.
        let binders = r.list16("binders", 1..=0xffff, |r| {
            Ok(r.opaque8("psk_binder_entry", 0..=0xff)?.to_vec())
        })?;
        // RFC 8446 §4.2.11: the two lists are parallel.
        if binders.len() != identities.len() {
            let count = u64::try_from(binders.len()).unwrap_or(u64::MAX);
            return Err(Reader::bad_value(
                offset,
                "binders",
                count,
                "as many binders as identities",
            ));
        }
        Ok(OfferedPsks {
            identities,
            binders,
        })
    }

    pub(in crate::extensions) fn write(psks: &OfferedPsks, w: &mut Writer<'_>) {
        w.vec16(|w| {
            for identity in &psks.identities {
                w.opaque16(&identity.identity);
                w.u32(identity.obfuscated_ticket_age);
            }
        });
        w.vec16(|w| psks.binders.iter().for_each(|binder| w.opaque8(binder)));
    }
}

/// In a ServerHello.
pub(super) mod selected_identity {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<u16, DecodeError> {
        r.u16("selected_identity")
    }

    pub(in crate::extensions) fn write(identity: &u16, w: &mut Writer<'_>) {
        w.u16(*identity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::{AlertDescription, ExtensionType};
    use crate::extensions::{ClientHelloExtension, ServerHello13Extension};
    use crate::testing::{check_extension, hex, refused_extension};

    const TYPE: ExtensionType = ExtensionType::PRE_SHARED_KEY;

    fn identity(name: u8) -> PskIdentity {
        PskIdentity {
            identity: vec![name],
            obfuscated_ticket_age: 0x01020304,
        }
    }

    #[test]
    fn an_offer_and_a_choice() {
        let psks = OfferedPsks {
            identities: vec![identity(5), identity(6)],
            binders: vec![vec![0xaa; 32], vec![0xbb; 33]],
        };
        assert_eq!(psks.binders_length(), 2 + 33 + 34);
        let binders = ["0043 20", &"aa".repeat(32), "21", &"bb".repeat(33)].concat();
        let body = ["000e 0001 05 01020304 0001 06 01020304", &binders].concat();
        check_extension(TYPE, &hex(&body), &ClientHelloExtension::PreSharedKey(psks));
        check_extension(TYPE, &hex("0001"), &ServerHello13Extension::PreSharedKey(1));
    }

    #[test]
    fn rfc8446_4_2_11_bounds_and_parallel_lists() {
        let binder = ["20", &"aa".repeat(32)].concat();
        for (body, alert, field) in [
            (
                "0000 0021".to_owned(),
                AlertDescription::DECODE_ERROR,
                "identities",
            ),
            (
                "0007 0001 05 01020304 0000".to_owned(),
                AlertDescription::DECODE_ERROR,
                "binders",
            ),
            (
                ["0007 0001 05 01020304 0021 21", &"aa".repeat(32)].concat(),
                AlertDescription::DECODE_ERROR,
                "psk_binder_entry",
            ),
            (
                ["0007 0001 05 01020304 0042", &binder, &binder].concat(),
                AlertDescription::ILLEGAL_PARAMETER,
                "binders",
            ),
            (
                ["000e 0001 05 01020304 0001 06 01020304 0021", &binder].concat(),
                AlertDescription::ILLEGAL_PARAMETER,
                "binders",
            ),
        ] {
            let error = refused_extension::<ClientHelloExtension>(TYPE, &hex(&body));
            assert_eq!((error.alert(), error.field), (alert, field));
        }
    }
}

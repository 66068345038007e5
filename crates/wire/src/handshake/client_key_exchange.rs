//! ClientKeyExchange of TLS 1.2: ECDHE (RFC 8422 §5.7), DHE and RSA (RFC 5246 §7.4.7).

use crate::code_points::HandshakeType;
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// The client's key on the server's curve.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EcdheClientKeyExchange {
    /// The public key, 1 to 255 bytes.
    pub ecdh_yc: Vec<u8>,
}

/// The client's key in the server's field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DheClientKeyExchange {
    /// The public key as a big-endian number, 1 to 2^16 − 1 bytes.
    pub dh_yc: Vec<u8>,
}

/// The premaster secret, encrypted to the key in the server's certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RsaClientKeyExchange {
    /// As long as the modulus of the key; at most 2^16 − 1 bytes.
    pub encrypted_pre_master_secret: Vec<u8>,
}

impl Codec for EcdheClientKeyExchange {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            ecdh_yc: r.opaque8("ecdh_Yc", 1..=0xff)?.to_vec(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.opaque8(&self.ecdh_yc);
    }
}

impl Codec for DheClientKeyExchange {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            dh_yc: r.opaque16("dh_Yc", 1..=0xffff)?.to_vec(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.opaque16(&self.dh_yc);
    }
}

impl Codec for RsaClientKeyExchange {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            encrypted_pre_master_secret: r
                .opaque16("encrypted_pre_master_secret", 0..=0xffff)?
                .to_vec(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.opaque16(&self.encrypted_pre_master_secret);
    }
}

impl HandshakeBody for EcdheClientKeyExchange {
    const TYPE: HandshakeType = HandshakeType::CLIENT_KEY_EXCHANGE;
}

impl HandshakeBody for DheClientKeyExchange {
    const TYPE: HandshakeType = HandshakeType::CLIENT_KEY_EXCHANGE;
}

impl HandshakeBody for RsaClientKeyExchange {
    const TYPE: HandshakeType = HandshakeType::CLIENT_KEY_EXCHANGE;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, hex, refused};

    #[test]
    fn of_each_kind() {
        check(
            &hex("02 0405"),
            &EcdheClientKeyExchange {
                ecdh_yc: vec![4, 5],
            },
        );
        check(
            &hex("0002 0405"),
            &DheClientKeyExchange { dh_yc: vec![4, 5] },
        );
        check(
            &hex("0002 0405"),
            &RsaClientKeyExchange {
                encrypted_pre_master_secret: vec![4, 5],
            },
        );
    }

    #[test]
    fn rfc8422_5_7_and_rfc5246_7_4_7_2_no_key_is_empty() {
        assert_eq!(refused::<EcdheClientKeyExchange>(&[0]).field, "ecdh_Yc");
        assert_eq!(refused::<DheClientKeyExchange>(&[0, 0]).field, "dh_Yc");
    }
}

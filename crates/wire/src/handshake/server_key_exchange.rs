//! ServerKeyExchange of TLS 1.2, signed: ECDHE (RFC 8422 §5.4) and DHE (RFC 5246 §7.4.3).
//!
//! The signature covers both randoms and the parameters, whose bytes are `params.encode()`.

use crate::code_points::{ECCurveType, HandshakeType, NamedGroup, SignatureScheme};
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// The server's key on an elliptic curve, signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EcdheServerKeyExchange {
    /// What is signed.
    pub params: EcdheParams,
    /// How it is signed.
    pub scheme: SignatureScheme,
    /// At most 2^16 − 1 bytes.
    pub signature: Vec<u8>,
}

/// `ServerECDHParams`. The curve is always a named one: RFC 8422 §5.4 dropped the other forms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EcdheParams {
    /// The curve.
    pub named_curve: NamedGroup,
    /// The public key, 1 to 255 bytes.
    pub public: Vec<u8>,
}

/// The server's finite field and its key in it, signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DheServerKeyExchange {
    /// What is signed.
    pub params: DheParams,
    /// How it is signed.
    pub scheme: SignatureScheme,
    /// At most 2^16 − 1 bytes.
    pub signature: Vec<u8>,
}

/// `ServerDHParams`: big-endian numbers, each 1 to 2^16 − 1 bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DheParams {
    /// The prime.
    pub dh_p: Vec<u8>,
    /// The generator.
    pub dh_g: Vec<u8>,
    /// The public key.
    pub dh_ys: Vec<u8>,
}

impl EcdheServerKeyExchange {
    /// The bytes of the parameters, as they are signed.
    pub fn params_bytes(&self) -> Vec<u8> {
        self.params.encode()
    }
}

impl DheServerKeyExchange {
    /// The bytes of the parameters, as they are signed.
    pub fn params_bytes(&self) -> Vec<u8> {
        self.params.encode()
    }
}

impl Codec for EcdheServerKeyExchange {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let params = r.node("params", EcdheParams::read)?;
        let (scheme, signature) = read_signature(r)?;
        Ok(Self {
            params,
            scheme,
            signature,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        self.params.write(w);
        write_signature(self.scheme, &self.signature, w);
    }
}

impl Codec for EcdheParams {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = r.offset();
        let curve_type: ECCurveType = r.code("curve_type")?;
        // RFC 8422 §5.4: the curve is a named one.
        if curve_type != ECCurveType::NAMED_CURVE {
            let why = "only named curves may be used";
            return Err(Reader::bad_value(
                offset,
                "curve_type",
                curve_type.0.into(),
                why,
            ));
        }
        Ok(Self {
            named_curve: r.code("namedcurve")?,
            public: r.opaque8("public", 1..=0xff)?.to_vec(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(ECCurveType::NAMED_CURVE);
        w.code(self.named_curve);
        w.opaque8(&self.public);
    }
}

impl Codec for DheServerKeyExchange {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let params = r.node("params", DheParams::read)?;
        let (scheme, signature) = read_signature(r)?;
        Ok(Self {
            params,
            scheme,
            signature,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        self.params.write(w);
        write_signature(self.scheme, &self.signature, w);
    }
}

impl Codec for DheParams {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            dh_p: r.opaque16("dh_p", 1..=0xffff)?.to_vec(),
            dh_g: r.opaque16("dh_g", 1..=0xffff)?.to_vec(),
            dh_ys: r.opaque16("dh_Ys", 1..=0xffff)?.to_vec(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.opaque16(&self.dh_p);
        w.opaque16(&self.dh_g);
        w.opaque16(&self.dh_ys);
    }
}

impl HandshakeBody for EcdheServerKeyExchange {
    const TYPE: HandshakeType = HandshakeType::SERVER_KEY_EXCHANGE;
}

impl HandshakeBody for DheServerKeyExchange {
    const TYPE: HandshakeType = HandshakeType::SERVER_KEY_EXCHANGE;
}

/// RFC 5246 §4.7: DigitallySigned.
fn read_signature(r: &mut Reader<'_>) -> Result<(SignatureScheme, Vec<u8>), DecodeError> {
    Ok((
        r.code("algorithm")?,
        r.opaque16("signature", 0..=0xffff)?.to_vec(),
    ))
}

fn write_signature(scheme: SignatureScheme, signature: &[u8], w: &mut Writer<'_>) {
    w.code(scheme);
    w.opaque16(signature);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::AlertDescription;
    use crate::testing::{check, hex, refused};

    #[test]
    fn on_a_curve() {
        let params = EcdheParams {
            named_curve: NamedGroup::X25519,
            public: vec![1, 2, 3],
        };
        let message = EcdheServerKeyExchange {
            params: params.clone(),
            scheme: SignatureScheme::RSA_PSS_RSAE_SHA256,
            signature: vec![9, 9],
        };
        check(&hex("03 001d 03 010203 0804 0002 0909"), &message);
        check(&hex("03 001d 03 010203"), &params);
        assert_eq!(message.params_bytes(), hex("03 001d 03 010203"));
    }

    #[test]
    fn in_a_field() {
        let params = DheParams {
            dh_p: vec![0xff, 0xfe],
            dh_g: vec![2],
            dh_ys: vec![5, 6],
        };
        let message = DheServerKeyExchange {
            params,
            scheme: SignatureScheme::RSA_PKCS1_SHA256,
            signature: vec![9],
        };
        check(&hex("0002 fffe 0001 02 0002 0506 0401 0001 09"), &message);
        assert_eq!(message.params_bytes(), hex("0002 fffe 0001 02 0002 0506"));
    }

    #[test]
    fn rfc8422_5_4_only_named_curves() {
        let error = refused::<EcdheServerKeyExchange>(&hex("01 001d 01 01 0804 0000"));
        assert_eq!(
            (error.alert(), error.offset),
            (AlertDescription::ILLEGAL_PARAMETER, 0)
        );
    }

    #[test]
    fn rfc8422_5_4_and_rfc5246_7_4_3_no_key_is_empty() {
        assert_eq!(
            refused::<EcdheServerKeyExchange>(&hex("03 001d 00 0804 0000")).field,
            "public"
        );
        assert_eq!(
            refused::<DheParams>(&hex("0001 ff 0001 02 0000")).field,
            "dh_Ys"
        );
    }
}

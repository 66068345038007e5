//! Messages for an explainer: any message taken apart, byte by byte, by the codec that also parses it.
//!
//! A malformed message is described up to the bad byte. Knows which codec belongs to which message; what the fields
//! mean, and whether they are as they should be, is for others to say.

use crate::alert::Alert;
use crate::code_points::{
    CipherSuite, HandshakeType, ProtocolVersion, SuiteAuthentication, SuiteKeyExchange,
};
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::handshake::{
    AnyServerHello, Certificate12, Certificate13, CertificateRequest12, CertificateRequest13,
    CertificateStatus, CertificateVerify, ClientHello, CompressedCertificate, DheClientKeyExchange,
    DheServerKeyExchange, EcdheClientKeyExchange, EcdheServerKeyExchange, EncryptedExtensions,
    EndOfEarlyData, Finished, HelloRequest, KeyUpdate, MessageHash, NewSessionTicket12,
    NewSessionTicket13, RawPublicKey12, RsaClientKeyExchange, ServerHelloDone,
};
use crate::reader::Reader;
use crate::record::ChangeCipherSpec;
use crate::spans::Spans;

/// Says which byte of a message is which field, and whether the message is well-formed.
///
/// `bytes` is one whole message: a handshake message with its header, an alert, or a ChangeCipherSpec. The leaves tile
/// the message, or as much of it as is well-formed.
pub fn describe(kind: MessageKind, bytes: &[u8]) -> (Spans, Result<(), DecodeError>) {
    let mut spans = Spans::new();
    let mut r = Reader::with_spans(bytes, &mut spans);
    let result = kind.read(&mut r).and_then(|()| r.finish());
    (spans, result)
}

/// Writes the kinds of handshake messages with the codec of each.
macro_rules! message_kinds {
    ($( $(#[$doc:meta])* $Kind:ident: $Message:ty; )+) => {
        /// Which layout a message has. [`MessageKind::of_handshake`] finds it by what is known of the connection.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum MessageKind {
            $( $(#[$doc])* $Kind, )+
            /// A handshake message whose layout is not known here: a header, and bytes.
            UnknownHandshake,
            /// An alert: two bytes.
            Alert,
            /// ChangeCipherSpec: one byte.
            ChangeCipherSpec,
        }

        impl MessageKind {
            /// Every kind.
            pub const ALL: &'static [Self] =
                &[$(Self::$Kind,)+ Self::UnknownHandshake, Self::Alert, Self::ChangeCipherSpec];

            fn read(self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
                match self {
                    $( Self::$Kind => <$Message>::read_message(r).map(drop), )+
                    Self::UnknownHandshake => read_unknown(r),
                    Self::Alert => Alert::read(r).map(drop),
                    Self::ChangeCipherSpec => ChangeCipherSpec::read(r).map(drop),
                }
            }
        }
    };
}

message_kinds! {
    /// TLS 1.2.
    HelloRequest: HelloRequest;
    /// All versions.
    ClientHello: ClientHello;
    /// All versions, HelloRetryRequest included.
    ServerHello: AnyServerHello;
    /// TLS 1.2.
    NewSessionTicket12: NewSessionTicket12;
    /// TLS 1.3.
    NewSessionTicket13: NewSessionTicket13;
    /// TLS 1.3.
    EndOfEarlyData: EndOfEarlyData;
    /// TLS 1.3.
    EncryptedExtensions: EncryptedExtensions;
    /// TLS 1.2.
    Certificate12: Certificate12;
    /// TLS 1.2, with a bare public key.
    RawPublicKey12: RawPublicKey12;
    /// TLS 1.3.
    Certificate13: Certificate13;
    /// TLS 1.3.
    CompressedCertificate: CompressedCertificate;
    /// TLS 1.2.
    CertificateStatus: CertificateStatus;
    /// TLS 1.2 with a suite of ECDHE_RSA or ECDHE_ECDSA.
    EcdheServerKeyExchange: EcdheServerKeyExchange;
    /// TLS 1.2 with a suite of DHE_RSA or DHE_DSS.
    DheServerKeyExchange: DheServerKeyExchange;
    /// TLS 1.2.
    CertificateRequest12: CertificateRequest12;
    /// TLS 1.3.
    CertificateRequest13: CertificateRequest13;
    /// TLS 1.2.
    ServerHelloDone: ServerHelloDone;
    /// TLS 1.2 and 1.3.
    CertificateVerify: CertificateVerify;
    /// TLS 1.2 with a suite of ECDHE.
    EcdheClientKeyExchange: EcdheClientKeyExchange;
    /// TLS 1.2 with a suite of DHE.
    DheClientKeyExchange: DheClientKeyExchange;
    /// TLS 1.2 with a suite of RSA.
    RsaClientKeyExchange: RsaClientKeyExchange;
    /// TLS 1.2 and 1.3.
    Finished: Finished;
    /// TLS 1.3.
    KeyUpdate: KeyUpdate;
    /// TLS 1.3, in the transcript only.
    MessageHash: MessageHash;
}

impl MessageKind {
    /// The layout of a handshake message of this type, in a connection of this version with this suite.
    ///
    /// Before they are negotiated, version and suite do not matter; the suite never does in TLS 1.3.
    pub fn of_handshake(
        msg_type: HandshakeType,
        version: ProtocolVersion,
        suite: Option<CipherSuite>,
    ) -> Self {
        match msg_type {
            HandshakeType::CLIENT_HELLO => Self::ClientHello,
            HandshakeType::SERVER_HELLO => Self::ServerHello,
            HandshakeType::FINISHED => Self::Finished,
            // Signatures before TLS 1.2 do not say how they are made: that is another layout (RFC 4346 §7.4).
            HandshakeType::SERVER_KEY_EXCHANGE
            | HandshakeType::CERTIFICATE_REQUEST
            | HandshakeType::CERTIFICATE_VERIFY
                if version < ProtocolVersion::TLS_1_2 =>
            {
                Self::UnknownHandshake
            }
            HandshakeType::CERTIFICATE_VERIFY => Self::CertificateVerify,
            _ if version == ProtocolVersion::TLS_1_3 => Self::of_handshake13(msg_type),
            HandshakeType::SERVER_KEY_EXCHANGE => Self::server_key_exchange(suite),
            HandshakeType::CLIENT_KEY_EXCHANGE => Self::client_key_exchange(suite),
            _ => Self::of_handshake12(msg_type),
        }
    }

    fn of_handshake12(msg_type: HandshakeType) -> Self {
        match msg_type {
            HandshakeType::HELLO_REQUEST => Self::HelloRequest,
            HandshakeType::NEW_SESSION_TICKET => Self::NewSessionTicket12,
            HandshakeType::CERTIFICATE => Self::Certificate12,
            HandshakeType::CERTIFICATE_STATUS => Self::CertificateStatus,
            HandshakeType::CERTIFICATE_REQUEST => Self::CertificateRequest12,
            HandshakeType::SERVER_HELLO_DONE => Self::ServerHelloDone,
            _ => Self::UnknownHandshake,
        }
    }

    fn of_handshake13(msg_type: HandshakeType) -> Self {
        match msg_type {
            HandshakeType::NEW_SESSION_TICKET => Self::NewSessionTicket13,
            HandshakeType::END_OF_EARLY_DATA => Self::EndOfEarlyData,
            HandshakeType::ENCRYPTED_EXTENSIONS => Self::EncryptedExtensions,
            HandshakeType::CERTIFICATE => Self::Certificate13,
            HandshakeType::COMPRESSED_CERTIFICATE => Self::CompressedCertificate,
            HandshakeType::CERTIFICATE_REQUEST => Self::CertificateRequest13,
            HandshakeType::KEY_UPDATE => Self::KeyUpdate,
            HandshakeType::MESSAGE_HASH => Self::MessageHash,
            _ => Self::UnknownHandshake,
        }
    }

    /// Only the signed forms are known; those of anonymous suites and of suites with a shared key are not.
    fn server_key_exchange(suite: Option<CipherSuite>) -> Self {
        match key_exchange(suite) {
            Some((
                SuiteKeyExchange::Ecdhe,
                SuiteAuthentication::Rsa | SuiteAuthentication::Ecdsa,
            )) => Self::EcdheServerKeyExchange,
            Some((SuiteKeyExchange::Dhe, SuiteAuthentication::Rsa | SuiteAuthentication::Dss)) => {
                Self::DheServerKeyExchange
            }
            _ => Self::UnknownHandshake,
        }
    }

    fn client_key_exchange(suite: Option<CipherSuite>) -> Self {
        match key_exchange(suite) {
            Some((_, SuiteAuthentication::Psk | SuiteAuthentication::RsaAndPsk)) => {
                Self::UnknownHandshake
            }
            Some((SuiteKeyExchange::Ecdhe | SuiteKeyExchange::StaticEcdh, _)) => {
                Self::EcdheClientKeyExchange
            }
            Some((SuiteKeyExchange::Dhe, _)) => Self::DheClientKeyExchange,
            Some((SuiteKeyExchange::Rsa, _)) => Self::RsaClientKeyExchange,
            _ => Self::UnknownHandshake,
        }
    }
}

fn key_exchange(suite: Option<CipherSuite>) -> Option<(SuiteKeyExchange, SuiteAuthentication)> {
    let parts = suite?.parts()?;
    Some((parts.key_exchange, parts.authentication))
}

fn read_unknown(r: &mut Reader<'_>) -> Result<(), DecodeError> {
    r.code::<HandshakeType>("msg_type")?;
    r.body24("length", |r| r.rest("body").map(drop))
}

#[cfg(test)]
mod tests;

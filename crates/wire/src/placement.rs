//! Which extension may stand in which message: the table of RFC 8446 §4.2, carried on with IANA's column "TLS 1.3" for
//! what came later, and with the answers a ServerHello of TLS 1.2 may give.
//!
//! The table is the source of the checks: reading a message refuses what it does not list. Whether an answer had been
//! asked for is not known here, nor what any extension means.

use core::fmt;

use crate::code_points::ExtensionType;
use ExtensionPlace::{
    CertificateEntry as CT, CertificateRequest as CR, ClientHello as CH, EncryptedExtensions as EE,
    HelloRetryRequest as HRR, NewSessionTicket as NST, ServerHello12 as SH12, ServerHello13 as SH,
};

/// A block of extensions, told by the message it stands in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ExtensionPlace {
    /// ClientHello of any version.
    ClientHello,
    /// ServerHello of TLS 1.2 and earlier.
    ServerHello12,
    /// ServerHello of TLS 1.3.
    ServerHello13,
    /// HelloRetryRequest.
    HelloRetryRequest,
    /// EncryptedExtensions.
    EncryptedExtensions,
    /// CertificateRequest of TLS 1.3.
    CertificateRequest,
    /// A certificate in the Certificate message of TLS 1.3.
    CertificateEntry,
    /// NewSessionTicket of TLS 1.3.
    NewSessionTicket,
}

impl ExtensionPlace {
    /// Every place.
    pub const ALL: &'static [Self] = &[CH, SH12, SH, HRR, EE, CR, CT, NST];

    /// The message in words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ClientHello => "ClientHello",
            Self::ServerHello12 => "ServerHello of TLS 1.2",
            Self::ServerHello13 => "ServerHello of TLS 1.3",
            Self::HelloRetryRequest => "HelloRetryRequest",
            Self::EncryptedExtensions => "EncryptedExtensions",
            Self::CertificateRequest => "CertificateRequest",
            Self::CertificateEntry => "a CertificateEntry",
            Self::NewSessionTicket => "NewSessionTicket",
        }
    }

    /// Whether `extension` may stand here. An extension that is not in the table may stand anywhere.
    pub fn allows(self, extension: ExtensionType) -> bool {
        places(extension).is_none_or(|places| places.contains(&self))
    }
}

impl fmt::Display for ExtensionPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.title())
    }
}

/// Writes the table once for reading ([`PLACEMENT`]) and once for looking up ([`places`]).
macro_rules! placement {
    ($( $EXTENSION:ident: $($place:ident)+; )+) => {
        /// Each extension with the places it may stand in, in the order of its number.
        pub const PLACEMENT: &[(ExtensionType, &[ExtensionPlace])] =
            &[$((ExtensionType::$EXTENSION, &[$($place),+])),+];

        /// The places where `extension` may stand; `None` for an extension that is not in the table.
        pub const fn places(extension: ExtensionType) -> Option<&'static [ExtensionPlace]> {
            match extension {
                $( ExtensionType::$EXTENSION => Some(&[$($place),+]), )+
                _ => None,
            }
        }
    };
}

// supported_groups in a ServerHello of TLS 1.2 is not for servers to send, but well-known load balancers do.
placement! {
    SERVER_NAME: CH EE SH12;
    MAX_FRAGMENT_LENGTH: CH EE SH12;
    CLIENT_CERTIFICATE_URL: CH SH12;
    TRUSTED_CA_KEYS: CH EE SH12;
    TRUNCATED_HMAC: CH SH12;
    STATUS_REQUEST: CH CR CT SH12;
    USER_MAPPING: CH SH12;
    CLIENT_AUTHZ: CH SH12;
    SERVER_AUTHZ: CH SH12;
    CERT_TYPE: CH SH12;
    SUPPORTED_GROUPS: CH EE SH12;
    EC_POINT_FORMATS: CH SH12;
    SRP: CH;
    SIGNATURE_ALGORITHMS: CH CR;
    USE_SRTP: CH EE SH12;
    HEARTBEAT: CH EE SH12;
    APPLICATION_LAYER_PROTOCOL_NEGOTIATION: CH EE SH12;
    STATUS_REQUEST_V2: CH SH12;
    SIGNED_CERTIFICATE_TIMESTAMP: CH CR CT SH12;
    CLIENT_CERTIFICATE_TYPE: CH EE SH12;
    SERVER_CERTIFICATE_TYPE: CH EE SH12;
    PADDING: CH;
    ENCRYPT_THEN_MAC: CH SH12;
    EXTENDED_MASTER_SECRET: CH SH12;
    TOKEN_BINDING: CH SH12;
    CACHED_INFO: CH SH12;
    COMPRESS_CERTIFICATE: CH CR;
    RECORD_SIZE_LIMIT: CH EE SH12;
    PWD_PROTECT: CH;
    PWD_CLEAR: CH;
    PASSWORD_SALT: CH SH HRR;
    TICKET_PINNING: CH EE;
    TLS_CERT_WITH_EXTERN_PSK: CH SH;
    DELEGATED_CREDENTIAL: CH CR CT;
    SESSION_TICKET: CH SH12;
    SUPPORTED_EKT_CIPHERS: CH EE SH12;
    PRE_SHARED_KEY: CH SH;
    EARLY_DATA: CH EE NST;
    SUPPORTED_VERSIONS: CH SH HRR;
    COOKIE: CH HRR;
    PSK_KEY_EXCHANGE_MODES: CH;
    CERTIFICATE_AUTHORITIES: CH CR;
    OID_FILTERS: CR;
    POST_HANDSHAKE_AUTH: CH;
    SIGNATURE_ALGORITHMS_CERT: CH CR;
    KEY_SHARE: CH SH HRR;
    TRANSPARENCY_INFO: CH CR CT SH12;
    CONNECTION_ID: CH SH SH12;
    EXTERNAL_ID_HASH: CH EE SH12;
    EXTERNAL_SESSION_ID: CH EE SH12;
    QUIC_TRANSPORT_PARAMETERS: CH EE;
    TICKET_REQUEST: CH EE;
    DNSSEC_CHAIN: CH CT SH12;
    RRC: CH SH SH12;
    ECH_OUTER_EXTENSIONS: CH;
    ENCRYPTED_CLIENT_HELLO: CH EE HRR;
    RENEGOTIATION_INFO: CH SH12;
}

#[cfg(test)]
mod tests;

//! The extensions of each message, as tables: variant, body, the module that reads and writes it, type, accessor.
//!
//! To add an extension: a module beside this one that reads and writes its body, a row in each message that may hold it,
//! and a row in the placement table.
//!
//! A row without a body is an extension whose presence says everything. Where an extension may stand at all is the
//! placement table's business; a type that is missing here but known there keeps its bytes.

use super::certificate_authorities::{self, DistinguishedName};
use super::certificate_types::{
    client_certificate_type, client_certificate_types, server_certificate_type,
    server_certificate_types,
};
use super::code_lists::{
    certificate_compression_algorithms, ech_outer_extensions, offered_versions, point_formats,
    psk_modes, selected_version, signature_schemes, supported_groups,
};
use super::encrypted_client_hello::{
    self, EchConfig, EncryptedClientHello, confirmation, retry_configs,
};
use super::key_share::{self, KeyShareEntry, client_shares, selected_group};
use super::oid_filters::{self, OidFilter};
use super::opaque::{cookie, raw, renegotiated_connection};
use super::pre_shared_key::{OfferedPsks, offered_psks, selected_identity};
use super::protocol_name::{protocol_name_list, selected_protocol};
use super::quic_transport_parameters;
use super::record_limits::{max_early_data_size, max_fragment_length, record_size_limit};
use super::server_name::{self, ServerName};
use super::signed_certificate_timestamps;
use super::status_request::{
    self, CertificateStatus, CertificateStatusRequest, certificate_status,
};
use super::{Extension, Extensions};
use crate::code_points::{
    CertificateCompressionAlgorithm, CertificateType, ECPointFormat, ExtensionType,
    MaxFragmentLength, NamedGroup, ProtocolVersion, PskKeyExchangeMode, SignatureScheme,
};
use crate::error::DecodeError;
use crate::handshake::{
    CertificateEntry, CertificateRequest13, ClientHello, EncryptedExtensions, HelloRetryRequest,
    NewSessionTicket13, ServerHello12, ServerHello13,
};
use crate::placement::ExtensionPlace;
use crate::reader::Reader;
use crate::writer::Writer;

macro_rules! extension_table {
    (
        $(#[$doc:meta])*
        pub enum $Enum:ident of $Message:ident at $Place:ident {
            $(
                $(#[$variant_doc:meta])*
                $Variant:ident $( ($Body:ty) by $module:ident )? = $CONST:ident, $accessor:ident $([$($View:tt)*])?;
            )*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum $Enum {
            $(
                $(#[$variant_doc])*
                $Variant $( ($Body) )?,
            )*
            /// Any other extension: its type and its body as it is.
            Unknown(ExtensionType, Vec<u8>),
        }

        impl Extension for $Enum {
            const PLACE: ExtensionPlace = ExtensionPlace::$Place;

            fn extension_type(&self) -> ExtensionType {
                match self {
                    $( Self::$Variant { .. } => ExtensionType::$CONST, )*
                    Self::Unknown(extension_type, _) => *extension_type,
                }
            }

            fn read_body(extension_type: ExtensionType, r: &mut Reader<'_>) -> Result<Self, DecodeError> {
                Ok(match extension_type {
                    $( ExtensionType::$CONST => Self::$Variant $( ($module::read(r)?) )?, )*
                    other => Self::Unknown(other, raw::read(r)?),
                })
            }

            fn write_body(&self, w: &mut Writer<'_>) {
                match self {
                    $( Self::$Variant $( (extension_table!(@pattern $module body)) )? => {
                        $( $module::write(body, w); )?
                    } )*
                    Self::Unknown(_, body) => raw::write(body, w),
                }
            }
        }

        impl $Enum {
            /// The type that stands in front of the body.
            pub fn extension_type(&self) -> ExtensionType {
                Extension::extension_type(self)
            }
        }

        impl $Message {
            $( extension_table!(@accessor $Enum $Variant $accessor $($($View)*)?); )*
        }

        impl From<$Enum> for Extensions<$Enum> {
            fn from(extension: $Enum) -> Self {
                vec![extension].into()
            }
        }
    };

    (@pattern $module:ident $body:ident) => { $body };

    (@accessor $Enum:ident $Variant:ident $accessor:ident) => {
        #[doc = concat!("Whether the extension `", stringify!($accessor), "` is there.")]
        pub fn $accessor(&self) -> bool {
            self.extensions.iter().any(|extension| matches!(extension, $Enum::$Variant))
        }
    };
    (@accessor $Enum:ident $Variant:ident $accessor:ident &$View:ty) => {
        #[doc = concat!("The body of the extension `", stringify!($accessor), "`.")]
        pub fn $accessor(&self) -> Option<&$View> {
            self.extensions.iter().find_map(|extension| match extension {
                $Enum::$Variant(body) => Some::<&$View>(body),
                _ => None,
            })
        }
    };
    (@accessor $Enum:ident $Variant:ident $accessor:ident $View:ty) => {
        #[doc = concat!("The body of the extension `", stringify!($accessor), "`.")]
        pub fn $accessor(&self) -> Option<$View> {
            self.extensions.iter().find_map(|extension| match extension {
                $Enum::$Variant(body) => Some(*body),
                _ => None,
            })
        }
    };
}

extension_table! {
    /// What a client offers or asks for.
    pub enum ClientHelloExtension of ClientHello at ClientHello {
        /// RFC 6066 §3: the name of the server the client wants.
        ServerName(Vec<ServerName>) by server_name = SERVER_NAME, server_name[&[ServerName]];
        /// RFC 6066 §4: shorter records, please.
        MaxFragmentLength(MaxFragmentLength) by max_fragment_length
            = MAX_FRAGMENT_LENGTH, max_fragment_length[MaxFragmentLength];
        /// RFC 6066 §8: proof that the certificate is not revoked, please.
        StatusRequest(CertificateStatusRequest) by status_request
            = STATUS_REQUEST, status_request[&CertificateStatusRequest];
        /// RFC 8446 §4.2.7: groups for key exchange, best first.
        SupportedGroups(Vec<NamedGroup>) by supported_groups = SUPPORTED_GROUPS, supported_groups[&[NamedGroup]];
        /// RFC 8422 §5.1.2: how points may be written.
        EcPointFormats(Vec<ECPointFormat>) by point_formats = EC_POINT_FORMATS, ec_point_formats[&[ECPointFormat]];
        /// RFC 8446 §4.2.3: signatures the client can check, best first.
        SignatureAlgorithms(Vec<SignatureScheme>) by signature_schemes
            = SIGNATURE_ALGORITHMS, signature_algorithms[&[SignatureScheme]];
        /// RFC 7301 §3.1: application protocols, best first.
        ApplicationLayerProtocolNegotiation(Vec<Vec<u8>>) by protocol_name_list
            = APPLICATION_LAYER_PROTOCOL_NEGOTIATION, application_layer_protocol_negotiation[&[Vec<u8>]];
        /// RFC 6962 §3.3.1: certificate timestamps are welcome.
        SignedCertificateTimestamp = SIGNED_CERTIFICATE_TIMESTAMP, signed_certificate_timestamp;
        /// RFC 7250 §3: kinds of certificate the client can send, best first.
        ClientCertificateType(Vec<CertificateType>) by client_certificate_types
            = CLIENT_CERTIFICATE_TYPE, client_certificate_type[&[CertificateType]];
        /// RFC 7250 §3: kinds of certificate the client can check, best first.
        ServerCertificateType(Vec<CertificateType>) by server_certificate_types
            = SERVER_CERTIFICATE_TYPE, server_certificate_type[&[CertificateType]];
        /// RFC 7685 §3: bytes of zero that make the hello longer.
        Padding(Vec<u8>) by raw = PADDING, padding[&[u8]];
        /// RFC 7366 §2: the MAC shall cover the ciphertext.
        EncryptThenMac = ENCRYPT_THEN_MAC, encrypt_then_mac;
        /// RFC 7627 §5.1: the master secret shall cover the handshake.
        ExtendedMasterSecret = EXTENDED_MASTER_SECRET, extended_master_secret;
        /// RFC 8879 §3: how certificates may be compressed, best first.
        CompressCertificate(Vec<CertificateCompressionAlgorithm>) by certificate_compression_algorithms
            = COMPRESS_CERTIFICATE, compress_certificate[&[CertificateCompressionAlgorithm]];
        /// RFC 8449 §4: the longest record the client accepts, in bytes.
        RecordSizeLimit(u16) by record_size_limit = RECORD_SIZE_LIMIT, record_size_limit[u16];
        /// RFC 5077 §3.2: a ticket, or empty: tickets are welcome.
        SessionTicket(Vec<u8>) by raw = SESSION_TICKET, session_ticket[&[u8]];
        /// RFC 8446 §4.2.11: keys both sides may already share. Always the last extension.
        PreSharedKey(OfferedPsks) by offered_psks = PRE_SHARED_KEY, pre_shared_key[&OfferedPsks];
        /// RFC 8446 §4.2.10: data follows at once.
        EarlyData = EARLY_DATA, early_data;
        /// RFC 8446 §4.2.1: versions, best first.
        SupportedVersions(Vec<ProtocolVersion>) by offered_versions
            = SUPPORTED_VERSIONS, supported_versions[&[ProtocolVersion]];
        /// RFC 8446 §4.2.2: the cookie of a HelloRetryRequest, returned.
        Cookie(Vec<u8>) by cookie = COOKIE, cookie[&[u8]];
        /// RFC 8446 §4.2.9: what may be mixed with a shared key.
        PskKeyExchangeModes(Vec<PskKeyExchangeMode>) by psk_modes
            = PSK_KEY_EXCHANGE_MODES, psk_key_exchange_modes[&[PskKeyExchangeMode]];
        /// RFC 8446 §4.2.4: authorities the client trusts.
        CertificateAuthorities(Vec<DistinguishedName>) by certificate_authorities
            = CERTIFICATE_AUTHORITIES, certificate_authorities[&[DistinguishedName]];
        /// RFC 8446 §4.2.6: the server may ask for a certificate later.
        PostHandshakeAuth = POST_HANDSHAKE_AUTH, post_handshake_auth;
        /// RFC 8446 §4.2.3: signatures in certificates the client can check.
        SignatureAlgorithmsCert(Vec<SignatureScheme>) by signature_schemes
            = SIGNATURE_ALGORITHMS_CERT, signature_algorithms_cert[&[SignatureScheme]];
        /// RFC 8446 §4.2.8: public keys for some of the groups.
        KeyShare(Vec<KeyShareEntry>) by client_shares = KEY_SHARE, key_share[&[KeyShareEntry]];
        /// RFC 9001 §8.2: parameters of the QUIC connection, encoded as RFC 9000 §18 says.
        QuicTransportParameters(Vec<u8>) by quic_transport_parameters
            = QUIC_TRANSPORT_PARAMETERS, quic_transport_parameters[&[u8]];
        /// RFC 9849 §5.1: in an encoded inner hello, what to copy from the outer one.
        EchOuterExtensions(Vec<ExtensionType>) by ech_outer_extensions
            = ECH_OUTER_EXTENSIONS, ech_outer_extensions[&[ExtensionType]];
        /// RFC 9849 §5: the real hello, encrypted, or the mark of one.
        EncryptedClientHello(EncryptedClientHello) by encrypted_client_hello
            = ENCRYPTED_CLIENT_HELLO, encrypted_client_hello[&EncryptedClientHello];
        /// RFC 5746 §3.2: `client_verify_data` of the handshake before, empty in a first one.
        RenegotiationInfo(Vec<u8>) by renegotiated_connection = RENEGOTIATION_INFO, renegotiation_info[&[u8]];
    }
}

extension_table! {
    /// What a server of TLS 1.2 answers.
    pub enum ServerHello12Extension of ServerHello12 at ServerHello12 {
        /// RFC 6066 §3: the name was used.
        ServerName = SERVER_NAME, server_name;
        /// RFC 6066 §4: shorter records it is.
        MaxFragmentLength(MaxFragmentLength) by max_fragment_length
            = MAX_FRAGMENT_LENGTH, max_fragment_length[MaxFragmentLength];
        /// RFC 6066 §8: a CertificateStatus message may follow.
        StatusRequest = STATUS_REQUEST, status_request;
        /// RFC 8422 §5.2: how points may be written.
        EcPointFormats(Vec<ECPointFormat>) by point_formats = EC_POINT_FORMATS, ec_point_formats[&[ECPointFormat]];
        /// RFC 7301 §3.1: the protocol the server chose.
        ApplicationLayerProtocolNegotiation(Vec<u8>) by selected_protocol
            = APPLICATION_LAYER_PROTOCOL_NEGOTIATION, application_layer_protocol_negotiation[&[u8]];
        /// RFC 6962 §3.3.1: certificate timestamps, each a SerializedSCT.
        SignedCertificateTimestamp(Vec<Vec<u8>>) by signed_certificate_timestamps
            = SIGNED_CERTIFICATE_TIMESTAMP, signed_certificate_timestamp[&[Vec<u8>]];
        /// RFC 7250 §4.2: the kind of certificate the client shall send.
        ClientCertificateType(CertificateType) by client_certificate_type
            = CLIENT_CERTIFICATE_TYPE, client_certificate_type[CertificateType];
        /// RFC 7250 §4.2: the kind of certificate the server sends.
        ServerCertificateType(CertificateType) by server_certificate_type
            = SERVER_CERTIFICATE_TYPE, server_certificate_type[CertificateType];
        /// RFC 7366 §2: the MAC covers the ciphertext.
        EncryptThenMac = ENCRYPT_THEN_MAC, encrypt_then_mac;
        /// RFC 7627 §5.1: the master secret covers the handshake.
        ExtendedMasterSecret = EXTENDED_MASTER_SECRET, extended_master_secret;
        /// RFC 8449 §4: the longest record the server accepts, in bytes.
        RecordSizeLimit(u16) by record_size_limit = RECORD_SIZE_LIMIT, record_size_limit[u16];
        /// RFC 5077 §3.2: a ticket will follow.
        SessionTicket = SESSION_TICKET, session_ticket;
        /// RFC 5746 §3.2: both `verify_data` of the handshake before, empty in a first one.
        RenegotiationInfo(Vec<u8>) by renegotiated_connection = RENEGOTIATION_INFO, renegotiation_info[&[u8]];
    }
}

extension_table! {
    /// What a server of TLS 1.3 needs to say before keys are there.
    pub enum ServerHello13Extension of ServerHello13 at ServerHello13 {
        /// RFC 8446 §4.2.11: which of the offered keys is used, counted from 0.
        PreSharedKey(u16) by selected_identity = PRE_SHARED_KEY, pre_shared_key[u16];
        /// RFC 8446 §4.2.1: the version of this connection.
        SupportedVersions(ProtocolVersion) by selected_version
            = SUPPORTED_VERSIONS, supported_versions[ProtocolVersion];
        /// RFC 8446 §4.2.8: the server's public key.
        KeyShare(KeyShareEntry) by key_share = KEY_SHARE, key_share[&KeyShareEntry];
    }
}

extension_table! {
    /// What a server wants changed in the next hello.
    pub enum HelloRetryRequestExtension of HelloRetryRequest at HelloRetryRequest {
        /// RFC 8446 §4.2.1: the version of this connection.
        SupportedVersions(ProtocolVersion) by selected_version
            = SUPPORTED_VERSIONS, supported_versions[ProtocolVersion];
        /// RFC 8446 §4.2.2: to be returned.
        Cookie(Vec<u8>) by cookie = COOKIE, cookie[&[u8]];
        /// RFC 8446 §4.2.8: the group to make a public key for.
        KeyShare(NamedGroup) by selected_group = KEY_SHARE, key_share[NamedGroup];
        /// RFC 9849 §5: the sign by which a client knows that its inner hello was read.
        EncryptedClientHello([u8; 8]) by confirmation = ENCRYPTED_CLIENT_HELLO, encrypted_client_hello[[u8; 8]];
    }
}

extension_table! {
    /// What a server of TLS 1.3 answers under encryption.
    pub enum EncryptedExtension of EncryptedExtensions at EncryptedExtensions {
        /// RFC 6066 §3: the name was used.
        ServerName = SERVER_NAME, server_name;
        /// RFC 6066 §4: shorter records it is.
        MaxFragmentLength(MaxFragmentLength) by max_fragment_length
            = MAX_FRAGMENT_LENGTH, max_fragment_length[MaxFragmentLength];
        /// RFC 8446 §4.2.7: groups the server would like to see next time.
        SupportedGroups(Vec<NamedGroup>) by supported_groups = SUPPORTED_GROUPS, supported_groups[&[NamedGroup]];
        /// RFC 7301 §3.1: the protocol the server chose.
        ApplicationLayerProtocolNegotiation(Vec<u8>) by selected_protocol
            = APPLICATION_LAYER_PROTOCOL_NEGOTIATION, application_layer_protocol_negotiation[&[u8]];
        /// RFC 7250 §4.2: the kind of certificate the client shall send.
        ClientCertificateType(CertificateType) by client_certificate_type
            = CLIENT_CERTIFICATE_TYPE, client_certificate_type[CertificateType];
        /// RFC 7250 §4.2: the kind of certificate the server sends.
        ServerCertificateType(CertificateType) by server_certificate_type
            = SERVER_CERTIFICATE_TYPE, server_certificate_type[CertificateType];
        /// RFC 8449 §4: the longest record the server accepts, in bytes.
        RecordSizeLimit(u16) by record_size_limit = RECORD_SIZE_LIMIT, record_size_limit[u16];
        /// RFC 8446 §4.2.10: the early data is accepted.
        EarlyData = EARLY_DATA, early_data;
        /// RFC 9001 §8.2: parameters of the QUIC connection, encoded as RFC 9000 §18 says.
        QuicTransportParameters(Vec<u8>) by quic_transport_parameters
            = QUIC_TRANSPORT_PARAMETERS, quic_transport_parameters[&[u8]];
        /// RFC 9849 §5: configurations to try next time.
        EncryptedClientHello(Vec<EchConfig>) by retry_configs
            = ENCRYPTED_CLIENT_HELLO, encrypted_client_hello[&[EchConfig]];
    }
}

extension_table! {
    /// What a server of TLS 1.3 expects of the client's certificate.
    pub enum CertificateRequestExtension of CertificateRequest13 at CertificateRequest {
        /// RFC 8446 §4.4.2.1: proof that the certificate is not revoked, please.
        StatusRequest = STATUS_REQUEST, status_request;
        /// RFC 8446 §4.2.3: signatures the server can check, best first.
        SignatureAlgorithms(Vec<SignatureScheme>) by signature_schemes
            = SIGNATURE_ALGORITHMS, signature_algorithms[&[SignatureScheme]];
        /// RFC 6962 §3.3.1: certificate timestamps are welcome.
        SignedCertificateTimestamp = SIGNED_CERTIFICATE_TIMESTAMP, signed_certificate_timestamp;
        /// RFC 8879 §3: how the certificate may be compressed, best first.
        CompressCertificate(Vec<CertificateCompressionAlgorithm>) by certificate_compression_algorithms
            = COMPRESS_CERTIFICATE, compress_certificate[&[CertificateCompressionAlgorithm]];
        /// RFC 8446 §4.2.4: authorities the server trusts.
        CertificateAuthorities(Vec<DistinguishedName>) by certificate_authorities
            = CERTIFICATE_AUTHORITIES, certificate_authorities[&[DistinguishedName]];
        /// RFC 8446 §4.2.5: what must stand in the certificate's extensions.
        OidFilters(Vec<OidFilter>) by oid_filters = OID_FILTERS, oid_filters[&[OidFilter]];
        /// RFC 8446 §4.2.3: signatures in certificates the server can check.
        SignatureAlgorithmsCert(Vec<SignatureScheme>) by signature_schemes
            = SIGNATURE_ALGORITHMS_CERT, signature_algorithms_cert[&[SignatureScheme]];
    }
}

extension_table! {
    /// What belongs to one certificate of a chain.
    pub enum CertificateEntryExtension of CertificateEntry at CertificateEntry {
        /// RFC 8446 §4.4.2.1: proof that this certificate is not revoked.
        StatusRequest(CertificateStatus) by certificate_status = STATUS_REQUEST, status_request[&CertificateStatus];
        /// RFC 8446 §4.4.2.1: timestamps of this certificate, each a SerializedSCT.
        SignedCertificateTimestamp(Vec<Vec<u8>>) by signed_certificate_timestamps
            = SIGNED_CERTIFICATE_TIMESTAMP, signed_certificate_timestamp[&[Vec<u8>]];
    }
}

extension_table! {
    /// What belongs to a ticket of TLS 1.3.
    pub enum NewSessionTicketExtension of NewSessionTicket13 at NewSessionTicket {
        /// RFC 8446 §4.6.1: how many bytes of early data may be sent with this ticket.
        EarlyData(u32) by max_early_data_size = EARLY_DATA, early_data[u32];
    }
}

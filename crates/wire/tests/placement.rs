//! RFC 8446 §4.2: each extension × each message. A known extension in a message it is not specified for is refused,
//! whatever is in it; all others reach their codec.

use limpid_wire::handshake::{
    AnyServerHello, Certificate13, CertificateRequest13, ClientHello, EncryptedExtensions,
    HELLO_RETRY_REQUEST_RANDOM, HelloRetryRequest, NewSessionTicket13, ServerHello12,
    ServerHello13,
};
use limpid_wire::{
    AlertDescription, Codec, DecodeError, DecodeErrorKind, ExtensionPlace, ExtensionType,
};

/// The error from a message of this place with this extension, its body empty, and nothing else.
fn error(place: ExtensionPlace, extension: ExtensionType) -> Option<DecodeError> {
    let hello = |random: [u8; 32], middle: &[u8]| [&[3, 3][..], &random, &[0], middle].concat();
    let before: Vec<u8> = match place {
        ExtensionPlace::ClientHello => hello([7; 32], &[0, 2, 0x13, 1, 1, 0]),
        ExtensionPlace::ServerHello12 | ExtensionPlace::ServerHello13 => {
            hello([7; 32], &[0x13, 1, 0])
        }
        ExtensionPlace::HelloRetryRequest => hello(HELLO_RETRY_REQUEST_RANDOM, &[0x13, 1, 0]),
        ExtensionPlace::EncryptedExtensions => vec![],
        ExtensionPlace::CertificateRequest => vec![0],
        ExtensionPlace::CertificateEntry => vec![0, 0, 0, 10, 0, 0, 1, 9],
        ExtensionPlace::NewSessionTicket => vec![0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 9],
    };
    // Six bytes at least where the block must not be shorter.
    let ten = matches!(
        place,
        ExtensionPlace::ServerHello13 | ExtensionPlace::HelloRetryRequest
    );
    let [high, low] = extension.0.to_be_bytes();
    let block: &[u8] = match ten {
        true => &[0, 8, high, low, 0, 0, 0xff, 0xf0, 0, 0],
        false => &[0, 4, high, low, 0, 0],
    };
    decode(place, &[&before, block].concat())
}

fn decode(place: ExtensionPlace, body: &[u8]) -> Option<DecodeError> {
    match place {
        ExtensionPlace::ClientHello => ClientHello::decode(body).err(),
        ExtensionPlace::ServerHello12 => ServerHello12::decode(body).err(),
        ExtensionPlace::ServerHello13 => ServerHello13::decode(body).err(),
        ExtensionPlace::HelloRetryRequest => HelloRetryRequest::decode(body).err(),
        ExtensionPlace::EncryptedExtensions => EncryptedExtensions::decode(body).err(),
        ExtensionPlace::CertificateRequest => CertificateRequest13::decode(body).err(),
        ExtensionPlace::CertificateEntry => Certificate13::decode(body).err(),
        ExtensionPlace::NewSessionTicket => NewSessionTicket13::decode(body).err(),
    }
}

/// RFC 8446 §4.2, row by row.
const RFC8446: &[(u16, &str)] = &[
    (0, "CH EE"),      // server_name
    (1, "CH EE"),      // max_fragment_length
    (5, "CH CR CT"),   // status_request
    (10, "CH EE"),     // supported_groups
    (13, "CH CR"),     // signature_algorithms
    (14, "CH EE"),     // use_srtp
    (15, "CH EE"),     // heartbeat
    (16, "CH EE"),     // application_layer_protocol_negotiation
    (18, "CH CR CT"),  // signed_certificate_timestamp
    (19, "CH EE"),     // client_certificate_type
    (20, "CH EE"),     // server_certificate_type
    (21, "CH"),        // padding
    (41, "CH SH"),     // pre_shared_key
    (42, "CH EE NST"), // early_data
    (43, "CH SH HRR"), // supported_versions
    (44, "CH HRR"),    // cookie
    (45, "CH"),        // psk_key_exchange_modes
    (47, "CH CR"),     // certificate_authorities
    (48, "CR"),        // oid_filters
    (49, "CH"),        // post_handshake_auth
    (50, "CH CR"),     // signature_algorithms_cert
    (51, "CH SH HRR"), // key_share
];

/// Later standards, and extensions that TLS 1.3 does not have (IANA, column "TLS 1.3").
const IANA: &[(u16, &str)] = &[
    (2, "CH"),             // client_certificate_url
    (3, "CH EE"),          // trusted_ca_keys
    (4, "CH"),             // truncated_hmac
    (6, "CH"),             // user_mapping
    (7, "CH"),             // client_authz
    (8, "CH"),             // server_authz
    (9, "CH"),             // cert_type
    (11, "CH"),            // ec_point_formats
    (12, "CH"),            // srp
    (17, "CH"),            // status_request_v2
    (22, "CH"),            // encrypt_then_mac
    (23, "CH"),            // extended_master_secret
    (24, "CH"),            // token_binding
    (25, "CH"),            // cached_info
    (27, "CH CR"),         // compress_certificate
    (28, "CH EE"),         // record_size_limit
    (29, "CH"),            // pwd_protect
    (30, "CH"),            // pwd_clear
    (31, "CH SH HRR"),     // password_salt
    (32, "CH EE"),         // ticket_pinning
    (33, "CH SH"),         // tls_cert_with_extern_psk
    (34, "CH CR CT"),      // delegated_credential
    (35, "CH"),            // session_ticket
    (39, "CH EE"),         // supported_ekt_ciphers
    (52, "CH CR CT"),      // transparency_info
    (54, "CH SH"),         // connection_id
    (55, "CH EE"),         // external_id_hash
    (56, "CH EE"),         // external_session_id
    (57, "CH EE"),         // quic_transport_parameters
    (58, "CH EE"),         // ticket_request
    (59, "CH CT"),         // dnssec_chain
    (61, "CH SH"),         // rrc
    (0xfd00, "CH"),        // ech_outer_extensions
    (0xfe0d, "CH EE HRR"), // encrypted_client_hello
    (0xff01, "CH"),        // renegotiation_info
];

/// What a ServerHello of TLS 1.2 may hold; 10 (supported_groups) is tolerated.
const TLS12: &[u16] = &[
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20, 22, 23, 24, 25, 28, 35, 39,
    52, 54, 55, 56, 59, 61, 0xff01,
];

fn short(place: ExtensionPlace) -> &'static str {
    match place {
        ExtensionPlace::ClientHello => "CH",
        ExtensionPlace::ServerHello12 => "SH12",
        ExtensionPlace::ServerHello13 => "SH",
        ExtensionPlace::HelloRetryRequest => "HRR",
        ExtensionPlace::EncryptedExtensions => "EE",
        ExtensionPlace::CertificateRequest => "CR",
        ExtensionPlace::CertificateEntry => "CT",
        ExtensionPlace::NewSessionTicket => "NST",
    }
}

fn expected(place: ExtensionPlace, extension: u16) -> bool {
    let row = RFC8446
        .iter()
        .chain(IANA)
        .find(|(number, _)| *number == extension);
    match row {
        None => true,
        Some(_) if place == ExtensionPlace::ServerHello12 => TLS12.contains(&extension),
        Some((_, places)) => places.split(' ').any(|allowed| allowed == short(place)),
    }
}

#[test]
fn rfc8446_4_2_every_extension_in_every_message() {
    for place in ExtensionPlace::ALL {
        for number in 0..=u16::MAX {
            let extension = ExtensionType(number);
            let error = error(*place, extension);
            let refusal = DecodeErrorKind::MisplacedExtension {
                extension,
                place: *place,
            };
            let refused = error.filter(|error| error.kind == refusal);
            assert_eq!(
                refused.is_none(),
                expected(*place, number),
                "{extension} in {place}: {error:?}"
            );
            let alert = match place {
                ExtensionPlace::ServerHello12 => AlertDescription::UNSUPPORTED_EXTENSION,
                _ => AlertDescription::ILLEGAL_PARAMETER,
            };
            assert!(refused.is_none_or(|error| error.alert() == alert));
        }
    }
}

#[test]
fn rfc8446_4_2_every_extension_twice_in_every_message() {
    for place in ExtensionPlace::ALL {
        for number in [0x0a0a, 0xff77, 0x1234] {
            let body = [number >> 8, number & 0xff].map(|byte| u8::try_from(byte).unwrap());
            let block = [&body[..], &[0, 0], &body, &[0, 0]].concat();
            assert!(matches!(
                twice(*place, &block).map(|error| error.kind),
                Some(DecodeErrorKind::DuplicateExtension { extension, place: found })
                    if extension.0 == number && found == *place
            ));
        }
    }
}

/// The error from a message whose block holds these eight bytes.
fn twice(place: ExtensionPlace, block: &[u8]) -> Option<DecodeError> {
    let hello = |random: [u8; 32], middle: &[u8]| [&[3, 3][..], &random, &[0], middle].concat();
    let before = match place {
        ExtensionPlace::ClientHello => hello([7; 32], &[0, 2, 0x13, 1, 1, 0]),
        ExtensionPlace::ServerHello12 | ExtensionPlace::ServerHello13 => {
            hello([7; 32], &[0x13, 1, 0])
        }
        ExtensionPlace::HelloRetryRequest => hello(HELLO_RETRY_REQUEST_RANDOM, &[0x13, 1, 0]),
        ExtensionPlace::EncryptedExtensions => vec![],
        ExtensionPlace::CertificateRequest => vec![0],
        ExtensionPlace::CertificateEntry => vec![0, 0, 0, 14, 0, 0, 1, 9],
        ExtensionPlace::NewSessionTicket => vec![0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 9],
    };
    decode(place, &[&before, &[0, 8][..], block].concat())
}

#[test]
fn a_server_hello_is_judged_by_the_table_of_its_version() {
    let hello = |extensions: &[u8]| {
        let start = [&[3, 3][..], &[7; 32], &[0, 0x13, 1, 0]].concat();
        let length = u8::try_from(extensions.len()).unwrap();
        AnyServerHello::decode(&[&start, &[0, length][..], extensions].concat())
    };
    // extended_master_secret belongs to TLS 1.2, and not beside supported_versions.
    assert!(hello(&[0, 23, 0, 0]).is_ok());
    let error = hello(&[0, 23, 0, 0, 0, 43, 0, 2, 3, 4]).unwrap_err();
    let place = ExtensionPlace::ServerHello13;
    assert_eq!(
        error.kind,
        DecodeErrorKind::MisplacedExtension {
            extension: ExtensionType::EXTENDED_MASTER_SECRET,
            place
        }
    );
}

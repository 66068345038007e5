//! Arbitrary messages.

use limpid_wire::extensions::CertificateStatus;
use limpid_wire::handshake::*;
use limpid_wire::{Alert, ChangeCipherSpec, KeyUpdateRequest, RecordHeader};
use proptest::collection::vec;
use proptest::prelude::*;

use super::extensions::{self, distinguished_names};
use super::{bytes, code, codes, session_id};

pub fn client_hello() -> BoxedStrategy<ClientHello> {
    (
        code(),
        any::<[u8; 32]>(),
        session_id(),
        codes(1),
        codes(1),
        extensions::client_hello(),
    )
        .prop_map(
            |(
                legacy_version,
                random,
                legacy_session_id,
                cipher_suites,
                legacy_compression_methods,
                extensions,
            )| ClientHello {
                legacy_version,
                random,
                legacy_session_id,
                cipher_suites,
                legacy_compression_methods,
                extensions,
            },
        )
        .boxed()
}

pub fn server_hello12() -> BoxedStrategy<ServerHello12> {
    (
        code(),
        any::<[u8; 32]>(),
        session_id(),
        code(),
        code(),
        extensions::server_hello12(),
    )
        .prop_map(
            |(server_version, random, session_id, cipher_suite, compression_method, extensions)| {
                ServerHello12 {
                    server_version,
                    random,
                    session_id,
                    cipher_suite,
                    compression_method,
                    extensions,
                }
            },
        )
        .boxed()
}

pub fn server_hello13() -> BoxedStrategy<ServerHello13> {
    (
        code(),
        any::<[u8; 32]>(),
        session_id(),
        code(),
        code(),
        extensions::server_hello13(),
    )
        .prop_map(
            |(
                legacy_version,
                random,
                legacy_session_id_echo,
                cipher_suite,
                legacy_compression_method,
                extensions,
            )| ServerHello13 {
                legacy_version,
                random,
                legacy_session_id_echo,
                cipher_suite,
                legacy_compression_method,
                extensions,
            },
        )
        .boxed()
}

pub fn hello_retry_request() -> BoxedStrategy<HelloRetryRequest> {
    (
        code(),
        session_id(),
        code(),
        code(),
        extensions::hello_retry_request(),
    )
        .prop_map(
            |(
                legacy_version,
                legacy_session_id_echo,
                cipher_suite,
                legacy_compression_method,
                extensions,
            )| {
                HelloRetryRequest {
                    legacy_version,
                    legacy_session_id_echo,
                    cipher_suite,
                    legacy_compression_method,
                    extensions,
                }
            },
        )
        .boxed()
}

pub fn any_server_hello() -> BoxedStrategy<AnyServerHello> {
    prop_oneof![
        server_hello12().prop_map(AnyServerHello::V12),
        server_hello13().prop_map(AnyServerHello::V13),
        hello_retry_request().prop_map(AnyServerHello::Retry),
    ]
    .boxed()
}

pub fn encrypted_extensions() -> BoxedStrategy<EncryptedExtensions> {
    extensions::encrypted_extensions()
        .prop_map(|extensions| EncryptedExtensions { extensions })
        .boxed()
}

pub fn certificate12() -> BoxedStrategy<Certificate12> {
    vec(bytes(1..=3000).prop_map_into(), 0..=4)
        .prop_map(|certificate_list| Certificate12 { certificate_list })
        .boxed()
}

pub fn raw_public_key12() -> BoxedStrategy<RawPublicKey12> {
    bytes(1..=300)
        .prop_map(|key| RawPublicKey12 {
            subject_public_key_info: key.into(),
        })
        .boxed()
}

pub fn certificate13() -> BoxedStrategy<Certificate13> {
    let entry =
        (bytes(1..=3000), extensions::certificate_entry()).prop_map(|(certificate, extensions)| {
            CertificateEntry {
                cert_data: certificate.into(),
                extensions,
            }
        });
    (bytes(0..=255), vec(entry, 0..=4))
        .prop_map(
            |(certificate_request_context, certificate_list)| Certificate13 {
                certificate_request_context,
                certificate_list,
            },
        )
        .boxed()
}

pub fn compressed_certificate() -> BoxedStrategy<CompressedCertificate> {
    (code(), 0..=0xff_ffff_u32, bytes(1..=3000))
        .prop_map(
            |(algorithm, uncompressed_length, compressed_certificate_message)| {
                CompressedCertificate {
                    algorithm,
                    uncompressed_length,
                    compressed_certificate_message,
                }
            },
        )
        .boxed()
}

pub fn certificate_status() -> BoxedStrategy<CertificateStatus> {
    extensions::certificate_status()
}

pub fn ecdhe_server_key_exchange() -> BoxedStrategy<EcdheServerKeyExchange> {
    (code(), bytes(1..=255), code(), bytes(0..=600))
        .prop_map(
            |(named_curve, public, scheme, signature)| EcdheServerKeyExchange {
                params: EcdheParams {
                    named_curve,
                    public,
                },
                scheme,
                signature,
            },
        )
        .boxed()
}

pub fn dhe_server_key_exchange() -> BoxedStrategy<DheServerKeyExchange> {
    (
        bytes(1..=600),
        bytes(1..=600),
        bytes(1..=600),
        code(),
        bytes(0..=600),
    )
        .prop_map(
            |(dh_p, dh_g, dh_ys, scheme, signature)| DheServerKeyExchange {
                params: DheParams { dh_p, dh_g, dh_ys },
                scheme,
                signature,
            },
        )
        .boxed()
}

pub fn certificate_request12() -> BoxedStrategy<CertificateRequest12> {
    (codes(1), codes(1), distinguished_names(0))
        .prop_map(
            |(certificate_types, supported_signature_algorithms, certificate_authorities)| {
                CertificateRequest12 {
                    certificate_types,
                    supported_signature_algorithms,
                    certificate_authorities,
                }
            },
        )
        .boxed()
}

pub fn certificate_request13() -> BoxedStrategy<CertificateRequest13> {
    (bytes(0..=255), extensions::certificate_request())
        .prop_map(
            |(certificate_request_context, extensions)| CertificateRequest13 {
                certificate_request_context,
                extensions,
            },
        )
        .boxed()
}

pub fn certificate_verify() -> BoxedStrategy<CertificateVerify> {
    (code(), bytes(0..=5000))
        .prop_map(|(algorithm, signature)| CertificateVerify {
            algorithm,
            signature,
        })
        .boxed()
}

pub fn ecdhe_client_key_exchange() -> BoxedStrategy<EcdheClientKeyExchange> {
    bytes(1..=255)
        .prop_map(|ecdh_yc| EcdheClientKeyExchange { ecdh_yc })
        .boxed()
}

pub fn dhe_client_key_exchange() -> BoxedStrategy<DheClientKeyExchange> {
    bytes(1..=600)
        .prop_map(|dh_yc| DheClientKeyExchange { dh_yc })
        .boxed()
}

pub fn rsa_client_key_exchange() -> BoxedStrategy<RsaClientKeyExchange> {
    bytes(0..=600)
        .prop_map(|encrypted_pre_master_secret| RsaClientKeyExchange {
            encrypted_pre_master_secret,
        })
        .boxed()
}

pub fn finished() -> BoxedStrategy<Finished> {
    bytes(0..=64)
        .prop_map(|verify_data| Finished { verify_data })
        .boxed()
}

pub fn new_session_ticket12() -> BoxedStrategy<NewSessionTicket12> {
    (any::<u32>(), bytes(0..=1000))
        .prop_map(|(ticket_lifetime_hint, ticket)| NewSessionTicket12 {
            ticket_lifetime_hint,
            ticket,
        })
        .boxed()
}

pub fn new_session_ticket13() -> BoxedStrategy<NewSessionTicket13> {
    (
        any::<u32>(),
        any::<u32>(),
        bytes(0..=255),
        bytes(1..=1000),
        extensions::new_session_ticket(),
    )
        .prop_map(
            |(ticket_lifetime, ticket_age_add, ticket_nonce, ticket, extensions)| {
                NewSessionTicket13 {
                    ticket_lifetime,
                    ticket_age_add,
                    ticket_nonce,
                    ticket,
                    extensions,
                }
            },
        )
        .boxed()
}

pub fn key_update() -> BoxedStrategy<KeyUpdate> {
    prop::bool::ANY
        .prop_map(|requested| KeyUpdate {
            request_update: KeyUpdateRequest(requested.into()),
        })
        .boxed()
}

pub fn message_hash() -> BoxedStrategy<MessageHash> {
    bytes(0..=64).prop_map(|hash| MessageHash { hash }).boxed()
}

pub fn alert() -> BoxedStrategy<Alert> {
    (code(), code())
        .prop_map(|(level, description)| Alert { level, description })
        .boxed()
}

pub fn record_header() -> BoxedStrategy<RecordHeader> {
    (code(), code(), any::<u16>())
        .prop_map(
            |(content_type, legacy_record_version, length)| RecordHeader {
                content_type,
                legacy_record_version,
                length,
            },
        )
        .boxed()
}

pub fn change_cipher_spec() -> BoxedStrategy<ChangeCipherSpec> {
    Just(ChangeCipherSpec).boxed()
}

pub fn hello_request() -> BoxedStrategy<HelloRequest> {
    Just(HelloRequest).boxed()
}

pub fn server_hello_done() -> BoxedStrategy<ServerHelloDone> {
    Just(ServerHelloDone).boxed()
}

pub fn end_of_early_data() -> BoxedStrategy<EndOfEarlyData> {
    Just(EndOfEarlyData).boxed()
}

//! Arbitrary blocks of extensions: each known one or not, some unknown ones, in any order.

use limpid_wire::extensions::*;
use limpid_wire::{
    CertificateStatusType, ExtensionType, HpkeAead, HpkeKdf, HpkeKem, MaxFragmentLength, NameType,
    NamedGroup, ProtocolVersion,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{bytes, code, code_except, codes};

type Optional<E> = BoxedStrategy<Option<E>>;

/// An extension that is there or not.
fn maybe<T, E, F>(body: impl Strategy<Value = T> + 'static, variant: F) -> Optional<E>
where
    T: core::fmt::Debug + 'static,
    E: core::fmt::Debug + 'static,
    F: Fn(T) -> E + Clone + 'static,
{
    prop::option::of(body.prop_map(variant)).boxed()
}

/// An extension without a body that is there or not.
fn flag<E: Clone + core::fmt::Debug + 'static>(extension: E) -> Optional<E> {
    prop::option::of(Just(extension)).boxed()
}

/// The known extensions and up to three unknown ones, shuffled.
fn block<E>(
    known: Vec<Optional<E>>,
    unknown: fn(ExtensionType, Vec<u8>) -> E,
) -> BoxedStrategy<Vec<E>>
where
    E: Extension + Clone + core::fmt::Debug + 'static,
{
    let known = known.prop_map(|list| list.into_iter().flatten().collect::<Vec<E>>());
    let others = vec((any::<u16>(), bytes(0..=0xffff)), 0..=3).prop_map(move |list| {
        let mut others: Vec<E> = Vec::new();
        for (number, body) in list {
            let extension_type = ExtensionType(number);
            let taken = others
                .iter()
                .any(|other| other.extension_type() == extension_type);
            // An unknown one is neither in the enum nor in the placement table.
            if limpid_wire::placement::places(extension_type).is_none() && !taken {
                others.push(unknown(extension_type, body));
            }
        }
        others
    });
    (known, others)
        .prop_map(|(known, others)| [known, others].concat())
        .prop_shuffle()
        .boxed()
}

pub fn client_hello() -> BoxedStrategy<Extensions<ClientHelloExtension>> {
    use ClientHelloExtension as E;
    let known = vec![
        maybe(server_names(), E::ServerName),
        maybe(code::<MaxFragmentLength>(), E::MaxFragmentLength),
        maybe(status_request(), E::StatusRequest),
        maybe(codes::<NamedGroup>(1), E::SupportedGroups),
        maybe(codes(1), E::EcPointFormats),
        maybe(codes(1), E::SignatureAlgorithms),
        maybe(
            vec(bytes(1..=255), 1..=4),
            E::ApplicationLayerProtocolNegotiation,
        ),
        flag(E::SignedCertificateTimestamp),
        maybe(codes(1), E::ClientCertificateType),
        maybe(codes(1), E::ServerCertificateType),
        maybe(bytes(0..=600), E::Padding),
        flag(E::EncryptThenMac),
        flag(E::ExtendedMasterSecret),
        maybe(codes(1), E::CompressCertificate),
        maybe(64..=u16::MAX, E::RecordSizeLimit),
        maybe(bytes(0..=0xffff), E::SessionTicket),
        maybe(offered_psks(), E::PreSharedKey),
        flag(E::EarlyData),
        maybe(codes::<ProtocolVersion>(1), E::SupportedVersions),
        maybe(bytes(1..=0xffff), E::Cookie),
        maybe(codes(1), E::PskKeyExchangeModes),
        maybe(distinguished_names(1), E::CertificateAuthorities),
        flag(E::PostHandshakeAuth),
        maybe(codes(1), E::SignatureAlgorithmsCert),
        maybe(vec(key_share(), 0..=4), E::KeyShare),
        maybe(bytes(0..=300), E::QuicTransportParameters),
        maybe(codes(1), E::EchOuterExtensions),
        maybe(encrypted_client_hello(), E::EncryptedClientHello),
        maybe(bytes(0..=255), E::RenegotiationInfo),
    ];
    let block = block(known, E::Unknown).prop_map(|mut list| {
        // RFC 8446 §4.2.11: pre_shared_key is the last one.
        list.sort_by_key(|extension| extension.extension_type() == ExtensionType::PRE_SHARED_KEY);
        list.into()
    });
    prop_oneof![8 => block, 1 => Just(Extensions::new()), 1 => Just(Extensions::with_empty_block())]
        .boxed()
}

pub fn server_hello12() -> BoxedStrategy<Extensions<ServerHello12Extension>> {
    use ServerHello12Extension as E;
    let known = vec![
        flag(E::ServerName),
        maybe(code(), E::MaxFragmentLength),
        flag(E::StatusRequest),
        maybe(codes(1), E::EcPointFormats),
        maybe(bytes(1..=255), E::ApplicationLayerProtocolNegotiation),
        maybe(timestamps(), E::SignedCertificateTimestamp),
        maybe(code(), E::ClientCertificateType),
        maybe(code(), E::ServerCertificateType),
        flag(E::EncryptThenMac),
        flag(E::ExtendedMasterSecret),
        maybe(64..=u16::MAX, E::RecordSizeLimit),
        flag(E::SessionTicket),
        maybe(bytes(0..=255), E::RenegotiationInfo),
    ];
    let block = block(known, E::Unknown).prop_map(Extensions::from);
    prop_oneof![8 => block, 1 => Just(Extensions::new()), 1 => Just(Extensions::with_empty_block())]
        .boxed()
}

/// With supported_versions, as a ServerHello of TLS 1.3 must have it.
pub fn server_hello13() -> BoxedStrategy<Extensions<ServerHello13Extension>> {
    use ServerHello13Extension as E;
    let known = vec![
        maybe(any::<u16>(), E::PreSharedKey),
        code()
            .prop_map(|version| Some(E::SupportedVersions(version)))
            .boxed(),
        maybe(key_share(), E::KeyShare),
    ];
    block(known, E::Unknown).prop_map_into().boxed()
}

/// With supported_versions, as it must be.
pub fn hello_retry_request() -> BoxedStrategy<Extensions<HelloRetryRequestExtension>> {
    use HelloRetryRequestExtension as E;
    let known = vec![
        code()
            .prop_map(|version| Some(E::SupportedVersions(version)))
            .boxed(),
        maybe(bytes(1..=0xffff), E::Cookie),
        maybe(code(), E::KeyShare),
        maybe(any::<[u8; 8]>(), E::EncryptedClientHello),
    ];
    block(known, E::Unknown).prop_map_into().boxed()
}

pub fn encrypted_extensions() -> BoxedStrategy<Extensions<EncryptedExtension>> {
    use EncryptedExtension as E;
    let known = vec![
        flag(E::ServerName),
        maybe(code(), E::MaxFragmentLength),
        maybe(codes(1), E::SupportedGroups),
        maybe(bytes(1..=255), E::ApplicationLayerProtocolNegotiation),
        maybe(code(), E::ClientCertificateType),
        maybe(code(), E::ServerCertificateType),
        maybe(64..=u16::MAX, E::RecordSizeLimit),
        flag(E::EarlyData),
        maybe(bytes(0..=300), E::QuicTransportParameters),
        maybe(vec(ech_config(), 1..=3), E::EncryptedClientHello),
    ];
    block(known, E::Unknown).prop_map_into().boxed()
}

/// With signature_algorithms, as it must be.
pub fn certificate_request() -> BoxedStrategy<Extensions<CertificateRequestExtension>> {
    use CertificateRequestExtension as E;
    let filter = (bytes(1..=255), bytes(0..=300)).prop_map(|(oid, values)| OidFilter {
        certificate_extension_oid: oid,
        certificate_extension_values: values,
    });
    let known = vec![
        flag(E::StatusRequest),
        codes(1)
            .prop_map(|schemes| Some(E::SignatureAlgorithms(schemes)))
            .boxed(),
        flag(E::SignedCertificateTimestamp),
        maybe(codes(1), E::CompressCertificate),
        maybe(distinguished_names(1), E::CertificateAuthorities),
        maybe(vec(filter, 0..=3), E::OidFilters),
        maybe(codes(1), E::SignatureAlgorithmsCert),
    ];
    block(known, E::Unknown).prop_map_into().boxed()
}

pub fn certificate_entry() -> BoxedStrategy<Extensions<CertificateEntryExtension>> {
    use CertificateEntryExtension as E;
    let known = vec![
        maybe(certificate_status(), E::StatusRequest),
        maybe(timestamps(), E::SignedCertificateTimestamp),
    ];
    block(known, E::Unknown).prop_map_into().boxed()
}

pub fn new_session_ticket() -> BoxedStrategy<Extensions<NewSessionTicketExtension>> {
    use NewSessionTicketExtension as E;
    block(vec![maybe(any::<u32>(), E::EarlyData)], E::Unknown)
        .prop_map_into()
        .boxed()
}

pub fn certificate_status() -> BoxedStrategy<CertificateStatus> {
    bytes(1..=5000)
        .prop_map(|ocsp_response| CertificateStatus { ocsp_response })
        .boxed()
}

pub fn distinguished_names(min: usize) -> BoxedStrategy<Vec<DistinguishedName>> {
    vec(bytes(1..=300).prop_map(DistinguishedName), min..=4).boxed()
}

/// A host name or not, and names of other types, each type once.
fn server_names() -> BoxedStrategy<Vec<ServerName>> {
    let host_name = "[ -~]{1,60}".prop_map(|name| ServerName::host_name(&name));
    let other = (code_except(&[NameType::HOST_NAME]), bytes(0..=300))
        .prop_map(|(name_type, name)| ServerName { name_type, name });
    (host_name, vec(other, 0..=2))
        .prop_map(|(host_name, mut others)| {
            others.push(host_name);
            others.sort_by_key(|name| name.name_type);
            others.dedup_by_key(|name| name.name_type);
            others
        })
        .prop_shuffle()
        .boxed()
}

fn status_request() -> BoxedStrategy<CertificateStatusRequest> {
    let ocsp = (vec(bytes(1..=300), 0..=3), bytes(0..=300)).prop_map(
        |(responder_id_list, request_extensions)| CertificateStatusRequest::Ocsp {
            responder_id_list,
            request_extensions,
        },
    );
    let unknown = (code_except(&[CertificateStatusType::OCSP]), bytes(0..=300))
        .prop_map(|(status_type, request)| CertificateStatusRequest::Unknown(status_type, request));
    prop_oneof![ocsp, unknown].boxed()
}

fn offered_psks() -> BoxedStrategy<OfferedPsks> {
    let identity =
        (bytes(1..=400), any::<u32>()).prop_map(|(identity, obfuscated_ticket_age)| PskIdentity {
            identity,
            obfuscated_ticket_age,
        });
    vec((identity, bytes(32..=255)), 1..=3)
        .prop_map(|pairs| {
            let (identities, binders) = pairs.into_iter().unzip();
            OfferedPsks {
                identities,
                binders,
            }
        })
        .boxed()
}

fn key_share() -> BoxedStrategy<KeyShareEntry> {
    (code(), bytes(1..=1300))
        .prop_map(|(group, key_exchange)| KeyShareEntry {
            group,
            key_exchange,
        })
        .boxed()
}

fn timestamps() -> BoxedStrategy<Vec<Vec<u8>>> {
    vec(bytes(1..=300), 1..=4).boxed()
}

fn hpke_suite() -> BoxedStrategy<HpkeSymmetricCipherSuite> {
    (code::<HpkeKdf>(), code::<HpkeAead>())
        .prop_map(|(kdf_id, aead_id)| HpkeSymmetricCipherSuite { kdf_id, aead_id })
        .boxed()
}

fn encrypted_client_hello() -> BoxedStrategy<EncryptedClientHello> {
    let outer = (hpke_suite(), any::<u8>(), bytes(0..=100), bytes(1..=500)).prop_map(
        |(cipher_suite, config_id, enc, payload)| EncryptedClientHello::Outer {
            cipher_suite,
            config_id,
            enc,
            payload,
        },
    );
    prop_oneof![outer, Just(EncryptedClientHello::Inner)].boxed()
}

pub fn ech_config() -> BoxedStrategy<EchConfig> {
    let known = (
        any::<u8>(),
        code::<HpkeKem>(),
        bytes(1..=100),
        vec(hpke_suite(), 1..=3),
        any::<u8>(),
        bytes(1..=255),
        vec((any::<u16>(), bytes(0..=50)), 0..=2),
    )
        .prop_map(
            |(
                config_id,
                kem_id,
                public_key,
                cipher_suites,
                maximum_name_length,
                public_name,
                extensions,
            )| {
                EchConfig::V1(EchConfigContents {
                    config_id,
                    kem_id,
                    public_key,
                    cipher_suites,
                    maximum_name_length,
                    public_name,
                    extensions,
                })
            },
        );
    let unknown = (any::<u16>(), bytes(0..=100))
        .prop_filter("known", |(version, _)| *version != ECH_CONFIG_VERSION)
        .prop_map(|(version, contents)| EchConfig::Unknown(version, contents));
    prop_oneof![3 => known, 1 => unknown].boxed()
}

//! Tests over every registry at once.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// Calls a generic check with the type of every registry.
macro_rules! for_each_registry {
    ($check:ident) => {
        for_each_registry!($check:
            AlertLevel AlertDescription CertificateType CertificateStatusType CertificateCompressionAlgorithm
            ClientCertificateType CipherSuite ContentType ECPointFormat ECCurveType ExtensionType HandshakeType
            CompressionMethod MaxFragmentLength NameType HpkeKem HpkeKdf HpkeAead KeyUpdateRequest NamedGroup
            ProtocolVersion PskKeyExchangeMode SignatureScheme HashAlgorithm12 SignatureAlgorithm12)
    };
    ($check:ident: $($Type:ident)+) => {{
        $($check::<$Type>();)+
        [$(<$Type as CodePoint>::REGISTRY),+]
    }};
}

#[test]
fn the_list_in_this_test_is_complete() {
    fn nothing<C: CodePoint>() {}
    let listed: BTreeSet<Registry> = for_each_registry!(nothing).into_iter().collect();
    assert_eq!(listed, Registry::ALL.iter().copied().collect());
}

#[test]
fn no_code_and_no_name_stands_twice() {
    fn check<C: CodePoint>() {
        let codes: BTreeSet<C> = C::ALL.iter().copied().collect();
        assert_eq!(codes.len(), C::ALL.len(), "{:?}", C::REGISTRY);
        let mut names = BTreeMap::new();
        for point in C::ALL {
            let name = point
                .name()
                .expect("listed points have names")
                .to_ascii_lowercase();
            assert_eq!(names.insert(name, point), None, "{point:?}");
        }
    }
    for_each_registry!(check);
}

/// The registries as IANA published them in September 2026.
#[test]
fn as_many_points_are_registered_as_iana_lists() {
    fn registered<C: CodePoint>() -> usize {
        C::ALL.iter().filter(|point| point.is_registered()).count()
    }
    assert_eq!(registered::<CipherSuite>(), 356);
    assert_eq!(registered::<NamedGroup>(), 59);
    assert_eq!(registered::<SignatureScheme>(), 49);
    assert_eq!(registered::<ExtensionType>(), 64);
    assert_eq!(registered::<AlertDescription>(), 37);
    assert_eq!(registered::<HandshakeType>(), 25);
    assert_eq!(registered::<ContentType>(), 8);
    assert_eq!(registered::<ClientCertificateType>(), 12);
    assert_eq!(registered::<CertificateType>(), 4);
    assert_eq!(registered::<CertificateStatusType>(), 2);
    assert_eq!(registered::<CertificateCompressionAlgorithm>(), 3);
    assert_eq!(registered::<CompressionMethod>(), 3);
    assert_eq!(registered::<ECPointFormat>(), 3);
    assert_eq!(registered::<ECCurveType>(), 3);
    assert_eq!(registered::<PskKeyExchangeMode>(), 2);
    assert_eq!(registered::<HashAlgorithm12>(), 8);
    assert_eq!(registered::<SignatureAlgorithm12>(), 8);
    assert_eq!(registered::<HpkeKem>(), 15);
    assert_eq!(registered::<HpkeKdf>(), 7);
    assert_eq!(registered::<HpkeAead>(), 4);
}

#[test]
fn registered_points_stand_in_ascending_order_before_the_others() {
    fn check<C: CodePoint>() {
        assert!(
            C::ALL.is_sorted_by_key(|point| (!point.is_registered(), *point)),
            "{:?}",
            C::REGISTRY
        );
    }
    for_each_registry!(check);
}

#[test]
fn names_and_numbers_round_trip() {
    fn check<C: CodePoint>() {
        for &point in C::ALL {
            let name = point.name().expect("listed points have names");
            assert_eq!(C::from_name(name), Some(point));
            assert_eq!(C::from_name(&name.to_ascii_uppercase()), Some(point));
            assert_eq!(C::from_name(&name.to_ascii_lowercase()), Some(point));
            assert_eq!(C::from_u32(point.to_u32()), point);
            assert_eq!(C::REGISTRY.name(point.to_u32()), Some(name));
            assert_eq!(C::REGISTRY.from_name(name), Some(point.to_u32()));
            assert_eq!(point.to_string(), name);
            let reference = point.reference().expect("listed points have references");
            assert_eq!(C::REGISTRY.reference(point.to_u32()), Some(reference));
            assert_eq!(point.reserved_for(), None);
            assert!(!point.is_grease(), "{point:?}");
        }
        assert_eq!(C::from_name(""), None);
        assert_eq!(C::from_name("no such name"), None);
    }
    for_each_registry!(check);
}

#[test]
fn every_number_is_one_of_four_things() {
    fn check<C: CodePoint>() {
        for code in 0..1u32 << (8 * C::BYTES) {
            let point = C::from_u32(code);
            let listed = C::ALL.contains(&point);
            assert_eq!(point.to_u32(), code);
            assert_eq!(
                point.name().is_some(),
                listed || point.is_grease(),
                "{point:?}"
            );
            assert!(listed || !point.is_registered(), "{point:?}");
            assert!(
                !(point.name().is_some() && point.reserved_for().is_some()),
                "{point:?}"
            );
        }
    }
    for_each_registry!(check);
}

#[test]
fn grease_is_what_rfc_8701_section_2_lists() {
    let wide: Vec<u16> = (0..=u16::MAX)
        .filter(|code| CipherSuite(*code).is_grease())
        .collect();
    assert_eq!(
        wide,
        [
            0x0a0a, 0x1a1a, 0x2a2a, 0x3a3a, 0x4a4a, 0x5a5a, 0x6a6a, 0x7a7a, 0x8a8a, 0x9a9a, 0xaaaa,
            0xbaba, 0xcaca, 0xdada, 0xeaea, 0xfafa
        ]
    );
    let narrow: Vec<u8> = (0..=u8::MAX)
        .filter(|code| PskKeyExchangeMode(*code).is_grease())
        .collect();
    assert_eq!(narrow, [0x0b, 0x2a, 0x49, 0x68, 0x87, 0xa6, 0xc5, 0xe4]);

    for registry in Registry::ALL {
        let has_grease = match registry {
            Registry::CipherSuite
            | Registry::NamedGroup
            | Registry::SignatureScheme
            | Registry::ExtensionType
            | Registry::ProtocolVersion => registry.is_grease(0x3a3a),
            Registry::PskKeyExchangeMode => registry.is_grease(0x49),
            other => !(0..=0xffff).any(|code| other.is_grease(code)),
        };
        assert!(has_grease, "{registry:?}");
    }
    assert_eq!(NamedGroup(0x0a0a).reference(), Some("RFC 8701 §2"));
}

#[test]
fn display_is_the_name_or_the_number_as_wide_as_on_the_wire() {
    assert_eq!(
        CipherSuite::TLS_AES_128_GCM_SHA256.to_string(),
        "TLS_AES_128_GCM_SHA256"
    );
    assert_eq!(CipherSuite(0x1234).to_string(), "0x1234");
    assert_eq!(CipherSuite(0x0a0a).to_string(), "GREASE (0x0a0a)");
    assert_eq!(PskKeyExchangeMode(0x0b).to_string(), "GREASE (0x0b)");
    assert_eq!(AlertDescription(7).to_string(), "0x07");
    assert_eq!(format!("{:?}", NamedGroup::X25519), "NamedGroup(x25519)");
    assert_eq!(format!("{:?}", NamedGroup(0x0099)), "NamedGroup(0x0099)");
    assert_eq!(
        format!("{:>12}|{:<12}|", NamedGroup::X25519, NamedGroup::X448),
        "      x25519|x448        |"
    );
}

#[test]
fn only_the_low_bytes_of_a_number_count() {
    assert_eq!(
        CipherSuite::from_u32(0xabcd_1301),
        CipherSuite::TLS_AES_128_GCM_SHA256
    );
    assert_eq!(ContentType::from_u32(0xffff_ff16), ContentType::HANDSHAKE);
}

#[test]
fn every_registry_has_its_own_title_and_width() {
    let titles: BTreeSet<&str> = Registry::ALL
        .iter()
        .map(|registry| registry.title())
        .collect();
    assert_eq!(titles.len(), Registry::ALL.len());
    assert_eq!(Registry::CipherSuite.bytes(), 2);
    assert_eq!(Registry::ContentType.bytes(), 1);
}

#[test]
fn aliases_name_what_people_mean() {
    for alias in ["P-256", "p256", "prime256v1", "SECP256R1"] {
        assert_eq!(
            NamedGroup::from_name(alias),
            Some(NamedGroup::SECP256R1),
            "{alias}"
        );
    }
    assert_eq!(NamedGroup::from_name("X25519"), Some(NamedGroup::X25519));
    assert_eq!(
        ProtocolVersion::from_name("TLSv1.3"),
        Some(ProtocolVersion::TLS_1_3)
    );
    assert_eq!(
        ProtocolVersion::from_name("1.2"),
        Some(ProtocolVersion::TLS_1_2)
    );
    assert_eq!(
        ExtensionType::from_name("ALPN"),
        Some(ExtensionType::APPLICATION_LAYER_PROTOCOL_NEGOTIATION)
    );
}

#[test]
fn openssl_names_lead_to_the_suite_and_back() {
    let named: Vec<CipherSuite> = CipherSuite::ALL
        .iter()
        .copied()
        .filter(|suite| suite.openssl_name().is_some())
        .collect();
    assert!(
        named.len() > 180,
        "the table is found by binary search and has to be sorted"
    );
    let mut names = BTreeSet::new();
    for suite in named {
        let name = suite.openssl_name().expect("filtered");
        assert!(names.insert(name), "{name}");
        assert_eq!(CipherSuite::from_name(name), Some(suite));
        assert_eq!(
            CipherSuite::from_name(&name.to_ascii_lowercase()),
            Some(suite)
        );
    }
    assert_eq!(
        CipherSuite::from_name("ECDHE-RSA-AES128-GCM-SHA256"),
        Some(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)
    );
    assert_eq!(CipherSuite::TLS_AES_128_GCM_SHA256.openssl_name(), None);
}

#[test]
fn an_alias_is_neither_a_name_nor_another_alias() {
    macro_rules! check {
        ($($Type:ident)+) => { $(
            let mut seen = BTreeSet::new();
            for (alias, point) in $Type::ALIASES.iter().copied().flatten() {
                assert_eq!($Type::from_name(alias), Some(*point), "{alias}");
                assert!(seen.insert(alias.to_ascii_lowercase()), "{alias}");
                let names = $Type::ALL.iter().filter_map(|point| point.name());
                assert!(!names.into_iter().any(|name| name.eq_ignore_ascii_case(alias)), "{alias}");
            }
        )+ };
    }
    check!(CipherSuite NamedGroup SignatureScheme ExtensionType ProtocolVersion AlertDescription HandshakeType);
    check!(CertificateType CertificateStatusType HpkeKem);
    assert_eq!(NamedGroup::from_name("GREASE"), None);
}

#[test]
fn every_registered_alert_has_a_meaning_of_one_sentence() {
    for alert in AlertDescription::ALL {
        let meaning = alert.meaning().unwrap_or_else(|| panic!("{alert}"));
        assert!(
            meaning.ends_with('.') && !meaning.trim_end_matches('.').contains(". "),
            "{alert}"
        );
    }
    assert_eq!(AlertDescription(99).meaning(), None);
}

#[test]
fn alerts_are_fatal_except_four() {
    let warnings: Vec<AlertDescription> = AlertDescription::ALL
        .iter()
        .copied()
        .filter(|alert| alert.level() == AlertLevel::WARNING)
        .collect();
    assert_eq!(
        warnings,
        [
            AlertDescription::CLOSE_NOTIFY,
            AlertDescription::NO_CERTIFICATE,
            AlertDescription::USER_CANCELED,
            AlertDescription::NO_RENEGOTIATION
        ]
    );
    // RFC 8446 §6: unknown alerts are errors.
    assert_eq!(AlertDescription(200).level(), AlertLevel::FATAL);
}

#[test]
fn iana_recommends_few() {
    fn count<T>(
        points: &[T],
        opinion: impl Fn(&T) -> Option<Recommendation>,
        wanted: Recommendation,
    ) -> usize {
        points
            .iter()
            .filter(|point| opinion(point) == Some(wanted))
            .count()
    }
    use Recommendation::{Discouraged, NotRecommended, Recommended};
    let suites = |wanted| count(CipherSuite::ALL, |suite| suite.recommended(), wanted);
    assert_eq!(
        [
            suites(Recommended),
            suites(NotRecommended),
            suites(Discouraged)
        ],
        [24, 306, 26]
    );
    let groups = |wanted| count(NamedGroup::ALL, |group| group.recommended(), wanted);
    assert_eq!(
        [
            groups(Recommended),
            groups(NotRecommended),
            groups(Discouraged)
        ],
        [5, 39, 15]
    );
    let schemes = |wanted| count(SignatureScheme::ALL, |scheme| scheme.recommended(), wanted);
    assert_eq!(
        [
            schemes(Recommended),
            schemes(NotRecommended),
            schemes(Discouraged)
        ],
        [14, 35, 0]
    );
    assert_eq!(CipherSuite(0x0a0a).recommended(), None);
    assert_eq!(NamedGroup::CECPQ2.recommended(), None);
}

#[test]
fn a_signature_scheme_is_a_pair_in_tls12() {
    // RFC 5246 §7.4.1.4.1
    assert_eq!(
        SignatureScheme::ECDSA_SECP256R1_SHA256.pair(),
        (HashAlgorithm12::SHA256, SignatureAlgorithm12::ECDSA)
    );
    assert_eq!(
        SignatureScheme::RSA_PKCS1_MD5.pair(),
        (HashAlgorithm12::MD5, SignatureAlgorithm12::RSA)
    );
    // RFC 8422 §5.1.3
    assert_eq!(
        SignatureScheme::ED25519.pair(),
        (HashAlgorithm12::INTRINSIC, SignatureAlgorithm12::ED25519)
    );
}

#[test]
fn a_maximum_fragment_length_is_a_power_of_two() {
    for (index, length) in MaxFragmentLength::ALL.iter().enumerate() {
        assert_eq!(length.bytes(), Some(1 << (9 + index)));
        assert_eq!(length.to_string(), format!("2^{}", 9 + index));
    }
    assert_eq!(MaxFragmentLength(5).bytes(), None);
}

#[test]
fn reserved_numbers_say_what_for() {
    assert_eq!(CipherSuite(0xff12).reserved_for(), Some("private use"));
    assert_eq!(CipherSuite(0x1234).reserved_for(), None);
    assert_eq!(NamedGroup(0xfe00).reserved_for(), Some("private use"));
    assert_eq!(
        Registry::ExtensionType.reserved_for(40),
        Some("key_share in drafts of TLS 1.3")
    );
}

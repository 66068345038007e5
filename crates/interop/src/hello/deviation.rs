//! What can be wrong or strange about a hello.

use super::extension as ext;
use super::{Parts, Seeded, key_shares, list16, name, vector8, vector16};

macro_rules! deviations {
    ($($name:ident $says:literal)*) => {
        /// One thing that is wrong or strange about a hello.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Deviation {
            $(#[doc = $says] $name,)*
        }

        impl Deviation {
            /// Every deviation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// In words.
            pub const fn says(self) -> &'static str {
                match self {
                    $(Self::$name => $says,)*
                }
            }
        }
    };
}

deviations! {
    OldVersion "legacy_version is TLS 1.0"
    VeryOldVersion "legacy_version is SSL 2.0's"
    OldestVersion "legacy_version is SSL 3.0's"
    NewVersion "legacy_version is TLS 1.3's"
    NewerVersion "legacy_version is one after TLS 1.3's"
    StrangeRecordVersion "the record's version is 0x0300"
    WrongRecordVersion "the record's version is 0x0505"
    LongSessionId "the session ID has 33 bytes"
    NoSuites "there are no suites"
    OddSuites "the suites have an odd length"
    UnknownSuites "all suites are unknown"
    TwiceTheSuites "each suite is there twice"
    FallbackScsv "TLS_FALLBACK_SCSV is among the suites"
    NoCompression "there are no compression methods"
    DeflateAlone "the only compression method is DEFLATE"
    DeflateToo "DEFLATE stands beside the null compression"
    NoExtensions "there is no block of extensions"
    EmptyExtensions "the block of extensions is empty"
    TrailingByte "a byte follows the extensions"
    DuplicateExtension "an extension is there twice"
    DuplicateUnknown "an unknown extension is there twice"
    EmptyServerName "the server's name is empty"
    TwoServerNames "there are two names of the server"
    AnotherServerName "the name is another than the server's"
    AddressAsName "the name is an address"
    NulInServerName "the name has a NUL byte"
    TrailingByteInServerName "a byte follows the list of names"
    NoGroups "supported_groups is left out"
    EmptyGroups "supported_groups is empty"
    OddGroups "supported_groups has an odd length"
    UnknownGroups "all groups are unknown"
    NoSchemes "signature_algorithms is left out"
    EmptySchemes "signature_algorithms is empty"
    UnknownSchemes "all signature schemes are unknown"
    Sha1Schemes "all signature schemes are SHA-1's"
    NoPointFormats "ec_point_formats is empty"
    CompressedPointsOnly "ec_point_formats lacks uncompressed"
    ContentInExtendedMasterSecret "extended_master_secret has content"
    ContentInEncryptThenMac "encrypt_then_mac has content"
    NoExtendedMasterSecret "extended_master_secret is left out"
    EmptyVersions "supported_versions is empty"
    OddVersions "supported_versions has an odd length"
    UnknownVersions "supported_versions has unknown versions alone"
    OldVersionsOnly "supported_versions has TLS 1.1 and 1.0 alone"
    EmptyKeyShare "key_share is empty"
    KeyShareLeftOut "key_share is left out"
    TwoKeySharesOfAGroup "key_share has two of one group"
    KeyShareOfUnlistedGroup "key_share has a group that supported_groups lacks"
    ShortKeyShare "a share is a byte short"
    EmptyShare "a share has no bytes"
    PointOffTheCurve "a share is no point of its curve"
    AllZeroShare "an x25519 share is all zero"
    EmptyCookie "there is an empty cookie"
    Cookie "there is a cookie nobody gave"
    EmptyPskModes "psk_key_exchange_modes is empty"
    UnknownPskModes "psk_key_exchange_modes is unknown"
    PskNotLast "pre_shared_key is not the last extension"
    UnknownPsk "pre_shared_key has an unknown identity"
    PskWithoutModes "pre_shared_key is there, psk_key_exchange_modes is not"
    FewerBinders "pre_shared_key has fewer binders than identities"
    EmptyAlpn "the list of protocols is empty"
    EmptyProtocol "a protocol's name is empty"
    UnknownAlpn "all protocols are unknown"
    RenegotiationWithContent "renegotiation_info has content"
    NonzeroPadding "padding has a byte that is not zero"
    UnaskedExtension "an extension is there that belongs to a server"
}

impl Deviation {
    pub(super) fn apply(self, parts: &mut Parts, tail: &mut Vec<u8>, random: &mut Seeded) {
        match self {
            Self::OldVersion => parts.version = 0x0301,
            Self::VeryOldVersion => parts.version = 0x0002,
            Self::OldestVersion => parts.version = 0x0300,
            Self::NewVersion => parts.version = 0x0304,
            Self::NewerVersion => parts.version = 0x0305,
            Self::StrangeRecordVersion => parts.record_version = 0x0300,
            Self::WrongRecordVersion => parts.record_version = 0x0505,
            Self::LongSessionId => parts.session_id = vec![7; 33],
            Self::NoSuites => parts.suites.clear(),
            Self::OddSuites | Self::NoExtensions => {} // as it is written
            Self::UnknownSuites => parts.suites = vec![0xeeee, 0xeeef],
            Self::TwiceTheSuites => parts.suites.extend_from_within(..),
            Self::FallbackScsv => parts.suites.push(0x5600),
            Self::NoCompression => parts.compression.clear(),
            Self::DeflateAlone => parts.compression = vec![1],
            Self::DeflateToo => parts.compression = vec![1, 0],
            Self::EmptyExtensions => parts.extensions.clear(),
            Self::TrailingByte => tail.push(0),
            Self::DuplicateExtension => {
                let one = parts.extensions[random.below(parts.extensions.len())].clone();
                parts.extensions.insert(0, one);
            }
            Self::DuplicateUnknown => parts
                .extensions
                .splice(0..0, [(0xeeee, vec![]), (0xeeee, vec![])])
                .for_each(drop),
            Self::EmptyServerName
            | Self::TwoServerNames
            | Self::AnotherServerName
            | Self::AddressAsName
            | Self::NulInServerName
            | Self::TrailingByteInServerName => parts.set(ext::SERVER_NAME, self.server_name()),
            _ => self.apply_to_lists(parts),
        }
    }

    fn server_name(self) -> Vec<u8> {
        let entry = |host: &[u8]| [&[0], &vector16(host)[..]].concat();
        match self {
            Self::EmptyServerName => name(""),
            Self::TwoServerNames => vector16(&[entry(b"localhost"), entry(b"localhost")].concat()),
            Self::AddressAsName => name("127.0.0.1"),
            Self::NulInServerName => name("localhost\0.example"),
            Self::TrailingByteInServerName => [name("localhost"), vec![0]].concat(),
            _ => name("another.example"),
        }
    }

    fn apply_to_lists(self, parts: &mut Parts) {
        match self {
            Self::NoGroups => parts.remove(ext::SUPPORTED_GROUPS),
            Self::EmptyGroups => parts.set(ext::SUPPORTED_GROUPS, list16(&[])),
            Self::OddGroups => parts.set(ext::SUPPORTED_GROUPS, vec![0, 3, 0, 0x1d, 0]),
            Self::UnknownGroups => parts.set(ext::SUPPORTED_GROUPS, list16(&[0xeeee])),
            Self::NoSchemes => parts.remove(ext::SIGNATURE_ALGORITHMS),
            Self::EmptySchemes => parts.set(ext::SIGNATURE_ALGORITHMS, list16(&[])),
            Self::UnknownSchemes => parts.set(ext::SIGNATURE_ALGORITHMS, list16(&[0xeeee])),
            Self::Sha1Schemes => parts.set(ext::SIGNATURE_ALGORITHMS, list16(&[0x0201, 0x0203])),
            Self::NoPointFormats => parts.set(ext::EC_POINT_FORMATS, vec![0]),
            Self::CompressedPointsOnly => parts.set(ext::EC_POINT_FORMATS, vec![1, 1]),
            Self::ContentInExtendedMasterSecret => parts.set(ext::EXTENDED_MASTER_SECRET, vec![0]),
            Self::ContentInEncryptThenMac => parts.set(ext::ENCRYPT_THEN_MAC, vec![0]),
            Self::NoExtendedMasterSecret => parts.remove(ext::EXTENDED_MASTER_SECRET),
            Self::EmptyVersions => parts.set(ext::SUPPORTED_VERSIONS, vec![0]),
            Self::OddVersions => parts.set(ext::SUPPORTED_VERSIONS, vec![3, 3, 4, 3]),
            Self::UnknownVersions => parts.set(ext::SUPPORTED_VERSIONS, vec![2, 0x7f, 0x1c]),
            Self::OldVersionsOnly => parts.set(ext::SUPPORTED_VERSIONS, vec![4, 3, 2, 3, 1]),
            Self::EmptyAlpn => parts.set(ext::ALPN, vec![0, 0]),
            Self::EmptyProtocol => parts.set(ext::ALPN, vec![0, 1, 0]),
            Self::UnknownAlpn => parts.set(ext::ALPN, vector16(&vector8(b"carrier-pigeon"))),
            Self::RenegotiationWithContent => parts.set(ext::RENEGOTIATION_INFO, vec![1, 7]),
            Self::NonzeroPadding => parts.set(ext::PADDING, vec![0, 1, 0]),
            Self::UnaskedExtension => parts.set(48, vec![0, 0]), // oid_filters, of CertificateRequest alone
            _ => self.apply_to_tls13(parts),
        }
    }

    fn apply_to_tls13(self, parts: &mut Parts) {
        if !parts.offers_tls13() {
            parts.set(ext::SUPPORTED_VERSIONS, vec![4, 3, 4, 3, 3]);
            parts.suites.insert(0, 0x1301);
            parts.set(ext::PSK_KEY_EXCHANGE_MODES, vec![1, 1]);
        }
        parts.set(ext::SUPPORTED_GROUPS, list16(&[0x001d, 0x0017]));
        let share =
            |group: u16, key: &[u8]| vector16(&[&group.to_be_bytes(), &vector16(key)[..]].concat());
        let shares = match self {
            Self::EmptyKeyShare => vec![0, 0],
            Self::TwoKeySharesOfAGroup => key_shares(&[0x001d, 0x001d]),
            Self::ShortKeyShare => share(0x001d, &[9; 31]),
            Self::EmptyShare => share(0x001d, &[]),
            Self::PointOffTheCurve => share(0x0017, &[&[4], &[1; 64][..]].concat()),
            Self::AllZeroShare => share(0x001d, &[0; 32]),
            _ => key_shares(&[0x001d]),
        };
        parts.set(ext::KEY_SHARE, shares);
        match self {
            Self::KeyShareLeftOut => parts.remove(ext::KEY_SHARE),
            Self::KeyShareOfUnlistedGroup => parts.set(ext::SUPPORTED_GROUPS, list16(&[0x0017])),
            Self::PointOffTheCurve => parts.set(ext::SUPPORTED_GROUPS, list16(&[0x0017])),
            Self::EmptyCookie => parts.set(ext::COOKIE, vec![0, 0]),
            Self::Cookie => parts.set(ext::COOKIE, vector16(&[1, 2, 3])),
            Self::EmptyPskModes => parts.set(ext::PSK_KEY_EXCHANGE_MODES, vec![0]),
            Self::UnknownPskModes => parts.set(ext::PSK_KEY_EXCHANGE_MODES, vec![1, 0x5a]),
            Self::PskNotLast => parts
                .extensions
                .insert(0, (ext::PRE_SHARED_KEY, pre_shared_key(1))),
            Self::UnknownPsk => parts
                .extensions
                .push((ext::PRE_SHARED_KEY, pre_shared_key(1))),
            Self::FewerBinders => parts
                .extensions
                .push((ext::PRE_SHARED_KEY, pre_shared_key(2))),
            Self::PskWithoutModes => {
                parts.remove(ext::PSK_KEY_EXCHANGE_MODES);
                parts
                    .extensions
                    .push((ext::PRE_SHARED_KEY, pre_shared_key(1)));
            }
            _ => {}
        }
    }
}

/// So many identities that nobody knows, and one binder (RFC 8446 §4.2.11).
fn pre_shared_key(identities: usize) -> Vec<u8> {
    let identity = [vector16(b"nobody"), vec![0; 4]].concat();
    let binders = vector16(&vector8(&[0; 32]));
    [vector16(&identity.repeat(identities)), binders].concat()
}

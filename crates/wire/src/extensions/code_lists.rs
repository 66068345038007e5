//! Extensions that are a list of code points, or a single one.

use crate::code_points::{
    CertificateCompressionAlgorithm, ECPointFormat, ExtensionType, NamedGroup, ProtocolVersion,
    PskKeyExchangeMode, SignatureScheme,
};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// A module per list: `name: Type, list method, vector method, the RFC's name of the list, of an item, length in bytes`.
macro_rules! code_lists {
    ($(
        $(#[$doc:meta])*
        $module:ident: $Type:ident, $list:ident, $vec:ident, $name:literal, $item:literal, $range:expr;
    )+) => {
        $(
            $(#[$doc])*
            pub(super) mod $module {
                use super::*;

                pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<Vec<$Type>, DecodeError> {
                    r.$list($name, $range, |r| r.code($item))
                }

                pub(in crate::extensions) fn write(list: &[$Type], w: &mut Writer<'_>) {
                    w.$vec(|w| list.iter().for_each(|point| w.code(*point)));
                }
            }
        )+
    };
}
pub(super) use code_lists;

code_lists! {
    /// RFC 8446 §4.2.7
    supported_groups: NamedGroup, list16, vec16, "named_group_list", "named_group", 2..=0xffff;
    /// RFC 8422 §5.1.2
    point_formats: ECPointFormat, list8, vec8, "ec_point_format_list", "ec_point_format", 1..=0xff;
    /// RFC 8446 §4.2.3; also signature_algorithms_cert
    signature_schemes: SignatureScheme, list16, vec16, "supported_signature_algorithms", "signature_scheme", 2..=0xfffe;
    /// RFC 8446 §4.2.1, in a ClientHello
    offered_versions: ProtocolVersion, list8, vec8, "versions", "version", 2..=254;
    /// RFC 8446 §4.2.9
    psk_modes: PskKeyExchangeMode, list8, vec8, "ke_modes", "ke_mode", 1..=0xff;
    /// RFC 8879 §3
    certificate_compression_algorithms:
        CertificateCompressionAlgorithm, list8, vec8, "algorithms", "algorithm", 2..=254;
    /// RFC 9849 §5.1
    ech_outer_extensions: ExtensionType, list8, vec8, "outer_extensions", "outer_extension", 2..=254;
}

/// RFC 8446 §4.2.1, in a ServerHello or HelloRetryRequest.
pub(super) mod selected_version {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<ProtocolVersion, DecodeError> {
        r.code("selected_version")
    }

    pub(in crate::extensions) fn write(version: &ProtocolVersion, w: &mut Writer<'_>) {
        w.code(*version);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extensions::{
        CertificateRequestExtension, ClientHelloExtension, HelloRetryRequestExtension,
        ServerHello13Extension,
    };
    use crate::testing::{check_extension, hex, refused_extension};

    #[test]
    fn each_list() {
        for (extension, body) in [
            (
                ClientHelloExtension::SupportedGroups(vec![NamedGroup::X25519, NamedGroup(0x0a0a)]),
                "0004 001d 0a0a",
            ),
            (
                ClientHelloExtension::EcPointFormats(vec![ECPointFormat(0)]),
                "01 00",
            ),
            (
                ClientHelloExtension::SignatureAlgorithms(vec![SignatureScheme::ED25519]),
                "0002 0807",
            ),
            (
                ClientHelloExtension::SignatureAlgorithmsCert(vec![SignatureScheme::ED25519]),
                "0002 0807",
            ),
            (
                ClientHelloExtension::SupportedVersions(vec![ProtocolVersion::TLS_1_3]),
                "02 0304",
            ),
            (
                ClientHelloExtension::PskKeyExchangeModes(vec![PskKeyExchangeMode(1)]),
                "01 01",
            ),
            (
                ClientHelloExtension::CompressCertificate(vec![CertificateCompressionAlgorithm(2)]),
                "02 0002",
            ),
            (
                ClientHelloExtension::EchOuterExtensions(vec![ExtensionType::KEY_SHARE]),
                "02 0033",
            ),
        ] {
            check_extension(extension.extension_type(), &hex(body), &extension);
            // None of them may be empty, whatever the width of its length.
            refused_extension::<ClientHelloExtension>(extension.extension_type(), &[0]);
            refused_extension::<ClientHelloExtension>(extension.extension_type(), &[0, 0]);
        }
        let request =
            CertificateRequestExtension::SignatureAlgorithms(vec![SignatureScheme::ED25519]);
        check_extension(
            ExtensionType::SIGNATURE_ALGORITHMS,
            &hex("0002 0807"),
            &request,
        );
    }

    #[test]
    fn lists_of_two_byte_codes_have_even_lengths() {
        for (extension_type, body) in [
            (ExtensionType::SUPPORTED_GROUPS, "0003 001d 00"),
            (ExtensionType::SUPPORTED_VERSIONS, "03 0304 03"),
            (ExtensionType::SUPPORTED_VERSIONS, "ff"),
        ] {
            refused_extension::<ClientHelloExtension>(extension_type, &hex(body));
        }
    }

    #[test]
    fn a_selected_version() {
        let body = hex("0304");
        let extension = ServerHello13Extension::SupportedVersions(ProtocolVersion::TLS_1_3);
        check_extension(ExtensionType::SUPPORTED_VERSIONS, &body, &extension);
        let extension = HelloRetryRequestExtension::SupportedVersions(ProtocolVersion::TLS_1_3);
        check_extension(ExtensionType::SUPPORTED_VERSIONS, &body, &extension);
    }
}

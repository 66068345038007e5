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

//! The kinds of certificate each side can send and check (RFC 7250 §3): a list from the client, a choice from the server.

use super::code_lists::code_lists;
use crate::code_points::CertificateType;
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

code_lists! {
    /// What the client can send.
    client_certificate_types:
        CertificateType, list8, vec8, "client_certificate_types", "client_certificate_type", 1..=0xff;
    /// What the client can check.
    server_certificate_types:
        CertificateType, list8, vec8, "server_certificate_types", "server_certificate_type", 1..=0xff;
}

/// What the client shall send.
pub(super) mod client_certificate_type {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<CertificateType, DecodeError> {
        r.code("client_certificate_type")
    }

    pub(in crate::extensions) fn write(kind: &CertificateType, w: &mut Writer<'_>) {
        w.code(*kind);
    }
}

/// What the server sends.
pub(super) mod server_certificate_type {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<CertificateType, DecodeError> {
        r.code("server_certificate_type")
    }

    pub(in crate::extensions) fn write(kind: &CertificateType, w: &mut Writer<'_>) {
        w.code(*kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::ExtensionType;
    use crate::extensions::{ClientHelloExtension, EncryptedExtension, ServerHello12Extension};
    use crate::testing::{check_extension, hex, refused_extension};

    #[test]
    fn rfc7250_3_lists_and_choices() {
        let both = vec![CertificateType(2), CertificateType(0)];
        let client = ExtensionType::CLIENT_CERTIFICATE_TYPE;
        let server = ExtensionType::SERVER_CERTIFICATE_TYPE;
        check_extension(
            client,
            &hex("02 0200"),
            &ClientHelloExtension::ClientCertificateType(both.clone()),
        );
        check_extension(
            server,
            &hex("02 0200"),
            &ClientHelloExtension::ServerCertificateType(both),
        );
        check_extension(
            client,
            &[2],
            &ServerHello12Extension::ClientCertificateType(CertificateType(2)),
        );
        check_extension(
            server,
            &[2],
            &EncryptedExtension::ServerCertificateType(CertificateType(2)),
        );
        assert_eq!(
            refused_extension::<ClientHelloExtension>(client, &[0]).field,
            "client_certificate_types"
        );
    }
}

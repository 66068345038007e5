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

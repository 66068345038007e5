//! RFC 8446 §4.3.2 and §4.4: CertificateRequest, Certificate, CertificateVerify, Finished.

use limpid_facts::Side;
use limpid_wire::handshake::{Certificate13, CertificateRequest13, CertificateVerify};
use limpid_wire::{AlertDescription as Alert, ExtensionType, HandshakeType, SignatureScheme};

use crate::changed::{Became, Handed, changed, changed_bytes};
use crate::hellos::{FULL, ILLEGAL};

const MUTUAL: &str = "TLS 1.3, mutual";

#[test]
fn rfc8446_4_3_2_requests_say_how_to_sign() {
    let became = changed(
        MUTUAL,
        Side::Server,
        0,
        |request: &mut CertificateRequest13| {
            let gone = ExtensionType::SIGNATURE_ALGORITHMS;
            request
                .extensions
                .retain(|extension| extension.extension_type() != gone);
        },
    );
    assert_eq!(became, Became::Refused(Alert::MISSING_EXTENSION));
}

#[test]
fn rfc8446_4_3_2_in_a_handshake_the_context_is_empty() {
    let became = changed(
        MUTUAL,
        Side::Server,
        0,
        |request: &mut CertificateRequest13| {
            request.certificate_request_context = vec![7];
        },
    );
    assert_eq!(became, ILLEGAL);
}

#[test]
fn rfc8446_4_4_2_the_context_is_that_of_the_request() {
    for from in [Side::Client, Side::Server] {
        let became = changed(MUTUAL, from, 0, |certificate: &mut Certificate13| {
            certificate.certificate_request_context = vec![7];
        });
        assert_eq!(became, ILLEGAL, "{from}");
    }
}

#[test]
fn rfc8446_4_4_2_4_servers_have_a_certificate() {
    let became = changed(FULL, Side::Server, 0, |certificate: &mut Certificate13| {
        certificate.certificate_list.clear();
    });
    assert_eq!(became, Became::Refused(Alert::DECODE_ERROR));
}

#[test]
fn rfc8446_4_4_3_the_scheme_was_offered_and_fits_the_key() {
    for (flow, from) in [(FULL, Side::Server), (MUTUAL, Side::Client)] {
        for scheme in [
            // Never in CertificateVerify.
            SignatureScheme::RSA_PKCS1_SHA256,
            SignatureScheme(0x0203),
            // Of another kind of key.
            SignatureScheme::RSA_PSS_RSAE_SHA256,
            SignatureScheme::ECDSA_SECP384R1_SHA384,
            SignatureScheme(0xfefe),
        ] {
            let scheme = scheme.0.to_be_bytes();
            let which = (HandshakeType::CERTIFICATE_VERIFY, 0);
            let became = changed_bytes(flow, from, which, Handed::AsIs, |message| {
                message[4..6].copy_from_slice(&scheme);
            });
            assert_eq!(became, ILLEGAL, "{flow}: {scheme:02x?}");
        }
    }
}

#[test]
fn rfc8446_4_4_3_the_signature_verifies() {
    for (flow, from) in [(FULL, Side::Server), (MUTUAL, Side::Client)] {
        let which = (HandshakeType::CERTIFICATE_VERIFY, 0);
        let became = changed_bytes(flow, from, which, Handed::AsIs, |message| {
            // In the second half, so that an ECDSA signature stays well-formed.
            let at = message.len() - 3;
            message[at] ^= 1;
        });
        assert_eq!(became, Became::Refused(Alert::DECRYPT_ERROR), "{flow}");
        // A signature that another message was signed with.
        let which = (HandshakeType::CERTIFICATE_VERIFY, 0);
        let became = changed_bytes(flow, from, which, Handed::AsIs, |message| {
            use limpid_wire::HandshakeBody;
            let mut verify = CertificateVerify::decode_message(message).unwrap();
            verify.signature.clear();
            message.clear();
            verify.encode_message(message);
        });
        assert_eq!(became, Became::Refused(Alert::DECRYPT_ERROR), "{flow}");
    }
}

#[test]
fn rfc8446_4_4_4_finished_is_right() {
    for from in [Side::Client, Side::Server] {
        for at in [4, 20, 35] {
            let which = (HandshakeType::FINISHED, 0);
            let became = changed_bytes(FULL, from, which, Handed::AsIs, |message| {
                message[at] ^= 1;
            });
            assert_eq!(became, Became::Refused(Alert::DECRYPT_ERROR), "{from}");
        }
    }
}

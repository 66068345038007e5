//! Proving and checking identity: certificates and signatures, for both versions and both sides.
//!
//! Policy about certificates lives here and nowhere else.

use limpid_crypto::{KeyKind, verify, verify12};
use limpid_facts::{Check, CheckKind, Evidence, Fact, Outcome, Side, Signature};
use limpid_protect::Suite;
use limpid_trust::{KeyUse, PeerIdentity, Presented};
use limpid_wire::{HandshakeType, ProtocolVersion, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName};

use crate::bounds;
use crate::certificates::authentication_of;
use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;

/// What a server showed of itself.
pub(crate) struct Shown<'a> {
    pub(crate) chain: &'a [CertificateDer<'static>],
    pub(crate) ocsp_response: &'a [u8],
    pub(crate) scts: &'a [u8],
    pub(crate) key_use: KeyUse,
}

/// Asks the verifier whether the server is who the client wants to reach. The identity returned is the proof that later
/// steps ask for.
pub(crate) async fn verify_server(
    hs: &Handshake,
    config: &ClientConfig,
    name: &ServerName<'static>,
    shown: Shown<'_>,
) -> Result<PeerIdentity, Fault> {
    if shown.chain.is_empty() {
        return Err(Fault::NoPeerCertificate);
    }
    if shown.chain.len() > bounds::CHAIN {
        return Err(Fault::IllegalParameter(
            "the peer's chain has more certificates than are accepted",
        ));
    }
    let presented = Presented {
        chain: shown.chain,
        server_name: name,
        ocsp_response: shown.ocsp_response,
        scts: shown.scts,
        key_use: shown.key_use,
        now: config.means.clock.now(),
    };
    let verdict = config
        .verifier
        .verify(&presented, hs.facts.observed())
        .await;
    verdict
        .checks
        .into_iter()
        .for_each(|check| hs.facts.tell(|| Fact::Check(check)));
    verdict
        .result
        .map_err(|error| Fault::Untrusted(Box::new(error)))
}

/// The certificate's key must be of the kind that a TLS 1.2 suite names (RFC 5246 §7.4.2).
pub(crate) fn check_fits_suite(
    hs: &Handshake,
    peer: &PeerIdentity,
    suite: &Suite,
) -> Result<(), Fault> {
    let kind = KeyKind::of_spki(peer.spki());
    let fits = kind.is_some_and(|kind| authentication_of(kind) == suite.authentication);
    hs.tell_check(|| Check {
        by: hs.side,
        kind: CheckKind::CertificateFitsSuite,
        outcome: if fits {
            Outcome::Passed
        } else {
            Outcome::Failed
        },
        evidence: vec![
            ("cipher suite", Evidence::Text(suite.id.to_string())),
            (
                "key in certificate",
                Evidence::Text(kind.map_or("unknown", KeyKind::name).into()),
            ),
        ],
        reference: "RFC 5246 §7.4.2",
    });
    if fits {
        Ok(())
    } else {
        Err(Fault::CertificateDoesNotFit)
    }
}

/// A signature over handshake data, as it came.
pub(crate) struct Signed<'a> {
    pub(crate) version: ProtocolVersion,
    pub(crate) within: HandshakeType,
    pub(crate) scheme: SignatureScheme,
    pub(crate) input: &'a [u8],
    pub(crate) signature: &'a [u8],
    /// Schemes this side offered.
    pub(crate) offered: &'a [SignatureScheme],
}

/// Checks that the peer holds the private key of its certificate.
pub(crate) fn verify_signature(
    hs: &Handshake,
    peer: &PeerIdentity,
    signed: &Signed<'_>,
) -> Result<(), Fault> {
    // RFC 5246 §7.4.3, RFC 8446 §4.4.3: the scheme must be one that was offered.
    if !signed.offered.contains(&signed.scheme) {
        return Err(Fault::SchemeNotOffered(signed.scheme));
    }
    let schemes = KeyKind::of_spki(peer.spki()).map(|kind| match signed.version {
        ProtocolVersion::TLS_1_3 => kind.schemes(),
        _ => kind.schemes12(),
    });
    if !schemes.is_some_and(|schemes| schemes.contains(&signed.scheme)) {
        return Err(Fault::SchemeNotOffered(signed.scheme));
    }
    let verified = match signed.version {
        ProtocolVersion::TLS_1_3 => {
            verify(signed.scheme, peer.spki(), signed.input, signed.signature)
        }
        _ => verify12(signed.scheme, peer.spki(), signed.input, signed.signature),
    };
    tell_signature(
        hs,
        hs.side.peer(),
        peer.spki(),
        signed,
        Some(verified.is_ok()),
    );
    verified.map_err(|_| Fault::BadSignature(signed.within))
}

/// Tells of a signature: the peer's with its outcome, or one's own.
pub(crate) fn tell_signature(
    hs: &Handshake,
    signer: Side,
    public_key: &[u8],
    signed: &Signed<'_>,
    valid: Option<bool>,
) {
    hs.tell_signature(|| Signature {
        signer,
        within: signed.within,
        scheme: signed.scheme,
        input: signed.input.into(),
        signature: signed.signature.into(),
        public_key: public_key.into(),
        valid,
    });
}

//! Proving and checking identity: certificates and signatures, for both versions and both sides.
//!
//! Policy about certificates lives here and nowhere else.

use std::sync::Arc;

use limpid_crypto::{KeyKind, verify, verify12};
use limpid_facts::{
    Because, Check, CheckKind, Decision, Evidence, Fact, Named, Outcome, Side, Signature, Subject,
};
use limpid_protect::Suite;
use limpid_trust::{KeyUse, PeerIdentity, Presented, PresentedByClient, Verdict};
use limpid_wire::{HandshakeType, ProtocolVersion, SignatureScheme, Writer};
use rustls_pki_types::{CertificateDer, ServerName};

use crate::bounds;
use crate::certificates::{authentication_of, curve_of};
use crate::config::{ClientAuthentication, ClientConfig, ServerConfig};
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::negotiate;
use crate::provide::{CertifiedKey, Requested};
use crate::session::Session;

/// What a server showed of itself.
pub(crate) struct Shown<'a> {
    pub(crate) chain: &'a [CertificateDer<'static>],
    pub(crate) ocsp_response: &'a [u8],
    pub(crate) scts: &'a [u8],
    pub(crate) key_use: KeyUse,
}

/// A `SignedCertificateTimestampList` with its own length in front, as verifiers take it (RFC 6962 §3.3).
pub(crate) fn sct_list(scts: &[Vec<u8>]) -> Vec<u8> {
    let mut list = Vec::new();
    Writer::new(&mut list).vec16(|w| scts.iter().for_each(|sct| w.opaque16(sct)));
    list
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
        return Err(Fault::NoServerCertificate);
    }
    check_length(shown.chain)?;
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
    accept(hs, verdict)
}

fn check_length(chain: &[CertificateDer<'_>]) -> Result<(), Fault> {
    if chain.len() > bounds::CHAIN {
        return Err(Fault::IllegalParameter(
            "the peer's chain has more certificates than are accepted",
        ));
    }
    Ok(())
}

/// Tells what the verifier looked at, and says what it said.
fn accept(hs: &Handshake, verdict: Verdict) -> Result<PeerIdentity, Fault> {
    verdict
        .checks
        .into_iter()
        .for_each(|check| hs.facts.tell(|| Fact::Check(check)));
    verdict
        .result
        .map_err(|error| Fault::Untrusted(Box::new(error)))
}

/// Asks the verifier whether the client is somebody to let in. A client without a certificate is nobody, which may be enough.
pub(crate) async fn verify_client(
    hs: &Handshake,
    config: &ServerConfig,
    version: ProtocolVersion,
    chain: &[CertificateDer<'static>],
    ocsp_response: &[u8],
) -> Result<Option<PeerIdentity>, Fault> {
    let authentication = &config.client_authentication;
    let (Some(verifier), false) = (authentication.verifier(), chain.is_empty()) else {
        return if authentication.is_required() {
            Err(Fault::NoClientCertificate(version))
        } else {
            Ok(None)
        };
    };
    check_length(chain)?;
    let presented = PresentedByClient {
        chain,
        ocsp_response,
        now: config.means.clock.now(),
    };
    let verdict = verifier.verify(&presented, hs.facts.observed()).await;
    accept(hs, verdict).map(Some)
}

/// Whether a session says of the client what this server wants to know. One that was begun without asking, or by asking where
/// now nobody asks, is not continued.
pub(crate) const fn session_fits(config: &ServerConfig, session: &Session) -> bool {
    match config.client_authentication {
        ClientAuthentication::None => session.peer.is_none(),
        ClientAuthentication::Optional(_) => true,
        ClientAuthentication::Required(_) => session.peer.is_some(),
    }
}

/// Tells whether this server asks for a certificate.
pub(crate) fn tell_client_authentication(hs: &Handshake, config: &ServerConfig) {
    let authentication = &config.client_authentication;
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::ClientAuthentication,
        chosen: Some(Named::Word(authentication.word())),
        among: Vec::new(),
        because: match authentication {
            ClientAuthentication::None => Because::NotConfigured,
            ClientAuthentication::Optional(_) | ClientAuthentication::Required(_) => {
                Because::Configured
            }
        },
    });
}

/// A client's certificate and the scheme in which it proves that it holds the key.
pub(crate) struct Proof {
    pub(crate) certificate: Arc<CertifiedKey>,
    pub(crate) scheme: SignatureScheme,
}

/// Asks for the certificate to show to a server that wants one; `None`: none is shown.
pub(crate) async fn choose_client_certificate(
    hs: &Handshake,
    config: &ClientConfig,
    requested: &Requested<'_>,
) -> Result<Option<Proof>, Fault> {
    let observed = hs.facts.observed();
    let choice = config.certificates.choose(requested, observed).await;
    let named = |chosen: &Option<Arc<CertifiedKey>>| {
        let name = |key: &CertifiedKey| key.names.first().cloned().unwrap_or_default();
        chosen
            .as_deref()
            .map(|key| Named::Certificate(0, name(key)))
    };
    hs.tell_decision(|| choice.decision(Side::Client, Subject::Certificate, named));
    let Some(certificate) = choice.chosen else {
        return Ok(None);
    };
    let able = match requested.version {
        ProtocolVersion::TLS_1_3 => certificate.key.schemes(),
        _ => certificate.key.schemes12(),
    };
    let choice = negotiate::scheme(able, requested.schemes, observed);
    let decision = || {
        choice.decision(Side::Client, Subject::SignatureScheme, |chosen| {
            chosen.map(Named::Scheme)
        })
    };
    hs.tell_decision(decision);
    let scheme = choice.chosen;
    let scheme = scheme.ok_or_else(|| Fault::NoCommonScheme(Box::new(decision())))?;
    Ok(Some(Proof {
        certificate,
        scheme,
    }))
}

/// The certificate's key must be of the kind that a TLS 1.2 suite names (RFC 5246 §7.4.2), and on a curve that the client named
/// (RFC 8422 §5.3).
pub(crate) fn check_fits_suite(
    hs: &Handshake,
    config: &ClientConfig,
    peer: &PeerIdentity,
    suite: &Suite,
) -> Result<(), Fault> {
    let kind = KeyKind::of_spki(peer.spki());
    let offered = |kind| curve_of(kind).is_none_or(|curve| config.policy.groups.contains(&curve));
    let fits =
        kind.is_some_and(|kind| authentication_of(kind) == suite.authentication && offered(kind));
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
        reference: "RFC 5246 §7.4.2, RFC 8422 §5.3",
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

//! Proving and checking identity: certificates and signatures, for both versions and both sides.
//!
//! Policy about certificates lives here and nowhere else.

use std::sync::Arc;

use limpid_crypto::{KeyKind, verify, verify12};
use limpid_facts::{
    Because, Candidate, Check, CheckKind, Decision, Evidence, Fact, Named, Outcome, Side,
    Signature, Subject,
};
use limpid_protect::{KeyExchange, Suite};
use limpid_trust::certificate::{Certificate, Key};
use limpid_trust::{KeyUse, PeerIdentity, Presented, PresentedByClient, PresentedKey, Verdict};
use limpid_wire::handshake::ClientHello;
use limpid_wire::{CertificateType, HandshakeType, ProtocolVersion, SignatureScheme, Writer};
use rustls_pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer};

use crate::bounds;
use crate::certificates::{authentication_of, curve_of, name_of};
use crate::config::{ClientConfig, Demand, ServerConfig};
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::negotiate;
use crate::provide::{CertifiedKey, Requested, VerifyRawKey};
use crate::session::{ServerProof, Session};

/// What a peer showed in its Certificate message.
#[derive(Debug)]
pub(crate) enum Credentials {
    /// Certificates, its own first; none: it has none.
    Chain(Vec<CertificateDer<'static>>),
    /// A raw public key (RFC 7250), not looked at yet.
    RawKey(SubjectPublicKeyInfoDer<'static>),
}

impl Credentials {
    pub(crate) const fn none() -> Self {
        Self::Chain(Vec::new())
    }

    /// The public key, as far as it can be read.
    fn spki(&self) -> Option<&[u8]> {
        match self {
            Self::RawKey(key) => {
                let unreadable =
                    Key::from_spki(key).kind == limpid_trust::certificate::KeyKind::Unreadable;
                Some(&key[..]).filter(|_| !unreadable)
            }
            Self::Chain(chain) => {
                let leaf = chain.first()?;
                leaf.get(Certificate::parse(leaf).ok()?.spki_range())
            }
        }
    }

    /// A server has something to show (RFC 5246 §7.4.2, RFC 8446 §4.4.2.4).
    pub(crate) fn of_server(self) -> Result<Self, Fault> {
        match &self {
            Self::Chain(chain) if chain.is_empty() => Err(Fault::NoServerCertificate),
            Self::Chain(_) | Self::RawKey(_) => Ok(self),
        }
    }
}

/// What a server showed of itself.
pub(crate) struct Shown<'a> {
    pub(crate) credentials: &'a Credentials,
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
    shown: &Shown<'_>,
) -> Result<PeerIdentity, Fault> {
    let chain = match shown.credentials {
        Credentials::RawKey(key) => {
            let verifier = config.raw_keys.verifier.as_deref();
            let server_name = Some(name);
            return verify_raw_key(hs, verifier, &PresentedKey { key, server_name }).await;
        }
        Credentials::Chain(chain) => chain,
    };
    check_length(chain)?;
    let presented = Presented {
        chain,
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

/// Asks whether a raw public key is one that is expected. Without anybody to ask, none is.
async fn verify_raw_key(
    hs: &Handshake,
    verifier: Option<&dyn VerifyRawKey>,
    presented: &PresentedKey<'_>,
) -> Result<PeerIdentity, Fault> {
    let decision = match (presented.check_form(), verifier) {
        (Err(unreadable), _) => Err(unreadable),
        (Ok(()), Some(verifier)) => verifier.verify(presented).await,
        (Ok(()), None) => Err(presented.unknown()),
    };
    accept(hs, presented.judged(decision, hs.facts.observed()))
}

/// What a client keeps of a server's proof to verify it again, if it will.
pub(crate) fn keep_proof(config: &ClientConfig, shown: &Shown<'_>) -> Option<Arc<ServerProof>> {
    config.verify_on_resumption.then(|| {
        Arc::new(ServerProof {
            chain: match shown.credentials {
                Credentials::Chain(chain) => chain.clone(),
                // The session knows the key.
                Credentials::RawKey(_) => Vec::new(),
            },
            ocsp_response: shown.ocsp_response.to_vec(),
            scts: shown.scts.to_vec(),
        })
    })
}

/// Verifies again, if the configuration wants that, who the server of a session is that is to be continued.
pub(crate) async fn verify_again(
    hs: &Handshake,
    config: &ClientConfig,
    name: &ServerName<'static>,
    session: &Session,
) -> Result<(), Fault> {
    if !config.verify_on_resumption {
        return Ok(());
    }
    let proof = session.proof.as_deref().ok_or(Fault::NoServerCertificate)?;
    let raw_key = session.peer.as_ref().filter(|peer| peer.is_raw_key());
    let credentials = match raw_key {
        Some(peer) => Credentials::RawKey(peer.spki().to_vec().into()),
        None => Credentials::Chain(proof.chain.clone()),
    };
    let encipherment =
        Suite::find(session.suite).is_some_and(|suite| suite.key_exchange == KeyExchange::Rsa);
    let shown = Shown {
        credentials: &credentials,
        ocsp_response: &proof.ocsp_response,
        scts: &proof.scts,
        key_use: if encipherment {
            KeyUse::Encipherment
        } else {
            KeyUse::Signature
        },
    };
    verify_server(hs, config, name, &shown).await.map(|_| ())
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
    credentials: &Credentials,
    ocsp_response: &[u8],
) -> Result<Option<PeerIdentity>, Fault> {
    let authentication = &config.client_authentication;
    let chain = match credentials {
        Credentials::RawKey(key) => {
            let verifier = authentication.raw_keys.as_deref();
            let server_name = None;
            let client = verify_raw_key(hs, verifier, &PresentedKey { key, server_name }).await?;
            return Ok(Some(client));
        }
        Credentials::Chain(chain) => chain,
    };
    let (Some(verifier), false) = (&authentication.certificates, chain.is_empty()) else {
        return if authentication.demand == Demand::Required {
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

/// Whether a session says of the client what this server wants to know, in a form that it accepts. One that was begun without asking,
/// or by asking where now nobody asks, is not continued.
pub(crate) fn session_fits(config: &ServerConfig, session: &Session) -> bool {
    let authentication = &config.client_authentication;
    let form = session.peer.as_ref().map(form_of);
    match (authentication.demand, form) {
        (Demand::None, form) => form.is_none(),
        (Demand::Optional, None) => true,
        (Demand::Required, None) => false,
        (Demand::Optional | Demand::Required, Some(form)) => {
            authentication.accepted().contains(&form)
        }
    }
}

/// Whether a client that would be shown who the server is takes the form in which this session's server showed it (RFC 7250 §4.1).
pub(crate) fn server_form_fits(hello: &ClientHello, session: &Session) -> bool {
    let accepted = hello.server_certificate_type();
    let accepted = accepted.unwrap_or(&[CertificateType::X509]);
    accepted.contains(&session.server_certificate_type)
}

/// Whether this client takes the form in which a session's server proved who it is.
pub(crate) fn own_session_fits(config: &ClientConfig, session: &Session) -> bool {
    let form = session.peer.as_ref().map(form_of);
    form.is_none_or(|form| config.raw_keys.accepted().contains(&form))
}

/// In which form a peer proved who it is.
pub(crate) const fn form_of(peer: &PeerIdentity) -> CertificateType {
    if peer.is_raw_key() {
        CertificateType::RAW_PUBLIC_KEY
    } else {
        CertificateType::X509
    }
}

/// The form in which a server that answers with this extension, or without, shows who it is (RFC 7250 §4.2).
pub(crate) fn server_form(
    hs: &Handshake,
    config: &ClientConfig,
    answer: Option<CertificateType>,
) -> Result<CertificateType, Fault> {
    let accepted = config.raw_keys.accepted();
    let form = answer.unwrap_or(CertificateType::X509);
    let fits = accepted.contains(&form);
    let decision = || Decision {
        by: Side::Server,
        about: Subject::CertificateType,
        chosen: Some(Named::CertificateType(form)),
        among: accepted
            .iter()
            .map(|form| Candidate::fits(Named::CertificateType(*form)))
            .collect(),
        because: if fits {
            Because::PeerPreference
        } else {
            Because::NotOffered
        },
    };
    if answer.is_some() || !fits {
        hs.tell_decision(decision);
    }
    match (fits, answer) {
        (true, _) => Ok(form),
        (false, Some(form)) => Err(Fault::CertificateTypeNotOffered(form)),
        // The server does not know the extension, and shows what this client does not take.
        (false, None) => Err(Fault::NoCommonCertificateType(Box::new(decision()))),
    }
}

/// The form in which this client is to show who it is (RFC 7250 §4.2).
pub(crate) fn own_form(
    offered: Option<&[CertificateType]>,
    answer: Option<CertificateType>,
) -> Result<CertificateType, Fault> {
    match answer {
        None => Ok(CertificateType::X509),
        Some(form) if offered.unwrap_or_default().contains(&form) => Ok(form),
        Some(form) => Err(Fault::CertificateTypeNotOffered(form)),
    }
}

/// Tells whether this server asks for a certificate.
pub(crate) fn tell_client_authentication(hs: &Handshake, config: &ServerConfig) {
    let authentication = &config.client_authentication;
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::ClientAuthentication,
        chosen: Some(Named::Word(authentication.demand.word())),
        among: Vec::new(),
        because: match authentication.demand {
            Demand::None => Because::NotConfigured,
            Demand::Optional | Demand::Required => Because::Configured,
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
        chosen
            .as_deref()
            .map(|key| Named::Certificate(0, name_of(key)))
    };
    hs.tell_decision(|| choice.decision(Side::Client, Subject::Certificate, named));
    // What fits no form that was agreed on is as good as none.
    let fitting = |key: &Arc<CertifiedKey>| key.certificate_type() == requested.certificate_type;
    let Some(certificate) = choice.chosen.filter(fitting) else {
        return Ok(None);
    };
    let able = match requested.version {
        ProtocolVersion::TLS_1_3 => {
            &[certificate.key.schemes(), certificate.key.legacy_schemes()].concat()
        }
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
    credentials: &Credentials,
    suite: &Suite,
) -> Result<(), Fault> {
    // What is missing or cannot be read is for the verifier to say.
    let Some(spki) = credentials.spki() else {
        return Ok(());
    };
    let kind = KeyKind::of_spki(spki);
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
    let fits = KeyKind::of_spki(peer.spki()).is_some_and(|kind| match signed.version {
        ProtocolVersion::TLS_1_3 => {
            let legacy = kind.legacy_schemes().contains(&signed.scheme);
            // draft-ietf-tls-tls13-pkcs1 §2: only clients may sign like this.
            kind.schemes().contains(&signed.scheme) || (legacy && hs.side == Side::Server)
        }
        _ => kind.schemes12().contains(&signed.scheme),
    });
    if !fits {
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

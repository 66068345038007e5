//! The client's half of the key exchange: what it makes of ServerKeyExchange, and what it sends in ClientKeyExchange. The drawing
//! stands in the server's module.

mod dhe;
mod ecdhe;
mod rsa;

use limpid_crypto::Secret;
use limpid_crypto_legacy::DhGroup;
use limpid_facts::{Because, Candidate, Decision, Named, Side, Subject};
use limpid_protect::KeyExchange;
use limpid_trust::{KeyUse, PeerIdentity};
use limpid_wire::handshake::{
    DheParams, DheServerKeyExchange, EcdheParams, EcdheServerKeyExchange,
};
use limpid_wire::{HandshakeType, NamedGroup, ProtocolVersion, SignatureScheme};

use crate::auth::{self, Signed};
use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::tls12::{Agreed, signed_params};

/// What the server sent.
pub(crate) enum Sent {
    Ecdhe(EcdheServerKeyExchange),
    Dhe(DheServerKeyExchange),
    Nothing,
}

/// A key exchange of which the server's half was found good.
pub(crate) enum Exchange {
    Ecdhe(EcdheParams),
    Dhe(DhGroup, DheParams),
    Rsa,
}

/// Awaits ServerKeyExchange, where the suite has one.
pub(crate) async fn receive(hs: &mut Handshake, agreed: &Agreed) -> Result<Sent, Fault> {
    match agreed.suite.key_exchange {
        KeyExchange::Ecdhe => hs.recv().await.map(Sent::Ecdhe),
        KeyExchange::Dhe => hs.recv().await.map(Sent::Dhe),
        KeyExchange::Rsa | KeyExchange::Tls13 => Ok(Sent::Nothing),
    }
}

impl Sent {
    /// What the server's key is used for.
    pub(crate) const fn key_use(&self) -> KeyUse {
        match self {
            Self::Ecdhe(_) | Self::Dhe(_) => KeyUse::Signature,
            Self::Nothing => KeyUse::Encipherment,
        }
    }

    /// Whether the parameters are ones to compute with, and signed by the certificate's key.
    pub(crate) fn check(
        self,
        hs: &Handshake,
        config: &ClientConfig,
        agreed: &Agreed,
        peer: &PeerIdentity,
    ) -> Result<Exchange, Fault> {
        match self {
            Self::Ecdhe(sent) => {
                ecdhe::check(hs, config, &sent.params)?;
                let signed = (sent.scheme, sent.signature.as_slice());
                check_signature(hs, config, agreed, peer, &sent.params_bytes(), signed)?;
                Ok(Exchange::Ecdhe(sent.params))
            }
            Self::Dhe(sent) => {
                let signed = (sent.scheme, sent.signature.as_slice());
                check_signature(hs, config, agreed, peer, &sent.params_bytes(), signed)?;
                let field = dhe::check(hs, config, &sent.params)?;
                Ok(Exchange::Dhe(field, sent.params))
            }
            Self::Nothing => Ok(Exchange::Rsa),
        }
    }
}

impl Exchange {
    /// The group, where there is one with a name.
    pub(crate) const fn group(&self) -> Option<NamedGroup> {
        match self {
            Self::Ecdhe(params) => Some(params.named_curve),
            Self::Dhe(field, _) => field.name(),
            Self::Rsa => None,
        }
    }

    /// Sends ClientKeyExchange; returns the premaster secret.
    pub(crate) fn send(
        &self,
        hs: &mut Handshake,
        config: &ClientConfig,
        peer: &PeerIdentity,
    ) -> Result<Secret, Fault> {
        match self {
            Self::Ecdhe(params) => ecdhe::send(hs, config, params),
            Self::Dhe(field, params) => dhe::send(hs, field, params),
            Self::Rsa => rsa::send(hs, config, peer),
        }
    }
}

fn check_signature(
    hs: &Handshake,
    config: &ClientConfig,
    agreed: &Agreed,
    peer: &PeerIdentity,
    params: &[u8],
    (scheme, signature): (SignatureScheme, &[u8]),
) -> Result<(), Fault> {
    let input = signed_params(&agreed.randoms, params);
    let signed = Signed {
        version: ProtocolVersion::TLS_1_2,
        within: HandshakeType::SERVER_KEY_EXCHANGE,
        scheme,
        input: &input,
        signature,
        offered: &config.policy.schemes,
    };
    auth::verify_signature(hs, peer, &signed)
}

fn tell_group(hs: &Handshake, config: &ClientConfig, group: NamedGroup) {
    let groups = &config.policy.groups;
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::Group,
        chosen: Some(Named::Group(group)),
        among: groups
            .iter()
            .map(|group| Candidate::fits(Named::Group(*group)))
            .collect(),
        because: if groups.contains(&group) {
            Because::PeerPreference
        } else {
            Because::NotOffered
        },
    });
}

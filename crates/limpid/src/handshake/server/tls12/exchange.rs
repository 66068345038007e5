//! The server's half of the key exchange: what it sends in ServerKeyExchange, and what it makes of ClientKeyExchange.
//!
//! ```text
//!              ServerKeyExchange             ClientKeyExchange             premaster secret
//!   ECDHE      curve, public key, signed     public key                    the x-coordinate of their product
//!   DHE        p, g, public key, signed      public key                    g^xy mod p
//!   RSA        none                          48 bytes, encrypted           those 48 bytes
//! ```

mod dhe;
mod ecdhe;
mod rsa;

use limpid_crypto::{EphemeralKey, Secret};
use limpid_crypto_legacy::DhKey;
use limpid_facts::Side;
use limpid_wire::handshake::ClientHello;
use limpid_wire::{HandshakeType, NamedGroup, ProtocolVersion, SignatureScheme};

use super::choose::Chosen;
use crate::auth::{self, Signed};
use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::tls12::{Agreed, signed_params};

/// How the two sides will come to a secret.
#[derive(Clone, Copy)]
pub(crate) enum Plan {
    Ecdhe(NamedGroup, SignatureScheme),
    Dhe(NamedGroup, SignatureScheme),
    Rsa,
}

impl Plan {
    /// The group, where there is one.
    pub(crate) const fn group(self) -> Option<NamedGroup> {
        match self {
            Self::Ecdhe(group, _) | Self::Dhe(group, _) => Some(group),
            Self::Rsa => None,
        }
    }
}

/// A key exchange of which the server's half is sent.
pub(crate) enum Exchange {
    Ecdhe(EphemeralKey),
    Dhe(DhKey),
    Rsa,
}

/// Sends ServerKeyExchange, where the suite has one.
pub(crate) async fn begin(
    hs: &mut Handshake,
    config: &ServerConfig,
    agreed: &Agreed,
    chosen: &Chosen,
) -> Result<Exchange, Fault> {
    match chosen.plan {
        Plan::Ecdhe(group, scheme) => {
            let key = ecdhe::send(hs, config, agreed, chosen, (group, scheme)).await?;
            Ok(Exchange::Ecdhe(key))
        }
        Plan::Dhe(group, scheme) => {
            let key = dhe::send(hs, agreed, chosen, (group, scheme)).await?;
            Ok(Exchange::Dhe(key))
        }
        Plan::Rsa => Ok(Exchange::Rsa),
    }
}

/// Awaits ClientKeyExchange; returns the premaster secret.
pub(crate) async fn finish(
    hs: &mut Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    chosen: &Chosen,
    exchange: Exchange,
) -> Result<Secret, Fault> {
    match exchange {
        Exchange::Ecdhe(key) => ecdhe::receive(hs, key).await,
        Exchange::Dhe(key) => dhe::receive(hs, key).await,
        Exchange::Rsa => rsa::receive(hs, config, hello, chosen).await,
    }
}

/// Signs parameters together with both randoms (RFC 5246 §7.4.3, RFC 8422 §5.4).
async fn sign(
    hs: &Handshake,
    agreed: &Agreed,
    chosen: &Chosen,
    scheme: SignatureScheme,
    params: &[u8],
) -> Result<Vec<u8>, Fault> {
    let input = signed_params(&agreed.randoms, params);
    let key = &chosen.certificate.key;
    let signature = key.sign12(scheme, &input).await?;
    let signed = Signed {
        version: ProtocolVersion::TLS_1_2,
        within: HandshakeType::SERVER_KEY_EXCHANGE,
        scheme,
        input: &input,
        signature: &signature,
        offered: &[],
    };
    auth::tell_signature(hs, Side::Server, key.public_key(), &signed, None);
    Ok(signature)
}

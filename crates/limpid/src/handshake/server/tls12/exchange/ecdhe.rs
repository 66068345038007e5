//! ECDHE, the server's half (RFC 8422 §5.4, §5.10).

use limpid_crypto::{EphemeralKey, Secret};
use limpid_facts::Operation;
use limpid_wire::handshake::{EcdheClientKeyExchange, EcdheParams, EcdheServerKeyExchange};
use limpid_wire::{Codec, NamedGroup, SignatureScheme};

use super::sign;
use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::server::tls12::choose::Chosen;
use crate::handshake::tls12::{Agreed, tell_premaster};

pub(super) async fn send(
    hs: &mut Handshake,
    config: &ServerConfig,
    agreed: &Agreed,
    chosen: &Chosen,
    (group, scheme): (NamedGroup, SignatureScheme),
) -> Result<EphemeralKey, Fault> {
    let key = config.means.exchange_keys.generate(group);
    let key = key.map_err(|_| Fault::Crypto("no key could be generated"))?;
    let params = EcdheParams {
        named_curve: group,
        public: key.public().to_vec(),
    };
    let signature = sign(hs, agreed, chosen, scheme, &params.encode()).await?;
    hs.send(&EcdheServerKeyExchange {
        params,
        scheme,
        signature,
    });
    Ok(key)
}

pub(super) async fn receive(hs: &mut Handshake, ours: EphemeralKey) -> Result<Secret, Fault> {
    let sent = hs.recv::<EcdheClientKeyExchange>().await?;
    let group = ours.group();
    let share = ours.public().to_vec();
    let agreed = ours.agree(&sent.ecdh_yc);
    let premaster = agreed.map_err(|_| Fault::BadKeyShare(group))?;
    tell_premaster(hs, &premaster, || Operation::KeyAgreement {
        group,
        ours: share.into(),
        theirs: sent.ecdh_yc.into(),
    });
    Ok(premaster)
}

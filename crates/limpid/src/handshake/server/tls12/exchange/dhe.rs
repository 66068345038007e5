//! DHE, the server's half, in a field of RFC 7919 (RFC 5246 §7.4.3, §8.1.2).

use limpid_crypto::Secret;
use limpid_crypto_legacy::{DhGroup, DhKey};
use limpid_wire::handshake::{DheClientKeyExchange, DheParams, DheServerKeyExchange};
use limpid_wire::{Codec, NamedGroup, SignatureScheme};

use super::sign;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::server::tls12::choose::Chosen;
use crate::handshake::tls12::{Agreed, finite_field_agreement, tell_premaster};

pub(super) async fn send(
    hs: &mut Handshake,
    agreed: &Agreed,
    chosen: &Chosen,
    (group, scheme): (NamedGroup, SignatureScheme),
) -> Result<DhKey, Fault> {
    let field = DhGroup::ffdhe(group).ok_or(Fault::Crypto("the policy names an unknown group"))?;
    let key = DhKey::generate(&field);
    let key = key.map_err(|_| Fault::Crypto("no key could be generated"))?;
    let params = DheParams {
        dh_p: field.prime().to_vec(),
        dh_g: field.generator().to_vec(),
        dh_ys: key.public().to_vec(),
    };
    let signature = sign(hs, agreed, chosen, scheme, &params.encode()).await?;
    hs.send(&DheServerKeyExchange {
        params,
        scheme,
        signature,
    });
    Ok(key)
}

pub(super) async fn receive(hs: &mut Handshake, ours: DhKey) -> Result<Secret, Fault> {
    let sent = hs.recv::<DheClientKeyExchange>().await?;
    let operation = finite_field_agreement(ours.group(), ours.public(), &sent.dh_yc);
    let premaster = ours.agree(&sent.dh_yc).map_err(Fault::from)?;
    tell_premaster(hs, &premaster, || operation);
    Ok(premaster)
}

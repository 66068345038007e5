//! ECDHE, the client's half (RFC 8422 §5.4, §5.7, §5.10).

use limpid_crypto::{Secret, kx};
use limpid_facts::Operation;
use limpid_wire::handshake::{EcdheClientKeyExchange, EcdheParams};

use super::tell_group;
use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::client::hello::new_key;
use crate::handshake::tls12::tell_premaster;
use crate::negotiate;

pub(super) fn check(
    hs: &Handshake,
    config: &ClientConfig,
    params: &EcdheParams,
) -> Result<(), Fault> {
    let group = params.named_curve;
    tell_group(hs, config, group);
    let is_curve = !kx::has_kem(group) && !negotiate::is_finite_field(group);
    // RFC 8422 §5.4: the curve must be one of the client's list.
    if !config.policy.groups.contains(&group) || !is_curve {
        return Err(Fault::GroupNotOffered(group));
    }
    Ok(())
}

pub(super) fn send(
    hs: &mut Handshake,
    config: &ClientConfig,
    params: &EcdheParams,
) -> Result<Secret, Fault> {
    let group = params.named_curve;
    let ours = new_key(config, group)?;
    let share = ours.public().to_vec();
    let agreed = ours.agree(&params.public);
    let premaster = agreed.map_err(|_| Fault::BadKeyShare(group))?;
    tell_premaster(hs, &premaster, || Operation::KeyAgreement {
        group,
        ours: share.clone().into(),
        theirs: params.public.clone().into(),
    });
    hs.send(&EcdheClientKeyExchange { ecdh_yc: share });
    Ok(premaster)
}

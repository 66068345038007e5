//! Certificate of TLS 1.2, sent and received, by either side: a chain (RFC 5246 §7.4.2, §7.4.6), or a raw public key (RFC 7250 §3).

use limpid_wire::CertificateType;
use limpid_wire::handshake::{Certificate12, RawPublicKey12};

use crate::auth::Credentials;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::provide::CertifiedKey;

/// Awaits what the peer shows, in the form that was agreed on.
pub(crate) async fn recv_credentials(
    hs: &mut Handshake,
    form: CertificateType,
) -> Result<Credentials, Fault> {
    if form != CertificateType::RAW_PUBLIC_KEY {
        let chain = hs.recv::<Certificate12>().await?.certificate_list;
        return Ok(Credentials::Chain(chain));
    }
    let key = hs.recv::<RawPublicKey12>().await?.subject_public_key_info;
    Ok(if key.is_empty() {
        Credentials::none()
    } else {
        Credentials::RawKey(key)
    })
}

/// Sends this side's certificates or its raw public key; of nothing an empty list, which is an empty key, too.
pub(crate) fn send_credentials(hs: &mut Handshake, key: Option<&CertifiedKey>) {
    match key {
        Some(key) if key.certificate_type() == CertificateType::RAW_PUBLIC_KEY => {
            hs.send(&RawPublicKey12 {
                subject_public_key_info: key.key.public_key().to_vec().into(),
            });
        }
        key => {
            let chain = key.map(|key| key.chain.as_slice()).unwrap_or_default();
            let length = chain.iter().map(|certificate| certificate.len() + 3);
            hs.send_written(7 + length.sum::<usize>(), |flight| {
                Certificate12::encode_message_of(chain, flight);
            });
        }
    }
}

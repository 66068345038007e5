//! DHE, the client's half: in a field of RFC 7919, or in one that the server made itself (RFC 5246 §7.4.3, §8.1.2).
//!
//! What the server wrote is not taken on trust: a field must have 2048 bits at least and be what a field should be. Its signature is
//! verified first, so that nobody on the way can make this side examine numbers. One that was found sound is remembered.
//!
//! A prime p need not be a safe one: devices with fields of DSA's kind (RFC 5114) are among those that nothing else can reach. How many numbers
//! their generator makes is then unknown, so the exponent is as long as p, and serves once.

use limpid_crypto::Secret;
use limpid_crypto_legacy::dh::DhGroupKind;
use limpid_crypto_legacy::{DhGroup, DhGroupError, DhKey};
use limpid_facts::{Check, CheckKind, Evidence, Outcome, Side};
use limpid_wire::handshake::{DheClientKeyExchange, DheParams};

use super::tell_group;
use crate::bounds;
use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::fields::KnownFields;
use crate::handshake::Handshake;
use crate::handshake::tls12::{finite_field_agreement, tell_premaster};

pub(super) fn check(
    hs: &Handshake,
    config: &ClientConfig,
    params: &DheParams,
) -> Result<DhGroup, Fault> {
    let field = examine(&config.fields, params);
    hs.tell_check(|| Check {
        by: Side::Client,
        kind: CheckKind::Strength,
        outcome: if field.is_ok() {
            Outcome::Passed
        } else {
            Outcome::Failed
        },
        evidence: vec![
            ("bits", Evidence::Number(bits(&params.dh_p))),
            ("finite field", Evidence::Text(described(&field))),
        ],
        reference: "RFC 7919 §3, §4",
    });
    let field = field.map_err(Fault::BadFiniteField)?;
    if let Some(group) = field.name() {
        tell_group(hs, config, group);
    }
    Ok(field)
}

fn examine(fields: &KnownFields, params: &DheParams) -> Result<DhGroup, DhGroupError> {
    let written = usize::try_from(bits(&params.dh_p)).unwrap_or(usize::MAX);
    let own = written <= bounds::OWN_FIELD_BITS;
    match known(params) {
        Some(field) => Ok(field),
        None if own => match fields.find(trim(&params.dh_p), trim(&params.dh_g)) {
            Some(field) => Ok(field),
            None => DhGroup::custom(&params.dh_p, &params.dh_g).inspect(|field| fields.keep(field)),
        },
        None => Err(DhGroupError::TooLarge { bits: written }),
    }
}

/// A field of RFC 7919, which needs no examination.
fn known(params: &DheParams) -> Option<DhGroup> {
    let mut fields = (256..=260).filter_map(|group| DhGroup::ffdhe(limpid_wire::NamedGroup(group)));
    fields.find(|field| {
        field.prime() == trim(&params.dh_p) && field.generator() == trim(&params.dh_g)
    })
}

fn trim(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

fn bits(number: &[u8]) -> u64 {
    let number = trim(number);
    let leading = number.first().map_or(0, |byte| byte.leading_zeros());
    u64::try_from(number.len() * 8).unwrap_or(u64::MAX) - u64::from(leading)
}

fn described(field: &Result<DhGroup, DhGroupError>) -> String {
    match field {
        Ok(field) => match field.kind() {
            DhGroupKind::Ffdhe(group) => group.to_string(),
            DhGroupKind::SafePrime => "the server's own: a safe prime".into(),
            DhGroupKind::Prime => "the server's own: a prime of unknown order".into(),
        },
        Err(error) => error.to_string(),
    }
}

pub(super) fn send(
    hs: &mut Handshake,
    field: &DhGroup,
    params: &DheParams,
) -> Result<Secret, Fault> {
    let ours = DhKey::generate(field).map_err(|_| Fault::Crypto("no key could be generated"))?;
    let share = ours.public().to_vec();
    let premaster = ours.agree(&params.dh_ys)?;
    tell_premaster(hs, &premaster, || {
        finite_field_agreement(field, &share, &params.dh_ys)
    });
    hs.send(&DheClientKeyExchange { dh_yc: share });
    Ok(premaster)
}

#[cfg(test)]
mod tests {
    use limpid_wire::NamedGroup;

    use super::*;

    /// The 2048-bit prime of RFC 3526 §3, a safe one that is not among those of RFC 7919.
    const MODP_2048: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
        020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6\
        F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05\
        98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804\
        F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
        3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF";

    fn unhex(hex: &str) -> Vec<u8> {
        let digit = |place: usize| u8::from_str_radix(&hex[2 * place..2 * place + 2], 16);
        (0..hex.len() / 2)
            .map(|place| digit(place).unwrap())
            .collect()
    }

    fn params(p: Vec<u8>, g: u8) -> DheParams {
        DheParams {
            dh_p: p,
            dh_g: vec![g],
            dh_ys: vec![3],
        }
    }

    /// Neither number is a prime, which only the shorter one is examined for.
    #[test]
    fn a_servers_own_prime_has_as_many_bits_as_it_may_have() {
        let of = |bits: usize| {
            let mut number = vec![0xff; bits / 8];
            if bits % 8 == 1 {
                number.insert(0, 1);
            }
            examine(&KnownFields::default(), &params(number, 2)).map(|_| ())
        };
        let bits = bounds::OWN_FIELD_BITS;
        assert_eq!(of(bits), Err(DhGroupError::NotPrime));
        assert_eq!(of(bits + 1), Err(DhGroupError::TooLarge { bits: bits + 1 }));
    }

    #[test]
    fn a_servers_own_safe_prime_is_accepted() {
        let (fields, params) = (KnownFields::default(), params(unhex(MODP_2048), 2));
        let field = examine(&fields, &params).unwrap();
        let kept = fields.find(&params.dh_p, &params.dh_g);
        assert!(kept.is_some_and(|kept| kept == field), "it is remembered");
        assert!(examine(&fields, &params).unwrap() == field);
        assert_eq!((field.kind(), field.name()), (DhGroupKind::SafePrime, None));
        assert!(described(&Ok(field)).contains("safe prime"));
    }

    #[test]
    fn the_fields_of_rfc_7919_are_known_by_sight_leading_zeros_or_not() {
        for group in [NamedGroup::FFDHE2048, NamedGroup::FFDHE8192] {
            let prime = DhGroup::ffdhe(group).unwrap().prime().to_vec();
            let longer = [vec![0, 0], prime.clone()].concat();
            for prime in [prime, longer] {
                assert_eq!(
                    examine(&KnownFields::default(), &params(prime, 2))
                        .unwrap()
                        .name(),
                    Some(group)
                );
            }
        }
    }

    #[test]
    fn what_is_no_sound_field_is_refused_with_its_reason() {
        let prime = unhex(MODP_2048);
        let composite = |mut prime: Vec<u8>| {
            prime[100] ^= 1;
            prime
        };
        let fields = KnownFields::default();
        let refused = |params: &DheParams| {
            let error = examine(&fields, params).unwrap_err();
            let kept = fields.find(&params.dh_p, &params.dh_g);
            assert!(kept.is_none(), "what is refused is not kept");
            error
        };
        assert_eq!(
            refused(&params(composite(prime.clone()), 2)),
            DhGroupError::NotPrime
        );
        assert_eq!(refused(&params(prime.clone(), 1)), DhGroupError::Generator);
        assert_eq!(
            refused(&params(prime[..128].to_vec(), 2)),
            DhGroupError::TooSmall { bits: 1024 }
        );
        assert_eq!(
            refused(&params(vec![0], 2)),
            DhGroupError::TooSmall { bits: 0 }
        );
        let long = vec![0xff; 513];
        assert_eq!(
            refused(&params(long, 2)),
            DhGroupError::TooLarge { bits: 4104 }
        );
    }
}

//! The built-in choice of a server's certificate.

use std::sync::Arc;

use limpid::facts::{Because, Choice};
use limpid::provide::{Answer, Asked, CertifiedKey, ChooseCertificate};
use limpid::trust::{KeyUse, Roots};
use limpid::wire::extensions::DistinguishedName;
use limpid::wire::{CertificateType, NamedGroup, SignatureScheme};
use limpid::{Authentication, Certificates};
use limpid_testkit::flow::{NOW, pki};
use limpid_testkit::pki::{Authority, Ca, KeyKind, Leaf};
use rustls_pki_types::UnixTime;

const ASKED: Asked<'_> = Asked {
    server_name: None,
    schemes: &[SignatureScheme::ECDSA_SECP256R1_SHA256],
    groups: &[NamedGroup::SECP256R1],
    alpn: &[],
    authentications: &[Authentication::Ecdsa],
    key_uses: &[KeyUse::Signature],
    certificate_types: &[CertificateType::X509],
    authorities: &[],
};

fn authority(name: &str) -> Authority {
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(NOW));
    Authority::root(&Ca::named(name), now)
}

fn issued_by(authority: &Authority, name: &str) -> CertifiedKey {
    let credentials = authority.issue(&Leaf::for_names([name]));
    CertifiedKey::new(credentials.chain.clone(), &credentials.key).unwrap()
}

fn name_of(authority: &Authority) -> DistinguishedName {
    let roots = Roots::from_der([authority.certificate()]).unwrap();
    DistinguishedName(roots.distinguished_names().remove(0))
}

fn chosen(certificates: &Certificates, asked: &Asked<'_>) -> (Option<String>, Because) {
    let Answer::Now(Some(Choice {
        chosen, because, ..
    })) = ChooseCertificate::choose(certificates, asked, true)
    else {
        panic!("the built-in choice never waits")
    };
    let name = chosen.map(|key: Arc<CertifiedKey>| key.names[0].clone());
    (name, because)
}

#[test]
fn rfc8446_4_2_4_authorities_guide_the_choice_and_rule_nothing_out() {
    let [first, second, third] = ["first", "second", "third"].map(authority);
    let certificates = Certificates::new()
        .and(issued_by(&first, "one.example"))
        .and(issued_by(&second, "two.example"));
    for (authorities, expected) in [
        (vec![], "one.example"),
        (vec![name_of(&first)], "one.example"),
        (vec![name_of(&second)], "two.example"),
        (vec![name_of(&third), name_of(&second)], "two.example"),
        (vec![name_of(&third)], "one.example"),
    ] {
        let asked = Asked {
            authorities: &authorities,
            ..ASKED
        };
        let (name, _) = chosen(&certificates, &asked);
        assert_eq!(name.as_deref(), Some(expected));
    }
}

#[test]
fn where_nothing_fits_the_reason_is_what_the_first_lacks() {
    let credentials = pki().leaf_with_key(["example.com"], KeyKind::P256);
    let key = CertifiedKey::new(credentials.chain.clone(), &credentials.key).unwrap();
    let certificates = Certificates::one(key);
    let cases = [
        (
            Asked {
                schemes: &[SignatureScheme::ED25519],
                ..ASKED
            },
            Because::NoCommonSignatureScheme,
        ),
        (
            Asked {
                groups: &[NamedGroup::X25519],
                ..ASKED
            },
            Because::NoCommonGroup,
        ),
        (
            Asked {
                authentications: &[Authentication::Rsa],
                ..ASKED
            },
            Because::NoFittingCertificate,
        ),
    ];
    for (asked, because) in cases {
        assert_eq!(chosen(&certificates, &asked), (None, because));
    }
    assert_eq!(
        chosen(&Certificates::new(), &ASKED),
        (None, Because::NoFittingCertificate)
    );
}

//! The mistakes that people make with certificates, each on order.

use rustls_pki_types::CertificateDer;

use super::authority::{date, private_key};
use super::key::KeyHolder;
use super::leaf::DAY;
use super::{Authority, Ca, Credentials, KeyKind, Leaf, Pki, Purpose, Usage};

/// What is wrong with a chain. Everything else about it is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// Nothing.
    None,
    /// The leaf expired yesterday.
    Expired,
    /// The leaf is valid from tomorrow.
    NotYetValid,
    /// The intermediate expired yesterday.
    ExpiredIntermediate,
    /// The leaf is for `somewhere-else.test`.
    WrongName,
    /// The leaf has its name as its common name only, not as an alternative name.
    NoAlternativeName,
    /// The leaf is signed with its own key.
    SelfSigned,
    /// The leaf is signed with its own key and says it is a CA's, as `openssl req -x509` makes them.
    SelfSignedCa,
    /// The chain leads to a root that is not the PKI's.
    UnknownCa,
    /// The leaf is issued by a root that is not the PKI's, and comes alone.
    UnknownCaAlone,
    /// The chain leads to a root that is not the PKI's, but has its name.
    ImpostorCa,
    /// The intermediate is left out.
    MissingIntermediate,
    /// The intermediate comes first.
    WrongOrder,
    /// The certificate is the intermediate's, used with its own key.
    CaAsLeaf,
    /// The leaf is issued by an ordinary certificate.
    IssuerNotCa,
    /// There is one intermediate more than the upper one allows.
    PathLength,
    /// One bit of the signature on the leaf is flipped.
    BadSignature,
    /// The leaf is for code signing only.
    WrongPurpose,
    /// The leaf's key is for `keyAgreement` only.
    WrongUsage,
    /// The intermediate's key may not sign certificates.
    IssuerMayNotSign,
    /// The intermediate may sign for `permitted.test` only.
    NameConstraint,
    /// The leaf has a critical extension that nobody knows.
    CriticalExtension,
    /// The leaf is cut short.
    Malformed,
}

impl Flaw {
    /// Every one but [`None`](Self::None).
    pub const ALL: [Self; 22] = [
        Self::Expired,
        Self::NotYetValid,
        Self::ExpiredIntermediate,
        Self::WrongName,
        Self::NoAlternativeName,
        Self::SelfSigned,
        Self::SelfSignedCa,
        Self::UnknownCa,
        Self::UnknownCaAlone,
        Self::ImpostorCa,
        Self::MissingIntermediate,
        Self::WrongOrder,
        Self::CaAsLeaf,
        Self::IssuerNotCa,
        Self::PathLength,
        Self::BadSignature,
        Self::WrongPurpose,
        Self::WrongUsage,
        Self::IssuerMayNotSign,
        Self::NameConstraint,
        Self::CriticalExtension,
        Self::Malformed,
    ];
}

impl Pki {
    /// A server's certificate for these names with one flaw, and a P-256 key.
    #[must_use]
    pub fn flawed<'a>(&self, flaw: Flaw, names: impl IntoIterator<Item = &'a str>) -> Credentials {
        self.flawed_with_key(flaw, names, KeyKind::P256)
    }

    /// The same with a key of this kind.
    #[must_use]
    pub fn flawed_with_key<'a>(
        &self,
        flaw: Flaw,
        names: impl IntoIterator<Item = &'a str>,
        kind: KeyKind,
    ) -> Credentials {
        let names: Vec<&str> = names.into_iter().collect();
        let leaf = Leaf::for_names(names.iter().copied()).key(kind);
        let issue = |leaf: &Leaf| self.intermediate().issue(leaf);
        let below = |ca: &Ca| self.root().subordinate(ca).issue(&leaf);
        match flaw {
            Flaw::None => issue(&leaf),
            Flaw::Expired => issue(&leaf.valid(-30 * DAY..-DAY)),
            Flaw::NotYetValid => issue(&leaf.valid(DAY..30 * DAY)),
            Flaw::ExpiredIntermediate => {
                below(&Ca::named("limpid test old intermediate").valid(-90 * DAY..-DAY))
            }
            Flaw::WrongName => issue(&Leaf::for_names(["somewhere-else.test"]).key(kind)),
            Flaw::NoAlternativeName => issue(
                &Leaf::for_names([])
                    .subject(names.first().copied())
                    .key(kind),
            ),
            Flaw::SelfSigned => self.self_signed(&leaf),
            Flaw::SelfSignedCa => self.self_signed(&leaf.ca()),
            Flaw::UnknownCa => self
                .stranger("limpid test stranger")
                .subordinate(&Ca::named("strange intermediate"))
                .issue(&leaf),
            Flaw::UnknownCaAlone => self.stranger("limpid test stranger").issue(&leaf),
            Flaw::ImpostorCa => self.impostor(&leaf),
            Flaw::MissingIntermediate => {
                first_only(issue(&leaf.issuer_url("http://pki.test/intermediate.der")))
            }
            Flaw::WrongOrder => reversed(issue(&leaf)),
            Flaw::CaAsLeaf => self.ca_as_leaf(),
            Flaw::IssuerNotCa => self.intermediate().issue_below_a_leaf(&leaf),
            Flaw::PathLength => {
                let upper = self
                    .root()
                    .subordinate(&Ca::named("limpid test upper intermediate").path_length(0));
                upper
                    .subordinate(&Ca::named("limpid test lower intermediate"))
                    .issue(&leaf)
            }
            Flaw::BadSignature => with_flipped_bit(issue(&leaf)),
            Flaw::WrongPurpose => issue(&leaf.purposes(&[Purpose::CodeSigning])),
            Flaw::WrongUsage => issue(&leaf.usages(&[Usage::KeyAgreement])),
            Flaw::IssuerMayNotSign => {
                below(&Ca::named("limpid test silent intermediate").may_not_sign())
            }
            Flaw::NameConstraint => {
                below(&Ca::named("limpid test narrow intermediate").permitted("permitted.test"))
            }
            Flaw::CriticalExtension => issue(&leaf.critical_extension()),
            Flaw::Malformed => cut_short(issue(&leaf)),
        }
    }

    fn self_signed(&self, leaf: &Leaf) -> Credentials {
        let key = leaf.key.key_pair(KeyHolder::Leaf);
        let mut params = leaf.params();
        date(&mut params, &leaf.period, self.now());
        let certificate = params
            .self_signed(&key)
            .expect("the crypto library signs")
            .der()
            .clone();
        Credentials {
            chain: vec![certificate],
            key: private_key(&key),
        }
    }

    /// A root that is not the PKI's, of an organisation of its own.
    fn stranger(&self, name: &str) -> Authority {
        Authority::root(&Ca::named(name).organization(name), self.now())
    }

    /// Another key with the names of the PKI's authorities.
    fn impostor(&self, leaf: &Leaf) -> Credentials {
        let root = Authority::root(&Ca::named("limpid test root"), self.now());
        root.subordinate(&Ca::named("limpid test intermediate"))
            .issue(leaf)
    }

    fn ca_as_leaf(&self) -> Credentials {
        Credentials {
            chain: vec![self.intermediate().certificate().clone()],
            key: private_key(self.intermediate().issuer.key()),
        }
    }
}

fn first_only(mut credentials: Credentials) -> Credentials {
    credentials.chain.truncate(1);
    credentials
}

fn reversed(mut credentials: Credentials) -> Credentials {
    credentials.chain.reverse();
    credentials
}

fn changed(mut credentials: Credentials, change: impl FnOnce(&mut Vec<u8>)) -> Credentials {
    let mut der = credentials.certificate().to_vec();
    change(&mut der);
    credentials.chain[0] = CertificateDer::from(der);
    credentials
}

fn with_flipped_bit(credentials: Credentials) -> Credentials {
    changed(credentials, |der| {
        *der.last_mut().expect("certificates are not empty") ^= 1
    })
}

fn cut_short(credentials: Credentials) -> Credentials {
    changed(credentials, |der| der.truncate(der.len() - 1))
}

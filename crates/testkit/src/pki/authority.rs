//! Authorities: certificates with keys that sign others.

use std::ops::Range;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, GeneralSubtree,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, RevokedCertParams, SerialNumber,
};
use rustls_pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime,
};
use time::OffsetDateTime;

use super::key::{KeyHolder, serial_number};
use super::leaf::DAY;
use super::{Credentials, KeyKind, Leaf};

/// An authority to be: a builder that [`Authority::root`] and [`Authority::subordinate`] take.
#[derive(Clone, Debug)]
pub struct Ca {
    name: String,
    organization: String,
    key: KeyKind,
    /// Seconds from now.
    period: Range<i64>,
    path_length: Option<u8>,
    permitted: Vec<String>,
    excluded: Vec<String>,
    may_sign: bool,
}

impl Ca {
    /// An authority of this common name: P-256, valid from a month ago for ten years.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            organization: "limpid tests".to_owned(),
            key: KeyKind::default(),
            period: -30 * DAY..3650 * DAY,
            path_length: None,
            permitted: Vec::new(),
            excluded: Vec::new(),
            may_sign: true,
        }
    }

    /// Of this organisation instead of `limpid tests`.
    #[must_use]
    pub fn organization(mut self, name: &str) -> Self {
        name.clone_into(&mut self.organization);
        self
    }

    /// With a key of this kind.
    #[must_use]
    pub const fn key(mut self, kind: KeyKind) -> Self {
        self.key = kind;
        self
    }

    /// Valid for this many seconds from now.
    #[must_use]
    pub const fn valid(mut self, seconds: Range<i64>) -> Self {
        self.period = seconds;
        self
    }

    /// With at most this many authorities below it.
    #[must_use]
    pub const fn path_length(mut self, authorities: u8) -> Self {
        self.path_length = Some(authorities);
        self
    }

    /// Allowed to sign for names in this domain only (and others so permitted).
    #[must_use]
    pub fn permitted(mut self, domain: &str) -> Self {
        self.permitted.push(domain.to_owned());
        self
    }

    /// Not allowed to sign for names in this domain.
    #[must_use]
    pub fn excluded(mut self, domain: &str) -> Self {
        self.excluded.push(domain.to_owned());
        self
    }

    /// With a keyUsage that lacks `keyCertSign`.
    #[must_use]
    pub const fn may_not_sign(mut self) -> Self {
        self.may_sign = false;
        self
    }

    fn params(&self, now: UnixTime) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::OrganizationName, self.organization.as_str());
        params
            .distinguished_name
            .push(DnType::CommonName, self.name.as_str());
        params.is_ca = IsCa::Ca(match self.path_length {
            Some(limit) => BasicConstraints::Constrained(limit),
            None => BasicConstraints::Unconstrained,
        });
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::CrlSign];
        if self.may_sign {
            params.key_usages.push(KeyUsagePurpose::KeyCertSign);
        }
        let subtrees = |domains: &[String]| {
            domains
                .iter()
                .cloned()
                .map(GeneralSubtree::DnsName)
                .collect()
        };
        if !(self.permitted.is_empty() && self.excluded.is_empty()) {
            params.name_constraints = Some(NameConstraints {
                permitted_subtrees: subtrees(&self.permitted),
                excluded_subtrees: subtrees(&self.excluded),
            });
        }
        date(&mut params, &self.period, now);
        params
    }
}

/// A certificate with the key that signs others.
pub struct Authority {
    certificate: CertificateDer<'static>,
    pub(super) issuer: Issuer<'static, KeyPair>,
    pub(super) kind: KeyKind,
    /// What a peer below has to send besides its own certificate: from this authority up, without the root.
    above: Vec<CertificateDer<'static>>,
    pub(super) now: UnixTime,
}

impl Authority {
    /// A self-signed authority.
    ///
    /// # Panics
    /// Never for what [`Ca`] can say.
    #[must_use]
    pub fn root(ca: &Ca, now: UnixTime) -> Self {
        let params = ca.params(now);
        let key = ca.key.key_pair(KeyHolder::Authority);
        let certificate = params
            .self_signed(&key)
            .expect("the crypto library signs")
            .der()
            .clone();
        Self {
            certificate,
            issuer: Issuer::new(params, key),
            kind: ca.key,
            above: Vec::new(),
            now,
        }
    }

    /// An authority below this one.
    ///
    /// # Panics
    /// Never for what [`Ca`] can say.
    #[must_use]
    pub fn subordinate(&self, ca: &Ca) -> Self {
        let mut params = ca.params(self.now);
        params.use_authority_key_identifier_extension = true;
        let key = ca.key.key_pair(KeyHolder::Authority);
        let certificate = params
            .signed_by(&key, &self.issuer)
            .expect("the crypto library signs")
            .der()
            .clone();
        let above = std::iter::once(certificate.clone())
            .chain(self.above.iter().cloned())
            .collect();
        Self {
            certificate,
            issuer: Issuer::new(params, key),
            kind: ca.key,
            above,
            now: self.now,
        }
    }

    /// The authority's own certificate.
    #[must_use]
    pub const fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Issues a leaf certificate; the chain holds it and the authorities up to the root, without the root.
    ///
    /// # Panics
    /// When a name is not ASCII.
    #[must_use]
    pub fn issue(&self, leaf: &Leaf) -> Credentials {
        let key = leaf.key.key_pair(KeyHolder::Leaf);
        let mut params = leaf.params();
        params.use_authority_key_identifier_extension = true;
        date(&mut params, &leaf.period, self.now);
        let certificate = params
            .signed_by(&key, &self.issuer)
            .expect("the crypto library signs")
            .der()
            .clone();
        let chain = std::iter::once(certificate)
            .chain(self.above.iter().cloned())
            .collect();
        Credentials {
            chain,
            key: private_key(&key),
        }
    }

    /// An ordinary certificate that this authority issued signs another, as if it were an authority.
    pub(super) fn issue_below_a_leaf(&self, leaf: &Leaf) -> Credentials {
        let (middle_key, mut middle) = (
            KeyKind::P256.key_pair(KeyHolder::Leaf),
            Leaf::for_names(["not-a-ca.test"]).params(),
        );
        date(&mut middle, &leaf.period, self.now);
        let certificate = middle
            .signed_by(&middle_key, &self.issuer)
            .expect("the crypto library signs")
            .der()
            .clone();
        let above = std::iter::once(certificate.clone())
            .chain(self.above.iter().cloned())
            .collect();
        let issuer = Issuer::new(middle, middle_key);
        Self {
            certificate,
            issuer,
            kind: KeyKind::P256,
            above,
            now: self.now,
        }
        .issue(leaf)
    }

    /// A CRL of today, good for a week, that lists these certificates.
    #[must_use]
    pub fn crl<'a>(
        &self,
        revoked: impl IntoIterator<Item = &'a CertificateDer<'a>>,
    ) -> CertificateRevocationListDer<'static> {
        self.crl_valid(revoked, -DAY..6 * DAY)
    }

    /// A CRL that is good for this many seconds from now.
    ///
    /// # Panics
    /// When one of `revoked` is not a certificate.
    #[must_use]
    pub fn crl_valid<'a>(
        &self,
        revoked: impl IntoIterator<Item = &'a CertificateDer<'a>>,
        seconds: Range<i64>,
    ) -> CertificateRevocationListDer<'static> {
        let this_update = moment(self.now, seconds.start);
        let entry = |der: &CertificateDer<'_>| RevokedCertParams {
            serial_number: SerialNumber::from_slice(super::ocsp::parse(der).serial()),
            revocation_time: this_update,
            reason_code: Some(rcgen::RevocationReason::KeyCompromise),
            invalidity_date: None,
        };
        CertificateRevocationListParams {
            this_update,
            next_update: moment(self.now, seconds.end),
            crl_number: SerialNumber::from_slice(&[1]),
            issuing_distribution_point: None,
            revoked_certs: revoked.into_iter().map(entry).collect(),
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        }
        .signed_by(&self.issuer)
        .expect("the authority may sign CRLs")
        .into()
    }
}

/// The key in PKCS #8.
pub(super) fn private_key(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()))
}

/// Sets dates and serial number.
pub(super) fn date(params: &mut CertificateParams, seconds: &Range<i64>, now: UnixTime) {
    params.not_before = moment(now, seconds.start);
    params.not_after = moment(now, seconds.end);
    params.serial_number = Some(serial_number());
}

/// So many seconds from now.
fn moment(now: UnixTime, seconds: i64) -> OffsetDateTime {
    let now = i64::try_from(now.as_secs()).expect("the time is before the year 292277026596");
    OffsetDateTime::from_unix_timestamp(now + seconds)
        .expect("the time is between the years -9999 and 9999")
}

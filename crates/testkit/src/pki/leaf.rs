//! What a leaf certificate shall say.

use std::ops::Range;

use rcgen::{CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, KeyUsagePurpose};

use super::KeyKind;

/// Seconds in a day.
pub(super) const DAY: i64 = 24 * 3600;

/// A leaf certificate to be: a builder that [`Authority::issue`](super::Authority::issue) takes.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub(super) subject: Option<String>,
    pub(super) names: Vec<String>,
    pub(super) key: KeyKind,
    /// Seconds from now.
    pub(super) period: Range<i64>,
    pub(super) purposes: Vec<Purpose>,
    pub(super) usages: Option<Vec<Usage>>,
    pub(super) is_ca: bool,
    pub(super) critical_extension: bool,
    pub(super) issuer_url: Option<String>,
    pub(super) must_staple: bool,
}

/// A purpose of extendedKeyUsage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `serverAuth`
    Server,
    /// `clientAuth`
    Client,
    /// `codeSigning`
    CodeSigning,
    /// `OCSPSigning`
    OcspSigning,
}

/// A bit of keyUsage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// `digitalSignature`
    DigitalSignature,
    /// `keyEncipherment`
    KeyEncipherment,
    /// `keyAgreement`
    KeyAgreement,
}

impl Leaf {
    /// A server's certificate for these DNS names and IP addresses: P-256, valid from yesterday for 90 days.
    #[must_use]
    pub fn for_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        Self {
            subject: names.first().cloned(),
            names,
            key: KeyKind::default(),
            period: -DAY..89 * DAY,
            purposes: vec![Purpose::Server],
            usages: None,
            is_ca: false,
            critical_extension: false,
            issuer_url: None,
            must_staple: false,
        }
    }

    /// A client's certificate with this common name, and no alternative names.
    #[must_use]
    pub fn for_client(name: &str) -> Self {
        Self {
            subject: Some(name.to_owned()),
            purposes: vec![Purpose::Client],
            ..Self::for_names([])
        }
    }

    /// With this common name, or with an empty subject.
    #[must_use]
    pub fn subject(mut self, common_name: Option<&str>) -> Self {
        self.subject = common_name.map(str::to_owned);
        self
    }

    /// With a key of this kind.
    #[must_use]
    pub const fn key(mut self, kind: KeyKind) -> Self {
        self.key = kind;
        self
    }

    /// Valid for this many seconds from now: `-60..60` is two minutes around now.
    #[must_use]
    pub const fn valid(mut self, seconds: Range<i64>) -> Self {
        self.period = seconds;
        self
    }

    /// For these purposes; none means that extendedKeyUsage is left out.
    #[must_use]
    pub fn purposes(mut self, purposes: &[Purpose]) -> Self {
        self.purposes = purposes.to_vec();
        self
    }

    /// With exactly these bits of keyUsage; none means that the extension is left out. By default `digitalSignature`, and
    /// `keyEncipherment` too if the key is RSA.
    #[must_use]
    pub fn usages(mut self, usages: &[Usage]) -> Self {
        self.usages = Some(usages.to_vec());
        self
    }

    /// With basicConstraints that make it a CA's.
    #[must_use]
    pub const fn ca(mut self) -> Self {
        self.is_ca = true;
        self
    }

    /// With a critical extension that nobody knows.
    #[must_use]
    pub const fn critical_extension(mut self) -> Self {
        self.critical_extension = true;
        self
    }

    /// Saying that the issuer's certificate can be fetched here (authorityInfoAccess).
    #[must_use]
    pub fn issuer_url(mut self, url: &str) -> Self {
        self.issuer_url = Some(url.to_owned());
        self
    }

    /// Saying that the server always staples an OCSP response (RFC 7633).
    #[must_use]
    pub const fn must_staple(mut self) -> Self {
        self.must_staple = true;
        self
    }

    /// As rcgen takes it, without dates and serial number.
    pub(super) fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::new(self.names.clone())
            .expect("names of test certificates are ASCII");
        params.distinguished_name = rcgen::DistinguishedName::new();
        if let Some(name) = &self.subject {
            params
                .distinguished_name
                .push(DnType::CommonName, name.as_str());
        }
        params.extended_key_usages = self
            .purposes
            .iter()
            .map(|purpose| purpose.rcgen())
            .collect();
        params.key_usages = match &self.usages {
            Some(usages) => usages.iter().map(|usage| usage.rcgen()).collect(),
            None if self.key.is_rsa() => vec![
                KeyUsagePurpose::DigitalSignature,
                KeyUsagePurpose::KeyEncipherment,
            ],
            None => vec![KeyUsagePurpose::DigitalSignature],
        };
        params.is_ca = if self.is_ca {
            rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained)
        } else {
            rcgen::IsCa::ExplicitNoCa
        };
        params.custom_extensions = self.extensions();
        params
    }

    fn extensions(&self) -> Vec<CustomExtension> {
        let mut extensions = Vec::new();
        if let Some(url) = &self.issuer_url {
            extensions.push(authority_info_access(url));
        }
        if self.must_staple {
            // RFC 7633 §4.1: id-pe-tlsfeature, SEQUENCE { INTEGER 5 (status_request) }
            let features = vec![0x30, 0x03, 0x02, 0x01, 0x05];
            extensions.push(CustomExtension::from_oid_content(
                &[1, 3, 6, 1, 5, 5, 7, 1, 24],
                features,
            ));
        }
        if self.critical_extension {
            // An identifier below the arc for documentation (RFC 5612), holding a NULL.
            let mut unknown =
                CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 32473, 1], vec![0x05, 0x00]);
            unknown.set_criticality(true);
            extensions.push(unknown);
        }
        extensions
    }
}

/// RFC 5280 §4.2.2.1 with one `id-ad-caIssuers`.
fn authority_info_access(url: &str) -> CustomExtension {
    let id_ad_ca_issuers = [0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 0x30, 2];
    let length = |n: usize| {
        u8::try_from(n)
            .ok()
            .filter(|n| *n < 0x80)
            .expect("short URLs only")
    };
    let mut description = id_ad_ca_issuers.to_vec();
    description.extend([0x86, length(url.len())]);
    description.extend(url.as_bytes());
    let mut content = vec![
        0x30,
        length(description.len() + 2),
        0x30,
        length(description.len()),
    ];
    content.extend(description);
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], content)
}

impl Purpose {
    const fn rcgen(self) -> ExtendedKeyUsagePurpose {
        match self {
            Self::Server => ExtendedKeyUsagePurpose::ServerAuth,
            Self::Client => ExtendedKeyUsagePurpose::ClientAuth,
            Self::CodeSigning => ExtendedKeyUsagePurpose::CodeSigning,
            Self::OcspSigning => ExtendedKeyUsagePurpose::OcspSigning,
        }
    }
}

impl Usage {
    const fn rcgen(self) -> KeyUsagePurpose {
        match self {
            Self::DigitalSignature => KeyUsagePurpose::DigitalSignature,
            Self::KeyEncipherment => KeyUsagePurpose::KeyEncipherment,
            Self::KeyAgreement => KeyUsagePurpose::KeyAgreement,
        }
    }
}

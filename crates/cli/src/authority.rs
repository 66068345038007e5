//! A certificate authority that lives as long as the program: its key is never written anywhere.

use limpid::CertifiedKey;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls_pki_types::PrivateKeyDer;
use time::{Duration, OffsetDateTime};

use crate::failure::Failure;

/// How long its certificates are valid. Nobody needs them longer.
const LIFETIME: Duration = Duration::days(30);

/// What an authority made.
pub(crate) struct Made {
    /// The authority's certificate.
    pub(crate) ca_pem: String,
    /// A server's certificate below it, and the key.
    pub(crate) certified: CertifiedKey,
}

/// Makes an authority, and a certificate for `names` (DNS names and IP addresses). Keys are on P-256, which takes no time.
pub(crate) fn make(names: Vec<String>) -> Result<Made, Failure> {
    try_make(names).map_err(|error| {
        Failure::configuration(format!("cannot make a certificate: {error}"))
            .evidence("this end; nothing was sent")
            .hint(
                "Look at the names given with --name; or give a certificate with --cert and --key.",
            )
    })
}

fn try_make(names: Vec<String>) -> Result<Made, Box<dyn std::error::Error>> {
    let mut authority = valid(CertificateParams::new([])?);
    authority.distinguished_name = named("limpid throw-away CA");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

    let common_name = names.first().cloned().unwrap_or_default();
    let mut server = valid(CertificateParams::new(names)?);
    server.distinguished_name = named(&common_name);
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &authority)?;
    let private = PrivateKeyDer::try_from(key.serialize_der())?;
    let certified = CertifiedKey::new(vec![certificate.der().clone()], &private)?;
    Ok(Made {
        ca_pem: authority.pem(),
        certified,
    })
}

fn valid(mut params: CertificateParams) -> CertificateParams {
    let now = OffsetDateTime::now_utc();
    // Clients whose clock is a little slow are welcome.
    params.not_before = now - Duration::DAY;
    params.not_after = now + LIFETIME;
    params
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

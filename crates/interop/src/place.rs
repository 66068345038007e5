//! A directory for one test, with a root and an intermediate CA, that issues good and bad certificates into it.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, RsaKeySize, date_time_ymd,
};
use tempfile::TempDir;

use crate::{Process, program};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// A test's directory and its certificate authority: a root, and an intermediate below it.
#[derive(Debug)]
pub struct Place {
    directory: TempDir,
    root: Authority,
    intermediate: Authority,
    files: AtomicU32,
}

/// The key a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// RSA, 2048 bits.
    Rsa2048,
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// Ed25519.
    Ed25519,
}

/// Who signs a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// The intermediate, as usual.
    ByIntermediate,
    /// A CA that calls itself what the intermediate is called, but is another.
    ByStranger,
    /// The certificate's own key.
    ByItself,
}

/// What a server's (or client's) certificate says; [`Leaf::good`] is one that every client should accept.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Its key.
    pub key: Key,
    /// Its subjectAltName entries: DNS names and IP addresses.
    pub names: Vec<&'static str>,
    /// From the first of January of one year to that of another.
    pub years: Range<i32>,
    /// Who signs it.
    pub signed: Signed,
    /// Whether the file has the intermediate's certificate too, as a server should send it.
    pub with_intermediate: bool,
}

/// A certificate chain and its private key, as PEM files (PKCS #8 for the key).
#[derive(Clone, Debug)]
pub struct Issued {
    /// What a server should send: the leaf, then the intermediate if it is sent.
    pub chain: PathBuf,
    /// The leaf alone.
    pub leaf: PathBuf,
    /// The rest of the chain alone, if it is sent.
    pub intermediate: Option<PathBuf>,
    /// The leaf's private key.
    pub key: PathBuf,
}

impl Leaf {
    /// For `localhost` and 127.0.0.1, valid today, signed by the intermediate and sent with it.
    pub fn good(key: Key) -> Self {
        let names = vec!["localhost", "127.0.0.1"];
        Self {
            key,
            names,
            years: 2020..2060,
            signed: Signed::ByIntermediate,
            with_intermediate: true,
        }
    }
}

impl Place {
    /// A new directory with new CAs.
    pub fn new() -> Self {
        let root =
            CertifiedIssuer::self_signed(authority("limpid interop root"), Key::P256.generate())
                .expect("a root certificate");
        let intermediate = intermediate_below(&root);
        let directory = tempfile::Builder::new()
            .prefix("limpid-interop-")
            .tempdir()
            .expect("a temporary directory");
        let place = Self {
            directory,
            root,
            intermediate,
            files: AtomicU32::new(0),
        };
        fs::write(place.root(), place.root.pem()).expect("a root file");
        place
    }

    /// The root certificate, for peers to trust.
    pub fn root(&self) -> PathBuf {
        self.path("root.pem")
    }

    /// The root of another CA, which signed nothing here.
    pub fn foreign_root(&self) -> PathBuf {
        let root = CertifiedIssuer::self_signed(authority("a foreign root"), Key::P256.generate());
        self.write("foreign-root.pem", root.expect("a root certificate").pem())
    }

    /// A file of this name in the directory; it need not exist.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file of this name into the directory.
    pub fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content)
            .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        path
    }

    /// A [good](Leaf::good) certificate for this kind of key.
    pub fn good(&self, key: Key) -> Issued {
        self.issue(&Leaf::good(key))
    }

    /// Makes a key and the certificate that `leaf` describes.
    pub fn issue(&self, leaf: &Leaf) -> Issued {
        let key = leaf.key.generate();
        let params = leaf.params();
        let certificate = match leaf.signed {
            Signed::ByIntermediate => params.signed_by(&key, &self.intermediate),
            Signed::ByStranger => params.signed_by(&key, &intermediate_below(&self.root)),
            Signed::ByItself => params.self_signed(&key),
        }
        .expect("a leaf certificate");

        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let intermediate = leaf.with_intermediate.then(|| self.intermediate.pem());
        let chain = certificate.pem() + intermediate.as_deref().unwrap_or_default();
        Issued {
            chain: self.write(format!("{number}.chain.pem"), chain),
            leaf: self.write(format!("{number}.leaf.pem"), certificate.pem()),
            intermediate: intermediate
                .map(|pem| self.write(format!("{number}.intermediate.pem"), pem)),
            key: self.write(format!("{number}.key"), key.serialize_pem()),
        }
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

impl Key {
    fn generate(self) -> KeyPair {
        match self {
            Self::Rsa2048 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048),
            Self::P256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
            Self::P384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384),
            Self::Ed25519 => KeyPair::from_pem(&ed25519_as_openssl_reads_it()),
        }
        .expect("a key pair")
    }
}

impl Leaf {
    fn params(&self) -> CertificateParams {
        let names: Vec<String> = self.names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("valid names");
        params
            .distinguished_name
            .push(DnType::CommonName, "limpid interop leaf");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        // A stranger's key identifier would give it away before its signature is looked at.
        params.use_authority_key_identifier_extension = self.signed != Signed::ByStranger;
        params.not_before = date_time_ymd(self.years.start, 1, 1);
        params.not_after = date_time_ymd(self.years.end, 1, 1);
        params
    }
}

/// AWS-LC writes Ed25519 keys with the public key beside the private one (RFC 5958), which OpenSSL 3.0 does not read.
fn ed25519_as_openssl_reads_it() -> String {
    let arguments = ["genpkey", "-algorithm", "ed25519"];
    Process::start(&program("openssl"), arguments)
        .finish()
        .success()
        .out()
}

fn intermediate_below(root: &Authority) -> Authority {
    CertifiedIssuer::signed_by(
        authority("limpid interop intermediate"),
        Key::P256.generate(),
        root,
    )
    .expect("an intermediate certificate")
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2060, 1, 1);
    params
}

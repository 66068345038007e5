//! A directory for one test, with a PKI of its own whose certificates become files in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use limpid_testkit::pki::{Authority, Ca, Credentials, Flaw, KeyKind, Pki, RawKey, pem};
use rustls_pki_types::UnixTime;
use tempfile::TempDir;

use crate::{Process, program};

/// The names on every certificate that has no flaw in its names.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// A test's directory and PKI. The directory goes away with it.
pub struct Place {
    directory: TempDir,
    pki: Pki,
    issued: AtomicU32,
}

/// A certificate chain and its private key, as PEM files (PKCS #8 for the key).
#[derive(Clone, Debug)]
pub struct Issued {
    /// What a server should send: the leaf, and what is above it.
    pub chain: PathBuf,
    /// The leaf alone.
    pub leaf: PathBuf,
    /// What is above the leaf, alone; `None` when nothing is to be sent.
    pub above: Option<PathBuf>,
    /// The leaf's private key.
    pub key: PathBuf,
}

/// A raw public key (RFC 7250) and its private half, as PEM files.
#[derive(Clone, Debug)]
pub struct IssuedKey {
    /// The private key (PKCS #8).
    pub key: PathBuf,
    /// The public key.
    pub public: PathBuf,
}

impl Place {
    /// A new directory with a new PKI.
    pub fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("limpid-interop-").tempdir();
        let place = Self {
            directory: directory.expect("a temporary directory"),
            pki: Pki::new(UnixTime::now()),
            issued: AtomicU32::new(0),
        };
        place.write("root.pem", place.pki.root_pem());
        place
    }

    /// The PKI, for what has no short way here.
    pub fn pki(&self) -> &Pki {
        &self.pki
    }

    /// The root certificate's file, for peers to trust.
    pub fn root(&self) -> PathBuf {
        self.path("root.pem")
    }

    /// The file of a root that has nothing to do with this PKI.
    pub fn foreign_root(&self) -> PathBuf {
        let root = Authority::root(&Ca::named("somebody else's root"), UnixTime::now());
        self.write("foreign-root.pem", pem("CERTIFICATE", root.certificate()))
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

    /// A certificate for `localhost` and 127.0.0.1 that every client should accept.
    pub fn good(&self, key: KeyKind) -> Issued {
        self.put(&self.pki.leaf_with_key(NAMES, key))
    }

    /// A key without a certificate.
    pub fn raw_key(&self, kind: KeyKind) -> IssuedKey {
        let number = self.issued.fetch_add(1, Ordering::Relaxed);
        let made = RawKey::new(kind);
        IssuedKey {
            key: self.write(format!("{number}.raw.key"), made.key_pem()),
            public: self.write(format!("{number}.raw.pub"), made.public_pem()),
        }
    }

    /// The same with this one flaw, and a P-256 key.
    pub fn flawed(&self, flaw: Flaw) -> Issued {
        self.put(&self.pki.flawed(flaw, NAMES))
    }

    /// A certificate for an RSA-PSS key, made with OpenSSL by an authority of its own, which joins the root file.
    pub fn rsa_pss(&self, client: bool) -> Issued {
        let number = self.issued.fetch_add(1, Ordering::Relaxed);
        let file = |name: &str| self.path(format!("{number}.{name}"));
        let [root_key, root, key, request, leaf, extensions] = [
            "root.key",
            "root.pem",
            "key",
            "request",
            "leaf.pem",
            "extensions",
        ]
        .map(file);
        let subject = if client { "/CN=Ada" } else { "/CN=localhost" };
        let content = if client {
            "extendedKeyUsage=clientAuth"
        } else {
            "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1"
        };
        self.write(
            &extensions,
            format!("{content}\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n"),
        );
        let text = |path: &Path| path.to_str().expect("a plain path").to_owned();
        let [
            root_key_text,
            root_text,
            key_text,
            request_text,
            leaf_text,
            extensions_text,
        ] = [&root_key, &root, &key, &request, &leaf, &extensions].map(|path| text(path));
        let steps = [
            format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {root_key_text}"),
            format!(
                "req -x509 -new -key {root_key_text} -subj /CN=root-{number} -days 30 -out {root_text}"
            ),
            format!("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out {key_text}"),
            format!("req -new -key {key_text} -subj {subject} -out {request_text}"),
            format!(
                "x509 -req -in {request_text} -CA {root_text} -CAkey {root_key_text} -extfile {extensions_text} \
                 -days 20 -out {leaf_text}"
            ),
        ];
        for step in steps {
            Process::start(&program("openssl"), step.split_whitespace())
                .finish()
                .success();
        }
        let roots = [self.root(), root].map(|path| fs::read(path).expect("a root's file"));
        self.write("root.pem", roots.concat());
        Issued {
            chain: leaf.clone(),
            leaf,
            above: None,
            key,
        }
    }

    /// Writes credentials into files.
    pub fn put(&self, credentials: &Credentials) -> Issued {
        let number = self.issued.fetch_add(1, Ordering::Relaxed);
        let certificates: Vec<String> = credentials
            .chain
            .iter()
            .map(|der| pem("CERTIFICATE", der))
            .collect();
        let (leaf, above) = certificates.split_first().expect("a chain");
        let key = match ed25519_as_openssl_reads_it(credentials.key.secret_der()) {
            Some(der) => pem("PRIVATE KEY", &der),
            None => credentials.key_pem(),
        };
        Issued {
            chain: self.write(format!("{number}.chain.pem"), certificates.concat()),
            leaf: self.write(format!("{number}.leaf.pem"), leaf),
            above: (!above.is_empty())
                .then(|| self.write(format!("{number}.above.pem"), above.concat())),
            key: self.write(format!("{number}.key"), key),
        }
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

/// AWS-LC writes an Ed25519 key with its public key beside it (RFC 8410 §7, version 1), which OpenSSL 3.0 does not read.
/// This is the same key alone (version 0); `None` for other keys.
fn ed25519_as_openssl_reads_it(pkcs8: &[u8]) -> Option<Vec<u8>> {
    // SEQUENCE { INTEGER version, SEQUENCE { OID 1.3.101.112 }, OCTET STRING { OCTET STRING of 32 bytes } … }
    const WITH_PUBLIC_KEY: [u8; 16] =
        *b"\x30\x51\x02\x01\x01\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
    const ALONE: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
    let private = pkcs8.strip_prefix(&WITH_PUBLIC_KEY)?.get(..32)?;
    Some([&ALONE[..], private].concat())
}

/// A path as an argument among others.
///
/// # Panics
/// When it is not UTF-8, which no path of a [`Place`] is, unless the system's directory for temporary files has such a name.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

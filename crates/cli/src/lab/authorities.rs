//! The lab's authorities and everybody's certificates, made when the lab opens. Private keys of authorities and servers never
//! leave the process; what visitors need is in files of a directory that goes away with the lab.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limpid::facts::Choice;
use limpid::provide::{Answer, Asked, ChooseCertificate};
use limpid::{Certificates, CertifiedKey, Roots};
use limpid_testkit::pki::{
    Authority, Ca, Credentials, Flaw, KeyKind, Leaf, Pki, Staple, Status, pem,
};
use rustls_pki_types::{ServerName, UnixTime};
use tempfile::TempDir;

use super::Lesson;
use crate::failure::Failure;
use crate::files;

/// The names of every certificate that has no flaw in its names.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Seconds in a day.
const DAY: i64 = 24 * 3600;

/// The root that visitors trust, the intermediate that issues, and the proxy's own root that nobody has to trust.
pub(super) struct Authorities {
    root: Authority,
    intermediate: Authority,
    proxy: Arc<Authority>,
    client: Credentials,
    directory: TempDir,
}

impl Authorities {
    /// Makes them, and writes the visitors' files.
    pub(super) fn make() -> Result<Self, Failure> {
        let now = UnixTime::now();
        let lab = |name: &str| Ca::named(name).organization("limpid lab");
        let root = Authority::root(&lab("limpid lab root"), now);
        let intermediate = root.subordinate(&lab("limpid lab intermediate"));
        let proxy = Ca::named("Inspection CA").organization("A proxy in the middle");
        let client = intermediate.issue(&Leaf::for_client("a visitor of the lab"));
        let authorities = Self {
            proxy: Arc::new(Authority::root(&proxy, now)),
            root,
            intermediate,
            client,
            directory: directory().map_err(unwritable)?,
        };
        authorities.write().map_err(unwritable)?;
        Ok(authorities)
    }

    fn write(&self) -> io::Result<()> {
        let client = &self.client;
        std::fs::write(self.ca_file(), self.ca_pem())?;
        std::fs::write(self.proxy_ca_file(), self.proxy_pem())?;
        let [certificate, key] = self.client_files();
        std::fs::write(certificate, client.chain_pem())?;
        files::write_private(&key, client.key_pem().as_bytes())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The certificate that visitors have to trust.
    pub(super) fn ca_file(&self) -> PathBuf {
        self.file("ca.pem")
    }

    /// The certificate of the proxy's authority.
    pub(super) fn proxy_ca_file(&self) -> PathBuf {
        self.file("proxy-ca.pem")
    }

    /// A client's certificate chain, and its key.
    pub(super) fn client_files(&self) -> [PathBuf; 2] {
        [self.file("client.pem"), self.file("client.key")]
    }

    /// What [`ca_file`](Self::ca_file) holds.
    pub(super) fn ca_pem(&self) -> String {
        pem("CERTIFICATE", self.root.certificate())
    }

    /// What [`proxy_ca_file`](Self::proxy_ca_file) holds.
    pub(super) fn proxy_pem(&self) -> String {
        pem("CERTIFICATE", self.proxy.certificate())
    }

    /// The lab's root as a trust anchor; with the proxy's, if it is trusted, too.
    pub(super) fn roots(&self, with_proxy: bool) -> Result<Roots, Failure> {
        let proxy = with_proxy.then(|| self.proxy.certificate());
        Roots::from_der([self.root.certificate()].into_iter().chain(proxy))
            .map_err(Failure::configuration)
    }

    /// A client's certificate.
    pub(super) fn client(&self) -> Result<CertifiedKey, Failure> {
        certified(&self.client)
    }

    /// What a lesson's server shows.
    pub(super) fn server(&self, lesson: Lesson) -> Result<CertifiedKey, Failure> {
        let leaf = Leaf::for_names(NAMES);
        let issue = |leaf: &Leaf| self.intermediate.issue(leaf);
        let credentials = match lesson {
            Lesson::Rsa | Lesson::Dhe | Lesson::Cbc | Lesson::NoCommonSuite => {
                issue(&leaf.key(KeyKind::Rsa2048))
            }
            Lesson::Expired => issue(&leaf.valid(-90 * DAY..-DAY)),
            Lesson::WrongName => issue(&Leaf::for_names(["somewhere-else.example"])),
            Lesson::SelfSigned => Pki::new(UnixTime::now()).flawed(Flaw::SelfSigned, NAMES),
            Lesson::MissingIntermediate => {
                let mut credentials = issue(&leaf);
                credentials.chain.truncate(1);
                credentials
            }
            Lesson::Revoked => return self.revoked(&issue(&leaf)),
            Lesson::Ecdhe
            | Lesson::Mutual
            | Lesson::SessionId
            | Lesson::Ticket
            | Lesson::FalseStart
            | Lesson::Tls13
            | Lesson::Retry
            | Lesson::EarlyData
            | Lesson::PostQuantum
            | Lesson::OldVersion
            | Lesson::ManInTheMiddle => issue(&leaf),
        };
        certified(&credentials)
    }

    fn revoked(&self, credentials: &Credentials) -> Result<CertifiedKey, Failure> {
        let staple = Staple::new(Status::Revoked);
        let response = self.intermediate.staple(credentials.certificate(), &staple);
        Ok(CertifiedKey {
            ocsp_response: Some(response),
            ..certified(credentials)?
        })
    }

    /// Certificates as the proxy makes them: for whatever name a client asks for, as it asks.
    pub(super) fn forger(&self) -> Forger {
        Forger(Arc::clone(&self.proxy))
    }
}

/// Makes a certificate for every name that is asked for, signed by the proxy's authority.
pub(super) struct Forger(Arc<Authority>);

impl ChooseCertificate for Forger {
    fn choose<'a>(
        &'a self,
        asked: &'a Asked<'a>,
        observed: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>> {
        // A name that no certificate can hold gets one for the address.
        let name = asked
            .server_name
            .filter(|name| ServerName::try_from(*name).is_ok())
            .unwrap_or("127.0.0.1");
        let forged = certified(&self.0.issue(&Leaf::for_names([name])));
        let certificates = forged.map_or_else(|_| Certificates::new(), Certificates::one);
        Answer::later(async move { certificates.choose(asked, observed).await })
    }
}

fn certified(credentials: &Credentials) -> Result<CertifiedKey, Failure> {
    CertifiedKey::new(credentials.chain.clone(), &credentials.key).map_err(Failure::configuration)
}

fn directory() -> io::Result<TempDir> {
    tempfile::Builder::new().prefix("limpid-lab-").tempdir()
}

fn unwritable(error: io::Error) -> Failure {
    Failure::configuration(format!("cannot write the lab's certificates: {error}"))
        .evidence("this end; nothing was sent")
        .hint("Let TMPDIR name a directory that can be written.")
}

/// A path as a command line has it.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

//! What a TLS stack must be able to do to be measured, and the settings it is measured in.

use std::sync::Arc;

use crate::stacks::rustls::Copies;
use limpid_testkit::pki::Credentials;
use rustls_pki_types::{CertificateDer, ServerName};

/// One end of a connection. The harness owns the buffers; what a stack keeps beside that is counted as its own.
pub(crate) trait End {
    /// Takes what arrived (it is used up), appends what is to be sent.
    fn exchange(&mut self, arrived: &mut Vec<u8>, to_send: &mut Vec<u8>);

    /// Whether the handshake is complete on this end.
    fn is_established(&self) -> bool;

    /// Whether it continued a session.
    fn is_resumed(&self) -> bool;

    /// Protects `message`, and appends the records to `wire`.
    fn seal(&mut self, message: &[u8], wire: &mut Vec<u8>);

    /// Protects `message`; a transport takes the records at once. `buffer` is the application's, for stacks that want one; what is in it is theirs from call to
    /// call.
    fn seal_away(&mut self, message: &[u8], buffer: &mut Vec<u8>) {
        buffer.clear();
        self.seal(message, buffer);
    }

    /// Receives `record`, whole records as the transport has them, and makes their content visible to the application. Returns its length in bytes.
    /// `buffer` is the application's, for stacks that want one.
    fn open(&mut self, record: &[u8], buffer: &mut Vec<u8>) -> usize;
}

/// Makes ends of one configuration, from any thread.
pub(crate) type EndMaker = Arc<dyn Fn() -> Box<dyn End> + Send + Sync>;

/// A stack, configured for one setting: makes ends.
pub(crate) trait Ends {
    /// Makes ready, outside of what is measured, whatever `count` new connections need.
    fn prepare(&mut self, count: usize);

    /// A client's end that has said nothing yet.
    fn client(&mut self) -> Box<dyn End>;

    /// A server's end that nothing has arrived at.
    fn server(&mut self) -> Box<dyn End>;
}

/// The stacks there are to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stack {
    /// This one.
    Limpid,
    /// rustls over AWS-LC, the same cryptography.
    Rustls,
    /// rustls with as few copies as its interface allows: it writes to the transport from its own buffers, and what it received is looked at in them. For
    /// messages only; in handshakes there is no difference.
    RustlsDirect,
    /// The system's OpenSSL.
    #[cfg(feature = "openssl")]
    OpenSsl,
}

impl Stack {
    /// Every stack that this program was built with.
    pub(crate) const ALL: &[Self] = &[
        Self::Limpid,
        Self::Rustls,
        Self::RustlsDirect,
        #[cfg(feature = "openssl")]
        Self::OpenSsl,
    ];

    /// Its name in tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Limpid => "limpid",
            Self::Rustls => "rustls",
            Self::RustlsDirect => "rustls direct",
            #[cfg(feature = "openssl")]
            Self::OpenSsl => "openssl",
        }
    }

    /// Whether it is measured in handshakes.
    pub(crate) fn shakes_hands(self) -> bool {
        self != Self::RustlsDirect
    }

    /// The stack in this setting; `None` if it cannot do it.
    pub(crate) fn ends(self, setting: &Setting, identity: &Identity) -> Option<Box<dyn Ends>> {
        match self {
            Self::Limpid => crate::stacks::limpid::ends(setting, identity),
            Self::Rustls => crate::stacks::rustls::ends(setting, identity, Copies::Usual),
            Self::RustlsDirect => crate::stacks::rustls::ends(setting, identity, Copies::Fewest),
            #[cfg(feature = "openssl")]
            Self::OpenSsl => crate::stacks::openssl::ends(setting, identity),
        }
    }
}

/// What a connection is made with. Every stack gets exactly these, so that all do the same work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The version.
    pub(crate) version: Version,
    /// The AEAD, with AES-128-GCM also SHA-256.
    pub(crate) cipher: Cipher,
    /// The server's key.
    pub(crate) key: Key,
    /// How keys are agreed upon; other than by [`group`](Self::group) in TLS 1.2 alone.
    pub(crate) exchange: Exchange,
    /// The group of an ephemeral key exchange.
    pub(crate) group: Group,
    /// What a side knows of the peer's certificates.
    pub(crate) chain: Chain,
    /// Whether the client has a certificate, too, of the same kind as the server's.
    pub(crate) mutual: bool,
    /// How the client continues an earlier session, if it does.
    pub(crate) resumed: Option<Resumed>,
}

/// Key exchanges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exchange {
    /// With ephemeral keys of a [`Group`].
    Group,
    /// The client encrypts a secret to the server's RSA key.
    Rsa,
    /// Finite-field Diffie-Hellman with ephemeral keys of 2048 bits: limpid in the group ffdhe2048, OpenSSL in the one it prefers.
    Dhe2048,
}

/// How sessions are continued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resumed {
    /// TLS 1.2: the server keeps the session, the client has its ID.
    ById,
    /// The client keeps the session, sealed by the server. In TLS 1.3 with a key exchange, and two new tickets each time.
    ByTicket,
}

/// Versions of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

/// Record protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cipher {
    /// AES-128-GCM with SHA-256.
    Aes128Gcm,
    /// AES-256-GCM with SHA-384.
    Aes256Gcm,
    /// ChaCha20-Poly1305 with SHA-256.
    Chacha20Poly1305,
    /// AES-128-CBC and HMAC-SHA1 of the ciphertext (RFC 7366). TLS 1.2 alone.
    Aes128CbcEncryptThenMac,
    /// AES-128-CBC of plaintext and HMAC-SHA1, as it was at first. TLS 1.2 alone.
    Aes128CbcMacThenEncrypt,
}

impl Cipher {
    /// Whether it is an AEAD.
    pub(crate) const fn is_aead(self) -> bool {
        matches!(
            self,
            Self::Aes128Gcm | Self::Aes256Gcm | Self::Chacha20Poly1305
        )
    }
}

/// Kinds of key, of the server and of its authorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// RSA of 2048 bits.
    Rsa2048,
    /// ECDSA with P-256.
    P256,
}

/// Groups of the key exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// x25519.
    X25519,
    /// X25519MLKEM768.
    X25519MlKem768,
}

/// What a side knows of the peer's certificates before the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chain {
    /// It never saw them: every signature must be verified.
    New,
    /// It has verified them in an earlier connection. Only a stack that remembers can make use of it.
    Proven,
}

/// A server's and a client's identity, and the root that both trust.
pub(crate) struct Identity {
    /// The server's leaf, the intermediate, and the leaf's key.
    pub(crate) server: Credentials,
    /// The client's leaf, the intermediate, and the leaf's key.
    pub(crate) client: Credentials,
    /// The root.
    pub(crate) root: CertificateDer<'static>,
}

/// The name on every server's certificate.
pub(crate) const SERVER_NAME: &str = "bench.example.com";

/// [`SERVER_NAME`] as clients ask for it.
pub(crate) fn server_name() -> ServerName<'static> {
    ServerName::try_from(SERVER_NAME).expect("a DNS name")
}

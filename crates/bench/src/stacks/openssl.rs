//! The system's OpenSSL, over a transport in memory.

use std::io::{self, Read, Write};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use limpid_testkit::pki::Credentials;

use openssl::dh::Dh;
use openssl::pkey::PKey;
use openssl::ssl::{
    ErrorCode, ShutdownState, Ssl, SslConnector, SslContext, SslContextBuilder, SslMethod,
    SslOptions, SslSession, SslSessionCacheMode, SslStream, SslVerifyMode, SslVersion,
};
use openssl::x509::X509;

use crate::clock::Side;
use crate::measure::shake_hands_once;
use crate::stack::{
    Cipher, End, Ends, Exchange, Group, Identity, Key, Resumed, SERVER_NAME, Setting, Version,
};

/// OpenSSL in this setting; 3.0 knows no ML-KEM.
pub(crate) fn ends(setting: &Setting, identity: &Identity) -> Option<Box<dyn Ends>> {
    let sessions = Sessions::default();
    Some(Box::new(OpenSslEnds {
        resumed: setting.resumed.is_some(),
        client: client(setting, identity, Arc::clone(&sessions))?,
        server: server(setting, identity)?,
        sessions,
    }))
}

/// Sessions that clients can continue.
type Sessions = Arc<Mutex<Vec<SslSession>>>;

fn lock(sessions: &Sessions) -> MutexGuard<'_, Vec<SslSession>> {
    sessions.lock().unwrap_or_else(PoisonError::into_inner)
}

fn client(setting: &Setting, identity: &Identity, sessions: Sessions) -> Option<SslContext> {
    // A plain context would lack the checks that clients make: the connector's builder has them.
    let mut context = SslConnector::builder(SslMethod::tls_client()).ok()?;
    configure(&mut context, setting)?;
    trust(&mut context, identity);
    if setting.mutual {
        identify(&mut context, &identity.client)?;
    }
    context.set_verify(SslVerifyMode::PEER);
    context.set_new_session_callback(move |_, session| lock(&sessions).push(session));
    Some(context.build().into_context())
}

fn server(setting: &Setting, identity: &Identity) -> Option<SslContext> {
    let mut context = SslContext::builder(SslMethod::tls_server()).ok()?;
    configure(&mut context, setting)?;
    context
        .set_session_id_context(b"bench")
        .expect("a short name");
    identify(&mut context, &identity.server)?;
    if setting.exchange == Exchange::Dhe2048 {
        let group = Dh::get_2048_256().expect("a group of RFC 5114");
        context.set_tmp_dh(&group).expect("a group");
    }
    if setting.mutual {
        trust(&mut context, identity);
        context.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
    }
    if setting.resumed.is_none() {
        context.set_num_tickets(0).expect("none");
    }
    Some(context.build())
}

fn trust(context: &mut SslContextBuilder, identity: &Identity) {
    let root = X509::from_der(&identity.root).expect("a root");
    let store = context.cert_store_mut();
    store.add_cert(root).expect("room for it");
}

fn identify(context: &mut SslContextBuilder, credentials: &Credentials) -> Option<()> {
    let [leaf, intermediate] = credentials.chain.as_slice() else {
        return None;
    };
    let leaf = X509::from_der(leaf).expect("a certificate");
    let intermediate = X509::from_der(intermediate).expect("a certificate");
    let key = PKey::private_key_from_der(credentials.key.secret_der());
    context.set_certificate(&leaf).expect("a certificate");
    let added = context.add_extra_chain_cert(intermediate);
    added.expect("a certificate");
    context.set_private_key(&key.expect("a key")).ok()
}

fn configure(context: &mut SslContextBuilder, setting: &Setting) -> Option<()> {
    let version = match setting.version {
        Version::Tls12 => SslVersion::TLS1_2,
        Version::Tls13 => SslVersion::TLS1_3,
    };
    context.set_min_proto_version(Some(version)).ok()?;
    context.set_max_proto_version(Some(version)).ok()?;
    context.set_session_cache_mode(match setting.resumed {
        None => SslSessionCacheMode::OFF,
        Some(_) => SslSessionCacheMode::BOTH,
    });
    if setting.resumed != Some(Resumed::ByTicket) {
        context.set_options(SslOptions::NO_TICKET);
    }
    if setting.cipher == Cipher::Aes128CbcMacThenEncrypt {
        context.set_options(SslOptions::from_bits_retain(NO_ENCRYPT_THEN_MAC));
    }
    context
        .set_groups_list(match setting.group {
            Group::X25519 => "X25519:P-256",
            Group::X25519MlKem768 => "X25519MLKEM768:P-256",
        })
        .ok()?;
    match setting.version {
        Version::Tls12 => context.set_cipher_list(suite12(setting)).ok(),
        Version::Tls13 => context.set_ciphersuites(suite13(setting)).ok(),
    }
}

/// `SSL_OP_NO_ENCRYPT_THEN_MAC`, for which the bindings have no name.
const NO_ENCRYPT_THEN_MAC: u64 = 1 << 19;

const fn suite13(setting: &Setting) -> &'static str {
    match setting.cipher {
        Cipher::Aes256Gcm => "TLS_AES_256_GCM_SHA384",
        Cipher::Chacha20Poly1305 => "TLS_CHACHA20_POLY1305_SHA256",
        _ => "TLS_AES_128_GCM_SHA256",
    }
}

const fn suite12(setting: &Setting) -> &'static str {
    match (setting.exchange, setting.key, setting.cipher) {
        (Exchange::Rsa, ..) => "AES128-GCM-SHA256",
        (Exchange::Dhe2048, ..) => "DHE-RSA-AES128-GCM-SHA256",
        (_, Key::Rsa2048, Cipher::Aes128Gcm) => "ECDHE-RSA-AES128-GCM-SHA256",
        (_, Key::Rsa2048, Cipher::Aes256Gcm) => "ECDHE-RSA-AES256-GCM-SHA384",
        (_, Key::Rsa2048, Cipher::Chacha20Poly1305) => "ECDHE-RSA-CHACHA20-POLY1305",
        (_, Key::Rsa2048, _) => "ECDHE-RSA-AES128-SHA",
        (_, Key::P256, Cipher::Aes128Gcm) => "ECDHE-ECDSA-AES128-GCM-SHA256",
        (_, Key::P256, Cipher::Aes256Gcm) => "ECDHE-ECDSA-AES256-GCM-SHA384",
        (_, Key::P256, Cipher::Chacha20Poly1305) => "ECDHE-ECDSA-CHACHA20-POLY1305",
        (_, Key::P256, _) => "ECDHE-ECDSA-AES128-SHA",
    }
}

struct OpenSslEnds {
    resumed: bool,
    client: SslContext,
    server: SslContext,
    sessions: Sessions,
}

impl Ends for OpenSslEnds {
    fn prepare(&mut self, count: usize) {
        while self.resumed && lock(&self.sessions).len() < count {
            let kept = std::mem::take(&mut *lock(&self.sessions));
            shake_hands_once(self.client(), self.server());
            lock(&self.sessions).extend(kept);
        }
    }

    fn client(&mut self) -> Box<dyn End> {
        let mut ssl = Ssl::new(&self.client).expect("a connection");
        ssl.set_hostname(SERVER_NAME).expect("a name");
        ssl.param_mut().set_host(SERVER_NAME).expect("a name");
        if let Some(session) = lock(&self.sessions).pop() {
            resume(&mut ssl, &session);
        }
        end(ssl, Side::Client)
    }

    fn server(&mut self) -> Box<dyn End> {
        end(Ssl::new(&self.server).expect("a connection"), Side::Server)
    }
}

#[expect(
    unsafe_code,
    reason = "the crate leaves it to callers that a session belongs to its context"
)]
fn resume(ssl: &mut Ssl, session: &SslSession) {
    // SAFETY: sessions come from the callback of the one context that makes all clients.
    let set = unsafe { ssl.set_session(session) };
    set.expect("a session of this context");
}

fn end(ssl: Ssl, side: Side) -> Box<dyn End> {
    let stream = SslStream::new(ssl, Transport::default()).expect("a stream");
    Box::new(OpenSslEnd { stream, side })
}

/// What OpenSSL reads from and writes to.
#[derive(Default)]
struct Transport {
    arrived: Vec<u8>,
    taken: usize,
    to_send: Vec<u8>,
}

impl Read for Transport {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut rest = self.arrived.get(self.taken..).unwrap_or_default();
        if rest.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let read = rest.read(buffer)?;
        self.taken += read;
        Ok(read)
    }
}

impl Write for Transport {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to_send.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct OpenSslEnd {
    stream: SslStream<Transport>,
    side: Side,
}

impl OpenSslEnd {
    /// Lends a buffer to the transport for as long as `work` takes: it is the caller's, as every stack's are.
    fn with_arrived<T>(&mut self, arrived: &mut Vec<u8>, work: impl FnOnce(&mut Self) -> T) -> T {
        mem::swap(&mut self.stream.get_mut().arrived, arrived);
        let done = work(self);
        let transport = self.stream.get_mut();
        mem::swap(&mut transport.arrived, arrived);
        transport.taken = 0;
        done
    }
}

impl Drop for OpenSslEnd {
    fn drop(&mut self) {
        // OpenSSL forgets the session of a connection that was not closed.
        self.stream.set_shutdown(ShutdownState::SENT);
    }
}

impl End for OpenSslEnd {
    fn exchange(&mut self, arrived: &mut Vec<u8>, to_send: &mut Vec<u8>) {
        mem::swap(&mut self.stream.get_mut().to_send, to_send);
        self.with_arrived(arrived, |end| {
            if end.is_established() {
                // What comes now is a ticket, and no content.
                let read = end.stream.ssl_read(&mut [0]);
                assert!(read.is_err(), "content that nobody sent");
                return;
            }
            let done = match end.side {
                Side::Client => end.stream.connect(),
                Side::Server => end.stream.accept(),
            };
            if let Err(error) = done {
                assert_eq!(error.code(), ErrorCode::WANT_READ, "{error}");
            }
        });
        mem::swap(&mut self.stream.get_mut().to_send, to_send);
        arrived.clear();
    }

    fn is_established(&self) -> bool {
        self.stream.ssl().is_init_finished()
    }

    fn is_resumed(&self) -> bool {
        self.stream.ssl().session_reused()
    }

    fn seal(&mut self, message: &[u8], wire: &mut Vec<u8>) {
        mem::swap(&mut self.stream.get_mut().to_send, wire);
        self.stream
            .write_all(message)
            .expect("the connection is open");
        mem::swap(&mut self.stream.get_mut().to_send, wire);
    }

    fn open(&mut self, record: &[u8], buffer: &mut Vec<u8>) -> usize {
        buffer.resize(crate::scenario::RECORD, 0);
        let transport = self.stream.get_mut();
        transport.arrived.clear();
        transport.arrived.extend_from_slice(record);
        transport.taken = 0;
        let mut received = 0;
        loop {
            match self.stream.ssl_read(buffer) {
                Ok(read) => received += std::hint::black_box(&buffer[..read]).len(),
                Err(error) if error.code() == ErrorCode::WANT_READ => break,
                Err(error) => panic!("the record opens: {error}"),
            }
        }
        received
    }
}

//! Retries without state: all that the server must remember of the first hello travels in the cookie, sealed
//! (RFC 8446 §4.2.2). Whichever server of a fleet holds the keys can take the second hello.

use limpid_crypto::{Digest, HashAlgorithm};
use limpid_protect::Suite;
use limpid_wire::handshake::ClientHello;
use limpid_wire::{CipherSuite, Codec, DecodeError, HandshakeBody, NamedGroup, Reader, Writer};

use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::server::retry::{request, staying, tell_retry};
use crate::handshake::{Handshake, Received};
use crate::session::SealTickets;
use crate::transcript::Transcript;

/// Seconds for which a cookie is good: a client answers at once.
const LIFETIME: u64 = 60;

/// What stands in a cookie.
struct Cookie {
    suite: CipherSuite,
    /// The group for which a share was asked; none when only the cookie was.
    group: Option<NamedGroup>,
    issued: u64,
    /// Hash of the first ClientHello, as the transcript needs it.
    first: Vec<u8>,
    /// Hash of what the second hello must have in common with the first.
    same: Vec<u8>,
}

/// Sends HelloRetryRequest with a cookie, and awaits the second hello. Nothing of the first is kept.
pub(super) async fn demand(
    hs: &mut Handshake,
    config: &ServerConfig,
    keys: &dyn SealTickets,
    first: Received<ClientHello>,
    suite: &Suite,
    group: Option<NamedGroup>,
) -> Result<Received<ClientHello>, Fault> {
    let now = config.means.clock.now();
    let cookie = Cookie {
        suite: suite.id,
        group,
        issued: now.as_secs(),
        first: suite.hash.hash(&[&first.raw]).as_ref().to_vec(),
        same: common(&first.message).as_ref().to_vec(),
    };
    let sealed = keys
        .seal(&cookie.to_bytes(), now)
        .await
        .ok_or(Fault::Crypto("a cookie cannot be sealed"))?;
    tell_retry(hs, group);
    let message = request(&first.message, suite, group, Some(sealed));
    hs.send_after_handshake(&message);
    hs.send_middlebox_change_cipher_spec(&first.message.legacy_session_id)?;
    hs.skip_early_data(config, &first.message);
    drop(first);
    // What stands before the second hello is known only from its cookie.
    hs.transcript = Transcript::new();
    let second = hs.recv_unhashed::<ClientHello>().await?;
    hs.forbid_early_data();
    Ok(second)
}

/// Takes a second hello: everything that was not kept is in its cookie. The transcript then holds what came before it.
pub(super) async fn accept(
    hs: &mut Handshake,
    config: &ServerConfig,
    keys: &dyn SealTickets,
    second: Received<ClientHello>,
    suite: &Suite,
) -> Result<Received<ClientHello>, Fault> {
    let now = config.means.clock.now();
    let bad = Fault::IllegalParameter("the cookie is not one of this server's, or too old");
    let sealed = second.message.cookie().ok_or(bad.clone())?;
    let opened = keys.open(sealed, now).await.ok_or(bad.clone())?;
    let cookie = Cookie::from_bytes(&opened.session).map_err(|_| bad.clone())?;
    if now.as_secs().saturating_sub(cookie.issued) > LIFETIME {
        return Err(bad);
    }
    // RFC 8446 §4.1.2: the second hello is the first but for what may change.
    if cookie.suite != suite.id || common(&second.message).as_ref() != cookie.same {
        return Err(Fault::RetriedHelloDiffers("what must stay as it was"));
    }
    let shares = second.message.key_share().unwrap_or_default();
    if let Some(group) = cookie.group
        && !matches!(shares, [share] if share.group == group)
    {
        return Err(Fault::IllegalParameter(
            "the second ClientHello does not hold the one share that was asked for",
        ));
    }
    let mut retry = Vec::new();
    request(&second.message, suite, cookie.group, Some(sealed.to_vec())).encode_message(&mut retry);
    hs.transcript
        .begin_after_retry(suite.hash, &cookie.first, &retry);
    Ok(second)
}

/// The hash of what the two hellos must have in common.
fn common(hello: &ClientHello) -> Digest {
    let mut stays = hello.clone();
    stays.extensions = staying(hello).into();
    HashAlgorithm::Sha256.hash(&[&stays.encode()])
}

impl Cookie {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut w = Writer::new(&mut bytes);
        w.code(self.suite);
        w.code(self.group.unwrap_or(NamedGroup(0)));
        w.u64(self.issued);
        w.opaque8(&self.first);
        w.opaque8(&self.same);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes);
        let cookie = Self {
            suite: r.code("suite")?,
            group: Some(r.code("group")?).filter(|group| *group != NamedGroup(0)),
            issued: r.u64("issued")?,
            first: r.opaque8("first", 32..=64)?.to_vec(),
            same: r.opaque8("same", 32..=32)?.to_vec(),
        };
        r.finish()?;
        Ok(cookie)
    }
}

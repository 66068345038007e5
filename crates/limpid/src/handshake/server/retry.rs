//! The server's HelloRetryRequest, and what the second ClientHello may change (RFC 8446 §4.1.4, §4.1.2).

use limpid_facts::{Because, Decision, Named, Side, Subject};
use limpid_protect::Suite;
use limpid_wire::extensions::{ClientHelloExtension, HelloRetryRequestExtension};
use limpid_wire::handshake::{ClientHello, HelloRetryRequest};
use limpid_wire::{
    CompressionMethod, ExtensionType, HandshakeBody, HandshakeType, NamedGroup, ProtocolVersion,
};

use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::server::tls13::check_hello;
use crate::handshake::{Handshake, Received};

/// Asks for a share of `group`, and awaits the second hello. It is not in the transcript yet.
pub(super) async fn retry(
    hs: &mut Handshake,
    config: &ServerConfig,
    first: Received<ClientHello>,
    suite: &Suite,
    group: NamedGroup,
) -> Result<Received<ClientHello>, Fault> {
    tell_retry(hs, Some(group));
    hs.add_received(&first.raw);
    hs.transcript.fold_first_hello();
    let Received { message, raw } = first;
    hs.send(&request(&message, suite, Some(group), None));
    hs.send_middlebox_change_cipher_spec(&message.legacy_session_id)?;
    hs.skip_early_data(config, &message);
    // Read, a hello can take thirty times what it takes as it came.
    drop(message);
    let second = hs.recv_unhashed::<ClientHello>().await?;
    hs.end_peers_turn()?;
    hs.forbid_early_data();
    check_hello(&second.message)?;
    let first = ClientHello::decode_message(&raw)
        .map_err(|error| Fault::malformed(HandshakeType::CLIENT_HELLO, error))?;
    check_retried(&first, &second.message)?;
    // RFC 8446 §4.2.8: exactly the share that was asked for.
    match second.message.key_share() {
        Some([share]) if share.group == group => Ok(second),
        _ => Err(Fault::IllegalParameter(
            "the second ClientHello does not hold the one share that was asked for",
        )),
    }
}

/// The HelloRetryRequest to this hello.
pub(super) fn request(
    hello: &ClientHello,
    suite: &Suite,
    group: Option<NamedGroup>,
    cookie: Option<Vec<u8>>,
) -> HelloRetryRequest {
    let mut extensions = vec![HelloRetryRequestExtension::SupportedVersions(
        ProtocolVersion::TLS_1_3,
    )];
    extensions.extend(group.map(HelloRetryRequestExtension::KeyShare));
    extensions.extend(cookie.map(HelloRetryRequestExtension::Cookie));
    HelloRetryRequest {
        legacy_version: ProtocolVersion::TLS_1_2,
        legacy_session_id_echo: hello.legacy_session_id,
        cipher_suite: suite.id,
        legacy_compression_method: CompressionMethod::NULL,
        extensions: extensions.into(),
    }
}

/// Tells why a second hello is wanted.
pub(super) fn tell_retry(hs: &Handshake, group: Option<NamedGroup>) {
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::HelloRetry,
        chosen: Some(group.map_or(Named::Word("cookie"), Named::Group)),
        among: Vec::new(),
        because: if group.is_some() {
            Because::NoKeyShare
        } else {
            Because::Configured
        },
    });
}

/// RFC 8446 §4.1.2: the second hello is the first but for key_share, early_data, cookie, pre_shared_key and padding.
fn check_retried(first: &ClientHello, second: &ClientHello) -> Result<(), Fault> {
    let fields = [
        (
            first.legacy_version == second.legacy_version,
            "legacy_version",
        ),
        (first.random == second.random, "random"),
        (
            first.legacy_session_id == second.legacy_session_id,
            "legacy_session_id",
        ),
        (first.cipher_suites == second.cipher_suites, "cipher_suites"),
        (!second.early_data(), "early_data"),
    ];
    if let Some((_, name)) = fields.into_iter().find(|(same, _)| !same) {
        return Err(Fault::RetriedHelloDiffers(name));
    }
    if staying(first) == staying(second) {
        Ok(())
    } else {
        Err(Fault::RetriedHelloDiffers("its extensions"))
    }
}

/// The extensions that the second hello must have like the first, by number: RFC 8446 §4.2 lets them stand in any order, and
/// some clients change it.
pub(super) fn staying(hello: &ClientHello) -> Vec<ClientHelloExtension> {
    let extensions = hello
        .extensions
        .iter()
        .filter(|extension| !may_change(extension.extension_type()));
    let mut staying: Vec<_> = extensions.cloned().collect();
    staying.sort_by_key(|extension| extension.extension_type().0);
    staying
}

/// The extensions that a second hello may change, add or leave out (RFC 8446 §4.1.2).
const fn may_change(extension_type: ExtensionType) -> bool {
    matches!(
        extension_type,
        ExtensionType::KEY_SHARE
            | ExtensionType::EARLY_DATA
            | ExtensionType::COOKIE
            | ExtensionType::PRE_SHARED_KEY
            | ExtensionType::PADDING
    )
}

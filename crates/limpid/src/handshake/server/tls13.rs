//! The server of TLS 1.3 (RFC 8446 §2, figures 1 and 2; the drawing stands in the client's module).

use std::sync::Arc;

use limpid_crypto::{Secret, Wiped};
use limpid_facts::{
    Derivation, Established, Fact, Named, Operation, Resumption, SecretName, Side, Subject,
};
use limpid_protect::Suite;
use limpid_protect::tls13::{EarlyStage, TrafficSecret};
use limpid_trust::KeyUse;
use limpid_wire::extensions::{EncryptedExtension, KeyShareEntry, ServerHello13Extension};
use limpid_wire::handshake::{ClientHello, EncryptedExtensions, EndOfEarlyData, ServerHello13};
use limpid_wire::{
    CertificateType, CompressionMethod, ExtensionType, NamedGroup, ProtocolVersion, SignatureScheme,
};

use crate::auth;
use crate::bounds;
use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::server::cookie;
use crate::handshake::server::hello::{
    check_certificate_types, choose_alpn, choose_certificate, choose_client_form, decide,
    forget_offers, host_name,
};
use crate::handshake::server::psk::{self, Modes};
use crate::handshake::server::retry::retry;
use crate::handshake::tls13::client_certificate;
use crate::handshake::tls13::identity::{Answered, send_identity};
use crate::handshake::tls13::{
    ApplicationKeys, HandshakeKeys, SecretLog, check_record_size_limit, record_keys, transcript,
};
use crate::handshake::{Done, Handshake, Received};
use crate::link::{EarlyReading, EarlyWriting};
use crate::negotiate;
use crate::provide::CertifiedKey;
use crate::session::Session;

/// The certificate the server shows, and the scheme it signs with.
struct Identity {
    certificate: Arc<CertifiedKey>,
    scheme: SignatureScheme,
}

/// From ClientHello to the end. The hello is not in the transcript yet.
pub(crate) async fn shake_hands(
    hs: &mut Handshake,
    config: &ServerConfig,
    first: Received<ClientHello>,
) -> Result<Done, Fault> {
    check_hello(&first.message)?;
    let suite = choose_suite(hs, config, &first.message)?;
    hs.transcript.choose_hash(suite.hash);
    hs.transcript.forget_messages();
    auth::tell_client_authentication(hs, config);
    let early_data_offered = first.message.early_data();
    let (received, group) = awaited_hello(hs, config, first, suite).await?;
    let psk = psk::choose(hs, config, &received, suite).await?;
    let psk_alone = psk.is_some() && !Modes::of(config, &received.message).with_key_exchange;
    hs.add_received(&received.raw);
    let Received {
        message: mut hello,
        raw,
    } = received;
    let alpn = choose_alpn(hs, config, &hello)?;
    let same = |session: &Session| session.suite == suite.id && session.alpn == alpn;
    let early_data = psk::accept_early_data(hs, config, &hello, psk.as_ref(), same).await;
    let identity = match psk {
        Some(_) => None,
        None => Some(choose_identity(hs, config, &hello).await?),
    };
    let client_form = match &identity {
        Some(_) => choose_client_form(hs, config, &hello)?,
        None => CertificateType::X509,
    };

    let log = SecretLog::new(config.means.key_log.as_ref(), hello.random);
    let mut agreed = match group.filter(|_| !psk_alone) {
        Some(group) => Some(agree_keys(hs, config, &hello, group)?),
        // RFC 8446 §9.2: without a key exchange there must be a key.
        None if psk.is_none() => return Err(Fault::MissingExtension(ExtensionType::KEY_SHARE)),
        None => None,
    };
    send_hello(
        hs,
        config,
        &hello,
        suite,
        agreed.as_mut(),
        psk.as_ref().map(|psk| psk.index),
    )?;
    let (session, early_stage) = match psk {
        Some(psk) => (Some(psk.session), psk.stage),
        None => (None, EarlyStage::new(suite.hash, None, &hs.facts)),
    };
    let early = early_data.map(|_| {
        let digest = suite.hash.hash(&[&raw]);
        let traffic = early_stage.client_early_traffic(&digest);
        (traffic, early_stage.early_exporter(&digest))
    });
    drop(raw);
    let stage = early_stage.into_handshake(agreed.as_ref().map(|agreed| &agreed.shared));
    let keys = HandshakeKeys::derive(hs, suite, &stage, &log)?;
    hs.send_middlebox_change_cipher_spec(&hello.legacy_session_id)?;
    keys.write(hs)?;
    match early.zip(early_data) {
        Some(((traffic, exporter), most)) => {
            log.tell(exporter.name(), exporter.secret());
            hs.export_early_from(Some(exporter));
            read_early(hs, suite, &traffic, most, &log)?;
        }
        None => {
            keys.read(hs)?;
            hs.skip_early_data(config, &hello);
        }
    }

    let theirs = check_record_size_limit(hello.record_size_limit())?;
    let ours = theirs.map(|_| config.tls13.records.limit.unwrap_or(16_385));
    // RFC 8446 §4.3.2: who is known by a key is not asked.
    let request = identity
        .as_ref()
        .and_then(|_| client_certificate::request(config, Vec::new(), client_form));
    let continued = session.as_ref().and_then(Option::as_ref);
    let own = identity
        .as_ref()
        .map(|identity| identity.certificate.certificate_type());
    let server_form = own.or_else(|| continued.map(|session| session.server_certificate_type));
    let reply = Reply {
        alpn: alpn.as_deref(),
        // RFC 6066 §3: not when a session is continued.
        acknowledges_name: config.acknowledge_server_name && continued.is_none(),
        early_data: early_data.is_some(),
        record_size_limit: ours,
        server_form,
        client_form: request.as_ref().map(|_| client_form),
    };
    hs.send(&EncryptedExtensions {
        extensions: reply.extensions(&hello).into(),
    });
    hs.size_records(config.tls13.records.sizes(theirs));
    if let Some(request) = &request {
        hs.send(request);
    }
    if let Some(identity) = &identity {
        let answered = Answered {
            context: Vec::new(),
            status: hello.status_request().is_some(),
            scts: hello.signed_certificate_timestamp(),
            compression: config.compression(&hello),
        };
        send_identity(hs, &identity.certificate, identity.scheme, answered).await?;
    }
    forget_offers(&mut hello);
    keys.send_finished(hs)?;
    // RFC 8446 §4.4.4: what the server sends after its Finished is application data already.
    let application = ApplicationKeys::derive(suite, stage, &transcript(hs)?, &log);
    application.write(hs)?;
    hs.allow_early_writing(EarlyWriting::BeforeFinished);

    if early_data.is_some() {
        hs.recv::<EndOfEarlyData>().await?;
        keys.read(hs)?;
    }
    let client = match &request {
        Some(request) => client_certificate::receive(hs, config, request, client_form).await?,
        None => None,
    };
    keys.recv_finished(hs).await?;
    application.read(hs)?;

    let recalled = session
        .as_ref()
        .and_then(|session| session.as_ref()?.peer.clone());
    let session = session.map(|session| (session.is_some(), session));
    let established = Established {
        side: Side::Server,
        version: ProtocolVersion::TLS_1_3,
        suite: suite.id,
        group: agreed.map(|agreed| agreed.group),
        alpn: alpn.map(Into::into),
        server_name: host_name(&hello).map(Into::into),
        resumption: session.as_ref().map(|(resumed, _)| match resumed {
            true => Resumption::ResumptionPsk,
            false => Resumption::ExternalPsk,
        }),
        peer_authenticated: client.is_some() || recalled.is_some(),
    };
    let session = session.and_then(|(_, session)| session);
    let peer = client.or(recalled);
    let gives_tickets = psk::gives_tickets(config, &hello);
    let ended = application.into_session(hs, gives_tickets, log, established, peer)?;
    let mut ended = Box::new(Wiped::new(ended));
    ended.proved = session.map(|session| session.created);
    ended.early_data = early_data_offered.then_some(early_data.is_some());
    ended.server_certificate_type = server_form.unwrap_or(CertificateType::X509);
    ended.later = config.later_authentication(&hello, hs.transcript.fork(), client_form);
    if gives_tickets {
        psk::send_tickets(hs, config, &ended).await?;
    }
    Ok(Done::Tls13(ended))
}

/// The hello that the handshake goes on with, the first or a second one, and the group it goes on with. The transcript holds
/// what came before it.
async fn awaited_hello(
    hs: &mut Handshake,
    config: &ServerConfig,
    first: Received<ClientHello>,
    suite: &Suite,
) -> Result<(Received<ClientHello>, Option<NamedGroup>), Fault> {
    let group = choose_group(hs, config, &first.message)?;
    let missing = group.filter(|group| client_share(&first.message, *group).is_none());
    let Some(keys) = &config.tls13.cookies else {
        return match missing {
            Some(group) => Ok((retry(hs, config, first, suite, group).await?, Some(group))),
            None => Ok((first, group)),
        };
    };
    let second = match first.message.cookie() {
        Some(_) => first,
        None => cookie::demand(hs, config, &**keys, first, suite, missing).await?,
    };
    check_hello(&second.message)?;
    let second = cookie::accept(hs, config, &**keys, second, suite).await?;
    let group = group.filter(|group| client_share(&second.message, *group).is_some());
    Ok((second, group))
}

/// Reads the client's early data from here on (RFC 8446 §4.2.10).
fn read_early(
    hs: &mut Handshake,
    suite: &Suite,
    traffic: &TrafficSecret,
    most: usize,
    log: &SecretLog,
) -> Result<(), Fault> {
    log.tell(traffic.name(), traffic.secret());
    let keys = record_keys(suite, traffic, &hs.facts)?;
    hs.read_with(keys, traffic.name(), suite)?;
    hs.treat_early_data(EarlyReading::Accepted(most));
    Ok(())
}

/// Checks that need nothing but the hello.
pub(super) fn check_hello(hello: &ClientHello) -> Result<(), Fault> {
    check_certificate_types(hello)?;
    // RFC 8446 §4.1.2: exactly one method, null.
    if hello.legacy_compression_methods != [CompressionMethod::NULL] {
        return Err(Fault::CompressionNotNull);
    }
    // RFC 8446 §9.2: one does not come without the other.
    let has = |extension_type| hello.extensions.contains_type(extension_type);
    for (one, other) in [
        (ExtensionType::SUPPORTED_GROUPS, ExtensionType::KEY_SHARE),
        (ExtensionType::KEY_SHARE, ExtensionType::SUPPORTED_GROUPS),
        // RFC 8446 §4.2.9: PSKs need their modes.
        (
            ExtensionType::PRE_SHARED_KEY,
            ExtensionType::PSK_KEY_EXCHANGE_MODES,
        ),
    ] {
        if has(one) && !has(other) {
            return Err(Fault::MissingExtension(other));
        }
    }
    // RFC 8446 §9.2: without a key, a certificate and a key exchange are needed.
    for needed in [
        ExtensionType::SIGNATURE_ALGORITHMS,
        ExtensionType::SUPPORTED_GROUPS,
    ] {
        if !has(ExtensionType::PRE_SHARED_KEY) && !has(needed) {
            return Err(Fault::MissingExtension(needed));
        }
    }
    check_compressions(hello)?;
    check_shares(hello)
}

/// RFC 8879 §3 does not say what an algorithm would mean that the list names twice; whoever names one has lost its way.
fn check_compressions(hello: &ClientHello) -> Result<(), Fault> {
    let listed = hello.compress_certificate().unwrap_or_default();
    for (index, algorithm) in listed.iter().enumerate() {
        if listed
            .iter()
            .take(index)
            .any(|earlier| earlier == algorithm)
        {
            return Err(Fault::IllegalParameter(
                "compress_certificate names an algorithm twice",
            ));
        }
    }
    Ok(())
}

/// RFC 8446 §4.2.8: one share a group, each for a group of supported_groups.
fn check_shares(hello: &ClientHello) -> Result<(), Fault> {
    let groups = hello.supported_groups().unwrap_or_default();
    let shares = hello.key_share().unwrap_or_default();
    if shares.len() > bounds::KEY_SHARES {
        return Err(Fault::IllegalParameter(
            "key_share holds more shares than are accepted",
        ));
    }
    for (index, share) in shares.iter().enumerate() {
        if shares
            .iter()
            .take(index)
            .any(|earlier| earlier.group == share.group)
        {
            return Err(Fault::IllegalParameter(
                "key_share holds two shares for one group",
            ));
        }
        if !groups.contains(&share.group) {
            return Err(Fault::IllegalParameter(
                "key_share holds a share for a group that is not in supported_groups",
            ));
        }
    }
    Ok(())
}

fn choose_suite(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<&'static Suite, Fault> {
    let choice = negotiate::suite13(hello, &config.policy, hs.facts.observed());
    decide(
        hs,
        Subject::CipherSuite,
        choice,
        |suite| Named::Suite(suite.id),
        Fault::NoCommonSuite,
    )
}

/// The group of the key exchange; `None` when a key without an exchange will have to do (psk_ke).
fn choose_group(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<Option<NamedGroup>, Fault> {
    let choice = negotiate::group13(hello, &config.policy, hs.facts.observed());
    let chosen = decide(
        hs,
        Subject::Group,
        choice,
        Named::Group,
        Fault::NoCommonGroup,
    );
    match chosen {
        Err(_) if hello.pre_shared_key().is_some() && Modes::of(config, hello).alone => Ok(None),
        other => other.map(Some),
    }
}

/// Certificate and signature scheme.
async fn choose_identity(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<Identity, Fault> {
    // RFC 8446 §4.2.3: whoever wants a certificate says how it may be signed with.
    let accepted = hello.signature_algorithms();
    let accepted = accepted.ok_or(Fault::MissingExtension(ExtensionType::SIGNATURE_ALGORITHMS))?;
    let certificate = choose_certificate(hs, config, hello, &[], &[KeyUse::Signature]).await?;
    let scheme = negotiate::scheme(certificate.key.schemes(), accepted, hs.facts.observed());
    let scheme = decide(
        hs,
        Subject::SignatureScheme,
        scheme,
        Named::Scheme,
        Fault::NoCommonScheme,
    )?;
    Ok(Identity {
        certificate,
        scheme,
    })
}

/// The client's share for this group, if it sent one.
fn client_share(hello: &ClientHello, group: NamedGroup) -> Option<&KeyShareEntry> {
    hello.key_share()?.iter().find(|share| share.group == group)
}

/// What the key exchange came to.
struct AgreedKeys {
    group: NamedGroup,
    /// The server's share, until ServerHello has taken it.
    share: Vec<u8>,
    shared: Secret,
}

/// The server's half of the key exchange.
fn agree_keys(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    group: NamedGroup,
) -> Result<AgreedKeys, Fault> {
    let theirs =
        client_share(hello, group).ok_or(Fault::MissingExtension(ExtensionType::KEY_SHARE))?;
    let keys = &config.means.exchange_keys;
    let (share, shared) = keys
        .respond(group, &theirs.key_exchange)
        .map_err(|_| Fault::BadKeyShare(group))?;
    hs.facts.tell(|| {
        Fact::Derivation(Derivation {
            name: SecretName::SharedSecret,
            operation: Operation::KeyAgreement {
                group,
                ours: share.clone().into(),
                theirs: theirs.key_exchange.clone().into(),
            },
            output: hs.facts.secret(shared.expose()),
        })
    });
    Ok(AgreedKeys {
        group,
        share,
        shared,
    })
}

fn send_hello(
    hs: &mut Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    suite: &Suite,
    agreed: Option<&mut AgreedKeys>,
    psk: Option<u16>,
) -> Result<(), Fault> {
    let mut random = [0; 32];
    config
        .means
        .random
        .fill(&mut random)
        .map_err(|_| Fault::NoRandomness)?;
    let mut extensions = vec![ServerHello13Extension::SupportedVersions(
        ProtocolVersion::TLS_1_3,
    )];
    extensions.extend(agreed.map(|agreed| {
        let key_exchange = std::mem::take(&mut agreed.share);
        ServerHello13Extension::KeyShare(KeyShareEntry {
            group: agreed.group,
            key_exchange,
        })
    }));
    extensions.extend(psk.map(ServerHello13Extension::PreSharedKey));
    hs.send(&ServerHello13 {
        legacy_version: ProtocolVersion::TLS_1_2,
        random,
        legacy_session_id_echo: hello.legacy_session_id,
        cipher_suite: suite.id,
        legacy_compression_method: CompressionMethod::NULL,
        extensions: extensions.into(),
    });
    Ok(())
}

/// What EncryptedExtensions says.
struct Reply<'a> {
    alpn: Option<&'a [u8]>,
    /// Whether the client is told that the name it asked for was heard.
    acknowledges_name: bool,
    /// Whether early data is accepted.
    early_data: bool,
    record_size_limit: Option<u16>,
    /// In which form the server shows who it is, or has shown it in the session that is continued (RFC 7250).
    server_form: Option<CertificateType>,
    /// In which form the client is to, if it is asked.
    client_form: Option<CertificateType>,
}

impl Reply<'_> {
    /// Only answers to what the client offered (RFC 8446 §4.3.1).
    fn extensions(&self, hello: &ClientHello) -> Vec<EncryptedExtension> {
        let mut list = Vec::with_capacity(3);
        if host_name(hello).is_some() && self.acknowledges_name {
            list.push(EncryptedExtension::ServerName);
        }
        if let Some(protocol) = self.alpn {
            list.push(EncryptedExtension::ApplicationLayerProtocolNegotiation(
                protocol.to_vec(),
            ));
        }
        let limit = self.record_size_limit;
        list.extend(limit.map(EncryptedExtension::RecordSizeLimit));
        let offered = hello.client_certificate_type();
        let form = self.client_form.filter(|_| offered.is_some());
        list.extend(form.map(EncryptedExtension::ClientCertificateType));
        let offered = hello.server_certificate_type();
        let form = self.server_form.filter(|_| offered.is_some());
        list.extend(form.map(EncryptedExtension::ServerCertificateType));
        if self.early_data {
            list.push(EncryptedExtension::EarlyData);
        }
        list
    }
}

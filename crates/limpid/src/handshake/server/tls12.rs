//! The server of TLS 1.2 (RFC 5246 §7.3, figure 1; the drawing stands in the client's module).

mod choose;
mod client_certificate;
mod exchange;
mod resume;

use limpid_crypto::Wiped;
use limpid_facts::{Because, Established, Side};
use limpid_protect::tls12::Randoms;
use limpid_protect::{Cipher, KeyExchange, Suite};
use limpid_wire::extensions::ServerHello12Extension;
use limpid_wire::handshake::{
    CertificateStatus, ClientHello, DOWNGRADE_TO_TLS_1_2, ServerHello12, ServerHelloDone,
};
use limpid_wire::{CertificateType, CompressionMethod, ECPointFormat, ProtocolVersion, SessionId};

use self::choose::Chosen;
use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::server::hello::{self, host_name};
use crate::handshake::tls12::identity::send_credentials;
use crate::handshake::tls12::renegotiation;
use crate::handshake::tls12::sizes::Sizes;
use crate::handshake::tls12::{
    Agreed, Session12, recv_finished, send_finished, tell_encrypt_then_mac,
    tell_extended_master_secret,
};

/// What the server's hello says.
struct Reply<'a> {
    suite: &'static Suite,
    /// The client's own if its session is continued; else under what the new one will be kept.
    session_id: SessionId,
    /// Whether a session is continued.
    continues: bool,
    alpn: Option<&'a [u8]>,
    /// Whether a NewSessionTicket will follow.
    ticket: bool,
    /// Whether a CertificateStatus will follow.
    status: bool,
    /// Timestamps of the certificate (RFC 6962 §3.3).
    scts: Option<Vec<Vec<u8>>>,
    /// In which form the server shows who it is, or has shown it (RFC 7250).
    server_form: CertificateType,
    /// In which form the client is to, if it is asked.
    client_form: Option<CertificateType>,
}

impl Reply<'_> {
    /// RFC 7366 §2, §3: for CBC suites, when both sides can.
    fn encrypts_then_macs(&self, config: &ServerConfig, hello: &ClientHello) -> bool {
        let cbc = matches!(self.suite.cipher, Cipher::Cbc(_));
        cbc && config.policy.extras.encrypt_then_mac && hello.encrypt_then_mac()
    }
}

/// From ClientHello to the end.
pub(crate) async fn shake_hands(
    hs: &mut Handshake,
    config: &ServerConfig,
    mut hello: ClientHello,
) -> Result<Box<Wiped<Session12>>, Fault> {
    hello::check(hs, config, &hello)?;
    if let Some(continued) = resume::find(hs, config, &hello).await? {
        return resume::shake_hands(hs, config, &mut hello, continued).await;
    }
    let chosen = choose::choose(hs, config, &hello).await?;
    let client_form = hello::choose_client_form(hs, config, &hello)?;
    let asked_form = Some(client_form).filter(|_| config.client_authentication.asks());
    let reply = Reply {
        suite: chosen.suite,
        session_id: resume::new_id(config, &hello)?,
        continues: false,
        alpn: chosen.alpn.as_deref(),
        ticket: resume::promises_ticket(config, &hello),
        status: staple(&hello, &chosen).is_some(),
        scts: scts(&hello, &chosen),
        server_form: chosen.certificate.certificate_type(),
        client_form: asked_form,
    };
    let agreed = send_hello(hs, config, &hello, &reply)?;
    let id = reply.session_id;
    send_credentials(hs, Some(&chosen.certificate));
    if let Some(ocsp_response) = staple(&hello, &chosen) {
        hs.send(&CertificateStatus {
            ocsp_response: ocsp_response.clone(),
        });
    }
    let exchange = exchange::begin(hs, config, &agreed, &chosen).await?;
    client_certificate::request(hs, config, client_form);
    hs.send(&ServerHelloDone);
    hello::forget_offers(&mut hello);

    let client = client_certificate::receive(hs, config, client_form).await?;
    renegotiation::check_peer(hs, client.as_ref())?;
    let premaster = exchange::finish(hs, config, &hello, &chosen, exchange).await?;
    let master = agreed.master_secret(hs, &premaster, config.means.key_log.as_deref())?;
    let keys = agreed.record_keys(hs, &master)?;
    client_certificate::verify(hs, config, client.as_ref()).await?;

    hs.recv_change_cipher_spec(keys.client, agreed.suite)
        .await?;
    recv_finished(hs, &master).await?;
    let established = Established {
        side: Side::Server,
        version: ProtocolVersion::TLS_1_2,
        suite: agreed.suite.id,
        group: chosen.plan.group(),
        alpn: chosen.alpn.map(Into::into),
        server_name: host_name(&hello).map(Into::into),
        resumption: None,
        peer_authenticated: client.is_some(),
    };
    let mut done = Session12::new(hs, &agreed, master, client, established)?;
    resume::keep(hs, config, &hello, &done, id).await;
    hs.send_change_cipher_spec(keys.server, agreed.suite)?;
    send_finished(hs, &done.master)?;
    hs.flush()?;
    done.verify_data = hs.verify_data;
    Ok(done)
}

/// The OCSP response to staple, if the client asked for one and there is one.
fn staple<'a>(hello: &ClientHello, chosen: &'a Chosen) -> Option<&'a Vec<u8>> {
    hello.status_request()?;
    chosen.certificate.ocsp_response.as_ref()
}

/// The timestamps of the certificate, if the client asked for them and there are any.
fn scts(hello: &ClientHello, chosen: &Chosen) -> Option<Vec<Vec<u8>>> {
    let wanted = hello.signed_certificate_timestamp();
    chosen.certificate.sct_entries().filter(|_| wanted)
}

/// ServerHello. The suite fixes the hash of the transcript.
fn send_hello(
    hs: &mut Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    reply: &Reply<'_>,
) -> Result<Agreed, Fault> {
    hs.transcript.choose_hash(reply.suite.hash);
    let mut random = [0; 32];
    config
        .means
        .random
        .fill(&mut random)
        .map_err(|_| Fault::NoRandomness)?;
    if config.policy.highest() == Some(ProtocolVersion::TLS_1_3) {
        // RFC 8446 §4.1.3: say that a higher version would have been possible.
        let [.., a, b, c, d, e, f, g, h] = &mut random;
        for (byte, mark) in [a, b, c, d, e, f, g, h]
            .into_iter()
            .zip(DOWNGRADE_TO_TLS_1_2)
        {
            *byte = mark;
        }
    }
    let extended_master_secret = hello.extended_master_secret();
    if config.policy.extras.require_extended_master_secret && !extended_master_secret {
        return Err(Fault::NoExtendedMasterSecret);
    }
    let sizes = Sizes::choose(config, hello)?;
    // RFC 5746 §3.6, §3.7: to whoever knows it, which handshake this one follows.
    let repeated = hs.before.as_ref().map(|before| before.verify_data.both());
    let info = hs
        .secure_renegotiation
        .then(|| repeated.unwrap_or_default());
    hs.send(&ServerHello12 {
        server_version: ProtocolVersion::TLS_1_2,
        random,
        session_id: reply.session_id,
        cipher_suite: reply.suite.id,
        compression_method: CompressionMethod::NULL,
        extensions: answers(config, hello, reply, sizes, info).into(),
    });
    sizes.apply(hs);
    let encrypt_then_mac = reply.encrypts_then_macs(config, hello);
    let because = match (encrypt_then_mac, config.policy.extras.encrypt_then_mac) {
        (true, _) => Because::BothAskedFor,
        (false, true) => Because::PeerDidNotAsk,
        (false, false) => Because::NotInPolicy,
    };
    tell_extended_master_secret(hs, extended_master_secret);
    tell_encrypt_then_mac(hs, reply.suite, because, encrypt_then_mac);
    let randoms = Randoms {
        client: hello.random,
        server: random,
    };
    Ok(Agreed {
        suite: reply.suite,
        randoms,
        extended_master_secret,
        encrypt_then_mac,
        server_certificate_type: reply.server_form,
    })
}

/// The extensions of ServerHello: only answers to what the client offered (RFC 5246 §7.4.1.4).
fn answers(
    config: &ServerConfig,
    hello: &ClientHello,
    reply: &Reply<'_>,
    sizes: Sizes,
    renegotiation_info: Option<Vec<u8>>,
) -> Vec<ServerHello12Extension> {
    let mut list = Vec::with_capacity(6);
    // RFC 6066 §3: not when a session is continued.
    if host_name(hello).is_some() && !reply.continues && config.acknowledge_server_name {
        list.push(ServerHello12Extension::ServerName);
    }
    list.extend(renegotiation_info.map(ServerHello12Extension::RenegotiationInfo));
    if hello.extended_master_secret() {
        list.push(ServerHello12Extension::ExtendedMasterSecret);
    }
    if reply.encrypts_then_macs(config, hello) {
        list.push(ServerHello12Extension::EncryptThenMac);
    }
    // RFC 8422 §5.2: only where a curve is used.
    let curve = reply.suite.key_exchange == KeyExchange::Ecdhe;
    if hello.ec_point_formats().is_some() && curve {
        list.push(ServerHello12Extension::EcPointFormats(vec![
            ECPointFormat::UNCOMPRESSED,
        ]));
    }
    list.extend(sizes.extension());
    // RFC 7250 §4.2: the client's only where it is asked.
    let answered = reply
        .client_form
        .filter(|_| hello.client_certificate_type().is_some());
    list.extend(answered.map(ServerHello12Extension::ClientCertificateType));
    if hello.server_certificate_type().is_some() {
        list.push(ServerHello12Extension::ServerCertificateType(
            reply.server_form,
        ));
    }
    if let Some(scts) = &reply.scts {
        list.push(ServerHello12Extension::SignedCertificateTimestamp(
            scts.clone(),
        ));
    }
    if reply.status {
        list.push(ServerHello12Extension::StatusRequest);
    }
    if reply.ticket {
        list.push(ServerHello12Extension::SessionTicket);
    }
    if let Some(protocol) = reply.alpn {
        list.push(ServerHello12Extension::ApplicationLayerProtocolNegotiation(
            protocol.to_vec(),
        ));
    }
    list
}

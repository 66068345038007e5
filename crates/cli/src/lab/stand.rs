//! A lesson's place in the lab: a port, and what answers there.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use limpid::trust::ClientVerifier;
use limpid::wire::{NamedGroup, ProtocolVersion};
use limpid::{Certificates, ClientConfig, KeyExchange, Policy, ServerConfig, Suite};
use tokio::net::TcpListener;

use super::Lesson;
use super::authorities::Authorities;
use crate::failure::Failure;

/// How many bytes of early data the server takes: a request of any browser.
const EARLY: u32 = 16_384;

/// A lesson's place.
pub(super) struct Stand {
    pub(super) lesson: Lesson,
    pub(super) port: u16,
    pub(super) answering: Answering,
}

/// What answers at a port.
pub(super) enum Answering {
    /// A server of TLS with a page.
    Server(Arc<ServerConfig>),
    /// Scripted: a server's hello of TLS 1.1, whatever the client says.
    OldServer,
    /// A proxy that opens what is sealed: a server with forged certificates, and a client of the TLS 1.3 lesson.
    Proxy {
        forging: Arc<ServerConfig>,
        onward: Arc<ClientConfig>,
    },
}

impl Stand {
    pub(super) const fn address(&self) -> SocketAddr {
        SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), self.port)
    }

    /// Sets a lesson up at this port, or where the system has room.
    pub(super) async fn set_up(
        lesson: Lesson,
        port: u16,
        authorities: &Authorities,
    ) -> Result<(Self, TcpListener), Failure> {
        let listener = listen(port).await?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        let stand = Self {
            lesson,
            port: address.port(),
            answering: answering(lesson, authorities)?,
        };
        Ok((stand, listener))
    }
}

/// Listens on the loopback interface, at this port if it is free.
pub(super) async fn listen(port: u16) -> Result<TcpListener, Failure> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(cannot_listen),
    }
}

fn cannot_listen(error: std::io::Error) -> Failure {
    Failure::configuration(format!("cannot listen on 127.0.0.1: {error}"))
        .evidence("this end; nothing was sent")
        .hint("Check that this machine has a loopback interface and free ports.")
}

fn answering(lesson: Lesson, authorities: &Authorities) -> Result<Answering, Failure> {
    match lesson {
        Lesson::OldVersion => Ok(Answering::OldServer),
        Lesson::ManInTheMiddle => proxy(authorities),
        Lesson::Ecdhe
        | Lesson::Rsa
        | Lesson::Dhe
        | Lesson::Cbc
        | Lesson::Mutual
        | Lesson::SessionId
        | Lesson::Ticket
        | Lesson::FalseStart
        | Lesson::Tls13
        | Lesson::Retry
        | Lesson::EarlyData
        | Lesson::PostQuantum
        | Lesson::Expired
        | Lesson::WrongName
        | Lesson::SelfSigned
        | Lesson::MissingIntermediate
        | Lesson::Revoked
        | Lesson::NoCommonSuite => Ok(Answering::Server(Arc::new(server(lesson, authorities)?))),
    }
}

fn proxy(authorities: &Authorities) -> Result<Answering, Failure> {
    let forging = ServerConfig::with_chooser(Arc::new(authorities.forger()));
    let onward = ClientConfig::new(authorities.roots(false)?).without_sessions();
    Ok(Answering::Proxy {
        forging: Arc::new(plain(forging)),
        onward: Arc::new(onward.alpn(["http/1.1"])),
    })
}

/// Every handshake a full one, HTTP/1.1 inside.
fn plain(config: ServerConfig) -> ServerConfig {
    config
        .alpn(["http/1.1"])
        .require_alpn(false)
        .without_sessions()
        .without_tickets()
        .tls13_tickets(0)
}

fn server(lesson: Lesson, authorities: &Authorities) -> Result<ServerConfig, Failure> {
    let config = ServerConfig::new(Certificates::one(authorities.server(lesson)?));
    let config = config.alpn(["http/1.1"]).require_alpn(false);
    Ok(match lesson {
        Lesson::Ecdhe | Lesson::FalseStart => {
            plain(config).policy(tls12(|suite| !suite.is_legacy()))
        }
        Lesson::Rsa => plain(config).policy(tls12(|s| s.key_exchange == KeyExchange::Rsa)),
        Lesson::Dhe | Lesson::NoCommonSuite => {
            plain(config).policy(tls12(|s| s.key_exchange == KeyExchange::Dhe))
        }
        // What is legacy in spite of its ephemeral keys is so for its records.
        Lesson::Cbc => plain(config).policy(tls12(|s| {
            s.key_exchange == KeyExchange::Ecdhe && s.is_legacy()
        })),
        Lesson::Mutual => {
            let verifier = ClientVerifier::new(authorities.roots(false)?);
            plain(config).request_client_certificate(Arc::new(verifier))
        }
        Lesson::SessionId => config
            .without_tickets()
            .policy(tls12(|suite| !suite.is_legacy())),
        Lesson::Ticket => config
            .without_sessions()
            .policy(tls12(|suite| !suite.is_legacy())),
        Lesson::Retry => plain(config).policy(groups(NamedGroup::SECP384R1)),
        Lesson::EarlyData => config.max_early_data(EARLY),
        Lesson::PostQuantum => plain(config).policy(groups(NamedGroup::X25519MLKEM768)),
        Lesson::Tls13 => plain(config).policy(tls13()),
        Lesson::Expired
        | Lesson::WrongName
        | Lesson::SelfSigned
        | Lesson::MissingIntermediate
        | Lesson::OldVersion
        | Lesson::Revoked
        | Lesson::ManInTheMiddle => plain(config),
    })
}

/// TLS 1.2 with some of the suites.
fn tls12(wanted: impl Fn(&Suite) -> bool) -> Policy {
    let policy = Policy::legacy();
    let suites = policy.suites.iter().copied();
    let suites = suites.filter(|id| Suite::find(*id).is_some_and(&wanted));
    Policy {
        versions: vec![ProtocolVersion::TLS_1_2],
        suites: suites.collect(),
        ..policy
    }
}

/// TLS 1.3 with this group alone.
fn groups(group: NamedGroup) -> Policy {
    Policy {
        groups: vec![group],
        ..tls13()
    }
}

fn tls13() -> Policy {
    Policy {
        versions: vec![ProtocolVersion::TLS_1_3],
        ..Policy::default()
    }
}

//! The server, fed with the recorded ClientHellos, as far as it goes.

use std::sync::Arc;

use limpid::facts::{Fact, Interest, SecretName, Story};
use limpid::provide::{Answer, ExchangeKeys};
use limpid::session::{OpenedTicket, SealTickets, SessionStore};
use limpid::wire::extensions::ServerHello13Extension;
use limpid::wire::handshake::{AnyServerHello, ServerHello13};
use limpid::wire::{CertificateType, CipherSuite, HandshakeBody, NamedGroup, ProtocolVersion};
use limpid::{Certificates, Policy, Server, ServerConfig, Session};
use limpid_crypto::{EphemeralKey, KxError, Random, RandomError, Secret};
use limpid_testkit::flow::{Holder, NOW};
use limpid_testkit::pki::KeyKind;
use limpid_testkit::{End, VirtualClock};
use rustls_pki_types::UnixTime;
use zeroize::Zeroizing;

use crate::trace::Trace;

#[test]
fn rfc8448_3_6_7_the_server_answers_the_recorded_hello() {
    for section in [3, 6, 7] {
        let trace = Trace::of_section(section);
        let met = Met::new(&trace, |config| config);
        met.check_hello(&trace);
        met.check(SecretName::HandshakeSecret, trace.value("handshake secret"));
        if let Some(shared) = trace.find("shared secret") {
            met.check(SecretName::SharedSecret, shared);
        }
    }
}

/// The ticket of the RFC is opened by its keys, which nobody knows; the PSK in it is known.
#[test]
fn rfc8448_4_the_server_accepts_binder_and_early_data() {
    let trace = Trace::of_section(4);
    let met = Met::new(&trace, |config| {
        let psk = Trace::of_section(3).value("resumption").to_vec();
        config
            .sessions(Arc::new(FirstTime))
            .tickets(Arc::new(Tickets { psk }))
            .max_early_data(1024)
    });
    assert_eq!(met.server.received_early, trace.value("early data"));
    met.check_hello(&trace);
    for (secret, name) in [
        (SecretName::EarlySecret, "early secret"),
        (SecretName::BinderKey, "res binder"),
        (SecretName::PskBinder, "binder"),
        (SecretName::ClientEarlyTrafficSecret, "c e traffic"),
        (SecretName::SharedSecret, "shared secret"),
        (SecretName::HandshakeSecret, "handshake secret"),
    ] {
        met.check(secret, trace.value(name));
    }
}

/// What the RFC's server asks for, limpid asks for; it needs no cookie to do so.
#[test]
fn rfc8448_5_the_server_asks_for_another_share() {
    let trace = Trace::of_section(5);
    let met = Met::new(&trace, |config| config);
    let ours = retry_in(&met.server.output);
    let theirs = retry_in(trace.value("record HelloRetryRequest"));
    assert_eq!(ours.key_share(), Some(NamedGroup::SECP256R1));
    assert_eq!(ours.key_share(), theirs.key_share());
    assert_eq!(ours.cipher_suite, theirs.cipher_suite);
    assert_eq!(ours.supported_versions(), theirs.supported_versions());
}

fn retry_in(record: &[u8]) -> limpid::wire::handshake::HelloRetryRequest {
    match AnyServerHello::decode_message(first_message(record)) {
        Ok(AnyServerHello::Retry(retry)) => retry,
        other => panic!("{other:?}"),
    }
}

/// The first message in a record in the clear.
fn first_message(record: &[u8]) -> &[u8] {
    let length = usize::from(u16::from_be_bytes([record[3], record[4]]));
    &record[5..5 + length]
}

/// The server after it has met the recorded client.
struct Met {
    server: End<Server>,
    derived: Vec<(SecretName, Vec<u8>)>,
}

impl Met {
    fn new(trace: &Trace, configure: impl FnOnce(ServerConfig) -> ServerConfig) -> Self {
        let groups = match trace.section {
            5 => vec![NamedGroup::SECP256R1],
            _ => vec![NamedGroup::X25519],
        };
        let config = ServerConfig::new(Certificates::one(
            Holder::server(KeyKind::P256).certificate(),
        ))
        .policy(Policy {
            versions: vec![ProtocolVersion::TLS_1_3],
            suites: vec![CipherSuite::TLS_AES_128_GCM_SHA256],
            groups,
            ..Policy::default()
        })
        .random(Arc::new(Recorded(server_random(trace))))
        .exchange_keys(Arc::new(Recorded(trace.value("server private").to_vec())))
        .clock(Arc::new(VirtualClock::at(NOW)));
        let story = Arc::new(Story::new(Interest {
            secrets: true,
            application_data: false,
        }));
        let server = Server::observed(Arc::new(configure(config)), story.clone());
        let mut server = End::new(server);
        let hello = trace
            .find("record first ClientHello")
            .unwrap_or_else(|| trace.value("record ClientHello"));
        server.input.extend_from_slice(hello);
        server.process();
        server
            .input
            .extend_from_slice(trace.find("record early data").unwrap_or_default());
        server.process();
        assert_eq!(server.error, None);
        let of = |fact| match fact {
            Fact::Derivation(derivation) => {
                Some((derivation.name, derivation.output.bytes()?.to_vec()))
            }
            _ => None,
        };
        let facts = story.take().into_iter();
        Self {
            server,
            derived: facts.filter_map(|((), fact)| of(fact)).collect(),
        }
    }

    fn check(&self, name: SecretName, recorded: &[u8]) {
        let mut same = self.derived.iter().filter(|(derived, _)| *derived == name);
        let (_, value) = same.next().unwrap_or_else(|| panic!("no {name:?}"));
        assert_eq!(value, recorded, "{name:?}");
    }

    /// The ServerHello says what the recorded one says.
    fn check_hello(&self, trace: &Trace) {
        let sorted = |message: &[u8]| {
            let mut hello = ServerHello13::decode_message(message).unwrap();
            let mut extensions = std::mem::take(&mut hello.extensions).into_vec();
            extensions
                .sort_by_key(|extension: &ServerHello13Extension| extension.extension_type().0);
            hello.extensions = extensions.into();
            hello
        };
        assert_eq!(
            sorted(first_message(&self.server.output)),
            sorted(trace.plain("record ServerHello"))
        );
    }
}

/// The server's random; with a HelloRetryRequest, which has none, nothing is asked for.
fn server_random(trace: &Trace) -> Vec<u8> {
    trace.plain("record ServerHello")[6..38].to_vec()
}

/// What the RFC's side drew.
struct Recorded(Vec<u8>);

impl Random for Recorded {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        let length = out.len().min(self.0.len());
        out[..length].copy_from_slice(&self.0[..length]);
        Ok(())
    }
}

impl ExchangeKeys for Recorded {
    fn generate(&self, group: NamedGroup) -> Result<EphemeralKey, KxError> {
        EphemeralKey::from_private_bytes(group, &self.0)
    }
}

/// Opens the recorded ticket to the session that §3 ended with.
struct Tickets {
    psk: Vec<u8>,
}

impl SealTickets for Tickets {
    fn seal<'a>(&'a self, _: &'a [u8], _: UnixTime) -> Answer<'a, Option<Vec<u8>>> {
        Answer::now(None)
    }

    fn open<'a>(&'a self, ticket: &'a [u8], now: UnixTime) -> Answer<'a, Option<OpenedTicket>> {
        let first = Trace::of_section(3);
        let message = first.value("message NewSessionTicket");
        if message[17..17 + 178] != *ticket {
            return Answer::now(None);
        }
        let number = |at: usize| u32::from_be_bytes(message[at..at + 4].try_into().unwrap());
        let session = Session {
            version: ProtocolVersion::TLS_1_3,
            suite: CipherSuite::TLS_AES_128_GCM_SHA256,
            secret: Secret::new(&self.psk),
            extended_master_secret: false,
            server_name: Some("server".into()),
            alpn: None,
            group: Some(NamedGroup::X25519),
            peer: None,
            server_certificate_type: CertificateType::X509,
            proof: None,
            created: now,
            issued: now,
            lifetime: number(4),
            ticket_age_add: number(8),
            max_early_data: 1024,
        };
        Answer::now(session.to_bytes().map(|bytes| OpenedTicket {
            session: Zeroizing::new(bytes.to_vec()),
            renew: false,
        }))
    }
}

/// Takes every ticket for one that was not used before: the RFC's server, not this one, has given it out.
struct FirstTime;

type Kept = Zeroizing<Vec<u8>>;

impl SessionStore for FirstTime {
    fn put<'a>(&'a self, _: &'a [u8], _: Kept, _: u32, _: UnixTime) -> Answer<'a, ()> {
        Answer::now(())
    }

    fn get<'a>(&'a self, _: &'a [u8], _: UnixTime) -> Answer<'a, Option<Kept>> {
        Answer::now(None)
    }

    fn take<'a>(&'a self, _: &'a [u8], _: UnixTime) -> Answer<'a, Option<Kept>> {
        Answer::now(Some(Zeroizing::default()))
    }

    fn forget<'a>(&'a self, _: &'a [u8]) -> Answer<'a, ()> {
        Answer::now(())
    }
}

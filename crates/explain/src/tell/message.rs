//! Handshake messages: name, gist, fields, and the tables that belong to some of them.

use limpid_facts::{Bytes, Message as MessageFact, Side};
use limpid_wire::handshake::{
    AnyServerHello, Certificate12, Certificate13, CertificateRequest12, CertificateRequest13,
    CertificateVerify, ClientHello, DheServerKeyExchange, EcdheServerKeyExchange,
    EncryptedExtensions, HelloRetryRequest, NewSessionTicket12, NewSessionTicket13, RawPublicKey12,
    ServerHello12, ServerHello13,
};
use limpid_wire::{
    CipherSuite, DecodeError, DecodeErrorKind, HandshakeBody, HandshakeType, MessageKind,
    ProtocolVersion, describe,
};

use rustls_pki_types::SubjectPublicKeyInfoDer;

use super::{Teller, certificate, fields, gist, inferred, suite, thirteen, transcript};
use crate::catalogue;
use crate::prose::Prose;
use crate::story::{Detail, Entry, Message, Section};

/// A message whose contents the story speaks of.
#[derive(Clone, Debug)]
pub(crate) enum Read {
    ClientHello(ClientHello),
    ServerHello12(ServerHello12),
    ServerHello13(ServerHello13),
    HelloRetryRequest(HelloRetryRequest),
    EncryptedExtensions(EncryptedExtensions),
    Certificate12(Certificate12),
    /// A raw public key, in either version; empty: none.
    RawPublicKey(SubjectPublicKeyInfoDer<'static>),
    Certificate13(Certificate13),
    CertificateRequest12(CertificateRequest12),
    CertificateRequest13(CertificateRequest13),
    EcdheServerKeyExchange(EcdheServerKeyExchange),
    DheServerKeyExchange(DheServerKeyExchange),
    CertificateVerify(CertificateVerify),
    NewSessionTicket12(NewSessionTicket12),
    NewSessionTicket13(NewSessionTicket13),
}

/// What decides about a message's layout, beside its type and the version.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layout {
    /// The suite that was chosen.
    pub(crate) suite: Option<CipherSuite>,
    /// Whether the server shows a raw public key (RFC 7250).
    pub(crate) server_is_raw: bool,
    /// Whether the client does.
    pub(crate) client_is_raw: bool,
}

impl Layout {
    /// Whether this side's Certificate message holds a raw public key.
    const fn is_raw(self, side: Side) -> bool {
        match side {
            Side::Server => self.server_is_raw,
            Side::Client => self.client_is_raw,
        }
    }
}

/// Reads a message; `None` for those without contents worth speaking of, and for malformed ones.
pub(crate) fn read(message: &MessageFact, layout: Layout) -> Option<Read> {
    fn body<B: HandshakeBody>(bytes: &[u8]) -> Option<B> {
        B::decode_message(bytes).ok()
    }
    let bytes = &message.bytes.0;
    match kind(message, layout) {
        MessageKind::ClientHello => body(bytes).map(Read::ClientHello),
        MessageKind::ServerHello => body(bytes).map(|hello| match hello {
            AnyServerHello::V12(hello) => Read::ServerHello12(hello),
            AnyServerHello::V13(hello) => Read::ServerHello13(hello),
            AnyServerHello::Retry(hello) => Read::HelloRetryRequest(hello),
        }),
        MessageKind::EncryptedExtensions => body(bytes).map(Read::EncryptedExtensions),
        MessageKind::Certificate12 => body(bytes).map(Read::Certificate12),
        MessageKind::RawPublicKey12 => body(bytes)
            .map(|message: RawPublicKey12| Read::RawPublicKey(message.subject_public_key_info)),
        MessageKind::Certificate13 if layout.is_raw(message.from) => body(bytes).map(raw_key13),
        MessageKind::Certificate13 => body(bytes).map(Read::Certificate13),
        MessageKind::CertificateRequest12 => body(bytes).map(Read::CertificateRequest12),
        MessageKind::CertificateRequest13 => body(bytes).map(Read::CertificateRequest13),
        MessageKind::EcdheServerKeyExchange => body(bytes).map(Read::EcdheServerKeyExchange),
        MessageKind::DheServerKeyExchange => body(bytes).map(Read::DheServerKeyExchange),
        MessageKind::CertificateVerify => body(bytes).map(Read::CertificateVerify),
        MessageKind::NewSessionTicket12 => body(bytes).map(Read::NewSessionTicket12),
        MessageKind::NewSessionTicket13 => body(bytes).map(Read::NewSessionTicket13),
        _ => None,
    }
}

/// The layout of a message.
fn kind(message: &MessageFact, layout: Layout) -> MessageKind {
    let version = message.version.unwrap_or(ProtocolVersion::TLS_1_2);
    match MessageKind::of_handshake(message.handshake_type, version, layout.suite) {
        MessageKind::Certificate12 if layout.is_raw(message.from) => MessageKind::RawPublicKey12,
        kind => kind,
    }
}

/// The one entry of a list that holds a raw public key (RFC 8446 §4.4.2).
fn raw_key13(message: Certificate13) -> Read {
    let entry = message.certificate_list.into_iter().next();
    let key = entry.map(|entry| entry.cert_data.to_vec());
    Read::RawPublicKey(key.unwrap_or_default().into())
}

/// The entry of a message.
pub(super) fn entry(t: &Teller<'_>, fact: &MessageFact) -> Entry {
    let read = read(fact, t.known.layout);
    let retry = matches!(read, Some(Read::HelloRetryRequest(_)));
    let name = if retry {
        "hello_retry_request".to_owned()
    } else {
        fact.handshake_type.to_string()
    };
    Entry {
        by: Some(fact.from),
        title: title(t, fact, &name),
        gist: gist::gist(t, fact, read.as_ref()),
        telling: vec![telling(t, fact, &name, read.as_ref())],
        reference: reference(t, fact, &name),
        protected: fact.protected,
        sections: match fact.handshake_type {
            HandshakeType::SERVER_HELLO_DONE => thirteen::section(t).into_iter().collect(),
            _ => sections(t, read.as_ref()),
        },
        ..Entry::of(Detail::Message(detail(t, fact)))
    }
}

fn title(t: &Teller<'_>, fact: &MessageFact, name: &str) -> Prose {
    match t.known_prose(&format!("message.{name}"), &[]) {
        Some(title) => title,
        None => Prose::words(&t.message_name(fact.handshake_type)),
    }
}

fn telling(t: &Teller<'_>, fact: &MessageFact, name: &str, read: Option<&Read>) -> Prose {
    let empty = match read {
        Some(Read::Certificate12(message)) => message.certificate_list.is_empty(),
        Some(Read::Certificate13(message)) => message.certificate_list.is_empty(),
        Some(Read::RawPublicKey(key)) => key.is_empty(),
        _ => false,
    };
    let raw = matches!(read, Some(Read::RawPublicKey(_)));
    let own = |ending: &str| t.known_prose(&format!("message.{name}.{ending}"), &[]);
    let special = match (empty, is_tls13(t, fact)) {
        (false, _) if raw => own("raw"),
        (true, _) => own("empty"),
        (false, true) => own("tls13"),
        (false, false) => None,
    };
    special
        .or_else(|| own("what"))
        .unwrap_or_else(|| t.say.say("message.other.what", &[]))
}

/// Whether a message belongs to a connection of TLS 1.3: its hellos, too, once that is known.
fn is_tls13(t: &Teller<'_>, fact: &MessageFact) -> bool {
    fact.version.or(t.known.version) == Some(ProtocolVersion::TLS_1_3)
}

/// The standard's section, which differs between versions for some messages.
fn reference(t: &Teller<'_>, fact: &MessageFact, name: &str) -> Option<String> {
    let tls13 = is_tls13(t, fact);
    let keys = [format!("message.{name}.tls12"), format!("message.{name}")];
    let own = keys
        .iter()
        .skip(usize::from(tls13))
        .find_map(|key| catalogue::reference(key));
    own.or_else(|| fact.handshake_type.reference())
        .map(str::to_owned)
}

fn detail(t: &Teller<'_>, fact: &MessageFact) -> Message {
    let (spans, result) = describe(kind(fact, t.known.layout), &fact.bytes);
    let name = fact.handshake_type.name().unwrap_or("message");
    let mut fields = fields::fields(t, name, &spans, &fact.bytes);
    let read = fields.iter().map(|field| field.end).max().unwrap_or(0);
    fields.extend(fields::unread(t, name, read, fact.bytes.len()));
    Message {
        bytes: fact.bytes.clone(),
        fields,
        malformed: result.err().map(|error| malformed(t, &error)),
        transcript_hash: fact
            .transcript_hash
            .clone()
            .or_else(|| transcript::hash(t, fact)),
    }
}

fn sections(t: &Teller<'_>, read: Option<&Read>) -> Vec<Section> {
    match read {
        Some(Read::ServerHello12(hello)) => choice(t, hello.cipher_suite),
        Some(Read::ServerHello13(hello)) => choice(t, hello.cipher_suite),
        Some(Read::Certificate12(_) | Read::Certificate13(_)) => {
            let chain = read.map(certificate::chain).unwrap_or_default();
            certificate::sections(t, &chain)
        }
        Some(Read::RawPublicKey(key)) => certificate::raw_key(t, key).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Why this suite, and what its words mean.
fn choice(t: &Teller<'_>, chosen: CipherSuite) -> Vec<Section> {
    inferred::suite_section(t)
        .into_iter()
        .chain(suite::section(t, chosen))
        .collect()
}

/// Why reading stopped.
pub(crate) fn malformed(t: &Teller<'_>, error: &DecodeError) -> Prose {
    let n = |number: usize| number.to_string();
    let say = |key: &str, values: &[(&str, &str)]| t.say.say(&format!("malformed.{key}"), values);
    let why = match error.kind {
        DecodeErrorKind::Truncated { needed, have } => say(
            "truncated",
            &[
                ("field", error.field),
                ("needed", &n(needed)),
                ("have", &n(have)),
            ],
        ),
        DecodeErrorKind::TrailingBytes { extra } => say("trailing_bytes", &[("extra", &n(extra))]),
        DecodeErrorKind::LengthOutOfRange { length, min, max } => say(
            "length_out_of_range",
            &[
                ("field", error.field),
                ("length", &n(length)),
                ("min", &n(min)),
                ("max", &n(max)),
            ],
        ),
        DecodeErrorKind::BadValue { value, why } => say(
            "bad_value",
            &[
                ("field", error.field),
                ("value", &format!("{value:#x}")),
                ("why", why),
            ],
        ),
        DecodeErrorKind::DuplicateExtension { extension, place } => say(
            "duplicate_extension",
            &[
                ("extension", &extension.to_string()),
                ("place", place.title()),
            ],
        ),
        DecodeErrorKind::MisplacedExtension { extension, place } => say(
            "misplaced_extension",
            &[
                ("extension", &extension.to_string()),
                ("place", place.title()),
            ],
        ),
        DecodeErrorKind::MissingExtension { extension, place } => say(
            "missing_extension",
            &[
                ("extension", &extension.to_string()),
                ("place", place.title()),
            ],
        ),
    };
    why.then(" ", say("at", &[("offset", &n(error.offset))]))
}

/// What is wrong with the bytes of a message that was refused, if they are malformed.
pub(crate) fn complaint(t: &Teller<'_>, bytes: &Bytes) -> Option<Prose> {
    let handshake_type = HandshakeType(*bytes.first()?);
    handshake_type.name()?;
    let version = t.known.version.unwrap_or(ProtocolVersion::TLS_1_2);
    let (_, result) = describe(
        MessageKind::of_handshake(handshake_type, version, t.known.layout.suite),
        bytes,
    );
    result.err().map(|error| malformed(t, &error))
}

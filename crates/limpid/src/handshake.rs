//! The handshake engine: what every flow is written in.
//!
//! A flow is a straight-line `async fn`: [`Handshake::recv`], [`Handshake::send`] and the questions of [`crate::provide`]
//! are its only awaits. What is not awaited cannot be received: a message that comes where another is awaited ends the
//! handshake with `unexpected_message`, and the fault names what would have been acceptable.
//!
//! The engine knows no socket, clock or thread.

use limpid_crypto::Wiped;
use limpid_facts::{
    Await, Check, Decision, Fact, Facts, KeyChange, Message, SecretName, Side, Signature,
};
use limpid_protect::tls13::Exporter;
use limpid_protect::{RecordKeys, Suite};
use limpid_wire::handshake::{ClientHello, HelloRequest};
use limpid_wire::{ContentType, HandshakeBody, HandshakeType, ProtocolVersion};

use crate::bounds;
use crate::config::{RecordPolicy, ServerConfig};
use crate::fault::Fault;
use crate::handshake::tls12::renegotiation::{Before, VerifyData};
use crate::link::{Ccs, EarlyReading, EarlyWriting, Incoming, SharedLink, lock};
use crate::records::RecordSizes;
use crate::transcript::Transcript;

pub(crate) use joiner::Joiner;

pub(crate) mod client;
mod joiner;
pub(crate) mod server;
pub(crate) mod tls12;
pub(crate) mod tls13;

/// One handshake in progress.
pub(crate) struct Handshake {
    pub(crate) side: Side,
    pub(crate) facts: Facts,
    pub(crate) transcript: Transcript,
    link: SharedLink,
    /// Messages of this flight that were encoded and are not sealed yet.
    flight: Vec<u8>,
    /// A message that came and was not the one awaited, if that one was optional.
    held: Option<Vec<u8>>,
    /// The wait point, and what would be acceptable there.
    pub(crate) awaiting: Awaiting,
    version: Option<ProtocolVersion>,
    middleboxes_served: bool,
    /// Whether HelloRequest is a message here, which it is in TLS 1.2 alone.
    ignores_hello_requests: bool,
    hello_requests: u32,
    /// TLS 1.2: the handshake that this one, inside a connection, follows.
    pub(crate) before: Option<Before>,
    /// TLS 1.2: whether the peer knows RFC 5746.
    pub(crate) secure_renegotiation: bool,
    /// TLS 1.2: what both Finished messages hold.
    pub(crate) verify_data: VerifyData,
}

/// Bytes of a flight for which there is room at once: all messages but certificates, and hellos with large key shares, are shorter together.
const FLIGHT: usize = 384;

/// A wait point: a name, and what is acceptable there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Awaiting {
    pub(crate) name: Option<&'static str>,
    pub(crate) acceptable: Vec<HandshakeType>,
    /// What came and could not be accepted, as far as an error tells it.
    pub(crate) came: Option<Box<[u8]>>,
}

impl Awaiting {
    /// Keeps what came for the error.
    pub(crate) fn keep(&mut self, came: &[u8]) {
        self.came = Some(came.iter().take(bounds::TOLD_OF_STRANGE).copied().collect());
    }
}

/// A message that was awaited and came: parsed, and as it stood on the wire.
pub(crate) struct Received<T> {
    pub(crate) message: T,
    pub(crate) raw: Vec<u8>,
}

impl Handshake {
    pub(crate) fn new(side: Side, facts: Facts, link: SharedLink) -> Self {
        Self {
            side,
            facts,
            transcript: Transcript::new(),
            link,
            flight: Vec::new(),
            held: None,
            awaiting: Awaiting::default(),
            version: None,
            middleboxes_served: false,
            ignores_hello_requests: false,
            hello_requests: 0,
            before: None,
            secure_renegotiation: false,
            verify_data: VerifyData::default(),
        }
    }

    // ---------------------------------------------------------------- receiving

    /// Awaits the message `T`, and nothing else.
    pub(crate) async fn recv<T: HandshakeBody>(&mut self) -> Result<T, Fault> {
        Ok(self.recv_raw::<T>().await?.message)
    }

    /// As [`recv`](Self::recv), with the bytes of the message. The transcript holds it already.
    pub(crate) async fn recv_raw<T: HandshakeBody>(&mut self) -> Result<Received<T>, Fault> {
        let received = self.recv_unhashed::<T>().await?;
        self.add_received(&received.raw);
        Ok(received)
    }

    /// As [`recv_raw`](Self::recv_raw), for messages that the caller itself adds to the transcript with
    /// [`add_received`](Self::add_received): before that, something must be computed over what came before.
    pub(crate) async fn recv_unhashed<T: HandshakeBody>(&mut self) -> Result<Received<T>, Fault> {
        self.await_type(T::TYPE);
        let raw = self.next().await?;
        if message_type(&raw) != T::TYPE {
            self.awaiting.keep(&raw);
            return Err(Fault::UnexpectedMessage(message_type(&raw)));
        }
        self.awaiting.acceptable.clear();
        self.tell_message(self.side.peer(), &raw, None);
        let message = T::decode_message(&raw).map_err(|error| {
            self.awaiting.keep(&raw);
            Fault::malformed(T::TYPE, error)
        })?;
        Ok(Received { message, raw })
    }

    /// Awaits the message `T`, which may be left out: then whatever came is kept for the next wait point.
    pub(crate) async fn recv_optional<T: HandshakeBody>(&mut self) -> Result<Option<T>, Fault> {
        self.await_type(T::TYPE);
        let raw = self.next().await?;
        let came = message_type(&raw);
        self.held = Some(raw);
        if came == T::TYPE {
            self.recv::<T>().await.map(Some)
        } else {
            Ok(None)
        }
    }

    /// Awaits ChangeCipherSpec (RFC 5246 §7.1), then reads with `keys`.
    pub(crate) async fn recv_change_cipher_spec(
        &mut self,
        keys: RecordKeys,
        suite: &Suite,
    ) -> Result<(), Fault> {
        self.awaiting.name = Some("AwaitChangeCipherSpec");
        if let Some(raw) = self.held.take() {
            return Err(Fault::UnexpectedMessage(message_type(&raw)));
        }
        loop {
            match self.incoming().await? {
                Incoming::ChangeCipherSpec => break,
                Incoming::Message(raw) if self.ignores(&raw) => self.count_hello_request(&raw)?,
                Incoming::Message(raw) => return Err(Fault::UnexpectedMessage(message_type(&raw))),
            }
        }
        self.awaiting.acceptable.clear();
        self.read_with(keys, SecretName::MasterSecret, suite)
    }

    /// Adds a received message to the transcript.
    pub(crate) fn add_received(&mut self, raw: &[u8]) {
        self.transcript.add(raw);
    }

    /// The peer has said all it had to say: from here on it is this side's turn. Bytes of a further message in the records that
    /// came would be a message sent too early (RFC 5246 §7.3, RFC 8446 §5.1).
    pub(crate) fn end_peers_turn(&self) -> Result<(), Fault> {
        if lock(&self.link).has_leftover() {
            Err(Fault::ExcessHandshakeData)
        } else {
            Ok(())
        }
    }

    async fn next(&mut self) -> Result<Vec<u8>, Fault> {
        if let Some(raw) = self.held.take() {
            return Ok(raw);
        }
        self.flush()?;
        loop {
            match self.incoming().await? {
                Incoming::Message(raw) if self.ignores(&raw) => self.count_hello_request(&raw)?,
                Incoming::Message(raw) => return Ok(raw),
                Incoming::ChangeCipherSpec => return Err(Fault::BadChangeCipherSpec),
            }
        }
    }

    /// RFC 5246 §7.4.1.1: a client that is negotiating already ignores HelloRequest, and leaves it out of the transcript. A server can
    /// ask as soon as the connection stands, without having seen the hello that is on its way.
    fn ignores(&self, raw: &[u8]) -> bool {
        self.ignores_hello_requests && message_type(raw) == HandshakeType::HELLO_REQUEST
    }

    fn count_hello_request(&mut self, raw: &[u8]) -> Result<(), Fault> {
        self.tell_message(Side::Server, raw, Some(&[]));
        HelloRequest::decode_message(raw)
            .map_err(|error| Fault::malformed(HandshakeType::HELLO_REQUEST, error))?;
        self.hello_requests += 1;
        if self.hello_requests > bounds::HELLO_REQUESTS {
            return Err(Fault::UnexpectedMessage(HandshakeType::HELLO_REQUEST));
        }
        Ok(())
    }

    /// A client that has offered TLS 1.2 ignores HelloRequest until it knows that the version is another.
    pub(crate) fn ignore_hello_requests(&mut self) {
        self.ignores_hello_requests = true;
    }

    async fn incoming(&mut self) -> Result<Incoming, Fault> {
        self.flush()?;
        let link = &self.link;
        let (facts, awaiting, by) = (&self.facts, &self.awaiting, self.side);
        let mut told = false;
        std::future::poll_fn(move |_| {
            let polled = lock(link).poll();
            if polled.is_pending() && !std::mem::replace(&mut told, true) {
                facts.tell(|| {
                    let acceptable = awaiting.acceptable.clone();
                    Fact::Await(Await {
                        by,
                        name: awaiting.name.unwrap_or("Await"),
                        acceptable,
                    })
                });
            }
            polled
        })
        .await
    }

    fn await_type(&mut self, handshake_type: HandshakeType) {
        if !self.awaiting.acceptable.contains(&handshake_type) {
            self.awaiting.acceptable.push(handshake_type);
        }
        self.awaiting.name = Some(wait_point(handshake_type));
    }

    // ---------------------------------------------------------------- sending

    /// Encodes a message into the present flight and adds it to the transcript.
    pub(crate) fn send<T: HandshakeBody>(&mut self, message: &T) {
        self.send_written(0, |flight| message.encode_message(flight));
    }

    /// As [`send`](Self::send), for a message that `write` appends to the flight, and for which room for `length` bytes is made.
    pub(crate) fn send_written(&mut self, length: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.flight.len();
        if start + length > self.flight.capacity() || start == 0 {
            self.flight.reserve(length + FLIGHT);
        }
        write(&mut self.flight);
        self.sent_from(start);
    }

    /// Sends a message of TLS 1.3 that comes after the handshake and is not in its transcript.
    pub(crate) fn send_after_handshake<T: HandshakeBody>(&mut self, message: &T) {
        let start = self.flight.len();
        message.encode_message(&mut self.flight);
        if self.facts.observed() {
            self.tell_message(
                self.side,
                self.flight.get(start..).unwrap_or_default(),
                None,
            );
        }
    }

    /// How large records are from here on.
    pub(crate) fn hold_records_back(&self, records: &RecordPolicy) {
        lock(&self.link).records.hold_back(records.most);
    }

    /// How large records are from here on.
    pub(crate) fn size_records(&self, sizes: RecordSizes) {
        lock(&self.link).records.size(sizes);
    }

    /// Lets the application send before the handshake is complete.
    pub(crate) fn allow_early_writing(&self, how: EarlyWriting) {
        lock(&self.link).early_writing = how;
    }

    /// What the application may export from before the handshake is complete (RFC 8446 §7.5); `None`: nothing (any more).
    pub(crate) fn export_early_from(&self, exporter: Option<Exporter>) {
        lock(&self.link).early_exporter = exporter.map(Box::new);
    }

    /// What [`export_early_from`](Self::export_early_from) has put there.
    pub(crate) fn take_early_exporter(&self) -> Option<Box<Exporter>> {
        lock(&self.link).early_exporter.take()
    }

    /// Says what becomes of a client's early data.
    pub(crate) fn treat_early_data(&self, how: EarlyReading) {
        lock(&self.link).early_reading = how;
    }

    /// Early data that this hello announces will be refused: what comes of it is skipped.
    pub(crate) fn skip_early_data(&self, config: &ServerConfig, hello: &ClientHello) {
        if hello.early_data() {
            let allowed = usize::try_from(config.tls13.max_early_data).unwrap_or(usize::MAX);
            let most = bounds::SKIPPED_EARLY_DATA.max(allowed.saturating_mul(2));
            self.treat_early_data(EarlyReading::Skipped(most));
        }
    }

    /// No early data may come from here on.
    pub(crate) fn forbid_early_data(&self) {
        self.treat_early_data(EarlyReading::Forbidden);
    }

    /// This side's records go out in the clear again: its early data was refused by a retry.
    pub(crate) fn write_plain(&mut self) -> Result<(), Fault> {
        self.flush()?;
        let mut link = lock(&self.link);
        link.early_writing = EarlyWriting::Forbidden;
        link.records.write_plain();
        Ok(())
    }

    fn sent_from(&mut self, start: usize) {
        let message = self.flight.get(start..).unwrap_or_default();
        self.transcript.add(message);
        if self.facts.observed() {
            let hash = self.transcript.digest();
            self.tell_message(self.side, message, hash.as_ref().map(AsRef::as_ref));
        }
    }

    /// Seals what was sent so far. Done by itself before every wait and every key change.
    pub(crate) fn flush(&mut self) -> Result<(), Fault> {
        if self.flight.is_empty() {
            return Ok(());
        }
        let link = &mut *lock(&self.link);
        link.records
            .seal(ContentType::HANDSHAKE, &self.flight, &mut link.outbox)?;
        self.flight.clear();
        Ok(())
    }

    /// Sends ChangeCipherSpec (RFC 5246 §7.1), then writes with `keys`.
    pub(crate) fn send_change_cipher_spec(
        &mut self,
        keys: RecordKeys,
        suite: &Suite,
    ) -> Result<(), Fault> {
        self.flush()?;
        {
            let link = &mut *lock(&self.link);
            link.records
                .seal(ContentType::CHANGE_CIPHER_SPEC, &[1], &mut link.outbox)?;
        }
        let from = self.side;
        self.facts.tell(|| {
            Fact::ChangeCipherSpec(limpid_facts::ChangeCipherSpec {
                from,
                for_middleboxes: false,
            })
        });
        self.write_with(keys, SecretName::MasterSecret, suite)
    }

    /// Sends a ChangeCipherSpec that means nothing, once, so that middleboxes take this for a resumption of TLS 1.2
    /// (RFC 8446 appendix D.4). Only with a session ID do they look, and only in the clear do they see it.
    pub(crate) fn send_middlebox_change_cipher_spec(
        &mut self,
        session_id: &[u8],
    ) -> Result<(), Fault> {
        if session_id.is_empty() || std::mem::replace(&mut self.middleboxes_served, true) {
            return Ok(());
        }
        self.flush()?;
        {
            let link = &mut *lock(&self.link);
            link.records
                .seal(ContentType::CHANGE_CIPHER_SPEC, &[1], &mut link.outbox)?;
        }
        let from = self.side;
        self.facts.tell(|| {
            Fact::ChangeCipherSpec(limpid_facts::ChangeCipherSpec {
                from,
                for_middleboxes: true,
            })
        });
        Ok(())
    }

    // ---------------------------------------------------------------- keys and versions

    /// The peer's records are protected by `keys` from here on.
    pub(crate) fn read_with(
        &mut self,
        keys: RecordKeys,
        from: SecretName,
        suite: &Suite,
    ) -> Result<(), Fault> {
        {
            let mut link = lock(&self.link);
            link.read_with(keys)?;
            if from == SecretName::ClientEarlyTrafficSecret {
                link.records.are_early();
            }
        }
        self.tell_key_change(self.side.peer(), from, suite);
        Ok(())
    }

    /// This side's records are protected by `keys` from here on.
    pub(crate) fn write_with(
        &mut self,
        keys: RecordKeys,
        from: SecretName,
        suite: &Suite,
    ) -> Result<(), Fault> {
        self.flush()?;
        {
            let records = &mut lock(&self.link).records;
            records.write_with(keys);
            if from == SecretName::ClientEarlyTrafficSecret {
                records.are_early();
            }
        }
        self.tell_key_change(self.side, from, suite);
        Ok(())
    }

    fn tell_key_change(&self, sender: Side, from_secret: SecretName, suite: &Suite) {
        let suite = suite.id;
        self.facts.tell(|| {
            Fact::KeyChange(KeyChange {
                sender,
                from_secret,
                suite,
            })
        });
    }

    /// The version is decided: messages are read accordingly, and ChangeCipherSpec is treated accordingly.
    pub(crate) fn decide_version(&mut self, version: ProtocolVersion) {
        self.version = Some(version);
        self.ignores_hello_requests =
            self.side == Side::Client && version == ProtocolVersion::TLS_1_2;
        let mut link = lock(&self.link);
        link.ccs = if version == ProtocolVersion::TLS_1_3 {
            Ccs::ForMiddleboxes
        } else {
            Ccs::ToFlow
        };
    }

    /// ChangeCipherSpec that serves middleboxes may come from here on.
    pub(crate) fn expect_middlebox_change_cipher_spec(&self) {
        lock(&self.link).ccs = Ccs::ForMiddleboxes;
    }

    /// A client that has offered TLS 1.3 drops any ChangeCipherSpec before ServerHello (RFC 8446 §5).
    pub(crate) fn tolerate_change_cipher_spec(&self) {
        lock(&self.link).ccs = Ccs::Tolerated;
    }

    /// The version in the headers of unprotected records from here on.
    pub(crate) fn plain_record_version(&self, version: [u8; 2]) {
        lock(&self.link).records.plain_version(version);
    }

    // ---------------------------------------------------------------- facts

    pub(crate) fn tell_decision(&self, decision: impl FnOnce() -> Decision) {
        self.facts.tell(|| Fact::Decision(decision()));
    }

    pub(crate) fn tell_check(&self, check: impl FnOnce() -> Check) {
        self.facts.tell(|| Fact::Check(check()));
    }

    pub(crate) fn tell_signature(&self, signature: impl FnOnce() -> Signature) {
        self.facts.tell(|| Fact::Signature(signature()));
    }

    /// `hash` is that of the transcript with this message, and empty for one that does not enter it.
    fn tell_message(&self, from: Side, raw: &[u8], hash: Option<&[u8]>) {
        let protected = self.facts.observed() && {
            let link = lock(&self.link);
            if from == self.side {
                link.records.is_writing_protected()
            } else {
                link.records.is_reading_protected()
            }
        };
        // A received message enters the transcript after this; its hash is what the transcript would be with it.
        let after = || match hash {
            Some([]) => None,
            Some(hash) => Some(hash.to_vec()),
            None if from == self.side => None,
            None => self
                .transcript
                .digest_with(raw)
                .map(|digest| digest.as_ref().to_vec()),
        };
        self.facts.tell(|| {
            Fact::Message(Message {
                from,
                handshake_type: message_type(raw),
                version: self.version,
                bytes: raw.into(),
                protected,
                transcript_hash: after().map(Into::into),
            })
        });
    }
}

/// The type byte of a message.
pub(crate) fn message_type(raw: &[u8]) -> HandshakeType {
    HandshakeType(raw.first().copied().unwrap_or_default())
}

/// The name of the wait point at which a type of message is awaited.
const fn wait_point(handshake_type: HandshakeType) -> &'static str {
    match handshake_type {
        HandshakeType::CLIENT_HELLO => "AwaitClientHello",
        HandshakeType::SERVER_HELLO => "AwaitServerHello",
        HandshakeType::NEW_SESSION_TICKET => "AwaitNewSessionTicket",
        HandshakeType::END_OF_EARLY_DATA => "AwaitEndOfEarlyData",
        HandshakeType::ENCRYPTED_EXTENSIONS => "AwaitEncryptedExtensions",
        HandshakeType::CERTIFICATE => "AwaitCertificate",
        HandshakeType::COMPRESSED_CERTIFICATE => "AwaitCompressedCertificate",
        HandshakeType::SERVER_KEY_EXCHANGE => "AwaitServerKeyExchange",
        HandshakeType::CERTIFICATE_REQUEST => "AwaitCertificateRequest",
        HandshakeType::SERVER_HELLO_DONE => "AwaitServerHelloDone",
        HandshakeType::CERTIFICATE_VERIFY => "AwaitCertificateVerify",
        HandshakeType::CLIENT_KEY_EXCHANGE => "AwaitClientKeyExchange",
        HandshakeType::FINISHED => "AwaitFinished",
        HandshakeType::CERTIFICATE_STATUS => "AwaitCertificateStatus",
        HandshakeType::KEY_UPDATE => "AwaitKeyUpdate",
        _ => "Await",
    }
}

/// What is left of a handshake when it is complete.
pub(crate) enum Done {
    /// TLS 1.2.
    Tls12(Box<Wiped<tls12::Session12>>),
    /// TLS 1.3.
    Tls13(Box<Wiped<tls13::Session13>>),
}

//! A client proves who it is after the handshake (RFC 8446 §4.6.2).
//!
//! Choosing a certificate, signing and verifying may need the outside world, so this is a flow like those of the handshake:
//! an [`Interlude`], during which the connection's records are lent to a link.

use std::sync::Arc;

use limpid_crypto::{Digest, Hash, Wiped};
use limpid_facts::{Fact, Facts, Side};
use limpid_trust::PeerIdentity;
use limpid_wire::handshake::{CertificateRequest13, Finished};
use limpid_wire::{CertificateType, ContentType, HandshakeBody, HandshakeType};

use crate::config::{ClientConfig, ServerConfig};
use crate::connection::{Broken, Flow};
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::tls12::{Session12, check_finished};
use crate::handshake::tls13::{client_certificate, transcript};
use crate::link::{Ccs, Link, SharedLink, lock, shared};
use crate::open::{Open, State};
use crate::records::Records;

/// A flow after the handshake.
pub(crate) type Interlude = Flow<Interluded>;

/// What such a flow came to.
pub(crate) enum Interluded {
    /// The client has shown a certificate, or none; only its Finished is left to send.
    Answered(Digest),
    /// The server has received everything; only the Finished is left to check.
    Received {
        client: Option<PeerIdentity>,
        transcript: Digest,
        verify_data: Vec<u8>,
    },
    /// TLS 1.2: a whole new handshake.
    Renegotiated(Box<Wiped<Session12>>),
}

/// What a connection keeps so that the client can prove who it is later on.
pub(crate) struct LaterAuthentication {
    /// Of all messages of the handshake.
    pub(crate) transcript: Hash,
    /// The form in which the client shows who it is (RFC 7250).
    pub(crate) certificate_type: CertificateType,
    pub(crate) role: Role,
}

/// What either side needs for it.
pub(crate) enum Role {
    /// The client's configuration, and the request it has been sent.
    Client(Arc<ClientConfig>, Option<(CertificateRequest13, Vec<u8>)>),
    /// The server's configuration, and the request it has sent.
    Server(Arc<ServerConfig>, Option<(CertificateRequest13, Vec<u8>)>),
}

impl Open {
    /// The server asks the client who it is.
    pub(crate) fn request_certificate(&mut self, output: &mut Vec<u8>) -> Result<(), Fault> {
        // TLS 1.2 asks by negotiating anew.
        let State::V13(session) = &mut self.state else {
            return self.renegotiate(true, output);
        };
        let Some(LaterAuthentication {
            role: Role::Server(config, pending),
            certificate_type,
            ..
        }) = &mut session.later
        else {
            return Err(Fault::Misuse(
                "this client does not prove who it is after the handshake",
            ));
        };
        if pending.is_some() {
            return Err(Fault::Misuse("the client has been asked already"));
        }
        let mut context = vec![0; 32];
        config
            .means
            .random
            .fill(&mut context)
            .map_err(|_| Fault::NoRandomness)?;
        let request = client_certificate::request(config, context, *certificate_type);
        let request = request.ok_or(Fault::Misuse(
            "no verifier of client certificates is configured",
        ))?;
        let mut message = Vec::new();
        request.encode_message(&mut message);
        *pending = Some((request, message.clone()));
        self.records
            .seal(ContentType::HANDSHAKE, &message, output)?;
        self.tell_message13(Side::Server, &message);
        Ok(())
    }

    /// The client has been asked who it is.
    pub(super) fn take_certificate_request(&mut self, message: &[u8]) -> Result<(), Fault> {
        let came = HandshakeType::CERTIFICATE_REQUEST;
        let State::V13(session) = &mut self.state else {
            return Err(Fault::UnexpectedMessage(came));
        };
        // RFC 8446 §4.6.2: only a client that offered post_handshake_auth may be asked.
        let Some(LaterAuthentication {
            role: Role::Client(_, pending),
            ..
        }) = &mut session.later
        else {
            return Err(Fault::UnexpectedMessage(came));
        };
        let request = CertificateRequest13::decode_message(message)
            .map_err(|error| Fault::malformed(came, error))?;
        // RFC 8446 §4.3.2: after the handshake the context tells requests apart.
        if request.certificate_request_context.is_empty() {
            return Err(Fault::IllegalParameter(
                "certificate_request_context is empty after the handshake",
            ));
        }
        *pending = Some((request, message.to_vec()));
        self.interlude = true;
        Ok(())
    }

    /// Whether the message that comes next begins the client's answer.
    pub(super) fn awaits_certificate(&self, came: HandshakeType) -> bool {
        let begins = matches!(
            came,
            HandshakeType::CERTIFICATE | HandshakeType::COMPRESSED_CERTIFICATE
        );
        let State::V13(session) = &self.state else {
            return false;
        };
        begins
            && matches!(
                &session.later,
                Some(LaterAuthentication {
                    role: Role::Server(_, Some(_)),
                    ..
                })
            )
    }

    /// The flow that must run before anything else, if there is one. The records are lent to its link.
    pub(crate) fn begin_interlude(&mut self) -> Option<(Interlude, SharedLink)> {
        if !std::mem::take(&mut self.interlude) {
            return None;
        }
        match self.state {
            State::V12(_) => self.begin_renegotiation(),
            State::V13(_) => self.begin_authentication(),
        }
    }

    /// Lends the records to a link of their own.
    pub(super) fn lend(&mut self, ccs: Ccs) -> (Handshake, SharedLink) {
        let (side, facts) = (self.records.side, self.records.facts.clone());
        let records = std::mem::replace(&mut self.records, Records::new(side, Facts::none()));
        let mut link = Link::new(records);
        link.ccs = ccs;
        link.joiner = std::mem::take(&mut self.joiner);
        let link = shared(link);
        (Handshake::new(side, facts, Arc::clone(&link)), link)
    }

    fn begin_authentication(&mut self) -> Option<(Interlude, SharedLink)> {
        let (mut hs, link) = self.lend(Ccs::Forbidden);
        let State::V13(session) = &mut self.state else {
            return None;
        };
        let later = session.later.as_mut()?;
        let mut hash = later.transcript.clone();
        let form = later.certificate_type;
        let flow: Interlude = match &mut later.role {
            Role::Client(config, pending) => {
                let (request, message) = pending.take()?;
                hash.update(&message);
                hs.transcript.go_on_from(hash);
                let config = Arc::clone(config);
                Box::pin(Wiped::new(async move {
                    end(answer(&mut hs, &config, request, form).await, hs)
                }))
            }
            Role::Server(config, pending) => {
                let (request, message) = pending.take()?;
                hash.update(&message);
                hs.transcript.go_on_from(hash);
                let config = Arc::clone(config);
                Box::pin(Wiped::new(async move {
                    end(receive(&mut hs, &config, &request, form).await, hs)
                }))
            }
        };
        Some((flow, link))
    }

    /// The flow is done: its records come back, and Finished ends it. Returns whether the peer proved an identity.
    pub(crate) fn end_interlude(
        &mut self,
        link: &SharedLink,
        done: Interluded,
        output: &mut Vec<u8>,
    ) -> Result<bool, Fault> {
        let mut link = lock(link);
        let side = self.records.side;
        self.records = std::mem::replace(&mut link.records, Records::new(side, Facts::none()));
        self.joiner = std::mem::take(&mut link.joiner);
        drop(link);
        let facts = self.records.facts.clone();
        let (session, done) = match (&mut self.state, done) {
            (State::V12(session), Interluded::Renegotiated(done)) => {
                let known = session.peer.is_some();
                *session = done;
                facts.tell(|| Fact::Established(session.established.clone()));
                return Ok(!known && session.peer.is_some());
            }
            (State::V13(session), done) => (session, done),
            (State::V12(_), _) => return Ok(false),
        };
        match done {
            Interluded::Renegotiated(_) => Ok(false),
            Interluded::Answered(transcript) => {
                let verify_data = session
                    .write
                    .wake()
                    .verify_data(&transcript, &facts)
                    .as_ref()
                    .to_vec();
                let mut message = Vec::new();
                Finished { verify_data }.encode_message(&mut message);
                self.records
                    .seal(ContentType::HANDSHAKE, &message, output)?;
                self.tell_message13(side, &message);
                Ok(false)
            }
            Interluded::Received {
                client,
                transcript,
                verify_data,
            } => {
                let expected = session.read.wake().verify_data(&transcript, &facts);
                let reference = "RFC 8446 §4.4.4, §4.6.2";
                check_finished(
                    &facts,
                    Side::Client,
                    expected.as_ref(),
                    &verify_data,
                    reference,
                )?;
                let proved = client.is_some();
                session.established.peer_authenticated |= proved;
                session.peer = client.or_else(|| session.peer.take());
                Ok(proved)
            }
        }
    }
}

pub(super) fn end(outcome: Result<Interluded, Fault>, hs: Handshake) -> Result<Interluded, Broken> {
    outcome.map_err(|fault| Broken {
        fault,
        awaiting: hs.awaiting,
    })
}

async fn answer(
    hs: &mut Handshake,
    config: &ClientConfig,
    request: CertificateRequest13,
    form: CertificateType,
) -> Result<Interluded, Fault> {
    client_certificate::answer(hs, config, request, form).await?;
    hs.flush()?;
    Ok(Interluded::Answered(transcript(hs)?))
}

async fn receive(
    hs: &mut Handshake,
    config: &ServerConfig,
    request: &CertificateRequest13,
    form: CertificateType,
) -> Result<Interluded, Fault> {
    let client = client_certificate::receive(hs, config, request, form).await?;
    let transcript = transcript(hs)?;
    let finished = hs.recv_unhashed::<Finished>().await?;
    Ok(Interluded::Received {
        client,
        transcript,
        verify_data: finished.message.verify_data,
    })
}

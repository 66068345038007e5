//! Somebody in the middle who knows all keys.
//!
//! Two real ends, each telling its secrets, and between them a [`Middle`] who opens what one end sends with that end's keys
//! and seals it again under the keys the other end reads with: whatever has been changed in between, however far the two ends'
//! transcripts and keys have drifted apart by then. What depends on the transcript (Finished, CertificateVerify, the signature
//! in ServerKeyExchange, PSK binders) is made anew for what its receiver has seen.
//!
//! ```text
//!   Client ── facts: keys it writes with ──▶ pieces ──▶ deviate ──▶ repair ──▶ keys the server reads with ──▶ Server
//!          ◀── keys the client reads with ◀── repair ◀── deviate ◀── pieces ◀── facts: keys it writes with ──
//! ```
//!
//! So a test changes one thing, and nothing else is wrong: no cryptography stands in front of the check that it is after. An
//! end that overlooks the change goes on to the end of the handshake, and the test sees it.

mod known;
mod repair;

use std::sync::Arc;

use limpid::{Client, Endpoint, Server};
use limpid_crypto::SigningKey;
use limpid_facts::{Interest, SecretName, Side, Story};
use limpid_wire::{ContentType, HandshakeType};

pub use known::Known;
use repair::Repairer;

use crate::Meeting;

/// A piece of plaintext on its way: a whole handshake message, or what one record of another type held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its type.
    pub content_type: ContentType,
    /// A handshake message with its header, or the content of a record.
    pub bytes: Vec<u8>,
    /// The secret under which its sender sealed it; `None` in the clear.
    pub under: Option<SecretName>,
    /// The record as its sender sealed it; for a handshake message, the one with its last byte.
    pub record: Vec<u8>,
}

impl Piece {
    /// The type of message, if it is one.
    #[must_use]
    pub fn message_type(&self) -> Option<HandshakeType> {
        (self.content_type == ContentType::HANDSHAKE).then(|| HandshakeType(self.bytes[0]))
    }
}

/// What is handed to the receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// A piece, changed or not, made to fit what its receiver has seen.
    Piece(Piece),
    /// A record with this content under the keys that its receiver reads with, and not repaired.
    Sealed(ContentType, Vec<u8>),
    /// The same with this many zero bytes of padding (TLS 1.3).
    Padded(ContentType, Vec<u8>, usize),
    /// A record in the clear.
    Plain(ContentType, Vec<u8>),
    /// A record under keys that nobody agreed on.
    Strange(ContentType, Vec<u8>),
    /// A record as [`Sealed`](Self::Sealed), with one bit of its last byte flipped.
    Damaged(ContentType, Vec<u8>),
    /// A record as [`Sealed`](Self::Sealed), of any length up to 65,000 bytes.
    Oversized(ContentType, Vec<u8>),
    /// Any bytes.
    Bytes(Vec<u8>),
}

impl From<Piece> for Delivery {
    fn from(piece: Piece) -> Self {
        Self::Piece(piece)
    }
}

/// Makes of what `Side` has sent what the other side gets. It is called with everything that was sent in one go.
pub type Deviate<'a> = dyn FnMut(Side, Vec<Piece>) -> Vec<Delivery> + 'a;

/// See the module's documentation.
pub struct Middle {
    /// The client.
    pub client: Known<Client>,
    /// The server.
    pub server: Known<Server>,
    repairer: Repairer,
}

impl Middle {
    /// Stands between two ends that are about to meet.
    #[must_use]
    pub fn between(meeting: &Meeting) -> Self {
        let stories = [(), ()].map(|()| {
            Arc::new(Story::new(Interest {
                secrets: true,
                application_data: true,
            }))
        });
        let [client, server] = stories;
        let pair = meeting.observed(client.clone(), server.clone());
        Self {
            client: Known::new(Side::Client, pair.client, client),
            server: Known::new(Side::Server, pair.server, server),
            repairer: Repairer::default(),
        }
    }

    /// With the private key of `side`'s certificate, so that its signatures can be made anew.
    #[must_use]
    pub fn knowing_key_of(mut self, side: Side, key: Arc<SigningKey>) -> Self {
        self.repairer.know(side, key);
        self
    }

    /// From here on nothing is made anew: what has been changed stays inconsistent with what follows.
    #[must_use]
    pub const fn without_repairs(mut self) -> Self {
        self.repairer.idle = true;
        self
    }

    /// Carries both ways, through `deviate`, until nothing moves any more.
    pub fn run(&mut self, deviate: &mut Deviate<'_>) {
        self.client.process();
        self.server.process();
        loop {
            let there = carry(
                &mut self.client,
                &mut self.server,
                &mut self.repairer,
                deviate,
            );
            let back = carry(
                &mut self.server,
                &mut self.client,
                &mut self.repairer,
                deviate,
            );
            if !there && !back {
                return;
            }
        }
    }

    /// Hands something to `to` that the other side never sent.
    pub fn hand(&mut self, to: Side, delivery: Delivery) {
        self.repairer.diverged = true;
        match to {
            Side::Client => {
                deliver(&self.server, &mut self.client, &self.repairer, delivery);
            }
            Side::Server => {
                deliver(&self.client, &mut self.server, &self.repairer, delivery);
            }
        }
    }
}

/// Changes nothing.
pub fn honest(_: Side, pieces: Vec<Piece>) -> Vec<Delivery> {
    pieces.into_iter().map(Delivery::Piece).collect()
}

fn carry<A: Endpoint, B: Endpoint>(
    from: &mut Known<A>,
    to: &mut Known<B>,
    repairer: &mut Repairer,
    deviate: &mut Deviate<'_>,
) -> bool {
    let pieces = from.take_pieces();
    if pieces.is_empty() {
        return false;
    }
    let mut sent = pieces.clone().into_iter();
    for delivery in deviate(from.side(), pieces) {
        let same =
            matches!(&delivery, Delivery::Piece(piece) if Some(piece) == sent.next().as_ref());
        repairer.diverged |= !same;
        deliver(from, to, repairer, delivery);
    }
    repairer.diverged |= sent.next().is_some();
    true
}

fn deliver<A: Endpoint, B: Endpoint>(
    from: &Known<A>,
    to: &mut Known<B>,
    repairer: &Repairer,
    delivery: Delivery,
) {
    let Delivery::Piece(mut piece) = delivery else {
        return to.take(delivery);
    };
    // Early data that was refused is nothing the receiver has keys for.
    let unreadable = piece.under == Some(SecretName::ClientEarlyTrafficSecret)
        && to.reads_under() != piece.under;
    if unreadable {
        return to.take(Delivery::Bytes(piece.record));
    }
    repairer.repair(&mut piece, from.side(), &from.facts, &to.facts);
    to.take(Delivery::Piece(piece));
}

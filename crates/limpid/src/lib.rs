//! A TLS stack that is fast, complete and able to explain itself.
//!
//! * [`Client`] and [`Server`] are sans-I/O: bytes in, bytes out, no socket, no clock, no thread, no runtime inside.
//! * [`Stream`] is either of them over anything that reads and writes, blocking.
//! * An [`Observer`] is told every record, message, key derivation, decision, check and failure as a value
//!   ([`facts`]); without one nothing is made and nothing is paid.
//!
//! ```no_run
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use std::sync::Arc;
//! use limpid::{Client, ClientConfig, Roots, Stream};
//!
//! let config = Arc::new(ClientConfig::new(Roots::from_system()?));
//! let client = Client::new(config, "example.com".try_into()?);
//! let mut stream = Stream::new(client, TcpStream::connect("example.com:443")?);
//! stream.write_all(b"GET / HTTP/1.0\r\nHost: example.com\r\n\r\n")?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::as_conversions
    )
)]

mod auth;
pub mod bounds;
mod certificates;
mod client;
mod compress;
mod config;
mod connection;
mod endpoint;
mod error;
mod fault;
mod fields;
mod handshake;
mod link;
mod negotiate;
mod open;
mod policy;
pub mod provide;
mod psk;
mod records;
mod server;
pub mod session;
mod stream;
mod transcript;

pub use certificates::Certificates;
pub use client::Client;
pub use config::{ClientConfig, ServerConfig};
pub use connection::{Event, Step};
pub use endpoint::Endpoint;
pub use error::Error;
pub use fault::{Fault, Row};
pub use limpid_crypto::HashAlgorithm;
pub use limpid_facts as facts;
pub use limpid_facts::Observer;
pub use limpid_protect::{Authentication, KeyExchange, Suite};
pub use limpid_trust as trust;
pub use limpid_trust::{RawKeys, Roots, ServerVerifier};
pub use limpid_wire as wire;
pub use policy::{Extras, Policy, Ties};
pub use provide::CertifiedKey;
pub use psk::{ExternalPsk, FindPsk};
pub use server::Server;
pub use session::{ClientSessions, MemoryStore, ServerProof, Session, TicketKeys};
pub use stream::Stream;

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

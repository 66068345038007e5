//! The trait that streams of every kind are made from: what both ends of a connection can do, sans-I/O.

use std::task::Context;

use limpid_facts::Established;
use limpid_trust::PeerIdentity;
use limpid_wire::AlertDescription;

use crate::connection::Step;
use crate::error::Error;

/// One end of a TLS connection, sans-I/O: what [`Client`](crate::Client) and [`Server`](crate::Server) can both do.
///
/// The caller owns the buffers. A driver is a loop: [`process`](Self::process) with what has been read, send what was
/// appended to the output (also when an error is returned: it is the alert), then do what the [`Event`](crate::Event) says.
pub trait Endpoint {
    /// Goes on: takes whole records from the front of `input`, opens them in place, appends to `output` what must be sent.
    ///
    /// At most one record of application data is handled in a call; call again while the event is not
    /// [`Event::NeedBytes`](crate::Event::NeedBytes). A client's first call, with empty input, appends its ClientHello. `cx`'s waker is called when
    /// an answer that [`Event::Outside`](crate::Event::Outside) waits for is there.
    ///
    /// # Errors
    /// The connection failed and is over; `output` holds the alert for the peer, if there is one.
    fn process(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut [u8],
        output: &mut Vec<u8>,
    ) -> Result<Step, Error>;

    /// Seals `plaintext` into records appended to `output`, written once, as many records as it takes.
    ///
    /// # Errors
    /// The handshake is not complete, the connection is closed or failed, or its key is exhausted.
    fn seal(&mut self, plaintext: &[u8], output: &mut Vec<u8>) -> Result<(), Error>;

    /// How many bytes [`seal_into`](Self::seal_into) needs for the records of `length` bytes of plaintext, at most.
    fn sealed_length(&self, length: usize) -> usize;

    /// As [`seal`](Self::seal), over the beginning of `output`, which must have [`sealed_length`](Self::sealed_length) bytes and may hold anything: for callers that
    /// keep a buffer. Nobody clears the memory beforehand that the records go to, which is a tenth of the time that 16 KiB of AES-GCM take. Returns how
    /// many bytes are to be sent.
    ///
    /// # Errors
    /// As [`seal`](Self::seal), and when `output` is too short.
    fn seal_into(&mut self, plaintext: &[u8], output: &mut [u8]) -> Result<usize, Error>;

    /// Appends close_notify to `output`, once. Nothing can be sealed after it; the peer may still send.
    fn close(&mut self, output: &mut Vec<u8>);

    /// Ends the connection at once, whatever its state, with an alert of the caller's choice appended to `output`: for reasons
    /// that only the application knows, such as a client that it does not want, or an answer from outside that will not come.
    /// Every later call fails with [`Fault::Aborted`](crate::Fault::Aborted). Does nothing where the connection has failed
    /// already.
    fn abort(&mut self, alert: AlertDescription, output: &mut Vec<u8>);

    /// The transport has no more bytes.
    ///
    /// # Errors
    /// It ended before the peer's close_notify: what came may be cut short by an attacker (RFC 8446 §6.1).
    fn end(&mut self, cx: &mut Context<'_>, output: &mut Vec<u8>) -> Result<(), Error>;

    /// Whether the handshake is still running.
    fn is_handshaking(&self) -> bool;

    /// Whether the handshake lets application data be sealed that nobody can replay: when it is complete; for a client with
    /// [False Start](crate::ClientConfig::false_start) a round trip earlier. Not while a new handshake runs inside a connection of
    /// TLS 1.2: [`seal`](Self::seal) works then, too (RFC 5246 §7.4.1.1 allows it), but there are peers, OpenSSL among them, that
    /// break off when data comes between the messages of a renegotiation.
    fn can_send(&self) -> bool;

    /// What was agreed, once the handshake is complete.
    fn established(&self) -> Option<&Established>;

    /// Who the peer proved to be, if it proved anything.
    fn peer(&self) -> Option<&PeerIdentity>;

    /// Changes the keys of what this end sends (TLS 1.3, RFC 8446 §4.6.3), and asks the peer to do the same if `both`.
    /// Connections do this by themselves before a key has protected as many records as it may.
    ///
    /// # Errors
    /// The handshake is not complete, or it is TLS 1.2, which has no such thing.
    fn update_keys(&mut self, both: bool, output: &mut Vec<u8>) -> Result<(), Error>;

    /// Whether early data (0-RTT) that the client offered is accepted; `None` while that is open, or when none was offered.
    /// What a server refused the client must send again.
    fn early_data(&self) -> Option<bool>;

    /// Fills `out` with keying material for an application (RFC 5705, RFC 8446 §7.5).
    ///
    /// # Errors
    /// The handshake is not complete, or has no extended master secret (RFC 7627 §5.4), or `context` is too long.
    fn export(&self, label: &[u8], context: Option<&[u8]>, out: &mut [u8]) -> Result<(), Error>;

    /// Fills `out` with keying material that early data can be bound to (`early_exporter_master_secret`, RFC 8446 §7.5): on a
    /// client from its hello on, on a server once it has accepted the early data, and on both afterwards. An attacker who
    /// replays the hello makes the server export the same again; whoever can wait uses [`export`](Self::export).
    ///
    /// # Errors
    /// There is no early data, or the server has refused it, or `label` has more than 249 bytes or `out` more than 255 hashes.
    fn export_early(&self, label: &[u8], context: &[u8], out: &mut [u8]) -> Result<(), Error>;
}

macro_rules! endpoint {
    ($Type:ty) => {
        impl Endpoint for $Type {
            fn process(
                &mut self,
                cx: &mut Context<'_>,
                input: &mut [u8],
                output: &mut Vec<u8>,
            ) -> Result<Step, Error> {
                self.connection.process(cx, input, output)
            }

            fn seal(&mut self, plaintext: &[u8], output: &mut Vec<u8>) -> Result<(), Error> {
                self.connection.seal(plaintext, output)
            }

            fn sealed_length(&self, length: usize) -> usize {
                self.connection.sealed_length(length)
            }

            fn seal_into(&mut self, plaintext: &[u8], output: &mut [u8]) -> Result<usize, Error> {
                self.connection.seal_into(plaintext, output)
            }

            fn close(&mut self, output: &mut Vec<u8>) {
                self.connection.close(output);
            }

            fn abort(&mut self, alert: AlertDescription, output: &mut Vec<u8>) {
                self.connection.abort(alert, output);
            }

            fn end(&mut self, cx: &mut Context<'_>, output: &mut Vec<u8>) -> Result<(), Error> {
                self.connection.end(cx, output)
            }

            fn is_handshaking(&self) -> bool {
                self.connection.is_handshaking()
            }

            fn can_send(&self) -> bool {
                self.connection.can_send()
            }

            fn established(&self) -> Option<&Established> {
                self.connection.established()
            }

            fn peer(&self) -> Option<&PeerIdentity> {
                self.connection.peer()
            }

            fn update_keys(&mut self, both: bool, output: &mut Vec<u8>) -> Result<(), Error> {
                self.connection.update_keys(both, output)
            }

            fn early_data(&self) -> Option<bool> {
                self.connection.early_data()
            }

            fn export(
                &self,
                label: &[u8],
                context: Option<&[u8]>,
                out: &mut [u8],
            ) -> Result<(), Error> {
                self.connection.export(label, context, out)
            }

            fn export_early(
                &self,
                label: &[u8],
                context: &[u8],
                out: &mut [u8],
            ) -> Result<(), Error> {
                self.connection.export_early(label, context, out)
            }
        }
    };
}
pub(crate) use endpoint;

//! A recording as a capture file (the classic pcap format, raw IPv4), for tools that read captures.
//!
//! The bytes and times are those that passed; the packets around them are made up: a client 10.0.0.1 with one port
//! per connection, a server 10.0.0.2 on port 443, nothing lost, nothing out of order.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::{Recording, Side};

const CLIENT: [u8; 4] = [10, 0, 0, 1];
const SERVER: [u8; 4] = [10, 0, 0, 2];
const SERVER_PORT: u16 = 443;
const FIRST_CLIENT_PORT: u16 = 40_000;

/// Bytes of payload per packet, as on an Ethernet.
const SEGMENT: usize = 1460;

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const PSH: u8 = 0x08;
const ACK: u8 = 0x10;

/// Writes the whole recording as one capture.
///
/// # Panics
/// When the file cannot be written.
pub fn write(path: &Path, recording: &Recording) {
    fs::write(path, capture(recording))
        .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
}

/// The whole recording as the bytes of a capture file.
pub fn capture(recording: &Recording) -> Vec<u8> {
    const LINKTYPE_RAW: u32 = 101;
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, LINKTYPE_RAW] {
        file.extend_from_slice(&u32::to_le_bytes(word));
    }
    let mut conversations = BTreeMap::new();
    for piece in &recording.passed {
        let conversation = conversations
            .entry(piece.connection)
            .or_insert_with(|| Conversation::open(&mut file, piece.connection, piece.at));
        if piece.bytes.is_empty() {
            conversation.send(&mut file, piece.at, piece.from, FIN | ACK, &[]);
        }
        for segment in piece.bytes.chunks(SEGMENT) {
            conversation.send(&mut file, piece.at, piece.from, PSH | ACK, segment);
        }
    }
    file
}

/// One TCP connection: its ports and how far each side has counted.
struct Conversation {
    client_port: u16,
    client_next: u32,
    server_next: u32,
}

impl Conversation {
    fn open(file: &mut Vec<u8>, connection: u16, at: Duration) -> Self {
        let mut new = Self {
            client_port: FIRST_CLIENT_PORT + connection,
            client_next: 1000,
            server_next: 2000,
        };
        new.send(file, at, Side::Client, SYN, &[]);
        new.send(file, at, Side::Server, SYN | ACK, &[]);
        new.send(file, at, Side::Client, ACK, &[]);
        new
    }

    fn send(&mut self, file: &mut Vec<u8>, at: Duration, from: Side, flags: u8, payload: &[u8]) {
        let (source, destination) = ((CLIENT, self.client_port), (SERVER, SERVER_PORT));
        let (next, seen) = match from {
            Side::Client => (&mut self.client_next, self.server_next),
            Side::Server => (&mut self.server_next, self.client_next),
        };
        let numbers = (*next, if flags & ACK == 0 { 0 } else { seen });
        let packet = match from {
            Side::Client => packet(source, destination, numbers, flags, payload),
            Side::Server => packet(destination, source, numbers, flags, payload),
        };
        *next += length(payload) + u32::from(flags & (SYN | FIN) != 0);

        let seconds = u32::try_from(at.as_secs()).expect("tests are short");
        for word in [
            seconds,
            at.subsec_micros(),
            length(&packet),
            length(&packet),
        ] {
            file.extend_from_slice(&word.to_le_bytes());
        }
        file.extend_from_slice(&packet);
    }
}

/// An IPv4 packet (RFC 791 §3.1) with a TCP segment (RFC 9293 §3.1), without options in either.
fn packet(
    source: ([u8; 4], u16),
    destination: ([u8; 4], u16),
    (sequence, acknowledged): (u32, u32),
    flags: u8,
    payload: &[u8],
) -> Vec<u8> {
    let mut segment = Vec::new();
    segment.extend_from_slice(&source.1.to_be_bytes());
    segment.extend_from_slice(&destination.1.to_be_bytes());
    segment.extend_from_slice(&sequence.to_be_bytes());
    segment.extend_from_slice(&acknowledged.to_be_bytes());
    segment.extend_from_slice(&[5 << 4, flags, 0xff, 0xff, 0, 0, 0, 0]); // header words, window, checksum, urgent
    segment.extend_from_slice(payload);

    let tcp_length = u16::try_from(segment.len()).expect("a segment fits a packet");
    let [high, low] = tcp_length.to_be_bytes();
    let pseudo_header = [&source.0[..], &destination.0, &[0, 6, high, low]].concat();
    let sum = checksum(&[pseudo_header.as_slice(), &segment].concat());
    segment[16..18].copy_from_slice(&sum.to_be_bytes());

    let [high, low] = (tcp_length + 20).to_be_bytes();
    let mut packet = vec![0x45, 0, high, low, 0, 0, 0x40, 0, 64, 6, 0, 0]; // don't fragment, 64 hops, TCP
    packet.extend_from_slice(&source.0);
    packet.extend_from_slice(&destination.0);
    let sum = checksum(&packet);
    packet[10..12].copy_from_slice(&sum.to_be_bytes());
    packet.extend_from_slice(&segment);
    packet
}

/// RFC 1071: the one's complement of the one's complement sum of all 16-bit words.
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes
        .chunks(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
    let folded = words.fold(0u16, |sum, word| {
        let (sum, carried) = sum.overflowing_add(word);
        sum + u16::from(carried)
    });
    !folded
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("a packet's length")
}

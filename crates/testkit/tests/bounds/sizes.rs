//! Bounds on sizes: messages, early data.

use limpid::{Fault, bounds};
use limpid_facts::Side;
use limpid_testkit::Split;
use limpid_testkit::middle::{Delivery, Piece, honest};
use limpid_wire::{ContentType, HandshakeType};

use crate::{fault, flow, server};

/// A message of any type is refused at its header, before a byte of its body is awaited.
#[test]
fn messages_of_every_type() {
    for number in 0..=255 {
        let handshake_type = HandshakeType(number);
        let limit = bounds::message(handshake_type);
        let announced = |length: usize| {
            let mut end = server();
            let [.., high, middle, low] = length.to_be_bytes();
            let record = [22, 3, 3, 0, 4, number, high, middle, low];
            end.arrive(&record, &mut Split::Whole);
            fault(&end)
        };
        assert_eq!(announced(limit), None, "{handshake_type}");
        let too_long = Fault::MessageTooLong {
            handshake_type,
            length: limit + 1,
            limit,
        };
        assert_eq!(announced(limit + 1), Some(too_long), "{handshake_type}");
    }
    let named = [
        (HandshakeType::CLIENT_HELLO, bounds::CLIENT_HELLO),
        (HandshakeType::CERTIFICATE, bounds::CERTIFICATE),
        (HandshakeType::COMPRESSED_CERTIFICATE, bounds::CERTIFICATE),
        (HandshakeType::FINISHED, bounds::MESSAGE),
        (HandshakeType::KEY_UPDATE, bounds::MESSAGE),
        (HandshakeType(99), bounds::MESSAGE),
    ];
    for (handshake_type, limit) in named {
        assert_eq!(bounds::message(handshake_type), limit, "{handshake_type}");
    }
}

/// What a server said that it accepts, [`ServerConfig::max_early_data`](limpid::ServerConfig::max_early_data): 1000 bytes in this
/// flow.
#[test]
fn early_data_accepted() {
    let became = |length: usize| {
        let mut middle = flow("TLS 1.3, early data").middle(1);
        middle.run(&mut |from, pieces: Vec<Piece>| {
            if from == Side::Server {
                return honest(from, pieces);
            }
            let longer = |mut piece: Piece| {
                let early =
                    piece.content_type == ContentType::APPLICATION_DATA && piece.bytes == b"early";
                if early {
                    piece.bytes = vec![7; length];
                }
                Delivery::Piece(piece)
            };
            pieces.into_iter().map(longer).collect()
        });
        let end = &middle.server.end;
        (fault(end), end.received_early.len())
    };
    assert_eq!(became(1000), (None, 1000));
    assert_eq!(became(1001), (Some(Fault::TooMuchEarlyData), 0));
}

/// Early data that was refused is skipped, headers and tags counted.
#[test]
fn early_data_skipped() {
    const RECORD: usize = 16_384;
    let mut meeting = flow("TLS 1.3, early data refused").prepare(1).pair();
    let hello = std::mem::take(&mut meeting.client.output);
    let length = 5 + usize::from(u16::from_be_bytes([hello[3], hello[4]]));
    let server = &mut meeting.server;
    server.arrive(&hello[..length], &mut Split::Whole);
    let junk = |length: usize| {
        let [.., high, low] = (length - 5).to_be_bytes();
        let mut record = vec![23, 3, 3, high, low];
        record.resize(length, 0);
        record
    };
    assert_eq!(bounds::SKIPPED_EARLY_DATA % RECORD, 0);
    for _ in 0..bounds::SKIPPED_EARLY_DATA / RECORD {
        server.arrive(&junk(RECORD), &mut Split::Whole);
        assert_eq!(fault(server), None);
    }
    // The shortest record that could be one.
    server.arrive(&junk(5 + 17), &mut Split::Whole);
    assert_eq!(fault(server), Some(Fault::TooMuchEarlyData));
}

/// Somebody who does not speak TLS may say a lot.
#[test]
fn what_an_error_keeps_of_strange_bytes() {
    let kept = |length: usize| {
        let mut end = server();
        let mut said = b"GET / HTTP/1.1\r\n".to_vec();
        said.resize(length, b'x');
        end.arrive(&said, &mut Split::Whole);
        let failure = end.error.expect("it is no TLS").explain();
        failure.came.map(|came| came.len())
    };
    let most = bounds::TOLD_OF_STRANGE;
    assert_eq!(kept(most), Some(most));
    assert_eq!(kept(most + 1), Some(most));
}

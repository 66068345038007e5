//! ROBOT over the wire (Böck, Somorovsky, Young 2017): somebody without any key asks `limpid serve` about ciphertexts, one connection each,
//! and must not be able to tell from its answers which were well padded.
//!
//! The client is made of bytes here, since no TLS library sends what an attacker sends.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use limpid_interop::{KeyKind, PATIENCE, Place, Port, Process, limpid};
use limpid_testkit::robot::{MODULUS, modulus, probes};

const AES128_SHA: [u8; 2] = [0x00, 0x2f];
const AES128_GCM_SHA256: [u8; 2] = [0x00, 0x9c];

/// What a server does about a ciphertext.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Behaviour {
    bytes: Vec<u8>,
    /// How it ended: by the end of the stream, or by an error of the socket.
    end: Option<ErrorKind>,
}

/// How far the attacker goes before it listens.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    /// ClientKeyExchange, ChangeCipherSpec, and a Finished under keys nobody knows.
    Whole,
    /// ClientKeyExchange and ChangeCipherSpec.
    WithoutFinished,
    /// ClientKeyExchange, then nothing.
    ExchangeAlone,
}

fn serve(place: &Place, port: &Port) -> Process {
    let text = |path: &Path| path.to_str().expect("a plain path").to_owned();
    let rsa = place.good(KeyKind::Rsa2048);
    let suites = "--suites=AES128-SHA,AES128-GCM-SHA256";
    let (cert, key) = (text(&rsa.chain), text(&rsa.key));
    limpid::serve(port, ["--cert", &cert, "--key", &key, "--legacy", suites])
}

#[test]
fn every_ciphertext_gets_the_same_answer() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = serve(&place, &port);
    let at = port.address();
    let probes = probes(&modulus(&Victim::meet(at, AES128_SHA).said));
    assert!(probes.len() > 30);
    for suite in [AES128_SHA, AES128_GCM_SHA256] {
        let mut first = None;
        for (name, ciphertext) in &probes {
            let (behaviour, _) = Victim::meet(at, suite).ask(ciphertext, Shape::Whole);
            // bad_record_mac, in the clear: the server has not changed keys itself yet.
            assert_eq!(behaviour.bytes, [21, 3, 3, 0, 2, 2, 20], "{name}");
            let first = first.get_or_insert_with(|| behaviour.clone());
            assert_eq!(*first, behaviour, "{name}");
        }
    }
}

/// Servers were caught that answered at once where others waited for the Finished.
#[test]
fn without_a_finished_it_waits_whatever_was_encrypted() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = serve(&place, &port);
    let at = port.address();
    let probes = probes(&modulus(&Victim::meet(at, AES128_SHA).said));
    for shape in [Shape::WithoutFinished, Shape::ExchangeAlone] {
        std::thread::scope(|scope| {
            for (name, ciphertext) in &probes {
                scope.spawn(move || {
                    let (behaviour, _) = Victim::meet(at, AES128_SHA).ask(ciphertext, shape);
                    assert!(behaviour.bytes.is_empty(), "{name}: {behaviour:?}");
                    assert_eq!(behaviour.end, Some(ErrorKind::WouldBlock), "{name}");
                });
            }
        });
    }
}

/// No statistics (docs/timing.md has those): somebody looks at the times and sees no class stand out. The median of every kind of
/// ciphertext lies among the times of the good one. A busy machine makes now this one stand out and now that one; what gives a
/// plaintext away stands out each time. Numbers that RSA maps to themselves or cannot take are left out: they are refused before the
/// private key is used, by what everybody on the way can see.
#[test]
fn the_times_of_the_answers_look_alike() {
    const LOOKS: usize = 10;
    let (place, port) = (Place::new(), Port::lease());
    let _server = serve(&place, &port);
    let at = port.address();
    let mut probes = probes(&modulus(&Victim::meet(at, AES128_SHA).said));
    let public = [
        "nothing but zeros",
        "the number 1",
        "n − 1",
        "n",
        "more than n",
    ];
    let all = probes.len();
    probes.retain(|(name, _)| !public.contains(&name.as_str()));
    assert_eq!(probes.len(), all - public.len());
    let mut suspects = outstanding(at, &probes);
    for _ in 1..LOOKS {
        if suspects.is_empty() {
            return;
        }
        let now = outstanding(at, &probes);
        suspects.retain(|name| now.contains(name));
    }
    assert!(suspects.is_empty(), "{suspects:?} stood out {LOOKS} times");
}

/// The kinds of ciphertexts, the good one first, whose median lies outside the times of the good one.
fn outstanding(at: SocketAddr, probes: &[(String, Vec<u8>)]) -> Vec<String> {
    const ROUNDS: usize = 9;
    let mut times = vec![Vec::new(); probes.len()];
    for _ in 0..ROUNDS {
        for ((_, ciphertext), times) in probes.iter().zip(&mut times) {
            let (_, took) = Victim::meet(at, AES128_SHA).ask(ciphertext, Shape::Whole);
            times.push(took);
        }
    }
    times.iter_mut().for_each(|times| times.sort());
    let good = times[0][0]..=times[0][ROUNDS - 1];
    let mut outstanding = Vec::new();
    for ((name, _), times) in probes.iter().zip(&times) {
        let median = times[ROUNDS / 2];
        #[expect(clippy::print_stdout, reason = "somebody may want to look")]
        {
            println!("{:>8.2} ms  {name}", median.as_secs_f64() * 1e3);
        }
        if !good.contains(&median) {
            outstanding.push(name.clone());
        }
    }
    outstanding
}

/// A handshake up to ServerHelloDone.
struct Victim {
    stream: TcpStream,
    /// All the server has said.
    said: Vec<u8>,
}

impl Victim {
    fn meet(server: SocketAddr, suite: [u8; 2]) -> Self {
        let mut stream = TcpStream::connect(server).expect("the server listens");
        stream.set_nodelay(true).expect("a TCP socket");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.write_all(&hello(suite)).expect("it reads");
        let mut said = Vec::new();
        let mut piece = [0; 4096];
        // ServerHelloDone: type 14, empty.
        while !said.ends_with(&[14, 0, 0, 0]) {
            let length = stream.read(&mut piece).expect("it answers");
            assert!(length > 0, "it hung up: {said:02x?}");
            said.extend_from_slice(&piece[..length]);
        }
        Self { stream, said }
    }

    /// What it does about this ciphertext, and how long that takes.
    fn ask(mut self, ciphertext: &[u8], shape: Shape) -> (Behaviour, Duration) {
        assert_eq!(ciphertext.len(), MODULUS);
        let mut flight = vec![22, 3, 3, 1, 6, 16, 0, 1, 2, 1, 0];
        flight.extend_from_slice(ciphertext);
        if shape != Shape::ExchangeAlone {
            flight.extend([20, 3, 3, 0, 1, 1]);
        }
        if shape == Shape::Whole {
            flight.extend([22, 3, 3, 0, 64]);
            flight.extend([0x5a; 64]);
        }
        let patience = match shape {
            Shape::Whole => PATIENCE,
            Shape::WithoutFinished | Shape::ExchangeAlone => Duration::from_secs(1),
        };
        self.stream
            .set_read_timeout(Some(patience))
            .expect("a timeout");
        let start = Instant::now();
        self.stream.write_all(&flight).expect("it reads");
        let mut piece = [0; 64];
        let first = self.stream.read(&mut piece);
        let took = start.elapsed();
        let mut bytes = Vec::new();
        let end = match first {
            Ok(length) => {
                bytes.extend_from_slice(&piece[..length]);
                self.stream.read_to_end(&mut bytes).err()
            }
            Err(error) => Some(error),
        };
        let end = end.map(|error| error.kind());
        (Behaviour { bytes, end }, took)
    }
}

/// A ClientHello of TLS 1.2 with one suite, `signature_algorithms` and `renegotiation_info`.
fn hello(suite: [u8; 2]) -> Vec<u8> {
    let schemes = [0, 13, 0, 8, 0, 6, 4, 1, 5, 1, 8, 4];
    let renegotiation_info = [0xff, 1, 0, 1, 0];
    let extensions = [&schemes[..], &renegotiation_info].concat();
    let mut body = vec![3, 3];
    body.extend([0x11; 32]);
    body.push(0);
    body.extend([&[0, 2], &suite[..], &[1, 0]].concat());
    body.extend(
        [
            &[0, u8::try_from(extensions.len()).unwrap()],
            &extensions[..],
        ]
        .concat(),
    );
    let length = u8::try_from(body.len()).expect("a short hello");
    [&[22, 3, 1, 0, length + 4, 1, 0, 0, length], &body[..]].concat()
}

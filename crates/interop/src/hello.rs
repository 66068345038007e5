//! Generated ClientHellos, good and bad, made from a seed without limpid's codecs; and what a server answers to one.
//!
//! A hello is a good one of random parameters with at most one [`Deviation`], so that what a server makes of it can be
//! laid at its door.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use crate::PATIENCE;
use crate::eavesdrop::{self, content};

mod deviation;

pub use deviation::Deviation;

/// A hello, as bytes of a record, and what it is.
#[derive(Clone, Debug)]
pub struct Hello {
    /// The record.
    pub bytes: Vec<u8>,
    /// What is wrong or strange about it; nothing, most often.
    pub deviation: Option<Deviation>,
    /// Whether TLS 1.3 is offered.
    pub offers_tls13: bool,
}

/// What a server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Answer {
    /// A ServerHello, or a HelloRetryRequest: version, suite, and the group of TLS 1.3.
    Goes(u16, u16, Option<u16>),
    /// An alert.
    Alert(u8),
    /// The end of the stream.
    Ends,
    /// Nothing.
    Waits,
}

/// What a hello is made of.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) record_version: u16,
    pub(crate) version: u16,
    pub(crate) session_id: Vec<u8>,
    pub(crate) suites: Vec<u16>,
    pub(crate) compression: Vec<u8>,
    pub(crate) extensions: Vec<(u16, Vec<u8>)>,
}

/// A small generator (splitmix64): the same seed, the same hello.
pub(crate) struct Seeded(u64);

impl Seeded {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).expect("small")).expect("small")
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// A non-empty subset in random order.
    fn some(&mut self, of: &[u16]) -> Vec<u16> {
        let mut rest = of.to_vec();
        let count = 1 + self.below(of.len());
        (0..count)
            .map(|_| rest.swap_remove(self.below(rest.len())))
            .collect()
    }
}

pub(crate) mod extension {
    pub(crate) const SERVER_NAME: u16 = 0;
    pub(crate) const STATUS_REQUEST: u16 = 5;
    pub(crate) const SUPPORTED_GROUPS: u16 = 10;
    pub(crate) const EC_POINT_FORMATS: u16 = 11;
    pub(crate) const SIGNATURE_ALGORITHMS: u16 = 13;
    pub(crate) const ALPN: u16 = 16;
    pub(crate) const PADDING: u16 = 21;
    pub(crate) const ENCRYPT_THEN_MAC: u16 = 22;
    pub(crate) const EXTENDED_MASTER_SECRET: u16 = 23;
    pub(crate) const SESSION_TICKET: u16 = 35;
    pub(crate) const PRE_SHARED_KEY: u16 = 41;
    pub(crate) const SUPPORTED_VERSIONS: u16 = 43;
    pub(crate) const COOKIE: u16 = 44;
    pub(crate) const PSK_KEY_EXCHANGE_MODES: u16 = 45;
    pub(crate) const KEY_SHARE: u16 = 51;
    pub(crate) const RENEGOTIATION_INFO: u16 = 0xff01;
}

/// The suites that all three servers of the comparison take.
const TLS12_SUITES: [u16; 6] = [0xc02b, 0xc02c, 0xcca9, 0xc02f, 0xc030, 0xcca8];
const TLS13_SUITES: [u16; 3] = [0x1301, 0x1302, 0x1303];
const GROUPS: [u16; 4] = [0x001d, 0x0017, 0x0018, 0x0019];
/// Those without which one of the certificates could not be used, and others.
const SCHEMES: [u16; 4] = [0x0403, 0x0804, 0x0401, 0x0503];
const MORE_SCHEMES: [u16; 6] = [0x0603, 0x0805, 0x0806, 0x0501, 0x0601, 0x0807];
/// RFC 8701.
const GREASE: u16 = 0x3a3a;

impl Hello {
    /// The hello of this seed: every other one deviates, each deviation in its turn.
    pub fn of_seed(seed: u64) -> Self {
        let mut random = Seeded(seed);
        let mut parts = Parts::good(&mut random);
        let all = Deviation::ALL;
        let turn = usize::try_from(seed / 2).expect("a small seed") % all.len();
        let deviation = (seed % 2 == 1).then(|| all[turn]);
        let mut body_tail = Vec::new();
        if let Some(deviation) = deviation {
            deviation.apply(&mut parts, &mut body_tail, &mut random);
        }
        let offers_tls13 = parts.offers_tls13();
        Self {
            bytes: parts.record(&mut random, &body_tail, deviation),
            deviation,
            offers_tls13,
        }
    }
}

impl Parts {
    fn good(random: &mut Seeded) -> Self {
        let tls13 = !random.one_in(3);
        let tls12 = !tls13 || !random.one_in(3);
        let mut suites = Vec::new();
        if random.one_in(3) {
            suites.push(GREASE);
        }
        if tls13 {
            suites.extend(random.some(&TLS13_SUITES));
        }
        if tls12 {
            suites.extend(random.some(&TLS12_SUITES));
            suites.push(0x00ff); // RFC 5746 §3.3
        }
        let mut groups = random.some(&GROUPS);
        if !groups.contains(&0x0017) {
            groups.push(0x0017); // the curve of the servers' ECDSA certificate
        }
        let mut schemes = SCHEMES.to_vec();
        schemes.extend(random.some(&MORE_SCHEMES));
        let mut extensions = vec![
            (extension::SERVER_NAME, name("localhost")),
            (extension::SUPPORTED_GROUPS, list16(&groups)),
            (extension::SIGNATURE_ALGORITHMS, list16(&schemes)),
            (extension::EC_POINT_FORMATS, vec![1, 0]),
            (extension::EXTENDED_MASTER_SECRET, vec![]),
        ];
        if random.one_in(2) {
            extensions.push((extension::SESSION_TICKET, vec![]));
        }
        if random.one_in(4) {
            extensions.push((extension::ENCRYPT_THEN_MAC, vec![]));
        }
        if random.one_in(4) {
            extensions.push((extension::STATUS_REQUEST, vec![1, 0, 0, 0, 0]));
        }
        if random.one_in(4) {
            extensions.push((GREASE, vec![0]));
        }
        if tls13 {
            let mut versions = vec![2, 0x03, 0x04];
            if tls12 {
                versions = vec![4, 0x03, 0x04, 0x03, 0x03];
            }
            let shares: Vec<u16> = groups
                .iter()
                .copied()
                .filter(|group| matches!(group, 0x001d | 0x0017))
                .take(1 + random.below(2))
                .collect();
            extensions.push((extension::SUPPORTED_VERSIONS, versions));
            extensions.push((extension::KEY_SHARE, key_shares(&shares)));
            extensions.push((extension::PSK_KEY_EXCHANGE_MODES, vec![1, 1]));
        }
        if random.one_in(4) {
            extensions.push((extension::PADDING, vec![0; random.below(200)]));
        }
        let shift = random.below(extensions.len());
        extensions.rotate_left(shift);
        Self {
            record_version: if random.one_in(2) { 0x0301 } else { 0x0303 },
            version: 0x0303,
            session_id: vec![7; if random.one_in(2) { 32 } else { 0 }],
            suites,
            compression: vec![0],
            extensions,
        }
    }

    pub(crate) fn offers_tls13(&self) -> bool {
        self.find(extension::SUPPORTED_VERSIONS)
            .is_some_and(|versions| versions[1..].chunks(2).any(|version| version == [3, 4]))
    }

    pub(crate) fn find(&self, wanted: u16) -> Option<&Vec<u8>> {
        self.extensions
            .iter()
            .find(|(kind, _)| *kind == wanted)
            .map(|(_, body)| body)
    }

    pub(crate) fn set(&mut self, wanted: u16, body: Vec<u8>) {
        self.remove(wanted);
        self.extensions.insert(0, (wanted, body));
    }

    pub(crate) fn remove(&mut self, unwanted: u16) {
        self.extensions.retain(|(kind, _)| *kind != unwanted);
    }

    /// The hello in one record (RFC 8446 §4.1.2, §5.1).
    fn record(&self, random: &mut Seeded, tail: &[u8], deviation: Option<Deviation>) -> Vec<u8> {
        let mut body = self.version.to_be_bytes().to_vec();
        body.extend((0..4).flat_map(|_| random.next().to_be_bytes()));
        body.extend(vector8(&self.session_id));
        let mut suites = list16(&self.suites);
        if deviation == Some(Deviation::OddSuites) {
            suites.push(0);
            suites[1] += 1;
        }
        body.extend(suites);
        body.extend(vector8(&self.compression));
        if deviation != Some(Deviation::NoExtensions) {
            let extensions = self
                .extensions
                .iter()
                .flat_map(|(kind, content)| [&kind.to_be_bytes()[..], &vector16(content)].concat());
            body.extend(vector16(&extensions.collect::<Vec<u8>>()));
        }
        body.extend_from_slice(tail);
        let length = u32::try_from(body.len())
            .expect("a short hello")
            .to_be_bytes();
        let message = [&[1], &length[1..], &body].concat();
        [
            &[content::HANDSHAKE],
            &self.record_version.to_be_bytes()[..],
            &vector16(&message),
        ]
        .concat()
    }
}

pub(crate) fn vector8(content: &[u8]) -> Vec<u8> {
    [
        &[u8::try_from(content.len()).expect("up to 255 bytes")],
        content,
    ]
    .concat()
}

pub(crate) fn vector16(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("up to 65535 bytes");
    [&length.to_be_bytes(), content].concat()
}

pub(crate) fn list16(values: &[u16]) -> Vec<u8> {
    vector16(
        &values
            .iter()
            .flat_map(|value| value.to_be_bytes())
            .collect::<Vec<u8>>(),
    )
}

pub(crate) fn name(host: &str) -> Vec<u8> {
    vector16(&[&[0], &vector16(host.as_bytes())[..]].concat())
}

pub(crate) fn key_shares(groups: &[u16]) -> Vec<u8> {
    let share = |group: &u16| [&group.to_be_bytes()[..], &vector16(&public_key(*group))].concat();
    vector16(&groups.iter().flat_map(share).collect::<Vec<u8>>())
}

/// A public key that anybody could have: the base points themselves (RFC 7748 §4.1, SEC 2 §2.4.2).
fn public_key(group: u16) -> Vec<u8> {
    const P256: &str = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
                        4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    match group {
        0x0017 => (0..P256.len() / 2)
            .map(|at| u8::from_str_radix(&P256[2 * at..2 * at + 2], 16).expect("hex"))
            .collect(),
        _ => [vec![9], vec![0; 31]].concat(),
    }
}

/// Gives a server this hello, and reads until it is clear what it makes of it.
pub fn ask(server: SocketAddr, hello: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(server).expect("a server that listens");
    let _ = stream.set_nodelay(true);
    stream.set_read_timeout(Some(PATIENCE)).expect("a time");
    if stream.write_all(hello).is_err() {
        return Answer::Ends;
    }
    let (mut heard, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(answer) = understood(&heard) {
            let _ = stream.shutdown(Shutdown::Both);
            return answer;
        }
        match stream.read(&mut piece) {
            Ok(0) => return Answer::Ends,
            Ok(count) => heard.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {
                return Answer::Ends;
            }
            Err(_) => return Answer::Waits,
        }
    }
}

fn understood(heard: &[u8]) -> Option<Answer> {
    let first = eavesdrop::records(heard).into_iter().next()?;
    if first.content_type == content::ALERT {
        return first.body.get(1).copied().map(Answer::Alert);
    }
    let hello = eavesdrop::agreed_in(heard)?;
    let tls13 = hello.version == 0x0304;
    Some(Answer::Goes(
        hello.version,
        hello.suite,
        hello.group.filter(|_| tls13),
    ))
}

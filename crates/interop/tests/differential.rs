//! The same ClientHellos, good and bad, given to limpid, OpenSSL and GnuTLS: where one answers otherwise than the others,
//! `docs/differential.md` says so, and why.
//!
//! A few hundred hellos run with the tests, and what they show must stand on the page. `scripts/interop --differential`
//! runs many more, and writes the page.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::{env, fs, thread};

use limpid_interop::hello::{Answer, Deviation, Hello, ask};
use limpid_interop::{KeyKind, Place, Port, gnutls, limpid, openssl};

#[path = "differential/reasons.rs"]
mod reasons;

/// Hellos that run with the tests: each deviation several times.
const FEW: u64 = 520;

#[test]
fn each_difference_is_explained() {
    let count =
        env::var("LIMPID_INTEROP_HELLOS").map_or(FEW, |count| count.parse().expect("a number"));
    let hellos: Vec<Hello> = (0..count).map(Hello::of_seed).collect();
    let answers = answers_of_all(&hellos);
    let mut rows: BTreeMap<Deviation, BTreeSet<String>> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for ((seed, hello), answers) in (0_u64..).zip(&hellos).zip(answers) {
        let told = answers.map(told);
        if told[1..].iter().all(|other| *other == told[0]) {
            continue;
        }
        match hello
            .deviation
            .filter(|deviation| reasons::why(*deviation).is_some())
        {
            Some(deviation) => drop(rows.entry(deviation).or_default().insert(told.join(" | "))),
            None => unexplained.push(format!(
                "seed {seed}, {:?}: {}",
                hello.deviation,
                told.join(" | ")
            )),
        }
    }
    assert!(
        unexplained.is_empty(),
        "{} unexplained:\n{}",
        unexplained.len(),
        unexplained.join("\n")
    );
    settle(count, &rows);
}

/// An answer as the page has it. The group is left out: see [`HEAD`].
fn told(answer: Answer) -> String {
    match answer {
        Answer::Goes(0x0303, suite, _) => format!("TLS 1.2, {suite:04x}"),
        Answer::Goes(_, suite, _) => format!("TLS 1.3, {suite:04x}"),
        Answer::Alert(description) => alert(description).to_owned(),
        Answer::Ends => "ends".to_owned(),
        Answer::Waits => "waits".to_owned(),
    }
}

/// RFC 8446 §6.
fn alert(description: u8) -> &'static str {
    match description {
        10 => "unexpected_message",
        22 => "record_overflow",
        40 => "handshake_failure",
        47 => "illegal_parameter",
        50 => "decode_error",
        70 => "protocol_version",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        109 => "missing_extension",
        110 => "unsupported_extension",
        112 => "unrecognized_name",
        120 => "no_application_protocol",
        _ => "another alert",
    }
}

const HEAD: &str = "\
# Where limpid answers a ClientHello otherwise than OpenSSL and GnuTLS

Generated ClientHellos, half of them good and half with one deviation, are given to `limpid serve`, OpenSSL 3.0's `s_server`
and GnuTLS 3.7's `gnutls-serv`, all three with the same certificates and the same order of suites. Compared are whether the
server goes on, with which version and suite, or with which alert it refuses. Some hundred run with every test, which fails
when a difference shows that this page lacks; `scripts/interop --differential` runs twenty thousand and writes the page.

Good hellos are answered alike by all three. So are the bad ones, except for those below. The group of TLS 1.3 is not
compared, since its order is each server's own: limpid takes the first in its own order for which the client sent a share,
OpenSSL the first in the client's, and GnuTLS asks for another share when it likes another group better.

A row stands for all suites: *TLS 1.2* or *TLS 1.3* says that the server goes on with that version.

| the hello | limpid | OpenSSL | GnuTLS |
|---|---|---|---|
";

fn settle(count: u64, rows: &BTreeMap<Deviation, BTreeSet<String>>) {
    let path: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "..",
        "..",
        "docs",
        "differential.md",
    ]
    .iter()
    .collect();
    let mut seen = BTreeSet::new();
    let mut page = HEAD.to_owned();
    for (deviation, answers) in rows {
        let answers: BTreeSet<String> = answers.iter().map(|row| without_suites(row)).collect();
        for row in answers {
            let line = format!("| {} | {row} |\n", deviation.says());
            page += &line;
            seen.insert(line);
        }
    }
    page += "\n## Why\n\n";
    for deviation in rows.keys() {
        let why = reasons::why(*deviation).expect("only explained ones are here");
        page += &format!("- {}: {why}\n", deviation.says());
    }
    if env::var_os("LIMPID_INTEROP_WRITE").is_some() {
        assert!(
            count > FEW,
            "the page is written from a long run: set LIMPID_INTEROP_HELLOS"
        );
        fs::write(&path, page).expect("docs/differential.md");
        return;
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there.starts_with(HEAD),
        "docs/differential.md does not begin as it should"
    );
    for line in seen {
        assert!(there.contains(&line), "docs/differential.md lacks: {line}");
    }
    for deviation in Deviation::ALL {
        let why = reasons::why(*deviation).map(|why| format!("- {}: {why}\n", deviation.says()));
        assert!(
            why.is_none_or(|why| there.contains(&why)),
            "docs/differential.md lacks: {deviation:?}"
        );
    }
}

/// `TLS 1.3, 1301` is `TLS 1.3`.
fn without_suites(row: &str) -> String {
    let parts = row
        .split(" | ")
        .map(|part| part.split(", ").next().unwrap_or(part));
    parts.collect::<Vec<_>>().join(" | ")
}

/// limpid's own order of certificates and suites, for all three.
const OPENSSL: [&str; 7] = [
    "-www",
    "-serverpref",
    "-ciphersuites",
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256",
    "-cipher",
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:\
     ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305",
    "-quiet",
];
const GNUTLS: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-RSA:+ECDHE-ECDSA:\
                      -CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:%SERVER_PRECEDENCE";

fn answers_of_all(hellos: &[Hello]) -> Vec<[Answer; 3]> {
    let place = Place::new();
    let certificates = [place.good(KeyKind::Rsa2048), place.good(KeyKind::P256)];
    let [of_limpid, of_openssl, of_gnutls] = [(); 3].map(|()| Port::lease());
    let own = certificates.each_ref().map(|issued| {
        let (chain, key) = (issued.chain.clone(), issued.key.clone());
        [
            "--cert".into(),
            chain.into_os_string(),
            "--key".into(),
            key.into_os_string(),
        ]
    });
    let _limpid = limpid::serve(&of_limpid, own.concat());
    let certificates = certificates.each_ref();
    let _openssl = openssl::server(&of_openssl, &certificates, &OPENSSL);
    let _gnutls = gnutls::server(&of_gnutls, &certificates, GNUTLS);
    let ask_all = |server: SocketAddr| {
        hellos
            .iter()
            .map(|hello| ask(server, &hello.bytes))
            .collect::<Vec<_>>()
    };
    let [one, two, three] = thread::scope(|scope| {
        [&of_limpid, &of_openssl, &of_gnutls]
            .map(|port| scope.spawn(move || ask_all(port.address())))
            .map(|asking| asking.join().expect("nobody panics"))
    });
    let together = one.into_iter().zip(two).zip(three);
    together
        .map(|((one, two), three)| [one, two, three])
        .collect()
}

//! What TLS 1.3 has besides the handshake itself, with the two peers that have it in both roles: early data, changes of
//! keys with either side asking, and certificates that are asked for later.

use limpid_interop::eavesdrop::key_updates;
use limpid_interop::matrix::{Desk, Key, Page, REQUEST};
use limpid_interop::{Issued, Port, Process, Relay, Side, gnutls, limpid, openssl, text};

use crate::first_line;

const TLS13: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

/// One row: what is tried, and how with OpenSSL and with GnuTLS, or why not.
type Row = (&'static str, [Result<fn(&Desk), &'static str>; 4]);

/// limpid connects to s_server and gnutls-serv; s_client and gnutls-cli connect to limpid.
const ROWS: [Row; 4] = [
    (
        "early data (0-RTT)",
        [
            Ok(early_to_openssl),
            Ok(early_to_gnutls),
            Ok(early_of_openssl),
            Ok(early_of_gnutls),
        ],
    ),
    (
        "limpid changes its keys, and asks for the peer's",
        [
            Ok(update_to_openssl),
            Ok(update_to_gnutls),
            Ok(updated_openssl),
            Ok(updated_gnutls),
        ],
    ),
    (
        "the peer changes its keys, and asks for limpid's",
        [
            Ok(update_by_openssl_server),
            Err("gnutls-serv has no word for it"),
            Ok(update_by_openssl_client),
            Ok(update_by_gnutls_client),
        ],
    ),
    (
        "a certificate is asked for later",
        [
            Ok(asked_by_openssl),
            Ok(asked_by_gnutls),
            Ok(asking_openssl),
            Ok(asking_gnutls),
        ],
    ),
];

pub(crate) const SECTION: &str = "More of TLS 1.3 with OpenSSL and GnuTLS";

#[test]
fn tls13() {
    let desk = Desk::new();
    let said = [("openssl", "version"), ("gnutls-cli", "--version")]
        .map(|(name, option)| first_line(name, &[option]));
    let mut text = format!("## {SECTION}\n\nWritten with {}.\n\n", said.join(" and "));
    text += "| what | s_server | gnutls-serv | s_client | gnutls-cli |\n|---|---|---|---|---|\n";
    for (what, ways) in ROWS {
        let marks = ways.map(|way| match way {
            Ok(run) => {
                run(&desk);
                "yes"
            }
            Err(why) => why,
        });
        text += &format!("| {what} | {} |\n", marks.join(" | "));
    }
    Page::with_text(SECTION, &text).settle();
}

fn own(desk: &Desk) -> &Issued {
    desk.of_server(Key::P256)
}

fn openssl_server(desk: &Desk, port: &Port, options: &[&str]) -> Process {
    let root = desk.place.root();
    let trust = ["-tls1_3", "-CAfile", text(&root), "-verify", "3"];
    openssl::server(port, &[own(desk)], &[&trust, options].concat())
}

fn serve(desk: &Desk, port: &Port, options: &[&str]) -> Process {
    let shown = [
        "--cert",
        text(&own(desk).chain),
        "--key",
        text(&own(desk).key),
    ];
    limpid::serve(port, [&shown, options].concat())
}

/// Two connections with a session between them, the second with early data.
fn connect_twice(desk: &Desk, port: &Port, later: &str, mut between: impl FnMut(&Process)) {
    let early = desk.new_path("early");
    std::fs::write(&early, "this came early\n").expect("a new file");
    let session = desk.new_path("session");
    let options = ["--resume", text(&session), "--early-data", text(&early)];
    let mut connect = || {
        let mut client = limpid::connect(&desk.place, port.address(), &options);
        client.type_in(later);
        between(&client);
        let done = client.finish().success();
        done.err().contains("early data was accepted")
    };
    assert!(!connect(), "there was no session yet");
    // A server may refuse early data at any time (RFC 8446 §4.2.10), and GnuTLS, wary of replays, now and then does.
    assert!((0..5).any(|_| connect()), "early data was never accepted");
}

fn early_to_openssl(desk: &Desk) {
    let port = Port::lease();
    let mut server = openssl_server(desk, &port, &["-early_data", "-max_early_data", "1000"]);
    server.type_in("\n");
    connect_twice(desk, &port, "and this later\n", |_| {
        server.wait_for("and this later");
    });
    server.wait_for("this came early");
}

fn early_to_gnutls(desk: &Desk) {
    let port = Port::lease();
    let _server = gnutls::echo_server(
        &port,
        own(desk),
        TLS13,
        &["--earlydata", "--maxearlydata", "1000"],
    );
    connect_twice(desk, &port, "and this later\n", |client| {
        client.wait_for("and this later");
    });
}

fn early_of_openssl(desk: &Desk) {
    let port = Port::lease();
    let _server = serve(desk, &port, &["--early-data", "1000"]);
    let (session, early) = (desk.new_path("session"), desk.new_path("early"));
    std::fs::write(&early, REQUEST).expect("a new file");
    let mut first = openssl::client(
        &desk.place,
        port.address(),
        &["-tls1_3", "-sess_out", text(&session)],
    );
    first.type_in(REQUEST);
    first.finish().success();
    let options = [
        "-tls1_3",
        "-sess_in",
        text(&session),
        "-early_data",
        text(&early),
    ];
    let second = openssl::client(&desk.place, port.address(), &options);
    second.wait_for("HTTP/1.1 200");
    let done = second.finish().success();
    assert!(done.out().contains("Early data was accepted"), "{done}");
}

fn early_of_gnutls(desk: &Desk) {
    let port = Port::lease();
    let _server = serve(desk, &port, &["--early-data", "1000"]);
    let early = desk.new_path("early");
    std::fs::write(&early, REQUEST).expect("a new file");
    let options = ["--resume", "--waitresumption", "--earlydata", text(&early)];
    let client = gnutls::client(&desk.place, port.address(), TLS13, &options);
    client.wait_for("early data: accepted");
    client.finish().success();
}

fn update_to_openssl(desk: &Desk) {
    let port = Port::lease();
    let mut server = openssl_server(desk, &port, &[]);
    let mut client = limpid::connect(&desk.place, port.address(), &["--key-update"]);
    client.type_in("from the client\n");
    server.wait_for("from the client\n");
    server.type_in("from the server\n");
    client.wait_for("from the server\n");
    client.finish().success();
}

fn update_to_gnutls(desk: &Desk) {
    let port = Port::lease();
    let _server = gnutls::echo_server(&port, own(desk), TLS13, &[]);
    let mut client = limpid::connect(&desk.place, port.address(), &["--key-update"]);
    for word in ["once\n", "and again\n"] {
        client.type_in(word);
        client.wait_for(word);
    }
    client.finish().success();
}

/// `GET /keyupdate` is answered after a KeyUpdate that asks for one back.
const WANTED: &str = "GET /keyupdate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn updated_openssl(desk: &Desk) {
    let port = Port::lease();
    let _server = serve(desk, &port, &[]);
    let mut client = openssl::client(&desk.place, port.address(), &["-tls1_3"]);
    client.type_in(WANTED);
    let done = client.finish().success();
    assert!(done.out().contains("HTTP/1.1 200"), "{done}");
}

fn updated_gnutls(desk: &Desk) {
    let port = Port::lease();
    let _server = serve(desk, &port, &[]);
    let mut client = gnutls::client(&desk.place, port.address(), TLS13, &[]);
    client.type_in(WANTED);
    client.wait_for("HTTP/1.1 200");
    client.finish().success();
}

fn update_by_openssl_server(desk: &Desk) {
    let port = Port::lease();
    let mut server = openssl_server(desk, &port, &[]);
    let relay = Relay::to(port.address());
    let mut client = limpid::connect(&desk.place, relay.address(), &[]);
    client.type_in("before\n");
    server.wait_for("before\n");
    server.type_in("K\n");
    // It obeys without a word, and only to a letter that it reads by itself.
    relay.wait_until("a KeyUpdate of the server", |recording| {
        key_updates(recording, 0, Side::Server) == 1
    });
    server.type_in("from the server\n");
    client.wait_for("from the server\n");
    client.type_in("after\n");
    server.wait_for("after\n");
    client.finish().success();
    assert_eq!(key_updates(&relay.recording(), 0, Side::Client), 1);
}

fn update_by_openssl_client(desk: &Desk) {
    let port = Port::lease();
    let _server = serve(desk, &port, &["--echo"]);
    let mut client = openssl::client(&desk.place, port.address(), &["-tls1_3", "-no_ign_eof"]);
    client.type_in("before\n");
    client.wait_for("\nbefore\n");
    client.type_in("K\n");
    client.wait_for("KEYUPDATE");
    client.type_in("after\n");
    client.wait_for("\nafter\n");
    client.finish().success();
}

fn update_by_gnutls_client(desk: &Desk) {
    let port = Port::lease();
    let _server = serve(desk, &port, &["--echo"]);
    let mut client = gnutls::client(&desk.place, port.address(), TLS13, &["--inline-commands"]);
    client.type_in("before\n");
    client.wait_for("\nbefore\n");
    client.type_in("^rekey^\n");
    client.wait_for("Rekey was completed");
    client.type_in("after\n");
    client.wait_for("\nafter\n");
    client.finish().success();
}

/// limpid connects, and lets itself be asked.
fn willing(desk: &Desk, port: &Port) -> Process {
    let ada = desk.of_client(Key::P256);
    let shown = [
        "--client-cert",
        text(&ada.chain),
        "--client-key",
        text(&ada.key),
        "--post-handshake-auth",
    ];
    limpid::connect(&desk.place, port.address(), &shown)
}

fn asked_by_openssl(desk: &Desk) {
    let port = Port::lease();
    let mut server = openssl_server(desk, &port, &[]);
    let mut client = willing(desk, &port);
    client.type_in("before\n");
    server.wait_for("before\n");
    // It obeys without a word.
    server.type_in("c\n");
    server.wait_for("CN = Ada");
    client.type_in("after\n");
    server.wait_for("after\n");
    client.finish().success();
}

fn asked_by_gnutls(desk: &Desk) {
    let port = Port::lease();
    let root = desk.place.root();
    let options = [
        "--x509cafile",
        text(&root),
        "--require-client-cert",
        "--verify-client-cert",
    ];
    let _server = gnutls::echo_server(&port, own(desk), TLS13, &options);
    let mut client = willing(desk, &port);
    client.type_in("**REAUTH**\n");
    client.wait_for("Successfully executed command");
    client.type_in("after\n");
    client.wait_for("after\n");
    client.finish().success();
}

/// limpid asks when a client wants the secret.
fn asking(desk: &Desk, port: &Port) -> Process {
    let root = desk.place.root();
    serve(
        desk,
        port,
        &["--client-ca", text(&root), "--pha-path", "/secret"],
    )
}

const SECRET: &str = "GET /secret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn asking_openssl(desk: &Desk) {
    let port = Port::lease();
    let _server = asking(desk, &port);
    let ada = desk.of_client(Key::P256);
    let above = ada.above.as_deref().expect("an intermediate");
    let shown = [
        "-cert",
        text(&ada.leaf),
        "-key",
        text(&ada.key),
        "-cert_chain",
        text(above),
    ];
    let mut client = openssl::client(
        &desk.place,
        port.address(),
        &[&["-tls1_3", "-enable_pha"][..], &shown].concat(),
    );
    client.type_in(SECRET);
    let done = client.finish().success();
    assert!(done.out().contains("HTTP/1.1 200"), "{done}");
}

fn asking_gnutls(desk: &Desk) {
    let port = Port::lease();
    let _server = asking(desk, &port);
    let ada = desk.of_client(Key::P256);
    let options = [
        "--post-handshake-auth",
        "--x509certfile",
        text(&ada.chain),
        "--x509keyfile",
        text(&ada.key),
    ];
    let mut client = gnutls::client(&desk.place, port.address(), TLS13, &options);
    client.type_in(SECRET);
    client.wait_for("HTTP/1.1 200");
    client.finish().success();
}

//! Command lines: what is understood, and what is answered to what is not.

use clap::CommandFactory;
use clap::error::ErrorKind;
use limpid::wire::{CipherSuite, NamedGroup, ProtocolVersion, SignatureScheme};
use limpid_explain::Language;

use super::*;

fn parse(line: &str) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(["limpid"].into_iter().chain(line.split(' ')))
}

fn connect(line: &str) -> Connect {
    match parse(&format!("connect {line}")) {
        Ok(Arguments {
            command: Command::Connect(connect),
            ..
        }) => connect,
        other => panic!("{line}: {other:?}"),
    }
}

fn serve(line: &str) -> Serve {
    match parse(&format!("serve {line}")) {
        Ok(Arguments {
            command: Command::Serve(serve),
            ..
        }) => serve,
        other => panic!("{line}: {other:?}"),
    }
}

fn refusal(line: &str) -> String {
    let error = parse(line).expect_err(line);
    assert_eq!(error.exit_code(), 2, "{line}");
    error.to_string()
}

#[test]
fn the_definition_is_sound() {
    Arguments::command().debug_assert();
}

#[test]
fn destinations() {
    for (text, host, port) in [
        ("example.com", "example.com", 443),
        ("example.com:8443", "example.com", 8443),
        ("192.0.2.1:1", "192.0.2.1", 1),
        ("2001:db8::1", "2001:db8::1", 443),
        ("[2001:db8::1]", "2001:db8::1", 443),
        ("[2001:db8::1]:65535", "2001:db8::1", 65535),
    ] {
        let connect = connect(text);
        assert_eq!(
            (
                connect.target.server.host.as_str(),
                connect.target.server.port
            ),
            (host, port)
        );
        assert_eq!(connect.target.dialled(), (host, port));
        assert_eq!(connect.target.name().to_str(), host);
    }
    for (text, reason) in [
        ("https://example.com/", "not a URL"),
        ("example.com:http", "is not a port"),
        ("example.com:0", "is not a port"),
        ("example.com:65536", "is not a port"),
        ("[example.com]:443", "not an IPv6 address"),
        (":443", "no host"),
        ("exam_ple..com", "neither a host name nor an IP address"),
        ("bücher.example", "xn--"),
    ] {
        let refusal = refusal(&format!("connect {text}"));
        assert!(refusal.contains(reason), "{text}: {refusal}");
    }
}

#[test]
fn dialling_elsewhere_keeps_the_name() {
    let one = connect("example.com:8443 --connect 127.0.0.1");
    assert_eq!(one.target.dialled(), ("127.0.0.1", 8443));
    let two = connect("example.com --connect [::1]:4433 --sni www.example.com");
    assert_eq!(two.target.dialled(), ("::1", 4433));
    assert_eq!(two.target.name().to_str(), "www.example.com");
    assert!(refusal("connect a.example --sni b.example --no-sni").contains("cannot be used with"));
}

#[test]
fn authorities_are_as_in_a_url() {
    for (name, port, authority) in [
        ("example.com", 443, "example.com"),
        ("example.com", 8443, "example.com:8443"),
        ("127.0.0.1", 443, "127.0.0.1"),
        ("::1", 4433, "[::1]:4433"),
    ] {
        assert_eq!(
            Destination::authority(&name.try_into().unwrap(), port),
            authority
        );
    }
}

#[test]
fn lists_take_names_aliases_and_numbers_and_keep_their_order() {
    let connect = connect(
        "example.com --suites ECDHE-RSA-AES256-GCM-SHA384,tls_aes_128_gcm_sha256,0xcca9 \
         --groups P-256,X25519 --schemes ed25519 --versions TLSv1.2 --alpn h2,http/1.1",
    );
    let policy = connect.offer.policy().unwrap();
    assert_eq!(
        policy.suites,
        [
            CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            CipherSuite::TLS_AES_128_GCM_SHA256,
            CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        ]
    );
    assert_eq!(policy.groups, [NamedGroup::SECP256R1, NamedGroup::X25519]);
    assert_eq!(policy.schemes, [SignatureScheme::ED25519]);
    assert_eq!(policy.versions, [ProtocolVersion::TLS_1_2]);
    assert_eq!(connect.offer.alpn, ["h2", "http/1.1"]);
}

#[test]
fn unknown_names_are_answered_with_those_known() {
    for (flag, known) in [
        ("--suites TLS_WITH_LOVE", "TLS_AES_128_GCM_SHA256"),
        ("--suites TLS_NULL_WITH_NULL_NULL", "TLS_AES_128_GCM_SHA256"),
        (
            "--suites 0x0000",
            "limpid does not speak TLS_NULL_WITH_NULL_NULL",
        ),
        ("--groups curve448", "secp256r1"),
        ("--schemes md5", "ed25519"),
        ("--versions 1.1", "TLS 1.2"),
        ("--max-version 1.4", "TLS 1.3"),
    ] {
        let refusal = refusal(&format!("connect example.com {flag}"));
        assert!(refusal.contains(known), "{flag}: {refusal}");
    }
}

#[test]
fn versions_have_bounds() {
    let versions = |line: &str| connect(line).offer.policy().map(|policy| policy.versions);
    let both = [ProtocolVersion::TLS_1_3, ProtocolVersion::TLS_1_2];
    assert_eq!(versions("a.example").unwrap(), both);
    assert_eq!(versions("a.example --min-version 1.0").unwrap(), both);
    assert_eq!(versions("a.example --max-version 1.2").unwrap(), both[1..]);
    assert_eq!(versions("a.example --min-version 1.3").unwrap(), both[..1]);
    assert_eq!(versions("a.example --tls13-only").unwrap(), both[..1]);
    let failure = versions("a.example --max-version 1.1").unwrap_err();
    assert_eq!(failure.exit, exit::Exit::Configuration);
    assert!(
        refusal("connect a.example --versions 1.2 --max-version 1.2").contains("cannot be used")
    );
}

#[test]
fn explaining_is_brief_unless_told_otherwise() {
    assert_eq!(connect("a.example").telling.explain, None);
    assert_eq!(
        connect("a.example --explain").telling.explain,
        Some(Detail::Brief)
    );
    assert_eq!(
        connect("--explain a.example").telling.explain,
        Some(Detail::Brief)
    );
    let full = connect("a.example --explain=full --secrets").telling;
    assert_eq!((full.explain, full.secrets), (Some(Detail::Full), true));
    assert!(refusal("connect a.example --secrets").contains("--explain"));
}

#[test]
fn paths_are_paths() {
    let path = |path: &str| connect(&format!("a.example --http {path}")).http.unwrap();
    assert_eq!(path("/"), "/");
    assert_eq!(path("/a?b=c%20d"), "/a?b=c%20d");
    for wrong in ["index.html", "http://a.example/", ""] {
        assert!(
            refusal(&format!("connect a.example --http {wrong}")).contains("begins with /"),
            "{wrong}"
        );
    }
}

#[test]
fn times_are_seconds() {
    assert_eq!(
        connect("a.example --timeout 0.5").timeout,
        Duration::from_millis(500)
    );
    for wrong in ["x", "-1", "1e99"] {
        refusal(&format!("connect a.example --timeout={wrong}"));
    }
}

#[test]
fn a_server_needs_nothing() {
    let serve = serve("--timeout 30");
    assert_eq!(serve.listen.to_string(), "127.0.0.1:4433");
    assert!(serve.certificates.cert.is_empty() && serve.root.is_none() && !serve.echo);
}

#[test]
fn virtual_hosts_have_a_name_and_two_files() {
    let serve = serve("--vhost a.example=a.pem,a.key --vhost *.b.example=b.pem,b.key --sni-strict");
    let names: Vec<_> = serve
        .certificates
        .vhost
        .iter()
        .map(|host| host.name.as_str())
        .collect();
    assert_eq!(names, ["a.example", "*.b.example"]);
    assert_eq!(
        serve.certificates.vhost[1].key,
        std::path::Path::new("b.key")
    );
    for wrong in [
        "a.example",
        "a.example=a.pem",
        "=a.pem,a.key",
        "a.example=,a.key",
    ] {
        assert!(refusal(&format!("serve --vhost {wrong}")).contains("NAME=CERT,KEY"));
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    for line in [
        "serve --cert a.pem",
        "serve --key a.key",
        "serve --echo --root .",
        "serve --reply-size 1 --root .",
        "serve --ca-out ca.pem --cert a.pem --key a.key",
        "serve --name x_..y",
        "connect a.example --keylog file --keylog-env",
        "connect a.example --client-cert a.pem",
        "connect a.example --client-key a.key",
        "serve --client-auth request",
        "serve --client-ca ca.pem",
        "serve --client-auth maybe --client-ca ca.pem",
        "connect a.example --insecure --ca ca.pem",
        "connect a.example --early-data file",
        "connect a.example --resume s --early-data file --http /",
        "connect a.example --client-cert file",
        "connect a.example --story story.doc",
        "serve --client-auth require",
        "serve --client-auth require --require-client-cert ca.pem",
        "serve --pha-path /secret",
        "serve --tickets 256",
        "connect",
        "frobnicate",
    ] {
        refusal(line);
    }
    assert_eq!(
        parse("--version").unwrap_err().kind(),
        ErrorKind::DisplayVersion
    );
}

#[test]
fn pre_shared_keys_are_an_identity_and_hex() {
    let keys = |line: &str| connect(line).pre_shared.keys();
    let two = keys(
        "a.example --psk me:00112233445566778899aabbccddeeFF --psk a:b:ffeeddccbbaa99887766554433221100",
    );
    let identities: Vec<_> = two.iter().map(limpid::ExternalPsk::identity).collect();
    assert_eq!(identities, [&b"me"[..], b"a:b"]);
    assert!(keys("a.example").is_empty());
    for (wrong, why) in [
        ("me", "ID:HEX"),
        (":00112233445566778899aabbccddeeff", "identity"),
        ("me:00112233445566778899aabbccddee", "less than 16 bytes"),
        ("me:00112233445566778899aabbccddeef", "two digits"),
        ("me:00112233445566778899aabbccddee+f", "two digits"),
        ("me:xx112233445566778899aabbccddeeff", "two digits"),
    ] {
        assert!(
            refusal(&format!("connect a.example --psk {wrong}")).contains(why),
            "{wrong}"
        );
    }
    // A key is not for logs.
    let shown = format!(
        "{:?}",
        connect("a.example --psk me:00112233445566778899aabbccddeeff").pre_shared
    );
    assert!(
        shown.contains("me:(16 bytes)") && !shown.contains("17"),
        "{shown}"
    );
}

#[test]
fn stories_are_set_as_their_files_are_called() {
    let telling = connect(
        "a.example --story a.html --story b.json --story c.txt --secrets --lang zh_CN.UTF-8",
    )
    .telling;
    let forms: Vec<_> = telling.story.iter().map(|file| file.form).collect();
    assert_eq!(forms, [Form::Html, Form::Json, Form::Text]);
    assert_eq!(telling.lang, Language::Chinese);
    assert!(refusal("connect a.example --lang tlh").contains("en, zh"));
}

#[test]
fn whoever_names_an_old_suite_gets_what_belongs_to_it() {
    let policy = |line: &str| connect(line).offer.policy().unwrap();
    let old = CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA;
    assert!(!policy("a.example").suites.contains(&old));
    assert!(policy("a.example --legacy").suites.contains(&old));
    let named = policy("a.example --suites TLS_DHE_RSA_WITH_AES_128_CBC_SHA");
    assert_eq!(named.suites, [old]);
    assert!(named.groups.contains(&NamedGroup::FFDHE2048));
}

/// The help as it is printed at 100 columns.
fn help(command: Option<&str>) -> String {
    let mut arguments = Arguments::command().term_width(100);
    arguments.build();
    let command = match command {
        Some(name) => arguments.find_subcommand_mut(name).expect(name),
        None => &mut arguments,
    };
    let help = command.render_long_help().to_string();
    help.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

#[test]
fn help_is_as_it_was() {
    insta::assert_snapshot!("limpid", help(None));
    insta::assert_snapshot!("connect", help(Some("connect")));
    insta::assert_snapshot!("serve", help(Some("serve")));
    insta::assert_snapshot!("lab", help(Some("lab")));
    insta::assert_snapshot!("show", help(Some("show")));
}

#[test]
fn raw_keys_stand_beside_certificates_or_instead() {
    let client = connect("a.example --peer-key s.pub --peer-key t.pub --raw-key own.key");
    assert_eq!(client.raw_keys.peer_key.len(), 2);
    assert!(client.raw_keys.raw_key.is_some());
    assert!(refusal("connect a.example --insecure --peer-key s.pub").contains("cannot be used"));
    let server = serve("--raw-key a.key --raw-key b.key --client-auth require --peer-key c.pub");
    assert_eq!(server.raw_keys.raw_key.len(), 2);
    assert_eq!(server.raw_keys.peer_key.len(), 1);
    assert!(refusal("serve --peer-key c.pub").contains("--client-auth"));
    assert!(refusal("serve --client-auth require").contains("--client-ca"));
}

use super::*;

fn parse(line: &str) -> Result<Runs, Halt> {
    Runs::parse(line.split_whitespace().map(OsString::from).collect())
}

#[test]
fn a_flag_without_prefix_is_for_every_connection() {
    let runs = parse("-port 443 -server -curves 29 -curves 23").unwrap();
    for options in [&runs.initial, &runs.resume, &runs.retry] {
        assert_eq!(options.port, 443);
        assert!(options.server);
        assert_eq!(options.curves, [NamedGroup::X25519, NamedGroup::SECP256R1]);
    }
}

#[test]
fn a_prefix_says_which_connection_is_meant() {
    let runs = parse("-on-initial-expect-hrr -on-resume-expect-no-hrr -on-shim-curves 29").unwrap();
    assert_eq!(runs.initial.expect.hello_retry, Some(true));
    assert_eq!(runs.resume.expect.hello_retry, Some(false));
    assert_eq!(runs.retry.expect.hello_retry, None);
    assert_eq!(runs.initial.curves, [NamedGroup::X25519]);
}

#[test]
fn credential_flags_are_for_the_credential_begun_last() {
    let runs = parse("-cert-file a -new-x509-credential -cert-file b -signing-prefs 2052").unwrap();
    let options = runs.initial;
    assert_eq!(options.default_credential.cert_file, Some("a".into()));
    let [credential] = &options.credentials[..] else {
        panic!("one credential was begun")
    };
    assert_eq!(credential.cert_file, Some("b".into()));
    assert_eq!(
        credential.signing_prefs,
        [SignatureScheme::RSA_PSS_RSAE_SHA256]
    );
}

#[test]
fn what_is_not_known_is_unimplemented() {
    for line in ["-dtls", "-port", "-port many", "-on-resume-no-such-flag"] {
        assert!(matches!(parse(line), Err(Halt::Unimplemented(_))), "{line}");
    }
}

#[test]
fn a_list_of_protocols_has_lengths() {
    let runs = Runs::parse(vec!["-advertise-alpn".into(), "\u{3}foo\u{1}x".into()]).unwrap();
    assert_eq!(
        runs.initial.advertise_alpn,
        [b"foo".to_vec(), b"x".to_vec()]
    );
}

//! What `limpid connect --explain` tells about a connection to a real server.

use limpid_interop::{KeyKind, Place, Port, limpid, nginx, text};

#[test]
fn secrets_are_told_only_on_request() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = nginx::server(&place, &port, &[&place.good(KeyKind::P256)]);
    let keys = place.path("keys");
    let tell = |options: &[&str]| {
        let fixed = [
            "--http",
            "/",
            "--explain=full",
            "--versions",
            "1.2",
            "--keylog",
            text(&keys),
        ];
        let options = [&fixed, options].concat();
        let done = limpid::connect(&place, port.address(), &options)
            .finish()
            .success();
        assert!(
            done.out().ends_with(nginx::PAGE),
            "the story is not the answer: {done}"
        );
        let log = std::fs::read_to_string(&keys).expect("the key log");
        let master_secret = log
            .lines()
            .last()
            .and_then(|line| line.rsplit(' ').next())
            .expect("a line")
            .to_owned();
        let story = done.err();
        for message in [
            "ClientHello",
            "ServerKeyExchange",
            "ClientKeyExchange",
            "Finished",
        ] {
            assert!(story.contains(message), "no {message} in {done}");
        }
        // However it is set: in groups, in lines.
        let digits: String = story.chars().filter(char::is_ascii_hexdigit).collect();
        (digits.to_lowercase(), master_secret)
    };
    let (story, secret) = tell(&[]);
    assert!(!story.contains(&secret) && !story.contains(&secret[..32]));
    let (story, secret) = tell(&["--secrets"]);
    assert!(story.contains(&secret[..16]));
}

//! Servers that are verified again when a session is continued.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use limpid::provide::{Answer, CertifiedKey, VerifyServer};
use limpid::trust::{Presented, TrustError, Verdict};
use limpid::wire::ProtocolVersion;
use limpid::{Certificates, ClientConfig, Endpoint, Fault, Policy, ServerConfig, ServerVerifier};
use limpid_testkit::flow::{NOW, pki};
use limpid_testkit::pki::KeyKind;
use limpid_testkit::{Meeting, Pair, VirtualClock};

/// Trusts until it no longer does, and counts how often it was asked.
struct Fickle {
    verifier: ServerVerifier,
    trusts: AtomicBool,
    asked: AtomicUsize,
}

impl VerifyServer for Fickle {
    fn verify<'a>(&'a self, presented: &'a Presented<'a>, narrate: bool) -> Answer<'a, Verdict> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut verdict = self.verifier.verify(presented, narrate);
        if !self.trusts.load(Ordering::Relaxed) {
            verdict.result = Err(TrustError::Other {
                what: "no more".to_owned(),
            });
        }
        Answer::now(verdict)
    }
}

struct Ends {
    verifier: Arc<Fickle>,
    client: ClientConfig,
    server: ServerConfig,
}

impl Ends {
    fn new(version: ProtocolVersion, again: bool) -> Self {
        let verifier = Arc::new(Fickle {
            verifier: ServerVerifier::new(pki().roots()),
            trusts: AtomicBool::new(true),
            asked: AtomicUsize::new(0),
        });
        let clock = Arc::new(VirtualClock::at(NOW));
        let policy = Policy {
            versions: vec![version],
            ..Policy::default()
        };
        let leaf = pki().leaf_with_key(["example.com"], KeyKind::P256);
        let key = CertifiedKey::new(leaf.chain.clone(), &leaf.key).unwrap();
        Self {
            client: ClientConfig::with_verifier(verifier.clone())
                .clock(clock.clone())
                .policy(policy.clone())
                .early_data(true)
                .verify_on_resumption(again),
            server: ServerConfig::new(Certificates::one(key))
                .clock(clock)
                .policy(policy)
                .max_early_data(1000),
            verifier,
        }
    }

    fn meet(&self, early_data: &'static [u8]) -> Pair {
        let mut pair = Meeting::new(self.client.clone(), self.server.clone(), early_data).pair();
        pair.run();
        pair
    }

    fn asked(&self) -> usize {
        self.verifier.asked.swap(0, Ordering::Relaxed)
    }
}

const VERSIONS: [ProtocolVersion; 2] = [ProtocolVersion::TLS_1_2, ProtocolVersion::TLS_1_3];

fn resumed(pair: &Pair) -> bool {
    let established = pair.client.endpoint.established();
    established.is_some_and(|established| established.resumption.is_some())
}

#[test]
fn a_session_is_trusted_unless_the_configuration_says_otherwise() {
    for version in VERSIONS {
        let ends = Ends::new(version, false);
        assert!(!resumed(&ends.meet(b"")));
        assert_eq!(ends.asked(), 1);
        ends.verifier.trusts.store(false, Ordering::Relaxed);
        assert!(resumed(&ends.meet(b"")));
        assert_eq!(ends.asked(), 0, "{version}");
    }
}

#[test]
fn a_server_that_is_still_trusted_is_asked_once_more_each_time() {
    for version in VERSIONS {
        let ends = Ends::new(version, true);
        assert!(!resumed(&ends.meet(b"")));
        for _ in 0..3 {
            assert_eq!(ends.asked(), 1);
            assert!(resumed(&ends.meet(b"")), "{version}");
        }
        assert_eq!(ends.asked(), 1);
    }
}

#[test]
fn a_server_that_is_trusted_no_more_is_refused() {
    for version in VERSIONS {
        let ends = Ends::new(version, true);
        ends.meet(b"");
        ends.verifier.trusts.store(false, Ordering::Relaxed);
        let pair = ends.meet(b"");
        let error = pair.client.error.expect("it is not trusted");
        assert!(matches!(error.fault(), Fault::Untrusted(_)), "{error}");
        assert!(pair.server.error.is_some());
    }
}

#[test]
fn early_data_goes_to_nobody_who_is_trusted_no_more() {
    let ends = Ends::new(ProtocolVersion::TLS_1_3, true);
    ends.meet(b"");
    let pair = ends.meet(b"early");
    assert_eq!(pair.server.received_early, b"early");
    assert_eq!(ends.asked(), 2);

    ends.verifier.trusts.store(false, Ordering::Relaxed);
    let client = limpid::Client::new(
        Arc::new(ends.client.clone()),
        "example.com".try_into().unwrap(),
    );
    let server = limpid::Server::new(Arc::new(ends.server.clone()));
    let mut pair = Pair::new(client, server);
    pair.client.process();
    let mut output = Vec::new();
    assert!(pair.client.endpoint.seal(b"early", &mut output).is_err());
    pair.run();
    let error = pair.client.error.expect("it is not trusted");
    assert!(matches!(error.fault(), Fault::Untrusted(_)), "{error}");
}

//! Applications that give up.

use std::sync::Arc;

use limpid::facts::Choice;
use limpid::provide::{Answer, Asked, ChooseCertificate, VerifyServer};
use limpid::trust::{Presented, TrustError, Verdict};
use limpid::{CertifiedKey, ClientConfig, Endpoint, Fault, ServerConfig};
use limpid_testkit::flow::{NOW, pki};
use limpid_testkit::{Flow, Meeting, Split, VirtualClock};
use limpid_wire::AlertDescription;

#[test]
fn an_open_connection_ends_with_the_alert_that_the_application_chose() {
    for flow in Flow::ALL {
        let mut pair = flow.prepare(1).pair().cut(Split::Whole).shaken();
        let alert = AlertDescription::ACCESS_DENIED;
        let output = &mut pair.server.output;
        pair.server.endpoint.abort(alert, output);
        pair.run();
        let fault = |error: &Option<limpid::Error>| error.as_ref().unwrap().fault().clone();
        assert_eq!(
            fault(&pair.client.error),
            Fault::AlertReceived(alert),
            "{flow:?}"
        );
        pair.server.process();
        assert_eq!(fault(&pair.server.error), Fault::Aborted(alert), "{flow:?}");
        assert!(pair.server.endpoint.seal(b"more", &mut Vec::new()).is_err());

        let mut output = Vec::new();
        pair.server.endpoint.abort(alert, &mut output);
        assert!(output.is_empty(), "one alert is enough");
    }
}

/// A server that cannot make up its mind.
struct Hesitating;

impl ChooseCertificate for Hesitating {
    fn choose<'a>(
        &'a self,
        _asked: &'a Asked<'a>,
        _observed: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>> {
        Answer::later(std::future::pending())
    }
}

#[test]
fn a_handshake_that_waits_for_the_outside_world_can_be_given_up() {
    let clock = Arc::new(VirtualClock::at(NOW));
    let server = ServerConfig::with_chooser(Arc::new(Hesitating)).clock(clock.clone());
    let client = ClientConfig::new(pki().roots()).clock(clock);
    let mut pair = Meeting::new(client, server, &[]).pair();
    pair.run();
    assert!(pair.server.endpoint.is_handshaking());
    let alert = AlertDescription::UNRECOGNIZED_NAME;
    pair.server.endpoint.abort(alert, &mut pair.server.output);
    pair.run();
    let error = pair.client.error.unwrap();
    assert_eq!(*error.fault(), Fault::AlertReceived(alert));
}

/// A verifier with rules of its own.
struct Picky(AlertDescription);

impl VerifyServer for Picky {
    fn verify<'a>(&'a self, _presented: &'a Presented<'a>, _narrate: bool) -> Answer<'a, Verdict> {
        Answer::now(Verdict {
            result: Err(TrustError::Refused {
                why: "it is Tuesday".to_owned(),
                alert: self.0,
            }),
            checks: Vec::new(),
            path: None,
        })
    }
}

#[test]
fn a_verifier_of_ones_own_chooses_the_alert() {
    let flow = &Flow::ALL[0];
    for alert in [
        AlertDescription::CERTIFICATE_UNKNOWN,
        AlertDescription::HANDSHAKE_FAILURE,
    ] {
        let client = ClientConfig::with_verifier(Arc::new(Picky(alert)));
        let server = ServerConfig::new(limpid::Certificates::one(flow.certificate()));
        let mut pair = Meeting::new(client, server, &[]).pair();
        pair.run();
        let error = pair.client.error.unwrap();
        assert_eq!(error.alert(), Some(alert));
        assert!(error.to_string().contains("it is Tuesday"), "{error}");
    }
}

//! Bounds on counts: empty records, warnings, changes of keys, tickets.

use std::sync::Arc;

use limpid::{Certificates, ClientConfig, ClientSessions, Endpoint, Fault, ServerConfig, bounds};
use limpid_facts::Side;
use limpid_testkit::flow::{Holder, NAME, NOW, pki};
use limpid_testkit::middle::Delivery;
use limpid_testkit::pki::KeyKind;
use limpid_testkit::{Meeting, Split, VirtualClock};
use limpid_wire::ContentType;

use crate::{fault, server, shaken};

/// Hands `count` times the same to the client and to the server of a connection; what each says.
fn handed(flow: &str, count: u32, delivery: &Delivery) -> [Option<Fault>; 2] {
    [Side::Client, Side::Server].map(|to| {
        let mut middle = shaken(flow);
        for _ in 0..count {
            middle.hand(to, delivery.clone());
        }
        match to {
            Side::Client => fault(&middle.client.end),
            Side::Server => fault(&middle.server.end),
        }
    })
}

#[test]
fn empty_records_in_a_row() {
    let empty = Delivery::Sealed(ContentType::APPLICATION_DATA, vec![]);
    for flow in ["TLS 1.2, full", "TLS 1.3, full"] {
        assert_eq!(handed(flow, bounds::EMPTY_RECORDS, &empty), [None, None]);
        let refused = Some(Fault::TooManyEmptyRecords);
        let more = handed(flow, bounds::EMPTY_RECORDS + 1, &empty);
        assert_eq!(more, [refused.clone(), refused], "{flow}");
    }
    // During a handshake as well.
    let mut end = server();
    for _ in 0..bounds::EMPTY_RECORDS {
        end.arrive(&[22, 3, 3, 0, 0], &mut Split::Whole);
    }
    assert_eq!(fault(&end), None);
    end.arrive(&[22, 3, 3, 0, 0], &mut Split::Whole);
    assert_eq!(fault(&end), Some(Fault::TooManyEmptyRecords));
}

/// Anything in a record begins the count anew.
#[test]
fn empty_records_with_others_between() {
    let mut middle = shaken("TLS 1.3, full");
    for _ in 0..3 {
        for _ in 0..bounds::EMPTY_RECORDS {
            let empty = Delivery::Sealed(ContentType::APPLICATION_DATA, vec![]);
            middle.hand(Side::Server, empty);
        }
        let full = Delivery::Sealed(ContentType::APPLICATION_DATA, vec![7]);
        middle.hand(Side::Server, full);
    }
    assert_eq!(fault(&middle.server.end), None);
    assert_eq!(middle.server.end.received, [7; 3]);
}

#[test]
fn warnings() {
    // user_canceled: the one alert that is no end in TLS 1.3.
    let warning = Delivery::Sealed(ContentType::ALERT, vec![1, 90]);
    for flow in ["TLS 1.2, full", "TLS 1.3, full"] {
        assert_eq!(handed(flow, bounds::WARNINGS, &warning), [None, None]);
        let refused = Some(Fault::TooManyWarnings);
        let more = handed(flow, bounds::WARNINGS + 1, &warning);
        assert_eq!(more, [refused.clone(), refused], "{flow}");
    }
    // During a handshake as well.
    let mut end = server();
    let warning = [21, 3, 3, 0, 2, 1, 90];
    for _ in 0..bounds::WARNINGS {
        end.arrive(&warning, &mut Split::Whole);
    }
    assert_eq!(fault(&end), None);
    end.arrive(&warning, &mut Split::Whole);
    assert_eq!(fault(&end), Some(Fault::TooManyWarnings));
}

#[test]
fn key_updates_without_data_between() {
    for from_client in [true, false] {
        let after = |count: u32| {
            let mut pair = limpid_testkit::Flow::ALL
                .iter()
                .find(|flow| flow.name == "TLS 1.3, full")
                .unwrap()
                .prepare(1)
                .pair()
                .shaken();
            for _ in 0..count {
                let (client, server) = (&mut pair.client, &mut pair.server);
                let said = if from_client {
                    client.endpoint.update_keys(false, &mut client.output)
                } else {
                    server.endpoint.update_keys(false, &mut server.output)
                };
                said.unwrap();
                pair.run();
            }
            pair
        };
        let heard = |pair: &limpid_testkit::Pair| match from_client {
            true => fault(&pair.server),
            false => fault(&pair.client),
        };
        let mut pair = after(bounds::KEY_UPDATES);
        assert_eq!(heard(&pair), None);
        // Data begins the count anew.
        pair.client.send(b"ping");
        pair.server.send(b"pong");
        pair.run();
        let (client, server) = (&mut pair.client, &mut pair.server);
        client
            .endpoint
            .update_keys(false, &mut client.output)
            .unwrap();
        server
            .endpoint
            .update_keys(false, &mut server.output)
            .unwrap();
        pair.run();
        assert_eq!(heard(&pair), None);
        let more = after(bounds::KEY_UPDATES + 1);
        assert_eq!(heard(&more), Some(Fault::TooManyKeyUpdates));
    }
}

/// Further tickets are read and dropped.
#[test]
fn tickets() {
    let kept = |given: u32| {
        let sessions = Arc::new(ClientSessions::new(1).each(100));
        let clock = Arc::new(VirtualClock::at(NOW));
        let client = ClientConfig::new(pki().roots())
            .clock(clock.clone())
            .sessions(sessions.clone());
        let certificates = Certificates::one(Holder::server(KeyKind::P256).certificate());
        let server = ServerConfig::new(certificates)
            .clock(clock)
            .tls13_tickets(u8::try_from(given).unwrap());
        let _ = Meeting::new(client, server, &[]).pair().shaken();
        sessions.count(&NAME.try_into().unwrap())
    };
    let most = usize::try_from(bounds::TICKETS).unwrap();
    assert_eq!(kept(bounds::TICKETS - 1), most - 1);
    assert_eq!(kept(bounds::TICKETS), most);
    assert_eq!(kept(bounds::TICKETS + 1), most);
}

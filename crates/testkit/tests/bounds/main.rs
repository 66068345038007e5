//! What a peer can make large or many is bounded ([`limpid::bounds`]): each bound is reached here, and passed by one.
//!
//! `docs/bounds.md` lists them; [`table`] keeps it true. Bounds that only the inside of a crate can reach are tested there.

mod counts;
mod hello;
mod sizes;
mod table;

use limpid::facts::Established;
use limpid::{Endpoint, Fault, Server, ServerConfig};
use limpid_testkit::flow::Holder;
use limpid_testkit::middle::{Middle, honest};
use limpid_testkit::pki::KeyKind;
use limpid_testkit::{End, Flow};

fn flow(name: &str) -> &'static Flow {
    let found = Flow::ALL.iter().find(|flow| flow.name == name);
    found.unwrap_or_else(|| panic!("no flow is called {name}"))
}

/// Two ends that have shaken hands, and somebody between them.
fn shaken(name: &str) -> Middle {
    let mut middle = flow(name).middle(1);
    middle.run(&mut honest);
    assert!(middle.client.told_established() && middle.server.told_established());
    middle
}

fn fault<S: Endpoint>(end: &End<S>) -> Option<Fault> {
    end.error.as_ref().map(|error| error.fault().clone())
}

fn established<S: Endpoint>(end: &End<S>) -> &Established {
    end.endpoint
        .established()
        .expect("the handshake is complete")
}

/// A server that nobody has spoken to.
fn server() -> End<Server> {
    let certificates = limpid::Certificates::one(Holder::server(KeyKind::P256).certificate());
    End::new(Server::new(std::sync::Arc::new(ServerConfig::new(
        certificates,
    ))))
}

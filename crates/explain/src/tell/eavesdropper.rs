//! What somebody who recorded every byte can learn, and what not.

use limpid_facts::Resumption;

use super::Teller;
use super::suite::Words;
use crate::prose::Prose;
use crate::story::{Mark, Row, Section};

/// The table, once a suite was chosen.
pub(super) fn section(t: &Teller<'_>) -> Option<Section> {
    let words = Words::of(t.known.suite?)?;
    let tls13 = t.known.is_tls13();
    let mut rows = vec![row(t, Mark::Bad, "metadata", &[])];
    if let Some(name) = &t.known.server_name {
        rows.push(row(t, Mark::Bad, "server_name", &[("name", name)]));
    }
    rows.push(row(t, Mark::Bad, "parameters", &[]));
    if !t.known.server_chain.is_empty() {
        rows.push(if tls13 {
            row(t, Mark::Good, "certificate13", &[])
        } else {
            row(t, Mark::Bad, "certificate12", &[])
        });
    }
    rows.push(row(t, Mark::Good, "data", &[]));
    if !t.known.early_data.is_empty() {
        rows.push(row(t, Mark::Bad, "early_data", &[]));
    }
    rows.push(with_private_key(t, words));
    rows.push(with_quantum_computer(t, words));
    if t.known.secrets {
        rows.push(row(t, Mark::Bad, "report", &[]));
    }
    Some(Section {
        title: t.say.say("eavesdropper.title", &[]),
        telling: t.say.say("eavesdropper.telling", &[]),
        rows,
    })
}

/// What the server's private key would add: forward secrecy, or none.
fn with_private_key(t: &Teller<'_>, words: Words) -> Row {
    let resumed = matches!(
        t.known.resumption,
        Some(Resumption::SessionId | Resumption::Ticket)
    );
    if resumed {
        row(t, Mark::Out, "resumed", &[])
    } else if t.known.resumption.is_some() && t.known.group.is_none() {
        row(t, Mark::Bad, "psk_only", &[])
    } else if words.is_ephemeral() {
        row(t, Mark::Good, "forward_secrecy", &[])
    } else {
        row(t, Mark::Bad, "no_forward_secrecy", &[])
    }
}

fn with_quantum_computer(t: &Teller<'_>, words: Words) -> Row {
    let group = t
        .known
        .group
        .map(|group| group.to_string())
        .unwrap_or_default();
    if group.contains("MLKEM") {
        row(t, Mark::Good, "post_quantum", &[("group", &group)])
    } else if t.known.group.is_none() && words.key_exchange.is_none() {
        row(t, Mark::Good, "post_quantum.psk", &[])
    } else {
        let what = if group.is_empty() {
            words.key_exchange.unwrap_or("RSA").to_owned()
        } else {
            group
        };
        row(t, Mark::Out, "no_post_quantum", &[("group", &what)])
    }
}

fn row(t: &Teller<'_>, mark: Mark, key: &str, values: &[(&str, &str)]) -> Row {
    Row {
        mark,
        name: t.say.say(&format!("eavesdropper.{key}"), values),
        value: Prose::default(),
        meaning: t.say.say(&format!("eavesdropper.{key}.what"), values),
    }
}

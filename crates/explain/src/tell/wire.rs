//! What stands in records besides handshake messages: ChangeCipherSpec, alerts, application data.

use limpid_facts::{AlertSent, ApplicationData, ChangeCipherSpec, Record};
use limpid_wire::{AlertDescription, AlertLevel};

use super::Teller;
use crate::story::{Detail, Entry};

/// The entry of a ChangeCipherSpec.
pub(super) fn change_cipher_spec(t: &Teller<'_>, message: &ChangeCipherSpec) -> Entry {
    let sender = t.side(message.from);
    let values: &[(&str, &str)] = &[("sender", &sender)];
    let key = if message.for_middleboxes {
        "wire.change_cipher_spec.tls13"
    } else {
        "wire.change_cipher_spec"
    };
    let what = if message.for_middleboxes {
        key.to_owned()
    } else {
        format!("{key}.what")
    };
    Entry {
        by: Some(message.from),
        title: t.say.say("wire.change_cipher_spec", values),
        gist: vec![t.say.say(&format!("{key}.gist"), values)],
        telling: vec![t.say.say(&what, values)],
        reference: Some(
            if message.for_middleboxes {
                "RFC 8446 §D.4"
            } else {
                "RFC 5246 §7.1"
            }
            .to_owned(),
        ),
        ..Entry::of(Detail::ChangeCipherSpec {
            for_middleboxes: message.for_middleboxes,
        })
    }
}

/// The entry of an alert.
pub(super) fn alert(t: &Teller<'_>, alert: &AlertSent) -> Entry {
    let name = alert.description.to_string();
    let regular = matches!(
        alert.description,
        AlertDescription::CLOSE_NOTIFY | AlertDescription::USER_CANCELED
    );
    let what = t
        .known_prose(&format!("alert.{name}"), &[])
        .unwrap_or_else(|| t.say.say("alert.unknown", &[]));
    let mut telling = vec![what.clone()];
    if !regular {
        let remedy = t.known_prose(&format!("alert.{name}.remedy"), &[]);
        telling.push(remedy.unwrap_or_else(|| t.say.say("alert.unknown.remedy", &[])));
    }
    let level = if alert.level == AlertLevel::FATAL || !regular {
        "alert_level.fatal"
    } else {
        "alert_level.warning"
    };
    telling.push(
        t.say
            .say("wire.alert.level", &[("level", &t.say.word(level))]),
    );
    Entry {
        by: Some(alert.from),
        title: t.say.say("wire.alert", &[("name", &name)]),
        gist: if regular { Vec::new() } else { vec![what] },
        telling,
        reference: alert.description.reference().map(str::to_owned),
        ..Entry::of(Detail::Alert { error: !regular })
    }
}

/// The entry of application data.
pub(super) fn application_data(t: &Teller<'_>, data: &ApplicationData, early: bool) -> Entry {
    let length = data.length.to_string();
    let values: &[(&str, &str)] = &[("n", &length)];
    let (title, what) = match early {
        true => ("wire.early_data", "wire.early_data.what"),
        false => ("wire.application_data", "wire.application_data.what"),
    };
    Entry {
        by: Some(data.from),
        title: t.say.say(title, values),
        telling: vec![t.say.say(what, values)],
        ..Entry::of(Detail::ApplicationData {
            length: data.length,
            early,
            bytes: data.bytes.clone(),
        })
    }
}

/// The entry of a record that carried nothing whole.
pub(super) fn record(t: &Teller<'_>, record: &Record) -> Entry {
    let content_type = record.content_type.to_string();
    let values: &[(&str, &str)] = &[("type", &content_type)];
    Entry {
        by: Some(record.from),
        title: t.say.say("wire.record", values),
        telling: vec![t.say.say("wire.record.what", values)],
        ..Entry::of(Detail::Record)
    }
}

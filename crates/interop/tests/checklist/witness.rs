//! tshark and OpenSSL as witnesses: what they find in the recording, and what they compute, is what the story says.

use std::collections::BTreeMap;
use std::process::Command;

use limpid_interop::{Place, program, tshark};
use serde_json::Value;

use crate::Meeting;
use crate::meeting::{bytes, text, unhex};

/// The client's port of a capture's first connection.
const FIRST_PORT: u16 = 40_000;

/// A field as tshark calls it, and as the story does, with one name or several.
const NUMBERS: [(&str, &[&str]); 4] = [
    ("tls.handshake.ciphersuite", &["cipher_suite"]),
    ("tls.handshake.extension.type", &["extension_type"]),
    (
        "tls.handshake.sig_hash_alg",
        &["signature_scheme", "algorithm"],
    ),
    ("tls.handshake.extensions_supported_group", &["named_group"]),
];

/// Every field that tshark and the story both know has the same values.
pub(crate) fn agree(place: &Place, meeting: &Meeting) {
    let all = columns(place, meeting);
    let column = |name: &str| all.get(name).cloned().unwrap_or_default();
    let hex =
        |name: &str| -> Vec<Vec<u8>> { column(name).iter().map(|value| unhex(value)).collect() };
    let sorted = |mut values: Vec<Vec<u8>>| {
        values.sort();
        values
    };
    let name = &meeting.name;
    // Without ServerHello's and ClientHello's: the story knows them by the same name.
    assert_eq!(
        sorted(hex("tls.handshake.random")),
        sorted(meeting.fields("random")),
        "{name}"
    );

    let mut types: Vec<u64> = column("tls.handshake.type")
        .iter()
        .map(|value| number(value))
        .collect();
    let messages = meeting.of_kind("message");
    let mut told: Vec<u64> = messages
        .iter()
        .map(|entry| u64::from(bytes(&entry["detail"]["bytes"])[0]))
        .collect();
    types.sort_unstable();
    told.sort_unstable();
    assert_eq!(types, told, "{name}: message types");

    for (theirs, ours) in NUMBERS {
        let mut seen: Vec<u64> = column(theirs).iter().map(|value| number(value)).collect();
        let told = ours.iter().flat_map(|ours| meeting.fields(ours));
        let mut told: Vec<u64> = told.map(|value| big_endian(&value)).collect();
        seen.sort_unstable();
        told.sort_unstable();
        // tshark knows some lists by other names: each of its values must be in the story as often.
        let missing: Vec<&u64> = seen
            .iter()
            .filter(|value| {
                let count = |list: &[u64]| list.iter().filter(|other| other == value).count();
                count(&seen) > count(&told)
            })
            .collect();
        assert!(
            missing.is_empty() && !seen.is_empty(),
            "{name}: {ours:?}: {missing:?} of {seen:?}, told {told:?}"
        );
    }

    // tshark shows no bytes of verify_data; that it finds two of the right length means that it decrypted them.
    let mut lengths: Vec<u64> = column("tls.handshake.length")
        .iter()
        .map(|value| number(value))
        .collect();
    let length = |entry: &&Value| bytes(&entry["detail"]["bytes"]).len() as u64 - 4;
    let mut told: Vec<u64> = messages.iter().map(length).collect();
    lengths.sort_unstable();
    told.sort_unstable();
    assert_eq!(lengths, told, "{name}: lengths of messages");
    let chains: Vec<u8> = meeting
        .messages(11)
        .iter()
        .flat_map(|entry| bytes(&entry["detail"]["bytes"]))
        .collect();
    for certificate in hex("tls.handshake.certificate") {
        let shown = chains
            .windows(certificate.len())
            .any(|window| window == certificate);
        assert!(shown, "{name}: a certificate that the story does not have");
    }
}

/// The values of each field, decrypted, of this connection.
fn columns(place: &Place, meeting: &Meeting) -> BTreeMap<&'static str, Vec<String>> {
    let mut names = vec![
        "tls.handshake.type",
        "tls.handshake.random",
        "tls.handshake.length",
        "tls.handshake.certificate",
    ];
    names.extend(NUMBERS.iter().map(|(name, _)| *name));
    // The recording as a capture gives each connection a port of its own, in the order in which they were made; tshark numbers
    // streams in the order in which they speak.
    let port = FIRST_PORT + meeting.connection;
    let filter = format!("tls.handshake && tcp.port == {port}");
    let rows = tshark::dissect(place, &meeting.recording, &meeting.keys, &filter, &names);
    let mut all = BTreeMap::<_, Vec<String>>::new();
    for row in rows {
        for (name, values) in names.iter().zip(row) {
            let values = values
                .split(',')
                .filter(|value| !value.is_empty())
                .map(str::to_owned);
            all.entry(*name).or_default().extend(values);
        }
    }
    all
}

fn number(value: &str) -> u64 {
    match value.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).expect("a number of tshark's"),
        None => value.parse().expect("a number of tshark's"),
    }
}

fn big_endian(value: &[u8]) -> u64 {
    value
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// OpenSSL computes every derivation again that has a command, and gets the same.
pub(crate) fn recompute(meeting: &Meeting) {
    // The commands are for a reader's own shell, where OpenSSL is found by its name.
    let _ = program("openssl");
    let mut count = 0;
    for entry in meeting.of_kind("calculation") {
        let calculation: &Value = &entry["detail"];
        let Some(recipe) = calculation["recipe"].as_str() else {
            continue;
        };
        let done = Command::new("sh").args(["-c", recipe]).output();
        let printed = String::from_utf8_lossy(&done.expect("a shell").stdout).into_owned();
        let output = bytes(&calculation["output"]["bytes"]);
        assert_eq!(
            unhex(&printed),
            output,
            "{}: {} by {recipe}",
            meeting.name,
            text(&entry["title"])
        );
        count += 1;
    }
    assert!(count >= 3, "{}: only {count} commands", meeting.name);
}

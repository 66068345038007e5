//! The nine items.

use std::cell::RefCell;

use serde_json::Value;

use crate::meeting::{at, bytes, list, text, unhex};
use crate::{Kx, Meeting, View};

const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const NEW_SESSION_TICKET: u8 = 4;
const CERTIFICATE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const CERTIFICATE_REQUEST: u8 = 13;
const CERTIFICATE_VERIFY: u8 = 15;
const CLIENT_KEY_EXCHANGE: u8 = 16;
const FINISHED: u8 = 20;

/// A meeting under examination.
pub(crate) struct Items<'a> {
    meeting: &'a Meeting,
    missing: RefCell<Vec<String>>,
}

impl<'a> Items<'a> {
    /// Checks a meeting, item by item.
    ///
    /// # Panics
    /// When items are missing or untrue, with all of them.
    pub(crate) fn check(meeting: &'a Meeting) {
        let missing = RefCell::default();
        let items = Self { meeting, missing };
        items.check_all();
        let missing = items.missing.take();
        let (name, outline) = (&meeting.name, items.outline());
        assert!(missing.is_empty(), "{name}: {missing:#?}\n{outline}");
    }

    fn check_all(&self) {
        self.bytes_and_times();
        self.versions_and_randoms();
        self.suite_and_extensions();
        self.certificates();
        self.key_exchange_and_signatures();
        self.calculations();
        self.finished_and_records();
        self.tickets_and_resumption();
        self.eavesdropper();
        speaks(&self.meeting.told, "en", &self.meeting.name);
    }

    fn all(&self, what: &str, good: bool) {
        if !good {
            self.missing.borrow_mut().push(what.to_owned());
        }
    }

    fn outline(&self) -> String {
        let line = |entry: &&Value| {
            format!(
                "{} {}\n",
                text(&entry["detail"]["kind"]),
                text(&entry["title"])
            )
        };
        self.meeting.entries().iter().map(line).collect()
    }

    /// Whether such a check was made and passed, and none of the kind failed.
    fn passed(&self, kind: &str) -> bool {
        let checks = self.meeting.facts("check");
        let outcomes = checks.iter().filter(|check| check["kind"] == kind);
        let outcomes: Vec<&str> = outcomes.map(|check| text(&check["outcome"])).collect();
        outcomes.contains(&"passed") && !outcomes.contains(&"failed")
    }

    /// Whether such a choice was made, and its reason is told.
    fn decided(&self, about: &str) -> bool {
        let decisions = self.meeting.facts("decision");
        decisions
            .iter()
            .any(|fact| fact["about"] == about && !text(&fact["because"]).is_empty())
    }

    /// 1. Raw bytes, offsets of fields, order, times, round trips.
    fn bytes_and_times(&self) {
        let mut offsets = std::collections::HashMap::from([("client", 0), ("server", 0)]);
        for record in list(&self.meeting.story()["records"]) {
            let from = text(&record["from"]);
            let offset = offsets.get_mut(from).expect("a side");
            let (shown, length) = (bytes(&record["bytes"]), 5 + at(record, "length"));
            let sent = self.meeting.stream(from);
            self.all(
                "a record's bytes are those on the wire",
                sent[*offset..].starts_with(&shown) && shown.len() >= 5,
            );
            *offset += length;
            self.all(
                "a record's header is decoded",
                list(&record["fields"]).len() >= 3,
            );
        }
        for from in ["client", "server"] {
            self.all(
                "every record is told",
                offsets[from] == self.meeting.stream(from).len(),
            );
        }
        for entry in self.meeting.of_kind("message") {
            self.all(
                "each message has a time and a record",
                entry["at_us"].is_u64() && !list(&entry["records"]).is_empty(),
            );
            self.tiles(&entry["detail"]);
        }
        let flights = list(&self.meeting.story()["scenes"])
            .iter()
            .filter_map(|scene| scene["flight"].as_u64());
        self.all(
            "flights are numbered",
            flights.clone().zip(1..).all(|(flight, n)| flight == n) && flights.count() >= 3,
        );
        let trips = &self.meeting.story()["ending"]["round_trips"];
        self.all(
            &format!("{trips} round trips"),
            *trips == self.meeting.expected.round_trips,
        );
        self.all(
            "how long it took",
            self.meeting.story()["ending"]["took_us"].is_u64(),
        );
    }

    /// The leaves cover the message, each byte once, each with a name and a sentence.
    fn tiles(&self, message: &Value) {
        let mut end = 0;
        for field in list(&message["fields"])
            .iter()
            .filter(|field| field["leaf"] == true)
        {
            self.all("leaves follow each other", at(field, "start") == end);
            self.all("a field has a name", !text(&field["name"]).is_empty());
            end = at(field, "end");
        }
        self.all(
            "leaves reach the end",
            end == bytes(&message["bytes"]).len() && message["malformed"].is_null(),
        );
    }

    /// 2. Versions, randoms, sentinel.
    fn versions_and_randoms(&self) {
        self.all("why this version", self.decided("version"));
        let hello = self.meeting.messages(CLIENT_HELLO);
        self.all(
            "a hello, twice after a retry",
            hello.len() == 1 + usize::from(self.meeting.expected.retried),
        );
        let field = |name: &str| {
            let fields = list(&hello[0]["detail"]["fields"]).iter();
            fields
                .filter(|field| field["name"] == name)
                .map(|field| text(&field["meaning"]).to_owned())
                .next()
        };
        let legacy = field("legacy_version").or_else(|| field("client_version"));
        self.all(
            "what 0x0303 means",
            legacy.is_some_and(|meaning| meaning.contains("TLS 1.3 froze it")),
        );
        self.all(
            "randoms",
            self.meeting
                .fields("random")
                .iter()
                .all(|random| random.len() == 32),
        );
        if self.meeting.view == View::Client {
            self.all(
                "the sentinel is looked for",
                self.passed("downgrade_sentinel") || self.meeting.expected.tls13,
            );
        }
    }

    /// 3. Suites, groups, extensions.
    fn suite_and_extensions(&self) {
        let server_hello = self.meeting.messages(SERVER_HELLO);
        let sections = list(&server_hello.last().expect("a ServerHello")["sections"]);
        self.all(
            "the suite word by word",
            sections
                .iter()
                .any(|section| list(&section["rows"]).len() >= 2),
        );
        self.all("why this suite", self.decided("cipher_suite"));
        if self.meeting.view == View::Server {
            let choices = self.meeting.facts("decision");
            let suite = choices.iter().find(|fact| fact["about"] == "cipher_suite");
            let (because, among) = suite.map_or(("", 0), |suite| {
                (text(&suite["because"]), list(&suite["among"]).len())
            });
            self.all(
                "among which suites",
                among > 0 || because == "fixed_by_session",
            );
        }
        let messages = self.meeting.messages(CLIENT_HELLO);
        let mut fields = messages
            .iter()
            .flat_map(|hello| list(&hello["detail"]["fields"]));
        self.all(
            "the host name",
            fields.any(|field| text(&field["value"]).contains("localhost")),
        );
        if !self.meeting.expected.tls13 && self.meeting.expected.kx != Kx::Resumed {
            self.all(
                "extended master secret",
                self.decided("extended_master_secret"),
            );
            self.all("secure renegotiation", self.passed("renegotiation_info"));
        }
    }

    /// 4. Certificates, and the path step by step.
    fn certificates(&self) {
        if self.meeting.expected.kx == Kx::Resumed {
            self.all(
                "no certificate",
                self.meeting.messages(CERTIFICATE).is_empty(),
            );
            return;
        }
        let certificates = self.meeting.messages(CERTIFICATE);
        self.all(
            "certificates",
            certificates.len() == 1 + usize::from(self.meeting.expected.mutual),
        );
        let sections = list(&certificates[0]["sections"]);
        self.all(
            "certificates taken apart",
            sections.len() >= 2 && list(&sections[0]["rows"]).len() >= 8,
        );
        let verifies = self.meeting.view == View::Client || self.meeting.expected.mutual;
        for kind in [
            "chain_path",
            "certificate_signature",
            "validity",
            "issuer_is_ca",
            "extended_key_usage",
            "strength",
        ] {
            self.all(kind, !verifies || self.passed(kind));
        }
        if self.meeting.view == View::Client {
            self.all("the host name is compared", self.passed("server_name"));
            let looked = self.meeting.facts("check");
            self.all(
                "revocation",
                looked
                    .iter()
                    .any(|check| check["kind"] == "revocation_by_ocsp"),
            );
        }
        if self.meeting.expected.mutual {
            self.all(
                "who is asked",
                self.meeting.messages(CERTIFICATE_REQUEST).len() == 1,
            );
        }
    }

    /// 5. The key exchange, and signatures with their exact input.
    fn key_exchange_and_signatures(&self) {
        let expected = self.meeting.expected;
        if !expected.tls13 && expected.kx != Kx::Resumed {
            self.all(
                "ClientKeyExchange",
                self.meeting.messages(CLIENT_KEY_EXCHANGE).len() == 1,
            );
            let ephemeral = usize::from(expected.kx != Kx::Rsa);
            self.all(
                "ServerKeyExchange",
                self.meeting.messages(SERVER_KEY_EXCHANGE).len() == ephemeral,
            );
        }
        let by_server = usize::from(expected.kx != Kx::Resumed && expected.kx != Kx::Rsa);
        let signatures = self.meeting.of_kind("signature");
        self.all(
            "signatures",
            signatures.len() == by_server + usize::from(expected.mutual),
        );
        let verifies = self.meeting.messages(CERTIFICATE_VERIFY).len();
        let in_verify = usize::from(expected.tls13) * by_server + usize::from(expected.mutual);
        self.all("CertificateVerify", verifies == in_verify);
        for signature in signatures {
            let own = match self.meeting.view {
                View::Client => "client",
                View::Server => "server",
            };
            let valid = &signature["detail"]["valid"];
            self.all(
                "verified by the other end",
                *valid == true || signature["by"] == own,
            );
            let quantities = list(&signature["detail"]["quantities"]);
            let shown = quantities
                .iter()
                .filter(|quantity| bytes(&quantity["bytes"]).len() >= 32);
            self.all("input, signature, key", shown.count() >= 3);
        }
    }

    /// 6. Every rung, with inputs, computed again.
    fn calculations(&self) {
        let calculations = self.meeting.of_kind("calculation");
        let titles: Vec<&str> = calculations
            .iter()
            .map(|entry| text(&entry["title"]))
            .collect();
        let wanted: &[&str] = match (self.meeting.expected.tls13, self.meeting.expected.kx) {
            (true, _) => &[
                "early_secret",
                "handshake_secret",
                "master_secret",
                "client_handshake_traffic_secret",
                "server_application_traffic_secret_0",
                "client_write_key",
                "server_write_iv",
                "exporter_master_secret",
            ],
            (false, Kx::Resumed) => &["key_block", "client_write_key", "server_write_key"],
            (false, _) => &[
                "pre_master_secret",
                "master_secret",
                "key_block",
                "client_write_key",
                "server_write_key",
            ],
        };
        for name in wanted {
            self.all(&format!("{name} among {titles:?}"), titles.contains(name));
        }
        for calculation in &calculations {
            let again = &calculation["detail"]["recomputed"];
            let name = text(&calculation["title"]);
            // What a private key or an earlier connection is needed for.
            let inputs = ["(EC)DHE shared secret", "pre_master_secret", "PSK"];
            let from_outside = inputs.contains(&name)
                || name == "master_secret" && self.meeting.expected.kx == Kx::Resumed;
            self.all(
                &format!("{name} computed again"),
                *again == true || again.is_null() && from_outside,
            );
        }
        if self.meeting.expected.early {
            self.all(
                "early keys",
                titles.contains(&"client_early_traffic_secret"),
            );
            self.all("early data: why", self.decided("early_data"));
        }
        if self.meeting.expected.tls13 && self.meeting.expected.kx == Kx::Resumed {
            self.all(
                "the binder",
                titles.iter().any(|title| title.contains("binder")),
            );
        }
    }

    /// 7. Finished computed and compared; nonces, numbers and additional data of records.
    fn finished_and_records(&self) {
        let finished = self.meeting.messages(FINISHED);
        self.all("two Finished", finished.len() == 2);
        self.all("Finished compared", self.passed("finished"));
        for check in self
            .meeting
            .facts("check")
            .iter()
            .filter(|check| check["kind"] == "finished")
        {
            let value = |name: &str| {
                let rows = list(&check["evidence"]).iter();
                rows.filter(|row| row[0] == name)
                    .map(|row| text(&row[1]).to_owned())
                    .next()
            };
            let (computed, received) = (value("computed"), value("received"));
            self.all(
                "both values are shown",
                computed.is_some() && computed == received,
            );
            let sent = |entry: &&Value| {
                bytes(&entry["detail"]["bytes"])[4..]
                    == unhex(received.as_deref().unwrap_or_default())
            };
            self.all("what was received was sent", finished.iter().any(sent));
        }
        for message in self.meeting.of_kind("message") {
            let late = bytes(&message["detail"]["bytes"]).first() == Some(&NEW_SESSION_TICKET);
            self.all(
                "transcript hash",
                late || message["detail"]["transcript_hash"].is_string(),
            );
        }
        let protected: Vec<&Value> = list(&self.meeting.story()["records"])
            .iter()
            .filter(|record| !record["protection"].is_null())
            .collect();
        self.all("protected records", protected.len() >= 2);
        for record in protected {
            self.all(
                "number, nonce, additional data",
                list(&record["protection"]["rows"]).len() >= 3,
            );
        }
    }

    /// 8. Tickets and resumption.
    fn tickets_and_resumption(&self) {
        let established = self.meeting.facts("established");
        let resumed = established
            .first()
            .map(|fact| !fact["resumption"].is_null());
        let is_resumed = self.meeting.expected.kx == Kx::Resumed;
        self.all("resumed or not", resumed == Some(is_resumed));
        // Where no pre_shared_key (RFC 8446 §4.2.11) is offered, a server of TLS 1.3 has nothing to decide.
        let offered = self.meeting.fields("extension_type").contains(&vec![0, 41]);
        let nothing_to_decide = self.meeting.expected.tls13 && !offered;
        self.all("and why", nothing_to_decide || self.decided("resumption"));
        for ticket in self.meeting.messages(NEW_SESSION_TICKET) {
            let fields = list(&ticket["detail"]["fields"]);
            let named = |part: &str| {
                fields
                    .iter()
                    .any(|field| text(&field["name"]).contains(part))
            };
            self.all("a ticket's fields", named("lifetime") && named("ticket"));
        }
        for alert in self.meeting.of_kind("alert") {
            self.all(
                "no alert but the last",
                text(&alert["title"]).contains("close_notify"),
            );
        }
    }

    /// 9. What who listened can compute.
    fn eavesdropper(&self) {
        let section = &self.meeting.story()["eavesdropper"];
        let rows = list(&section["rows"]);
        self.all("what somebody learns who listened", rows.len() >= 4);
        let open = |row: &Value| row["mark"] == "bad";
        let secret = rows.iter().filter(|row| !open(row)).count();
        self.all("and what not", secret >= 1 && rows.iter().any(open));
        let later = rows
            .iter()
            .find(|row| text(&row["name"]).contains("private key"));
        let safe = later.is_some_and(|row| !open(row));
        // Of a continued session of TLS 1.2 only the earlier handshake could say it.
        let unknown = later.is_none()
            && !self.meeting.expected.tls13
            && self.meeting.expected.kx == Kx::Resumed;
        self.all(
            "what the server's key would add",
            unknown || later.is_some() && safe == (self.meeting.expected.kx != Kx::Rsa),
        );
    }
}

/// Every leaf of every message has a sentence in the story's language: its own, or the one that stands at an earlier field of
/// its name in the same message, where what is said once holds for the rest of a list.
///
/// # Panics
/// When leaves have none, or one in another language, with all of them.
pub(crate) fn speaks(told: &Value, language: &str, name: &str) {
    assert_eq!(told["story"]["language"], language, "{name}");
    let scenes = list(&told["story"]["scenes"]).iter();
    let (mut leaves, mut missing) = (0, Vec::new());
    for entry in scenes.flat_map(|scene| list(&scene["entries"])) {
        let mut explained = std::collections::HashSet::new();
        for field in list(&entry["detail"]["fields"]) {
            let (called, meaning) = (text(&field["name"]), text(&field["meaning"]));
            if is_sentence(meaning, language) {
                explained.insert(called);
            } else if !meaning.is_empty() {
                missing.push(format!("{called}: not in {language}: {meaning}"));
            }
            if field["leaf"] == true {
                leaves += 1;
                if !explained.contains(called) {
                    missing.push(format!("{}: {called}", text(&entry["title"])));
                }
            }
        }
    }
    assert!(leaves > 50, "{name}: {leaves} leaves");
    assert!(missing.is_empty(), "{name}: {missing:#?}");
}

fn is_sentence(meaning: &str, language: &str) -> bool {
    let is_chinese = meaning
        .chars()
        .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    meaning.contains(' ') && !is_chinese && language == "en" || is_chinese && language == "zh"
}

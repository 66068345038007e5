//! A cipher suite taken apart, word by word of its registered name.

use limpid_wire::{CipherSuite, SuiteAuthentication, SuiteParts};

use super::Teller;
use crate::prose::Prose;
use crate::story::{Row, Section};

/// The words of a suite's name that have a meaning of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// How a secret is agreed; `None` in TLS 1.3, where the suite does not say.
    pub(crate) key_exchange: Option<&'static str>,
    /// Who proves an identity how; `None` in TLS 1.3 and where the key exchange says it.
    pub(crate) authentication: Option<&'static str>,
    /// How records are encrypted.
    pub(crate) cipher: &'static str,
    /// The hash: of the key schedule, or of the record MAC in older suites.
    pub(crate) hash: Option<&'static str>,
    parts: SuiteParts,
}

impl Words {
    /// Takes a name such as `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` apart.
    pub(crate) fn of(suite: CipherSuite) -> Option<Self> {
        let parts = suite.parts()?;
        let (key_exchange, authentication) = match (parts.words.agreement, parts.authentication) {
            (None, _) => (None, None),
            (
                Some(agreement),
                SuiteAuthentication::Rsa
                | SuiteAuthentication::Ecdsa
                | SuiteAuthentication::Dss
                | SuiteAuthentication::Anonymous,
            ) => match agreement.rsplit_once('_') {
                Some((exchange, proof)) => (Some(exchange), Some(proof)),
                None => (Some(agreement), Some(agreement)),
            },
            (Some(agreement), _) => (Some(agreement), None),
        };
        let (cipher, hash) = (parts.words.protection, parts.words.hash);
        Some(Self {
            key_exchange,
            authentication,
            cipher,
            hash,
            parts,
        })
    }

    /// Whether each record is authenticated by its cipher rather than by a separate MAC.
    pub(crate) fn is_aead(&self) -> bool {
        self.parts.is_aead()
    }

    /// Whether a key that exists for this connection only takes part.
    pub(crate) fn is_ephemeral(&self) -> bool {
        self.parts.has_forward_secrecy()
    }

    /// The cipher as people write it: `AES-128-GCM`.
    pub(crate) fn cipher_name(&self) -> String {
        self.cipher
            .replace("CHACHA20_POLY1305", "ChaCha20-Poly1305")
            .replace('_', "-")
    }
}

/// The suite as a table with one row for each word.
pub(super) fn section(t: &Teller<'_>, suite: CipherSuite) -> Option<Section> {
    let words = Words::of(suite)?;
    let row = |word: &str, role: &str, keys: &[String]| Row {
        name: Prose::verbatim(word),
        value: t.say.say(role, &[]),
        meaning: keys
            .iter()
            .find_map(|key| t.known_prose(key, &[]))
            .unwrap_or_else(|| t.say.say("suite.word.other", &[])),
        ..Row::default()
    };
    let key = |word: &str, as_what: &str| {
        [
            format!("suite.word.{word}.{as_what}"),
            format!("suite.word.{word}"),
        ]
    };
    let mut rows = Vec::new();
    if let Some(exchange) = words.key_exchange {
        rows.push(row(exchange, "suite.word.kx", &key(exchange, "kx")));
    }
    if let Some(proof) = words.authentication {
        rows.push(row(proof, "suite.word.auth", &key(proof, "auth")));
    }
    rows.push(row(
        words.cipher,
        "suite.word.cipher",
        &key(words.cipher, "cipher"),
    ));
    if let Some(hash) = words.hash {
        let (role, kind) = if words.is_aead() {
            ("suite.word.hash", "hash")
        } else {
            ("suite.word.mac", "mac")
        };
        rows.push(row(hash, role, &key(hash, kind)));
    }
    let telling = if words.key_exchange.is_none() {
        t.say.say("suite.tls13", &[])
    } else {
        Prose::default()
    };
    Some(Section {
        title: t.say.say("suite.title", &[]),
        telling,
        rows,
    })
}

/// What a suite is worth in a few words, for a list of many.
pub(super) fn comment(t: &Teller<'_>, suite: CipherSuite) -> Option<Prose> {
    if suite.is_grease() {
        return Some(t.say.say("suite.grease", &[]));
    }
    let Some(name) = suite.name() else {
        return Some(t.say.say("suite.unknown", &[]));
    };
    if name.ends_with("_SCSV") {
        return t.known_prose(&format!("value.{name}"), &[]);
    }
    let parts = suite.parts()?;
    let key = if parts.is_unencrypted() {
        "suite.short.unencrypted"
    } else if parts.is_anonymous() {
        "suite.short.anonymous"
    } else if parts.is_tls13() {
        "suite.short.tls13"
    } else if !parts.has_forward_secrecy() {
        "suite.short.static"
    } else if !parts.is_aead() {
        "suite.short.old"
    } else {
        "suite.short.good"
    };
    Some(t.say.say(key, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_apart() {
        let words =
            |suite| Words::of(suite).map(|w| (w.key_exchange, w.authentication, w.cipher, w.hash));
        assert_eq!(
            words(CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256),
            Some((
                Some("ECDHE"),
                Some("ECDSA"),
                "CHACHA20_POLY1305",
                Some("SHA256")
            ))
        );
        assert_eq!(
            words(CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA),
            Some((Some("RSA"), Some("RSA"), "AES_128_CBC", Some("SHA")))
        );
        assert_eq!(
            words(CipherSuite::TLS_AES_256_GCM_SHA384),
            Some((None, None, "AES_256_GCM", Some("SHA384")))
        );
        assert_eq!(
            words(CipherSuite::TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256),
            Some((Some("ECDHE_PSK"), None, "AES_128_GCM", Some("SHA256")))
        );
    }

    #[test]
    fn the_words_are_those_of_the_name() {
        for suite in CipherSuite::ALL {
            let Some(words) = Words::of(*suite) else {
                continue;
            };
            let agreement = match (words.key_exchange, words.authentication) {
                (Some(exchange), Some(proof)) if exchange != proof => {
                    format!("{exchange}_{proof}_WITH_")
                }
                (Some(exchange), _) => format!("{exchange}_WITH_"),
                (None, _) => String::new(),
            };
            let hash = words
                .hash
                .map(|hash| format!("_{hash}"))
                .unwrap_or_default();
            let name = format!("TLS_{agreement}{}{hash}", words.cipher);
            assert!(
                suite.name().is_some_and(|own| own.ends_with(&name)),
                "{suite} is not {name}"
            );
        }
    }
}

//! What is known from all facts together: found once, so that any part of the story may speak of any other.

use std::collections::HashSet;
use std::time::Duration;

use limpid_facts::{
    CheckKind, Established, Fact, Failure, Input, Operation, Outcome, Resumption, SecretName,
    Sensitive, Side,
};
use limpid_trust::certificate::Summary;
use limpid_wire::extensions::DistinguishedName;
use limpid_wire::handshake::ClientHello;
use limpid_wire::{CertificateType, CipherSuite, HandshakeType, NamedGroup, ProtocolVersion};

use super::message::Layout;
use super::{certificate, message};

/// What is known from all facts together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knowledge {
    /// Whose view this is.
    pub(crate) view: Option<Side>,
    /// The host name the client wanted.
    pub(crate) server_name: Option<String>,
    /// The ClientHello before any retry.
    pub(crate) first_client_hello: Option<ClientHello>,
    /// The last ClientHello.
    pub(crate) client_hello: Option<ClientHello>,
    /// Whether the server asked for a second ClientHello.
    pub(crate) retried: bool,
    /// The version that was chosen.
    pub(crate) version: Option<ProtocolVersion>,
    /// The suite that was chosen.
    pub(crate) suite: Option<CipherSuite>,
    /// What decides about the layout of messages.
    pub(crate) layout: Layout,
    /// The group of the key exchange.
    pub(crate) group: Option<NamedGroup>,
    /// The server's certificates, as far as they can be read.
    pub(crate) server_chain: Vec<Summary>,
    /// The client's certificates, as far as they can be read.
    pub(crate) client_chain: Vec<Summary>,
    /// Whether the server asked who the client is.
    pub(crate) certificate_requested: bool,
    /// The authorities that the server named when it asked.
    pub(crate) client_authorities: Vec<String>,
    /// The outcome of a complete handshake.
    pub(crate) established: Option<Established>,
    /// How an earlier session was continued.
    pub(crate) resumption: Option<Resumption>,
    /// The failure.
    pub(crate) failure: Option<Failure>,
    /// Whether the server's name was checked and fits.
    pub(crate) name_proved: bool,
    /// Whether a chain of certificates was checked and leads to a trusted root.
    pub(crate) chain_proved: bool,
    /// The positions of the facts that tell of early data.
    pub(crate) early_data: HashSet<usize>,
    /// Whether the server took the early data; `None` while it has not said.
    pub(crate) early_data_accepted: Option<bool>,
    /// Whether the client's records are protected for early data at this point of reading.
    client_is_early: bool,
    /// Whether a secret value stands in the facts.
    pub(crate) secrets: bool,
}

impl Knowledge {
    /// Reads all facts once.
    pub(crate) fn of(facts: &[(Option<Duration>, Fact)]) -> Self {
        let mut known = Self::default();
        for (position, (_, fact)) in facts.iter().enumerate() {
            known.learn(position, fact);
        }
        known
    }

    fn learn(&mut self, position: usize, fact: &Fact) {
        match fact {
            Fact::Started(started) => {
                self.view = Some(started.side);
                self.server_name = self
                    .server_name
                    .take()
                    .or_else(|| started.server_name.clone());
            }
            Fact::Message(fact) => self.learn_message(fact),
            Fact::Derivation(derivation) => {
                self.secrets |= tells_secret(&derivation.operation, &derivation.output);
                if let Operation::KeyAgreement { group, .. } = &derivation.operation {
                    self.group = Some(*group);
                }
            }
            Fact::Check(check) if check.outcome == Outcome::Passed => match check.kind {
                CheckKind::ServerName => self.name_proved = true,
                CheckKind::ChainPath => self.chain_proved = true,
                _ => {}
            },
            Fact::KeyChange(change) if change.sender == Side::Client => {
                self.client_is_early = change.from_secret == SecretName::ClientEarlyTrafficSecret;
            }
            Fact::ApplicationData(data)
                if data.from == Side::Client && (data.early || self.client_is_early) =>
            {
                self.early_data.insert(position);
            }
            Fact::Established(established) => {
                self.version = Some(established.version);
                self.choose_suite(established.suite);
                self.group = established.group.or(self.group);
                self.resumption = established.resumption;
                self.server_name = established
                    .server_name
                    .clone()
                    .or_else(|| self.server_name.take());
                self.established = Some(established.clone());
            }
            Fact::Failure(failure) => self.failure = Some(failure.clone()),
            _ => {}
        }
    }

    fn learn_message(&mut self, fact: &limpid_facts::Message) {
        self.certificate_requested |= fact.handshake_type == HandshakeType::CERTIFICATE_REQUEST;
        match message::read(fact, self.layout) {
            Some(message::Read::ClientHello(hello)) => {
                let name = hello
                    .server_name()
                    .and_then(|names| names.iter().find_map(|name| name.as_host_name()));
                self.server_name = self.server_name.take().or_else(|| name.map(str::to_owned));
                self.first_client_hello.get_or_insert_with(|| hello.clone());
                self.client_hello = Some(hello);
            }
            Some(message::Read::CertificateRequest12(request)) => {
                self.client_authorities = names(&request.certificate_authorities);
            }
            Some(message::Read::CertificateRequest13(request)) => {
                let authorities = request.certificate_authorities();
                self.client_authorities = names(authorities.unwrap_or_default());
            }
            Some(message::Read::HelloRetryRequest(_)) => self.retried = true,
            Some(message::Read::EncryptedExtensions(answer)) => {
                self.early_data_accepted = Some(answer.early_data());
                self.choose_forms(
                    answer.server_certificate_type(),
                    answer.client_certificate_type(),
                );
            }
            Some(message::Read::ServerHello12(hello)) => {
                self.version = Some(hello.server_version);
                self.choose_suite(hello.cipher_suite);
                self.choose_forms(
                    hello.server_certificate_type(),
                    hello.client_certificate_type(),
                );
            }
            Some(message::Read::ServerHello13(hello)) => {
                self.version = hello.supported_versions();
                self.choose_suite(hello.cipher_suite);
                self.group = hello.key_share().map(|share| share.group);
            }
            _ if fact.handshake_type == HandshakeType::CERTIFICATE => {
                let chain = certificate::summaries(fact, self.layout);
                match fact.from {
                    Side::Server => self.server_chain = chain,
                    Side::Client => self.client_chain = chain,
                }
            }
            _ => {}
        }
    }

    fn choose_suite(&mut self, suite: CipherSuite) {
        self.suite = Some(suite);
        self.layout.suite = Some(suite);
    }

    /// In which form each side shows who it is (RFC 7250 §4.2).
    fn choose_forms(&mut self, server: Option<CertificateType>, client: Option<CertificateType>) {
        let raw = Some(CertificateType::RAW_PUBLIC_KEY);
        self.layout.server_is_raw = server == raw;
        self.layout.client_is_raw = client == raw;
    }

    /// Whether TLS 1.3 was chosen.
    pub(crate) fn is_tls13(&self) -> bool {
        self.version == Some(ProtocolVersion::TLS_1_3)
    }
}

/// Distinguished names as people write them.
fn names(authorities: &[DistinguishedName]) -> Vec<String> {
    let names = authorities.iter();
    names.map(|name| certificate::authority(&name.0)).collect()
}

/// Whether a derivation carries the bytes of a secret.
fn tells_secret(operation: &Operation, output: &Sensitive) -> bool {
    let told = |input: &Input| matches!(input, Input::Secret(_, value) if value.bytes().is_some());
    output.bytes().is_some()
        || match operation {
            Operation::Prf { secret, seed, .. } => told(secret) || seed.iter().any(told),
            Operation::Slice { of, .. } => told(of),
            Operation::HkdfExtract { salt, ikm, .. } => told(salt) || told(ikm),
            Operation::HkdfExpandLabel {
                secret, context, ..
            } => told(secret) || told(context),
            Operation::Hmac { key, message, .. } => told(key) || told(message),
            Operation::KeyAgreement { .. }
            | Operation::FiniteFieldAgreement { .. }
            | Operation::RsaTransport { .. }
            | Operation::Recalled { .. } => false,
        }
}

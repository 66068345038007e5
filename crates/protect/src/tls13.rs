//! The key schedule of TLS 1.3 (RFC 8446 §7.1), a type per rung.
//!
//! ```text
//!             0
//!             |
//!             v
//!   PSK ->  HKDF-Extract = Early Secret                                  [EarlyStage]
//!             +-----> Derive-Secret(., "ext binder" | "res binder", "")      = binder_key
//!             +-----> Derive-Secret(., "c e traffic", ClientHello)           = client_early_traffic_secret
//!             +-----> Derive-Secret(., "e exp master", ClientHello)          = early_exporter_master_secret
//!             v
//!       Derive-Secret(., "derived", "")
//!             |
//!             v
//!  (EC)DHE -> HKDF-Extract = Handshake Secret                            [HandshakeStage]
//!             +-----> Derive-Secret(., "c hs traffic", ClientHello...ServerHello) = client_handshake_traffic_secret
//!             +-----> Derive-Secret(., "s hs traffic", ClientHello...ServerHello) = server_handshake_traffic_secret
//!             v
//!       Derive-Secret(., "derived", "")
//!             |
//!             v
//!   0 ->    HKDF-Extract = Master Secret                                 [MainStage]
//!             +-----> Derive-Secret(., "c ap traffic", ClientHello...server Finished) = client_application_traffic_secret_0
//!             +-----> Derive-Secret(., "s ap traffic", ClientHello...server Finished) = server_application_traffic_secret_0
//!             +-----> Derive-Secret(., "exp master", ClientHello...server Finished)   = exporter_master_secret
//!             +-----> Derive-Secret(., "res master", ClientHello...client Finished)   = resumption_master_secret
//! ```
//!
//! A stage is consumed by the step to the next one, so that no rung can be taken twice or left out.

use std::sync::OnceLock;

use limpid_crypto::{
    AeadAlgorithm, Digest, HashAlgorithm, HmacKey, LengthError, PreparedSecret, Secret, hkdf,
};
use limpid_facts::{Derivation, Fact, Facts, Input, Operation, SecretName, Side};

use crate::RecordKeys;

/// Zeros as long as any hash limpid uses.
const ZEROS: [u8; Digest::MAX_LEN] = [0; Digest::MAX_LEN];

/// Which kind of key a binder is for (RFC 8446 §4.2.11.2, RFC 9258 §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinderKind {
    /// A PSK that an earlier handshake issued.
    Resumption,
    /// A PSK agreed outside TLS.
    External,
    /// An external PSK that was imported (RFC 9258).
    Imported,
}

impl BinderKind {
    const fn label(self) -> &'static str {
        match self {
            Self::Resumption => "res binder",
            Self::External => "ext binder",
            Self::Imported => "imp binder",
        }
    }
}

/// The first rung: `Early Secret`.
pub struct EarlyStage(Early);

#[expect(
    clippy::large_enum_variant,
    reason = "lives for a few lines of a handshake; a box would cost more than it saves"
)]
enum Early {
    Made(Rung),
    /// Without a PSK everything up to the next rung's salt is the same in every handshake, and made only when somebody looks on.
    WithoutPsk(HashAlgorithm),
}

/// The second rung: `Handshake Secret`.
pub struct HandshakeStage(Rung);

/// The third rung: `Master Secret` (RFC 9846: "Main Secret").
pub struct MainStage(Rung);

/// A secret on the ladder, ready to be expanded.
struct Rung {
    name: SecretName,
    secret: Secret,
    prepared: PreparedSecret,
    facts: Facts,
}

impl EarlyStage {
    /// `HKDF-Extract(0, PSK)`; without a PSK, zeros stand in its place.
    #[must_use]
    pub fn new(hash: HashAlgorithm, psk: Option<&Secret>, facts: &Facts) -> Self {
        Self(if psk.is_some() || facts.observed() {
            Early::Made(Self::rung(hash, psk, facts))
        } else {
            Early::WithoutPsk(hash)
        })
    }

    fn rung(hash: HashAlgorithm, psk: Option<&Secret>, facts: &Facts) -> Rung {
        let zeros = zeros(hash);
        let secret = hkdf::extract_with(no_salt(hash), psk.map_or(zeros, Secret::expose));
        facts.tell(|| {
            let ikm = psk.map_or(Input::Zeros(zeros.len()), |psk| {
                Input::Secret(SecretName::PreSharedKey, facts.secret(psk.expose()))
            });
            extraction(
                SecretName::EarlySecret,
                hash,
                Input::Zeros(zeros.len()),
                ikm,
                &secret,
                facts,
            )
        });
        Rung::new(SecretName::EarlySecret, hash, secret, facts)
    }

    /// Lends the rung. Without a PSK nobody has a use for it, and it is made for the occasion.
    fn with_rung<T>(&self, lend: impl FnOnce(&Rung) -> T) -> T {
        match &self.0 {
            Early::Made(rung) => lend(rung),
            Early::WithoutPsk(hash) => lend(&Self::rung(*hash, None, &Facts::none())),
        }
    }

    /// `binder_key`, from which a PSK's binder is made and checked.
    #[must_use]
    pub fn binder_key(&self, kind: BinderKind) -> BinderKey {
        self.with_rung(|rung| {
            let empty = rung.hash().of_nothing();
            let secret = rung.derive(
                SecretName::BinderKey,
                kind.label(),
                "Hash(\"\")",
                empty.as_ref(),
            );
            let prepared = PreparedSecret::new(rung.hash(), secret.expose());
            BinderKey { secret, prepared }
        })
    }

    /// `client_early_traffic_secret`, over the ClientHello alone.
    #[must_use]
    pub fn client_early_traffic(&self, client_hello: &Digest) -> TrafficSecret {
        let name = SecretName::ClientEarlyTrafficSecret;
        self.with_rung(|rung| {
            let context = "Hash(ClientHello)";
            let secret = rung.derive(name, "c e traffic", context, client_hello.as_ref());
            TrafficSecret::new(name, Side::Client, rung.hash(), secret)
        })
    }

    /// `early_exporter_master_secret`, over the ClientHello alone.
    #[must_use]
    pub fn early_exporter(&self, client_hello: &Digest) -> Exporter {
        let name = SecretName::EarlyExporterMasterSecret;
        self.with_rung(|rung| Exporter {
            name,
            hash: rung.hash(),
            secret: rung.derive(
                name,
                "e exp master",
                "Hash(ClientHello)",
                client_hello.as_ref(),
            ),
        })
    }

    /// `HKDF-Extract(Derive-Secret(., "derived", ""), (EC)DHE)`; with psk_ke there is no shared secret, and zeros stand in
    /// its place.
    #[must_use]
    pub fn into_handshake(self, shared: Option<&Secret>) -> HandshakeStage {
        let name = SecretName::HandshakeSecret;
        let rung = match self.0 {
            Early::Made(rung) => rung,
            Early::WithoutPsk(hash) => {
                let ikm = shared.map_or(zeros(hash), Secret::expose);
                let secret = hkdf::extract_with(salt_without_psk(hash), ikm);
                return HandshakeStage(Rung::new(name, hash, secret, &Facts::none()));
            }
        };
        let ikm = shared.map_or(zeros(rung.hash()), Secret::expose);
        let told = || {
            shared.map_or(Input::Zeros(ikm.len()), |shared| {
                Input::Secret(SecretName::SharedSecret, rung.facts.secret(shared.expose()))
            })
        };
        HandshakeStage(rung.next(name, ikm, told))
    }
}

/// The salt of the first extraction, zeros.
fn no_salt(hash: HashAlgorithm) -> &'static HmacKey {
    static KNOWN: [OnceLock<HmacKey>; 4] = [const { OnceLock::new() }; 4];
    of_hash(&KNOWN, hash).get_or_init(|| HmacKey::new(hash, zeros(hash)))
}

/// `Derive-Secret(HKDF-Extract(0, 0), "derived", "")`, which is no secret, as the salt of the next extraction.
fn salt_without_psk(hash: HashAlgorithm) -> &'static HmacKey {
    static KNOWN: [OnceLock<HmacKey>; 4] = [const { OnceLock::new() }; 4];
    of_hash(&KNOWN, hash).get_or_init(|| {
        let early = EarlyStage::rung(hash, None, &Facts::none());
        HmacKey::new(hash, early.salt().expose())
    })
}

const fn of_hash<T>(each: &[T; 4], hash: HashAlgorithm) -> &T {
    let [sha1, sha256, sha384, sha512] = each;
    match hash {
        HashAlgorithm::Sha1 => sha1,
        HashAlgorithm::Sha256 => sha256,
        HashAlgorithm::Sha384 => sha384,
        HashAlgorithm::Sha512 => sha512,
    }
}

impl HandshakeStage {
    /// `client_handshake_traffic_secret` or `server_handshake_traffic_secret`, over ClientHello…ServerHello.
    #[must_use]
    pub fn traffic(&self, side: Side, transcript: &Digest) -> TrafficSecret {
        let label = match side {
            Side::Client => "c hs traffic",
            Side::Server => "s hs traffic",
        };
        let name = SecretName::HandshakeTrafficSecret(side);
        let secret = self.0.derive(
            name,
            label,
            "Hash(ClientHello...ServerHello)",
            transcript.as_ref(),
        );
        TrafficSecret::new(name, side, self.0.hash(), secret)
    }

    /// `HKDF-Extract(Derive-Secret(., "derived", ""), 0)`.
    #[must_use]
    pub fn into_main(self) -> MainStage {
        let zeros = zeros(self.0.hash());
        MainStage(
            self.0
                .next(SecretName::MainSecret, zeros, || Input::Zeros(zeros.len())),
        )
    }
}

impl MainStage {
    /// `client_application_traffic_secret_0` or `server_application_traffic_secret_0`, over ClientHello…server Finished.
    #[must_use]
    pub fn traffic(&self, side: Side, transcript: &Digest) -> TrafficSecret {
        let label = match side {
            Side::Client => "c ap traffic",
            Side::Server => "s ap traffic",
        };
        let name = SecretName::ApplicationTrafficSecret(side, 0);
        let secret = self.0.derive(
            name,
            label,
            "Hash(ClientHello...server Finished)",
            transcript.as_ref(),
        );
        TrafficSecret::new(name, side, self.0.hash(), secret)
    }

    /// `exporter_master_secret`, over ClientHello…server Finished.
    #[must_use]
    pub fn exporter(&self, transcript: &Digest) -> Exporter {
        let name = SecretName::ExporterMasterSecret;
        let secret = self.0.derive(
            name,
            "exp master",
            "Hash(ClientHello...server Finished)",
            transcript.as_ref(),
        );
        Exporter {
            name,
            hash: self.0.hash(),
            secret,
        }
    }

    /// `resumption_master_secret`, over ClientHello…client Finished. No rung follows.
    #[must_use]
    pub fn into_resumption(self, transcript: &Digest) -> ResumptionSecret {
        let name = SecretName::ResumptionMasterSecret;
        let secret = self.0.derive(
            name,
            "res master",
            "Hash(ClientHello...client Finished)",
            transcript.as_ref(),
        );
        ResumptionSecret {
            hash: self.0.hash(),
            secret,
        }
    }
}

impl Rung {
    fn new(name: SecretName, hash: HashAlgorithm, secret: Secret, facts: &Facts) -> Self {
        let prepared = PreparedSecret::new(hash, secret.expose());
        Self {
            name,
            secret,
            prepared,
            facts: facts.clone(),
        }
    }

    const fn hash(&self) -> HashAlgorithm {
        self.prepared.algorithm()
    }

    fn derive(
        &self,
        name: SecretName,
        label: &'static str,
        context: &'static str,
        bytes: &[u8],
    ) -> Secret {
        let secret = self.prepared.derive_secret(label.as_bytes(), bytes);
        tell_expansion(&self.facts, name, secret.expose(), || {
            Operation::HkdfExpandLabel {
                hash: self.hash().name(),
                secret: Input::Secret(self.name, self.facts.secret(self.secret.expose())),
                label,
                context: Input::Public(context, bytes.into()),
                length: secret.len(),
            }
        });
        secret
    }

    /// The salt of the next rung's extraction.
    fn salt(&self) -> Secret {
        let empty = self.hash().of_nothing();
        self.derive(
            SecretName::DerivedSecret,
            "derived",
            "Hash(\"\")",
            empty.as_ref(),
        )
    }

    fn next(&self, name: SecretName, ikm: &[u8], told: impl FnOnce() -> Input) -> Self {
        let hash = self.hash();
        let salt = self.salt();
        let secret = hkdf::extract(hash, salt.expose(), ikm);
        self.facts.tell(|| {
            let salt = Input::Secret(SecretName::DerivedSecret, self.facts.secret(salt.expose()));
            extraction(name, hash, salt, told(), &secret, &self.facts)
        });
        Self::new(name, hash, secret, &self.facts)
    }
}

/// A traffic secret: the root of one direction's record keys for one epoch.
pub struct TrafficSecret {
    name: SecretName,
    side: Side,
    secret: Secret,
    prepared: PreparedSecret,
}

impl TrafficSecret {
    fn new(name: SecretName, side: Side, hash: HashAlgorithm, secret: Secret) -> Self {
        let prepared = PreparedSecret::new(hash, secret.expose());
        Self {
            name,
            side,
            secret,
            prepared,
        }
    }

    /// The secret's bytes, for a key log.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Which secret this is.
    #[must_use]
    pub const fn name(&self) -> SecretName {
        self.name
    }

    /// `[sender]_write_key` and `[sender]_write_iv` (RFC 8446 §7.3).
    ///
    /// Returns `None` only if the AEAD refuses its own key length.
    #[must_use]
    pub fn record_keys(&self, aead: AeadAlgorithm, facts: &Facts) -> Option<RecordKeys> {
        let mut key = Secret::zeroed(aead.key_len());
        self.prepared.expand_label(b"key", &[], key.expose_mut());
        self.tell(facts, SecretName::WriteKey(self.side), "key", key.expose());
        let mut iv = [0; 12];
        self.prepared.expand_label(b"iv", &[], &mut iv);
        self.tell(facts, SecretName::WriteIv(self.side), "iv", &iv);
        RecordKeys::tls13(aead, key.expose(), &iv)
    }

    /// `verify_data` of this side's Finished over `transcript` (RFC 8446 §4.4.4).
    #[must_use]
    pub fn verify_data(&self, transcript: &Digest, facts: &Facts) -> Digest {
        let from = Finishing {
            from: self.name,
            secret: &self.secret,
            prepared: &self.prepared,
        };
        from.verify_data(
            SecretName::VerifyData(self.side),
            self.side,
            transcript,
            facts,
        )
    }

    /// The secret as an established connection keeps it.
    #[must_use]
    pub fn rest(self) -> RestingSecret {
        RestingSecret {
            name: self.name,
            side: self.side,
            hash: self.prepared.algorithm(),
            secret: self.secret,
        }
    }

    /// `application_traffic_secret_N+1` (RFC 8446 §7.2).
    fn next(&self, facts: &Facts) -> Self {
        let generation = match self.name {
            SecretName::ApplicationTrafficSecret(_, generation) => generation.saturating_add(1),
            _ => 0,
        };
        let name = SecretName::ApplicationTrafficSecret(self.side, generation);
        let hash = self.prepared.algorithm();
        let mut secret = Secret::zeroed(hash.output_len());
        self.prepared
            .expand_label(b"traffic upd", &[], secret.expose_mut());
        self.tell(facts, name, "traffic upd", secret.expose());
        Self::new(name, self.side, hash, secret)
    }

    fn tell(&self, facts: &Facts, name: SecretName, label: &'static str, output: &[u8]) {
        tell_expansion(facts, name, output, || Operation::HkdfExpandLabel {
            hash: self.prepared.algorithm().name(),
            secret: Input::Secret(self.name, facts.secret(self.secret.expose())),
            label,
            context: Input::Public("", Vec::new().into()),
            length: output.len(),
        });
    }
}

/// A traffic secret between key updates: an established connection keeps two of them, so it is kept small.
pub struct RestingSecret {
    name: SecretName,
    side: Side,
    hash: HashAlgorithm,
    secret: Secret,
}

impl RestingSecret {
    /// The secret as it is used.
    #[must_use]
    pub fn wake(&self) -> TrafficSecret {
        TrafficSecret::new(self.name, self.side, self.hash, self.secret.clone())
    }

    /// Becomes `application_traffic_secret_N+1` (RFC 8446 §7.2), which is returned awake. The old one is wiped.
    #[must_use]
    pub fn advance(&mut self, facts: &Facts) -> TrafficSecret {
        let next = self.wake().next(facts);
        self.name = next.name;
        self.secret = next.secret.clone();
        next
    }

    /// The secret's bytes, for a key log.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Which secret this is.
    #[must_use]
    pub const fn name(&self) -> SecretName {
        self.name
    }
}

/// `binder_key`: proves knowledge of a PSK over the hello that offers it (RFC 8446 §4.2.11.2).
pub struct BinderKey {
    secret: Secret,
    prepared: PreparedSecret,
}

impl BinderKey {
    /// The binder over the hash of the truncated ClientHello (and what came before it, after a retry).
    #[must_use]
    pub fn binder(&self, transcript: &Digest, facts: &Facts) -> Digest {
        let from = Finishing {
            from: SecretName::BinderKey,
            secret: &self.secret,
            prepared: &self.prepared,
        };
        from.verify_data(SecretName::PskBinder, Side::Client, transcript, facts)
    }
}

/// A secret from which a `finished_key` is made.
struct Finishing<'a> {
    from: SecretName,
    secret: &'a Secret,
    prepared: &'a PreparedSecret,
}

impl Finishing<'_> {
    /// `HMAC(HKDF-Expand-Label(secret, "finished", "", Hash.length), transcript)`.
    fn verify_data(
        &self,
        name: SecretName,
        side: Side,
        transcript: &Digest,
        facts: &Facts,
    ) -> Digest {
        let hash = self.prepared.algorithm();
        let mut key = Secret::zeroed(hash.output_len());
        self.prepared
            .expand_label(b"finished", &[], key.expose_mut());
        tell_expansion(facts, SecretName::FinishedKey(side), key.expose(), || {
            Operation::HkdfExpandLabel {
                hash: hash.name(),
                secret: Input::Secret(self.from, facts.secret(self.secret.expose())),
                label: "finished",
                context: Input::Public("", Vec::new().into()),
                length: key.len(),
            }
        });
        let verify_data = HmacKey::new(hash, key.expose()).mac(&[transcript.as_ref()]);
        tell_expansion(facts, name, verify_data.as_ref(), || Operation::Hmac {
            hash: hash.name(),
            key: Input::Secret(SecretName::FinishedKey(side), facts.secret(key.expose())),
            message: Input::Public("Transcript-Hash", transcript.as_ref().into()),
        });
        verify_data
    }
}

/// A secret from which applications export keying material (RFC 8446 §7.5).
pub struct Exporter {
    name: SecretName,
    hash: HashAlgorithm,
    secret: Secret,
}

impl Exporter {
    /// The secret's bytes, for a key log.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Which secret this is.
    #[must_use]
    pub const fn name(&self) -> SecretName {
        self.name
    }

    /// `TLS-Exporter(label, context_value, out.len())`. An absent context is an empty one.
    ///
    /// # Errors
    /// [`LengthError`] when `label` has more than 249 bytes or `out` more than 255 digests.
    pub fn export(&self, label: &[u8], context: &[u8], out: &mut [u8]) -> Result<(), LengthError> {
        let mut derived = Secret::zeroed(self.hash.output_len());
        let empty = self.hash.of_nothing();
        PreparedSecret::new(self.hash, self.secret.expose()).try_expand_label(
            label,
            empty.as_ref(),
            derived.expose_mut(),
        )?;
        let context = self.hash.hash(&[context]);
        PreparedSecret::new(self.hash, derived.expose()).try_expand_label(
            b"exporter",
            context.as_ref(),
            out,
        )
    }
}

/// `resumption_master_secret`: from it the PSK of each ticket is made.
pub struct ResumptionSecret {
    hash: HashAlgorithm,
    secret: Secret,
}

impl ResumptionSecret {
    /// The PSK that belongs to the ticket with this nonce, at most 255 bytes (RFC 8446 §4.6.1).
    #[must_use]
    pub fn psk(&self, ticket_nonce: &[u8], facts: &Facts) -> Secret {
        let mut psk = Secret::zeroed(self.hash.output_len());
        PreparedSecret::new(self.hash, self.secret.expose()).expand_label(
            b"resumption",
            ticket_nonce,
            psk.expose_mut(),
        );
        tell_expansion(facts, SecretName::PreSharedKey, psk.expose(), || {
            Operation::HkdfExpandLabel {
                hash: self.hash.name(),
                secret: Input::Secret(
                    SecretName::ResumptionMasterSecret,
                    facts.secret(self.secret.expose()),
                ),
                label: "resumption",
                context: Input::Public("ticket_nonce", ticket_nonce.into()),
                length: psk.len(),
            }
        });
        psk
    }

    /// The hash with which the PSK may be used.
    #[must_use]
    pub const fn hash(&self) -> HashAlgorithm {
        self.hash
    }
}

fn zeros(hash: HashAlgorithm) -> &'static [u8] {
    ZEROS.get(..hash.output_len()).unwrap_or(&ZEROS)
}

fn extraction(
    name: SecretName,
    hash: HashAlgorithm,
    salt: Input,
    ikm: Input,
    secret: &Secret,
    facts: &Facts,
) -> Fact {
    Fact::Derivation(Derivation {
        name,
        operation: Operation::HkdfExtract {
            hash: hash.name(),
            salt,
            ikm,
        },
        output: facts.secret(secret.expose()),
    })
}

fn tell_expansion(
    facts: &Facts,
    name: SecretName,
    output: &[u8],
    operation: impl FnOnce() -> Operation,
) {
    facts.tell(|| {
        Fact::Derivation(Derivation {
            name,
            operation: operation(),
            output: facts.secret(output),
        })
    });
}

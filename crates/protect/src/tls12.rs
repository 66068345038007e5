//! The key schedule of TLS 1.2 (RFC 5246 §5, §6.3, §8.1; RFC 7627).
//!
//! ```text
//!   premaster_secret
//!          |
//!          v   PRF(premaster, "master secret", ClientHello.random + ServerHello.random)
//!          |   PRF(premaster, "extended master secret", session_hash)         with RFC 7627
//!     master_secret  (48 bytes)
//!          |
//!          +---> PRF(master, "key expansion", server_random + client_random) = key_block
//!          |        client_write_MAC_key | server_write_MAC_key | client_write_key | server_write_key | client IV | server IV
//!          |
//!          +---> PRF(master, "client finished", Hash(messages))[0..12] = verify_data
//!          +---> PRF(master, "server finished", Hash(messages))[0..12] = verify_data
//! ```

use limpid_crypto::{HashAlgorithm, Prf, Secret, prf::prf};
use limpid_facts::{Derivation, Fact, Facts, Input, Operation, SecretName, Side};

use crate::{CbcOrder, Cipher, RecordKeys, Suite, keys::fixed_iv_length};

/// Length of `verify_data`, in bytes (RFC 5246 §7.4.9: 12 for every suite limpid speaks).
pub const VERIFY_DATA: usize = 12;

/// Length of the master secret, in bytes.
pub const MASTER_SECRET: usize = 48;

/// The two randoms of a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Randoms {
    /// `ClientHello.random`.
    pub client: [u8; 32],
    /// `ServerHello.random`.
    pub server: [u8; 32],
}

/// What the master secret is bound to.
#[derive(Clone, Copy, Debug)]
pub enum Binding<'a> {
    /// Both randoms only (RFC 5246 §8.1).
    Randoms,
    /// The hash of all messages up to and including ClientKeyExchange (RFC 7627 §4).
    SessionHash(&'a [u8]),
}

/// A session's master secret, with the hash of its PRF.
pub struct MasterSecret {
    hash: HashAlgorithm,
    secret: Secret,
    prf: Prf,
}

impl MasterSecret {
    fn new(hash: HashAlgorithm, secret: Secret) -> Self {
        let prf = Prf::new(hash, secret.expose());
        Self { hash, secret, prf }
    }

    /// Derives the master secret from the key exchange's result.
    #[must_use]
    pub fn derive(
        hash: HashAlgorithm,
        premaster: &Secret,
        binding: Binding<'_>,
        randoms: &Randoms,
        facts: &Facts,
    ) -> Self {
        let both: [(&'static str, &[u8]); 2] = [
            ("ClientHello.random", &randoms.client),
            ("ServerHello.random", &randoms.server),
        ];
        let mut secret = Secret::zeroed(MASTER_SECRET);
        let mut expand = |label: &'static str, seed: &[(&'static str, &[u8])], parts: &[&[u8]]| {
            prf(
                hash,
                premaster.expose(),
                label.as_bytes(),
                parts,
                secret.expose_mut(),
            );
            let from = (SecretName::PremasterSecret, premaster.expose());
            ToldPrf {
                hash,
                from,
                label,
                seed,
            }
            .tell(facts, SecretName::MasterSecret, secret.expose());
        };
        match binding {
            Binding::Randoms => expand("master secret", &both, &[&randoms.client, &randoms.server]),
            Binding::SessionHash(hash) => {
                expand("extended master secret", &[("session_hash", hash)], &[hash])
            }
        }
        Self::new(hash, secret)
    }

    /// The master secret of an earlier session, taken from where it was kept (48 bytes).
    #[must_use]
    pub fn recall(
        hash: HashAlgorithm,
        secret: Secret,
        source: &'static str,
        facts: &Facts,
    ) -> Option<Self> {
        if secret.len() != MASTER_SECRET {
            return None;
        }
        facts.tell(|| {
            Fact::Derivation(Derivation {
                name: SecretName::MasterSecret,
                operation: Operation::Recalled { source },
                output: facts.secret(secret.expose()),
            })
        });
        Some(Self::new(hash, secret))
    }

    /// The 48 bytes, for a session store or a key log.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Expands the master secret into the record keys of both directions (RFC 5246 §6.3). `order` matters for CBC suites only.
    ///
    /// Returns `None` only for a suite that does not belong to TLS 1.2.
    #[must_use]
    pub fn record_keys(
        &self,
        suite: &Suite,
        order: CbcOrder,
        randoms: &Randoms,
        facts: &Facts,
    ) -> Option<ConnectionKeys> {
        let lengths = Lengths::of(suite);
        let block = self.key_block(lengths.all(), randoms, facts);
        let mut cut = Cut {
            block: block.expose(),
            offset: 0,
            facts,
        };
        let [client, server] = [Side::Client, Side::Server];
        let client_mac = cut.next(SecretName::MacKey(client), lengths.mac_key)?;
        let server_mac = cut.next(SecretName::MacKey(server), lengths.mac_key)?;
        let client_key = cut.next(SecretName::WriteKey(client), lengths.key)?;
        let server_key = cut.next(SecretName::WriteKey(server), lengths.key)?;
        let client_iv = cut.next(SecretName::WriteIv(client), lengths.iv)?;
        let server_iv = cut.next(SecretName::WriteIv(server), lengths.iv)?;
        let keys = |mac_key, key, iv| match suite.cipher {
            Cipher::Aead(aead) => RecordKeys::tls12(aead, key, iv),
            Cipher::Cbc(algorithm) => RecordKeys::cbc(algorithm, order, mac_key, key),
        };
        Some(ConnectionKeys {
            client: keys(client_mac, client_key, client_iv)?,
            server: keys(server_mac, server_key, server_iv)?,
        })
    }

    fn key_block(&self, length: usize, randoms: &Randoms, facts: &Facts) -> Secret {
        let mut block = Secret::zeroed(length);
        // RFC 5246 §6.3: here the server's random comes first.
        let seed: [(&'static str, &[u8]); 2] = [
            ("ServerHello.random", &randoms.server),
            ("ClientHello.random", &randoms.client),
        ];
        let label = "key expansion";
        self.prf.derive(
            label.as_bytes(),
            &[&randoms.server, &randoms.client],
            block.expose_mut(),
        );
        let told = ToldPrf {
            hash: self.hash,
            from: (SecretName::MasterSecret, self.secret.expose()),
            label,
            seed: &seed,
        };
        told.tell(facts, SecretName::KeyBlock, block.expose());
        block
    }

    /// `verify_data` of `side`'s Finished, over the hash of all messages before it (RFC 5246 §7.4.9).
    #[must_use]
    pub fn verify_data(
        &self,
        side: Side,
        handshake_hash: &[u8],
        facts: &Facts,
    ) -> [u8; VERIFY_DATA] {
        let label = match side {
            Side::Client => "client finished",
            Side::Server => "server finished",
        };
        let mut verify_data = [0; VERIFY_DATA];
        self.prf
            .derive(label.as_bytes(), &[handshake_hash], &mut verify_data);
        let seed: [(&'static str, &[u8]); 1] = [("Hash(handshake_messages)", handshake_hash)];
        let told = ToldPrf {
            hash: self.hash,
            from: (SecretName::MasterSecret, self.secret.expose()),
            label,
            seed: &seed,
        };
        told.tell(facts, SecretName::VerifyData(side), &verify_data);
        verify_data
    }

    /// Keying material for an application (RFC 5705 §4). With `context` its length is part of the seed, even when empty.
    ///
    /// Returns `false` when `context` is longer than 65,535 bytes; `out` is then untouched.
    #[must_use]
    pub fn export(
        &self,
        randoms: &Randoms,
        label: &[u8],
        context: Option<&[u8]>,
        out: &mut [u8],
    ) -> bool {
        let length;
        let mut seed: Vec<&[u8]> = vec![&randoms.client, &randoms.server];
        if let Some(context) = context {
            let Ok(context_length) = u16::try_from(context.len()) else {
                return false;
            };
            length = context_length.to_be_bytes();
            seed.extend([length.as_slice(), context]);
        }
        self.prf.derive(label, &seed, out);
        true
    }
}

impl std::fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MasterSecret")
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

/// The record keys of both directions.
#[derive(Debug)]
pub struct ConnectionKeys {
    /// For records that the client sends.
    pub client: RecordKeys,
    /// For records that the server sends.
    pub server: RecordKeys,
}

/// A PRF call, as far as its fact needs it.
struct ToldPrf<'a> {
    hash: HashAlgorithm,
    from: (SecretName, &'a [u8]),
    label: &'static str,
    seed: &'a [(&'static str, &'a [u8])],
}

impl ToldPrf<'_> {
    fn tell(&self, facts: &Facts, name: SecretName, output: &[u8]) {
        facts.tell(|| {
            let (secret, bytes) = self.from;
            Fact::Derivation(Derivation {
                name,
                operation: Operation::Prf {
                    hash: self.hash.name(),
                    secret: Input::Secret(secret, facts.secret(bytes)),
                    label: self.label,
                    seed: self
                        .seed
                        .iter()
                        .map(|(name, bytes)| Input::Public(name, (*bytes).into()))
                        .collect(),
                    length: output.len(),
                },
                output: facts.secret(output),
            })
        });
    }
}

/// How long the pieces of a side are in the key block, in bytes (RFC 5246 §6.3).
struct Lengths {
    /// CBC suites only.
    mac_key: usize,
    key: usize,
    /// AEAD suites only: the IV of a CBC record is in the record.
    iv: usize,
}

impl Lengths {
    const fn of(suite: &Suite) -> Self {
        match suite.cipher {
            Cipher::Aead(aead) => Self {
                mac_key: 0,
                key: aead.key_len(),
                iv: fixed_iv_length(aead),
            },
            Cipher::Cbc(algorithm) => Self {
                mac_key: algorithm.mac_len(),
                key: algorithm.enc_key_len(),
                iv: 0,
            },
        }
    }

    /// Of both sides together.
    const fn all(&self) -> usize {
        2 * (self.mac_key + self.key + self.iv)
    }
}

/// Cuts the key block into its pieces, in order.
struct Cut<'a> {
    block: &'a [u8],
    offset: usize,
    facts: &'a Facts,
}

impl<'a> Cut<'a> {
    /// The next piece, which may have no bytes; then there is nothing to tell.
    fn next(&mut self, name: SecretName, length: usize) -> Option<&'a [u8]> {
        if length == 0 {
            return Some(&[]);
        }
        let offset = self.offset;
        let piece = self.block.get(offset..offset + length)?;
        self.offset += length;
        self.facts.tell(|| {
            Fact::Derivation(Derivation {
                name,
                operation: Operation::Slice {
                    of: Input::Secret(SecretName::KeyBlock, self.facts.secret(self.block)),
                    offset,
                    length,
                },
                output: self.facts.secret(piece),
            })
        });
        Some(piece)
    }
}

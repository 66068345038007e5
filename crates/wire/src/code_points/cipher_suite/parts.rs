//! What the name of a cipher suite says, word by word.
//!
//! The grammar is `TLS_` [agreement `_WITH_`] protection [`_` hash]. Suites of TLS 1.3 have no agreement: groups and
//! signature schemes are negotiated apart. The words stand in two tables below. What a suite is *good* for is not
//! judged here, only what it is made of.

use super::CipherSuite;

/// What a cipher suite is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SuiteParts {
    /// How the two sides come to a shared secret.
    pub key_exchange: SuiteKeyExchange,
    /// How the server proves who it is.
    pub authentication: SuiteAuthentication,
    /// Whether the suite keeps to the former export rules of the USA: keys of 40 or 56 bits.
    pub export: bool,
    /// The cipher for records.
    pub cipher: SuiteCipher,
    /// How the cipher is used.
    pub mode: CipherMode,
    /// Length of the cipher's key in bits, parity bits left out; 0 without encryption.
    pub key_bits: u16,
    /// How changes to records are noticed.
    pub integrity: SuiteIntegrity,
    /// The hash of the key schedule: of HKDF in TLS 1.3, of the PRF in TLS 1.2. Before TLS 1.2 the PRF was MD5 and
    /// SHA-1 whatever the suite said (RFC 2246 §5). `None` for TLS_NULL_WITH_NULL_NULL.
    pub hash: Option<SuiteHash>,
    /// The parts of the name.
    pub words: SuiteWords,
}

impl SuiteParts {
    /// Whether the suite belongs to TLS 1.3, where it names neither key exchange nor authentication. All others belong
    /// to TLS 1.2 and before: the two worlds share no suite (RFC 8446 §B.4).
    pub const fn is_tls13(&self) -> bool {
        matches!(self.key_exchange, SuiteKeyExchange::Negotiated)
    }

    /// Whether nobody proves who they are, so that anybody can stand in the middle.
    pub const fn is_anonymous(&self) -> bool {
        matches!(self.authentication, SuiteAuthentication::Anonymous | SuiteAuthentication::None)
    }

    /// Whether records are not encrypted.
    pub const fn is_unencrypted(&self) -> bool {
        matches!(self.cipher, SuiteCipher::Null)
    }

    /// Whether encryption and integrity are one (AEAD).
    pub const fn is_aead(&self) -> bool {
        matches!(self.integrity, SuiteIntegrity::Aead { .. })
    }

    /// Whether a long-term key that leaks later leaves recorded connections unreadable. In TLS 1.3 the suite leaves
    /// that to the rest of the handshake, which gives it except with psk_ke: this says yes.
    pub const fn has_forward_secrecy(&self) -> bool {
        match self.key_exchange {
            SuiteKeyExchange::Negotiated
            | SuiteKeyExchange::Dhe
            | SuiteKeyExchange::Ecdhe
            | SuiteKeyExchange::Srp
            | SuiteKeyExchange::EccPwd
            | SuiteKeyExchange::EcJpake => true,
            SuiteKeyExchange::None
            | SuiteKeyExchange::Rsa
            | SuiteKeyExchange::StaticDh
            | SuiteKeyExchange::StaticEcdh
            | SuiteKeyExchange::Psk
            | SuiteKeyExchange::Krb5
            | SuiteKeyExchange::Gost => false,
        }
    }
}

/// The parts of a suite's name, as they stand there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SuiteWords {
    /// Key exchange and authentication, such as `ECDHE_RSA`. `None` in TLS 1.3.
    pub agreement: Option<&'static str>,
    /// The cipher with key length and mode, such as `AES_128_GCM`.
    pub protection: &'static str,
    /// The hash, such as `SHA256`. `None` for suites that do not name it.
    pub hash: Option<&'static str>,
}

/// How the two sides come to a shared secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SuiteKeyExchange {
    /// Not at all: the state before the first handshake.
    None,
    /// Negotiated apart from the suite (TLS 1.3).
    Negotiated,
    /// The client picks the secret and encrypts it to the server's RSA key.
    Rsa,
    /// Diffie-Hellman with a key that stands in the server's certificate.
    StaticDh,
    /// Diffie-Hellman with fresh keys.
    Dhe,
    /// Diffie-Hellman on a curve with a key that stands in the server's certificate.
    StaticEcdh,
    /// Diffie-Hellman on a curve with fresh keys.
    Ecdhe,
    /// Only the key shared beforehand (RFC 4279 §2).
    Psk,
    /// Secure Remote Password (RFC 5054).
    Srp,
    /// Kerberos (RFC 2712).
    Krb5,
    /// Dragonfly with a password (RFC 8492).
    EccPwd,
    /// J-PAKE on a curve with a password (draft-cragie-tls-ecjpake).
    EcJpake,
    /// The client encrypts the secret to the server's GOST key (RFC 9189).
    Gost,
}

/// How the server proves who it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SuiteAuthentication {
    /// Not at all: the state before the first handshake.
    None,
    /// Negotiated apart from the suite (TLS 1.3).
    Negotiated,
    /// Nobody proves anything.
    Anonymous,
    /// A certificate with an RSA key.
    Rsa,
    /// A certificate with a DSA key.
    Dss,
    /// A certificate with an ECDSA or EdDSA key (RFC 8422 §2.2). For static ECDH, a certificate signed with ECDSA.
    Ecdsa,
    /// The key shared beforehand.
    Psk,
    /// The key shared beforehand, and a certificate with an RSA key (RFC 4279 §4).
    RsaAndPsk,
    /// A password both sides know.
    Password,
    /// A password both sides know, and a certificate with an RSA key (RFC 5054 §2.7).
    RsaAndPassword,
    /// A password both sides know, and a certificate with a DSA key (RFC 5054 §2.7).
    DssAndPassword,
    /// Kerberos.
    Krb5,
    /// A certificate with a GOST key.
    Gost,
}

/// The cipher for records.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names of the ciphers say it all")]
pub enum SuiteCipher {
    Null,
    Rc4,
    Rc2,
    Idea,
    Des,
    TripleDes,
    Aes,
    Camellia,
    Aria,
    Seed,
    ChaCha20,
    Sm4,
    Aegis,
    Ascon,
    Gost28147,
    Kuznyechik,
    Magma,
    Salsa20,
    EstreamSalsa20,
}

/// How the cipher is used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CipherMode {
    /// No cipher.
    None,
    /// A stream cipher with a separate MAC.
    Stream,
    /// Cipher block chaining with a separate MAC.
    Cbc,
    /// Galois/counter mode.
    Gcm,
    /// Counter with CBC-MAC.
    Ccm,
    /// Counter with CBC-MAC, the tag cut to 8 bytes.
    Ccm8,
    /// ChaCha20 with the authenticator Poly1305.
    Poly1305,
    /// The cipher is an AEAD by itself: AEGIS, Ascon.
    Aead,
    /// Counter mode with a separate MAC of the GOST suites.
    Counter,
    /// Multilinear Galois mode, with a change of key after few records (RFC 9367).
    MgmStrong,
    /// Multilinear Galois mode, with a change of key after more records (RFC 9367).
    MgmLight,
}

/// How changes to records are noticed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SuiteIntegrity {
    /// They are not: the state before the first handshake.
    None,
    /// A separate HMAC.
    Hmac(SuiteHash),
    /// The cipher makes a tag of so many bytes.
    Aead {
        /// Length of the tag in bytes.
        tag_len: u8,
    },
    /// CMAC, which GOST calls OMAC (RFC 9189).
    Omac,
    /// The MAC of GOST 28147-89 (RFC 9189).
    Imit,
}

/// A hash a suite names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names of the hashes say it all")]
pub enum SuiteHash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
    Sm3,
    AsconHash256,
    /// GOST R 34.11-2012 with 256 bits.
    Streebog256,
}

impl CipherSuite {
    /// What the suite is made of, read from its name. `None` for signalling values, GREASE, numbers without a name and
    /// the few unregistered suites whose names follow another grammar.
    pub fn parts(self) -> Option<SuiteParts> {
        let name = self.name()?;
        let words = name.strip_prefix("OLD_").unwrap_or(name).strip_prefix("TLS_")?;
        let (agreement, rest) = match words.split_once("_WITH_") {
            Some((agreement, rest)) => (Some(agreement), rest),
            None => (None, words),
        };
        let protection = Protection::parse(rest)?;
        let (key_exchange, authentication, export) = match agreement {
            Some(agreement) if !protection.is_of_tls13() => parse_agreement(agreement)?,
            _ => (SuiteKeyExchange::Negotiated, SuiteAuthentication::Negotiated, false),
        };
        Some(SuiteParts {
            key_exchange,
            authentication,
            export,
            cipher: protection.cipher,
            mode: protection.mode,
            key_bits: protection.key_bits,
            integrity: protection.integrity,
            hash: protection.hash,
            words: SuiteWords { agreement, protection: protection.word, hash: protection.hash_word },
        })
    }
}

/// Reads the words before `_WITH_`; tells too whether they end in `_EXPORT` or `_EXPORT1024`.
fn parse_agreement(words: &str) -> Option<(SuiteKeyExchange, SuiteAuthentication, bool)> {
    let (kind, export) = match words.split_once("_EXPORT") {
        Some((kind, _)) => (kind, true),
        None => (words, false),
    };
    let (_, key_exchange, authentication) = AGREEMENTS.iter().find(|(word, ..)| *word == kind)?;
    Some((*key_exchange, *authentication, export))
}

/// The words before `_WITH_`, without `_EXPORT` and `_EXPORT1024`.
#[rustfmt::skip]
const AGREEMENTS: &[(&str, SuiteKeyExchange, SuiteAuthentication)] = {
    use SuiteAuthentication as A;
    use SuiteKeyExchange as K;
    &[
        ("NULL", K::None, A::None),
        ("RSA", K::Rsa, A::Rsa),
        ("DH_DSS", K::StaticDh, A::Dss),
        ("DH_RSA", K::StaticDh, A::Rsa),
        ("DHE_DSS", K::Dhe, A::Dss),
        ("DHE_RSA", K::Dhe, A::Rsa),
        ("DH_anon", K::Dhe, A::Anonymous),
        ("ECDH_ECDSA", K::StaticEcdh, A::Ecdsa),
        ("ECDH_RSA", K::StaticEcdh, A::Rsa),
        ("ECDHE_ECDSA", K::Ecdhe, A::Ecdsa),
        ("ECDHE_RSA", K::Ecdhe, A::Rsa),
        ("ECDH_anon", K::Ecdhe, A::Anonymous),
        ("PSK", K::Psk, A::Psk),
        ("DHE_PSK", K::Dhe, A::Psk),
        ("PSK_DHE", K::Dhe, A::Psk),
        ("ECDHE_PSK", K::Ecdhe, A::Psk),
        ("RSA_PSK", K::Rsa, A::RsaAndPsk),
        ("SRP_SHA", K::Srp, A::Password),
        ("SRP_SHA_RSA", K::Srp, A::RsaAndPassword),
        ("SRP_SHA_DSS", K::Srp, A::DssAndPassword),
        ("KRB5", K::Krb5, A::Krb5),
        ("ECCPWD", K::EccPwd, A::Password),
        ("ECJPAKE", K::EcJpake, A::Password),
        ("GOSTR341112_256", K::Gost, A::Gost),
    ]
};

/// The words after `_WITH_`, or after `TLS_` in TLS 1.3.
struct Protection {
    cipher: SuiteCipher,
    mode: CipherMode,
    key_bits: u16,
    integrity: SuiteIntegrity,
    hash: Option<SuiteHash>,
    word: &'static str,
    hash_word: Option<&'static str>,
}

impl Protection {
    /// Finds the cipher whose word starts `words` so that the rest is a hash.
    fn parse(words: &'static str) -> Option<Self> {
        CIPHERS.iter().find_map(|&(word, cipher, mode, key_bits, made)| {
            let rest = words.strip_prefix(word)?;
            let (hash_word, named) = match rest.strip_prefix('_') {
                Some(hash_word) => {
                    let (_, hash) = HASHES.iter().find(|(word, _)| *word == hash_word)?;
                    (Some(hash_word), *hash)
                }
                None if rest.is_empty() => (None, None),
                None => return None,
            };
            let integrity = match made {
                Made::Mac => named.map_or(SuiteIntegrity::None, SuiteIntegrity::Hmac),
                Made::Tag(tag_len) => SuiteIntegrity::Aead { tag_len },
                Made::Omac => SuiteIntegrity::Omac,
                Made::Imit => SuiteIntegrity::Imit,
            };
            let hash = key_schedule_hash(integrity, cipher, named);
            Some(Self { cipher, mode, key_bits, integrity, hash, word, hash_word })
        })
    }

    /// The GOST suites of TLS 1.3 are named like those of TLS 1.2; only the mode tells them apart (RFC 9367).
    fn is_of_tls13(&self) -> bool {
        matches!(self.mode, CipherMode::MgmStrong | CipherMode::MgmLight)
    }
}

/// The hash of the key schedule, where the name does not simply say it.
fn key_schedule_hash(
    integrity: SuiteIntegrity,
    cipher: SuiteCipher,
    named: Option<SuiteHash>,
) -> Option<SuiteHash> {
    match (integrity, cipher, named) {
        (SuiteIntegrity::None, _, _) => None,
        // RFC 9189 §4.1, RFC 9367: all with GOST R 34.11-2012.
        (_, SuiteCipher::Gost28147 | SuiteCipher::Kuznyechik | SuiteCipher::Magma, _) => Some(SuiteHash::Streebog256),
        // RFC 5246 §5: SHA-256 for the suites defined before TLS 1.2. RFC 6655 §3, RFC 7251 §2: for CCM too.
        (_, _, None | Some(SuiteHash::Md5 | SuiteHash::Sha1)) => Some(SuiteHash::Sha256),
        (_, _, named) => named,
    }
}

/// The last word of a name.
const HASHES: &[(&str, Option<SuiteHash>)] = &[
    ("NULL", None),
    ("MD5", Some(SuiteHash::Md5)),
    ("SHA", Some(SuiteHash::Sha1)),
    ("SHA1", Some(SuiteHash::Sha1)),
    ("SHA256", Some(SuiteHash::Sha256)),
    ("SHA384", Some(SuiteHash::Sha384)),
    ("SHA512", Some(SuiteHash::Sha512)),
    ("SM3", Some(SuiteHash::Sm3)),
    ("ASCONHASH256", Some(SuiteHash::AsconHash256)),
];

/// What makes the integrity of records.
#[derive(Clone, Copy)]
enum Made {
    /// HMAC with the hash the name ends in; nothing if it ends in none.
    Mac,
    /// The cipher itself, with a tag of so many bytes.
    Tag(u8),
    Omac,
    Imit,
}

/// Word, cipher, mode, bits of the key, integrity.
#[rustfmt::skip]
const CIPHERS: &[(&str, SuiteCipher, CipherMode, u16, Made)] = {
    use CipherMode as M;
    use Made::{Imit, Mac, Omac, Tag};
    use SuiteCipher as C;
    &[
        ("NULL", C::Null, M::None, 0, Mac),
        ("SHA256", C::Null, M::None, 0, Mac),
        ("SHA384", C::Null, M::None, 0, Mac),
        ("RC4_40", C::Rc4, M::Stream, 40, Mac),
        ("RC4_56", C::Rc4, M::Stream, 56, Mac),
        ("RC4_128", C::Rc4, M::Stream, 128, Mac),
        ("RC2_CBC_40", C::Rc2, M::Cbc, 40, Mac),
        ("RC2_CBC_56", C::Rc2, M::Cbc, 56, Mac),
        ("IDEA_CBC", C::Idea, M::Cbc, 128, Mac),
        ("DES40_CBC", C::Des, M::Cbc, 40, Mac),
        ("DES_CBC_40", C::Des, M::Cbc, 40, Mac),
        ("DES_CBC", C::Des, M::Cbc, 56, Mac),
        ("3DES_EDE_CBC", C::TripleDes, M::Cbc, 168, Mac),
        ("AES_128_CBC", C::Aes, M::Cbc, 128, Mac),
        ("AES_256_CBC", C::Aes, M::Cbc, 256, Mac),
        ("AES_128_GCM", C::Aes, M::Gcm, 128, Tag(16)),
        ("AES_256_GCM", C::Aes, M::Gcm, 256, Tag(16)),
        ("AES_128_CCM", C::Aes, M::Ccm, 128, Tag(16)),
        ("AES_256_CCM", C::Aes, M::Ccm, 256, Tag(16)),
        ("AES_128_CCM_8", C::Aes, M::Ccm8, 128, Tag(8)),
        ("AES_256_CCM_8", C::Aes, M::Ccm8, 256, Tag(8)),
        ("CAMELLIA_128_CBC", C::Camellia, M::Cbc, 128, Mac),
        ("CAMELLIA_256_CBC", C::Camellia, M::Cbc, 256, Mac),
        ("CAMELLIA_128_GCM", C::Camellia, M::Gcm, 128, Tag(16)),
        ("CAMELLIA_256_GCM", C::Camellia, M::Gcm, 256, Tag(16)),
        ("ARIA_128_CBC", C::Aria, M::Cbc, 128, Mac),
        ("ARIA_256_CBC", C::Aria, M::Cbc, 256, Mac),
        ("ARIA_128_GCM", C::Aria, M::Gcm, 128, Tag(16)),
        ("ARIA_256_GCM", C::Aria, M::Gcm, 256, Tag(16)),
        ("SEED_CBC", C::Seed, M::Cbc, 128, Mac),
        ("CHACHA20_POLY1305", C::ChaCha20, M::Poly1305, 256, Tag(16)),
        ("SM4_GCM", C::Sm4, M::Gcm, 128, Tag(16)),
        ("SM4_CCM", C::Sm4, M::Ccm, 128, Tag(16)),
        ("AEGIS_128L", C::Aegis, M::Aead, 128, Tag(16)),
        ("AEGIS_256", C::Aegis, M::Aead, 256, Tag(16)),
        ("ASCONAEAD128", C::Ascon, M::Aead, 128, Tag(16)),
        ("28147_CNT_IMIT", C::Gost28147, M::Counter, 256, Imit),
        ("KUZNYECHIK_CTR_OMAC", C::Kuznyechik, M::Counter, 256, Omac),
        ("MAGMA_CTR_OMAC", C::Magma, M::Counter, 256, Omac),
        ("KUZNYECHIK_MGM_L", C::Kuznyechik, M::MgmLight, 256, Tag(16)),
        ("KUZNYECHIK_MGM_S", C::Kuznyechik, M::MgmStrong, 256, Tag(16)),
        ("MAGMA_MGM_L", C::Magma, M::MgmLight, 256, Tag(8)),
        ("MAGMA_MGM_S", C::Magma, M::MgmStrong, 256, Tag(8)),
        ("SALSA20", C::Salsa20, M::Stream, 256, Mac),
        ("ESTREAM_SALSA20", C::EstreamSalsa20, M::Stream, 256, Mac),
    ]
};

#[cfg(test)]
mod tests;

//! Policies are data: five ordered lists, and three presets.
//!
//! What stands first is preferred. A changed preset shows as a changed snapshot in the tests, so that nobody changes a
//! default unseen.

use limpid_protect::Suite;
use limpid_wire::{CipherSuite, NamedGroup, ProtocolVersion, SignatureScheme};

/// What a configuration allows, in its order of preference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Protocol versions.
    pub versions: Vec<ProtocolVersion>,
    /// Cipher suites of all versions.
    pub suites: Vec<CipherSuite>,
    /// Groups of the key exchange.
    pub groups: Vec<NamedGroup>,
    /// Signature schemes that the peer may use in the handshake and in its certificates.
    pub schemes: Vec<SignatureScheme>,
    /// Where a server leaves it to the client what comes first.
    pub ties: Ties,
    /// What is demanded or allowed beside the lists.
    pub extras: Extras,
}

/// What a server finds as good as what stands before it in its lists: among such, the client's order decides. Nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// Cipher suites, each as good as the one before it in [`Policy::suites`].
    pub suites: Vec<CipherSuite>,
    /// Groups, each as good as the one before it in [`Policy::groups`].
    pub groups: Vec<NamedGroup>,
}

/// What a policy demands or allows beside its lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extras {
    /// TLS 1.2: refuse peers without extended master secrets (RFC 7627).
    pub require_extended_master_secret: bool,
    /// TLS 1.2: refuse servers without renegotiation_info (RFC 5746 §4.1).
    pub require_secure_renegotiation: bool,
    /// TLS 1.2, CBC suites: encrypt before the MAC is made, if the peer can (RFC 7366). There is no reason to leave it out
    /// but to see what happens.
    pub encrypt_then_mac: bool,
}

const GROUPS: &[NamedGroup] = &[
    NamedGroup::X25519MLKEM768,
    NamedGroup::X25519,
    NamedGroup::SECP256R1,
    NamedGroup::SECP384R1,
    NamedGroup::SECP521R1,
    NamedGroup::SECP256R1MLKEM768,
    NamedGroup::SECP384R1MLKEM1024,
];

const SCHEMES: &[SignatureScheme] = &[
    SignatureScheme::ECDSA_SECP256R1_SHA256,
    SignatureScheme::ED25519,
    SignatureScheme::ECDSA_SECP384R1_SHA384,
    SignatureScheme::ECDSA_SECP521R1_SHA512,
    SignatureScheme::RSA_PSS_RSAE_SHA256,
    SignatureScheme::RSA_PSS_RSAE_SHA384,
    SignatureScheme::RSA_PSS_RSAE_SHA512,
    SignatureScheme::RSA_PSS_PSS_SHA256,
    SignatureScheme::RSA_PSS_PSS_SHA384,
    SignatureScheme::RSA_PSS_PSS_SHA512,
    SignatureScheme::RSA_PKCS1_SHA256,
    SignatureScheme::RSA_PKCS1_SHA384,
    SignatureScheme::RSA_PKCS1_SHA512,
];

impl Default for Policy {
    /// TLS 1.3, and TLS 1.2 with forward secrecy and authenticated encryption.
    fn default() -> Self {
        Self {
            versions: vec![ProtocolVersion::TLS_1_3, ProtocolVersion::TLS_1_2],
            suites: suites(|suite| !suite.is_legacy()),
            groups: GROUPS.to_vec(),
            schemes: SCHEMES.to_vec(),
            ties: Ties::default(),
            extras: Extras {
                require_extended_master_secret: false,
                require_secure_renegotiation: true,
                encrypt_then_mac: true,
            },
        }
    }
}

/// Those suites of all that `wanted` likes.
fn suites(wanted: impl Fn(&Suite) -> bool) -> Vec<CipherSuite> {
    let suites = Suite::ALL.iter().filter(|suite| wanted(suite));
    suites.map(|suite| suite.id).collect()
}

/// Groups for DHE (RFC 7919).
const FINITE_FIELDS: &[NamedGroup] = &[
    NamedGroup::FFDHE2048,
    NamedGroup::FFDHE3072,
    NamedGroup::FFDHE4096,
    NamedGroup::FFDHE6144,
    NamedGroup::FFDHE8192,
];

impl Policy {
    /// As the default, and after all that, what old peers need: DHE, CBC records, and the RSA key exchange, which has no forward
    /// secrecy. Each has been broken where it was done carelessly; here they are done with care, and still are for peers that
    /// have nothing better.
    #[must_use]
    pub fn legacy() -> Self {
        let policy = Self::default();
        Self {
            suites: suites(|_| true),
            groups: [&policy.groups, FINITE_FIELDS].concat(),
            ..policy
        }
    }

    /// Whether `version` is allowed.
    #[must_use]
    pub fn allows(&self, version: ProtocolVersion) -> bool {
        self.versions.contains(&version)
    }

    /// The suites of `version`, in order of preference.
    pub fn suites_for(
        &self,
        version: ProtocolVersion,
    ) -> impl Iterator<Item = &'static Suite> + Clone {
        self.suites
            .iter()
            .filter_map(|id| Suite::find(*id))
            .filter(move |suite| suite.is_for(version))
    }

    /// The highest version allowed.
    #[must_use]
    pub fn highest(&self) -> Option<ProtocolVersion> {
        self.versions
            .iter()
            .copied()
            .max_by_key(|version| version.0)
    }
}

//! The policy that a test's options ask for.

use limpid::wire::{CipherSuite, NamedGroup, ProtocolVersion, SignatureScheme};
use limpid::{Policy, Suite};

use crate::halt::Halt;
use crate::options::Options;

/// BoringSSL's groups, where a test names none.
pub(crate) const GROUPS: &[NamedGroup] = &[
    NamedGroup::X25519MLKEM768,
    NamedGroup::X25519,
    NamedGroup::SECP256R1,
    NamedGroup::SECP384R1,
];

/// What BoringSSL accepts of its peers where a test names nothing, but for SHA-1.
const SCHEMES: &[SignatureScheme] = &[
    SignatureScheme::ECDSA_SECP256R1_SHA256,
    SignatureScheme::RSA_PSS_RSAE_SHA256,
    SignatureScheme::RSA_PKCS1_SHA256,
    SignatureScheme::ECDSA_SECP384R1_SHA384,
    SignatureScheme::RSA_PSS_RSAE_SHA384,
    SignatureScheme::RSA_PKCS1_SHA384,
    SignatureScheme::RSA_PSS_RSAE_SHA512,
    SignatureScheme::RSA_PKCS1_SHA512,
];

/// The policy, or *unimplemented* when limpid lacks something that is asked for.
pub(crate) fn policy(options: &Options) -> Result<Policy, Halt> {
    let mut policy = Policy::default();
    policy.suites = suites(options)?;
    policy.versions = versions(options, &policy)?;
    if !options.curves.is_empty() {
        let known = limpid_crypto::kx::supported_groups();
        if let Some(group) = options.curves.iter().find(|group| !known.contains(group)) {
            return Err(Halt::unimplemented(format!("the group {group}")));
        }
        policy.groups.clone_from(&options.curves);
    } else {
        policy.groups = GROUPS.to_vec();
    }
    if options.verify_prefs.is_empty() {
        policy.schemes = SCHEMES.to_vec();
    } else {
        policy.schemes.clone_from(&options.verify_prefs);
    }
    // The runner's servers need not know RFC 5746 unless a test is about it.
    policy.extras.require_secure_renegotiation = options.no_legacy_server_connect;
    Ok(policy)
}

fn versions(options: &Options, policy: &Policy) -> Result<Vec<ProtocolVersion>, Halt> {
    let excluded = |version: ProtocolVersion| {
        options.min_version.is_some_and(|min| version.0 < min.0)
            || options.max_version.is_some_and(|max| version.0 > max.0)
            || (options.no_tls12 && version == ProtocolVersion::TLS_1_2)
            || (options.no_tls13 && version == ProtocolVersion::TLS_1_3)
    };
    let versions: Vec<_> = policy
        .versions
        .iter()
        .copied()
        .filter(|version| !excluded(*version))
        .collect();
    if versions.is_empty() {
        return Err(Halt::unimplemented("no version that limpid speaks"));
    }
    Ok(versions)
}

fn suites(options: &Options) -> Result<Vec<CipherSuite>, Halt> {
    let is_tls13 = |suite: &&Suite| suite.is_for(ProtocolVersion::TLS_1_3);
    let mut suites = match &options.cipher {
        None => all12(),
        Some(list) => listed(list)?,
    };
    if options.tls13_ciphers.is_empty() {
        suites.extend(Suite::ALL.iter().filter(is_tls13).map(|suite| suite.id));
    } else {
        suites.extend(&options.tls13_ciphers);
    }
    Ok(suites)
}

fn all12() -> Vec<CipherSuite> {
    let older = Suite::ALL
        .iter()
        .filter(|suite| !suite.is_for(ProtocolVersion::TLS_1_3));
    older.map(|suite| suite.id).collect()
}

/// Reads a cipher list in OpenSSL's form, as far as the runner uses it: names, `ALL`, `DEFAULT`, and groups of equal
/// preference in brackets, which limpid takes in the order in which they stand.
fn listed(list: &str) -> Result<Vec<CipherSuite>, Halt> {
    let mut suites = Vec::new();
    for word in list
        .split([':', '[', ']', '|'])
        .filter(|word| !word.is_empty())
    {
        match word {
            "ALL" | "DEFAULT" => suites.extend(all12()),
            name => {
                let suite = CipherSuite::from_name(name)
                    .ok_or_else(|| Halt::unimplemented(format!("{name} in a cipher list")))?;
                suites.push(suite);
            }
        }
    }
    suites.retain(|suite| Suite::find(*suite).is_some());
    Ok(suites)
}

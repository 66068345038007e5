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
    (policy.suites, policy.ties.suites) = suites(options)?;
    policy.ties.groups = tied(&options.curves, &options.curves_flags);
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
    if options.wpa_202304 {
        if options.server {
            return Err(Halt::unimplemented("a server by the rules of WPA 3.1"));
        }
        restrict_to_wpa(&mut policy);
    }
    // The runner's servers need not know RFC 5746 unless a test is about it.
    policy.extras.require_secure_renegotiation = options.no_legacy_server_connect;
    Ok(policy)
}

/// What WPA 3.1 §3.5 leaves a client to offer.
fn restrict_to_wpa(policy: &mut Policy) {
    policy.suites = vec![
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::TLS_AES_256_GCM_SHA384,
    ];
    policy.groups = vec![NamedGroup::SECP384R1];
    policy.schemes = vec![
        SignatureScheme::RSA_PKCS1_SHA384,
        SignatureScheme::RSA_PKCS1_SHA512,
        SignatureScheme::ECDSA_SECP384R1_SHA384,
        SignatureScheme::RSA_PSS_RSAE_SHA384,
        SignatureScheme::RSA_PSS_RSAE_SHA512,
    ];
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
    let none_at_all = options.no_tls12 && options.no_tls13;
    if versions.is_empty() && !none_at_all {
        return Err(Halt::unimplemented("no version that limpid speaks"));
    }
    Ok(versions)
}

/// Suites, and those of them that are as good as the one before.
fn suites(options: &Options) -> Result<(Vec<CipherSuite>, Vec<CipherSuite>), Halt> {
    let (mut suites, mut ties) = match &options.cipher {
        None => (all12(), Vec::new()),
        Some(list) => listed(list)?,
    };
    if options.tls13_ciphers.is_empty() {
        // BoringSSL's order, which depends on the machine; where AES is fast, clients may have what they like.
        let (first, then) = if has_aes() {
            ties.extend([CipherSuite::TLS_AES_256_GCM_SHA384, CHACHA20]);
            (None, Some(CHACHA20))
        } else {
            (Some(CHACHA20), None)
        };
        let aes = [
            CipherSuite::TLS_AES_128_GCM_SHA256,
            CipherSuite::TLS_AES_256_GCM_SHA384,
        ];
        suites.extend(first.into_iter().chain(aes).chain(then));
    } else {
        suites.extend(&options.tls13_ciphers);
        ties.extend(tied(&options.tls13_ciphers, &options.tls13_ciphers_flags));
    }
    Ok((suites, ties))
}

const CHACHA20: CipherSuite = CipherSuite::TLS_CHACHA20_POLY1305_SHA256;

/// Those that are as good as the one before, whose flag says so.
fn tied<T: Copy>(list: &[T], flags: &[u32]) -> Vec<T> {
    let flagged = list.iter().skip(1).zip(flags);
    flagged
        .filter(|(_, flag)| **flag == 1)
        .map(|(one, _)| *one)
        .collect()
}

/// Whether this machine computes AES in hardware.
pub(crate) fn has_aes() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("aes");
    #[cfg(target_arch = "aarch64")]
    return std::arch::is_aarch64_feature_detected!("aes");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    false
}

fn all12() -> Vec<CipherSuite> {
    let older = Suite::ALL
        .iter()
        .filter(|suite| !suite.is_for(ProtocolVersion::TLS_1_3));
    older.map(|suite| suite.id).collect()
}

/// Reads a cipher list in OpenSSL's form, as far as the runner uses it: names, `ALL`, `DEFAULT`, `!AES`, and groups of equal
/// preference in brackets. Returns also the suites that are as good as the one before.
fn listed(list: &str) -> Result<(Vec<CipherSuite>, Vec<CipherSuite>), Halt> {
    let (mut suites, mut ties) = (Vec::new(), Vec::new());
    for part in list.split(':') {
        let group = part.trim_matches(['[', ']']);
        for (index, word) in group.split('|').enumerate() {
            match word {
                "ALL" | "DEFAULT" => suites.extend(all12()),
                "!AES" => suites.retain(|suite| {
                    let suite = Suite::find(*suite);
                    !suite.is_some_and(|suite| suite.id.to_string().contains("_AES_"))
                }),
                // limpid has none.
                "3DES" => {}
                name => {
                    let suite = CipherSuite::from_name(name)
                        .ok_or_else(|| Halt::unimplemented(format!("{name} in a cipher list")))?;
                    suites.push(suite);
                    if index > 0 {
                        ties.push(suite);
                    }
                }
            }
        }
    }
    suites.retain(|suite| Suite::find(*suite).is_some());
    Ok((suites, ties))
}

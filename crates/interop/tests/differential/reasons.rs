//! Why answers to a deviant hello differ: theirs, or limpid's by decision.

use limpid_interop::hello::Deviation;

/// Why; `None` for what all three answer alike.
pub(super) fn why(deviation: Deviation) -> Option<&'static str> {
    use Deviation as D;
    Some(match deviation {
        D::OldVersion => {
            "theirs: in TLS 1.3 legacy_version is not to be looked at (RFC 8446 §4.2.1), which GnuTLS does; without it \
                          the alert is protocol_version (§6.2), for which OpenSSL has another word"
        }
        D::OldestVersion => {
            "theirs: RFC 8446 §D.5 names protocol_version for it; OpenSSL refuses with another alert"
        }
        D::WrongRecordVersion => "theirs: OpenSSL hangs up without a word",
        D::NoSuites => {
            "OpenSSL has another alert: limpid calls a list decode_error that its own definition forbids to be empty \
                        (RFC 8446 §6: a length out of range)"
        }
        D::DeflateAlone => "OpenSSL has another alert: RFC 8446 §4.1.2 names illegal_parameter",
        D::DeflateToo => {
            "theirs: RFC 8446 §4.1.2 demands illegal_parameter of a server that goes on with TLS 1.3"
        }
        D::NoExtensions | D::EmptyExtensions => {
            "limpid's decision, and OpenSSL's: without signature_algorithms only SHA-1 is left \
                                                 (RFC 5246 §7.4.1.4.1), with which neither signs"
        }
        D::DuplicateExtension | D::DuplicateUnknown => {
            "limpid's decision: an extension is there once (RFC 8446 §4.2, RFC 5246 \
                                                        §7.4.1.4), known or not; OpenSSL and GnuTLS look at those they know"
        }
        D::EmptyServerName => {
            "theirs: HostName has at least one byte (RFC 6066 §3), which OpenSSL does not mind"
        }
        D::TwoServerNames => {
            "theirs: one name of a type (RFC 6066 §3); OpenSSL has another alert, GnuTLS takes the first"
        }
        D::NulInServerName => {
            "OpenSSL has another alert: limpid says of a name that cannot be one what is true of any value that \
                               cannot be, illegal_parameter"
        }
        D::NoGroups => {
            "theirs: RFC 8446 §9.2 demands missing_extension, which GnuTLS does not send; in TLS 1.2 a client without \
                        the extension takes any curve (RFC 8422 §4), which OpenSSL does not believe"
        }
        D::EmptyGroups => "GnuTLS has another alert: the list may not be empty (RFC 8446 §4.2.7)",
        D::UnknownGroups => {
            "GnuTLS has another alert: the hello has shares for groups that it does not list, which RFC 8446 §4.2.8 \
                             lets a server call illegal_parameter"
        }
        D::NoSchemes => {
            "theirs: RFC 8446 §9.2 demands missing_extension, which GnuTLS does not send; in TLS 1.2 it means SHA-1 \
                         (RFC 5246 §7.4.1.4.1), with which limpid by decision does not sign, nor OpenSSL"
        }
        D::Sha1Schemes => "limpid's decision, and OpenSSL's: no signatures with SHA-1",
        D::NoPointFormats => {
            "theirs: the list may not be empty (RFC 8422 §5.1.2), in TLS 1.3 neither"
        }
        D::CompressedPointsOnly => {
            "theirs: RFC 8422 §5.1.2 demands illegal_parameter of a server with elliptic curves"
        }
        D::ContentInExtendedMasterSecret | D::ContentInEncryptThenMac => {
            "theirs: the extension is empty (RFC 7627 §5.1, RFC 7366 \
                                                                          §2); limpid says decode_error of one that is not, in \
                                                                          TLS 1.3 too"
        }
        D::EmptyVersions | D::OddVersions => {
            "they have another alert: limpid calls it decode_error, as any list of a length that \
                                              it may not have"
        }
        D::OldVersionsOnly => {
            "theirs: the alert is protocol_version (RFC 8446 §6.2), for which OpenSSL has another word"
        }
        D::TwoKeySharesOfAGroup | D::KeyShareOfUnlistedGroup => {
            "limpid's decision: RFC 8446 §4.2.8 lets a server refuse it with \
                                                                 illegal_parameter, or not look"
        }
        D::ShortKeyShare | D::EmptyShare | D::AllZeroShare => {
            "GnuTLS likes secp256r1 better, and asks for a share of it before it looks at this one"
        }
        D::EmptyCookie => "theirs: a cookie has at least one byte (RFC 8446 §4.2.2)",
        D::EmptyPskModes => "theirs: the list may not be empty (RFC 8446 §4.2.9)",
        D::PskWithoutModes => {
            "GnuTLS has another alert: RFC 8446 §4.2.9 demands refusal, and §6.2 has missing_extension for it"
        }
        D::FewerBinders => {
            "theirs: RFC 8446 §4.2.11 demands as many binders as identities of every server that looks at them"
        }
        D::UnknownAlpn => {
            "a matter of configuration: limpid serve speaks HTTP/1.1 and says so (RFC 7301 §3.2), the others were given \
                           no protocol"
        }
        D::RenegotiationWithContent => {
            "limpid's decision, and OpenSSL's: TLS 1.3 has no renegotiation (RFC 8446 §4.1.2), and nobody \
                                        looks at its extension; in TLS 1.2 all three refuse"
        }
        D::UnaskedExtension => {
            "theirs: RFC 8446 §4.2 demands illegal_parameter for a known extension in a message that it does not \
                                belong to"
        }
        _ => return None,
    })
}

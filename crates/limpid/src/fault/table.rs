//! The table: fault → stable name, alert, who has to act, the rule, what to do. No wildcard arm.

use std::fmt;

use limpid_crypto_legacy::DhGroupError;
use limpid_facts::Blame;
use limpid_protect::OpenError;
use limpid_wire::{AlertDescription, CipherSuite, ProtocolVersion, SuiteCipher, SuiteKeyExchange};

use super::Fault;

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Stable name, for tests, catalogues and logs.
    pub name: &'static str,
    /// The alert that is sent, if one is.
    pub alert: Option<AlertDescription>,
    /// Who has to act.
    pub blame: Blame,
    /// The rule.
    pub reference: &'static str,
    /// What to do, one sentence.
    pub remedy: &'static str,
}

const fn theirs(
    name: &'static str,
    alert: AlertDescription,
    reference: &'static str,
    remedy: &'static str,
) -> Row {
    Row {
        name,
        alert: Some(alert),
        blame: Blame::Theirs,
        reference,
        remedy,
    }
}

const fn both(
    name: &'static str,
    alert: AlertDescription,
    reference: &'static str,
    remedy: &'static str,
) -> Row {
    Row {
        name,
        alert: Some(alert),
        blame: Blame::Both,
        reference,
        remedy,
    }
}

const fn between(
    name: &'static str,
    alert: AlertDescription,
    reference: &'static str,
    remedy: &'static str,
) -> Row {
    Row {
        name,
        alert: Some(alert),
        blame: Blame::Between,
        reference,
        remedy,
    }
}

const fn ours(name: &'static str, alert: AlertDescription, remedy: &'static str) -> Row {
    Row {
        name,
        alert: Some(alert),
        blame: Blame::Ours,
        reference: "RFC 8446 §6.2",
        remedy,
    }
}

const REPORT: &str = "This is a defect of the peer's TLS software, or of something in between; report it there with this explanation.";
const TAMPERED: &str = "Something on the way changed the bytes, or the peer is defective; try another network path, then another version of the peer's software.";

impl Fault {
    /// This fault's row.
    #[must_use]
    pub fn row(&self) -> Row {
        use AlertDescription as Alert;
        match self {
            Self::NotTls(_) => theirs(
                "not_tls",
                Alert::PROTOCOL_VERSION,
                "RFC 8446 §5.1",
                "Check host and port: the other end speaks plain text there. If the protocol starts in plain text (SMTP, IMAP, FTP, databases), TLS must be asked for with its STARTTLS command first.",
            ),
            Self::BadRecordHeader(error) => Row {
                name: "bad_record_header",
                alert: Some(error.alert()),
                blame: Blame::Theirs,
                reference: "RFC 8446 §5.1",
                remedy: "Check host and port: these bytes are not TLS records.",
            },
            Self::Unopenable(error) => unopenable(*error),
            Self::UnexpectedRecord(_) => theirs(
                "unexpected_record",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 8446 §5",
                REPORT,
            ),
            Self::EarlyApplicationData => theirs(
                "early_application_data",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 8446 §2, RFC 5246 §7.3",
                REPORT,
            ),
            Self::TooMuchEarlyData => theirs(
                "too_much_early_data",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 8446 §4.2.10",
                REPORT,
            ),
            Self::InterleavedMessage(_) => theirs(
                "interleaved_message",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 8446 §5.1",
                REPORT,
            ),
            Self::KeyChangeInsideRecord => theirs(
                "key_change_inside_record",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 8446 §5.1",
                REPORT,
            ),
            Self::ExcessHandshakeData => theirs(
                "excess_handshake_data",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 5246 §7.3, RFC 8446 §2",
                REPORT,
            ),
            Self::BadChangeCipherSpec => theirs(
                "bad_change_cipher_spec",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 5246 §7.1, RFC 8446 §5",
                REPORT,
            ),
            Self::TooManyEmptyRecords => theirs(
                "too_many_empty_records",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 8446 §5.1",
                "The peer sends records without content, which only costs time; refuse it, or report it there.",
            ),
            Self::TooManyFragments => theirs(
                "too_many_fragments",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 8446 §5.1",
                "The peer sends a message in crumbs, which only costs time; refuse it, or report it there.",
            ),
            Self::TooManyWarnings => theirs(
                "too_many_warnings",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 5246 §7.2.2",
                "The peer repeats warnings instead of going on; refuse it, or report it there.",
            ),
            Self::TooManyKeyUpdates => theirs(
                "too_many_key_updates",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 8446 §4.6.3",
                "The peer changes keys without sending data in between; refuse it, or report it there.",
            ),
            Self::BadAlert => theirs("bad_alert", Alert::DECODE_ERROR, "RFC 8446 §6", REPORT),
            Self::UnexpectedMessage(_) => theirs(
                "unexpected_message",
                Alert::UNEXPECTED_MESSAGE,
                "RFC 8446 §4, RFC 5246 §7.4",
                REPORT,
            ),
            Self::MessageTooLong { .. } => theirs(
                "message_too_long",
                Alert::ILLEGAL_PARAMETER,
                "RFC 8446 §4",
                "If the message is honest, e.g. a very long certificate chain, shorten it at the peer; the limits are in limpid's documentation, module bounds.",
            ),
            Self::Malformed { error, .. } => Row {
                name: "malformed_message",
                alert: Some(error.alert()),
                blame: Blame::Theirs,
                reference: error.reference(),
                remedy: REPORT,
            },
            Self::UnsolicitedExtension(_) => theirs(
                "unsolicited_extension",
                Alert::UNSUPPORTED_EXTENSION,
                "RFC 5246 §7.4.1.4, RFC 8446 §4.2",
                REPORT,
            ),
            Self::MissingExtension(_) => theirs(
                "missing_extension",
                Alert::MISSING_EXTENSION,
                "RFC 8446 §9.2",
                REPORT,
            ),
            Self::VersionNotOffered(_) => theirs(
                "version_not_offered",
                Alert::PROTOCOL_VERSION,
                "RFC 5246 §E.1, RFC 8446 §4.1.3",
                "The server answers with a version this client does not speak. Update the server; versions below TLS 1.2 are obsolete (RFC 8996).",
            ),
            Self::SuiteNotOffered(_) => theirs(
                "suite_not_offered",
                Alert::ILLEGAL_PARAMETER,
                "RFC 8446 §4.1.3",
                REPORT,
            ),
            Self::CompressionNotNull => theirs(
                "compression_not_null",
                Alert::ILLEGAL_PARAMETER,
                "RFC 8446 §4.1.2, RFC 3749",
                "Switch TLS compression off at the peer: it leaks secrets (CRIME).",
            ),
            Self::SessionIdNotEchoed => theirs(
                "session_id_not_echoed",
                Alert::ILLEGAL_PARAMETER,
                "RFC 8446 §4.1.3",
                REPORT,
            ),
            Self::GroupNotOffered(_) => theirs(
                "group_not_offered",
                Alert::ILLEGAL_PARAMETER,
                "RFC 8422 §5.4, RFC 8446 §4.2.8",
                REPORT,
            ),
            Self::SchemeNotOffered(_) => theirs(
                "scheme_not_offered",
                Alert::ILLEGAL_PARAMETER,
                "RFC 5246 §7.4.3, RFC 8446 §4.4.3",
                REPORT,
            ),
            Self::AlpnNotOffered => theirs(
                "alpn_not_offered",
                Alert::ILLEGAL_PARAMETER,
                "RFC 7301 §3.1",
                REPORT,
            ),
            Self::CertificateTypeNotOffered(_) => theirs(
                "certificate_type_not_offered",
                Alert::ILLEGAL_PARAMETER,
                "RFC 7250 §4.2",
                REPORT,
            ),
            Self::NoUncompressedPoints => theirs(
                "no_uncompressed_points",
                Alert::ILLEGAL_PARAMETER,
                "RFC 8422 §5.1.2",
                REPORT,
            ),
            Self::BadCompression => theirs(
                "bad_compression",
                Alert::BAD_CERTIFICATE,
                "RFC 8879 §4",
                REPORT,
            ),
            Self::IllegalParameter(_) => theirs(
                "illegal_parameter",
                Alert::ILLEGAL_PARAMETER,
                "RFC 8446 §6.2",
                REPORT,
            ),
            Self::BadKeyShare(_) => theirs(
                "bad_key_share",
                Alert::ILLEGAL_PARAMETER,
                "RFC 8422 §5.11, RFC 8446 §4.2.8",
                REPORT,
            ),
            Self::BadFieldElement => theirs(
                "bad_field_element",
                Alert::ILLEGAL_PARAMETER,
                "RFC 7919 §5.1",
                REPORT,
            ),
            Self::BadFiniteField(error) => finite_field(*error),
            Self::Downgraded => between(
                "downgraded",
                Alert::ILLEGAL_PARAMETER,
                "RFC 8446 §4.1.3",
                "Somebody on the way made the two ends agree on less than both can do: treat this as an attack, or find the middlebox that rewrites hellos.",
            ),
            Self::InappropriateFallback => theirs(
                "inappropriate_fallback",
                Alert::INAPPROPRIATE_FALLBACK,
                "RFC 7507 §3",
                "The client repeated its attempt with a lower version although both ends speak a higher one: find out why its first attempt failed.",
            ),
            Self::BadRenegotiationInfo => theirs(
                "bad_renegotiation_info",
                Alert::HANDSHAKE_FAILURE,
                "RFC 5746 §3",
                "Treat this as an attack on renegotiation, or as a defect of the peer.",
            ),
            Self::IdentityChanged => theirs(
                "identity_changed",
                Alert::ILLEGAL_PARAMETER,
                "RFC 7627 §1, RFC 5746 §5",
                "Whoever shows another certificate opens another connection: let the peer do so.",
            ),
            Self::TooManyRenegotiations => theirs(
                "too_many_renegotiations",
                Alert::NO_RENEGOTIATION,
                "RFC 5246 §7.2.2",
                "The peer negotiates again and again, which costs this end much and it little; refuse it, or find out why.",
            ),
            Self::NoSecureRenegotiation => theirs(
                "no_secure_renegotiation",
                Alert::HANDSHAKE_FAILURE,
                "RFC 5746 §4",
                "Update the peer: its software lacks RFC 5746 (2010). Only if that is impossible, allow such peers by configuration.",
            ),
            Self::NoExtendedMasterSecret => theirs(
                "no_extended_master_secret",
                Alert::HANDSHAKE_FAILURE,
                "RFC 7627 §5",
                "Update the peer: its software lacks RFC 7627 (2015). Only if that is impossible, stop requiring extended master secrets.",
            ),
            Self::RetriedHelloDiffers(_) => theirs(
                "retried_hello_differs",
                Alert::ILLEGAL_PARAMETER,
                "RFC 8446 §4.1.2",
                REPORT,
            ),
            Self::PointlessRetry => theirs(
                "pointless_retry",
                Alert::ILLEGAL_PARAMETER,
                "RFC 8446 §4.1.4",
                REPORT,
            ),
            Self::NoServerCertificate => theirs(
                "no_server_certificate",
                Alert::DECODE_ERROR,
                "RFC 8446 §4.4.2.4, RFC 5246 §7.4.2",
                REPORT,
            ),
            Self::NoClientCertificate(version) => theirs(
                "no_client_certificate",
                match *version {
                    ProtocolVersion::TLS_1_3 => Alert::CERTIFICATE_REQUIRED,
                    _ => Alert::HANDSHAKE_FAILURE,
                },
                "RFC 8446 §4.4.2.4, RFC 5246 §7.4.6",
                "Give the client a certificate and its private key, issued by an authority that this server trusts for clients.",
            ),
            Self::CertificateDoesNotFit => theirs(
                "certificate_does_not_fit",
                Alert::ILLEGAL_PARAMETER,
                "RFC 5246 §7.4.2, RFC 8422 §5.3",
                REPORT,
            ),
            Self::BadSignature(_) => theirs(
                "bad_signature",
                Alert::DECRYPT_ERROR,
                "RFC 5246 §7.4.3, RFC 8446 §4.4.3",
                "The peer does not hold the certificate's private key, or somebody changed the handshake on the way. Check that certificate and key belong together at the peer; otherwise treat it as an attack.",
            ),
            Self::BadFinished => between(
                "bad_finished",
                Alert::DECRYPT_ERROR,
                "RFC 5246 §7.4.9, RFC 8446 §4.4.4",
                TAMPERED,
            ),
            Self::BadBinder => theirs(
                "bad_binder",
                Alert::DECRYPT_ERROR,
                "RFC 8446 §4.2.11.2",
                "The two ends hold different keys under the same identity: compare the pre-shared keys.",
            ),
            Self::Untrusted(error) => Row {
                name: "untrusted",
                alert: Some(error.alert()),
                blame: Blame::Theirs,
                reference: error.reference(),
                remedy: error.remedy(),
            },
            Self::NoCommonVersion(_) => both(
                "no_common_version",
                Alert::PROTOCOL_VERSION,
                "RFC 8446 §4.2.1, RFC 5246 §E.1",
                "Allow a version on one side that the other has; TLS 1.2 and TLS 1.3 are the ones to have.",
            ),
            Self::NoCommonSuite(_) => both(
                "no_common_suite",
                Alert::HANDSHAKE_FAILURE,
                "RFC 5246 §7.4.1.3, RFC 8446 §4.1.1",
                "Allow a cipher suite on one side that the other offers and that fits the server's certificate.",
            ),
            Self::NoCommonGroup(_) => both(
                "no_common_group",
                Alert::HANDSHAKE_FAILURE,
                "RFC 8446 §4.1.1, RFC 8422 §4",
                "Allow a group on one side that the other offers; x25519 and secp256r1 are the ones to have.",
            ),
            Self::FiniteFieldInTls13(_) => both(
                "finite_field_in_tls13",
                Alert::HANDSHAKE_FAILURE,
                "RFC 8446 §4.2.8",
                "Let the server allow a curve, x25519 or secp256r1, or offer finite fields with TLS 1.2 alone.",
            ),
            Self::NoCommonScheme(_) => both(
                "no_common_signature_scheme",
                Alert::HANDSHAKE_FAILURE,
                "RFC 8446 §4.4.2.2, RFC 5246 §7.4.1.4.1",
                "Use a certificate whose key can make a signature that the other side accepts, or let the other side accept more.",
            ),
            Self::NoCommonAlpn(_) => both(
                "no_common_alpn",
                Alert::NO_APPLICATION_PROTOCOL,
                "RFC 7301 §3.2",
                "Configure an application protocol on one side that the other has, or leave ALPN out.",
            ),
            Self::NoCommonCertificateType(_) => both(
                "no_common_certificate_type",
                Alert::UNSUPPORTED_CERTIFICATE,
                "RFC 7250 §4.2",
                "Give one side a certificate, or a raw public key, of the form that the other takes, or let the other take both.",
            ),
            Self::NoCertificateForName { .. } => both(
                "no_certificate_for_name",
                Alert::UNRECOGNIZED_NAME,
                "RFC 6066 §3",
                "Give the server a certificate for the name the client asks for, or let the client ask for a name the server has.",
            ),
            Self::AlertReceived(alert) => Row {
                name: "alert_received",
                alert: None,
                blame: Blame::TheirWord,
                reference: "RFC 8446 §6.2",
                remedy: table_of_alerts(*alert),
            },
            Self::ClosedDuringHandshake => Row {
                name: "closed_during_handshake",
                alert: None,
                blame: Blame::TheirWord,
                reference: "RFC 8446 §6.1",
                remedy: "The peer gave up without a reason; its log may have one.",
            },
            Self::Truncated { during_handshake } => Row {
                name: if *during_handshake {
                    "truncated_handshake"
                } else {
                    "truncated"
                },
                alert: None,
                blame: Blame::Between,
                reference: "RFC 8446 §6.1, RFC 5246 §7.2.1",
                remedy: if *during_handshake {
                    "The connection broke off in the middle of the handshake: look at the peer's log, and for a middlebox in between that dislikes this hello."
                } else {
                    "What came may be incomplete: use it only if the application itself marks its end. Otherwise have the peer send close_notify before it closes."
                },
            },
            Self::NoCertificateConfigured => ours(
                "no_certificate_configured",
                Alert::HANDSHAKE_FAILURE,
                "Give this server a certificate and its private key.",
            ),
            Self::NothingToOffer(_) => ours(
                "nothing_to_offer",
                Alert::INTERNAL_ERROR,
                "Allow at least one version, with a suite, a group and a signature scheme that belong to it.",
            ),
            Self::SigningFailed => ours(
                "signing_failed",
                Alert::INTERNAL_ERROR,
                "Look at whatever holds the private key (file, HSM, remote signer): it refused to sign.",
            ),
            Self::NoRandomness => ours(
                "no_randomness",
                Alert::INTERNAL_ERROR,
                "The system's source of randomness failed; TLS cannot go on without one.",
            ),
            Self::Crypto(_) => ours(
                "crypto",
                Alert::INTERNAL_ERROR,
                "This should not happen with sound inputs: report it to limpid.",
            ),
            Self::KeyExhausted => ours(
                "key_exhausted",
                Alert::INTERNAL_ERROR,
                "The key has protected all the records it may; open a new connection (TLS 1.3 changes keys by itself).",
            ),
            Self::Aborted(alert) => ours(
                "aborted",
                *alert,
                "The program that uses limpid gave the connection up: its log will tell why.",
            ),
            Self::Misuse(_) => Row {
                name: "misuse",
                alert: None,
                blame: Blame::Ours,
                reference: "limpid's documentation",
                remedy: "Correct the calling program.",
            },
        }
    }
}

const fn finite_field(error: DhGroupError) -> Row {
    use AlertDescription as Alert;
    match error {
        DhGroupError::TooSmall { .. } => theirs(
            "finite_field_too_small",
            Alert::INSUFFICIENT_SECURITY,
            "RFC 7919 §4",
            "Give the server parameters of at least 2048 bits, best those of RFC 7919, or let it use ECDHE: smaller fields are within reach of attackers (Logjam).",
        ),
        DhGroupError::TooLarge { .. } => theirs(
            "finite_field_too_large",
            Alert::ILLEGAL_PARAMETER,
            "RFC 5246 §7.4.3",
            "Give the server the parameters of RFC 7919 for that size, which need no examination, or smaller ones.",
        ),
        DhGroupError::NotPrime | DhGroupError::Generator => theirs(
            "finite_field_unsound",
            Alert::ILLEGAL_PARAMETER,
            "RFC 7919 §3, RFC 5246 §8.1.2",
            "Make new Diffie-Hellman parameters for the server, or use those of RFC 7919: these are broken, perhaps on purpose.",
        ),
        DhGroupError::OutOfMemory => ours(
            "crypto",
            Alert::INTERNAL_ERROR,
            "There was no memory for a computation.",
        ),
    }
}

/// Why a suite is among those that limpid does not speak, to be appended to its name.
fn given_up(suite: CipherSuite) -> &'static str {
    let Some(parts) = suite.parts() else {
        return "";
    };
    if parts.is_anonymous() {
        ": in it nobody proves who they are, so anybody could stand in the middle"
    } else if parts.is_unencrypted() {
        ": it does not encrypt"
    } else if parts.export {
        ": it is limited to keys that anybody can break"
    } else {
        match (parts.key_exchange, parts.cipher) {
            (SuiteKeyExchange::StaticDh | SuiteKeyExchange::StaticEcdh, _) => {
                ": its key exchange uses the certificate's key again and again, without forward secrecy; limpid does not speak it"
            }
            (_, SuiteCipher::TripleDes) => {
                ": blocks of 64 bits are too short (Sweet32); limpid does not speak 3DES"
            }
            (_, SuiteCipher::Rc4) => ": RC4 is broken (RFC 7465)",
            _ => "",
        }
    }
}

const fn unopenable(error: OpenError) -> Row {
    use AlertDescription as Alert;
    match error {
        OpenError::BadRecord => between(
            "bad_record_mac",
            Alert::BAD_RECORD_MAC,
            "RFC 5246 §7.2.2, RFC 8446 §5.2",
            TAMPERED,
        ),
        OpenError::Overflow => theirs(
            "record_overflow",
            Alert::RECORD_OVERFLOW,
            "RFC 5246 §6.2, RFC 8446 §5.2",
            REPORT,
        ),
        OpenError::NoContentType => theirs(
            "no_content_type",
            Alert::UNEXPECTED_MESSAGE,
            "RFC 8446 §5.4",
            REPORT,
        ),
        OpenError::WrongOuterType => theirs(
            "wrong_outer_type",
            Alert::UNEXPECTED_MESSAGE,
            "RFC 8446 §5.2",
            REPORT,
        ),
        OpenError::KeyExhausted => ours(
            "key_exhausted",
            Alert::INTERNAL_ERROR,
            "The key has protected all the records it may; open a new connection.",
        ),
    }
}

/// What a received alert most likely asks for. Alerts are an open registry, so the last arm is for those it may yet hold.
fn table_of_alerts(alert: AlertDescription) -> &'static str {
    use AlertDescription as Alert;
    match alert {
        Alert::HANDSHAKE_FAILURE => {
            "The peer found no common suite, group or signature scheme, or wants a client certificate: compare what was offered with what the peer allows."
        }
        Alert::PROTOCOL_VERSION => {
            "The peer speaks none of the versions that were offered: allow another version on one side."
        }
        Alert::UNRECOGNIZED_NAME => {
            "The peer does not serve this name: check the host name, or the peer's virtual hosts."
        }
        Alert::UNKNOWN_CA => {
            "The peer does not trust the authority that issued this side's certificate: give the peer that authority's certificate, and send the intermediate certificates."
        }
        Alert::BAD_CERTIFICATE | Alert::CERTIFICATE_UNKNOWN | Alert::UNSUPPORTED_CERTIFICATE => {
            "The peer refuses this side's certificate: check its names, usage and chain."
        }
        Alert::CERTIFICATE_EXPIRED => {
            "This side's certificate has expired, or a clock is wrong: renew it."
        }
        Alert::CERTIFICATE_REVOKED => "This side's certificate was revoked: get a new one.",
        Alert::CERTIFICATE_REQUIRED => {
            "The peer requires a client certificate: give this client one."
        }
        Alert::NO_APPLICATION_PROTOCOL => {
            "The peer has none of the application protocols that were offered: change the ALPN list."
        }
        Alert::INAPPROPRIATE_FALLBACK => {
            "This client fell back to a lower version needlessly: offer the highest one it has."
        }
        Alert::DECRYPT_ERROR => {
            "The peer could not verify a signature or Finished: the key may not belong to the certificate, or bytes were changed on the way."
        }
        Alert::BAD_RECORD_MAC => {
            "Bytes were changed on the way, or the two ends derived different keys."
        }
        Alert::UNKNOWN_PSK_IDENTITY => {
            "The peer does not know this pre-shared key's identity: compare both configurations."
        }
        Alert::INTERNAL_ERROR => "The peer has a problem of its own: its log will tell.",
        Alert::ACCESS_DENIED => "The peer's policy refuses this client.",
        Alert::INSUFFICIENT_SECURITY => "The peer demands stronger parameters than were offered.",
        Alert::USER_CANCELED => "The peer was told to give up.",
        _ => "Only the peer knows more: look at its log.",
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTls(other) => write!(f, "the peer does not speak TLS here: it sent {}", other.title()),
            Self::BadRecordHeader(error) => write!(f, "the peer sent bytes that are no TLS record: {error}"),
            Self::Unopenable(OpenError::BadRecord) => f.write_str("a record could not be authenticated: it was changed on the way, or made with other keys"),
            Self::Unopenable(OpenError::Overflow) => f.write_str("a record holds more than 16384 bytes"),
            Self::Unopenable(OpenError::NoContentType) => f.write_str("a protected record holds nothing but padding"),
            Self::Unopenable(OpenError::WrongOuterType) => f.write_str("a record came unprotected, or with the wrong outer type, after protection had begun"),
            Self::Unopenable(OpenError::KeyExhausted) | Self::KeyExhausted => f.write_str("the key has protected as many records as it may"),
            Self::UnexpectedRecord(content_type) => write!(f, "a record of type {content_type} has no place here"),
            Self::EarlyApplicationData => f.write_str("application data came before the handshake was complete"),
            Self::TooMuchEarlyData => f.write_str("more early data than was allowed"),
            Self::InterleavedMessage(content_type) => write!(f, "a record of type {content_type} came in the middle of a handshake message"),
            Self::KeyChangeInsideRecord => f.write_str("keys changed in the middle of a record"),
            Self::ExcessHandshakeData => f.write_str(
                "bytes of a further handshake message came though it is this side's turn",
            ),
            Self::BadChangeCipherSpec => f.write_str("ChangeCipherSpec is wrong, or stands where none may"),
            Self::TooManyEmptyRecords => f.write_str("too many empty records in a row"),
            Self::TooManyFragments => f.write_str("a handshake message came in too many records"),
            Self::TooManyWarnings => f.write_str("too many warning alerts"),
            Self::TooManyKeyUpdates => f.write_str("too many key updates without data in between"),
            Self::BadAlert => f.write_str("an alert record does not hold exactly one alert"),
            Self::UnexpectedMessage(came) => write!(f, "{came} came where it is not awaited"),
            Self::MessageTooLong { handshake_type, length, limit } => write!(f, "{handshake_type} has {length} bytes; at most {limit} are accepted"),
            Self::Malformed { handshake_type, error } => write!(f, "{handshake_type} is malformed: {error}"),
            Self::UnsolicitedExtension(extension) => write!(f, "the peer answered with the extension {extension}, which was not asked for"),
            Self::MissingExtension(extension) => write!(f, "the extension {extension} is missing"),
            Self::VersionNotOffered(version) => write!(f, "the server chose {version}, which was not offered"),
            Self::SuiteNotOffered(suite) => write!(f, "the server chose {suite}, which was not offered{}", given_up(*suite)),
            Self::CompressionNotNull => f.write_str("compression other than null"),
            Self::SessionIdNotEchoed => f.write_str("the server did not echo the session ID"),
            Self::GroupNotOffered(group) => write!(f, "the peer used the group {group}, which was not offered"),
            Self::SchemeNotOffered(scheme) => write!(f, "the peer signed with {scheme}, which was not offered or does not fit its key"),
            Self::AlpnNotOffered => f.write_str("the server chose an application protocol that was not offered"),
            Self::CertificateTypeNotOffered(form) => write!(f, "the server chose certificates of the form {form}, which was not offered"),
            Self::NoUncompressedPoints => f.write_str("the peer's list of point formats lacks uncompressed"),
            Self::BadCompression => f.write_str("the peer's compressed certificates cannot be decompressed"),
            Self::IllegalParameter(what) => f.write_str(what),
            Self::BadKeyShare(group) => write!(f, "the peer's public key is not valid for {group}"),
            Self::BadFieldElement => f.write_str("the peer's Diffie-Hellman public key is out of range, or leads to a number known to everybody"),
            Self::BadFiniteField(error) => write!(f, "the server's finite field cannot be used: {error}"),
            Self::Downgraded => f.write_str("the server's random says that it could have spoken a higher version: somebody interfered"),
            Self::InappropriateFallback => f.write_str("the client fell back to a lower version needlessly"),
            Self::BadRenegotiationInfo => f.write_str("renegotiation_info is wrong for this handshake"),
            Self::IdentityChanged => f.write_str("the peer's certificate changed in the middle of the connection"),
            Self::TooManyRenegotiations => f.write_str("too many handshakes inside one connection"),
            Self::NoSecureRenegotiation => f.write_str("the peer does not support secure renegotiation"),
            Self::NoExtendedMasterSecret => f.write_str("the peer does not support extended master secrets"),
            Self::RetriedHelloDiffers(what) => write!(f, "the second ClientHello differs from the first in {what}"),
            Self::PointlessRetry => f.write_str("HelloRetryRequest asks for what was already sent"),
            Self::NoServerCertificate => f.write_str("the server sent no certificate"),
            Self::NoClientCertificate(_) => f.write_str("the client sent no certificate, and this server requires one"),
            Self::CertificateDoesNotFit => f.write_str("the key in the peer's certificate does not fit the cipher suite"),
            Self::BadSignature(within) => write!(f, "the signature in {within} does not verify"),
            Self::BadFinished => f.write_str("Finished does not match: the two ends saw different handshakes"),
            Self::BadBinder => f.write_str("the PSK binder does not verify"),
            Self::Untrusted(error) => write!(f, "the peer's certificate is not trusted: {error}"),
            Self::NoCommonVersion(_) => f.write_str("the two sides have no protocol version in common"),
            Self::NoCommonSuite(_) => f.write_str("the two sides have no cipher suite in common"),
            Self::NoCommonGroup(_) => f.write_str("the two sides have no key exchange group in common"),
            Self::FiniteFieldInTls13(group) => write!(f, "the server wants the finite field {group}, which this client uses in TLS 1.2 only"),
            Self::NoCommonScheme(_) => f.write_str("the two sides have no signature scheme in common"),
            Self::NoCommonAlpn(_) => f.write_str("the two sides have no application protocol in common"),
            Self::NoCommonCertificateType(_) => f.write_str("the two sides have no form of certificate in common (X.509, raw public key)"),
            Self::NoCertificateForName { name, .. } => write!(f, "this server has no certificate for {name}, the name the client asked for"),
            Self::AlertReceived(alert) => write!(f, "the peer sent the alert {alert}"),
            Self::ClosedDuringHandshake => f.write_str("the peer closed the connection before the handshake was complete"),
            Self::Truncated { during_handshake: true } => f.write_str("the connection broke off during the handshake"),
            Self::Truncated { during_handshake: false } => f.write_str("the connection ended without close_notify: what came may be cut short"),
            Self::NoCertificateConfigured => f.write_str("no certificate is configured"),
            Self::NothingToOffer(what) => write!(f, "the configuration allows nothing to offer: {what}"),
            Self::SigningFailed => f.write_str("the private key refused to sign"),
            Self::NoRandomness => f.write_str("the source of randomness failed"),
            Self::Crypto(what) => write!(f, "a cryptographic operation failed: {what}"),
            Self::Aborted(alert) => write!(f, "the application gave the connection up with the alert {alert}"),
            Self::Misuse(what) => write!(f, "the connection was misused: {what}"),
        }
    }
}

impl std::error::Error for Fault {}

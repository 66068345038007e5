//! For each lesson, how to try it with other programs.

use super::Lesson;
use super::authorities::{Authorities, shown};
use super::stand::Stand;

/// A command for curl, one for OpenSSL, one for limpid.
pub(super) fn commands(stand: &Stand, authorities: &Authorities) -> [String; 3] {
    [
        curl(stand, authorities),
        openssl(stand, authorities),
        limpid(stand, authorities),
    ]
}

fn curl(stand: &Stand, authorities: &Authorities) -> String {
    let (ca, port) = (shown(&authorities.ca_file()), stand.port);
    let [certificate, key] = authorities.client_files();
    let more = match stand.lesson {
        Lesson::Mutual => format!(" --cert {} --key {}", shown(&certificate), shown(&key)),
        Lesson::Revoked => " --cert-status".to_owned(),
        // Some builds of OpenSSL still accept TLS 1.1.
        Lesson::OldVersion => " --tlsv1.2".to_owned(),
        // curl still offers DHE, if it is not told otherwise.
        Lesson::NoCommonSuite => " --tls-max 1.2 --ciphers ECDHE+AESGCM".to_owned(),
        // In one run curl remembers the session of the first connection.
        Lesson::SessionId | Lesson::Ticket => {
            format!(" -o /dev/null https://localhost:{port}/hello")
        }
        _ => String::new(),
    };
    format!("curl --cacert {ca}{more} https://localhost:{port}/")
}

fn openssl(stand: &Stand, authorities: &Authorities) -> String {
    let (ca, port) = (shown(&authorities.ca_file()), stand.port);
    let [certificate, key] = authorities.client_files();
    let more = match stand.lesson {
        Lesson::Mutual => format!(" -cert {} -key {}", shown(&certificate), shown(&key)),
        Lesson::SessionId | Lesson::Ticket => " -reconnect".to_owned(),
        Lesson::Revoked => " -status".to_owned(),
        Lesson::NoCommonSuite => " -tls1_2 -cipher ECDHE".to_owned(),
        Lesson::OldVersion => " -min_protocol TLSv1.2".to_owned(),
        Lesson::EarlyData => " -sess_out session.pem".to_owned(),
        Lesson::PostQuantum => " -groups X25519MLKEM768".to_owned(),
        _ => String::new(),
    };
    format!(
        "openssl s_client -connect 127.0.0.1:{port} -servername localhost -verify_hostname localhost -CAfile {ca}{more}"
    )
}

fn limpid(stand: &Stand, authorities: &Authorities) -> String {
    let (ca, port) = (shown(&authorities.ca_file()), stand.port);
    let [certificate, key] = authorities.client_files();
    let more = match stand.lesson {
        Lesson::Rsa | Lesson::Dhe | Lesson::Cbc => " --legacy".to_owned(),
        Lesson::Mutual => format!(
            " --client-cert {} --client-key {}",
            shown(&certificate),
            shown(&key)
        ),
        Lesson::SessionId | Lesson::Ticket | Lesson::EarlyData => " --resume session".to_owned(),
        _ => String::new(),
    };
    format!("limpid connect localhost:{port} --ca {ca} --http /hello --explain{more}")
}

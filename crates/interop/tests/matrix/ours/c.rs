//! Libraries in C whose packages have no program: mbedTLS, which has TLS 1.2 alone in Debian, and wolfSSL.

use std::path::PathBuf;

use limpid_interop::matrix::{Key, Trial, Version};

use super::{Ours, built};
use crate::{client, one_suite_in_every_way, package, server};

fn mbedtls() -> Ours {
    Ours {
        command: vec![of("mbedtls").into()],
        cannot: mbedtls_cannot,
        chooses_tls13_suite: false,
        has_encrypt_then_mac: true,
        picks: one_suite_in_every_way,
    }
}

fn mbedtls_cannot(trial: &Trial) -> Option<&'static str> {
    match trial.key {
        Key::RsaPss => Some("mbedTLS 2.28 reads no RSA-PSS keys"),
        Key::Ed25519 => Some("mbedTLS has no Ed25519"),
        Key::Rsa | Key::P256 | Key::P384 | Key::P521 => None,
    }
}

fn wolfssl() -> Ours {
    Ours {
        command: vec![of("wolfssl").into()],
        cannot: wolfssl_cannot,
        chooses_tls13_suite: true,
        has_encrypt_then_mac: true,
        picks: one_suite_in_every_way,
    }
}

fn wolfssl_cannot(trial: &Trial) -> Option<&'static str> {
    if trial.suite.name.starts_with("TLS_RSA_") {
        return Some("Debian builds wolfSSL without the RSA key exchange");
    }
    if trial.is_hybrid() {
        return Some("Debian builds wolfSSL without post-quantum groups");
    }
    let large = ["ffdhe4096", "ffdhe6144", "ffdhe8192"];
    if trial.group.is_some_and(|group| large.contains(&group.name)) {
        return Some("Debian builds wolfSSL without this group");
    }
    (trial.key == Key::RsaPss).then_some("wolfSSL 5.5 takes RSA-PSS keys for RSA keys")
}

fn of(library: &str) -> PathBuf {
    let own = format!("c/{library}.c");
    built(&format!("{library}-peer"), &["c/peer.h", "c/peer.c", &own])
}

macro_rules! tests {
    ($($library:ident $title:literal $said:expr; { $($test:ident $meet:ident $role:literal $version:ident;)* })*) => {$(
        mod $library {
            use super::*;

            $(
                #[test]
                fn $test() {
                    $meet(concat!($title, ", ", $role), &$said, &super::$library(), Version::$version);
                }
            )*
        }
    )*};
}

tests! {
    mbedtls "mbedTLS" package("mbedTLS", "libmbedtls-dev") + ", which has TLS 1.2 alone"; {
        server_tls12 server "server" Tls12;
        client_tls12 client "client" Tls12;
    }
    wolfssl "wolfSSL" package("wolfSSL", "libwolfssl-dev"); {
        server_tls12 server "server" Tls12;
        server_tls13 server "server" Tls13;
        client_tls12 client "client" Tls12;
        client_tls13 client "client" Tls13;
    }
}

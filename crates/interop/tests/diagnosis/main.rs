//! Every failure that limpid diagnoses, produced by a real peer or a scripted one: the true cause is named, the right side is
//! blamed, the rule and a remedy are stated, and the exit code is the documented one.
//!
//! What limpid said is kept in `docs/diagnosis.md`, which the run writes (`scripts/diagnosis`) and every other run compares.
//! A case that is listed and not in the page, or the other way round, fails.

mod case;
mod certificates;
mod clients;
mod healthy;
mod page;
mod parameters;
mod served;
mod transport;

use case::Case;

/// Each case is a function that makes it happen; its name is the test's and the page's.
macro_rules! cases {
    ($($title:literal: $module:ident :: $name:ident;)+) => {
        /// Every case, in the order of the page.
        const CASES: &[(&str, fn() -> Case)] = &[$(($title, $module::$name),)+];

        $(
            #[test]
            fn $name() {
                page::settle($title, &$module::$name());
            }
        )+
    };
}

cases! {
    "expired": certificates::expired;
    "not yet valid": certificates::not_yet_valid;
    "wrong host name": certificates::wrong_host_name;
    "IP address without SAN": certificates::address_without_san;
    "self-signed": certificates::self_signed;
    "unknown CA": certificates::unknown_ca;
    "missing intermediate": certificates::missing_intermediate;
    "wrong order of chain": certificates::wrong_order;
    "CA used as leaf": certificates::ca_as_leaf;
    "weak signature": certificates::weak_signature;
    "weak key": certificates::weak_key;
    "wrong key usage": certificates::wrong_key_usage;
    "wrong purpose": certificates::wrong_purpose;
    "revoked (staple)": certificates::revoked_staple;
    "name constraint": certificates::name_constraint;
    "clock skew suspected": certificates::clock_skew;
    "server only up to TLS 1.1": parameters::server_only_tls11;
    "server only up to TLS 1.0": parameters::server_only_tls10;
    "server only up to SSL 3.0": parameters::server_only_ssl3;
    "client only TLS 1.3 against TLS 1.2": parameters::client_only_tls13;
    "no common suite": parameters::no_common_suite;
    "no common group": parameters::no_common_group;
    "no common signature scheme": parameters::no_common_scheme;
    "no certificate for that SNI": parameters::no_certificate_for_name;
    "ALPN mismatch": parameters::alpn_mismatch;
    "client certificate required (TLS 1.2)": clients::required_12;
    "client certificate required (TLS 1.3)": clients::required_13;
    "client certificate refused (TLS 1.2)": clients::refused_12;
    "client certificate refused (TLS 1.3)": clients::refused_13;
    "client certificate not trusted (TLS 1.2)": clients::untrusted_12;
    "client certificate not trusted (TLS 1.3)": clients::untrusted_13;
    "client certificate of an authority that is not named": clients::unwanted;
    "port speaks HTTP": transport::port_speaks_http;
    "port speaks SSH": transport::port_speaks_ssh;
    "port speaks SMTP": transport::port_speaks_smtp;
    "TCP refused": transport::tcp_refused;
    "TCP reset": transport::tcp_reset;
    "TCP stalled mid-flight": transport::stalled;
    "truncated close": transport::truncated_close;
    "record corrupted in transit": transport::corrupted_record;
    "post-quantum hello dropped by a middlebox": transport::large_hello_dropped;
    "served: no common version": served::served_no_common_version;
    "served: no common suite": served::served_no_common_suite;
    "served: no common group": served::served_no_common_group;
    "served: no common signature scheme": served::served_no_common_scheme;
    "served: no certificate for that SNI": served::served_no_certificate_for_name;
    "served: ALPN mismatch": served::served_alpn_mismatch;
    "served: client certificate required": served::served_client_certificate_required;
    "served: client certificate not trusted": served::served_client_certificate_untrusted;
    "served: client does not trust the server": served::served_untrusted_by_client;
    "served: client speaks HTTP": served::served_client_speaks_http;
    "served: record corrupted in transit": served::served_corrupted_record;
}

#[test]
fn the_page_has_every_case_and_no_other() {
    let listed: Vec<_> = CASES.iter().map(|(title, _)| *title).collect();
    assert_eq!(
        page::titles(),
        listed,
        "scripts/diagnosis writes the page anew"
    );
}

//! nginx, over OpenSSL 3.0.

use std::path::PathBuf;

use limpid_interop::matrix::{Desk, ServerPeer, Setting, Trial, Version};
use limpid_interop::{Port, Process, nginx, program};

use crate::{first_line, server};

struct Nginx;

fn version() -> String {
    first_line("nginx", &["-v"])
}

#[test]
fn tls12() {
    server("nginx", &version(), &Nginx, Version::Tls12);
}

#[test]
fn tls13() {
    server("nginx", &version(), &Nginx, Version::Tls13);
}

impl ServerPeer for Nginx {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        if trial.is_hybrid() {
            return Some("OpenSSL 3.0, on which Debian's nginx stands, has no post-quantum groups");
        }
        None
    }

    fn serve(&self, desk: &Desk, port: &Port, setting: &Setting) -> Process {
        let finite = setting.group.and_then(|group| parameters(desk, group.name));
        let curves = match setting.group {
            Some(group) if finite.is_none() => group.openssl,
            _ => "X25519:prime256v1:secp384r1:secp521r1",
        };
        let parameters = finite
            .or_else(|| parameters(desk, "ffdhe2048"))
            .expect("a group of RFC 7919");
        let on = |yes| if yes { "on" } else { "off" };
        let mut options = format!(
            "ssl_protocols TLSv{};\nssl_ciphers ALL:@SECLEVEL=0;\nssl_ecdh_curve {curves};\nssl_dhparam {};\n\
             ssl_session_cache builtin:100;\nssl_session_tickets {};\n",
            setting.version.number(),
            parameters.display(),
            on(setting.tickets),
        );
        if !setting.encrypt_then_mac {
            options += "ssl_conf_command Options -EncryptThenMac;\n";
        }
        if setting.demands {
            let root = desk.place.root();
            options += &format!(
                "ssl_verify_client on;\nssl_verify_depth 3;\nssl_client_certificate {};\n",
                root.display()
            );
        }
        nginx::server_with(
            desk.new_path("nginx"),
            port,
            &[desk.of_server(setting.key)],
            &options,
        )
    }
}

/// A file with these parameters of Diffie and Hellman; `None` for other groups.
pub(crate) fn parameters(desk: &Desk, group: &str) -> Option<PathBuf> {
    let file = desk.new_path("parameters");
    let option = format!("group:{group}");
    let generate = [
        "genpkey",
        "-genparam",
        "-algorithm",
        "DH",
        "-pkeyopt",
        &option,
        "-out",
    ]
    .map(Into::into);
    let arguments = generate.into_iter().chain([file.clone().into_os_string()]);
    group.starts_with("ffdhe").then(|| {
        Process::start(&program("openssl"), arguments)
            .finish()
            .success();
        file
    })
}

//! NSS's `selfserv`, `tstclnt` and `strsclnt`, and the databases they keep certificates in.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::{Issued, Place, Port, Process, program, text};

/// The name of the own certificate in a database.
const NICKNAME: &str = "own";

/// A database in this directory with this certificate and its key, if one is given, that trusts every root of the
/// place for servers and for clients.
pub fn database(place: &Place, directory: &Path, own: Option<&Issued>) -> PathBuf {
    std::fs::create_dir(directory).expect("a new directory");
    let mut name = OsString::from("sql:");
    name.push(directory);
    run("certutil", &["-N", "--empty-password", "-d"], &name, &[]);
    let roots = std::fs::read_to_string(place.root()).expect("the roots");
    for (number, root) in roots
        .split_inclusive("-----END CERTIFICATE-----\n")
        .enumerate()
    {
        let file = directory.join(format!("root-{number}.pem"));
        std::fs::write(&file, root).expect("a file in a new directory");
        let nickname = format!("root {number}");
        let options = [
            "-A",
            "-t",
            "CT,C,C",
            "-n",
            &nickname,
            "-i",
            text(&file),
            "-d",
        ];
        run("certutil", &options, &name, &[]);
    }
    if let Some(own) = own {
        let bundle = directory.join("own.p12");
        let options = [
            "pkcs12",
            "-export",
            "-name",
            NICKNAME,
            "-passout",
            "pass:",
            "-inkey",
            text(&own.key),
        ];
        let files = ["-in", text(&own.chain), "-out", text(&bundle)];
        let export = options.iter().chain(&files);
        Process::start(&program("openssl"), export)
            .finish()
            .success();
        run(
            "pk12util",
            &["-i", text(&bundle), "-d"],
            &name,
            &["-W", "", "-K", ""],
        );
    }
    directory.to_owned()
}

/// Starts `selfserv`, which answers each request with a page, with the certificate of this database.
pub fn server(database: &Path, port: &Port, elliptic: bool, options: &[&str]) -> Process {
    let number = port.number().to_string();
    let own = if elliptic { "-e" } else { "-n" };
    let fixed = ["-p", &number, own, NICKNAME, "-w", "", "-d"];
    let arguments = with_database(&fixed, database, options);
    Process::serve(&program("selfserv"), arguments, port)
}

/// Starts `tstclnt` to `server` by the name of localhost; it sends what is in the file `request`.
pub fn client(database: &Path, server: SocketAddr, request: &Path, options: &[&str]) -> Process {
    let (address, port) = (server.ip().to_string(), server.port().to_string());
    let fixed = [
        "-4",
        "-h",
        &address,
        "-a",
        "localhost",
        "-p",
        &port,
        "-A",
        text(request),
        "-w",
        "",
        "-d",
    ];
    Process::start(
        &program("tstclnt"),
        with_database(&fixed, database, options),
    )
}

/// Starts `strsclnt` to `server` by the name of localhost: it connects twice, and continues the first session the second
/// time. (`tstclnt -L 2` would, too, but crashes.)
pub fn returning_client(database: &Path, server: SocketAddr, options: &[&str]) -> Process {
    let (address, port) = (server.ip().to_string(), server.port().to_string());
    let fixed = [
        "-4",
        "-q",
        "-a",
        "localhost",
        "-p",
        &port,
        "-w",
        "",
        "-c",
        "2",
        "-d",
    ];
    let options = [options, &[&address]].concat();
    Process::start(
        &program("strsclnt"),
        with_database(&fixed, database, &options),
    )
}

/// The signature schemes that NSS has, among them those for RSA-PSS keys, which it does not offer by itself.
pub const SCHEMES: [&str; 2] = [
    "-J",
    "rsa_pss_pss_sha256,rsa_pss_pss_sha384,rsa_pss_pss_sha512,rsa_pss_rsae_sha256,ecdsa_secp256r1_sha256",
];

/// The options for showing the certificate of the database.
pub const OWN: [&str; 2] = ["-n", NICKNAME];

fn with_database(fixed: &[&str], database: &Path, options: &[&str]) -> Vec<OsString> {
    let mut name = OsString::from("sql:");
    name.push(database);
    let fixed = fixed.iter().map(OsString::from);
    fixed
        .chain([name])
        .chain(options.iter().map(OsString::from))
        .collect()
}

fn run(tool: &str, options: &[&str], database: &OsString, more: &[&str]) {
    let arguments = options.iter().map(OsString::from).chain([database.clone()]);
    let arguments: Vec<OsString> = arguments.chain(more.iter().map(OsString::from)).collect();
    Process::start(&program(tool), arguments).finish().success();
}

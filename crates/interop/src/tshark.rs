//! tshark as a second pair of eyes: it decrypts a recording with a key log and says what it sees.

use std::ffi::OsString;
use std::path::Path;

use crate::{Place, Process, Recording, pcap, program};

/// The named fields of each packet that the display filter selects, as tshark dissects the recording with this key log.
///
/// Several values of one field in one packet are separated by commas.
///
/// # Panics
/// When tshark fails, with what it says.
pub fn dissect(
    place: &Place,
    recording: &Recording,
    key_log: &Path,
    filter: &str,
    fields: &[&str],
) -> Vec<Vec<String>> {
    let capture = place.path("capture.pcap");
    pcap::write(&capture, recording);
    let mut key_log_option = OsString::from("tls.keylog_file:");
    key_log_option.push(key_log);
    let mut arguments: Vec<OsString> =
        vec!["-r".into(), capture.into(), "-o".into(), key_log_option];
    arguments.extend(
        [
            "-o",
            "ip.check_checksum:TRUE",
            "-o",
            "tcp.check_checksum:TRUE",
        ]
        .map(OsString::from),
    );
    arguments.extend(["-Y", filter, "-T", "fields", "-E", "separator=/t"].map(OsString::from));
    arguments.extend(
        fields
            .iter()
            .flat_map(|field| ["-e", field])
            .map(OsString::from),
    );

    // A configuration directory of its own: a person's preferences are not part of the test.
    let configuration = place.path("wireshark");
    let environment = [("WIRESHARK_CONFIG_DIR", configuration.as_os_str())];
    let told = Process::start_with(&program("tshark"), arguments, environment)
        .finish()
        .success();
    told.out()
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

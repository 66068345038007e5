//! Real peers for limpid: what its tests need to meet OpenSSL, GnuTLS, nginx, curl and tshark on the loopback
//! interface.
//!
//! - [`Process`] runs a program that cannot outlive its test, [`Port`] leases it a TCP port;
//! - [`openssl`], [`gnutls`], [`nginx`], [`haproxy`] and [`curl`] start peers, [`limpid`] the program under test;
//! - [`browser`] drives Chromium as a person does, to see pages as people see them;
//! - [`Relay`] stands between the two sides, records what passes, and tampers with it when told to;
//! - [`Recording`] is what passed: [`pcap`] writes it for [`tshark`] to decrypt, [`eavesdrop`] reads what TLS shows to
//!   anyone who listens;
//! - [`matrix`] tries every combination with every peer, and keeps `docs/interop.md` true;
//! - [`hello`] makes ClientHellos, good and bad, for servers to be compared by;
//! - [`Place`] is a directory with certificates that goes away with the test.
//!
//! Nothing here reads or makes TLS with limpid's own codecs or keys: a judge does not ask the accused.
//!
//! This is test equipment: where a library would return an error, it panics with what a person needs to know, and a
//! peer program that is not installed is such an error. Every wait ends ([`PATIENCE`]).

pub mod browser;
pub mod curl;
pub mod eavesdrop;
pub mod gnutls;
pub mod haproxy;
pub mod hello;
pub mod limpid;
pub mod matrix;
pub mod nginx;
pub mod nss;
pub mod openssl;
pub mod pcap;
pub mod tshark;

mod output;
mod place;
mod port;
mod process;
mod recording;
mod relay;
mod suites;

pub use limpid_testkit::pki::{Flaw, KeyKind};
pub use place::{Issued, IssuedKey, Place, text};
pub use port::Port;
pub use process::{Finished, Process, program};
pub use recording::{Passed, Recording, Side};
pub use relay::{Fate, Relay};
pub use suites::{GROUPS, Group, SUITES, Suite};

/// The longest a test waits for any one thing: a peer to listen, a process to end, a line to appear.
///
/// A net and no measure: a test that waits this long fails, and one that passes never depends on it. All cores may be busy with
/// other tests, on a machine much slower than a person's.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(120);

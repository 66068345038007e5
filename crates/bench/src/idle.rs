//! What many idle connections take: the process's memory as the kernel counts it, with everything that an allocator wastes.
//!
//! Each stack is measured in a process of its own, since memory that was freed is not given back. Servers only: their clients are dropped after the handshake.

use std::fs;
use std::process::Command;

use crate::measure::established_server;
use crate::scenario::TLS13;
use crate::stack::{Chain, Identity, Setting, Stack};

/// Connections that are idle at once.
pub(crate) const MANY: usize = 20_000;

/// What `count` idle connections of a stack take, in bytes for each, measured in another process.
pub(crate) fn measure(stack: Stack, count: usize) -> u64 {
    let program = std::env::current_exe().expect("a program");
    let output = Command::new(program)
        .args(["--idle", &count.to_string(), "--only", stack.name()])
        .output()
        .expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().expect("a number")
}

/// The same in this process, which should have done nothing else.
pub(crate) fn measure_here(stack: Stack, identity: &Identity, count: usize) -> u64 {
    let setting = Setting {
        chain: Chain::Proven,
        ..TLS13
    };
    let mut ends = stack.ends(&setting, identity).expect("it can do that");
    // What is made once for all.
    drop(established_server(ends.as_mut()));
    let before = resident();
    let servers: Vec<_> = (0..count)
        .map(|_| established_server(ends.as_mut()))
        .collect();
    let taken = resident().saturating_sub(before);
    drop(servers);
    taken / u64::try_from(count).unwrap_or(1).max(1)
}

/// Bytes of this process in memory (proc(5): the second field of statm, in pages of 4 KiB).
fn resident() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split_whitespace().nth(1);
    4096 * pages.and_then(|pages| pages.parse().ok()).unwrap_or(0)
}

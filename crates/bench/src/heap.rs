//! What is allocated, counted: all of it, by Rust and by C.
//!
//! With glibc this program defines `malloc` and its relatives itself (`heap/interposed.rs`), before the C library does, and hands on to the C library's own.
//! So it sees the cipher contexts of AWS-LC and the whole of OpenSSL as well, which a Rust `GlobalAlloc` would not. Counting is by thread, and costs about a
//! nanosecond. With other C libraries nothing is counted.
//!
//! Bytes are what the C library reserves for a block (`malloc_usable_size`), not what was asked for.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod interposed;

use std::cell::Cell;

/// A reading of this thread's counters.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    /// Blocks that were allocated or moved to another size since the thread began.
    pub(crate) allocations: u64,
    /// Bytes that this thread allocated, less those that it freed.
    pub(crate) live: i64,
    /// The largest `live` since [`begin_peak`].
    pub(crate) peak: i64,
}

/// Does something while counting; outside of it nothing is counted, so that what is timed does not pay for it.
pub(crate) fn counted<T>(work: impl FnOnce() -> T) -> T {
    COUNTING.set(true);
    let done = work();
    COUNTING.set(false);
    done
}

/// What the counters say now.
pub(crate) fn read() -> Reading {
    Reading {
        allocations: ALLOCATIONS.get(),
        live: LIVE.get(),
        peak: PEAK.get(),
    }
}

/// The peak is sought from here on.
pub(crate) fn begin_peak() {
    PEAK.set(LIVE.get());
}

// Cells that need no destructor: counting must not allocate, or it would count itself without end.
thread_local! {
    static COUNTING: Cell<bool> = const { Cell::new(false) };
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static LIVE: Cell<i64> = const { Cell::new(0) };
    static PEAK: Cell<i64> = const { Cell::new(0) };
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::{counted, read};

    #[test]
    fn counts_what_rust_and_c_allocate() {
        counted(allocate);
        let before = read();
        drop(std::hint::black_box(vec![0; 1000]));
        assert_eq!(read().allocations, before.allocations, "counted unasked");
    }

    fn allocate() {
        let before = read();
        let vec: Vec<u8> = Vec::with_capacity(1000);
        let key = aws_lc_rs::aead::UnboundKey::new(&aws_lc_rs::aead::AES_128_GCM, &[0; 16]);
        let during = read();
        assert!(during.allocations >= before.allocations + 2);
        assert!(during.live >= before.live + 1500);
        drop((vec, key));
        assert_eq!(read().live, before.live);
    }
}

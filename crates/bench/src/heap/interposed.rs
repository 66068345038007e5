//! `malloc` and its relatives, counted.
//!
//! # Unsafe code
//! Each function has the contract of its namesake in C, which is also that of the function it calls; nothing is added to it.
#![expect(
    unsafe_code,
    reason = "defining malloc is declaring foreign functions; see above"
)]

use std::ffi::{c_int, c_void};

use super::{ALLOCATIONS, COUNTING, LIVE, PEAK};

fn allocated(block: *mut c_void) -> *mut c_void {
    if COUNTING.get() && !block.is_null() {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        let live = LIVE.get() + usable(block);
        LIVE.set(live);
        PEAK.set(PEAK.get().max(live));
    }
    block
}

fn freed(bytes: i64) {
    LIVE.set(LIVE.get() - bytes);
}

/// The bytes of a block, if anybody counts.
fn usable(block: *mut c_void) -> i64 {
    if !COUNTING.get() {
        return 0;
    }
    // SAFETY: callers pass null or a block that the C library handed out and that was not freed yet.
    let bytes = unsafe { libc::malloc_usable_size(block) };
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

// The names under which the C library's own functions stay reachable when a program defines theirs (glibc manual, "Replacing malloc").
unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_memalign(alignment: usize, size: usize) -> *mut c_void;
    fn __libc_free(block: *mut c_void);
}

#[unsafe(no_mangle)]
extern "C" fn malloc(size: usize) -> *mut c_void {
    // SAFETY: malloc may be called with any size.
    allocated(unsafe { __libc_malloc(size) })
}

#[unsafe(no_mangle)]
extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    // SAFETY: calloc may be called with any two sizes.
    allocated(unsafe { __libc_calloc(count, size) })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    let before = usable(block);
    // SAFETY: the caller's contract is that of realloc.
    let moved = unsafe { __libc_realloc(block, size) };
    if !moved.is_null() || size == 0 {
        freed(before);
    }
    allocated(moved)
}

#[unsafe(no_mangle)]
extern "C" fn memalign(alignment: usize, size: usize) -> *mut c_void {
    // SAFETY: memalign may be called with any alignment and size; it fails with the wrong ones.
    allocated(unsafe { __libc_memalign(alignment, size) })
}

#[unsafe(no_mangle)]
extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    memalign(alignment, size)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn posix_memalign(
    place: *mut *mut c_void,
    alignment: usize,
    size: usize,
) -> c_int {
    if !alignment.is_power_of_two() || !alignment.is_multiple_of(size_of::<*mut c_void>()) {
        return libc::EINVAL;
    }
    let block = memalign(alignment, size);
    if block.is_null() {
        return libc::ENOMEM;
    }
    // SAFETY: the caller's contract is that `place` may be written.
    unsafe { place.write(block) };
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn free(block: *mut c_void) {
    freed(usable(block));
    // SAFETY: the caller's contract is that of free.
    unsafe { __libc_free(block) };
}

//! Values that leave nothing behind.
//!
//! What a flow holds across its waits lies in its future: also secrets that were moved elsewhere since, because a move copies and nobody can wipe the place a value was
//! moved from. Where a value does not use all of its memory, bytes may lie that were on the stack when it was made. [`Wiped`] overwrites all of it, once the
//! value has been dropped.

use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A value whose memory is wiped when it is dropped. Put it where it is to stay, on the heap, before it learns a secret: moving it copies.
pub struct Wiped<T>(ManuallyDrop<T>);

impl<T> Wiped<T> {
    /// The same value.
    pub const fn new(value: T) -> Self {
        Self(ManuallyDrop::new(value))
    }
}

impl<T> Deref for Wiped<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Wiped<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<F: Future> Future for Wiped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the field is pinned with its struct: nothing moves it out of a pinned `Wiped`, which lends it mutably only to who has it unpinned, drops it in place below, and
        // is `Unpin` only if `F` is.
        let future = unsafe { self.map_unchecked_mut(|wiped| &mut *wiped.0) };
        future.poll(cx)
    }
}

impl<T> Drop for Wiped<T> {
    fn drop(&mut self) {
        // SAFETY: this is the one time it is dropped, in place, and it is not used afterwards.
        unsafe { ManuallyDrop::drop(&mut self.0) }
        // SAFETY: the memory is this struct's own and as long as its type, it holds nothing alive any more, and nobody reads it as a `T` again.
        unsafe { wipe((&raw mut self.0).cast(), size_of::<T>()) }
    }
}

/// Overwrites `length` bytes, also where a compiler would leave out writes to memory that is about to be freed.
///
/// # Safety
/// They must be valid for writing.
unsafe fn wipe(start: *mut std::ffi::c_void, length: usize) {
    // SAFETY: as the caller promises.
    #[cfg(not(miri))]
    unsafe {
        aws_lc_sys::OPENSSL_cleanse(start, length);
    }
    // SAFETY: as the caller promises. Miri calls no C, and leaves nothing out.
    #[cfg(miri)]
    unsafe {
        start.cast::<u8>().write_bytes(0, length);
    }
}

impl<T: fmt::Debug> fmt::Debug for Wiped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::mem::MaybeUninit;
    use std::rc::Rc;
    use std::task::Waker;

    use super::*;

    #[test]
    fn a_value_is_dropped_once_and_its_memory_wiped() {
        let witness = Rc::new(());
        let mut place = MaybeUninit::new(Wiped::new((*b"secret", Rc::clone(&witness))));
        // SAFETY: it is alive, and not dropped again: `MaybeUninit` drops nothing.
        let value = unsafe { place.assume_init_mut() };
        let (secret, held) = &mut **value;
        secret.reverse();
        assert_eq!((&*secret, Rc::strong_count(held)), (b"terces", 2));
        // SAFETY: as above.
        unsafe { place.assume_init_drop() };
        assert_eq!(Rc::strong_count(&witness), 1);
        let bytes = place.as_ptr().cast::<u8>();
        for index in 0..size_of_val(&place) {
            // SAFETY: inside of the memory that `place` is, every byte of which was written.
            assert_eq!(unsafe { bytes.wrapping_add(index).read() }, 0);
        }
    }

    /// A future that borrows from itself across a wait, as those of handshakes do.
    #[test]
    fn a_future_is_polled_where_it_lies_and_wiped_at_any_point() {
        async fn borrows(waits: bool) -> usize {
            let secret = [7_u8; 100];
            let part = &secret[..50];
            if waits {
                pending::<()>().await;
            }
            ready(()).await;
            part.len()
        }
        let mut cx = Context::from_waker(Waker::noop());
        let mut done: Pin<Box<dyn Future<Output = usize>>> = Box::pin(Wiped::new(borrows(false)));
        assert_eq!(done.as_mut().poll(&mut cx), Poll::Ready(50));
        let mut waiting = Box::pin(Wiped::new(borrows(true)));
        assert_eq!(waiting.as_mut().poll(&mut cx), Poll::Pending);
        drop((done, waiting));
    }

    #[test]
    fn nothing_is_wiped_where_there_is_nothing() {
        drop(Wiped::new(()));
    }
}

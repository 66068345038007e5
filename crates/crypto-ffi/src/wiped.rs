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
        let state = (&raw mut self.0).cast();
        // SAFETY: the memory is this struct's own and as long as its type, it holds nothing alive any more, and nobody reads it as a `T` again. (AWS-LC's function,
        // because a compiler leaves out writes to memory that is about to be freed.)
        unsafe { aws_lc_sys::OPENSSL_cleanse(state, size_of::<T>()) }
    }
}

impl<T: fmt::Debug> fmt::Debug for Wiped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

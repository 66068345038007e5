//! Driving a flow: it is polled, what it wrote is taken away, and it is fed record by record.
//!
//! The same for the handshake and for a flow after it. It knows records only by their length.

use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use limpid_protect::RECORD_HEADER;
use limpid_wire::record::{RecordError, parse_header};

use super::{Broken, Event, Step};
use crate::fault::Fault;
use crate::link::{SharedLink, lock};

/// A flow: a future that ends with `T`, or broken.
pub(crate) type Flow<T> = Pin<Box<dyn Future<Output = Result<T, Broken>> + Send>>;

/// How far a flow came with what there was.
pub(super) enum Turn<T> {
    /// It is complete, with this many bytes of the input.
    Done(T, usize),
    /// It ended with a fault.
    Broken(Broken),
    /// It goes on later; this is for the caller.
    Pause(Step),
}

/// Goes on with `flow` from `consumed` bytes into `input`. `data` says what application data is that stands in a record.
pub(super) fn drive<T>(
    (flow, link): (&mut Flow<T>, &SharedLink),
    cx: &mut Context<'_>,
    input: &mut [u8],
    mut consumed: usize,
    output: &mut Vec<u8>,
    data: fn(Range<usize>) -> Event,
) -> Turn<T> {
    let pause = |consumed, event| Turn::Pause(Step { consumed, event });
    loop {
        let polled = poll(flow, link, cx, output);
        match polled {
            Poll::Ready(Ok(done)) => return Turn::Done(done, consumed),
            Poll::Ready(Err(mut broken)) => {
                let strange = std::mem::take(&mut lock(link).strange);
                if !strange.is_empty() {
                    broken.awaiting.keep(&strange);
                }
                return Turn::Broken(broken);
            }
            Poll::Pending if !lock(link).hungry => return pause(consumed, Event::Outside),
            Poll::Pending => match feed(link, input.get_mut(consumed..).unwrap_or_default()) {
                (0, _) => return pause(consumed, Event::NeedBytes),
                (taken, None) => consumed += taken,
                (taken, Some(range)) => {
                    let range = consumed + range.start..consumed + range.end;
                    return pause(consumed + taken, data(range));
                }
            },
        }
    }
}

/// Runs the flow until it waits. What it sends is sealed straight into `output`, which is lent to the link meanwhile.
fn poll<T>(
    flow: &mut Flow<T>,
    link: &SharedLink,
    cx: &mut Context<'_>,
    output: &mut Vec<u8>,
) -> Poll<Result<T, Broken>> {
    // Nothing is in the outbox but what was put there while no flow ran.
    output.append(&mut lock(link).outbox);
    std::mem::swap(output, &mut lock(link).outbox);
    let polled = flow.as_mut().poll(cx);
    std::mem::swap(output, &mut lock(link).outbox);
    polled
}

/// Gives the first record of `input` to the link; returns its length, 0 if it is not there as a whole, and where
/// application data stands in it.
fn feed(link: &SharedLink, input: &mut [u8]) -> (usize, Option<Range<usize>>) {
    match whole_record(input) {
        Ok(Some(length)) => (
            length,
            lock(link).feed(input.get_mut(..length).unwrap_or_default()),
        ),
        Ok(None) => (0, None),
        Err(fault) => {
            lock(link).break_off(fault, input);
            (input.len().max(1), None)
        }
    }
}

/// Length of the first record of `input`, header included, in bytes, if it is there as a whole.
pub(crate) fn whole_record(input: &[u8]) -> Result<Option<usize>, Fault> {
    let header = parse_header(input).map_err(|error| match error {
        RecordError::OtherProtocol(other) => Fault::NotTls(other),
        error => Fault::BadRecordHeader(error),
    })?;
    let length = header.map(|header| RECORD_HEADER + usize::from(header.length));
    Ok(length.filter(|length| *length <= input.len()))
}

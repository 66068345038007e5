//! What a program prints, kept as it comes and searched while it runs.

use std::io::Read;
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use crate::PATIENCE;

/// What a program has printed so far, collected by one thread per stream.
#[derive(Debug)]
pub(crate) struct Output {
    shared: Arc<(Mutex<[Stream; 2]>, Condvar)>,
    collectors: Vec<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Stream {
    bytes: Vec<u8>,
    ended: bool,
}

impl Output {
    /// Starts to collect from a child whose output is piped.
    pub(crate) fn collect(child: &mut Child) -> Self {
        let shared = Arc::default();
        let stdout = child.stdout.take().expect("standard output is piped");
        let stderr = child.stderr.take().expect("standard error is piped");
        let collectors = vec![collector(&shared, 0, stdout), collector(&shared, 1, stderr)];
        Self { shared, collectors }
    }

    /// All that was printed so far, on both streams.
    pub(crate) fn so_far(&self) -> String {
        self.lock().iter().map(Stream::text).collect()
    }

    /// Waits until one stream has `text` so many times and gives that whole stream; `None` when both end without it, or patience does.
    pub(crate) fn wait_for(&self, text: &str, times: usize) -> Option<String> {
        let deadline = Instant::now() + PATIENCE;
        let mut streams = self.lock();
        loop {
            if let Some(stream) = streams.iter().find(|stream| stream.has(text, times)) {
                return Some(stream.text());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || streams.iter().all(|stream| stream.ended) {
                return None;
            }
            let waited = self.shared.1.wait_timeout(streams, left);
            streams = waited.expect("collectors do not panic").0;
        }
    }

    /// All that was printed, once the program has ended.
    pub(crate) fn take(&mut self) -> [Vec<u8>; 2] {
        for collector in self.collectors.drain(..) {
            collector.join().expect("collectors do not panic");
        }
        self.lock()
            .each_mut()
            .map(|stream| std::mem::take(&mut stream.bytes))
    }

    fn lock(&self) -> MutexGuard<'_, [Stream; 2]> {
        self.shared.0.lock().expect("collectors do not panic")
    }
}

fn collector(
    shared: &Arc<(Mutex<[Stream; 2]>, Condvar)>,
    index: usize,
    mut source: impl Read + Send + 'static,
) -> JoinHandle<()> {
    let shared = Arc::clone(shared);
    thread::spawn(move || {
        let mut piece = [0; 4096];
        loop {
            let count = source.read(&mut piece).unwrap_or(0);
            let mut streams = shared.0.lock().expect("collectors do not panic");
            streams[index].bytes.extend_from_slice(&piece[..count]);
            streams[index].ended = count == 0;
            shared.1.notify_all();
            if count == 0 {
                return;
            }
        }
    })
}

impl Stream {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn has(&self, text: &str, times: usize) -> bool {
        let windows = self.bytes.windows(text.len());
        windows
            .filter(|window| *window == text.as_bytes())
            .nth(times.saturating_sub(1))
            .is_some()
    }
}

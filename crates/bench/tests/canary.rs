//! No secret is left behind in memory that was freed.
//!
//! While a connection lives, an allocator keeps every block that Rust frees as it was, instead of giving it back. Then all of them are searched for every
//! secret of the connection: what the key schedules derived, and the private key of the certificate. The secrets are learnt beforehand, from a connection that was made
//! of the same seeds and told them; so nothing but the two ends themselves holds them when it counts. Where no seed makes the same bytes (RSA's and DHE's premasters), the
//! connection tells them while it counts, to somebody who keeps them until the search is over; what is told wipes itself.
//!
//! What C allocates is not seen here: AWS-LC wipes all that it frees. Nor are stacks.
//!
//! # Unsafe code
//! The allocator hands every request on to the system's, and what it was given back too, unless it keeps it; a block that is kept is never freed, so that it can be
//! read as long as the program runs.
#![expect(unsafe_code, reason = "an allocator is; see above")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use limpid::facts::{Fact, Interest, Observer, SecretName, Sensitive};
use limpid::{CertifiedKey, Endpoint};
use limpid_testkit::flow::Holder;
use limpid_testkit::pki::KeyKind;
use limpid_testkit::{Flow, Pair};

struct Keeping;

#[global_allocator]
static ALLOCATOR: Keeping = Keeping;

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
}

/// Blocks that were freed while the allocator was armed: where they lie, and how long they are.
static KEPT: Mutex<Vec<(usize, usize)>> = Mutex::new(Vec::new());

/// Most blocks that are kept.
const ROOM: usize = 1 << 17;

// SAFETY: every block comes from the system's allocator and goes back to it with the same layout, or nowhere.
unsafe impl GlobalAlloc for Keeping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if ARMED.get() {
            // What an earlier owner left in it is not what this test is about.
            // SAFETY: the caller's contract is that of the system's allocator.
            return unsafe { System.alloc_zeroed(layout) };
        }
        // SAFETY: the caller's contract is that of the system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if ARMED.get() {
            let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
            // A list that had to grow would free its old self, and come here again.
            assert!(kept.len() < kept.capacity(), "too little room");
            kept.push((block.expose_provenance(), layout.size()));
            return;
        }
        // SAFETY: the block is the system's, and was not freed before.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Whatever `work` frees is kept.
fn keeping<T>(work: impl FnOnce() -> T) -> T {
    {
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Vec::with_capacity(ROOM);
    }
    ARMED.set(true);
    let done = work();
    ARMED.set(false);
    done
}

/// In how many of the kept blocks this stands, and how long the first of them is.
fn find(secret: &[u8]) -> (usize, usize) {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut count, mut first) = (0, 0);
    for (block, length) in kept.iter() {
        let block: *const u8 = std::ptr::with_exposed_provenance(*block);
        // SAFETY: the block was allocated with this length and never given back. What nobody wrote is read as the system left it.
        let bytes = unsafe { std::slice::from_raw_parts(block, *length) };
        if bytes.windows(secret.len()).any(|window| window == secret) {
            count += 1;
            first = if first == 0 { *length } else { first };
        }
    }
    (count, first)
}

#[test]
fn a_secret_that_is_not_wiped_is_found() {
    let secret: Vec<u8> = (0..32_u8)
        .map(|byte| byte.wrapping_mul(37) ^ 0x5c)
        .collect();
    keeping(|| drop(secret.clone()));
    assert_eq!(find(&secret), (1, 32));
    keeping(|| drop(vec![0; 32]));
    assert_eq!(find(&secret), (0, 0));
}

/// A whole life: handshake, data both ways, the end.
fn live(mut pair: Pair) -> [u8; 16] {
    pair = pair.shaken();
    let mut exported = [0; 16];
    let end = &pair.client.endpoint;
    end.export(b"EXPERIMENTAL", None, &mut exported)
        .expect("a secret to export from");
    pair.client.send(b"ping");
    pair.server.send(b"pong");
    pair.run();
    pair.client.endpoint.close(&mut pair.client.output);
    pair.server.endpoint.close(&mut pair.server.output);
    pair.run();
    exported
}

/// What must not be found, by name.
type Secrets = BTreeMap<String, Vec<u8>>;

/// Lives, and keeps what is freed. The secrets are those of a connection before, made of the same seeds.
fn repeated(flow: &Flow) -> Secrets {
    let told = listeners();
    let [client, server] = told.clone();
    let exported = live(flow.prepare(1).observed(client, server));
    let secrets = secrets(flow, &told);
    let meeting = flow.prepare(1);
    let again = keeping(|| whole(flow, meeting.pair()));
    assert_eq!(
        exported, again,
        "{}: these are not the same secrets",
        flow.name
    );
    secrets
}

/// The same, of the connection itself.
fn overheard(flow: &Flow) -> Secrets {
    let told = listeners();
    let [client, server] = told.clone();
    let meeting = flow.prepare(1);
    keeping(|| whole(flow, meeting.observed(client, server)));
    let secrets = secrets(flow, &told);
    let premaster = secrets.get(&format!("{:?}", SecretName::PremasterSecret));
    assert!(premaster.is_some_and(|premaster| premaster.len() >= 48));
    secrets
}

/// Keeps every secret that it is told, and no more. A list of whole facts would not do: they lie in memory with what was on the stack before them.
struct Listener(Mutex<Vec<(SecretName, Sensitive)>>);

/// More secrets than a connection has: the list must not grow.
const SECRETS: usize = 1000;

/// One for each side.
fn listeners() -> [Arc<Listener>; 2] {
    [(), ()].map(|()| Arc::new(Listener(Mutex::new(Vec::with_capacity(SECRETS)))))
}

impl Observer for Listener {
    fn interest(&self) -> Interest {
        Interest {
            secrets: true,
            application_data: false,
        }
    }

    fn observe(&self, fact: Fact) {
        if let Fact::Derivation(derived) = fact {
            let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            assert!(list.len() < list.capacity(), "too little room");
            list.push((derived.name, derived.output));
        }
    }
}

fn secrets(flow: &Flow, told: &[Arc<Listener>; 2]) -> Secrets {
    let mut secrets = Secrets::new();
    let take = |listener: &Arc<Listener>| {
        let mut list = listener.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *list)
    };
    for (name, output) in told.iter().flat_map(take) {
        // Finished is sent; IVs are no secrets by themselves, and a few bytes stand anywhere.
        let public = matches!(
            name,
            SecretName::VerifyData(_) | SecretName::WriteIv(_) | SecretName::PskBinder
        );
        match output.bytes() {
            Some(bytes) if bytes.len() >= 16 && !public => {
                secrets.insert(format!("{name:?}"), bytes.to_vec());
            }
            _ => {}
        }
    }
    secrets.insert("private key".into(), private_part(flow));
    secrets
}

/// The bytes of the server's PKCS #8 key that were drawn at random.
fn private_part(flow: &Flow) -> Vec<u8> {
    let holder = Holder::server(flow.key);
    let der = holder.credentials.key.secret_der();
    match flow.key {
        // RFC 8410 §7: an OCTET STRING of 32 bytes in another one; RFC 5915 §3: an OCTET STRING of 32 bytes behind version 1.
        KeyKind::Ed25519 | KeyKind::P256 => {
            let place = der.windows(2).rposition(|bytes| bytes == [4, 32]);
            der[place.expect("a key of 32 bytes") + 2..][..32].to_vec()
        }
        // RFC 8017 appendix A.1.2: the coefficient comes last.
        _ => der[der.len() - 24..].to_vec(),
    }
}

/// Reads the private key and lives.
fn whole(flow: &Flow, pair: Pair) -> [u8; 16] {
    let credentials = &Holder::server(flow.key).credentials;
    let key = CertifiedKey::new(credentials.chain.clone(), &credentials.key);
    drop(key.expect("a good key"));
    live(pair)
}

#[test]
fn nothing_secret_is_left_in_memory_that_was_freed() {
    let mut left = Vec::new();
    let mut searched = 0;
    for flow in Flow::ALL {
        let secrets = if flow.repeatable {
            repeated(flow)
        } else {
            overheard(flow)
        };
        for (name, secret) in &secrets {
            searched += 1;
            if let (count @ 1.., length) = find(secret) {
                left.push(format!(
                    "{}: {name}: {count} times, first in {length} bytes",
                    flow.name
                ));
            }
        }
    }
    assert!(searched > 100, "{searched}");
    assert!(
        left.is_empty(),
        "{} of {searched}:\n{}",
        left.len(),
        left.join("\n")
    );
}

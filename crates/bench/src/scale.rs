//! Servers on one thread and on two, over real sockets: what a handshake costs them when many connections are open at once, and whether two threads get in each
//! other's way.
//!
//! Clients load a server with a fixed number of connections that are made, shaken and closed, so many at once. What counts is the CPU time of the server's threads
//! (of nginx: of its processes), the system's share included: clients run on the same processors, so that a clock on the wall would measure them as well. A server
//! that scales takes as much CPU time for a handshake on two threads as on one; one whose threads fight for locks or cache lines takes more.

use std::fs;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;

use crate::clock::thread_time;
use crate::report::ScalingRow;
use crate::scenario::TLS13;
use crate::stack::{Chain, End, EndMaker, Identity, Setting};
use crate::stacks;

/// How much load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Handshakes in all.
    pub(crate) handshakes: usize,
    /// Connections at once.
    pub(crate) at_once: usize,
    /// How often each server is measured; the median counts.
    pub(crate) rounds: usize,
}

/// Loads a server on so many threads; the CPU time that it took.
type Serving = Box<dyn Fn(usize) -> Duration>;

/// Measures every server there is.
pub(crate) fn measure(scenario: &'static str, load: Load, identity: &Identity) -> Vec<ScalingRow> {
    let setting = Setting {
        chain: Chain::Proven,
        ..TLS13
    };
    let client = stacks::limpid::client_maker(&setting, identity);
    let in_process = [
        ("limpid", stacks::limpid::server_maker(&setting, identity)),
        ("rustls", stacks::rustls::server_maker(&setting, identity)),
    ];
    let mut servers: Vec<(&'static str, Serving)> = Vec::new();
    for (name, server) in in_process {
        let client = Arc::clone(&client);
        servers.push((
            name,
            Box::new(move |threads| within(&server, &client, threads, load)),
        ));
    }
    if Nginx::is_there() {
        let credentials = (identity.server.chain_pem(), identity.server.key_pem());
        let client = Arc::clone(&client);
        let run = move |workers| beside(&credentials, &client, workers, load);
        servers.push(("nginx (OpenSSL)", Box::new(run)));
    }
    let handshakes = f64::from(u32::try_from(load.handshakes).unwrap_or(u32::MAX));
    servers
        .iter()
        .map(|(server, run)| {
            let rounds = (0..load.rounds).map(|_| {
                let [one, two] = [1, 2].map(|threads| handshakes / run(threads).as_secs_f64());
                (one, 2.0 * two)
            });
            let rounds: Vec<_> = rounds.collect();
            let median_of = |pick: fn(&(f64, f64)) -> f64| {
                crate::report::median(rounds.iter().map(pick).collect())
            };
            ScalingRow {
                scenario,
                server,
                one: median_of(|(one, _)| *one),
                two: median_of(|(_, two)| *two),
                scaling: median_of(|(one, two)| two / one),
            }
        })
        .collect()
}

/// CPU time of a server in this process, on so many threads.
fn within(server: &EndMaker, client: &EndMaker, threads: usize, load: Load) -> Duration {
    let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let address = listener.local_addr().expect("an address");
    let done = Arc::new(AtomicBool::new(false));
    thread::scope(|scope| {
        let serving: Vec<_> = (0..threads)
            .map(|_| {
                let listener = listener.try_clone().expect("a descriptor");
                let (server, done) = (Arc::clone(server), Arc::clone(&done));
                scope.spawn(move || {
                    let before = thread_time();
                    serve(listener, &server, &done);
                    thread_time().saturating_sub(before)
                })
            })
            .collect();
        load_with(client, address, load);
        done.store(true, Ordering::Relaxed);
        let times = serving.into_iter().map(|thread| thread.join());
        times.map(|time| time.expect("no panic")).sum()
    })
}

/// CPU time of nginx, with so many workers.
fn beside(pem: &(String, String), client: &EndMaker, workers: usize, load: Load) -> Duration {
    let nginx = Nginx::start(pem, workers);
    load_with(client, nginx.address, load);
    nginx.cpu_time()
}

fn on_this_thread(work: impl Future<Output = ()> + 'static) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    LocalSet::new().block_on(&runtime.expect("a runtime"), work);
}

fn serve(listener: StdListener, server: &EndMaker, done: &Arc<AtomicBool>) {
    let (server, done) = (Arc::clone(server), Arc::clone(done));
    on_this_thread(async move {
        let listener = TcpListener::from_std(listener).expect("a socket");
        while !done.load(Ordering::Relaxed) {
            let accepted = tokio::time::timeout(Duration::from_millis(50), listener.accept());
            if let Ok(Ok((stream, _))) = accepted.await {
                let end = server();
                tokio::task::spawn_local(async move {
                    // A client that goes away is its own affair: it counts what it completed.
                    let _ = shake_hands(stream, end).await;
                });
            }
        }
    });
}

/// Makes all connections, from two threads.
fn load_with(client: &EndMaker, server: SocketAddr, load: Load) {
    let left = Arc::new(AtomicUsize::new(load.handshakes));
    thread::scope(|scope| {
        for _ in 0..2 {
            let (client, left) = (Arc::clone(client), Arc::clone(&left));
            scope.spawn(move || {
                on_this_thread(async move {
                    let client = Rc::new(client);
                    let tasks = (0..load.at_once / 2).map(|_| {
                        let (client, left) = (Rc::clone(&client), Arc::clone(&left));
                        tokio::task::spawn_local(async move {
                            connect_all(&client, server, &left).await
                        })
                    });
                    for task in tasks.collect::<Vec<_>>() {
                        task.await.expect("no panic");
                    }
                });
            });
        }
    });
}

async fn connect_all(client: &EndMaker, server: SocketAddr, left: &AtomicUsize) {
    let take = |left: usize| left.checked_sub(1);
    while left
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
        .is_ok()
    {
        let stream = TcpStream::connect(server)
            .await
            .expect("the server listens");
        let shaken = shake_hands(stream, client()).await;
        let mut stream = shaken.expect("the handshake succeeds");
        // The server has everything when it closes, or sends something.
        stream.shutdown().await.ok();
        let _ = stream.read(&mut [0; 4096]).await;
    }
}

async fn shake_hands(mut stream: TcpStream, mut end: Box<dyn End>) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    let (mut arrived, mut to_send) = (Vec::with_capacity(4096), Vec::with_capacity(4096));
    loop {
        end.exchange(&mut arrived, &mut to_send);
        stream.write_all(&to_send).await?;
        to_send.clear();
        if end.is_established() {
            return Ok(stream);
        }
        if stream.read_buf(&mut arrived).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
}

/// How long nginx may take to listen, or to find that it cannot.
const STARTING: Duration = Duration::from_secs(60);

/// An nginx of our own: in the foreground, in a folder that goes away with it.
struct Nginx {
    master: Child,
    folder: std::path::PathBuf,
    address: SocketAddr,
}

impl Nginx {
    fn is_there() -> bool {
        Self::command()
            .arg("-v")
            .stderr(Stdio::null())
            .status()
            .is_ok()
    }

    fn command() -> Command {
        let mut command = Command::new("nginx");
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
        command
    }

    /// Starts it on a port that was free a moment ago, or on another one if somebody else has taken that since.
    fn start(certificate: &(String, String), workers: usize) -> Self {
        const TRIES: usize = 10;
        let mut tries = (0..TRIES).filter_map(|_| Self::try_start(certificate, workers));
        tries.next().expect("nginx listens")
    }

    fn try_start((chain, key): &(String, String), workers: usize) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("limpid-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let free = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        fs::write(folder.join("chain.pem"), chain).expect("a file");
        fs::write(folder.join("key.pem"), key).expect("a file");
        let configuration = format!(
            "daemon off; worker_processes {workers}; pid nginx.pid; error_log stderr crit;\n\
             events {{ worker_connections 2048; }}\n\
             http {{ access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n\
             uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n\
             server {{ listen {address} ssl reuseport backlog=1024; ssl_certificate chain.pem; ssl_certificate_key key.pem;\n\
             ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256; ssl_ecdh_curve X25519;\n\
             ssl_session_tickets off; ssl_session_cache off; return 204; }} }}\n"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration).expect("a file");
        let mut command = Self::command();
        command.arg("-p").arg(&folder).arg("-c").arg(&file);
        let master = command.spawn().expect("nginx starts");
        let mut nginx = Self {
            master,
            folder,
            address,
        };
        let begun = Instant::now();
        while begun.elapsed() < STARTING {
            thread::sleep(Duration::from_millis(20));
            if !matches!(nginx.master.try_wait(), Ok(None)) {
                return None;
            }
            if std::net::TcpStream::connect(address).is_ok() {
                return Some(nginx);
            }
        }
        None
    }

    /// CPU time of the workers so far: of all processes whose parent is the master.
    fn cpu_time(&self) -> Duration {
        let ticks = |process: &fs::DirEntry| -> Option<u64> {
            let stat = fs::read_to_string(process.path().join("stat")).ok()?;
            // The name, which may hold anything, ends with the last parenthesis (proc(5)): state, ppid, …, utime, stime.
            let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
            let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
            (number(1)? == u64::from(self.master.id())).then_some(number(11)? + number(12)?)
        };
        let processes = fs::read_dir("/proc").expect("a process table").flatten();
        let ticks: u64 = processes.filter_map(|process| ticks(&process)).sum();
        // A tick is a hundredth of a second on Linux, whatever the kernel counts in itself.
        Duration::from_millis(10 * ticks)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master ends its workers on SIGTERM; SIGKILL would leave them behind.
        let pid = rustix::process::Pid::from_child(&self.master);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).ok();
        self.master.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}

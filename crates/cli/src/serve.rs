//! `limpid serve`: listen, serve each connection in a task of its own, stop in peace.

pub(crate) mod connection;
mod directory;
mod echo;
pub(crate) mod http;
pub(crate) mod pages;
pub(crate) mod shared;
pub(crate) mod stop;
mod tls;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use limpid_tokio::TlsAcceptor;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::args::Serve;
use crate::failure::Failure;
use crate::keylog::KeyLogFile;
use crate::terminal::Terminal;
use connection::Service;
use stop::Stop;

/// Most connections at a time; further ones wait in the system's queue.
const CONNECTIONS: usize = 1024;

/// How long connections may take to end once the server stops.
const GRACE: Duration = Duration::from_secs(5);

pub(crate) async fn run(arguments: &Serve, terminal: Terminal) -> Result<(), Failure> {
    let stop = Stop::on_signals()?;
    let key_log = KeyLogFile::open(&arguments.key_logging)?;
    let site = http::Site::new(arguments)?;
    let identity = tls::identity(arguments)?;
    let config = tls::configure(arguments, identity.certificates, key_log.clone())?;
    let listener = listen(arguments).await?;
    if let Some(ca) = &identity.ca {
        terminal.say(&format!(
            "clients trust this server with the CA in {}",
            ca.path().display()
        ));
    }
    let address = listener
        .local_addr()
        .map_err(|error| cannot_listen(arguments, &error))?;
    terminal.say(&format!("listening on https://{address}"));

    let service = Arc::new(Service {
        acceptor: TlsAcceptor::new(Arc::new(config)),
        site,
        telling: arguments.telling.clone(),
        timeout: arguments.timeout,
        terminal,
        stop: stop.clone(),
        clients: AtomicUsize::new(0),
    });
    serve(&listener, &service, stop).await;
    if let Some(trouble) = key_log.and_then(|log| log.trouble()) {
        terminal.warn(&trouble);
    }
    Ok(())
}

/// Accepts until told to stop, then waits for the connections to end.
async fn serve(listener: &TcpListener, service: &Arc<Service>, mut stop: Stop) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let accepting = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (accept(listener).await, place)
        };
        let (tcp, place) = tokio::select! {
            accepted = accepting => accepted,
            () = stop.wait() => break,
        };
        let service = Arc::clone(service);
        connections.spawn(async move {
            service.attend(tcp).await;
            drop(place);
        });
        // What has ended is forgotten.
        while connections.try_join_next().is_some() {}
    }
    let _ = timeout(GRACE, async {
        while connections.join_next().await.is_some() {}
    })
    .await;
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((tcp, _)) => return tcp,
            // The client is gone already, or the process has too many files open: neither is for ever.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn listen(arguments: &Serve) -> Result<TcpListener, Failure> {
    let listening = TcpListener::bind(arguments.listen).await;
    listening.map_err(|error| cannot_listen(arguments, &error))
}

fn cannot_listen(arguments: &Serve, error: &std::io::Error) -> Failure {
    Failure::configuration(format!("cannot listen on {}: {error}", arguments.listen))
        .evidence("this end's configuration: --listen; nothing was sent")
        .hint("Choose another port (0 lets the system choose), or end what listens there; ports below 1024 need a privilege.")
}

//! Somebody in the middle: two connections where the client believes there is one.
//!
//! Towards the client it is a server, with a certificate that its own authority has just made for the name the client wants;
//! towards the server it is an honest client. What it hands on it has read.

use std::sync::Arc;

use limpid::{Client, ClientConfig, Server};
use limpid_tokio::TlsStream;
use rustls_pki_types::ServerName;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::attend::PATIENCE;
use super::{Laboratory, Lesson};
use crate::farewell::farewell;

/// Hands on between a visitor and the server of the TLS 1.3 lesson.
pub(super) async fn hand_on(
    lab: &Laboratory,
    mut visitor: TlsStream<Server, &mut TcpStream>,
    onward: &Arc<ClientConfig>,
) {
    let Some(address) = lab.stand(Lesson::Tls13).map(|stand| stand.address()) else {
        return;
    };
    let Ok(mut tcp) = TcpStream::connect(address).await else {
        return;
    };
    lab.note_proxied(&tcp);
    if let Some(mut server) = shake_hands(onward, &mut tcp).await {
        // Either end may leave; then there is nothing more to hand on.
        let _ = timeout(PATIENCE, copy_bidirectional(&mut visitor, &mut server)).await;
    }
    farewell(&mut tcp).await;
}

/// Checks that it is the right server: the proxy is careful, even if it makes others careless.
async fn shake_hands<'a>(
    onward: &Arc<ClientConfig>,
    tcp: &'a mut TcpStream,
) -> Option<TlsStream<Client, &'a mut TcpStream>> {
    let name = ServerName::try_from("localhost").ok()?;
    let client = Client::new(Arc::clone(onward), name);
    TlsStream::shake_hands(client, tcp).await.ok()
}

//! Sending back whatever comes.

use limpid::facts::Side;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::connection::Stream;
use super::stop::Stop;
use crate::failure::Failure;

/// Bytes moved at once.
const CHUNK: usize = 16 * 1024;

/// Echoes until the client closes, and closes then, too.
pub(super) async fn echo(stream: &mut Stream<'_>, mut stop: Stop) -> Result<(), Failure> {
    let early = stream.take_early_data();
    send(stream, &early)
        .await
        .map_err(|error| Failure::stream(Side::Server, &error))?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = tokio::select! {
            read = stream.read(&mut chunk) => read,
            () = stop.wait() => Ok(0),
        };
        let echoed = match read {
            Ok(0) => break,
            Ok(length) => send(stream, chunk.get(..length).unwrap_or_default()).await,
            Err(error) => Err(error),
        };
        echoed.map_err(|error| Failure::stream(Side::Server, &error))?;
    }
    // The client has closed; whether it still hears that this end does, too, is nothing to fail for.
    let _ = stream.shutdown().await;
    Ok(())
}

async fn send(stream: &mut Stream<'_>, bytes: &[u8]) -> std::io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

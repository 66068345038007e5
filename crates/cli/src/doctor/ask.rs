//! Asking: the sockets behind the questions. Each question is one or two connections with an end.

use std::sync::Arc;
use std::time::Duration;

use limpid::trust::AcceptAnybody;
use limpid::trust::certificate::Certificate;
use limpid::wire::record::OtherProtocol;
use limpid::{Client, ClientConfig, ClientSessions, Endpoint};
use limpid_tokio::TlsStream;
use rustls_pki_types::{ServerName, UnixTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::answer;
use super::exam::Ours;
use super::hello::Offer;
use super::question::{Answer, Clock, PATIENCE, Question};
use crate::connect::dial;

/// Where and as whom to ask.
pub(super) struct Patient<'a> {
    pub(super) at: (&'a str, u16),
    pub(super) name: ServerName<'static>,
    /// The configuration of the first connection.
    pub(super) config: ClientConfig,
    pub(super) ours: &'a Ours,
}

impl Patient<'_> {
    /// Asks one question.
    pub(super) async fn ask(&self, question: &Question) -> Answer {
        let until = Instant::now() + PATIENCE;
        match question {
            Question::Greeting => self.raw(b"", until).await,
            Question::PlainHttp => {
                let request = self.request();
                self.raw(request.as_bytes(), until).await
            }
            Question::Clock => self.clock(until).await,
            Question::Resumption => self.resumption(until).await,
            hello => match Offer::asking(hello, self.ours) {
                Some(offer) => self.raw(&offer.record(random()), until).await,
                None => Answer::Failed,
            },
        }
    }

    /// Sends bytes and reads what comes.
    async fn raw(&self, bytes: &[u8], until: Instant) -> Answer {
        let Ok(mut tcp) = dial(&self.at, PATIENCE).await else {
            return Answer::Unreachable;
        };
        let is_hello = bytes.first() == Some(&22);
        let asking = async {
            if tcp.write_all(bytes).await.is_err() {
                return Answer::Closed;
            }
            listen(&mut tcp, is_hello).await
        };
        timeout_at(until, asking).await.unwrap_or(Answer::Silent)
    }

    /// The Date of whoever answers behind TLS, and the dates of the certificate shown there.
    async fn clock(&self, until: Instant) -> Answer {
        let config =
            ClientConfig::with_verifier(Arc::new(AcceptAnybody)).policy(self.ours.policy.clone());
        let asking = async {
            let mut tcp = dial(&self.at, PATIENCE).await.ok()?;
            let client = Client::new(Arc::new(config), self.name.clone());
            let mut stream = TlsStream::new(client, &mut tcp);
            stream.handshake().await.ok()?;
            let certificate = dates(stream.endpoint());
            let heard = self.talk(&mut stream).await.ok()?;
            Some(Clock {
                theirs: date(&heard)?,
                ours: now(),
                certificate,
            })
        };
        let asked = timeout_at(until, asking).await.ok().flatten();
        asked.map_or(Answer::Failed, Answer::Clock)
    }

    /// Two connections with the same memory.
    async fn resumption(&self, until: Instant) -> Answer {
        let sessions = Arc::new(ClientSessions::default());
        let config = Arc::new(self.config.clone().sessions(sessions));
        let asking = async {
            self.once(&config).await?;
            self.once(&config).await
        };
        match timeout_at(until, asking).await {
            Ok(Some(resumed)) => Answer::Resumed(resumed),
            _ => Answer::Failed,
        }
    }

    /// One connection, to the end of its first answer, which tickets come before; whether it continued a session.
    async fn once(&self, config: &Arc<ClientConfig>) -> Option<bool> {
        let mut tcp = dial(&self.at, PATIENCE).await.ok()?;
        let client = Client::new(Arc::clone(config), self.name.clone());
        let mut stream = TlsStream::new(client, &mut tcp);
        stream.handshake().await.ok()?;
        let resumed = stream.endpoint().established()?.resumption.is_some();
        let _ = tokio::time::timeout(TALK, self.talk(&mut stream)).await;
        let _ = stream.shutdown().await;
        Some(resumed)
    }

    /// Asks for a page, and reads what comes until its head is whole, the server closes or is silent.
    pub(super) async fn talk(
        &self,
        stream: &mut TlsStream<Client, &mut TcpStream>,
    ) -> std::io::Result<Vec<u8>> {
        stream.write_all(self.request().as_bytes()).await?;
        stream.flush().await?;
        let mut heard = Vec::new();
        let mut chunk = vec![0; 4096];
        while heard.len() < answer::MOST && !heard.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut chunk).await? {
                0 => break,
                length => heard.extend_from_slice(chunk.get(..length).unwrap_or_default()),
            }
        }
        Ok(heard)
    }

    fn request(&self) -> String {
        let name = self.name.to_str();
        format!("GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n")
    }
}

/// How long an answer behind TLS may take.
pub(super) const TALK: Duration = Duration::from_secs(3);

async fn listen(tcp: &mut TcpStream, is_hello: bool) -> Answer {
    let mut heard = Vec::new();
    let mut chunk = vec![0; 16 * 1024];
    loop {
        let length = tcp.read(&mut chunk).await.unwrap_or(0);
        heard.extend_from_slice(chunk.get(..length).unwrap_or_default());
        if is_hello {
            if let Some(answer) = answer::read(&heard, length == 0) {
                return answer;
            }
        } else if length == 0 || heard.len() >= 64 || heard.contains(&b'\n') {
            return match OtherProtocol::recognise(&heard) {
                Some(_) => Answer::Bytes(heard),
                None if heard.is_empty() => Answer::Closed,
                None => Answer::Failed,
            };
        }
    }
}

/// The dates of the server's own certificate.
pub(super) fn dates(client: &Client) -> Option<(i64, i64)> {
    let certificate = Certificate::parse(client.peer()?.end_entity()?).ok()?;
    let period = certificate.period()?;
    let seconds = |time: UnixTime| i64::try_from(time.as_secs()).ok();
    Some((seconds(period.not_before)?, seconds(period.not_after)?))
}

/// The Date header of an answer (RFC 9110 §6.6.1), in seconds since 1970.
pub(super) fn date(answer: &[u8]) -> Option<i64> {
    let answer = String::from_utf8_lossy(answer);
    let mut headers = answer.lines().filter_map(|line| line.split_once(':'));
    let (_, date) = headers.find(|(name, _)| name.eq_ignore_ascii_case("date"))?;
    let parsed = time::PrimitiveDateTime::parse(
        date.trim(),
        time::macros::format_description!(
            "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
        ),
    );
    Some(parsed.ok()?.assume_utc().unix_timestamp())
}

/// This machine's time, in seconds since 1970.
pub(super) fn now() -> i64 {
    i64::try_from(UnixTime::now().as_secs()).unwrap_or(i64::MAX)
}

/// Bytes that differ from question to question. Nothing secret hangs on them: no such handshake is ever completed.
fn random() -> [u8; 32] {
    use std::hash::{BuildHasher, RandomState};
    let mut random = [0; 32];
    for (number, part) in random.chunks_mut(8).enumerate() {
        let hash = RandomState::new().hash_one(number).to_be_bytes();
        part.copy_from_slice(hash.get(..part.len()).unwrap_or_default());
    }
    random
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_http() {
        let answer = b"HTTP/1.1 200 OK\r\nServer: x\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";
        assert_eq!(date(answer), Some(784_111_777));
        assert_eq!(date(b"HTTP/1.1 200 OK\r\n\r\n"), None);
        assert_eq!(date(b"Date: yesterday\r\n"), None);
    }
}

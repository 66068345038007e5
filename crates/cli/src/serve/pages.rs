//! The pages that serve makes itself.

use hyper::body::Bytes;
use hyper::header::{self, HeaderMap};
use hyper::{Response, StatusCode};
use limpid::facts::{Established, Resumption};
use limpid::trust::PeerIdentity;
use limpid::trust::certificate::{Certificate, Key};

use super::http::{Body, page};
use crate::terminal::printable;

/// What was agreed with a client, as rows of a table.
pub(super) struct Parameters {
    rows: Vec<(&'static str, String)>,
}

impl Parameters {
    pub(super) fn new(
        peer: &str,
        established: &Established,
        client: Option<&PeerIdentity>,
        early_data: Option<bool>,
    ) -> Self {
        let none = || "none".to_owned();
        let group = established
            .group
            .map_or_else(none, |group| group.to_string());
        let alpn = established.alpn.as_ref();
        let alpn = alpn.map_or_else(none, |alpn| printable(&String::from_utf8_lossy(alpn)));
        let name = established
            .server_name
            .as_deref()
            .map_or_else(none, printable);
        let resumption = match established.resumption {
            None => "no, a full handshake",
            Some(Resumption::SessionId) => "yes, by session ID",
            Some(Resumption::Ticket) => "yes, by ticket",
            Some(Resumption::ResumptionPsk) => "yes, by a pre-shared key from an earlier handshake",
            Some(Resumption::ExternalPsk) => "no, a pre-shared key agreed elsewhere",
        };
        let client = client.map_or_else(none, |client| printable(&name_of(client)));
        let early_data = match early_data {
            None => "none",
            Some(true) => "accepted; it could have been replayed",
            Some(false) => "refused",
        };
        let rows = vec![
            ("version", established.version.to_string()),
            ("cipher suite", established.suite.to_string()),
            ("group", group),
            ("server name", name),
            ("application protocol", alpn),
            ("resumed", resumption.to_owned()),
            ("early data", early_data.to_owned()),
            ("client certificate", client),
            ("client address", peer.to_owned()),
        ];
        Self { rows }
    }
}

/// Whom a certificate names, or what the raw public key is.
fn name_of(client: &PeerIdentity) -> String {
    let Some(certificate) = client.end_entity() else {
        return format!("raw public key, {}", Key::from_spki(client.spki()));
    };
    let certificate = Certificate::parse(certificate);
    certificate.map_or_else(
        |_| "unreadable".to_owned(),
        |certificate| certificate.display_name(),
    )
}

/// The page that shows the connection: HTML for those who ask for it, plain text for others.
pub(super) fn status(parameters: &Parameters, request: &HeaderMap) -> Response<Body> {
    let accepted = request
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    if accepted.is_some_and(|accept| accept.contains("text/html")) {
        page(StatusCode::OK, "text/html; charset=utf-8", html(parameters))
    } else {
        page(
            StatusCode::OK,
            "text/plain; charset=utf-8",
            text(parameters),
        )
    }
}

fn text(parameters: &Parameters) -> String {
    let rows = parameters.rows.iter();
    let rows: String = rows
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    format!("This page came over TLS, served by limpid.\n\n{rows}")
}

fn html(parameters: &Parameters) -> String {
    let rows = parameters.rows.iter();
    let rows: String = rows
        .map(|(name, value)| format!("<tr><th>{}<td>{}\n", escape(name), escape(value)))
        .collect();
    document(
        "This page came over TLS",
        &format!("<p>limpid serves it. What the two ends agreed on:\n<table>\n{rows}</table>"),
    )
}

/// A whole document around `body`.
pub(super) fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n\
         <meta name=viewport content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n<h1>{title}</h1>\n{body}\n",
        title = escape(title)
    )
}

const STYLE: &str = ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;\
padding:0 1rem}th{text-align:left;font-weight:normal;opacity:.7;padding-right:1.5rem}td{font-family:ui-monospace,monospace}";

/// `text` where HTML has text or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// `size` bytes that are easily told apart from garbage.
pub(super) fn filler(size: usize) -> Bytes {
    const LINE: &[u8] = b"limpid: perfectly clear; easily seen through.\n";
    let mut filler = LINE.repeat(size.div_ceil(LINE.len()));
    filler.truncate(size);
    filler.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_says_is_text_in_html() {
        assert_eq!(escape("<script>\"&"), "&lt;script&gt;&quot;&amp;");
        let rows = vec![("server name", "<script>".to_owned())];
        assert!(html(&Parameters { rows }).contains("<td>&lt;script&gt;"));
    }

    #[test]
    fn filler_has_the_size_asked_for() {
        for size in [0, 1, 46, 47, 100_000] {
            assert_eq!(filler(size).len(), size);
        }
    }
}

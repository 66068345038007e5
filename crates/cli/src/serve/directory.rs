//! The files below a directory.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http_body_util::BodyExt;
use hyper::body::{self, Bytes, Frame, SizeHint};
use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use tokio::fs::File;
use tokio::io::{AsyncRead, ReadBuf};

use super::http::{Body, page, plain};
use super::pages::{document, escape};
use crate::failure::Failure;

/// Bytes of a file read at once.
const CHUNK: usize = 64 * 1024;

/// What a link's path must not have as it is.
const IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?');

/// The directory, with all links of its own path resolved.
pub(super) fn open(root: &Path) -> Result<PathBuf, Failure> {
    match fs::canonicalize(root) {
        Ok(root) if root.is_dir() => Ok(root),
        Ok(_) => Err(Failure::file(root, "not a directory").hint("Give a directory with --root.")),
        Err(error) => Err(Failure::file(root, error).hint("Check the path and who may read it.")),
    }
}

/// What stands at `path` of a URL.
pub(super) async fn answer(root: &Path, path: &str) -> Response<Body> {
    match find(root, path).await {
        Ok(response) => response,
        Err(error) => plain(match error.kind() {
            ErrorKind::PermissionDenied => StatusCode::FORBIDDEN,
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput => {
                StatusCode::NOT_FOUND
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }),
    }
}

async fn find(root: &Path, path: &str) -> io::Result<Response<Body>> {
    let wanted = root.join(below(path).ok_or(ErrorKind::NotFound)?);
    let found = tokio::fs::canonicalize(&wanted).await?;
    // A link may not lead out of the directory.
    if !found.starts_with(root) {
        return Err(ErrorKind::NotFound.into());
    }
    if !tokio::fs::metadata(&found).await?.is_dir() {
        return file(&found).await;
    }
    if !path.ends_with('/') {
        return Ok(moved(path));
    }
    match file(&found.join("index.html")).await {
        Err(error) if error.kind() == ErrorKind::NotFound => list(&found, path).await,
        other => other,
    }
}

/// The path below the directory, if it stays there.
fn below(path: &str) -> Option<PathBuf> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let parts = decoded
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".");
    let stray = |part: &str| part == ".." || part.contains(['\\', '\0', ':']);
    parts.map(|part| (!stray(part)).then_some(part)).collect()
}

async fn file(path: &Path) -> io::Result<Response<Body>> {
    let file = File::open(path).await?;
    let left = file.metadata().await?.len();
    let mut response = Response::new(FileBody { file, left }.boxed_unsync());
    let content_type = HeaderValue::from_static(content_type(path));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    Ok(response)
}

/// The same URL with a slash behind it, so that the page's own links lead below it.
fn moved(path: &str) -> Response<Body> {
    let mut response = plain(StatusCode::MOVED_PERMANENTLY);
    // Two slashes at the front would be another host's.
    if let Ok(location) = HeaderValue::from_str(&format!("/{}/", path.trim_matches('/'))) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

async fn list(directory: &Path, path: &str) -> io::Result<Response<Body>> {
    let mut names = Vec::new();
    let mut entries = tokio::fs::read_dir(directory).await?;
    while let Some(entry) = entries.next_entry().await? {
        let slash = if entry.path().is_dir() { "/" } else { "" };
        names.push(format!("{}{slash}", entry.file_name().to_string_lossy()));
    }
    names.sort();
    let link = |name: &String| {
        let href = utf8_percent_encode(name, IN_PATH).to_string();
        format!("<li><a href=\"./{}\">{}</a>\n", escape(&href), escape(name))
    };
    let links: String = names.iter().map(link).collect();
    let title = percent_decode_str(path).decode_utf8_lossy();
    Ok(page(
        StatusCode::OK,
        "text/html; charset=utf-8",
        document(&title, &format!("<ul>\n{links}</ul>")),
    ))
}

fn content_type(path: &Path) -> &'static str {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "txt" | "md" | "pem" | "rs" | "toml" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "ico" => "image/vnd.microsoft.icon",
        "pdf" => "application/pdf",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

/// A file, read piece by piece.
struct FileBody {
    file: File,
    /// Bytes that were promised and not read yet.
    left: u64,
}

impl body::Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        if this.left == 0 {
            return Poll::Ready(None);
        }
        let length = usize::try_from(this.left).unwrap_or(CHUNK).min(CHUNK);
        let mut chunk = vec![0; length];
        let mut reading = ReadBuf::new(&mut chunk);
        ready!(Pin::new(&mut this.file).poll_read(cx, &mut reading))?;
        let read = reading.filled().len();
        if read == 0 {
            // The file has become shorter since its length was promised.
            return Poll::Ready(Some(Err(ErrorKind::UnexpectedEof.into())));
        }
        chunk.truncate(read);
        this.left -= u64::try_from(read).unwrap_or(this.left);
        Poll::Ready(Some(Ok(Frame::data(chunk.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_directory() {
        for (path, found) in [
            ("/", ""),
            ("/a/b.txt", "a/b.txt"),
            ("//a///b.txt", "a/b.txt"),
            ("/./a/./b.txt", "a/b.txt"),
            ("/a%20b%2Fc", "a b/c"),
            ("/%E4%BD%A0", "你"),
        ] {
            assert_eq!(below(path).as_deref(), Some(Path::new(found)), "{path}");
        }
        for path in [
            "/..",
            "/a/../../b",
            "/%2e%2e/etc/passwd",
            "/a\\..\\b",
            "/a%00b",
            "/C:/b",
            "/%FF",
        ] {
            assert_eq!(below(path), None, "{path}");
        }
    }

    #[test]
    fn a_moved_path_stays_on_this_host() {
        let location = |path: &str| {
            moved(path).headers()[header::LOCATION]
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(location("/a"), "/a/");
        assert_eq!(location("//elsewhere.example"), "/elsewhere.example/");
    }
}

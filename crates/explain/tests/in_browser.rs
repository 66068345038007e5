//! The page in a real browser: no error in its console, nothing loaded, pointing and keys work, by day and by night, on a desk
//! and on a phone.

mod live;

use std::time::Duration;

use limpid_explain::render::html;
use limpid_explain::{Language, Story};
use limpid_facts::Fact;
use limpid_interop::browser::Browser;
use live::Scene;
use tempfile::TempDir;

/// The first entry that is a message: the ClientHello.
const HELLO: &str = "document.querySelector('details.message')";

/// A page in a file, open in a browser. No network is needed to read it, and none is there.
struct Reader {
    browser: Browser,
    address: String,
    _place: TempDir,
}

impl Reader {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test that gives a browser a file"
    )]
    fn of(page: &str) -> Self {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("story.html");
        std::fs::write(&file, page).expect("a file in it");
        Self {
            browser: Browser::start(&[]),
            address: format!("file://{}", file.display()),
            _place: place,
        }
    }

    fn open(&mut self, width: u32, dark: bool) {
        self.browser.look(width, 900, dark);
        self.browser.open(&self.address).expect("a page");
    }

    /// Checks that an expression is true in the page, or soon becomes so.
    fn sees(&mut self, what: &str, expression: &str) {
        assert!(self.browser.becomes(expression), "{what}: {expression}");
    }
}

#[test]
fn a_reader_with_mouse_and_keyboard() {
    let facts = Scene::default().play(|_, _| {}).client;
    let page = html::render(&Story::tell(&facts, Language::English));
    assert!(page.len() < 1 << 20, "the page has {} bytes", page.len());
    let mut reader = Reader::of(&page);
    for (width, dark) in [(1280, false), (420, true)] {
        reader.open(width, dark);
        let paper = if dark {
            "rgb(20, 23, 26)"
        } else {
            "rgb(255, 255, 255)"
        };
        reader.sees(
            "paper",
            &format!("getComputedStyle(document.body).backgroundColor === '{paper}'"),
        );
        reader.sees("closed at first", &format!("!{HELLO}.open"));
        reads_with_the_mouse(&mut reader);
        reads_with_keys(&mut reader);
        opens_and_prints(&mut reader);
        reader.sees(
            "no wider than the window",
            "document.documentElement.scrollWidth <= innerWidth",
        );
        let complaints = reader.browser.complaints();
        assert!(complaints.is_empty(), "{complaints:?}");
        assert_eq!(reader.browser.requests(), [reader.address.as_str()]);
    }
}

fn reads_with_the_mouse(reader: &mut Reader) {
    reader
        .browser
        .click("document.querySelector('.ladder a .name')");
    reader.sees("an arrow opens its message", &format!("{HELLO}.open"));
    // The random begins behind the header and the version.
    reader
        .browser
        .point(&format!("{HELLO}.querySelector('.hex b[data-a=\"6\"]')"));
    let lit = format!("{HELLO}.querySelector('.f.lit')");
    reader.sees(
        "a byte lights its field",
        &format!("{lit}.textContent.includes('random')"),
    );
    reader.sees(
        "a byte tells its field",
        "(t => !t.hidden && t.textContent.includes('32'))(document.getElementById('tip'))",
    );
    let bytes = format!(
        "Array.from({HELLO}.querySelectorAll('.hex b.lit')).map(b => b.textContent.trim().split(' ').length).reduce((a, b) => a + b, 0)"
    );
    reader.sees("all bytes of the field are lit", &format!("{bytes} === 32"));
    let names = format!("Array.from({HELLO}.querySelectorAll('.f'))");
    reader.browser.point(&format!(
        "{names}.find(f => f.textContent.includes('legacy_session_id'))"
    ));
    reader.sees(
        "a field lights its bytes",
        &format!("{HELLO}.querySelectorAll('.hex b.lit').length > 0"),
    );
}

fn reads_with_keys(reader: &mut Reader) {
    reader
        .browser
        .evaluate(&format!("{HELLO}.querySelector('.f').focus()"));
    reader.sees(
        "focus lights bytes",
        &format!("{HELLO}.querySelector('.hex b').classList.contains('lit')"),
    );
    reader.browser.press("ArrowDown");
    let second = format!("{HELLO}.querySelectorAll('.f')[1]");
    reader.sees(
        "the arrow key goes on",
        &format!("document.activeElement === {second}"),
    );
    reader.browser.press("Escape");
    reader.sees(
        "escape puts the light out",
        "!document.querySelector('.lit') && document.getElementById('tip').hidden",
    );
    reader.browser.evaluate("document.activeElement.blur()");
    reader.browser.press("j");
    reader.sees(
        "j goes to the first entry",
        "document.activeElement === document.querySelector('summary')",
    );
    reader.browser.press("j");
    reader.browser.press("k");
    reader.sees(
        "k goes back",
        "document.activeElement === document.querySelector('summary')",
    );
}

fn opens_and_prints(reader: &mut Reader) {
    let all = |open: &str| {
        format!(
            "Array.from(document.querySelectorAll('details.entry')).every(d => d.open === {open})"
        )
    };
    reader
        .browser
        .click("document.querySelector('[data-do=open]')");
    reader.sees("all can be opened", &all("true"));
    reader
        .browser
        .click("document.querySelector('[data-do=close]')");
    reader.sees("all can be closed", &all("false"));
    reader
        .browser
        .evaluate("dispatchEvent(new Event('beforeprint'))");
    reader.sees(
        "on paper all is open",
        "Array.from(document.querySelectorAll('details')).every(d => d.open)",
    );
    reader.sees(
        "nothing is cut off",
        "document.documentElement.scrollWidth <= innerWidth",
    );
    reader
        .browser
        .evaluate("dispatchEvent(new Event('afterprint'))");
    reader.sees("afterwards closed again", &all("false"));
}

#[test]
fn what_a_peer_sends_never_runs() {
    let hostile = "\"><script>document.body.dataset.owned=1</script><img src=x onerror=\"document.body.dataset.owned=1\">";
    let mut facts = Scene::default().play(|_, _| {}).client;
    for (_, fact) in &mut facts {
        match fact {
            Fact::Started(started) => started.server_name = Some(hostile.to_owned()),
            Fact::Established(established) => {
                established.server_name = Some(hostile.to_owned());
                established.alpn = Some(hostile.as_bytes().into());
            }
            _ => {}
        }
    }
    facts
        .iter_mut()
        .for_each(|(at, _)| *at = Some(Duration::from_millis(1)));
    let mut reader = Reader::of(&html::render(&Story::tell(&facts, Language::English)));
    reader.open(1280, false);
    let text = reader.browser.text();
    assert!(
        text.contains("<script>"),
        "the hostile name is not shown at all"
    );
    reader.sees(
        "no mark-up",
        "!document.body.dataset.owned && !document.querySelector('img')",
    );
    assert_eq!(reader.browser.requests().len(), 1);
}

//! The page in a real browser: no error in its console, nothing loaded, pointing and keys work.
//!
//! Needs Chromium (`apt-get install chromium`), so it runs only when asked:
//! `cargo test -p limpid-explain --test in_browser -- --ignored`.

mod live;

use std::process::Command;
use std::time::Duration;

use limpid_explain::render::html;
use limpid_explain::{Language, Story};
use limpid_facts::Fact;
use live::Scene;

/// What a reader does, done by a script; it writes one line for each thing that went as it should.
const READER: &str = r#"
const out = [];
const check = (what, good) => out.push((good ? "ok " : "FAILED ") + what);
addEventListener("load", () => {
  const hello = document.querySelector("details.message");
  check("entries are closed at first", !hello.open);
  document.querySelector('.ladder a').click();
  setTimeout(() => {
    check("an arrow of the ladder opens its message", hello.open);
    const box = hello.querySelector(".dissection");
    const bytes = box.querySelectorAll(".hex b");
    const random = Array.from(bytes).find((b) => +b.dataset.a === 6);
    random.dispatchEvent(new MouseEvent("mouseover", { bubbles: true, clientX: 40, clientY: 40 }));
    const lit = box.querySelector(".f.lit");
    check("pointing at a byte lights its field", lit && lit.textContent.includes("random"));
    const tip = document.getElementById("tip");
    check("pointing at a byte tells its field", !tip.hidden && tip.textContent.includes("32"));
    const covered = Array.from(bytes).filter((b) => b.classList.contains("lit"));
    const digits = covered.map((b) => b.textContent.trim().split(" ").length).reduce((a, b) => a + b, 0);
    check("all bytes of the field are lit", digits === 32);
    const fields = box.querySelectorAll(".f");
    fields[0].focus();
    check("focus on a field lights its bytes", bytes[0].classList.contains("lit"));
    fields[0].dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    check("the arrow key goes to the next field", document.activeElement === fields[1]);
    document.activeElement.blur();
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
    check("j goes to the first entry", document.activeElement.tagName === "SUMMARY");
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    check("escape puts the light out", !document.querySelector(".lit") && tip.hidden);
    document.querySelector('[data-do=open]').click();
    const all = Array.from(document.querySelectorAll("details.entry"));
    check("everything can be opened", all.every((d) => d.open));
    document.querySelector('[data-do=close]').click();
    check("everything can be closed", all.every((d) => !d.open));
    dispatchEvent(new Event("beforeprint"));
    check("on paper everything is open", Array.from(document.querySelectorAll("details")).every((d) => d.open));
    check("nothing is wider than the window", document.documentElement.scrollWidth <= innerWidth);
    check("nothing was loaded", performance.getEntriesByType("resource").length === 0);
    const pre = document.createElement("pre");
    pre.id = "results";
    pre.textContent = out.join("\n");
    document.body.replaceChildren(pre);
  }, 300);
});
"#;

/// The page of a TLS 1.3 handshake, with the reader's script let in.
fn page_with_reader() -> String {
    let facts = Scene::default().play(|_, _| {}).client;
    let page = html::render(&Story::tell(&facts, Language::English));
    assert!(page.len() < 1 << 20, "the page has {} bytes", page.len());
    let page = page.replacen("script-src ", "script-src 'nonce-reader' ", 1);
    page.replacen(
        "</body>",
        &format!("<script nonce=\"reader\">{READER}</script></body>"),
        1,
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test that starts a browser and gives it a file"
)]
fn read(page: &str, window: &str, name: &str) -> (String, String) {
    let file = std::env::temp_dir().join(format!("limpid-{}-{name}.html", std::process::id()));
    std::fs::write(&file, page).expect("a file in the directory for temporary files");
    let answer = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--enable-logging=stderr",
            "--virtual-time-budget=5000",
        ])
        .args([&format!("--window-size={window}"), "--dump-dom"])
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("chromium");
    let _ = std::fs::remove_file(&file);
    (
        String::from_utf8_lossy(&answer.stdout).into_owned(),
        String::from_utf8_lossy(&answer.stderr).into_owned(),
    )
}

#[test]
#[ignore = "needs Chromium"]
fn a_reader_with_mouse_and_keyboard() {
    let page = page_with_reader();
    for (window, name) in [("1280,900", "desk"), ("500,900", "phone")] {
        let (document, log) = read(&page, window, name);
        let console: Vec<&str> = log
            .lines()
            .filter(|line| line.contains("CONSOLE"))
            .collect();
        assert!(console.is_empty(), "{console:?}");
        let results = document
            .split("<pre id=\"results\">")
            .nth(1)
            .and_then(|rest| rest.split("</pre>").next());
        let results = results.unwrap_or_else(|| panic!("no results in {name}: {log}"));
        assert!(
            !results.contains("FAILED") && results.lines().count() == 14,
            "{name}:\n{results}"
        );
    }
}

#[test]
#[ignore = "needs Chromium"]
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
    let (document, _) = read(
        &html::render(&Story::tell(&facts, Language::English)),
        "1280,900",
        "hostile",
    );
    assert!(
        document.contains("&lt;script&gt;"),
        "the hostile name is not shown at all"
    );
    assert!(
        !document.contains("data-owned") && !document.contains("<img"),
        "the hostile name became mark-up"
    );
}

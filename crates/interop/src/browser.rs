//! Chromium, driven as a person drives it: over its DevTools protocol, with a mouse and keys.
//!
//! The protocol runs over two pipes, messages of JSON that end with a zero byte: no port is opened, nothing is downloaded, and
//! nothing is let into the pages, whose content security policies stay as they are. Each browser has a home of its own, with
//! its own trust anchors.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{PATIENCE, Process, program};

/// A browser without a window, with one tab. Dropping it ends it.
pub struct Browser {
    child: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    sent: u64,
    /// What happened since the last page was asked for.
    events: Vec<Value>,
    /// Which document the last page that was waited for is, by the browser's name for it.
    document: Option<String>,
    _home: TempDir,
}

impl Browser {
    /// Starts one that trusts the CA certificates in these PEM files besides its own.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(trusted: &[&Path]) -> Self {
        let home = tempfile::tempdir().expect("a directory for the browser");
        trust(home.path(), trusted);
        let profile = format!("--user-data-dir={}", home.path().join("profile").display());
        // The pipes are its descriptors 3 and 4; what it prints is for nobody.
        let mut child = Command::new(program("setpriv"))
            .args(["--pdeathsig", "KILL", "--", "sh", "-c"])
            .arg("exec 3<&0 4>&1 1>/dev/null 2>/dev/null; exec \"$0\" \"$@\"")
            .arg(program("chromium"))
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
            ])
            .args([
                "--remote-debugging-pipe",
                "--disable-background-networking",
                &profile,
            ])
            .env("HOME", home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Chromium starts");
        let commands = child.stdin.take().expect("its input is piped");
        let answers = child.stdout.take().expect("its output is piped");
        let (tell, messages) = channel();
        thread::spawn(move || receive(answers, &tell));
        let mut browser = Self {
            child,
            commands,
            messages,
            session: None,
            sent: 0,
            events: Vec::new(),
            document: None,
            _home: home,
        };
        browser.open_tab();
        browser
    }

    fn open_tab(&mut self) {
        let tab = self.ask("Target.createTarget", json!({"url": "about:blank"}));
        let tab = json!({"targetId": tab["targetId"], "flatten": true});
        let session = self.ask("Target.attachToTarget", tab);
        self.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            self.ask(&format!("{domain}.enable"), json!({}));
        }
        let wanted = json!({"enabled": true});
        self.ask("Page.setLifecycleEventsEnabled", wanted);
    }

    /// Opens a page and waits until it is there. `Err` with the browser's name for what went wrong, e.g.
    /// `net::ERR_CERT_DATE_INVALID`.
    pub fn open(&mut self, address: &str) -> Result<(), String> {
        self.events.clear();
        let answer = self.ask("Page.navigate", json!({"url": address}));
        // A page that cannot be had is one, too: the browser's own, about that.
        let document = answer["loaderId"].as_str().expect("a new document");
        self.wait_for_load(|loaded| loaded == document);
        match answer["errorText"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(()),
        }
    }

    /// What an expression comes to in the page.
    ///
    /// # Panics
    /// When it throws.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let arguments =
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut answer = self.ask("Runtime.evaluate", arguments);
        let thrown = answer.get("exceptionDetails");
        assert!(thrown.is_none(), "{expression}: {thrown:?}");
        answer["result"]["value"].take()
    }

    /// Whether an expression becomes true in the page. What a click or a key sets off (going to an anchor, say) happens after
    /// the browser has answered for it.
    ///
    /// # Panics
    /// When it throws.
    pub fn becomes(&mut self, expression: &str) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while self.evaluate(expression) != true {
            if Instant::now() > deadline {
                return false;
            }
            thread::sleep(Duration::from_millis(50));
        }
        true
    }

    /// All the text that can be seen.
    pub fn text(&mut self) -> String {
        let text = self.evaluate("document.body.innerText");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Moves the mouse over the element that an expression names, after scrolling to it.
    pub fn point(&mut self, element: &str) {
        let place = self.evaluate(&format!(
            "(() => {{ const e = {element}; e.scrollIntoView({{block: 'center'}}); \
             const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        ));
        self.mouse("mouseMoved", &place);
    }

    /// Clicks on the element that an expression names.
    pub fn click(&mut self, element: &str) {
        self.point(element);
        let place = self.evaluate(&format!(
            "(() => {{ const r = ({element}).getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        ));
        self.mouse("mousePressed", &place);
        self.mouse("mouseReleased", &place);
    }

    /// Clicks on a link and waits for the page behind it.
    pub fn follow(&mut self, element: &str) {
        self.events.clear();
        let before = self.document.clone();
        self.click(element);
        self.wait_for_load(|loaded| before.as_deref() != Some(loaded));
    }

    fn mouse(&mut self, kind: &str, place: &Value) {
        let button = if kind == "mouseMoved" { "none" } else { "left" };
        let what =
            json!({"type": kind, "x": place[0], "y": place[1], "button": button, "clickCount": 1});
        self.ask("Input.dispatchMouseEvent", what);
    }

    /// Presses a key by its name, e.g. `ArrowDown`, or by its letter.
    pub fn press(&mut self, key: &str) {
        let text = if key.chars().count() == 1 { key } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let what = json!({"type": kind, "key": key, "text": if kind == "keyDown" { text } else { "" }});
            self.ask("Input.dispatchKeyEvent", what);
        }
    }

    /// Looks at pages in a window of this size, by day or by night.
    pub fn look(&mut self, width: u32, height: u32, dark: bool) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.ask("Emulation.setDeviceMetricsOverride", size);
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.ask("Emulation.setEmulatedMedia", media);
    }

    /// What the console complained about since the last page was asked for.
    pub fn complaints(&self) -> Vec<String> {
        let complains = |event: &&Value| match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => true,
            Some("Runtime.consoleAPICalled") => {
                matches!(event["params"]["type"].as_str(), Some("error" | "warning"))
            }
            Some("Log.entryAdded") => true,
            _ => false,
        };
        self.events
            .iter()
            .filter(complains)
            .map(|event| event["params"].to_string())
            .collect()
    }

    /// The addresses that were asked for since the last page was, that page's own among them.
    pub fn requests(&self) -> Vec<String> {
        let is_request = |event: &&Value| event["method"] == "Network.requestWillBeSent";
        let address = |event: &Value| {
            event["params"]["request"]["url"]
                .as_str()
                .map(str::to_owned)
        };
        self.events
            .iter()
            .filter(is_request)
            .filter_map(address)
            .collect()
    }

    /// Sends a command and waits for its answer.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.sent += 1;
        let number = self.sent;
        let mut command = json!({"id": number, "method": method, "params": params});
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        let mut bytes = command.to_string().into_bytes();
        bytes.push(0);
        self.commands.write_all(&bytes).expect("Chromium listens");
        self.commands.flush().expect("Chromium listens");
        loop {
            let mut message = self.next();
            if message["id"] == number {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].take();
            }
            self.events.push(message);
        }
    }

    /// Waits until a document has been loaded that is the wanted one by its name. An earlier one's end of loading may be told late.
    fn wait_for_load(&mut self, wanted: impl Fn(&str) -> bool) {
        let mut seen = 0;
        loop {
            for event in &self.events[seen..] {
                let (what, params) = (&event["method"], &event["params"]);
                let document = params["loaderId"].as_str().unwrap_or_default();
                if what == "Page.lifecycleEvent" && params["name"] == "load" && wanted(document) {
                    self.document = Some(document.to_owned());
                    return;
                }
            }
            seen = self.events.len();
            let message = self.next();
            self.events.push(message);
        }
    }

    fn next(&self) -> Value {
        self.messages
            .recv_timeout(PATIENCE)
            .expect("Chromium answers")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Hands on each message as it comes.
fn receive(answers: ChildStdout, tell: &Sender<Value>) {
    let mut answers = BufReader::new(answers);
    let mut message = Vec::new();
    while matches!(answers.read_until(0, &mut message), Ok(1..)) {
        message.pop();
        let told = serde_json::from_slice(&message).map(|value| tell.send(value));
        if !matches!(told, Ok(Ok(()))) {
            return;
        }
        message.clear();
    }
}

/// Chromium reads the trust anchors of its user from NSS's database.
fn trust(home: &Path, trusted: &[&Path]) {
    let database = home.join(".pki/nssdb");
    std::fs::create_dir_all(&database).expect("a directory for trust anchors");
    let database = format!("sql:{}", database.display());
    let certutil = |options: &[&str]| {
        let arguments = [&["-d", &database], options].concat();
        Process::start(&program("certutil"), arguments)
            .finish()
            .success();
    };
    certutil(&["-N", "--empty-password"]);
    for (number, file) in trusted.iter().enumerate() {
        let (name, file) = (format!("anchor {number}"), file.display().to_string());
        certutil(&["-A", "-t", "C,,", "-n", &name, "-i", &file]);
    }
}

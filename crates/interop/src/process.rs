//! A program run by a test: it cannot outlive the test, everything it prints is kept, and every wait for it ends.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::output::Output;
use crate::{PATIENCE, Port};

/// A running program. Dropping it kills it.
///
/// The kernel kills it too when the thread that started it ends, however that happens; so start it in the thread that
/// uses it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    output: Output,
}

/// What a program left behind.
pub struct Finished {
    name: String,
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// All it wrote to standard output.
    pub stdout: Vec<u8>,
    /// All it wrote to standard error.
    pub stderr: Vec<u8>,
}

/// The path of a program that scripts/setup installs.
///
/// # Panics
/// When it is not there: tests are not skipped silently.
pub fn program(name: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        // where Debian keeps nginx, and not everybody's PATH leads
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")])
        .map(|directory| directory.join(name))
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| panic!("{name} is not installed: run scripts/setup"))
}

impl Process {
    /// Starts `program` with `arguments`, its standard input open for [`Process::type_in`].
    pub fn start<A: AsRef<OsStr>>(program: &Path, arguments: impl IntoIterator<Item = A>) -> Self {
        Self::start_with(program, arguments, [])
    }

    /// The same with environment variables set.
    pub fn start_with<'a, A: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        environment: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
    ) -> Self {
        let arguments: Vec<OsString> = arguments
            .into_iter()
            .map(|argument| argument.as_ref().to_owned())
            .collect();
        let name = format!(
            "{} {}",
            program.display(),
            OsString::from_iter(spaced(&arguments)).display()
        );
        // setpriv asks the kernel for the signal and then becomes the program, so the process id is the program's.
        let mut child = Command::new(crate::program("setpriv"))
            .args(["--pdeathsig", "KILL", "--"])
            .arg(program)
            .args(&arguments)
            .envs(environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        let output = Output::collect(&mut child);
        Self {
            name,
            child,
            output,
        }
    }

    /// Starts a server and waits until it listens on `port`.
    ///
    /// # Panics
    /// With everything the server printed, if it does not come to listen.
    pub fn serve<A: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        port: &Port,
    ) -> Self {
        let mut server = Self::start(program, arguments);
        if !port.wait_until_listening(|| server.is_running()) {
            panic!("no listener on port {}: {}", port.number(), server.kill());
        }
        server
    }

    /// The program's process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether the program still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Writes to the program's standard input.
    pub fn type_in(&mut self, text: &str) {
        let stdin = self
            .child
            .stdin
            .as_mut()
            .expect("standard input was closed");
        // A program that is gone already says more in its output than this error would.
        let _ = stdin
            .write_all(text.as_bytes())
            .and_then(|()| stdin.flush());
    }

    /// Ends the program's standard input.
    pub fn end_input(&mut self) {
        self.child.stdin = None;
    }

    /// Waits until the program has printed `text`, on either stream, and gives all it printed on that stream.
    ///
    /// # Panics
    /// When the text does not come.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_for_times(text, 1)
    }

    /// Waits until the program has printed `text` so many times on one stream, and gives all it printed on that stream.
    ///
    /// # Panics
    /// When the text does not come so often.
    pub fn wait_for_times(&self, text: &str, times: usize) -> String {
        self.output.wait_for(text, times).unwrap_or_else(|| {
            panic!(
                "{} did not print {text:?} {times} times; it printed:\n{}",
                self.name,
                self.printed()
            )
        })
    }

    /// All that was printed so far, on both streams.
    pub fn printed(&self) -> String {
        self.output.so_far()
    }

    /// Closes standard input and waits for the program to end.
    ///
    /// # Panics
    /// When it does not end in time.
    pub fn finish(mut self) -> Finished {
        self.end_input();
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self
                .child
                .try_wait()
                .expect("the child is ours to wait for")
            {
                return self.finished(status);
            }
            if Instant::now() > deadline {
                panic!("did not end in {PATIENCE:?}: {}", self.kill());
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Asks the program to end (SIGTERM), as people do, and waits until it has: what it was about to print is all there.
    ///
    /// # Panics
    /// When it does not end in time.
    pub fn terminate(self) -> Finished {
        self.signal("TERM");
        self.finish()
    }

    /// Sends the program a signal, by its name without SIG.
    ///
    /// # Panics
    /// When the program is not there any more.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.id().to_string()])
            .status();
        assert!(
            sent.is_ok_and(|status| status.success()),
            "no SIG{name} for {}, which printed:\n{}",
            self.name,
            self.printed()
        );
    }

    /// Kills the program and gives what it left behind.
    pub fn kill(mut self) -> Finished {
        let _ = self.child.kill();
        let status = self.child.wait().expect("the child is ours to wait for");
        self.finished(status)
    }

    fn finished(mut self, status: ExitStatus) -> Finished {
        let [stdout, stderr] = self.output.take();
        Finished {
            name: std::mem::take(&mut self.name),
            code: status.code(),
            stdout,
            stderr,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Finished {
    /// The same, if the program ended with exit code 0.
    ///
    /// # Panics
    /// If it did not, with all it printed.
    pub fn success(self) -> Self {
        self.with_code(0)
    }

    /// The same, if the program ended with this exit code.
    ///
    /// # Panics
    /// If it did not, with all it printed.
    pub fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "exit code of {self}");
        self
    }

    /// Standard output as text.
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text.
    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, code, .. } = self;
        write!(
            f,
            "{name}\n(exit code {code:?})\n-- stdout\n{}\n-- stderr\n{}",
            self.out(),
            self.err()
        )
    }
}

impl fmt::Debug for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn spaced(arguments: &[OsString]) -> impl Iterator<Item = OsString> {
    arguments
        .iter()
        .flat_map(|argument| [argument.clone(), OsString::from(" ")])
}

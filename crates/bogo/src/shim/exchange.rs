//! A test: as many connections as it takes, and what is said in each.

use std::sync::Arc;

use limpid::Endpoint;
use limpid::session::Resumable;
use limpid::wire::{AlertDescription, HandshakeType};

use crate::certificates::Selected;
use crate::client::TestClient;
use crate::expectations::Known;
use crate::giving_up::GivingUp;
use crate::halt::Halt;
use crate::options::{Options, Runs};
use crate::pipe::{Arrival, Pipe};
use crate::secrets::Secrets;
use crate::server::Servers;
use crate::verifier::TestVerifier;
use crate::witness::Witness;

/// Bytes of application data that are answered at once.
const READ_SIZE: usize = 512;

/// What the shim says when it speaks first.
const GREETING: &[u8] = b"hello";

/// Sizes that once tripped up implementations of the block ciphers.
const RECORD_SIZES: [usize; 11] = [
    0, 1, 255, 256, 257, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769,
];

/// One test.
pub(crate) struct Shim {
    runs: Runs,
    servers: Servers,
    /// The last session that a client was given.
    session: Option<Resumable>,
}

/// What one connection has beside its endpoint.
struct Connected<'a> {
    options: &'a Options,
    /// What holds instead when the server refuses the client's early data.
    retry: &'a Options,
    resume: bool,
    /// Most bytes of early data that the session allows.
    early_data: usize,
    witness: Arc<Witness>,
    selected: Selected,
    verifier: Arc<TestVerifier>,
    giving_up: GivingUp,
    log: Arc<Secrets>,
}

impl Shim {
    pub(crate) fn new(runs: Runs) -> Self {
        Self {
            runs,
            servers: Servers::default(),
            session: None,
        }
    }

    /// Makes the connections, one after the other.
    pub(crate) fn run(mut self) -> Result<(), Halt> {
        let runs = self.runs.clone();
        for count in 0..=runs.initial.resume_count {
            let options = if count == 0 {
                &runs.initial
            } else {
                &runs.resume
            };
            let witness = Arc::default();
            let connected = Connected {
                options,
                retry: &runs.retry,
                resume: count > 0,
                early_data: self.early_data(),
                verifier: TestVerifier::new(options, &runs.retry, &witness)?,
                witness,
                selected: Selected::new(),
                giving_up: GivingUp::default(),
                log: Arc::default(),
            };
            self.connect(&connected)?;
            self.servers.clock.advance(options.resumption_delay);
        }
        Ok(())
    }

    fn early_data(&self) -> usize {
        let most = self
            .session
            .as_ref()
            .map(|kept| kept.session.max_early_data);
        most.and_then(|most| usize::try_from(most).ok())
            .unwrap_or(0)
    }

    fn connect(&mut self, connected: &Connected<'_>) -> Result<(), Halt> {
        let Connected {
            options,
            witness,
            selected,
            verifier,
            giving_up,
            log,
            ..
        } = connected;
        let verifier = Arc::clone(verifier);
        if options.server {
            let server = self.servers.server(
                options,
                verifier,
                selected,
                giving_up,
                log,
                witness.clone(),
            )?;
            let mut pipe = Pipe::connect(options, server, giving_up)?;
            let options = connected.exchange(&mut pipe)?;
            self.servers.check_session(&pipe.endpoint, options)?;
            connected.finish(&mut pipe, options)?;
        } else {
            if connected.resume && self.session.is_none() {
                return Err(Halt::expectation("a session to continue"));
            }
            let clock = &self.servers.clock;
            let session = self.session.take();
            let client =
                TestClient::new(options, verifier, selected, giving_up, log, clock, session)?;
            let mut pipe = Pipe::connect(options, client.client(witness.clone()), giving_up)?;
            let options = connected.exchange(&mut pipe)?;
            self.session = client.check_session(&pipe.endpoint, options)?;
            connected.finish(&mut pipe, options)?;
        }
        Ok(())
    }
}

impl<'a> Connected<'a> {
    /// Everything that is said in a connection; returns the options that held in the end.
    fn exchange<E: Endpoint>(&self, pipe: &mut Pipe<E>) -> Result<&'a Options, Halt> {
        pipe.begin()?;
        let hello = self.witness.client_hello();
        let early = !self.options.server && hello.is_some_and(|hello| hello.early_data());
        let mut late = Vec::new();
        if early {
            say_what_was_exported(pipe, self.options)?;
            if let Some(message) = self.options.early_write_after_message {
                self.handshake_until(pipe, message)?;
            }
            late = self.speak_early(pipe)?;
        }
        let false_start = self.options.false_start
            && self.options.shim_writes_first
            && !self.options.handshake_twice;
        if false_start {
            pipe.say_early(greeting(self.options));
        }
        self.handshake(pipe)?;
        if self.options.handshake_never_done {
            return Err(Halt::expectation("a handshake without an end"));
        }
        let said = false_start && pipe.unsaid().is_none();
        let refused = early && pipe.endpoint.early_data() == Some(false);
        let options = if refused { self.retry } else { self.options };
        self.known(options).check(&pipe.endpoint)?;
        say_what_was_exported(pipe, options)?;
        if options.export_traffic_secrets {
            pipe.send(&self.traffic_secrets()?)?;
        }
        if options.send_alert {
            pipe.abort(AlertDescription::DECOMPRESSION_FAILURE)?;
            return Err(Halt::GaveUp("the test wants an alert"));
        }
        if said {
            // Nothing is left to say.
        } else if !early || refused {
            speak_first(pipe, options)?;
        } else if !late.is_empty() {
            pipe.send(&late)?;
        }
        if !options.shim_shuts_down
            && let Arrival::Ended(error) = answer_everything(pipe, options)?
            && options.check_close_notify
        {
            return Err(error.into());
        }
        Ok(options)
    }

    /// The length of a traffic secret, the one for reading and the one for writing.
    fn traffic_secrets(&self) -> Result<Vec<u8>, Halt> {
        let (read, write) = match self.options.server {
            true => ("CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"),
            false => ("SERVER_TRAFFIC_SECRET_0", "CLIENT_TRAFFIC_SECRET_0"),
        };
        let find = |label| {
            let secret = self.log.find(label);
            secret.ok_or_else(|| Halt::expectation(format!("{label} in the key log")))
        };
        let (read, write) = (find(read)?, find(write)?);
        let length = u16::try_from(read.len()).unwrap_or(u16::MAX);
        Ok([&length.to_le_bytes()[..], &read, &write].concat())
    }

    /// What is said when all else was said.
    fn finish<E: Endpoint>(&self, pipe: &mut Pipe<E>, options: &'a Options) -> Result<(), Halt> {
        shut_down(pipe, options)?;
        self.known(options).check_trace()
    }

    /// Sends early data, as much as the ticket allows; returns what is left.
    fn speak_early<E: Endpoint>(&self, pipe: &mut Pipe<E>) -> Result<Vec<u8>, Halt> {
        if !self.options.shim_writes_first {
            return Ok(Vec::new());
        }
        let greeting = greeting(self.options);
        let (mut allowed, mut late) = (self.early_data, Vec::new());
        for _ in 0..self.options.initial_write_repeats.unwrap_or(1) {
            let (early, rest) = greeting.split_at(greeting.len().min(allowed));
            allowed -= early.len();
            if !early.is_empty() {
                pipe.send(early)?;
            }
            late.extend_from_slice(rest);
        }
        Ok(late)
    }

    /// Runs the handshake until this message of the peer's has come.
    fn handshake_until<E: Endpoint>(&self, pipe: &mut Pipe<E>, message: u8) -> Result<(), Halt> {
        while !self.witness.has_come(HandshakeType(message)) {
            pipe.step()?;
        }
        Ok(())
    }

    /// Runs the handshake to its end. Early data is answered while it runs.
    fn handshake<E: Endpoint>(&self, pipe: &mut Pipe<E>) -> Result<(), Halt> {
        loop {
            match pipe.next()? {
                Arrival::Established => return Ok(()),
                Arrival::EarlyData(data) => answer(pipe, self.options, &data)?,
                other => {
                    return Err(Halt::expectation(format!("{other:?} in the handshake")));
                }
            }
        }
    }

    fn known(&'a self, options: &'a Options) -> Known<'a> {
        Known {
            options,
            resume: self.resume,
            witness: &self.witness,
            selected: &self.selected,
            shown: self.verifier.shown(),
        }
    }
}

fn say_what_was_exported<E: Endpoint>(pipe: &mut Pipe<E>, options: &Options) -> Result<(), Halt> {
    let exporter = &options.exporter;
    if exporter.length == 0 {
        return Ok(());
    }
    let mut exported = vec![0; exporter.length];
    let context = exporter.use_context.then_some(&exporter.context[..]);
    pipe.endpoint
        .export(&exporter.label, context, &mut exported)?;
    pipe.send(&exported)
}

fn speak_first<E: Endpoint>(pipe: &mut Pipe<E>, options: &Options) -> Result<(), Halt> {
    if options.write_different_record_sizes {
        return RECORD_SIZES
            .iter()
            .try_for_each(|size| pipe.send(&vec![0x42; *size]));
    }
    if options.read_with_unfinished_write {
        pipe.hold_back();
        return pipe.send(&greeting(options));
    }
    if options.shim_writes_first {
        let repeats = options.initial_write_repeats.unwrap_or(1);
        return (0..repeats).try_for_each(|_| pipe.send(&greeting(options)));
    }
    Ok(())
}

fn greeting(options: &Options) -> Vec<u8> {
    options
        .initial_write
        .clone()
        .unwrap_or_else(|| GREETING.to_vec())
}

/// Answers until the peer has no more.
fn answer_everything<E: Endpoint>(pipe: &mut Pipe<E>, options: &Options) -> Result<Arrival, Halt> {
    loop {
        if options.key_update_before_read {
            pipe.update_keys()?;
        }
        match pipe.next()? {
            Arrival::Data(data) => answer(pipe, options, &data)?,
            end => return Ok(end),
        }
    }
}

/// Sends back every byte, inverted.
fn answer<E: Endpoint>(pipe: &mut Pipe<E>, options: &Options, data: &[u8]) -> Result<(), Halt> {
    pipe.let_go()?;
    for piece in data.chunks(options.read_size.unwrap_or(READ_SIZE)) {
        if options.key_update {
            pipe.update_keys()?;
        }
        if options.use_exporter_between_reads {
            pipe.endpoint.export(b"", None, &mut [0])?;
        }
        let inverted: Vec<u8> = piece.iter().map(|byte| !byte).collect();
        pipe.send(&inverted)?;
    }
    Ok(())
}

/// Says close_notify where the test looks for it, and awaits the peer's.
fn shut_down<E: Endpoint>(pipe: &mut Pipe<E>, options: &Options) -> Result<(), Halt> {
    if !options.check_close_notify {
        return Ok(());
    }
    pipe.close()?;
    if !options.shim_shuts_down {
        return Ok(());
    }
    match pipe.next()? {
        Arrival::Closed => Ok(()),
        Arrival::Ended(error) => Err(error.into()),
        Arrival::Data(_) => Err(Halt::GaveUp("application data in answer to close_notify")),
        other => Err(Halt::expectation(format!(
            "close_notify in answer to ours, not {other:?}"
        ))),
    }
}

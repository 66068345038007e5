//! A server as a test's options want it.

use std::sync::Arc;

use limpid::{Endpoint, MemoryStore, Observer, Server, ServerConfig, TicketKeys};

use crate::certificates::Selected;
use crate::chooser::TestChooser;
use crate::client::psks;
use crate::clock::MovedClock;
use crate::compression::compressors;
use crate::giving_up::GivingUp;
use crate::halt::Halt;
use crate::options::Options;
use crate::policy::policy;
use crate::raw_keys;
use crate::secrets::Secrets;
use crate::tickets::TestTickets;
use crate::verifier::TestVerifier;

/// Bytes of early data that a server takes with each ticket: BoringSSL's number.
const MAX_EARLY_DATA: u32 = 14_336;

/// What outlives a server's connections.
#[derive(Default)]
pub(crate) struct Servers {
    pub(crate) clock: Arc<MovedClock>,
    store: Arc<MemoryStore>,
    keys: Arc<TicketKeys>,
}

impl Servers {
    pub(crate) fn server(
        &self,
        options: &Options,
        verifier: Arc<TestVerifier>,
        selected: &Selected,
        giving_up: &GivingUp,
        log: &Arc<Secrets>,
        observer: Arc<dyn Observer>,
    ) -> Result<Server, Halt> {
        let chooser = TestChooser::new(options, selected, giving_up)?;
        let mut config = ServerConfig::with_chooser(chooser)
            .policy(policy(options)?)
            .clock(self.clock.clone())
            .alpn(protocols(options))
            // BoringSSL's servers always do.
            .grease(true)
            .certificate_compressors(compressors(options))
            .sessions(self.store.clone())
            .psks(Arc::new(psks(options)))
            .key_log(log.clone())
            // BoringSSL's number.
            .early_data_window(60)
            .acknowledge_server_name(!options.no_server_name_ack);
        if let Some(most) = options.max_send_fragment {
            config = config.max_fragment(most);
        }
        config = if options.no_ticket {
            config.without_tickets().tls13_tickets(0)
        } else {
            config.tickets(Arc::new(TestTickets::new(options, self.keys.clone())))
        };
        if options.enable_early_data {
            config = config.max_early_data(MAX_EARLY_DATA);
        }
        config = raw_keys::ask_clients(config, options, verifier);
        Ok(Server::observed(Arc::new(config), observer))
    }

    /// Compares whether the session can be found by its ID with what the test wants.
    pub(crate) fn check_session(
        &self,
        endpoint: &dyn Endpoint,
        options: &Options,
    ) -> Result<(), Halt> {
        let resumed = endpoint
            .established()
            .is_some_and(|established| established.resumption.is_some());
        match options.expect.session_id {
            Some(wanted) if !resumed && wanted == self.store.is_empty() => Err(Halt::expectation(
                format!("a session with an ID: wanted {wanted}"),
            )),
            _ => Ok(()),
        }
    }
}

/// BoringSSL asks a callback for the protocol; what it would answer is the only one here.
fn protocols(options: &Options) -> Vec<Vec<u8>> {
    if options.reject_alpn {
        return vec![b"none that a test offers".to_vec()];
    }
    options.select_alpn.iter().cloned().collect()
}

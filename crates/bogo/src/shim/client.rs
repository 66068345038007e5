//! A client as a test's options want it.

use std::sync::Arc;

use limpid::provide::Clock;
use limpid::session::Resumable;
use limpid::wire::{NamedGroup, ProtocolVersion};
use limpid::{
    Client, ClientConfig, ClientSessions, Endpoint, ExternalPsk, HashAlgorithm, Observer,
};
use rustls_pki_types::ServerName;

use crate::certificates::Selected;
use crate::chooser::TestChooser;
use crate::clock::MovedClock;
use crate::compression::compressors;
use crate::giving_up::GivingUp;
use crate::halt::Halt;
use crate::options::{Options, Psk};
use crate::policy::{GROUPS, policy};
use crate::raw_keys;
use crate::secrets::Secrets;
use crate::verifier::{NAME, TestVerifier};

/// A client, and where its sessions are.
pub(crate) struct TestClient {
    name: ServerName<'static>,
    sessions: Arc<ClientSessions>,
    offered: Option<Resumable>,
    config: Arc<ClientConfig>,
    clock: Arc<MovedClock>,
}

impl TestClient {
    /// A client that has `session`, if there is one, and no other.
    pub(crate) fn new(
        options: &Options,
        verifier: Arc<TestVerifier>,
        selected: &Selected,
        giving_up: &GivingUp,
        log: &Arc<Secrets>,
        clock: &Arc<MovedClock>,
        session: Option<Resumable>,
    ) -> Result<Self, Halt> {
        let name = options.host_name.clone().unwrap_or_else(|| NAME.to_owned());
        let name = ServerName::try_from(name)
            .map_err(|_| Halt::unimplemented("a host name that is none"))?;
        let sessions = Arc::new(ClientSessions::new(1));
        if let Some(session) = &session {
            sessions.put(&name, session.clone());
        }
        let chooser = TestChooser::new(options, selected, giving_up)?;
        let mut config = ClientConfig::with_verifier(verifier)
            .policy(policy(options)?)
            .clock(clock.clone())
            .alpn(options.advertise_alpn.clone())
            .send_server_name(options.host_name.is_some())
            .certificate_chooser(raw_keys::available(options, chooser))
            .request_ocsp_response(options.enable_ocsp_stapling)
            .request_scts(options.enable_signed_cert_timestamps)
            .request_tls12_tickets(!options.no_ticket)
            .false_start(options.false_start)
            .fallback(options.fallback_scsv)
            .key_log(log.clone())
            .verify_on_resumption(options.reverify_on_resume)
            .sessions(Arc::clone(&sessions))
            .psks(psks(options))
            .early_data(options.enable_early_data)
            .grease(options.enable_grease)
            .renegotiation(options.renegotiates)
            .certificate_compressors(compressors(options));
        config = raw_keys::accept_of_servers(config, options);
        if let Some(groups) = key_shares(options) {
            config = config.key_shares(&groups);
        }
        if let Some(most) = options.max_send_fragment {
            config = config.max_fragment(most);
        }
        Ok(Self {
            name,
            sessions,
            offered: session,
            config: Arc::new(config),
            clock: Arc::clone(clock),
        })
    }

    pub(crate) fn client(&self, observer: Arc<dyn Observer>) -> Client {
        Client::observed(Arc::clone(&self.config), self.name.clone(), observer)
    }

    /// The newest session that came with this connection.
    pub(crate) fn new_session(&self, version: ProtocolVersion) -> Option<Resumable> {
        if let Some(offered) = &self.offered {
            self.sessions.forget(&self.name, &offered.handle);
        }
        self.sessions.take(&self.name, version, self.clock.now())
    }

    /// Compares the session that came, or did not, with what the test wants.
    pub(crate) fn check_session(
        &self,
        endpoint: &dyn Endpoint,
        options: &Options,
    ) -> Result<Option<Resumable>, Halt> {
        let Some(established) = endpoint.established() else {
            return Ok(None);
        };
        let expect = &options.expect;
        // The last handshake of a connection that negotiated anew continues nothing, and leaves nothing behind.
        let resumed =
            established.resumption.is_some() || (options.renegotiates && self.offered.is_some());
        let session = self.new_session(established.version);
        let expected = match established.version {
            ProtocolVersion::TLS_1_3 => !expect.no_session && !options.shim_shuts_down,
            _ => !expect.no_session && (!resumed || expect.ticket_renewal),
        };
        if session.is_some() != expected {
            return Err(Halt::expectation(format!(
                "a new session: wanted {expected}, is {session:?}"
            )));
        }
        if expect
            .session_id
            .is_some_and(|id| !resumed && id != session.is_some())
        {
            return Err(Halt::expectation("a session with an ID"));
        }
        if let Some(Resumable { session, .. }) = &session {
            let early = session.max_early_data > 0;
            if early != expect.ticket_supports_early_data {
                return Err(Halt::expectation(format!(
                    "a ticket that allows early data: wanted {}, is {early}",
                    expect.ticket_supports_early_data
                )));
            }
        }
        Ok(session)
    }
}

/// BoringSSL sends a share for the first group and, if one of the two has a KEM and the other has not, for another.
fn key_shares(options: &Options) -> Option<Vec<NamedGroup>> {
    if options.wpa_202304 {
        return None;
    }
    if options.key_shares.is_some() {
        return options.key_shares.clone();
    }
    let groups = match &options.curves[..] {
        [] => GROUPS,
        curves => curves,
    };
    let (first, rest) = groups.split_first()?;
    let hybrid = |group: &NamedGroup| limpid_crypto::kx::has_kem(*group);
    let other = rest.iter().find(|group| hybrid(group) != hybrid(first));
    Some(std::iter::once(first).chain(other).copied().collect())
}

/// The keys that were agreed outside TLS, in the form of RFC 9258.
pub(crate) fn psks(options: &Options) -> Vec<ExternalPsk> {
    let psks = options
        .credentials
        .iter()
        .filter_map(|one| one.psk.as_ref());
    psks.flat_map(imported).collect()
}

/// A key as it is imported for each hash.
pub(crate) fn imported(psk: &Psk) -> Vec<ExternalPsk> {
    let hash = if psk.sha384 {
        HashAlgorithm::Sha384
    } else {
        HashAlgorithm::Sha256
    };
    ExternalPsk::imported(&psk.identity, &psk.key, &psk.context, hash)
}

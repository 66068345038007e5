//! What must hold when a handshake is complete.

use limpid::Endpoint;
use limpid::facts::{Because, Established, Resumption, Side};
use limpid::wire::{CertificateType, ProtocolVersion};

use crate::certificates::{Selected, chain};
use crate::client::imported;
use crate::halt::Halt;
use crate::options::{Credential, Options};
use crate::verifier::{Shown, names};
use crate::witness::Witness;

/// What is known about a connection.
pub(crate) struct Known<'a> {
    pub(crate) options: &'a Options,
    /// Whether this connection should continue a session.
    pub(crate) resume: bool,
    pub(crate) witness: &'a Witness,
    pub(crate) selected: &'a Selected,
    pub(crate) shown: Shown,
}

impl Known<'_> {
    /// Compares everything that the test has said with what was agreed.
    pub(crate) fn check(&self, endpoint: &dyn Endpoint) -> Result<(), Halt> {
        let established = endpoint
            .established()
            .ok_or_else(|| Halt::expectation("a finished handshake"))?;
        self.check_parameters(established)?;
        self.check_names(established)?;
        self.check_resumption(endpoint, established)?;
        self.check_identity(established.resumption.is_some())?;
        self.check_form(endpoint)?;
        self.check_request(established)
    }

    /// In which form the peer proved who it is.
    fn check_form(&self, endpoint: &dyn Endpoint) -> Result<(), Halt> {
        let form = endpoint.peer().map(|peer| match peer.is_raw_key() {
            true => CertificateType::RAW_PUBLIC_KEY,
            false => CertificateType::X509,
        });
        wanted(
            "certificate type",
            self.options.expect.peer_certificate_type.map(Some),
            form,
        )
    }

    fn check_resumption(
        &self,
        endpoint: &dyn Endpoint,
        established: &Established,
    ) -> Result<(), Halt> {
        let expect = &self.options.expect;
        let resumed = established
            .resumption
            .is_some_and(|how| how != Resumption::ExternalPsk);
        wanted(
            "resumption",
            Some(self.resume && !expect.session_miss),
            resumed,
        )?;
        let accepted = endpoint.early_data();
        wanted(
            "early data",
            expect.accept_early_data.then_some(Some(true)),
            accepted,
        )?;
        if expect.reject_early_data || expect.no_offer_early_data {
            wanted("early data", Some(false), accepted == Some(true))?;
        }
        let hello = self.witness.client_hello();
        if !self.options.server && expect.no_offer_early_data {
            let offered = hello.is_some_and(|hello| hello.early_data());
            wanted("an offer of early data", Some(false), offered)?;
        }
        wanted(
            "ticket age skew",
            expect.ticket_age_skew.filter(|_| self.resume).map(Some),
            self.witness.ticket_age_skew(),
        )?;
        self.check_early_data_reason(accepted, resumed)
    }

    /// BoringSSL's words for what came of early data, as far as limpid tells the same.
    fn check_early_data_reason(&self, accepted: Option<bool>, resumed: bool) -> Result<(), Halt> {
        let Some(reason) = self.options.expect.early_data_reason.as_deref() else {
            return Ok(());
        };
        let because = self.witness.early_data();
        let fits = match reason {
            "accept" => accepted == Some(true),
            "no_session_offered" | "disabled" | "unsupported_for_session" | "protocol_version" => {
                accepted != Some(true) && matches!(because, None | Some(Because::NotConfigured))
            }
            "session_not_resumed" => accepted == Some(false) && !resumed,
            "peer_declined" => accepted == Some(false),
            "hello_retry_request" => accepted == Some(false) && self.witness.hello_retry(),
            "alpn_mismatch" => {
                accepted != Some(true) && matches!(because, None | Some(Because::SessionDoesNotFit))
            }
            "ticket_age_skew" => {
                accepted == Some(false) && because == Some(Because::OutsideFreshnessWindow)
            }
            other => return Err(Halt::unimplemented(format!("the reason {other}"))),
        };
        wanted("early data for the reason given", Some(true), fits).map_err(|halt| match halt {
            Halt::Expectation(what) => Halt::expectation(format!(
                "{what}: {reason}, but accepted {accepted:?} because {because:?}"
            )),
            other => other,
        })
    }

    /// What a server said of the client certificate it wants.
    fn check_request(&self, established: &Established) -> Result<(), Halt> {
        let expect = &self.options.expect;
        let (mut authorities, mut types, mut schemes) = (Vec::new(), Vec::new(), Vec::new());
        if established.version == ProtocolVersion::TLS_1_3 {
            if let Some(request) = self.witness.certificate_request13() {
                authorities = request
                    .certificate_authorities()
                    .unwrap_or_default()
                    .to_vec();
                schemes = request.signature_algorithms().unwrap_or_default().to_vec();
            }
        } else if let Some(request) = self.witness.certificate_request12() {
            authorities = request.certificate_authorities;
            types = request
                .certificate_types
                .iter()
                .map(|kind| kind.0)
                .collect();
            schemes = request.supported_signature_algorithms;
        }
        wanted("certificate types", expect.certificate_types.clone(), types)?;
        if let Some(list) = &expect.client_ca_list {
            let is: Vec<_> = authorities.into_iter().map(|name| name.0).collect();
            wanted("authorities", Some(names(list)?), is)?;
        }
        if let (false, [_, ..]) = (self.options.server, &expect.peer_verify_prefs[..]) {
            wanted("schemes", Some(expect.peer_verify_prefs.clone()), schemes)?;
        }
        Ok(())
    }

    fn check_parameters(&self, established: &Established) -> Result<(), Halt> {
        let expect = &self.options.expect;
        let tls13 = established.version == ProtocolVersion::TLS_1_3;
        let hello = self.witness.server_hello12().filter(|_| !tls13);
        let hello = hello.as_ref();
        wanted("version", expect.version, established.version)?;
        wanted("cipher suite", expect.cipher, established.suite)?;
        wanted("group", expect.curve_id.map(Some), established.group)?;
        wanted(
            "hello retry",
            expect.hello_retry,
            self.witness.hello_retry(),
        )?;
        wanted(
            "extended master secret",
            expect.extended_master_secret.then_some(true),
            tls13 || hello.is_some_and(|hello| hello.extended_master_secret()),
        )?;
        wanted(
            "secure renegotiation",
            expect.secure_renegotiation,
            tls13 || hello.is_some_and(|hello| hello.renegotiation_info().is_some()),
        )
    }

    fn check_names(&self, established: &Established) -> Result<(), Halt> {
        let expect = &self.options.expect;
        let alpn = if self.options.server {
            &self.options.select_alpn
        } else {
            &expect.alpn
        };
        let agreed = established.alpn.as_ref().map(|alpn| alpn.to_vec());
        wanted("application protocol", Some(alpn.clone()), agreed)?;
        let asked = || established.server_name.as_deref().unwrap_or_default();
        if let Some(name) = &expect.server_name {
            wanted("server name", Some(name.as_str()), asked())?;
        }
        if expect.no_server_name {
            wanted("server name", Some(""), asked())?;
        }
        let hello = self.witness.client_hello();
        if let (Some(advertised), Some(hello)) = (&expect.advertised_alpn, &hello) {
            let offered = hello.application_layer_protocol_negotiation();
            let offered = offered.unwrap_or_default().iter().flat_map(|protocol| {
                let length = u8::try_from(protocol.len()).unwrap_or(u8::MAX);
                std::iter::once(length).chain(protocol.iter().copied())
            });
            wanted("protocols", Some(advertised.clone()), offered.collect())?;
        }
        if let (true, [_, ..], Some(hello)) =
            (self.options.server, &expect.peer_verify_prefs[..], &hello)
        {
            let offered = hello.signature_algorithms().unwrap_or_default();
            wanted("schemes", Some(&expect.peer_verify_prefs[..]), offered)?;
        }
        Ok(())
    }

    fn check_identity(&self, resumed: bool) -> Result<(), Halt> {
        let expect = &self.options.expect;
        let peer = self.side().peer();
        // A handshake that continues a session has no signature to look at.
        if let Some(scheme) = self.witness.signature_scheme(peer) {
            let expected = expect.peer_signature_algorithm;
            wanted("the peer's signature scheme", expected, scheme)?;
        } else if !self.resume && expect.peer_signature_algorithm.is_some() {
            return Err(Halt::expectation("a signature of the peer"));
        }
        wanted(
            "credential",
            expect.selected_credential,
            self.chosen_psk()
                .unwrap_or_else(|| self.selected.position()),
        )?;
        // Nor has it a certificate with what is stapled to it.
        if !resumed {
            wanted(
                "OCSP response",
                expect.ocsp_response.as_ref(),
                &self.shown.ocsp_response,
            )?;
            wanted("SCTs", expect.scts.as_ref(), &self.shown.scts)?;
        }
        if let Some(file) = &expect.peer_cert_file {
            wanted("certificates", Some(&chain(file)?), &self.shown.chain)?;
        }
        Ok(())
    }

    /// The position of the credential whose imported key was used (RFC 9258), if one was.
    fn chosen_psk(&self) -> Option<i32> {
        let identity = self.witness.psk_identity()?;
        let is_chosen = |credential: &Credential| {
            let psk = credential.psk.as_ref();
            psk.is_some_and(|psk| imported(psk).iter().any(|key| key.identity() == identity))
        };
        let position = self.options.credentials.iter().position(is_chosen)?;
        i32::try_from(position).ok()
    }

    /// Compares what was written down of messages, once the connection is over.
    pub(crate) fn check_trace(&self) -> Result<(), Halt> {
        wanted(
            "renegotiations",
            self.options.expect.total_renegotiations,
            self.witness.renegotiations(),
        )?;
        wanted(
            "messages",
            self.options.expect.message_trace.clone(),
            self.witness.message_trace(self.side()),
        )
    }

    fn side(&self) -> Side {
        if self.options.server {
            Side::Server
        } else {
            Side::Client
        }
    }
}

fn wanted<T: PartialEq + std::fmt::Debug>(
    what: &str,
    wanted: Option<T>,
    is: T,
) -> Result<(), Halt> {
    match wanted {
        Some(wanted) if wanted != is => Err(Halt::expectation(format!(
            "{what}: wanted {wanted:?}, is {is:?}"
        ))),
        _ => Ok(()),
    }
}

//! The handshakes that RFC 8448 records, made again from its inputs: each secret, key, IV, Finished and record comes out as
//! printed there.
//!
//! What is driven by what:
//!
//! * [`layers`]: the key exchange, the key schedule, the transcript, the wire's codecs and both directions of record protection
//!   of limpid make every value and every record of §§3 to 7, both sides' alike, from the recorded private keys, messages and
//!   plaintexts. Every value of the data files is used; a derivation the RFC has no value for is only checked by what is made
//!   from it.
//! * [`engine`]: the server itself is fed with the recorded ClientHellos (and early data), its randomness and private keys
//!   being those of the RFC, as far as it goes: to its ServerHello, which says the same as the RFC's in another order of
//!   extensions. From there on the transcripts differ, and with them all that is made from them. With a pre-shared key it
//!   goes further: binder and early data depend on the client's bytes alone.
//! * The client itself cannot make the recorded ClientHellos, since it orders its extensions differently, and what a server
//!   answers depends on them. Against limpid's own server it is tested everywhere else.
//!
//! The RSA keys of the RFC have 1024 bits, which limpid refuses to sign and to verify with, and RSASSA-PSS is random: the
//! recorded CertificateVerify messages stand for themselves. The ECDSA signature of §6 is verified.
//!
//! Of what the RFC prints, the data files lack: the finished keys of §§4, 6 and 7, the master secret of §7 and the shared secrets
//! of §§6 and 7, whose descendants are all there; the client's Certificate of §6, which is taken from its record, and the
//! record is sealed again from it; and the HkdfLabels, which are part of how everything else is made.

mod engine;
mod layers;
mod trace;

//! In-memory pairs, scripted peers and a PKI maker for testing TLS.

//! A TLS stack that is fast, complete and able to explain itself.

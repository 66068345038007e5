//! Everything that can happen in a TLS connection, as values.

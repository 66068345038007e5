//! Key schedules and record protection of TLS 1.2 and TLS 1.3.

//! The cryptography limpid uses, as one small facade over aws-lc-rs.

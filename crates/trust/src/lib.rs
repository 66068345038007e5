//! Certificate verification whose verdict lists every check.

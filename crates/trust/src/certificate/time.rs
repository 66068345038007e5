//! Dates in certificates (RFC 5280 §4.1.2.5), as seconds and as text.

use std::time::Duration;

use rustls_pki_types::UnixTime;
use x509_cert::der::{DateTime, Decode};
use x509_cert::time::Validity;

/// `notBefore` and `notAfter`, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first second at which the certificate is valid.
    pub not_before: UnixTime,
    /// The last second at which the certificate is valid.
    pub not_after: UnixTime,
}

impl Period {
    /// Reads a `Validity`.
    pub(super) fn parse(der: &[u8]) -> Option<Self> {
        let validity = Validity::from_der(der).ok()?;
        Some(Self {
            not_before: UnixTime::since_unix_epoch(validity.not_before.to_unix_duration()),
            not_after: UnixTime::since_unix_epoch(validity.not_after.to_unix_duration()),
        })
    }

    /// Whether `now` lies inside.
    #[must_use]
    pub fn contains(&self, now: UnixTime) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}

/// `2025-01-31T23:59:59Z`; the number of seconds where the year has more than four digits.
#[must_use]
pub fn rfc3339(time: UnixTime) -> String {
    match DateTime::from_unix_duration(Duration::from_secs(time.as_secs())) {
        Ok(date) => date.to_string(),
        Err(_) => format!("{} s after 1970", time.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_in_rfc_3339() {
        let time = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        assert_eq!(rfc3339(time(0)), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(time(1_709_210_096)), "2024-02-29T12:34:56Z");
        assert_eq!(rfc3339(time(u64::MAX)), "18446744073709551615 s after 1970");
    }
}

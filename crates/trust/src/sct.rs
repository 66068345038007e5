//! Signed certificate timestamps (RFC 6962 §3.2, §3.3), described and not judged.
//!
//! limpid knows no list of logs, so that a timestamp is evidence to show and never a reason to trust or to refuse.

use std::time::Duration;

use rustls_pki_types::UnixTime;

use crate::certificate::{hex, rfc3339};

/// One line per timestamp of a `SignedCertificateTimestampList`; a remark where it cannot be read.
pub(crate) fn describe(list: &[u8]) -> Vec<String> {
    let Some((mut timestamps, [])) = opaque16(list) else {
        return vec!["an unreadable list of timestamps".to_owned()];
    };
    let mut lines = Vec::new();
    while let Some((timestamp, rest)) = opaque16(timestamps) {
        lines.push(line(timestamp).unwrap_or_else(|| "an unreadable timestamp".to_owned()));
        timestamps = rest;
    }
    lines
}

/// `Version version; LogID id; uint64 timestamp; …` (RFC 6962 §3.2). The version is 0 for v1.
fn line(timestamp: &[u8]) -> Option<String> {
    let ([0], rest) = timestamp.split_first_chunk::<1>()? else {
        return None;
    };
    let (log, rest) = rest.split_first_chunk::<32>()?;
    let (milliseconds, _) = rest.split_first_chunk::<8>()?;
    let time = UnixTime::since_unix_epoch(Duration::from_millis(u64::from_be_bytes(*milliseconds)));
    Some(format!("log {} at {}", hex(log), rfc3339(time)))
}

/// A two-byte length, that many bytes, and the rest.
fn opaque16(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_told_by_its_log_and_time() {
        let mut sct = vec![0];
        sct.extend([0xab; 32]);
        sct.extend(1_709_210_096_789_u64.to_be_bytes());
        sct.extend([0, 0, 4, 3, 0, 0]);
        let mut list = u16::try_from(sct.len() + 2).unwrap().to_be_bytes().to_vec();
        list.extend(u16::try_from(sct.len()).unwrap().to_be_bytes());
        list.extend(&sct);
        assert_eq!(
            describe(&list),
            [format!("log {} at 2024-02-29T12:34:56Z", "ab".repeat(32))]
        );
    }

    #[test]
    fn garbage_is_named_as_such() {
        assert_eq!(describe(&[0, 9, 1]), ["an unreadable list of timestamps"]);
        assert_eq!(describe(&[0, 3, 0, 1, 7]), ["an unreadable timestamp"]);
        assert_eq!(describe(&[0, 0]), Vec::<String>::new());
    }
}

//! Alerts: two bytes that end a connection or warn (RFC 8446 §6, RFC 5246 §7.2).
//!
//! Knows their layout. It must not know what they mean for a connection.

use crate::code_points::{AlertDescription, AlertLevel};
use crate::codec::Codec;
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// An alert.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Alert {
    /// Warning or fatal. In TLS 1.3 the description alone counts (RFC 8446 §6).
    pub level: AlertLevel,
    /// What happened.
    pub description: AlertDescription,
}

impl Alert {
    /// An alert that ends the connection.
    pub const fn fatal(description: AlertDescription) -> Self {
        Self {
            level: AlertLevel::FATAL,
            description,
        }
    }

    /// An alert that does not end the connection, or ends it in order.
    pub const fn warning(description: AlertDescription) -> Self {
        Self {
            level: AlertLevel::WARNING,
            description,
        }
    }
}

impl Codec for Alert {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            level: r.code("level")?,
            description: r.code("description")?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(self.level);
        w.code(self.description);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::DecodeErrorKind;

    #[test]
    fn an_alert_is_two_bytes() {
        assert_eq!(
            Alert::fatal(AlertDescription::HANDSHAKE_FAILURE).encode(),
            [2, 40]
        );
        assert_eq!(
            Alert::decode(&[1, 0]),
            Ok(Alert::warning(AlertDescription::CLOSE_NOTIFY))
        );
        let error = Alert::decode(&[2]).unwrap_err();
        assert_eq!(
            error.kind,
            DecodeErrorKind::Truncated { needed: 1, have: 0 }
        );
        let error = Alert::decode(&[2, 40, 2, 40]).unwrap_err();
        assert_eq!(error.kind, DecodeErrorKind::TrailingBytes { extra: 2 });
    }
}

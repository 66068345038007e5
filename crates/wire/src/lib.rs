//! The bytes of TLS: codecs, code points with their IANA names, the extension placement table, spans.

mod code_points;

pub use code_points::*;

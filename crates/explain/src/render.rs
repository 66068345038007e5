//! Renderers: a story as text, as JSON, as a page.
//!
//! A renderer knows columns, colours or tags, and nothing of TLS.

pub mod html;
pub mod json;
mod outline;
pub mod text;

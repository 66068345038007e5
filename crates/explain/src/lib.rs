//! Facts and bytes told back as a story a person can read.
//!
//! [`Story::tell`] makes one structure from facts: flights, and in each the messages with every field, what was decided
//! and why, every key with its formula, every check with its evidence; at the end what was agreed, or what went wrong and
//! what to do about it. Renderers draw that structure; they know nothing of TLS.
//!
//! ```text
//! facts + bytes ──tell──▶ Story ──render──▶ text · JSON · HTML
//!                  ▲
//!         catalogue (English, 中文)
//! ```
//!
//! It knows names, layouts and sentences, and can compute derivations again ([`replay`]). It must not know sockets,
//! clocks or connections: it reads facts, whoever made them, and never fails, whatever they say.
//!
//! Secrets stand in a story only when its facts carry them, and it says so ([`Story::contains_secrets`]).

mod both;
pub mod catalogue;
mod hex;
mod prose;
mod recipe;
pub mod render;
mod replay;
pub mod story;
mod tell;
mod trouble;

pub use catalogue::Language;
pub use prose::{Piece, Prose, printable};
pub use recipe::recipe;
pub use replay::{Replay, is_replayable, replay};
pub use story::Story;
pub use trouble::Trouble;

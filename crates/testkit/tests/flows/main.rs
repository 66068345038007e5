//! What has to hold for every kind of handshake.

mod agreement;
mod answers;
mod early;
mod listening;
mod replays;
mod splits;
mod told;

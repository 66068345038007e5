//! The program as people and scripts use it: its pages, its exit codes, what it prints where. `limpid connect` talks to
//! `limpid serve` here; how each gets on with other implementations is the interop crate's.

mod agreeing;
mod browsing;
mod connecting;
mod explaining;
mod failing;
mod lab;
mod run;
mod serving;

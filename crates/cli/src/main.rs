//! The program `limpid`.

fn main() {}

//! `cargo run -p limpid-fuzz --example corpus DIRECTORY`: writes each target's seeds to files in a folder of its name.

#![expect(
    clippy::disallowed_methods,
    reason = "a program, which reads its arguments and writes files"
)]

use std::path::PathBuf;

use limpid_fuzz::Target;

fn main() -> std::io::Result<()> {
    let directory: PathBuf = std::env::args_os()
        .nth(1)
        .unwrap_or_else(|| "fuzz/corpus".into())
        .into();
    for target in Target::ALL {
        let folder = directory.join(target.name);
        std::fs::create_dir_all(&folder)?;
        for (number, seed) in target.seeds().into_iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number:04}")), seed)?;
        }
    }
    Ok(())
}

//! `limpid show`: tables of what is known.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _, stdout};

use limpid::Policy;
use limpid::wire::{CipherSuite, CodePoint};

use crate::args::{Show, What, known};
use crate::failure::Failure;

pub(crate) fn run(arguments: &Show) -> Result<(), Failure> {
    let mut out = stdout().lock();
    match out
        .write_all(table(arguments).as_bytes())
        .and_then(|()| out.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::output(&error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn table(arguments: &Show) -> String {
    let all = arguments.all;
    match arguments.what {
        What::Versions => rows(&known::versions(), all, |_| None),
        What::Suites => rows(&known::suites(), all, CipherSuite::openssl_name),
        What::Groups => rows(&known::groups(), all, |_| None),
        What::Schemes => rows(&known::schemes(), all, |_| None),
        What::Policies => {
            policy("default", &Policy::default()) + &policy("legacy", &Policy::legacy())
        }
    }
}

/// A row for each code point: those that limpid speaks, or all, with those marked.
fn rows<C>(spoken: &[C], all: bool, other_name: fn(C) -> Option<&'static str>) -> String
where
    C: CodePoint + Copy + PartialEq,
{
    let points = if all { C::ALL } else { spoken };
    let name = |point: C| point.name().unwrap_or_default();
    let width =
        |names: &mut dyn Iterator<Item = &'static str>| names.map(str::len).max().unwrap_or(0);
    let wide = width(&mut points.iter().map(|point| name(*point)));
    let wide_other = width(&mut points.iter().filter_map(|point| other_name(*point)));
    let mut table = String::new();
    for point in points.iter().copied() {
        let mark = match (all, spoken.contains(&point)) {
            (false, _) => "",
            (true, true) => "* ",
            (true, false) => "  ",
        };
        let other = other_name(point).unwrap_or_default();
        let columns = [
            format!("{:<wide$}", name(point)),
            format!("{other:<wide_other$}"),
        ];
        let columns = columns
            .iter()
            .filter(|column| !column.is_empty())
            .fold(String::new(), |line, column| line + column + "  ");
        let reference = point.reference().unwrap_or_default();
        let _ = writeln!(table, "{mark}{:#06x}  {columns}{reference}", point.to_u32());
    }
    table
}

fn policy(name: &str, policy: &Policy) -> String {
    let Policy {
        versions,
        suites,
        groups,
        schemes,
        // `show` lists one order; the presets leave nothing to the client.
        ties: _,
        extras,
    } = policy;
    let lists = [
        list("versions", versions),
        list("suites", suites),
        list("groups", groups),
        list("schemes", schemes),
    ];
    let extras = [
        (
            "require extended master secret (TLS 1.2)",
            extras.require_extended_master_secret,
        ),
        (
            "require secure renegotiation (TLS 1.2)",
            extras.require_secure_renegotiation,
        ),
        (
            "encrypt, then make the MAC (TLS 1.2, CBC)",
            extras.encrypt_then_mac,
        ),
    ];
    let extras =
        extras.map(|(what, on)| format!("    {what}: {}\n", if on { "yes" } else { "no" }));
    format!("{name}\n{}  extras\n{}", lists.concat(), extras.concat())
}

fn list<C: CodePoint + Copy>(title: &str, points: &[C]) -> String {
    points.iter().fold(format!("  {title}\n"), |list, point| {
        list + "    " + point.name().unwrap_or_default() + "\n"
    })
}

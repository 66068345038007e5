//! The timing test runs, and notices what leaks. What limpid does needs more samples and a machine of its own: `scripts/timing`.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_limpid-timing"))
        .args(arguments)
        .output();
    output.expect("the program starts")
}

#[test]
fn what_leaks_on_purpose_is_caught() {
    for control in ["unpad", "2002", "2013"] {
        let output = run(&["leaky", control, "--samples", "3000"]);
        let table = String::from_utf8(output.stdout).expect("a table");
        assert!(output.status.success(), "{table}");
        assert!(table.contains("leaks, as it should"), "{table}");
    }
}

#[test]
fn everything_is_measured_with_its_control_and_few_samples_prove_nothing() {
    let list = String::from_utf8(run(&["--list"]).stdout).expect("names");
    assert!(list.lines().filter(|name| name.ends_with("leaky")).count() >= 4);
    assert!(list.lines().filter(|name| name.ends_with("limpid")).count() >= 8);

    let output = run(&["limpid", "--samples", "20"]);
    let table = String::from_utf8(output.stdout).expect("a table");
    assert!(output.status.success(), "{table}");
    assert!(table.contains("too few samples to say"), "{table}");
    assert!(!table.contains("no difference"), "{table}");
}

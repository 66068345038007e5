//! The benchmark runs: every scenario, every stack, as little as it can. So it cannot rot.

use std::process::Command;

use serde_json::Value;

fn run(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_limpid-bench"))
        .args(arguments)
        .output()
        .expect("the program starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    output.stdout
}

#[test]
fn every_scenario_gives_numbers() {
    let report = run(&["--json", "--rounds", "1", "--slice", "0"]);
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    let rows = |table: &str| report[table].as_array().expect("a table").clone();

    let tables = ["times", "memory", "idle", "scaling", "explaining"];
    let mut measured: Vec<_> = tables.into_iter().flat_map(rows).collect();
    measured.dedup_by_key(|row| row["scenario"].clone());
    let measured: Vec<_> = measured
        .iter()
        .map(|row| row["scenario"].as_str().expect("a name"))
        .collect();
    let list = String::from_utf8(run(&["--list"])).expect("names");
    assert_eq!(measured, list.lines().collect::<Vec<_>>());

    for row in rows("times") {
        let stacks = row["stacks"].as_array().expect("stacks");
        let scenario = row["scenario"].as_str().expect("a name");
        // rustls has none of these; whether OpenSSL is there depends on how this was built.
        let legacy = ["key exchange", "dhe", "cbc"];
        let legacy = legacy.iter().any(|word| scenario.contains(word));
        assert!(stacks.len() >= if legacy { 1 } else { 2 }, "{row}");
        for (_, time) in stacks.iter().map(|stack| (&stack[0], &stack[1])) {
            assert!(time.as_f64().is_some_and(|time| time > 0.0), "{row}");
        }
        let unlimited = ["tls12 resumed", "dhe", "cbc"];
        let unlimited = unlimited.iter().any(|word| scenario.contains(word));
        assert_eq!(row["of_limit"].is_null(), unlimited, "{row}");
    }
    // Of a server in another process the kernel counts hundredths of a second: of a few handshakes nothing.
    let ours = |row: &Value| row["server"] == "limpid";
    let scaling = rows("scaling").into_iter().find(ours).expect("limpid");
    assert!(
        scaling["scaling"].as_f64().is_some_and(|times| times > 0.0),
        "{scaling}"
    );
    for row in rows("explaining") {
        let kept = row["heard"].as_f64().zip(row["unheard"].as_f64());
        assert!(
            kept.is_some_and(|(kept, none)| kept > 0.0 && none > 0.0),
            "{row}"
        );
        for step in ["tell", "text", "html"] {
            assert!(row[step].as_f64().is_some_and(|time| time > 0.0), "{row}");
        }
    }
    for row in rows("memory") {
        assert!(row["idle"].as_i64().is_some_and(|bytes| bytes > 0), "{row}");
        assert!(
            row["allocations"].as_u64().is_some_and(|count| count > 0),
            "{row}"
        );
    }
}

#[test]
fn a_filter_chooses_scenarios() {
    let list = String::from_utf8(run(&["--list", "tls13", "rsa"])).expect("names");
    assert!(!list.is_empty());
    assert!(
        list.lines()
            .all(|name| name.contains("tls13") && name.contains("rsa"))
    );
}

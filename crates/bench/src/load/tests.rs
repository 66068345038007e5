//! What docs/bounds.md promises is kept.

use std::path::Path;

use super::{WAYS, costs, memory};

/// The rows of the table with these words in its head: the first cell, and the number in the second.
fn promised(head: &str) -> Vec<(String, f64)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/bounds.md");
    let page = std::fs::read_to_string(page).expect("docs/bounds.md");
    let (_, table) = page.split_once(head).expect("the table");
    let rows = table.lines().skip(2);
    let rows = rows.take_while(|line| line.starts_with('|')).map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let name = cells.next().expect("a name").to_owned();
        let number = cells.next().expect("a promise").replace(',', "");
        let number = number.split(' ').next().and_then(|word| word.parse().ok());
        (name, number.unwrap_or_else(|| panic!("{row}")))
    });
    rows.collect()
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn connections_that_are_stuck_take_no_more_memory_than_is_promised() {
    let promised = promised("| stuck with | at most |");
    assert_eq!(promised.len(), WAYS.len());
    for taken in memory(10) {
        let row = promised.iter().find(|(name, _)| name == taken.name);
        let (name, most) = row.unwrap_or_else(|| panic!("{} is not promised", taken.name));
        let bytes = f64::from(i32::try_from(taken.bytes).expect("not gigabytes"));
        println!("{}, {name}: {bytes}", taken.version);
        assert!(bytes > 500.0, "{}, {name}: {bytes}?", taken.version);
        assert!(
            bytes <= *most,
            "{}, {name}: {bytes} > {most}",
            taken.version
        );
    }
}

#[test]
fn hellos_cost_no_more_than_is_promised() {
    let promised = promised("| hello full of | at most |");
    let costs = costs(5);
    assert_eq!(2 * promised.len(), costs.len());
    for cost in costs {
        let row = promised.iter().find(|(name, _)| *name == cost.name);
        let (name, most) = row.unwrap_or_else(|| panic!("{} is not promised", cost.name));
        let times = cost.handshakes;
        println!("{}, {name}: {:?}, {times:.2}", cost.version, cost.took);
        assert!(
            times <= *most,
            "{}, {name}: {times:.2} > {most}",
            cost.version
        );
    }
}

//! Results as a table for people, as Markdown, and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use crate::clock::{BySide, Side};
use crate::explaining;
use crate::measure::{Memory, nanoseconds};
use crate::scenario::{Goal, Scenario, Work};
use crate::stack::Stack;

/// Everything that was measured.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// CPU time, a row for each scenario and side.
    pub(crate) times: Vec<TimeRow>,
    /// Memory, a row for each scenario and side.
    pub(crate) memory: Vec<MemoryRow>,
    /// Many idle connections: scenario, stack, how many, bytes for each.
    pub(crate) idle: Vec<IdleRow>,
    /// Servers on one thread and on two.
    pub(crate) scaling: Vec<ScalingRow>,
    /// Handshakes explained.
    pub(crate) explaining: Vec<explaining::Row>,
}

/// Many idle connections of one stack's servers.
#[derive(Debug, Serialize)]
pub(crate) struct IdleRow {
    /// The scenario.
    pub(crate) scenario: &'static str,
    /// The stack.
    pub(crate) stack: &'static str,
    /// How many.
    pub(crate) connections: usize,
    /// What the process has grown by, in bytes for each connection.
    pub(crate) bytes: u64,
}

/// A server on one thread and on two, in handshakes per second of CPU time.
#[derive(Debug, Serialize)]
pub(crate) struct ScalingRow {
    /// The scenario.
    pub(crate) scenario: &'static str,
    /// Whose server.
    pub(crate) server: &'static str,
    /// On one thread.
    pub(crate) one: f64,
    /// On two threads, both together.
    pub(crate) two: f64,
    /// The median of two by one, within a round.
    pub(crate) scaling: f64,
}

/// CPU time of one side in one scenario: medians over the rounds, in nanoseconds.
#[derive(Debug, Serialize)]
pub(crate) struct TimeRow {
    /// The scenario.
    pub(crate) scenario: &'static str,
    /// What this side does.
    pub(crate) what: &'static str,
    /// Each stack's time.
    pub(crate) stacks: Vec<(&'static str, f64)>,
    /// The cryptography alone; `None` where there is none that counts.
    pub(crate) limit: Option<f64>,
    /// Each other stack's time in limpid's: the median of the rounds' ratios.
    pub(crate) times_as_fast: Vec<(&'static str, f64)>,
    /// limpid's time in the limit's: the median of the rounds' ratios.
    pub(crate) of_limit: Option<f64>,
    /// Whether what limpid wants to reach is reached; `None` where it has no goal.
    pub(crate) reached: Option<bool>,
    /// What limpid wants to reach.
    pub(crate) goal: String,
}

/// What one side's connection takes of the heap.
#[derive(Debug, Serialize)]
pub(crate) struct MemoryRow {
    /// The scenario.
    pub(crate) scenario: &'static str,
    /// Client or server.
    pub(crate) side: &'static str,
    /// The stack.
    pub(crate) stack: &'static str,
    /// Bytes held when the handshake is done.
    pub(crate) idle: i64,
    /// Bytes held after 16 KiB each way.
    pub(crate) after_traffic: i64,
    /// The most bytes held until then.
    pub(crate) peak: i64,
    /// Allocations until the handshake is done.
    pub(crate) allocations: u64,
    /// Whether what limpid wants to reach is reached; `None` where it has no goal.
    pub(crate) reached: Option<bool>,
    /// What limpid wants to reach.
    pub(crate) goal: String,
}

/// One round: each stack's cost, and the limit's.
pub(crate) struct Round {
    /// By stack; limpid is the first.
    pub(crate) stacks: Vec<(Stack, BySide)>,
    /// The cryptography alone.
    pub(crate) limit: Option<BySide>,
}

impl Report {
    /// Adds the rows of a scenario that was timed.
    pub(crate) fn add_times(&mut self, scenario: &Scenario, rounds: &[Round]) {
        for side in [Side::Server, Side::Client] {
            self.times.push(time_row(scenario, side, rounds));
        }
    }

    /// Adds the rows of a scenario whose memory was measured.
    pub(crate) fn add_memory(&mut self, scenario: &Scenario, stack: Stack, memory: [Memory; 2]) {
        for (side, memory) in [(Side::Server, memory[1]), (Side::Client, memory[0])] {
            let goal = scenario.goal(side);
            let ours = stack == Stack::Limpid;
            self.memory.push(MemoryRow {
                scenario: scenario.name,
                side: what(scenario.work, side),
                stack: stack.name(),
                idle: memory.idle,
                after_traffic: memory.after_traffic,
                peak: memory.peak,
                allocations: memory.allocations,
                reached: ours.then(|| goal.reached_memory(&memory)).flatten(),
                goal: if ours { goal.to_text() } else { String::new() },
            });
        }
    }

    /// The tables as Markdown, which people can read as it is.
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::new();
        if !self.times.is_empty() {
            let there = |name: &str| self.times.iter().any(|row| row.has(name));
            let others = Stack::ALL.iter().map(|stack| stack.name()).skip(1);
            let others: Vec<_> = others.filter(|name| there(name)).collect();
            let mut table = vec![header(&others)];
            table.extend(self.times.iter().map(|row| row.cells(&others)));
            text.push_str(&render(&table));
        }
        if !self.memory.is_empty() {
            let titles = [
                "memory",
                "side",
                "stack",
                "idle",
                "after 16 KiB each way",
                "peak",
                "allocations",
                "to reach",
            ];
            let mut table = vec![titles.map(String::from).to_vec()];
            table.extend(self.memory.iter().map(MemoryRow::cells));
            let _ = write!(text, "\n{}", render(&table));
        }
        if !self.idle.is_empty() {
            let titles = ["idle servers", "stack", "connections", "bytes for each"];
            let mut table = vec![titles.map(String::from).to_vec()];
            table.extend(self.idle.iter().map(IdleRow::cells));
            let _ = write!(text, "\n{}", render(&table));
        }
        if !self.scaling.is_empty() {
            let titles = ["handshakes/s", "server", "one thread", "two threads", "×"];
            let mut table = vec![titles.map(String::from).to_vec()];
            table.extend(self.scaling.iter().map(ScalingRow::cells));
            let _ = write!(text, "\n{}", render(&table));
        }
        if !self.explaining.is_empty() {
            let titles = [
                "explaining",
                "side",
                "handshake",
                "with facts kept",
                "story told",
                "as text",
                "as a page",
                "explained as text",
                "explained as a page",
                "to reach",
            ];
            let mut table = vec![titles.map(String::from).to_vec()];
            table.extend(self.explaining.iter().map(explaining::Row::cells));
            let _ = write!(text, "\n{}", render(&table));
        }
        text
    }
}

impl IdleRow {
    fn cells(&self) -> Vec<String> {
        vec![
            self.scenario.into(),
            self.stack.into(),
            self.connections.to_string(),
            self.bytes.to_string(),
        ]
    }
}

impl explaining::Row {
    fn cells(&self) -> Vec<String> {
        let times = [
            self.unheard,
            self.heard,
            self.tell,
            self.text,
            self.html,
            self.whole_text,
            self.whole_html,
        ];
        let mut cells = vec![self.scenario.into(), self.side.into()];
        cells.extend(times.map(time_text));
        cells.push(verdict("< 5 ms", Some(self.reached)));
        cells
    }
}

impl ScalingRow {
    fn cells(&self) -> Vec<String> {
        vec![
            self.scenario.into(),
            self.server.into(),
            format!("{:.0}", self.one),
            format!("{:.0}", self.two),
            format!("{:.2}", self.scaling),
        ]
    }
}

fn time_row(scenario: &Scenario, side: Side, rounds: &[Round]) -> TimeRow {
    let times = |pick: &dyn Fn(&Round) -> Option<BySide>| -> Vec<f64> {
        let picked = rounds.iter().filter_map(pick);
        picked.map(|cost| nanoseconds(cost.of(side))).collect()
    };
    let limit = times(&|round| round.limit);
    let limited = !limit.is_empty();
    let stacks: Vec<(&'static str, Vec<f64>)> = rounds
        .first()
        .map(|round| round.stacks.as_slice())
        .unwrap_or_default()
        .iter()
        .enumerate()
        .map(|(index, (stack, _))| (stack.name(), times(&|round| Some(round.stacks[index].1))))
        .collect();
    let ours = stacks
        .first()
        .map(|(_, times)| times.clone())
        .unwrap_or_default();
    let others = stacks.iter().skip(1);
    let times_as_fast: Vec<_> = others
        .map(|(name, theirs)| (*name, median_ratio(theirs, &ours)))
        .collect();
    let of_limit = limited.then(|| median_ratio(&ours, &limit));
    let goal = scenario.goal(side);
    TimeRow {
        scenario: scenario.name,
        what: what(scenario.work, side),
        stacks: stacks
            .iter()
            .map(|(name, times)| (*name, median(times.clone())))
            .collect(),
        limit: limited.then(|| median(limit)),
        reached: goal.reached(&times_as_fast, of_limit),
        goal: goal.to_text(),
        times_as_fast,
        of_limit,
    }
}

const fn what(work: Work, side: Side) -> &'static str {
    match (work, side) {
        (Work::Messages(_), Side::Client) => "seal",
        (Work::Messages(_), Side::Server) => "open",
        (_, Side::Client) => "client",
        (_, Side::Server) => "server",
    }
}

impl Goal {
    fn reached(
        &self,
        times_as_fast: &[(&'static str, f64)],
        of_limit: Option<f64>,
    ) -> Option<bool> {
        let rustls = Stack::Rustls.name();
        let ratio = times_as_fast.iter().find(|(name, _)| *name == rustls);
        let fast = self.rustls.zip(ratio);
        all([
            fast.map(|(goal, (_, ratio))| *ratio >= goal),
            self.limit.zip(of_limit).map(|(goal, ratio)| ratio <= goal),
        ])
    }

    fn reached_memory(&self, memory: &Memory) -> Option<bool> {
        let most = memory.idle.max(memory.after_traffic);
        all([
            self.idle.map(|goal| most <= goal),
            self.allocations.map(|goal| memory.allocations <= goal),
        ])
    }

    fn to_text(self) -> String {
        let parts = [
            self.rustls.map(|ratio| format!("≥ {ratio} × rustls")),
            self.limit.map(|ratio| format!("≤ {ratio} × limit")),
            self.idle.map(|bytes| format!("≤ {bytes} bytes")),
            self.allocations
                .map(|count| format!("≤ {count} allocations")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Whether all goals are reached that there are; `None` if there are none.
fn all(goals: [Option<bool>; 2]) -> Option<bool> {
    goals
        .into_iter()
        .flatten()
        .reduce(|one, other| one && other)
}

fn header(others: &[&str]) -> Vec<String> {
    let mut cells = vec!["scenario".into(), "side".into(), "limpid".into()];
    cells.extend(others.iter().map(|name| (*name).to_owned()));
    cells.push("limit".into());
    cells.extend(others.iter().map(|name| format!("{name} ÷ limpid")));
    cells.push("limpid ÷ limit".into());
    cells.push("to reach".into());
    cells
}

impl TimeRow {
    fn has(&self, stack: &str) -> bool {
        self.stacks.iter().any(|(name, _)| *name == stack)
    }

    fn cells(&self, others: &[&str]) -> Vec<String> {
        let of = |list: &[(&str, f64)], stack: &str, text: fn(f64) -> String| {
            let found = list.iter().find(|(name, _)| *name == stack);
            found.map_or_else(String::new, |(_, number)| text(*number))
        };
        let time = |stack: &str| of(&self.stacks, stack, time_text);
        let ratio = |stack: &&str| of(&self.times_as_fast, stack, |ratio| format!("{ratio:.2}"));
        let mut cells = vec![self.scenario.into(), self.what.into()];
        cells.push(time(Stack::Limpid.name()));
        cells.extend(others.iter().map(|stack| time(stack)));
        cells.push(self.limit.map_or_else(String::new, time_text));
        cells.extend(others.iter().map(ratio));
        cells.push(
            self.of_limit
                .map_or_else(String::new, |ratio| format!("{ratio:.2}")),
        );
        cells.push(verdict(&self.goal, self.reached));
        cells
    }
}

fn verdict(goal: &str, reached: Option<bool>) -> String {
    match reached {
        None => String::new(),
        Some(true) => format!("{goal}: yes"),
        Some(false) => format!("{goal}: no"),
    }
}

impl MemoryRow {
    fn cells(&self) -> Vec<String> {
        vec![
            self.scenario.into(),
            self.side.into(),
            self.stack.into(),
            self.idle.to_string(),
            self.after_traffic.to_string(),
            self.peak.to_string(),
            self.allocations.to_string(),
            verdict(&self.goal, self.reached),
        ]
    }
}

fn time_text(nanoseconds: f64) -> String {
    if nanoseconds >= 10_000.0 {
        format!("{:.1} µs", nanoseconds / 1000.0)
    } else {
        format!("{nanoseconds:.0} ns")
    }
}

/// A table of Markdown whose columns are as wide as their widest cell.
fn render(table: &[Vec<String>]) -> String {
    let columns = table.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = table.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    let mut text = String::new();
    for (index, row) in table.iter().enumerate() {
        for (column, width) in widths.iter().copied().enumerate() {
            let cell = row.get(column).map_or("", String::as_str);
            let _ = write!(text, "| {cell:width$} ");
        }
        text.push_str("|\n");
        if index == 0 {
            for width in &widths {
                let _ = write!(text, "|{}", "-".repeat(width + 2));
            }
            text.push_str("|\n");
        }
    }
    text
}

fn median_ratio(above: &[f64], below: &[f64]) -> f64 {
    let ratios = above.iter().zip(below).map(|(above, below)| above / below);
    median(ratios.collect())
}

/// The one in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::{Goal, median, render};

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn a_goal_of_two_parts_needs_both() {
        let goal = Goal {
            rustls: Some(1.25),
            limit: Some(1.18),
            ..Goal::default()
        };
        assert_eq!(goal.reached(&[("rustls", 1.3)], Some(1.1)), Some(true));
        assert_eq!(goal.reached(&[("rustls", 1.2)], Some(1.1)), Some(false));
        assert_eq!(goal.reached(&[("rustls", 1.3)], Some(1.2)), Some(false));
        assert_eq!(Goal::default().reached(&[("rustls", 1.3)], Some(1.2)), None);
    }

    #[test]
    fn columns_are_aligned() {
        let table = [["a", "µs"], ["bcd", "e"]].map(|row| row.map(String::from).to_vec());
        assert_eq!(render(&table), "| a   | µs |\n|-----|----|\n| bcd | e  |\n");
    }
}

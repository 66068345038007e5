//! What limpid costs, beside rustls, OpenSSL and the bare primitives, in one process and by side.
//!
//! Each scenario is done in rounds. In a round every stack does the same work, one after the other and each time in another order; what counts is the CPU
//! time of the thread, and what is reported are medians over the rounds, and ratios within a round. Nothing goes over a socket: bytes are handed over in
//! memory. What each side does is timed apart.
//!
//! docs/performance.md says how to read the table.

mod clock;
mod explaining;
mod heap;
mod idle;
mod limit;
mod load;
mod measure;
mod page;
mod report;
mod scale;
mod scenario;
mod stack;
mod stacks;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::clock::{BySide, timed};
use crate::measure::Identities;
use crate::report::{Report, Round};
use crate::scenario::{RECORD, Scenario, Work};
use crate::stack::{Ends, Identity, Stack};

/// What limpid costs, beside rustls, OpenSSL and the bare primitives.
#[derive(Debug, Parser)]
#[command(name = "limpid-bench")]
struct Arguments {
    /// Words of scenario names: only scenarios that have all of them are measured.
    filter: Vec<String>,

    /// Rounds; medians are taken over them.
    #[arg(long, default_value_t = 15)]
    rounds: usize,

    /// CPU time that each stack works in a round of a scenario, in milliseconds.
    #[arg(long, default_value_t = 20)]
    slice: u64,

    /// How often the work is done in a round, instead of filling the slice.
    #[arg(long)]
    count: Option<usize>,

    /// Measures this stack alone, for a profiler.
    #[arg(long, value_name = "STACK", hide = true)]
    only: Option<String>,

    /// Holds so many connections of this stack's server, and prints the bytes that each takes.
    #[arg(long, value_name = "COUNT", hide = true, requires = "only")]
    idle: Option<usize>,

    /// Holds so many connections of each kind that never comes to an end, and prints what they take and what hellos cost.
    #[arg(long, value_name = "COUNT", conflicts_with = "filter")]
    load: Option<usize>,

    /// Prints JSON instead of the table.
    #[arg(long)]
    json: bool,

    /// Puts the tables into this page, between its marks.
    #[arg(long, value_name = "PAGE")]
    write: Option<PathBuf>,

    /// The words are a scenario's whole name, and not to be looked for in others.
    #[arg(long, hide = true)]
    exactly: bool,

    /// Names the scenarios and measures nothing.
    #[arg(long)]
    list: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let wanted = scenario::ALL
        .iter()
        .filter(|scenario| arguments.wants(scenario));
    if arguments.list {
        wanted.for_each(|scenario| println!("{}", scenario.name));
        return;
    }
    if let Some(count) = arguments.load {
        print_load(count, arguments.rounds);
        return;
    }
    let mut report = Report::default();
    let mut identities = Identities::default();
    if let Some(count) = arguments.idle {
        let only = Stack::ALL
            .iter()
            .find(|stack| arguments.only.as_deref() == Some(stack.name()));
        let identity = identities.with(scenario::TLS13.key);
        let bytes = idle::measure_here(*only.expect("a stack"), identity, count);
        println!("{bytes}");
        return;
    }
    for scenario in wanted {
        eprintln!("{}", scenario.name);
        let identity = identities.with(scenario.setting.key);
        arguments.measure(scenario, identity, &mut report);
    }
    if let Some(page) = &arguments.write {
        page::write(page, &report.markdown()).expect("the page can be written");
    }
    if arguments.json {
        let json = serde_json::to_string_pretty(&report).expect("numbers and words");
        println!("{json}");
    } else {
        print!("{}", report.markdown());
    }
}

/// The measured side of the tables of docs/bounds.md.
fn print_load(connections: usize, rounds: usize) {
    for taken in load::memory(connections) {
        println!("{}, {}: {} bytes", taken.version, taken.name, taken.bytes);
    }
    for cost in load::costs(rounds) {
        let load::Cost {
            name,
            version,
            took,
            handshakes,
        } = cost;
        println!("{version}, {name}: {took:?}, {handshakes:.2} handshakes");
    }
}

impl Arguments {
    fn wants(&self, scenario: &Scenario) -> bool {
        if self.exactly {
            return self.filter.join(" ") == scenario.name;
        }
        self.filter
            .iter()
            .all(|word| scenario.name.contains(word.as_str()))
    }

    fn measure(&self, scenario: &Scenario, identity: &Identity, report: &mut Report) {
        let messages = matches!(scenario.work, Work::Messages(_));
        let fitting = Stack::ALL.iter().filter(|stack| {
            let wanted = self.only.as_ref();
            (messages || stack.shakes_hands()) && wanted.is_none_or(|name| stack.name() == name)
        });
        let stacks = fitting.filter_map(|stack| {
            let ends = stack.ends(&scenario.setting, identity)?;
            Some((*stack, ends))
        });
        let mut stacks: Vec<_> = stacks.collect();
        if scenario.work == Work::Scaling {
            let load = scale::Load {
                handshakes: if self.slice == 0 { 20 } else { 5000 },
                at_once: if self.slice == 0 { 4 } else { 500 },
                rounds: self.rounds.min(7),
            };
            let rows = scale::measure(scenario.name, load, identity);
            report.scaling.extend(rows);
            return;
        }
        if scenario.work == Work::Idle {
            let connections = if self.slice == 0 { 50 } else { idle::MANY };
            let stacks = Stack::ALL.iter().filter(|stack| stack.shakes_hands());
            report.idle.extend(stacks.map(|stack| report::IdleRow {
                scenario: scenario.name,
                stack: stack.name(),
                connections,
                bytes: idle::measure(*stack, connections),
            }));
            return;
        }
        if scenario.work == Work::Explaining {
            let count = self.count(scenario, stacks[0].1.as_mut());
            let (name, setting) = (scenario.name, &scenario.setting);
            let rows = explaining::measure(name, setting, identity, self.rounds, count);
            report.explaining.extend(rows);
            return;
        }
        if scenario.work == Work::Memory {
            for (stack, ends) in &mut stacks {
                let memory = heap::counted(|| measure::memory(ends.as_mut(), RECORD));
                report.add_memory(scenario, *stack, memory);
            }
        } else {
            report.add_times(scenario, &self.rounds(scenario, &mut stacks));
        }
    }

    fn rounds(&self, scenario: &Scenario, stacks: &mut [(Stack, Box<dyn Ends>)]) -> Vec<Round> {
        let count = self.count(scenario, stacks[0].1.as_mut());
        (0..self.rounds)
            .map(|round| {
                let mut costs = vec![BySide::default(); stacks.len()];
                for place in 0..stacks.len() {
                    let index = (round + place) % stacks.len();
                    costs[index] = work(scenario, stacks[index].1.as_mut(), count);
                }
                Round {
                    stacks: stacks.iter().map(|(stack, _)| *stack).zip(costs).collect(),
                    limit: limit(scenario, count),
                }
            })
            .collect()
    }

    /// How often the work is to be done to fill the slice. Doing it also warms up, and teaches chains to those who remember them.
    fn count(&self, scenario: &Scenario, ends: &mut dyn Ends) -> usize {
        if let Some(count) = self.count {
            return count;
        }
        let few = 2;
        let (_, took) = timed(|| work(scenario, ends, few));
        let once = (took / 2).max(Duration::from_nanos(1));
        let slice = Duration::from_millis(self.slice);
        let most = match scenario.work {
            // Two megabytes of records in all: a second-level cache holds them.
            Work::Messages(length) => (2 << 20) / length,
            _ => 64,
        };
        usize::try_from(slice.as_nanos() / once.as_nanos())
            .unwrap_or(most)
            .clamp(1, most)
    }
}

fn work(scenario: &Scenario, ends: &mut dyn Ends, count: usize) -> BySide {
    match scenario.work {
        Work::Messages(length) => measure::messages(ends, length, count),
        Work::Handshake | Work::Memory | Work::Idle | Work::Scaling | Work::Explaining => {
            measure::handshakes(&scenario.setting, ends, count)
        }
    }
}

fn limit(scenario: &Scenario, count: usize) -> Option<BySide> {
    match scenario.work {
        Work::Messages(length) => measure::message_limit(&scenario.setting, length, count),
        Work::Handshake | Work::Memory | Work::Idle | Work::Scaling | Work::Explaining => {
            measure::handshake_limit(&scenario.setting, count)
        }
    }
}

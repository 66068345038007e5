//! What explaining costs: handshakes that nobody listens to, in a program that has the explainer linked in; the same with their facts kept; and the
//! whole story told from those facts and set as text and as a page.

use serde::Serialize;

use limpid_explain::render::{html, text};
use limpid_explain::{Language, Story};

use crate::clock::{BySide, Side, timed};
use crate::measure::{handshakes, nanoseconds};
use crate::report::median;
use crate::stack::{Ends, Identity, Setting};
use crate::stacks::limpid::{Told, ends, heard_ends, told};

/// The most CPU time that a full story may take, in nanoseconds.
const MOST: f64 = 5e6;

/// What explaining costs on a side: medians over the rounds, in nanoseconds of CPU time.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// The scenario.
    pub(crate) scenario: &'static str,
    /// Client or server.
    pub(crate) side: &'static str,
    /// A handshake that nobody listens to.
    pub(crate) unheard: f64,
    /// A handshake whose facts, secrets among them, are made and kept.
    pub(crate) heard: f64,
    /// The story, told from these facts.
    pub(crate) tell: f64,
    /// The full story as text.
    pub(crate) text: f64,
    /// The story as an HTML page.
    pub(crate) html: f64,
    /// All that explaining as text adds: keeping the facts, the story, and its text.
    pub(crate) whole_text: f64,
    /// The same with a page.
    pub(crate) whole_html: f64,
    /// Whether both are within what a story may take.
    pub(crate) reached: bool,
}

/// One round's cost on one side.
#[derive(Clone, Copy)]
struct Cost {
    unheard: f64,
    heard: f64,
    tell: f64,
    text: f64,
    html: f64,
}

/// Measures both sides, in rounds of `count` handshakes with an observer and as many without.
pub(crate) fn measure(
    scenario: &'static str,
    setting: &Setting,
    identity: &Identity,
    rounds: usize,
    count: usize,
) -> Vec<Row> {
    let mut unheard = ends(setting, identity).expect("limpid can do that");
    let mut heard = heard_ends(setting, identity);
    let facts = told(setting, identity);
    let mut costs = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        let shake = |ends: &mut Box<dyn Ends>| handshakes(setting, ends.as_mut(), count);
        // Who goes first finds other caches than who goes second.
        let (unheard, heard): (BySide, BySide) = if round % 2 == 0 {
            let first = shake(&mut unheard);
            (first, shake(&mut heard))
        } else {
            let first = shake(&mut heard);
            (shake(&mut unheard), first)
        };
        for ((side, facts), costs) in [Side::Server, Side::Client]
            .into_iter()
            .zip(&facts)
            .zip(&mut costs)
        {
            costs.push(Cost {
                unheard: nanoseconds(unheard.of(side)),
                heard: nanoseconds(heard.of(side)),
                ..explain(facts)
            });
        }
    }
    let [server, client] = costs;
    vec![
        row(scenario, "server", &server),
        row(scenario, "client", &client),
    ]
}

/// Tells the story and sets it, each once.
fn explain(facts: &Told) -> Cost {
    let full = text::TextOptions {
        detail: text::Detail::Full,
        ..text::TextOptions::default()
    };
    let (story, tell) = timed(|| Story::tell(facts, Language::English));
    let (as_text, text) = timed(|| text::render(&story, full));
    let (as_page, html) = timed(|| html::render(&story));
    assert!(
        as_text.len() > 10_000 && as_page.len() > as_text.len(),
        "a full story is long"
    );
    Cost {
        unheard: 0.0,
        heard: 0.0,
        tell: nanoseconds(tell),
        text: nanoseconds(text),
        html: nanoseconds(html),
    }
}

fn row(scenario: &'static str, side: &'static str, costs: &[Cost]) -> Row {
    let of = |pick: fn(&Cost) -> f64| median(costs.iter().map(pick).collect());
    let whole_text = of(|cost| cost.heard - cost.unheard + cost.tell + cost.text);
    let whole_html = of(|cost| cost.heard - cost.unheard + cost.tell + cost.html);
    Row {
        scenario,
        side,
        unheard: of(|cost| cost.unheard),
        heard: of(|cost| cost.heard),
        tell: of(|cost| cost.tell),
        text: of(|cost| cost.text),
        html: of(|cost| cost.html),
        whole_text,
        whole_html,
        reached: whole_text < MOST && whole_html < MOST,
    }
}

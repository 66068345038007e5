//! A failure that was made to happen, and what limpid said about it.

use limpid_interop::{Finished, Process};

/// What came of a case, and what must have been said.
pub(crate) struct Case {
    /// How it was run, for the page.
    pub(crate) how: &'static str,
    /// All that limpid printed.
    pub(crate) printed: String,
    /// The exit code, if limpid ended, and the one it had to have.
    pub(crate) code: Option<(Option<i32>, i32)>,
    /// What it had to say.
    pub(crate) expected: Expected,
}

/// What must be said, in whatever case of letters.
pub(crate) struct Expected {
    /// The true cause, in what happened or in the evidence.
    pub(crate) causes: &'static [&'static str],
    /// Who has to act: the beginning of the sentence about it.
    pub(crate) whose: &'static str,
    /// The rule's document.
    pub(crate) rule: &'static str,
    /// What to do: in the remedy, or the commands and settings.
    pub(crate) fix: &'static str,
}

impl Case {
    /// `limpid connect` or `limpid doctor`, which ended.
    pub(crate) fn ended(how: &'static str, done: &Finished, code: i32, expected: Expected) -> Self {
        Self {
            how,
            printed: done.err() + &done.out(),
            code: Some((done.code, code)),
            expected,
        }
    }

    /// `limpid serve`, which goes on. Waits for its remedy, and ends it, so that it has said all.
    pub(crate) fn served(how: &'static str, server: Process, expected: Expected) -> Self {
        server.wait_for("hint: ");
        let done = server.terminate();
        Self {
            how,
            printed: done.err() + &done.out(),
            code: None,
            expected,
        }
    }

    /// The parts of the diagnosis.
    ///
    /// # Panics
    /// When one is missing, or does not say what it should.
    pub(crate) fn told(&self) -> Told {
        let told = Told::read(&self.printed);
        let Expected {
            causes,
            whose,
            rule,
            fix,
        } = &self.expected;
        if let Some((code, expected)) = self.code {
            assert_eq!(code, Some(expected), "exit code; {}", self.printed);
        }
        let about = format!("{}\n{}", told.what, told.shown.join("\n")).to_lowercase();
        for cause in *causes {
            let named = about.contains(&cause.to_lowercase());
            assert!(named, "nothing of {cause:?} in\n{}", self.printed);
        }
        let blamed = told.whose.to_lowercase().starts_with(&whose.to_lowercase());
        assert!(blamed, "{whose:?} is not blamed in\n{}", self.printed);
        assert!(told.rule.contains(rule), "no {rule} in\n{}", self.printed);
        let remedy = format!("{}\n{}", told.remedy, told.steps.join("\n")).to_lowercase();
        let mended = remedy.contains(&fix.to_lowercase());
        assert!(mended, "nothing of {fix:?} to do in\n{}", self.printed);
        told
    }
}

/// A diagnosis taken apart.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) what: String,
    pub(crate) whose: String,
    pub(crate) shown: Vec<String>,
    pub(crate) rule: String,
    pub(crate) remedy: String,
    pub(crate) steps: Vec<String>,
}

impl Told {
    /// Reads either form: the lines of `connect` and `serve`, or the page of `doctor`.
    fn read(printed: &str) -> Self {
        const LABELS: [[&str; 5]; 2] = [
            ["error:", "whose:", "shown:", "rule:", "hint:"],
            [
                "what happened",
                "whose turn it is",
                "evidence",
                "rule",
                "what to do",
            ],
        ];
        let mut told = Self::default();
        let mut part = None;
        let doctor = printed.contains("what happened");
        let labels = LABELS[usize::from(doctor)];
        for line in printed.lines() {
            // A server says first which client it speaks of.
            let line = match line.split_once(": error:") {
                Some((_, rest)) => format!("error:{rest}"),
                None => line.to_owned(),
            };
            let text = line.trim_start();
            let labelled = labels.iter().position(|label| text.starts_with(label));
            let indented = line.starts_with(' ');
            if text.is_empty() || !(indented || labelled.is_some()) {
                part = None;
            }
            let text = match labelled.filter(|_| doctor == indented) {
                Some(label) => {
                    part = Some(label);
                    text[labels[label].len()..].trim()
                }
                None => text,
            };
            told.add(part, text);
        }
        told
    }

    fn add(&mut self, part: Option<usize>, text: &str) {
        let append = |to: &mut String| {
            if !to.is_empty() {
                to.push(' ');
            }
            to.push_str(text);
        };
        match part {
            Some(0) => append(&mut self.what),
            Some(1) => append(&mut self.whose),
            Some(2) => self.shown.push(text.to_owned()),
            Some(3) => append(&mut self.rule),
            Some(4) => match (text.strip_prefix("- "), self.steps.last_mut()) {
                (Some(step), _) => self.steps.push(step.to_owned()),
                (None, Some(step)) => append(step),
                (None, None) => append(&mut self.remedy),
            },
            _ => {}
        }
    }
}

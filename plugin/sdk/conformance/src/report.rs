use std::fmt;

/// What a run found: one line for each behaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// In the order of the list.
    pub lines: Vec<Line>,
}

/// One behaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What a plugin does.
    pub behaviour: &'static str,
    /// Whether this one does.
    pub outcome: Outcome,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It does.
    Passed,
    /// It does not.
    Failed(String),
    /// It could not be tried.
    Skipped(String),
}

impl Report {
    /// The behaviours that failed.
    #[must_use]
    pub fn failed(&self) -> Vec<&'static str> {
        self.with(|outcome| matches!(outcome, Outcome::Failed(_)))
    }

    /// The behaviours that could not be tried. Compare it with what you expect, so that none is lost unnoticed.
    #[must_use]
    pub fn skipped(&self) -> Vec<&'static str> {
        self.with(|outcome| matches!(outcome, Outcome::Skipped(_)))
    }

    fn with(&self, wanted: impl Fn(&Outcome) -> bool) -> Vec<&'static str> {
        let lines = self.lines.iter().filter(|line| wanted(&line.outcome));
        lines.map(|line| line.behaviour).collect()
    }

    /// Prints the report.
    ///
    /// # Panics
    /// If a behaviour failed.
    #[track_caller]
    pub fn assert(&self) {
        println!("{self}");
        assert!(self.failed().is_empty(), "the plugin does not conform:\n{self}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Line { behaviour, outcome } in &self.lines {
            match outcome {
                Outcome::Passed => writeln!(f, "passed   {behaviour}")?,
                Outcome::Failed(why) => writeln!(f, "FAILED   {behaviour}: {why}")?,
                Outcome::Skipped(why) => writeln!(f, "skipped  {behaviour}: {why}")?,
            }
        }
        let (failed, skipped) = (self.failed().len(), self.skipped().len());
        let passed = self.lines.len() - failed - skipped;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

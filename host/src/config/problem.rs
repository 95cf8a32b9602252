use std::fmt;
use std::path::PathBuf;

/// One thing wrong with the config: where, what, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The config file, as the admin named it.
    pub file: PathBuf,
    /// Line, from 1; 0 if the file as a whole is meant (it is missing, say).
    pub line: usize,
    /// Column in characters, from 1; 0 with line 0.
    pub column: usize,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// True if otai runs all the same.
    pub warning: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if self.line > 0 {
            write!(f, "{}:{}:", self.line, self.column)?;
        }
        if self.warning {
            f.write_str(" warning:")?;
        }
        write!(f, " {}", self.message)?;
        for line in self.help.iter().flat_map(|help| help.lines()) {
            write!(f, "\n    {line}")?;
        }
        Ok(())
    }
}

/// Everything wrong with a config, in the order of the file. At least one of them is no warning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", joined(.0))]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Sorts them by place and drops repeats.
    #[must_use]
    pub fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| (problem.line, problem.column));
        problems.dedup();
        Self(problems)
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

/// A binary file handed over by mistake has thousands of problems; nobody reads past the first few.
const SHOWN: usize = 50;

fn joined(problems: &[Problem]) -> String {
    let mut text = problems
        .iter()
        .take(SHOWN)
        .map(Problem::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    if problems.len() > SHOWN {
        text.push_str(&format!("\n... and {} more problems", problems.len() - SHOWN));
    }
    text
}

/// `text` as a message shows it: in backticks, on one line, cut, and without bytes that move a terminal's cursor.
pub(super) fn shown(text: &str) -> String {
    /// Longer than any name of a queue that was seen, shorter than a line.
    const LONGEST: usize = 60;
    let mut out = String::from("`");
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        if c.is_control() {
            out.extend(c.escape_default())
        } else {
            out.push(c)
        }
    }
    out.push('`');
    out
}

/// `` `a`, `b` and `c` ``, cut after a dozen.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    /// What fits on a line or two.
    const LONGEST: usize = 12;
    let mut names: Vec<_> = names.into_iter().map(shown).collect();
    let more = names.len().saturating_sub(LONGEST);
    if more > 0 {
        names.truncate(LONGEST);
        return format!("{} and {more} more", names.join(", "));
    }
    match names.pop() {
        Some(last) if !names.is_empty() => format!("{} and {last}", names.join(", ")),
        Some(only) => only,
        None => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: usize) -> Problem {
        let column = usize::from(line > 0);
        Problem {
            file: "c.yml".into(),
            line,
            column,
            message: "m".into(),
            help: None,
            warning: false,
        }
    }

    #[test]
    fn reads_like_a_compiler() {
        let mut problem = Problem {
            line: 12,
            column: 7,
            help: Some("one\ntwo".into()),
            ..problem(1)
        };
        assert_eq!(problem.to_string(), "c.yml:12:7: m\n    one\n    two");
        problem.warning = true;
        assert!(problem.to_string().starts_with("c.yml:12:7: warning: m"));
        assert_eq!(
            Problem {
                line: 0,
                column: 0,
                help: None,
                warning: false,
                ..problem
            }
            .to_string(),
            "c.yml: m"
        );
    }

    #[test]
    fn is_sorted_and_cut() {
        let problems = Problems::new((1..=60).rev().map(problem).collect());
        let text = problems.to_string();
        assert!(text.starts_with("c.yml:1:1: m\nc.yml:2:1: m\n"), "{text}");
        assert!(text.ends_with("c.yml:50:1: m\n... and 10 more problems"), "{text}");
    }

    #[test]
    fn shows_no_control_characters() {
        assert_eq!(shown("a\u{1b}[31m\nb"), "`a\\u{1b}[31m\\nb`");
        assert_eq!(shown(&"é".repeat(70)), format!("`{}…`", "é".repeat(60)));
    }

    #[test]
    fn lists_read_like_a_sentence() {
        assert_eq!(list([]), "none");
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
        assert!(list(["x"; 20]).ends_with("`x` and 8 more"));
    }
}

//! From a path to a YAML value and the places of everything in it, or to the reason why there is none.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_yaml::Value;

use super::locate::{self, Fault, Position, SourceMap};
use super::problem::Problem;

/// No config comes near it; a disk image handed over by mistake must not be read to its end.
const LARGEST: u64 = 1 << 20;

/// The file that problems are in, and where everything stands in it.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) file: PathBuf,
    pub(super) map: SourceMap,
}

impl Source {
    /// A problem with the value at `path`; at the nearest place above it if the file does not have it.
    pub(super) fn at(&self, path: &[impl AsRef<str>], message: impl Into<String>, help: Option<String>) -> Problem {
        let at = match self.map.find(path) {
            (Some(place), true) => place.best(),
            (Some(place), false) if place.shape == locate::Shape::Alias => place.value,
            (Some(place), false) => place.key(),
            (None, _) => Position::START,
        };
        self.problem(at, message, help)
    }

    /// A problem with the key at the end of `path`.
    pub(super) fn at_key(&self, path: &[impl AsRef<str>], message: impl Into<String>, help: Option<String>) -> Problem {
        let at = self.map.find(path).0.map_or(Position::START, locate::Place::key);
        self.problem(at, message, help)
    }

    /// Where `part` of the text at `path` stands. An alias has its text elsewhere.
    pub(super) fn place_of(&self, path: &[impl AsRef<str>], part: &str, text: &str) -> Option<Position> {
        let (Some(place), true) = self.map.find(path) else {
            return None;
        };
        if place.shape != locate::Shape::Scalar {
            return None;
        }
        let from = place.value;
        for (number, line) in lines(text).enumerate().skip(from.line - 1) {
            let skipped = if number + 1 == from.line { from.column - 1 } else { 0 };
            let start = line.char_indices().nth(skipped).map_or(line.len(), |(start, _)| start);
            if let Some(found) = line.get(start..).and_then(|rest| rest.find(part)) {
                return Some(Position {
                    line: number + 1,
                    column: line[..start + found].chars().count() + 1,
                });
            }
        }
        None
    }

    fn problem(&self, at: Position, message: impl Into<String>, help: Option<String>) -> Problem {
        problem(&self.file, at, message, help)
    }
}

fn problem(file: &Path, at: Position, message: impl Into<String>, help: Option<String>) -> Problem {
    let (message, file) = (message.into(), file.to_path_buf());
    Problem {
        file,
        line: at.line,
        column: at.column,
        message,
        help,
        warning: false,
    }
}

/// Reads the bytes of a config.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let whole = |message: String, help: Option<&str>| Problem {
        file: path.to_path_buf(),
        line: 0,
        column: 0,
        message,
        help: help.map(str::to_owned),
        warning: false,
    };
    let bytes = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        Ok::<_, io::Error>(bytes)
    };
    let make_one = "`otai init` writes one; `--config PATH` names one elsewhere";
    match bytes() {
        // Opening a folder works on Unix and is denied on Windows, so the folder is asked for first.
        _ if path.is_dir() => Err(whole(
            "is a folder, not a config file".to_owned(),
            Some("name the file in it"),
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(whole("there is no such file".to_owned(), Some(make_one)))
        }
        Err(error) => Err(whole(format!("cannot be read: {error}"), None)),
        Ok(bytes) if bytes.len() as u64 > LARGEST => Err(whole(
            "is larger than 1 MiB: is it a config?".to_owned(),
            Some(make_one),
        )),
        Ok(bytes) => Ok(bytes),
    }
}

/// The text of a config: UTF-8, without the mark that some editors put before it.
pub(super) fn text<'a>(file: &Path, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let (good, _) = bytes.split_at(error.valid_up_to());
            let good = String::from_utf8_lossy(good);
            let (mut line, mut last) = (0, "");
            for text in lines(&good) {
                (line, last) = (line + 1, text);
            }
            let at = Position {
                line,
                column: last.chars().count() + 1,
            };
            let help = if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
                "it looks like UTF-16, which Windows tools write: save it again as UTF-8"
            } else {
                "save it again as UTF-8"
            };
            Err(problem(file, at, "the file is not UTF-8 here", Some(help.to_owned())))
        }
    }
}

/// Reads the text of a config.
pub(super) fn parse(file: &Path, text: &str) -> Result<(Value, Source), Vec<Problem>> {
    let one = |at, message: &str, help: &str| vec![problem(file, at, message, Some(help.to_owned()))];
    if text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Err(one(
            Position::START,
            "the config is empty",
            "`otai init` writes one to start from",
        ));
    }
    let map = locate::locate(text).map_err(|faults| {
        // Each one costs a walk through the text, and a hundred are more than anybody reads.
        faults
            .into_iter()
            .take(100)
            .map(|fault| in_plain_words(file, text, fault))
            .collect::<Vec<_>>()
    })?;
    // Only now is it known to unfold to something of bearable size.
    let value = serde_yaml::from_str(text).map_err(|error| {
        let at = error.location().map_or(Position::START, |at| Position {
            line: at.line(),
            column: at.column(),
        });
        let fault = Fault {
            at: inside(text, at),
            message: without_place(&error.to_string()),
            help: None,
        };
        vec![in_plain_words(file, text, fault)]
    })?;
    Ok((
        value,
        Source {
            file: file.to_path_buf(),
            map,
        },
    ))
}

/// The lines of `text` as YAML counts them: a carriage return alone ends one, too. Always at least one.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            return rest.take();
        };
        let (line, tail) = text.split_at(end);
        let skipped = if tail.starts_with("\r\n") { 2 } else { 1 };
        rest = tail.get(skipped..);
        Some(line)
    })
}

/// The second parser says the place twice; we say it once.
fn without_place(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

fn inside(text: &str, at: Position) -> Position {
    let line = at.line.clamp(1, lines(text).count());
    let width = lines(text).nth(line - 1).map_or(0, |line| line.chars().count());
    Position {
        line,
        column: at.column.clamp(1, width + 1),
    }
}

/// What a parser says, translated for somebody who writes YAML once a year.
fn in_plain_words(file: &Path, text: &str, mut fault: Fault) -> Problem {
    fault.at = inside(text, fault.at);
    let from = fault.at.line - 1;
    // A tab may be noticed a line early, as the end of the value before it.
    let near = if fault.message.contains("tab") { 2 } else { 1 };
    for (number, line) in lines(text)
        .enumerate()
        .skip(from)
        .take(near)
        .filter(|_| fault.help.is_none())
    {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..indent].find('\t') {
            let at = Position {
                line: number + 1,
                column: tab + 1,
            };
            let help = "YAML is indented with spaces: replace the tab";
            return problem(file, at, "there is a tab in the indentation", Some(help.to_owned()));
        }
    }
    let line = lines(text).nth(from).unwrap_or_default();
    let says = |words: &str| fault.message.contains(words);
    let plain: Option<(&str, &str)> = if fault.help.is_some() {
        None
    } else if says("mapping values are not allowed") || says("illegal placement of ':'") {
        Some((
            "a second `:` in one line, or a line that is indented wrongly",
            "put a text that holds `: ` into quotes; keys of one level start in the same column; see that each bracket above is closed",
        ))
    } else if says("unknown anchor") {
        Some((
            "a value that starts with `*` refers to an `&anchor`, and there is none of that name",
            "put the value into quotes if it is meant as text",
        ))
    } else if says("unexpected character: `@'")
        || says("unexpected character: ``'")
        || says("unexpected character: `%'")
    {
        Some(("a value cannot start with this character", "put the value into quotes"))
    } else if says("quoted scalar, found unexpected end") || says("invalid indentation in quoted scalar") {
        Some((
            "a quote is opened and never closed",
            "close it with the quote that it was opened with",
        ))
    } else if says("trailing content after") || says("did not find expected ',' or '}'") && line.contains('"') {
        Some((
            "text follows a closing quote",
            "put the whole value into quotes; inside double quotes write `\\\"`",
        ))
    } else if says("unknown escape character") {
        Some((
            "a `\\` in double quotes starts an escape that YAML does not know",
            "use single quotes, or write `\\\\`",
        ))
    } else if says("flow mapping") || says("flow sequence") || says("flow construct") || says("misplaced bracket") {
        Some((
            "a bracket is opened and not closed, closed twice, or a comma is missing",
            "write `[a, b]` and `{ key: value, other: value }`",
        ))
    } else if says("simple key") || says("did not find expected key") || says("invalid indentation") {
        Some((
            "this line does not fit where it stands",
            "write `key: value`, with a blank after the colon; keys of one level start in the same column",
        ))
    } else if says("block sequence entries") || says("expected '-' indicator") || says("'-' must be followed") {
        Some((
            "a list entry stands where none can be",
            "entries of a list start with `- ` in the same column, one a line",
        ))
    } else {
        None
    };
    let (message, help) = match plain {
        Some((message, help)) => (message.to_owned(), Some(help.to_owned())),
        None => (fault.message, fault.help),
    };
    problem(file, fault.at, message, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_inside_the_text() {
        let far = Position { line: 99, column: 99 };
        assert_eq!(inside("ab\ncdé", far), Position { line: 2, column: 4 });
        assert_eq!(inside("", far), Position::START);
    }

    #[test]
    fn lines_end_as_in_yaml() {
        let split = |text| lines(text).collect::<Vec<_>>();
        assert_eq!(split(""), [""]);
        assert_eq!(split("a\r\nb\rc\n"), ["a", "b", "c", ""]);
    }

    #[test]
    fn the_mark_of_an_editor_is_no_text() {
        assert_eq!(text(Path::new("c"), b"\xef\xbb\xbfa: 1"), Ok("a: 1"));
    }

    #[test]
    fn bytes_that_are_no_text_are_found() {
        let problem = text(Path::new("c"), b"a: 1\nb\xc3\xa9\xff").expect_err("latin");
        assert_eq!((problem.line, problem.column), (2, 3));
        assert!(
            text(Path::new("c"), b"\xff\xfea\0")
                .expect_err("utf16")
                .help
                .expect("help")
                .contains("UTF-16")
        );
    }
}

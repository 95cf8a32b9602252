//! Which columns hold the text and which the labels: as the admin says, or else as most exports name them.

use std::path::Path;

use super::LessonError;

/// Columns that make up the text unless `--text` says otherwise.
const TEXT: [&str; 2] = ["subject", "body"];
/// The one read if none of [`TEXT`] is there.
const LONE_TEXT: &str = "text";
/// Fields that are read from the columns of their names unless `--target` says otherwise.
const TARGETS: [&str; 4] = ["queue", "priority", "type", "tags"];
/// The field whose texts carry any number of labels, in one cell.
const TAGS: &str = "tags";
/// Names longer than this, in characters, are texts: the limit of a ticket field's name in Freshdesk and Zendesk lies near it.
const LONGEST_NAME: usize = 60;
/// How many columns an error lists.
const LISTED: usize = 20;

/// What the options `--text` and `--target` say. An empty list stands for the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// Columns that make up the text, in this order.
    pub text: Vec<String>,
    /// Field and the columns with its labels; with several columns, the field is multi-label.
    pub targets: Vec<(String, Vec<String>)>,
}

impl Columns {
    /// Reads `--text COLUMN…` and repeated `--target FIELD=COLUMN[,COLUMN…]`; `None` if neither is given.
    ///
    /// # Errors
    /// A target without field, `=` or column, with a field that is no name, or for the same field as another one.
    pub fn parse(text: &[String], targets: &[String]) -> Result<Option<Self>, LessonError> {
        if text.is_empty() && targets.is_empty() {
            return Ok(None);
        }
        let mut named: Vec<(String, Vec<String>)> = Vec::new();
        for given in targets {
            let incomplete = || LessonError::NotATarget { given: given.clone() };
            let (field, columns) = given.split_once('=').ok_or_else(incomplete)?;
            let field = field.trim();
            let columns: Vec<String> = columns.split(',').map(|c| c.trim().to_owned()).collect();
            if field.is_empty() || columns.iter().any(String::is_empty) {
                return Err(incomplete());
            }
            let letters = field
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
            if !letters || field.starts_with('.') || field.ends_with('.') {
                return Err(LessonError::BadField {
                    field: field.to_owned(),
                });
            }
            if named.iter().any(|(other, _)| other == field) {
                return Err(LessonError::FieldTwice {
                    field: field.to_owned(),
                });
            }
            named.push((field.to_owned(), columns));
        }
        Ok(Some(Self {
            text: text.to_vec(),
            targets: named,
        }))
    }

    /// Finds the columns in a header.
    pub(super) fn find_in(&self, header: &[String], path: &Path) -> Result<Plan, LessonError> {
        let header = Header { names: header, path };
        let mut missing = Vec::new();
        let mut remedy = Vec::new();
        let text = if self.text.is_empty() {
            header.usual_text()?
        } else {
            let found = header.all(&self.text, &mut missing)?;
            if found.len() < self.text.len() {
                let names = self.text.iter().map(|name| header.instead_of(name));
                remedy.push(format!("--text {}", names.collect::<Vec<_>>().join(" ")));
            }
            found
        };
        let mut targets = Vec::new();
        for (field, names) in &self.targets {
            let columns = header.all(names, &mut missing)?;
            if columns.len() < names.len() {
                let names = names.iter().map(|name| header.instead_of(name));
                remedy.push(format!("--target {field}={}", names.collect::<Vec<_>>().join(",")));
            }
            targets.push(Target::new(field, columns));
        }
        if !missing.is_empty() {
            header.must_be_names()?;
            let (missing, found) = (missing.join(", "), header.listed());
            let remedy = format!("`{}`", remedy.join(" "));
            return Err(LessonError::MissingColumns {
                path: path.into(),
                missing,
                found,
                remedy,
            });
        }
        if self.targets.is_empty() {
            targets = header.usual_targets(&text)?;
        }
        Ok(Plan { text, targets })
    }
}

/// Where everything is: numbers of columns, from 0.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) text: Vec<usize>,
    pub(super) targets: Vec<Target>,
}

/// Where the labels of one field are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) field: String,
    pub(super) columns: Vec<usize>,
    /// Any number of labels for a text.
    pub(super) multi: bool,
    /// Between labels in one cell.
    pub(super) separator: Option<char>,
}

impl Target {
    fn new(field: &str, columns: Vec<usize>) -> Self {
        let tags = field == TAGS;
        Self {
            field: field.to_owned(),
            multi: tags || columns.len() > 1,
            columns,
            separator: tags.then_some('|'),
        }
    }
}

struct Header<'a> {
    names: &'a [String],
    path: &'a Path,
}

impl Header<'_> {
    /// The column of this name; else, of this name but for upper and lower case.
    fn find(&self, wanted: &str) -> Result<Option<usize>, LessonError> {
        let wanted = wanted.trim();
        let lower = wanted.to_lowercase();
        let one = |same: &dyn Fn(&String) -> bool| {
            let mut found = (0..self.names.len()).filter(|at| same(&self.names[*at]));
            match (found.next(), found.next()) {
                (Some(_), Some(_)) => Err(LessonError::AmbiguousColumn {
                    path: self.path.into(),
                    column: shown(wanted),
                }),
                (first, _) => Ok(first),
            }
        };
        match one(&|name| name == wanted)? {
            None => one(&|name| name.to_lowercase() == lower),
            found => Ok(found),
        }
    }

    /// Those of `wanted` that exist; the others go to `missing`.
    fn all(&self, wanted: &[String], missing: &mut Vec<String>) -> Result<Vec<usize>, LessonError> {
        let mut found = Vec::new();
        for name in wanted {
            match self.find(name)? {
                Some(column) => found.push(column),
                None => missing.push(match self.nearest(name) {
                    Some(near) => format!("{} (did you mean {}?)", shown(name), shown(near)),
                    None => shown(name),
                }),
            }
        }
        Ok(found)
    }

    fn usual(&self, names: &[&'static str]) -> Result<Vec<(&'static str, usize)>, LessonError> {
        let mut found = Vec::new();
        for name in names {
            found.extend(self.find(name)?.map(|column| (*name, column)));
        }
        Ok(found)
    }

    fn usual_text(&self) -> Result<Vec<usize>, LessonError> {
        let mut found = self.usual(&TEXT)?;
        if found.is_empty() {
            found = self.usual(&[LONE_TEXT])?;
        }
        if found.is_empty() {
            self.must_be_names()?;
            let near = ["body", LONE_TEXT, "subject"]
                .iter()
                .find_map(|name| self.nearest(name));
            let column = near.or(self.names.first().map(String::as_str)).unwrap_or("COLUMN");
            let remedy = format!("`--text {}`", argument(column));
            return Err(LessonError::NoTextColumn {
                path: self.path.into(),
                found: self.listed(),
                remedy,
            });
        }
        Ok(found.into_iter().map(|(_, column)| column).collect())
    }

    fn usual_targets(&self, text: &[usize]) -> Result<Vec<Target>, LessonError> {
        let found = self.usual(&TARGETS)?;
        if found.is_empty() {
            self.must_be_names()?;
            let near = TARGETS
                .iter()
                .find_map(|field| self.nearest(field).map(|column| (*field, column)));
            let other = || {
                (0..self.names.len())
                    .rfind(|at| !text.contains(at))
                    .map(|at| self.names[at].as_str())
            };
            let (field, column) = near.unwrap_or_else(|| ("queue", other().unwrap_or("COLUMN")));
            let remedy = format!("`--target {field}={}`", argument(column));
            return Err(LessonError::NoTarget {
                path: self.path.into(),
                found: self.listed(),
                remedy,
            });
        }
        Ok(found
            .into_iter()
            .map(|(field, column)| Target::new(field, vec![column]))
            .collect())
    }

    /// Without a header, the first line is a ticket, and no error may show that.
    fn must_be_names(&self) -> Result<(), LessonError> {
        let sentence = |name: &str| name.ends_with(['.', '!', '?']) && name.split_whitespace().count() > 2;
        let text =
            |name: &String| name.chars().count() > LONGEST_NAME || name.contains(['\n', '\r', '@']) || sentence(name);
        if self.names.iter().any(text) {
            return Err(LessonError::NotAHeader { path: self.path.into() });
        }
        Ok(())
    }

    /// The name that `wanted` is most probably a misspelling of.
    fn nearest(&self, wanted: &str) -> Option<&str> {
        let folded = |name: &str| name.to_lowercase().replace(['-', ' '], "_");
        let wanted = folded(wanted);
        let close = |name: &String| strsim::jaro_winkler(&wanted, &folded(name));
        let best = self
            .names
            .iter()
            .filter(|n| !n.is_empty())
            .max_by(|a, b| close(a).total_cmp(&close(b)))?;
        // From here on, pairs are misspellings (`bdy` and `body`: 0.93) rather than neighbours (`type` and `body`: 0.5).
        (close(best) >= 0.8).then_some(best)
    }

    fn instead_of(&self, wanted: &str) -> String {
        match self.find(wanted) {
            Ok(Some(column)) => argument(&self.names[column]),
            _ => argument(self.nearest(wanted).unwrap_or("COLUMN")),
        }
    }

    fn listed(&self) -> String {
        let mut names: Vec<String> = self.names.iter().take(LISTED).map(|name| shown(name)).collect();
        if self.names.len() > LISTED {
            names.push(format!("{} more", self.names.len() - LISTED));
        }
        names.join(", ")
    }
}

/// A name in a sentence: on one line, whatever it holds.
pub(super) fn shown(name: &str) -> String {
    format!("`{}`", name.replace(char::is_control, " "))
}

/// A name as a shell wants it.
fn argument(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    if name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace(char::is_control, " "))
    }
}

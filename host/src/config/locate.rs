//! Where every key and value of a YAML text stands.
//!
//! The tree follows the text, not the meaning: an alias is a leaf at its own place, and what is asked for below it is found
//! there. So the tree is never larger than the file, whatever its aliases unfold to; that size is counted here, before
//! anything unfolds them.

use std::collections::{BTreeMap, HashMap};

use saphyr_parser::{Event, Marker, Parser, Span};

use super::problem;

/// Line and column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Position {
    pub(super) const START: Self = Self { line: 1, column: 1 };

    fn of(marker: &Marker) -> Self {
        Self {
            line: marker.line().max(1),
            column: marker.col() + 1,
        }
    }
}

/// Why a text has no tree.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: Position,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Scalar,
    Empty,
    Alias,
    Collection,
}

/// One key with its value, or one entry of a list.
#[derive(Debug)]
pub(super) struct Place {
    key: Option<Position>,
    pub(super) value: Position,
    pub(super) shape: Shape,
    children: BTreeMap<String, usize>,
}

impl Place {
    /// Where the key stands; for the entry of a list, the value.
    pub(super) fn key(&self) -> Position {
        self.key.unwrap_or(self.value)
    }

    /// Where an editor should jump for something wrong with the value. A collection starts at its first entry, which is not
    /// to blame, and an empty value starts nowhere: both are known by their key.
    pub(super) fn best(&self) -> Position {
        match self.shape {
            Shape::Scalar | Shape::Alias => self.value,
            Shape::Empty | Shape::Collection => self.key(),
        }
    }
}

/// The places of a file.
#[derive(Debug)]
pub(super) struct SourceMap(Vec<Place>);

impl SourceMap {
    /// The place of `path`, and true; or the nearest place above it, and false.
    pub(super) fn find(&self, path: &[impl AsRef<str>]) -> (Option<&Place>, bool) {
        let (mut at, mut complete) = (0, true);
        for key in path {
            match self.child(at, key.as_ref()) {
                Some(child) => at = child,
                None => {
                    complete = false;
                    break;
                }
            }
        }
        (self.0.get(at), complete)
    }

    fn child(&self, at: usize, key: &str) -> Option<usize> {
        let place = self.0.get(at)?;
        let own = place.children.get(key).copied();
        own.or_else(|| {
            // What is not written here may have come by `<<`: it stands there, or behind the alias that is written there.
            let merge = *place.children.get("<<")?;
            self.0.get(merge)?.children.get(key).copied().or(Some(merge))
        })
    }
}

/// Deeper than any config, shallower than what recursion over the value can bear.
const DEEPEST: usize = 64;
/// Bytes of text and 32 more for each value, aliases followed: the most that a config may unfold to.
const LARGEST: usize = 4 << 20;

struct Frame {
    place: usize,
    anchor: usize,
    weight: usize,
    /// The key whose value comes next, in a mapping.
    key: Option<(String, Position)>,
    list: bool,
    length: usize,
}

#[derive(Default)]
struct Builder {
    places: Vec<Place>,
    frames: Vec<Frame>,
    /// Weight of what an anchor stands for, and its text if it is a scalar.
    anchors: HashMap<usize, (usize, Option<String>)>,
    faults: Vec<Fault>,
    documents: usize,
}

/// Reads the places of `text`, or everything that keeps it from being one YAML document.
pub(super) fn locate(text: &str) -> Result<SourceMap, Vec<Fault>> {
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    let mut last = Position::START;
    while let Some(event) = parser.next_event() {
        let step = match event {
            Ok((event, span)) => {
                last = Position::of(&span.start);
                builder.take(event, span)
            }
            Err(error) => Err(Fault {
                at: Position::of(error.marker()),
                message: error.info().to_owned(),
                help: None,
            }),
        };
        if let Err(fault) = step {
            // Nothing after it can be trusted, but what stands before it still can.
            builder.faults.push(fault);
            break;
        }
    }
    if builder.documents == 0 && builder.faults.is_empty() {
        builder.faults.push(fault(last, "holds no YAML document"));
    }
    if builder.faults.is_empty() {
        Ok(SourceMap(builder.places))
    } else {
        Err(builder.faults)
    }
}

fn fault(at: Position, message: impl Into<String>) -> Fault {
    Fault {
        at,
        message: message.into(),
        help: None,
    }
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        let at = Position::of(&span.start);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    let help = Some("remove everything from this `---` on".to_owned());
                    return Err(Fault {
                        help,
                        ..fault(at, "a second YAML document starts here; otai reads one")
                    });
                }
            }
            Event::Scalar(text, style, anchor, _) => {
                let weight = 32 + text.len();
                if anchor > 0 {
                    self.anchors.insert(anchor, (weight, Some(text.to_string())));
                }
                let empty = text.is_empty() && style == saphyr_parser::ScalarStyle::Plain;
                self.leaf(
                    at,
                    weight,
                    Some(text.into_owned()),
                    if empty { Shape::Empty } else { Shape::Scalar },
                )?;
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some((weight, text)) => {
                    let (weight, text) = (*weight, text.clone());
                    self.leaf(at, weight, text, Shape::Alias)?;
                }
                None => return Err(fault(at, "this alias stands inside the value that it names")),
            },
            Event::MappingStart(anchor, _) => self.open(at, anchor, false)?,
            Event::SequenceStart(anchor, _) => self.open(at, anchor, true)?,
            Event::MappingEnd | Event::SequenceEnd => self.close(at)?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn leaf(&mut self, at: Position, weight: usize, text: Option<String>, shape: Shape) -> Result<(), Fault> {
        self.weigh(at, weight)?;
        if let Some(frame) = self
            .frames
            .last_mut()
            .filter(|frame| !frame.list && frame.key.is_none())
        {
            // Values that are no text cannot be told from each other here, and no path asks for them.
            frame.key = Some((text.unwrap_or_default(), at));
            return Ok(());
        }
        self.place(at, shape);
        Ok(())
    }

    fn open(&mut self, at: Position, anchor: usize, list: bool) -> Result<(), Fault> {
        if self.frames.len() >= DEEPEST {
            return Err(fault(at, format!("is nested more than {DEEPEST} levels deep")));
        }
        self.weigh(at, 32)?;
        let is_key = self
            .frames
            .last()
            .is_some_and(|frame| !frame.list && frame.key.is_none());
        if is_key {
            let help = "a template such as {{ ticket.subject }} needs quotes around it: \"{{ ticket.subject }}\"";
            let message = "a mapping or list cannot be a key here";
            return Err(Fault {
                help: Some(help.to_owned()),
                ..fault(at, message)
            });
        }
        let place = self.place(at, Shape::Collection);
        self.frames.push(Frame {
            place,
            anchor,
            weight: 32,
            key: None,
            list,
            length: 0,
        });
        Ok(())
    }

    fn close(&mut self, at: Position) -> Result<(), Fault> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        if frame.anchor > 0 {
            self.anchors.insert(frame.anchor, (frame.weight, None));
        }
        // The frame's own 32 were added to its parent when it opened.
        self.weigh(at, frame.weight - 32)
    }

    /// Adds to the innermost open collection; the outer ones get it when that one closes.
    fn weigh(&mut self, at: Position, weight: usize) -> Result<(), Fault> {
        if let Some(frame) = self.frames.last_mut() {
            frame.weight += weight;
            if frame.weight > LARGEST {
                return Err(fault(
                    at,
                    "the config is too large once its aliases are followed; it may unfold to 4 MiB",
                ));
            }
        }
        Ok(())
    }

    fn place(&mut self, value: Position, shape: Shape) -> usize {
        let index = self.places.len();
        let mut place = Place {
            key: None,
            value,
            shape,
            children: BTreeMap::new(),
        };
        if let Some(frame) = self.frames.last_mut() {
            let name = match frame.key.take() {
                Some((name, key)) => {
                    place.key = Some(key);
                    name
                }
                None => frame.length.to_string(),
            };
            frame.length += 1;
            let key = place.key();
            let children = &mut self.places[frame.place].children;
            match children.get(&name).copied() {
                Some(first) => {
                    let line = self.places[first].key().line;
                    let message = format!(
                        "key {} is there twice; the first is in line {line}",
                        problem::shown(&name)
                    );
                    let help = Some("remove one of the two".to_owned());
                    self.faults.push(Fault { at: key, message, help });
                }
                None => {
                    children.insert(name, index);
                }
            }
        }
        self.places.push(place);
        index
    }
}

#[cfg(test)]
#[path = "tests/locate.rs"]
mod tests;

//! A JSON object of strings and lists of strings, with the place of each string: which tokens made it tells how sure it is.

use std::ops::Range;

use otai_plugin::serde_json::{self, StreamDeserializer, de::StrRead};

/// A string and where it stands: from after its opening quote to behind its closing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) text: String,
    pub(crate) bytes: Range<usize>,
}

/// One key with its strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) values: Vec<Spot>,
    /// True for `["a"]`, false for `"a"`.
    pub(crate) list: bool,
}

/// Reads a whole text; `None` for anything else, before, within or behind it.
pub(crate) fn read(text: &str) -> Option<Vec<Entry>> {
    let mut reader = Reader { text, at: 0 };
    let mut entries = Vec::new();
    reader.take(b'{')?;
    if !reader.has(b'}') {
        loop {
            entries.push(reader.entry()?);
            if !reader.has(b',') {
                break;
            }
        }
        reader.take(b'}')?;
    }
    reader.blank();
    (reader.at == text.len()).then_some(entries)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn blank(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    /// Takes a character, if it comes next.
    fn has(&mut self, wanted: u8) -> bool {
        self.blank();
        let has = self.text.as_bytes().get(self.at) == Some(&wanted);
        self.at += usize::from(has);
        has
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        self.has(wanted).then_some(())
    }

    fn string(&mut self) -> Option<Spot> {
        self.blank();
        let rest = self.text.get(self.at..)?;
        let mut strings: StreamDeserializer<'_, StrRead<'_>, String> =
            serde_json::Deserializer::from_str(rest).into_iter();
        let text = strings.next()?.ok()?;
        let start = self.at + 1;
        self.at += strings.byte_offset();
        Some(Spot {
            text,
            bytes: start..self.at,
        })
    }

    fn entry(&mut self) -> Option<Entry> {
        let key = self.string()?.text;
        self.take(b':')?;
        let list = self.has(b'[');
        let mut values = Vec::new();
        if !list {
            values.push(self.string()?);
        } else if !self.has(b']') {
            loop {
                values.push(self.string()?);
                if !self.has(b',') {
                    break;
                }
            }
            self.take(b']')?;
        }
        Some(Entry { key, values, list })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_found_where_they_stand() {
        let text = "{\"queue\": \"B\\u00fcro\",\n \"tags\": [\"a\" , \"b\"]}";
        let entries = read(text).unwrap();
        assert_eq!(
            (entries[0].key.as_str(), entries[0].values[0].text.as_str()),
            ("queue", "Büro")
        );
        let shown = |spot: &Spot| text[spot.bytes.clone()].to_owned();
        assert_eq!(shown(&entries[0].values[0]), "B\\u00fcro\"");
        assert_eq!(entries[1].values.iter().map(shown).collect::<Vec<_>>(), ["a\"", "b\""]);
        assert!(entries[1].list && !entries[0].list);
        assert_eq!(read("{}").unwrap(), []);
    }

    #[test]
    fn anything_else_is_nothing() {
        for text in [
            "",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":\"b",
            "{\"a\":\"b\"",
            "{\"a\":1}",
            "{\"a\":null}",
            "[\"a\"]",
            "{\"a\":\"b\"} x",
            "x {\"a\":\"b\"}",
            "```json\n{\"a\":\"b\"}\n```",
            "{\"a\":\"b\",}",
            "{\"a\":[\"b\",]}",
            "{\"a\":{\"b\":\"c\"}}",
            "{a:\"b\"}",
            "{\"a\":\"b\" \"c\":\"d\"}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

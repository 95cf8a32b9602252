//! Every row of a [`Sheet`] is UTF-8 and as long as the header, which is not blank.
//!
//! The csv crate reads what it can; where it would guess (an open quote swallows the rest of the file without a word), we stop.

use std::io::Read;
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder, StringRecord};

use super::LessonError;

/// Read after the end of the file: it comes back as a row of its own unless a quote is still open.
const END: &[u8] = b"\n\x03end of file\x03";

/// A CSV file in memory.
#[derive(Debug)]
pub(super) struct Sheet {
    /// The names of the columns, trimmed.
    pub(super) header: Vec<String>,
    /// The rows below it, at least one.
    pub(super) rows: Vec<StringRecord>,
}

/// Reads a file whose delimiter is a comma, or a semicolon or tab if there is no comma in its first line.
pub(super) fn read(path: &Path) -> Result<Sheet, LessonError> {
    let bytes = load(path)?;
    let bytes = bytes.as_slice();
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(bytes))
        .from_reader(bytes.chain(END));
    let mut header: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    let mut raw = ByteRecord::new();
    let mut row = 0;
    while reader
        .read_byte_record(&mut raw)
        .map_err(|e| unreadable(path, e.into()))?
    {
        if raw.len() == 1 && raw[0] == END[1..] {
            break;
        }
        row += 1;
        let line = || line_of(bytes, raw.position().map_or(0, |p| p.byte() as usize));
        if raw.iter().next_back().is_some_and(|last| last.ends_with(END)) {
            return Err(LessonError::OpenQuote {
                path: path.into(),
                row,
                line: line(),
            });
        }
        let Ok(record) = StringRecord::from_byte_record(raw.clone()) else {
            return Err(LessonError::NotUtf8 {
                path: path.into(),
                row,
                line: line(),
            });
        };
        let blank = record.iter().all(|cell| cell.trim().is_empty());
        match &header {
            None if blank => return Err(LessonError::NoHeader { path: path.into() }),
            None => header = Some(record.iter().map(|name| trimmed(name).to_owned()).collect()),
            Some(header) if record.len() == header.len() => rows.push(record),
            // A line of blanks, as some editors leave it at the end.
            Some(_) if record.len() == 1 && blank => row -= 1,
            Some(header) => {
                let (found, wanted) = (record.len(), header.len());
                return Err(LessonError::FieldCount {
                    path: path.into(),
                    row,
                    line: line(),
                    found,
                    wanted,
                });
            }
        }
    }
    let header = header.ok_or_else(|| LessonError::NoHeader { path: path.into() })?;
    if rows.is_empty() {
        return Err(LessonError::NoRows { path: path.into() });
    }
    Ok(Sheet { header, rows })
}

fn load(path: &Path) -> Result<Vec<u8>, LessonError> {
    if path.is_dir() {
        return Err(LessonError::Folder { path: path.into() });
    }
    let bytes = std::fs::read(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => LessonError::NoFile { path: path.into() },
        _ => unreadable(path, e),
    })?;
    // What zip archives (.xlsx, .ods) and OLE files (.xls) begin with.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(LessonError::Workbook { path: path.into() });
    }
    // Without a mark, Latin letters in UTF-16 still give themselves away by their zeros.
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.iter().take(512).any(|b| *b == 0) {
        return Err(LessonError::Utf16 { path: path.into() });
    }
    Ok(bytes)
}

fn unreadable(path: &Path, source: std::io::Error) -> LessonError {
    LessonError::Unreadable {
        path: path.into(),
        source,
    }
}

/// Without blanks, and without a second byte order mark (the csv crate takes the first one away).
fn trimmed(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// What the first line that is not blank separates its names with, outside quotes.
fn delimiter(bytes: &[u8]) -> u8 {
    let line = bytes
        .split(|b| matches!(b, b'\n' | b'\r'))
        .find(|line| !line.trim_ascii().is_empty())
        .unwrap_or_default();
    let count = |wanted: u8| {
        let mut quoted = false;
        line.iter()
            .filter(|b| {
                quoted ^= **b == b'"';
                !quoted && **b == wanted
            })
            .count()
    };
    match (count(b','), count(b';'), count(b'\t')) {
        (0, 0, 0) | (1.., _, _) => b',',
        (0, semicolons, tabs) if semicolons >= tabs => b';',
        _ => b'\t',
    }
}

/// The line on which the record after `at` begins: the reader's position lies before blank lines, and between `\r` and `\n`.
fn line_of(bytes: &[u8], at: usize) -> usize {
    let blank = bytes.iter().skip(at).take_while(|b| matches!(b, b'\n' | b'\r')).count();
    let before = &bytes[..(at + blank).min(bytes.len())];
    let ends = |(i, b): (usize, &u8)| *b == b'\n' || (*b == b'\r' && before.get(i + 1) != Some(&b'\n'));
    1 + before.iter().enumerate().filter(|pair| ends(*pair)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_decides_on_the_delimiter() {
        for (head, wanted) in [
            ("text,queue\n", b','),
            ("\n\ntext;queue\na,b;c\n", b';'),
            ("text\tqueue;x\ty\n", b'\t'),
            ("\"text, all of it\";queue\n", b';'),
            ("a;b;c,d\n", b','),
            ("text\n", b','),
            ("", b','),
        ] {
            assert_eq!(delimiter(head.as_bytes()), wanted, "{head:?}");
        }
    }

    #[test]
    fn lines_are_counted_in_each_convention() {
        for text in ["a\nb\n\nc", "a\r\nb\r\n\r\nc", "a\rb\r\rc"] {
            let at = |wanted: u8| text.bytes().position(|b| b == wanted).unwrap();
            assert_eq!(line_of(text.as_bytes(), 0), 1);
            assert_eq!(line_of(text.as_bytes(), at(b'b')), 2, "{text:?}");
            // From just behind `b`, the blank line is passed over.
            assert_eq!(line_of(text.as_bytes(), at(b'b') + 1), 4, "{text:?}");
        }
        assert_eq!(line_of(b"a\r\nb", 2), 2, "between the two");
    }
}

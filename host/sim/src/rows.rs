//! The CSV with which a simulated helpdesk is filled.
//!
//! A file is either read whole or refused with the place of the first mistake: half a data set would make every later
//! number about it wrong.

use std::path::{Path, PathBuf};

use csv::{ByteRecord, ReaderBuilder};
use thiserror::Error;

/// One ticket of the data set: what a customer wrote and what a human made of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Subject line.
    pub subject: String,
    /// Plain text of the first message.
    pub body: String,
    /// Ticket type (column `type`); empty when none was given.
    pub kind: String,
    /// Queue; becomes a group of the helpdesk.
    pub queue: String,
    /// Priority label, e.g. `high`.
    pub priority: String,
    /// Language code of the text.
    pub language: String,
    /// Tags, in the file separated by `|`.
    pub tags: Vec<String>,
}

/// Why a CSV file could not be used.
#[derive(Debug, Error)]
pub enum CsvError {
    /// There is no such file.
    #[error("there is no file {}", path.display())]
    NotFound {
        /// The path asked for.
        path: PathBuf,
    },
    /// The file exists but cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The path asked for.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The header lacks columns.
    #[error("{} lacks the column(s) {}; found: {}", path.display(), missing.join(", "), found.join(", "))]
    MissingColumns {
        /// The file.
        path: PathBuf,
        /// Columns that are needed and absent.
        missing: Vec<String>,
        /// Columns that are there.
        found: Vec<String>,
    },
    /// A record is not UTF-8.
    #[error("{} is not UTF-8: row {row}, byte {byte} of the file", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// Data row, counted from 1; 0 is the header.
        row: u64,
        /// Offset in the file at which the record with the bad byte begins, plus its offset in the record's fields.
        byte: u64,
    },
    /// A record has another number of fields than the header.
    #[error("{}: row {row} (line {line}) has {fields} fields, the header has {expected}", path.display())]
    Ragged {
        /// The file.
        path: PathBuf,
        /// Data row, counted from 1.
        row: u64,
        /// Line in the file on which the record begins.
        line: u64,
        /// Fields of this record.
        fields: u64,
        /// Fields of the header.
        expected: u64,
    },
    /// There is a header and nothing below it.
    #[error("{} has no rows", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

const COLUMNS: [&str; 7] = ["subject", "body", "type", "queue", "priority", "language", "tags"];

/// Reads the tickets of a CSV file with the header `subject,body,type,queue,priority,language,tags`.
///
/// The order of the columns is free and further columns are ignored.
pub fn read_csv(path: impl AsRef<Path>) -> Result<Vec<Row>, CsvError> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => CsvError::NotFound { path: path.into() },
        _ => CsvError::Unreadable {
            path: path.into(),
            source,
        },
    })?;
    parse(path, &bytes)
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<Row>, CsvError> {
    // Spreadsheets put a byte order mark before the first column's name.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = ReaderBuilder::new().from_reader(bytes);
    let header = reader.byte_headers().map_err(|e| broken(path, 0, &e))?.clone();
    let names: Vec<String> = header
        .iter()
        .map(|f| String::from_utf8_lossy(f).trim().to_lowercase())
        .collect();
    let place = |name: &str| names.iter().position(|n| n == name);
    let missing: Vec<String> = COLUMNS
        .iter()
        .filter(|c| place(c).is_none())
        .map(|c| (*c).to_owned())
        .collect();
    if !missing.is_empty() {
        return Err(CsvError::MissingColumns {
            path: path.into(),
            missing,
            found: names,
        });
    }
    let places: Vec<usize> = COLUMNS.iter().filter_map(|c| place(c)).collect();

    let mut rows = Vec::new();
    let mut record = ByteRecord::new();
    loop {
        let number = rows.len() as u64 + 1;
        match reader.read_byte_record(&mut record) {
            Ok(true) => rows.push(row(path, number, &record, &places)?),
            Ok(false) => break,
            Err(error) => return Err(broken(path, number, &error)),
        }
    }
    if rows.is_empty() {
        return Err(CsvError::Empty { path: path.into() });
    }
    Ok(rows)
}

fn row(path: &Path, number: u64, record: &ByteRecord, places: &[usize]) -> Result<Row, CsvError> {
    let mut fields = Vec::with_capacity(places.len());
    for &place in places {
        let bytes = record.get(place).unwrap_or_default();
        let text = std::str::from_utf8(bytes).map_err(|bad| {
            let start = record.position().map_or(0, csv::Position::byte);
            let before = record.range(place).map_or(0, |r| r.start) as u64;
            CsvError::NotUtf8 {
                path: path.into(),
                row: number,
                byte: start + before + bad.valid_up_to() as u64,
            }
        })?;
        fields.push(text.to_owned());
    }
    let mut fields = fields.into_iter();
    let mut next = || fields.next().unwrap_or_default();
    Ok(Row {
        subject: next(),
        body: next(),
        kind: next().trim().to_owned(),
        queue: next().trim().to_owned(),
        priority: next().trim().to_owned(),
        language: next().trim().to_owned(),
        tags: next()
            .split('|')
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
            .collect(),
    })
}

fn broken(path: &Path, row: u64, error: &csv::Error) -> CsvError {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => CsvError::Ragged {
            path: path.into(),
            row,
            line: pos.as_ref().map_or(0, csv::Position::line),
            fields: *len,
            expected: *expected_len,
        },
        csv::ErrorKind::Utf8 { pos, err } => CsvError::NotUtf8 {
            path: path.into(),
            row,
            byte: pos.as_ref().map_or(0, csv::Position::byte) + err.valid_up_to() as u64,
        },
        _ => CsvError::Unreadable {
            path: path.into(),
            source: std::io::Error::other(error.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<Row>, CsvError> {
        parse(Path::new("t.csv"), bytes)
    }

    #[test]
    fn columns_are_found_by_name_and_extra_ones_ignored() {
        let rows =
            read(b"tags,x,priority,queue,type,language,body,subject\na|b |,?,high,IT,Incident,de,\"two\nlines\",s\n");
        let rows = rows.unwrap();
        assert_eq!(rows[0].tags, ["a", "b"]);
        assert_eq!((rows[0].subject.as_str(), rows[0].body.as_str()), ("s", "two\nlines"));
        assert_eq!((rows[0].queue.as_str(), rows[0].kind.as_str()), ("IT", "Incident"));
    }

    #[test]
    fn missing_columns_are_named_beside_what_was_found() {
        let text = read(b"subject,body,kind\n").unwrap_err().to_string();
        assert_eq!(
            text,
            "t.csv lacks the column(s) type, queue, priority, language, tags; found: subject, body, kind"
        );
    }

    #[test]
    fn a_bad_byte_is_placed() {
        let error = read(b"subject,body,type,queue,priority,language,tags\na,b,c,d,e,f,g\nx,gr\xfc\xdfe,c,d,e,f,g\n");
        match error {
            Err(CsvError::NotUtf8 { row: 2, byte, .. }) => assert!((60..80).contains(&byte), "{byte}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn empty_and_ragged_files_are_refused() {
        let header = "subject,body,type,queue,priority,language,tags\n";
        assert!(matches!(read(header.as_bytes()), Err(CsvError::Empty { .. })));
        assert!(matches!(read(b""), Err(CsvError::MissingColumns { .. })));
        let ragged = format!("{header}a,b\n");
        assert!(matches!(
            read(ragged.as_bytes()),
            Err(CsvError::Ragged {
                row: 1,
                fields: 2,
                expected: 7,
                ..
            })
        ));
    }

    #[test]
    fn a_missing_file_is_its_own_error() {
        assert!(matches!(read_csv("/nowhere/t.csv"), Err(CsvError::NotFound { .. })));
    }

    #[test]
    fn a_byte_order_mark_does_not_hide_the_first_column() {
        let rows = read(b"\xef\xbb\xbfsubject,body,type,queue,priority,language,tags\na,b,c,d,e,f,g\n").unwrap();
        assert_eq!(rows[0].subject, "a");
    }
}

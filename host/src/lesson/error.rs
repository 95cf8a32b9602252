//! Why a file teaches nothing, each with what to do about it; never a text out of the file.

use std::path::PathBuf;

/// Why no examples could be read. `row` counts as a spreadsheet does (the header is row 1), `line` as an editor does, from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LessonError {
    /// Nothing has this name.
    #[error("there is no file `{}`: check its name and folder", path.display())]
    NoFile {
        /// As given.
        path: PathBuf,
    },
    /// A folder was named.
    #[error("`{}` is a folder: name the CSV file in it", path.display())]
    Folder {
        /// As given.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("`{}` cannot be read: check its permissions", path.display())]
    Unreadable {
        /// As given.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// An Excel or LibreOffice file.
    #[error("`{}` is a workbook, not CSV: save it as \"CSV UTF-8\" in your spreadsheet program", path.display())]
    Workbook {
        /// As given.
        path: PathBuf,
    },
    /// Two bytes a letter.
    #[error("`{}` is UTF-16: save it as UTF-8 (in Excel: \"CSV UTF-8\")", path.display())]
    Utf16 {
        /// As given.
        path: PathBuf,
    },
    /// Some other encoding, mostly Windows-1252.
    #[error("row {row} (line {line}) of `{}` is not UTF-8: save the file as UTF-8 (in Excel: \"CSV UTF-8\")", path.display())]
    NotUtf8 {
        /// As given.
        path: PathBuf,
        /// The first such row.
        row: usize,
        /// Where that row begins.
        line: usize,
    },
    /// An empty file, or an empty first line.
    #[error("`{}` has no header: its first line must name the columns, such as `subject,body,queue`", path.display())]
    NoHeader {
        /// As given.
        path: PathBuf,
    },
    /// The wanted columns are absent and the first line holds sentences.
    #[error(
        "the first line of `{}` reads like a ticket, not like the names of columns: put a line such as `subject,body,queue` \
         above it, or name the columns with `--text COLUMN` and `--target FIELD=COLUMN`",
        path.display()
    )]
    NotAHeader {
        /// As given.
        path: PathBuf,
    },
    /// A header and nothing else.
    #[error("`{}` has a header but no rows: export it again with its tickets", path.display())]
    NoRows {
        /// As given.
        path: PathBuf,
    },
    /// A row is longer or shorter than the header.
    #[error(
        "row {row} (line {line}) of `{}` has {found} fields, the header has {wanted}: put fields that hold the delimiter, a \
         quote or a line break in quotes",
        path.display()
    )]
    FieldCount {
        /// As given.
        path: PathBuf,
        /// The first such row.
        row: usize,
        /// Where that row begins.
        line: usize,
        /// Fields in the row.
        found: usize,
        /// Fields in the header.
        wanted: usize,
    },
    /// The file ends inside quotes.
    #[error(
        "a quote in row {row} (line {line}) of `{}` is never closed: close it, and double the quotes inside a quoted field",
        path.display()
    )]
    OpenQuote {
        /// As given.
        path: PathBuf,
        /// The row that swallowed the rest of the file.
        row: usize,
        /// Where that row begins.
        line: usize,
    },
    /// Columns named on the command line that the file lacks.
    #[error("`{}` has no column {missing}; it has {found}: write {remedy}", path.display())]
    MissingColumns {
        /// As given.
        path: PathBuf,
        /// Their names, each with the nearest one that exists.
        missing: String,
        /// The columns that exist.
        found: String,
        /// The options to write.
        remedy: String,
    },
    /// No option says where the text is, and no column has the usual name.
    #[error("`{}` has no column `subject`, `body` or `text`; it has {found}: say which hold the text, such as {remedy}", path.display())]
    NoTextColumn {
        /// As given.
        path: PathBuf,
        /// The columns that exist.
        found: String,
        /// The options to write.
        remedy: String,
    },
    /// No option says what to learn, and no column has the usual name.
    #[error(
        "`{}` has no column `queue`, `priority`, `type` or `tags`; it has {found}: say which holds what, such as {remedy}",
        path.display()
    )]
    NoTarget {
        /// As given.
        path: PathBuf,
        /// The columns that exist.
        found: String,
        /// The options to write.
        remedy: String,
    },
    /// A wanted name stands twice in the header.
    #[error("`{}` has several columns {column}: rename all but one", path.display())]
    AmbiguousColumn {
        /// As given.
        path: PathBuf,
        /// The name.
        column: String,
    },
    /// A `--target` that is not `FIELD=COLUMN`.
    #[error("`--target {given}` lacks its field, `=` or column: write it like `--target queue=Group`")]
    NotATarget {
        /// As given.
        given: String,
    },
    /// A field that no config could name.
    #[error(
        "`{field}` in `--target` is no name of a field: write queue, priority, type, tags, custom_fields.NAME or another word \
         of letters, digits, `_`, `.` and `-`"
    )]
    BadField {
        /// As given.
        field: String,
    },
    /// Two `--target`s for one field.
    #[error("`--target` names the field {field} twice: join its columns as `--target {field}=COLUMN,COLUMN`")]
    FieldTwice {
        /// The field.
        field: String,
    },
    /// All texts are blank.
    #[error("no row of `{}` has a text in {columns}: name other columns with `--text COLUMN`", path.display())]
    NoText {
        /// As given.
        path: PathBuf,
        /// The text columns read.
        columns: String,
    },
    /// There are texts, but all labels are blank.
    #[error("no row of `{}` with a text has a label in {columns}: name other columns with `--target FIELD=COLUMN`", path.display())]
    NoLabels {
        /// As given.
        path: PathBuf,
        /// The target columns read.
        columns: String,
    },
}

//! Each error: its sentence, and that no text is in it.

use super::super::{LessonError, read_csv};
use super::{file, read};

/// The sentence, with the file's path shortened to its name.
fn refused(bytes: impl AsRef<[u8]>, text: &[&str], targets: &[&str]) -> String {
    let (folder, path) = file(bytes.as_ref());
    let words = super::words;
    let error = read_csv(&path, &words(text), &words(targets)).unwrap_err();
    error.to_string().replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn what_is_no_readable_file() {
    let (folder, path) = file(b"");
    let missing = read_csv(&path.with_file_name("other.csv"), &[], &[]).unwrap_err();
    assert!(missing.to_string().starts_with("there is no file `") && missing.to_string().contains("other.csv`: check"));
    let directory = read_csv(folder.path(), &[], &[]).unwrap_err().to_string();
    assert!(
        directory.ends_with("is a folder: name the CSV file in it"),
        "{directory}"
    );
    // A file as a folder: neither absent nor a folder.
    let inside = read_csv(&path.join("x"), &[], &[]).unwrap_err();
    assert!(matches!(inside, LessonError::Unreadable { .. }), "{inside}");
    assert!(std::error::Error::source(&inside).is_some());
}

#[test]
fn encodings() {
    let utf16 = "`tickets.csv` is UTF-16: save it as UTF-8 (in Excel: \"CSV UTF-8\")";
    assert_eq!(refused(b"\xff\xfet\0e\0", &[], &[]), utf16);
    assert_eq!(refused(b"\xfe\xff\0t\0e", &[], &[]), utf16);
    assert_eq!(refused(b"t\0e\0x\0t\0", &[], &[]), utf16);
    assert!(refused(b"PK\x03\x04...", &[], &[]).contains("is a workbook, not CSV: save it as"));
    // Row 3 begins on line 4, as row 2 holds a line break.
    let latin1 = refused(b"text,queue\n\"a\nb\",c\nstra\xdfe,d\n", &[], &[]);
    assert_eq!(
        latin1,
        "row 3 (line 4) of `tickets.csv` is not UTF-8: save the file as UTF-8 (in Excel: \"CSV UTF-8\")"
    );
    assert!(refused(b"text,stra\xdfe\na,b\n", &[], &[]).starts_with("row 1 (line 1)"));
}

#[test]
fn files_without_header_or_rows() {
    for empty in ["", "\n\n", "\u{feff}", ",,\na,b,c\n"] {
        assert!(
            refused(empty, &[], &[]).starts_with("`tickets.csv` has no header: its first line must name"),
            "{empty:?}"
        );
    }
    for header in ["text,queue", "text,queue\n", "text,queue\r\n\r\n"] {
        assert!(
            refused(header, &[], &[]).starts_with("`tickets.csv` has a header but no rows"),
            "{header:?}"
        );
    }
}

#[test]
fn rows_of_another_length() {
    let short = refused("text,queue\n\"a\n\nb\",c\n\nSECRET\n", &[], &[]);
    assert_eq!(
        short,
        "row 3 (line 6) of `tickets.csv` has 1 fields, the header has 2: put fields that hold the delimiter, a quote or a line \
         break in quotes"
    );
    // Lines that hold nothing but blanks are lines, but no rows.
    assert!(refused("text,queue\n  \na,b\nx\n", &[], &[]).starts_with("row 3 (line 4)"));
    assert!(
        refused("text,queue\r\na,b\r\nSECRET,b,c\r\n", &[], &[])
            .starts_with("row 3 (line 3) of `tickets.csv` has 3 fields")
    );
}

#[test]
fn open_quotes() {
    let open = refused("text,queue\na,b\n\"SECRET,d\ne,f\n", &[], &[]);
    assert_eq!(
        open,
        "a quote in row 3 (line 3) of `tickets.csv` is never closed: close it, and double the quotes inside a quoted field"
    );
    for other in [
        "text,queue\na,\"",
        "text,queue\na,\"b\"\"\n",
        "\"text,queue\na,b\n",
        "text,queue\n\"",
    ] {
        assert!(refused(other, &[], &[]).contains("is never closed"), "{other:?}");
    }
    for closed in [
        "text,queue\na,\"b\"",
        "text,queue\na,\"b\"\n",
        "text,queue\na,\"b\"\"\"\n",
        "text,queue\r\na,\"\n\"\r\nc,d",
    ] {
        assert!(read(closed, &["text"], &["queue=queue"]).is_ok(), "{closed:?}");
    }
}

#[test]
fn missing_columns_come_with_what_to_write() {
    let csv = "Subject line,body,Ticket queue,x\na,b,c,d\n";
    assert_eq!(
        refused(csv, &["subject", "bdy"], &["queue=queu", "type=x"]),
        "`tickets.csv` has no column `subject` (did you mean `Subject line`?), `bdy` (did you mean `body`?), `queu`; it has \
         `Subject line`, `body`, `Ticket queue`, `x`: write `--text \"Subject line\" body --target queue=COLUMN`"
    );
    assert!(refused(csv, &["body"], &["f=x,y2"]).ends_with(": write `--target f=x,COLUMN`"));
    let many = (0..25).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    assert!(refused(format!("{many}\n{many}\n"), &["zz"], &[]).contains("`c19`, 5 more: write"));
}

#[test]
fn no_usual_column() {
    assert_eq!(
        refused("Beschreibung;Gruppe\na;b\n", &[], &["queue=Gruppe"]),
        "`tickets.csv` has no column `subject`, `body` or `text`; it has `Beschreibung`, `Gruppe`: say which hold the text, such \
         as `--text Beschreibung`"
    );
    assert!(refused("id,Subjects\na,b\n", &[], &[]).ends_with("`--text Subjects`"));
    assert_eq!(
        refused("text,category\na,b\n", &[], &[]),
        "`tickets.csv` has no column `queue`, `priority`, `type` or `tags`; it has `text`, `category`: say which holds what, such \
         as `--target queue=category`"
    );
    assert!(refused("text,id,ticket,typ\na,b,c,d\n", &[], &[]).ends_with("`--target type=typ`"));
}

#[test]
fn a_ticket_in_place_of_the_header_is_not_shown() {
    let long = "SECRET ".repeat(10);
    for first in [&long, "\"SECRET\nlines\"", "Where is my SECRET?", "me@SECRET.org"] {
        for text in [&[][..], &["body"]] {
            let error = refused(format!("{first},IT\nb,c\n"), text, &["queue=queue"]);
            assert!(
                error.starts_with("the first line of `tickets.csv` reads like a ticket"),
                "{error}"
            );
        }
        let error = refused(format!("text,{first}\nb,c\n"), &[], &[]);
        assert!(error.starts_with("the first line of"), "{error}");
    }
    // Named in full, a question is a column like any other.
    assert!(read("What is it about?,queue\na,b\n", &["What is it about?"], &[]).is_ok());
}

#[test]
fn a_name_that_stands_twice() {
    assert_eq!(
        refused("text,Tags,TAGS\na,b,c\n", &[], &[]),
        "`tickets.csv` has several columns `tags`: rename all but one"
    );
    assert!(refused("text,queue,queue\na,b,c\n", &[], &["queue=queue"]).contains("several columns `queue`"));
}

#[test]
fn targets_that_say_nothing() {
    let (_, path) = file(b"");
    // The options are looked at before the file is.
    let error = |targets: &[&str]| read_csv(&path, &[], &super::words(targets)).unwrap_err().to_string();
    for target in ["queue", "=Group", "queue=", "queue=a,,b", " = "] {
        let wanted =
            format!("`--target {target}` lacks its field, `=` or column: write it like `--target queue=Group`");
        assert_eq!(error(&[target]), wanted);
    }
    for field in ["my field", "a/b", "custom_fields.", ".x", "a\"b"] {
        let told = error(&[&format!("{field}=c")]);
        assert!(
            told.starts_with(&format!("`{field}` in `--target` is no name of a field: write queue, ")),
            "{told}"
        );
    }
    assert_eq!(
        error(&["tags=a", "queue=b", "tags=c"]),
        "`--target` names the field tags twice: join its columns as `--target tags=COLUMN,COLUMN`"
    );
}

#[test]
fn columns_without_content() {
    assert_eq!(
        refused("subject,body,queue\n, ,b\n", &[], &[]),
        "no row of `tickets.csv` has a text in `subject`, `body`: name other columns with `--text COLUMN`"
    );
    assert_eq!(
        refused("text,queue,type\nSECRET,,\n,a,b\n", &[], &[]),
        "no row of `tickets.csv` with a text has a label in `queue`, `type`: name other columns with `--target FIELD=COLUMN`"
    );
}

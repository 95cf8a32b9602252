//! `multipart/form-data`, which clients use when they attach files.

use serde_json::{Map, Value, json};

/// What a form carries: fields as texts, and descriptions of the files.
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub(crate) fields: Map<String, Value>,
    /// `{name, content_type, size}` of every file.
    pub(crate) files: Vec<Value>,
}

/// Reads a form. `tags[]` becomes a list, `custom_fields[cf_x]` an object; everything else stays text.
pub(crate) fn read(content_type: &str, body: &[u8]) -> Option<Form> {
    let boundary = content_type
        .split(';')
        .find_map(|part| part.trim().strip_prefix("boundary="))?
        .trim_matches('"');
    if boundary.is_empty() {
        return None;
    }
    let mark = format!("--{boundary}").into_bytes();
    let mut form = Form::default();
    let mut rest = &body[find(body, &mark)? + mark.len()..];
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, &mark)?;
        let part = rest[..end].strip_suffix(b"\r\n")?;
        rest = &rest[end + mark.len()..];
        add(&mut form, part)?;
    }
    Some(form)
}

fn add(form: &mut Form, part: &[u8]) -> Option<()> {
    let split = find(part, b"\r\n\r\n")?;
    let (head, body) = (String::from_utf8_lossy(&part[..split]), &part[split + 4..]);
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition")?;
    let name = parameter(&disposition, "name")?;
    if let Some(file) = parameter(&disposition, "filename") {
        let kind = header("content-type").unwrap_or_else(|| "application/octet-stream".to_owned());
        form.files
            .push(json!({ "name": file, "content_type": kind, "size": body.len() }));
        return Some(());
    }
    let value = json!(String::from_utf8_lossy(body));
    let fields = &mut form.fields;
    if let Some(list) = name.strip_suffix("[]") {
        if let Value::Array(values) = fields.entry(list).or_insert_with(|| json!([])) {
            values.push(value);
        }
    } else if let Some((object, key)) = name.strip_suffix(']').and_then(|n| n.split_once('[')) {
        if let Value::Object(values) = fields.entry(object).or_insert_with(|| json!({})) {
            values.insert(key.to_owned(), value);
        }
    } else {
        fields.insert(name, value);
    }
    Some(())
}

fn parameter(disposition: &str, name: &str) -> Option<String> {
    disposition.split(';').skip(1).find_map(|part| {
        let (key, value) = part.trim().split_once('=')?;
        (key == name).then(|| value.trim_matches('"').to_owned())
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|w| w == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=\"XX\"";

    fn part(head: &str, body: &str) -> String {
        format!("--XX\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n")
    }

    #[test]
    fn lists_objects_texts_and_files_are_told_apart() {
        let body = [
            part("name=\"subject\"", "a\r\nb"),
            part("name=\"tags[]\"", "x"),
            part("name=\"tags[]\"", "y"),
            part("name=\"custom_fields[cf_seats]\"", "5"),
            part(
                "name=\"attachments[]\"; filename=\"f.txt\"\r\nContent-Type: text/plain",
                "hello",
            ),
            "--XX--\r\n".to_owned(),
        ]
        .concat();
        let form = read(TYPE, body.as_bytes()).unwrap();
        assert_eq!(
            Value::Object(form.fields),
            json!({"subject": "a\r\nb", "tags": ["x", "y"], "custom_fields": {"cf_seats": "5"}})
        );
        assert_eq!(
            form.files,
            [json!({"name": "f.txt", "content_type": "text/plain", "size": 5})]
        );
    }

    #[test]
    fn broken_forms_are_refused() {
        for body in ["", "--XX", "--XX\r\n", "--XX\r\nx\r\n--XX--", "--XX\r\n\r\n\r\n--XX--"] {
            assert!(read(TYPE, body.as_bytes()).is_none(), "{body:?}");
        }
        assert!(read("multipart/form-data", b"--XX--").is_none());
    }
}

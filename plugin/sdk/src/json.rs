//! JSON that is almost JSON: one bad row must not cost the page.
//!
//! Mails carry what no standard allows, and it comes back as half a surrogate pair (`\ud83d` alone), raw control characters or
//! bytes that are no UTF-8; serde_json refuses the whole text then. So: repair the text, cut the array into its rows without
//! understanding them, and let each row fail for itself.

/// Replaces what no JSON parser takes: bytes that are no UTF-8, raw control characters in strings, half surrogate pairs.
#[must_use]
pub fn repair(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut copied, mut in_string) = (0, 0, false);
    while at < bytes.len() {
        let (len, instead) = match bytes[at] {
            b'"' => {
                in_string = !in_string;
                (1, None)
            }
            0..0x20 if in_string => (1, Some(" ")),
            b'\\' if in_string => match (unit(bytes, at), unit(bytes, at + 6)) {
                (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => (12, None),
                (Some(0xd800..0xe000), _) => (6, Some("\\ufffd")),
                (Some(_), _) => (6, None),
                (None, _) => (2, None),
            },
            _ => (1, None),
        };
        if let Some(instead) = instead {
            out.push_str(&text[copied..at]);
            out.push_str(instead);
            copied = at + len;
        }
        at += len;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

/// The number of a `\uXXXX` at this place.
fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits
        .iter()
        .try_fold(0, |n, b| Some(n * 16 + char::from(*b).to_digit(16)?))
}

/// The elements of an array, or the members of an object, as text. `None` if it is neither, or cut off.
#[must_use]
pub fn parts(text: &str) -> Option<Vec<&str>> {
    let text = text.trim();
    let inner = match text.as_bytes().first()? {
        b'[' => text.strip_prefix('[')?.strip_suffix(']')?,
        b'{' => text.strip_prefix('{')?.strip_suffix('}')?,
        _ => return None,
    };
    let (mut depth, mut in_string, mut escaped, mut from) = (0_usize, false, false, 0);
    let mut parts = Vec::new();
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => {
                parts.push(inner[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    if depth > 0 || in_string {
        return None;
    }
    let last = inner[from..].trim();
    if !last.is_empty() || !parts.is_empty() {
        parts.push(last);
    }
    Some(parts)
}

/// The value of a member of an object, as text.
#[must_use]
pub fn member<'a>(object: &'a str, key: &str) -> Option<&'a str> {
    let members = parts(object)?;
    members.into_iter().find_map(|m| {
        let value = m.strip_prefix('"')?.strip_prefix(key)?.strip_prefix('"')?;
        Some(value.trim_start().strip_prefix(':')?.trim())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn fixed(text: &str) -> Value {
        serde_json::from_str(&repair(text.as_bytes())).unwrap()
    }

    #[test]
    fn half_surrogate_pairs_are_replaced_and_whole_ones_stay() {
        assert_eq!(fixed(r#"["a\ud800b"]"#)[0], "a\u{fffd}b");
        assert_eq!(fixed(r#"["\ude00\ud83d"]"#)[0], "\u{fffd}\u{fffd}");
        assert_eq!(fixed(r#"["\ud83d\ude00 \ud83dx"]"#)[0], "😀 \u{fffd}x");
        assert_eq!(
            fixed(r#"["\\ud800 \" \\"]"#)[0],
            "\\ud800 \" \\",
            "an escaped backslash is no escape"
        );
        assert_eq!(fixed(r#"["\ud83d\u00e4"]"#)[0], "\u{fffd}ä");
    }

    #[test]
    fn control_characters_and_bad_bytes_are_replaced() {
        assert_eq!(fixed("[\n\"a\u{1}b\nc\"]")[0], "a b c");
        let bytes = repair(b"\xef\xbb\xbf[\"gr\xfc\xdfe\"]");
        assert_eq!(bytes, "[\"gr\u{fffd}\u{fffd}e\"]");
    }

    #[test]
    fn cut_off_text_stays_cut_off() {
        for text in ["[\"a\\", "[\"a\\ud8", "[\"", "", "[{\"a\":1}", "[1,2", "[}]"] {
            assert!(
                serde_json::from_str::<Value>(&repair(text.as_bytes())).is_err(),
                "{text}"
            );
            assert_eq!(parts(&repair(text.as_bytes())), None, "{text}");
        }
    }

    #[test]
    fn an_array_is_cut_into_its_rows() {
        assert_eq!(
            parts(r#" [{"a":[1,{"b":"],\"}"}]} , 2,"x"] "#).unwrap(),
            [r#"{"a":[1,{"b":"],\"}"}]}"#, "2", r#""x""#]
        );
        assert_eq!(parts("[]").unwrap(), [""; 0]);
        assert_eq!(parts("[ ]").unwrap(), [""; 0]);
        let row = r#"{"x": {"id": 1}, "ident": 2, "id" : 3, "t":"id"}"#;
        assert_eq!(member(row, "id"), Some("3"));
        assert_eq!(member(row, "no"), None);
    }
}

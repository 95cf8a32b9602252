//! Between what was sent, the HTML that is stored and the text that is shown.

/// HTML as helpdesks store it: plain text gets a `<div>` around it, markup stays.
pub(crate) fn wrap(sent: &str) -> String {
    let trimmed = sent.trim_start();
    if trimmed.starts_with('<') {
        sent.to_owned()
    } else {
        format!("<div>{sent}</div>")
    }
}

/// HTML for a plain text, so that [`strip`] gives the text back.
pub(crate) fn from_text(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    html.push_str("<div>");
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\n' => html.push_str("<br>"),
            '\r' => {}
            c => html.push(c),
        }
    }
    html.push_str("</div>");
    html
}

/// The text of an HTML fragment: tags gone, breaks and blocks as newlines, entities decoded.
pub(crate) fn strip(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&', '\n', '\r', '\t', ' ']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = match rest.as_bytes().first() {
            Some(b'<') => tag(rest, &mut text),
            Some(b'&') => entity(rest, &mut text),
            _ => {
                // Newlines in the source are mere blanks in HTML.
                if !text.ends_with([' ', '\n']) && !text.is_empty() {
                    text.push(' ');
                }
                &rest[1..]
            }
        };
    }
    text.push_str(rest);
    text.trim().to_owned()
}

fn tag<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let opens = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
    let Some(end) = rest.find('>').filter(|_| opens) else {
        text.push('<');
        return &rest[1..];
    };
    let inner = rest[1..end].trim_start_matches('/');
    let name: String = inner
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let after = &rest[end + 1..];
    match name.as_str() {
        "br" => newline(text, true),
        "div" | "p" | "li" | "tr" | "ul" | "ol" | "table" | "blockquote" | "h1" | "h2" | "h3" | "h4" => {
            newline(text, false);
        }
        "script" | "style" if !rest[1..].starts_with('/') => {
            let close = format!("</{name}");
            return match after.to_ascii_lowercase().find(&close) {
                Some(at) => &after[at..],
                None => "",
            };
        }
        _ => {}
    }
    after
}

fn newline(text: &mut String, always: bool) {
    while text.ends_with(' ') {
        text.pop();
    }
    if always || !(text.is_empty() || text.ends_with('\n')) {
        text.push('\n');
    }
}

fn entity<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let end = rest.bytes().take(12).position(|b| b == b';');
    let decoded = end.and_then(|end| {
        let name = &rest[1..end];
        let c = match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => ' ',
            "auml" => 'ä',
            "ouml" => 'ö',
            "uuml" => 'ü',
            "Auml" => 'Ä',
            "Ouml" => 'Ö',
            "Uuml" => 'Ü',
            "szlig" => 'ß',
            "euro" => '€',
            _ => {
                let number = name.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)?
            }
        };
        Some((c, end))
    });
    match decoded {
        Some((c, end)) => {
            text.push(c);
            &rest[end + 1..]
        }
        None => {
            text.push('&');
            &rest[1..]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_wrapped_and_markup_kept() {
        assert_eq!(wrap("x"), "<div>x</div>");
        assert_eq!(wrap("<p>x</p>"), "<p>x</p>");
        assert_eq!(wrap("plain <b>bold</b>"), "<div>plain <b>bold</b></div>");
    }

    #[test]
    fn text_survives_the_way_through_html() {
        for text in ["a\nb", "1 < 2 & 3 > 2", "ß €", "a\n\nb"] {
            assert_eq!(strip(&from_text(text)), text);
        }
    }

    #[test]
    fn html_becomes_text() {
        assert_eq!(
            strip("<div>Hallo,<br>die <b>Rechnung</b></div><p>x&nbsp;&auml;&#228;&#xe4;</p>"),
            "Hallo,\ndie Rechnung\nx äää"
        );
        assert_eq!(strip("a<script>alert('<b>')</script>b"), "ab");
        assert_eq!(strip("a\n  b"), "a b");
    }

    #[test]
    fn broken_markup_is_survived() {
        for html in [
            "<",
            "a<",
            "<div",
            "&",
            "&;",
            "&#;",
            "&#x110000;",
            "&unknown;",
            "<script>x",
            "a < b",
            "&ü;",
            "<ü>",
        ] {
            strip(html);
        }
        assert_eq!(strip("a < b &unknown; c"), "a < b &unknown; c");
    }
}

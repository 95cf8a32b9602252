//! Text in and out: HTML to plain text in linear time, plain text to HTML.

/// Characters of a text that are kept: far more than anybody writes, far less than a pasted log file.
const MAX_TEXT: usize = 100_000;
/// Bytes of HTML that are looked at.
const MAX_HTML: usize = 2_000_000;

/// The readable text of a piece of HTML.
#[must_use]
pub fn from_html(html: &str) -> String {
    let end = (0..=MAX_HTML.min(html.len()))
        .rev()
        .find(|end| html.is_char_boundary(*end));
    let html = &html[..end.unwrap_or_default()];
    clean(&nanohtml2text::html2text(&simplify(html)))
}

/// Unix line ends, no NUL (no database takes it), no empty ends, bounded.
#[must_use]
pub fn clean(text: &str) -> String {
    let text = text.replace('\0', "").replace("\r\n", "\n");
    let text = text.trim();
    let end = text.char_indices().nth(MAX_TEXT).map_or(text.len(), |(end, _)| end);
    text[..end].to_owned()
}

/// A name that came from outside, for a message: one line, bounded.
#[must_use]
pub fn short(name: &str) -> String {
    let line = name.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(100).collect()
}

/// Plain text as HTML that shows it: everything escaped, line breaks kept.
#[must_use]
pub fn to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    for c in text.trim().replace("\r\n", "\n").chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' => html.push_str("<br>"),
            '\0' => {}
            c => html.push(c),
        }
    }
    html
}

/// Only text, entities and line breaks are left.
///
/// The converter looks for the end of a tag from each `<`; on hostile HTML without an end that is quadratic (one mail of a
/// megabyte would keep a core busy for minutes). Here each byte is looked at a bounded number of times, and what is left has
/// no tag that it could get lost in.
fn simplify(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let (mut rest, mut quotes, mut raw) = (html, true, true);
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
            out.push_str("&lt;");
            continue;
        }
        let quoted = if quotes { tag_end(rest) } else { None };
        // Quotes that never close: from here on any `>` ends a tag.
        quotes &= quoted.is_some();
        let Some(end) = quoted.or_else(|| rest.find('>')) else {
            out.push_str("&lt;");
            out.push_str(&rest.replace('<', "&lt;"));
            return out;
        };
        let (closing, name) = name(&rest[..end]);
        rest = &rest[end + 1..];
        match name.as_str() {
            "script" | "style" | "title" | "head" if raw && !closing => match after_closing(rest, &name) {
                Some(after) => rest = after,
                None => raw = false,
            },
            "p" | "ul" | "ol" | "table" | "blockquote" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                out.push_str("<p>")
            }
            "br" => out.push_str("<br>"),
            "div" | "li" | "tr" | "hr" | "section" | "article" | "dt" | "dd" if closing || name == "hr" => {
                out.push_str("<br>")
            }
            "div" | "li" | "tr" if !out.is_empty() && !out.ends_with('>') => out.push_str("<br>"),
            "td" | "th" => out.push(' '),
            _ => {}
        }
    }
    out.push_str(rest);
    out
}

/// Place of the `>` that ends a tag, where one in quotes does not count.
fn tag_end(tag: &str) -> Option<usize> {
    let (mut quote, mut after_equals) = (None, false);
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (Some(q), _) if byte == q => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            (None, b' ' | b'\t' | b'\n' | b'\r') => continue,
            (None, _) => {}
        }
        after_equals = quote.is_none() && byte == b'=';
    }
    None
}

fn name(tag: &str) -> (bool, String) {
    let bare = tag.strip_prefix('/');
    let name: String = bare
        .unwrap_or(tag)
        .chars()
        .take(16)
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    (bare.is_some(), name.to_ascii_lowercase())
}

fn after_closing<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let found = html.match_indices("</").find(|(at, _)| {
        let after = &html.as_bytes()[at + 2..];
        after
            .get(..name.len())
            .is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
    })?;
    let end = html[found.0..].find('>')?;
    Some(&html[found.0 + end + 1..])
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn html_becomes_what_people_read() {
        for (html, text) in [
            (
                "<div>Hallo,<br>die Rechnung &auml;ndern &amp; zahlen.</div>",
                "Hallo,\ndie Rechnung ändern & zahlen.",
            ),
            ("<div>a</div><div>b</div>", "a\nb"),
            (
                "x<script>alert('<p>')</script><style>p{}</style><!-- <b>no</b> -->y",
                "xy",
            ),
            ("5 < 6 and 7 &lt; 8 <b title=\"a>b\">bold</b>", "5 < 6 and 7 < 8 bold"),
            ("emoji 😀 &#128512; ümlaut", "emoji 😀 😀 ümlaut"),
            ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
            ("", ""),
            ("plain", "plain"),
            ("<a href='https://x.example'>link</a>", "link"),
            ("unclosed <b", "unclosed <b"),
        ] {
            assert_eq!(from_html(html), text, "{html}");
        }
        assert!(from_html("<p>a</p><p>b</p>").starts_with("a\n"));
    }

    #[test]
    fn hostile_html_takes_no_longer_than_friendly_html() {
        for piece in [
            "<a",
            "<",
            "<a=\">\"",
            "<a href=\"x",
            "<!--",
            "<script>",
            "</",
            "<div>",
            "&",
            "&lt",
            "<a x='>",
            "<table><tr><td>",
            "a<b>",
            "<style></",
            "<p title=\"",
            "\n",
            "<pre>",
        ] {
            let html = piece.repeat(300_000 / piece.len());
            let began = Instant::now();
            let text = from_html(&html);
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "{piece:?} took {:?}",
                began.elapsed()
            );
            assert!(text.chars().count() <= MAX_TEXT);
        }
    }

    #[test]
    fn text_is_bounded_at_a_character_and_free_of_nul() {
        let long = clean(&"ä😀".repeat(100_000));
        assert_eq!(long.chars().count(), MAX_TEXT);
        assert_eq!(clean(" a\0b\r\nc "), "ab\nc");
    }

    #[test]
    fn plain_text_becomes_html_that_shows_it() {
        assert_eq!(
            to_html("a <b> & \"c\"\r\nd'\n"),
            "a &lt;b&gt; &amp; &quot;c&quot;<br>d&#39;"
        );
        assert_eq!(from_html(&to_html("x < y &amp; z\nnext")), "x < y &amp; z\nnext");
    }
}

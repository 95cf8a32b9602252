//! The plain text which the helpdesk makes of an HTML article and shows as its body.
//!
//! The rules and their order are those of the real one as far as mails and notes need them; its odd blank lines are kept,
//! because a client that compares a note with what it wrote meets them.

/// Text longer than this is wrapped.
const LINE: usize = 78;

/// What stands for a quotation until blank lines are settled; no text holds it.
const QUOTED: char = '\u{fdd0}';

/// Text of an HTML fragment: links are numbered and listed at the end, quotations get a `> `.
pub(super) fn to_text(html: &str) -> String {
    let mut reading = Reading::default();
    let mut rest = html.trim_start();
    while let Some(at) = rest.find(['<', '&', '\n', '\r', QUOTED]) {
        reading.text.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = match rest.as_bytes().first() {
            Some(b'<') => reading.tag(rest),
            Some(b'&') => entity(rest, &mut reading.text),
            Some(b'\n' | b'\r') => {
                reading.text.push(' ');
                rest.trim_start()
            }
            _ => &rest[QUOTED.len_utf8()..],
        };
    }
    reading.text.push_str(rest);
    let mut text = wrap(&squeeze(&reading.text));
    for quote in &reading.quotes {
        text = text.replacen(QUOTED, quote, 1);
    }
    if !reading.links.is_empty() {
        text.push_str("\n\n");
        for (link, n) in reading.links.iter().zip(1..) {
            text.push_str(&format!("[{n}] {link}\n"));
        }
    }
    text
}

#[derive(Default)]
struct Reading {
    text: String,
    links: Vec<String>,
    quotes: Vec<String>,
}

impl Reading {
    fn tag<'a>(&mut self, rest: &'a str) -> &'a str {
        let Some(end) = rest.find('>') else {
            self.text.push_str(rest);
            return "";
        };
        let (inside, after) = (&rest[1..end], &rest[end + 1..]);
        let name: String = inside
            .trim_start()
            .chars()
            .take_while(|c| !c.is_whitespace())
            .collect::<String>()
            .to_ascii_lowercase();
        match name.trim_end_matches('/') {
            "br" | "/div" => self.text.push('\n'),
            "p" | "/p" | "hr" | "table" | "/table" | "tr" | "th" | "/ul" | "/ol" => self.text.push_str("\n\n"),
            "li" => self.text.push_str("\n - "),
            "/td" => self.text.push(' '),
            "a" => {
                if let Some(link) = href(inside) {
                    self.links.push(link.to_owned());
                    self.text.push_str(&format!("[{}]", self.links.len()));
                }
            }
            "blockquote" => {
                let (inner, after) = until_closed(after, "</blockquote");
                let lines: Vec<String> = to_text(inner).lines().map(|line| format!("> {line}\n")).collect();
                self.quotes.push(lines.concat());
                self.text.push(QUOTED);
                return after;
            }
            // Scripts and titles lose their tags only (`ToAscii` in HTMLUtils.pm).
            "style" => return until_closed(after, "</style").1,
            _ => {}
        }
        after
    }
}

/// The value of `href` between quotes of either kind.
fn href(inside: &str) -> Option<&str> {
    let (_, value) = inside.split_once("href=")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// What lies before a closing tag and what comes after it.
fn until_closed<'a>(text: &'a str, close: &str) -> (&'a str, &'a str) {
    match text.to_ascii_lowercase().find(close) {
        Some(at) => {
            let after = text[at..].find('>').map_or("", |end| &text[at + end + 1..]);
            (&text[..at], after)
        }
        None => (text, ""),
    }
}

fn entity<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let name: String = rest[1..]
        .chars()
        .take(10)
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '#')
        .collect();
    let code = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    let found = match name.as_str() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        "auml" => Some('ä'),
        "ouml" => Some('ö'),
        "uuml" => Some('ü'),
        "Auml" => Some('Ä'),
        "Ouml" => Some('Ö'),
        "Uuml" => Some('Ü'),
        "szlig" => Some('ß'),
        "eacute" => Some('é'),
        "euro" => Some('€'),
        other => match other.strip_prefix('#') {
            Some(hex) if hex.starts_with(['x', 'X']) => code(&hex[1..], 16),
            Some(digits) => code(digits, 10),
            None => None,
        },
    };
    match found {
        Some(found) => {
            text.push(found);
            let after = &rest[1 + name.len()..];
            after.strip_prefix(';').unwrap_or(after)
        }
        None => {
            text.push('&');
            &rest[1..]
        }
    }
}

/// Blank lines in a row become one, and so does the blank beginning.
fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let empty = line.trim().is_empty() && line.ends_with('\n');
        if empty {
            blank += 1;
            if lines.peek().is_some() {
                continue;
            }
        }
        if blank > 0 {
            out.push('\n');
            blank = 0;
        }
        if !empty {
            out.push_str(line);
        }
    }
    out
}

fn wrap(text: &str) -> String {
    if text.chars().count() <= LINE {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let mut width = 0;
        for (i, word) in line.trim_end_matches('\n').split(' ').enumerate() {
            let length = word.chars().count();
            if i > 0 {
                let fits = width + 1 + length <= LINE;
                out.push(if fits { ' ' } else { '\n' });
                width = if fits { width + 1 } else { 0 };
            }
            out.push_str(word);
            width += length;
        }
        if line.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_the_real_system_showed() {
        assert_eq!(
            to_text("<p>Hello <b>world</b> &amp; all</p>"),
            "\nHello world & all\n\n"
        );
        assert_eq!(to_text("<p>Label <b>billing</b></p>"), "\nLabel billing\n\n");
        assert_eq!(to_text("<p>a</p><ul><li>x</li></ul>"), "\na\n\n - x\n\n");
        let html = "<p>Hallo <a href='http://x.example/y'>Link</a></p><div>x<br>y</div><blockquote>zitat</blockquote>\
            <table><tr><td>a</td><td>b</td></tr></table>";
        let text = "\nHallo [1]Link\n\nx\ny\n> zitat\n\n\na b \n\n\n\n[1] http://x.example/y\n";
        assert_eq!(to_text(html), text);
    }

    #[test]
    fn hostile_markup_ends() {
        for html in [
            "<",
            "<p",
            "&",
            "&#xffffffff;",
            "<style>",
            "a & b",
            "<br/><br/>x",
            "<script>1</script>y",
        ] {
            let _ = to_text(html);
        }
        assert_eq!(to_text("1 &lt; 2 &uuml; &unknown;"), "1 < 2 ü &unknown;");
        assert_eq!(to_text("<style>p{}</style>x"), "x");
        assert_eq!(to_text("<title>T</title><script>s()</script>x"), "Ts()x");
    }

    #[test]
    fn long_lines_are_wrapped_at_blanks() {
        let text = to_text(&"word ".repeat(40));
        assert!(text.lines().all(|l| l.chars().count() <= LINE), "{text}");
        assert_eq!(text.split_whitespace().count(), 40);
    }
}

//! Query strings, as forgiving as the helpdesks: a repeated parameter counts once, with its last value.

/// Decoded parameters in the order in which they first came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    pub(crate) fn parse(raw: &str) -> Self {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in raw.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (name, value) = (decode(name), decode(value));
            match pairs.iter_mut().find(|(n, _)| *n == name) {
                Some(pair) => pair.1 = value,
                None => pairs.push((name, value)),
            }
        }
        Self { pairs }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(n, _)| n.as_str())
    }

    /// The values of a comma list, without blanks and empty parts.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        self.get(name)
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|v| !v.is_empty())
            .collect()
    }

    /// The same query with another page.
    pub(crate) fn with_page(&self, page: u64) -> String {
        let mut parts: Vec<String> = self
            .pairs
            .iter()
            .filter(|(n, _)| n != "page")
            .map(|(n, v)| format!("{}={}", encode(n), encode(v)))
            .collect();
        parts.push(format!("page={page}"));
        parts.join("&")
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = |at: usize| bytes.get(at).and_then(|b| (*b as char).to_digit(16));
        match (bytes[i], hex(i + 1), hex(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 3;
                continue;
            }
            (b'+', ..) => out.push(b' '),
            (byte, ..) => out.push(byte),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b',' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_values_wins() {
        let query = Query::parse("page=1&per_page=3&page=2&x");
        assert_eq!(
            (query.get("page"), query.get("x"), query.get("y")),
            (Some("2"), Some(""), None)
        );
        assert_eq!(query.with_page(3), "per_page=3&x=&page=3");
    }

    #[test]
    fn percent_signs_are_decoded_and_broken_ones_kept() {
        let query = Query::parse("query=%22tag%3A%27%C3%BC%27%22&a=1+2%2B3%zz%");
        assert_eq!(
            (query.get("query"), query.get("a")),
            (Some("\"tag:'ü'\""), Some("1 2+3%zz%"))
        );
        assert_eq!(Query::parse(&query.with_page(1)).get("query"), query.get("query"));
    }
}

//! Texts with wildcards and conditions on dynamic fields.

use serde_json::{Map, Value};

use super::catalog::FieldKind;
use super::ticket::Ticket;
use super::value::{listed, scalar, structured, truthy};
use super::world::Znuny;

/// A text in which `*` and `%` stand for anything. Case does not count.
#[derive(Debug)]
pub(super) struct Matcher(Vec<char>);

impl Matcher {
    pub(super) fn new(text: &str) -> Self {
        Self(text.trim().to_lowercase().replace('%', "*").chars().collect())
    }

    pub(super) fn fits(&self, text: &str) -> bool {
        let (pattern, text) = (&self.0, text.to_lowercase().chars().collect::<Vec<_>>());
        let (mut p, mut t) = (0, 0);
        // Where to go on if the last wildcard has to take one character more.
        let mut back: Option<(usize, usize)> = None;
        while t < text.len() {
            match pattern.get(p) {
                Some('*') => {
                    back = Some((p + 1, t));
                    p += 1;
                }
                Some(c) if *c == text[t] => {
                    p += 1;
                    t += 1;
                }
                _ => match &mut back {
                    Some((after, taken)) => {
                        *taken += 1;
                        (p, t) = (*after, *taken);
                    }
                    None => return false,
                },
            }
        }
        pattern[p.min(pattern.len())..].iter().all(|c| *c == '*')
    }
}

/// A condition on one dynamic field.
#[derive(Debug)]
pub(super) struct FieldTest {
    name: String,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Equals(Vec<String>),
    Like(Vec<Matcher>),
    Compare(fn(&str, &str) -> bool, String),
    Empty(bool),
}

/// The conditions of a request. A field that does not exist and one without an object are not looked at; `None` if an
/// operator does not exist or its value makes no sense for the field.
pub(super) fn field_tests(znuny: &Znuny, data: &Map<String, Value>) -> Option<Vec<FieldTest>> {
    let mut raw: Vec<(String, &Map<String, Value>)> = Vec::new();
    match data.get("DynamicField") {
        Some(Value::Object(one)) => raw.extend(one.get("Name").and_then(scalar).map(|name| (name, one))),
        Some(Value::Array(all)) => {
            for one in all.iter().filter_map(Value::as_object) {
                raw.extend(one.get("Name").and_then(scalar).map(|name| (name, one)));
            }
        }
        value if truthy(value) => {}
        _ => {
            for (key, value) in data {
                if let (Some(name), Value::Object(test)) = (key.strip_prefix("DynamicField_"), value) {
                    raw.push((name.to_owned(), test));
                }
            }
        }
    }
    let mut tests = Vec::new();
    for (name, operators) in raw {
        let Some(field) = znuny.catalog.field(&name).filter(|f| !f.on_article) else {
            continue;
        };
        for (operator, value) in operators.iter().filter(|(key, _)| *key != "Name") {
            let all = if structured(value) || scalar(value).is_some() {
                // An empty text is a value here.
                listed(operators, operator).unwrap_or_else(|| vec![String::new()])
            } else {
                return None;
            };
            let one = || all.first().cloned();
            let dated = |text: String| match field.kind {
                FieldKind::DateTime => znuny.zone.read(&text).map(|_| text),
                _ => Some(text),
            };
            let test = match operator.as_str() {
                "Equals" => Test::Equals(all.into_iter().map(dated).collect::<Option<_>>()?),
                "Like" => Test::Like(all.iter().map(|text| Matcher::new(text)).collect()),
                "GreaterThan" => Test::Compare(|a, b| a > b, dated(one()?)?),
                "GreaterThanEquals" => Test::Compare(|a, b| a >= b, dated(one()?)?),
                "SmallerThan" => Test::Compare(|a, b| a < b, dated(one()?)?),
                "SmallerThanEquals" => Test::Compare(|a, b| a <= b, dated(one()?)?),
                "Empty" => Test::Empty(truthy(Some(value))),
                _ => return None,
            };
            let name = name.clone();
            tests.push(FieldTest { name, test });
        }
    }
    Some(tests)
}

impl FieldTest {
    pub(super) fn fits(&self, ticket: &Ticket) -> bool {
        let values: Vec<String> = match ticket.fields.get(&self.name) {
            None => Vec::new(),
            Some(Value::Array(list)) => list.iter().filter_map(scalar).collect(),
            Some(one) => scalar(one).into_iter().collect(),
        };
        match &self.test {
            // Nothing equals what has no value.
            Test::Equals(wanted) if values.is_empty() => wanted.iter().any(String::is_empty),
            Test::Equals(wanted) => values.iter().any(|v| wanted.contains(v)),
            Test::Like(matchers) => values.iter().any(|v| matchers.iter().any(|m| m.fits(v))),
            Test::Compare(holds, bound) => values.iter().any(|v| holds(v, bound)),
            Test::Empty(empty) => values.is_empty() == *empty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_anything() {
        for (pattern, text) in [
            ("%VPN%", "my vpn drops"),
            ("seed-*", "Seed-label-1"),
            ("a*b*c", "aXbYbZc"),
            ("*", ""),
            ("x", "X"),
        ] {
            assert!(Matcher::new(pattern).fits(text), "{pattern} {text}");
        }
        for (pattern, text) in [("VPN", "my vpn"), ("a*b", "abc"), ("", "x"), ("x*", "")] {
            assert!(!Matcher::new(pattern).fits(text), "{pattern} {text}");
        }
    }
}

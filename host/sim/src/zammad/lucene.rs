//! The search language of an index: a small part of what Elasticsearch reads.
//!
//! Fields are objects (`group.name:"Users"`); a field that does not exist matches nothing, silently. `state:new` and
//! `group:Users` are such fields since Zammad 4. Values are compared word by word, whatever their case.

use crate::zammad::show::{self, read_ms};
use crate::zammad::ticket::Ticket;
use crate::zammad::world::World;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// No field means every text.
    Is(Option<String>, Value),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Words(String),
    /// Open ends are `None`; the flags say whether an end is included.
    Range(Option<String>, bool, Option<String>, bool),
}

/// Reads a query; `None` if it is none.
pub(crate) fn parse(text: &str) -> Option<Expr> {
    let mut reader = Reader {
        rest: text.trim(),
        depth: 0,
    };
    let expr = reader.any(None)?;
    reader.rest.trim().is_empty().then_some(expr)
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

/// Deeper nesting is refused: it would only test our stack.
const DEEPEST: usize = 500;

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        let Some(rest) = self.rest.strip_prefix(token) else {
            return false;
        };
        // A word such as ORDER does not begin with OR.
        if token.starts_with(char::is_alphabetic) && rest.starts_with(char::is_alphanumeric) {
            return false;
        }
        self.rest = rest;
        true
    }

    fn any(&mut self, field: Option<&str>) -> Option<Expr> {
        let mut list = vec![self.all(field)?];
        while self.take("OR") || self.take("||") {
            list.push(self.all(field)?);
        }
        Some(single(list, Expr::Any))
    }

    fn all(&mut self, field: Option<&str>) -> Option<Expr> {
        let mut list = vec![self.unary(field)?];
        loop {
            let joined = self.take("AND") || self.take("&&");
            let end = {
                let rest = self.rest.trim_start();
                rest.is_empty() || rest.starts_with([')', '|']) || rest.starts_with("OR ")
            };
            match (joined, end) {
                (true, true) => return None,
                (false, true) => return Some(single(list, Expr::All)),
                _ => list.push(self.unary(field)?),
            }
        }
    }

    fn unary(&mut self, field: Option<&str>) -> Option<Expr> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let found = self.operand(field);
        self.depth -= 1;
        found
    }

    fn operand(&mut self, field: Option<&str>) -> Option<Expr> {
        if self.take("NOT") || self.take("!") || self.take("-") {
            return Some(Expr::Not(Box::new(self.unary(field)?)));
        }
        self.take("+");
        if self.take("(") {
            let inner = self.any(field)?;
            return self.take(")").then_some(inner);
        }
        if field.is_none() {
            let name: String = self
                .rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || "_.".contains(*c))
                .collect();
            if let Some(rest) = self.rest[name.len()..].strip_prefix(':').filter(|_| !name.is_empty()) {
                self.rest = rest;
                if self.take("(") {
                    let inner = self.any(Some(&name))?;
                    return self.take(")").then_some(inner);
                }
                return Some(Expr::Is(Some(name), self.value()?));
            }
        }
        Some(Expr::Is(field.map(str::to_owned), self.value()?))
    }

    fn value(&mut self) -> Option<Value> {
        for (sign, lower, included) in [
            (">=", true, true),
            ("<=", false, true),
            (">", true, false),
            ("<", false, false),
        ] {
            if self.take(sign) {
                let end = Some(self.word()?);
                return Some(match lower {
                    true => Value::Range(end, included, None, false),
                    false => Value::Range(None, false, end, included),
                });
            }
        }
        if self.rest.starts_with(['[', '{']) {
            let close = self.rest.find([']', '}'])?;
            let (inner, from, to) = (
                &self.rest[1..close],
                self.rest.starts_with('['),
                self.rest[close..].starts_with(']'),
            );
            let (low, high) = inner.split_once(" TO ")?;
            self.rest = &self.rest[close + 1..];
            let end = |t: &str| Some(t.trim().trim_matches('"').to_owned()).filter(|t| t != "*");
            return Some(Value::Range(end(low), from, end(high), to));
        }
        self.word().map(Value::Words)
    }

    fn word(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        if let Some(rest) = self.rest.strip_prefix('"') {
            let end = rest.find('"')?;
            self.rest = &rest[end + 1..];
            return Some(rest[..end].to_owned());
        }
        let end = self.rest.find([' ', '(', ')', '"']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(word.replace('\\', "")).filter(|w| !["", "AND", "OR"].contains(&w.as_str()))
    }
}

fn single(mut list: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match list.len() {
        1 => list.remove(0),
        _ => many(list),
    }
}

impl Expr {
    pub(crate) fn holds(&self, world: &World, ticket: &Ticket) -> bool {
        match self {
            Self::All(list) => list.iter().all(|e| e.holds(world, ticket)),
            Self::Any(list) => list.iter().any(|e| e.holds(world, ticket)),
            Self::Not(inner) => !inner.holds(world, ticket),
            Self::Is(Some(field), value) => {
                let hits = |text: &String| value.holds(text, world.now_ms());
                field_values(world, ticket, field).iter().any(hits)
            }
            Self::Is(None, Value::Words(words)) => {
                let bodies = world.articles_of(ticket.id).map(|a| a.body.text());
                let mut texts = [ticket.title.clone(), ticket.number.clone()].into_iter().chain(bodies);
                texts.any(|text| follows(&text, words, true))
            }
            Self::Is(None, Value::Range(..)) => false,
        }
    }
}

/// What the index knows under a name.
fn field_values(world: &World, ticket: &Ticket, field: &str) -> Vec<String> {
    let system = &world.system;
    let user = |id: u64, what: &str| {
        let user = system.users.get(&id)?;
        Some(match what {
            "login" | "email" => user.login.clone(),
            "firstname" => user.firstname.clone(),
            "lastname" => user.lastname.clone(),
            _ => return None,
        })
    };
    let one = match field.split_once('.') {
        Some(("group", "name")) => system.groups.get(&ticket.group_id).cloned(),
        Some(("state", "name")) => show::state(ticket.state_id).map(str::to_owned),
        Some(("priority", "name")) => system.priority(ticket.priority_id).map(str::to_owned),
        Some(("owner", what)) => user(ticket.owner_id, what),
        Some(("customer", what)) => user(ticket.customer_id, what),
        Some(("article", "body")) => return world.articles_of(ticket.id).map(|a| a.body.text()).collect(),
        Some(_) => None,
        None if crate::zammad::condition::is_column(world, field) => {
            return match crate::zammad::condition::column(ticket, field) {
                serde_json::Value::Null => Vec::new(),
                serde_json::Value::Array(list) => list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
                serde_json::Value::String(text) => vec![text],
                other => vec![other.to_string()],
            };
        }
        None => None,
    };
    one.into_iter().collect()
}

impl Value {
    fn holds(&self, text: &str, now_ms: i64) -> bool {
        match self {
            Self::Words(words) => follows(text, words, false),
            Self::Range(low, from, high, to) => {
                let Some(at) = place(text, now_ms) else { return false };
                let above = low
                    .as_deref()
                    .is_none_or(|low| place(low, now_ms).is_some_and(|low| at > low || (*from && at == low)));
                let below = high
                    .as_deref()
                    .is_none_or(|high| place(high, now_ms).is_some_and(|high| at < high || (*to && at == high)));
                above && below
            }
        }
    }
}

/// A number, or a point in time: absolute, or `now` plus or minus something.
fn place(text: &str, now_ms: i64) -> Option<f64> {
    if let Some(rest) = text.strip_prefix("now") {
        let rest = rest.split('/').next().unwrap_or_default();
        if rest.is_empty() {
            return Some(now_ms as f64);
        }
        let unit = match rest.chars().last()? {
            's' => 1_000,
            'm' => 60_000,
            'h' | 'H' => 3_600_000,
            'd' => 86_400_000,
            'w' => 7 * 86_400_000,
            _ => return None,
        };
        let count: i64 = rest[..rest.len() - 1].parse().ok()?;
        return Some((now_ms + count.saturating_mul(unit)) as f64);
    }
    text.parse().ok().or_else(|| read_ms(text).map(|ms| ms as f64))
}

/// Whether the words stand in the text one after the other; the last one may be the beginning of a word.
fn follows(text: &str, words: &str, prefix: bool) -> bool {
    let split = |text: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (text, words) = (split(text), split(words));
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    text.windows(words.len()).any(|part| {
        let (end, start) = (&part[words.len() - 1], &part[..words.len() - 1]);
        start == before && (end == last || (prefix && end.starts_with(last)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::time::Clock;

    fn holds(query: &str) -> bool {
        let world = World::new(&Options::default(), &Clock::default());
        let mut ticket = Ticket::new(7, 4, world.now_ms() - 60_000);
        ticket.title = "The VPN is down".into();
        ticket.tags = vec!["vip".into()];
        parse(query).is_some_and(|e| e.holds(&world, &ticket))
    }

    #[test]
    fn fields_are_objects_and_old_names_match_nothing() {
        for query in [
            "group.name:\"Users\"",
            "group.name:users AND state.name:(new OR open)",
            "priority.name:\"2 normal\" tags:vip",
            "created_at:>now-1h",
            "updated_at:[2020-01-01T00:00:00Z TO *]",
            "!(state.name:closed) AND article_count:0",
            "customer.email:admin@northwind.example",
            "vpn",
            "\"vpn is\"",
            "NOT tags:other OR title:nothing",
            "number:67007",
        ] {
            assert!(holds(query), "{query}");
        }
        for query in [
            "group:Users",
            "state:new",
            "state.name:(closed OR open)",
            "created_at:<now-1h",
            "down vpn x",
            "nothing:1",
        ] {
            assert!(!holds(query), "{query}");
        }
    }

    #[test]
    fn broken_queries_are_none() {
        for query in [
            "",
            "(",
            "a AND",
            "group.name:",
            "\"x",
            "x)",
            "created_at:[1 TO",
            "OR",
            "ü:",
        ] {
            assert_eq!(parse(query), None, "{query}");
        }
    }
}

//! The little language of `GET /search/…`.
//!
//! ```text
//! expr  = and { "OR" and }        AND binds tighter
//! and   = term { "AND" term }
//! term  = "(" expr ")" | field ":" [">" | "<"] value
//! value = integer | true | false | 'text' | null
//! ```

/// A condition on a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Is { field: String, op: Op, value: Literal },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    /// `:>`, which includes the value itself.
    AtLeast,
    /// `:<`, which includes the value itself.
    AtMost,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
}

/// Deeper nesting is refused rather than trusted to the stack.
const DEEPEST: usize = 60;

/// Reads an expression; `None` if it does not follow the grammar.
pub(super) fn parse(text: &str) -> Option<Expr> {
    let mut parser = Parser { rest: text, depth: 0 };
    let expr = parser.any()?;
    parser.rest.trim().is_empty().then_some(expr)
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Option<Expr> {
        let mut parts = vec![self.every()?];
        while self.word("OR") {
            parts.push(self.every()?);
        }
        Some(single(parts, Expr::Or))
    }

    fn every(&mut self) -> Option<Expr> {
        let mut parts = vec![self.term()?];
        while self.word("AND") {
            parts.push(self.term()?);
        }
        Some(single(parts, Expr::And))
    }

    fn term(&mut self) -> Option<Expr> {
        self.rest = self.rest.trim_start();
        if let Some(rest) = self.rest.strip_prefix('(') {
            self.rest = rest;
            self.depth += 1;
            if self.depth > DEEPEST {
                return None;
            }
            let inner = self.any()?;
            self.depth -= 1;
            self.rest = self.rest.trim_start().strip_prefix(')')?;
            return Some(inner);
        }
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
        let field = self.rest[..end].to_owned();
        self.rest = self.rest[end..].trim_start().strip_prefix(':')?;
        let op = match self.rest.as_bytes().first() {
            Some(b'>') => Op::AtLeast,
            Some(b'<') => Op::AtMost,
            _ => Op::Equal,
        };
        if op != Op::Equal {
            self.rest = &self.rest[1..];
        }
        self.rest = self.rest.trim_start();
        let value = self.literal()?;
        (!field.is_empty()).then_some(Expr::Is { field, op, value })
    }

    fn literal(&mut self) -> Option<Literal> {
        if let Some(rest) = self.rest.strip_prefix('\'') {
            let end = rest.find('\'')?;
            self.rest = &rest[end + 1..];
            return Some(Literal::Text(rest[..end].to_owned()));
        }
        let end = self
            .rest
            .find(|c: char| c.is_whitespace() || c == ')' || c == '(')
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match word {
            "null" => Some(Literal::Null),
            "true" => Some(Literal::Bool(true)),
            "false" => Some(Literal::Bool(false)),
            number if number.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                number.parse().ok().map(Literal::Number)
            }
            _ => None,
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(word) {
            Some(after) if after.starts_with(|c: char| c.is_whitespace() || c == '(') => {
                self.rest = after;
                true
            }
            _ => false,
        }
    }
}

fn single(mut parts: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    if parts.len() == 1 { parts.remove(0) } else { many(parts) }
}

impl Expr {
    /// All conditions in it.
    pub(super) fn conditions<'a>(&'a self, found: &mut Vec<(&'a str, Op, &'a Literal)>) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|p| p.conditions(found)),
            Self::Is { field, op, value } => found.push((field, *op, value)),
        }
    }

    /// Whether it holds, given what decides one condition.
    pub(super) fn holds(&self, test: &dyn Fn(&str, Op, &Literal) -> bool) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|p| p.holds(test)),
            Self::Or(parts) => parts.iter().any(|p| p.holds(test)),
            Self::Is { field, op, value } => test(field, *op, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_tighter_and_brackets_bind_tightest() {
        let expr = parse("a:1 OR b:2 AND c:'x y' ").unwrap();
        assert!(matches!(&expr, Expr::Or(parts) if matches!(parts[1], Expr::And(_))));
        let expr = parse("(a:1 OR b:>2) AND c:null").unwrap();
        assert!(expr.holds(&|field, _, _| field != "a"));
        assert!(!expr.holds(&|field, _, _| field != "c"));
        assert!(matches!(
            parse("a:<'2026-01-01'"),
            Some(Expr::Is { op: Op::AtMost, .. })
        ));
    }

    #[test]
    fn what_does_not_follow_the_grammar_is_refused() {
        let deep = "(".repeat(500);
        for text in [
            "",
            "(priority:1",
            "priority",
            "priority:",
            "priority:x",
            "a:1 b:2",
            "a:1 AND",
            "a:'x",
            ":1",
            ")",
            "a:1)",
            "ü:1",
            &deep,
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

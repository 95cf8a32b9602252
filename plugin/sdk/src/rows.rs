//! Tickets of an answer, read row by row: one that is not as documented must not cost the page.

use serde::de::DeserializeOwned;

use crate::{Failure, Row, json, model::Ticket, revision, text, time};

/// What every row of a list of tickets tells.
pub trait Listed: DeserializeOwned {
    /// The helpdesk's number; `None` makes the row unreadable.
    fn id(&self) -> Option<i64>;
    /// Time of the last change, as the helpdesk writes it.
    fn updated_at(&self) -> Option<&str>;
}

/// A row of an answer.
#[derive(Debug)]
pub enum Read<T> {
    /// As documented.
    Row(Box<T>),
    /// Not as documented; what could be rescued.
    Unreadable(Rescued),
}

/// What is known of a row that is not as documented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescued {
    id: Option<i64>,
    updated_at: Option<String>,
    /// Differs when the row does.
    hash: u64,
}

impl<T: Listed> Read<T> {
    fn one(text: &str) -> Self {
        match serde_json::from_str::<T>(text) {
            Ok(row) if row.id().is_some() => Self::Row(Box::new(row)),
            _ => Self::Unreadable(Rescued {
                id: json::member(text, "id").and_then(|id| id.trim_matches('"').parse().ok()),
                updated_at: json::member(text, "updated_at").and_then(|at| serde_json::from_str(at).ok()),
                hash: revision::hash(text.as_bytes()),
            }),
        }
    }

    /// What [`crate::Changes`] needs of it.
    #[must_use]
    pub fn seen(&self) -> Row {
        let (id, updated_at) = match self {
            Self::Row(row) => (row.id(), row.updated_at()),
            Self::Unreadable(rest) => (rest.id, rest.updated_at.as_deref()),
        };
        Row {
            id,
            at: updated_at.and_then(time::second),
        }
    }
}

impl Rescued {
    /// A ticket that is left alone; `None` if not even the id is known. `helpdesk` is the product's name.
    #[must_use]
    pub fn ticket(self, helpdesk: &str) -> Option<Ticket> {
        let Some(id) = self.id else {
            tracing::warn!("a ticket without a readable id is left out");
            return None;
        };
        tracing::warn!("ticket {id} is not as {helpdesk} documents tickets: it is left alone");
        Some(Ticket {
            id: id.to_string(),
            updated_at: self.updated_at.as_deref().and_then(time::utc),
            revision: format!("{}-{:016x}", self.updated_at.unwrap_or_default(), self.hash),
            settled: Some(format!("unreadable: it is not as {helpdesk} documents tickets")),
            ..Ticket::default()
        })
    }
}

/// The rows of a list. `None` if it is no list or cut off.
#[must_use]
pub fn list<T: Listed>(body: &[u8]) -> Option<Vec<Read<T>>> {
    if let Ok(rows) = serde_json::from_slice::<Vec<T>>(body)
        && rows.iter().all(|r| r.id().is_some())
    {
        return Some(rows.into_iter().map(|row| Read::Row(Box::new(row))).collect());
    }
    let text = json::repair(body);
    if !text.trim_start().starts_with('[') {
        return None;
    }
    Some(json::parts(&text)?.into_iter().map(Read::one).collect())
}

/// One row. `None` if it is no object or cut off.
#[must_use]
pub fn object<T: Listed>(body: &[u8]) -> Option<Read<T>> {
    let text = json::repair(body);
    let whole = text.trim_start().starts_with('{') && json::parts(&text).is_some();
    whole.then(|| Read::one(&text))
}

/// A list whose elements fail each for itself: those that are as documented, with a line in the log for the others. `what` is
/// what they are ("a group"). `None` if it is no list or cut off.
#[must_use]
pub fn readable<T: DeserializeOwned>(body: &[u8], what: &str) -> Option<Vec<T>> {
    let text = json::repair(body);
    if !text.trim_start().starts_with('[') {
        return None;
    }
    let mut all = Vec::new();
    for part in json::parts(&text)? {
        match serde_json::from_str(part) {
            Ok(one) => all.push(one),
            Err(_) => tracing::warn!("{what} of another shape than documented is left out"),
        }
    }
    Some(all)
}

/// The number of a ticket; anything else must not get into a URL. `helpdesk` is the product's name.
///
/// # Errors
/// [`Failure::Rejected`]: no number above 0.
pub fn number(helpdesk: &str, id: &str) -> Result<i64, Failure> {
    match id.parse::<i64>() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(Failure::rejected(format!(
            "\"{}\" is no {helpdesk} ticket number",
            text::short(id)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct One {
        id: Option<i64>,
        updated_at: Option<String>,
        group: Option<i64>,
    }

    impl Listed for One {
        fn id(&self) -> Option<i64> {
            self.id
        }
        fn updated_at(&self) -> Option<&str> {
            self.updated_at.as_deref()
        }
    }

    #[test]
    fn one_bad_row_does_not_cost_the_others() {
        let page = "[{\"id\":1,\"group\":7},{\"id\":2,\"group\":\"canary\",\"updated_at\":\"2026-09-01T09:00:00.5Z\"},17,{\"id\":\"6\",\"group\":\"x\"}]";
        let rows = list::<One>(page.as_bytes()).unwrap();
        assert!(matches!(&rows[0], Read::Row(row) if row.group == Some(7)));
        let seen: Vec<Row> = rows.iter().map(Read::seen).collect();
        assert_eq!((seen[1].id, seen[1].at), (Some(2), Some(1_788_253_200)));
        let rest: Vec<Option<Ticket>> = rows
            .into_iter()
            .filter_map(|row| match row {
                Read::Unreadable(rest) => Some(rest.ticket("Desk")),
                Read::Row(_) => None,
            })
            .collect();
        let two = rest[0].as_ref().unwrap();
        let why = two.settled.as_deref().unwrap();
        assert!(why.starts_with("unreadable: ") && !why.contains("canary"), "{why}");
        assert!(rest[1].is_none() && rest[2].as_ref().unwrap().id == "6");
        assert_ne!(two.revision, rest[2].as_ref().unwrap().revision);
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_not_half_read() {
        for body in ["", "<html>", "{}", "[{\"id\":1},{\"id\":2", "null", "[{\"id\":1}"] {
            assert!(list::<One>(body.as_bytes()).is_none(), "{body}");
            assert!(readable::<One>(body.as_bytes(), "a row").is_none(), "{body}");
        }
        for body in ["", "[]", "{\"id\":1", "17"] {
            assert!(object::<One>(body.as_bytes()).is_none(), "{body}");
        }
        assert_eq!(
            readable::<One>(b"[{\"id\":1},{\"id\":\"x\"},3]", "a row")
                .unwrap()
                .len(),
            1
        );
    }

    #[test]
    fn only_a_number_gets_into_a_url() {
        assert_eq!(number("Desk", "4711"), Ok(4711));
        for id in ["", "0", "-1", "../agents", "1/notes", "1?x=y", "４"] {
            assert!(number("Desk", id).is_err(), "{id}");
        }
    }
}

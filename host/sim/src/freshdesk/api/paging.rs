//! Pages: `page`, `per_page` and the `Link` to the next one.

use serde_json::Value;

use super::Call;
use crate::answer::Answer;
use crate::freshdesk::errors::Wrong;

const DEFAULT: u64 = 30;
const MOST: u64 = 100;

/// The page a client asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) number: u64,
    pub(crate) size: u64,
}

impl Page {
    pub(crate) fn read(call: &Call, wrong: &mut Vec<Wrong>) -> Self {
        let mut number = |name: &str, default: u64, most: Option<u64>| {
            let Some(text) = call.query.get(name) else {
                return default;
            };
            match text.parse::<u64>() {
                Ok(n) if n >= 1 && most.is_none_or(|m| n <= m) => n,
                _ => {
                    let limit = most.map_or(String::new(), |m| format!(" less than or equal to {m}"));
                    wrong.push(Wrong::value(name, format!("It should be a Positive Integer{limit}")));
                    default
                }
            }
        };
        Self {
            number: number("page", 1, None),
            size: number("per_page", DEFAULT, Some(MOST)),
        }
    }

    pub(crate) fn skip(self) -> usize {
        usize::try_from((self.number - 1).saturating_mul(self.size)).unwrap_or(usize::MAX)
    }

    /// Cuts a page out of all rows, and says whether more follow.
    pub(crate) fn cut<T>(self, rows: impl Iterator<Item = T>) -> (Vec<T>, bool) {
        let mut page: Vec<T> = rows.skip(self.skip()).take(self.size as usize + 1).collect();
        let more = page.len() > self.size as usize;
        page.truncate(self.size as usize);
        (page, more)
    }

    /// The answer with a `Link` to the next page, if there is one.
    pub(crate) fn answer(self, call: &Call, rows: Vec<Value>, more: bool) -> Answer {
        let answer = Answer::ok(&Value::Array(rows));
        if !more {
            return answer;
        }
        let query = call.query.with_page(self.number + 1);
        answer.with("link", format!("<{}{}?{query}>; rel=\"next\"", call.base, call.path))
    }
}

/// An ordinary list of everything, one page at a time.
pub(crate) fn all(call: &Call, rows: impl Iterator<Item = Value>) -> super::Reply {
    let mut wrong = Vec::new();
    let page = Page::read(call, &mut wrong);
    super::refuse(wrong)?;
    let (rows, more) = page.cut(rows);
    Ok(page.answer(call, rows, more))
}

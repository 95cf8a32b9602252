//! "Did you mean …?"

use crate::{Failure, text};

/// The helpdesk has no such name for a ticket's `field`. `what` is what the helpdesk calls it ("group"), `right` what there is.
pub fn unknown<'a>(
    helpdesk: &str,
    field: &str,
    what: &str,
    name: &str,
    right: impl IntoIterator<Item = &'a str>,
) -> Failure {
    let message = format!(
        "{helpdesk} has no {what} \"{}\"{}",
        text::short(name),
        hint(name, right)
    );
    Failure::rejected_field(field, message)
}

/// The name of a number; a number that is in no list stays recognisable, and never looks like "none".
#[must_use]
pub fn of_number(all: &[(String, i64)], what: &str, number: i64) -> String {
    let known = all.iter().find(|(_, n)| *n == number);
    known.map_or_else(|| format!("{what} {number}"), |(name, _)| name.clone())
}

/// How a wrong name is answered: with the nearest right one, or with the right ones if they are few.
#[must_use]
pub fn hint<'a>(wrong: &str, right: impl IntoIterator<Item = &'a str>) -> String {
    let all: Vec<&str> = right.into_iter().collect();
    if let Some(nearest) = nearest(wrong, &all) {
        return format!("; did you mean \"{nearest}\"?");
    }
    match all.len() {
        0 => "; there are none".to_owned(),
        1..=10 => format!("; there are: \"{}\"", all.join("\", \"")),
        more => format!("; there are {more}, for example \"{}\"", all[..5].join("\", \"")),
    }
}

fn nearest<'a>(wrong: &str, right: &[&'a str]) -> Option<&'a str> {
    let folded = wrong.trim().to_lowercase();
    let limit = (folded.chars().count() / 3).max(1);
    let scored = right
        .iter()
        .map(|name| (distance(&folded, &name.to_lowercase()), *name));
    scored
        .min_by_key(|(d, _)| *d)
        .filter(|(d, _)| *d <= limit)
        .map(|(_, name)| name)
}

/// Insertions, deletions and replacements that lead from one to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    // A name from a config may be any text; the answer is not worth more than this.
    let a: Vec<char> = a.chars().take(120).collect();
    let b: Vec<char> = b.chars().take(120).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_a_name_stays_recognisable() {
        let all = [("Billing".to_owned(), 7)];
        assert_eq!(of_number(&all, "group", 7), "Billing");
        assert_eq!(of_number(&all, "group", 8), "group 8");
    }

    #[test]
    fn a_slip_is_answered_with_the_right_name() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(hint("biling", ["Billing", "Hardware"]), "; did you mean \"Billing\"?");
        assert_eq!(hint("BILLING", ["Billing", "Hardware"]), "; did you mean \"Billing\"?");
        assert_eq!(
            hint("Sales", ["Billing", "Hardware"]),
            "; there are: \"Billing\", \"Hardware\""
        );
        assert_eq!(hint("x", []), "; there are none");
        let many: Vec<String> = (0..20).map(|n| format!("queue number {n}")).collect();
        assert!(hint("zzz", many.iter().map(String::as_str)).starts_with("; there are 20, for example"));
    }
}

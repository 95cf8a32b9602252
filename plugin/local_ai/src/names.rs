//! The people in a ticket are nobody to learn about: their names are taken out of its text before anything is counted.

use std::borrow::Cow;

/// The shortest part of a name that is looked for; shorter ones ("de", "Li") are words of their own.
const SHORTEST: usize = 3;

/// `text` without the words of `names`. Linear in the text.
///
/// A word goes if it begins with a capital, or if a neighbour is part of the name too: "Bill" goes from the tickets of Bill Smith,
/// and so does "bill smith", while his "bill" stays.
pub(crate) fn without_names<'a>(text: &'a str, names: &[String]) -> Cow<'a, str> {
    let parts: Vec<String> = names
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphabetic()))
        .filter(|part| part.chars().count() >= SHORTEST)
        .map(str::to_lowercase)
        .collect();
    if parts.is_empty() {
        return Cow::Borrowed(text);
    }
    let words: Vec<(usize, &str)> = words(text).collect();
    let is_part: Vec<bool> = words
        .iter()
        .map(|(_, word)| parts.contains(&word.to_lowercase()))
        .collect();
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, (from, word)) in words.iter().enumerate() {
        let beside = at.checked_sub(1).is_some_and(|at| is_part[at]) || is_part.get(at + 1).is_some_and(|part| *part);
        if is_part[at] && (beside || word.starts_with(char::is_uppercase)) {
            out.push_str(&text[copied..*from]);
            copied = from + word.len();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The words of `text` with the places where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr().addr() - text.as_ptr().addr(), word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_and_words_stay() {
        let names = ["Bill O'Neill-Müller".to_owned(), "bm@x.example".to_owned()];
        for (text, wanted) in [
            ("My bill is wrong. Regards, Bill", "My bill is wrong. Regards, "),
            ("bill müller here", "  here"),
            ("BILL MÜLLER", " "),
            ("Billing for Neill's shop", "Billing for 's shop"),
            ("", ""),
            ("no name 👋", "no name 👋"),
        ] {
            assert_eq!(without_names(text, &names), wanted, "{text}");
        }
        assert_eq!(without_names("Bill", &[]), "Bill");
        assert_eq!(without_names("Li and de", &["Li de".to_owned()]), "Li and de");
    }
}

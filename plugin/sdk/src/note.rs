//! A private note can be found again: it carries a mark in brackets, which keep one mark from being found in a longer one.

/// Characters of a note that are sent: a page or two, and less than any helpdesk refuses.
const LONGEST: usize = 16_000;

/// As much of a note's text as is sent.
#[must_use]
pub fn bounded(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The mark as it stands in the note; empty for no mark.
#[must_use]
pub fn shown(mark: &str) -> String {
    match mark {
        "" => String::new(),
        mark => format!("[{mark}]"),
    }
}

/// True if this text, plain or HTML, is the note with that mark.
#[must_use]
pub fn carries(text: &str, mark: &str) -> bool {
    let mark = shown(mark);
    !mark.is_empty() && (text.contains(&mark) || text.contains(&crate::text::to_html(&mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_bounded_in_characters() {
        assert_eq!(bounded(&"ä".repeat(20_000)).chars().count(), LONGEST);
        assert_eq!(bounded("ä"), "ä");
    }

    #[test]
    fn a_note_is_found_by_its_own_mark_only() {
        assert!(carries("AI: Billing\n[otai-7]", "otai-7"));
        assert!(!carries("AI: Billing\n[otai-77]", "otai-7") && !carries("", "otai-7"));
        assert!(carries("<div>x<br>[a&amp;b]</div>", "a&b"));
        assert!(!carries("anything []", ""), "no mark is never found");
    }
}

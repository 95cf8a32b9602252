//! A private note can be found again: it carries a mark in brackets, which keep one mark from being found in a longer one.

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
    fn a_note_is_found_by_its_own_mark_only() {
        assert!(carries("AI: Billing\n[otai-7]", "otai-7"));
        assert!(!carries("AI: Billing\n[otai-77]", "otai-7") && !carries("", "otai-7"));
        assert!(carries("<div>x<br>[a&amp;b]</div>", "a&b"));
        assert!(!carries("anything []", ""), "no mark is never found");
    }
}

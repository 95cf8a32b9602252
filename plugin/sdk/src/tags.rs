//! Tags that are there and tags that shall be there.

/// The tags of `add` that are not there yet, trimmed, in order, each once; upper and lower case are the same.
#[must_use]
pub fn missing(there: &[String], add: &[String]) -> Vec<String> {
    let mut known: Vec<String> = there.iter().map(|t| t.trim().to_lowercase()).collect();
    let mut missing = Vec::new();
    for tag in add.iter().map(|t| t.trim()).filter(|t| !t.is_empty()) {
        let folded = tag.to_lowercase();
        if !known.contains(&folded) {
            known.push(folded);
            missing.push(tag.to_owned());
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_added_and_each_once() {
        let of = |tags: &[&str]| tags.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        assert_eq!(missing(&of(&["b", "ai"]), &of(&["AI", "x", " ", "x ", "X"])), ["x"]);
        assert!(missing(&of(&["ä"]), &of(&["Ä"])).is_empty());
    }
}

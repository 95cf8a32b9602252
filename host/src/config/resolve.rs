use std::collections::BTreeMap;

/// The helpdesk's value for a label of the model: what `labels` makes of it (else the label itself), spelt exactly like a
/// value, or else like exactly one value when upper and lower case count as equal, or else when a rank before one of the two
/// (`3 high`) does not count. `None`: leave it to a human.
///
/// Both the check of the config and the pipeline ask here, so that a config that was found good writes what was promised.
pub fn resolve<'a, S: AsRef<str>>(label: &str, labels: &BTreeMap<String, String>, values: &'a [S]) -> Option<&'a str> {
    let wanted = labels.get(label).map_or(label, String::as_str);
    let all = values.iter().map(AsRef::as_ref);
    if let Some(exact) = all.clone().find(|value| *value == wanted) {
        return Some(exact);
    }
    let only = |same: &dyn Fn(&str) -> bool| {
        let mut alike = all.clone().filter(|value| same(value));
        let first = alike.next()?;
        // Of two values that look alike nobody can say which one is meant.
        alike.all(|other| other == first).then_some(first)
    };
    let folded = wanted.to_lowercase();
    let same = |value: &str| value.to_lowercase() == folded;
    if all.clone().any(same) {
        return only(&same);
    }
    // Two ranks that differ are two values.
    only(&|value| {
        let value = value.to_lowercase();
        without_rank(&value) == folded || without_rank(&folded) == value
    })
}

/// `high` of `3 high`: Zammad, OTOBO and Znuny put the rank before the names of their priorities.
fn without_rank(value: &str) -> &str {
    match value.split_once(' ') {
        Some((rank, name)) if !rank.is_empty() && rank.bytes().all(|b| b.is_ascii_digit()) => name.trim_start(),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_then_mapped_then_unique_case() {
        let labels = BTreeMap::from([
            ("bill".to_owned(), "Billing".to_owned()),
            ("Sales".to_owned(), "nowhere".to_owned()),
        ]);
        let values = ["Billing", "SALES", "Ops", "OPS", "Ärger"];
        for (label, expected) in [
            ("bill", Some("Billing")),
            ("Billing", Some("Billing")),
            ("billing", Some("Billing")),
            ("Bill", None),
            ("OPS", Some("OPS")),
            ("ops", None),
            ("ÄRGER", Some("Ärger")),
            // What the admin mapped is never guessed over.
            ("Sales", None),
            ("sales", Some("SALES")),
        ] {
            assert_eq!(resolve(label, &labels, &values), expected, "{label}");
        }
        assert_eq!(resolve("a", &labels, &["A", "A"]), Some("A"));
    }

    #[test]
    fn a_rank_before_a_name_is_no_part_of_it() {
        let none = BTreeMap::new();
        let zammad = ["1 low", "2 normal", "3 high"];
        assert_eq!(resolve("High", &none, &zammad), Some("3 high"));
        assert_eq!(resolve("4 high", &none, &zammad), None, "two ranks are two values");
        assert_eq!(resolve("urgent", &none, &zammad), None);
        assert_eq!(resolve("3", &none, &zammad), None);
        assert_eq!(resolve("3 high", &none, &["Low", "High"]), Some("High"));
        assert_eq!(resolve("high", &none, &["1 high", "2 high"]), None, "which of them?");
        assert_eq!(resolve("2nd line", &none, &["line", "3rd line"]), None, "no rank");
    }
}

use std::collections::BTreeMap;

/// The helpdesk's value for a label of the model: what `labels` makes of it (else the label itself), spelt exactly like a
/// value, or else like exactly one value when upper and lower case count as equal. `None`: leave it to a human.
///
/// Both the check of the config and the pipeline ask here, so that a config that was found good writes what was promised.
pub fn resolve<'a, S: AsRef<str>>(label: &str, labels: &BTreeMap<String, String>, values: &'a [S]) -> Option<&'a str> {
    let wanted = labels.get(label).map_or(label, String::as_str);
    let mut values = values.iter().map(AsRef::as_ref);
    if let Some(exact) = values.clone().find(|value| *value == wanted) {
        return Some(exact);
    }
    let folded = wanted.to_lowercase();
    let mut alike = values.by_ref().filter(|value| value.to_lowercase() == folded);
    let first = alike.next()?;
    // Two values that differ in case alone: nobody can say which one is meant.
    alike.all(|other| other == first).then_some(first)
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
}

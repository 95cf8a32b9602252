use super::problem;

/// Longer words are no typing mistake, and comparing them with every name would take long.
const LONGEST: usize = 80;

/// The candidate that `wanted` is most probably a misspelling of; `None` if none comes near. Upper and lower case, `-`, `_`
/// and blanks count as equal.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(wanted)?;
    // A third of the letters may be wrong; two names that differ in more are two names.
    let allowed = (wanted.chars().count() / 3).max(1);
    let mut best = None;
    for candidate in candidates {
        let Some(name) = folded(candidate) else { continue };
        let distance = if wanted.chars().count() >= 3 && name.starts_with(&wanted) {
            // `prio` is no misspelling, but clearly means `priority`.
            1
        } else {
            strsim::osa_distance(&wanted, &name)
        };
        // One letter is as far from any other letter as a word can be.
        let meaningful = distance < name.chars().count().max(wanted.chars().count());
        if distance <= allowed && meaningful && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn folded(name: &str) -> Option<String> {
    let folded = || {
        name.chars()
            .flat_map(char::to_lowercase)
            .map(|c| if matches!(c, '-' | ' ') { '_' } else { c })
    };
    (name.chars().count() <= LONGEST).then(|| folded().collect())
}

/// "did you mean ...?", or else what there is. `what` names the candidates in the plural.
pub(super) fn did_you_mean<'a, I>(wanted: &str, candidates: I, what: &str) -> String
where
    I: IntoIterator<Item = &'a str> + Clone,
{
    if let Some(name) = nearest(wanted, candidates.clone()) {
        return format!("did you mean {}?", problem::shown(name));
    }
    let names: Vec<_> = candidates.into_iter().collect();
    if names.is_empty() {
        format!("there are no {what}")
    } else {
        format!("{what}: {}", problem::list(names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_misspellings_and_nothing_else() {
        let keys = ["classifier", "min_confidence", "otherwise", "add", "labels", "priority"];
        for (wanted, expected) in [
            ("min_confidance", Some("min_confidence")),
            ("min-confidence", Some("min_confidence")),
            ("Labels", Some("labels")),
            ("clasifeir", Some("classifier")),
            ("prio", Some("priority")),
            ("ad", Some("add")),
            ("threshold", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(wanted, keys), expected, "{wanted}");
        }
        assert_eq!(nearest(&"labels".repeat(1000), keys), None);
        assert_eq!(nearest("a", ["b"]), None);
    }

    #[test]
    fn the_nearer_one_wins() {
        assert_eq!(nearest("incomings", ["incoming_2", "Incoming"]), Some("Incoming"));
    }

    #[test]
    fn lists_what_there_is() {
        assert_eq!(did_you_mean("zzz", ["a", "b"], "queues"), "queues: `a` and `b`");
        assert_eq!(did_you_mean("zzz", [], "queues"), "there are no queues");
    }
}

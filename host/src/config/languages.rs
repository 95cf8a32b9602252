//! `languages:` of a classifier, and what follows from it for a list of them.

use std::collections::BTreeMap;

use super::problem::{list, shown};
use super::reader::{Node, Reader};
use crate::language::Language;

/// Reads `languages:`; what is no language is a problem.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Vec<Language> {
    let mut languages = Vec::new();
    for entry in reader.list(node).unwrap_or_default() {
        let Some(code) = reader.text(&entry) else { continue };
        match Language::of_code(&code) {
            Some(language) if languages.contains(&language) => {
                let message = format!("language `{language}` is there twice");
                reader.problem(&entry, message, "remove one of the two".to_owned());
            }
            Some(language) => languages.push(language),
            None => {
                let help = match Language::nearest(&code) {
                    Some(language) => format!("did you mean `{language}`?"),
                    None => "write two letters as in ISO 639-1, such as `en`, `de` or `fr`".to_owned(),
                };
                reader.problem(&entry, format!("there is no language {}", shown(&code)), help);
            }
        }
    }
    languages
}

/// Why `name` is never asked after the classifiers `before` it; `None` if there is a language for it.
pub(super) fn never_asked(
    name: &str,
    before: &[String],
    languages: &BTreeMap<String, Vec<Language>>,
) -> Option<String> {
    let of = |name: &str| languages.get(name).map_or(&[][..], Vec::as_slice);
    if let Some(all) = before.iter().find(|other| of(other).is_empty()) {
        return Some(format!(
            "classifier {} is never asked: {} reads every language",
            shown(name),
            shown(all)
        ));
    }
    let taken = |language: &Language| before.iter().any(|other| of(other).contains(language));
    let mine = of(name);
    (!mine.is_empty() && mine.iter().all(taken)).then(|| {
        format!(
            "classifier {} is never asked: what it reads is read by {} before it",
            shown(name),
            list(before.iter().map(String::as_str))
        )
    })
}

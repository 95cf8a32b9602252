//! The language of a text: its code, and which one it is written in.
//!
//! **A wrong language is worse than none.** A text that is too short or too mixed for an answer has no language, and the admin's
//! first classifier takes it.

mod codes;
mod detect;

use std::fmt;

pub use detect::detect;

use crate::config::nearest;

/// A language by its code in ISO 639-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(&'static str);

impl Language {
    /// The language of a code as a config writes it: two small letters.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        // Nobody who detects languages tells the two written forms of Norwegian apart.
        let code = if matches!(code, "nb" | "nn") { "no" } else { code };
        let found = codes::ALL.iter().find(|(two, ..)| *two == code);
        found.map(|(two, ..)| Self(two))
    }

    /// The language of a tag as helpdesks write it: `de`, `DE`, `de-AT`, `pt_BR`, `deu`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        Self::of_code(&primary).or_else(|| Self::of_three(&primary))
    }

    fn of_three(code: &str) -> Option<Self> {
        let found = codes::ALL
            .iter()
            .find(|(_, three, other, _)| *three == code || *other == code);
        found.and_then(|(two, ..)| Self::of_code(two))
    }

    /// What somebody most probably meant who wrote no code: a tag, a country, an English name.
    #[must_use]
    pub fn nearest(wanted: &str) -> Option<Self> {
        let folded = wanted.trim().to_lowercase();
        let country = codes::COUNTRIES.iter().find(|(country, _)| *country == folded);
        if let Some((_, code)) = country {
            return Self::of_code(code);
        }
        Self::of_tag(wanted).or_else(|| {
            let name = nearest(&folded, codes::ALL.iter().map(|(.., name)| *name))?;
            let found = codes::ALL.iter().find(|(.., other)| *other == name);
            found.and_then(|(two, ..)| Self::of_code(two))
        })
    }

    /// The two letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(language: Option<Language>) -> Option<&'static str> {
        language.map(Language::code)
    }

    #[test]
    fn a_config_writes_codes_and_nothing_else() {
        assert_eq!(codes::ALL.len(), 184, "as many as ISO 639-1 has");
        for good in ["de", "en", "fr", "zh"] {
            assert_eq!(code(Language::of_code(good)), Some(good));
        }
        assert_eq!(code(Language::of_code("nb")), Some("no"));
        for bad in ["", "DE", "deu", "xx", "german", "d", "de-DE", " de"] {
            assert_eq!(Language::of_code(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn helpdesks_write_tags() {
        for (tag, wanted) in [
            ("de", Some("de")),
            ("DE-at", Some("de")),
            ("pt_BR", Some("pt")),
            ("deu", Some("de")),
            ("ger", Some("de")),
            ("nb-NO", Some("no")),
            ("", None),
            ("-", None),
            ("klingon", None),
        ] {
            assert_eq!(code(Language::of_tag(tag)), wanted, "{tag:?}");
        }
    }

    #[test]
    fn what_was_meant_is_found() {
        for (wanted, meant) in [
            ("german", Some("de")),
            ("Germn", Some("de")),
            ("deu", Some("de")),
            ("EN-gb", Some("en")),
            ("gb", Some("en")),
            ("us", Some("en")),
            ("french", Some("fr")),
            ("jp", Some("ja")),
            ("x", None),
            ("🙂", None),
            ("", None),
        ] {
            assert_eq!(code(Language::nearest(wanted)), meant, "{wanted:?}");
        }
    }
}

//! Which classifier reads which ticket, by the ticket's language.

use std::collections::BTreeMap;

use otai_interface::model::Ticket;

use crate::{
    config::Pipeline,
    language::{Language, detect},
};

/// Field → the classifiers of its rule with the languages that each reads (none: all of them), in the order of the config.
#[derive(Debug)]
pub(super) struct Routes(BTreeMap<String, Vec<(String, Vec<Language>)>>);

impl Routes {
    pub(super) fn new(spec: &Pipeline, languages: &BTreeMap<String, Vec<Language>>) -> Self {
        let with_languages = |name: &String| (name.clone(), languages.get(name).cloned().unwrap_or_default());
        let of_field = |(field, rule): (&String, &crate::config::FieldRule)| {
            (field.clone(), rule.classifiers.iter().map(with_languages).collect())
        };
        Self(spec.fields.iter().map(of_field).collect())
    }

    /// The language of a ticket: as the helpdesk says, or else as its text reads. Not looked for where it decides nothing.
    pub(super) fn language(&self, ticket: &Ticket, text: &str) -> Option<Language> {
        let told = ticket.language.as_deref().and_then(Language::of_tag);
        let matters = || self.0.values().flatten().any(|(_, languages)| !languages.is_empty());
        told.or_else(|| matters().then(|| detect(text)).flatten())
    }

    /// Who is asked for a field of a ticket in this language.
    ///
    /// # Errors
    /// Nobody reads it; the reason why the field is left to a human.
    pub(super) fn to(&self, field: &str, language: Option<Language>) -> Result<&str, String> {
        let all = self.0.get(field).map_or(&[][..], Vec::as_slice);
        let Some(language) = language else {
            // Too short to tell: the admin's first choice is as good as any.
            return all.first().map(|(name, _)| name.as_str()).ok_or_else(String::new);
        };
        let reads = |languages: &[Language]| languages.is_empty() || languages.contains(&language);
        let found = all.iter().find(|(_, languages)| reads(languages));
        found.map(|(name, _)| name.as_str()).ok_or_else(|| {
            let who = |(name, languages): &(String, Vec<Language>)| {
                let codes: Vec<&str> = languages.iter().map(|language| language.code()).collect();
                format!("`{name}` reads {}", codes.join(", "))
            };
            let who: Vec<String> = all.iter().map(who).collect();
            format!("written in {language}; {}", who.join("; "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{FieldRule, FindFilter, Overwrite};

    fn languages(codes: &[&str]) -> Vec<Language> {
        codes.iter().filter_map(|code| Language::of_code(code)).collect()
    }

    /// One field, `queue`, with these classifiers and their languages.
    fn routes(classifiers: &[(&str, &[&str])]) -> Routes {
        let rule = FieldRule {
            classifiers: classifiers.iter().map(|(name, _)| (*name).to_owned()).collect(),
            ..FieldRule::new("queue", "")
        };
        let spec = Pipeline {
            ticket_system: "desk".into(),
            every: Pipeline::EVERY,
            find: FindFilter::default(),
            text: Pipeline::TEXT.into(),
            fields: BTreeMap::from([("queue".to_owned(), rule)]),
            overwrite: Overwrite::IfUnset,
            mark: None,
            note: None,
            dry_run: false,
        };
        let reads = classifiers
            .iter()
            .map(|(name, codes)| ((*name).to_owned(), languages(codes)));
        Routes::new(&spec, &reads.collect())
    }

    fn to(routes: &Routes, code: &str) -> Result<String, String> {
        routes.to("queue", Language::of_code(code)).map(str::to_owned)
    }

    #[test]
    fn the_first_that_reads_the_language_is_asked() {
        let routes = routes(&[("local", &["de", "en"]), ("polish", &["pl", "en"]), ("rest", &[])]);
        for (code, name) in [
            ("de", "local"),
            ("en", "local"),
            ("pl", "polish"),
            ("fr", "rest"),
            ("", "local"),
        ] {
            assert_eq!(to(&routes, code).as_deref(), Ok(name), "{code}");
        }
    }

    #[test]
    fn what_nobody_reads_is_left_to_a_human() {
        let one = routes(&[("local", &["de", "en"])]);
        assert_eq!(to(&one, "fr"), Err("written in fr; `local` reads de, en".to_owned()));
        let two = routes(&[("local", &["de"]), ("polish", &["pl"])]);
        assert_eq!(
            to(&two, "fr"),
            Err("written in fr; `local` reads de; `polish` reads pl".to_owned())
        );
        assert_eq!(to(&routes(&[("all", &[])]), "fr").as_deref(), Ok("all"));
    }

    #[test]
    fn the_helpdesk_knows_better_than_the_text() {
        let ticket = |language: Option<&str>| Ticket {
            language: language.map(str::to_owned),
            ..Ticket::default()
        };
        let german = "Guten Tag, mein Passwort ist abgelaufen und ich komme nicht mehr in mein Konto.";
        let picky = routes(&[("local", &["de"])]);
        let code = |routes: &Routes, language| routes.language(&ticket(language), german).map(Language::code);
        assert_eq!(code(&picky, Some("fr-CA")), Some("fr"));
        assert_eq!(code(&picky, None), Some("de"));
        assert_eq!(
            code(&picky, Some("unknown")),
            Some("de"),
            "what is no language is not known"
        );
        assert_eq!(
            code(&routes(&[("all", &[])]), None),
            None,
            "not looked for where it decides nothing"
        );
    }
}

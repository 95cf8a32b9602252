//! The name of a plugin in all its forms, from the one that its author gives.

/// Words that a crate cannot be called: Rust's own, and crates that the plugin itself uses.
const TAKEN: [&str; 55] = [
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "otai_plugin",
    "otai_conformance",
    "otai_interface",
];
/// The longest name: it becomes a file name.
const LONGEST: usize = 60;

/// One name in every form that the template has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// `my_desk`: crate, library, what stands before the colon in the config.
    pub(super) package: String,
    /// `MyDesk`: beginning of the types.
    pub(super) camel: String,
    /// `My Desk`: for people.
    title: String,
}

impl Names {
    /// # Errors
    /// A sentence with the nearest name that would do.
    pub(super) fn new(name: &str) -> Result<Self, String> {
        let nearest = nearest(name);
        if nearest != name {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
            return Err(format!(
                "\"{shown}\" cannot be the name of a plugin (lower-case letters, digits and single `_`, not a word of Rust): \
                 `otai plugin new {nearest}` would do"
            ));
        }
        // The helpdesk's own name, as in otai_freshdesk:FreshdeskTicketsystemService.
        let own = name
            .strip_prefix("otai_")
            .filter(|own| own.starts_with(|c: char| c.is_ascii_lowercase()));
        let words = own.unwrap_or(name).split('_').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_ascii_uppercase() + rest
        });
        let words: Vec<String> = words.collect();
        Ok(Self {
            package: name.to_owned(),
            camel: words.concat(),
            title: words.join(" "),
        })
    }

    /// The template with this name in place of its own.
    pub(super) fn put(&self, template: &str) -> String {
        template
            .replace("NEW_DESK", &self.package.to_ascii_uppercase())
            .replace("new_desk", &self.package)
            .replace("NewDesk", &self.camel)
            .replace("New Desk", &self.title)
    }
}

/// The name itself if it will do, else the nearest that does.
fn nearest(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for c in name.chars() {
        // A new word begins in `myDesk`, but not within `GLPI`.
        if !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && before.is_ascii_lowercase()) || words.is_empty() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    let mut nearest: String = words.join("_").chars().take(LONGEST).collect();
    nearest.truncate(nearest.trim_end_matches('_').len());
    if !nearest.starts_with(|c: char| c.is_ascii_lowercase()) {
        nearest = format!("desk_{nearest}").trim_end_matches('_').to_owned();
    }
    if nearest == "desk" && name != "desk" {
        nearest = "my_desk".to_owned();
    }
    if TAKEN.contains(&nearest.as_str()) {
        nearest += "_desk";
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_all_its_forms() {
        let all = |name| {
            Names::new(name)
                .map(|n| n.put("new_desk NewDesk New Desk NEW_DESK"))
                .unwrap()
        };
        assert_eq!(all("my_desk"), "my_desk MyDesk My Desk MY_DESK");
        assert_eq!(all("glpi"), "glpi Glpi Glpi GLPI");
        assert_eq!(all("otai_help2"), "otai_help2 Help2 Help2 OTAI_HELP2");
        assert_eq!(all("otai_7"), "otai_7 Otai7 Otai 7 OTAI_7");
        assert_eq!(all("desk"), "desk Desk Desk DESK");
    }

    #[test]
    fn what_is_no_name_is_answered_with_one_that_is() {
        for (wrong, right) in [
            ("my-desk", "my_desk"),
            ("MyDesk", "my_desk"),
            ("GLPI", "glpi"),
            ("my desk!", "my_desk"),
            ("my__desk_", "my_desk"),
            ("_desk2", "desk2"),
            ("7desk", "desk_7desk"),
            ("../etc", "etc"),
            ("Bücher", "b_cher"),
            ("", "my_desk"),
            ("日本", "my_desk"),
            ("match", "match_desk"),
            ("self", "self_desk"),
            ("otai_plugin", "otai_plugin_desk"),
            ("otai-plugin", "otai_plugin_desk"),
        ] {
            let message = Names::new(wrong).unwrap_err();
            assert!(
                message.contains(&format!("`otai plugin new {right}` would do")),
                "{wrong}: {message}"
            );
            assert!(Names::new(right).is_ok(), "{right}");
        }
        let long = "a_".repeat(200);
        assert!(Names::new(&long).is_err_and(|m| m.len() < 400) && Names::new(&nearest(&long)).is_ok());
    }
}

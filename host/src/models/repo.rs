use super::HubError;

/// A repository of a hub, `ORG/NAME`, at some revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repo {
    /// `ORG/NAME`.
    pub id: String,
    /// A branch, a tag or a commit.
    pub revision: String,
}

impl Repo {
    /// Reads `ORG/NAME` or `ORG/NAME@REVISION`.
    ///
    /// # Errors
    /// It is neither.
    pub fn parse(given: &str) -> Result<Self, HubError> {
        let (id, revision) = given.split_once('@').unwrap_or((given, "main"));
        let part = |part: &str| {
            let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            !part.is_empty() && !part.starts_with('.') && part.chars().all(letters)
        };
        let two = id.split_once('/').is_some_and(|(org, name)| part(org) && part(name));
        if two && revision.split('/').all(part) {
            let (id, revision) = (id.to_owned(), revision.to_owned());
            Ok(Self { id, revision })
        } else {
            Err(HubError::Repo {
                given: given.to_owned(),
            })
        }
    }

    /// What stands after the slash.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_and_what_is_none() {
        let repo = Repo::parse("org/all-MiniLM-L6-v2@refs/pr/3").unwrap();
        assert_eq!(
            (repo.id.as_str(), repo.revision.as_str(), repo.name()),
            ("org/all-MiniLM-L6-v2", "refs/pr/3", "all-MiniLM-L6-v2")
        );
        assert_eq!(Repo::parse("a/b").unwrap().revision, "main");
        for bad in [
            "",
            "a",
            "a/",
            "/b",
            "a/b/c",
            "../b",
            "a/..",
            "a/b@",
            "a/b@../x",
            "a b/c",
            "a/b?c",
            "a/b@x#y",
            "https://x/y",
        ] {
            assert!(Repo::parse(bad).is_err(), "{bad}");
        }
    }
}

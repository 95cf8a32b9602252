use serde::{Deserialize, Serialize};

/// What went wrong at the border, named by its remedy and not by an HTTP status.
///
/// The text is for the admin who reads the log: what is wrong, where, what to do. It never contains a secret or the text of a
/// ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Failure {
    /// Nothing is wrong with the request; the same one may work later (limits, timeouts, a server that is down).
    #[error("{message}")]
    Retry {
        /// What happened.
        message: String,
        /// Milliseconds to wait before the next try, where the other side named them.
        #[serde(default)]
        after_ms: Option<u64>,
    },
    /// The other side understood and refused. Trying again without a change is useless.
    #[error("{message}")]
    Rejected {
        /// What was refused and what to do about it.
        message: String,
        /// The config parameter or ticket field that was refused, if it is one.
        #[serde(default)]
        field: Option<String>,
        /// True if every further request will be refused as well (wrong key, API switched off), so that going on is useless.
        #[serde(default)]
        every_ticket: bool,
    },
    /// Plugin or helpdesk did something that neither should: a panic, an answer that makes no sense.
    #[error("{message}{}", place.as_deref().map(|p| format!(" ({p})")).unwrap_or_default())]
    Bug {
        /// What happened.
        message: String,
        /// File and line, where known.
        #[serde(default)]
        place: Option<String>,
    },
}

impl Failure {
    /// Try again later, at a time that the caller chooses.
    pub fn retry(message: impl Into<String>) -> Self {
        Self::Retry {
            message: message.into(),
            after_ms: None,
        }
    }

    /// Try again after the time that the other side named.
    pub fn retry_after(message: impl Into<String>, after: std::time::Duration) -> Self {
        Self::Retry {
            message: message.into(),
            after_ms: Some(u64::try_from(after.as_millis()).unwrap_or(u64::MAX)),
        }
    }

    /// This request was refused; others may work.
    pub fn rejected(message: impl Into<String>) -> Self {
        Self::Rejected {
            message: message.into(),
            field: None,
            every_ticket: false,
        }
    }

    /// This value of this parameter or ticket field was refused.
    pub fn rejected_field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Rejected {
            message: message.into(),
            field: Some(field.into()),
            every_ticket: false,
        }
    }

    /// Every request will be refused until somebody changes something.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::Rejected {
            message: message.into(),
            field: None,
            every_ticket: true,
        }
    }

    /// Something that must not happen.
    pub fn bug(message: impl Into<String>) -> Self {
        Self::Bug {
            message: message.into(),
            place: None,
        }
    }

    /// True if no further request can work before somebody changes the set-up.
    #[must_use]
    pub fn is_for_every_ticket(&self) -> bool {
        matches!(self, Self::Rejected { every_ticket: true, .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_the_border_and_ignores_what_it_does_not_know() {
        let failure = Failure::rejected_field("group_id", "no such group");
        let json = serde_json::to_string(&failure).unwrap();
        assert_eq!(serde_json::from_str::<Failure>(&json).unwrap(), failure);

        let newer = r#"{"kind":"retry","message":"later","after_ms":5,"colour":"blue"}"#;
        assert_eq!(
            serde_json::from_str::<Failure>(newer).unwrap(),
            Failure::Retry {
                message: "later".into(),
                after_ms: Some(5)
            }
        );
    }

    #[test]
    fn shows_the_place_of_a_bug() {
        let bug = Failure::Bug {
            message: "index out of bounds".into(),
            place: Some("src/lib.rs:7".into()),
        };
        assert_eq!(bug.to_string(), "index out of bounds (src/lib.rs:7)");
    }
}

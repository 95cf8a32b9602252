use super::StageError;
use crate::services::HttpSetup;

/// Why nothing was downloaded.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// Not `ORG/NAME`.
    #[error("`{given}` names no repository of a hub: write hf:ORG/NAME or hf:ORG/NAME@REVISION")]
    Repo {
        /// As given.
        given: String,
    },
    /// There is none, or no such revision.
    #[error("the hub has no {what}: check the name on its page")]
    Missing {
        /// What was asked for.
        what: String,
    },
    /// A token is needed, or another one.
    #[error(
        "the hub does not give out {what}: if it exists, accept its terms on its page and set HF_TOKEN to a token that may read it"
    )]
    Forbidden {
        /// What was asked for.
        what: String,
    },
    /// The repository is no model that otai can use.
    #[error("{repo}: {why}")]
    NoModel {
        /// The repository.
        repo: String,
        /// What it lacks.
        why: String,
    },
    /// Not what the hub announced.
    #[error("{file} arrived damaged ({how}): try again; if it stays so, something between you and the hub changes it")]
    Damaged {
        /// The file.
        file: String,
        /// What differs.
        how: &'static str,
    },
    /// The hub, or the way to it.
    #[error("{what}: {why}")]
    Way {
        /// What was asked for.
        what: String,
        /// What happened.
        why: String,
    },
    /// Not a server to be asked.
    #[error(transparent)]
    Setup(#[from] HttpSetup),
    /// The disk.
    #[error(transparent)]
    Stage(#[from] StageError),
}

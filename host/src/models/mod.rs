//! The folder `models/` beside the config: models that otai trained, and encoders in the form of Hugging Face.
//!
//! **Whatever has the name of a model is whole.** A model comes into being in a folder whose name starts with a dot, and gets its
//! name in one step when its last file is on the disk. Nothing that starts with a dot is ever a model.

mod files;
mod folder;
mod hub;
mod hub_error;
mod origin;
mod repo;
mod stage;

pub use files::wanted;
pub use folder::{Entry, Kind, kind, list};
pub use hub::Hub;
pub use hub_error::HubError;
pub use origin::Origin;
pub use repo::Repo;
pub use stage::{Stage, StageError, copy};

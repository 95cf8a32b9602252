//! `config.yml`: what it means, and everything that is wrong with it.
//!
//! **No config is half understood.** [`load`] gives a [`Config`] in which every default is filled in and every name refers to
//! something, or else *all* [`Problems`] at once, each with its place in the file and what to write instead. And **no message
//! and no `Debug` shows the value of a param**, because any of them may be a secret.
//!
//! A text goes through three hands. `locate` reads where everything stands, and refuses what would unfold to something huge;
//! `serde_yaml` reads the value; `check` asks the value what it means, by hand rather than by `Deserialize`, which would stop
//! at the first mistake and forget the place. What only others know comes later: the plugins say which params they take
//! ([`Loaded::check_plugin`]), the helpdesk which queues it has ([`Loaded::check_catalog`]), and what does not fit is
//! reported at its place all the same.
//!
//! ```no_run
//! # use otai::config;
//! match config::load("config.yml".as_ref()) {
//!     Ok(loaded) => println!("{} pipelines", loaded.config.pipelines.len()),
//!     Err(problems) => eprintln!("{problems}"),
//! }
//! ```

mod catalog;
mod check;
mod duration;
mod fields;
mod languages;
mod loaded;
mod locate;
mod merge;
mod model;
mod nearest;
mod pipelines;
mod plugin;
mod problem;
mod reach;
mod reader;
mod resolve;
mod schema;
mod secret;
mod services;
mod source;
mod threshold;
pub use loaded::{Loaded, load, load_with, read};
pub use model::{Config, FieldRule, FindFilter, Mark, Otherwise, Overwrite, Pipeline, Service, StatePath};
pub use nearest::nearest;
pub use problem::{Problem, Problems};
pub use resolve::resolve;
pub use threshold::Threshold;

#[cfg(test)]
mod tests;

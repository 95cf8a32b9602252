//! What every ticket system plugin does, tried on yours.
//!
//! One list of behaviours for all helpdesks: nothing is lost between two pages, only what is to change changes, a human's edit
//! wins, a note is private and written once, an unknown value is refused before the write, every failure has its class, and
//! neither secrets nor texts get out. The suite calls the plugin as the host does and looks at the helpdesk with its own eyes.
//!
//! Implement [`Desk`] for a simulator or a real server, and write one test:
//!
//! ```no_run
//! # struct MyDesk;
//! # impl MyDesk { fn start() -> Self { MyDesk } }
//! # fn run<D>(_: &mut D) -> otai_conformance::Report { unimplemented!() }
//! #[test]
//! fn conforms() {
//!     let report = otai_conformance::run(&mut MyDesk::start());
//!     # #[cfg(any())]
//!     report.assert();
//!     assert!(report.skipped().is_empty(), "{report}");
//! }
//! ```
mod behaviours;
mod desk;
mod log;
mod report;
mod server;
mod stage;
mod wire;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use desk::{Body, Desk, Fault, New, Note, Seen, Settle};
pub use report::{Line, Outcome, Report};
pub use server::Server;

use stage::{Stage, Stop};

/// Tries every behaviour, one after the other. A panic of the plugin or of the desk costs one behaviour.
pub fn run<D: Desk>(desk: &mut D) -> Report {
    let mut stage = match Stage::new(desk) {
        Ok(stage) => stage,
        Err(error) => {
            let outcome = Outcome::Failed(format!("no runtime: {error}"));
            return Report {
                lines: vec![Line {
                    behaviour: "the suite starts",
                    outcome,
                }],
            };
        }
    };
    let mut lines = Vec::new();
    for (behaviour, check) in behaviours::all::<D>() {
        let outcome = match catch_unwind(AssertUnwindSafe(|| check(&mut stage))) {
            Ok(Ok(())) => Outcome::Passed,
            Ok(Err(Stop::Failed(why))) => Outcome::Failed(why),
            Ok(Err(Stop::Skipped(why))) => Outcome::Skipped(why),
            Err(panic) => Outcome::Failed(format!("it panics: {}", message(&*panic))),
        };
        stage.heal();
        lines.push(Line { behaviour, outcome });
    }
    Report { lines }
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

//! Everything the simulator knows, behind one lock: the shell's part and the desk.

use crate::desk::{self, Desk};
use crate::dice::Dice;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::options::{Options, StartError};
use crate::time::Clock;

pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) dice: Dice,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    pub(crate) desk: Box<dyn Desk>,
}

impl World {
    pub(crate) fn new(options: &Options) -> Result<Self, StartError> {
        let clock = Clock::default();
        Ok(Self {
            dice: Dice::new(options.seed ^ 0x5eed),
            journal: Journal::default(),
            faults: Faults::new(options.seed),
            desk: desk::open(options, &clock)?,
            clock,
        })
    }
}

//! The support tickets of `otai demo`: what employees and customers of Fennmark, an invented maker of coffee machines,
//! write to its helpdesk, in English and German, with the values a good agent would have set.
//!
//! Every sentence was written for this project. A scenario is an intent with several wordings; a seeded generator picks
//! one, fills in names and numbers, says how pressing it is, and types it up as a person would – tersely, at length, in
//! anger, as a forwarded mail. Some tickets belong to two queues, or have their priority set by feel, so that no
//! classifier is right every time.

mod compose;
mod de;
mod en;
mod layout;
mod lexicon;
mod mess;
mod scenario;
mod slots;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// One synthetic support ticket with its true values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoTicket {
    /// The subject line.
    pub subject: String,
    /// The message, as plain text.
    pub body: String,
    /// The type: `Question`, `Incident`, `Problem` or `Feature Request`.
    pub kind: &'static str,
    /// The queue (group) that answers it.
    pub queue: &'static str,
    /// `low`, `medium`, `high` or `urgent`.
    pub priority: &'static str,
    /// `en` or `de`.
    pub language: &'static str,
    /// One to three tags.
    pub tags: Vec<&'static str>,
}

/// How often a ticket is written anew when its body occurred before.
const ATTEMPTS: usize = 40;

/// `count` tickets in a random but reproducible order; the same seed gives the same tickets.
///
/// A shorter list is the beginning of a longer one with the same seed.
pub fn demo_tickets(count: usize, seed: u64) -> Vec<DemoTicket> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut seen = HashSet::with_capacity(count);
    let mut tickets = Vec::with_capacity(count);
    for _ in 0..count {
        let mut ticket = compose::compose(&mut rng);
        for _ in 0..ATTEMPTS {
            if !seen.contains(&ticket.body) {
                break;
            }
            ticket = compose::compose(&mut rng);
        }
        seen.insert(ticket.body.clone());
        tickets.push(ticket);
    }
    tickets
}

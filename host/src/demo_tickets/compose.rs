//! Puts one ticket together: what it is about, how it is laid out, and how it is typed.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::DemoTicket;
use super::layout::{Layout, body};
use super::scenario::{By, Language, Level, Mixed, Phrases, Queue, Scenario};
use super::slots::{Slots, pick};
use super::{de, en, mess};

/// Share of English among all tickets.
const ENGLISH: f64 = 0.6;
/// Share of tickets that two queues could claim.
const AMBIGUOUS: f64 = 0.04;
/// Share of tickets whose priority was set by feel rather than by what the text says.
const BY_FEEL: f64 = 0.03;

/// The ticket being written.
pub(super) struct Draft<'a> {
    pub(super) rng: &'a mut ChaCha8Rng,
    pub(super) slots: Slots,
    pub(super) language: Language,
    pub(super) phrases: &'static Phrases,
    pub(super) scenario: Scenario,
    /// The index of the opening, which decides what subjects fit.
    pub(super) story: usize,
    pub(super) level: Level,
    pub(super) formal: bool,
}

impl Draft<'_> {
    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.rng.random_bool(share)
    }

    /// One of the texts, with its slots filled.
    pub(super) fn say(&mut self, texts: &[&'static str]) -> String {
        let text = pick(self.rng, texts);
        self.slots.fill(self.rng, text)
    }

    /// The sentence that names the matter.
    pub(super) fn opening(&mut self) -> String {
        self.slots.fill(self.rng, self.scenario.openings[self.story])
    }

    /// The phrases for employees or for customers.
    pub(super) fn of_writer<T: Copy>(&self, both: [T; 2]) -> T {
        both[usize::from(self.scenario.by == By::Customer)]
    }
}

/// A random ticket.
pub(super) fn compose(rng: &mut ChaCha8Rng) -> DemoTicket {
    let language = if rng.random_bool(ENGLISH) {
        Language::English
    } else {
        Language::German
    };
    let (queues, mixed, phrases) = match language {
        Language::English => (en::QUEUES, en::MIXED, &en::PHRASES),
        Language::German => (de::QUEUES, de::MIXED, &de::PHRASES),
    };
    let (queue, scenario) = matter(rng, queues, mixed);
    let level = Level::ALL[weighted(rng, &scenario.weights)];
    let mut slots = Slots::new(language, rng);
    let phone = phone(rng, language, scenario.by);
    slots.set("phone", phone);
    let story = rng.random_range(0..scenario.openings.len());
    let formal = rng.random_bool(if scenario.by == By::Customer { 0.7 } else { 0.1 });
    let mut draft = Draft {
        rng,
        slots,
        language,
        phrases,
        scenario,
        story,
        level,
        formal,
    };
    let layout = Layout::random(draft.rng, scenario.kind);
    let subject = subject(&mut draft, layout);
    let body = body(&mut draft, layout, &subject);
    let priority = if draft.chance(BY_FEEL) {
        neighbour(draft.rng, level)
    } else {
        level
    };
    let tags = tags(&mut draft);
    DemoTicket {
        subject,
        body,
        kind: scenario.kind.name(),
        queue,
        priority: priority.name(),
        language: language.code(),
        tags,
    }
}

/// Where the writer can be reached: an extension, or a number from the ranges kept free for stories.
fn phone(rng: &mut ChaCha8Rng, language: Language, by: By) -> String {
    let number = rng.random_range(200..1000);
    match (by, language) {
        (By::Staff, _) => number.to_string(),
        (By::Customer, Language::English) => format!("01632 960{number}"),
        (By::Customer, Language::German) => format!("030 23125 {number:03}"),
    }
}

fn matter(rng: &mut ChaCha8Rng, queues: &'static [Queue], mixed: &'static [Mixed]) -> (&'static str, Scenario) {
    if rng.random_bool(AMBIGUOUS) {
        let chosen = &mixed[rng.random_range(0..mixed.len())];
        return (pick(rng, &chosen.queues), chosen.scenario);
    }
    let weights: Vec<u8> = queues.iter().map(|queue| queue.weight).collect();
    let queue = &queues[weighted(rng, &weights)];
    (queue.name, pick(rng, queue.scenarios))
}

/// An index, drawn in proportion to the weights.
pub(super) fn weighted(rng: &mut ChaCha8Rng, weights: &[u8]) -> usize {
    let total: u32 = weights.iter().map(|&weight| u32::from(weight)).sum();
    let mut left = rng.random_range(0..total);
    for (at, &weight) in weights.iter().enumerate() {
        if left < u32::from(weight) {
            return at;
        }
        left -= u32::from(weight);
    }
    0
}

fn neighbour(rng: &mut ChaCha8Rng, level: Level) -> Level {
    match level {
        Level::Low | Level::High => Level::Medium,
        Level::Medium => pick(rng, &[Level::Low, Level::High]),
        Level::Urgent => Level::High,
    }
}

/// The first tag names the matter, so everybody sets it; the others are forgotten now and then.
fn tags(draft: &mut Draft<'_>) -> Vec<&'static str> {
    let all = draft.scenario.tags;
    let mut tags = Vec::with_capacity(all.len());
    for (at, &tag) in all.iter().enumerate() {
        if at == 0 || draft.chance(0.85) {
            tags.push(tag);
        }
    }
    tags
}

fn subject(draft: &mut Draft<'_>, layout: Layout) -> String {
    if !layout.needs_subject() && draft.chance(0.03) {
        return draft.say(draft.phrases.blank_subjects);
    }
    let opening = draft.opening();
    let clause = shortened(&opening);
    let telling = !layout.needs_subject() && clause.chars().count() > 20;
    let mut subject = if telling && draft.chance(0.12) {
        clause
    } else {
        let fitting = fitting_subjects(draft);
        draft.say(&fitting)
    };
    let short = subject.chars().count() < 40;
    if short && draft.chance(0.3) {
        let suffixes = draft.of_writer([
            [" - {asset}", " ({place2})", " - {dept2}", " ({user})", " / {first}"],
            [
                " / {customer}",
                " ({company2})",
                " - {order}",
                ", {date}",
                " ({place2})",
            ],
        ]);
        let suffix = draft.say(&suffixes);
        // Nobody writes an order number twice into one line.
        if !subject.contains(suffix.trim_matches([' ', '-', '/', '(', ')', ','])) {
            subject.push_str(&suffix);
        }
    }
    if draft.chance(0.06) {
        subject = mess::small(&subject);
    }
    let alarm = match draft.level {
        Level::Urgent => 0.4,
        Level::High => 0.1,
        Level::Medium => 0.03,
        Level::Low => 0.01,
    };
    if draft.chance(alarm) {
        subject.insert_str(0, pick(draft.rng, draft.phrases.alarms));
    }
    match layout {
        Layout::Forwarded => subject.insert_str(0, draft.phrases.marks[0]),
        Layout::Thread => subject.insert_str(0, draft.phrases.marks[1]),
        _ => (),
    }
    subject
}

fn fitting_subjects(draft: &Draft<'_>) -> Vec<&'static str> {
    let Scenario {
        apart,
        subjects,
        openings,
        ..
    } = draft.scenario;
    let fits = |at: usize| !apart || at == draft.story || at >= openings.len();
    subjects
        .iter()
        .enumerate()
        .filter(|(at, _)| fits(*at))
        .map(|(_, subject)| *subject)
        .collect()
}

/// A sentence cut to the length of a subject, at a word.
fn shortened(sentence: &str) -> String {
    let clause = sentence.split([',', '?', ':', '.']).next().unwrap_or(sentence);
    let mut short = String::new();
    for word in clause.split(' ') {
        if short.chars().count() + word.chars().count() > 60 {
            short.push_str(" ...");
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    short
}

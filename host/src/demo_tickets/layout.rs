//! How a message is laid out: as a letter, in one line, forwarded, in anger.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::compose::{Draft, weighted};
use super::mess;
use super::scenario::{By, Kind, Language, Level};
use super::slots::{ascii, pick};

/// The shape of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Letter,
    Terse,
    OneLine,
    SubjectOnly,
    Vague,
    Rambling,
    Angry,
    Forwarded,
    Thread,
    Form,
}

impl Layout {
    const WEIGHTED: [(Layout, u8); 10] = [
        (Layout::Letter, 44),
        (Layout::Terse, 13),
        (Layout::OneLine, 6),
        (Layout::SubjectOnly, 3),
        (Layout::Vague, 2),
        (Layout::Rambling, 9),
        (Layout::Angry, 8),
        (Layout::Forwarded, 6),
        (Layout::Thread, 4),
        (Layout::Form, 5),
    ];

    pub(super) fn random(rng: &mut ChaCha8Rng, kind: Kind) -> Self {
        let at = weighted(rng, &Self::WEIGHTED.map(|(_, weight)| weight));
        match Self::WEIGHTED[at].0 {
            // Nobody fumes over an idea, and hardly anybody over a question.
            Layout::Angry if matches!(kind, Kind::Question | Kind::Feature) => Layout::Letter,
            layout => layout,
        }
    }

    /// Whether the subject is the only place that names the matter.
    pub(super) fn needs_subject(self) -> bool {
        matches!(self, Layout::SubjectOnly | Layout::Vague)
    }
}

/// The body of the drafted ticket.
pub(super) fn body(draft: &mut Draft<'_>, layout: Layout, subject: &str) -> String {
    match layout {
        Layout::Letter => letter(draft),
        Layout::Terse => terse(draft),
        Layout::OneLine => {
            let line = prose(draft, 0, 0.35);
            typed(draft, line)
        }
        Layout::SubjectOnly => draft.say(draft.phrases.see_subject),
        Layout::Vague => {
            let line = draft.say(draft.phrases.vague);
            let signed = signature(draft);
            format!("{line}\n\n{signed}")
        }
        Layout::Rambling => rambling(draft),
        Layout::Angry => angry(draft),
        Layout::Forwarded => forwarded(draft, subject),
        Layout::Thread => thread(draft),
        Layout::Form => form(draft),
    }
}

fn letter(draft: &mut Draft<'_>) -> String {
    let greeting = greeting(draft);
    let details = pick(draft.rng, &[1, 2, 2, 2, 3, 3]);
    let mut text = prose(draft, details, 0.92);
    if draft.chance(0.5) {
        let closing = draft.say(draft.phrases.closings);
        text.push_str(pick(draft.rng, &[" ", "\n\n", "\n"]));
        text.push_str(&closing);
    }
    let text = typed(draft, text);
    let mut message = opened(draft, greeting, text);
    message.push_str(&red_herring(draft));
    message.push_str(&farewell(draft));
    message.push_str(&log(draft, 0.4));
    message
}

fn terse(draft: &mut Draft<'_>) -> String {
    let details = draft.rng.random_range(0..=1);
    let text = prose(draft, details, 0.7);
    let mut message = typed(draft, text);
    if draft.chance(0.5) {
        message.push_str("\n\n");
        message.push_str(&signature(draft));
    }
    message.push_str(&log(draft, 0.5));
    message
}

fn rambling(draft: &mut Draft<'_>) -> String {
    let greeting = greeting(draft);
    let preface = draft.say(draft.phrases.prefaces);
    let mut asides = draft.phrases.asides.to_vec();
    asides.shuffle(draft.rng);
    let mut sentences = vec![preface];
    let opening = draft.opening();
    sentences.push(opening);
    for (detail, aside) in shuffled_details(draft, 3).into_iter().zip(asides) {
        sentences.push(detail);
        if draft.chance(0.6) {
            sentences.push(draft.slots.fill(draft.rng, aside));
        }
    }
    sentences.extend(stake(draft, 0.92));
    sentences.push(draft.say(draft.phrases.closings));
    let text = typed(draft, sentences.join(" "));
    let mut message = opened(draft, greeting, text);
    message.push_str(&red_herring(draft));
    message.push_str(&farewell(draft));
    message
}

fn angry(draft: &mut Draft<'_>) -> String {
    let [before, after] = draft.phrases.angry;
    let mut sentences = vec![draft.say(before)];
    let opening = draft.opening();
    sentences.push(if draft.chance(0.15) {
        opening.to_uppercase()
    } else {
        opening
    });
    let details = draft.rng.random_range(1..=2);
    sentences.extend(shuffled_details(draft, details));
    sentences.extend(stake(draft, 0.9));
    sentences.push(draft.say(after));
    let mut text = typed(draft, sentences.join(" "));
    if draft.chance(0.4) {
        text.truncate(text.trim_end_matches('.').len());
        text.push_str(pick(draft.rng, &["!!", "!!!", ". :-("]));
    }
    let signed = signature(draft);
    format!("{text}\n\n{signed}")
}

fn forwarded(draft: &mut Draft<'_>, subject: &str) -> String {
    let note = draft.say(draft.phrases.forward_notes);
    // It is an employee who passes a mail on, whoever wrote it.
    let signed = draft.say(draft.phrases.signatures[0]);
    let person = draft.slots.fill(draft.rng, "{person}");
    let from = match draft.scenario.by {
        By::Staff => format!("{}@fennmark.example", ascii(&person).to_lowercase().replace(' ', ".")),
        By::Customer => draft.slots.fill(draft.rng, "{mail}"),
    };
    draft.slots.set("from", from);
    let head = draft.slots.fill(draft.rng, draft.phrases.forward_head);
    let subject = subject.trim_start_matches(draft.phrases.marks[0]);
    let greeting = greeting(draft);
    let text = prose(draft, 2, 0.92);
    let text = typed(draft, text);
    let text = opened(draft, greeting, text);
    let sign_off = draft.say(draft.phrases.sign_offs[usize::from(!draft.formal)]);
    format!("{note}\n\n{signed}\n\n{head}{subject}\n\n{text}\n\n{sign_off}\n{person}")
}

fn thread(draft: &mut Draft<'_>) -> String {
    let chaser = draft.say(draft.phrases.chasers);
    let stake = stake(draft, 0.9).unwrap_or_default();
    let signed = signature(draft);
    let head = draft.slots.fill(draft.rng, draft.phrases.quote_head);
    let reply = draft.say(draft.phrases.agent_replies);
    let mut quoted = String::new();
    let opening = draft.opening();
    for line in std::iter::once(opening).chain(shuffled_details(draft, 2)) {
        quoted.push_str("\n> > ");
        quoted.push_str(&line);
    }
    let text = format!("{chaser} {stake}");
    format!("{}\n\n{signed}\n\n{head}\n> {reply}\n>{quoted}", text.trim_end())
}

fn form(draft: &mut Draft<'_>) -> String {
    let lines = draft.of_writer(draft.phrases.forms);
    let mut message = String::new();
    for (at, line) in lines.iter().enumerate() {
        // The last line is the label of the message itself; of the others some are left out.
        if at + 1 == lines.len() || draft.chance(0.75) {
            message.push_str(&draft.slots.fill(draft.rng, line));
            message.push('\n');
        }
    }
    let details = draft.rng.random_range(0..=2);
    let text = prose(draft, details, 0.85);
    message.push_str(&typed(draft, text));
    message.push_str(&log(draft, 0.2));
    message
}

/// Opening, details and – with the given chance – what hangs on it.
fn prose(draft: &mut Draft<'_>, details: usize, stake_share: f64) -> String {
    let mut text = draft.opening();
    let details = shuffled_details(draft, details);
    if details.len() == 3 && draft.chance(0.4) {
        for detail in details {
            text.push_str("\n- ");
            text.push_str(&detail);
        }
        text.push('\n');
    } else {
        for detail in details {
            text.push(' ');
            text.push_str(&detail);
        }
    }
    if let Some(stake) = stake(draft, stake_share) {
        text.push_str(if text.ends_with('\n') {
            ""
        } else {
            pick(draft.rng, &[" ", " ", "\n\n"])
        });
        text.push_str(&stake);
    }
    text
}

fn shuffled_details(draft: &mut Draft<'_>, count: usize) -> Vec<String> {
    let mut details = draft.scenario.details.to_vec();
    details.shuffle(draft.rng);
    details.truncate(count);
    details
        .into_iter()
        .map(|detail| draft.slots.fill(draft.rng, detail))
        .collect()
}

/// With the given chance, a sentence or two that fit the level.
fn stake(draft: &mut Draft<'_>, share: f64) -> Option<String> {
    if !draft.chance(share) {
        return None;
    }
    let level = draft.level;
    let own: Vec<&'static str> = draft
        .scenario
        .stakes
        .iter()
        .filter(|(at, _)| *at == level)
        .map(|(_, text)| *text)
        .collect();
    let general = draft.of_writer(draft.phrases.stakes)[level as usize];
    // What hangs on it is the scenario's own sentence; how soon it must be done is a general one. Many write both.
    let (with_own, with_general) = match draft.rng.random_range(0..10) {
        _ if own.is_empty() => (false, true),
        0..3 => (true, false),
        3..6 => (false, true),
        _ => (true, true),
    };
    let mut sentences = Vec::new();
    if with_own {
        sentences.push(draft.say(&own));
    }
    if with_general {
        sentences.push(draft.say(general));
    }
    Some(sentences.join(" "))
}

fn greeting(draft: &mut Draft<'_>) -> Option<String> {
    let style = usize::from(!draft.formal);
    draft
        .chance(0.88)
        .then(|| pick(draft.rng, draft.phrases.greetings[style]).to_owned())
}

fn opened(draft: &mut Draft<'_>, greeting: Option<String>, text: String) -> String {
    match greeting {
        None => text,
        Some(greeting) if draft.language == Language::German && greeting.ends_with(',') => {
            format!("{greeting}\n\n{}", mess::after_german_greeting(&text))
        }
        Some(greeting) => format!("{greeting}{}{text}", pick(draft.rng, &["\n\n", "\n\n", "\n"])),
    }
}

fn farewell(draft: &mut Draft<'_>) -> String {
    let style = usize::from(!draft.formal);
    let mut text = String::new();
    if draft.chance(0.8) {
        text = format!("\n\n{}", draft.say(draft.phrases.sign_offs[style]));
    }
    if draft.chance(0.9) {
        let signed = signature(draft);
        text = format!("{text}{}{signed}", if text.is_empty() { "\n\n" } else { "\n" });
    }
    if draft.chance(0.07) {
        text = format!("{text}\n\n{}", pick(draft.rng, draft.phrases.phone_signatures));
    }
    text
}

fn signature(draft: &mut Draft<'_>) -> String {
    draft.say(draft.of_writer(draft.phrases.signatures))
}

/// Another queue's business, in one message of forty: it leads a word counter astray but nobody else.
fn red_herring(draft: &mut Draft<'_>) -> String {
    if !draft.chance(0.035) {
        return String::new();
    }
    format!("\n\n{}", draft.say(draft.phrases.red_herrings))
}

fn log(draft: &mut Draft<'_>, share: f64) -> String {
    if draft.scenario.log.is_empty() || !draft.chance(share) {
        return String::new();
    }
    let intro = pick(draft.rng, draft.phrases.log_intros);
    let lines = draft.slots.fill(draft.rng, draft.scenario.log);
    format!("\n\n{intro}\n{lines}")
}

/// The text as this person types it.
fn typed(draft: &mut Draft<'_>, text: String) -> String {
    let mut text = text;
    if draft.chance(0.14) {
        let count = draft.rng.random_range(1..=3);
        text = mess::typos(draft.rng, &text, count);
    }
    if draft.language == Language::German && draft.chance(0.05) {
        text = mess::without_umlauts(&text);
    }
    // Somebody in real trouble does not look for the shift key.
    let small = if draft.level == Level::Urgent { 0.1 } else { 0.05 };
    if draft.chance(small) {
        text = mess::small(&text);
    }
    text
}

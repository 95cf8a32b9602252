//! What hurried fingers do to a text.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::slots::ascii;

/// The text with `count` typing errors in its longer words; codes, names of files and numbers are left alone.
pub(super) fn typos(rng: &mut ChaCha8Rng, text: &str, count: usize) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let long: Vec<usize> = (0..words.len())
        .filter(|&at| words[at].chars().count() >= 5 && words[at].chars().all(char::is_lowercase))
        .collect();
    for _ in 0..count.min(long.len()) {
        let at = long[rng.random_range(0..long.len())];
        let mut letters: Vec<char> = words[at].chars().collect();
        let place = rng.random_range(1..letters.len() - 1);
        match rng.random_range(0..3) {
            0 => letters.swap(place, place + 1),
            1 if letters.len() > 4 => {
                letters.remove(place);
            }
            _ => letters.insert(place, letters[place]),
        }
        words[at] = letters.into_iter().collect();
    }
    words.join(" ")
}

/// A keyboard without umlauts.
pub(super) fn without_umlauts(text: &str) -> String {
    ascii(text)
}

/// Everything small, as some people type.
pub(super) fn small(text: &str) -> String {
    text.to_lowercase()
}

/// The sentence as it goes on after "Hallo," – German keeps capitals for nouns, so only words that cannot be one are
/// lowered.
pub(super) fn after_german_greeting(text: &str) -> String {
    let first: String = text.chars().take_while(|c| c.is_alphabetic()).collect();
    if !PARTICLES.split(' ').any(|word| word == first) {
        return text.to_owned();
    }
    first.to_lowercase() + &text[first.len()..]
}

const PARTICLES: &str = "\
    Ab Alle Am An Angeblich Auf Aus Bei Beide Beim Bestellt Bieten Bitte Darf Das Der Die Dürfen Eigentlich Ein \
    Eine Es Für Gibt Haben Hat Heute Ich Im Immer In Ist Jede Jeden Jemand Kann Könnte Könnten Langsam Laut Letzte \
    Liegt Liest Ließen Lässt Mehrere Mein Meine Mir Mit Nach Praktisch Schon Schön Seit Sobald Ständig Trotz Unser \
    Unsere Was Wenn Wie Wir Wo Wäre Zuerst Zum Über Übernimmt";

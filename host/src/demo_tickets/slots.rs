//! Fills `{name}` slots: names, devices, amounts, dates. Within one ticket a slot keeps its value; a number behind the
//! name (`{person2}`) asks for another value of the same sort.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::lexicon;
use super::scenario::Language::{self, English, German};

/// The slot values of one ticket.
pub(super) struct Slots {
    language: Language,
    values: Vec<(String, String)>,
    /// Seconds of the day for the lines of a pasted log, which moves on from line to line.
    clock: u32,
}

impl Slots {
    pub(super) fn new(language: Language, rng: &mut ChaCha8Rng) -> Self {
        let mut slots = Self {
            language,
            values: Vec::new(),
            clock: rng.random_range(21_600..68_000),
        };
        let first = pick(rng, lexicon::firsts(language));
        let last = pick(rng, lexicon::lasts(language));
        let user = format!("{}{}", first.chars().next().unwrap_or('x'), last);
        slots.set("user", ascii(&user).to_lowercase());
        slots.set("senderfirst", first.to_owned());
        slots.set("sender", format!("{first} {last}"));
        slots
    }

    /// The text with every known slot replaced. An unknown one stays, for the tests to find.
    pub(super) fn fill(&mut self, rng: &mut ChaCha8Rng, text: &str) -> String {
        let mut filled = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            let Some(length) = rest[start..].find('}') else { break };
            filled.push_str(&rest[..start]);
            let name = &rest[start + 1..start + length];
            filled.push_str(&self.value(rng, name));
            rest = &rest[start + length + 1..];
            // German dates end with a full stop of their own.
            if filled.ends_with('.') && rest.starts_with('.') {
                rest = &rest[1..];
            }
        }
        filled.push_str(rest);
        filled
    }

    fn value(&mut self, rng: &mut ChaCha8Rng, name: &str) -> String {
        if name == "clock" {
            self.clock += rng.random_range(1..40);
            return format!(
                "{:02}:{:02}:{:02}",
                self.clock / 3600,
                self.clock / 60 % 60,
                self.clock % 60
            );
        }
        if let Some((_, value)) = self.values.iter().find(|(known, _)| known == name) {
            return value.clone();
        }
        let sort = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let mut value = draw(rng, self.language, sort);
        for _ in 0..20 {
            if !value.as_deref().is_some_and(|value| self.is_taken(sort, value)) {
                break;
            }
            value = draw(rng, self.language, sort);
        }
        let value = value.unwrap_or_else(|| format!("{{{name}}}"));
        self.set(name, value.clone());
        value
    }

    /// Whether the value stands for another slot of the sort, or names the sender: both would read as a slip.
    fn is_taken(&self, sort: &str, value: &str) -> bool {
        let of_sort = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()) == sort;
        let person = matches!(sort, "first" | "person");
        self.values.iter().any(|(name, known)| {
            (of_sort(name) && known == value) || (person && name == "senderfirst" && value.starts_with(known.as_str()))
        })
    }

    /// Gives the slot its value.
    pub(super) fn set(&mut self, name: &str, value: String) {
        self.values.push((name.to_owned(), value));
    }
}

/// One of the items, which must not be empty.
pub(super) fn pick<T: Copy>(rng: &mut ChaCha8Rng, items: &[T]) -> T {
    items[rng.random_range(0..items.len())]
}

/// Umlauts spelt out, as in user names and on foreign keyboards.
pub(super) fn ascii(text: &str) -> String {
    let pairs = [
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("Ä", "Ae"),
        ("Ö", "Oe"),
        ("Ü", "Ue"),
        ("ß", "ss"),
        ("ı", "i"),
        ("ş", "s"),
    ];
    pairs
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn draw(rng: &mut ChaCha8Rng, language: Language, sort: &str) -> Option<String> {
    if let Some(words) = lexicon::words(language, sort) {
        return Some(pick(rng, words).to_owned());
    }
    Some(match sort {
        "person" => format!(
            "{} {}",
            pick(rng, lexicon::firsts(language)),
            pick(rng, lexicon::lasts(language))
        ),
        "first" => pick(rng, lexicon::firsts(language)).to_owned(),
        "last" => pick(rng, lexicon::lasts(language)).to_owned(),
        "n" => rng.random_range(2..=9).to_string(),
        "ext" => rng.random_range(200..4000).to_string(),
        "asset" => format!("NB-{}", rng.random_range(20_100..29_900)),
        "host" => format!("fm-nb-{}", rng.random_range(20_100..29_900)),
        "order" => format!("FM-{}", rng.random_range(301_000..389_000)),
        "invoice" => match language {
            English => format!("INV-{}", rng.random_range(10_400..19_900)),
            German => format!("RE-{}", rng.random_range(10_400..19_900)),
        },
        "customer" => format!("K-{}", rng.random_range(40_000..49_999)),
        "track" => format!(
            "HP{:04} {:04}",
            rng.random_range(1_000..9_999),
            rng.random_range(0..9_999)
        ),
        "ip" => format!("10.20.{}.{}", rng.random_range(1..60), rng.random_range(2..250)),
        "ver" => format!(
            "{}.{}.{}",
            rng.random_range(2..12),
            rng.random_range(0..9),
            rng.random_range(0..20)
        ),
        "err" => error_code(rng),
        "file" => format!(
            "{}_{}.tbx",
            pick(rng, lexicon::file_stems(language)),
            rng.random_range(2..480)
        ),
        "amount" => amount(rng, language),
        "date" => date(rng, language),
        "time" => time(rng, language),
        "street" => match language {
            English => format!("{} {}", rng.random_range(2..180), pick(rng, lexicon::STREETS_EN)),
            German => format!("{} {}", pick(rng, lexicon::STREETS_DE), rng.random_range(2..180)),
        },
        _ => return None,
    })
}

fn error_code(rng: &mut ChaCha8Rng) -> String {
    match rng.random_range(0..4) {
        0 => format!("E-{}", rng.random_range(1_001..7_900)),
        1 => format!("0x80{:06X}", rng.random_range(0x1000..0xFF_FFFF)),
        2 => format!(
            "ERR_{}_{}",
            pick(rng, &["TIMEOUT", "STALE", "DENIED", "NULL"]),
            rng.random_range(1..60)
        ),
        _ => format!("KX{}", rng.random_range(100..999)),
    }
}

fn amount(rng: &mut ChaCha8Rng, language: Language) -> String {
    let whole = if rng.random_bool(0.6) {
        rng.random_range(18..400)
    } else {
        rng.random_range(400..4_900)
    };
    let cents = pick(rng, &["00", "50", "90", "95", "40", "15"]);
    let (thousands, rest) = (whole / 1000, whole % 1000);
    match (language, thousands) {
        (English, 0) => format!("£{rest}.{cents}"),
        (English, _) => format!("£{thousands},{rest:03}.{cents}"),
        (German, 0) => format!("{rest},{cents} €"),
        (German, _) => format!("{thousands}.{rest:03},{cents} €"),
    }
}

fn date(rng: &mut ChaCha8Rng, language: Language) -> String {
    let (day, month) = (rng.random_range(1..=28), rng.random_range(0..12));
    let name = lexicon::months(language)[month];
    match language {
        English => format!("{day} {name}"),
        German if rng.random_bool(0.4) => format!("{day:02}.{:02}.", month + 1),
        German => format!("{day}. {name}"),
    }
}

fn time(rng: &mut ChaCha8Rng, language: Language) -> String {
    let (hour, minute) = (
        rng.random_range(7..18),
        pick(rng, &["00", "10", "15", "20", "30", "40", "45"]),
    );
    match language {
        English if hour < 12 => format!("{hour}:{minute} am"),
        English if hour == 12 => format!("12:{minute} pm"),
        English => format!("{}:{minute} pm", hour - 12),
        German => format!("{hour}:{minute} Uhr"),
    }
}

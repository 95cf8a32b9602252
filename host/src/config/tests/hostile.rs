//! Input that nobody wrote on purpose. Seeds are fixed: a failure comes again.

use std::time::{Duration, Instant};

use super::super::load_with;
use super::{CANARY, env, inside, read};

/// Touches every branch of the grammar.
const SEED: &str = r#"
plugins: [otai_freshdesk, otai_local_ai]
state: "state/otai.db"
ticket_systems:
  freshdesk: &f { use: "otai_freshdesk:Freshdesk", params: { key: "${FRESHDESK_API_KEY}", n: [1, ~, {a: b}] } }
classifiers:
  local: { <<: *f, use: otai_local_ai:Trained }
pipelines:
  triage:
    ticket_system: freshdesk
    every: 1m30s
    find: { status: [Open], queue: [Incoming, null] }
    text: |
      {{ ticket.subject }}
      über
    classify:
      queue: { classifier: local, min_confidence: 0.85, otherwise: leave }
      tags: { add: true }
      custom_fields.cf: { labels: { 'a': "b" } }
    mark: { tag: x }
    dry_run: false
"#;

struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

fn survives(bytes: &[u8]) -> bool {
    let path = std::path::Path::new("/nowhere/config.yml");
    match super::super::loaded::understand(path, bytes, &env) {
        Ok(loaded) => {
            assert!(!format!("{loaded:?}").contains(CANARY));
            true
        }
        Err(problems) => {
            let text = String::from_utf8_lossy(bytes);
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            assert!(!problems.0.is_empty());
            for problem in &problems.0 {
                assert!(inside(problem, text), "{problem} is outside of {text:?}");
            }
            assert!(!format!("{problems}{problems:?}").contains(CANARY), "{problems}");
            false
        }
    }
}

#[test]
fn random_bytes_are_no_config() {
    let mut random = Xorshift(0x9E37_79B9_7F4A_7C15);
    // Bytes that mean something to YAML come up often enough to get deep.
    let alphabet = b"{}[]:,-?&*!|>'\"%@`#\n\n\n\t   ~<=.ab01\xc3\xa4\x00\r\xff";
    for round in 0..4_000 {
        let length = random.below(60);
        let byte = |random: &mut Xorshift| {
            if round % 4 == 0 {
                random.below(256) as u8
            } else {
                alphabet[random.below(alphabet.len())]
            }
        };
        let bytes: Vec<u8> = (0..length).map(|_| byte(&mut random)).collect();
        assert!(!survives(&bytes), "{bytes:?}");
    }
}

#[test]
fn damaged_configs_are_refused_or_read() {
    let mut random = Xorshift(0x2545_F491_4F6C_DD1D);
    let (mut good, mut bad) = (0, 0);
    for _ in 0..1_500 {
        let mut bytes = SEED.as_bytes().to_vec();
        for _ in 0..=random.below(3) {
            let (at, length) = (random.below(bytes.len()), random.below(12));
            let end = (at + length).min(bytes.len());
            match random.below(5) {
                0 => drop(bytes.drain(at..end)),
                1 => bytes[at] = random.below(128) as u8,
                2 => bytes.insert(at, b" \n:{}[]&*\t'\"-"[random.below(13)]),
                3 => {
                    let piece = bytes[at..end].to_vec();
                    let to = random.below(bytes.len());
                    bytes.splice(to..to, piece);
                }
                _ => bytes.truncate(at.max(1)),
            }
            if bytes.is_empty() {
                bytes.push(b'\n');
            }
        }
        if survives(&bytes) { good += 1 } else { bad += 1 }
    }
    // Both happen, or the test tests nothing.
    assert!(good > 50 && bad > 500, "{good} {bad}");
}

#[test]
fn every_prefix_of_a_config_is_refused_or_read() {
    assert!(survives(SEED.as_bytes()));
    for end in 0..SEED.len() {
        survives(&SEED.as_bytes()[..end]);
    }
}

#[test]
fn bombs_are_answered_fast() {
    let mut levels = "x-a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        levels.push_str(&format!(
            "x-a{level}: &a{level} [{}]\n",
            vec![format!("*a{}", level - 1); 9].join(", ")
        ));
    }
    let wide = format!("x-a: &a [{}]\nx-b: [{}]\n", "x,".repeat(30_000), "*a,".repeat(30_000));
    let merges = format!("x-a: &a {{ {} }}\nx-b:\n{}", "k: 1", "  - { <<: *a }\n".repeat(30_000));
    let deep = "[".repeat(500_000);
    let deep_map = (0..700)
        .map(|level| format!("{}a:\n", " ".repeat(level)))
        .collect::<String>();
    let unknown = (0..3_000).map(|index| format!("key_{index}: 1\n")).collect::<String>();
    let twice = "a: 1\n".repeat(5_000);
    let missing = format!(
        "ticket_systems:\n  a:\n    use: a:B\n    params:\n      l: [{}]\n",
        "'${NOPE}', ".repeat(5_000)
    );
    for text in [levels, wide, merges, deep, deep_map, unknown, twice, missing] {
        let start = Instant::now();
        let problems = read(&text).expect_err("bomb");
        // In a debug build on a busy machine; unfolded, the first would take the age of the world.
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{:?} for {}",
            start.elapsed(),
            &text[..40]
        );
        assert!(problems.0.iter().take(50).all(|problem| inside(problem, &text)));
        assert!(problems.to_string().len() < 20_000);
    }
}

#[test]
fn files_that_are_no_config() {
    let dir = tempfile::tempdir().expect("folder");
    let problem = |name: &str| {
        let problems = load_with(&dir.path().join(name), &env).expect_err(name).0;
        assert_eq!((problems.len(), problems[0].line), (1, 0), "{problems:?}");
        let shown = problems[0].to_string();
        assert!(
            shown.starts_with(&format!("{}: ", dir.path().join(name).display())),
            "{shown}"
        );
        shown
    };
    assert!(problem("nope.yml").contains("there is no such file\n    `otai init` writes one"));
    assert!(problem("").contains("is a folder"));
    std::fs::write(dir.path().join("large.yml"), " ".repeat((1 << 20) + 1)).expect("write");
    assert!(problem("large.yml").contains("larger than 1 MiB"));
}

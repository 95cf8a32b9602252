//! How sure a label is: from the log-probabilities of the tokens that spell it.
//!
//! At each token of the label, the share of the chosen token among those that go on towards some allowed label:
//!
//! ```text
//! p(token) / (p of the listed tokens that lead to a label + p of everything that is not listed)
//! ```
//!
//! and the product of these over the label's tokens, its closing quote included (`Bill` is not yet `Billing`). Tokens that lead
//! to no label are left out because the schema forbids them; an engine that masks them and one that reports what
//! the model would have liked to say (llama.cpp, PR #10783) then give comparable numbers. What is not listed counts
//! against the label, so the number errs on the cautious side. Without `top_logprobs` it is the plain product of probabilities.
//!
//! It is the model's own certainty and not calibrated: measure before a threshold is trusted.

use std::collections::BTreeMap;

use otai_plugin::serde_json;

use super::{answer::Token, flat::Spot};

/// Above 0 by more than this a log-probability is none: early llama.cpp sent probabilities by that name (PR #10783).
const ROUNDING: f64 = 1e-3;

/// The tokens of an answer and the place of each in its content.
pub(crate) struct Spelling<'a> {
    content: &'a [u8],
    /// Offset of the token's first byte in the content; negative for one that begins before it.
    tokens: Vec<(isize, Vec<u8>, &'a Token)>,
}

impl<'a> Spelling<'a> {
    /// Lays the tokens along the content; `None` if they do not spell it. Thoughts before and end marks behind are skipped.
    pub(crate) fn new(content: &'a str, tokens: &'a [Token]) -> Option<Self> {
        let content = content.as_bytes();
        let bytes: Vec<Vec<u8>> = tokens.iter().map(spelt).collect();
        let all = bytes.concat();
        let start = all
            .windows(content.len().max(1))
            .rposition(|window| window == content)?;
        let mut at = -isize::try_from(start).ok()?;
        let mut laid = Vec::with_capacity(tokens.len());
        for (token, bytes) in tokens.iter().zip(bytes) {
            let length = isize::try_from(bytes.len()).ok()?;
            laid.push((at, bytes, token));
            at += length;
        }
        Some(Self { content, tokens: laid })
    }

    /// Probability of the label at `spot` among `labels`, 0 to 1; `None` if a number of its tokens is missing or absurd.
    pub(crate) fn confidence(&self, spot: &Spot, labels: &BTreeMap<String, String>) -> Option<f64> {
        let allowed: Vec<Vec<u8>> = labels.keys().filter_map(|label| quoted(label)).collect();
        let (start, end) = (
            isize::try_from(spot.bytes.start).ok()?,
            isize::try_from(spot.bytes.end).ok()?,
        );
        let mut product = 1.0;
        let mut found = false;
        for (at, bytes, token) in &self.tokens {
            let length = isize::try_from(bytes.len()).ok()?;
            if at + length <= start || *at >= end || bytes.is_empty() {
                continue;
            }
            found = true;
            // What of the label stands before this token, and what of the token stands before the label.
            let before = usize::try_from(at - start).unwrap_or(0);
            let lead = usize::try_from(start - at).unwrap_or(0);
            let prefix = self.content.get(spot.bytes.start..spot.bytes.start + before)?;
            product *= share(token, bytes, prefix, lead, &allowed)?;
        }
        found.then(|| f64::clamp(product, 0.0, 1.0))
    }
}

/// The chosen token's share, as the module's head says.
fn share(token: &Token, bytes: &[u8], prefix: &[u8], lead: usize, allowed: &[Vec<u8>]) -> Option<f64> {
    let chosen = probability(token)?;
    let (mut leading, mut listed) = (chosen, chosen);
    for other in token.top_logprobs.iter().flatten() {
        let spelling = spelt(other);
        if spelling == bytes {
            continue;
        }
        let p = probability(other)?;
        listed += p;
        if spelling.get(..lead) == bytes.get(..lead) && leads(prefix, spelling.get(lead..)?, allowed) {
            leading += p;
        }
    }
    let against = leading + f64::max(1.0 - listed, 0.0);
    Some(if against > 0.0 { chosen / against } else { 0.0 })
}

/// True if a token behind this prefix spells the beginning of an allowed label, or a whole one and something behind it.
fn leads(prefix: &[u8], token: &[u8], allowed: &[Vec<u8>]) -> bool {
    let begun = [prefix, token].concat();
    !token.is_empty()
        && allowed
            .iter()
            .any(|label| label.starts_with(&begun) || begun.starts_with(label))
}

/// A label as JSON spells it, without the opening quote.
fn quoted(label: &str) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(label).ok()?;
    json.get(1..).map(<[u8]>::to_vec)
}

/// A token may hold half a character, which only its bytes tell.
fn spelt(token: &Token) -> Vec<u8> {
    token.bytes.clone().unwrap_or_else(|| token.token.clone().into_bytes())
}

fn probability(token: &Token) -> Option<f64> {
    let logprob = token.logprob.filter(|l| !l.is_nan() && *l <= ROUNDING)?;
    Some(logprob.min(0.0).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::flat;

    fn token(text: &str, p: f64, others: &[(&str, f64)]) -> Token {
        let plain = |text: &str, p: f64| Token {
            token: text.into(),
            logprob: Some(p.ln()),
            ..Token::default()
        };
        let top = std::iter::once((text, p))
            .chain(others.iter().copied())
            .map(|(t, p)| plain(t, p));
        Token {
            top_logprobs: Some(top.collect()),
            ..plain(text, p)
        }
    }

    fn confidence(tokens: &[Token], labels: &[&str]) -> Option<f64> {
        let content = "{\"queue\":\"Billing\"}";
        let labels = labels.iter().map(|l| ((*l).to_owned(), String::new())).collect();
        let spot = &flat::read(content).unwrap()[0].values[0];
        Spelling::new(content, tokens)?.confidence(spot, &labels)
    }

    fn near(found: Option<f64>, expected: f64) {
        assert!(
            found.is_some_and(|f| (f - expected).abs() < 1e-9),
            "{found:?} instead of {expected}"
        );
    }

    const LABELS: [&str; 3] = ["Billing", "Bill", "Network"];

    #[test]
    fn the_tokens_of_the_label_count_and_no_others() {
        let tokens = [
            token("{\"queue", 0.5, &[]),
            token("\":\"", 0.5, &[]),
            token("Bill", 0.8, &[("Net", 0.2)]),
            token("ing", 0.75, &[("\"", 0.25)]),
            token("\"}", 1.0, &[]),
        ];
        near(confidence(&tokens, &LABELS), 0.6);
    }

    #[test]
    fn what_the_schema_forbids_is_left_out_and_what_is_unknown_counts_against() {
        let tokens = [
            token("{\"queue\":\"", 1.0, &[]),
            // "I" leads nowhere; 0.1 is not listed.
            token("Bill", 0.3, &[("I", 0.5), ("Net", 0.1)]),
            token("ing", 1.0, &[]),
            token("\"}", 1.0, &[]),
        ];
        near(confidence(&tokens, &LABELS), 0.3 / 0.5);
        // Hardly any mass on a label: nothing to be sure of, although no other label is listed.
        let prattle = [
            token("{\"queue\":\"", 1.0, &[]),
            token("Billing\"}", 0.01, &[("Hello", 0.5)]),
        ];
        near(confidence(&prattle, &LABELS), 0.01 / 0.5);
    }

    #[test]
    fn a_token_may_begin_before_the_label_and_end_behind_it() {
        let tokens = [
            token("{\"queue\":", 1.0, &[]),
            token("\"Billing\"}", 0.6, &[("\"Network\"}", 0.3), ("{", 0.1)]),
        ];
        near(confidence(&tokens, &LABELS), 0.6 / 0.9);
    }

    #[test]
    fn thoughts_before_and_marks_behind_are_skipped() {
        let tokens = [
            token("<think>{\"queue\":\"Billing\"}?</think>", 0.1, &[]),
            token("{\"queue\":\"", 1.0, &[]),
            token("Billing", 0.9, &[("Network", 0.1)]),
            token("\"}", 1.0, &[]),
            token("<|end|>", 0.2, &[]),
        ];
        near(confidence(&tokens, &LABELS), 0.9);
    }

    #[test]
    fn without_alternatives_it_is_the_plain_product() {
        let mut tokens = [
            token("{\"queue\":\"", 1.0, &[]),
            token("Bill", 0.8, &[]),
            token("ing", 0.5, &[]),
            token("\"}", 1.0, &[]),
        ];
        tokens.iter_mut().for_each(|t| t.top_logprobs = None);
        near(confidence(&tokens, &LABELS), 0.4);
    }

    #[test]
    fn numbers_that_are_no_log_probabilities_say_nothing() {
        for logprob in [None, Some(f64::NAN), Some(0.7), Some(f64::INFINITY)] {
            let mut tokens = [token("{\"queue\":\"", 1.0, &[]), token("Billing\"}", 0.9, &[])];
            tokens[1].logprob = logprob;
            assert_eq!(confidence(&tokens, &LABELS), None, "{logprob:?}");
        }
        let mut never = [token("{\"queue\":\"", 1.0, &[]), token("Billing\"}", 0.9, &[])];
        never[1].logprob = Some(f64::NEG_INFINITY);
        near(confidence(&never, &LABELS), 0.0);
        assert_eq!(
            confidence(&[token("token_id:5", 1.0, &[])], &LABELS),
            None,
            "these do not spell the answer"
        );
        assert_eq!(confidence(&[], &LABELS), None);
    }

    #[test]
    fn half_a_character_is_told_by_its_bytes() {
        let content = "{\"q\":\"Bü\"}";
        let piece = |text: &str, bytes: &[u8], p: f64| Token {
            bytes: Some(bytes.to_vec()),
            ..token(text, p, &[])
        };
        let tokens = [
            piece("{\"q\":\"B", b"{\"q\":\"B", 0.5),
            piece("\u{fffd}", &[0xc3], 0.5),
            piece("\u{fffd}", &[0xbc], 1.0),
            piece("\"}", b"\"}", 1.0),
        ];
        let labels = BTreeMap::from([("Bü".to_owned(), String::new()), ("Bö".to_owned(), String::new())]);
        let spot = &flat::read(content).unwrap()[0].values[0];
        let mut plain = tokens.clone();
        plain.iter_mut().for_each(|t| t.top_logprobs = None);
        near(Spelling::new(content, &plain).unwrap().confidence(spot, &labels), 0.25);
    }
}

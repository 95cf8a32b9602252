//! Scaled dot-product attention within one text, head by head.

use crate::deberta::{Relative, Shares};
use crate::distances::Distances;
use crate::kernels::{Lane, Level, Rows, RowsMut, Strips, Then, View, WIDTH, product, softmax};

/// Queries that are scored together, so that their scores stay in the cache.
const QUERIES: usize = 96;

/// How the numbers of a token are divided, and what is added to the scores.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heads<'a> {
    pub(crate) count: usize,
    /// Numbers per head.
    pub(crate) width: usize,
    pub(crate) places: Places<'a>,
    /// How many tokens a query looks at to either side, if not at all of them.
    pub(crate) window: Option<usize>,
}

/// What it adds to a score where query and key stand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Places<'a> {
    /// Nothing: the tokens know their places themselves.
    Nothing,
    /// A number for each distance.
    Distances(&'a Distances),
    /// The products of both with a row for their distance.
    Relative(&'a Relative),
}

/// Memory that is used again from head to head.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    keys: Vec<Lane>,
    values: Vec<Lane>,
    scores: Vec<f32>,
    shares: Shares,
    strips: Strips,
}

/// Tokens of one text and what they look at.
struct Span<'a> {
    queries: Rows<'a>,
    keys: Rows<'a>,
    values: Rows<'a>,
    /// Where the first query and the first key stand in the text.
    first: (usize, usize),
}

/// Writes for every query the values of its text, weighted by softmax(score / √width), where a score is query · key and what places add to it.
pub(crate) fn attend(
    level: Level,
    heads: Heads<'_>,
    queries: Rows<'_>,
    keys: Rows<'_>,
    values: Rows<'_>,
    out: RowsMut<'_>,
    workspace: &mut Workspace,
) {
    // With a window a few queries at a time, so that what none of them looks at need not be computed.
    let step = heads.window.map_or(queries.count, |_| QUERIES);
    for from in (0..queries.count).step_by(step) {
        let to = queries.count.min(from + step);
        let near = heads.window.map_or(0..keys.count, |window| {
            from.saturating_sub(window)..keys.count.min(to + window)
        });
        let span = Span {
            queries: queries.part(from..to),
            keys: keys.part(near.clone()),
            values: values.part(near.clone()),
            first: (from, near.start),
        };
        let out = RowsMut::new(&mut out.data[from * out.stride..], out.stride);
        look(level, heads, &span, out, workspace);
    }
}

fn look(level: Level, heads: Heads<'_>, span: &Span<'_>, out: RowsMut<'_>, workspace: &mut Workspace) {
    let Span {
        queries, keys, values, ..
    } = span;
    let (count, width) = (keys.count, heads.width);
    let padded = count.next_multiple_of(WIDTH);
    let parts = match heads.places {
        Places::Relative(relative) => relative.parts(),
        Places::Nothing | Places::Distances(_) => 1,
    };
    let scale = 1.0 / ((width * parts) as f32).sqrt();
    for head in 0..heads.count {
        let left = head * width;
        pack_keys(*keys, left, width, &mut workspace.keys);
        pack_values(*values, left, width, &mut workspace.values);
        if let Places::Relative(relative) = heads.places {
            let (query, key) = span.first;
            let places = (query..query + queries.count, key..key + count);
            let keys = Rows::new(&keys.data[left..], keys.stride, count);
            relative.begin(level, head, places, keys, &mut workspace.shares);
        }
        let keys = View {
            inputs: width,
            outputs: count,
            lanes: &workspace.keys,
            bias: None,
        };
        let values = View {
            inputs: count,
            outputs: width,
            lanes: &workspace.values,
            bias: None,
        };
        for from in (0..queries.count).step_by(QUERIES) {
            let some = QUERIES.min(queries.count - from);
            workspace.scores.resize(QUERIES * padded, 0.0);
            let scores = &mut workspace.scores[..some * padded];
            let query = Rows::new(&queries.data[from * queries.stride + left..], queries.stride, some);
            product(
                level,
                query,
                keys,
                RowsMut::new(scores, padded),
                Then::Set,
                &mut workspace.strips,
            );
            let first = span.first.0 + from;
            if let Places::Relative(relative) = heads.places {
                let (first, scores) = ((first, span.first.1), (&mut *scores, padded, count));
                relative.add(level, head, first, query, scores, &mut workspace.shares);
            }
            for (query, row) in (first..).zip(scores.chunks_exact_mut(padded)) {
                weigh(level, heads, (head, query, span.first.1), &mut row[..count], scale);
            }
            let context = RowsMut::new(&mut out.data[from * out.stride + left..], out.stride);
            product(
                level,
                Rows::new(scores, padded, some),
                values,
                context,
                Then::Set,
                &mut workspace.strips,
            );
        }
    }
}

/// Makes shares of the scores of one query, for the tokens from `first` on.
fn weigh(level: Level, heads: Heads<'_>, (head, query, first): (usize, usize, usize), scores: &mut [f32], scale: f32) {
    let count = scores.len();
    if let Places::Distances(distances) = heads.places {
        let more = distances.of(head, query, count);
        scores.iter_mut().zip(more).for_each(|(score, more)| *score += more);
    }
    let near = heads.window.map_or(0..count, |window| {
        query.saturating_sub(window + first)..count.min(query + window + 1 - first)
    });
    scores[..near.start].fill(0.0);
    scores[near.end..].fill(0.0);
    softmax(level, &mut scores[near], scale);
}

/// Keys as panels of 16 tokens: the weights by which queries become scores.
fn pack_keys(keys: Rows<'_>, left: usize, width: usize, lanes: &mut Vec<Lane>) {
    lanes.resize(keys.count.div_ceil(WIDTH) * width, Lane::ZERO);
    for (number, panel) in lanes.chunks_exact_mut(width).enumerate() {
        for j in 0..WIDTH {
            // Past the end anything finite will do, since those scores are never read.
            let token = (number * WIDTH + j).min(keys.count - 1);
            let key = &keys.data[token * keys.stride + left..][..width];
            panel.iter_mut().zip(key).for_each(|(lane, x)| lane.0[j] = *x);
        }
    }
}

/// Values as panels of 16 numbers: the weights by which shares become context.
fn pack_values(values: Rows<'_>, left: usize, width: usize, lanes: &mut Vec<Lane>) {
    lanes.resize(width.div_ceil(WIDTH) * values.count, Lane::ZERO);
    for (number, panel) in lanes.chunks_exact_mut(values.count).enumerate() {
        let columns = WIDTH.min(width - number * WIDTH);
        for (token, lane) in panel.iter_mut().enumerate() {
            let value = &values.data[token * values.stride + left + number * WIDTH..][..columns];
            lane.0[..columns].copy_from_slice(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: usize = 2;
    const HEAD: usize = 8;
    const WIDE: usize = HEADS * HEAD;

    fn numbers(seed: usize, count: usize) -> Vec<f32> {
        (0..count)
            .map(|i| ((i * 7919 + seed * 104_729) % 2001) as f32 / 1000.0 - 1.0)
            .collect()
    }

    /// The same one number after another.
    fn plain(tokens: [&[f32]; 3], window: usize) -> Vec<f64> {
        let row = |kind: usize, token: usize, head: usize| &tokens[kind][token * WIDE + head * HEAD..][..HEAD];
        let count = tokens[0].len() / WIDE;
        let mut out = vec![0.0; count * WIDE];
        for (query, out) in out.chunks_exact_mut(WIDE).enumerate() {
            for head in 0..HEADS {
                let share = |key: usize| {
                    let products = row(0, query, head).iter().zip(row(1, key, head));
                    let score: f64 = products.map(|(q, k)| f64::from(*q) * f64::from(*k)).sum();
                    (score / (HEAD as f64).sqrt()).exp()
                };
                let near: Vec<usize> = (0..count).filter(|key| key.abs_diff(query) <= window).collect();
                let sum: f64 = near.iter().map(|key| share(*key)).sum();
                for key in near {
                    let values = out[head * HEAD..].iter_mut().zip(row(2, key, head));
                    values.for_each(|(out, value)| *out += share(key) / sum * f64::from(*value));
                }
            }
        }
        out
    }

    #[test]
    fn a_window_reaches_over_the_edges_of_what_is_scored_together() {
        for count in [1, 5, QUERIES, QUERIES + 1, 3 * QUERIES + 7] {
            let parts = [1, 2, 3].map(|seed| numbers(seed, count * WIDE));
            let [queries, keys, values] = parts.each_ref().map(|part| Rows::new(part, WIDE, count));
            for window in [None, Some(1), Some(10), Some(QUERIES), Some(10_000)] {
                let heads = Heads {
                    count: HEADS,
                    width: HEAD,
                    places: Places::Nothing,
                    window,
                };
                let want = plain(parts.each_ref().map(Vec::as_slice), window.unwrap_or(usize::MAX));
                for level in Level::available() {
                    let mut out = vec![f32::NAN; count * WIDE];
                    let rows = RowsMut::new(&mut out, WIDE);
                    attend(level, heads, queries, keys, values, rows, &mut Workspace::default());
                    let near = out.iter().zip(&want).all(|(x, y)| (f64::from(*x) - y).abs() < 1e-5);
                    assert!(near, "{count} tokens, window {window:?}, {level:?}");
                }
            }
        }
    }
}

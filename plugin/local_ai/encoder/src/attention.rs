//! Scaled dot-product attention within one text, head by head.

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
    pub(crate) distances: Option<&'a Distances>,
    /// How many tokens a query looks at to either side, if not at all of them.
    pub(crate) window: Option<usize>,
}

/// Memory that is used again from head to head.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    keys: Vec<Lane>,
    values: Vec<Lane>,
    scores: Vec<f32>,
    strips: Strips,
}

/// Writes for every query the values of its text, weighted by softmax(query · key / √width).
pub(crate) fn attend(
    level: Level,
    heads: Heads<'_>,
    queries: Rows<'_>,
    keys: Rows<'_>,
    values: Rows<'_>,
    out: RowsMut<'_>,
    workspace: &mut Workspace,
) {
    let (count, width) = (keys.count, heads.width);
    let padded = count.next_multiple_of(WIDTH);
    let scale = 1.0 / (width as f32).sqrt();
    for head in 0..heads.count {
        let left = head * width;
        pack_keys(keys, left, width, &mut workspace.keys);
        pack_values(values, left, width, &mut workspace.values);
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
            for (query, row) in (from..).zip(scores.chunks_exact_mut(padded)) {
                let row = &mut row[..count];
                if let Some(distances) = heads.distances {
                    let more = distances.of(head, query, count);
                    row.iter_mut().zip(more).for_each(|(score, more)| *score += more);
                }
                let near = heads.window.map_or(0..count, |window| {
                    query.saturating_sub(window)..count.min(query + window + 1)
                });
                row[..near.start].fill(0.0);
                row[near.end..].fill(0.0);
                softmax(level, &mut row[near], scale);
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

//! The way of packed texts through the layers: the tokens of all texts stand one after another, without padding.

use crate::attention::{Heads, Places, Workspace, attend};
use crate::config::Family;
use crate::kernels::{Inputs, Level, Rows, RowsMut, Then, gate, layer_norm};
use crate::model::{Attention, Layer, Model, Norm, Norms};

/// Memory that is used again from text to text.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The tokens on their way, `width` numbers each; after [`Model::forward`] the result.
    pub(crate) tokens: Vec<f32>,
    /// What a step looks at, where that is normalised first.
    seen: Vec<f32>,
    /// First tokens, while the last layer still needs the others.
    firsts: Vec<f32>,
    /// Queries, keys and values.
    parts: Vec<f32>,
    queries: Vec<f32>,
    context: Vec<f32>,
    inner: Vec<f32>,
    inputs: Inputs,
    workspace: Workspace,
}

/// Makes room for `count` numbers. What is in it is written over before it is read.
fn room(numbers: &mut Vec<f32>, count: usize) -> &mut [f32] {
    if numbers.len() < count {
        numbers.resize(count, 0.0);
    }
    &mut numbers[..count]
}

impl Model {
    /// Runs `texts`, each of at least one token and at most as many as there are positions.
    ///
    /// Afterwards `scratch.tokens` starts with one row per token, or one row per text if the model was read for first tokens only.
    pub(crate) fn forward(&self, level: Level, texts: &[&[u32]], scratch: &mut Scratch) {
        let width = self.config.width;
        let all: usize = texts.iter().map(|text| text.len()).sum();
        self.embed(texts, room(&mut scratch.tokens, all * width));
        self.normalise(level, &mut scratch.tokens[..all * width], &self.frame.norm);
        let mut count = all;
        for layer in &self.layers {
            count = self.attention(level, layer, texts, all, scratch);
            self.feed_forward(level, layer, count, scratch);
        }
        if let Some(norm) = &self.frame.last_norm {
            self.normalise(level, &mut scratch.tokens[..count * width], norm);
        }
    }

    fn embed(&self, texts: &[&[u32]], out: &mut [f32]) {
        let width = self.config.width;
        let mut rows = out.chunks_exact_mut(width);
        for text in texts {
            let mut counted = 0;
            for (at, token) in text.iter().enumerate() {
                let position = match self.config.family {
                    Family::ModernBert => 0,
                    Family::Bert | Family::DistilBert | Family::Deberta => at,
                    // Padding, should a text spell it out, has the position of its own number and is not counted.
                    Family::Roberta | Family::Mpnet if *token == self.config.pad => *token as usize,
                    Family::Roberta | Family::Mpnet => {
                        counted += 1;
                        self.config.pad as usize + counted
                    }
                };
                if let Some(row) = rows.next() {
                    self.frame.words.get(*token, row);
                    // Empty where places count in the layers.
                    let place = self.frame.positions.get(position * width..(position + 1) * width);
                    let place = place.unwrap_or_default();
                    row.iter_mut().zip(place).for_each(|(x, p)| *x += p);
                }
            }
        }
    }

    /// Adds to every token what it finds in its text; gives the number of rows that go on: all tokens or the first of each text.
    fn attention(&self, level: Level, layer: &Layer, texts: &[&[u32]], all: usize, scratch: &mut Scratch) -> usize {
        let width = self.config.width;
        let places = match (&self.frame.distances, &layer.relative) {
            (Some(distances), _) => Places::Distances(distances),
            (None, Some(relative)) => Places::Relative(relative),
            (None, None) => Places::Nothing,
        };
        let heads = Heads {
            count: self.config.heads,
            width: width / self.config.heads,
            places,
            window: layer.window,
        };
        let Scratch {
            tokens,
            seen,
            firsts,
            parts,
            queries,
            context,
            inputs,
            workspace,
            ..
        } = scratch;
        let looked_at = match &layer.norms {
            Norms::Before(Some(norm), _) => self.normalised(level, &tokens[..all * width], norm, seen),
            _ => &tokens[..all * width],
        };
        let input = Rows::new(looked_at, width, all);
        let count = match &layer.attention {
            Attention::All(map) => {
                let stride = 3 * width;
                let out = RowsMut::new(room(parts, all * stride), stride);
                map.apply(level, input, out, Then::Set, inputs);
                turn(layer, texts, parts, stride, 2 * width);
                let context = room(context, all * width);
                let mut from = 0;
                for text in texts {
                    let part = |at: usize| Rows::new(&parts[from * stride + at * width..], stride, text.len());
                    let out = RowsMut::new(&mut context[from * width..], width);
                    attend(level, heads, part(0), part(1), part(2), out, workspace);
                    from += text.len();
                }
                all
            }
            Attention::First { query, key_value } => {
                let stride = 2 * width;
                let out = RowsMut::new(room(parts, all * stride), stride);
                key_value.apply(level, input, out, Then::Set, inputs);
                // Queries need no turn: they stand at the first position.
                turn(layer, texts, parts, stride, width);
                let count = texts.len();
                let first = first_tokens(texts, looked_at, width, firsts);
                let out = RowsMut::new(room(queries, count * width), width);
                query.apply(level, Rows::new(first, width, count), out, Then::Set, inputs);
                let context = room(context, count * width);
                let mut from = 0;
                for (at, text) in texts.iter().enumerate() {
                    let part = |at: usize| Rows::new(&parts[from * stride + at * width..], stride, text.len());
                    let out = RowsMut::new(&mut context[at * width..], width);
                    let query = Rows::new(&queries[at * width..], width, 1);
                    attend(level, heads, query, part(0), part(1), out, workspace);
                    from += text.len();
                }
                first_tokens(texts, tokens, width, firsts);
                std::mem::swap(tokens, firsts);
                count
            }
        };
        let stream = &mut tokens[..count * width];
        let context = Rows::new(context, width, count);
        layer
            .out
            .apply(level, context, RowsMut::new(stream, width), Then::Add, inputs);
        if let Norms::After(norm, _) = &layer.norms {
            self.normalise(level, stream, norm);
        }
        count
    }

    /// Adds to each of the first `count` rows what the layer makes of it alone.
    fn feed_forward(&self, level: Level, layer: &Layer, count: usize, scratch: &mut Scratch) {
        let (width, inner, activation) = (self.config.width, self.config.inner, self.config.activation);
        let Scratch {
            tokens,
            seen,
            inner: hidden,
            inputs,
            ..
        } = scratch;
        let stream = &mut tokens[..count * width];
        let looked_at = match &layer.norms {
            Norms::After(..) => &*stream,
            Norms::Before(_, norm) => self.normalised(level, stream, norm, seen),
        };
        let looked_at = Rows::new(looked_at, width, count);
        let gated = self.config.modern.is_some();
        let stride = if gated { 2 * inner } else { inner };
        let hidden = room(hidden, count * stride);
        let out = RowsMut::new(hidden, stride);
        if gated {
            layer.up.apply(level, looked_at, out, Then::Set, inputs);
            gate(level, hidden, inner, activation);
        } else {
            layer
                .up
                .apply(level, looked_at, out, Then::Activate(activation), inputs);
        }
        let between = Rows::new(hidden, stride, count);
        layer
            .down
            .apply(level, between, RowsMut::new(stream, width), Then::Add, inputs);
        if let Norms::After(_, norm) = &layer.norms {
            self.normalise(level, stream, norm);
        }
    }

    /// A normalised copy of `rows`, in `room`.
    fn normalised<'a>(&self, level: Level, rows: &[f32], norm: &Norm, copy: &'a mut Vec<f32>) -> &'a [f32] {
        let copy = room(copy, rows.len());
        copy.copy_from_slice(rows);
        self.normalise(level, copy, norm);
        copy
    }

    fn normalise(&self, level: Level, rows: &mut [f32], norm: &Norm) {
        layer_norm(level, rows, &norm.gain, &norm.offset, self.config.epsilon);
    }
}

/// The rows of the first tokens, in `out`.
fn first_tokens<'a>(texts: &[&[u32]], rows: &[f32], width: usize, out: &'a mut Vec<f32>) -> &'a [f32] {
    let out = room(out, texts.len() * width);
    let mut from = 0;
    for (text, first) in texts.iter().zip(out.chunks_exact_mut(width)) {
        first.copy_from_slice(&rows[from * width..(from + 1) * width]);
        from += text.len();
    }
    out
}

/// Turns the first `turned` numbers of every row, which are queries and keys, by the place of the token in its text.
fn turn(layer: &Layer, texts: &[&[u32]], rows: &mut [f32], stride: usize, turned: usize) {
    let Some(rotation) = &layer.rotation else {
        return;
    };
    let positions = texts.iter().flat_map(|text| 0..text.len());
    for (row, position) in rows.chunks_exact_mut(stride).zip(positions) {
        rotation.turn(&mut row[..turned], position);
    }
}

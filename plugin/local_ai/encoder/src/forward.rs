//! The way of packed texts through the layers: the tokens of all texts stand one after another, without padding.

use crate::attention::{Heads, Workspace, attend};
use crate::config::Family;
use crate::kernels::{Inputs, Level, Rows, RowsMut, Then, layer_norm};
use crate::model::{Attention, Layer, Model, Norm};

/// Memory that is used again from text to text.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The tokens on their way, `width` numbers each; after [`Model::forward`] the result.
    pub(crate) tokens: Vec<f32>,
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
        self.normalise(level, &mut scratch.tokens[..all * width], &self.norm);
        for layer in &self.layers {
            self.layer(level, layer, texts, all, scratch);
        }
    }

    fn embed(&self, texts: &[&[u32]], out: &mut [f32]) {
        let width = self.config.width;
        let mut rows = out.chunks_exact_mut(width);
        for text in texts {
            let mut counted = 0;
            for (at, token) in text.iter().enumerate() {
                let position = match self.config.family {
                    Family::Bert | Family::DistilBert => at,
                    // Padding, should a text spell it out, has the position of its own number and is not counted.
                    Family::Roberta | Family::Mpnet if *token == self.config.pad => *token as usize,
                    Family::Roberta | Family::Mpnet => {
                        counted += 1;
                        self.config.pad as usize + counted
                    }
                };
                let place = &self.positions[position * width..(position + 1) * width];
                if let Some(row) = rows.next() {
                    self.words.get(*token, row);
                    row.iter_mut().zip(place).for_each(|(x, p)| *x += p);
                }
            }
        }
    }

    fn layer(&self, level: Level, layer: &Layer, texts: &[&[u32]], all: usize, scratch: &mut Scratch) {
        let (width, inner) = (self.config.width, self.config.inner);
        let heads = Heads {
            count: self.config.heads,
            width: width / self.config.heads,
            distances: self.distances.as_ref(),
        };
        let Scratch {
            tokens,
            firsts,
            parts,
            queries,
            context,
            inner: hidden,
            inputs,
            workspace,
        } = scratch;
        let input = Rows::new(&tokens[..all * width], width, all);
        // The rows that go on: all tokens or the first of each text.
        let count = match &layer.attention {
            Attention::All(map) => {
                let stride = 3 * width;
                let out = RowsMut::new(room(parts, all * stride), stride);
                map.apply(level, input, out, Then::Set, inputs);
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
                let count = texts.len();
                let first = room(firsts, count * width);
                let mut from = 0;
                for (text, first) in texts.iter().zip(first.chunks_exact_mut(width)) {
                    first.copy_from_slice(&tokens[from * width..(from + 1) * width]);
                    from += text.len();
                }
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
                std::mem::swap(tokens, firsts);
                count
            }
        };
        let stream = &mut tokens[..count * width];
        let context = Rows::new(context, width, count);
        layer
            .out
            .apply(level, context, RowsMut::new(stream, width), Then::Add, inputs);
        self.normalise(level, stream, &layer.norm);
        let out = RowsMut::new(room(hidden, count * inner), inner);
        let then = Then::Activate(self.config.activation);
        layer
            .up
            .apply(level, Rows::new(stream, width, count), out, then, inputs);
        let between = Rows::new(hidden, inner, count);
        layer
            .down
            .apply(level, between, RowsMut::new(stream, width), Then::Add, inputs);
        self.normalise(level, stream, &layer.last_norm);
    }

    fn normalise(&self, level: Level, rows: &mut [f32], norm: &Norm) {
        layer_norm(level, rows, &norm.gain, &norm.offset, self.config.epsilon);
    }
}

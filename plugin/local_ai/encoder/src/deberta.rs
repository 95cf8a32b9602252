//! DeBERTa, second and third version: where two tokens stand has its own share in their score, beside what they say (He et al., arXiv
//! 2006.03654 and 2111.09543; names and defaults as in transformers).
//!
//! The share of a query is its product with the row of their distance in a table of places seen as keys; the share of a key its product
//! with the same row of a table of places seen as queries.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::config::Config;
use crate::error::OpenError;
use crate::kernels::{FloatMatrix, Level, Rows, RowsMut, Strips, Then, WIDTH, layer_norm, product};
use crate::weights::Weights;

/// What the config of a DeBERTa says besides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Deberta {
    /// Half the rows of the table of distances.
    span: usize,
    /// Distances beyond half of this share rows with their neighbours; `None`: each has its own.
    buckets: Option<usize>,
    /// Where the shared rows end.
    reach: usize,
    /// Whether queries have a share, and whether keys have one.
    shares: [bool; 2],
    /// Places go through the maps of queries and keys, not through maps of their own.
    same_maps: bool,
    /// The table is normalised before.
    normed: bool,
    /// Words also have the position of the token added, as in BERT.
    pub(crate) absolute: bool,
}

impl Deberta {
    /// Reads the settings in `json`, which was read from `path`, of a model of `positions` positions and `width` numbers per token.
    pub(crate) fn of(json: &Value, path: &Path, positions: usize, width: usize) -> Result<Self, OpenError> {
        let wrong = |what: String| OpenError::Config {
            path: path.to_owned(),
            what,
        };
        let unsupported = |name: &str| {
            Err(OpenError::Unsupported {
                path: path.to_owned(),
                what: format!("{name} {}", json[name]),
            })
        };
        // Nothing, 0 and less all mean "without".
        let whole = |name: &str| match &json[name] {
            Value::Null => Ok(None),
            value => match value.as_i64() {
                Some(n) => Ok(usize::try_from(n).ok().filter(|n| *n > 0)),
                None => Err(wrong(format!("{name} is {value}, not a whole number"))),
            },
        };
        if json["relative_attention"] != true {
            return unsupported("relative_attention");
        }
        if whole("embedding_size")?.is_some_and(|size| size != width) {
            return unsupported("embedding_size");
        }
        if whole("conv_kernel_size")?.is_some() {
            return unsupported("conv_kernel_size");
        }
        if json["pooler_hidden_act"].as_str().is_some_and(|act| act != "gelu") {
            return unsupported("pooler_hidden_act");
        }
        let Some(shares) = shares(&json["pos_att_type"]) else {
            return unsupported("pos_att_type");
        };
        let reach = whole("max_relative_positions")?.unwrap_or(positions);
        let buckets = whole("position_buckets")?;
        let span = buckets.unwrap_or(reach);
        if span > MOST || buckets.is_some_and(|buckets| buckets < 2 || reach < buckets / 2 + 2) {
            let buckets = &json["position_buckets"];
            return Err(wrong(format!(
                "position_buckets {buckets} and {reach} relative positions make no sense together"
            )));
        }
        let norms = json["norm_rel_ebd"].as_str().unwrap_or_default().to_lowercase();
        Ok(Self {
            span,
            buckets,
            reach,
            shares,
            same_maps: json["share_att_key"] == true,
            normed: norms.split('|').any(|norm| norm.trim() == "layer_norm"),
            absolute: json["position_biased_input"] != false,
        })
    }

    /// The row of the table for a key that stands so far before its query.
    ///
    /// From `make_log_bucket_position` of transformers' `modeling_deberta_v2.py`, with its 32-bit numbers.
    fn row(&self, distance: isize) -> usize {
        let bucket = match self.buckets.map(|buckets| buckets / 2) {
            Some(near) if distance.unsigned_abs() > near => {
                let times = |far: usize| (far as f32 / near as f32).ln();
                let share = times(distance.unsigned_abs()) / times(self.reach - 1) * (near - 1) as f32;
                (share.ceil() as isize + near as isize) * distance.signum()
            }
            _ => distance,
        };
        (bucket + self.span as isize).clamp(0, 2 * self.span as isize - 1) as usize
    }
}

/// The largest table of distances.
const MOST: usize = 4096;

fn shares(kinds: &Value) -> Option<[bool; 2]> {
    let kinds: Vec<&str> = match kinds {
        Value::Null => Vec::new(),
        Value::String(kinds) => kinds.split('|').map(str::trim).collect(),
        kinds => kinds.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?,
    };
    let known = kinds.iter().all(|kind| ["c2p", "p2c"].contains(kind));
    known.then(|| ["c2p", "p2c"].map(|kind| kinds.contains(&kind)))
}

/// What the layers have in common.
#[derive(Debug)]
pub(crate) struct Places {
    settings: Deberta,
    /// A row of `width` numbers per place.
    table: Vec<f32>,
    /// The most tokens of a text.
    tokens: usize,
    /// The row of every distance, from `1 - tokens` on.
    rows: Arc<[u32]>,
}

impl Places {
    pub(crate) fn read(settings: &Deberta, config: &Config, weights: &Weights) -> Result<Self, OpenError> {
        let width = config.width;
        let mut table = weights.body("encoder.rel_embeddings.weight", &[2 * settings.span, width])?;
        if settings.normed {
            let [gain, offset] =
                ["weight", "bias"].map(|part| weights.body(&format!("encoder.LayerNorm.{part}"), &[width]));
            layer_norm(Level::best(), &mut table, &gain?, &offset?, config.epsilon);
        }
        let tokens = config.max_tokens();
        let furthest = tokens as isize - 1;
        Ok(Self {
            settings: settings.clone(),
            table,
            tokens,
            rows: (-furthest..=furthest)
                .map(|distance| settings.row(distance) as u32)
                .collect(),
        })
    }
}

/// The tables of one layer.
#[derive(Debug)]
pub(crate) struct Relative {
    tokens: usize,
    rows: Arc<[u32]>,
    /// For each head, what queries are multiplied with: places seen as keys.
    keys: Option<Vec<FloatMatrix>>,
    /// For each head, what keys are multiplied with: places seen as queries.
    queries: Option<Vec<FloatMatrix>>,
}

/// Memory that is used again from head to head.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    /// Panels of the tables that the distances within the text need.
    panels: Range<usize>,
    /// A row of all these places for each query, and for each key.
    queries: Vec<f32>,
    keys: Vec<f32>,
    strips: Strips,
}

impl Relative {
    /// Reads the maps of the layer `at` and sends the places through them.
    pub(crate) fn read(places: &Places, config: &Config, weights: &Weights, at: usize) -> Result<Self, OpenError> {
        let Deberta { same_maps, shares, .. } = places.settings;
        let of = |share: bool, map: &str| {
            let own = if same_maps { "" } else { "pos_" };
            let name = format!("encoder.layer.{at}.attention.self.{own}{map}_proj");
            share.then(|| project(places, config, weights, &name)).transpose()
        };
        Ok(Self {
            tokens: places.tokens,
            rows: Arc::clone(&places.rows),
            keys: of(shares[0], "key")?,
            queries: of(shares[1], "query")?,
        })
    }

    /// How many products a score is the sum of.
    pub(crate) fn parts(&self) -> usize {
        1 + usize::from(self.keys.is_some()) + usize::from(self.queries.is_some())
    }

    /// Begins a head with the `keys` of a text, which stand at `places.1`, for queries that stand at `places.0`.
    pub(crate) fn begin(
        &self,
        level: Level,
        head: usize,
        places: (Range<usize>, Range<usize>),
        keys: Rows<'_>,
        shares: &mut Shares,
    ) {
        let row = |query: usize, key: usize| self.rows[self.tokens - 1 + query - key] as usize;
        let (first, last) = (
            row(places.0.start, places.1.end - 1),
            row(places.0.end - 1, places.1.start),
        );
        shares.panels = first / WIDTH..last / WIDTH + 1;
        if let Some(tables) = &self.queries {
            multiply(
                level,
                &tables[head],
                &shares.panels,
                keys,
                &mut shares.keys,
                &mut shares.strips,
            );
        }
    }

    /// Adds to the scores of some `queries`, `padded` numbers each, of which the first stands at `first.0`; those of the keys from
    /// `first.1` on are `count`.
    pub(crate) fn add(
        &self,
        level: Level,
        head: usize,
        first: (usize, usize),
        queries: Rows<'_>,
        (scores, padded, count): (&mut [f32], usize, usize),
        shares: &mut Shares,
    ) {
        if let Some(tables) = &self.keys {
            multiply(
                level,
                &tables[head],
                &shares.panels,
                queries,
                &mut shares.queries,
                &mut shares.strips,
            );
        }
        let stride = shares.panels.len() * WIDTH;
        let base = shares.panels.start * WIDTH;
        for (at, row) in scores.chunks_exact_mut(padded).enumerate() {
            // From key to key the distance falls.
            let nearest = self.tokens - 1 + first.0 + at - first.1;
            let places = || self.rows[nearest + 1 - count..=nearest].iter().rev();
            if self.keys.is_some() {
                let share = &shares.queries[at * stride..(at + 1) * stride];
                let scores = row.iter_mut().zip(places());
                scores.for_each(|(score, place)| *score += share[*place as usize - base]);
            }
            if self.queries.is_some() {
                let share = shares.keys.chunks_exact(stride);
                let scores = row.iter_mut().zip(places()).zip(share);
                scores.for_each(|((score, place), share)| *score += share[*place as usize - base]);
            }
        }
    }
}

fn multiply(
    level: Level,
    table: &FloatMatrix,
    panels: &Range<usize>,
    rows: Rows<'_>,
    out: &mut Vec<f32>,
    strips: &mut Strips,
) {
    let stride = panels.len() * WIDTH;
    out.resize(rows.count * stride, 0.0);
    let view = table.panels(panels.clone());
    product(level, rows, view, RowsMut::new(out, stride), Then::Set, strips);
}

/// The places as the map `name` of the encoder sees them, a table for each head.
fn project(places: &Places, config: &Config, weights: &Weights, name: &str) -> Result<Vec<FloatMatrix>, OpenError> {
    let (width, head) = (config.width, config.width / config.heads);
    let map = weights.body(&format!("{name}.weight"), &[width, width])?;
    let map = FloatMatrix::pack(&map, width, &weights.body(&format!("{name}.bias"), &[width])?);
    let count = places.table.len() / width;
    let mut seen = vec![0.0; places.table.len()];
    product(
        Level::best(),
        Rows::new(&places.table, width, count),
        map.view(),
        RowsMut::new(&mut seen, width),
        Then::Set,
        &mut Strips::default(),
    );
    let of_head = |at: usize| {
        let rows = seen
            .chunks_exact(width)
            .flat_map(|row| &row[at * head..(at + 1) * head]);
        FloatMatrix::pack(&rows.copied().collect::<Vec<f32>>(), head, &vec![0.0; count])
    };
    Ok((0..config.heads).map(of_head).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(json: Value) -> Deberta {
        Deberta::of(&json, Path::new("config.json"), 512, 768).unwrap()
    }

    #[test]
    fn far_distances_share_a_row() {
        let v3 = json!({"relative_attention": true, "position_buckets": 256, "max_relative_positions": -1,
            "pos_att_type": "p2c|c2p", "norm_rel_ebd": "layer_norm", "share_att_key": true, "position_biased_input": false});
        let v3 = settings(v3);
        // make_log_bucket_position(distance, 256, 512) of transformers 5.24.
        for (distance, bucket) in [
            (0, 0),
            (1, 1),
            (127, 127),
            (128, 128),
            (129, 129),
            (130, 130),
            (140, 137),
            (200, 169),
            (300, 207),
            (511, 255),
        ] {
            assert_eq!(v3.row(distance), (256 + bucket) as usize, "{distance}");
            assert_eq!(v3.row(-distance), (256 - bucket) as usize, "-{distance}");
        }
        let without = settings(json!({"relative_attention": true, "max_relative_positions": 4}));
        assert_eq!(
            [-9, -4, -3, 0, 3, 4, 9].map(|distance| without.row(distance)),
            [0, 0, 1, 4, 7, 7, 7]
        );
    }

    #[test]
    fn the_kinds_of_shares_are_written_in_two_ways() {
        assert_eq!(shares(&json!("p2c|c2p")), Some([true, true]));
        assert_eq!(shares(&json!(["c2p"])), Some([true, false]));
        assert_eq!(shares(&Value::Null), Some([false, false]));
        assert_eq!(shares(&json!("p2p")), None);
        assert_eq!(shares(&json!(7)), None);
    }
}

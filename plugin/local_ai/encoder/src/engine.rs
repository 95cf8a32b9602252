//! Many texts over several threads: each thread takes texts of its own, and none waits for another within a layer.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::config::Config;
use crate::error::OpenError;
use crate::folder::{Folder, fingerprint};
use crate::forward::Scratch;
use crate::kernels::Level;
use crate::linear::Precision;
use crate::model::Model;
use crate::tokens::Tokens;

/// Tokens that go through the layers together, at most; a longer text goes alone. More gain nothing and cost memory.
const TOGETHER: usize = 512;

/// How to run a model.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// How exact the matrix products are.
    pub precision: Precision,
    /// How many threads work on a batch; 0 for one per processor. A single text always runs on one.
    pub threads: usize,
}

/// A model that is ready to run.
#[derive(Debug)]
pub(crate) struct Engine {
    model: Model,
    tokens: Tokens,
    level: Level,
    /// None with one thread: the caller's own is used.
    pool: Option<ThreadPool>,
    idle: Mutex<Vec<Scratch>>,
    files: Vec<PathBuf>,
}

impl Engine {
    /// Opens the model of the folder; `extra` reads what else is needed from it meanwhile.
    pub(crate) fn open<T: Send>(
        folder: &Folder,
        options: &Options,
        first_only: bool,
        extra: impl FnOnce() -> Result<T, OpenError> + Send,
    ) -> Result<(Self, T), OpenError> {
        let threads = match options.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let build = || ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = build().map_err(|error| OpenError::Threads(error.to_string()))?;
        // The head first: it is small, and what is wrong with it should be said before anything large is read.
        let extra = extra()?;
        let (tokens, model) = pool.install(|| {
            rayon::join(
                || Tokens::open(folder),
                || Model::read(&folder.config, &folder.weights, options.precision, first_only),
            )
        });
        let (model, tokens) = (model?, tokens?);
        let engine = Self {
            model,
            tokens,
            level: Level::best(),
            pool: (threads > 1).then_some(pool),
            idle: Mutex::default(),
            files: folder.files(),
        };
        Ok((engine, extra))
    }

    pub(crate) fn config(&self) -> &Config {
        &self.model.config
    }

    pub(crate) fn max_tokens(&self) -> usize {
        self.tokens.limit()
    }

    /// The files that the model was made of.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    pub(crate) fn fingerprint(&self) -> io::Result<String> {
        fingerprint(&self.files)
    }

    /// Runs all texts. `finish` gets the tokens of one text (row-major; only the first if the model was opened so) and writes that
    /// text's row of `columns` numbers.
    pub(crate) fn run(
        &self,
        texts: &[&str],
        columns: usize,
        first_only: bool,
        finish: impl Fn(&[f32], &mut [f32]) + Sync,
    ) -> Vec<f32> {
        let mut out = vec![0.0; texts.len() * columns];
        let Some(pool) = self.pool.as_ref().filter(|_| texts.len() > 1) else {
            let tokens: Vec<Vec<u32>> = texts.iter().map(|text| self.tokens.of(text)).collect();
            let sizes: Vec<usize> = tokens.iter().map(Vec::len).collect();
            for unit in units(&sizes, 1) {
                let rows = self.unit(&unit, &tokens, columns, first_only, &finish);
                place(&unit, &rows, columns, &mut out);
            }
            return out;
        };
        pool.install(|| {
            let tokens: Vec<Vec<u32>> = texts.par_iter().map(|text| self.tokens.of(text)).collect();
            let sizes: Vec<usize> = tokens.iter().map(Vec::len).collect();
            let units = units(&sizes, pool.current_num_threads());
            let run = |unit: &Vec<usize>| self.unit(unit, &tokens, columns, first_only, &finish);
            // One unit at a time, the longest first, so that no thread is left with a long one at the end.
            let rows: Vec<Vec<f32>> = units.par_iter().with_max_len(1).map(run).collect();
            for (unit, rows) in units.iter().zip(&rows) {
                place(unit, rows, columns, &mut out);
            }
        });
        out
    }

    fn unit(
        &self,
        unit: &[usize],
        tokens: &[Vec<u32>],
        columns: usize,
        first_only: bool,
        finish: &(impl Fn(&[f32], &mut [f32]) + Sync),
    ) -> Vec<f32> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = idle().pop().unwrap_or_default();
        let texts: Vec<&[u32]> = unit.iter().map(|at| &tokens[*at][..]).collect();
        self.model.forward(self.level, &texts, &mut scratch);
        let mut out = vec![0.0; unit.len() * columns];
        let mut rest = &scratch.tokens[..];
        for (text, out) in texts.iter().zip(out.chunks_exact_mut(columns)) {
            let rows = if first_only { 1 } else { text.len() };
            let (mine, others) = rest.split_at(rows * self.model.config.width);
            finish(mine, out);
            rest = others;
        }
        idle().push(scratch);
        out
    }
}

/// Sorts the texts by length, longest first, and cuts them into units for `threads` threads.
fn units(sizes: &[usize], threads: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(sizes[*at]));
    // With few texts, smaller units: all threads should have some.
    let all: usize = sizes.iter().sum();
    let most = TOGETHER.min(all.div_ceil(threads * 4).max(64));
    let mut units: Vec<Vec<usize>> = Vec::new();
    let mut room = 0;
    for at in order {
        match units.last_mut() {
            Some(unit) if sizes[at] <= room => {
                unit.push(at);
                room -= sizes[at];
            }
            _ => {
                units.push(vec![at]);
                room = most.saturating_sub(sizes[at]);
            }
        }
    }
    units
}

fn place(unit: &[usize], rows: &[f32], columns: usize, out: &mut [f32]) {
    for (at, row) in unit.iter().zip(rows.chunks_exact(columns)) {
        out[at * columns..(at + 1) * columns].copy_from_slice(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_in_one_unit_and_units_are_bounded() {
        let sizes: Vec<usize> = (0..200).map(|i| 3 + i * 37 % 500).collect();
        for threads in [1, 2, 16] {
            let units = units(&sizes, threads);
            let mut all: Vec<usize> = units.concat();
            all.sort_unstable();
            assert_eq!(all, (0..200).collect::<Vec<_>>());
            for unit in &units {
                let size: usize = unit.iter().map(|at| sizes[*at]).sum();
                assert!(unit.len() == 1 || size <= TOGETHER);
            }
        }
        assert!(units(&[], 2).is_empty());
    }
}

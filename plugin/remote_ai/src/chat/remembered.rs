//! Answers of this process, so that none is paid for twice: when a batch fails in the middle, the next try begins where this one
//! ended. Keeps hashes and labels, no text; bounded.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher as _, RandomState},
    sync::{Mutex, PoisonError},
};

use otai_plugin::model::Prediction;

/// Ten times the largest batch of the host.
const MOST: usize = 1000;

/// Two keyed hashes: nobody can write a ticket that is taken for another.
type Key = (u64, u64);

/// The last answers.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    hashers: (RandomState, RandomState),
    kept: Mutex<(HashMap<Key, Prediction>, VecDeque<Key>)>,
}

impl Remembered {
    fn key(&self, fields: &[String], text: &str) -> Key {
        let hash = |hasher: &RandomState| hasher.hash_one((fields, text));
        (hash(&self.hashers.0), hash(&self.hashers.1))
    }

    /// The answer to a text.
    pub(crate) fn get(&self, fields: &[String], text: &str) -> Option<Prediction> {
        let key = self.key(fields, text);
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .get(&key)
            .cloned()
    }

    /// Keeps an answer.
    pub(crate) fn put(&self, fields: &[String], text: &str, prediction: &Prediction) {
        let key = self.key(fields, text);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (answers, order) = &mut *kept;
        if answers.insert(key, prediction.clone()).is_none() {
            order.push_back(key);
        }
        if order.len() > MOST
            && let Some(oldest) = order.pop_front()
        {
            answers.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trouble::left;

    #[test]
    fn the_oldest_is_forgotten_and_fields_tell_apart() {
        let remembered = Remembered::default();
        let (queue, kind) = (["queue".to_owned()], ["type".to_owned()]);
        for n in 0..=MOST {
            remembered.put(&queue, &n.to_string(), &left(n.to_string()));
        }
        assert_eq!(remembered.get(&queue, "0"), None);
        assert_eq!(remembered.get(&queue, "1"), Some(left("1")));
        assert_eq!(remembered.get(&kind, "1"), None);
        assert_eq!(remembered.kept.lock().unwrap().0.len(), MOST);
    }
}

//! What was found out of a value in a run before: asked again, it is the same.

use std::cell::RefCell;
use std::rc::Rc;

use bartizan_ir::ValueId;
use rustc_hash::FxHashMap;

use crate::formula::Formula;
use crate::reader::Frame;
use crate::scope::Query;

/// Answers by run and value. The runs are held, so that none is taken for another.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) words: Answers<String>,
    pub(crate) formulas: Answers<Formula>,
    pub(crate) queries: Answers<Option<Query>>,
}

pub(crate) struct Answers<T>(RefCell<FxHashMap<Key, (Rc<Frame>, T)>>);

/// A run, by where it is held, and a value of its function.
type Key = (usize, ValueId);

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

/// More answers than this are not held at once.
const MOST: usize = 4_000;

impl<T: Clone> Answers<T> {
    pub(crate) fn get(&self, frame: &Rc<Frame>, value: ValueId) -> Option<T> {
        self.0.borrow().get(&key(frame, value)).map(|(_, known)| known.clone())
    }

    pub(crate) fn put(&self, frame: &Rc<Frame>, value: ValueId, found: T) {
        let mut held = self.0.borrow_mut();
        if held.len() < MOST {
            held.insert(key(frame, value), (Rc::clone(frame), found));
        }
    }
}

fn key(frame: &Rc<Frame>, value: ValueId) -> Key {
    (Rc::as_ptr(frame).addr(), value)
}

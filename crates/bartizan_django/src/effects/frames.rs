//! Functions as they are called: with which receiver, and with what.

use std::collections::BTreeMap;
use std::rc::Rc;

use bartizan_base::define_id;
use bartizan_ir::{FileIr, FunctionId, ValueId};
use bartizan_project::FileId;
use rustc_hash::FxHashMap;

use super::things::{ModelKey, Thing};

define_id! {
    /// A function together with what it is called with.
    FrameId
}

/// Functions as they are called, beyond which no more are looked into.
const MOST_FRAMES: usize = 100_000;

/// How deep calls, and the values in them, are followed.
const DEEPEST: u32 = 150;

/// A function, what it is called on, and with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Frame {
    pub(super) file: FileId,
    pub(super) function: FunctionId,
    pub(super) receiver: Option<Thing>,
    /// By position; those behind the last that is known are left out.
    pub(super) params: Vec<Option<Thing>>,
}

impl Frame {
    pub(super) fn new(file: FileId, function: FunctionId, receiver: Option<Thing>) -> Self {
        Self { file, function, receiver, params: Vec::new() }
    }

    pub(super) fn of_module(file: FileId) -> Self {
        Self::new(file, FileIr::module(), None)
    }

    pub(super) fn bind(&mut self, at: usize, thing: Option<Thing>) {
        let Some(thing) = thing else { return };
        if self.params.len() <= at {
            self.params.resize(at + 1, None);
        }
        self.params[at] = Some(thing);
    }
}

/// What a function changes, and how many calls away the nearest change of it is.
pub(super) type Changed = Rc<BTreeMap<ModelKey, u32>>;

/// Frames, and what was found of them.
#[derive(Default)]
pub(super) struct Frames {
    frames: Vec<Rc<Frame>>,
    ids: FxHashMap<Rc<Frame>, FrameId>,
    /// What values are; `None` as well while that is being asked.
    pub(super) types: FxHashMap<(FrameId, ValueId), Option<Thing>>,
    pub(super) changed: FxHashMap<FrameId, Changed>,
    /// Frames whose changes are being asked for, the outermost first, and what is known of each so far.
    pub(super) open: Vec<(FrameId, Changed)>,
    /// Where they stand there.
    pub(super) places: FxHashMap<FrameId, usize>,
    depth: u32,
}

impl Frames {
    /// The number of a frame; `None` where there are too many.
    pub(super) fn id(&mut self, frame: Frame) -> Option<FrameId> {
        if let Some(id) = self.ids.get(&frame) {
            return Some(*id);
        }
        if self.frames.len() >= MOST_FRAMES {
            return None;
        }
        let id = FrameId::from_index(self.frames.len());
        let frame = Rc::new(frame);
        self.frames.push(Rc::clone(&frame));
        self.ids.insert(frame, id);
        Some(id)
    }

    pub(super) fn get(&self, id: FrameId) -> Rc<Frame> {
        Rc::clone(&self.frames[id.index()])
    }

    /// Goes one step deeper, if that is not too deep; every `true` wants a [`Frames::leave`].
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= DEEPEST {
            return false;
        }
        self.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }
}

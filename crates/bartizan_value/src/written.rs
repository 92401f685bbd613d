//! What loops write into the namespace of a module, round by round.

use std::sync::Arc;

use bartizan_ir::{Layer, LoopId, Path, PathId, Value, ValueId};

use crate::analysis::Region;
use crate::domain::Evaluated;
use crate::loops::LoopEnd;
use crate::names::Starred;
use crate::reason::Reason;
use crate::session::{Act, Session};

/// One write of a loop into the namespace of its module.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// The name; or why it is not known.
    key: Result<Arc<str>, Reason>,
    value: Evaluated,
    /// Whether the code that writes was surely run.
    is_sure: bool,
}

fn as_written((key, value): &(Evaluated, Evaluated), is_sure: bool) -> Written {
    let key = match key.value.as_str() {
        Some(name) => Ok(Arc::from(name)),
        None => Err(crate::format::reason_of(&key.value)),
    };
    Written { key, value: value.clone(), is_sure }
}

/// The last of the writes under a name.
fn last_under(written: &[Written], name: &str) -> Starred {
    for write in written.iter().rev() {
        match &write.key {
            Ok(key) if &**key == name && write.is_sure => {
                return Starred::Bound(write.value.clone());
            }
            Ok(key) if &**key == name => return Starred::Perhaps(Reason::Undecided),
            Ok(_) => {}
            Err(reason) => return Starred::Perhaps(reason.clone()),
        }
    }
    Starred::Nothing
}
impl Session<'_> {
    /// Notes what the round at hand writes into the namespace of the module, in the order of the code.
    pub(crate) fn note_written(&mut self, act: Act, of: LoopId) {
        let ir = self.ir(act);
        let own = Some(Region::Loop(of));
        let nodes: Vec<ValueId> = self.analysis(act).written_in(of).collect();
        let mut inner: Vec<LoopId> = Vec::new();
        let mut written = Vec::new();
        for node in nodes {
            if self.analysis(act).region(ir, node) != own {
                let within = self.analysis(act).loop_of(ir.stretch(node).path);
                let Some(child) = self.child_loop(act, within, Some(of)) else {
                    // In a comprehension.
                    written.push(self.doubt(act, node, Reason::Loop));
                    continue;
                };
                if inner.contains(&child) {
                    continue;
                }
                inner.push(child);
                let Path::Loop { parent, .. } = self.loop_path(act, child) else { continue };
                let holds = self.holds(act, parent);
                if holds == Ok(false) {
                    continue;
                }
                let (run, end) = self.run_loop(act, child);
                match (holds, end) {
                    (Err(reason), _) | (Ok(_), LoopEnd::Unknown(reason)) => {
                        written.push(self.doubt(act, node, reason));
                    }
                    (Ok(_), LoopEnd::Exhausted | LoopEnd::Left(_)) => {
                        written.extend_from_slice(&self.acts[run as usize].written);
                    }
                    (Ok(_), LoopEnd::Raised(..)) => {
                        written.push(self.doubt(act, node, Reason::MayRaise));
                    }
                }
                continue;
            }
            let is_sure = match self.holds(act, ir.stretch(node).path) {
                Ok(false) => continue,
                holds => holds.is_ok(),
            };
            match ir.value(node) {
                Value::NamespaceSet { key, value } => {
                    let pair = (self.eval(act, key), self.eval(act, value));
                    written.push(as_written(&pair, is_sure));
                }
                Value::NamespaceUpdate(mapping) => {
                    let mapping = self.eval(act, mapping);
                    match crate::mutate::pairs(&mapping) {
                        Ok(pairs) => {
                            let pairs = pairs.iter().map(|pair| as_written(pair, is_sure));
                            written.extend(pairs);
                        }
                        Err(reason) => written.push(self.doubt(act, node, reason)),
                    }
                }
                Value::NamespaceUnknown(call) => match self.name_set_by(act, call) {
                    Some(Ok(name)) => {
                        let value = self.unknown(act, node, Reason::Undecided);
                        written.push(Written { key: Ok(name), value, is_sure: false });
                    }
                    Some(Err(reason)) => written.push(self.doubt(act, node, reason)),
                    None => {}
                },
                Value::Yield(_) | Value::YieldFrom(_) => {
                    let mut items = Vec::new();
                    match self.add_yielded(act, node, &mut items) {
                        Ok(()) => written.extend(items.into_iter().map(|value| Written {
                            key: Ok(Arc::from("")),
                            value,
                            is_sure,
                        })),
                        Err(reason) => written.push(self.doubt(act, node, reason)),
                    }
                }
                _ => written.push(self.doubt(act, node, Reason::Loop)),
            }
        }
        self.acts[act as usize].written.extend(written);
    }

    /// What the rounds of a loop have yielded, if that is known.
    pub(crate) fn written_in_order(&self, act: Act) -> Result<Vec<Evaluated>, Reason> {
        let written = self.acts[act as usize].written.iter();
        written
            .map(|write| match &write.key {
                Ok(_) if write.is_sure => Ok(write.value.clone()),
                Ok(_) => Err(Reason::Undecided),
                Err(reason) => Err(reason.clone()),
            })
            .collect()
    }

    fn doubt(&self, act: Act, node: ValueId, reason: Reason) -> Written {
        let value = self.unknown(act, node, reason.clone());
        Written { key: Err(reason), value, is_sure: false }
    }

    /// Of the loops around a path those that `at` is not inside of: the outermost of them, and the path
    /// that leads there.
    pub(crate) fn loop_that_is_over(&self, at: Act, path: PathId) -> Option<(LoopId, PathId)> {
        let ir = self.ir(at);
        self.analysis(at).loop_of(path)?;
        let mut outermost = None;
        let mut link = Some(path);
        while let Some(path) = link {
            if let Path::Loop { of, parent } = ir.path(path)
                && self.active(at, Some(Region::Loop(of))).is_none()
            {
                outermost = Some((of, parent));
            }
            link = ir.path(path).parent();
        }
        outermost
    }

    /// Whether the code of a loop may write this name.
    fn may_write(&self, at: Act, of: LoopId, name: &str) -> bool {
        let ir = self.ir(at);
        self.analysis(at).written_in(of).any(|node| match ir.value(node) {
            Value::NamespaceSet { key, .. } => match ir.value(ir.bare(key)) {
                Value::Str(key) => ir.str(key) == name,
                _ => true,
            },
            _ => true,
        })
    }

    /// What the rounds of a loop have left under a name: of a loop that is over, all; of one that `at`
    /// is inside of, those before the round at hand.
    pub(crate) fn left_by_rounds(&mut self, at: Act, of: LoopId, name: &str) -> Starred {
        if !self.may_write(at, of, name) {
            return Starred::Nothing;
        }
        if let Some(act) = self.active(at, Some(Region::Loop(of))) {
            let it = &self.acts[act as usize];
            if it.any_round.is_some() {
                return Starred::Perhaps(Reason::Loop);
            }
            return last_under(&it.written[..it.written_before.min(it.written.len())], name);
        }
        let around = self.analysis(at).around(Region::Loop(of));
        let parent = self.enter(at, around);
        let (act, end) = self.run_loop(parent, of);
        match end {
            LoopEnd::Exhausted | LoopEnd::Left(_) => {
                last_under(&self.acts[act as usize].written, name)
            }
            LoopEnd::Raised(..) => Starred::Perhaps(Reason::MayRaise),
            LoopEnd::Unknown(reason) => Starred::Perhaps(reason),
        }
    }

    /// What a write of the round in which a loop was left has bound.
    pub(crate) fn left_by_last_round(
        &mut self,
        at: Act,
        of: LoopId,
        layer: &Layer,
        name: &str,
    ) -> Starred {
        let around = self.analysis(at).around(Region::Loop(of));
        let parent = self.enter(at, around);
        match self.run_loop(parent, of).1 {
            LoopEnd::Left(_) | LoopEnd::Raised(..) => {}
            LoopEnd::Exhausted => return Starred::Perhaps(Reason::Loop),
            LoopEnd::Unknown(reason) => return Starred::Perhaps(reason),
        }
        let is_sure = match self.holds(at, layer.path) {
            Ok(false) => return Starred::Nothing,
            holds => holds.is_ok(),
        };
        match self.layer(at, layer, name) {
            Starred::Bound(_) if !is_sure => Starred::Perhaps(Reason::Undecided),
            found => found,
        }
    }

    /// Every name that the rounds of a loop have written.
    pub(crate) fn names_left_by_rounds(
        &mut self,
        at: Act,
        of: LoopId,
    ) -> Result<Vec<Arc<str>>, Reason> {
        let around = self.analysis(at).around(Region::Loop(of));
        let parent = self.enter(at, around);
        let (act, end) = self.run_loop(parent, of);
        match end {
            LoopEnd::Exhausted | LoopEnd::Left(_) => {}
            LoopEnd::Raised(..) => return Err(Reason::MayRaise),
            LoopEnd::Unknown(reason) => return Err(reason),
        }
        self.acts[act as usize].written.iter().map(|write| write.key.clone()).collect()
    }
}

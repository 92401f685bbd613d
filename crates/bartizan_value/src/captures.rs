//! Variables of the functions around a function, which its code reads.

use bartizan_base::Sym;
use bartizan_ir::{Binding, FunctionId, ValueId};

use crate::domain::Evaluated;
use crate::parts::opened;
use crate::reason::Reason;
use crate::session::{Act, FrameId, Session};

impl Session<'_> {
    /// A variable of an enclosing function.
    pub(crate) fn capture(
        &mut self,
        at: Act,
        id: ValueId,
        name: Sym,
        owner: FunctionId,
    ) -> Evaluated {
        let ir = self.ir(at);
        let text = ir.str(name);
        if ir.nonlocal_stores.iter().any(|(of, stored, _)| *of == owner && *stored == name) {
            return self.unknown(at, id, Reason::Variable(text.into()));
        }
        let Some(frame) = self.frame_of_owner(at, owner) else {
            return self.unknown(at, id, Reason::Variable(text.into()));
        };
        let root = self.frames[frame as usize].root;
        let is_file = self.frames[frame as usize].function.is_none();
        let param =
            ir.params[ir.function(owner).params].iter().position(|param| param.name == name);
        let stores: Vec<Binding> = ir.bindings[ir.function(owner).stores]
            .iter()
            .filter(|binding| binding.name == name)
            .copied()
            .collect();
        let changed = self.analysis(at).is_changed_inside(owner, name);
        let value = match param {
            Some(param) if stores.is_empty() => match self.frames[frame as usize].params.get(param)
            {
                Some(value) => value.clone(),
                None => self.unknown(at, id, Reason::Parameter(text.into())),
            },
            // A parameter that is also stored to has one value more than stores tell.
            Some(_) => match ir.binding(owner, name) {
                Some(binding) if !is_file && self.called_from(at, frame).is_none() => {
                    self.eval(root, binding.value)
                }
                _ => self.unknown(at, id, Reason::Variable(text.into())),
            },
            None => match self.called_from(at, frame) {
                Some((act, call)) => self.store_at(act, id, call, owner, name),
                None if is_file => self.any_store(root, id, text, &stores),
                None => match ir.binding(owner, name) {
                    Some(binding) => self.eval(root, binding.value),
                    None => self.unknown(at, id, Reason::Raises("NameError")),
                },
            },
        };
        if changed && value.value.is_mutable() {
            opened(&value, &Reason::Changed)
        } else {
            self.unless_given(at, value)
        }
    }

    /// The frame of a run of `owner` that the code at `at` was defined in, or is.
    fn frame_of_owner(&self, at: Act, owner: FunctionId) -> Option<FrameId> {
        let mut frame = self.acts[at as usize].frame;
        for _ in 0..64 {
            let it = &self.frames[frame as usize];
            match it.function {
                None => return Some(frame),
                Some(function) if function == owner => return Some(frame),
                Some(_) => frame = it.outer?,
            }
        }
        None
    }
}

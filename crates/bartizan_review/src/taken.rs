//! Fields that a form or a serializer takes away again: from everybody, or from some.

use std::rc::Rc;

use bartizan_ir::{EffectKind, Mutator, PathId, Value, ValueId};
use bartizan_project::ClassRef;

use crate::fields::{FOR_SOME, Fields};
use crate::formula::Formula;
use crate::reader::{Ask, Frame, Reader};

/// How much of a field is taken.
#[derive(Clone, Copy, PartialEq)]
enum Taken {
    /// It is shown, and cannot be set.
    Write,
    /// It is gone.
    Whole,
}

impl Reader<'_> {
    /// `self.fields.pop("owner")`, `self.fields["owner"].disabled = True`
    pub(crate) fn taken_away(&self, of: ClassRef, fields: &mut Fields, ask: &Rc<Ask>) {
        let mut found: Vec<(String, Taken, Formula)> = Vec::new();
        for method in ["__init__", "get_fields", "get_extra_kwargs"] {
            let Some((file, function)) = self.method(of, method) else { continue };
            let frame = self.entry(file, function, Some(of), ask, None);
            let ir = self.ir(file);
            for effect in &ir.effects[ir.function(function).effects] {
                let Some((key, taken)) = self.taken_by(&frame, effect.kind) else { continue };
                let when = self.taken_when(&frame, effect.path);
                for name in self.keys_of(&frame, key) {
                    found.push((name, taken, when.clone()));
                }
            }
        }
        for (name, taken, when) in &found {
            if *when == Formula::Always {
                fields.writable.remove(name);
                if *taken == Taken::Whole {
                    fields.readable.remove(name);
                }
            }
        }
        // What is taken from some stays for the others.
        for (name, taken, when) in found {
            if when == Formula::Always {
                continue;
            }
            let is_there = fields.writable.contains_key(&name);
            if let Some(site) = fields.writable.remove(&name) {
                fields.writable.insert(format!("{name}{FOR_SOME}"), site);
            }
            if taken == Taken::Whole
                && let Some(site) = fields.readable.remove(&name)
            {
                fields.readable.insert(format!("{name}{FOR_SOME}"), site);
            }
            let stays = when.negated();
            match fields.kept.iter_mut().find(|(known, _)| *known == name) {
                Some((_, formula)) => *formula = formula.clone().and(stays),
                None if is_there => fields.kept.push((name, stays)),
                None => {}
            }
        }
    }

    /// For whom that happens. What is not asked of a visitor is not told apart: a row that is there
    /// already, or not.
    fn taken_when(&self, frame: &Rc<Frame>, path: PathId) -> Formula {
        self.path(frame, path, true).unwrap_or(Formula::Always)
    }

    /// What an effect takes away, by its key.
    fn taken_by(&self, frame: &Rc<Frame>, effect: EffectKind) -> Option<(ValueId, Taken)> {
        let ir = self.ir(frame.file);
        match effect {
            EffectKind::StoreAttr { object, name, value }
                if matches!(ir.str(name), "disabled" | "read_only")
                    && ir.value(ir.bare(value)) == Value::Bool(true) =>
            {
                match ir.value(ir.bare(object)) {
                    Value::Index { key, .. } => Some((key, Taken::Write)),
                    _ => None,
                }
            }
            EffectKind::Mutate(mutated) | EffectKind::Call(mutated) => {
                let args = match ir.value(mutated) {
                    Value::Mutate(mutation) => {
                        let mutation = ir.mutation(mutation);
                        matches!(mutation.op, Mutator::Pop | Mutator::DelItem)
                            .then_some(mutation.args)?
                    }
                    Value::Call { callee, args } => match ir.value(ir.bare(callee)) {
                        Value::Attr { name, .. } if ir.str(name) == "pop" => args,
                        _ => return None,
                    },
                    _ => return None,
                };
                Some((ir.args[args].first()?.value, Taken::Whole))
            }
            EffectKind::Delete(value) => match ir.value(ir.bare(value)) {
                Value::Index { key, .. } => Some((key, Taken::Whole)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The names that a key stands for: itself, or those of a list that is gone through.
    fn keys_of(&self, frame: &Rc<Frame>, key: ValueId) -> Vec<String> {
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(key)) {
            Value::Str(text) => vec![ir.str(text).to_owned()],
            Value::Elem { of, .. } => self.strings(frame, of).unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

//! Fields that a form or a serializer takes away again: from everybody, or from some.

use std::rc::Rc;

use bartizan_ir::{BinaryOp, EffectKind, Mutator, PathId, Value, ValueId};
use bartizan_project::ClassRef;

use crate::conditions::is_about_people;
use crate::fields::{FOR_SOME, Fields};
use crate::formula::Formula;
use crate::reader::{Ask, Frame, Reader};

/// Lists inside each other beyond which none is followed.
const DEEPEST: usize = 16;

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
        take(found, fields);
    }

    /// The same by the code of a view that has the form: `form.fields.pop("owner")` in `get_form`.
    pub(crate) fn taken_by_view(&self, frame: &Rc<Frame>, fields: &mut Fields) {
        let mut found: Vec<(String, Taken, Formula)> = Vec::new();
        let ir = self.ir(frame.file);
        for effect in &ir.effects[ir.function(frame.function).effects] {
            if !self.is_of_fields(frame, effect.kind) {
                continue;
            }
            let Some((key, taken)) = self.taken_by(frame, effect.kind) else { continue };
            let when = self.taken_when(frame, effect.path);
            for name in self.keys_of(frame, key) {
                found.push((name, taken, when.clone()));
            }
        }
        take(found, fields);
    }

    /// Whether an effect changes the fields of a form: `form.fields`.
    fn is_of_fields(&self, frame: &Rc<Frame>, effect: EffectKind) -> bool {
        let ir = self.ir(frame.file);
        let on = match effect {
            EffectKind::StoreAttr { object, .. } => match ir.value(ir.bare(object)) {
                Value::Index { of, .. } => of,
                _ => return false,
            },
            EffectKind::Mutate(mutated) | EffectKind::Call(mutated) => match ir.value(mutated) {
                Value::Mutate(mutation) => ir.mutation(mutation).receiver,
                Value::Call { callee, .. } => match ir.value(ir.bare(callee)) {
                    Value::Attr { of, .. } => of,
                    _ => return false,
                },
                _ => return false,
            },
            EffectKind::Delete(value) => match ir.value(ir.bare(value)) {
                Value::Index { of, .. } => of,
                _ => return false,
            },
            _ => return false,
        };
        let mut at = ir.bare(on);
        for _ in 0..DEEPEST {
            at = match ir.value(at) {
                Value::Mutate(mutation) => ir.bare(ir.mutation(mutation).receiver),
                Value::Attr { name, .. } => return ir.str(name) == "fields",
                _ => return false,
            };
        }
        false
    }

    /// What `get_readonly_fields` of an admin keeps from being set: by everybody, or by some.
    pub(crate) fn read_only_for(&self, of: ClassRef, fields: &mut Fields, ask: &Rc<Ask>) {
        let Some((file, function)) = self.method(of, "get_readonly_fields") else { return };
        let Some(result) = self.ir(file).function(function).result else { return };
        let frame = self.entry(file, function, Some(of), ask, None);
        let mut named = Vec::new();
        self.names_when(&frame, result, &Formula::Always, &mut named, 0);
        let mut found: Vec<(String, Taken, Formula)> = Vec::new();
        for (name, when) in named {
            match found.iter_mut().find(|(known, ..)| *known == name) {
                Some((.., formula)) => *formula = formula.clone().or(when),
                None => found.push((name, Taken::Write, when)),
            }
        }
        take(found, fields);
    }

    /// The texts of a list that code puts together, each with for whom it is in there.
    fn names_when(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        when: &Formula,
        found: &mut Vec<(String, Formula)>,
        depth: usize,
    ) {
        if depth > DEEPEST || !self.step() {
            return;
        }
        let ir = self.ir(frame.file);
        let bare = ir.bare(value);
        if let Some(names) = self.strings(frame, bare) {
            found.extend(names.into_iter().map(|name| (name, when.clone())));
            return;
        }
        let mut again = |value: ValueId, asked: Formula| {
            let asked = match is_about_people(&asked) || asked == Formula::Never {
                true => asked,
                false => Formula::Always,
            };
            match when.clone().and(asked) {
                Formula::Never => {}
                when => self.names_when(frame, value, &when, found, depth + 1),
            }
        };
        match ir.value(bare) {
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                for item in &ir.items[items] {
                    again(item.value, Formula::Always);
                }
            }
            Value::Binary { left, right, .. } => {
                again(left, Formula::Always);
                again(right, Formula::Always);
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                again(mutation.receiver, Formula::Always);
                if matches!(
                    mutation.op,
                    Mutator::InPlace(BinaryOp::Add)
                        | Mutator::Append
                        | Mutator::Extend
                        | Mutator::Add
                        | Mutator::Update
                ) {
                    ir.args[mutation.args].iter().for_each(|arg| again(arg.value, Formula::Always));
                }
            }
            Value::Gamma { test, then, otherwise } => {
                let test = self.formula(frame, test);
                again(then, test.clone());
                again(otherwise, test.negated());
            }
            Value::Join { ways, .. } => {
                for way in &ir.ways[ways] {
                    if let Some(path) = self.path(frame, way.path, true) {
                        again(way.value, path);
                    }
                }
            }
            Value::Call { callee, args } => {
                if let Value::Attr { of, name } = ir.value(ir.bare(callee))
                    && self.is_super(frame.file, of)
                    && let Some(receiver) = frame.receiver
                {
                    let name = ir.str(name);
                    let next = self.next_method(frame, name);
                    if let Some((file, function)) = next
                        && let Some(inner) =
                            self.enter(frame, (file, function), frame.receiver, true, args)
                        && let Some(result) = self.ir(file).function(function).result
                    {
                        self.names_when(&inner, result, when, found, depth + 1);
                    } else if let Some(of) = name.strip_prefix("get_")
                        && let Some(member) = self.project.lookup_member(receiver, of)
                    {
                        let outside = self.outside(member.class.0, &frame.ask);
                        self.names_when(&outside, member.value, when, found, depth + 1);
                    }
                    return;
                }
                // `list(self.readonly_fields)`
                if let [only] = &ir.args[args] {
                    again(only.value, Formula::Always);
                }
            }
            _ => {}
        }
    }
}

/// Takes fields away, from everybody or from some.
fn take(found: Vec<(String, Taken, Formula)>, fields: &mut Fields) {
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

impl Reader<'_> {
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

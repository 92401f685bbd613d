//! Which model an expression names: by its name, by a call that gives one, or one that is not in the tree.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{ClassId, Part, Value, ValueId};
use bartizan_project::{Entity, FileId};

use crate::formula::Formula;
use crate::reader::{Bound, Callee, Frame, Reader};
use crate::scope::Query;

/// Functions and ways inside each other beyond which no model is looked for.
const MOST_CHOICES: usize = 6;

impl Reader<'_> {
    /// The model that an expression names.
    pub(crate) fn model_class(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
    ) -> Option<(FileId, ClassId)> {
        let ir = self.ir(frame.file);
        let bare = ir.bare(value);
        if let Value::Param(index) = ir.value(bare)
            && let Bound::Value(around, value) = self.param(frame, index)
        {
            return self.model_class(&around, value);
        }
        // `self.get_model()` of an authentication class, where the project does not say otherwise.
        if let Value::Call { callee, .. } = ir.value(bare)
            && let Value::Attr { of, name } = ir.value(ir.bare(callee))
            && ir.str(name) == "get_model"
            && self.is_itself(frame, of)
            && let Some(member) = self.project.lookup_member(frame.receiver?, "model")
        {
            return match self.project.definition(member.class.0, member.value) {
                Entity::Class(file, class) => self.models.name(file, class).map(|_| (file, class)),
                _ => None,
            };
        }
        // `for model in MODELS:` — what holds of one of them holds of the others.
        if let Value::Elem { of, which: Part::Each } = ir.value(bare) {
            return self.model_of_each(frame, of, 0);
        }
        if let Some((file, at)) = self.own_attribute(frame, bare) {
            return match self.project.definition(file, at) {
                Entity::Class(file, class) => self.models.name(file, class).map(|_| (file, class)),
                _ => None,
            };
        }
        match self.project.definition(frame.file, bare) {
            Entity::Class(file, class) => self.models.name(file, class).map(|_| (file, class)),
            // `Order = get_order_model()`, of a module.
            Entity::Value(file, at)
                if let Value::Call { .. } = self.ir(file).value(self.ir(file).bare(at)) =>
            {
                match (file, at) == (frame.file, bare) {
                    true => self.model_given(frame, at, 0),
                    false => self.model_given(&self.outside(file, &frame.ask), at, 0),
                }
            }
            _ => None,
        }
    }

    /// One of the models that a list holds.
    fn model_of_each(
        &self,
        frame: &Rc<Frame>,
        list: ValueId,
        depth: usize,
    ) -> Option<(FileId, ClassId)> {
        if depth > MOST_CHOICES || !self.step() {
            return None;
        }
        let ir = self.ir(frame.file);
        let bare = ir.bare(list);
        match ir.value(bare) {
            Value::List(items) | Value::Tuple(items) => {
                ir.items[items].iter().find_map(|item| self.model_class(frame, item.value))
            }
            Value::Gamma { then, otherwise, .. } => self
                .model_of_each(frame, then, depth + 1)
                .or_else(|| self.model_of_each(frame, otherwise, depth + 1)),
            Value::Join { ways, .. } => {
                ir.ways[ways].iter().find_map(|way| self.model_of_each(frame, way.value, depth + 1))
            }
            _ => match self.project.definition(frame.file, bare) {
                Entity::Value(file, at) if (file, at) != (frame.file, bare) => {
                    self.model_of_each(&self.outside(file, &frame.ask), at, depth + 1)
                }
                _ => None,
            },
        }
    }

    /// The model that a call gives: `apps.get_model("shop", "Order")`, or a function of the project that
    /// chooses one.
    fn model_given(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        depth: usize,
    ) -> Option<(FileId, ClassId)> {
        if depth > MOST_CHOICES || !self.step() {
            return None;
        }
        let ir = self.ir(frame.file);
        let bare = ir.bare(value);
        let again = |value: ValueId| self.model_given(frame, value, depth + 1);
        match ir.value(bare) {
            Value::Call { callee, args } => {
                if let Value::Attr { name, .. } = ir.value(ir.bare(callee))
                    && ir.str(name) == "get_model"
                {
                    let named = ir.args[args].last()?.value;
                    let named = self.strings(frame, named)?.pop()?;
                    return self.models.class(named.rsplit('.').next()?);
                }
                let Callee::Project { file, function, receiver, bound } = self.callee(frame, bare)
                else {
                    return None;
                };
                let result = self.ir(file).function(function).result?;
                let inner = self.enter(frame, (file, function), receiver, bound, args)?;
                self.model_given(&inner, result, depth + 1)
            }
            Value::Gamma { then, otherwise, .. } => again(then).or_else(|| again(otherwise)),
            Value::Join { ways, .. } => ir.ways[ways].iter().find_map(|way| again(way.value)),
            Value::Logic { values, .. } => ir.ids[values].iter().find_map(|way| again(*way)),
            _ => match self.project.definition(frame.file, bare) {
                Entity::Class(file, class) => self.models.name(file, class).map(|_| (file, class)),
                _ => None,
            },
        }
    }

    pub(crate) fn outer_model(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Arc<str>> {
        let ir = self.ir(frame.file);
        let bare = ir.bare(value);
        if let Entity::External(symbol) = self.project.definition(frame.file, bare) {
            let dotted = self.project.symbol(symbol);
            let last = dotted.rsplit('.').next()?;
            let is_model = dotted.contains(".models.") && last.starts_with(char::is_uppercase);
            return is_model.then(|| Arc::from(last));
        }
        if let Value::Call { callee, .. } = ir.value(bare)
            && let called = self.text(frame, callee)
            && let Some(name) = called.strip_prefix("get_").and_then(|it| it.strip_suffix("_model"))
            && !matches!(self.callee(frame, bare), Callee::Project { .. })
        {
            return Some(Arc::from(camel(name)));
        }
        match self.project.definition(frame.file, bare) {
            Entity::Value(file, at) if (file, at) != (frame.file, bare) => {
                self.outer_model(&self.outside(file, &frame.ask), at)
            }
            _ => None,
        }
    }

    pub(crate) fn all_of(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Query> {
        if let Some((file, class)) = self.model_class(frame, value) {
            let model = Arc::from(self.models.name(file, class)?);
            return Some(Query { model, formula: Formula::Always });
        }
        let model = self.outer_model(frame, value)?;
        Some(Query { model, formula: Formula::Always })
    }
}

/// `application` as the name of a class.
pub(crate) fn camel(name: &str) -> String {
    let word = |word: &str| {
        let mut signs = word.chars();
        let first = signs.next().map(|sign| sign.to_ascii_uppercase());
        first.into_iter().chain(signs).collect::<String>()
    };
    name.split('_').map(word).collect()
}

//! What rows say of themselves: methods of models, and lists that they give of what somebody may.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{Arg, BinaryOp, Mutator, Run, Value, ValueId};
use bartizan_project::{ClassRef, Entity};

use crate::formula::Formula;
use crate::reader::{Bound, Callee, Frame, Reader, Site};
use crate::scope::Query;

/// Lists inside each other beyond which none is followed.
const DEEPEST: usize = 10;

/// What is known of who comes, however a project says it.
const KNOWN_OF_USERS: &[&str] = &[
    "has_perm",
    "has_perms",
    "has_module_perms",
    "is_authenticated",
    "is_anonymous",
    "is_staff",
    "is_superuser",
    "is_active",
];

impl Reader<'_> {
    /// The rows of which an expression is one: `order`, `order.customer`.
    pub(crate) fn row(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Query> {
        self.row_within(frame, value, 0)
    }

    fn row_within(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> Option<Query> {
        if depth > DEEPEST || !self.step() {
            return None;
        }
        let ir = self.ir(frame.file);
        let bare = ir.bare(value);
        let again = |value: ValueId| self.row_within(frame, value, depth + 1);
        if let Some(query) = self.query(frame, bare) {
            return Some(query);
        }
        match ir.value(bare) {
            Value::Attr { of, name } if !self.is_itself(frame, of) => {
                let holder = again(of)?;
                let model = self.models.leads_to(self.project, &holder.model, ir.str(name))?;
                Some(Query { model: Arc::from(model), formula: Formula::Always })
            }
            Value::Param(index) => match self.param(frame, index) {
                Bound::Value(around, value) => self.row_within(&around, value, depth + 1),
                Bound::Text(text) if frame.ask.model.as_deref() == Some(&*text) => {
                    Some(Query { model: text, formula: Formula::Always })
                }
                _ => None,
            },
            // Whichever it is, it is one of the same model.
            Value::Gamma { test, then, otherwise } => match self.formula(frame, test) {
                Formula::Always => again(then),
                Formula::Never => again(otherwise),
                _ => alike([again(then)?, again(otherwise)?]),
            },
            Value::Join { ways, .. } => {
                let is_taken = |way: &&bartizan_ir::Way| {
                    self.path(frame, way.path, false) != Some(Formula::Never)
                        && ir.value(ir.bare(way.value)) != Value::None
                };
                let taken = ir.ways[ways].iter().filter(is_taken).map(|way| again(way.value));
                alike(taken.collect::<Option<Vec<Query>>>()?)
            }
            _ => None,
        }
    }

    /// The run of a method that the model of a row has itself.
    pub(crate) fn row_method(
        &self,
        frame: &Rc<Frame>,
        of: ValueId,
        name: &str,
        args: Run<Arg>,
    ) -> Option<Rc<Frame>> {
        // Most calls are of methods that no model has.
        if !self.models.has_method(name) || !self.step() {
            return None;
        }
        let row = match self.row(frame, of) {
            Some(row) => row,
            None => return self.user_method(frame, of, name, args),
        };
        let (file, class) = self.models.class(&row.model)?;
        let method = self.method(ClassRef::Project(file, class), name)?;
        if self.is_static(method.0, method.1) {
            return None;
        }
        self.enter_on(frame, method, row, args)
    }

    /// The run of a method that the project's model of users has, on who comes.
    fn user_method(
        &self,
        frame: &Rc<Frame>,
        of: ValueId,
        name: &str,
        args: Run<Arg>,
    ) -> Option<Rc<Frame>> {
        if KNOWN_OF_USERS.contains(&name) || self.text(frame, of) != "request.user" {
            return None;
        }
        let (file, class) = self.models.class(&self.user_name())?;
        let method = self.method(ClassRef::Project(file, class), name)?;
        if self.is_static(method.0, method.1) {
            return None;
        }
        let inner = self.enter(frame, method, None, true, args)?;
        Some(self.rebound(&inner, Bound::Text(Arc::from("request.user"))))
    }

    /// The run of a property that the model of a row has: `order.is_open`.
    pub(crate) fn row_property(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Rc<Frame>> {
        let ir = self.ir(frame.file);
        let Value::Attr { of, name } = ir.value(ir.bare(value)) else { return None };
        let inner = self.row_method(frame, of, ir.str(name), Run::EMPTY)?;
        let ir = self.ir(inner.file);
        let mut decorators = ir.ids[ir.function(inner.function).decorators].iter();
        let is_property = decorators.any(|by| match ir.value(ir.bare(*by)) {
            Value::Global { name, .. } | Value::Import { name: Some(name), .. } => {
                ir.str(name).ends_with("property")
            }
            Value::Attr { name, .. } => ir.str(name).ends_with("property"),
            _ => false,
        });
        is_property.then_some(inner)
    }

    /// When something is in a list that code puts together: what somebody may, say.
    pub(crate) fn held_in(
        &self,
        frame: &Rc<Frame>,
        words: &str,
        list: ValueId,
        place: Site,
        depth: usize,
    ) -> Option<Formula> {
        if depth > DEEPEST || !self.step() {
            return None;
        }
        let ir = self.ir(frame.file);
        let again = |list: ValueId| self.held_in(frame, words, list, place, depth + 1);
        let is_item = |item: ValueId| self.equal(frame, words, &self.text(frame, item), place);
        match ir.value(ir.bare(list)) {
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                let parts: Option<Vec<Formula>> = ir.items[items]
                    .iter()
                    .map(|item| match item.spread {
                        true => again(item.value),
                        false => Some(is_item(item.value)),
                    })
                    .collect();
                Some(Formula::any(parts?))
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                let base = again(mutation.receiver)?;
                let [added] = &ir.args[mutation.args] else { return None };
                match mutation.op {
                    Mutator::Append | Mutator::Add => Some(base.or(is_item(added.value))),
                    Mutator::Extend
                    | Mutator::Update
                    | Mutator::InPlace(BinaryOp::Add | BinaryOp::BitOr) => {
                        Some(base.or(again(added.value)?))
                    }
                    _ => None,
                }
            }
            Value::Binary { op: BinaryOp::Add | BinaryOp::BitOr, left, right } => {
                Some(again(left)?.or(again(right)?))
            }
            Value::Gamma { test, then, otherwise } => match self.formula(frame, test) {
                Formula::Always => again(then),
                Formula::Never => again(otherwise),
                test => {
                    let then = test.clone().and(again(then)?);
                    Some(then.or(test.negated().and(again(otherwise)?)))
                }
            },
            Value::Join { ways, .. } => {
                let mut parts = Vec::new();
                for way in &ir.ways[ways] {
                    match self.path(frame, way.path, false)? {
                        Formula::Never => {}
                        path => parts.push(path.and(again(way.value)?)),
                    }
                }
                Some(Formula::any(parts))
            }
            // `[group.pk for group in groups]` tells rows, and is asked as these are.
            Value::Comp(comp) if self.rows_of_keys(frame.file, list).is_none() => {
                self.among_each(frame, words, comp, place)
            }
            Value::Mu { .. } => self.among_appended(frame, words, list, place),
            Value::Param(index) => match self.param(frame, index) {
                Bound::Value(around, value) => {
                    self.held_in(&around, words, value, place, depth + 1)
                }
                _ => None,
            },
            Value::Call { callee, args } => {
                let bare = ir.bare(list);
                if let [only] = &ir.args[args]
                    && matches!(
                        self.text(frame, callee).as_str(),
                        "list" | "set" | "tuple" | "frozenset" | "sorted"
                    )
                {
                    // `list(Right)`: all that there are.
                    return match self.project.definition(frame.file, only.value) {
                        Entity::Class(..) => Some(Formula::Always),
                        _ => again(only.value),
                    };
                }
                let of_row = match ir.value(ir.bare(callee)) {
                    Value::Attr { of, name } => self.row_method(frame, of, ir.str(name), args),
                    _ => None,
                };
                let inner = of_row.or_else(|| match self.callee(frame, bare) {
                    Callee::Project { file, function, receiver, bound } => {
                        self.enter(frame, (file, function), receiver, bound, args)
                    }
                    _ => None,
                })?;
                let record = self.ir(inner.file).function(inner.function);
                if record.is_generator {
                    return None;
                }
                self.held_in(&inner, words, record.result?, place, depth + 1)
            }
            _ => None,
        }
    }
}

/// One row of several of the same model.
fn alike(rows: impl IntoIterator<Item = Query>) -> Option<Query> {
    let mut rows = rows.into_iter();
    let first = rows.next()?;
    let model = Arc::clone(&first.model);
    rows.all(|row| row.model == model).then_some(Query { model, formula: Formula::Always })
}

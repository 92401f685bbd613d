//! Permissions that a project decides by predicates: `rules.add_perm("shop.refund", is_clerk | is_owner)`.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{BinaryOp, UnaryOp, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::formula::{ACTIVE, Formula, LOGIN, STAFF, SUPERUSER};
use crate::permissions::app_label;
use crate::reader::{Ask, Bound, Frame, Reader};

/// Calls that bind a permission to a predicate.
const BINDING: &[&str] = &["add_perm", "set_perm", "add_rule", "set_rule"];

/// Where a model binds its permissions itself.
const OF_MODEL: &str = "rules_permissions";

/// Predicates inside each other beyond which none is followed.
const DEEPEST: usize = 12;

/// Whether a project binds permissions to predicates at all.
pub(crate) fn are_in(project: &bartizan_project::Project) -> bool {
    project.files().any(|file| {
        let strings = &project.ir(file).strings;
        BINDING.iter().chain([&OF_MODEL]).any(|name| strings.find(name).is_some())
    })
}

impl Reader<'_> {
    /// The permissions that are bound to predicates, and when each is granted: asked of `obj`.
    pub(crate) fn granted(&self) -> BTreeMap<String, Formula> {
        self.begin();
        let ask = Rc::new(Ask::default());
        let mut found = BTreeMap::new();
        for file in self.project.files() {
            let ir = self.ir(file);
            if BINDING.iter().all(|name| ir.strings.find(name).is_none()) {
                continue;
            }
            let frame = self.outside(file, &ask);
            for value in &ir.values {
                let Value::Call { callee, args } = value else { continue };
                let Entity::External(symbol) = self.project.definition(file, *callee) else {
                    continue;
                };
                let dotted = self.project.symbol(symbol);
                let last = dotted.rsplit('.').next().unwrap_or(dotted);
                if !dotted.starts_with("rules.") || !BINDING.contains(&last) {
                    continue;
                }
                let [name, by, ..] = &ir.args[*args] else { continue };
                let Some(names) = self.strings(&frame, name.value) else { continue };
                self.refuel();
                for name in names {
                    found.insert(name, self.predicate(&frame, by.value, 0));
                }
            }
        }
        self.granted_by_models(&ask, &mut found);
        found
    }

    /// `rules_permissions = {"change": is_clerk}` in the `Meta` of a model.
    fn granted_by_models(&self, ask: &Rc<Ask>, found: &mut BTreeMap<String, Formula>) {
        for (file, class) in self.project.classes().iter().copied() {
            let ir = self.ir(file);
            if ir.strings.find(OF_MODEL).is_none() || self.models.name(file, class).is_none() {
                continue;
            }
            let of = ClassRef::Project(file, class);
            let Some(meta) = self.project.lookup_member(of, "Meta") else { continue };
            let Entity::Class(at, meta) = self.project.definition(meta.class.0, meta.value) else {
                continue;
            };
            let meta = ClassRef::Project(at, meta);
            let Some(member) = self.project.lookup_member(meta, OF_MODEL) else { continue };
            let file = member.class.0;
            let there = self.ir(file);
            let Value::Dict(pairs) = there.value(there.bare(member.value)) else { continue };
            let label = app_label(self.project.module_name(file));
            let model = ir.str(ir.class(class).name).to_lowercase();
            let frame = self.outside(file, ask);
            for pair in &there.pairs[pairs] {
                let Some(key) = pair.key.and_then(|key| self.strings(&frame, key)) else {
                    continue;
                };
                self.refuel();
                for key in key {
                    let by = self.predicate(&frame, pair.value, 0);
                    found.insert(format!("{label}.{key}_{model}"), by);
                }
            }
        }
    }

    /// When a predicate says yes.
    fn predicate(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> Formula {
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        let place = (frame.file, ir.span(value));
        if depth > DEEPEST || !self.step() {
            return self.atom(self.text(frame, value), place);
        }
        let again = |value: ValueId| self.predicate(frame, value, depth + 1);
        match ir.value(value) {
            Value::Binary { op: BinaryOp::BitOr, left, right } => again(left).or(again(right)),
            Value::Binary { op: BinaryOp::BitAnd, left, right } => again(left).and(again(right)),
            Value::Unary { op: UnaryOp::Invert, of } => again(of).negated(),
            // `predicate(is_clerk)`, `is_group_member("clerks")`
            Value::Call { callee, args } => match (&ir.args[args], self.text(frame, callee)) {
                ([only], name) if name == "predicate" || name == "Predicate" => again(only.value),
                _ => self.atom(self.text(frame, value), place),
            },
            _ => match self.project.definition(frame.file, value) {
                Entity::Function(file, function) => self.asked_by(file, function, frame),
                Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                    self.predicate(&self.outside(file, &frame.ask), at, depth + 1)
                }
                Entity::External(symbol) => {
                    let dotted = self.project.symbol(symbol);
                    match dotted.rsplit('.').next().unwrap_or(dotted) {
                        "is_authenticated" => self.atom(LOGIN, place),
                        "is_superuser" => self.atom(SUPERUSER, place),
                        "is_staff" => self.atom(STAFF, place),
                        "is_active" => self.atom(ACTIVE, place),
                        "always_allow" | "always_true" => Formula::Always,
                        "always_deny" | "always_false" => Formula::Never,
                        name => self.atom(name, place),
                    }
                }
                _ => self.atom(self.text(frame, value), place),
            },
        }
    }

    /// What a predicate of the project asks of the user and the object.
    fn asked_by(
        &self,
        file: FileId,
        function: bartizan_ir::FunctionId,
        frame: &Rc<Frame>,
    ) -> Formula {
        let ir = self.ir(file);
        let params = &ir.params[ir.function(function).params];
        let mut bound: Vec<Bound> = Vec::new();
        for param in params {
            bound.push(match (ir.str(param.name), bound.len()) {
                ("self", 0) => Bound::Unknown,
                ("user" | "u", _) | (_, 0) => Bound::Text(Arc::from("request.user")),
                _ => Bound::Text(Arc::from("obj")),
            });
        }
        self.result(&self.with(file, function, None, &frame.ask, bound, 0))
    }
}

//! Which rows a query gives: the conditions on the way from the model to what is fetched.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{Arg, ArgKind, BinaryOp, EffectKind, Mutator, Run, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::conditions::is_about_people;
use crate::formula::Formula;
use crate::models::USER;
use crate::permitted::OF_USER;
use crate::reader::{Bound, Callee, Frame, Reader};

/// The rows of a model for which a condition holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query {
    /// The model's name.
    pub model: Arc<str>,
    /// Which rows.
    pub formula: Formula,
}

/// Chains longer than this are not followed.
const LONGEST: usize = 60;

/// Methods of a queryset that leave out no row.
const NEUTRAL: &[&str] = &[
    "all",
    "select_related",
    "prefetch_related",
    "order_by",
    "annotate",
    "only",
    "defer",
    "distinct",
    "values",
    "values_list",
    "using",
    "iterator",
    "aiterator",
    "count",
    "acount",
    "exists",
    "aexists",
    "first",
    "afirst",
    "last",
    "alast",
    "latest",
    "earliest",
    "aggregate",
    "aaggregate",
    "update",
    "aupdate",
    "delete",
    "adelete",
    "reverse",
    "alias",
    "dates",
    "datetimes",
    "select_for_update",
    "in_bulk",
    "explain",
    "extra",
    "as_manager",
    "get_queryset",
    "db_manager",
    "contains",
];

/// Methods that choose rows by conditions.
const CHOOSING: &[&str] =
    &["filter", "get", "aget", "get_or_none", "get_subclass", "exclude", "complex_filter"];

/// Relations that every user of Django has, and what they lead to.
const OF_USERS: &[(&str, &str)] = &[("groups", "Group"), ("user_permissions", "Permission")];

/// What fetches one row.
const FETCHING_ONE: &[&str] = &[
    "get",
    "aget",
    "first",
    "afirst",
    "last",
    "alast",
    "latest",
    "earliest",
    "get_object_or_404",
    "aget_object_or_404",
];

/// Parts of the names of fields that open what they are known of.
const SECRETS: &[&str] = &["secret", "token", "signature", "hmac", "nonce", "password", "api_key"];

/// Whether a field of this name holds what its owner alone knows.
pub(crate) fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|word| name.contains(word))
}

impl Reader<'_> {
    /// The query that an expression is, if it is one.
    pub(crate) fn query(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Query> {
        self.query_within(frame, value, 0)
    }

    fn query_within(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> Option<Query> {
        let kept = Rc::clone(&self.kept.borrow());
        if let Some(known) = kept.queries.get(frame, value) {
            return known;
        }
        let cuts = self.cuts.get();
        let found = self.query_anew(frame, value, depth);
        if self.is_whole(cuts) {
            kept.queries.put(frame, value, found.clone());
        }
        found
    }

    fn query_anew(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> Option<Query> {
        let deeper = self.deeper();
        if deeper.is_none() || depth > LONGEST || !self.step() {
            self.cut();
            return None;
        }
        let ir = self.ir(frame.file);
        let again = |value: ValueId| self.query_within(frame, value, depth + 1);
        match ir.value(value) {
            Value::Pi { of, .. } | Value::Await(of) | Value::Index { of, .. } => again(of),
            Value::Param(index) => match self.param(frame, index) {
                Bound::Query(query) => Some(query),
                Bound::Value(around, value) => self.query_within(&around, value, depth + 1),
                _ => None,
            },
            Value::Gamma { test, then, otherwise } => {
                let test = self.formula(frame, test);
                match test {
                    Formula::Always => return again(then),
                    Formula::Never => return again(otherwise),
                    _ => {}
                }
                let either = |value: ValueId| again(value).or_else(|| self.handed_on(frame, value));
                let (then, otherwise) = (either(then)?, either(otherwise)?);
                let is_told = is_about_people(&test)
                    || differ_by_person(&[&then.formula, &otherwise.formula]);
                let (one, other) = match is_told {
                    true => (test.clone(), test.negated()),
                    false => (Formula::Always, Formula::Always),
                };
                let formula = one.and(then.formula).or(other.and(otherwise.formula));
                Some(Query { model: then.model, formula })
            }
            Value::Join { ways, .. } => {
                let mut model = None;
                let mut parts = Vec::new();
                for way in &ir.ways[ways] {
                    // What comes of an exception is nothing that was fetched.
                    let Some(path) = self.path(frame, way.path, true) else { continue };
                    if path == Formula::Never {
                        continue;
                    }
                    let found = again(way.value).or_else(|| self.handed_on(frame, way.value))?;
                    model.get_or_insert(found.model);
                    parts.push((way.path, path, found.formula));
                }
                let formulas: Vec<&Formula> = parts.iter().map(|(_, _, rows)| rows).collect();
                let is_told = differ_by_person(&formulas);
                let formula = Formula::any(parts.into_iter().map(|(at, path, rows)| {
                    // Whatever chooses between everybody's rows and one's own guards them.
                    let whole = is_told.then(|| self.path(frame, at, false)).flatten();
                    whole.unwrap_or(path).and(rows)
                }));
                Some(Query { model: model?, formula })
            }
            Value::Mu { init, .. } => again(init),
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                let base = again(mutation.receiver)?;
                match (mutation.op, &ir.args[mutation.args]) {
                    (Mutator::InPlace(BinaryOp::BitOr), [arg]) => {
                        let other = again(arg.value)?;
                        Some(Query { formula: base.formula.or(other.formula), ..base })
                    }
                    (Mutator::InPlace(BinaryOp::BitAnd), [arg]) => {
                        let other = again(arg.value)?;
                        Some(Query { formula: base.formula.and(other.formula), ..base })
                    }
                    _ => Some(base),
                }
            }
            Value::Binary { op: op @ (BinaryOp::BitOr | BinaryOp::BitAnd), left, right } => {
                let (left, right) = (again(left)?, again(right)?);
                let formula = match op {
                    BinaryOp::BitOr => left.formula.or(right.formula),
                    _ => left.formula.and(right.formula),
                };
                Some(Query { model: left.model, formula })
            }
            Value::Attr { of, name } => self.manager(frame, value, of, ir.str(name), depth),
            Value::Call { callee, args } => self.chain(frame, value, callee, args, depth),
            Value::Global { .. } | Value::Import { .. } => {
                match self.project.definition(frame.file, value) {
                    Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                        let outside = self.outside(file, &frame.ask);
                        self.query_within(&outside, at, depth + 1)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The rows that are handed to code that is not followed, and that is taken to hand them on.
    fn handed_on(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Query> {
        let ir = self.ir(frame.file);
        let Value::Call { args, .. } = ir.value(ir.bare(value)) else { return None };
        let [first, ..] = &ir.args[args] else { return None };
        matches!(first.kind, ArgKind::Positional).then(|| self.query(frame, first.value))?
    }

    /// `Order.objects`, `request.user.orders`
    fn manager(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        of: ValueId,
        name: &str,
        depth: usize,
    ) -> Option<Query> {
        if let Some((file, at)) = self.own_attribute(frame, value) {
            // A property is what it returns.
            if let Entity::Function(file, function) = self.project.definition(file, at) {
                return self.returned(frame, (file, function), frame.receiver, Run::EMPTY, depth);
            }
            return self.query_within(&self.outside(file, &frame.ask), at, depth + 1);
        }
        if let Some((file, class)) = self.model_class(frame, of) {
            let model: Arc<str> = Arc::from(self.models.name(file, class)?);
            let everything = Query { model: Arc::clone(&model), formula: Formula::Always };
            let member = self.project.lookup_member(ClassRef::Project(file, class), name);
            let Some(member) = member else {
                return match name {
                    "objects" | "_default_manager" | "_base_manager" => Some(everything),
                    _ => None,
                };
            };
            // What the manager's own `get_queryset` leaves out.
            let ir = self.ir(member.class.0);
            let Value::Call { callee, .. } = ir.value(ir.bare(member.value)) else { return None };
            let made = match ir.value(ir.bare(callee)) {
                // `OrderQuerySet.as_manager()`, `Manager.from_queryset(OrderQuerySet)()`
                Value::Attr { of, .. } => of,
                _ => callee,
            };
            return match self.project.definition(member.class.0, made) {
                Entity::Class(file, class) => {
                    let of = ClassRef::Project(file, class);
                    match self.method(of, "get_queryset") {
                        Some(method) => {
                            let params = vec![Bound::Query(everything.clone())];
                            let inner = self.with(
                                method.0,
                                method.1,
                                Some(of),
                                &frame.ask,
                                params,
                                frame.depth + 1,
                            );
                            let result = self.ir(method.0).function(method.1).result?;
                            self.query_within(&inner, result, depth + 1).or(Some(everything))
                        }
                        None => Some(everything),
                    }
                }
                _ => Some(everything),
            };
        }
        if matches!(name, "objects" | "_default_manager")
            && let Some(query) = self.all_of(frame, of)
        {
            return Some(query);
        }
        // The other side of a relation.
        let holder = match self.models.is_shared(name) {
            true => match self.row(frame, of) {
                Some(row) => Some(row.model),
                None if self.text(frame, of) == "request.user" => Some(Arc::from(self.user_name())),
                None => None,
            },
            false => None,
        };
        let holder = holder.as_deref();
        let holder = match holder == Some(&self.user_name()) {
            true if self.models.leads_to_user(name) => Some(USER),
            _ => holder,
        };
        // What Django's users have: the groups of whoever asks.
        if let Some((_, group)) = OF_USERS.iter().find(|(known, _)| *known == name)
            && !self.models.leads_to_user(name)
            && self.text(frame, of) == "request.user"
        {
            let place = (frame.file, self.ir(frame.file).span(value));
            let formula = self.atom(format!("{group}.user=request.user"), place);
            return Some(Query { model: Arc::from(*group), formula });
        }
        let Some((model, field)) = self.models.related(name, holder).cloned() else {
            // All that a row holds: which rows are reached so, the row tells.
            if !self.models.holds_many(name) {
                return None;
            }
            let row = self.query_within(frame, of, depth + 1)?;
            let model = Arc::from(format!("{}.{name}", row.model));
            return Some(Query { model, formula: row.formula });
        };
        let place = (frame.file, self.ir(frame.file).span(value));
        let owner = self.text(frame, of);
        if owner == "self" || owner.starts_with('?') {
            return None;
        }
        let formula = self.atom(format!("{model}.{field}={owner}"), place);
        let inherited = match self.query_within(frame, of, depth + 1) {
            Some(query) => query.formula,
            None => Formula::Always,
        };
        Some(Query { model: Arc::from(model), formula: formula.and(inherited) })
    }

    fn chain(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        callee: ValueId,
        args: Run<Arg>,
        depth: usize,
    ) -> Option<Query> {
        let ir = self.ir(frame.file);
        let given = &ir.args[args];
        if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
            let name = ir.str(name);
            let is_own = self.is_itself(frame, of)
                && !matches!(self.itself(frame, of), Some(Bound::Query(_)));
            if self.is_super(frame.file, of) {
                return match self.next_method(frame, name) {
                    Some(method) => self.returned(frame, method, frame.receiver, args, depth),
                    None => self.inherited(frame, name, given, depth),
                };
            }
            if is_own {
                let receiver = frame.receiver?;
                return match self.method(receiver, name) {
                    Some(method) => self.returned(frame, method, Some(receiver), args, depth),
                    None => self.inherited(frame, name, given, depth),
                };
            }
            if let Some(base) = self.query_within(frame, of, depth + 1) {
                return self.narrowed(frame, value, base, name, args, depth);
            }
        }
        if let Some((of, name)) = self.got_attribute(frame, value) {
            return self.manager(frame, value, of, &name, depth);
        }
        match self.callee(frame, value) {
            Callee::External(dotted) => {
                let last = dotted.rsplit('.').next().unwrap_or(&dotted);
                let is_shortcut = matches!(
                    last,
                    "get_object_or_404"
                        | "get_list_or_404"
                        | "aget_object_or_404"
                        | "aget_list_or_404"
                );
                if last == OF_USER {
                    return self.permitted(frame, value, given);
                }
                if !is_shortcut {
                    return None;
                }
                let first = given.first()?.value;
                let base = self
                    .query_within(frame, first, depth + 1)
                    .or_else(|| self.all_of(frame, first))?;
                let conditions = self.conditions(frame, &base.model, &given[1..]);
                Some(Query { formula: base.formula.and(conditions), ..base })
            }
            Callee::Project { file, function, receiver, bound } => {
                let _ = bound;
                self.returned(frame, (file, function), receiver, args, depth)
            }
            _ => None,
        }
    }

    fn itself(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Bound> {
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(value)) {
            Value::Param(index) => Some(self.param(frame, index)),
            _ => None,
        }
    }

    /// The query that a function of the project returns.
    fn returned(
        &self,
        frame: &Rc<Frame>,
        method: (FileId, bartizan_ir::FunctionId),
        receiver: Option<ClassRef>,
        args: Run<Arg>,
        depth: usize,
    ) -> Option<Query> {
        let result = self.ir(method.0).function(method.1).result?;
        let is_method = self.ir(method.0).function(method.1).class.is_some();
        let inner = self.enter(frame, method, receiver, is_method, args)?;
        self.query_within(&inner, result, depth + 1)
    }

    /// What a method of a base outside the project gives.
    fn inherited(
        &self,
        frame: &Rc<Frame>,
        name: &str,
        given: &[Arg],
        depth: usize,
    ) -> Option<Query> {
        // In a manager, `super()` is the manager without what it adds.
        if let Bound::Query(base) = self.param(frame, 0) {
            return Some(base);
        }
        let filtered = |rows: Query| match frame.receiver {
            Some(of) if self.is_api(of) => self.through_backends(of, &frame.ask, rows),
            _ => rows,
        };
        match name {
            "get_queryset" | "get_object" => {
                let rows = self
                    .stored_rows(frame, depth)
                    .or_else(|| self.own_rows(frame, name == "get_object", depth))?;
                // A view of one row looks for it among those that its filters leave.
                Some(if name == "get_object" { filtered(rows) } else { rows })
            }
            "filter_queryset" => {
                let given =
                    given.iter().find_map(|arg| self.query_within(frame, arg.value, depth + 1));
                given.map(filtered)
            }
            "paginate_queryset" => self.query_within(frame, given.first()?.value, depth + 1),
            _ => None,
        }
    }

    /// The row that a method of the class keeps on the object, where no other keeps anything else
    /// there.
    pub(crate) fn stored_row(&self, frame: &Rc<Frame>, name: &str) -> Option<Query> {
        // What is kept there may be made of what is kept there.
        if self.is_storing.replace(true) {
            self.cut();
            return None;
        }
        let found = self.stored_row_of(frame, name);
        self.is_storing.set(false);
        found
    }

    fn stored_row_of(&self, frame: &Rc<Frame>, name: &str) -> Option<Query> {
        let receiver = frame.receiver?;
        let mut found: Option<Query> = None;
        for base in &self.project.mro(receiver).classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.ir(file);
            let Some(name) = ir.strings.find(name) else { continue };
            let body = ir.function(ir.class(class).body);
            for binding in &ir.bindings[body.bindings] {
                let Entity::Function(at, function) = self.project.definition(file, binding.value)
                else {
                    continue;
                };
                if at != file {
                    continue;
                }
                for effect in &ir.effects[ir.function(function).effects] {
                    let EffectKind::StoreAttr { name: stored, value, .. } = effect.kind else {
                        continue;
                    };
                    if stored != name {
                        continue;
                    }
                    let inner = match (frame.file, frame.function) == (file, function) {
                        true => Some(Rc::clone(frame)),
                        false => {
                            self.enter(frame, (file, function), Some(receiver), true, Run::EMPTY)
                        }
                    };
                    let row = self.query(&inner?, value)?;
                    if found.as_ref().is_some_and(|known| known.model != row.model) {
                        return None;
                    }
                    found = Some(row);
                }
            }
        }
        found
    }

    /// Rows that code puts where the view behind it looks for them: `self.queryset = …`.
    fn stored_rows(&self, frame: &Rc<Frame>, depth: usize) -> Option<Query> {
        let ir = self.ir(frame.file);
        ir.effects[ir.function(frame.function).effects].iter().rev().find_map(|effect| {
            let EffectKind::StoreAttr { object, name, value } = effect.kind else { return None };
            if ir.str(name) != "queryset" || !self.is_itself(frame, object) {
                return None;
            }
            self.query_within(frame, value, depth + 1)
        })
    }

    /// The rows that a class-based view is about.
    pub(crate) fn own_rows(
        &self,
        frame: &Rc<Frame>,
        is_object: bool,
        depth: usize,
    ) -> Option<Query> {
        let receiver = frame.receiver?;
        if is_object && let Some(method) = self.method(receiver, "get_queryset") {
            return self.returned(frame, method, Some(receiver), Run::EMPTY, depth);
        }
        self.class_rows(receiver, frame).or_else(|| {
            // An admin class is told its model where it is registered.
            let model = Arc::from(frame.ask.model.as_deref()?);
            Some(Query { model, formula: Formula::Always })
        })
    }

    /// What `queryset` or `model` of a class says.
    pub(crate) fn class_rows(&self, class: ClassRef, frame: &Rc<Frame>) -> Option<Query> {
        if let Some(member) = self.project.lookup_member(class, "queryset") {
            let (file, value) = (member.class.0, member.value);
            self.saw(file, self.ir(file).span(value));
            let outside = self.outside(file, &frame.ask);
            if let Some(query) = self.query(&outside, value) {
                return Some(query);
            }
        }
        let member = self.project.lookup_member(class, "model")?;
        self.all_of(&self.outside(member.class.0, &frame.ask), member.value)
    }

    /// `.filter(…)` and its like.
    fn narrowed(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        base: Query,
        name: &str,
        args: Run<Arg>,
        depth: usize,
    ) -> Option<Query> {
        let ir = self.ir(frame.file);
        let given = &ir.args[args];
        if NEUTRAL.contains(&name) {
            return Some(base);
        }
        if CHOOSING.contains(&name) {
            let conditions = match name {
                "exclude" => {
                    let asked = self.all_conditions(frame, &base.model, given);
                    match Formula::all(asked) {
                        // Rows that nobody knows are left out.
                        Formula::Always => Formula::Always,
                        asked => asked.negated(),
                    }
                }
                _ => self.conditions(frame, &base.model, given),
            };
            return Some(Query { formula: base.formula.and(conditions), ..base });
        }
        match name {
            "none" => return Some(Query { formula: Formula::Never, ..base }),
            "union" => {
                let others = given.iter().filter_map(|arg| self.query(frame, arg.value));
                let formula = Formula::any(
                    std::iter::once(base.formula.clone()).chain(others.map(|query| query.formula)),
                );
                return Some(Query { formula, ..base });
            }
            // The row that is there, or one like it.
            "get_or_create" | "update_or_create" | "aget_or_create" | "aupdate_or_create" => {
                let asked = given.iter().filter(
                    |arg| !matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == "defaults"),
                );
                let asked: Vec<Arg> = asked.copied().collect();
                let conditions = self.conditions(frame, &base.model, &asked);
                return Some(Query { formula: base.formula.and(conditions), ..base });
            }
            "create" | "acreate" | "bulk_create" | "bulk_update" | "add" | "remove" | "set"
            | "clear" | "append" | "strip" | "split" | "format" | "items" | "keys" | "save"
            | "asave" | "refresh_from_db" => return None,
            _ => {}
        }
        // A method of a queryset of the project.
        for (file, function) in self.models.manager_methods(self.project, &base.model, name) {
            if let Some(result) = self.ir(file).function(function).result
                && let Some(inner) = self.enter_on(frame, (file, function), base.clone(), args)
                && let Some(query) = self.query_within(&inner, result, depth + 1)
            {
                // What it does with who comes is told by its name, where nothing of it is understood.
                let words = || -> Vec<String> {
                    given.iter().map(|arg| self.text(frame, arg.value)).collect()
                };
                if query.formula == base.formula
                    && let words = words()
                    && words.iter().any(|word| word.contains("request.user"))
                {
                    let place = (frame.file, ir.span(value));
                    let text = format!("{}.{name}({})", base.model, words.join(", "));
                    let asked = self.atom(text, place);
                    return Some(Query { formula: query.formula.and(asked), ..query });
                }
                return Some(query);
            }
        }
        // What the row itself gives.
        if let Some((file, class)) = self.models.class(&base.model)
            && let Some(method) = self.method(ClassRef::Project(file, class), name)
        {
            let result = self.ir(method.0).function(method.1).result?;
            let inner = self.enter_on(frame, method, base, args)?;
            return self.query_within(&inner, result, depth + 1);
        }
        if name.starts_with(char::is_uppercase)
            || name.starts_with("get_")
            || name.starts_with("is_")
            || self.is_one_row(frame, value)
        {
            return None;
        }
        let words: Vec<String> = given.iter().map(|arg| self.text(frame, arg.value)).collect();
        let place = (frame.file, ir.span(value));
        let asked = self.atom(format!("{}.{name}({})", base.model, words.join(", ")), place);
        Some(Query { formula: base.formula.and(asked), ..base })
    }

    /// Whether a method is called on a row that was fetched, and not on rows that may be chosen from.
    fn is_one_row(&self, frame: &Rc<Frame>, call: ValueId) -> bool {
        let ir = self.ir(frame.file);
        let Value::Call { callee, .. } = ir.value(ir.bare(call)) else { return false };
        let Value::Attr { of, .. } = ir.value(ir.bare(callee)) else { return false };
        let Value::Call { callee, .. } = ir.value(ir.bare(of)) else { return false };
        let name = match ir.value(ir.bare(callee)) {
            Value::Attr { name, .. } | Value::Global { name, .. } => ir.str(name),
            Value::Import { name: Some(name), .. } => ir.str(name),
            _ => return false,
        };
        FETCHING_ONE.contains(&name)
    }

    /// The run of a method that rows are given as its object.
    pub(crate) fn enter_on(
        &self,
        frame: &Rc<Frame>,
        method: (FileId, bartizan_ir::FunctionId),
        on: Query,
        args: Run<Arg>,
    ) -> Option<Rc<Frame>> {
        let inner = self.enter(frame, method, None, true, args)?;
        Some(self.rebound(&inner, Bound::Query(on)))
    }
}

/// Whether some of these rows are chosen by who comes, and others are not.
fn differ_by_person(formulas: &[&Formula]) -> bool {
    let by_person = |formula: &Formula| -> Vec<_> {
        formula.atoms().into_iter().filter(|atom| atom.contains("request.user")).collect()
    };
    let Some((first, others)) = formulas.split_first() else { return false };
    let first = by_person(first);
    others.iter().any(|other| by_person(other) != first)
}

//! What conditions on rows ask: `owner=request.user`, `Q(owner=user) | Q(public=True)`, and lists of them
//! that code puts together.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{Arg, ArgKind, BinaryOp, Mutator, Run, UnaryOp, Value, ValueId};
use bartizan_project::Entity;

use crate::conditions::is_about_people;
use crate::formula::Formula;
use crate::reader::{Bound, Callee, Frame, Reader};
use crate::scope::is_secret;
use crate::validated::SENT;

/// Conditions inside each other beyond which none is told.
const LONGEST: usize = 60;

/// Names by which one row is told from the others.
const LOCATORS: &[&str] = &["pk", "id", "slug", "uuid", "pk__in", "id__in", "public_id", "uid"];

impl Reader<'_> {
    /// The conditions that choose whose rows, or which, without those that tell one row.
    pub(crate) fn conditions(&self, frame: &Rc<Frame>, model: &str, given: &[Arg]) -> Formula {
        Formula::all(self.all_conditions(frame, model, given))
    }

    pub(crate) fn all_conditions(
        &self,
        frame: &Rc<Frame>,
        model: &str,
        given: &[Arg],
    ) -> Vec<Formula> {
        let ir = self.ir(frame.file);
        let mut found = Vec::new();
        for arg in given {
            match arg.kind {
                ArgKind::Keyword(name) => {
                    found.push(self.lookup(frame, model, ir.str(name), arg.value));
                }
                ArgKind::Positional => found.push(self.q(frame, model, arg.value, 0)),
                ArgKind::DoubleStar => found.push(self.by_dict(frame, model, arg.value, 0)),
                ArgKind::Star => found.push(self.by_list(frame, model, arg.value, 0)),
            }
        }
        found
    }

    /// `filter(*conditions)`: all that code puts into the list.
    fn by_list(&self, frame: &Rc<Frame>, model: &str, list: ValueId, depth: usize) -> Formula {
        if depth > LONGEST || !self.step() {
            return Formula::Always;
        }
        let ir = self.ir(frame.file);
        let again = |list: ValueId| self.by_list(frame, model, list, depth + 1);
        match ir.value(ir.bare(list)) {
            Value::List(items) | Value::Tuple(items) => {
                Formula::all(ir.items[items].iter().map(|item| match item.spread {
                    true => again(item.value),
                    false => self.q(frame, model, item.value, depth + 1),
                }))
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                let base = again(mutation.receiver);
                match (mutation.op, &ir.args[mutation.args]) {
                    (Mutator::Append, [arg]) => {
                        base.and(self.q(frame, model, arg.value, depth + 1))
                    }
                    (Mutator::Extend | Mutator::InPlace(BinaryOp::Add), [arg]) => {
                        base.and(again(arg.value))
                    }
                    _ => base,
                }
            }
            Value::Binary { op: BinaryOp::Add, left, right } => again(left).and(again(right)),
            Value::Gamma { test, then, otherwise } => match self.formula(frame, test) {
                Formula::Always => again(then),
                Formula::Never => again(otherwise),
                test if is_about_people(&test) => {
                    let then = test.clone().and(again(then));
                    then.or(test.negated().and(again(otherwise)))
                }
                _ => again(then).or(again(otherwise)),
            },
            Value::Mu { init, .. } => again(init),
            _ => Formula::Always,
        }
    }

    /// What a function of the project gives back that is called here, and the run of it.
    fn given_back(
        &self,
        frame: &Rc<Frame>,
        call: ValueId,
        args: Run<Arg>,
    ) -> Option<(Rc<Frame>, ValueId)> {
        let call = self.ir(frame.file).bare(call);
        let Callee::Project { file, function, receiver, bound } = self.callee(frame, call) else {
            return None;
        };
        let result = self.ir(file).function(function).result?;
        let inner = self.enter(frame, (file, function), receiver, bound, args)?;
        Some((inner, result))
    }

    /// `filter(**{self.owner_field: request.user})`
    fn by_dict(&self, frame: &Rc<Frame>, model: &str, value: ValueId, depth: usize) -> Formula {
        if depth > LONGEST || !self.step() {
            return Formula::Always;
        }
        let ir = self.ir(frame.file);
        let again = |value: ValueId| self.by_dict(frame, model, value, depth + 1);
        let entry = |key: ValueId, value: ValueId| {
            let name = self.text(frame, key);
            match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
                Some(name) => self.lookup(frame, model, name, value),
                None => Formula::Always,
            }
        };
        match ir.value(ir.bare(value)) {
            Value::Dict(pairs) => Formula::all(ir.pairs[pairs].iter().map(|pair| match pair.key {
                Some(key) => entry(key, pair.value),
                None => again(pair.value),
            })),
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                let base = again(mutation.receiver);
                let given = &ir.args[mutation.args];
                match (mutation.op, given) {
                    (Mutator::SetItem, [key, value]) => base.and(entry(key.value, value.value)),
                    (Mutator::Update | Mutator::InPlace(BinaryOp::BitOr), given) => {
                        base.and(self.by_entries(frame, model, given, depth + 1))
                    }
                    _ => base,
                }
            }
            Value::Binary { op: BinaryOp::BitOr, left, right } => again(left).and(again(right)),
            Value::Mu { init, .. } => again(init),
            Value::Join { ways, .. } => Formula::any(ir.ways[ways].iter().filter_map(|way| {
                let path = self.path(frame, way.path, true)?;
                (path != Formula::Never).then(|| path.and(again(way.value)))
            })),
            Value::Call { callee, args } => {
                if self.text(frame, callee) == "dict" {
                    return self.by_entries(frame, model, &ir.args[args], depth + 1);
                }
                match self.given_back(frame, value, args) {
                    Some((inner, result)) => self.by_dict(&inner, model, result, depth + 1),
                    None => Formula::Always,
                }
            }
            Value::Gamma { test, then, otherwise } => match self.formula(frame, test) {
                Formula::Always => again(then),
                Formula::Never => again(otherwise),
                test if is_about_people(&test) => {
                    let then = test.clone().and(again(then));
                    then.or(test.negated().and(again(otherwise)))
                }
                _ => again(then).or(again(otherwise)),
            },
            Value::Param(index) => match self.param(frame, index) {
                Bound::Value(around, value) => self.by_dict(&around, model, value, depth + 1),
                Bound::Keywords(around, given) => Formula::all(
                    given.iter().map(|(name, value)| self.lookup(&around, model, name, *value)),
                ),
                _ => Formula::Always,
            },
            Value::Global { .. } | Value::Import { .. } | Value::Attr { .. } => {
                if let Some((file, at)) = self.own_attribute(frame, value) {
                    return self.by_dict(&self.outside(file, &frame.ask), model, at, depth + 1);
                }
                match self.project.definition(frame.file, value) {
                    Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                        self.by_dict(&self.outside(file, &frame.ask), model, at, depth + 1)
                    }
                    _ => Formula::Always,
                }
            }
            _ => Formula::Always,
        }
    }

    /// What a dict is made of, or changed by: `dict(base, owner=user)`, `query.update(owner=user)`.
    fn by_entries(&self, frame: &Rc<Frame>, model: &str, given: &[Arg], depth: usize) -> Formula {
        let ir = self.ir(frame.file);
        Formula::all(given.iter().map(|arg| match arg.kind {
            ArgKind::Keyword(name) => self.lookup(frame, model, ir.str(name), arg.value),
            _ => self.by_dict(frame, model, arg.value, depth),
        }))
    }

    /// `Q(owner=user) | Q(public=True)`
    fn q(&self, frame: &Rc<Frame>, model: &str, value: ValueId, depth: usize) -> Formula {
        if depth > LONGEST || !self.step() {
            return Formula::Always;
        }
        let ir = self.ir(frame.file);
        let again = |value: ValueId| self.q(frame, model, value, depth + 1);
        match ir.value(ir.bare(value)) {
            Value::Binary { op: BinaryOp::BitOr, left, right } => again(left).or(again(right)),
            Value::Binary { op: BinaryOp::BitAnd, left, right } => again(left).and(again(right)),
            Value::Unary { op: UnaryOp::Invert, of } => again(of).negated(),
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                let base = again(mutation.receiver);
                match (mutation.op, &ir.args[mutation.args]) {
                    (Mutator::InPlace(BinaryOp::BitOr), [arg]) => base.or(again(arg.value)),
                    (Mutator::InPlace(BinaryOp::BitAnd), [arg]) => base.and(again(arg.value)),
                    _ => base,
                }
            }
            Value::Call { callee, args } => {
                let called = self.text(frame, callee);
                if called == "Q" {
                    return self.conditions(frame, model, &ir.args[args]);
                }
                // `reduce(or_, conditions)`, `conditions.pop()`
                let list = match (ir.value(ir.bare(callee)), &ir.args[args]) {
                    (_, [by, list, ..]) if called == "reduce" => {
                        self.text(frame, by.value).ends_with("or_").then_some(list.value)
                    }
                    (Value::Attr { of, name }, []) if ir.str(name) == "pop" => Some(of),
                    _ => None,
                };
                if let Some(found) =
                    list.and_then(|list| self.one_of(frame, model, list, depth + 1))
                {
                    return found;
                }
                match self.given_back(frame, value, args) {
                    Some((inner, result)) => self.q(&inner, model, result, depth + 1),
                    None => Formula::Always,
                }
            }
            Value::Param(index) => match self.param(frame, index) {
                Bound::Value(around, value) => self.q(&around, model, value, depth + 1),
                _ => Formula::Always,
            },
            Value::Global { .. } | Value::Import { .. } => {
                match self.project.definition(frame.file, value) {
                    Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                        self.q(&self.outside(file, &frame.ask), model, at, depth + 1)
                    }
                    _ => Formula::Always,
                }
            }
            Value::Join { ways, .. } => {
                let ways = ir.ways[ways].iter().filter_map(|way| {
                    let path = self.path(frame, way.path, true)?;
                    (path != Formula::Never).then(|| path.and(again(way.value)))
                });
                Formula::any(ways)
            }
            Value::Gamma { test, then, otherwise } => match self.formula(frame, test) {
                Formula::Always => again(then),
                Formula::Never => again(otherwise),
                test if is_about_people(&test) => {
                    let then = test.clone().and(again(then));
                    then.or(test.negated().and(again(otherwise)))
                }
                _ => again(then).or(again(otherwise)),
            },
            // `for one in conditions: found |= one`
            Value::Mu { init, back, .. } => {
                let step = ir.bare(back);
                match ir.value(step) {
                    Value::Mutate(mutation) => {
                        let mutation = ir.mutation(mutation);
                        let base = again(init);
                        match (mutation.op, &ir.args[mutation.args]) {
                            (Mutator::InPlace(BinaryOp::BitOr), [arg]) => base.or(again(arg.value)),
                            (Mutator::InPlace(BinaryOp::BitAnd), [arg]) => {
                                base.and(again(arg.value))
                            }
                            _ => base,
                        }
                    }
                    Value::Binary { op: BinaryOp::BitOr, right, .. } => {
                        again(init).or(again(right))
                    }
                    _ => again(init),
                }
            }
            Value::Elem { of, .. } | Value::Index { of, .. } => {
                self.one_of(frame, model, of, depth + 1).unwrap_or(Formula::Always)
            }
            _ => Formula::Always,
        }
    }

    /// What one of the conditions asks that code puts into a list, for whom it is put there.
    fn one_of(
        &self,
        frame: &Rc<Frame>,
        model: &str,
        list: ValueId,
        depth: usize,
    ) -> Option<Formula> {
        if depth > LONGEST || !self.step() {
            return None;
        }
        let ir = self.ir(frame.file);
        let again = |list: ValueId| self.one_of(frame, model, list, depth + 1);
        let narrow = |asked: Formula| match is_about_people(&asked) || asked == Formula::Never {
            true => asked,
            false => Formula::Always,
        };
        match ir.value(ir.bare(list)) {
            Value::List(items) | Value::Tuple(items) => Some(Formula::any(
                ir.items[items].iter().map(|item| self.q(frame, model, item.value, depth + 1)),
            )),
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                let base = again(mutation.receiver)?;
                match (mutation.op, &ir.args[mutation.args]) {
                    (Mutator::Append, [arg]) => {
                        Some(base.or(self.q(frame, model, arg.value, depth + 1)))
                    }
                    (Mutator::Extend | Mutator::InPlace(BinaryOp::Add), [arg]) => {
                        Some(base.or(again(arg.value)?))
                    }
                    // What is taken out is looked at all the same.
                    _ => Some(base),
                }
            }
            Value::Gamma { test, then, otherwise } => {
                let test = narrow(self.formula(frame, test));
                let (then, otherwise) = (again(then)?, again(otherwise)?);
                Some(match test {
                    Formula::Always => then.or(otherwise),
                    test => test.clone().and(then).or(test.negated().and(otherwise)),
                })
            }
            Value::Join { ways, .. } => {
                let mut found = Vec::new();
                for way in &ir.ways[ways] {
                    match self.path(frame, way.path, true) {
                        None | Some(Formula::Never) => {}
                        Some(path) => found.push(path.and(again(way.value)?)),
                    }
                }
                Some(Formula::any(found))
            }
            Value::Mu { init, .. } => again(init),
            _ => None,
        }
    }

    /// `owner=request.user`
    pub(crate) fn lookup(
        &self,
        frame: &Rc<Frame>,
        model: &str,
        name: &str,
        value: ValueId,
    ) -> Formula {
        // Rows are the same whether they are given themselves or by their keys.
        let (name, value) = match name.strip_suffix("__in") {
            Some(stem) => match self.rows_of_keys(frame.file, value) {
                Some(rows) => (format!("{}__in", stem.strip_suffix("_id").unwrap_or(stem)), rows),
                None => (name.to_owned(), value),
            },
            None => (name.to_owned(), value),
        };
        // `owner__isnull=True` asks what `owner=None` does.
        let missing = name.strip_suffix("__isnull").map(str::to_owned);
        let words = match (&missing, self.text(frame, value).as_str()) {
            (Some(_), "True" | "False") => "None".to_owned(),
            (_, words) => words.to_owned(),
        };
        if let Some(stem) = missing
            && words == "None"
        {
            let place = (frame.file, self.ir(frame.file).span(value));
            let none = self.atom(format!("{model}.{}=None", stem.replace("__", ".")), place);
            let is_missing = self.text(frame, value) == "True";
            return if is_missing { none } else { none.negated() };
        }
        let name = name.as_str();
        // What a loop adds to is not empty.
        let ir = self.ir(frame.file);
        let is_open = matches!(ir.value(ir.bare(value)), Value::Mu { .. } | Value::Mutate(_));
        if name.ends_with("__in") && words == "[]" && !is_open {
            return Formula::Never;
        }
        // Which rows those are decides which rows these are.
        if let Some(stem) = name.strip_suffix("__in")
            && let Some(rows) = self.query(frame, value).or_else(|| self.rows_listed(frame, value))
            && rows.formula != Formula::Always
        {
            let place = (frame.file, self.ir(frame.file).span(value));
            let stem = stem.strip_suffix("_id").filter(|it| !it.is_empty()).unwrap_or(stem);
            if matches!(stem, "pk" | "id") && rows.model.as_ref() != model {
                let text = format!("{model}.{stem} in {}[{}]", rows.model, rows.formula.sorted());
                return self.atom(text, place);
            }
            let (of, onto) = match stem {
                "pk" | "id" => (format!("{}.", rows.model), format!("{model}.")),
                stem => {
                    (format!("{}.", rows.model), format!("{model}.{}.", stem.replace("__", ".")))
                }
            };
            return rows.formula.renamed(&|atom| match atom.strip_prefix(&of) {
                Some(rest) => match self.atom(format!("{onto}{rest}"), place) {
                    Formula::Atom(text) => text,
                    _ => Arc::clone(atom),
                },
                None => Arc::clone(atom),
            });
        }
        let by_visitor = [
            "request.GET",
            "request.POST",
            "request.query_params",
            "request.data",
            SENT,
            "request.body",
            "form.",
            "serializer.",
        ];
        if by_visitor.iter().any(|source| words.contains(source)) {
            // Whoever knows a secret may have what it opens.
            let is_secret = is_secret(name);
            let place = (frame.file, self.ir(frame.file).span(value));
            let stem = name.split("__").next().unwrap_or(name);
            return match is_secret {
                true => self.atom(format!("{model}.{stem} is known"), place),
                false => Formula::Always,
            };
        }
        let is_of_people = name.ends_with("__in")
            && !words.starts_with(['[', '"'])
            && is_about_people(&Formula::atom(&words));
        let is_locator =
            LOCATORS.contains(&name) && !words.contains("request.user") && !is_of_people;
        if is_locator {
            return Formula::Always;
        }
        let mut name = name;
        for end in ["__exact", "__pk", "__id", "_id"] {
            if let Some(stem) = name.strip_suffix(end).filter(|stem| !stem.is_empty()) {
                name = stem;
            }
        }
        // The key of a row has two names.
        let name = if name == "id" { "pk" } else { name };
        let words = words.strip_suffix(".pk").or(words.strip_suffix(".id")).unwrap_or(&words);
        let place = (frame.file, self.ir(frame.file).span(value));
        let (name, words) = match (name.strip_suffix("__in"), words.strip_prefix('[')) {
            // One of several texts.
            (Some(stem), Some(_)) => match self.strings(frame, value) {
                Some(items) => {
                    return Formula::any(
                        items
                            .iter()
                            .map(|item| self.atom(format!("{model}.{stem}={item:?}"), place)),
                    );
                }
                None => (name, words),
            },
            _ => (name, words),
        };
        let name = name.replace("__", ".");
        // What is asked of the row that they belong to is asked of them.
        if let Some(row) = self.query(frame, value)
            && words == &*row.model
        {
            return self.atom(format!("{model}.{name}={words}"), place).and(row.formula);
        }
        match words {
            "True" => self.atom(format!("{model}.{name}"), place),
            "False" => self.atom(format!("{model}.{name}"), place).negated(),
            words => self.atom(format!("{model}.{name}={words}"), place),
        }
    }
}

//! Expressions in words that stay the same when they are written otherwise.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use bartizan_base::Span;
use bartizan_ir::{
    Arg, ArgKind, BinaryOp, FunctionId, Mutator, Part, Run, TextPiece, Value, ValueId,
};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::Abstract;
use rustc_hash::FxHasher;

use crate::among::told_apart;
use crate::conditions::KEPT_BY_KEY;
use crate::formula::Formula;
use crate::permissions::app_label;
use crate::reader::{Bound, Callee, Frame, Reader};
use crate::said::Said;
use crate::validated::SENT;

/// Parts of an expression inside each other beyond which none is told.
const MOST_NESTED: usize = 40;

/// Words longer than this are cut.
const LONGEST: usize = 1_200;

/// What stands for all that somebody hands to a view, the request first: `*args`.
pub(crate) const WHATEVER: &str = "*args";

/// The same behind the request: `def wrapper(request, *args)`.
pub(crate) const REST: &str = "*args[1:]";

/// Things that happen in a function beyond which its name stands for what it returns.
const MOST_EFFECTS: usize = 24;

/// Functions that give what a dotted name leads to.
const LOADING: &[&str] = &[
    "import_string",
    "import_from_string",
    "import_by_path",
    "load_func",
    "load_class",
    "load_object",
    "perform_import",
    "symbol_by_name",
];

impl Reader<'_> {
    /// An expression in words.
    pub(crate) fn text(&self, frame: &Rc<Frame>, value: ValueId) -> String {
        self.words(frame, value, 0)
    }

    pub(crate) fn words(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> String {
        let is_plain = matches!(
            self.ir(frame.file).value(value),
            Value::Str(_) | Value::Int(_) | Value::Bool(_) | Value::None | Value::Param(_)
        );
        if is_plain {
            return self.words_anew(frame, value, depth);
        }
        let kept = Rc::clone(&self.kept.borrow());
        if let Some(known) = kept.words.get(frame, value) {
            return known;
        }
        let cuts = self.cuts.get();
        let found = shortened(self.words_anew(frame, value, depth));
        if self.is_whole(cuts) {
            kept.words.put(frame, value, found.clone());
        }
        found
    }

    fn words_anew(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> String {
        let deeper = self.deeper();
        if deeper.is_none() || depth > MOST_NESTED || !self.step() {
            self.cut();
            return "…".to_owned();
        }
        let ir = self.ir(frame.file);
        let again = |value: ValueId| self.words(frame, value, depth + 1);
        let list = |values: &[ValueId]| -> String {
            values.iter().map(|value| again(*value)).collect::<Vec<_>>().join(", ")
        };
        match ir.value(value) {
            Value::Str(sym) => format!("{:?}", ir.str(sym)),
            Value::Bytes(sym) => format!("b{:?}", ir.str(sym)),
            Value::Int(number) => number.to_string(),
            Value::BigInt(sym) => ir.str(sym).to_owned(),
            Value::Float(number) => number.to_string(),
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::None => "None".to_owned(),
            Value::Param(index) => match self.param(frame, index) {
                Bound::Itself => "self".to_owned(),
                Bound::Text(text) => text.to_string(),
                Bound::Value(around, value) => self.words(&around, value, depth + 1),
                Bound::Query(query) => query.model.to_string(),
                Bound::Rest(around, given) => self.rest_in_words(&around, &given, depth),
                Bound::Keywords(around, given) => {
                    let pairs = given.iter().map(|(name, value)| {
                        format!("{name:?}: {}", self.words(&around, *value, depth + 1))
                    });
                    format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
                }
                Bound::Unknown => "?".to_owned(),
            },
            Value::Capture { name, owner } => match self.captured(frame, owner, ir.str(name)) {
                Some((_, Bound::Value(around, value))) => self.words(&around, value, depth + 1),
                Some((_, Bound::Text(text))) => text.to_string(),
                Some((_, Bound::Rest(around, given))) => self.rest_in_words(&around, &given, depth),
                Some((_, Bound::Itself)) => "self".to_owned(),
                _ => ir.str(name).to_owned(),
            },
            Value::Global { name, .. } => {
                self.named(frame, value, depth).unwrap_or_else(|| ir.str(name).to_owned())
            }
            Value::Import { module, name, .. } => {
                self.named(frame, value, depth).unwrap_or_else(|| {
                    ir.str(name.unwrap_or(module)).rsplit('.').next().unwrap_or("").to_owned()
                })
            }
            Value::Function(function) => ir.str(ir.function(function).name).to_owned(),
            Value::Class(class) => ir.str(ir.class(class).name).to_owned(),
            Value::Decorated { of, .. } | Value::Pi { of, .. } | Value::Await(of) => again(of),
            Value::Enter { manager, .. } => again(manager),
            Value::Attr { of, name } => self.attribute(frame, value, of, ir.str(name), depth),
            // All of it: `paths[:]`.
            Value::Index { of, key } if is_whole(ir.value(key)) => again(of),
            Value::Index { of, key } => {
                let (of, key) = (again(of), again(key));
                item(&of, &key)
            }
            Value::Call { callee, args } => self.call_words(frame, value, callee, args, depth),
            Value::Elem { of, which } => match which {
                Part::Each if let Some(item) = self.item(frame.file, of) => format!("{item:?}"),
                Part::Each => match self.query(frame, of) {
                    Some(query) => query.model.to_string(),
                    None => format!("each of {}", again(of)),
                },
                Part::At(index) => match self.query(frame, of) {
                    Some(query) => query.model.to_string(),
                    None => match self.only_one(frame, of, index) {
                        Some((inner, value)) => self.words(&inner, value, depth + 1),
                        None => item(&again(of), &index.to_string()),
                    },
                },
                _ => format!("{}[?]", again(of)),
            },
            Value::Compare { op, left, right } => {
                format!("({} {} {})", again(left), op.sign(), again(right))
            }
            Value::Logic { op, values } => {
                let parts: Vec<String> = ir.ids[values].iter().map(|v| again(*v)).collect();
                format!("({})", parts.join(&format!(" {} ", op.sign())))
            }
            Value::Binary { op, left, right } => {
                let (left, right) = (again(left), again(right));
                put_together(op, &left, &right)
                    .unwrap_or_else(|| format!("({left} {} {right})", op.sign()))
            }
            Value::Unary { op, of } => format!("{} {}", op.sign(), again(of)),
            Value::Text { parts, .. } => {
                let mut out = String::from("\"");
                for part in &ir.parts[parts] {
                    match part.piece {
                        TextPiece::Literal(sym) => out.push_str(ir.str(sym)),
                        TextPiece::Hole { value, .. } => out.push_str(&hole(&again(value))),
                    }
                }
                out.push('"');
                out
            }
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                let values: Vec<ValueId> = ir.items[items].iter().map(|item| item.value).collect();
                let words = format!("[{}]", list(&values));
                // `(request, *rest)` is all that was handed over.
                match ir.items[items].last().is_some_and(|item| item.spread)
                    && words.strip_prefix("[request, ").and_then(|rest| rest.strip_suffix(']'))
                        == Some(REST)
                {
                    true => WHATEVER.to_owned(),
                    false => words,
                }
            }
            Value::Dict(pairs) => {
                let pairs = ir.pairs[pairs].iter().map(|pair| match pair.key {
                    Some(key) => format!("{}: {}", again(key), again(pair.value)),
                    None => format!("**{}", again(pair.value)),
                });
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
            }
            // `[group.pk for group in groups]` tells the same rows as `groups`.
            Value::Comp(_) if let Some(rows) = self.rows_of_keys(frame.file, value) => again(rows),
            Value::Comp(comp) => {
                let comp = ir.comp(comp);
                let mut out = format!("[{}", again(comp.element));
                for clause in &comp.clauses {
                    out.push_str(&format!(" for {}", again(clause.iterator)));
                    for condition in &clause.conditions {
                        out.push_str(&format!(" if {}", again(*condition)));
                    }
                }
                out.push(']');
                out
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                match mutation.op {
                    Mutator::InPlace(op) => {
                        let added: Vec<ValueId> =
                            ir.args[mutation.args].iter().map(|arg| arg.value).collect();
                        format!("({} {} {})", again(mutation.receiver), op.sign(), list(&added))
                    }
                    _ => again(mutation.receiver),
                }
            }
            Value::Gamma { test, then, otherwise } => {
                let test = self.formula(frame, test);
                match test {
                    Formula::Always => again(then),
                    Formula::Never => again(otherwise),
                    // `a if not b else c` is `c if b else a`, and `a if b else a` is `a`.
                    test => match (again(then), again(otherwise)) {
                        (then, otherwise) if then == otherwise => then,
                        (then, otherwise) => match test {
                            Formula::Not(test) => format!("({otherwise} if {test} else {then})"),
                            test => format!("({then} if {test} else {otherwise})"),
                        },
                    },
                }
            }
            // What a loop appends is told as a comprehension is.
            Value::Mu { .. } if let Some((added, of)) = self.appended(frame.file, value) => {
                format!("[{} for {}]", again(added), again(of))
            }
            Value::Mu { init, .. } => again(init),
            Value::Join { ways, .. } => {
                let mut parts: Vec<String> =
                    ir.ways[ways].iter().take(8).map(|way| again(way.value)).collect();
                // In which order the code comes to them is nothing to what they are.
                parts.sort();
                parts.dedup();
                parts.join("|")
            }
            _ => "?".to_owned(),
        }
    }

    /// `*levels`, as a list of what was given.
    fn rest_in_words(&self, frame: &Rc<Frame>, given: &[ValueId], depth: usize) -> String {
        let words: Vec<String> =
            given.iter().map(|value| self.words(frame, *value, depth + 1)).collect();
        format!("[{}]", words.join(", "))
    }

    /// The rows whose keys a comprehension lists, all of them: `[group.pk for group in groups]`.
    pub(crate) fn rows_of_keys(&self, file: FileId, value: ValueId) -> Option<ValueId> {
        let ir = self.ir(file);
        let Value::Comp(comp) = ir.value(ir.bare(value)) else { return None };
        let comp = ir.comp(comp);
        let [clause] = &comp.clauses[..] else { return None };
        let Value::Attr { of, name } = ir.value(ir.bare(comp.element)) else { return None };
        let Value::Elem { of: rows, which: Part::Each } = ir.value(ir.bare(of)) else {
            return None;
        };
        let is_of_each = ir.bare(rows) == ir.bare(clause.iterator) && clause.conditions.is_empty();
        (is_of_each && matches!(ir.str(name), "pk" | "id")).then_some(clause.iterator)
    }

    /// What a name stands for.
    fn named(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> Option<String> {
        match self.project.definition(frame.file, value) {
            Entity::External(symbol) => {
                let dotted = self.project.symbol(symbol);
                if let Some(setting) = dotted.strip_prefix("django.conf.settings.") {
                    return Some(format!("settings.{setting}"));
                }
                Some(dotted.rsplit('.').next().unwrap_or(dotted).to_owned())
            }
            Entity::Function(file, function) => {
                let ir = self.ir(file);
                Some(ir.str(ir.function(function).name).to_owned())
            }
            Entity::Class(file, class) => {
                let ir = self.ir(file);
                Some(ir.str(ir.class(class).name).to_owned())
            }
            Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                self.saw(file, self.ir(file).span(at));
                let words = self.words(&self.outside(file, &frame.ask), at, depth + 1);
                // Each member of an enumeration is one of its own.
                match (words.as_str(), self.ir(frame.file).value(self.ir(frame.file).bare(value))) {
                    ("auto()", Value::Attr { name, .. }) => {
                        Some(format!("\"{}\"", self.ir(frame.file).str(name)))
                    }
                    _ => Some(words),
                }
            }
            _ => None,
        }
    }

    fn attribute(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        of: ValueId,
        name: &str,
        depth: usize,
    ) -> String {
        // `Order._meta.app_label`
        if let Value::Attr { of: model, name: meta } =
            self.ir(frame.file).value(self.ir(frame.file).bare(of))
            && self.ir(frame.file).str(meta) == "_meta"
            && let Some((file, class)) = self.model_class(frame, model)
        {
            let own = self.ir(file).str(self.ir(file).class(class).name);
            match name {
                "app_label" => return format!("{:?}", app_label(self.project.module_name(file))),
                "model_name" => return format!("{:?}", own.to_lowercase()),
                _ => {}
            }
        }
        // Of whichever form: all that was sent, as far as it is in order.
        if matches!(name, "cleaned_data" | "validated_data") {
            return SENT.to_owned();
        }
        if self.is_itself(frame, of) {
            match name {
                "request" => return "request".to_owned(),
                "kwargs" => return "url".to_owned(),
                "action" => return "action".to_owned(),
                _ => {}
            }
            if let Some(receiver) = frame.receiver
                && let Some(member) = self.project.lookup_member(receiver, name)
            {
                let file = member.class.0;
                match self.project.definition(file, member.value) {
                    // A property is what it returns.
                    Entity::Function(file, function) => {
                        let bound =
                            self.enter(frame, (file, function), Some(receiver), true, Run::EMPTY);
                        if let Some(inner) = bound
                            && let Some(result) = self.ir(file).function(function).result
                        {
                            return self.words(&inner, result, depth + 1);
                        }
                    }
                    Entity::Value(file, at) => {
                        self.saw(file, self.ir(file).span(at));
                        return self.words(&self.outside(file, &frame.ask), at, depth + 1);
                    }
                    Entity::Class(file, class) => {
                        let ir = self.ir(file);
                        return ir.str(ir.class(class).name).to_owned();
                    }
                    // `role = settings.CLERK`
                    Entity::External(_) => {
                        let outside = self.outside(file, &frame.ask);
                        return self.words(&outside, member.value, depth + 1);
                    }
                    _ => {}
                }
            }
            if name == "object" {
                return frame.ask.model.clone().unwrap_or_else(|| "obj".to_owned());
            }
            // `self.club = get_object_or_404(Club, …)`
            if let Some(row) = self.stored_row(frame, name) {
                return row.model.to_string();
            }
            return self.of_form(frame, name).unwrap_or_else(|| format!("self.{name}"));
        }
        if let Some(text) = self.named(frame, value, depth)
            && !matches!(self.ir(frame.file).value(self.ir(frame.file).bare(of)), Value::Param(_))
        {
            return text;
        }
        if let Some((file, value)) = self.of_inner_class(frame, of, name) {
            return self.words(&self.outside(file, &frame.ask), value, depth + 1);
        }
        let of = self.words(frame, of, depth + 1);
        if of == "view"
            && let Some((file, value)) = self.of_view(frame, name)
        {
            return self.words(&self.outside(file, &frame.ask), value, depth + 1);
        }
        match (of.as_str(), name) {
            ("view", "action") => "action".to_owned(),
            ("view", "kwargs") => "url".to_owned(),
            ("view", "request") | ("info.context", _) if name == "request" => "request".to_owned(),
            (user, "pk" | "id") if user.ends_with("request.user") => of,
            ("self.context[\"request\"]", name) => format!("request.{name}"),
            _ => format!("{of}.{}", row_of(name)),
        }
    }

    /// What a class inside that of a row binds to a name: `run.Status.RUNNING` is `Run.Status.RUNNING`.
    fn of_inner_class(
        &self,
        frame: &Rc<Frame>,
        of: ValueId,
        name: &str,
    ) -> Option<(FileId, ValueId)> {
        let ir = self.ir(frame.file);
        let Value::Attr { of: row, name: inner } = ir.value(ir.bare(of)) else { return None };
        let inner = ir.str(inner);
        if !inner.starts_with(char::is_uppercase) {
            return None;
        }
        let (file, class) = self.models.class(&self.query(frame, row)?.model)?;
        let member = self.project.lookup_member(ClassRef::Project(file, class), inner)?;
        match self.project.definition(member.class.0, member.value) {
            Entity::Class(file, class) => {
                let member = self.project.lookup_member(ClassRef::Project(file, class), name)?;
                self.saw(member.class.0, self.ir(member.class.0).span(member.value));
                Some((member.class.0, member.value))
            }
            _ => None,
        }
    }

    /// Whether a function says little more than what it returns. What does much is told by its name.
    fn is_small(&self, file: FileId, function: FunctionId) -> bool {
        self.ir(file).function(function).effects.len() <= MOST_EFFECTS
    }

    /// What the class of the view binds to an attribute that is no method.
    pub(crate) fn of_view(&self, frame: &Frame, name: &str) -> Option<(FileId, ValueId)> {
        self.asked_view.set(true);
        if let Some((_, file, value)) = frame.ask.overrides.iter().find(|(known, ..)| known == name)
        {
            return Some((*file, *value));
        }
        let member = self.project.lookup_member(frame.ask.view?, name)?;
        let file = member.class.0;
        match self.project.definition(file, member.value) {
            Entity::Function(..) => None,
            _ => {
                self.saw(file, self.ir(file).span(member.value));
                Some((file, member.value))
            }
        }
    }

    /// `getattr(view, "permission")`: the attribute, where the text names it.
    pub(crate) fn named_attribute(
        &self,
        frame: &Rc<Frame>,
        callee: ValueId,
        args: Run<Arg>,
    ) -> Option<(String, String)> {
        let ir = self.ir(frame.file);
        let asked = match ir.value(ir.bare(callee)) {
            Value::Global { name, .. } => ir.str(name),
            _ => return None,
        };
        let [of, name, ..] = &ir.args[args] else { return None };
        let Value::Str(name) = ir.value(ir.bare(name.value)) else { return None };
        matches!(asked, "getattr" | "hasattr")
            .then(|| (asked.to_owned(), ir.str(name).to_owned()))
            .filter(|_| self.words(frame, of.value, 0) == "view")
    }

    /// What a call loads by its dotted name: `import_string(settings.ORDER_SERIALIZER)`.
    pub(crate) fn loaded(
        &self,
        frame: &Rc<Frame>,
        callee: ValueId,
        args: Run<Arg>,
    ) -> Option<Entity> {
        let ir = self.ir(frame.file);
        let called = match ir.value(ir.bare(callee)) {
            Value::Attr { name, .. } | Value::Global { name, .. } => ir.str(name),
            Value::Import { name: Some(name), .. } => ir.str(name),
            _ => return None,
        };
        if !LOADING.contains(&called) {
            return None;
        }
        let text = self.text(frame, ir.args[args].first()?.value);
        let dotted = match text.strip_prefix("settings.") {
            Some(named) => {
                // `settings.SERIALIZERS["order"]`
                let (name, keys) = named.split_once('[').unwrap_or((named, ""));
                let mut value = self.settings.get(name)?.value;
                for key in keys.split(['[', ']']).filter(|key| !key.is_empty()) {
                    let key = key.trim_matches('"');
                    let Abstract::Map(map) = &value.value else { return None };
                    let entry = map.entries.iter().find(|(of, _)| of.value.as_str() == Some(key));
                    value = entry?.1.clone();
                }
                value.value.as_str()?.to_owned()
            }
            None => text.strip_prefix('"')?.strip_suffix('"')?.to_owned(),
        };
        match self.project.find(&dotted) {
            entity @ (Entity::Class(file, _) | Entity::Function(file, _)) => {
                self.saw(file, self.entity_span(entity));
                Some(entity)
            }
            _ => None,
        }
    }

    fn entity_span(&self, entity: Entity) -> Span {
        match entity {
            Entity::Class(file, class) => self.ir(file).class(class).name_span,
            Entity::Function(file, function) => self.ir(file).function(function).name_span,
            _ => Span::default(),
        }
    }

    fn call_words(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        callee: ValueId,
        args: Run<Arg>,
        depth: usize,
    ) -> String {
        let ir = self.ir(frame.file);
        let again = |value: ValueId| self.words(frame, value, depth + 1);
        if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
            let name = ir.str(name);
            if name == "exists"
                && let Some(some) = self.some(frame, of).or_else(|| self.exists_by_key(frame, of))
            {
                return some;
            }
            // What is filled in, and into which form, is nothing to who may.
            if name == "is_valid" || name == "save" && self.query(frame, of).is_none() {
                return format!("form.{name}()");
            }
            // `data = super().clean()`
            if matches!(name, "clean" | "validate") && self.is_super(frame.file, of) {
                return SENT.to_owned();
            }
            if name == "get_object" && self.is_itself(frame, of) {
                return frame.ask.model.clone().unwrap_or_else(|| "obj".to_owned());
            }
            if name == "get"
                && let [key] | [key, _] = &ir.args[args]
            {
                let of = again(of);
                if matches!(of.as_str(), "url" | "self.context" | SENT)
                    || KEPT_BY_KEY.contains(&of.as_str())
                {
                    return item(&of, &again(key.value));
                }
            }
        }
        if let Some((asked, name)) = self.named_attribute(frame, callee, args)
            && asked == "getattr"
            && let Some((file, value)) = self.of_view(frame, &name)
        {
            return self.words(&self.outside(file, &frame.ask), value, depth + 1);
        }
        match self.said_of_view(frame, callee, args) {
            Some((Said::Class, _)) => return "view".to_owned(),
            Some((Said::At(file, value), _)) => {
                return self.words(&self.outside(file, &frame.ask), value, depth + 1);
            }
            Some((Said::Nothing, default)) => {
                return default.map_or_else(|| "None".to_owned(), again);
            }
            None => {}
        }
        // `getattr(request, "auth", None)` is `request.auth`.
        if let Value::Global { name, .. } = ir.value(ir.bare(callee))
            && ir.str(name) == "getattr"
            && let [of, name, default @ ..] = &ir.args[args]
            && let Value::Str(name) = ir.value(ir.bare(name.value))
        {
            // What says nothing is as if it said yes.
            let is_on = default.iter().any(|arg| ir.value(ir.bare(arg.value)) == Value::Bool(true));
            let words = format!("{}.{}", again(of.value), row_of(ir.str(name)));
            return if is_on { format!("{words} or unsaid") } else { words };
        }
        if let Some(query) = self.query(frame, value) {
            return query.model.to_string();
        }
        if let Callee::Project { file, function, receiver, bound } = self.callee(frame, value)
            && let Some(result) = self.ir(file).function(function).result
            && !self.ir(file).function(function).is_generator
            && self.is_small(file, function)
            && let Some(inner) = self.enter(frame, (file, function), receiver, bound, args)
        {
            return self.words(&inner, result, depth + 1);
        }
        let mut called = again(callee);
        // `dict(name=…)` is `{"name": …}`.
        if called == "dict"
            && let Some(pairs) = ir.args[args]
                .iter()
                .map(|arg| match arg.kind {
                    ArgKind::Keyword(name) => {
                        Some(format!("{:?}: {}", ir.str(name), again(arg.value)))
                    }
                    _ => None,
                })
                .collect::<Option<Vec<String>>>()
        {
            return format!("{{{}}}", pairs.join(", "));
        }
        // `str(order.pk) == pk` asks what `order.pk == int(pk)` does.
        if matches!(called.as_str(), "str" | "int")
            && let [only] = &ir.args[args]
            && matches!(only.kind, ArgKind::Positional)
        {
            return again(only.value);
        }
        if called == "get_user" {
            called = "request.user".to_owned();
            return called;
        }
        let args = ir.args[args].iter().map(|arg| match arg.kind {
            ArgKind::Positional => again(arg.value),
            ArgKind::Keyword(name) => format!("{}={}", ir.str(name), again(arg.value)),
            ArgKind::Star => format!("*{}", again(arg.value)),
            ArgKind::DoubleStar => format!("**{}", again(arg.value)),
        });
        format!("{called}({})", args.collect::<Vec<_>>().join(", "))
    }

    /// That there are rows of a query, in words.
    pub(crate) fn some(&self, frame: &Rc<Frame>, chain: ValueId) -> Option<String> {
        let query = self.query(frame, chain)?;
        if query.formula == Formula::Never {
            return Some("False".to_owned());
        }
        let told = self.told_apart(frame, chain);
        Some(format!("some {}[{}]{told}", query.model, query.formula.sorted()))
    }

    /// The rows that an expression counts: `orders.count()`, `len(orders)`.
    pub(crate) fn counted(&self, frame: &Rc<Frame>, value: ValueId) -> Option<ValueId> {
        let ir = self.ir(frame.file);
        let Value::Call { callee, args } = ir.value(ir.bare(value)) else { return None };
        match (ir.value(ir.bare(callee)), &ir.args[args]) {
            (Value::Attr { of, name }, []) if ir.str(name) == "count" => Some(of),
            (Value::Global { name, .. }, [only]) if ir.str(name) == "len" => Some(only.value),
            _ => None,
        }
    }

    /// By what a chain tells one row from the others, where it asks whether that one is among them.
    fn told_apart(&self, frame: &Rc<Frame>, chain: ValueId) -> String {
        let ir = self.ir(frame.file);
        let (mut at, mut told) = (ir.bare(chain), Vec::new());
        for _ in 0..MOST_NESTED {
            let Value::Call { callee, args } = ir.value(at) else { break };
            let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { break };
            if matches!(ir.str(name), "filter" | "exclude") {
                told.extend(ir.args[args].iter().filter_map(|arg| match arg.kind {
                    ArgKind::Keyword(name) if matches!(ir.str(name), "pk" | "id") => {
                        Some(self.text(frame, arg.value))
                    }
                    _ => None,
                }));
            }
            at = ir.bare(of);
        }
        told.sort();
        match told.is_empty() {
            true => String::new(),
            false => told_apart(&told.join(", ")),
        }
    }
}

/// What is said at too great length is told by its beginning, and a number for the rest: what holds it
/// would be as long again each time.
fn shortened(words: String) -> String {
    if words.len() <= LONGEST {
        return words;
    }
    let mut hasher = FxHasher::default();
    words.hash(&mut hasher);
    let end = words.floor_char_boundary(LONGEST / 2);
    format!("{}…{:x}", &words[..end], hasher.finish())
}

/// Whether a slice leaves nothing out.
pub(crate) fn is_whole(key: Value) -> bool {
    matches!(key, Value::Slice { lower: None, upper: None, step: None })
}

/// The name of the relation whose key this is: `owner_id`.
fn row_of(name: &str) -> &str {
    if name.len() > 3 { name.strip_suffix("_id").unwrap_or(name) } else { name }
}

/// What is written inside a text, without its quotes.
pub(crate) fn inside(words: &str) -> Option<&str> {
    words.strip_prefix('"')?.strip_suffix('"')
}

/// What fills a hole of a text.
fn hole(words: &str) -> String {
    inside(words).map_or_else(|| format!("{{{words}}}"), str::to_owned)
}

/// A text that is put together by an operator, as an f-string says it.
fn put_together(op: BinaryOp, left: &str, right: &str) -> Option<String> {
    match op {
        BinaryOp::Add if inside(left).is_some() || inside(right).is_some() => {
            Some(format!("\"{}{}\"", hole(left), hole(right)))
        }
        BinaryOp::Mod if left.matches('%').count() == 1 && !right.starts_with('[') => {
            let text = inside(left)?;
            text.contains("%s").then(|| format!("\"{}\"", text.replace("%s", &hole(right))))
        }
        _ => None,
    }
}

/// Where the numbers end of which `range(3)` has all.
fn counts_to(words: &str) -> Option<u32> {
    words.strip_prefix("range(")?.strip_suffix(')')?.parse().ok()
}

fn item(of: &str, key: &str) -> String {
    match of {
        "url" => format!("url.{}", key.trim_matches('"')),
        "self.context" if key == "\"request\"" => "request".to_owned(),
        WHATEVER if key == "0" => "request".to_owned(),
        REST if key.parse::<u32>().is_ok() => {
            let index = key.parse::<u32>().map_or(0, |index| index.saturating_add(1));
            format!("{WHATEVER}[{index}]")
        }
        // `READ, WRITE = range(2)`
        _ if counts_to(of).is_some_and(|end| key.parse().is_ok_and(|key: u32| key < end)) => {
            key.to_owned()
        }
        _ => match of.strip_suffix("META").zip(header(key)) {
            Some((request, header)) => format!("{request}headers[\"{header}\"]"),
            None if of.ends_with(".headers") => format!("{of}[{}]", titled(key)),
            None => format!("{of}[{key}]"),
        },
    }
}

/// The header that a key of `request.META` is: `HTTP_X_API_KEY` is `X-Api-Key`.
fn header(key: &str) -> Option<String> {
    let name = key.strip_prefix("\"HTTP_")?.strip_suffix('"')?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain.then(|| titled(&name.replace('_', "-")))
}

/// A header as Django writes it, whose letters may be of either size.
fn titled(name: &str) -> String {
    let mut begins = true;
    let titled = name.chars().map(|sign| {
        let sign = match begins {
            true => sign.to_ascii_uppercase(),
            false => sign.to_ascii_lowercase(),
        };
        begins = !sign.is_ascii_alphanumeric();
        sign
    });
    titled.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_the_same_however_it_is_asked_for() {
        let header = "request.headers[\"X-Api-Key\"]";
        assert_eq!(item("request.META", "\"HTTP_X_API_KEY\""), header);
        assert_eq!(item("request.headers", "\"x-api-key\""), header);
        assert_eq!(item("request.META", "\"REMOTE_ADDR\""), "request.META[\"REMOTE_ADDR\"]");
        assert_eq!(item("request.META", "name"), "request.META[name]");
    }
}

//! When code runs, as a formula over what is asked of a visitor.

use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use aho_corasick::AhoCorasick;

use bartizan_base::Span;
use bartizan_ir::{Arg, BoolOp, FunctionId, Part, Path, PathId, Run, UnaryOp, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::formula::{ACTIVE, Formula, LOGIN, STAFF, SUPERUSER};
use crate::reader::{Bound, Callee, Frame, Reader, Site};

/// Conditions inside each other beyond which none is told.
pub(crate) const MOST_NESTED: usize = 40;

/// The atom of what is tried and raises: what an exception leads to happens then alone.
pub(crate) const FAILS: &str = "what is tried fails";

/// Conditions of a row's own method beyond which its name stands for them.
const MOST_OF_A_METHOD: usize = 9;

/// Conditions of a function beyond which its name stands for them.
pub(crate) const MOST_OF_A_HELPER: usize = 10;

impl Reader<'_> {
    /// When an expression is true.
    pub(crate) fn formula(&self, frame: &Rc<Frame>, value: ValueId) -> Formula {
        self.condition(frame, value, 0)
    }

    fn condition(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> Formula {
        let kept = Rc::clone(&self.kept.borrow());
        if let Some(known) = kept.formulas.get(frame, value) {
            return known;
        }
        let cuts = self.cuts.get();
        let found = self.condition_anew(frame, value, depth);
        if self.is_whole(cuts) {
            kept.formulas.put(frame, value, found.clone());
        }
        found
    }

    fn condition_anew(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> Formula {
        let deeper = self.deeper();
        if deeper.is_none() || depth > MOST_NESTED || !self.step() {
            self.cut();
            return Formula::atom("…");
        }
        let ir = self.ir(frame.file);
        let again = |value: ValueId| self.condition(frame, value, depth + 1);
        match ir.value(value) {
            Value::Bool(true) => Formula::Always,
            Value::Bool(false) | Value::None => Formula::Never,
            Value::Pi { of, .. } | Value::Await(of) => again(of),
            Value::Logic { op, values } => {
                let parts = ir.ids[values].iter().map(|value| again(*value));
                match op {
                    BoolOp::And => Formula::all(parts),
                    BoolOp::Or => Formula::any(parts),
                }
            }
            Value::Unary { op: UnaryOp::Not, of } => again(of).negated(),
            Value::Gamma { test, then, otherwise } => {
                let test = again(test);
                let then = test.clone().and(again(then));
                then.or(test.negated().and(again(otherwise)))
            }
            Value::Join { ways, .. } => self.ways(frame, ways, depth),
            Value::Mu { of, init, back } => self
                .found_by_loop(frame, (of, value), (init, back))
                .unwrap_or_else(|| self.asked(frame, value)),
            Value::Param(index) => match self.param(frame, index) {
                Bound::Value(around, value) => self.condition(&around, value, depth + 1),
                _ => self.asked(frame, value),
            },
            Value::Capture { name, owner } => match self.captured(frame, owner, ir.str(name)) {
                Some((_, Bound::Value(around, value))) => self.condition(&around, value, depth + 1),
                _ => self.asked(frame, value),
            },
            Value::Compare { op, left, right } => self.comparison(frame, value, op, left, right),
            Value::Matches { subject, pattern } => {
                self.matched(frame, value, subject, pattern, depth)
            }
            Value::Comp(_) => {
                self.any_chosen(frame, value).unwrap_or_else(|| self.asked(frame, value))
            }
            Value::Call { callee, args } => self.called(frame, value, callee, args, depth),
            Value::Elem { of, which: Part::At(index) }
                if let Some(ways) = self.told_by_nothing(frame, of, index) =>
            {
                Formula::any(
                    ways.into_iter()
                        .map(|(inner, path, way)| path.and(self.condition(&inner, way, depth + 1))),
                )
            }
            Value::Attr { of, .. } if self.is_itself(frame, of) => {
                // A property is true when what it returns is.
                if let Some((file, at)) = self.own_attribute(frame, value)
                    && let Entity::Function(file, function) = self.project.definition(file, at)
                    && let Some(inner) =
                        self.enter(frame, (file, function), frame.receiver, true, Run::EMPTY)
                {
                    return self.result(&inner);
                }
                if let Some((file, at)) = self.own_attribute(frame, value)
                    && let Value::Bool(truth) = self.ir(file).value(self.ir(file).bare(at))
                {
                    return self::truth(truth);
                }
                self.asked(frame, value)
            }
            Value::Attr { .. } if let Some(inner) = self.row_property(frame, value) => {
                match self.result(&inner) {
                    found if found.atoms().len() <= MOST_OF_A_METHOD => found,
                    found => {
                        let place = (frame.file, ir.span(value));
                        self.by_name(&self.text(frame, value), found, place)
                    }
                }
            }
            _ => self.asked(frame, value),
        }
    }

    /// Whether one of the ways is taken on which something true is returned.
    fn ways(&self, frame: &Rc<Frame>, ways: Run<bartizan_ir::Way>, depth: usize) -> Formula {
        let ir = self.ir(frame.file);
        // What leads to all of the ways has been asked before: whoever comes behind them has passed.
        let common = self.common(frame, ways);
        Formula::any(ir.ways[ways].iter().map(|way| {
            match self.condition(frame, way.value, depth + 1) {
                Formula::Never => Formula::Never,
                said => {
                    let path = self.path_or_failure(frame, way.path, ir.span(way.value));
                    let own = path.conjuncts().iter().filter(|part| !common.contains(part));
                    Formula::all(own.cloned()).and(said)
                }
            }
        }))
    }

    /// When code on a path runs; where an exception leads there, if what is tried fails.
    pub(crate) fn path_or_failure(&self, frame: &Rc<Frame>, path: PathId, span: Span) -> Formula {
        if let Some(path) = self.path(frame, path, false) {
            return path;
        }
        let ir = self.ir(frame.file);
        let steps = std::iter::successors(Some(path), |path| ir.path(*path).parent());
        // What was asked before the `try` was asked of those who come by its failure too.
        let before = steps.filter_map(|at| match ir.path(at) {
            Path::Handler { parent, .. } => self.path(frame, parent, false),
            _ => None,
        });
        let fails = self.atom(FAILS, (frame.file, span));
        before.last().unwrap_or(Formula::Always).and(fails)
    }

    /// What is asked on each of several ways.
    fn common(&self, frame: &Rc<Frame>, ways: Run<bartizan_ir::Way>) -> Vec<Formula> {
        let ir = self.ir(frame.file);
        let mut paths = ir.ways[ways]
            .iter()
            .filter_map(|way| self.path(frame, way.path, false))
            .filter(|path| *path != Formula::Never);
        let mut common = paths.next().map_or(Vec::new(), |path| path.conjuncts().to_vec());
        for path in paths {
            common.retain(|part| path.conjuncts().contains(part));
        }
        common
    }

    /// When a function returns something true.
    pub(crate) fn result(&self, frame: &Rc<Frame>) -> Formula {
        let ir = self.ir(frame.file);
        match ir.function(frame.function).result {
            Some(result) => {
                let found = self.condition(frame, result, 0);
                match ir.value(ir.bare(result)) {
                    // Nothing is returned to whom an exception is raised for.
                    Value::Join { ways, .. } => Formula::all(self.common(frame, ways)).and(found),
                    _ => found,
                }
            }
            None => Formula::Never,
        }
    }

    /// An expression that is asked as it stands.
    fn asked(&self, frame: &Rc<Frame>, value: ValueId) -> Formula {
        let text = self.text(frame, value);
        // A request that asks for something sends no form.
        if frame.ask.method == "GET" && SENT_BY_FORMS.iter().any(|sent| text.starts_with(sent)) {
            return Formula::Never;
        }
        self.by_words(&text, (frame.file, self.ir(frame.file).span(value)))
    }

    /// What words of a condition mean.
    pub(crate) fn by_words(&self, text: &str, place: Site) -> Formula {
        let after_user = text
            .strip_prefix("request.user.")
            .or_else(|| text.strip_prefix("user.").filter(|_| text.len() < 40));
        match after_user {
            Some("is_authenticated" | "is_authenticated()") => self.atom(LOGIN, place),
            Some("is_anonymous" | "is_anonymous()") => self.atom(LOGIN, place).negated(),
            Some("is_staff") => self.atom(STAFF, place),
            Some("is_superuser") => self.atom(SUPERUSER, place),
            Some("is_active") => self.atom(ACTIVE, place),
            Some(name)
                if text.starts_with("request.")
                    && let Some(kept) = self.kept_on_user(name, place) =>
            {
                kept
            }
            _ => match text {
                "request.user" | "request" | "view" | "True" => Formula::Always,
                "False" | "None" => Formula::Never,
                text => self.atom(text, place),
            },
        }
    }

    /// What a function of the project hands up at one place of several, on each of its ways:
    /// `return None, Response(status=403)`.
    pub(crate) fn handed_up(
        &self,
        frame: &Rc<Frame>,
        call: ValueId,
        index: u32,
    ) -> Option<Vec<(Rc<Frame>, Formula, ValueId)>> {
        let call = self.ir(frame.file).bare(call);
        let Value::Call { args, .. } = self.ir(frame.file).value(call) else { return None };
        let Callee::Project { file, function, receiver, bound } = self.callee(frame, call) else {
            return None;
        };
        let ir = self.ir(file);
        let result = ir.function(function).result?;
        let inner = self.enter(frame, (file, function), receiver, bound, args)?;
        let item = |value: ValueId| {
            let Value::Tuple(items) = ir.value(ir.bare(value)) else { return None };
            let items = &ir.items[items];
            items.iter().all(|item| !item.spread).then(|| items.get(index as usize))?
        };
        let Value::Join { ways, .. } = ir.value(ir.bare(result)) else {
            return Some(vec![(Rc::clone(&inner), Formula::Always, item(result)?.value)]);
        };
        let mut found = Vec::new();
        for way in &ir.ways[ways] {
            let path = self.path_or_failure(&inner, way.path, ir.span(way.value));
            if path != Formula::Never {
                found.push((Rc::clone(&inner), path, item(way.value)?.value));
            }
        }
        Some(found)
    }

    /// The one thing that is handed up there, where it is that or nothing.
    pub(crate) fn only_one(
        &self,
        frame: &Rc<Frame>,
        call: ValueId,
        index: u32,
    ) -> Option<(Rc<Frame>, ValueId)> {
        let mut ways = self.told_by_nothing(frame, call, index)?;
        ways.retain(|(inner, _, way)| {
            let ir = self.ir(inner.file);
            ir.value(ir.bare(*way)) != Value::None
        });
        let (inner, _, way) = ways.pop().filter(|_| ways.is_empty())?;
        Some((inner, way))
    }

    /// The same, where there is nothing on some of the ways, and that is what it tells.
    pub(crate) fn told_by_nothing(
        &self,
        frame: &Rc<Frame>,
        call: ValueId,
        index: u32,
    ) -> Option<Vec<(Rc<Frame>, Formula, ValueId)>> {
        let ways = self.handed_up(frame, call, index)?;
        let is_told = ways.iter().any(|(inner, _, way)| {
            let ir = self.ir(inner.file);
            matches!(ir.value(ir.bare(*way)), Value::None | Value::Bool(_))
        });
        let is_short = ways.iter().all(|(_, path, _)| path.atoms().len() <= MOST_OF_A_HELPER);
        (is_told && is_short).then_some(ways)
    }

    fn called(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        callee: ValueId,
        args: Run<Arg>,
        depth: usize,
    ) -> Formula {
        let ir = self.ir(frame.file);
        let place = (frame.file, ir.span(value));
        let given = &ir.args[args];
        if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
            let name = ir.str(name);
            if let Some(inner) = self.row_method(frame, of, name, args) {
                let found = self.result(&inner);
                return match found.atoms().len() <= MOST_OF_A_METHOD {
                    true => found,
                    // What asks more than that is told by its name.
                    false => self.by_name(&self.text(frame, value), found, place),
                };
            }
            if matches!(name, "has_perm" | "has_perms" | "has_module_perms")
                && let Some(first) = given.first()
            {
                let perms =
                    self.strings(frame, first.value).or_else(|| self.each(frame, first.value));
                let perms = perms.unwrap_or_else(|| {
                    vec![self.text(frame, first.value).trim_matches('"').to_owned()]
                });
                // Of somebody else it says nothing of who comes.
                let whose = self.text(frame, of);
                let is_other = |name: &str| self.models.class(name).is_some() || name == "User";
                let mut words = whose.split(|c: char| !c.is_alphanumeric() && c != '_');
                if words.any(is_other) {
                    return Formula::all(
                        perms
                            .iter()
                            .map(|perm| self.atom(format!("{whose}.{name}({perm:?})"), place)),
                    );
                }
                let on = match given.get(1) {
                    Some(arg) => format!(" on {}", self.text(frame, arg.value)),
                    None => String::new(),
                };
                return Formula::all(
                    perms.iter().map(|perm| self.atom(format!("perm:{perm}{on}"), place)),
                );
            }
            if name == "startswith"
                && let Some(first) = given.first()
                && let Some(heads) =
                    self.strings(frame, first.value).or_else(|| self.configured(frame, first.value))
            {
                let words = self.text(frame, of);
                let asked = heads.iter().map(|head| self.is_routed(frame, &words, head, false));
                let asked: Vec<Option<bool>> = asked.collect();
                if asked.contains(&Some(true)) || !asked.contains(&None) {
                    return truth(asked.contains(&Some(true)));
                }
            }
            if name == "exists" {
                return self.asked(frame, value);
            }
            if let Some(some) = self.asked_for_some(frame, value) {
                return self.by_words(&some, place);
            }
        }
        if let Some(any) = self.any_chosen(frame, value) {
            return any;
        }
        if let Some((asked, name)) = self.named_attribute(frame, callee, args)
            && asked == "hasattr"
        {
            self.asked_view.set(true);
            if let Some(view) = frame.ask.view {
                return truth(self.project.lookup_member(view, &name).is_some());
            }
            // What `api_view` makes of a function has nothing of its own.
            if frame.ask.function.is_some() && !OF_API_VIEWS.contains(&name.as_str()) {
                return Formula::Never;
            }
        }
        if let Some(said) = self.said_of_view(frame, callee, args) {
            return self.is_said(frame, said);
        }
        // `hasattr(order, "owner")`, of a row whose model has it.
        if let Value::Global { name, .. } = ir.value(ir.bare(callee))
            && ir.str(name) == "hasattr"
            && let [of, name] = given
            && let Value::Str(name) = ir.value(ir.bare(name.value))
            && let Some((file, class)) = self.models.class(&self.text(frame, of.value))
            && self.project.lookup_member(ClassRef::Project(file, class), ir.str(name)).is_some()
        {
            return Formula::Always;
        }
        // `hasattr(request, "tenant")` asks what `getattr(request, "tenant", None) is not None` does.
        if let Value::Global { name, .. } = ir.value(ir.bare(callee))
            && ir.str(name) == "hasattr"
            && let [of, name] = given
            && let Value::Str(name) = ir.value(ir.bare(name.value))
        {
            let words = format!("{}.{}", self.text(frame, of.value), ir.str(name));
            // Who comes is always on a request, be it nobody.
            return match words.as_str() {
                "request.user" => self.atom("request.user=None", place).negated(),
                words => self.equal(frame, words, "None", place).negated(),
            };
        }
        match self.callee(frame, value) {
            Callee::Project { file, function, receiver, bound } => {
                match self.enter(frame, (file, function), receiver, bound, args) {
                    Some(inner) => match self.result(&inner) {
                        found if found.atoms().len() > MOST_OF_A_HELPER => {
                            self.named_call(frame, (file, function), args, &found, place)
                        }
                        found => found,
                    },
                    None => self.asked(frame, value),
                }
            }
            Callee::External(dotted) => {
                let last = dotted.rsplit('.').next().unwrap_or(&dotted);
                match (last, given) {
                    ("isinstance", [of, class]) => {
                        self.is_instance(frame, of.value, class.value, place, depth)
                    }
                    ("bool", [only]) => self.condition(frame, only.value, depth + 1),
                    ("all" | "any", [only]) => {
                        let of = ir.bare(only.value);
                        match ir.value(of) {
                            Value::List(items) | Value::Tuple(items) => {
                                let parts = ir.items[items]
                                    .iter()
                                    .map(|item| self.formula(frame, item.value));
                                match last {
                                    "all" => Formula::all(parts),
                                    _ => Formula::any(parts),
                                }
                            }
                            Value::Call { .. }
                                if let Some(found) = self.mapped(frame, of, last == "all") =>
                            {
                                found
                            }
                            Value::Comp(comp)
                                if let Some(found) = self.of_each(frame, comp, last == "all") =>
                            {
                                found
                            }
                            _ => self.asked(frame, value),
                        }
                    }
                    ("has_permission" | "has_object_permission", _) => {
                        self.outer_permission(frame, &dotted, place)
                    }
                    // An answer is true, whatever it says.
                    (name, _) if name.ends_with("Response") || name.starts_with("HttpResponse") => {
                        Formula::Always
                    }
                    // What the admin asks by itself.
                    (name, _)
                        if dotted.starts_with("super.has_") && name.ends_with("_permission") =>
                    {
                        let model = self.admin_model(frame);
                        self.atom(format!("perm:{name} {model}"), place)
                    }
                    _ => self.asked(frame, value),
                }
            }
            _ => self.asked(frame, value),
        }
    }

    /// `any(map(user.has_perm, ["shop.add", "shop.edit"]))`
    fn mapped(&self, frame: &Rc<Frame>, call: ValueId, is_all: bool) -> Option<Formula> {
        let ir = self.ir(frame.file);
        let Value::Call { callee, args } = ir.value(call) else { return None };
        let [by, of] = &ir.args[args] else { return None };
        let is_map = matches!(ir.value(ir.bare(callee)), Value::Global { name, .. } if ir.str(name) == "map");
        let Value::Attr { of: on, name } = ir.value(ir.bare(by.value)) else { return None };
        if !is_map || ir.str(name) != "has_perm" || self.text(frame, on) != "request.user" {
            return None;
        }
        let place = (frame.file, ir.span(call));
        let perms = self.strings(frame, of.value)?;
        let parts = perms.iter().map(|perm| self.atom(format!("perm:{perm}"), place));
        let parts: Vec<Formula> = parts.collect();
        Some(if is_all { Formula::all(parts) } else { Formula::any(parts) })
    }

    /// The words of each that is written in a list or a tuple.
    pub(crate) fn each(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Vec<String>> {
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(value)) {
            Value::List(items) | Value::Tuple(items) if !items.is_empty() => ir.items[items]
                .iter()
                .map(|item| {
                    let words = self.text(frame, item.value);
                    (!item.spread).then(|| words.trim_matches('"').to_owned())
                })
                .collect(),
            _ => None,
        }
    }

    /// A function that asks much, by its name and what it is given; a number tells what it asks.
    fn named_call(
        &self,
        frame: &Rc<Frame>,
        (file, function): (FileId, FunctionId),
        args: Run<Arg>,
        asked: &Formula,
        place: Site,
    ) -> Formula {
        let ir = self.ir(file);
        let name = ir.str(ir.function(function).name);
        let given: Vec<String> =
            self.ir(frame.file).args[args].iter().map(|arg| self.text(frame, arg.value)).collect();
        self.by_name(&format!("{name}({})", given.join(", ")), asked.clone(), place)
    }

    /// What asks much, by its name; a number tells what it asks.
    pub(crate) fn by_name(&self, name: &str, asked: Formula, place: Site) -> Formula {
        let named = self.atom(format!("{name} {}", asked.number()), place);
        if let Formula::Atom(atom) = &named {
            self.named.borrow_mut().insert(Arc::clone(atom), asked);
        }
        named
    }

    fn admin_model(&self, frame: &Frame) -> String {
        self.asked_view.set(true);
        frame.ask.model.clone().unwrap_or_else(|| "?".to_owned())
    }

    /// When code on a path runs; `None` where an exception leads to it. With `narrow`, only what is
    /// asked of who comes counts.
    pub(crate) fn path(&self, frame: &Rc<Frame>, path: PathId, narrow: bool) -> Option<Formula> {
        self.path_until(frame, path, None, narrow)
    }

    /// The same, as far as from the beginning of a round of a loop.
    fn path_until(
        &self,
        frame: &Rc<Frame>,
        path: PathId,
        until: Option<PathId>,
        narrow: bool,
    ) -> Option<Formula> {
        let ir = self.ir(frame.file);
        let mut parts = Vec::new();
        let mut at = path;
        for _ in 0..200 {
            if !self.step() || until == Some(at) {
                break;
            }
            let kept = |formula: Formula| match narrow && !is_about_people(&formula) {
                true => match formula {
                    Formula::Never => Formula::Never,
                    _ => Formula::Always,
                },
                false => formula,
            };
            match ir.path(at) {
                Path::Root => return Some(Formula::all(parts)),
                Path::Given { .. } => {
                    let (asked, around) = self.given_at(frame, at);
                    parts.push(kept(asked));
                    at = around;
                }
                Path::Escaped { parent, exit } => {
                    let left = self.exit(frame, exit, parent);
                    parts.push(kept(left.negated()));
                    at = parent;
                }
                Path::Handler { .. } => return None,
                Path::Dead { .. } => return Some(Formula::Never),
                Path::Loop { parent, .. } if !parts.is_empty() => {
                    let inside =
                        || self.path_until(frame, path, Some(at), narrow).unwrap_or(Formula::Never);
                    parts = self.in_a_round(frame, at, &inside).map_or(parts, |asked| vec![asked]);
                    at = parent;
                }
                Path::Loop { parent, .. }
                | Path::Tried { parent, .. }
                | Path::Completed { parent, .. } => at = parent,
            }
        }
        Some(Formula::all(parts))
    }

    /// What is asked where a path begins with a test, and the path around it: `if a: if b:` with nothing
    /// between asks what `if a and b:` does.
    pub(crate) fn given_at(&self, frame: &Rc<Frame>, path: PathId) -> (Formula, PathId) {
        let ir = self.ir(frame.file);
        let Path::Given { mut parent, test, truth } = ir.path(path) else {
            return (Formula::Always, path);
        };
        let mut inner = test;
        let test = self.formula(frame, test);
        let mut asked = if truth { test } else { test.negated() };
        while truth
            && let Path::Given { parent: around, test, truth: true } = ir.path(parent)
            && !self.does_more(frame, parent, inner)
            && self.step()
        {
            asked = self.formula(frame, test).and(asked);
            (parent, inner) = (around, test);
        }
        (asked, parent)
    }

    /// Whether code on a path does more than ask a test, by which paths go on from it.
    fn does_more(&self, frame: &Rc<Frame>, path: PathId, test: ValueId) -> bool {
        let ir = self.ir(frame.file);
        let span = ir.span(test);
        ir.effects[ir.function(frame.function).effects]
            .iter()
            .any(|effect| effect.path == path && !span.contains(effect.span))
    }

    /// When an earlier statement leaves, seen from where both paths part.
    fn exit(&self, frame: &Rc<Frame>, exit: PathId, until: PathId) -> Formula {
        let ir = self.ir(frame.file);
        let mut parts = Vec::new();
        let mut at = exit;
        for _ in 0..60 {
            if at == until || !self.step() {
                break;
            }
            match ir.path(at) {
                Path::Given { parent, test, truth } => {
                    let test = self.formula(frame, test);
                    parts.push(if truth { test } else { test.negated() });
                    at = parent;
                }
                Path::Loop { parent, .. } => {
                    let inside = || self.exit(frame, exit, at);
                    // What leaves in the first round leaves if there is one, and that is not known.
                    let Some(left) = self.in_a_round(frame, at, &inside) else {
                        return Formula::Never;
                    };
                    parts = vec![left];
                    at = parent;
                }
                // Whether an exception leads there is not known.
                Path::Handler { .. } => return Formula::Never,
                Path::Dead { .. } => return Formula::Never,
                Path::Root => break,
                other => match other.parent() {
                    Some(parent) => at = parent,
                    None => break,
                },
            }
        }
        Formula::all(parts)
    }
}

pub(crate) fn truth(holds: bool) -> Formula {
    if holds { Formula::Always } else { Formula::Never }
}

/// What every API view has.
pub(crate) const OF_API_VIEWS: &[&str] = &[
    "permission_classes",
    "authentication_classes",
    "throttle_classes",
    "parser_classes",
    "renderer_classes",
    "schema",
    "settings",
    "request",
    "args",
    "kwargs",
    "action",
    "queryset",
    "get_queryset",
    "basename",
    "detail",
];

/// What a request has by keys.
pub(crate) const KEPT_BY_KEY: &[&str] = &[
    "request.GET",
    "request.POST",
    "request.headers",
    "request.session",
    "request.META",
    "request.COOKIES",
    "request.data",
    "request.query_params",
];

/// What forms send along.
const SENT_BY_FORMS: &[&str] = &["request.POST", "request.FILES"];

/// Words that tell that a condition asks who comes.
const PEOPLE: &[&str] = &[
    "user",
    "perm",
    "role",
    "owner",
    "member",
    "tenant",
    "organi",
    "team",
    "group",
    "staff",
    "admin",
    "token",
    "secret",
    "signature",
    "digest",
    "headers",
    "META",
    "api_key",
    "apikey",
    "session",
    "auth",
    "login",
    "active",
    "allowed",
    "can_",
];

/// What looks for these words.
fn words_of_people() -> &'static AhoCorasick {
    static WORDS: OnceLock<AhoCorasick> = OnceLock::new();
    WORDS.get_or_init(|| AhoCorasick::new(PEOPLE).expect("a few short words"))
}

/// Whether a condition asks whether middleware has run before, and nothing of who comes.
pub(crate) fn is_about_middleware(formula: &Formula) -> bool {
    let of_middleware = ["request.session=None", "request.user=None"];
    formula.atoms().iter().all(|atom| of_middleware.contains(&&**atom))
}

/// Whether a condition asks who comes.
pub(crate) fn is_about_people(formula: &Formula) -> bool {
    formula.has_atom(&asks_who)
}

fn asks_who(atom: &str) -> bool {
    // Whether the address names somebody is no question to who comes.
    let is_of_address = |atom: &str| {
        atom.strip_prefix("url.")
            .is_some_and(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'))
    };
    words_of_people().is_match(atom) && !is_of_address(atom)
}

/// Whether a condition may hold for somebody of whom nothing is known, whatever else is so.
pub(crate) fn meets_strangers(formula: &Formula) -> bool {
    formula.expanded(&|atom| asks_who(atom).then_some(Formula::Never)).may_be(true)
}

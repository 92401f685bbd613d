//! How tests come out, and what functions answer, for each of those who ask.

use bartizan_ir::{
    BoolOp, Comp, CompKind, CompareOp, EffectKind, FileIr, FunctionKind, Path, PathId, UnaryOp,
    Value, ValueId, Why,
};
use bartizan_project::{ClassRef, Entity};

use super::gates::{Action, Actor, Ask, DEEPEST, Gates, Run};
use super::guards::{self, Reach};
use super::views::last;
use super::words::{
    function_in, is_of_another, is_permission, is_self, is_super, mentions_user, name_of, plain,
};
use crate::settings::Truth;

/// Tests inside each other beyond which none is followed.
const DEEPEST_TEST: u8 = 24;

impl Gates<'_> {
    /// How a test comes out.
    pub(super) fn test(
        &self,
        run: Run,
        value: ValueId,
        ask: Ask<'_>,
        depth: u8,
        inner: u8,
    ) -> Truth {
        match inner {
            0 => {
                let find = || self.test_anew(run, value, ask, depth, inner);
                self.answers.test((run, value, ask, depth), &find)
            }
            1..=DEEPEST_TEST => self.test_anew(run, value, ask, depth, inner),
            _ => Truth::Unknown,
        }
    }

    fn test_anew(&self, run: Run, value: ValueId, ask: Ask<'_>, depth: u8, inner: u8) -> Truth {
        if !self.answers.step() {
            return Truth::Unknown;
        }
        let ir = self.project.ir(run.file);
        let inside = |value| self.test(run, value, ask, depth, inner + 1);
        let value = plain(ir, value);
        if let Some(truth) = self.without_argument(run, value, ask, depth, inner) {
            return truth;
        }
        match ir.value(value) {
            Value::Bool(truth) => Truth::known(truth),
            Value::None => Truth::No,
            Value::Str(text) => Truth::known(!ir.str(text).is_empty()),
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                let items = &ir.items[items];
                match items.iter().any(|item| !item.spread) {
                    false if !items.is_empty() => Truth::Unknown,
                    has_some => Truth::known(has_some),
                }
            }
            Value::Unary { op: UnaryOp::Not, of } => inside(of).negated(),
            Value::Logic { op, values } => {
                let mut all = ir.ids[values].iter().map(|value| inside(*value));
                match op {
                    BoolOp::And => all.fold(Truth::Yes, both),
                    BoolOp::Or => all
                        .try_fold(Truth::No, |so_far, next| match either(so_far, next) {
                            Truth::Yes => Err(()),
                            other => Ok(other),
                        })
                        .unwrap_or(Truth::Yes),
                }
            }
            Value::Gamma { test, then, otherwise } => match inside(test) {
                Truth::Yes => inside(then),
                Truth::No => inside(otherwise),
                Truth::Unknown => match (inside(then), inside(otherwise)) {
                    (a, b) if a == b => a,
                    _ => Truth::Unknown,
                },
            },
            // What an error may have cut short: `with suppress(Exception): result = …`. The first way is
            // that on which none did; what goes wrong for someone who is not there need not for others.
            Value::Join { why: Why::Try, ways } => {
                let ways = &ir.ways[ways];
                let is_handled = ways.iter().any(|way| is_in_handler(ir, way.path));
                let many = match is_handled || ask.actor == Actor::Anonymous {
                    true => ways.len(),
                    false => 1,
                };
                let taken = ways
                    .iter()
                    .take(many)
                    .filter(|way| self.when(run, way.path, ask, depth) != Truth::No);
                let mut found = taken.map(|way| inside(way.value));
                let first = found.next().unwrap_or(Truth::Unknown);
                match found.all(|truth| truth == first) {
                    true => first,
                    false => Truth::Unknown,
                }
            }
            Value::Attr { of, name } => {
                if let Some(truth) = of_user(ir.str(name), ask.actor) {
                    return match is_of_another(ir, of, ir.str(name)) {
                        true => Truth::Unknown,
                        false => truth,
                    };
                }
                match ir.str(name) {
                    "user" => Truth::Yes,
                    // Someone who comes with a session has no token.
                    "auth" => Truth::No,
                    "detail"
                        if let Some(Action { detail: Some(detail), .. }) = ask.action
                            && is_view(ir, of) =>
                    {
                        Truth::known(detail)
                    }
                    name if ask.view.is_some() && is_view(ir, of) => {
                        self.of_view(ask.view, name).unwrap_or(Truth::Unknown)
                    }
                    name if is_self(ir, run, of) => self.member_truth(run, name, ask, depth),
                    name => {
                        let marked = ask.route.as_ref();
                        let marked = marked.and_then(|asked| self.asked_mark(run, of, name, asked));
                        let said = marked.or_else(|| self.setting_holds(run, value));
                        said.unwrap_or(Truth::Unknown)
                    }
                }
            }
            Value::Compare { op, left, right } => self.compared(run, op, left, right, ask),
            // `[name for name in names if not user.has_perm(name)]`: whether there are some.
            Value::Comp(comp) if ir.comp(comp).kind == CompKind::List => {
                of_several(ir.comp(comp), "", ir, &inside)
            }
            Value::Call { callee, args } => {
                let name = name_of(ir, callee).unwrap_or_default();
                let args: Vec<ValueId> = ir.args[args].iter().map(|arg| arg.value).collect();
                match (name, args.as_slice()) {
                    ("bool", [only]) => return inside(*only),
                    ("isinstance", [_, class]) if name_of(ir, *class) == Some("AnonymousUser") => {
                        return Truth::known(ask.actor == Actor::Anonymous);
                    }
                    ("isinstance", [of, _])
                        if matches!(ir.value(plain(ir, *of)), Value::Attr { name, .. }
                            if ir.str(name) == "auth") =>
                    {
                        return Truth::No;
                    }
                    ("getattr", [of, name, rest @ ..]) => {
                        if let Value::Str(name) = ir.value(plain(ir, *name)) {
                            let name = ir.str(name);
                            if ask.view.is_some() && is_view(ir, *of) {
                                return match (self.has_view(ask.view, name), rest) {
                                    (Truth::No, [default]) => inside(*default),
                                    (Truth::Yes, _) => {
                                        self.of_view(ask.view, name).unwrap_or(Truth::Unknown)
                                    }
                                    _ => Truth::Unknown,
                                };
                            }
                            if !is_of_another(ir, *of, name)
                                && let Some(truth) = of_user(name, ask.actor)
                            {
                                return truth;
                            }
                            if let Some(asked) = &ask.route
                                && let Some(truth) = self.asked_mark(run, *of, name, asked)
                            {
                                return truth;
                            }
                        }
                        if let Some(truth) = self.setting_holds(run, value) {
                            return truth;
                        }
                        if let [default] = rest
                            && self.names_setting(run, value).is_some()
                        {
                            return inside(*default);
                        }
                    }
                    ("startswith", [prefix, ..]) => {
                        if let Some(asked) = &ask.route
                            && let Some(truth) = self.asked_begins(run, callee, *prefix, asked)
                        {
                            return truth;
                        }
                    }
                    ("hasattr", [of, name]) if ask.view.is_some() && is_view(ir, *of) => {
                        if let Value::Str(name) = ir.value(plain(ir, *name)) {
                            return self.has_view(ask.view, ir.str(name));
                        }
                    }
                    ("hasattr", [of, name]) => {
                        let Value::Str(name) = ir.value(plain(ir, *name)) else {
                            return Truth::Unknown;
                        };
                        if is_self(ir, run, *of) {
                            return self.has_view(run.class, ir.str(name));
                        }
                        if let Some(truth) = self.has_setting(run, *of, ir.str(name)) {
                            return truth;
                        }
                        if let Some(asked) = &ask.route
                            && let Some(truth) = self.asked_mark(run, *of, ir.str(name), asked)
                        {
                            return truth;
                        }
                    }
                    // Nobody is in no group.
                    ("exists", []) if ask.actor == Actor::Anonymous && is_of_groups(ir, callee) => {
                        return Truth::No;
                    }
                    ("any" | "all", [each]) => {
                        if let Value::Comp(comp) = ir.value(plain(ir, *each)) {
                            return of_several(ir.comp(comp), name, ir, &inside);
                        }
                    }
                    _ => {}
                }
                if let Value::Attr { of, .. } = ir.value(plain(ir, callee)) {
                    if !is_of_another(ir, of, name)
                        && let Some(truth) = of_user(name, ask.actor)
                    {
                        return truth;
                    }
                    if is_permission(name) && mentions_user(ir, of) {
                        // Predicates on the object may hold for whoever it is.
                        if args.len() > 1 && ask.actor != Actor::Super && self.has_rules() {
                            return Truth::Unknown;
                        }
                        return Truth::known(ask.actor == Actor::Super);
                    }
                    if is_super(ir, of) {
                        return self.above(run, name, ask, depth);
                    }
                    if depth < DEEPEST
                        && let Some(truth) = self.of_made(run, of, name, ask, depth, inner + 1)
                    {
                        return truth;
                    }
                }
                match self.called(run, value) {
                    Some(callee) if depth < DEEPEST => self.result(callee, ask, depth + 1),
                    _ => Truth::Unknown,
                }
            }
            _ => Truth::Unknown,
        }
    }

    /// What a method of a permission says that is made here, or of the one that a test picks:
    /// `policy = IsStaff() if view.action == "list" else IsMember()`.
    fn of_made(
        &self,
        run: Run,
        of: ValueId,
        name: &str,
        ask: Ask<'_>,
        depth: u8,
        inner: u8,
    ) -> Option<Truth> {
        if inner > DEEPEST_TEST || !self.answers.step() {
            return None;
        }
        let ir = self.project.ir(run.file);
        match ir.value(plain(ir, of)) {
            Value::Gamma { test, then, otherwise } => {
                let way = |of| self.of_made(run, of, name, ask, depth, inner + 1);
                match self.test(run, test, ask, depth, inner) {
                    Truth::Yes => way(then),
                    Truth::No => way(otherwise),
                    Truth::Unknown => way(then).filter(|said| way(otherwise) == Some(*said)),
                }
            }
            Value::Call { callee, .. } => {
                if let Some(class) = self.class_made(run.file, of) {
                    let member = self.project.lookup_member(class, name)?;
                    let function = function_in(self.project.ir(member.class.0), member.value)?;
                    let method = Run { file: member.class.0, function, class: Some(class) };
                    return Some(self.result(method, ask, depth + 1));
                }
                let dotted = self.project.dotted(self.project.resolve(run.file, callee))?;
                (name == "has_permission").then(|| self.outside_says(dotted, ask)).flatten()
            }
            _ => None,
        }
    }

    /// What a permission class says that is not the project's.
    fn outside_says(&self, dotted: &str, ask: Ask<'_>) -> Option<Truth> {
        let is_write = ask.method != Some("GET");
        Some(match last(dotted) {
            "BasePermission" | "AllowAny" => Truth::Yes,
            "IsAuthenticatedOrReadOnly" if !is_write => Truth::Yes,
            "IsAuthenticatedOrReadOnly" => Truth::known(ask.actor != Actor::Anonymous),
            _ => {
                let reach = guards::meaning(self.project.models(), dotted)?;
                Truth::known(lets_in(reach, ask.actor))
            }
        })
    }

    fn compared(
        &self,
        run: Run,
        op: CompareOp,
        left: ValueId,
        right: ValueId,
        ask: Ask<'_>,
    ) -> Truth {
        let ir = self.project.ir(run.file);
        let attribute = |value: ValueId| match ir.value(plain(ir, value)) {
            Value::Attr { name, .. } => ir.str(name),
            Value::Import { name: Some(name), .. } | Value::Global { name, .. } => ir.str(name),
            _ => "",
        };
        let is_no = matches!(op, CompareOp::NotEq | CompareOp::NotIn | CompareOp::IsNot);
        let said = |truth: Truth| if is_no { truth.negated() } else { truth };
        let asked_for = match ir.value(plain(ir, left)) {
            // `request.method.lower()`
            Value::Call { callee, .. } => match ir.value(plain(ir, callee)) {
                Value::Attr { of, name } if matches!(ir.str(name), "lower" | "upper") => of,
                _ => left,
            },
            _ => left,
        };
        if attribute(asked_for) == "method"
            && let Some(method) = ask.method
        {
            let is = |value: ValueId| match ir.value(plain(ir, value)) {
                Value::Str(said) => Truth::known(ir.str(said).eq_ignore_ascii_case(method)),
                _ => Truth::Unknown,
            };
            let holds = match ir.value(plain(ir, right)) {
                Value::Tuple(items) | Value::List(items) | Value::Set(items) => {
                    let all = ir.items[items].iter().map(|item| match item.spread {
                        true => Truth::Unknown,
                        false => is(item.value),
                    });
                    all.fold(Truth::No, either)
                }
                // `rest_framework.permissions.SAFE_METHODS`: GET, HEAD, OPTIONS
                _ if attribute(right) == "SAFE_METHODS" => Truth::known(method == "GET"),
                _ => is(right),
            };
            return said(holds);
        }
        if let Some(action) = ask.action
            && attribute(left) == "action"
        {
            let named = match ir.value(plain(ir, right)) {
                Value::Str(name) => Some(ir.str(name) == action.name),
                _ => {
                    self.names(run, right).map(|names| names.iter().any(|name| name == action.name))
                }
            };
            return named.map_or(Truth::Unknown, |named| said(Truth::known(named)));
        }
        if let Some(asked) = &ask.route {
            let truth = match op {
                CompareOp::In | CompareOp::NotIn => self.asked_in(run, left, right, asked),
                CompareOp::Eq | CompareOp::NotEq => self.asked_is(run, left, right, asked),
                _ => None,
            };
            if let Some(truth) = truth {
                return said(truth);
            }
        }
        if matches!(op, CompareOp::Eq | CompareOp::NotEq)
            && let Value::Str(text) = ir.value(plain(ir, right))
            && let Some(own) = self.own_text(run, left)
        {
            return said(Truth::known(own.as_deref() == Some(ir.str(text))));
        }
        if matches!(op, CompareOp::In | CompareOp::NotIn)
            && let Value::Str(text) = ir.value(plain(ir, left))
            && let Some(truth) = self.setting_contains(run, right, ir.str(text))
        {
            return said(truth);
        }
        if matches!(op, CompareOp::Eq | CompareOp::NotEq) {
            let set = self.setting_is(run, left, right);
            if let Some(truth) = set.or_else(|| self.setting_is(run, right, left)) {
                return said(truth);
            }
        }
        let is_none = matches!(ir.value(plain(ir, right)), Value::None);
        let mine = [left, right].into_iter().any(|side| attribute(side) == "user");
        if mine && is_none {
            return said(Truth::No);
        }
        // No row belongs to someone who is not there.
        if mine && ask.actor == Actor::Anonymous {
            return said(Truth::No);
        }
        Truth::Unknown
    }

    /// The text that a class binds to a name which an instance of it asks for: `self.kind`,
    /// `getattr(self, "kind", None)`; the inner `None` where it has no such name.
    fn own_text(&self, run: Run, value: ValueId) -> Option<Option<String>> {
        let ir = self.project.ir(run.file);
        let (of, name, is_asked) = match ir.value(plain(ir, value)) {
            Value::Attr { of, name } => (of, name, false),
            Value::Call { callee, args } if name_of(ir, callee) == Some("getattr") => {
                let [of, name, default] = &ir.args[args] else { return None };
                let Value::Str(name) = ir.value(plain(ir, name.value)) else { return None };
                (of.value, name, ir.value(plain(ir, default.value)) == Value::None)
            }
            _ => return None,
        };
        if !is_self(ir, run, of) {
            return None;
        }
        let name = ir.str(name);
        let Some(member) = self.project.lookup_member(run.class?, name) else {
            return (is_asked && self.has_view(run.class, name) == Truth::No).then_some(None);
        };
        let ir = self.project.ir(member.class.0);
        match ir.value(plain(ir, member.value)) {
            Value::Str(text) => Some(Some(ir.str(text).to_owned())),
            _ => None,
        }
    }

    /// The texts of a list that a class or module has.
    fn names(&self, run: Run, value: ValueId) -> Option<Vec<String>> {
        let ir = self.project.ir(run.file);
        let value = plain(ir, value);
        let (file, value) = match ir.value(value) {
            Value::Attr { of, name } if is_self(ir, run, of) => {
                let member = self.project.lookup_member(run.class?, ir.str(name))?;
                (member.class.0, member.value)
            }
            // `LoginMiddleware.OPEN_NAMES`
            Value::Attr { of, name }
                if let Entity::Class(file, class) = self.project.resolve(run.file, of) =>
            {
                let of = ClassRef::Project(file, class);
                let member = self.project.lookup_member(of, ir.str(name))?;
                (member.class.0, member.value)
            }
            Value::Global { name, .. } => (run.file, ir.binding(FileIr::module(), name)?.value),
            _ => (run.file, value),
        };
        let ir = self.project.ir(file);
        let items = match ir.value(plain(ir, value)) {
            Value::Tuple(items) | Value::List(items) | Value::Set(items) => items,
            _ => return None,
        };
        ir.items[items]
            .iter()
            .map(|item| match ir.value(plain(ir, item.value)) {
                Value::Str(text) => Some(ir.str(text).to_owned()),
                _ => None,
            })
            .collect()
    }

    /// Whether what a function returns is true.
    pub(super) fn result(&self, run: Run, ask: Ask<'_>, depth: u8) -> Truth {
        let find = || self.result_anew(run, ask, depth);
        self.answers.result((run, ask, depth), &find)
    }

    fn result_anew(&self, run: Run, ask: Ask<'_>, depth: u8) -> Truth {
        let ir = self.project.ir(run.file);
        let record = ir.function(run.function);
        if matches!(record.kind, FunctionKind::Lambda) {
            return record
                .result
                .map_or(Truth::Unknown, |result| self.test(run, result, ask, depth, 0));
        }
        let mut so_far: Option<Truth> = None;
        for effect in &ir.effects[record.effects] {
            let when = self.when(run, effect.path, ask, depth);
            if when == Truth::No {
                continue;
            }
            let truth = match effect.kind {
                EffectKind::Return(Some(value)) if self.is_refusal(run, value, depth) => Truth::Yes,
                EffectKind::Return(Some(value)) => match self.fails(run, value, ask, depth, 0) {
                    true => Truth::No,
                    false => self.test(run, value, ask, depth, 0),
                },
                EffectKind::Return(None) => Truth::No,
                EffectKind::Raise(exception) if self.refuses(run.file, exception) => Truth::No,
                EffectKind::Raise(_) if when == Truth::Yes => return so_far.unwrap_or(Truth::No),
                _ => continue,
            };
            so_far = match so_far {
                None => Some(truth),
                Some(before) if before == truth => Some(truth),
                Some(_) => Some(Truth::Unknown),
            };
            if when == Truth::Yes {
                return so_far.unwrap_or(Truth::Unknown);
            }
        }
        let falls =
            self.end_of(run).is_some_and(|end| self.when(run, end, ask, depth) != Truth::No);
        match so_far {
            // Who falls off the end is given `None`.
            Some(Truth::Yes) if falls => Truth::Unknown,
            found => found.unwrap_or(Truth::No),
        }
    }

    /// The path to the end of a function that nothing is returned at; `None` where each way returns
    /// something, or raises.
    fn end_of(&self, run: Run) -> Option<PathId> {
        let ir = self.project.ir(run.file);
        let record = ir.function(run.function);
        let Value::Join { why: Why::Return, ways } = ir.value(record.result?) else { return None };
        let mut returned: Vec<PathId> = ir.effects[record.effects]
            .iter()
            .filter(|effect| matches!(effect.kind, EffectKind::Return(_)))
            .map(|effect| effect.path)
            .collect();
        ir.ways[ways].iter().map(|way| way.path).find(|path| {
            match returned.iter().position(|known| known == path) {
                Some(at) => {
                    returned.swap_remove(at);
                    false
                }
                None => true,
            }
        })
    }

    /// Whether an expression fails for nobody: it asks for something that only users of the project
    /// have. A guard that fails lets nobody in.
    fn fails(&self, run: Run, value: ValueId, ask: Ask<'_>, depth: u8, inner: u8) -> bool {
        if ask.actor != Actor::Anonymous || inner > 8 {
            return false;
        }
        let ir = self.project.ir(run.file);
        let inside = |value: ValueId| self.fails(run, value, ask, depth, inner + 1);
        match ir.value(plain(ir, value)) {
            Value::Attr { of, name } => {
                let is_user = matches!(ir.value(plain(ir, of)), Value::Attr { name, .. }
                    if ir.str(name) == "user");
                is_user && !OF_NOBODY.contains(&ir.str(name)) || inside(of)
            }
            Value::Call { callee, .. } => match ir.value(plain(ir, callee)) {
                Value::Attr { .. } => inside(callee),
                _ => false,
            },
            Value::Compare { left, .. } => inside(left),
            Value::Unary { of, .. } => inside(of),
            Value::Logic { op: BoolOp::And, values } => {
                ir.ids[values].iter().any(|value| inside(*value))
            }
            Value::Logic { op: BoolOp::Or, values } => {
                for value in &ir.ids[values] {
                    if inside(*value) {
                        return true;
                    }
                    if self.test(run, *value, ask, depth, 0) != Truth::No {
                        return false;
                    }
                }
                false
            }
            _ => false,
        }
    }

    /// Whether what the class of a view binds to a name is true.
    fn of_view(&self, view: Option<ClassRef>, name: &str) -> Option<Truth> {
        let member = self.project.lookup_member(view?, name)?;
        let ir = self.project.ir(member.class.0);
        match ir.value(plain(ir, member.value)) {
            Value::Bool(truth) => Some(Truth::known(truth)),
            Value::None => Some(Truth::No),
            Value::Str(text) => Some(Truth::known(!ir.str(text).is_empty())),
            _ => None,
        }
    }

    /// Whether a view has an attribute.
    fn has_view(&self, view: Option<ClassRef>, name: &str) -> Truth {
        let Some(view) = view else { return Truth::Unknown };
        if self.project.lookup_member(view, name).is_some() || OF_VIEWS.contains(&name) {
            return Truth::Yes;
        }
        let mro = self.project.mro(view);
        let is_plain = mro.classes.iter().all(|base| match base {
            ClassRef::External(symbol) => {
                let base = self.project.symbol(*symbol);
                ["rest_framework.", "django.", "builtins."].iter().any(|of| base.starts_with(of))
            }
            ClassRef::Project(..) => true,
        });
        match is_plain && !mro.unknown_base {
            true => Truth::No,
            false => Truth::Unknown,
        }
    }

    /// A property, a method or a constant of the instance at hand.
    fn member_truth(&self, run: Run, name: &str, ask: Ask<'_>, depth: u8) -> Truth {
        let Some(class) = run.class else { return Truth::Unknown };
        let Some(member) = self.project.lookup_member(class, name) else { return Truth::Unknown };
        let file = member.class.0;
        let ir = self.project.ir(file);
        match ir.value(plain(ir, member.value)) {
            Value::Bool(truth) => Truth::known(truth),
            Value::Decorated { .. } if depth < DEEPEST => match function_in(ir, member.value) {
                Some(function) => {
                    self.result(Run { file, function, class: Some(class) }, ask, depth + 1)
                }
                None => Truth::Unknown,
            },
            _ => Truth::Unknown,
        }
    }

    /// Whether a class says that it asks for no permission: `permission_required = []`.
    fn asks_for_none(&self, class: ClassRef) -> bool {
        self.project.lookup_member(class, "permission_required").is_some_and(|member| {
            let ir = self.project.ir(member.class.0);
            matches!(ir.value(plain(ir, member.value)),
                Value::List(items) | Value::Tuple(items) if ir.items[items].is_empty())
        })
    }

    /// What `super().name(…)` says.
    fn above(&self, run: Run, name: &str, ask: Ask<'_>, depth: u8) -> Truth {
        let Some(class) = run.class else { return Truth::Unknown };
        let ir = self.project.ir(run.file);
        let Some(own) = ir.function(run.function).class else { return Truth::Unknown };
        let own = ClassRef::Project(run.file, own);
        let mro = self.project.mro(class);
        for base in mro.classes.iter().skip_while(|base| **base != own).skip(1) {
            match base {
                ClassRef::Project(..) => {
                    let Some(member) = self.project.own_member(*base, name) else { continue };
                    let file = member.class.0;
                    let Some(function) = function_in(self.project.ir(file), member.value) else {
                        return Truth::Unknown;
                    };
                    return match depth < DEEPEST {
                        true => {
                            self.result(Run { file, function, class: run.class }, ask, depth + 1)
                        }
                        false => Truth::Unknown,
                    };
                }
                ClassRef::External(symbol) => {
                    let dotted = self.project.symbol(*symbol);
                    match last(dotted) {
                        // It asks in `dispatch`, and has no such method.
                        "LoginRequiredMixin" => continue,
                        // An empty list of permissions is met by whoever comes.
                        "PermissionRequiredMixin" if self.asks_for_none(class) => {
                            return Truth::Yes;
                        }
                        _ => {}
                    }
                    if let Some(said) = self.outside_says(dotted, ask) {
                        return said;
                    }
                }
            }
        }
        Truth::Unknown
    }
}

/// Whether `any` or `all` of several holds, or, of a list of them, whether there are some. What is asked
/// of each is asked of one at least.
fn of_several(comp: &Comp, of: &str, ir: &FileIr, holds: &dyn Fn(ValueId) -> Truth) -> Truth {
    let [only] = comp.clauses.as_slice() else { return Truth::Unknown };
    let taken = only.conditions.iter().map(|test| holds(*test)).fold(Truth::Yes, both);
    // `any(missing)`: what is run through are names, and none of them is empty.
    let is_each = matches!(ir.value(plain(ir, comp.element)), Value::Elem { .. })
        && !only.conditions.is_empty();
    match of {
        "all" => either(taken.negated(), holds(comp.element)),
        "any" if !is_each => both(taken, holds(comp.element)),
        _ if only.conditions.is_empty() => Truth::Unknown,
        _ => taken,
    }
}

/// Whether code runs in a handler of a `try`.
fn is_in_handler(ir: &FileIr, path: PathId) -> bool {
    std::iter::successors(Some(path), |path| ir.path(*path).parent())
        .take(64)
        .any(|path| matches!(ir.path(path), Path::Handler { .. }))
}

/// Whether a call asks for rows of `request.user.groups`.
fn is_of_groups(ir: &FileIr, callee: ValueId) -> bool {
    let mut at = plain(ir, callee);
    for _ in 0..8 {
        at = match ir.value(at) {
            Value::Attr { of, name } if ir.str(name) == "groups" => return mentions_user(ir, of),
            Value::Attr { of, .. } => plain(ir, of),
            Value::Call { callee, .. } => plain(ir, callee),
            _ => return false,
        };
    }
    false
}

/// Attributes that views of REST framework have by themselves (`rest_framework/views.py`, `generics.py`,
/// `viewsets.py`).
const OF_VIEWS: &[&str] = &[
    "action",
    "action_map",
    "args",
    "authentication_classes",
    "basename",
    "description",
    "detail",
    "filter_backends",
    "format_kwarg",
    "get_object",
    "get_queryset",
    "get_serializer_class",
    "http_method_names",
    "kwargs",
    "lookup_field",
    "lookup_url_kwarg",
    "name",
    "pagination_class",
    "parser_classes",
    "permission_classes",
    "queryset",
    "renderer_classes",
    "request",
    "serializer_class",
    "settings",
    "suffix",
    "throttle_classes",
];

/// Whether a value is the view that a permission class is given.
pub(super) fn is_view(ir: &FileIr, value: ValueId) -> bool {
    let value = plain(ir, value);
    let Value::Param(place) = ir.value(value) else { return false };
    let function = ir.function(ir.stretch(value).function);
    let param = ir.params[function.params].get(place as usize);
    param.is_some_and(|param| ir.str(param.name) == "view")
}

/// Whether someone gets past a guard.
pub(super) fn lets_in(reach: Reach, actor: Actor) -> bool {
    match actor {
        Actor::Anonymous => reach == Reach::Anonymous,
        Actor::User => reach <= Reach::Login,
        Actor::Super => true,
    }
}

pub(super) fn both(a: Truth, b: Truth) -> Truth {
    match (a, b) {
        (Truth::No, _) | (_, Truth::No) => Truth::No,
        (Truth::Yes, Truth::Yes) => Truth::Yes,
        _ => Truth::Unknown,
    }
}

fn either(a: Truth, b: Truth) -> Truth {
    both(a.negated(), b.negated()).negated()
}

/// What `django.contrib.auth.models.AnonymousUser` has.
const OF_NOBODY: &[&str] = &[
    "aget_all_permissions",
    "aget_group_permissions",
    "aget_user_permissions",
    "ahas_module_perms",
    "ahas_perm",
    "ahas_perms",
    "check_password",
    "delete",
    "get_all_permissions",
    "get_group_permissions",
    "get_user_permissions",
    "get_username",
    "groups",
    "has_module_perms",
    "has_perm",
    "has_perms",
    "id",
    "is_active",
    "is_anonymous",
    "is_authenticated",
    "is_staff",
    "is_superuser",
    "pk",
    "save",
    "set_password",
    "user_permissions",
    "username",
];

/// What a user says of itself.
fn of_user(name: &str, actor: Actor) -> Option<Truth> {
    Some(Truth::known(match name {
        "is_authenticated" | "is_active" => actor != Actor::Anonymous,
        "is_anonymous" => actor == Actor::Anonymous,
        "is_staff" | "is_superuser" => actor == Actor::Super,
        _ => return None,
    }))
}

//! Permission classes of DRF: lists of them, `A | B`, and what `get_permissions` of the project gives.

use bartizan_ir::{ArgKind, BinaryOp, ClassId, EffectKind, FileIr, UnaryOp, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::{Abstract, Evaluated, Questions, Symbol};

use super::gates::{Action, Actor, Ask, Gates, Outcome, Run};
use super::guards::{self, Guard, Methods, Reach};
use super::memory::Answers;
use super::objects;
use super::truths::is_view;
use super::views::{Views, last};
use super::words::{function_in, is_self, is_super, name_of, plain};
use crate::settings::Truth;

/// The name of the guard that `get_permissions` is.
const GET_PERMISSIONS: &str = "get_permissions";

/// Permissions inside each other beyond which none is followed.
const DEEPEST: u8 = 8;

/// What of a view set is asked for.
#[derive(Clone, Copy)]
struct On<'s> {
    method: &'static str,
    action: Option<Action<'s>>,
    view: ClassRef,
}

/// What `get_permissions` gives on one way through it.
enum Given {
    Guards(Vec<Guard>),
    /// An entry is not there: what follows is for whoever catches that.
    Missing,
}

impl Views<'_> {
    /// What guards API views that say nothing themselves.
    pub(super) fn default_guards(&self) -> Vec<Guard> {
        self.defaults.as_ref().map(|list| self.permissions(list)).unwrap_or_default()
    }

    /// The guards of a list of permission classes.
    pub(super) fn permissions(&self, list: &Evaluated) -> Vec<Guard> {
        let Abstract::Seq(seq) = &list.value else {
            return vec![self.unknown("permission_classes", list.site.file, list.site.node)];
        };
        seq.items.iter().flat_map(|item| self.permission(item, None)).collect()
    }

    /// The guards of an entry of such a list.
    fn permission(&self, item: &Evaluated, on: Option<On<'_>>) -> Vec<Guard> {
        let (file, node) = (item.site.file, item.site.node);
        match &item.value {
            Abstract::Ref(Symbol::External(name)) => self.permission_named(name, file, node, on),
            // Settings name a class by its text.
            Abstract::Const(_) => {
                let name = item.value.as_str().unwrap_or("");
                self.permission_named(name, file, node, on)
            }
            Abstract::Ref(Symbol::Class(file, class, _)) => {
                self.permission_class(*file, *class, on)
            }
            _ => self.permission_at(file, node, on, 0),
        }
    }

    fn unknown(&self, name: &str, file: FileId, node: ValueId) -> Guard {
        Guard {
            name: name.to_owned(),
            reach: Reach::Unknown,
            on: Methods::ALL,
            within: None,
            place: Some((file, self.project.ir(file).span(node))),
        }
    }

    fn permission_named(
        &self,
        name: &str,
        file: FileId,
        node: ValueId,
        on: Option<On<'_>>,
    ) -> Vec<Guard> {
        if let Entity::Class(file, class) = self.project.find(name) {
            return self.permission_class(file, class, on);
        }
        let guard =
            |reach, on| Guard { reach, on, within: None, ..self.unknown(last(name), file, node) };
        let (reach, on) = match last(name) {
            "AllowAny" => return Vec::new(),
            // Who reads must be logged in, and needs no permission: `perms_map` asks for none.
            "DjangoModelPermissions" => {
                return vec![
                    guard(Reach::Login, Methods::ALL),
                    guard(Reach::Permission, Methods::WRITES),
                ];
            }
            "DjangoObjectPermissions" => {
                let place = (file, self.project.ir(file).span(node));
                let of_row = objects::guard("DjangoObjectPermissions", Methods::ALL, place);
                return vec![
                    guard(Reach::Login, Methods::ALL),
                    guard(Reach::Permission, Methods::WRITES),
                    of_row,
                ];
            }
            "DjangoModelPermissionsOrAnonReadOnly" => (Reach::Permission, Methods::WRITES),
            "IsAuthenticatedOrReadOnly" => (Reach::Login, Methods::WRITES),
            _ => {
                let known = guards::meaning(self.project.models(), name);
                (known.unwrap_or(Reach::Unknown), Methods::ALL)
            }
        };
        vec![guard(reach, on)]
    }

    /// The guards of a permission as it is written: a class, an instance of one, or several joined by
    /// `|`, `&` and `~`.
    fn permission_at(
        &self,
        file: FileId,
        node: ValueId,
        on: Option<On<'_>>,
        depth: u8,
    ) -> Vec<Guard> {
        let ir = self.project.ir(file);
        let node = plain(ir, node);
        if depth < DEEPEST {
            match ir.value(node) {
                Value::Binary { op: BinaryOp::BitAnd, left, right } => {
                    let mut both = self.permission_at(file, left, on, depth + 1);
                    both.extend(self.permission_at(file, right, on, depth + 1));
                    return both;
                }
                Value::Binary { op: BinaryOp::BitOr, left, right } => {
                    let left = self.permission_at(file, left, on, depth + 1);
                    let right = self.permission_at(file, right, on, depth + 1);
                    return either(&left, &right, self.unknown("", file, node));
                }
                // Whoever may not: someone who is not there is one of them, if anybody is.
                Value::Unary { op: UnaryOp::Invert, of } => {
                    let inner = self.permission_at(file, of, on, depth + 1);
                    let asks = |guard: &Guard| {
                        guard.on == Methods::ALL
                            && matches!(
                                guard.reach,
                                Reach::Login | Reach::Permission | Reach::Staff
                            )
                    };
                    let mut not = self.unknown("~", file, node);
                    let mut inner = inner;
                    inner.retain(|guard| !guard.asks_of_row());
                    if let [only] = inner.as_slice() {
                        not.name = format!("~{}", only.name);
                        if asks(only) {
                            not.reach = Reach::Anonymous;
                        }
                    }
                    return vec![not];
                }
                Value::Call { callee, .. } => {
                    if let Entity::Class(..) | Entity::External(_) =
                        self.project.resolve(file, callee)
                    {
                        return self.permission_at(file, callee, on, depth + 1);
                    }
                }
                _ => {}
            }
        }
        match self.project.resolve(file, node) {
            Entity::Class(file, class) => self.permission_class(file, class, on),
            Entity::External(symbol) => {
                self.permission_named(self.project.symbol(symbol), file, node, on)
            }
            _ => vec![self.unknown("a permission", file, node)],
        }
    }

    /// The guards that a permission class of the project is: what it asks before anything is fetched, and
    /// what it asks of the row.
    fn permission_class(&self, file: FileId, class: ClassId, on: Option<On<'_>>) -> Vec<Guard> {
        let mut found = self.address_guards(file, class, on);
        found.extend(self.row_guard(file, class));
        found
    }

    /// What a permission class of the project asks of whoever comes to the address: as strict as its
    /// code, or as the known class that it builds on.
    fn address_guards(&self, file: FileId, class: ClassId, on: Option<On<'_>>) -> Vec<Guard> {
        let ir = self.project.ir(file);
        let record = ir.class(class);
        let name = ir.str(record.name).to_owned();
        let of = ClassRef::Project(file, class);
        let member = self.project.lookup_member(of, "has_permission");
        if let Some(member) = member
            && let Some(function) = function_in(self.project.ir(member.class.0), member.value)
        {
            let run = Run { file: member.class.0, function, class: Some(of) };
            let general = self.tested(run, &name);
            return match (on, general.first()) {
                (Some(on), Some(first)) if self.asks_the_view(run) => {
                    self.tested_on(run, on, first.clone()).into_iter().collect()
                }
                _ => general,
            };
        }
        let mut reach = None;
        let mut methods = Methods::ALL;
        for base in self.bases(of) {
            match last(base) {
                "AllowAny" => return Vec::new(),
                "IsAuthenticatedOrReadOnly" | "DjangoModelPermissionsOrAnonReadOnly" => {
                    (reach, methods) = (reach.or(Some(Reach::Login)), Methods::WRITES);
                }
                // Without a `has_permission` of its own everyone may ask; for which rows, it says.
                "BasePermission" if reach.is_none() && !self.project.mro(of).unknown_base => {
                    return Vec::new();
                }
                _ => reach = reach.or_else(|| guards::meaning(self.project.models(), base)),
            }
        }
        let reach = reach.unwrap_or(Reach::Unknown);
        vec![Guard {
            name,
            reach,
            on: methods,
            within: None,
            place: Some((file, record.name_span)),
        }]
    }

    /// Whether the file of a test asks the view anything: which action runs, what its class says.
    fn asks_the_view(&self, run: Run) -> bool {
        let ir = self.project.ir(run.file);
        ir.strings.find("view").is_some()
            && ir.values.iter().any(|value| match *value {
                Value::Attr { of, .. } => is_view(ir, of),
                Value::Call { args, .. } => {
                    ir.args[args].first().is_some_and(|arg| is_view(ir, arg.value))
                }
                _ => false,
            })
    }

    /// The guard that a test is on one action, asked for by one method; `None` where everyone passes.
    fn tested_on(&self, run: Run, on: On<'_>, general: Guard) -> Option<Guard> {
        let answers = Answers::default();
        let gates = Gates { answers: &answers, ..self.gates() };
        let span = self.project.ir(run.file).function(run.function).name_span;
        let reach = gates.lets_in(&|actor| {
            let (method, view) = (Some(on.method), Some(on.view));
            let ask = Ask { actor, method, route: None, action: on.action, view };
            match gates.result(run, ask, 0) {
                Truth::Yes => Outcome::Passed,
                Truth::No => Outcome::Denied(run.file, span),
                Truth::Unknown => Outcome::Unknown(run.file, span, true),
            }
        })?;
        Some(Guard { reach, on: Methods::ALL, within: None, ..general })
    }

    /// Puts in the place of the permission classes that ask the view what they ask on a route of it, whose
    /// methods run these actions. `given` is the list that the route gives it.
    pub(super) fn settle_actions(
        &self,
        view: ClassRef,
        (mapping, detail): (&[(&'static str, &str)], Option<bool>),
        given: Option<&Evaluated>,
        questions: &mut Questions<'_>,
        guards: &mut Vec<Guard>,
    ) {
        let list = given.cloned().or_else(|| self.permission_list(view, questions));
        let Some(Abstract::Seq(seq)) = list.map(|list| list.value) else { return };
        for item in &seq.items {
            let of_address = |on: Option<On<'_>>| {
                let mut found = self.permission(item, on);
                found.retain(|guard| !guard.asks_of_row());
                found
            };
            let general = of_address(None);
            let Some(first) = general.first() else { continue };
            let Some(at) = guards.iter().position(|guard| guard == first) else { continue };
            let mut differs = false;
            let told = by_methods(mapping, first, |method, name| {
                let action = (!name.is_empty()).then_some(Action { name, detail });
                let on = On { method, action, view };
                let found = of_address(Some(on));
                differs |= found != general;
                Some(guards::strictest(&found, method))
            });
            let Some(told) = told else { continue };
            // Of an action that lets nobody in, what is known of all of them says more.
            let is_known = told.iter().all(|guard| guard.reach != Reach::Unknown);
            if differs && (is_known || general.iter().any(|guard| guard.reach == Reach::Unknown)) {
                guards.retain(|guard| !general.contains(guard));
                let at = at.min(guards.len());
                guards.splice(at..at, told);
            }
        }
    }

    // ---- get_permissions -------------------------------------------------------------------------

    /// Whether the project says by code which permissions a view asks for.
    pub(super) fn overrides_permissions(&self, of: ClassRef) -> bool {
        self.project.lookup_member(of, GET_PERMISSIONS).is_some()
            && !self.is_of_framework(of, GET_PERMISSIONS)
    }

    /// What stands for that code until it is known which method and action is asked for.
    pub(super) fn unsettled(&self, file: FileId, class: ClassId) -> Guard {
        Guard {
            name: GET_PERMISSIONS.to_owned(),
            reach: Reach::Unknown,
            on: Methods::ALL,
            within: None,
            place: Some((file, self.project.ir(file).class(class).name_span)),
        }
    }

    /// Puts in the place of `get_permissions` what it gives for the methods of a route, each with the
    /// action that it runs. `own` are the permissions that an action names for itself.
    pub(super) fn settle(
        &self,
        of: ClassRef,
        mapping: &[(&'static str, &str)],
        detail: Option<bool>,
        own: Option<Vec<Guard>>,
        questions: &mut Questions<'_>,
        guards: &mut Vec<Guard>,
    ) {
        let is_open =
            |guard: &Guard| guard.name == GET_PERMISSIONS && guard.reach == Reach::Unknown;
        let Some(at) = guards.iter().position(is_open) else { return };
        let ClassRef::Project(file, class) = of else { return };
        let class_wide = own.unwrap_or_else(|| self.class_wide(file, class, questions));
        let mut place = guards[at].place;
        let told = by_methods(mapping, &guards[at], |method, action| {
            let found = self.permissions_for(of, action, detail, method, &class_wide)?;
            place = found.iter().find_map(|guard| guard.place).or(place);
            Some(guards::strictest(&found, method))
        });
        let Some(mut told) = told else { return };
        told.iter_mut().for_each(|guard| guard.place = place);
        guards.splice(at..=at, told);
    }

    /// The permissions that `permission_classes` of a class names, or the settings.
    pub(super) fn class_wide(
        &self,
        file: FileId,
        class: ClassId,
        questions: &mut Questions<'_>,
    ) -> Vec<Guard> {
        let list = self.permission_list(ClassRef::Project(file, class), questions);
        list.map(|list| self.permissions(&list)).unwrap_or_default()
    }

    /// The list that these permissions are.
    pub(super) fn permission_list(
        &self,
        of: ClassRef,
        questions: &mut Questions<'_>,
    ) -> Option<Evaluated> {
        let ClassRef::Project(file, class) = of else { return self.defaults.clone() };
        match questions.class_attribute(file, class, "permission_classes") {
            // DRF's own class attribute is what the settings say.
            Some(list)
                if !self.is_of_framework(of, "permission_classes")
                    && !self.is_behind_view(of, "permission_classes") =>
            {
                Some(list)
            }
            _ => self.defaults.clone(),
        }
    }

    /// Whether a member of a class is one of a mixin that stands behind a view of REST framework, which
    /// has one of its own: `class Marks(ListAPIView, ForTeachers)`.
    fn is_behind_view(&self, of: ClassRef, name: &str) -> bool {
        let Some(member) = self.project.lookup_member(of, name) else { return false };
        let from = ClassRef::Project(member.class.0, member.class.1);
        let mut before = self.project.mro(of).classes.iter().take_while(|base| **base != from);
        let has_view = before.any(|base| match base {
            ClassRef::External(symbol) => self.is_plain_api(self.project.symbol(*symbol)),
            ClassRef::Project(..) => false,
        });
        has_view && !self.is_api(from)
    }

    /// Whether a class outside the project is a view of REST framework that asks what the settings say.
    pub(super) fn is_plain_api(&self, dotted: &str) -> bool {
        const MODULES: &[&str] =
            &["rest_framework.generics.", "rest_framework.views.", "rest_framework.viewsets."];
        let mut ahead = vec![dotted];
        for _ in 0..32 {
            let Some(at) = ahead.pop() else { return false };
            if MODULES.iter().any(|module| at.starts_with(module)) {
                return true;
            }
            let bases = self.project.models().class(at).map(|class| class.bases.as_slice());
            ahead.extend(bases.unwrap_or_default().iter().map(String::as_str));
        }
        false
    }

    /// The permissions that `get_permissions` gives for an action.
    pub(super) fn permissions_for(
        &self,
        of: ClassRef,
        action: &str,
        detail: Option<bool>,
        method: &'static str,
        class_wide: &[Guard],
    ) -> Option<Vec<Guard>> {
        let member = self.project.lookup_member(of, GET_PERMISSIONS)?;
        let file = member.class.0;
        let ir = self.project.ir(file);
        let function = function_in(ir, member.value)?;
        let run = Run { file, function, class: Some(of) };
        let answers = Answers::default();
        answers.begin();
        let gates = Gates { answers: &answers, ..self.gates() };
        let action = (!action.is_empty()).then_some(Action { name: action, detail });
        // Whom it is for shows in the permissions themselves.
        let ask = Ask { actor: Actor::User, method: Some(method), route: None, action, view: None };
        let mut stored: Option<Vec<Guard>> = None;
        let mut is_missing = false;
        for effect in &ir.effects[ir.function(function).effects] {
            // Whoever catches that an entry is not there runs for everyone.
            let ask = match is_missing {
                true => Ask { actor: Actor::Anonymous, ..ask },
                false => ask,
            };
            let when = match gates.when(run, effect.path, ask, 0) {
                Truth::Unknown if is_missing => Truth::Yes,
                when => when,
            };
            if when == Truth::No {
                continue;
            }
            let wide = stored.as_deref().unwrap_or(class_wide);
            match effect.kind {
                EffectKind::StoreAttr { object, name, value }
                    if ir.str(name) == "permission_classes" && is_self(ir, run, object) =>
                {
                    match (when, self.given(&gates, run, value, ask, wide, 0)?) {
                        (Truth::Yes, Given::Guards(guards)) => stored = Some(guards),
                        _ => return None,
                    }
                }
                EffectKind::Return(Some(value)) => {
                    match (when, self.given(&gates, run, value, ask, wide, 0)?) {
                        (Truth::Yes, Given::Guards(guards)) => return Some(guards),
                        (_, Given::Missing) => is_missing = true,
                        _ => return None,
                    }
                }
                EffectKind::Return(None) => return None,
                _ => {}
            }
        }
        None
    }

    /// The guards of a list that code puts together.
    fn given(
        &self,
        gates: &Gates<'_>,
        run: Run,
        value: ValueId,
        ask: Ask<'_>,
        wide: &[Guard],
        depth: u8,
    ) -> Option<Given> {
        if depth > DEEPEST {
            return None;
        }
        let ir = self.project.ir(run.file);
        let inside = |value| self.given(gates, run, value, ask, wide, depth + 1);
        let class_wide = || Some(Given::Guards(wide.to_vec()));
        let value = plain(ir, value);
        match ir.value(value) {
            Value::List(items) | Value::Tuple(items) => {
                let mut all = Vec::new();
                for item in &ir.items[items] {
                    match item.spread {
                        true => match inside(item.value)? {
                            Given::Guards(guards) => all.extend(guards),
                            Given::Missing => return Some(Given::Missing),
                        },
                        false => {
                            let on = ask.method.zip(run.class).map(|(method, view)| On {
                                method,
                                action: ask.action,
                                view,
                            });
                            all.extend(self.permission_at(run.file, item.value, on, 0));
                        }
                    }
                }
                Some(Given::Guards(all))
            }
            // `[permission() for permission in classes]`
            Value::Comp(comp) => match ir.comp(comp).clauses.as_slice() {
                [only] if only.conditions.is_empty() => inside(only.iterator),
                _ => None,
            },
            Value::Gamma { test, then, otherwise } => match gates.test(run, test, ask, 0, 0) {
                Truth::Yes => inside(then),
                Truth::No => inside(otherwise),
                Truth::Unknown => None,
            },
            Value::Binary { op: BinaryOp::Add, left, right } => {
                match (inside(left)?, inside(right)?) {
                    (Given::Guards(mut left), Given::Guards(right)) => {
                        left.extend(right);
                        Some(Given::Guards(left))
                    }
                    _ => Some(Given::Missing),
                }
            }
            Value::Attr { of, name } if is_self(ir, run, of) => match ir.str(name) {
                "permission_classes" => class_wide(),
                name => {
                    let member = self.project.lookup_member(run.class?, name)?;
                    let run = Run { file: member.class.0, ..run };
                    self.given(gates, run, member.value, ask, wide, depth + 1)
                }
            },
            Value::Global { name, .. } => inside(ir.binding(FileIr::module(), name)?.value),
            Value::Index { of, key } => self.entry(gates, run, (of, key), ask, wide, depth),
            Value::Call { callee, args } => {
                let Value::Attr { of, name } = ir.value(plain(ir, callee)) else {
                    let first = ir.args[args].last().filter(|arg| arg.kind == ArgKind::Positional);
                    return match (name_of(ir, callee), first) {
                        (Some("list" | "tuple" | "map"), Some(first)) => inside(first.value),
                        _ => None,
                    };
                };
                match ir.str(name) {
                    GET_PERMISSIONS if is_super(ir, of) => class_wide(),
                    "get" => {
                        let [key, rest @ ..] = &ir.args[args] else { return None };
                        match self.entry(gates, run, (of, key.value), ask, wide, depth)? {
                            Given::Missing => inside(rest.first()?.value),
                            given => Some(given),
                        }
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// `self.permissions_by_action[self.action]`
    fn entry(
        &self,
        gates: &Gates<'_>,
        run: Run,
        (of, key): (ValueId, ValueId),
        ask: Ask<'_>,
        wide: &[Guard],
        depth: u8,
    ) -> Option<Given> {
        let ir = self.project.ir(run.file);
        let is_action = |key: ValueId| {
            matches!(ir.value(plain(ir, key)), Value::Attr { of, name }
                if ir.str(name) == "action" && is_self(ir, run, of))
        };
        let action = ask.action.filter(|_| is_action(key))?;
        let (file, value) = match ir.value(plain(ir, of)) {
            Value::Attr { of, name } if is_self(ir, run, of) => {
                let member = self.project.lookup_member(run.class?, ir.str(name))?;
                (member.class.0, member.value)
            }
            Value::Global { name, .. } => (run.file, ir.binding(FileIr::module(), name)?.value),
            _ => (run.file, of),
        };
        let ir = self.project.ir(file);
        let Value::Dict(pairs) = ir.value(plain(ir, value)) else { return None };
        for pair in &ir.pairs[pairs] {
            let Value::Str(name) = ir.value(plain(ir, pair.key?)) else { return None };
            if ir.str(name) == action.name {
                let run = Run { file, ..run };
                return self.given(gates, run, pair.value, ask, wide, depth + 1);
            }
        }
        Some(Given::Missing)
    }
}

/// What stands for a guard that answers each method of a route by itself: `reach` says whom it lets in by
/// one of them, and by its action. `None` where that is not known.
fn by_methods(
    mapping: &[(&'static str, &str)],
    guard: &Guard,
    mut reach: impl FnMut(&'static str, &str) -> Option<Reach>,
) -> Option<Vec<Guard>> {
    let said =
        mapping.iter().map(|(method, action)| Some((Methods::of(method), reach(method, action)?)));
    let said: Vec<_> = said.collect::<Option<_>>()?;
    // What is the same by all methods of a route is asked by whichever method.
    match said.as_slice() {
        [] => None,
        [(_, first), rest @ ..] if rest.iter().all(|(_, reach)| reach == first) => {
            Some(guards::by_method(guard, [(Methods::ALL, *first)]))
        }
        _ => Some(guards::by_method(guard, said)),
    }
}

/// What lets in whoever gets past one of two.
fn either(left: &[Guard], right: &[Guard], guard: Guard) -> Vec<Guard> {
    let of_row = objects::either(left, right, &guard);
    let address = |guards: &[Guard]| -> Vec<Guard> {
        guards.iter().filter(|guard| !guard.asks_of_row()).cloned().collect()
    };
    let (left, right) = (&address(left)[..], &address(right)[..]);
    let name = |guards: &[Guard]| match guards {
        [] => "AllowAny".to_owned(),
        _ => guards.iter().map(|guard| guard.name.as_str()).collect::<Vec<_>>().join(" & "),
    };
    let guard = Guard { name: format!("{} | {}", name(left), name(right)), ..guard };
    let of = |method| {
        let (left, right) = (guards::strictest(left, method), guards::strictest(right, method));
        match (left, right) {
            (Reach::Anonymous, _) | (_, Reach::Anonymous) => Reach::Anonymous,
            (Reach::Unknown, _) | (_, Reach::Unknown) => Reach::Unknown,
            (left, right) => left.min(right),
        }
    };
    let said = Methods::ALL.iter().map(|method| (Methods::of(method), of(method)));
    let mut found = guards::by_method(&guard, said);
    found.extend(of_row);
    found
}

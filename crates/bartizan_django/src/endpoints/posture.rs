//! What guards a view: its decorators, its bases, its permission classes, its own code.

use std::rc::Rc;

use bartizan_base::Span;
use bartizan_ir::{ClassId, EffectKind, FileIr, FunctionId, FunctionKind, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::{Abstract, Evaluated, Questions, Symbol};

use super::gates::{self, Ask, Gates, Outcome, Run};
use super::guards::{self, Csrf, Guard, Methods, Reach};
use super::known;
use super::views::{Answer, METHODS, Views, decorations, last, symbol_of};
use super::viewsets::Action;
use super::words;
use crate::settings::Truth;

/// Methods of a class of the project by which it may turn a visitor away.
const TURNING_AWAY: &[&str] = &[
    "get_permission_required",
    "get_required_permission",
    "handle_no_permission",
    "has_permission",
    "permission_denied",
];

/// Methods that run before the one that answers.
const BEFORE_THE_VIEW: &[&str] = &["setup", "dispatch", "initial", "check_permissions"];

impl<'a> Views<'a> {
    /// Where the code inside `span` asks who is there.
    pub(super) fn asks(&self, file: FileId, span: Span) -> Option<Span> {
        let spans = self.asking.borrow().get(&file).cloned();
        let spans = spans.unwrap_or_else(|| {
            let ir = self.project.ir(file);
            let names: Vec<_> =
                words::ASKING.iter().filter_map(|name| ir.strings.find(name)).collect();
            let asks = |value: &Value| match *value {
                Value::Attr { name, .. } | Value::Global { name, .. } => names.contains(&name),
                Value::Import { name: Some(name), .. } => names.contains(&name),
                _ => false,
            };
            let found = ir.values.iter().zip(&ir.spans).filter(|(value, _)| asks(value));
            let found: Rc<[Span]> = found.map(|(_, span)| *span).collect();
            self.asking.borrow_mut().insert(file, Rc::clone(&found));
            found
        });
        spans.iter().copied().find(|asked| span.contains(*asked))
    }

    /// The guards that a view has inside itself, if it asks for anything.
    pub(super) fn inner_guards(&self, file: FileId, function: FunctionId) -> Vec<Guard> {
        let run = Run { file, function, class: None };
        let is_asking = self.asks(file, self.project.ir(file).function(function).span).is_some();
        let gates = self.gates();
        match is_asking || gates.may_refuse(run) {
            true => gates.guards(run, "the view itself"),
            false => Vec::new(),
        }
    }

    pub(super) fn gates(&self) -> Gates<'_> {
        Gates {
            project: self.project,
            facts: &self.facts,
            answers: &self.answers,
            settings: Some(self.settings),
            values: Some(&*self.values),
        }
    }

    /// The guards that a decorator of the project is.
    pub(super) fn decorator_guards(&self, file: FileId, decorator: FunctionId) -> Vec<Guard> {
        let (file, decorator) = self.made_by(file, decorator);
        let ir = self.project.ir(file);
        let mut outer = decorator;
        while let Some(parent) = ir.function(outer).parent
            && matches!(ir.function(parent).kind, FunctionKind::Def)
        {
            outer = parent;
        }
        let name = ir.str(ir.function(outer).name);
        let gates = self.gates();
        let function = gates.wrapper(file, decorator).unwrap_or(decorator);
        let run = Run { file, function, class: None };
        let known = guards::meaning(self.project.models(), name).map(|reach| Guard {
            name: name.to_owned(),
            reach,
            on: Methods::ALL,
            within: None,
            place: Some((file, ir.function(outer).name_span)),
        });
        let found = gates.guards(run, name);
        let is_plain = found.iter().all(|guard| guard.reach != Reach::Unknown);
        match found.is_empty() {
            // Its code is not plain; its name is.
            false if !is_plain && known.is_some() => known.into_iter().collect(),
            false => found,
            // One of several functions takes the view's place, and who knows which; or some are refused; or
            // it is called a guard, and gives an answer of its own to some.
            true if known.is_none()
                && (gates.has_several(file, function) && gates.asks(run)
                    || gates.is_doubtful_alone(run, name)) =>
            {
                let place = Some((file, ir.function(outer).name_span));
                vec![Guard {
                    name: name.to_owned(),
                    reach: Reach::Unknown,
                    on: Methods::ALL,
                    within: None,
                    place,
                }]
            }
            true if gates.asks(run) => known.into_iter().collect(),
            true => Vec::new(),
        }
    }

    /// The decorator that another one hands the view to: `return auth(view, WRITE)`.
    fn made_by(&self, file: FileId, decorator: FunctionId) -> (FileId, FunctionId) {
        let mut at = (file, decorator);
        for _ in 0..4 {
            let ir = self.project.ir(at.0);
            let result = ir.function(at.1).result.map(|result| ir.value(ir.bare(result)));
            let Some(Value::Call { callee, args }) = result else { break };
            let gets_view = ir.args[args].iter().any(|arg| {
                ir.value(ir.bare(arg.value)) == Value::Param(0)
                    && ir.stretch(ir.bare(arg.value)).function == at.1
            });
            match self.project.definition(at.0, callee) {
                Entity::Function(file, function) if gets_view && (file, function) != at => {
                    at = (file, function);
                }
                _ => break,
            }
        }
        at
    }

    pub(super) fn api_csrf(&self) -> Csrf {
        match self.has_session {
            true => Csrf::Session,
            false => Csrf::Exempt,
        }
    }

    /// The guards that a function is whose answer decides.
    pub(super) fn tested(&self, run: Run, name: &str) -> Vec<Guard> {
        let gates = self.gates();
        let span = self.project.ir(run.file).function(run.function).name_span;
        gates.guards_where(run, name, Methods::ALL, &|ask| match gates.result(run, ask, 0) {
            Truth::Yes => Outcome::Passed,
            Truth::No => Outcome::Denied(run.file, span),
            Truth::Unknown => Outcome::Unknown(run.file, span, true),
        })
    }

    /// What the project's own `as_view` wraps a view in.
    fn as_view_guards(&self, of: ClassRef) -> Vec<Guard> {
        let Some(member) = self.project.lookup_member(of, "as_view") else { return Vec::new() };
        let file = member.class.0;
        let ir = self.project.ir(file);
        let unknown = || Guard {
            name: "as_view".to_owned(),
            reach: Reach::Unknown,
            on: Methods::ALL,
            within: None,
            place: Some((file, ir.function(ir.class(member.class.1).body).name_span)),
        };
        let Some(function) = words::function_in(ir, member.value) else { return vec![unknown()] };
        let mut found = Vec::new();
        for effect in &ir.effects[ir.function(function).effects] {
            let EffectKind::Return(Some(value)) = effect.kind else { continue };
            let mut at = ir.bare(value);
            for _ in 0..8 {
                let Value::Call { callee, args } = ir.value(at) else { break };
                let callee = ir.bare(callee);
                if matches!(ir.value(callee), Value::Attr { name, .. } if ir.str(name) == "as_view")
                {
                    break;
                }
                let by = match ir.value(callee) {
                    Value::Call { callee, .. } => callee,
                    _ => callee,
                };
                match self.project.resolve(file, by) {
                    Entity::Function(file, function) => {
                        found.extend(self.decorator_guards(file, function));
                    }
                    entity => match self.project.dotted(entity) {
                        Some(dotted) => {
                            let place = Some((file, ir.span(callee)));
                            found.extend(guards::by_name(self.project.models(), dotted, place));
                        }
                        None => found.push(unknown()),
                    },
                }
                let Some(first) = ir.args[args].first() else { break };
                at = ir.bare(first.value);
            }
        }
        found
    }

    /// What a class asks of a visitor before a method of it runs. `given` are the permissions that its
    /// `as_view` is called with. Which of its methods answer a view set (`is_set`), its routes say.
    pub(super) fn class_guards(
        &self,
        (file, class): (FileId, ClassId),
        is_set: bool,
        given: Option<&Evaluated>,
        questions: &mut Questions<'_>,
    ) -> (Vec<Guard>, Option<Csrf>) {
        let of = ClassRef::Project(file, class);
        let mut guards = Vec::new();
        let mut csrf = None;
        // Decorators of the class and of `dispatch`, along the order of its bases.
        for base in &self.project.mro(of).classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.project.ir(file);
            let record = ir.class(class);
            let mut decorators: Vec<_> = ir.ids[record.decorators].to_vec();
            if let Some(member) = self.project.own_member(*base, "dispatch") {
                decorators.extend(decorations(self.project, member.class.0, member.value));
            }
            for decorator in decorators {
                let value = questions.evaluate(file, decorator);
                self.by_decorator(&value, None, &mut guards, &mut csrf);
            }
        }
        // Decorators of the methods themselves.
        let own = if is_set { &[][..] } else { METHODS };
        for (_, handler) in own {
            let Some(member) = self.project.lookup_member(of, handler) else { continue };
            let file = member.class.0;
            for decorator in decorations(self.project, file, member.value) {
                let value = questions.evaluate(file, decorator);
                self.by_decorator(&value, Some(*handler), &mut guards, &mut csrf);
            }
        }
        if self.project.lookup_member(of, "as_view").is_some()
            && !self.is_of_framework(of, "as_view")
        {
            guards.extend(self.as_view_guards(of));
        }
        let mut is_behind_view = false;
        for base in &self.project.mro(of).classes {
            let ClassRef::External(symbol) = base else { continue };
            let dotted = self.project.symbol(*symbol);
            match guards::meaning(self.project.models(), dotted) {
                // A mixin behind the view never runs.
                Some(reach) if !is_behind_view => {
                    let asked = match last(dotted) {
                        "UserPassesTestMixin" => Some("test_func"),
                        "PermissionRequiredMixin" => Some("has_permission"),
                        _ => None,
                    };
                    let own = asked.and_then(|name| self.project.lookup_member(of, name));
                    let function = own.and_then(|member| {
                        words::function_in(self.project.ir(member.class.0), member.value)
                            .map(|function| (member.class.0, function))
                    });
                    match function {
                        Some((file, function)) => {
                            let run = Run { file, function, class: Some(of) };
                            guards.extend(self.tested(run, last(dotted)));
                        }
                        None => guards.push(Guard {
                            name: last(dotted).to_owned(),
                            // An empty list of permissions is met by whoever comes.
                            reach: match asked.map_or(Truth::Yes, |_| self.asks_for_some(of)) {
                                Truth::Yes => reach,
                                Truth::No => Reach::Anonymous,
                                Truth::Unknown => Reach::Unknown,
                            },
                            on: Methods::ALL,
                            within: None,
                            place: Some((file, self.project.ir(file).class(class).name_span)),
                        }),
                    }
                }
                _ => {}
            }
            is_behind_view |= last(dotted) == "View" || last(dotted) == "APIView";
        }
        if self.is_api(of) {
            csrf = csrf.or(Some(self.api_csrf()));
            if let Some(classes) = questions.class_attribute(file, class, "authentication_classes")
                && let Abstract::Seq(seq) = &classes.value
            {
                let is_session = |item: &Evaluated| match &item.value {
                    Abstract::Ref(Symbol::External(name)) => name.contains("Session"),
                    _ => true,
                };
                csrf = Some(match seq.items.iter().any(is_session) {
                    true => Csrf::Session,
                    false => Csrf::Exempt,
                });
            }
            match self.overrides_permissions(of) {
                // Code of the project asks something else in their place.
                _ if !self.asks_permissions(of) => {}
                true => guards.push(self.unsettled(file, class)),
                false => {
                    guards.extend(match given {
                        Some(list) => self.permissions(list),
                        None => self.class_wide(file, class, questions),
                    });
                    // What a package builds on it may ask for something else.
                    let own = self.project.lookup_member(of, "permission_classes");
                    if given.is_none() && own.is_none() {
                        guards.extend(self.doubt_of_base(of));
                    }
                }
            }
            self.mark_unasked(of, &mut guards);
        }
        guards.extend(self.own_guards(of, is_set));
        if guards.iter().all(|guard| guard.reach == Reach::Anonymous) {
            guards.extend(self.doubt(of));
        }
        (guards, csrf)
    }

    /// Whether the permission classes of an API view are asked: a `check_permissions` of the project may
    /// leave them out.
    fn asks_permissions(&self, of: ClassRef) -> bool {
        let name = "check_permissions";
        let Some(member) = self.project.lookup_member(of, name) else { return true };
        if self.is_of_framework(of, name) {
            return true;
        }
        let ir = self.project.ir(member.class.0);
        let Some(function) = words::function_in(ir, member.value) else { return true };
        ir.effects[ir.function(function).effects].iter().any(|effect| {
            let EffectKind::Call(call) = effect.kind else { return false };
            let Value::Call { callee, .. } = ir.value(call) else { return false };
            matches!(words::name_of(ir, callee), Some("check_permissions" | "get_permissions"))
        })
    }

    /// Whether a view asks for some permission: code of the project may say which, and give none.
    fn asks_for_some(&self, of: ClassRef) -> Truth {
        if let Some(member) = self.project.lookup_member(of, "get_permission_required")
            && let ir = self.project.ir(member.class.0)
            && let Some(function) = words::function_in(ir, member.value)
        {
            let run = Run { file: member.class.0, function, class: Some(of) };
            let gates = self.gates();
            self.answers.begin();
            let said = [gates::Actor::Anonymous, gates::Actor::User].map(|actor| {
                let ask = Ask { actor, method: None, route: None, action: None, view: None };
                gates.result(run, ask, 0)
            });
            if said[0] == said[1] && said[0] != Truth::Unknown {
                return said[0];
            }
        }
        match self.may_ask_for_nothing(of) {
            true => Truth::Unknown,
            false => Truth::Yes,
        }
    }

    /// Whether the permissions that a view asks for are none on some way:
    /// `[] if order.customer == request.user else ["shop.view_order"]`.
    fn may_ask_for_nothing(&self, of: ClassRef) -> bool {
        if let Some(member) = self.project.lookup_member(of, "permission_required")
            && may_be_empty(self.project.ir(member.class.0), member.value, 0)
        {
            return true;
        }
        let own = ["get_permission_required", "get_required_permissions"];
        own.iter().filter_map(|name| self.project.lookup_member(of, name)).any(|member| {
            let ir = self.project.ir(member.class.0);
            let Some(function) = words::function_in(ir, member.value) else { return false };
            ir.effects[ir.function(function).effects].iter().any(|effect| match effect.kind {
                EffectKind::Return(Some(value)) => may_be_empty(ir, value, 0),
                _ => false,
            })
        })
    }

    /// Whether something calls a method of a class: code of the project along its bases, or a mixin of
    /// Django's.
    fn is_asked(&self, of: ClassRef, name: &str) -> bool {
        let mro = self.project.mro(of);
        mro.unknown_base
            || mro.classes.iter().any(|base| match base {
                ClassRef::External(symbol) => {
                    guards::meaning(self.project.models(), self.project.symbol(*symbol)).is_some()
                }
                ClassRef::Project(file, _) => {
                    let ir = self.project.ir(*file);
                    let is_read = |value: &Value| {
                        matches!(*value, Value::Attr { name: known, .. } if ir.str(known) == name)
                    };
                    ir.strings.find(name).is_some() && ir.values.iter().any(is_read)
                }
            })
    }

    /// A base outside the project of which nothing is known.
    pub(super) fn doubt_of_base(&self, of: ClassRef) -> Option<Guard> {
        let base = self.bases(of).find(|base| !known::is_neutral(self.project.models(), base))?;
        let ClassRef::Project(file, class) = of else { return None };
        Some(Guard {
            name: last(base).to_owned(),
            reach: Reach::Unknown,
            on: Methods::ALL,
            within: None,
            place: Some((file, self.project.ir(file).class(class).name_span)),
        })
    }

    /// What a class has for turning someone away, where nothing was found that calls it.
    fn doubt(&self, of: ClassRef) -> Option<Guard> {
        if let Some(guard) = self.doubt_of_base(of) {
            return Some(guard);
        }
        let name = TURNING_AWAY.iter().find(|name| {
            self.project.lookup_member(of, name).is_some()
                && !self.is_of_framework(of, name)
                && (**name != "get_permission_required"
                    || self.is_asked(of, name) && self.asks_for_some(of) != Truth::No)
        })?;
        let member = self.project.lookup_member(of, name)?;
        let (file, class) = member.class;
        let record = self.project.ir(file).class(class);
        Some(Guard {
            name: (*name).to_owned(),
            reach: Reach::Unknown,
            on: Methods::ALL,
            within: None,
            place: Some((file, record.name_span)),
        })
    }

    /// Whether a member of a class is the framework's own, whose code is in the tree.
    pub(super) fn is_of_framework(&self, of: ClassRef, name: &str) -> bool {
        self.project.lookup_member(of, name).is_some_and(|member| {
            let module = self.project.module_name(member.class.0);
            module.starts_with("rest_framework.") || module.starts_with("django.")
        })
    }

    /// Where a class, or its bases in the project, turn a visitor away by themselves.
    fn own_guards(&self, of: ClassRef, is_set: bool) -> Vec<Guard> {
        let gates = self.gates();
        let mut found = Vec::new();
        let named = |file: FileId, function: FunctionId| {
            let ir = self.project.ir(file);
            ir.str(ir.function(function).qualname).to_owned()
        };
        for base in &self.project.mro(of).classes {
            let ClassRef::Project(..) = *base else { continue };
            for name in BEFORE_THE_VIEW {
                let Some(member) = self.project.own_member(*base, name) else { continue };
                let file = member.class.0;
                let module = self.project.module_name(file);
                if module.starts_with("rest_framework.") || module.starts_with("django.") {
                    continue;
                }
                let Some(function) = words::function_in(self.project.ir(file), member.value) else {
                    continue;
                };
                let run = Run { file, function, class: Some(of) };
                found.extend(gates.guards(run, &named(file, function)));
            }
        }
        if !is_set {
            found.extend(self.method_guards(of, METHODS, None));
        }
        if self.project.mro(of).unknown_base
            && found.is_empty()
            && let ClassRef::Project(file, class) = of
        {
            found.push(Guard {
                name: "a base that is not known".to_owned(),
                reach: Reach::Unknown,
                on: Methods::ALL,
                within: None,
                place: Some((file, self.project.ir(file).class(class).name_span)),
            });
        }
        found
    }

    /// What the methods that answer a view ask before they do anything: each method of a request, and the
    /// name of the function that it runs; of a view set, the action.
    pub(super) fn method_guards(
        &self,
        of: ClassRef,
        mapping: &[(&'static str, &str)],
        detail: Option<bool>,
    ) -> Vec<Guard> {
        let gates = self.gates();
        let mut found: Vec<Guard> = Vec::new();
        for (method, name) in mapping {
            let Some(member) = self.project.lookup_member(of, name) else { continue };
            let file = member.class.0;
            let ir = self.project.ir(file);
            let Some(function) = words::function_in(ir, member.value) else { continue };
            let run = Run { file, function, class: Some(of) };
            let action = detail.map(|detail| gates::Action { name, detail: Some(detail) });
            let named = ir.str(ir.function(function).qualname);
            let on = Methods::of(method);
            let guards = gates
                .guards_where(run, named, on, &|ask| gates.outcome(run, Ask { action, ..ask }, 0));
            for guard in guards {
                let same =
                    |known: &&mut Guard| (known.reach, known.within) == (guard.reach, guard.within);
                match found.iter_mut().find(same) {
                    Some(known) => known.on = known.on.with(guard.on),
                    None => found.push(guard),
                }
            }
        }
        found.extend(self.hook_guards(of, mapping, detail));
        found
    }

    /// `method_decorator(login_required, name="dispatch")`
    pub(super) fn by_decorator(
        &self,
        value: &Evaluated,
        mut on: Option<&'static str>,
        guards: &mut Vec<Guard>,
        csrf: &mut Option<Csrf>,
    ) {
        if let Some(guard) = self.passes_test(value) {
            guards.extend(guard.into_iter().filter_map(|guard| limited(guard, on)));
            return;
        }
        let place = Some((value.site.file, self.project.ir(value.site.file).span(value.site.node)));
        let names: Vec<String> = match &value.value {
            Abstract::Ref(Symbol::External(name)) => vec![name.to_string()],
            // A decorator of the project, or what a call of one gave.
            Abstract::Ref(Symbol::Function(file, function, _)) => {
                let guard = self.decorator_guards(*file, *function);
                guards.extend(guard.into_iter().filter_map(|guard| limited(guard, on)));
                return;
            }
            Abstract::Apply(apply) => {
                let Symbol::External(symbol) = &apply.symbol else { return };
                if !symbol.ends_with("method_decorator") {
                    vec![symbol.to_string()]
                } else {
                    let name = apply.args.iter().find(|(name, _)| name.as_deref() == Some("name"));
                    if let Some(named) = name.and_then(|(_, value)| value.value.as_str())
                        && named != "dispatch"
                    {
                        let handler = METHODS.iter().find(|(_, handler)| *handler == named);
                        let Some((_, handler)) = handler else { return };
                        on = Some(handler);
                    }
                    let Some((_, what)) = apply.args.first() else { return };
                    let what = what.clone();
                    if let Some(guard) = self.made_inside(value.site.file, value.site.node) {
                        guards.extend(guard.into_iter().filter_map(|guard| limited(guard, on)));
                        return;
                    }
                    if let Some(guard) = self.passes_test(&what) {
                        guards.extend(guard.into_iter().filter_map(|guard| limited(guard, on)));
                        return;
                    }
                    if let Abstract::Ref(Symbol::Function(file, function, _)) = &what.value {
                        let guard = self.decorator_guards(*file, *function);
                        guards.extend(guard.into_iter().filter_map(|guard| limited(guard, on)));
                        return;
                    }
                    match &what.value {
                        Abstract::Seq(seq) => seq.items.iter().filter_map(symbol_of).collect(),
                        _ => match symbol_of(&what) {
                            Some(name) => vec![name],
                            None => {
                                let guard = self.by_its_name(&what);
                                guards.extend(
                                    guard.into_iter().filter_map(|guard| limited(guard, on)),
                                );
                                return;
                            }
                        },
                    }
                }
            }
            _ => {
                let guard = self.by_its_name(value);
                guards.extend(guard.into_iter().filter_map(|guard| limited(guard, on)));
                return;
            }
        };
        for name in names {
            match last(&name) {
                "csrf_exempt" if on.is_none() => *csrf = Some(Csrf::Exempt),
                "csrf_protect" if on.is_none() => *csrf = Some(Csrf::Checked),
                _ => {
                    let guard = guards::by_name(self.project.models(), &name, place);
                    guards.extend(guard.into_iter().filter_map(|guard| limited(guard, on)));
                }
            }
        }
    }

    /// The guards that `user_passes_test(test)` is, where the test is the project's own: none for a test that
    /// everyone passes.
    pub(super) fn passes_test(&self, value: &Evaluated) -> Option<Vec<Guard>> {
        let Abstract::Apply(apply) = &value.value else { return None };
        let Symbol::External(symbol) = &apply.symbol else { return None };
        if last(symbol) != "user_passes_test" {
            return None;
        }
        let (_, test) = apply.args.first()?;
        let Abstract::Ref(Symbol::Function(file, function, _)) = &test.value else { return None };
        let run = Run { file: *file, function: *function, class: None };
        Some(self.tested_by_name(run, last(symbol)))
    }

    /// The guards of an `@action`: its own permission classes take the place of the view set's, and its
    /// decorators come on top.
    pub(super) fn action_guards(
        &self,
        of: ClassRef,
        action: &Action,
        base: &Answer,
        questions: &mut Questions<'_>,
    ) -> Vec<Guard> {
        let own = action.permissions.as_ref().map(|list| self.permissions(list));
        let mut guards = match &own {
            Some(own) if !self.overrides_permissions(of) => own.clone(),
            _ => base.guards.clone(),
        };
        let mapping: Vec<_> =
            action.methods.iter().map(|(method, _)| (*method, action.name.as_str())).collect();
        self.settle(of, &mapping, Some(action.detail), own, questions, &mut guards);
        let route = (&*mapping, Some(action.detail));
        self.settle_actions(of, route, action.permissions.as_ref(), questions, &mut guards);
        self.of_actions(of, &[&action.name], &mut guards);
        guards.extend(self.method_guards(of, &mapping, Some(action.detail)));
        let mut csrf = None;
        if let Some(member) = self.project.lookup_member(of, &action.name) {
            for decorator in decorations(self.project, member.class.0, member.value) {
                let value = questions.evaluate(member.class.0, decorator);
                self.by_decorator(&value, None, &mut guards, &mut csrf);
            }
        }
        guards
    }

    /// The guards of the methods of a view set that a route leads to; `own` are the permissions that the
    /// route gives it, `detail` whether it is about one row.
    pub(super) fn handler_guards(
        &self,
        of: ClassRef,
        mapping: &[(&'static str, &str)],
        detail: bool,
        given: Option<&Evaluated>,
        answer: &mut Answer,
        questions: &mut Questions<'_>,
    ) {
        let own = given.map(|list| self.permissions(list));
        self.settle(of, mapping, Some(detail), own, questions, &mut answer.guards);
        let route = (mapping, Some(detail));
        self.settle_actions(of, route, given, questions, &mut answer.guards);
        let actions: Vec<&str> = mapping.iter().map(|(_, action)| *action).collect();
        self.of_actions(of, &actions, &mut answer.guards);
        answer.guards.extend(self.method_guards(of, mapping, Some(detail)));
        for (method, handler) in mapping {
            let Some(member) = self.project.lookup_member(of, handler) else { continue };
            let on = METHODS.iter().find(|(known, _)| known == method).map(|(_, lower)| *lower);
            for decorator in decorations(self.project, member.class.0, member.value) {
                let value = questions.evaluate(member.class.0, decorator);
                let mut csrf = None;
                self.by_decorator(&value, on, &mut answer.guards, &mut csrf);
            }
        }
    }
}

/// Whether a list of permissions is empty on some way.
fn may_be_empty(ir: &FileIr, value: ValueId, depth: u8) -> bool {
    match ir.value(words::plain(ir, value)) {
        Value::List(items) | Value::Tuple(items) => ir.items[items].is_empty(),
        Value::Gamma { then, otherwise, .. } => {
            depth < 8
                && (may_be_empty(ir, then, depth + 1) || may_be_empty(ir, otherwise, depth + 1))
        }
        _ => false,
    }
}

/// A guard on one method of several: of the rest nothing is said.
fn limited(guard: Guard, on: Option<&'static str>) -> Option<Guard> {
    let Some(handler) = on else { return Some(guard) };
    let (method, _) = METHODS.iter().find(|(_, known)| *known == handler)?;
    let guard = Guard { on: guard.on.within(Methods::of(method)), ..guard };
    guard.on.has(method).then_some(guard)
}

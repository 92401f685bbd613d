//! The sweep: one pass over the calls of a file for all rules that judge calls.

use bartizan_base::Span;
use bartizan_finding::Confidence;
use bartizan_ir::{ArgKind, EffectKind, FunctionId, PathId, Value, ValueId};
use bartizan_model::{Callable, Decorator, Kind, Receiver, Truth, Usage};
use bartizan_project::{Entity, FileId, Project};
use bartizan_value::Evaluator;

use crate::argument::{Passing, known};
use crate::site::{Decorated, Form};
use crate::{Argument, CallSite, Detect, Draft, EndpointsView, FileView, Rule, SettingsView};

/// What the rules say of one file, whose text is `text`, in the order of the code.
///
/// Asks nothing of the models for calls of things that they do not describe, so that the time for a
/// file is that of resolving its calls.
pub fn judge_file(
    project: &Project,
    evaluator: &Evaluator<'_>,
    file: FileId,
    text: &str,
    rules: &[&'static Rule],
) -> Vec<(&'static Rule, Draft)> {
    let view = FileView { project, evaluator, file };
    let mut sweep = Sweep { view, by_kind: Vec::new(), said: Vec::new() };
    for rule in rules {
        match rule.detect {
            Detect::Calls { kinds, .. } => {
                sweep.by_kind.extend(kinds.iter().map(|kind| (*kind, *rule)));
            }
            Detect::File(judge) => {
                let mut drafts = Vec::new();
                judge(&view, &mut drafts);
                sweep.said.extend(drafts.into_iter().map(|draft| (*rule, draft)));
            }
            Detect::Project(_)
            | Detect::Endpoints(_)
            | Detect::Settings(_)
            | Detect::Suppression(_)
            | Detect::Ban
            | Detect::Syntax { .. } => {}
            // These ask for the text and nothing else.
            Detect::Secret(_) | Detect::Deployment(_) => {}
        }
    }
    if !sweep.by_kind.is_empty() {
        sweep.run();
    }
    crate::syntax::walk(view, text, rules, &mut sweep.said);
    once(sweep.said)
}

/// What the rules say of the project as a whole.
pub fn judge_project(
    project: &Project,
    evaluator: &Evaluator<'_>,
    rules: &[&'static Rule],
) -> Vec<(&'static Rule, Draft)> {
    let mut said = Vec::new();
    for rule in rules {
        if let Detect::Project(judge) = rule.detect {
            let mut drafts = Vec::new();
            judge(project, evaluator, &mut drafts);
            said.extend(drafts.into_iter().map(|draft| (*rule, draft)));
        }
    }
    once(said)
}

/// What the rules say of views and what they are made of.
pub fn judge_endpoints(
    view: &EndpointsView<'_>,
    rules: &[&'static Rule],
) -> Vec<(&'static Rule, Draft)> {
    let mut said = Vec::new();
    for rule in rules {
        if let Detect::Endpoints(judge) = rule.detect {
            let mut drafts = Vec::new();
            judge(view, &mut drafts);
            said.extend(drafts.into_iter().map(|draft| (*rule, draft)));
        }
    }
    once(said)
}

/// Has the rules about settings judge those of one environment.
pub fn judge_settings(
    view: &SettingsView<'_>,
    rules: &[&'static Rule],
) -> Vec<(&'static Rule, Draft)> {
    let mut said = Vec::new();
    for rule in rules {
        if let Detect::Settings(judge) = rule.detect {
            let mut drafts = Vec::new();
            judge(view, &mut drafts);
            said.extend(drafts.into_iter().map(|draft| (*rule, draft)));
        }
    }
    said
}

/// Each thing once: two calls that run the same text are one finding, the surest.
fn once(mut said: Vec<(&'static Rule, Draft)>) -> Vec<(&'static Rule, Draft)> {
    said.sort_by(|(a_rule, a), (b_rule, b)| {
        (a.file, a.span, a_rule.info.id, a.hole)
            .cmp(&(b.file, b.span, b_rule.info.id, b.hole))
            .then(b.confidence.cmp(&a.confidence))
    });
    said.dedup_by(|(a_rule, a), (b_rule, b)| {
        (a.file, a.span, a_rule.info.id) == (b.file, b.span, b_rule.info.id)
            && a.subject == b.subject
    });
    said
}

/// Methods that are taken for those of a known class whatever they are called on, with low
/// confidence: the name is hardly used for anything else, and a rule looks at the argument too.
const TELLING_METHODS: &[(&str, &str)] = &[
    ("execute", "django.db.backends.utils.CursorWrapper.execute"),
    ("executemany", "django.db.backends.utils.CursorWrapper.executemany"),
];

struct Sweep<'a> {
    view: FileView<'a>,
    by_kind: Vec<(Kind, &'static Rule)>,
    said: Vec<(&'static Rule, Draft)>,
}

/// Where something happens, and who does it.
#[derive(Clone, Copy)]
struct Event {
    value: ValueId,
    form: Form,
    span: Span,
    function: FunctionId,
    path: PathId,
}

impl<'a> Sweep<'a> {
    fn run(&mut self) {
        let ir = self.view.ir();
        for (function, body) in ir.functions() {
            for effect in &ir.effects[body.effects] {
                let event = |value, form| Event {
                    value,
                    form,
                    span: effect.span,
                    function,
                    path: effect.path,
                };
                match effect.kind {
                    EffectKind::Call(call) => self.call(event(call, Form::Call)),
                    EffectKind::StoreAttr { object, name, value } => {
                        self.store(event(value, Form::Store), object, ir.str(name));
                    }
                    _ => {}
                }
            }
            if let Some(parent) = body.parent {
                let result = body.result.map(|result| (result, body.name_span));
                for by in &ir.ids[body.decorators] {
                    self.decorator(parent, *by, Decorated::Function(function), result);
                }
            }
        }
        for (id, class) in ir.classes() {
            for by in &ir.ids[class.decorators] {
                self.decorator(class.parent, *by, Decorated::Class(id), None);
            }
        }
    }

    fn is_wanted(&self, kind: Kind) -> bool {
        self.by_kind.iter().any(|(of, _)| *of == kind)
    }

    fn call(&mut self, event: Event) {
        let view = self.view;
        let Value::Call { callee: called, args } = view.ir().value(event.value) else { return };
        let callee = view.project.callee(view.file, event.value);
        let mut sure = callee.confidence;
        let mut doubt = (sure < Confidence::High).then(|| self.doubt(called, callee.target));
        let mut bound = callee.bound;
        let model = match callee.model {
            Some(model) => model,
            None => match self.telling_method(callee.target, called) {
                Some((model, method)) => {
                    (sure, bound) = (Confidence::Low, true);
                    doubt = Some(format!("if `{method}` is that of a database"));
                    model
                }
                None => return self.decorating_call(event, called),
            },
        };
        let wanted = model.roles.iter().any(|role| self.is_wanted(role.into))
            || model.kinds.iter().any(|call| self.is_wanted(call.kind));
        if !wanted || view.is_dead(event.path) {
            return;
        }
        let through_class = !bound && model.receiver == Receiver::Instance;
        let passing = Passing::of(&view, model, args, through_class);
        let site = |kind, argument, applies, confidence: Confidence| Reached {
            kind,
            callee: Some(model),
            argument,
            applies,
            confidence: confidence.min(sure),
        };
        let mut reached: Vec<Reached<'a>> = Vec::new();
        for role in model.roles.iter().filter(|role| self.is_wanted(role.into)) {
            let applies = role.applies(view.models(), model, |param| passing.asked(param));
            if applies == Truth::No {
                continue;
            }
            for argument in passing.reaching(model, role.param) {
                reached.push(site(role.into, argument, applies, role.confidence));
            }
        }
        for call in model.kinds.iter().filter(|call| self.is_wanted(call.kind)) {
            let applies = call.applies(view.models(), model, |param| passing.asked(param));
            if applies != Truth::No {
                reached.push(site(call.kind, None, applies, call.confidence));
            }
        }
        self.judge(event, &reached, &passing.given, doubt);
    }

    /// A decorator that is called with what it decorates: `csrf_exempt(hook)`.
    fn decorating_call(&mut self, event: Event, called: ValueId) {
        let view = self.view;
        let Some(model) = view.project.decorator(view.file, called) else { return };
        let Value::Call { args, .. } = view.ir().value(event.value) else { return };
        let [only] = &view.ir().args[args] else { return };
        if model.usage == Usage::Called || view.is_dead(event.path) {
            return;
        }
        let form = Form::Decorator(Decorated::Value(only.value));
        let argument = Argument { name: "", value: only.value, span: only.span };
        self.adds(Event { form, ..event }, model, Some(argument));
    }

    fn decorator(
        &mut self,
        function: FunctionId,
        by: ValueId,
        of: Decorated,
        result: Option<(ValueId, Span)>,
    ) {
        let view = self.view;
        let Some(model) = view.project.decorator(view.file, by) else { return };
        let path = view.ir().stretch(by).path;
        if view.is_dead(path) {
            return;
        }
        let span = self.decorator_span(by, of);
        let event = Event { value: by, form: Form::Decorator(of), span, function, path };
        let argument = result.map(|(value, span)| Argument { name: "", value, span });
        self.adds(event, model, argument);
        for applied in self.applied(model, by) {
            if let Some(model) = view.project.decorator(view.file, applied) {
                self.adds(Event { value: applied, ..event }, model, argument);
            }
        }
    }

    /// Where a decorator is written. A bare name stands where it was imported; what it decorates
    /// knows better.
    fn decorator_span(&self, by: ValueId, decorated: Decorated) -> Span {
        let ir = self.view.ir();
        let is_it = |mut value: ValueId| {
            while let Value::Decorated { of, .. } = ir.value(value) {
                value = of;
            }
            match (ir.value(value), decorated) {
                (Value::Function(made), Decorated::Function(function)) => made == function,
                (Value::Class(made), Decorated::Class(class)) => made == class,
                _ => false,
            }
        };
        let made = ir.values.iter().zip(&ir.spans).find(|(value, _)| {
            matches!(value, Value::Decorated { by: other, of } if *other == by && is_it(*of))
        });
        made.map_or(ir.span(by), |(_, span)| *span)
    }

    /// The decorators that a decorator applies in its turn: those in `method_decorator([…])`.
    fn applied(&self, model: &'a Decorator, by: ValueId) -> Vec<ValueId> {
        let ir = self.view.ir();
        let Some(param) = model.applies else { return Vec::new() };
        let Value::Call { args, .. } = ir.value(ir.bare(by)) else { return Vec::new() };
        let name = model.params.get(param).map(|param| param.name.as_str());
        let args = &ir.args[args];
        let by_name = args
            .iter()
            .find(|arg| matches!(arg.kind, ArgKind::Keyword(key) if Some(ir.str(key)) == name));
        let by_position = || args.get(param).filter(|arg| arg.kind == ArgKind::Positional);
        let Some(arg) = by_name.or_else(by_position) else { return Vec::new() };
        match ir.value(ir.bare(arg.value)) {
            Value::List(items) | Value::Tuple(items) => {
                ir.items[items].iter().map(|item| item.value).collect()
            }
            _ => vec![arg.value],
        }
    }

    fn adds(&mut self, event: Event, model: &'a Decorator, argument: Option<Argument<'a>>) {
        let reached: Vec<Reached<'a>> = model
            .adds
            .iter()
            .filter(|kind| self.is_wanted(**kind))
            .map(|kind| Reached {
                kind: *kind,
                callee: None,
                argument,
                applies: Truth::Yes,
                confidence: model.confidence,
            })
            .collect();
        self.judge(event, &reached, &[], None);
    }

    /// Stores of attributes that the models describe become something, as arguments do.
    fn store(&mut self, event: Event, object: ValueId, name: &str) {
        let (view, project) = (self.view, self.view.project);
        let what = project.resolve_surely(view.file, object);
        let attribute = match what.entity {
            Entity::Instance(class) => project.mro(class).classes.iter().find_map(|class| {
                project.class_model(*class).and_then(|model| model.attributes.get(name))
            }),
            Entity::External(symbol) => view.models().attribute_entry(project.symbol(symbol), name),
            _ => None,
        };
        let Some(attribute) = attribute else { return };
        if !attribute.stored.iter().any(|stored| self.is_wanted(stored.into))
            || view.is_dead(event.path)
        {
            return;
        }
        let value = known(&view, event.value);
        let span = view.ir().span(event.value);
        let argument = Argument { name: "value", value: event.value, span };
        let mut reached = Vec::new();
        for stored in attribute.stored.iter().filter(|stored| self.is_wanted(stored.into)) {
            let applies = stored.applies(view.models(), value.asked());
            if applies != Truth::No {
                reached.push(Reached {
                    kind: stored.into,
                    callee: None,
                    argument: Some(argument),
                    applies,
                    confidence: stored.confidence.min(what.confidence),
                });
            }
        }
        let doubt = (what.confidence < Confidence::High).then(|| self.doubt(object, what.entity));
        self.judge(event, &reached, &[argument], doubt);
    }

    /// Puts each rule the questions that its kinds raise, the surest for each argument.
    fn judge(
        &mut self,
        event: Event,
        reached: &[Reached<'a>],
        arguments: &[Argument<'a>],
        doubt: Option<String>,
    ) {
        for (at, one) in reached.iter().enumerate() {
            let same = |other: &Reached<'a>| {
                let value = |reached: &Reached<'a>| reached.argument.map(|argument| argument.value);
                other.kind == one.kind && value(other) == value(one)
            };
            let rank = |reached: &Reached<'a>| (reached.applies == Truth::Yes, reached.confidence);
            let better = reached.iter().enumerate().any(|(there, other)| {
                same(other) && (rank(other) > rank(one) || rank(other) == rank(one) && there < at)
            });
            if better {
                continue;
            }
            for (kind, rule) in &self.by_kind {
                let Detect::Calls { judge, .. } = rule.detect else { continue };
                if *kind != one.kind {
                    continue;
                }
                let site = CallSite {
                    rule: &rule.info,
                    view: self.view,
                    kind: one.kind,
                    form: event.form,
                    callee: one.callee,
                    value: event.value,
                    span: event.span,
                    function: event.function,
                    path: event.path,
                    argument: one.argument,
                    applies: one.applies,
                    confidence: one.confidence,
                    doubt: doubt.clone(),
                    arguments: arguments.to_vec(),
                };
                if let Some(draft) = judge(&site) {
                    self.said.push((rule, draft));
                }
            }
        }
    }

    /// The model of a method that is known by its name, where the receiver is not.
    fn telling_method(&self, target: Entity, called: ValueId) -> Option<(&'a Callable, &'a str)> {
        if target.is_known() {
            return None;
        }
        let ir = self.view.ir();
        let Value::Attr { name, .. } = ir.value(ir.bare(called)) else { return None };
        let name = ir.str(name);
        let (_, path) = TELLING_METHODS.iter().find(|(method, _)| *method == name)?;
        Some((self.view.models().callable(path)?, name))
    }

    /// Why it is not sure what is called: the receiver's name, or one of several ways, tells.
    fn doubt(&self, called: ValueId, target: Entity) -> String {
        let class = match target {
            Entity::Method { receiver, .. } | Entity::Instance(receiver) => {
                self.view.project.dotted(receiver.entity())
            }
            _ => None,
        };
        let ir = self.view.ir();
        let receiver = match ir.value(ir.bare(called)) {
            Value::Attr { of, .. } => of,
            _ => called,
        };
        match class.and_then(|class| class.rsplit('.').next()) {
            Some(class) => format!("if `{}` is a `{class}`", crate::words::describe(ir, receiver)),
            None => format!("if `{}` is what it looks like", crate::words::describe(ir, called)),
        }
    }
}

/// A kind that a call reaches, before any rule is asked.
#[derive(Clone, Copy)]
struct Reached<'a> {
    kind: Kind,
    callee: Option<&'a Callable>,
    argument: Option<Argument<'a>>,
    applies: Truth,
    confidence: Confidence,
}

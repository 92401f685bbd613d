//! Who chooses a value: the code, someone outside, or nobody knows.

use bartizan_base::Sym;
use bartizan_finding::Confidence;
use bartizan_ir::{BinaryOp, Mutator, TextPiece, UnaryOp, Value, ValueId};
use bartizan_model::{Kind, kind};
use bartizan_project::{ClassRef, Entity, FileId, Inherits};
use bartizan_value::{Abstract, Evaluated, Part, Symbol};
use rustc_hash::FxHashMap;

use crate::FileView;

mod language;
mod proof;

pub(crate) use language::is_numeric;
use language::{GATHERS, PASSES_ON};

/// Who chooses a value. Ordered: of several, the worst counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The code does: a constant, one of several, the name of a table, a number; or what it is made
    /// of cannot do harm here, because it was escaped or quoted for the purpose.
    Fixed,
    /// Not known.
    Unknown,
    /// Whoever sends the request.
    Remote,
}

/// Steps after which a value counts as unknown.
const FUEL: u32 = 4_000;
/// Values nested deeper are unknown.
const DEEPEST: usize = 120;

impl<'a> FileView<'a> {
    /// Who chooses a value that goes into `kind`.
    pub fn origin(&self, value: ValueId, kind: Kind) -> Origin {
        let known = FxHashMap::default();
        Origins { kind, open: Vec::new(), back: usize::MAX, known, fuel: FUEL }.of(self, value)
    }
}

struct Origins {
    kind: Kind,
    /// What is being looked at: a loop's variable is made of itself.
    open: Vec<(FileId, ValueId)>,
    /// The outermost of `open` that was come round to since this was last set: what was found below it
    /// is not whole.
    back: usize,
    /// What was found of values that many others are made of.
    known: FxHashMap<(FileId, ValueId), Origin>,
    fuel: u32,
}

impl Origins {
    fn of(&mut self, view: &FileView<'_>, value: ValueId) -> Origin {
        let ir = view.ir();
        let bare = ir.bare(value);
        let here = (view.file, bare);
        if let Some(place) = self.open.iter().position(|open| *open == here) {
            // What comes round again adds nothing to what it began as.
            self.back = self.back.min(place);
            return Origin::Fixed;
        }
        // A guard is of the name that is read, and not of what it stands for.
        if let Some(known) = self.known.get(&(view.file, value)) {
            return *known;
        }
        if self.fuel == 0 || self.open.len() > DEEPEST {
            self.back = 0;
            return Origin::Unknown;
        }
        self.fuel -= 1;
        if self.is_guarded(view, value) || self.is_harmless_type(view, bare) {
            return Origin::Fixed;
        }
        let place = self.open.len();
        let around = std::mem::replace(&mut self.back, usize::MAX);
        self.open.push(here);
        let origin = self.look(view, bare);
        self.open.pop();
        if self.back >= place {
            self.known.insert((view.file, value), origin);
        }
        self.back = around.min(if self.back >= place { usize::MAX } else { self.back });
        origin
    }

    fn worst(&mut self, view: &FileView<'_>, values: impl IntoIterator<Item = ValueId>) -> Origin {
        let mut worst = Origin::Fixed;
        for value in values {
            worst = worst.max(self.of(view, value));
            if worst == Origin::Remote {
                break;
            }
        }
        worst
    }

    fn look(&mut self, view: &FileView<'_>, value: ValueId) -> Origin {
        let ir = view.ir();
        match ir.value(value) {
            Value::Str(_)
            | Value::Bytes(_)
            | Value::Int(_)
            | Value::BigInt(_)
            | Value::Float(_)
            | Value::Imaginary(_)
            | Value::Bool(_)
            | Value::None
            | Value::Ellipsis
            | Value::Unbound
            | Value::Compare { .. }
            | Value::Matches { .. }
            | Value::Class(_)
            | Value::Function(_) => Origin::Fixed,
            Value::Text { parts, .. } => {
                let mut worst = Origin::Fixed;
                for part in &ir.parts[parts] {
                    if let TextPiece::Hole { value, conversion, spec } = part.piece
                        && !is_numeric(view, conversion, spec)
                    {
                        worst = worst.max(self.of(view, value));
                    }
                }
                worst
            }
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                self.worst(view, ir.items[items].iter().map(|item| item.value))
            }
            Value::Dict(pairs) => self.worst(view, ir.pairs[pairs].iter().map(|pair| pair.value)),
            Value::Comp(comp) => self.of(view, ir.comp(comp).element),
            Value::Gamma { then, otherwise, .. } => self.worst(view, [then, otherwise]),
            Value::Mu { init, back, .. } => self.worst(view, [init, back]),
            Value::Join { ways, .. } => self.worst(view, ir.ways[ways].iter().map(|way| way.value)),
            Value::Logic { values, .. } => self.worst(view, ir.ids[values].iter().copied()),
            Value::Unary { op, of } => match op {
                UnaryOp::Not => Origin::Fixed,
                _ => self.of(view, of),
            },
            Value::Binary { op, left, right } => match op {
                // A text or a list so many times over.
                BinaryOp::Mult if is_sequence(view, left) => self.of(view, left),
                BinaryOp::Mult if is_sequence(view, right) => self.of(view, right),
                // No text can be subtracted or shifted: what comes out is a number, or a set.
                BinaryOp::Sub
                | BinaryOp::FloorDiv
                | BinaryOp::Pow
                | BinaryOp::LShift
                | BinaryOp::RShift => Origin::Fixed,
                _ => self.worst(view, [left, right]),
            },
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                let before = self.of(view, mutation.receiver);
                let args = ir.args[mutation.args].iter().map(|arg| arg.value);
                match mutation.op {
                    Mutator::Remove
                    | Mutator::Pop
                    | Mutator::PopItem
                    | Mutator::Clear
                    | Mutator::Sort
                    | Mutator::Reverse
                    | Mutator::Discard
                    | Mutator::DelItem
                    | Mutator::Escape => before,
                    // Behind the key or the position comes what is stored.
                    Mutator::SetItem | Mutator::SetDefault | Mutator::Insert => {
                        before.max(self.worst(view, args.skip(1)))
                    }
                    Mutator::Append
                    | Mutator::Extend
                    | Mutator::Update
                    | Mutator::Add
                    | Mutator::InPlace(_) => before.max(self.worst(view, args)),
                }
            }
            Value::Elem { of, .. } => match ir.value(ir.bare(of)) {
                // What is gone through is a set, and no number.
                Value::Binary { left, right, .. } => self.worst(view, [left, right]),
                _ => self.of(view, of),
            },
            Value::Await(of) | Value::Enter { manager: of, .. } => self.of(view, of),
            Value::Index { of, .. } => self.of(view, of),
            Value::Attr { of, name } => self.attribute(view, value, of, name),
            Value::Call { .. } => self.call(view, value),
            Value::Global { .. } | Value::Import { .. } | Value::Capture { .. } => {
                self.name(view, value)
            }
            Value::Param(_) if is_operators(view, value) => Origin::Fixed,
            Value::Param(_)
            | Value::Decorated { .. }
            | Value::Star { .. }
            | Value::NamespaceSet { .. }
            | Value::NamespaceUpdate(_)
            | Value::NamespaceUnknown(_)
            | Value::NamespaceRounds(_)
            | Value::Slice { .. }
            | Value::Yield(_)
            | Value::YieldFrom(_)
            | Value::Caught { .. }
            | Value::Pi { .. }
            | Value::Opaque(_) => Origin::Unknown,
        }
    }

    fn name(&mut self, view: &FileView<'_>, value: ValueId) -> Origin {
        match view.project.definition(view.file, value) {
            Entity::Value(file, found) if (file, found) != (view.file, value) => {
                match self.of(&view.of(file), found) {
                    Origin::Unknown => self.evaluated(view, value),
                    origin => origin,
                }
            }
            // What another package names is that package's choice.
            Entity::External(_) | Entity::Module(_) | Entity::Function(..) | Entity::Class(..) => {
                Origin::Fixed
            }
            _ => self.evaluated(view, value),
        }
    }

    /// Asks the evaluator, which knows what functions give back and what variables end with.
    fn evaluated(&mut self, view: &FileView<'_>, value: ValueId) -> Origin {
        self.weigh(view, value, &view.evaluator.evaluate(view.file, value))
    }

    fn weigh(&mut self, view: &FileView<'_>, asked: ValueId, found: &Evaluated) -> Origin {
        match &found.value {
            Abstract::Const(_) => Origin::Fixed,
            // Whoever runs the site chooses its environment.
            Abstract::Env(_) => Origin::Fixed,
            Abstract::Ref(Symbol::External(_) | Symbol::Class(..)) => Origin::Fixed,
            Abstract::Text(text) => {
                let holes = text.parts.iter().filter_map(|part| match part {
                    Part::Hole(hole) => Some(hole),
                    Part::Literal(_) => None,
                });
                self.worst_of(view, asked, holes)
            }
            Abstract::Choice(choice) => {
                self.worst_of(view, asked, choice.alternatives.iter().map(|a| &a.value))
            }
            Abstract::Seq(seq) if seq.open.is_none() => {
                self.worst_of(view, asked, seq.items.iter())
            }
            Abstract::Map(map) if map.open.is_none() => {
                self.worst_of(view, asked, map.entries.iter().map(|(_, value)| value))
            }
            _ => {
                let site = found.site;
                let elsewhere = (site.file, site.node) != (view.file, asked);
                if elsewhere { self.of(&view.of(site.file), site.node) } else { Origin::Unknown }
            }
        }
    }

    fn worst_of<'v>(
        &mut self,
        view: &FileView<'_>,
        asked: ValueId,
        values: impl Iterator<Item = &'v Evaluated>,
    ) -> Origin {
        let mut worst = Origin::Fixed;
        for value in values {
            worst = worst.max(self.weigh(view, asked, value));
        }
        worst
    }

    fn attribute(&mut self, view: &FileView<'_>, value: ValueId, of: ValueId, name: Sym) -> Origin {
        if view.is_of_kind(value, kind::REMOTE) {
            return Origin::Remote;
        }
        if view.is_of_kind(value, kind::FROM_CODE)
            || is_setting(view, of)
            || is_called_setting(view, of, name)
            || is_of_options(view, of)
        {
            return Origin::Fixed;
        }
        match view.project.definition(view.file, value) {
            Entity::Value(file, found) if (file, found) != (view.file, value) => {
                return self.of(&view.of(file), found);
            }
            Entity::External(_) | Entity::Class(..) | Entity::Function(..) => return Origin::Fixed,
            _ => {}
        }
        // `self.table`, which the class body sets once and for all.
        if let Some(class) = view.project.class_of(view.file, of)
            && let Some(member) = view.project.lookup_member(class, view.ir().str(name))
            && !is_stored(view, class, view.ir().str(name))
        {
            return self.of(&view.of(member.class.0), member.value);
        }
        match self.of(view, of) {
            Origin::Remote => Origin::Remote,
            _ => self.evaluated(view, value),
        }
    }

    fn call(&mut self, view: &FileView<'_>, call: ValueId) -> Origin {
        let ir = view.ir();
        let Value::Call { callee: called, args } = ir.value(call) else { return Origin::Unknown };
        let args = &ir.args[args];
        let values = || args.iter().map(|arg| arg.value);
        let callee = view.project.callee(view.file, call);
        if let Some(model) = callee.model {
            if model.cleans.contains(&self.kind) || view.call_is(call, kind::FROM_OPERATOR) {
                return Origin::Fixed;
            }
            if view.call_is(call, kind::REMOTE) {
                return Origin::Remote;
            }
            if model.kinds.iter().any(|of| of.kind == kind::FROM_CODE) {
                // A text of the code, unless it is put together before it is looked up.
                return self.worst(view, values());
            }
            if !model.passes.is_empty() {
                let passed = view.passed_on(call);
                return self.worst(view, passed);
            }
        }
        let bare = ir.bare(called);
        let method = match ir.value(bare) {
            Value::Attr { of, name } => Some((of, ir.str(name))),
            _ => None,
        };
        if let Some((receiver, name)) = method {
            if let Some(origin) = self.method(view, receiver, name, args.first().map(|a| a.value)) {
                return origin;
            }
            if PASSES_ON.contains(&name) {
                return self.of(view, receiver).max(self.worst(view, values()));
            }
        }
        let dotted = view.project.dotted(callee.target);
        if let Some(name) = dotted.and_then(|dotted| dotted.strip_prefix("builtins.")) {
            if GATHERS.contains(&name) {
                return self.worst(view, values());
            }
            if name == "map" {
                // What a function makes of each item: `map(str, ids)`.
                return self.mapped(view, &values().collect::<Vec<_>>());
            }
        }
        if let Some((file, function)) = callee.target.as_function() {
            let result = view.project.ir(file).function(function).result;
            if let Some(result) = result {
                let alone = self.of(&view.of(file), result);
                // What it gives whatever it is given; otherwise, what it gives for these arguments.
                if alone != Origin::Unknown {
                    return alone;
                }
                let here = self.evaluated(view, call);
                if here != Origin::Unknown {
                    return here;
                }
            }
        }
        // A quoting function of the database protects text that no outsider chooses whole.
        if method.is_some_and(|(_, name)| name.ends_with("quote_name"))
            || dotted.is_some_and(|name| name.ends_with(".quote_name"))
        {
            return match self.worst(view, values()) {
                Origin::Remote => Origin::Remote,
                _ => Origin::Fixed,
            };
        }
        // What a function makes of what it is given is not known: it may well clean it.
        match method {
            Some((receiver, "build_absolute_uri")) if view.is_request(receiver) => {
                self.worst(view, values())
            }
            _ => self.evaluated(view, call),
        }
    }

    /// Methods whose result is told by the receiver alone, or by both.
    fn method(
        &mut self,
        view: &FileView<'_>,
        receiver: ValueId,
        name: &str,
        first: Option<ValueId>,
    ) -> Option<Origin> {
        match name {
            "join" => Some(
                self.of(view, receiver)
                    .max(first.map_or(Origin::Fixed, |first| self.of(view, first))),
            ),
            "get" | "pop" | "setdefault" | "keys" | "values" | "items" | "copy" => {
                // Of a container that is written out; the default comes with the other arguments.
                let held = self.of(view, receiver);
                (held != Origin::Unknown).then_some(held)
            }
            _ => None,
        }
    }

    fn mapped(&mut self, view: &FileView<'_>, args: &[ValueId]) -> Origin {
        let Some((function, items)) = args.split_first() else { return Origin::Unknown };
        let entity = view.project.resolve(view.file, *function);
        let cleans = view.project.callable(entity).is_some_and(|m| m.cleans.contains(&self.kind));
        if cleans {
            return Origin::Fixed;
        }
        if view.project.dotted(entity) == Some("builtins.str") {
            return self.worst(view, items.iter().copied());
        }
        match self.worst(view, items.iter().copied()) {
            Origin::Remote => Origin::Remote,
            _ => Origin::Unknown,
        }
    }

    /// Whether the type alone makes the value harmless: a number, an identifier of fixed form, what
    /// the framework has made safe itself.
    fn is_harmless_type(&self, view: &FileView<'_>, value: ValueId) -> bool {
        // A number on one of two ways says nothing of the other.
        if view.project.resolve_surely(view.file, value).confidence < Confidence::High {
            return false;
        }
        let Some(class) = view.project.class_of(view.file, value) else { return false };
        let cleans = |class: ClassRef| {
            view.project
                .class_model(class)
                .is_some_and(|m| m.constructor.cleans.contains(&self.kind))
        };
        if view.project.mro(class).classes.iter().any(|class| cleans(*class)) {
            return true;
        }
        // A call that marks text as safe is a place of its own; what it gives is not judged again.
        self.kind == kind::HTML_TEXT
            && view.project.is_subclass(class, "django.utils.safestring.SafeData") == Inherits::Yes
    }
}

fn is_sequence(view: &FileView<'_>, value: ValueId) -> bool {
    let ir = view.ir();
    matches!(
        ir.value(ir.bare(value)),
        Value::Str(_) | Value::Text { .. } | Value::List(_) | Value::Tuple(_) | Value::Bytes(_)
    )
}

/// Whether a parameter holds what someone wrote on the command line: those of a management command's
/// `handle`.
fn is_operators(view: &FileView<'_>, value: ValueId) -> bool {
    let ir = view.ir();
    let function = ir.function(ir.stretch(value).function);
    let Some(class) = function.class else { return false };
    matches!(ir.str(function.name), "handle" | "handle_label" | "handle_app_config")
        && view.project.is_subclass(
            ClassRef::Project(view.file, class),
            "django.core.management.base.BaseCommand",
        ) != Inherits::No
}

/// Whether `of` is the settings of the project: whoever runs the site chooses them.
fn is_setting(view: &FileView<'_>, of: ValueId) -> bool {
    view.project
        .class_of(view.file, of)
        .and_then(|class| view.project.dotted(class.entity()))
        .is_some_and(|name| name == "django.conf.LazySettings")
}

/// Whether an attribute in capitals is taken from something that is called settings: projects wrap
/// Django's.
fn is_called_setting(view: &FileView<'_>, of: ValueId, name: Sym) -> bool {
    let ir = view.ir();
    let name = ir.str(name);
    let called = match ir.value(ir.bare(of)) {
        Value::Global { name, .. } | Value::Attr { name, .. } => ir.str(name),
        Value::Import { name: Some(name), .. } => ir.str(name),
        _ => return false,
    };
    called.ends_with("settings")
        && name.len() > 2
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether a value comes out of the options of a model, whose names and fields the code chooses:
/// `model._meta.fields`.
fn is_of_options(view: &FileView<'_>, value: ValueId) -> bool {
    let ir = view.ir();
    let mut at = ir.bare(value);
    for _ in 0..24 {
        at = match ir.value(at) {
            Value::Attr { name, .. } if ir.str(name) == "_meta" => return true,
            Value::Attr { of, .. } | Value::Elem { of, .. } | Value::Index { of, .. } => {
                ir.bare(of)
            }
            Value::Call { callee, .. } => ir.bare(callee),
            Value::Mu { init, .. } => ir.bare(init),
            Value::Mutate(mutation) => ir.bare(ir.mutation(mutation).receiver),
            Value::Gamma { then, .. } => ir.bare(then),
            Value::Join { ways, .. } => match ir.ways[ways].first() {
                Some(way) => ir.bare(way.value),
                None => return false,
            },
            _ => return false,
        };
    }
    false
}

/// Whether a method of the class, or of one that inherits from it, stores the attribute.
fn is_stored(view: &FileView<'_>, class: ClassRef, name: &str) -> bool {
    let ClassRef::Project(file, _) = class else { return true };
    let ir = view.project.ir(file);
    let Some(name) = ir.strings.find(name) else { return false };
    ir.functions().any(|(_, function)| {
        ir.effects[function.effects].iter().any(|effect| {
            matches!(effect.kind, bartizan_ir::EffectKind::StoreAttr { name: stored, .. } if stored == name)
        })
    })
}

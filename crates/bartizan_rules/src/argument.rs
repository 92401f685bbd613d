//! What is known of the arguments of a call, as far as the conditions of the models ask.

use bartizan_ir::{Arg, ArgKind, Run, UnaryOp, Value, ValueId};
use bartizan_model::{
    Argument as Passed, Bound, Callable, Literal, ParamKind, Slot, Value as Asked,
};
use bartizan_project::Entity;

use crate::{Argument, FileView};

/// What is known of one argument.
#[derive(Clone, Debug)]
pub(crate) enum Known<'a> {
    /// It is not given.
    Absent,
    /// Perhaps it stands behind a `*` or `**`.
    Unknown,
    /// It is given, and nothing more is known.
    Given,
    /// This number, or `None`.
    Literal(Literal),
    /// This text.
    Str(&'a str),
    /// This truth value.
    Bool(bool),
    /// The thing with this dotted name.
    Symbol(&'a str),
    /// What a call of the thing with this dotted name gave.
    CallOf(&'a str),
}

impl Known<'_> {
    /// As conditions ask for it.
    pub(crate) fn asked(&self) -> Asked<'_> {
        match self {
            Self::Absent => Asked::Absent,
            Self::Unknown => Asked::Unknown,
            Self::Given => Asked::Given,
            Self::Literal(literal) => Asked::Literal(literal),
            Self::Str(text) => Asked::Str(text),
            Self::Bool(truth) => Asked::Bool(*truth),
            Self::Symbol(name) => Asked::Symbol(name),
            Self::CallOf(name) => Asked::CallOf(name),
        }
    }
}

/// The arguments of one call, sorted to the parameters of what is called.
pub(crate) struct Passing<'a> {
    bound: Bound<Arg>,
    known: Vec<Known<'a>>,
    pub(crate) given: Vec<Argument<'a>>,
}

impl<'a> Passing<'a> {
    /// Sorts the arguments. `through_class`: the receiver is the first of them.
    pub(crate) fn of(
        view: &FileView<'a>,
        model: &'a Callable,
        args: Run<Arg>,
        through_class: bool,
    ) -> Self {
        let ir = view.ir();
        let mut args = &ir.args[args];
        if through_class && matches!(args, [first, ..] if first.kind == ArgKind::Positional) {
            args = &args[1..];
        }
        let bound = model.bind(args.iter().map(|arg| match arg.kind {
            ArgKind::Positional => Passed::Positional(*arg),
            ArgKind::Keyword(name) => Passed::Keyword(ir.str(name), *arg),
            ArgKind::Star => Passed::Star(*arg),
            ArgKind::DoubleStar => Passed::DoubleStar(*arg),
        }));
        let known = (0..model.params.len())
            .map(|param| match bound.slot(param) {
                Slot::Absent => Known::Absent,
                Slot::Maybe => Known::Unknown,
                Slot::Given(arg) => known(view, arg.value),
            })
            .collect();
        let given =
            (0..model.params.len()).flat_map(|param| arguments(model, &bound, param)).collect();
        Self { bound, known, given }
    }

    /// What is known of the parameter with this index.
    pub(crate) fn asked(&self, param: usize) -> Asked<'_> {
        self.known.get(param).map_or(Asked::Unknown, Known::asked)
    }

    /// The arguments that reach the parameter with this index; `None` stands for one that is left
    /// out, or that may lie in a `**`.
    pub(crate) fn reaching(&self, model: &'a Callable, param: usize) -> Vec<Option<Argument<'a>>> {
        let found: Vec<_> = arguments(model, &self.bound, param).map(Some).collect();
        if found.is_empty() { vec![None] } else { found }
    }
}

fn arguments<'a>(
    model: &'a Callable,
    bound: &Bound<Arg>,
    param: usize,
) -> impl Iterator<Item = Argument<'a>> + use<'a> {
    let described = model.params.get(param);
    let gathers = described.is_some_and(|p| matches!(p.kind, ParamKind::Args | ParamKind::Kwargs));
    let found: Vec<Arg> = if gathers {
        bound.gathered(param).map(|gathered| gathered.value).collect()
    } else {
        bound.given(param).into_iter().collect()
    };
    let name = described.map_or("", |param| param.name.as_str());
    found.into_iter().map(move |arg| Argument { name, value: arg.value, span: arg.span })
}

/// What is known of a value: looks through names, also those of other modules.
pub(crate) fn known<'a>(view: &FileView<'a>, value: ValueId) -> Known<'a> {
    let project = view.project;
    let entity = match project.resolve(view.file, value) {
        // What made an instance is told by the call, which names alone lead to.
        Entity::Instance(_) => project.definition(view.file, value),
        entity => entity,
    };
    match entity {
        Entity::Value(file, value) => literal(&view.of(file), value),
        Entity::Instance(_) | Entity::Unknown(_) => Known::Given,
        entity => project.dotted(entity).map_or(Known::Given, Known::Symbol),
    }
}

fn literal<'a>(view: &FileView<'a>, value: ValueId) -> Known<'a> {
    let ir = view.ir();
    match ir.value(ir.bare(value)) {
        Value::Str(text) => Known::Str(ir.str(text)),
        Value::Bool(truth) => Known::Bool(truth),
        Value::None => Known::Literal(Literal::None),
        Value::Int(number) => Known::Literal(Literal::Int(number)),
        Value::Float(number) => Known::Literal(Literal::Float(number)),
        Value::Unary { op: UnaryOp::Minus, of } => match ir.value(of) {
            Value::Int(number) => Known::Literal(Literal::Int(number.saturating_neg())),
            _ => Known::Given,
        },
        Value::Call { callee, .. } => view.name_of(callee).map_or(Known::Given, Known::CallOf),
        _ => Known::Given,
    }
}

//! Calls, and what they reach.

use bartizan_base::Span;
use bartizan_finding::Confidence;
use bartizan_ir::{EffectKind, FunctionId, PathId, Value, ValueId};
use bartizan_model::Callable;

use crate::entity::{ClassRef, Entity, FileId, Member};
use crate::project::Project;

/// A call at its place in the order of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function, class body or module that calls.
    pub function: FunctionId,
    /// The call, a [`Value::Call`].
    pub value: ValueId,
    /// When it happens.
    pub path: PathId,
    /// The whole expression.
    pub span: Span,
}

/// What a call reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Callee<'p> {
    /// What is called. A class means its constructor, an instance its `__call__`.
    pub target: Entity,
    /// What the models say of it.
    pub model: Option<&'p Callable>,
    /// How sure all of this is.
    pub confidence: Confidence,
    /// Whether the receiver is given by other means than the first argument: a method of an
    /// instance, a class method, a constructor.
    pub bound: bool,
}

impl Project {
    /// All calls of a file, function by function, in the order in which they happen. Calls in code
    /// that never runs are among them; their path says so.
    pub fn calls(&self, file: FileId) -> impl Iterator<Item = Call> {
        let ir = self.ir(file);
        ir.functions().flat_map(move |(function, body)| {
            ir.effects[body.effects].iter().filter_map(move |effect| match effect.kind {
                EffectKind::Call(value) => {
                    Some(Call { function, value, path: effect.path, span: effect.span })
                }
                _ => None,
            })
        })
    }

    /// What a call reaches. Of anything but a call, what a call of it would reach.
    pub fn callee(&self, file: FileId, call: ValueId) -> Callee<'_> {
        let called = match self.ir(file).value(call) {
            Value::Call { callee, .. } => callee,
            _ => call,
        };
        let what = self.resolve_surely(file, called);
        let model = match what.entity {
            // A method that a class of the project overrides is the project's own, and is read.
            Entity::Instance(class) => self.callable_instance(class),
            entity => self.callable(entity),
        };
        let confidence = model.map_or(what.confidence, |m| m.confidence.min(what.confidence));
        Callee { target: what.entity, model, confidence, bound: is_bound(what.entity) }
    }

    /// The constructor that a call of the class runs, where the project writes it.
    pub fn constructor(&self, class: ClassRef) -> Option<(FileId, FunctionId)> {
        let member = self.lookup_member(class, "__init__")?;
        match self.definition(member.class.0, member.value) {
            Entity::Function(file, function) => Some((file, function)),
            _ => None,
        }
    }

    fn callable_instance(&self, class: ClassRef) -> Option<&Callable> {
        if self.lookup_member(class, "__call__").is_some() {
            return None;
        }
        self.mro(class).classes.iter().find_map(|class| {
            let model = self.class_model(*class)?;
            model.methods.get("__call__")
        })
    }
}

fn is_bound(entity: Entity) -> bool {
    match entity {
        Entity::Method { .. } | Entity::Class(..) | Entity::Instance(_) => true,
        Entity::External(_)
        | Entity::Function(..)
        | Entity::Module(_)
        | Entity::Super(..)
        | Entity::Value(..)
        | Entity::Unknown(_) => false,
    }
}

impl Entity {
    /// The function of the project that a call of this runs, if it is one.
    pub fn as_function(self) -> Option<(FileId, FunctionId)> {
        match self {
            Self::Function(file, function)
            | Self::Method { member: Member::Project(file, function), .. } => {
                Some((file, function))
            }
            _ => None,
        }
    }
}

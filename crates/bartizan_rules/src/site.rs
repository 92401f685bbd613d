//! A call, or the storing of an attribute, that reaches a kind: all that a rule needs to judge it.

use bartizan_base::Span;
use bartizan_finding::{Confidence, RuleInfo};
use bartizan_ir::{ClassId, FunctionId, PathId, Value, ValueId};
use bartizan_model::{Callable, Kind, Truth};

use crate::words::describe;
use crate::{Draft, FileView};

/// A call that reaches a kind.
#[derive(Clone)]
pub struct CallSite<'a> {
    /// The rule that judges.
    pub rule: &'static RuleInfo,
    /// The file.
    pub view: FileView<'a>,
    /// The kind, one of those that the rule names.
    pub kind: Kind,
    /// How it is reached.
    pub form: Form,
    /// What is called, as the models describe it; `None` for stores and decorators.
    pub callee: Option<&'a Callable>,
    /// The call; what is stored; the decorator.
    pub value: ValueId,
    /// The whole call, assignment or decorator.
    pub span: Span,
    /// The function, class body or module that calls.
    pub function: FunctionId,
    /// When it happens.
    pub path: PathId,
    /// What plays the role; `None` where the call itself is of the kind, and where the role is
    /// played by an argument that is left out.
    pub argument: Option<Argument<'a>>,
    /// Whether the conditions of the role hold: yes, or perhaps. A call for which they do not hold
    /// is never judged.
    pub applies: Truth,
    /// How sure the models and the resolution are.
    pub confidence: Confidence,
    /// Why not surer; a clause that begins with "if".
    pub doubt: Option<String>,
    pub(crate) arguments: Vec<Argument<'a>>,
}

/// How a kind is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By a call.
    Call,
    /// By a value that is stored in an attribute.
    Store,
    /// By a decorator. What a decorated function returns is the argument.
    Decorator(Decorated),
}

/// What is decorated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decorated {
    /// A function of this file.
    Function(FunctionId),
    /// A class of this file.
    Class(ClassId),
    /// Whatever is passed to the decorator, which is called like any function.
    Value(ValueId),
}

/// An argument, and the parameter that it reaches.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    /// The parameter's name.
    pub name: &'a str,
    /// What is passed.
    pub value: ValueId,
    /// Where.
    pub span: Span,
}

impl<'a> CallSite<'a> {
    /// How the call is named in a sentence, as it is written: `subprocess.run`, `mark_safe`.
    pub fn name(&self) -> String {
        let ir = self.view.ir();
        let written = match ir.value(ir.bare(self.value)) {
            Value::Call { callee, .. } => describe(ir, callee),
            _ => describe(ir, self.value),
        };
        match self.callee {
            Some(callee) if written.contains('…') || written.contains('(') => callee.name.clone(),
            _ => written,
        }
    }

    /// The argument that certainly reaches the parameter `name`.
    pub fn given(&self, name: &str) -> Option<Argument<'a>> {
        self.arguments.iter().find(|argument| argument.name == name).copied()
    }

    /// Every argument that certainly reaches a parameter, in the order of the parameters.
    pub fn arguments(&self) -> impl Iterator<Item = Argument<'a>> + '_ {
        self.arguments.iter().copied()
    }

    /// A draft about the argument that plays the role, or about the whole call, as sure as the call
    /// is; the rule's own confidence is the most.
    pub fn draft(&self) -> Draft {
        let span = self.argument.map_or(self.span, |argument| argument.span);
        self.draft_at(span)
    }

    /// A draft about a piece of this call.
    pub fn draft_at(&self, span: Span) -> Draft {
        let mut draft = Draft::at(self.view.file, span);
        draft.shape = (span != self.span).then_some(self.span);
        draft.confidence = Some(self.rule.confidence.min(self.confidence));
        if self.confidence < self.rule.confidence {
            let models = || format!("if `{}` does here what it is known for", self.name());
            draft.doubt = Some(self.doubt.clone().unwrap_or_else(models));
        }
        draft
    }
}

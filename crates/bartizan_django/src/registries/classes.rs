//! Questions about classes that all registries ask.

use bartizan_ir::{ArgKind, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use bartizan_value::{Abstract, Constant, Evaluated, Questions, Symbol};

use super::{ClassKey, Place};

/// Asks the project and the evaluator.
pub(super) struct Reader<'a, 'q> {
    pub(super) project: &'a Project,
    pub(super) questions: Questions<'q>,
}

/// A name that a class body binds to a call: `title = models.CharField(…)`.
pub(super) struct Declared {
    pub(super) name: String,
    /// The class whose body it is.
    pub(super) class: ClassKey,
    pub(super) value: ValueId,
    pub(super) place: Place,
}

impl<'a> Reader<'a, '_> {
    /// Dotted names of the classes outside the project that a class inherits from, in order.
    pub(super) fn outside(&self, class: ClassKey) -> impl Iterator<Item = &'a str> + use<'a> {
        outside(self.project, class)
    }

    pub(super) fn is_kind_of(&self, class: ClassKey, is: impl Fn(&str) -> bool) -> bool {
        self.outside(class).any(is)
    }

    pub(super) fn name(&self, (file, class): ClassKey) -> String {
        let ir = self.project.ir(file);
        ir.str(ir.class(class).name).to_owned()
    }

    pub(super) fn class_place(&self, (file, class): ClassKey) -> Place {
        Place { file, span: self.project.ir(file).class(class).name_span }
    }

    pub(super) fn attribute(&mut self, (file, class): ClassKey, name: &str) -> Option<Evaluated> {
        self.questions.class_attribute(file, class, name)
    }

    /// The `Meta` of a class, its own or inherited.
    pub(super) fn meta(&mut self, class: ClassKey) -> Option<ClassKey> {
        match self.attribute(class, "Meta")?.value {
            Abstract::Ref(Symbol::Class(file, class, _)) => Some((file, class)),
            _ => None,
        }
    }

    pub(super) fn place(&self, value: &Evaluated) -> Place {
        Place {
            file: value.site.file,
            span: self.project.ir(value.site.file).span(value.site.node),
        }
    }

    /// What the bodies of a class and of its bases bind to calls, the nearest first; a name that a
    /// nearer body binds to anything hides those behind it.
    pub(super) fn declared(&self, class: ClassKey) -> Vec<Declared> {
        let mut found: Vec<Declared> = Vec::new();
        let mut seen = rustc_hash::FxHashSet::default();
        for base in &self.project.mro(ClassRef::Project(class.0, class.1)).classes {
            let ClassRef::Project(file, id) = *base else { continue };
            let ir = self.project.ir(file);
            let body = ir.function(ir.class(id).body);
            let mut own = Vec::new();
            for binding in &ir.bindings[body.bindings] {
                let name = ir.str(binding.name);
                if !seen.insert(name) {
                    continue;
                }
                if matches!(ir.value(ir.bare(binding.value)), Value::Call { .. }) {
                    own.push(Declared {
                        name: name.to_owned(),
                        class: (file, id),
                        value: ir.bare(binding.value),
                        place: Place { file, span: binding.span },
                    });
                }
            }
            own.sort_by_key(|declared| declared.place.span.start);
            found.extend(own);
        }
        found
    }

    /// What is called, by its dotted name; for a class of the project, the classes behind it too.
    pub(super) fn callee(&self, file: FileId, call: ValueId) -> Option<Called<'a>> {
        let ir = self.project.ir(file);
        let Value::Call { callee, .. } = ir.value(call) else { return None };
        match self.project.definition(file, callee) {
            Entity::External(symbol) => Some(Called::Outside(self.project.symbol(symbol))),
            Entity::Class(file, class) => Some(Called::Own((file, class))),
            _ => None,
        }
    }

    /// A named argument of a call.
    pub(super) fn keyword(&self, file: FileId, call: ValueId, name: &str) -> Option<ValueId> {
        keyword(self.project, file, call, name)
    }

    /// The argument of a call at a position.
    pub(super) fn positional(&self, file: FileId, call: ValueId, at: usize) -> Option<ValueId> {
        let ir = self.project.ir(file);
        let Value::Call { args, .. } = ir.value(call) else { return None };
        let arg = ir.args[args].get(at)?;
        (arg.kind == ArgKind::Positional).then_some(arg.value)
    }

    /// Whether a named argument is `True`.
    pub(super) fn says(&mut self, file: FileId, call: ValueId, name: &str) -> bool {
        let Some(value) = self.keyword(file, call, name) else { return false };
        self.questions.constant(file, value) == Some(Constant::Bool(true))
    }

    /// Whether a named argument is `False`.
    pub(super) fn denies(&mut self, file: FileId, call: ValueId, name: &str) -> bool {
        let Some(value) = self.keyword(file, call, name) else { return false };
        self.questions.constant(file, value) == Some(Constant::Bool(false))
    }
}

/// What a call calls.
#[derive(Clone, Copy)]
pub(super) enum Called<'a> {
    Outside(&'a str),
    Own(ClassKey),
}

impl<'a> Called<'a> {
    /// The last part of its name.
    pub(super) fn name(self, project: &'a Project) -> &'a str {
        match self {
            Self::Outside(dotted) => last(dotted),
            Self::Own((file, class)) => {
                let ir = project.ir(file);
                ir.str(ir.class(class).name)
            }
        }
    }
}

/// Dotted names of the classes outside the project that a class inherits from, in order.
pub(crate) fn outside(
    project: &Project,
    (file, class): ClassKey,
) -> impl Iterator<Item = &str> + use<'_> {
    project.mro(ClassRef::Project(file, class)).classes.iter().filter_map(move |base| match base {
        ClassRef::External(symbol) => Some(project.symbol(*symbol)),
        ClassRef::Project(..) => None,
    })
}

pub(super) fn keyword(
    project: &Project,
    file: FileId,
    call: ValueId,
    name: &str,
) -> Option<ValueId> {
    let ir = project.ir(file);
    let Value::Call { args, .. } = ir.value(call) else { return None };
    ir.args[args].iter().find_map(|arg| match arg.kind {
        ArgKind::Keyword(known) if ir.str(known) == name => Some(arg.value),
        _ => None,
    })
}

pub(super) fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

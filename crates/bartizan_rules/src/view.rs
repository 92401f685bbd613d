//! One file as rules see it.

use bartizan_finding::Confidence;
use bartizan_ir::{FileIr, Path, PathId, Value, ValueId};
use bartizan_model::{Kind, Models, Receiver, Truth};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use bartizan_value::Evaluator;

use crate::argument::Passing;

/// A file, the project around it, and whoever can be asked for values.
#[derive(Clone, Copy)]
pub struct FileView<'a> {
    /// The project.
    pub project: &'a Project,
    /// The evaluator of values.
    pub evaluator: &'a Evaluator<'a>,
    /// The file.
    pub file: FileId,
}

impl<'a> FileView<'a> {
    /// The value graph of the file.
    pub fn ir(&self) -> &'a FileIr {
        self.project.ir(self.file)
    }

    /// The models of the project.
    pub fn models(&self) -> &'a Models {
        self.project.models()
    }

    /// The same for another file of the project.
    pub fn of(&self, file: FileId) -> FileView<'a> {
        FileView { file, ..*self }
    }

    /// Whether code on this path never runs.
    pub fn is_dead(&self, path: PathId) -> bool {
        let mut at = Some(path);
        while let Some(path) = at {
            let link = self.ir().path(path);
            let never = match link {
                Path::Dead { .. } => true,
                // `if False:`
                Path::Given { test, truth, .. } => self.ir().value(test) == Value::Bool(!truth),
                _ => false,
            };
            if never {
                return true;
            }
            at = link.parent();
        }
        false
    }

    /// Whether the models say that a value is of `kind`: an attribute, a variable of a module, or
    /// what a call gives.
    pub fn is_of_kind(&self, value: ValueId, kind: Kind) -> bool {
        let ir = self.ir();
        match ir.value(ir.bare(value)) {
            Value::Attr { of, name } => self
                .project
                .class_of(self.file, of)
                .is_some_and(|class| self.attribute_has(class, ir.str(name), kind)),
            Value::Call { .. } => self.call_is(value, kind),
            _ => false,
        }
    }

    /// Whether a call is surely of `kind`, for the arguments that it is given.
    pub fn call_is(&self, call: ValueId, kind: Kind) -> bool {
        let ir = self.ir();
        let Value::Call { args, .. } = ir.value(ir.bare(call)) else { return false };
        let callee = self.project.callee(self.file, call);
        let Some(model) = callee.model else { return false };
        let mut of_kind = model
            .kinds
            .iter()
            .filter(|of| of.kind == kind && of.confidence == Confidence::High)
            .peekable();
        if of_kind.peek().is_none() {
            return false;
        }
        let through_class = !callee.bound && model.receiver == Receiver::Instance;
        let passing = Passing::of(self, model, args, through_class);
        of_kind
            .any(|of| of.applies(self.models(), model, |param| passing.asked(param)) == Truth::Yes)
    }

    /// The arguments that the result of a call consists of, as the models have it.
    pub fn passed_on(&self, call: ValueId) -> Vec<ValueId> {
        let ir = self.ir();
        let Value::Call { args, .. } = ir.value(ir.bare(call)) else { return Vec::new() };
        let callee = self.project.callee(self.file, call);
        let Some(model) = callee.model else { return Vec::new() };
        let through_class = !callee.bound && model.receiver == Receiver::Instance;
        let passing = Passing::of(self, model, args, through_class);
        let passed = model.passes.iter().flat_map(|param| passing.reaching(model, *param));
        passed.flatten().map(|argument| argument.value).collect()
    }

    /// Whether a value is a request.
    pub fn is_request(&self, value: ValueId) -> bool {
        let class = self.project.class_of(self.file, value);
        class.is_some_and(|class| {
            self.project.is_subclass(class, "django.http.request.HttpRequest") == Inherits::Yes
        })
    }

    fn attribute_has(&self, class: ClassRef, name: &str, kind: Kind) -> bool {
        self.project.mro(class).classes.iter().any(|class| {
            self.project
                .class_model(*class)
                .and_then(|model| model.attributes.get(name))
                .is_some_and(|attribute| attribute.kinds.contains(&kind))
        })
    }

    /// Whether a value is read from a file that the code opens itself.
    pub fn is_from_file(&self, value: ValueId) -> bool {
        let ir = self.ir();
        let mut at = value;
        for _ in 0..16 {
            at = ir.bare(at);
            at = match ir.value(at) {
                Value::Enter { manager, .. } => manager,
                Value::Attr { of, .. } => of,
                Value::Call { callee, .. } => match ir.value(ir.bare(callee)) {
                    Value::Attr { of, name } => {
                        let name = ir.str(name);
                        if matches!(name, "open" | "read_text" | "read_bytes") {
                            return true;
                        }
                        if name != "read" {
                            return self.name_of(callee) == Some("builtins.open");
                        }
                        of
                    }
                    _ => {
                        return matches!(
                            self.name_of(callee),
                            Some("builtins.open" | "io.open" | "codecs.open" | "gzip.open")
                        );
                    }
                },
                _ => return false,
            };
        }
        false
    }

    /// The dotted name of what an expression refers to, where it refers to something with a name.
    pub fn name_of(&self, value: ValueId) -> Option<&'a str> {
        match self.project.resolve(self.file, value) {
            Entity::Value(..) | Entity::Instance(_) => None,
            entity => self.project.dotted(entity),
        }
    }
}

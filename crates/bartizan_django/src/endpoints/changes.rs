//! What a view changes: the models that its code, or the class that it builds on, writes.

use bartizan_ir::{ClassId, EffectKind, FunctionId, Mutator, Value};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use bartizan_value::{Abstract, Evaluated, Questions, Symbol};

use super::views::Views;

impl Views<'_> {
    /// The model that a class-based view is about, `?` where it is not known.
    pub(super) fn model(
        &self,
        file: FileId,
        class: ClassId,
        questions: &mut Questions<'_>,
    ) -> String {
        for attribute in ["model", "queryset"] {
            let member = self.project.lookup_member(ClassRef::Project(file, class), attribute);
            let written = member.and_then(|member| self.root_class(member.class.0, member.value));
            if written.is_some() {
                return written.unwrap_or_default();
            }
            let Some(value) = questions.class_attribute(file, class, attribute) else { continue };
            if let Some(name) = model_name(&value, self.project, 0) {
                return name;
            }
        }
        for attribute in ["serializer_class", "form_class"] {
            let Some(value) = questions.class_attribute(file, class, attribute) else { continue };
            let Abstract::Ref(Symbol::Class(file, class, _)) = value.value else { continue };
            if let Some(meta) = questions.class_attribute(file, class, "Meta")
                && let Abstract::Ref(Symbol::Class(file, class, _)) = meta.value
                && let Some(model) = questions.class_attribute(file, class, "model")
                && let Some(name) = model_name(&model, self.project, 0)
            {
                return name;
            }
        }
        "?".to_owned()
    }

    pub(super) fn method_writes(&self, of: ClassRef, name: &str) -> Vec<String> {
        let Some(member) = self.project.lookup_member(of, name) else { return Vec::new() };
        match self.project.definition(member.class.0, member.value) {
            Entity::Function(file, function) => self.writes(file, function),
            _ => Vec::new(),
        }
    }

    /// What a function changes, as far as its own body says it.
    pub(super) fn writes(&self, file: FileId, function: FunctionId) -> Vec<String> {
        let ir = self.project.ir(file);
        let mut found = Vec::new();
        for effect in &ir.effects[ir.function(function).effects] {
            let call = match effect.kind {
                EffectKind::Call(call) => call,
                EffectKind::Mutate(mutated) => {
                    let Value::Mutate(mutation) = ir.value(mutated) else { continue };
                    let mutation = ir.mutation(mutation);
                    match (mutation.op, mutation.call) {
                        (Mutator::Add | Mutator::Remove | Mutator::Clear, Some(call)) => call,
                        _ => continue,
                    }
                }
                _ => continue,
            };
            let Value::Call { callee, .. } = ir.value(call) else { continue };
            let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { continue };
            let is_write = matches!(
                ir.str(name),
                "save"
                    | "create"
                    | "delete"
                    | "update"
                    | "bulk_create"
                    | "bulk_update"
                    | "get_or_create"
                    | "update_or_create"
                    | "acreate"
                    | "asave"
                    | "adelete"
                    | "set_password"
            );
            if !is_write {
                continue;
            }
            let model = self.root_class(file, of);
            let is_queryset = matches!(ir.str(name), "update" | "delete" | "create");
            match model {
                Some(model) => found.push(model),
                // `dict.update` and its like are no writes.
                None if is_queryset && ir.str(name) == "update" => {}
                None => found.push("?".to_owned()),
            }
        }
        tidy(&mut found);
        found
    }

    /// The model at the root of `Order.objects.filter(…)`.
    pub(super) fn root_class(&self, file: FileId, value: bartizan_ir::ValueId) -> Option<String> {
        let ir = self.project.ir(file);
        let mut at = value;
        for _ in 0..32 {
            at = ir.bare(at);
            match ir.value(at) {
                Value::Attr { of, .. } => at = of,
                Value::Call { callee, .. } => at = callee,
                Value::Mutate(mutation) => at = ir.mutation(mutation).receiver,
                _ => break,
            }
            if let Entity::Class(file, class) = self.project.definition(file, at) {
                let is_model = self
                    .project
                    .is_subclass(ClassRef::Project(file, class), "django.db.models.base.Model");
                if is_model != Inherits::No {
                    let ir = self.project.ir(file);
                    return Some(ir.str(ir.class(class).name).to_owned());
                }
            }
        }
        None
    }
}

/// `Order`, of `Order`, `Order.objects.all()` and their like.
fn model_name(value: &Evaluated, project: &Project, depth: usize) -> Option<String> {
    if depth > 16 {
        return None;
    }
    match &value.value {
        Abstract::Ref(Symbol::Class(file, class, _)) => {
            let ir = project.ir(*file);
            Some(ir.str(ir.class(*class).name).to_owned())
        }
        Abstract::Ref(Symbol::External(name)) => {
            let mut parts = name.split('.').filter(|part| part.starts_with(char::is_uppercase));
            parts.next().map(str::to_owned)
        }
        Abstract::Apply(apply) => {
            if let Symbol::External(name) = &apply.symbol
                && let Some(part) =
                    name.split('.').find(|part| part.starts_with(char::is_uppercase))
                && apply.args.is_empty()
            {
                return Some(part.to_owned());
            }
            let (_, first) = apply.args.first()?;
            model_name(first, project, depth + 1)
        }
        _ => None,
    }
}

pub(super) fn tidy(names: &mut Vec<String>) {
    names.sort();
    names.dedup();
    // What is known says more than that something is not.
    if names.len() > 1 {
        names.retain(|name| name != "?");
    }
}

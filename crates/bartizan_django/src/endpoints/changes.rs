//! What a view changes: the models that its code, or the class that it builds on, writes.

use bartizan_ir::{ClassId, EffectKind, FunctionId, Mutator, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use bartizan_value::{Abstract, Evaluated, Questions, Symbol};

use super::views::Views;

/// What stands for the model of the class that a method belongs to.
const OWN: &str = "self";

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
            let model = self.row_class(file, of, 0);
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

    /// The model of the rows that a value is: `Order.objects.filter(…)`, `get_object_or_404(Order)`,
    /// one of these; [`OWN`] for those of the class whose method it is.
    fn row_class(&self, file: FileId, value: ValueId, depth: usize) -> Option<String> {
        if depth > 8 {
            return None;
        }
        let ir = self.project.ir(file);
        let value = ir.bare(value);
        match ir.value(value) {
            Value::Gamma { then, otherwise, .. } => {
                let then = self.row_class(file, then, depth + 1);
                return then.or_else(|| self.row_class(file, otherwise, depth + 1));
            }
            Value::Call { callee, args } => match ir.value(ir.bare(callee)) {
                Value::Attr { of, name }
                    if matches!(ir.str(name), "get_object" | "get_queryset")
                        && matches!(ir.value(ir.bare(of)), Value::Param(0)) =>
                {
                    return Some(OWN.to_owned());
                }
                _ => {
                    if let Entity::External(symbol) = self.project.definition(file, callee)
                        && matches!(
                            self.project.symbol(symbol),
                            "django.shortcuts.get_object_or_404"
                                | "django.shortcuts.aget_object_or_404"
                                | "rest_framework.generics.get_object_or_404"
                        )
                    {
                        let rows = ir.args[args].first()?.value;
                        if let Some(name) = self.model_class(file, rows) {
                            return Some(name);
                        }
                        return self.row_class(file, rows, depth + 1);
                    }
                }
            },
            _ => {}
        }
        self.root_class(file, value)
    }

    /// The name of the model that a value is.
    fn model_class(&self, file: FileId, value: ValueId) -> Option<String> {
        let Entity::Class(file, class) = self.project.definition(file, value) else { return None };
        let model = "django.db.models.base.Model";
        let is_model = self.project.is_subclass(ClassRef::Project(file, class), model);
        let ir = self.project.ir(file);
        (is_model != Inherits::No).then(|| ir.str(ir.class(class).name).to_owned())
    }

    /// Puts the model of a class in the place of what its methods fetch by it.
    pub(super) fn name_own(
        &self,
        (file, class): (FileId, ClassId),
        writes: &mut Vec<String>,
        questions: &mut Questions<'_>,
    ) {
        if writes.iter().any(|name| name == OWN) {
            let model = self.model(file, class, questions);
            writes.iter_mut().filter(|name| *name == OWN).for_each(|name| *name = model.clone());
        }
        tidy(writes);
    }

    /// The model at the root of `Order.objects.filter(…)`.
    pub(super) fn root_class(&self, file: FileId, value: ValueId) -> Option<String> {
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
            if let Some(name) = self.model_class(file, at) {
                return Some(name);
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

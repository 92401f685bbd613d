//! What a class-based view is about, and the code of it that runs.

use bartizan_ir::{ClassId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use bartizan_value::{Abstract, Evaluated, Questions, Symbol};

use super::known::text;
use super::views::Views;
use crate::effects::Handler;
use crate::registries::names_users;

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

    /// The functions of the project that a view of this class runs under these names.
    pub(super) fn handlers<'n>(
        &self,
        (file, class): (FileId, ClassId),
        names: impl IntoIterator<Item = &'n str>,
    ) -> Vec<Handler> {
        let of = ClassRef::Project(file, class);
        let mut found = Vec::new();
        for name in names {
            let Some(member) = self.project.lookup_member(of, name) else { continue };
            let method = self.project.definition(member.class.0, member.value);
            if let Entity::Function(at, function) = method {
                found.push(Handler { file: at, function, class: Some((file, class)) });
            }
        }
        found
    }

    /// The name of the model that a value is.
    fn model_class(&self, file: FileId, value: ValueId) -> Option<String> {
        let Entity::Class(file, class) = self.project.definition(file, value) else { return None };
        let model = "django.db.models.base.Model";
        let is_model = self.project.is_subclass(ClassRef::Project(file, class), model);
        let ir = self.project.ir(file);
        (is_model != Inherits::No).then(|| ir.str(ir.class(class).name).to_owned())
    }

    /// The model at the root of `Order.objects.filter(…)`.
    pub(super) fn root_class(&self, file: FileId, value: ValueId) -> Option<String> {
        let ir = self.project.ir(file);
        let mut at = value;
        for _ in 0..32 {
            at = ir.bare(at);
            // `User.objects`, of `User = get_user_model()`
            if names_users(self.project, file, at) {
                let user = text(self.settings, "AUTH_USER_MODEL")?;
                return user.rsplit_once('.').map(|(_, name)| name.to_owned());
            }
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
pub(super) fn model_name(value: &Evaluated, project: &Project, depth: usize) -> Option<String> {
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

//! What models and the classes of the admin say of themselves while a URLconf is evaluated: `_meta`,
//! `model`, `opts`, names of functions.

use bartizan_ir::{ClassId, Value};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use bartizan_value::{Abstract, Evaluated, Symbol};

use super::apps::Apps;
use super::framework::Framework;

/// The attribute of a class that holds what Django knows of a model.
const META: &str = "type._meta";

impl Framework<'_> {
    /// An attribute that Django gives to a model, to what shows one, or that Python gives to a function.
    pub(super) fn said(&self, dotted: &str, of: &Evaluated) -> Option<Abstract> {
        let (_, name) = dotted.rsplit_once('.')?;
        let Abstract::Apply(made) = &of.value else { return None };
        match dotted {
            "object.model" => Some(self.model_of(of)?.value.clone()),
            "object.opts" => {
                let model = self.model_of(of)?.clone();
                if let Abstract::Ref(Symbol::External(dotted)) = &model.value {
                    return Some(Abstract::outside(format!("{dotted}._meta")));
                }
                let meta = Symbol::External(META.into());
                Some(Abstract::made_by(meta, vec![(None, model)]))
            }
            "object.label" | "object.name" => {
                let Symbol::Class(file, class, _) = &made.symbol else { return None };
                let app = self.apps.iter().find(|app| app.class == Some((*file, *class)))?;
                let text = if name == "label" { &app.label } else { &app.name };
                Some(Abstract::known_text(text))
            }
            _ if name == "__name__" => name_of(self.project, of, 0),
            _ if dotted.strip_suffix(name) == Some("type._meta.") => {
                let (_, model) = made.args.first()?;
                let Abstract::Ref(Symbol::Class(file, class, _)) = &model.value else {
                    return None;
                };
                let ir = self.project.ir(*file);
                let label = || label(self.project, &self.apps, *file, *class);
                meta(name, ir.str(ir.class(*class).name), &label)
            }
            _ => None,
        }
    }

    /// `_meta` of a model outside the project, by the dotted name of the attribute.
    pub(super) fn said_outside(&self, dotted: &str) -> Option<Abstract> {
        let (model, name) = dotted.split_once("._meta.")?;
        let (module, class) = model.rsplit_once('.')?;
        let label = || self.apps.of_module(module).map(|app| app.label.clone());
        meta(name, class, &label)
    }

    /// The model that a class of the admin was made for.
    fn model_of<'e>(&self, of: &'e Evaluated) -> Option<&'e Evaluated> {
        let Abstract::Apply(made) = &of.value else { return None };
        let said = made.args.iter().find(|(known, _)| known.as_deref() == Some("model"));
        said.map(|(_, model)| model)
    }
}

fn meta(name: &str, class: &str, label: &dyn Fn() -> Option<String>) -> Option<Abstract> {
    let small = class.to_lowercase();
    let text = match name {
        "app_label" => label()?,
        "model_name" => small,
        "object_name" => class.to_owned(),
        "label" => format!("{}.{class}", label()?),
        "label_lower" => format!("{}.{small}", label()?),
        _ => return None,
    };
    Some(Abstract::known_text(&text))
}

/// The application that a model of the project goes under, as its `Meta` says it in letters, or its
/// module; nothing where `Meta` computes it.
fn label(project: &Project, apps: &Apps, file: FileId, class: ClassId) -> Option<String> {
    let of = ClassRef::Project(file, class);
    if project.is_subclass(of, "django.db.models.base.Model") == Inherits::No {
        return None;
    }
    if let Some(meta) = project.own_member(of, "Meta")
        && let Entity::Class(file, class) = project.definition(meta.class.0, meta.value)
        && let Some(said) = project.lookup_member(ClassRef::Project(file, class), "app_label")
    {
        let ir = project.ir(said.class.0);
        return match ir.value(ir.bare(said.value)) {
            Value::Str(text) => Some(ir.str(text).to_owned()),
            _ => None,
        };
    }
    Some(apps.of_module(project.module_name(file))?.label.clone())
}

/// `__name__` of a method with its instance, or of a function under decorators of Django, all of which
/// keep it.
fn name_of(project: &Project, of: &Evaluated, depth: u8) -> Option<Abstract> {
    match &of.value {
        Abstract::Ref(Symbol::Function(file, function, _)) => {
            let ir = project.ir(*file);
            Some(Abstract::known_text(ir.str(ir.function(*function).name)))
        }
        Abstract::Apply(made) if depth < 8 => {
            let Symbol::External(by) = &made.symbol else { return None };
            let inner = match &**by {
                "functools.partial" => made.args.first(),
                _ if by.starts_with("django.") => made.args.last(),
                _ => None,
            };
            name_of(project, &inner?.1, depth + 1)
        }
        _ => None,
    }
}

//! The admin: which models staff may look at and change, and what else they may do.

use bartizan_ir::{EffectKind, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::{Abstract, Evaluated, Symbol};

use super::classes::{Reader, last};
use super::fields::Names;
use super::models::{self, ModelRef};
use super::{ClassKey, Place, Registries};

/// A class of the admin.
#[derive(Clone, Debug, PartialEq)]
pub struct Admin {
    /// Its class.
    pub class: ClassKey,
    /// Its name.
    pub name: String,
    /// Where it is named.
    pub place: Place,
    /// The models that it is registered for, or the one that it shows inside another.
    pub models: Vec<ModelRef>,
    /// Whether it shows rows inside the page of another.
    pub is_inline: bool,
    /// Its `readonly_fields`.
    pub read_only: Option<Names>,
    /// Its `exclude`.
    pub exclude: Option<Names>,
    /// Its `list_display`.
    pub list: Option<Names>,
    /// What staff may do with many rows at once.
    pub actions: Vec<AdminAction>,
    /// The methods by which it decides itself who may do what: `has_delete_permission`.
    pub permissions: Vec<(String, Place)>,
}

/// An action of the admin.
#[derive(Clone, Debug, PartialEq)]
pub struct AdminAction {
    /// Its name.
    pub name: String,
    /// The function that it runs.
    pub function: Option<(FileId, FunctionId)>,
    /// Whether it names the permissions that it takes.
    pub has_permissions: bool,
    /// Where the list names it, or it is defined.
    pub place: Place,
}

fn is_admin_base(dotted: &str) -> bool {
    let name = last(dotted);
    name.ends_with("ModelAdmin")
        || matches!(name, "UserAdmin" | "GroupAdmin" | "BaseUserAdmin" | "MPTTModelAdmin")
        || is_inline_base(dotted)
}

fn is_inline_base(dotted: &str) -> bool {
    let name = last(dotted);
    name.ends_with("TabularInline") || name.ends_with("StackedInline") || name == "InlineModelAdmin"
}

const PERMISSIONS: &[&str] = &[
    "has_add_permission",
    "has_change_permission",
    "has_delete_permission",
    "has_module_permission",
    "has_view_permission",
];

pub(super) fn read(reader: &mut Reader<'_, '_>, registries: &mut Registries) {
    let project = reader.project;
    for class in project.classes().iter().copied() {
        if reader.is_kind_of(class, is_admin_base) {
            let admin = admin(reader, registries, class);
            registries.admins.push(admin);
        }
    }
    // `admin.site.register(Order, OrderAdmin)`
    for file in project.files() {
        let ir = project.ir(file);
        if ir.strings.find("register").is_none() {
            continue;
        }
        for (_, function) in ir.functions() {
            for effect in &ir.effects[function.effects] {
                let EffectKind::Call(call) = effect.kind else { continue };
                let Value::Call { callee, args } = ir.value(call) else { continue };
                let Value::Attr { name, .. } = ir.value(ir.bare(callee)) else { continue };
                if ir.str(name) != "register" || ir.args[args].len() < 2 {
                    continue;
                }
                let Some(class) = reader.positional(file, call, 1) else { continue };
                let Entity::Class(admin_file, class) = project.definition(file, class) else {
                    continue;
                };
                let Some(at) =
                    registries.admins.iter().position(|admin| admin.class == (admin_file, class))
                else {
                    continue;
                };
                let Some(first) = reader.positional(file, call, 0) else { continue };
                let found = registered(reader, registries, file, first);
                registries.admins[at].models.extend(found);
            }
        }
    }
}

/// The models that a registration names: one, or a list.
fn registered(
    reader: &mut Reader<'_, '_>,
    registries: &Registries,
    file: FileId,
    value: ValueId,
) -> Vec<ModelRef> {
    let value = reader.questions.evaluate(file, value);
    match &value.value {
        Abstract::Seq(seq) => {
            let models =
                seq.items.iter().map(|item| models::evaluated(registries, reader.project, item));
            models.collect()
        }
        _ => vec![models::evaluated(registries, reader.project, &value)],
    }
}

fn admin(reader: &mut Reader<'_, '_>, registries: &Registries, class: ClassKey) -> Admin {
    let project = reader.project;
    let of = ClassRef::Project(class.0, class.1);
    let mut list = |name: &str| {
        let value = reader.attribute(class, name)?;
        Some(reader.names_in(&value))
    };
    let (read_only, exclude, shown) =
        (list("readonly_fields"), list("exclude"), list("list_display"));
    let mut models = Vec::new();
    if let Some(model) = reader.attribute(class, "model") {
        models.push(models::evaluated(registries, project, &model));
    }
    let ir = project.ir(class.0);
    for by in &ir.ids[ir.class(class.1).decorators] {
        let Value::Call { callee, args } = ir.value(ir.bare(*by)) else { continue };
        let named = match ir.value(ir.bare(callee)) {
            Value::Attr { name, .. } | Value::Global { name, .. } => ir.str(name),
            Value::Import { name: Some(name), .. } => ir.str(name),
            _ => continue,
        };
        if named == "register" {
            for arg in &ir.args[args] {
                if arg.kind == bartizan_ir::ArgKind::Positional {
                    models.extend(registered(reader, registries, class.0, arg.value));
                }
            }
        }
    }
    let mut actions = Vec::new();
    if let Some(named) = reader.attribute(class, "actions")
        && let Abstract::Seq(seq) = &named.value
    {
        for item in &seq.items {
            actions.extend(action(reader, of, item));
        }
    }
    let permissions = PERMISSIONS.iter().filter_map(|name| {
        let member = project.lookup_member(of, name)?;
        let (file, value) = (member.class.0, member.value);
        Some(((*name).to_owned(), Place { file, span: definition_span(reader, file, value) }))
    });
    Admin {
        class,
        name: reader.name(class),
        place: reader.class_place(class),
        models,
        is_inline: reader.is_kind_of(class, is_inline_base),
        read_only,
        exclude,
        list: shown,
        permissions: permissions.collect(),
        actions,
    }
}

/// What an item of `actions` stands for: a method by its name, or a function.
fn action(reader: &Reader<'_, '_>, of: ClassRef, item: &Evaluated) -> Option<AdminAction> {
    let project = reader.project;
    // `@admin.action(…)` around a function gives the function.
    let mut of_item = &item.value;
    for _ in 0..8 {
        let Abstract::Apply(apply) = of_item else { break };
        match apply.args.last() {
            Some((None, inner)) => of_item = &inner.value,
            _ => break,
        }
    }
    let (name, value) = match of_item {
        Abstract::Ref(Symbol::Function(file, function, _)) => {
            let ir = project.ir(*file);
            let name = ir.str(ir.function(*function).name).to_owned();
            (name, Some((*file, *function)))
        }
        _ => {
            let name = item.value.as_str()?;
            let member = project.lookup_member(of, name);
            let function = member
                .and_then(|member| project.definition(member.class.0, member.value).as_function());
            (name.to_owned(), function)
        }
    };
    let has_permissions =
        value.is_some_and(|(file, function)| names_permissions(reader, file, function));
    Some(AdminAction { name, function: value, has_permissions, place: reader.place(item) })
}

/// `@admin.action(permissions=["change"])`, or `archive.allowed_permissions = ["change"]`.
fn names_permissions(reader: &Reader<'_, '_>, file: FileId, function: FunctionId) -> bool {
    let ir = reader.project.ir(file);
    let record = ir.function(function);
    let by_decorator = ir.ids[record.decorators]
        .iter()
        .any(|by| reader.keyword(file, ir.bare(*by), "permissions").is_some());
    if by_decorator {
        return true;
    }
    let Some(attribute) = ir.strings.find("allowed_permissions") else { return false };
    ir.functions().any(|(_, body)| {
        ir.effects[body.effects].iter().any(|effect| match effect.kind {
            EffectKind::StoreAttr { object, name, .. } => {
                name == attribute
                    && reader.project.definition(file, object) == Entity::Function(file, function)
            }
            _ => false,
        })
    })
}

fn definition_span(reader: &Reader<'_, '_>, file: FileId, value: ValueId) -> bartizan_base::Span {
    match reader.project.definition(file, value) {
        Entity::Function(at, function) if at == file => {
            reader.project.ir(file).function(function).name_span
        }
        _ => reader.project.ir(file).span(value),
    }
}

//! Models: their fields, what they refer to, and which of them users are.

use std::collections::BTreeMap;

use bartizan_base::{FilePath, define_id};
use bartizan_ir::{Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use bartizan_value::{Abstract, Evaluated, Symbol};

use super::classes::{Called, Declared, Reader, last, outside};
use super::{ClassKey, Place, Registries};
use crate::endpoints::decorated_class;
use crate::settings::Settings;

define_id! {
    /// A model of the project.
    ModelId
}

/// What Django calls its own model of users.
pub(super) const DJANGO_USER: &str = "auth.User";

/// A model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its class.
    pub class: ClassKey,
    /// Its name.
    pub name: String,
    /// The label of its application.
    pub app: String,
    /// Where it is named.
    pub place: Place,
    /// Its fields, inherited ones among them, in the order of the text; the implied key is left out.
    pub fields: Vec<Field>,
    /// Whether it makes no table of its own.
    pub is_abstract: bool,
    /// Whether it stands in for another model, with the same table.
    pub is_proxy: bool,
    /// Whether it inherits from classes that are not in the tree, and so may have more fields. Those
    /// that Django's own user classes bring are known and listed.
    pub is_open: bool,
    /// Managers by the names that it binds them to, `objects` where it says nothing.
    pub managers: Vec<(String, Place)>,
}

/// A field of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The name of its class: `CharField`.
    pub kind: String,
    /// What it refers to.
    pub relation: Option<(Relation, ModelRef)>,
    /// How the rows that it refers to call those that refer to them, where that is said.
    pub related_name: Option<String>,
    /// Whether forms show it: not `editable=False`, nor filled by itself.
    pub is_editable: bool,
    /// Whether each row has another value.
    pub is_unique: bool,
    /// Whether it is the key.
    pub is_key: bool,
    /// Where it is named.
    pub place: Place,
}

/// How a field refers to another model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `ForeignKey`
    Many,
    /// `OneToOneField`
    One,
    /// `ManyToManyField`
    ManyToMany,
}

/// A model that something refers to.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelRef {
    /// In the project.
    Own(ModelId),
    /// Outside, as it is written: `auth.User`, `taggit.models.Tag`.
    Outside(String),
    /// Not known.
    Unknown,
}

impl Model {
    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Bases outside the project that make a model, beside Django's own.
fn is_model_base(dotted: &str) -> bool {
    dotted == "django.db.models.base.Model"
        || dotted == "django.db.models.Model"
        || matches!(
            last(dotted),
            "AbstractUser"
                | "AbstractBaseUser"
                | "MPTTModel"
                | "TimeStampedModel"
                | "ClusterableModel"
                | "PolymorphicModel"
                | "MP_Node"
                | "AL_Node"
                | "NS_Node"
                | "TranslatableModel"
                | "SoftDeletableModel"
        )
        || dotted.starts_with("wagtail.") && matches!(last(dotted), "Page" | "Orderable")
}

fn is_user_base(dotted: &str) -> bool {
    matches!(last(dotted), "AbstractUser" | "AbstractBaseUser")
        || last(dotted) == "PermissionsMixin"
}

/// Fields that Django's own classes of users bring, from `django/contrib/auth/base_user.py` and
/// `models.py` of Django 5.2.
const BROUGHT: &[(&str, &[(&str, &str)])] = &[
    ("AbstractBaseUser", &[("password", "CharField"), ("last_login", "DateTimeField")]),
    (
        "PermissionsMixin",
        &[
            ("is_superuser", "BooleanField"),
            ("groups", "ManyToManyField"),
            ("user_permissions", "ManyToManyField"),
        ],
    ),
    (
        "AbstractUser",
        &[
            ("password", "CharField"),
            ("last_login", "DateTimeField"),
            ("is_superuser", "BooleanField"),
            ("groups", "ManyToManyField"),
            ("user_permissions", "ManyToManyField"),
            ("username", "CharField"),
            ("first_name", "CharField"),
            ("last_name", "CharField"),
            ("email", "EmailField"),
            ("is_staff", "BooleanField"),
            ("is_active", "BooleanField"),
            ("date_joined", "DateTimeField"),
        ],
    ),
];

/// The fields that Django's own model of users has: name, and class.
pub(super) fn django_user() -> impl Iterator<Item = (&'static str, &'static str)> {
    BROUGHT.iter().filter(|(base, _)| *base == "AbstractUser").flat_map(|(_, f)| *f).copied()
}

pub(super) fn read(
    reader: &mut Reader<'_, '_>,
    settings: Option<&Settings<'_>>,
    registries: &mut Registries,
) {
    let project = reader.project;
    let labels = labels(reader);
    let mut pending: Vec<Vec<(Declared, String)>> = Vec::new();
    for class in project.classes().iter().copied() {
        if !is_model(project, class) {
            continue;
        }
        let id = ModelId::from_index(registries.models.len());
        registries.by_class.insert(class, id);
        let (model, fields) = model(reader, class, &labels);
        registries.models.push(model);
        pending.push(fields);
    }
    registries.user = user(reader, settings, registries);
    // What fields refer to, now that all models are known by name.
    let mut names: BTreeMap<(String, String), ModelId> = BTreeMap::new();
    let mut by_name: BTreeMap<String, Vec<ModelId>> = BTreeMap::new();
    for (at, model) in registries.models.iter().enumerate() {
        let id = ModelId::from_index(at);
        names.entry((model.app.clone(), model.name.to_lowercase())).or_insert(id);
        by_name.entry(model.name.to_lowercase()).or_default().push(id);
    }
    let known = Known { names: &names, by_name: &by_name };
    for (at, fields) in pending.into_iter().enumerate() {
        let id = ModelId::from_index(at);
        let mut read = Vec::new();
        for (declared, kind) in fields {
            read.push(field(reader, registries, &known, id, &declared, kind));
        }
        read.sort_by_key(|field| (field.place.file, field.place.span.start));
        let model = &registries.models[at];
        for base in outside(project, model.class) {
            let brought = BROUGHT.iter().filter(|(name, _)| *name == last(base));
            for (name, kind) in brought.flat_map(|(_, fields)| *fields) {
                if read.iter().all(|field| field.name != *name) {
                    read.push(Field {
                        name: (*name).to_owned(),
                        kind: (*kind).to_owned(),
                        relation: None,
                        related_name: None,
                        is_editable: true,
                        is_unique: *name == "username",
                        is_key: false,
                        place: model.place,
                    });
                }
            }
        }
        registries.models[at].fields = read;
    }
}

/// Whether a class is a model: by its bases, or where one of them is not known, by fields in its body.
fn is_model(project: &Project, class: ClassKey) -> bool {
    if outside(project, class).any(is_model_base) {
        return true;
    }
    let mro = project.mro(ClassRef::Project(class.0, class.1));
    if mro.complete {
        return false;
    }
    let ir = project.ir(class.0);
    let body = ir.function(ir.class(class.1).body);
    ir.bindings[body.bindings].iter().any(|binding| {
        let Value::Call { callee, .. } = ir.value(ir.bare(binding.value)) else { return false };
        match project.definition(class.0, callee) {
            Entity::External(symbol) => {
                let dotted = project.symbol(symbol);
                dotted.starts_with("django.db.models.") && is_field_name(last(dotted))
            }
            _ => false,
        }
    })
}

fn is_field_name(name: &str) -> bool {
    name.ends_with("Field") || name.ends_with("ForeignKey") || name == "ParentalKey"
}

fn model(
    reader: &mut Reader<'_, '_>,
    class: ClassKey,
    labels: &BTreeMap<String, String>,
) -> (Model, Vec<(Declared, String)>) {
    let project = reader.project;
    let own = ClassRef::Project(class.0, class.1);
    let own_meta = project.own_member(own, "Meta").and_then(|_| reader.meta(class));
    let mut flag = |name: &str| {
        own_meta.is_some_and(|meta| {
            // `abstract` is not inherited with the rest of `Meta`.
            project.own_member(ClassRef::Project(meta.0, meta.1), name).is_some()
                && reader.attribute(meta, name).is_some_and(|value| is_yes(&value))
        })
    };
    let (is_abstract, is_proxy) = (flag("abstract"), flag("proxy"));
    let said = reader.meta(class).and_then(|meta| reader.attribute(meta, "app_label"));
    let app = said
        .and_then(|label| label.value.as_str().map(str::to_owned))
        .unwrap_or_else(|| label_of(project.path(class.0), labels));
    let mut fields = Vec::new();
    let mut managers = Vec::new();
    for declared in reader.declared(class) {
        let Some(called) = reader.callee(declared.class.0, declared.value) else { continue };
        let name = called.name(project);
        if is_field_name(name) {
            fields.push((declared, name.to_owned()));
            continue;
        }
        if let Called::Own(of) = called {
            let base = outside(project, of).find(|base| is_field_name(last(base)));
            if let Some(base) = base {
                fields.push((declared, last(base).to_owned()));
                continue;
            }
        }
        if declared.name == "objects" || name.ends_with("Manager") {
            managers.push((declared.name, declared.place));
        }
    }
    let is_open = outside(project, class).any(|base| {
        !matches!(last(base), "Model" | "AbstractUser" | "AbstractBaseUser" | "PermissionsMixin")
    }) || project.mro(own).unknown_base;
    let model = Model {
        class,
        name: reader.name(class),
        app,
        place: reader.class_place(class),
        fields: Vec::new(),
        is_abstract,
        is_proxy,
        is_open,
        managers,
    };
    (model, fields)
}

fn is_yes(value: &Evaluated) -> bool {
    matches!(value.value, Abstract::Const(bartizan_value::Constant::Bool(true)))
}

/// Models by their names.
struct Known<'n> {
    names: &'n BTreeMap<(String, String), ModelId>,
    by_name: &'n BTreeMap<String, Vec<ModelId>>,
}

fn field(
    reader: &mut Reader<'_, '_>,
    registries: &Registries,
    known: &Known<'_>,
    of: ModelId,
    declared: &Declared,
    kind: String,
) -> Field {
    let file = declared.class.0;
    let call = declared.value;
    let relation = match &*kind {
        "OneToOneField" => Some(Relation::One),
        "ManyToManyField" | "SortedManyToManyField" | "ParentalManyToManyField" => {
            Some(Relation::ManyToMany)
        }
        kind if kind.ends_with("ForeignKey") || kind == "ParentalKey" => Some(Relation::Many),
        _ => None,
    };
    let relation = relation.filter(|_| kind != "GenericForeignKey").map(|relation| {
        let to = reader.positional(file, call, 0).or_else(|| reader.keyword(file, call, "to"));
        let to = to.map_or(ModelRef::Unknown, |to| {
            reference(reader, registries, known, Some(of), file, to)
        });
        (relation, to)
    });
    let fills_itself = reader.says(file, call, "auto_now")
        || reader.says(file, call, "auto_now_add")
        || matches!(&*kind, "AutoField" | "BigAutoField" | "GenericForeignKey" | "GeneratedField");
    Field {
        name: declared.name.clone(),
        is_editable: !fills_itself && !reader.denies(file, call, "editable"),
        related_name: relation.as_ref().and_then(|_| {
            let said = reader.keyword(file, call, "related_name")?;
            reader.questions.evaluate(file, said).value.as_str().map(str::to_owned)
        }),
        is_unique: reader.says(file, call, "unique"),
        is_key: reader.says(file, call, "primary_key"),
        relation,
        kind,
        place: declared.place,
    }
}

/// The model that an expression names: a class, `"shop.Order"`, `"self"`, the setting for users.
fn reference(
    reader: &mut Reader<'_, '_>,
    registries: &Registries,
    known: &Known<'_>,
    of: Option<ModelId>,
    file: FileId,
    value: ValueId,
) -> ModelRef {
    let user = || match registries.user {
        Some(id) => ModelRef::Own(id),
        None => ModelRef::Outside(DJANGO_USER.to_owned()),
    };
    if names_users(reader.project, file, value) {
        return user();
    }
    match reader.project.definition(file, value) {
        Entity::Class(file, class) => {
            return match registries.model_of((file, class)) {
                Some(id) => ModelRef::Own(id),
                None => ModelRef::Unknown,
            };
        }
        Entity::External(symbol) => {
            let dotted = reader.project.symbol(symbol);
            if dotted.starts_with("django.contrib.auth.") && last(dotted) == "User" {
                return user();
            }
            return ModelRef::Outside(dotted.to_owned());
        }
        _ => {}
    }
    let evaluated = reader.questions.evaluate(file, value);
    let Some(text) = evaluated.value.as_str() else { return ModelRef::Unknown };
    if text == "self" {
        return of.map_or(ModelRef::Unknown, ModelRef::Own);
    }
    if text == DJANGO_USER {
        return user();
    }
    let found = match text.rsplit_once('.') {
        Some((app, name)) => known.names.get(&(app.to_owned(), name.to_lowercase())).copied(),
        None => {
            let name = text.to_lowercase();
            let app = of.map(|of| registries.model(of).app.clone()).unwrap_or_default();
            known.names.get(&(app, name.clone())).copied().or_else(|| {
                match known.by_name.get(&name).map(Vec::as_slice) {
                    Some([only]) => Some(*only),
                    _ => None,
                }
            })
        }
    };
    found.map_or_else(|| ModelRef::Outside(text.to_owned()), ModelRef::Own)
}

/// Whether an expression is `settings.AUTH_USER_MODEL`, or `get_user_model()`.
pub(crate) fn names_users(project: &Project, file: FileId, value: ValueId) -> bool {
    let ir = project.ir(file);
    match ir.value(ir.bare(value)) {
        Value::Attr { name, .. } => ir.str(name) == "AUTH_USER_MODEL",
        Value::Call { callee, .. } => match project.definition(file, callee) {
            Entity::External(symbol) => {
                last(project.symbol(symbol)).trim_start_matches('_') == "get_user_model"
            }
            _ => false,
        },
        Value::Global { .. } | Value::Import { .. } => {
            match project.definition(file, value) {
                Entity::External(symbol) => last(project.symbol(symbol)) == "AUTH_USER_MODEL",
                // `User = get_user_model()`
                Entity::Value(at, value) => {
                    let ir = project.ir(at);
                    matches!(ir.value(ir.bare(value)), Value::Call { .. } | Value::Attr { .. })
                        && names_users(project, at, value)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

/// What a value that names a model refers to, for forms and serializers, once all models are read.
pub(super) fn evaluated(registries: &Registries, project: &Project, value: &Evaluated) -> ModelRef {
    let user = || match registries.user {
        Some(id) => ModelRef::Own(id),
        None => ModelRef::Outside(DJANGO_USER.to_owned()),
    };
    let own = |class| registries.model_of(class).map_or(ModelRef::Unknown, ModelRef::Own);
    let decorated = || decorated_class(project, value).map_or(ModelRef::Unknown, own);
    match &value.value {
        Abstract::Ref(Symbol::Class(file, class, _)) => own((*file, *class)),
        Abstract::Ref(Symbol::External(name)) => {
            if name.starts_with("django.contrib.auth.") && last(name) == "User" {
                return user();
            }
            ModelRef::Outside(name.to_string())
        }
        Abstract::Apply(apply) => match &apply.symbol {
            Symbol::External(name) if last(name) == "get_user_model" => user(),
            _ => decorated(),
        },
        _ if names_users(project, value.site.file, value.site.node) => user(),
        _ => decorated(),
    }
}

/// The model of users: what the setting says, else the one model of the project that is made for it.
fn user(
    reader: &Reader<'_, '_>,
    settings: Option<&Settings<'_>>,
    registries: &Registries,
) -> Option<ModelId> {
    let setting = settings.and_then(|settings| settings.get("AUTH_USER_MODEL"));
    if let Some(name) = setting.as_ref().and_then(|setting| setting.value.value.as_str()) {
        let (app, name) = name.split_once('.')?;
        let at = registries
            .models
            .iter()
            .position(|model| model.app == app && model.name.eq_ignore_ascii_case(name))?;
        return Some(ModelId::from_index(at));
    }
    let made_for_it = |(_, model): &(usize, &Model)| {
        !model.is_abstract
            && !model.is_proxy
            && outside(reader.project, model.class).any(is_user_base)
    };
    let mut found = registries.models.iter().enumerate().filter(made_for_it);
    match (found.next(), found.next()) {
        (Some((at, _)), None) => Some(ModelId::from_index(at)),
        _ => None,
    }
}

/// The labels that configurations of applications give, by the folder of the application.
fn labels(reader: &mut Reader<'_, '_>) -> BTreeMap<String, String> {
    let project = reader.project;
    let mut labels = BTreeMap::new();
    for class in project.classes().iter().copied() {
        if !reader.is_kind_of(class, |base| last(base) == "AppConfig") {
            continue;
        }
        let label = reader.attribute(class, "label");
        if let Some(label) = label.and_then(|label| label.value.as_str().map(str::to_owned)) {
            labels.entry(project.path(class.0).parent().to_owned()).or_insert(label);
        }
    }
    labels
}

/// The label of the application that a file belongs to: what the configuration beside it says, else
/// the name of the folder that holds its models.
fn label_of(path: &FilePath, labels: &BTreeMap<String, String>) -> String {
    let folders: Vec<&str> = path.parent().split('/').filter(|part| !part.is_empty()).collect();
    for depth in (1..=folders.len()).rev() {
        if let Some(label) = labels.get(&folders[..depth].join("/")) {
            return label.clone();
        }
    }
    let models = folders.iter().rposition(|part| part.starts_with("models"));
    let app = match models {
        Some(at) if at > 0 => folders.get(at - 1),
        _ => folders.last(),
    };
    app.copied().unwrap_or_default().to_owned()
}

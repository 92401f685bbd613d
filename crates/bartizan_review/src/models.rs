//! The models of a project, as far as queries and fields need them.

use bartizan_base::Span;
use bartizan_ir::{ArgKind, ClassId, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use rustc_hash::{FxHashMap, FxHashSet};

/// What the model of users is called where settings say which it is.
pub(crate) const USER: &str = "AUTH_USER_MODEL";

/// Django's own model of users.
const DJANGOS: &str = "django.contrib.auth.models.User";

/// Models by name, and what their relations and managers are called.
pub(crate) struct ModelIndex {
    /// By class.
    models: FxHashMap<(FileId, ClassId), String>,
    /// By name, the first of each.
    by_name: FxHashMap<String, (FileId, ClassId)>,
    /// By the name under which the other side finds it: model and field.
    related: FxHashMap<String, Vec<(String, String)>>,
    /// Fields that hold many rows.
    many: FxHashSet<String>,
    /// The names of the models that fields of models lead to, by the model's name and the field's.
    leads: FxHashMap<(String, String), String>,
    /// The same of fields that hold many rows, and of those that lead to whatever users are.
    others: FxHashMap<(String, String), String>,
    /// Names of methods that models have.
    own_methods: FxHashSet<String>,
    /// The managers and querysets that a model names in its body.
    managers: FxHashMap<(FileId, ClassId), Vec<ClassRef>>,
    /// Methods of managers and querysets, by name.
    methods: FxHashMap<String, Vec<(FileId, FunctionId)>>,
    /// Names that classes and modules of the project bind.
    pub(crate) names: FxHashSet<String>,
}

impl ModelIndex {
    pub(crate) fn of(project: &Project) -> Self {
        let mut index = Self {
            models: FxHashMap::default(),
            by_name: FxHashMap::default(),
            related: FxHashMap::default(),
            many: FxHashSet::default(),
            leads: FxHashMap::default(),
            others: FxHashMap::default(),
            own_methods: FxHashSet::default(),
            managers: FxHashMap::default(),
            methods: FxHashMap::default(),
            names: FxHashSet::default(),
        };
        for (file, class) in project.classes().iter().copied() {
            let of = ClassRef::Project(file, class);
            let ir = project.ir(file);
            let record = ir.class(class);
            let name = ir.str(record.name).to_owned();
            index.names.insert(name.clone());
            let body = ir.function(record.body);
            for binding in &ir.bindings[body.bindings] {
                index.names.insert(ir.str(binding.name).to_owned());
            }
            if is_model(project, of) {
                for binding in &ir.bindings[body.bindings] {
                    if let Value::Function(_) | Value::Decorated { .. } = ir.value(binding.value) {
                        index.own_methods.insert(ir.str(binding.name).to_owned());
                    }
                    let managers = index.managers.entry((file, class)).or_default();
                    managers_in(project, file, binding.value, managers, 0);
                }
                // What an abstract base relates to, each model that it becomes does.
                for base in &project.mro(of).classes {
                    let ClassRef::Project(at, base_class) = *base else { continue };
                    if (at, base_class) != (file, class) && !is_abstract(project, *base) {
                        continue;
                    }
                    let there = project.ir(at);
                    let body = there.function(there.class(base_class).body);
                    for binding in &there.bindings[body.bindings] {
                        index.relation(project, at, &name, there.str(binding.name), binding.value);
                    }
                }
                let first = index.by_name.entry(name.clone()).or_insert((file, class));
                *first = (*first).min((file, class));
                index.models.insert((file, class), name);
            } else if is_manager(project, of) {
                for binding in &ir.bindings[body.bindings] {
                    if let Entity::Function(file, function) =
                        project.definition(file, binding.value)
                    {
                        let methods = index.methods.entry(ir.str(binding.name).to_owned());
                        methods.or_default().push((file, function));
                    }
                }
            }
        }
        for file in project.files() {
            let ir = project.ir(file);
            let module = ir.function(bartizan_ir::FileIr::module());
            for binding in &ir.bindings[module.bindings] {
                index.names.insert(ir.str(binding.name).to_owned());
            }
        }
        index
    }

    fn relation(
        &mut self,
        project: &Project,
        file: FileId,
        model: &str,
        field: &str,
        value: ValueId,
    ) {
        let ir = project.ir(file);
        let Value::Call { callee, args } = ir.value(ir.bare(value)) else { return };
        let called = match ir.value(ir.bare(callee)) {
            Value::Attr { name, .. } | Value::Global { name, .. } => ir.str(name),
            Value::Import { name: Some(name), .. } => ir.str(name),
            _ => return,
        };
        if !called.ends_with("ForeignKey")
            && !called.ends_with("OneToOneField")
            && !called.ends_with("ManyToManyField")
        {
            return;
        }
        let to = ir.args[args].iter().find_map(|arg| match arg.kind {
            ArgKind::Positional => Some(arg.value),
            ArgKind::Keyword(name) if ir.str(name) == "to" => Some(arg.value),
            _ => None,
        });
        if let Some(to) = to {
            let named = match ir.value(ir.bare(to)) {
                // `"shop.Order"`
                Value::Str(text) => ir.str(text).rsplit('.').next().map(str::to_owned),
                // `settings.AUTH_USER_MODEL`
                Value::Attr { name, .. } if ir.str(name) == USER => Some(USER.to_owned()),
                _ => match project.definition(file, to) {
                    Entity::Class(file, class) => {
                        let ir = project.ir(file);
                        Some(ir.str(ir.class(class).name).to_owned())
                    }
                    // `from django.contrib.auth.models import User`
                    Entity::External(symbol) if project.symbol(symbol) == DJANGOS => {
                        Some(USER.to_owned())
                    }
                    _ => None,
                },
            };
            let named = match named.as_deref() {
                Some("self") => Some(model.to_owned()),
                _ => named,
            };
            let of = (model.to_owned(), field.to_owned());
            match named {
                Some(named) if called.ends_with("ManyToManyField") || named == USER => {
                    self.others.entry(of).or_insert(named);
                }
                Some(named) => {
                    self.leads.entry(of).or_insert(named);
                }
                None => {}
            }
        }
        if called.ends_with("ManyToManyField") {
            self.many.insert(field.to_owned());
        }
        let named = ir.args[args].iter().find_map(|arg| match (arg.kind, ir.value(arg.value)) {
            (ArgKind::Keyword(name), Value::Str(text)) if ir.str(name) == "related_name" => {
                Some(ir.str(text).to_owned())
            }
            _ => None,
        });
        let by_default = match called.ends_with("OneToOneField") {
            true => model.to_lowercase(),
            false => format!("{}_set", model.to_lowercase()),
        };
        let name =
            named.map_or(by_default, |named| named.replace("%(class)s", &model.to_lowercase()));
        self.related.entry(name).or_default().push((model.to_owned(), field.to_owned()));
    }

    /// Names by which code finds what stands at a place without an import: relations to a model, the
    /// methods of a manager.
    pub(crate) fn spoken(
        &self,
        project: &Project,
        file: FileId,
        span: Span,
    ) -> impl Iterator<Item = String> {
        let ir = project.ir(file);
        let there = |(of, class): &(FileId, ClassId)| {
            *of == file && span.contains(ir.class(*class).name_span)
        };
        let models: FxHashSet<&String> =
            self.models.iter().filter(|(at, _)| there(at)).map(|(_, name)| name).collect();
        let mut found: Vec<String> = Vec::new();
        if !models.is_empty() {
            let to = self
                .related
                .iter()
                .filter(|(_, fields)| fields.iter().any(|(model, _)| models.contains(model)));
            found.extend(to.map(|(name, _)| name.clone()));
        }
        for (name, functions) in &self.methods {
            let is_there = |(of, function): &(FileId, FunctionId)| {
                *of == file && span.contains(ir.function(*function).name_span)
            };
            if functions.iter().any(is_there) {
                found.push(name.clone());
            }
        }
        found.into_iter()
    }

    /// The name of a model.
    pub(crate) fn name(&self, file: FileId, class: ClassId) -> Option<&str> {
        self.models.get(&(file, class)).map(String::as_str)
    }

    /// The class of the model of that name.
    pub(crate) fn class(&self, name: &str) -> Option<(FileId, ClassId)> {
        self.by_name.get(name).copied()
    }

    /// The name of the model that is called so in small letters.
    pub(crate) fn named_lower(&self, name: &str) -> Option<&str> {
        let mut names = self.by_name.keys().filter(|known| known.to_lowercase() == name);
        names.next().map(String::as_str)
    }

    /// Whether a field of this name holds many rows.
    pub(crate) fn holds_many(&self, name: &str) -> bool {
        self.many.contains(name)
    }

    /// Whether any model has a method of this name.
    pub(crate) fn has_method(&self, name: &str) -> bool {
        self.own_methods.contains(name)
    }

    /// The name of the model of which a field of another holds a row.
    pub(crate) fn leads_to(&self, project: &Project, model: &str, field: &str) -> Option<&str> {
        let (file, class) = self.class(model)?;
        project.mro(ClassRef::Project(file, class)).classes.iter().find_map(|base| {
            let ClassRef::Project(file, class) = *base else { return None };
            let name = self.name(file, class)?;
            self.leads.get(&(name.to_owned(), field.to_owned())).map(String::as_str)
        })
    }

    /// Whether several relations are found by the same name.
    pub(crate) fn is_shared(&self, name: &str) -> bool {
        self.related.get(name).is_some_and(|fields| fields.len() > 1)
    }

    /// Whether one of the relations of this name leads to the model of users, whichever that is.
    pub(crate) fn leads_to_user(&self, name: &str) -> bool {
        let fields = self.related.get(name).into_iter().flatten();
        fields.into_iter().any(|field| self.others.get(field).is_some_and(|to| to == USER))
    }

    /// The model and field behind `customer.orders`, for a row of a model; where that is not known, the
    /// first of that name.
    pub(crate) fn related(&self, name: &str, holder: Option<&str>) -> Option<&(String, String)> {
        let fields = self.related.get(name)?;
        let leads_there = |field: &&(String, String)| {
            let to = self.leads.get(*field).or_else(|| self.others.get(*field));
            to.is_some_and(|to| holder.is_some_and(|holder| to == holder))
        };
        fields.iter().find(leads_there).or_else(|| fields.first())
    }

    /// The methods of that name that the managers and querysets of a model have; where that is not
    /// known, the only one of that name in the project.
    pub(crate) fn manager_methods(
        &self,
        project: &Project,
        model: &str,
        name: &str,
    ) -> Vec<(FileId, FunctionId)> {
        let classes = self.class(model).map(|(file, class)| ClassRef::Project(file, class));
        let bases = classes.into_iter().flat_map(|class| &project.mro(class).classes);
        let managers = bases.filter_map(|base| match base {
            ClassRef::Project(file, class) => self.managers.get(&(*file, *class)),
            ClassRef::External(_) => None,
        });
        let mut own: Vec<(FileId, FunctionId)> = Vec::new();
        for manager in managers.flatten() {
            let Some(member) = project.lookup_member(*manager, name) else { continue };
            if let Entity::Function(file, function) =
                project.definition(member.class.0, member.value)
                && !own.contains(&(file, function))
            {
                own.push((file, function));
            }
        }
        match self.methods.get(name).map(Vec::as_slice) {
            Some([one]) if own.is_empty() => vec![*one],
            _ => own,
        }
    }
}

/// Whether a class says of itself that it is no table: `abstract = True`.
fn is_abstract(project: &Project, class: ClassRef) -> bool {
    let Some(meta) = project.own_member(class, "Meta") else { return false };
    let Entity::Class(file, meta) = project.definition(meta.class.0, meta.value) else {
        return false;
    };
    let Some(said) = project.own_member(ClassRef::Project(file, meta), "abstract") else {
        return false;
    };
    let ir = project.ir(said.class.0);
    ir.value(ir.bare(said.value)) == Value::Bool(true)
}

/// How classes end that stand beside models and are none.
const NO_MODELS: &[&str] =
    &["Manager", "QuerySet", "Field", "Form", "Choices", "Mixin", "Admin", "View", "Serializer"];

/// Whether a class is a model.
pub(crate) fn is_model(project: &Project, class: ClassRef) -> bool {
    project.is_subclass(class, "django.db.models.base.Model") == Inherits::Yes
        || outside(project, class).any(|base| {
            let last = base.rsplit('.').next().unwrap_or(base);
            let is_of_others = base.contains(".models.")
                && !base.starts_with("django.db.models.")
                && NO_MODELS.iter().all(|end| !last.ends_with(end));
            is_of_others
                || base.contains(".models") && (last.ends_with("Model") || last == "AbstractUser")
                || matches!(
                    last,
                    "AbstractUser" | "AbstractBaseUser" | "TimeStampedModel" | "MPTTModel"
                )
        })
}

/// The managers that a model is given: `OrderQuerySet.as_manager()`, `Base.from_queryset(Orders)()`.
fn managers_in(
    project: &Project,
    file: FileId,
    value: ValueId,
    found: &mut Vec<ClassRef>,
    depth: usize,
) {
    let ir = project.ir(file);
    let Value::Call { callee, args } = ir.value(ir.bare(value)) else { return };
    if depth > 3 {
        return;
    }
    let made = match ir.value(ir.bare(callee)) {
        Value::Attr { of, name } if matches!(ir.str(name), "as_manager" | "from_queryset") => of,
        _ => callee,
    };
    let named = std::iter::once(made).chain(ir.args[args].iter().map(|arg| arg.value));
    for value in named {
        if let Entity::Class(file, class) = project.definition(file, value) {
            let of = ClassRef::Project(file, class);
            if is_manager(project, of) {
                found.push(of);
                found.extend(made_by(project, of));
            }
        }
    }
    managers_in(project, file, callee, found, depth + 1);
}

/// The queryset that a manager makes itself: `return OrderQuerySet(self.model, using=self._db)`.
fn made_by(project: &Project, manager: ClassRef) -> Option<ClassRef> {
    let member = project.lookup_member(manager, "get_queryset")?;
    let Entity::Function(file, function) = project.definition(member.class.0, member.value) else {
        return None;
    };
    let ir = project.ir(file);
    let mut at = ir.bare(ir.function(function).result?);
    for _ in 0..8 {
        let Value::Call { callee, .. } = ir.value(at) else { return None };
        if let Entity::Class(file, class) = project.definition(file, callee) {
            let of = ClassRef::Project(file, class);
            return is_manager(project, of).then_some(of);
        }
        // `OrderQuerySet(…).select_related(…)`
        let Value::Attr { of, .. } = ir.value(ir.bare(callee)) else { return None };
        at = ir.bare(of);
    }
    None
}

fn is_manager(project: &Project, class: ClassRef) -> bool {
    outside(project, class).any(|base| base.ends_with("Manager") || base.ends_with("QuerySet"))
}

/// The dotted names of the classes outside the project that a class inherits from.
pub(crate) fn outside<'p>(
    project: &'p Project,
    class: ClassRef,
) -> impl Iterator<Item = &'p str> + use<'p> {
    project.mro(class).classes.iter().filter_map(move |base| match base {
        ClassRef::External(symbol) => Some(project.symbol(*symbol)),
        ClassRef::Project(..) => None,
    })
}

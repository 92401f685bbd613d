//! The models of a project, as far as queries and fields need them.

use bartizan_base::Span;
use bartizan_ir::{ArgKind, ClassId, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use rustc_hash::{FxHashMap, FxHashSet};

/// Models by name, and what their relations and managers are called.
pub(crate) struct ModelIndex {
    /// By class.
    models: FxHashMap<(FileId, ClassId), String>,
    /// By name, the first of each.
    by_name: FxHashMap<String, (FileId, ClassId)>,
    /// By the name under which the other side finds it: model and field.
    related: FxHashMap<String, (String, String)>,
    /// Fields that hold many rows.
    many: FxHashSet<String>,
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
                    index.relation(project, file, &name, ir.str(binding.name), binding.value);
                    let managers = index.managers.entry((file, class)).or_default();
                    managers_in(project, file, binding.value, managers, 0);
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
        let name = named.unwrap_or(by_default);
        self.related.entry(name).or_insert((model.to_owned(), field.to_owned()));
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
            let to = self.related.iter().filter(|(_, (model, _))| models.contains(model));
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

    /// Whether a field of this name holds many rows.
    pub(crate) fn holds_many(&self, name: &str) -> bool {
        self.many.contains(name)
    }

    /// The model and field behind `customer.orders`.
    pub(crate) fn related(&self, name: &str) -> Option<&(String, String)> {
        self.related.get(name)
    }

    /// The method of that name that a manager or queryset of a model has; where that is not known, the
    /// only one of that name in the project.
    pub(crate) fn manager_method(
        &self,
        project: &Project,
        model: &str,
        name: &str,
    ) -> Option<(FileId, FunctionId)> {
        let classes = self.class(model).map(|(file, class)| ClassRef::Project(file, class));
        let bases = classes.into_iter().flat_map(|class| &project.mro(class).classes);
        let managers = bases.filter_map(|base| match base {
            ClassRef::Project(file, class) => self.managers.get(&(*file, *class)),
            ClassRef::External(_) => None,
        });
        let own = managers.flatten().find_map(|manager| {
            let member = project.lookup_member(*manager, name)?;
            match project.definition(member.class.0, member.value) {
                Entity::Function(file, function) => Some((file, function)),
                _ => None,
            }
        });
        if own.is_some() {
            return own;
        }
        match self.methods.get(name)?.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
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
            }
        }
    }
    managers_in(project, file, callee, found, depth + 1);
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

//! The models of a project, as far as queries and fields need them.

use bartizan_ir::{ArgKind, ClassId, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use rustc_hash::{FxHashMap, FxHashSet};

/// Models by name, and what their relations and managers are called.
pub(crate) struct ModelIndex {
    /// By class.
    models: FxHashMap<(FileId, ClassId), String>,
    /// By the name under which the other side finds it: model and field.
    related: FxHashMap<String, (String, String)>,
    /// Methods of managers and querysets, by name.
    methods: FxHashMap<String, Vec<(FileId, FunctionId)>>,
    /// Names that classes and modules of the project bind.
    pub(crate) names: FxHashSet<String>,
}

impl ModelIndex {
    pub(crate) fn of(project: &Project) -> Self {
        let mut index = Self {
            models: FxHashMap::default(),
            related: FxHashMap::default(),
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
                }
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

    /// The name of a model.
    pub(crate) fn name(&self, file: FileId, class: ClassId) -> Option<&str> {
        self.models.get(&(file, class)).map(String::as_str)
    }

    /// The class of the model of that name.
    pub(crate) fn class(&self, name: &str) -> Option<(FileId, ClassId)> {
        let found = self.models.iter().filter(|(_, known)| *known == name).map(|(at, _)| *at);
        found.min()
    }

    /// The model and field behind `customer.orders`.
    pub(crate) fn related(&self, name: &str) -> Option<&(String, String)> {
        self.related.get(name)
    }

    /// The method of that name that a manager or queryset of the project has, where there is one alone.
    pub(crate) fn manager_method(&self, name: &str) -> Option<(FileId, FunctionId)> {
        match self.methods.get(name)?.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
}

/// Whether a class is a model.
pub(crate) fn is_model(project: &Project, class: ClassRef) -> bool {
    project.is_subclass(class, "django.db.models.base.Model") == Inherits::Yes
        || outside(project, class).any(|base| {
            let last = base.rsplit('.').next().unwrap_or(base);
            base.contains(".models") && (last.ends_with("Model") || last == "AbstractUser")
                || matches!(
                    last,
                    "AbstractUser" | "AbstractBaseUser" | "TimeStampedModel" | "MPTTModel"
                )
        })
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

//! django-configurations: settings that are attributes of a class, with Django's defaults among them.

use std::collections::BTreeSet;

use bartizan_ir::{Binding, EffectKind, FileIr, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use bartizan_value::{Abstract, Evaluated, Questions, Reason, Site, Symbol};

use super::{Defaults, is_setting};

/// The dotted names of the class from which configurations inherit.
const BASES: &[&str] = &["configurations.Configuration", "configurations.base.Configuration"];

/// Methods of a configuration that run while its settings are set up.
const HOOKS: &[&str] = &["post_setup", "pre_setup", "setup"];

/// The settings that `EmailURLValue` sets.
const OF_EMAIL_URL: &[&str] = &[
    "EMAIL_BACKEND",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_TIMEOUT",
    "EMAIL_USE_LOCALTIME",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
];

/// A class whose attributes are the settings.
#[derive(Clone, Copy)]
pub(super) struct Configuration<'p> {
    project: &'p Project,
    file: FileId,
    class: (FileId, bartizan_ir::ClassId),
}

impl<'p> Configuration<'p> {
    /// The class of that name in the settings module.
    pub(super) fn of(
        project: &'p Project,
        questions: &mut Questions<'_>,
        file: FileId,
        name: &str,
    ) -> Option<Self> {
        let found = questions.binding(file, name)?;
        let Abstract::Ref(Symbol::Class(of, class, _)) = found.value else { return None };
        is_configuration(project, ClassRef::Project(of, class)).then_some(Self {
            project,
            file,
            class: (of, class),
        })
    }

    fn order(&self) -> &'p [ClassRef] {
        &self.project.mro(ClassRef::Project(self.class.0, self.class.1)).classes
    }

    /// The names in capitals that the classes bind.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for class in self.order() {
            let ClassRef::Project(file, class) = *class else { continue };
            let ir = self.project.ir(file);
            for binding in &ir.bindings[ir.function(ir.class(class).body).bindings] {
                let name = ir.str(binding.name);
                if is_setting(name) {
                    names.insert(name.to_owned());
                }
            }
        }
        names.extend(self.stored_by_hooks().map(|(name, ..)| name.to_owned()));
        if self.email_url().is_some() {
            names.extend(OF_EMAIL_URL.iter().map(|name| (*name).to_owned()));
        }
        names
    }

    /// Whether a decorator stands above one of the classes.
    pub(super) fn is_decorated(&self) -> bool {
        self.order().iter().any(|class| self.decorator(*class).is_some())
    }

    fn decorator(&self, class: ClassRef) -> Option<Site> {
        let ClassRef::Project(file, class) = class else { return None };
        let ir = self.project.ir(file);
        let first = ir.ids[ir.class(class).decorators].first()?;
        Some(Site { file, node: *first })
    }

    /// The value of a class that sets several settings: `EMAIL = values.EmailURLValue(…)`.
    fn email_url(&self) -> Option<Site> {
        let project = self.project;
        self.order().iter().find_map(|class| {
            let ClassRef::Project(file, class) = *class else { return None };
            let ir = project.ir(file);
            let bindings = ir.bindings[ir.function(ir.class(class).body).bindings].iter();
            let is_one = |binding: &&Binding| {
                let Value::Call { callee, .. } = ir.value(ir.bare(binding.value)) else {
                    return false;
                };
                let name = project.dotted(project.definition(file, callee)).unwrap_or_default();
                name == "configurations.values.EmailURLValue"
            };
            let mut found = bindings.filter(is_one);
            found.next().map(|binding| Site { file, node: binding.value })
        })
    }

    /// The settings that hooks store on their class, `cls.DEBUG = True`, with the file and what is stored.
    fn stored_by_hooks(&self) -> impl Iterator<Item = (&'p str, FileId, ValueId)> {
        let project = self.project;
        let classes = self.order().iter().filter_map(|class| match *class {
            ClassRef::Project(file, class) => Some((file, class)),
            ClassRef::External(_) => None,
        });
        classes.flat_map(move |(file, class)| {
            let ir = project.ir(file);
            let hooks = ir.functions().filter(move |(_, function)| {
                function.class == Some(class) && HOOKS.contains(&ir.str(function.name))
            });
            let effects = hooks.flat_map(|(_, function)| &ir.effects[function.effects]);
            effects.filter_map(move |effect| match effect.kind {
                EffectKind::StoreAttr { object, name, value }
                    if matches!(ir.value(ir.bare(object)), Value::Param(0))
                        && is_setting(ir.str(name)) =>
                {
                    Some((ir.str(name), file, value))
                }
                _ => None,
            })
        })
    }

    /// What the project says of a setting; `None` where the class has Django's default of it.
    pub(super) fn ask(
        &self,
        questions: &mut Questions<'_>,
        defaults: &Defaults,
        name: &str,
    ) -> Option<Evaluated> {
        if OF_EMAIL_URL.contains(&name)
            && let Some(site) = self.email_url()
        {
            let reason = Reason::NotFollowed("a value that sets several settings");
            return Some(Evaluated { value: Abstract::Unknown(reason), site });
        }
        let is_stored = self.stored_by_hooks().any(|(known, ..)| known == name);
        for class in self.order() {
            match *class {
                ClassRef::Project(..) => {
                    let Some(member) = self.project.own_member(*class, name) else {
                        let Some(site) = self.decorator(*class) else { continue };
                        // It may store whatever it likes on the class.
                        let reason = Reason::NotFollowed("what a decorator makes of a class");
                        return Some(Evaluated { value: Abstract::Unknown(reason), site });
                    };
                    let value = member.value;
                    return Some(questions.configured(self.class, member.class.0, value, name));
                }
                ClassRef::External(symbol) => {
                    let is_base = BASES.contains(&self.project.symbol(symbol));
                    if is_base && !is_stored && defaults.get(name).is_some() {
                        return None;
                    }
                }
            }
        }
        if let Some((_, file, value)) = self.stored_by_hooks().find(|(known, ..)| *known == name) {
            let reason = Reason::Variable(name.into());
            let site = Site { file, node: value };
            return Some(Evaluated { value: Abstract::Unknown(reason), site });
        }
        questions.binding(self.file, name)
    }
}

/// Whether a class inherits from django-configurations' own.
fn is_configuration(project: &Project, class: ClassRef) -> bool {
    project.mro(class).classes.iter().any(|class| match class {
        ClassRef::External(symbol) => BASES.contains(&project.symbol(*symbol)),
        ClassRef::Project(..) => false,
    })
}

/// The names of the configurations in a settings module, and of those that it takes over.
pub(super) fn configurations(project: &Project, file: FileId) -> Vec<String> {
    let ir = project.ir(file);
    let module = ir.function(FileIr::module());
    let mut found = Vec::new();
    for binding in &ir.bindings[module.bindings] {
        let Entity::Class(of, class) = project.resolve(file, binding.value) else { continue };
        if is_configuration(project, ClassRef::Project(of, class)) {
            found.push(ir.str(binding.name).to_owned());
        }
    }
    found
}

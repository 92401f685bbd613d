//! What Django would really run with: each setting, in each environment, and who decided it.

pub mod checks;
mod defaults;
mod environments;
mod show;
pub mod table;
mod truth;

use std::collections::BTreeMap;

use bartizan_ir::FileIr;
use bartizan_project::{FileId, Project};
use bartizan_value::{Abstract, Evaluated, Evaluator, Reason, Variables};
use pep440_rs::Version;

pub use defaults::{Defaults, LATEST};
pub use environments::{Decided, Environment, Hint, Role, environments};
pub use show::{is_secret_name, shown, variables};
pub use truth::{Truth, alternatives, contains, is_text, is_true, truth};

/// A setting as Django would see it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// What it is worth.
    pub value: Evaluated,
    /// Whether the project says so, or Django.
    pub origin: Origin,
}

/// Who gives a setting its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The project: the site of the value tells where.
    Project,
    /// Django, since the project says nothing.
    Default,
}

/// The settings of one environment.
pub struct Settings<'p> {
    /// The environment.
    pub environment: &'p Environment,
    names: BTreeMap<String, Setting>,
    defaults: &'p Defaults,
    /// Whether other code gets all names of a module, `register(globals())`, and may bind more.
    handed_on: bool,
}

impl<'p> Settings<'p> {
    /// Evaluates the settings of an environment, all of them that the project gives a value.
    /// `variables` is what is known of the environment of the process.
    pub fn of(
        project: &'p Project,
        evaluator: &Evaluator<'p>,
        environment: &'p Environment,
        defaults: &'p Defaults,
        variables: &Variables,
    ) -> Self {
        let mut questions = evaluator.questions_where(variables);
        let mut names = BTreeMap::new();
        let bound = bound_names(project, environment.file);
        let mut asked = bound.names;
        // Text that is run, or a dict that is taken over, may bind any setting.
        if bound.by_text {
            asked.extend(defaults.names().map(str::to_owned));
        }
        for name in asked {
            let Some(value) = questions.binding(environment.file, &name) else { continue };
            // On the way that is taken nothing binds it.
            if value.value.unknown() != Some(&Reason::Raises("NameError")) {
                names.insert(name, Setting { value, origin: Origin::Project });
            }
        }
        Self { environment, names, defaults, handed_on: bound.handed_on }
    }

    /// A setting by its name: what the project says, else Django's default; `None` where neither says
    /// anything.
    pub fn get(&self, name: &str) -> Option<Setting> {
        if let Some(setting) = self.names.get(name) {
            return Some(setting.clone());
        }
        let mut value = self.defaults.get(name)?.clone();
        if self.handed_on {
            let reason = Reason::NotFollowed("code that is given all names of the settings");
            value.value = Abstract::Unknown(reason);
        }
        Some(Setting { value, origin: Origin::Default })
    }

    /// The settings to which the project gives a value, by name.
    pub fn given(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.names.iter().map(|(name, setting)| (name.as_str(), setting))
    }

    /// The Django whose defaults hold.
    pub fn django(&self) -> &Version {
        self.defaults.version()
    }
}

/// Names that may be settings (they are written in capitals) of a module and of the modules whose
/// names it takes over with a star.
fn bound_names(project: &Project, file: FileId) -> Bound {
    let mut bound = Bound::default();
    let mut seen = std::collections::BTreeSet::new();
    let mut left = vec![file];
    while let Some(file) = left.pop() {
        if !seen.insert(file) {
            continue;
        }
        let ir = project.ir(file);
        let function = ir.function(FileIr::module());
        for binding in &ir.bindings[function.bindings] {
            let name = ir.str(binding.name);
            if is_setting(name) {
                bound.names.insert(name.to_owned());
            }
        }
        for value in &ir.values {
            match *value {
                bartizan_ir::Value::Star { module, level } => {
                    if let bartizan_project::Target::Module(module) =
                        project.target(file, ir.str(module), level)
                    {
                        left.extend(project.module_file(module));
                    }
                }
                bartizan_ir::Value::NamespaceSet { key, .. } => {
                    if let bartizan_ir::Value::Str(name) = ir.value(key)
                        && is_setting(ir.str(name))
                    {
                        bound.names.insert(ir.str(name).to_owned());
                    }
                }
                bartizan_ir::Value::NamespaceUpdate(_)
                | bartizan_ir::Value::NamespaceUnknown(_) => bound.by_text = true,
                bartizan_ir::Value::Call { callee, args } => {
                    let runs_text = global_name(ir, callee).is_some_and(|name| name == "exec");
                    bound.handed_on |=
                        !runs_text && ir.args[args].iter().any(|arg| is_namespace(ir, arg.value));
                }
                _ => {}
            }
        }
    }
    bound
}

/// What a module binds.
#[derive(Default)]
struct Bound {
    names: std::collections::BTreeSet<String>,
    /// Whether text that is run, or a dict, binds more.
    by_text: bool,
    /// Whether other code is given all names.
    handed_on: bool,
}

/// Whether a value is `globals()` or the like.
fn is_namespace(ir: &FileIr, value: bartizan_ir::ValueId) -> bool {
    let bartizan_ir::Value::Call { callee, args } = ir.value(ir.bare(value)) else { return false };
    args.is_empty()
        && global_name(ir, callee).is_some_and(|name| matches!(name, "globals" | "locals" | "vars"))
}

fn global_name(ir: &FileIr, value: bartizan_ir::ValueId) -> Option<&str> {
    match ir.value(value) {
        bartizan_ir::Value::Global { name, .. } => Some(ir.str(name)),
        _ => None,
    }
}

/// Django takes the names that are written in capitals:
/// <https://docs.djangoproject.com/en/stable/topics/settings/#the-basics>.
fn is_setting(name: &str) -> bool {
    name.chars().any(char::is_alphabetic) && name == name.to_uppercase()
}

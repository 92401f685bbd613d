//! The applications that are installed: names, labels, and the classes that configure them.

use bartizan_ir::{ClassId, FileIr};
use bartizan_project::{ClassRef, FileId, Inherits, Project};
use bartizan_value::{Abstract, Questions};

use crate::settings::{Settings, Truth, alternatives, truth};

/// The installed applications, in their order.
#[derive(Debug, Default)]
pub(super) struct Apps {
    all: Vec<App>,
    /// Whether there are no others.
    pub(super) is_whole: bool,
    /// Whether those that the environment may add are all known.
    is_closed: bool,
    /// Names of applications that the environment decides on.
    perhaps: Vec<App>,
}

/// An installed application.
#[derive(Clone, Debug)]
pub(super) struct App {
    /// As it stands in the list.
    pub(super) entry: String,
    /// The dotted name of its package.
    pub(super) name: String,
    /// The name of the same package as the project has it: it goes further up where the folder from which
    /// applications are imported is a package itself.
    pub(super) package: String,
    /// The name under which its models go.
    pub(super) label: String,
    /// The class of the project that configures it.
    pub(super) class: Option<(FileId, ClassId)>,
}

impl Apps {
    pub(super) fn of(
        project: &Project,
        settings: &Settings<'_>,
        questions: &mut Questions<'_>,
    ) -> Self {
        let mut apps = Apps { is_whole: true, is_closed: true, ..Apps::default() };
        let Some(setting) = settings.get("INSTALLED_APPS") else { return apps };
        let mut lists: Vec<(Vec<&str>, bool)> = Vec::new();
        let mut is_known = true;
        for (_, value) in alternatives(&setting.value) {
            let Abstract::Seq(seq) = &value.value else {
                // `try: import …` may leave a way of which nothing is known.
                is_known = false;
                continue;
            };
            let is_whole =
                seq.open.is_none() && seq.items.iter().all(|item| item.value.as_str().is_some());
            apps.is_whole &= is_whole;
            lists.push((
                seq.items.iter().filter_map(|item| item.value.as_str()).collect(),
                is_whole,
            ));
        }
        apps.is_whole &= is_known;
        // Where code that is not followed may have bound the parts anew, they are as they are written.
        if !is_known && lists.iter().any(|(_, is_whole)| *is_whole) {
            lists.retain(|(_, is_whole)| *is_whole);
        }
        let lists: Vec<Vec<&str>> = lists.into_iter().map(|(list, _)| list).collect();
        let is_closed = apps.is_whole;
        let Some((first, rest)) = lists.split_first() else { return Apps::default() };
        for entry in first {
            // Where the environment decides, what is there either way.
            if rest.iter().all(|list| list.contains(entry)) {
                apps.all.push(app(project, questions, entry));
            }
        }
        for entry in lists.iter().flatten() {
            if !lists.iter().all(|list| list.contains(entry)) {
                apps.is_whole = false;
                apps.perhaps.push(app(project, questions, entry));
            }
        }
        apps.is_closed = is_closed;
        apps
    }

    /// Whether an application is installed, as far as that is known.
    pub(super) fn is_installed(&self, name: &str) -> Option<bool> {
        if self.all.iter().any(|app| app.name == name) {
            return Some(true);
        }
        (self.is_closed && !self.perhaps.iter().any(|app| app.name == name)).then_some(false)
    }

    /// Whether an entry stands in the list; one that nobody sees there does not, though some may be added
    /// where nobody looks.
    pub(super) fn has(&self, entry: &str) -> Truth {
        let named = |app: &App| app.name == entry || app.entry == entry;
        if self.all.iter().any(named) {
            Truth::Yes
        } else if self.perhaps.iter().any(named) {
            Truth::Unknown
        } else {
            Truth::No
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &App> {
        self.all.iter()
    }

    pub(super) fn by_label(&self, label: &str) -> Option<&App> {
        self.all.iter().find(|app| app.label == label)
    }

    /// The application that a module belongs to: the one with the longest name.
    pub(super) fn of_module(&self, module: &str) -> Option<&App> {
        let inside = |app: &&App| {
            module
                .strip_prefix(app.package.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.all.iter().filter(inside).max_by_key(|app| app.package.len())
    }

    /// Whether a package is that of an application, or of one that the environment may add.
    pub(super) fn may_own(&self, package: &str) -> bool {
        !self.is_whole && !self.is_closed
            || self.all.iter().chain(&self.perhaps).any(|app| app.package == package)
    }

    /// The place of an application in the order.
    pub(super) fn position(&self, label: &str) -> usize {
        self.all.iter().position(|app| app.label == label).unwrap_or(self.all.len())
    }
}

fn app(project: &Project, questions: &mut Questions<'_>, entry: &str) -> App {
    let class = match entry.rsplit_once('.').map(|(module, name)| (file(project, module), name)) {
        Some((Some(file), name)) if name.starts_with(char::is_uppercase) => {
            class_called(project, file, name)
        }
        _ => default_class(project, questions, entry),
    };
    let text = |questions: &mut Questions<'_>, name: &str| {
        let (file, class) = class?;
        let value = questions.class_attribute(file, class, name)?;
        value.value.as_str().map(str::to_owned)
    };
    let is_class =
        entry.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase));
    let outside = match (class, is_class) {
        // `django.contrib.admin.apps.AdminConfig`
        (None, true) => {
            let package = entry.split(".apps.").next().unwrap_or(entry);
            package.to_owned()
        }
        _ => entry.to_owned(),
    };
    let name = text(questions, "name").unwrap_or(outside);
    let last = name.rsplit('.').next().unwrap_or(&name).to_owned();
    let label = text(questions, "label").unwrap_or(last);
    let package = match project.module_named(&name) {
        Some(module) => project.module_path(module).to_owned(),
        None => name.clone(),
    };
    App { entry: entry.to_owned(), name, package, label, class }
}

fn file(project: &Project, module: &str) -> Option<FileId> {
    project.module_named(module).and_then(|module| project.module_file(module))
}

fn class_called(project: &Project, file: FileId, name: &str) -> Option<(FileId, ClassId)> {
    let ir = project.ir(file);
    let found = ir.classes().find(|(_, class)| ir.str(class.name) == name);
    if let Some((class, _)) = found {
        return Some((file, class));
    }
    // Taken over from elsewhere.
    let name = ir.strings.find(name)?;
    let binding = ir.binding(FileIr::module(), name)?;
    match project.definition(file, binding.value) {
        bartizan_project::Entity::Class(file, class) => Some((file, class)),
        _ => None,
    }
}

/// The one class that configures an application, or the one that says it does.
fn default_class(
    project: &Project,
    questions: &mut Questions<'_>,
    package: &str,
) -> Option<(FileId, ClassId)> {
    let file = file(project, &format!("{package}.apps"))?;
    let ir = project.ir(file);
    let mut found = Vec::new();
    for (class, record) in ir.classes() {
        let of = ClassRef::Project(file, class);
        let is_config = project.is_subclass(of, "django.apps.config.AppConfig") == Inherits::Yes
            || project.mro(of).classes.iter().any(|base| match base {
                ClassRef::External(symbol) => project.symbol(*symbol).ends_with("AppConfig"),
                ClassRef::Project(..) => false,
            });
        if !is_config
            || !matches!(ir.function(record.parent).kind, bartizan_ir::FunctionKind::Module)
        {
            continue;
        }
        if let Some(default) = questions.class_attribute(file, class, "default")
            && truth(&default) == Truth::Yes
        {
            return Some((file, class));
        }
        found.push((file, class));
    }
    match found.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

//! Which modules are loaded when Django looks for routes: those of the applications, what they import,
//! and what is imported by its name.

use bartizan_ir::{ArgKind, EffectKind, FileIr, FunctionKind, TextPiece, Value, ValueId};
use bartizan_project::{FileId, ModuleId, Project, Target};
use rustc_hash::FxHashSet;

use super::apps::Apps;
use crate::settings::Settings;

/// The files whose module code has run.
pub(super) fn loaded(project: &Project, settings: &Settings<'_>, apps: &Apps) -> FxHashSet<FileId> {
    let mut load = Load { project, apps, found: FxHashSet::default(), ahead: Vec::new() };
    load.file(settings.environment.file);
    let root = settings.get("ROOT_URLCONF");
    for (_, value) in root.iter().flat_map(|root| crate::settings::alternatives(&root.value)) {
        if let Some(module) = value.value.as_str() {
            load.named(module);
        }
    }
    let has_admin = apps.is_installed("django.contrib.admin") == Some(true);
    for app in apps.iter() {
        load.named(&app.package);
        load.named(&format!("{}.models", app.package));
        if has_admin {
            load.named(&format!("{}.admin", app.package));
        }
        if let Some((file, _)) = app.class {
            load.file(file);
        }
    }
    while let Some(file) = load.ahead.pop() {
        load.what_it_loads(file);
    }
    load.found
}

struct Load<'a> {
    project: &'a Project,
    apps: &'a Apps,
    found: FxHashSet<FileId>,
    ahead: Vec<FileId>,
}

impl Load<'_> {
    fn file(&mut self, file: FileId) {
        if self.found.insert(file) {
            self.ahead.push(file);
        }
    }

    /// A module, and the packages around it.
    fn module(&mut self, module: ModuleId) {
        if let Some(file) = self.project.module_file(module) {
            if self.found.contains(&file) {
                return;
            }
            self.file(file);
        }
        let path = self.project.module_path(module);
        if let Some((around, _)) = path.rsplit_once('.')
            && let Some(around) = self.project.module_named(around)
        {
            self.module(around);
        }
    }

    fn named(&mut self, dotted: &str) {
        if let Some(module) = self.project.module_named(dotted) {
            self.module(module);
        }
    }

    fn what_it_loads(&mut self, file: FileId) {
        let ir = self.project.ir(file);
        for (_, function) in ir.functions() {
            // What a function imports is loaded when it runs: `ready` does before any route is asked for.
            let runs = !matches!(function.kind, FunctionKind::Def | FunctionKind::Lambda)
                || ir.str(function.name) == "ready";
            for effect in &ir.effects[function.effects] {
                match effect.kind {
                    EffectKind::Import(value) if runs => self.import(file, value),
                    EffectKind::Call(call) => self.call(ir, call),
                    _ => {}
                }
            }
        }
    }

    fn import(&mut self, file: FileId, value: ValueId) {
        let ir = self.project.ir(file);
        let (module, name, level) = match ir.value(value) {
            Value::Import { module, name, level } => (module, name, level),
            Value::Star { module, level } => (module, None, level),
            _ => return,
        };
        let Target::Module(target) = self.project.target(file, ir.str(module), level) else {
            return;
        };
        self.module(target);
        if let Some(name) = name {
            let below = format!("{}.{}", self.project.module_path(target), ir.str(name));
            self.named(&below);
        }
    }

    /// `include("shop.urls")`, `import_module(app.name + ".hooks")`, `autodiscover_modules("hooks")`
    fn call(&mut self, ir: &FileIr, call: ValueId) {
        let Value::Call { callee, args } = ir.value(call) else { return };
        let Some(called) = super::words::name_of(ir, callee) else { return };
        if !matches!(called, "include" | "import_module" | "import_string" | "autodiscover_modules")
        {
            return;
        }
        for arg in ir.args[args].iter().filter(|arg| arg.kind == ArgKind::Positional) {
            match ir.value(ir.bare(arg.value)) {
                Value::Str(name) if called == "autodiscover_modules" => {
                    self.of_each_app(ir.str(name));
                }
                Value::Str(dotted) => {
                    let dotted = ir.str(dotted);
                    self.named(dotted);
                    if let Some((module, _)) = dotted.rsplit_once('.') {
                        self.named(module);
                    }
                }
                _ if called == "import_module" => {
                    if let Some(end) = last_words(ir, arg.value, 0)
                        && let Some(below) = end.strip_prefix('.')
                    {
                        self.of_each_app(below);
                    }
                }
                _ => {}
            }
        }
    }

    fn of_each_app(&mut self, below: &str) {
        for app in self.apps.iter() {
            self.named(&format!("{}.{below}", app.package));
        }
    }
}

/// The text with which a text ends.
fn last_words(ir: &FileIr, value: ValueId, depth: u8) -> Option<&str> {
    match ir.value(ir.bare(value)) {
        Value::Str(text) => Some(ir.str(text)),
        Value::Binary { right, .. } if depth < 8 => last_words(ir, right, depth + 1),
        Value::Text { parts, .. } => match ir.parts[parts].last()?.piece {
            TextPiece::Literal(text) => Some(ir.str(text)),
            TextPiece::Hole { value, .. } if depth < 8 => last_words(ir, value, depth + 1),
            TextPiece::Hole { .. } => None,
        },
        _ => None,
    }
}

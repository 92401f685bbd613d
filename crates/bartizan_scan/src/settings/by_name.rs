//! What settings load by a name, or run by a path, that stands in a text.

use std::collections::BTreeSet;

use bartizan_base::{FilePath, Sym};
use bartizan_ir::{Arg, FileIr, Value};
use bartizan_project::ProjectFile;
use rustc_hash::FxHashSet;

use super::needed::{Import, Need};
use super::read::leads_to;

/// What code calls to load a module by a name that is a text.
const LOADING: &[&str] = &["import_module", "import_string", "__import__", "run_module"];

/// What it calls to run a file by its path.
const RUNNING: &[&str] = &["exec", "run_path"];

/// What gives all names of a module.
const NAMESPACES: &[&str] = &["locals", "globals", "vars"];

/// Texts of a file beyond which no more are compared with the paths of all files.
const MOST_TEXTS: usize = 200;

/// The files that settings load by a name which stands in a text, where they load so: any text of theirs
/// may be one.
pub(super) fn loaded_by_name(
    file: &ProjectFile,
    python: &BTreeSet<FilePath>,
) -> Vec<(FilePath, Need)> {
    let has = |words: &[&str]| words.iter().any(|word| file.ir.strings.find(word).is_some());
    let (modules, files) = (has(LOADING), has(RUNNING));
    // A helper that is handed the names of a module may load for it.
    let handed = match has(NAMESPACES) {
        true => texts_beside_namespaces(&file.ir),
        false => FxHashSet::default(),
    };
    let mut found = Vec::new();
    if !modules && !files && handed.is_empty() {
        return found;
    }
    let mut left = MOST_TEXTS;
    let mut is_within = || {
        left = left.saturating_sub(1);
        left > 0
    };
    for (sym, text) in file.ir.strings.iter() {
        let is_handed = handed.contains(&sym);
        if text.ends_with(".py") && (files || is_handed) && is_within() {
            let meant = python.iter().filter(|path| may_be_path(file, text, path));
            found.extend(meant.map(|path| (path.clone(), Need::Everything)));
        }
        if !(modules || is_handed) {
            continue;
        }
        // `import_module(f"shop.stages.{stage}")`
        if let Some(package) = text.strip_suffix('.').filter(|_| is_within()) {
            let folder = package.trim_start_matches('.').replace('.', "/");
            let inside = python.iter().filter(|path| is_in(file, &folder, path));
            found.extend(inside.map(|path| (path.clone(), Need::Everything)));
        }
        let module = text.trim_start_matches('.');
        if !is_module_name(module) {
            continue;
        }
        let import = |module: &str, name: Option<&str>| Import {
            module: module.to_owned(),
            name: name.map(str::to_owned),
            level: 0,
            need: Need::Everything,
        };
        found.extend(leads_to(&file.path, &import(module, None), python));
        // `import_string("shop.hosts.HOSTS")`
        if let Some((module, name)) = module.rsplit_once('.') {
            found.extend(leads_to(&file.path, &import(module, Some(name)), python));
        }
    }
    found
}

/// Whether a text has the form of a module's dotted name.
pub(super) fn is_module_name(text: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && word.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
    };
    text.split('.').all(is_word)
}

/// Texts that a call is given together with the names of a module: `load(globals(), "extra.py")`.
fn texts_beside_namespaces(ir: &FileIr) -> FxHashSet<Sym> {
    let is_namespace = |arg: &Arg| match ir.value(ir.bare(arg.value)) {
        Value::Call { callee, .. } => {
            matches!(ir.value(ir.bare(callee)), Value::Global { name, .. }
            if NAMESPACES.contains(&ir.str(name)))
        }
        _ => false,
    };
    let mut found = FxHashSet::default();
    for value in &ir.values {
        let args = match *value {
            Value::Call { args, .. } => args,
            Value::Mutate(mutation) => ir.mutation(mutation).args,
            _ => continue,
        };
        let args = &ir.args[args];
        if args.iter().any(is_namespace) {
            found.extend(args.iter().filter_map(|arg| match ir.value(ir.bare(arg.value)) {
                Value::Str(text) => Some(text),
                _ => None,
            }));
        }
    }
    found
}

/// Whether a text may lead from settings to a file: beside them or around, or below a folder that another
/// text of theirs names, as in `BASE_DIR / "conf" / "extra.py"`.
fn may_be_path(from: &ProjectFile, text: &str, path: &FilePath) -> bool {
    let end = text.trim_start_matches("./");
    let Some(before) = path.as_str().strip_suffix(end) else { return false };
    let Some(folder) = before.strip_suffix('/') else { return before.is_empty() };
    let is_around = from.path.parent().strip_prefix(folder);
    is_around.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        || folder.rsplit('/').next().is_some_and(|last| from.ir.strings.find(last).is_some())
}

/// Whether a file lies in a folder that is told from settings, or from a folder around them.
fn is_in(from: &ProjectFile, folder: &str, path: &FilePath) -> bool {
    let Some(before) = path.parent().strip_suffix(folder) else { return false };
    let around = before.trim_end_matches('/');
    let is_whole = folder.is_empty() || before.is_empty() || before.ends_with('/');
    let rest = from.path.parent().strip_prefix(around);
    is_whole
        && rest.is_some_and(|rest| {
            // Without a folder it is the one of the settings.
            rest.is_empty() || !folder.is_empty() && (around.is_empty() || rest.starts_with('/'))
        })
}

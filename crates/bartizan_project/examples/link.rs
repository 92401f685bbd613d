//! Links a folder of Python files and tells how much of it was understood:
//! `cargo run --release -p bartizan_project --example link -- FOLDER`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bartizan_base::FilePath;
use bartizan_ir::{EffectKind, Value};
use bartizan_model::Models;
use bartizan_project::{ClassRef, Entity, Lookup, Member, Project, ProjectFile, Target};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

fn main() {
    let folder = std::env::args().nth(1).expect("a folder is named");
    let wanted = std::env::args().nth(2);
    let root = PathBuf::from(folder);
    let mut paths = Vec::new();
    python_files(&root, &mut paths);
    let start = Instant::now();
    let files: Vec<ProjectFile> = paths.into_par_iter().map(|path| read(&root, &path)).collect();
    let read_for = start.elapsed();
    let values: usize = files.iter().map(|file| file.ir.values.len()).sum();

    let models = Models::for_packages(["django", "rest_framework", "requests", "yaml", "jinja2"]);
    let start = Instant::now();
    let project = Project::link(files, models);
    let link_for = start.elapsed();
    let start = Instant::now();
    let all: Vec<_> = project.files().collect();
    all.into_par_iter().for_each(|file| project.sweep(file));
    let sweep_for = start.elapsed();
    let start = Instant::now();
    let (mut calls, mut modelled) = (BTreeMap::<&str, u32>::new(), 0u32);
    for file in project.files() {
        for call in project.calls(file) {
            let callee = project.callee(file, call.value);
            *calls.entry(class_of_call(callee.target)).or_default() += 1;
            modelled += u32::from(callee.model.is_some());
        }
    }
    let calls_for = start.elapsed();

    let files = project.files().len();
    let functions: usize = project.files().map(|file| project.ir(file).functions.len()).sum();
    let classes: usize = project.files().map(|file| project.ir(file).classes.len()).sum();
    println!("{files} files, {functions} functions, {classes} classes, {values} values");
    println!(
        "read {read_for:.1?}; link {link_for:.1?}, sweep {sweep_for:.1?}, callees {calls_for:.1?}"
    );
    println!("roots: {}", project.source_roots().join(", "));
    let names = project.names();
    let rate = |part: u32, whole: u32| 100.0 * f64::from(part) / f64::from(whole.max(1));
    println!(
        "imported names: {} of {} ({:.1} %)",
        names.read,
        names.seen,
        rate(names.read, names.seen)
    );
    let (known, looked) = module_names(&project);
    println!(
        "imported names that are modules, functions, classes or instances: {known} of {looked} ({:.1} %)",
        rate(known, looked)
    );
    let unknown = project
        .files()
        .flat_map(|file| project.ir(file).classes().map(move |(class, _)| (file, class)))
        .filter(|(file, class)| project.mro(ClassRef::Project(*file, *class)).unknown_base)
        .count();
    println!(
        "classes with an unknown base: {unknown} ({:.1} %)",
        rate(unknown as u32, classes as u32)
    );
    let total: u32 = calls.values().sum();
    for (class, count) in &calls {
        println!("calls: {class}: {count} ({:.1} %)", rate(*count, total));
    }
    println!("calls that the models describe: {modelled} of {total}");

    match wanted.as_deref() {
        Some("missing") => {
            for file in project.files() {
                for (name, span) in project.missing_names(file) {
                    println!("{}:{}: {name}", project.path(file), span.start);
                }
            }
        }
        Some("bases") => {
            for file in project.files() {
                let ir = project.ir(file);
                for (class, body) in ir.classes() {
                    if project.mro(ClassRef::Project(file, class)).unknown_base {
                        for base in &ir.args[body.bases] {
                            let what = project.resolve(file, base.value);
                            if !matches!(what, Entity::Class(..) | Entity::External(_)) {
                                println!(
                                    "{}: {}: {what:?}",
                                    project.path(file),
                                    ir.str(body.qualname)
                                );
                            }
                        }
                    }
                }
            }
        }
        Some("calls") => print_calls(&project, &root),
        _ => {}
    }
}

#[expect(clippy::disallowed_methods, reason = "an example looks at real projects on a disk")]
fn python_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            python_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            into.push(path);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "an example looks at real projects on a disk")]
fn read(root: &Path, path: &Path) -> ProjectFile {
    let bytes = std::fs::read(path).unwrap_or_default();
    let relative = path.strip_prefix(root).ok().and_then(|path| path.to_str());
    let path = FilePath::new(relative.unwrap_or("unnamed.py")).expect("it lies below the root");
    let reading = bartizan_python::read(&path, &bytes);
    ProjectFile { path, ir: reading.ir, facts: reading.facts }
}

fn class_of_call(target: Entity) -> &'static str {
    match target {
        Entity::Function(..) | Entity::Class(..) => "project",
        Entity::Method { member: Member::Project(..), .. } => "project, method",
        Entity::External(_) => "external",
        Entity::Method { .. } => "external, method on known type",
        Entity::Instance(_) => "instance",
        Entity::Module(_) | Entity::Super(..) => "odd",
        Entity::Value(..) => "unknown value",
        Entity::Unknown(_) => "unknown name",
    }
}

/// Names imported from modules of the project: how many are known things, and how many there are.
fn module_names(project: &Project) -> (u32, u32) {
    let (mut known, mut all) = (0, 0);
    for file in project.files() {
        let ir = project.ir(file);
        for function in &ir.functions {
            for effect in &ir.effects[function.effects] {
                let EffectKind::Import(import) = effect.kind else { continue };
                let Value::Import { module, name: Some(name), level } = ir.value(import) else {
                    continue;
                };
                let Target::Module(module) = project.target(file, ir.str(module), level) else {
                    continue;
                };
                if matches!(project.lookup(module, ir.str(name)), Lookup::External(..)) {
                    continue;
                }
                all += 1;
                known += u32::from(project.resolve(file, import).is_known());
            }
        }
    }
    (known, all)
}

fn print_calls(project: &Project, root: &Path) {
    for file in project.files() {
        #[expect(
            clippy::disallowed_methods,
            reason = "an example looks at real projects on a disk"
        )]
        let text = std::fs::read_to_string(root.join(project.path(file).as_str()));
        let Ok(text) = text else { continue };
        for call in project.calls(file) {
            let callee = project.callee(file, call.value);
            let name = project.dotted(callee.target).unwrap_or("");
            let line = text[..call.span.start as usize].matches('\n').count() + 1;
            let written = call.span.slice(&text).lines().next().unwrap_or("");
            println!(
                "{}:{line}: {} {name} {}{} | {written}",
                project.path(file),
                class_of_call(callee.target),
                callee.confidence,
                if callee.model.is_some() { " modelled" } else { "" }
            );
        }
    }
}

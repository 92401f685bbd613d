//! Prints the endpoints of the Django project in a folder: `surface FOLDER [SETTINGS_MODULE]`.
#![allow(clippy::disallowed_methods, reason = "an example is an edge")]

use std::path::Path;
use std::time::Instant;

use bartizan_base::FilePath;
use bartizan_django::endpoints::surface;
use bartizan_django::settings::{Defaults, Settings, environments};
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Evaluator, Variables};

fn main() {
    let folder = std::env::args().nth(1).expect("a folder to read");
    let module = std::env::args().nth(2);
    let mut files = Vec::new();
    collect(Path::new(&folder), Path::new(&folder), &mut files);
    let project = Project::link(files, Models::for_packages(["django", "rest_framework"]));
    let begin = Instant::now();
    let evaluator = Evaluator::new(&project);
    let configured: Vec<(String, String)> =
        module.iter().map(|module| ("production".to_owned(), module.clone())).collect();
    let found = environments(&project, &evaluator, &[], &configured);
    let defaults = Defaults::latest();
    for environment in &found {
        if module.as_ref().is_some_and(|module| *module != environment.module) {
            continue;
        }
        let settings =
            Settings::of(&project, &evaluator, environment, &defaults, &Variables::defaults());
        let surface = surface(&project, &evaluator, &settings);
        println!("# {} {}", environment.name, environment.module);
        for endpoint in &surface.endpoints {
            let reach: Vec<String> = endpoint
                .access
                .iter()
                .map(|access| {
                    let guards: Vec<&str> =
                        access.guards.iter().map(|guard| guard.name.as_str()).collect();
                    format!("{}[{}]", access.reach.as_str(), guards.join(","))
                })
                .collect();
            println!(
                "{}\t{}\t{}\t{}\t{}\t{}\t{}",
                endpoint.methods.join(","),
                endpoint.route,
                endpoint.name.as_deref().unwrap_or("-"),
                endpoint.view,
                reach.join("/"),
                endpoint.csrf.as_str(),
                endpoint.writes.join(",")
            );
        }
        for route in &surface.unresolved {
            println!(
                "?\t{}\t{}\t{}:{}",
                route.route,
                route.why,
                project.path(route.file),
                route.span.start
            );
        }
        println!(
            "# {} endpoints, {} unresolved, {:?}",
            surface.endpoints.len(),
            surface.unresolved.len(),
            begin.elapsed()
        );
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<ProjectFile>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(root, &path, files),
            Ok(kind) if kind.is_file() && path.extension().is_some_and(|e| e == "py") => {
                let name = path.strip_prefix(root).map(|path| path.display().to_string());
                let Some(path_in_tree) = name.ok().and_then(|name| FilePath::new(&name)) else {
                    continue;
                };
                let Ok(bytes) = std::fs::read(&path) else { continue };
                let reading = bartizan_python::read(&path_in_tree, &bytes);
                files.push(ProjectFile {
                    path: path_in_tree,
                    ir: reading.ir,
                    facts: reading.facts,
                });
            }
            _ => {}
        }
    }
}

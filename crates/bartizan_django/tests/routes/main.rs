//! The routes of real projects, as Django's own resolver printed them once, compared with what is read.
//!
//! `cargo xtask routes` sets the projects up and prints; here nothing is run, sources alone are fetched.
#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]
#![allow(clippy::disallowed_methods, reason = "the projects lie on the disk")]

mod hostile;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;

use bartizan_base::FilePath;
use bartizan_django::endpoints::{Reach, Surface, surface};
use bartizan_django::settings::{Defaults, Settings, environments};
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Evaluator, Variables};

fn ecosystem() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ecosystem")
}

/// What `projects.toml` says of a project.
fn said(name: &str) -> toml::Table {
    let text = fs::read_to_string(ecosystem().join("routes/projects.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let all = ["project", "own"].iter().flat_map(|kind| table[*kind].as_array().unwrap());
    let mut found = all.map(|row| row.as_table().unwrap());
    found.find(|row| row["name"].as_str() == Some(name)).unwrap().clone()
}

/// The files of a project: those of its distribution, and what is laid over them.
fn files(name: &str, said: &toml::Table) -> Vec<ProjectFile> {
    let mut files = BTreeMap::new();
    if said.contains_key("sha256") {
        let fetched = Command::new("python3")
            .arg(ecosystem().join("fetch.py"))
            .arg("--from")
            .arg(ecosystem().join("routes/projects.toml"))
            .arg(name)
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(fetched.status.success(), "{name} cannot be fetched");
        let folder = PathBuf::from(String::from_utf8(fetched.stdout).unwrap().trim());
        collect(&folder, &folder, &mut files);
    }
    if let Some(over) = said.get("files") {
        let folder = ecosystem().join("routes").join(over.as_str().unwrap());
        collect(&folder, &folder, &mut files);
    }
    let read = files.into_iter().map(|(path, bytes)| {
        let path = FilePath::new(&path).unwrap();
        let reading = bartizan_python::read(&path, &bytes);
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    });
    read.collect()
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            collect(root, &path, files);
        } else if kind.is_file() && path.extension().is_some_and(|end| end == "py") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

fn read(name: &str, said: &toml::Table) -> Surface {
    let project = Project::link(
        files(name, said),
        Models::for_packages(["django", "rest_framework", "allauth", "oauth2_provider"]),
    );
    let evaluator = Evaluator::new(&project);
    let module = said["settings"].as_str().unwrap();
    let configured = [("production".to_owned(), module.to_owned())];
    let found = environments(&project, &evaluator, &[], &configured);
    let environment = found.iter().find(|environment| environment.module == module).unwrap();
    let version = pep440_rs::Version::from_str(said["django"].as_str().unwrap()).unwrap();
    let defaults = Defaults::of(version);
    let settings =
        Settings::of(&project, &evaluator, environment, &defaults, &Variables::defaults());
    surface(&project, &evaluator, &settings)
}

/// Whether a row says that what lies at a route comes of packages that are not in the tree.
fn is_told(route: &str, view: &str, surface: &Surface) -> bool {
    surface.unresolved.iter().any(|row| {
        let Some((_, packages)) = row.why.split_once("not in the tree: ") else { return false };
        let below = row.route.trim_start_matches('/');
        let mut names = packages.split(", ").map(|name| name.split('.').next().unwrap_or(name));
        route.starts_with(below)
            && (names.clone().any(|name| view.starts_with(&format!("{name}.")))
                || !below.is_empty() && names.clone().count() == 1
                || view.starts_with("django.") && names.any(|name| route.contains(name)))
    })
}

fn compare(name: &str) {
    let said = said(name);
    let surface = read(name, &said);
    let mut ours: BTreeMap<(String, String), usize> = BTreeMap::new();
    for endpoint in &surface.endpoints {
        let route = endpoint.route.strip_prefix('/').unwrap().to_owned();
        *ours.entry((route, endpoint.name.clone().unwrap_or_default())).or_default() += 1;
    }
    let dump = fs::read_to_string(ecosystem().join(format!("routes/{name}.tsv"))).unwrap();
    let (mut found, mut counted, mut missing) = (0, 0, Vec::new());
    for line in dump.lines() {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next().unwrap_or_default();
        let (route, called, _, view) = (next(), next(), next(), next());
        let key = (route, called);
        if let Some(left) = ours.get_mut(&key)
            && *left > 0
        {
            *left -= 1;
            found += 1;
            counted += 1;
        } else if !is_told(&key.0, &view, &surface) {
            counted += 1;
            missing.push(format!("{} {} {view}", key.0, key.1));
        }
    }
    let invented: Vec<_> = ours.iter().filter(|(_, left)| **left > 0).collect();
    let recall = found * 100 / counted;
    println!(
        "{name}: {found} of {counted} routes in the tree or in a model, {} in all, {} told unresolved",
        dump.lines().count(),
        surface.unresolved.len()
    );
    assert!(invented.is_empty(), "{name} has routes that Django does not know: {invented:#?}");
    let floor = said["recall"].as_integer().unwrap();
    assert!(recall as i64 >= floor, "{name}: {recall} %\n{}", missing.join("\n"));
}

#[test]
fn a_clinic_with_the_packages_that_are_described() {
    compare("clinic");
}

#[test]
fn the_example_of_allauth() {
    compare("django-allauth");
}

#[test]
fn a_shop_built_on_oscar() {
    compare("django-oscar");
}

#[test]
fn the_urlconfs_of_the_tests_of_drf() {
    compare("djangorestframework");
}

#[test]
fn an_error_tracker() {
    compare("bugsink");
}

#[test]
fn the_shifts_of_an_aid_organisation() {
    compare("ephios");
}

#[test]
fn a_farm_that_is_shared() {
    compare("juntagrico");
}

#[test]
fn a_board_in_a_minute() {
    compare("punkweb-bb");
}

#[test]
fn a_forum_with_settings_of_its_own() {
    compare("django-spirit");
}

#[test]
fn a_site_for_telescopes() {
    compare("tomtoolkit");
}

#[test]
fn a_wiki() {
    compare("wiki");
}

#[test]
fn nautobot() {
    compare("nautobot");
}

#[test]
fn pretix() {
    compare("pretix");
}

#[test]
fn the_test_project_of_wagtail() {
    compare("wagtail");
}

/// Who gets in, as it really was: `let in` or `sent away` for someone who is not logged in, for a user,
/// and for staff. Who must have a permission, or be staff, may lack another one: of the third nothing
/// is asked there.
#[test]
fn guards_are_what_really_happens() {
    let text = fs::read_to_string(ecosystem().join("routes/guards.tsv")).unwrap();
    let (mut right, mut unknown, mut wrong, mut missing) = (0, Vec::new(), Vec::new(), 0);
    let mut surfaces: BTreeMap<&str, Surface> = BTreeMap::new();
    for row in text.lines() {
        let [project, route, name, method, anonymous, user, staff] =
            row.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let surface = surfaces.entry(project).or_insert_with(|| read(project, &said(project)));
        let endpoint = surface.endpoints.iter().find(|endpoint| {
            endpoint.route[1..] == *route && endpoint.name.as_deref().unwrap_or("") == name
        });
        // Of packages that are not in the tree; how many routes are missing, the others above say.
        let Some(endpoint) = endpoint else {
            missing += 1;
            continue;
        };
        let for_method = endpoint.access.iter().find(|access| access.methods.contains(&method));
        let access = for_method.unwrap_or(&endpoint.access[0]);
        let really = [anonymous, user, staff].map(|outcome| outcome == "let in");
        let is_right = match access.reach {
            // Whoever is logged in may be led on from a page to sign up.
            Reach::Anonymous => really[0],
            Reach::Login => really == [false, true, true],
            Reach::Permission | Reach::Staff => really[..2] == [false, false],
            Reach::Unknown => {
                unknown.push(row);
                continue;
            }
        };
        match is_right {
            true => right += 1,
            false => wrong.push(format!("{row} is {}", access.reach.as_str())),
        }
    }
    println!(
        "{right} right, {} unknown, {} wrong, {missing} not found",
        unknown.len(),
        wrong.len()
    );
    let asked = right + unknown.len() + wrong.len();
    assert!(asked >= 100 && right * 10 >= asked * 9, "{right}; unknown:\n{}", unknown.join("\n"));
    assert!(wrong.len() <= 2, "{}", wrong.join("\n"));
}

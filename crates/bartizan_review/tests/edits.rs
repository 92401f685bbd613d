//! Edits of a clinic, a shop, a school and others: every edit that protects less is told with its kind, and what is only
//! said otherwise is no change.
//!
//! The edits stand in `edits/*.toml`. Set `EDITS` to a part of a name to try those alone, and see what
//! is told. Edits of real projects stand in `ecosystem/edits`, and are tried by `cargo xtask edits`.
#![allow(clippy::disallowed_methods, reason = "the projects lie beside this file")]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use bartizan_base::MemoryTree;
use bartizan_testkit::edits::Edits;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edits")
}

/// Every file of a project, in memory.
fn project(folder: &Path) -> MemoryTree {
    let mut tree = MemoryTree::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inside = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            tree = tree.with(&inside, fs::read(&path).unwrap());
        }
    }
    tree
}

/// All edits of a file are told with their kind, and nothing else is.
fn holds(project_name: &str, name: &str) {
    let edits = Edits::parse(&fs::read_to_string(data().join(name)).unwrap()).unwrap();
    let wanted = std::env::var("EDITS").unwrap_or_default();
    let outcome =
        edits.judge(&project(&data().join(project_name)), &wanted, &mut |case, changes, _| {
            if !wanted.is_empty() {
                eprintln!("{}: {changes:#?}", case.name);
            }
        });
    assert!(
        outcome.missed.is_empty() && outcome.noisy.is_empty(),
        "missed of {}: {:#?}, told of {} that do nothing: {:#?}",
        outcome.regressions,
        outcome.missed,
        outcome.refactorings,
        outcome.noisy
    );
}

#[test]
fn the_clinic() {
    holds("clinic", "clinic.toml");
}

#[test]
fn the_shop() {
    holds("shop", "shop.toml");
}

#[test]
fn the_clinic_by_somebody_else() {
    holds("clinic", "clinic_second.toml");
}

#[test]
fn the_shop_by_somebody_else() {
    holds("shop", "shop_second.toml");
}

#[test]
fn the_school() {
    holds("school", "school.toml");
}

#[test]
fn the_office() {
    holds("office", "office.toml");
}

#[test]
fn the_club() {
    holds("club", "club.toml");
}

#[test]
fn the_desk() {
    holds("desk", "desk.toml");
}

#[test]
fn the_depot() {
    holds("depot", "depot.toml");
}

#[test]
fn the_workshop() {
    holds("workshop", "workshop.toml");
}

#[test]
fn the_theatre() {
    holds("theatre", "theatre.toml");
}

/// What is chosen again and again by what it was before is read as far as it is held, and no further.
#[test]
fn choices_inside_of_choices_end() {
    let mut view = String::from(
        "from django.core.exceptions import PermissionDenied\nfrom django.http import HttpResponse\n\n\n\
         def show(request):\n    key = request.GET[\"key\"]\n",
    );
    for step in 0..3_000 {
        view.push_str(&format!(
            "    key = \"{step}\" if key.lower() == \"{step}\" else key.strip()\n"
        ));
    }
    view.push_str(
        "    if request.user.key != key:\n        raise PermissionDenied\n    return HttpResponse(key)\n",
    );
    let tree = MemoryTree::new()
        .with("manage.py", "import os\nos.environ[\"DJANGO_SETTINGS_MODULE\"] = \"club.settings\"\n")
        .with("club/__init__.py", "")
        .with("club/settings.py", "ROOT_URLCONF = \"club.urls\"\nINSTALLED_APPS = []\nMIDDLEWARE = []\n")
        .with(
            "club/urls.py",
            "from django.urls import path\nfrom club import views\nurlpatterns = [path(\"\", views.show)]\n",
        )
        .with("club/views.py", view);
    let edits = Edits::parse(
        "[[case]]\nname = \"the answer by a name\"\nkinds = []\n[[case.edit]]\n\
         path = \"club/views.py\"\nfrom = \"    return HttpResponse(key)\"\n\
         to = \"    answer = HttpResponse(key)\\n    return answer\"\n",
    );
    let outcome = edits.unwrap().judge(&tree, "", &mut |_, _, _| {});
    assert!(outcome.noisy.is_empty(), "{:#?}", outcome.noisy);
}

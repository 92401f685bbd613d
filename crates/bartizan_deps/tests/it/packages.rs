//! Which packages are looked at.

use bartizan_deps::packages;
use bartizan_requirement::discover;

use crate::shop;

/// Each package with the lines that settle it, and what is not checked.
fn seen(files: &[(&str, &str)]) -> Vec<String> {
    let (packages, unchecked) = packages(&discover(&shop(files)));
    let known = packages.iter().map(|package| {
        let uses: Vec<String> = package
            .uses
            .iter()
            .map(|at| format!("{}:{}", at.place.path, at.place.start.line))
            .collect();
        let note = if package.is_for_development() { " (development)" } else { "" };
        format!("{} {} {}{note}", package.name, package.version, uses.join(" "))
    });
    let unknown = unchecked.iter().map(|wish| format!("{}: {}", wish.name, wish.why));
    known.chain(unknown).collect()
}

#[test]
fn one_version_in_several_files_is_one_package() {
    let files = [
        ("requirements/base.txt", "Django==4.2.11\n"),
        ("requirements/dev.txt", "-r base.txt\ndjango==4.2.11\npytest==8.0\n"),
    ];
    assert_eq!(
        seen(&files),
        [
            "django 4.2.11 requirements/base.txt:1 requirements/dev.txt:2",
            "pytest 8.0 requirements/dev.txt:3 (development)",
        ]
    );
}

#[test]
fn what_names_no_single_version_is_not_checked_and_said_so() {
    let files = [(
        "requirements.txt",
        "django>=4.2\ncelery\nredis==5.*\nshop-theme @ git+https://forge.example/theme@main\n",
    )];
    assert_eq!(
        seen(&files),
        [
            "django: `>=4.2` names no single version",
            "celery: no version is pinned",
            "redis: `==5.*` names no single version",
            "shop-theme: it is taken from a git repository",
        ]
    );
}

#[test]
fn limits_bring_nothing_in() {
    let files = [
        ("requirements.txt", "-c constraints.txt\ndjango==4.2.11\n"),
        ("constraints.txt", "pillow==10.2.0\n"),
    ];
    assert_eq!(seen(&files), ["django 4.2.11 requirements.txt:2"]);
}

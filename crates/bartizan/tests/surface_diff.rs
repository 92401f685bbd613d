//! `bartizan surface --diff` on a clinic and a shop: every edit that protects less is told with its
//! kind, and what is only said otherwise is no change.
//!
//! The edits stand in `surface_diff/*.toml`; each is made to a copy of its project in a repository of
//! its own. Set `SURFACE_DIFF` to a part of a name to try those alone, and see what is told.
#![allow(clippy::disallowed_methods, reason = "these tests lay out folders and start programs")]
#![allow(clippy::unwrap_used, reason = "a test that cannot lay out its files has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// The edits of one project.
#[derive(Deserialize)]
struct Cases {
    /// The folder of the project, where it is not one of the small ones beside the file.
    project: Option<String>,
    case: Vec<Case>,
}

/// An edit, and the kinds one of which says what it does; none where it does nothing.
#[derive(Deserialize)]
struct Case {
    name: String,
    kinds: Vec<String>,
    #[serde(default)]
    edit: Vec<Edit>,
}

/// A text put in the place of another, a file written, or one removed.
#[derive(Deserialize)]
struct Edit {
    path: String,
    from: Option<String>,
    to: Option<String>,
    #[serde(default)]
    remove: bool,
}

#[derive(Deserialize)]
struct Answer {
    changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "shown where a test fails")]
struct Change {
    kind: String,
    route: Option<String>,
    path: String,
    line: u32,
    before: String,
    after: String,
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/surface_diff")
}

fn git(folder: &Path, words: &[&str]) {
    let done = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@clinic.example"])
        .args(["-c", "commit.gpgSign=false", "-c", "gc.auto=0"])
        .args(words)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Copies what git keeps of Python projects.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy(&path, &target);
        } else if kind.is_file() && path.extension().is_some_and(|ext| ext == "py" || ext == "txt")
        {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Makes the edit in `folder`, and keeps what stood there, so that it can be undone.
fn apply(folder: &Path, case: &Case) -> Vec<(PathBuf, Option<String>)> {
    let mut undone = Vec::new();
    for edit in &case.edit {
        let path = folder.join(&edit.path);
        let before = fs::read_to_string(&path).ok();
        undone.push((path.clone(), before.clone()));
        if edit.remove {
            fs::remove_file(&path).unwrap();
            continue;
        }
        let to = edit.to.as_deref().unwrap_or("");
        let text = match (&edit.from, before) {
            (Some(from), Some(text)) => {
                assert!(
                    text.contains(from.as_str()),
                    "{}: {} has no {from:?}",
                    case.name,
                    edit.path
                );
                text.replacen(from.as_str(), to, 1)
            }
            (Some(_), None) => panic!("{}: there is no {}", case.name, edit.path),
            (None, _) => to.to_owned(),
        };
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    undone
}

fn undo(undone: Vec<(PathBuf, Option<String>)>) {
    for (path, before) in undone.into_iter().rev() {
        match before {
            Some(text) => fs::write(&path, text).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
    }
}

fn ask(folder: &Path) -> Vec<Change> {
    let output = Command::new(env!("CARGO_BIN_EXE_bartizan"))
        .arg("surface")
        .arg(folder)
        .args(["--diff", "HEAD", "--format", "json"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answer: Answer = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    answer.changes
}

/// What came of the edits of one file: those that are told wrongly, and how many there are.
struct Outcome {
    missed: Vec<String>,
    noisy: Vec<String>,
    regressions: usize,
    refactorings: usize,
}

fn judge(name: &str) -> Option<Outcome> {
    let cases: Cases = toml::from_str(&fs::read_to_string(data().join(name)).unwrap()).unwrap();
    let project = match &cases.project {
        // A project that is fetched for the ecosystem's measure, where it was.
        Some(project) => Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(project),
        None => data().join(name.split(['.', '_']).next().unwrap()),
    };
    if !project.exists() {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    copy(&project, folder.path());
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all", "--force"]);
    git(folder.path(), &["commit", "--quiet", "--message", "as it was"]);
    let wanted = std::env::var("SURFACE_DIFF").ok();
    let mut outcome =
        Outcome { missed: Vec::new(), noisy: Vec::new(), regressions: 0, refactorings: 0 };
    for case in &cases.case {
        if wanted.as_ref().is_some_and(|wanted| !case.name.contains(wanted.as_str())) {
            continue;
        }
        let undone = apply(folder.path(), case);
        let changes = ask(folder.path());
        undo(undone);
        if wanted.is_some() {
            eprintln!("{}: {changes:#?}", case.name);
        }
        if case.kinds.is_empty() {
            outcome.refactorings += 1;
            if !changes.is_empty() {
                outcome.noisy.push(format!("{}: {changes:?}", case.name));
            }
            continue;
        }
        outcome.regressions += 1;
        if !changes.iter().any(|change| case.kinds.contains(&change.kind)) {
            outcome.missed.push(format!("{}: {changes:?}", case.name));
        }
    }
    Some(outcome)
}

/// All are told with their kind, and nothing else is.
fn holds(name: &str, missed: &[&str]) {
    let Some(outcome) = judge(name) else { return };
    let known = |line: &String| missed.iter().any(|name| line.starts_with(&format!("{name}: ")));
    let unknown: Vec<&String> = outcome.missed.iter().filter(|line| !known(line)).collect();
    assert!(unknown.is_empty(), "missed of {}: {unknown:#?}", outcome.regressions);
    assert!(outcome.noisy.is_empty(), "told of {}: {:#?}", outcome.refactorings, outcome.noisy);
}

#[test]
fn the_clinic() {
    holds("clinic.toml", &[]);
}

#[test]
fn the_shop() {
    holds("shop.toml", &[]);
}

#[test]
fn the_clinic_by_somebody_else() {
    holds("clinic_second.toml", &[]);
}

#[test]
fn the_shop_by_somebody_else() {
    holds("shop_second.toml", &[]);
}

/// A clinic in a repository, whose search asks for no login any more.
fn opened() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&data().join("clinic"), folder.path());
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message", "as it was"]);
    git(folder.path(), &["branch", "before"]);
    let views = folder.path().join("patients/views.py");
    let text = fs::read_to_string(&views).unwrap();
    fs::write(&views, text.replace("@login_required\ndef search", "def search")).unwrap();
    folder
}

/// What a run says, on standard output and beside it, and its exit code.
fn run(folder: &Path, words: &[&str]) -> (String, String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_bartizan"))
        .arg("surface")
        .arg(folder)
        .args(words)
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

#[test]
fn a_person_reads_what_is_lost_and_where() {
    let folder = opened();
    let (text, _, code) = run(folder.path(), &["--diff", "before"]);
    let first = text.lines().next().unwrap();
    assert!(first.starts_with("- guard removed  /patients/search/"), "{text}");
    assert!(first.ends_with("patients/views.py:56"), "{text}");
    assert!(text.contains("1 change, 1 weakens · before ("), "{text}");
    assert_eq!(code, 1);
    assert_eq!(run(folder.path(), &["--diff", "before", "--fail-on", "never"]).2, 0);
}

#[test]
fn a_revision_is_compared_without_a_checkout() {
    let folder = opened();
    git(folder.path(), &["commit", "--all", "--quiet", "--message", "opened"]);
    git(folder.path(), &["branch", "after"]);
    git(folder.path(), &["reset", "--hard", "--quiet", "before"]);
    let (text, _, code) = run(folder.path(), &["--diff", "before", "--head", "after"]);
    assert!(text.contains("guard removed") && text.contains("→ after"), "{text}");
    assert_eq!(code, 1);
    let (text, _, code) = run(folder.path(), &["--diff", "before"]);
    assert!(text.starts_with("the surface is as it was"), "{text}");
    assert_eq!(code, 0);
}

#[test]
fn a_project_may_lie_in_a_folder_of_its_repository() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    copy(&data().join("clinic"), &site);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message", "as it was"]);
    let urls = site.join("patients/urls.py");
    let text = fs::read_to_string(&urls).unwrap();
    fs::write(&urls, text.replace("views.search,", "lambda request: None,")).unwrap();
    let (text, _, code) = run(&site, &["--diff", "HEAD"]);
    assert!(text.contains("/patients/search/") && text.contains("patients/urls.py:16"), "{text}");
    assert_eq!(code, 1);
    let (_, error, code) = run(&site.join("patients"), &["--diff", "HEAD"]);
    assert!(error.contains("no Django settings"), "{error}");
    assert_eq!(code, 2);
}

#[test]
fn errors_say_what_to_do() {
    let folder = opened();
    let (_, error, code) = run(folder.path(), &["--diff", "nowhere"]);
    assert!(error.contains("there is no commit `nowhere`") && error.contains("hint"), "{error}");
    assert_eq!(code, 2);
    let plain = tempfile::tempdir().unwrap();
    copy(&data().join("clinic"), plain.path());
    let (_, error, code) = run(plain.path(), &["--diff", "main"]);
    assert!(error.contains("it lies in no git repository"), "{error}");
    assert_eq!(code, 2);
}

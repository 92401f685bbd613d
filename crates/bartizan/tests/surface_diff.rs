//! `bartizan surface --diff` on a clinic in a repository: what a person reads, and how it ends.
//!
//! Which edits are told, and with which kind, the tests of `bartizan_review` say.
#![allow(clippy::disallowed_methods, reason = "these tests lay out folders and start programs")]
#![allow(clippy::unwrap_used, reason = "a test that cannot lay out its files has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../bartizan_review/tests/edits")
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
}

#[test]
fn an_application_without_settings_is_compared_too() {
    let folder = opened();
    let application = folder.path().join("patients");
    let (text, error, code) = run(&application, &["--diff", "before"]);
    assert!(text.starts_with("- guard removed  /search/"), "{text}{error}");
    assert_eq!(code, 1);
    // No route leads to its views: they are told by their names.
    fs::remove_file(application.join("urls.py")).unwrap();
    git(folder.path(), &["commit", "--all", "--quiet", "--message", "without routes"]);
    let (text, error, code) = run(&application, &["--diff", "before", "--head", "HEAD"]);
    assert!(text.starts_with("- endpoint removed"), "{text}{error}");
    assert_eq!(code, 0, "{text}{error}");
    let views = application.join("views.py");
    let now = fs::read_to_string(&views).unwrap();
    fs::write(&views, now.replace("def search", "@login_required\ndef search")).unwrap();
    let (text, error, _) = run(&application, &["--diff", "HEAD"]);
    assert!(text.starts_with("+ guard added  views.search"), "{text}{error}");
    let empty = folder.path().join("letters");
    fs::create_dir(&empty).unwrap();
    let (_, error, code) = run(&empty, &["--diff", "HEAD"]);
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

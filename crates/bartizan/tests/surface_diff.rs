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

/// Of a long guard a reader sees what is gone, in every format.
#[test]
fn of_long_conditions_the_difference_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    copy(&data().join("club"), folder.path());
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message", "as it was"]);
    let views = folder.path().join("boats/views.py");
    let text = fs::read_to_string(&views).unwrap();
    let asked = "    if request.user.membership_of_the_harbour_is_cancelled:\n        raise PermissionDenied\n";
    fs::write(&views, text.replace(asked, "")).unwrap();
    let told = "not request.user.membership_of_the_harbour_is_cancelled";
    let (text, _, _) = run(folder.path(), &["--diff", "HEAD"]);
    let line = text.lines().next().unwrap();
    assert!(
        line.starts_with("- guard weakened  /boats/<int:pk>/dock/  … and not request.user"),
        "{text}"
    );
    let (json, _, _) = run(folder.path(), &["--diff", "HEAD", "--format", "json"]);
    assert!(json.contains(&format!("\"before\": \"… and {told} and …\"")), "{json}");
    assert!(json.contains("\"after\": \"…\""), "{json}");
    let (csv, _, _) = run(folder.path(), &["--diff", "HEAD", "--format", "csv"]);
    assert!(csv.contains(&format!("… and {told} and …,…\r\n")), "{csv}");
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

/// A school of many modules whose views all stand on one, and what that one puts together is put
/// together from itself again and again.
#[cfg(target_os = "linux")]
fn one_that_all_stand_on() -> tempfile::TempDir {
    const MODULES: usize = 100;
    const VIEWS: usize = 6;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "school/settings.py",
        "ROOT_URLCONF = \"school.urls\"\nINSTALLED_APPS = [\"school\"]\nMIDDLEWARE = []\n"
            .to_owned(),
    );
    write("school/__init__.py", String::new());
    write(
        "manage.py",
        "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"school.settings\")\n"
            .to_owned(),
    );
    let mut base = String::from(
        "from django.core.exceptions import PermissionDenied\nfrom django.views.generic import View\n\n\n\
         def mark(request):\n    m0 = request.headers.get(\"X-Class\", \"\") + request.user.username\n",
    );
    for step in 1..24 {
        let before = step - 1;
        base.push_str(&format!("    m{step} = (m{before} or \"\") + m{before}\n"));
    }
    base.push_str(
        "    return m23\n\n\nclass Base(View):\n    def dispatch(self, request, *args, **kwargs):\n        \
         if request.user.school != mark(request) and not request.user.is_staff:\n            \
         raise PermissionDenied\n        return super().dispatch(request, *args, **kwargs)\n",
    );
    write("school/base.py", base);
    let mut urls = String::from("from django.urls import path\n\n");
    let mut routes = String::new();
    for module in 0..MODULES {
        let mut text = String::from(
            "from django.http import JsonResponse\nfrom school.base import Base, mark\n",
        );
        for view in 0..VIEWS {
            text.push_str(&format!(
                "\n\nclass V{view}(Base):\n    def get(self, request, pk):\n        \
                 if mark(request) == str(pk):\n            return JsonResponse({{\"mark\": mark(request)}})\n        \
                 return JsonResponse({{}})\n",
            ));
            routes.push_str(&format!(
                "    path(\"{module}/{view}/<int:pk>/\", m{module}.V{view}.as_view()),\n"
            ));
        }
        write(&format!("school/m{module}.py"), text);
        urls.push_str(&format!("from school import m{module}\n"));
    }
    write("school/urls.py", format!("{urls}\nurlpatterns = [\n{routes}]\n"));
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message", "as it was"]);
    git(folder.path(), &["branch", "before"]);
    let path = folder.path().join("school/base.py");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(" and not request.user.is_staff", "").replace("!=", "=="))
        .unwrap();
    folder
}

/// Values are held so that none is asked twice; how many and how long, has an end.
#[cfg(target_os = "linux")]
#[test]
fn an_edit_that_reaches_everything_takes_little_memory() {
    const MOST_KILOBYTES: u64 = 300_000;
    let folder = one_that_all_stand_on();
    let told = folder.path().join("told.json");
    let mut child = Command::new(env!("CARGO_BIN_EXE_bartizan"))
        .arg("surface")
        .arg(folder.path())
        .args(["--diff", "before", "--format", "json", "--fail-on", "never"])
        .stdout(fs::File::create(&told).unwrap())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let code = loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        most = most.max(now.unwrap_or(0));
        if most > MOST_KILOBYTES {
            child.kill().unwrap();
        }
        if let Some(code) = child.try_wait().unwrap() {
            break code;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    assert!(most < MOST_KILOBYTES, "{most} kB");
    assert!(code.success(), "{code}");
    // It reached all of them.
    let told = fs::read_to_string(&told).unwrap();
    assert!(told.matches("guard_").count() >= 600, "{}", told.matches("guard_").count());
}

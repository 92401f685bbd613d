//! Revisions as trees, read from real repositories.
#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]
#![allow(clippy::disallowed_methods, reason = "the test makes repositories to read from")]

use std::fs;
use std::path::Path;
use std::process::Command;

use bartizan_base::{FilePath, ReadError, Tree};
use bartizan_tree::{GitError, GitTree, merge_base};

fn git(folder: &Path, words: &[&str]) {
    let done = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@shop.example"])
        .args(["-c", "commit.gpgSign=false", "-c", "init.defaultBranch=main"])
        .args(words)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn commit_all(folder: &Path, message: &str) {
    git(folder, &["add", "--all", "--force"]);
    git(folder, &["commit", "--quiet", "--message", message]);
}

/// A shop with two commits on `main`.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    git(at, &["init", "--quiet"]);
    write(at, "shop/views.py", "first = 1\r\n");
    write(at, "manage.py", "pass\n");
    write(at, ".venv/lib/site.py", "pass\n");
    write(at, "env/pyvenv.cfg", "home = /usr\n");
    write(at, "env/lib/typing.py", "pass\n");
    std::os::unix::fs::symlink("/etc/passwd", at.join("shop/link.py")).unwrap();
    commit_all(at, "first");
    write(at, "shop/views.py", "second = 2\n");
    write(at, "shop/forms.py", "");
    commit_all(at, "second");
    folder
}

fn paths(tree: &GitTree) -> Vec<String> {
    tree.list().files.iter().map(|entry| entry.path.to_string()).collect()
}

#[test]
fn a_revision_is_read_without_a_checkout() {
    let folder = shop();
    let first = GitTree::open(folder.path(), "main~1").unwrap();
    assert_eq!(paths(&first), ["manage.py", "shop/views.py"]);
    let views = FilePath::new("shop/views.py").unwrap();
    assert_eq!(first.read(&views).unwrap(), b"first = 1\r\n", "as it is stored");
    let second = GitTree::open(folder.path(), "main").unwrap();
    assert_eq!(paths(&second), ["manage.py", "shop/forms.py", "shop/views.py"]);
    assert_eq!(second.read(&FilePath::new("shop/forms.py").unwrap()).unwrap(), b"");
    assert_eq!(second.read(&views).unwrap(), b"second = 2\n");
    let link = FilePath::new("shop/link.py").unwrap();
    assert_eq!(second.read(&link), Err(ReadError::Vanished), "links are passed over");
    let manage = FilePath::new("manage.py").unwrap();
    assert_eq!(first.blob(&manage), second.blob(&manage));
    assert_ne!(first.blob(&views), second.blob(&views));
}

#[test]
fn a_folder_of_a_repository_is_a_tree_of_its_own() {
    let folder = shop();
    let tree = GitTree::open(&folder.path().join("shop"), "main").unwrap();
    assert_eq!(paths(&tree), ["forms.py", "views.py"]);
    fs::create_dir(folder.path().join("new")).unwrap();
    let tree = GitTree::open(&folder.path().join("new"), "main").unwrap();
    assert_eq!(paths(&tree), [""; 0], "it was not there yet");
}

#[test]
fn what_is_compared_with_is_the_last_commit_in_common() {
    let folder = shop();
    let at = folder.path();
    git(at, &["checkout", "--quiet", "-b", "topic", "main~1"]);
    write(at, "shop/urls.py", "");
    commit_all(at, "topic");
    let base = merge_base(at, "main", "topic").unwrap();
    assert_eq!(base, GitTree::open(at, "main~1").unwrap().revision().unwrap());
}

#[test]
fn errors_say_what_is_missing() {
    let folder = shop();
    let at = folder.path();
    let wrong = |name: &str| GitTree::open(at, name).err().unwrap();
    assert_eq!(wrong("maim").to_string(), "there is no commit `maim`");
    assert_eq!(wrong("--all").to_string(), "there is no commit `--all`");
    assert_eq!(wrong("HEAD:manage.py"), GitError::UnknownRevision("HEAD:manage.py".into()));
    git(at, &["checkout", "--quiet", "--orphan", "other"]);
    commit_all(at, "other");
    let error = merge_base(at, "main", "other").err().unwrap();
    assert_eq!(error.to_string(), "`main` and `other` have no commit in common");
    assert_eq!(error.hint(), None);
    let nowhere = tempfile::tempdir().unwrap();
    assert_eq!(GitTree::open(nowhere.path(), "main").err(), Some(GitError::NoRepository));
}

#[test]
fn a_shallow_clone_says_that_it_is_one() {
    let folder = shop();
    let at = folder.path();
    git(at, &["checkout", "--quiet", "-b", "topic", "main~1"]);
    write(at, "shop/urls.py", "");
    commit_all(at, "topic");
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", at.display());
    let words = ["clone", "--quiet", "--depth", "1", "--no-single-branch", &from, "."];
    git(clone.path(), &words);
    let error = merge_base(clone.path(), "origin/main", "topic").err().unwrap();
    assert!(error.hint().unwrap().contains("--unshallow"), "{error}");
}

#[test]
fn what_the_repository_would_run_is_not_run() {
    let folder = shop();
    let at = folder.path();
    let touched = at.join("touched");
    let script = at.join("run.sh");
    fs::write(&script, format!("#!/bin/sh\ntouch {}\ncat\n", touched.display())).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&script, mode).unwrap();
    let program = script.display().to_string();
    for key in
        ["core.fsmonitor", "core.pager", "filter.x.smudge", "diff.x.textconv", "core.sshCommand"]
    {
        git(at, &["config", key, &program]);
    }
    write(at, ".gitattributes", "*.py filter=x diff=x\n");
    fs::remove_file(&touched).ok();
    let tree = GitTree::open(at, "main").unwrap();
    assert_eq!(tree.read(&FilePath::new("manage.py").unwrap()).unwrap(), b"pass\n");
    assert!(!touched.exists());
}

//! What a scan of a real folder sees, and what it says of the rest.
#![allow(clippy::disallowed_methods, reason = "these tests lay out real folders")]
#![allow(clippy::unwrap_used, reason = "a test that cannot lay out its files has failed")]
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use bartizan_base::{FileKind, FilePath, Listing, ProblemKind, ReadError, Tree};
use bartizan_tree::{DiskTree, OpenError};
use tempfile::TempDir;

/// A folder with these files, each holding one line.
fn shop(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        write(folder.path(), file, "import django\n");
    }
    folder
}

fn write(root: &Path, file: &str, content: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn list(root: impl AsRef<Path>) -> Listing {
    DiskTree::open(root.as_ref()).unwrap().list()
}

/// What is listed and is more than any text.
fn files(listing: &Listing) -> Vec<&str> {
    let files = listing.files.iter().filter(|entry| entry.kind != FileKind::Text);
    files.map(|entry| entry.path.as_str()).collect()
}

fn skipped(listing: &Listing) -> Vec<String> {
    listing.skipped.iter().map(|row| format!("{}: {}", row.path, row.reason)).collect()
}

fn problems(listing: &Listing) -> Vec<String> {
    listing.problems.iter().map(|p| format!("{} {}", p.kind.as_str(), p)).collect()
}

fn path(text: &str) -> FilePath {
    FilePath::new(text).unwrap()
}

#[test]
fn a_whole_tree_keeps_nothing_back() {
    let shop =
        shop(&["shop/views.py", "old/views.py", "node_modules/gyp/gyp.py", ".git/hooks/x.py"]);
    write(shop.path(), ".gitignore", "old/\n");
    write(shop.path(), "env/pyvenv.cfg", "");
    write(shop.path(), "env/lib/jwt.py", "");
    assert_eq!(files(&list(&shop)), ["shop/views.py"]);
    let whole = DiskTree::open(shop.path()).unwrap().whole().list();
    let code: Vec<&str> = files(&whole).into_iter().filter(|path| path.ends_with(".py")).collect();
    assert_eq!(
        code,
        [
            ".git/hooks/x.py",
            "env/lib/jwt.py",
            "node_modules/gyp/gyp.py",
            "old/views.py",
            "shop/views.py"
        ]
    );
}

#[test]
fn python_files_are_listed_by_path_with_their_size() {
    let shop = shop(&["shop/views.py", "manage.py", "README.md", "shop/static/logo.png"]);
    let listing = list(&shop);
    assert_eq!(files(&listing), ["manage.py", "shop/views.py"]);
    assert_eq!(listing.files[0].size, 14);
    assert_eq!((listing.skipped.len(), listing.problems.len()), (0, 0));
}

#[test]
fn any_text_is_listed_but_what_is_known_to_be_none() {
    let shop = shop(&["README.md", "id_rsa", "static/shop.js", "static/logo.png", "shop.sock.txt"]);
    let _socket = UnixListener::bind(shop.path().join("shop.sock")).unwrap();
    symlink("nowhere.txt", shop.path().join("dangling.txt")).unwrap();
    symlink("/etc/hostname", shop.path().join("outside.txt")).unwrap();
    let listing = list(&shop);
    let paths: Vec<&str> = listing.files.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["README.md", "id_rsa", "shop.sock.txt", "static/shop.js"]);
    assert_eq!(problems(&listing), [] as [&str; 0]);
}

mod git {
    use super::*;

    fn git(folder: &Path, arguments: &[&str]) {
        let done = Command::new("git").arg("-C").arg(folder).args(arguments).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }

    fn kept(folder: &Path, names: &[&str]) -> Option<Vec<String>> {
        let names: Vec<FilePath> = names.iter().map(|name| path(name)).collect();
        let kept = DiskTree::open(folder).unwrap().kept(&names)?;
        Some(kept.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn it_says_which_files_it_keeps() {
        let shop = shop(&[".env", "web/.env.production", "web/.env.local", "web/*.env"]);
        git(shop.path(), &["init", "-q"]);
        git(shop.path(), &["add", "web/.env.production"]);
        let names = [".env", "web/.env.production", "web/*.env"];
        assert_eq!(kept(shop.path(), &names).unwrap(), ["web/.env.production"]);
        // Paths are relative to the tree, wherever the repository begins.
        let names = [".env.local", ".env.production"];
        assert_eq!(kept(&shop.path().join("web"), &names).unwrap(), [".env.production"]);
    }

    #[test]
    fn without_a_repository_nobody_knows() {
        let shop = shop(&[".env"]);
        assert_eq!(kept(shop.path(), &[".env"]), None);
        write(shop.path(), ".git", "gitdir: /nowhere\n");
        assert_eq!(kept(shop.path(), &[".env"]), None);
    }

    /// Every key here names a program that git would start on some command; none may start.
    #[test]
    fn a_hostile_configuration_runs_nothing() {
        use std::os::unix::fs::PermissionsExt;

        let shop = shop(&[".env"]);
        git(shop.path(), &["init", "-q"]);
        git(shop.path(), &["add", ".env"]);
        let trap = shop.path().join("trap");
        let sprung = shop.path().join("sprung");
        fs::write(&trap, format!("#!/bin/sh\ntouch {}\n", sprung.display())).unwrap();
        fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
        let hooks = shop.path().join("hooks");
        fs::create_dir(&hooks).unwrap();
        for hook in ["post-index-change", "fsmonitor-watchman", "post-checkout", "pre-commit"] {
            fs::copy(&trap, hooks.join(hook)).unwrap();
            fs::copy(&trap, shop.path().join(".git/hooks").join(hook)).unwrap();
        }
        let trap = trap.display();
        let hooks = hooks.display();
        let config = format!(
            "[core]\n\trepositoryformatversion = 1\n\tfsmonitor = {trap}\n\thooksPath = {hooks}\n\
             \tpager = {trap}\n\teditor = {trap}\n\tsshCommand = {trap}\n\taskPass = {trap}\n\
             \tgitProxy = {trap}\n\tuntrackedCache = true\n\
             [alias]\n\tls-files = !{trap}\n[pager]\n\tls-files = {trap}\n\
             [credential]\n\thelper = !{trap}\n[diff]\n\texternal = {trap}\n\
             [filter \"x\"]\n\tclean = {trap}\n\tprocess = {trap}\n\
             [extensions]\n\tpartialClone = origin\n\
             [remote \"origin\"]\n\turl = ext::{trap}\n\tpromisor = true\n\tuploadpack = {trap}\n\
             [protocol \"ext\"]\n\tallow = always\n[index]\n\tsparse = true\n"
        );
        fs::write(shop.path().join(".git/config"), config).unwrap();
        write(shop.path(), ".gitattributes", "* filter=x diff=x\n");
        assert_eq!(kept(shop.path(), &[".env"]).unwrap(), [".env"]);
        assert!(!sprung.exists(), "git started what the repository named");
    }
}

#[test]
fn hidden_files_are_listed_and_git_s_own_are_not() {
    let shop = shop(&[".github/scripts/release.py", ".conf.py", ".git/hooks/pre_commit.py"]);
    let listing = list(&shop);
    assert_eq!(files(&listing), [".conf.py", ".github/scripts/release.py"]);
    assert_eq!(skipped(&listing), [] as [&str; 0]);
}

mod ignored {
    use super::*;

    #[test]
    fn ignored_files_are_counted_outside_of_a_repository_too() {
        let shop = shop(&["shop/views.py", "shop/local.py", "build/lib/views.py", "notes.txt"]);
        write(shop.path(), ".gitignore", "local.py\n/build/\n*.txt\n");
        let listing = list(&shop);
        assert_eq!(files(&listing), ["shop/views.py"]);
        assert_eq!(
            skipped(&listing),
            ["build: ignored by .gitignore", "shop/local.py: ignored by .gitignore"],
            "a folder takes one row, and a file that nobody reads takes none"
        );
    }

    #[test]
    fn the_deepest_file_decides_and_an_ignore_file_goes_first() {
        let shop = shop(&["a/local.py", "b/local.py", "c/local.py"]);
        write(shop.path(), ".gitignore", "local.py\n");
        write(shop.path(), "a/.gitignore", "!local.py\n");
        write(shop.path(), ".ignore", "!/b/local.py\n");
        let listing = list(&shop);
        assert_eq!(files(&listing), ["a/local.py", "b/local.py"]);
        assert_eq!(skipped(&listing), ["c/local.py: ignored by .gitignore"]);
    }

    #[test]
    fn a_nested_file_is_named_with_its_folder() {
        let shop = shop(&["shop/views.py"]);
        write(shop.path(), "shop/.ignore", "*.py\n");
        assert_eq!(skipped(&list(&shop)), ["shop/views.py: ignored by shop/.ignore"]);
    }

    #[test]
    fn a_repository_inside_answers_for_itself() {
        let shop = shop(&["vendor/cart/local.py", "vendor/cart/.git/HEAD"]);
        write(shop.path(), ".gitignore", "local.py\n");
        assert_eq!(files(&list(&shop)), ["vendor/cart/local.py"]);
    }

    #[test]
    fn patterns_from_above_count_up_to_the_repository() {
        let shop = shop(&["project/.git/HEAD", "project/shop/views.py", "project/shop/local.py"]);
        write(shop.path(), ".gitignore", "*.py\n");
        write(shop.path(), "project/.gitignore", "local.py\n");
        let listing = list(shop.path().join("project/shop"));
        assert_eq!(files(&listing), ["views.py"]);
        assert_eq!(skipped(&listing), ["local.py: ignored by ../.gitignore"]);
    }

    #[test]
    fn patterns_from_above_do_not_count_without_a_repository() {
        let home = shop(&["project/shop/views.py"]);
        write(home.path(), ".gitignore", "*\n");
        assert_eq!(files(&list(home.path().join("project"))), ["shop/views.py"]);
    }

    #[test]
    fn who_names_an_ignored_folder_sees_into_it() {
        let shop = shop(&[".git/HEAD", "build/lib/views.py"]);
        write(shop.path(), ".gitignore", "build/\n*.pyc\n");
        assert_eq!(files(&list(shop.path().join("build/lib"))), ["views.py"]);
    }

    #[test]
    fn lines_that_are_no_patterns_are_passed_over() {
        let shop = shop(&["shop/views.py", "shop/local.py"]);
        write(shop.path(), ".gitignore", "[z-\n\u{0}\n{a\nlocal.py\n");
        assert_eq!(files(&list(&shop)), ["shop/views.py"]);
    }
}

mod left_out {
    use super::*;

    #[test]
    fn environments_packages_and_caches_are_left_out_with_a_reason() {
        let shop = shop(&[
            "manage.py",
            "env/pyvenv.cfg",
            "env/lib/python3.13/site-packages/django/__init__.py",
            ".venv/x.py",
            ".tox/py313/x.py",
            "front/node_modules/node-gyp/gyp.py",
            "shop/__pycache__/views.py",
            ".mypy_cache/x.py",
            "build/forms.py",
        ]);
        let listing = list(&shop);
        assert_eq!(files(&listing), ["build/forms.py", "manage.py"]);
        assert_eq!(
            skipped(&listing),
            [
                ".mypy_cache: a cache",
                ".tox: environments of a test runner",
                ".venv: a virtual environment",
                "env: a virtual environment",
                "front/node_modules: installed JavaScript packages",
                "shop/__pycache__: compiled Python",
            ]
        );
    }

    #[test]
    fn who_names_an_environment_sees_into_it() {
        let env = shop(&["pyvenv.cfg", "lib/django.py"]);
        assert_eq!(files(&list(&env)), ["lib/django.py"]);
    }

    #[test]
    fn what_the_configuration_excludes_is_said() {
        let shop = shop(&["shop/views.py", "legacy/old.py", "shop/forms_pb2.py"]);
        let tree = DiskTree::open(shop.path()).unwrap().excluding(|path, is_folder| {
            (is_folder && path == "legacy") || path.ends_with("_pb2.py")
        });
        let listing = tree.list();
        assert_eq!(files(&listing), ["shop/views.py"]);
        assert_eq!(
            skipped(&listing),
            [
                "legacy: excluded by the configuration",
                "shop/forms_pb2.py: excluded by the configuration",
            ]
        );
    }
}

mod links {
    use super::*;

    #[test]
    fn no_link_is_followed_out_of_the_tree() {
        let outside = shop(&["secret.py", "more/code.py"]);
        let shop = shop(&["shop/views.py"]);
        symlink(outside.path().join("secret.py"), shop.path().join("out.py")).unwrap();
        symlink(outside.path().join("more"), shop.path().join("more")).unwrap();
        symlink("/dev/zero", shop.path().join("zero.py")).unwrap();
        let listing = list(&shop);
        assert_eq!(files(&listing), ["shop/views.py"]);
        let outside = outside.path().display();
        assert_eq!(
            problems(&listing),
            [
                format!("link more: a link to {outside}/more, outside of the tree"),
                format!("link out.py: a link to {outside}/secret.py, outside of the tree"),
                "link zero.py: a link to /dev/zero, outside of the tree".to_owned(),
            ]
        );
        let tree = DiskTree::open(shop.path()).unwrap();
        let unreadable = |why: &str| Err(ReadError::Unreadable(why.into()));
        assert_eq!(tree.read(&path("out.py")), unreadable("it is a link out of the tree"));
        assert_eq!(tree.read(&path("more/code.py")), unreadable("it lies behind a link"));
    }

    #[test]
    fn a_file_is_read_once_however_many_links_lead_to_it() {
        let shop = shop(&["settings/base.py", "run"]);
        symlink("base.py", shop.path().join("settings/local.py")).unwrap();
        symlink("settings", shop.path().join("conf")).unwrap();
        symlink("run", shop.path().join("manage.py")).unwrap();
        symlink("run", shop.path().join("other.py")).unwrap();
        let listing = list(&shop);
        assert_eq!(files(&listing), ["manage.py", "settings/base.py"]);
        assert_eq!(
            skipped(&listing),
            [
                "conf: a link to the folder settings",
                "other.py: a link to run, which is read under that name",
                "settings/local.py: a link to settings/base.py, which is read under that name",
            ]
        );
        let tree = DiskTree::open(shop.path()).unwrap();
        assert_eq!(tree.read(&path("manage.py")).unwrap(), b"import django\n");
    }

    #[test]
    fn links_in_circles_and_to_nowhere_are_problems() {
        let shop = shop(&["shop/views.py"]);
        symlink("b.py", shop.path().join("a.py")).unwrap();
        symlink("a.py", shop.path().join("b.py")).unwrap();
        symlink("..", shop.path().join("shop/up")).unwrap();
        symlink("../gone/urls.py", shop.path().join("shop/urls.py")).unwrap();
        symlink("noor@desk.4711:1764", shop.path().join("shop/.#views.py")).unwrap();
        symlink("gone.pdf", shop.path().join("manual.pdf")).unwrap();
        let listing = list(&shop);
        assert_eq!(files(&listing), ["shop/views.py"]);
        assert_eq!(
            problems(&listing),
            [
                "link a.py: a link that leads in a circle",
                "link b.py: a link that leads in a circle",
                "link shop/urls.py: a link to ../gone/urls.py, which is not there",
            ],
            "an editor's lock and a document hold no code"
        );
        assert_eq!(skipped(&listing), ["shop/up: a link to the folder ."]);
    }

    #[test]
    fn the_root_may_be_named_through_a_link() {
        let shop = shop(&["project/shop/views.py"]);
        symlink("project", shop.path().join("current")).unwrap();
        let tree = DiskTree::open(&shop.path().join("current")).unwrap();
        assert_eq!(files(&tree.list()), ["shop/views.py"]);
        assert!(tree.read(&path("shop/views.py")).is_ok());
    }
}

mod hostile {
    use super::*;

    #[test]
    fn a_name_that_is_no_text_is_shown_as_far_as_it_goes() {
        let shop = shop(&["shop/views.py"]);
        let name = |bytes| OsStr::from_bytes(bytes);
        fs::write(shop.path().join(name(b"caf\xe9.py")), "").unwrap();
        fs::write(shop.path().join(name(b"caf\xe9.jpg")), "").unwrap();
        fs::write(shop.path().join("shop\\views.py"), "").unwrap();
        fs::create_dir(shop.path().join(name(b"\xff"))).unwrap();
        let listing = list(&shop);
        assert_eq!(files(&listing), ["shop/views.py"]);
        let shown: Vec<(&str, ProblemKind)> =
            listing.problems.iter().map(|p| (p.path.as_str(), p.kind)).collect();
        assert_eq!(
            shown,
            [
                ("caf\u{fffd}.py", ProblemKind::Name),
                ("shop\u{fffd}views.py", ProblemKind::Name),
                ("\u{fffd}", ProblemKind::Name),
            ]
        );
    }

    /// Nesting beyond what the system lets one name serves here as a folder that cannot be read:
    /// permissions would not stop an administrator, who may well run these tests.
    #[test]
    fn a_folder_that_cannot_be_read_is_named_and_the_rest_goes_on() {
        let shop = shop(&["shop/views.py"]);
        let part = "d".repeat(200);
        let nested = [part.as_str(); 12].join("/");
        fs::create_dir_all(shop.path().join(&nested)).unwrap();
        let other = super::shop(&[&format!("{nested}/deep.py")]);
        fs::rename(other.path().join(&part), shop.path().join(&nested).join(&part)).unwrap();
        let listing = list(&shop);
        assert_eq!(files(&listing), ["shop/views.py"]);
        let [problem] = &listing.problems[..] else { panic!("{:?}", listing.problems) };
        assert!(problem.path.as_str().starts_with(&part));
        assert_eq!(
            (problem.kind, problem.message.as_str()),
            (ProblemKind::Unreadable, "it cannot be read: file name too long")
        );
    }

    #[test]
    fn a_file_that_is_too_large_is_a_problem() {
        let shop = shop(&["shop/views.py"]);
        let large = fs::File::create(shop.path().join("data.py")).unwrap();
        large.set_len(24_500_000).unwrap();
        let listing = list(&shop);
        assert_eq!(files(&listing), ["shop/views.py"]);
        assert_eq!(
            problems(&listing),
            ["too-large data.py: 25 MB, and no file above 20 MB is read"]
        );
    }

    #[test]
    fn what_happens_between_listing_and_reading_is_told_apart() {
        let shop = shop(&["gone.py", "grown.py", "folder.py", "kept.py", "moved/views.py"]);
        let tree = DiskTree::open(shop.path()).unwrap();
        assert_eq!(tree.list().files.len(), 5);
        fs::remove_file(shop.path().join("gone.py")).unwrap();
        fs::File::create(shop.path().join("grown.py")).unwrap().set_len(20_000_001).unwrap();
        fs::remove_file(shop.path().join("folder.py")).unwrap();
        fs::create_dir(shop.path().join("folder.py")).unwrap();
        fs::remove_dir_all(shop.path().join("moved")).unwrap();
        write(shop.path(), "moved", "now a file");

        assert_eq!(tree.read(&path("gone.py")), Err(ReadError::Vanished));
        assert_eq!(tree.read(&path("moved/views.py")), Err(ReadError::Vanished));
        assert_eq!(tree.read(&path("grown.py")), Err(ReadError::TooLarge(20_000_001)));
        let irregular = Err(ReadError::Unreadable("it is not a regular file".into()));
        assert_eq!(tree.read(&path("folder.py")), irregular);
        assert_eq!(tree.read(&path("kept.py")).unwrap(), b"import django\n");
    }

    #[test]
    fn pipes_and_sockets_are_never_waited_for() {
        let shop = shop(&["shop/views.py"]);
        let pipe = shop.path().join("pipe.py");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let _socket = UnixListener::bind(shop.path().join("socket.py")).unwrap();
        let tree = DiskTree::open(shop.path()).unwrap();
        let listing = tree.list();
        assert_eq!(files(&listing), ["shop/views.py"]);
        assert_eq!(
            problems(&listing),
            [
                "unreadable pipe.py: it is neither a file nor a folder",
                "unreadable socket.py: it is neither a file nor a folder",
            ]
        );
        let irregular = Err(ReadError::Unreadable("it is not a regular file".into()));
        assert_eq!(tree.read(&path("pipe.py")), irregular);
        assert!(matches!(tree.read(&path("socket.py")), Err(ReadError::Unreadable(_))));
        assert_eq!(DiskTree::open(&pipe).err(), Some(OpenError::Special));
    }

    #[test]
    fn a_file_of_patterns_is_no_way_out_either() {
        let outside = shop(&[]);
        write(outside.path(), "patterns", "*\n");
        let shop = shop(&["shop/views.py"]);
        symlink(outside.path().join("patterns"), shop.path().join(".gitignore")).unwrap();
        assert!(
            Command::new("mkfifo").arg(shop.path().join(".ignore")).status().unwrap().success()
        );
        assert_eq!(files(&list(&shop)), ["shop/views.py"]);
    }
}

mod one_file {
    use super::*;

    #[test]
    fn a_file_alone_is_listed_from_its_folder() {
        let shop = shop(&["shop/views.py", "shop/urls.py"]);
        write(shop.path(), "shop/.gitignore", "views.py\n");
        let tree = DiskTree::open(&shop.path().join("shop/views.py")).unwrap();
        assert_eq!(files(&tree.list()), ["views.py"], "who names an ignored file wants it");
        assert!(tree.read(&path("urls.py")).is_ok());
        assert!(tree.root().ends_with("shop"));
    }

    #[test]
    fn a_file_of_no_known_kind_is_said_to_be_unread() {
        let shop = shop(&["logo.png"]);
        let listing = list(shop.path().join("logo.png"));
        assert_eq!(skipped(&listing), ["logo.png: no analysis reads this kind of file"]);
    }

    #[test]
    fn there_is_no_tree_where_nothing_is() {
        let shop = shop(&["views.py"]);
        for missing in ["gone", "gone/views.py", "views.py/inside"] {
            let opened = DiskTree::open(&shop.path().join(missing));
            assert_eq!(opened.err(), Some(OpenError::Missing), "{missing}");
        }
    }
}

/// The walk runs on many threads and folders give their entries in any order; the listing does not.
#[test]
fn the_same_files_give_the_same_listing() {
    let names: Vec<String> =
        (0..300).map(|n| format!("app{}/v{}.py", n % 17, n * 7 % 300)).collect();
    let shop = shop(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let first = list(&shop);
    assert_eq!(first.files.len(), 300);
    for _ in 0..20 {
        assert_eq!(list(&shop).files, first.files);
    }
}

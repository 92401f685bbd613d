//! Locks that their own tools write here and now, read by Bartizan and by those tools.
//!
//! `./dev test` installs the tools that `.ci/lock-tools.txt` pins, and names their folder in
//! `BARTIZAN_LOCK_TOOLS`. Without it nothing is compared, and the tests say so; with it, each tool
//! has to do its work.
#![allow(clippy::unwrap_used, reason = "a test whose tool fails has failed")]
#![allow(clippy::disallowed_methods, reason = "a test asks the real tools")]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bartizan_base::MemoryTree;
use bartizan_requirement::{Group, Lock, LockFormat, LockedPackage, Relation, discover};
use tempfile::TempDir;

/// A clinic's site, as PEP 621 and PEP 735 tell it.
const PROJECT: &str = r#"[project]
name = "clinic"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["django>=5.2,<6", "gunicorn; sys_platform != 'win32'", "djangorestframework"]

[project.optional-dependencies]
pdf = ["pillow"]

[dependency-groups]
dev = ["pytest-django"]
"#;

/// The index that the tools ask: the public one, or the one that pip is told to ask.
fn index() -> String {
    let told = env::var("BARTIZAN_INDEX_URL").ok().filter(|url| !url.is_empty());
    told.unwrap_or_else(|| format!("https://{}.org/{}/", "PyPI".to_lowercase(), "simple"))
}

/// A folder with a project, and the tools that work in it.
struct Clinic {
    tools: PathBuf,
    folder: TempDir,
}

impl Clinic {
    /// A project with these files; `None` where there are no tools.
    fn new(files: &[(&str, &str)]) -> Option<Self> {
        let Some(tools) = env::var_os("BARTIZAN_LOCK_TOOLS") else {
            eprintln!("BARTIZAN_LOCK_TOOLS is not set: nothing was compared");
            return None;
        };
        let clinic = Self { tools: tools.into(), folder: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            fs::write(clinic.folder.path().join(name), text).unwrap();
        }
        Some(clinic)
    }

    /// What a tool prints; it must succeed.
    fn run(&self, tool: &str, args: &[&str]) -> String {
        let output = Command::new(self.tools.join("bin").join(tool))
            .args(args)
            .current_dir(self.folder.path())
            .env_remove("VIRTUAL_ENV")
            .env_remove("CONDA_PREFIX")
            .env("PIPENV_IGNORE_VIRTUALENVS", "1")
            .env("PIPENV_VENV_IN_PROJECT", "1")
            .env("PIPENV_NOSPIN", "1")
            .env("UV_DEFAULT_INDEX", index())
            .env("PDM_PYPI_URL", index())
            .env("PDM_CHECK_UPDATE", "false")
            .env("PIP_INDEX_URL", index())
            .env("NO_COLOR", "1")
            .env("COLUMNS", "400")
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{tool} {args:?} failed: {errors}\n{text}");
        text.into_owned()
    }

    /// The lock of a format, as Bartizan reads the folder.
    fn lock(&self, format: LockFormat) -> Lock {
        let mut tree = MemoryTree::new();
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                tree = tree.with(name_of(&path), fs::read(&path).unwrap());
            }
        }
        let found = discover(&tree);
        assert_eq!(found.problems, [], "{format:?}");
        let mut locks = found.locks.into_iter().filter(|lock| lock.format == format);
        locks.next().unwrap_or_else(|| panic!("there is a {format:?}"))
    }
}

fn name_of(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// `django 5.2.19` for every package but the project itself.
fn versions(lock: &Lock) -> BTreeSet<String> {
    others(lock).map(|package| format!("{} {}", package.name, package.version_text)).collect()
}

/// `django 5.2.19 2 hashes`
fn hashed(lock: &Lock) -> BTreeSet<String> {
    let line =
        |it: &LockedPackage| format!("{} {} {} hashes", it.name, it.version_text, it.hashes.len());
    others(lock).map(line).collect()
}

fn direct(lock: &Lock) -> BTreeSet<String> {
    let direct = others(lock).filter(|package| package.relation == Relation::Direct);
    direct.map(|package| package.name.as_str().to_owned()).collect()
}

fn others(lock: &Lock) -> impl Iterator<Item = &LockedPackage> {
    lock.packages.iter().filter(|package| package.relation != Relation::Project)
}

/// The same out of a requirements file that a tool wrote of its lock.
fn exported(text: &str) -> BTreeSet<String> {
    let joined = text.replace("\\\n", " ");
    let lines = joined.lines().map(str::trim);
    let pins = lines.filter(|line| line.contains("==") && !line.starts_with(['#', '-']));
    pins.map(|line| {
        let (name, rest) = line.split_once("==").unwrap();
        let version = rest.split([' ', ';']).next().unwrap();
        let name = name.split('[').next().unwrap().to_lowercase().replace(['_', '.'], "-");
        format!("{name} {version} {} hashes", line.matches("--hash=").count())
    })
    .collect()
}

fn words<const N: usize>(words: [&str; N]) -> BTreeSet<String> {
    words.into_iter().map(str::to_owned).collect()
}

#[test]
fn uv() {
    let Some(clinic) = Clinic::new(&[("pyproject.toml", PROJECT)]) else { return };
    clinic.run("uv", &["lock"]);
    let all = ["export", "--all-groups", "--all-extras", "--no-emit-project"];
    let told = clinic.run("uv", &all);
    let lock = clinic.lock(LockFormat::Uv);
    assert_eq!(hashed(&lock), exported(&told));
    let tree = clinic.run("uv", &["tree", "--depth", "1", "--all-groups"]);
    let branches = tree.lines().filter_map(|line| line.split_once("── "));
    let first: BTreeSet<String> =
        branches.map(|(_, rest)| rest.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(direct(&lock), first, "{tree}");
    let pillow = others(&lock).find(|package| package.name.as_str() == "pillow").unwrap();
    assert_eq!(pillow.groups, [Group::Extra("pdf".into())]);

    let pylock = [&all[..], &["--format", "pylock.toml", "-o", "pylock.toml"]].concat();
    clinic.run("uv", &pylock);
    assert_eq!(hashed(&clinic.lock(LockFormat::Pylock)), exported(&told));
}

#[test]
fn uv_pip_compile() {
    let Some(clinic) = Clinic::new(&[("pyproject.toml", PROJECT)]) else { return };
    let compile = ["pip", "compile", "--generate-hashes", "--extra", "pdf", "pyproject.toml"];
    let text = clinic.run("uv", &[&compile[..], &["-o", "requirements.txt"]].concat());
    let lock = clinic.lock(LockFormat::PipCompile);
    assert_eq!(hashed(&lock), exported(&text));
    assert_eq!(direct(&lock), words(["django", "djangorestframework", "gunicorn", "pillow"]));
}

#[test]
fn pip_compile() {
    let wishes = "django>=5.2,<6\ngunicorn; sys_platform != 'win32'\n";
    let Some(clinic) = Clinic::new(&[("requirements.in", wishes)]) else { return };
    clinic.run("pip-compile", &["-q", "--generate-hashes", "--strip-extras", "requirements.in"]);
    // pip's own reader of such files tells what it would install.
    let script = "\
from pip._internal.network.session import PipSession
from pip._internal.req.constructors import install_req_from_parsed_requirement as install
from pip._internal.req.req_file import parse_requirements
for line in parse_requirements('requirements.txt', session=PipSession()):
    it = install(line)
    print(it.name + str(it.req.specifier), '--hash=' * sum(map(len, it.hash_options.values())))
";
    let told = clinic.run("python", &["-c", script]);
    let lock = clinic.lock(LockFormat::PipCompile);
    assert_eq!(hashed(&lock), exported(&told));
    assert_eq!(direct(&lock), words(["django", "gunicorn"]));
}

#[test]
fn poetry() {
    // Without a source of its own Poetry asks the public index by an interface that mirrors lack.
    let project = format!(
        "{PROJECT}\n[tool.poetry]\npackage-mode = false\n[[tool.poetry.source]]\nname = \"index\"\n\
         url = \"{}\"\npriority = \"primary\"\n",
        index()
    );
    let Some(clinic) = Clinic::new(&[("pyproject.toml", project.as_str())]) else { return };
    clinic.run("poetry", &["lock", "--no-interaction"]);
    let names = |args: &[&str]| -> BTreeSet<String> {
        let told = clinic.run("poetry", &[&["show", "--no-interaction"], args].concat());
        let lines = told.lines().map(|line| line.replace("(!)", ""));
        let pair = |line: String| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        lines.map(pair).collect()
    };
    let lock = clinic.lock(LockFormat::Poetry);
    assert_eq!(versions(&lock), names(&["--all"]));
    let first = names(&["--all", "--top-level"]);
    let of: BTreeSet<String> =
        first.iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(direct(&lock), of);
}

#[test]
fn pdm() {
    let Some(clinic) = Clinic::new(&[("pyproject.toml", PROJECT)]) else { return };
    let python = clinic.tools.join("bin/python");
    clinic.run("pdm", &["use", "-f", python.to_str().unwrap()]);
    clinic.run("pdm", &["lock", "-G", ":all"]);
    let told = clinic.run("pdm", &["export", "-f", "requirements", "-G", ":all"]);
    let lock = clinic.lock(LockFormat::Pdm);
    assert_eq!(hashed(&lock), exported(&told));
    let asked = ["django", "djangorestframework", "gunicorn", "pillow", "pytest-django"];
    assert_eq!(direct(&lock), words(asked));
}

#[test]
fn pipenv() {
    let pipfile = format!(
        "[[source]]\nname = \"index\"\nurl = \"{}\"\nverify_ssl = true\n\n[packages]\n\
         django = \">=5.2,<6\"\ngunicorn = {{version = \"*\", sys_platform = \"!= 'win32'\"}}\n\n\
         [dev-packages]\npytest-django = \"*\"\n",
        index()
    );
    let Some(clinic) = Clinic::new(&[("Pipfile", pipfile.as_str())]) else { return };
    clinic.run("pipenv", &["lock"]);
    let told = clinic.run("pipenv", &["requirements", "--dev", "--hash"]);
    let lock = clinic.lock(LockFormat::Pipenv);
    assert_eq!(hashed(&lock), exported(&told));
    assert_eq!(direct(&lock), words(["django", "gunicorn", "pytest-django"]));
}

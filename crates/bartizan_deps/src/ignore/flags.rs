//! What pip-audit is told to leave out where it is called: it has no list of its own, only flags.

use std::sync::LazyLock;

use bartizan_base::{FilePath, Tree};
use regex::Regex;

use super::{Ignore, LARGEST};

/// Files of the root that call tools.
const CALLERS: &[&str] = &[
    ".gitlab-ci.yml",
    ".pre-commit-config.yaml",
    "Makefile",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "justfile",
    "noxfile.py",
    "tox.ini",
];

/// Where GitHub's workflows lie.
const WORKFLOWS: &str = ".github/workflows";

/// `--ignore-vuln ID`, `--ignore-vuln=ID`, and the flag and the id as two items of a list.
static FLAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"--ignore-vuln(?:=|["', \t\r\n\\]+(?:-[ \t]+)?)["']?([A-Za-z][A-Za-z0-9]*-[A-Za-z0-9-]+)"#)
        .expect("a fixed pattern")
});

/// `ignore-vulns:` of pip-audit's action, with the ids behind it or in the lines below.
static INPUT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^[ \t]*ignore-vulns:[ \t]*[|>]?[-+]?((?:[ \t\r\n]+[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9-]+)+)")
        .expect("a fixed pattern")
});

/// The decisions that stand in calls of pip-audit.
pub(super) fn ignores(tree: &dyn Tree) -> Vec<Ignore> {
    let callers = CALLERS.iter().filter_map(|name| FilePath::new(name));
    let mut all = Vec::new();
    for path in callers.chain(tree.folder(WORKFLOWS)) {
        let Ok(bytes) = tree.read(&path) else { continue };
        if bytes.len() > LARGEST {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        if !text.contains("pip-audit") {
            continue;
        }
        all.extend(in_text(&text).into_iter().map(|(id, line)| Ignore {
            path: path.as_str().to_owned(),
            line,
            ..Ignore::of_flag(id)
        }));
    }
    all
}

/// The ids with their lines.
fn in_text(text: &str) -> Vec<(&str, u32)> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    for flag in FLAG.captures_iter(text).filter_map(|captures| captures.get(1)) {
        found.push((flag.start(), flag.as_str()));
    }
    for ids in INPUT.captures_iter(text).filter_map(|captures| captures.get(1)) {
        let start = ids.start();
        for id in ids.as_str().split_whitespace() {
            // Slices of one text: where they lie is the difference of where they begin.
            let at = id.as_ptr() as usize - ids.as_str().as_ptr() as usize;
            found.push((start + at, id));
        }
    }
    found.sort_unstable();
    let is_comment = |at: usize| {
        let line = text[..at].rsplit('\n').next().unwrap_or("");
        line.trim_start().starts_with('#')
    };
    found.retain(|(at, _)| !is_comment(*at));
    let line = |at: usize| text[..at].matches('\n').count() as u32 + 1;
    found.into_iter().map(|(at, id)| (id, line(at))).collect()
}

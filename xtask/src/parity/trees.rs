//! Real trees, searched for credentials by us and by detect-secrets: each line that one of them alone
//! reports, with what a reader says of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};

use super::secrets;
use crate::{ecosystem, tree};

/// The trees: some of those that are pinned, libraries and sites. detect-secrets takes minutes where
/// scripts are pressed into one line, and such trees are left out.
const TREES: &[&str] = &[
    "djangorestframework",
    "django-allauth",
    "archivebox",
    "hyperkitty",
    "postorius",
    "graphite-web",
    "wger",
    "geonode",
];

const HEAD: &str = "project\tside\tpath\tline\tverdict\twhy\n";

/// Searches the trees, and gives the table of what only one side reports. Verdicts are kept from the
/// table as it was.
pub(super) fn table(bartizan: &Path, bin: &Path, before: &str) -> Result<String> {
    let known: BTreeMap<String, &str> = before
        .lines()
        .skip(1)
        .filter_map(|line| {
            let columns: Vec<&str> = line.splitn(5, '\t').collect();
            Some((columns.get(..4)?.join("\t"), *columns.get(4)?))
        })
        .collect();
    let mut projects = ecosystem::fetch(&[])?;
    for list in ["ecosystem/further.toml", "ecosystem/settings_projects.toml"] {
        projects.extend(ecosystem::fetch_from(list)?);
    }
    let mut table = HEAD.to_owned();
    let mut both = 0;
    for name in TREES {
        let Some(project) = projects.iter().find(|project| project.name == *name) else {
            bail!("`{name}` is not among the pinned projects");
        };
        let ours = secrets::ours(bartizan, &project.folder)?;
        let theirs = secrets::theirs(bin, &project.folder)?;
        both += ours.intersection(&theirs).count();
        for (side, found) in
            [("ours", ours.difference(&theirs)), ("theirs", theirs.difference(&ours))]
        {
            for (path, line) in found {
                let key = format!("{name}\t{side}\t{path}\t{line}");
                let verdict = known.get(&key).copied().unwrap_or("\t");
                let _ = writeln!(table, "{key}\t{verdict}");
            }
        }
    }
    let count = |side: &str, verdict: &str| {
        let is = |line: &&str| {
            let columns: Vec<&str> = line.split('\t').collect();
            columns.get(1) == Some(&side) && columns.get(4) == Some(&verdict)
        };
        table.lines().filter(is).count()
    };
    let [ours, theirs] = ["ours", "theirs"]
        .map(|side| ["true", "debatable", "false"].map(|verdict| count(side, verdict)));
    println!(
        "trees: {both} places are reported by both; by us alone {} true, {} debatable, {} false; by \
         detect-secrets alone {}, {}, {}",
        ours[0], ours[1], ours[2], theirs[0], theirs[1], theirs[2]
    );
    ensure!(ours[0] >= theirs[0], "detect-secrets finds more that is true");
    ensure!(ours[2] <= theirs[2], "detect-secrets reports less that is false");
    Ok(table)
}

/// Where the table lies.
pub(super) fn path() -> PathBuf {
    tree::root().join("parity/secrets/trees.tsv")
}

//! Several records of one flaw, shown as one advisory.
//!
//! Databases number the same flaw anew: PyPA's id, GitHub's, the CVE, Django's own announcement.
//! Each record is matched by itself; what matched is joined by the names that it shares.

use std::cmp::Ordering;

use bartizan_finding::Severity;
use pep440_rs::Version;

use crate::advisories::{Exploited, Matches, Record};
use crate::severity::severity_of_score;

/// One flaw in one version of a package.
#[derive(Clone, Debug, PartialEq)]
pub struct Advisory<'a> {
    /// The name by which it is shown: the CVE, where there is one.
    pub id: &'a str,
    /// Its other names, sorted.
    pub aliases: Vec<&'a str>,
    /// The records that matched, in the order of their ids.
    pub records: Vec<Record<'a>>,
    /// One line that says what it is.
    pub title: String,
    /// The least version ahead that no record affects, where one is known.
    pub fixed: Option<&'a str>,
    /// The highest CVSS score of the records.
    pub score: Option<f64>,
    /// Since when it is known to be used in attacks.
    pub exploited: Option<Exploited>,
}

impl<'a> Advisory<'a> {
    /// How bad it is. What nobody has rated counts as high until somebody does.
    pub fn severity(&self) -> Severity {
        if self.exploited.is_some() {
            return Severity::Critical;
        }
        let stated = || self.records.iter().filter_map(Record::severity).max();
        self.score.map(severity_of_score).or_else(stated).unwrap_or(Severity::High)
    }

    /// Whether anybody has rated it.
    pub fn is_rated(&self) -> bool {
        self.score.is_some() || self.records.iter().any(|record| record.severity().is_some())
    }

    /// All of its names.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        std::iter::once(self.id).chain(self.aliases.iter().copied())
    }

    /// Whether it goes by the name `id`.
    pub fn is_called(&self, id: &str) -> bool {
        self.names().any(|name| name.eq_ignore_ascii_case(id))
    }

    /// The day on which it was first made public.
    pub fn published(&self) -> &'a str {
        self.records.iter().map(|record| record.published).min().unwrap_or("")
    }
}

/// Joins records that share a name. The worst comes first, then the order of the names.
pub fn merge<'a>(matches: Vec<Matches<'a>>, exploited: &[Exploited]) -> Vec<Advisory<'a>> {
    let mut groups: Vec<(Vec<&'a str>, Vec<Matches<'a>>)> = Vec::new();
    for found in matches {
        let mut names: Vec<&str> = vec![found.record.id];
        names.extend(&found.record.aliases);
        let mut members = vec![found];
        let mut apart = Vec::new();
        for (known, others) in groups {
            if known.iter().any(|name| names.contains(name)) {
                names.extend(known);
                members.extend(others);
            } else {
                apart.push((known, others));
            }
        }
        apart.push((names, members));
        groups = apart;
    }
    let mut advisories: Vec<Advisory<'a>> =
        groups.into_iter().map(|(names, members)| advisory(names, members, exploited)).collect();
    advisories.sort_by(|a, b| {
        let score = |advisory: &Advisory<'_>| advisory.score.unwrap_or(0.0);
        (b.severity().cmp(&a.severity()))
            .then(score(b).total_cmp(&score(a)))
            .then_with(|| natural(a.id, b.id))
    });
    advisories
}

fn advisory<'a>(
    mut names: Vec<&'a str>,
    mut members: Vec<Matches<'a>>,
    exploited: &[Exploited],
) -> Advisory<'a> {
    members.sort_by(|a, b| natural(a.record.id, b.record.id));
    names.sort_by(|a, b| (rank(a), 0).cmp(&(rank(b), 0)).then_with(|| natural(a, b)));
    names.dedup();
    let id = names.remove(0);
    // A record without a fix beside one that knows it is the poorer copy of the same news.
    let fixes = members.iter().filter_map(|found| found.fixed);
    let fixed = fixes.max_by(|a, b| by_version(a, b));
    let records: Vec<Record<'a>> = members.into_iter().map(|found| found.record).collect();
    let told = |record: &&Record<'_>| record.has_summary;
    let by_project = |record: &&Record<'_>| told(record) && record.id.starts_with("DJANGO-");
    let title = records
        .iter()
        .find(by_project)
        .or_else(|| records.iter().find(told))
        .or(records.first())
        .map(|record| record.title.to_string())
        .unwrap_or_default();
    Advisory {
        id,
        score: records.iter().filter_map(Record::score).max_by(f64::total_cmp),
        exploited: exploited
            .iter()
            .find(|entry| entry.cve == id || names.contains(&entry.cve.as_str()))
            .cloned(),
        aliases: names,
        records,
        title,
        fixed,
    }
}

/// The names that people know best come first.
fn rank(id: &str) -> u8 {
    match id.split_once('-').map_or("", |(prefix, _)| prefix) {
        "CVE" => 0,
        "PYSEC" => 1,
        "GHSA" => 2,
        _ => 3,
    }
}

/// `PYSEC-2024-9` before `PYSEC-2024-10`.
fn natural(a: &str, b: &str) -> Ordering {
    let key = |id: &str| -> Vec<(u64, String)> {
        id.split('-').map(|part| (part.parse().unwrap_or(0), part.to_owned())).collect()
    };
    key(a).cmp(&key(b)).then_with(|| a.cmp(b))
}

fn by_version(a: &str, b: &str) -> Ordering {
    match (a.parse::<Version>(), b.parse::<Version>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Greater,
        (Err(_), Ok(_)) => Ordering::Less,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

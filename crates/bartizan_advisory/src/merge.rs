//! Several records of one flaw, shown as one advisory.
//!
//! Databases number the same flaw anew: PyPA's id, GitHub's, the CVE, Django's own announcement.
//! Each record is matched by itself; what matched is joined by the names that it shares.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use bartizan_finding::Severity;
use pep440_rs::Version;
use rustc_hash::FxHashMap;

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
    pub records: Vec<Arc<Record<'a>>>,
    /// Which of them has the title.
    titled: usize,
    /// The least version ahead that no record affects, where one is known.
    pub fixed: Option<&'a str>,
    /// The highest CVSS score of the records.
    pub score: Option<f64>,
    /// Since when it is known to be used in attacks.
    pub exploited: Option<Exploited>,
}

impl<'a> Advisory<'a> {
    /// One line that says what it is.
    pub fn title(&self) -> &str {
        self.records.get(self.titled).map_or("", |record| &record.title)
    }

    /// How bad it is. What nobody has rated counts as high until somebody does.
    pub fn severity(&self) -> Severity {
        if self.exploited.is_some() {
            return Severity::Critical;
        }
        let stated = || self.records.iter().filter_map(|record| record.severity()).max();
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
    // Each record points to one of its group; whoever points to itself stands for the group.
    let mut group: Vec<usize> = (0..matches.len()).collect();
    let mut of_name: FxHashMap<&str, usize> = FxHashMap::default();
    for (number, found) in matches.iter().enumerate() {
        for name in std::iter::once(&found.record.id).chain(&found.record.aliases) {
            let known = *of_name.entry(name).or_insert(number);
            let (one, other) = (first_of(&mut group, known), first_of(&mut group, number));
            group[one.max(other)] = one.min(other);
        }
    }
    let mut members: Vec<Vec<Matches<'a>>> = Vec::new();
    members.resize_with(matches.len(), Vec::new);
    for (number, found) in matches.into_iter().enumerate() {
        members[first_of(&mut group, number)].push(found);
    }
    let groups = members.into_iter().filter(|members| !members.is_empty());
    let mut advisories: Vec<Advisory<'a>> =
        groups.map(|members| advisory(members, exploited)).collect();
    if advisories.len() > 1 {
        advisories.sort_by_cached_key(|advisory| {
            let score = (advisory.score.unwrap_or(0.0) * 10.0).round() as u32;
            (Reverse(advisory.severity()), Reverse(score), Natural::of(advisory.id))
        });
    }
    advisories
}

/// The record that stands for the group of another.
fn first_of(group: &mut [usize], number: usize) -> usize {
    let mut at = number;
    while group[at] != at {
        group[at] = group[group[at]];
        at = group[at];
    }
    at
}

fn advisory<'a>(mut members: Vec<Matches<'a>>, exploited: &[Exploited]) -> Advisory<'a> {
    if members.len() > 1 {
        members.sort_by(|a, b| Natural::of(a.record.id).cmp(&Natural::of(b.record.id)));
    }
    let mut names: Vec<&str> = Vec::with_capacity(4 * members.len());
    for found in &members {
        names.push(found.record.id);
        names.extend(&found.record.aliases);
    }
    names.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| Natural::of(a).cmp(&Natural::of(b))));
    names.dedup();
    let id = names.remove(0);
    // A record without a fix beside one that knows it is the poorer copy of the same news.
    let fixes = members.iter().filter_map(|found| found.fixed);
    let fixed = fixes.reduce(|best, fix| match by_version(best, fix) {
        Ordering::Greater => best,
        _ => fix,
    });
    let score = members.iter().filter_map(|found| found.score).max_by(f64::total_cmp);
    let records: Vec<Arc<Record<'a>>> = members.into_iter().map(|found| found.record).collect();
    let is_told = |record: &&Arc<Record<'_>>| record.has_summary;
    let by_project =
        |record: &&Arc<Record<'_>>| is_told(record) && record.id.starts_with("DJANGO-");
    let titled = records.iter().position(|record| by_project(&record));
    let titled = titled.or_else(|| records.iter().position(|record| is_told(&record)));
    Advisory {
        id,
        score,
        exploited: exploited
            .iter()
            .find(|entry| entry.cve == id || names.contains(&entry.cve.as_str()))
            .cloned(),
        aliases: names,
        titled: titled.unwrap_or(0),
        records,
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

/// The order of ids as people count: `PYSEC-2024-9` before `PYSEC-2024-10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Natural<'a>(&'a str);

impl<'a> Natural<'a> {
    fn of(id: &'a str) -> Self {
        Self(id)
    }
}

impl Ord for Natural<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        numbered(self.0).cmp(numbered(other.0)).then_with(|| self.0.cmp(other.0))
    }
}

impl PartialOrd for Natural<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The parts of an id, each with the number that it is.
fn numbered(id: &str) -> impl Iterator<Item = (u64, &str)> {
    id.split('-').map(|part| (part.parse().unwrap_or(0), part))
}

fn by_version(a: &str, b: &str) -> Ordering {
    match (a.parse::<Version>(), b.parse::<Version>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Greater,
        (Err(_), Ok(_)) => Ordering::Less,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

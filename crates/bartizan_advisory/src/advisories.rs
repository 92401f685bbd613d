//! The records of one source or several, and the question that is asked of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use bartizan_finding::Severity;
use serde::{Deserialize, Serialize};

use crate::affected::{Event, Interval, intervals};
use crate::merge::{Advisory, merge};
use crate::name::normalized;
use crate::osv::{Affected, OsvRecord, Reference};
use crate::severity::{base_score, severity_of_score};
use crate::store::{self, Damage, Store};
use crate::version::{Installed, Listed};

/// A set of records that can be asked.
pub struct Advisories {
    store: Store,
    /// How likely a flaw is to be used in attacks soon, by its CVE, sorted; empty where nobody was
    /// asked for it.
    chances: Vec<(String, f32)>,
}

/// Where records come from, and on what terms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// `PyPA advisory database`
    pub title: String,
    /// Whom to thank.
    pub attribution: String,
    /// An SPDX licence id, empty where none is known.
    pub licence: String,
    /// What was done to the records.
    pub changes: String,
    /// The day of the newest that it can know, `2026-07-23`.
    pub date: String,
    /// The revision or catalogue that it was taken from.
    pub revision: String,
    /// How many records it gave.
    pub records: u32,
    /// Whether its records name affected versions: others only add to them.
    pub is_primary: bool,
}

/// A flaw that is known to be used in attacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exploited {
    /// `CVE-2022-24439`
    pub cve: String,
    /// The day on which that was made known.
    pub since: String,
    /// Whether extortionists are known to use it.
    pub in_ransomware: bool,
}

/// What matching knows of one record, for one package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record<'a> {
    /// `PYSEC-2024-58`
    pub id: &'a str,
    /// Other names of the same flaw, as the record lists them.
    #[serde(borrow)]
    pub aliases: Vec<&'a str>,
    /// The day of its publication.
    pub published: &'a str,
    /// Whether it was taken back, so that it matches nothing.
    pub is_withdrawn: bool,
    /// Its ranges over versions, events in the order of the record.
    pub ranges: Vec<Vec<Event<&'a str>>>,
    /// Versions that are affected without being inside a range.
    pub versions: Vec<&'a str>,
    /// CVSS vectors.
    pub vectors: Vec<&'a str>,
    /// One line that says what it is about.
    #[serde(borrow)]
    pub title: Cow<'a, str>,
    /// Whether the title is the author's, and not the beginning of the story.
    pub has_summary: bool,
    pub(crate) stated: Option<u8>,
    pub(crate) text: TextAt,
}

/// Where the text of a record lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TextAt {
    pub block: u16,
    pub start: u32,
    pub length: u32,
}

/// What people read of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text<'a> {
    /// One line, often empty.
    pub summary: &'a str,
    /// The whole story, in Markdown.
    pub details: &'a str,
    /// Kind and address of pages about it.
    #[serde(borrow)]
    pub references: Vec<(&'a str, &'a str)>,
    /// When it was published, RFC 3339.
    pub published: &'a str,
    /// When it last changed, RFC 3339.
    pub modified: &'a str,
    /// When it was taken back, where it was.
    pub withdrawn: Option<&'a str>,
}

/// The records of one package, ready to be asked about many versions.
pub struct Package<'a> {
    records: Vec<Prepared<'a>>,
}

struct Prepared<'a> {
    record: Arc<Record<'a>>,
    intervals: Vec<Interval<'a>>,
    versions: Vec<Listed<'a>>,
    score: Option<f64>,
}

/// A record that affects a version, and the fix that lies ahead of that version.
#[derive(Clone, Debug, PartialEq)]
pub struct Matches<'a> {
    /// The record: one for all versions that it affects.
    pub record: Arc<Record<'a>>,
    /// The highest score of its CVSS vectors.
    pub score: Option<f64>,
    /// The end of the affected stretch that holds the version, where a fix is known.
    pub fixed: Option<&'a str>,
}

impl Advisories {
    /// The records of a store that was kept in a file. It is read whole, so that what is damaged
    /// is found now and not in the middle of an answer.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Damage> {
        let advisories = Self::trusted(Cow::Owned(bytes))?;
        advisories.verify()?;
        Ok(advisories)
    }

    /// Records that were just read.
    pub fn of_records(
        records: Vec<OsvRecord>,
        origins: Vec<Origin>,
        exploited: Vec<Exploited>,
    ) -> Self {
        let bytes = store::write(records, origins, exploited, &mut |_| None);
        Self::trusted(Cow::Owned(bytes)).expect("what was just written opens")
    }

    pub(crate) fn trusted(bytes: Cow<'static, [u8]>) -> Result<Self, Damage> {
        Ok(Self { store: Store::open(bytes)?, chances: Vec::new() })
    }

    /// Reads everything, and compares with the digest that was taken when it was written.
    pub fn verify(&self) -> Result<[u8; 32], Damage> {
        let digest = self.store.digest()?;
        if digest == self.store.head.digest {
            Ok(digest)
        } else {
            Err(Damage("its digest is another than the one it was written with"))
        }
    }

    /// The digest that was taken when it was written.
    pub fn digest(&self) -> [u8; 32] {
        self.store.head.digest
    }

    /// The same records, with the chance of each flaw to be used in attacks, by its CVE.
    pub(crate) fn with_chances(mut self, mut chances: Vec<(String, f32)>) -> Self {
        chances.sort_by(|a, b| a.0.cmp(&b.0));
        self.chances = chances;
        self
    }

    /// How likely the flaw `cve` is to be used in attacks within a month (EPSS), where that was
    /// asked for and is told.
    pub fn chance(&self, cve: &str) -> Option<f32> {
        let at = self.chances.binary_search_by(|(known, _)| known.as_str().cmp(cve)).ok()?;
        Some(self.chances[at].1)
    }

    /// The chances of all flaws of which one is told, by CVE.
    pub fn chances(&self) -> &[(String, f32)] {
        &self.chances
    }

    /// The records whose id passes, as OSV has them, so that they can be kept anew with others.
    /// Versions that a range covers are not repeated by name.
    pub fn records_where(&self, passes: &dyn Fn(&str) -> bool) -> Vec<OsvRecord> {
        let mut found: BTreeMap<&str, OsvRecord> = BTreeMap::new();
        for row in 0..self.store.packages() {
            let package = self.store.name(row).expect(WHOLE);
            for record in self.store.records(row).expect(WHOLE) {
                if !passes(record.id) {
                    continue;
                }
                let whole = found.entry(record.id).or_insert_with(|| self.as_osv(&record));
                if !package.is_empty() {
                    let owned = |event: &Event<&str>| event.map(str::to_owned);
                    let events = |range: &Vec<Event<&str>>| range.iter().map(owned).collect();
                    whole.affected.push(Affected {
                        package: package.to_owned(),
                        ranges: record.ranges.iter().map(events).collect(),
                        versions: record
                            .versions
                            .iter()
                            .map(|&version| version.to_owned())
                            .collect(),
                    });
                }
            }
        }
        found.into_values().collect()
    }

    /// A record without what it affects.
    fn as_osv(&self, record: &Record<'_>) -> OsvRecord {
        let text = self.text(record);
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        OsvRecord {
            id: record.id.to_owned(),
            aliases: owned(&record.aliases),
            published: text.published.to_owned(),
            modified: text.modified.to_owned(),
            withdrawn: text.withdrawn.map(str::to_owned),
            summary: text.summary.to_owned(),
            details: text.details.to_owned(),
            vectors: owned(&record.vectors),
            affected: Vec::new(),
            references: text
                .references
                .iter()
                .map(|(kind, url)| Reference { kind: (*kind).to_owned(), url: (*url).to_owned() })
                .collect(),
        }
    }

    /// Where the records come from.
    pub fn origins(&self) -> &[Origin] {
        &self.store.head.origins
    }

    /// The day up to which the records can be complete: of the sources that name versions, the
    /// oldest. Empty where none is known.
    pub fn date(&self) -> &str {
        let primary = self.origins().iter().filter(|origin| origin.is_primary);
        primary.map(|origin| origin.date.as_str()).min().unwrap_or("")
    }

    /// How many records there are.
    pub fn records(&self) -> u32 {
        self.store.head.records
    }

    /// How many of them were taken back.
    pub fn withdrawn(&self) -> u32 {
        self.store.head.withdrawn
    }

    /// How many packages they speak of.
    pub fn packages(&self) -> usize {
        self.store.packages() - usize::from(self.store.row("").is_some())
    }

    /// The flaws that are known to be used in attacks.
    pub fn exploited(&self) -> &[Exploited] {
        &self.store.head.exploited
    }

    /// What is known about the package `name`, however it is written.
    pub fn package(&self, name: &str) -> Option<Package<'_>> {
        let row = self.store.row(&normalized(name)).filter(|_| !name.is_empty())?;
        let records = self.store.records(row).expect(WHOLE);
        Some(Package { records: records.into_iter().map(Prepared::new).collect() })
    }

    /// Every advisory that affects `version` of the package `name`, the worst first; records of
    /// one flaw are one advisory.
    pub fn matching(&self, name: &str, version: &str) -> Vec<Advisory<'_>> {
        let Some(package) = self.package(name) else { return Vec::new() };
        merge(package.matching(&Installed::new(version)), self.exploited())
    }

    /// Every record of the flaw that is called `id`, by whichever of its names, with the packages
    /// that it speaks of.
    pub fn find(&self, id: &str) -> Vec<(Record<'_>, Vec<&str>)> {
        let mut names = vec![id.to_ascii_lowercase()];
        loop {
            let found = self.called(&names);
            let known = names.len();
            for (record, _) in &found {
                for name in std::iter::once(&record.id).chain(&record.aliases) {
                    let name = name.to_ascii_lowercase();
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
            // A record may know a name that none of the others has.
            if names.len() == known {
                return found;
            }
        }
    }

    /// The records that have one of these names, in small letters.
    fn called(&self, names: &[String]) -> Vec<(Record<'_>, Vec<&str>)> {
        let is_called = |record: &Record<'_>| {
            std::iter::once(&record.id)
                .chain(&record.aliases)
                .any(|name| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
        };
        let mut found: Vec<(Record<'_>, Vec<&str>)> = Vec::new();
        for row in 0..self.store.packages() {
            let name = self.store.name(row).expect(WHOLE);
            for record in self.store.records(row).expect(WHOLE).into_iter().filter(is_called) {
                match found.iter_mut().find(|(known, _)| known.id == record.id) {
                    Some((_, packages)) => packages.push(name),
                    None => found.push((record, vec![name])),
                }
            }
        }
        for (_, packages) in &mut found {
            packages.retain(|name| !name.is_empty());
        }
        found
    }

    /// What people read of a record of this set.
    pub fn text(&self, record: &Record<'_>) -> Text<'_> {
        self.store.text(record.text).expect(WHOLE)
    }
}

/// Why nothing is missing in a store.
const WHOLE: &str = "a store is verified before it is asked, the built-in one by a test";

impl<'a> Package<'a> {
    /// The records, taken back or not.
    pub fn records(&self) -> impl Iterator<Item = &Record<'a>> {
        self.records.iter().map(|prepared| &*prepared.record)
    }

    /// Every record that was not taken back, whatever version it affects.
    pub fn live(&self) -> Vec<Matches<'a>> {
        let live = self.records.iter().filter(|prepared| !prepared.record.is_withdrawn);
        live.map(|prepared| prepared.matched(None)).collect()
    }

    /// The records that affect `version`, in the order of their ids.
    pub fn matching(&self, version: &Installed) -> Vec<Matches<'a>> {
        self.records.iter().filter_map(|prepared| prepared.matches(version)).collect()
    }

    /// The ids of the records that affect `version`.
    pub fn ids(&self, version: &Installed) -> Vec<&'a str> {
        let affects = |prepared: &&Prepared<'a>| prepared.is_affected(version);
        self.records.iter().filter(affects).map(|prepared| prepared.record.id).collect()
    }
}

impl<'a> Prepared<'a> {
    fn new(record: Record<'a>) -> Self {
        let intervals = record.ranges.iter().flat_map(|range| intervals(range)).collect();
        let versions = record.versions.iter().map(|version| Listed::new(version)).collect();
        Self { intervals, versions, score: record.score(), record: Arc::new(record) }
    }

    fn is_affected(&self, version: &Installed) -> bool {
        !self.record.is_withdrawn
            && (self.intervals.iter().any(|interval| interval.contains(version))
                || self.versions.iter().any(|listed| version.is(listed)))
    }

    fn matches(&self, version: &Installed) -> Option<Matches<'a>> {
        if !self.is_affected(version) {
            return None;
        }
        let around = self.intervals.iter().filter(|interval| interval.contains(version));
        Some(self.matched(around.filter_map(Interval::fixed).next_back()))
    }

    fn matched(&self, fixed: Option<&'a str>) -> Matches<'a> {
        Matches { record: Arc::clone(&self.record), score: self.score, fixed }
    }
}

impl<'a> Record<'a> {
    /// The highest score of its CVSS vectors.
    pub fn score(&self) -> Option<f64> {
        self.vectors.iter().filter_map(|vector| base_score(vector)).max_by(f64::total_cmp)
    }

    /// How bad it says it is, by score or in words; `None` where it does not say.
    pub fn severity(&self) -> Option<Severity> {
        let stated = || Severity::ALL.iter().copied().find(|step| Some(*step as u8) == self.stated);
        self.score().map(severity_of_score).or_else(stated)
    }

    /// Every version that repairs it, as the record's first range lists them.
    pub fn fixes(&self) -> Vec<&'a str> {
        let fix = |event: &Event<&'a str>| match event {
            Event::Fixed(version) => Some(*version),
            Event::Introduced(_) | Event::LastAffected(_) => None,
        };
        self.ranges.first().into_iter().flatten().filter_map(fix).collect()
    }
}

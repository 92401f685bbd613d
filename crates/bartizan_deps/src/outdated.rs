//! How far the packages of a project are behind what its indexes offer.
//!
//! The answers of indexes come in as values, and a package without one is *not checked*: it is
//! never counted as current. What an index does not tell, no verdict pretends to know.

mod choose;
mod held;
mod related;
mod route;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bartizan_advisory::support::{Stage, product_of_package};
use bartizan_finding::{Date, Place};
use bartizan_requirement::index::{Listing, Offers, Release};
use bartizan_requirement::{Inventory, PackageName, Relation, Version};

use crate::package::{Package, Unchecked, packages};
pub use choose::Wanted;
use choose::{Choice, choose};
pub use held::Held;
use related::Related;
pub(crate) use route::routes_of;
pub use route::{Defaults, Index, Route, page, public_index, routes};

/// What was asked of the indexes about one package, and what came of it.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The releases on all indexes that were asked.
    Listed {
        /// The releases.
        listing: Listing,
        /// The indexes, as they are shown.
        indexes: Vec<String>,
        /// How old the oldest of their answers is, in seconds.
        age: u64,
        /// Why an older answer had to do, where it had to.
        stale: Option<Trouble>,
    },
    /// No index could be asked, or one answered what nobody can read.
    Failed(Trouble),
}

/// Why an index did not answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trouble {
    /// The index, or the address that it led to, as it is shown; empty where none was asked.
    pub place: String,
    /// What went wrong there.
    pub why: String,
    /// Whether nobody was reached at all, as without a network.
    pub is_unreachable: bool,
}

impl Trouble {
    /// Something that kept the index from being asked at all.
    pub fn before_asking(why: impl Into<String>) -> Self {
        Self { place: String::new(), why: why.into(), is_unreachable: false }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.is_empty() {
            true => f.write_str(&self.why),
            false => write!(f, "{}: {}", self.place, self.why),
        }
    }
}

/// What the one who asks wishes.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// The Python that the project runs on, if it is known better than its manifests tell.
    pub python: Option<Version>,
    /// Whether pre-releases count like any release.
    pub pre_releases: bool,
}

/// How far everything is behind.
#[derive(Clone, Debug, Default)]
pub struct Outdated {
    /// What was compared, by name and version.
    pub rows: Vec<Row>,
    /// What could not be compared because an index did not answer: this is not current, it is not
    /// known.
    pub not_checked: Vec<NotChecked>,
    /// What has no version to compare, as the project states it.
    pub unpinned: Vec<Unchecked>,
    /// What of that the project's own specifiers keep from the newest release.
    pub held: Vec<Held>,
    /// What the indexes together offered.
    pub offers: Offers,
    /// How old the oldest answer is, in seconds; `None` where none was had.
    pub age: Option<u64>,
    /// The versions of Python that releases had to run on, each once.
    pub pythons: Vec<Version>,
    /// The indexes that answered, as they are shown.
    pub indexes: Vec<String>,
}

/// One version of one package, compared.
#[derive(Clone, Debug)]
pub struct Row {
    /// The package.
    pub name: PackageName,
    /// The version that is used, as it is written.
    pub installed: String,
    /// Where that is said first.
    pub place: Place,
    /// Whether the project asks for it itself.
    pub relation: Relation,
    /// Whether it is needed for development or tests alone.
    pub is_for_development: bool,
    /// The newest release that the project's own specifiers allow.
    pub wanted: Wanted,
    /// The newest release.
    pub latest: Option<Version>,
    /// The newest release for the project's Python, where it is another than the newest.
    pub latest_for_python: Option<Version>,
    /// The kind of step to the newest release; `None` where it is no step ahead.
    pub step: Option<Step>,
    /// The day on which the used version was published.
    pub released: Option<Date>,
    /// The day on which the newest was.
    pub latest_released: Option<Date>,
    /// What else there is to know.
    pub notes: Vec<Note>,
    /// The indexes that answered, as they are shown.
    pub indexes: Vec<String>,
    /// How old the answer is, in seconds.
    pub age: u64,
    /// Why an older answer had to do.
    pub stale: Option<Trouble>,
    /// What these indexes offered at least once.
    pub offers: Offers,
}

/// A package that was not compared.
#[derive(Clone, Debug)]
pub struct NotChecked {
    /// The package.
    pub name: PackageName,
    /// The version that is used.
    pub installed: String,
    /// Where that is said first.
    pub place: Place,
    /// Where the look-up failed, and why.
    pub why: Trouble,
}

/// What changes from one version to another, by the first part that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The first number, or the epoch.
    Major,
    /// The second number.
    Minor,
    /// A later number.
    Patch,
    /// Only what stands behind the numbers: from a pre-release on, or a repaired upload.
    Suffix,
}

/// Something to know of a package beside its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The used version was taken back, for this reason, often none.
    Yanked(String),
    /// The used version is not on the index.
    Unlisted,
    /// The series of the used version gets no fixes any more since the day.
    Unsupported {
        /// `4.2`
        series: &'static str,
        /// Its last day.
        since: Date,
    },
    /// What the index says of the project, such as `archived`, and why.
    Status(String, String),
    /// The newest release needs another Python than the project has.
    NeedsPython(String),
    /// The used version is newer than every release that counts.
    Ahead,
}

impl Step {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Patch => "patch",
            Self::Suffix => "suffix",
        }
    }

    /// The step from one version to a later one.
    pub fn between(from: &Version, to: &Version) -> Option<Self> {
        if from >= to {
            return None;
        }
        if from.epoch() != to.epoch() {
            return Some(Self::Major);
        }
        let part = |version: &Version, at: usize| version.release().get(at).copied().unwrap_or(0);
        let parts = from.release().len().max(to.release().len());
        Some(match (0..parts).find(|at| part(from, *at) != part(to, *at)) {
            Some(0) => Self::Major,
            Some(1) => Self::Minor,
            Some(_) => Self::Patch,
            None => Self::Suffix,
        })
    }
}

impl Row {
    /// Whether there is a newer release.
    pub fn is_behind(&self) -> bool {
        self.step.is_some()
    }

    /// How many days lie between the used release and the newest; `None` where a day is not told.
    pub fn days_behind(&self) -> Option<i64> {
        if !self.is_behind() {
            return Some(0);
        }
        let (from, to) = (self.released?, self.latest_released?);
        Some((to.days_since_epoch() - from.days_since_epoch()).max(0))
    }

    /// Whether it was taken back; `None` where the index does not say such things.
    pub fn is_yanked(&self) -> Option<bool> {
        let yanked = self.notes.iter().any(|note| matches!(note, Note::Yanked(_)));
        (yanked || self.offers.yanked && !self.is_unlisted()).then_some(yanked)
    }

    /// Whether the index does not have it.
    pub fn is_unlisted(&self) -> bool {
        self.notes.contains(&Note::Unlisted)
    }
}

impl Outdated {
    /// The packages that have a newer release.
    pub fn behind(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_behind())
    }

    /// The packages of which an index could not be asked now, so that an older answer had to do.
    pub fn stale(&self) -> impl Iterator<Item = (&Row, &Trouble)> {
        self.rows.iter().filter_map(|row| Some((row, row.stale.as_ref()?)))
    }

    /// Whether every look-up was answered now, or by an answer that still holds.
    pub fn is_complete(&self) -> bool {
        self.not_checked.is_empty() && self.stale().next().is_none()
    }

    /// Whether nobody at all could be reached, as without a network.
    pub fn is_without_network(&self) -> bool {
        let failed = self.not_checked.iter().map(|it| &it.why);
        let mut all = failed.chain(self.stale().map(|(_, why)| why)).peekable();
        all.peek().is_some()
            && self.rows.iter().all(|row| row.stale.is_some())
            && all.all(|why| why.is_unreachable)
    }

    /// How far everything is behind, in days, and of how many packages it cannot be said.
    pub fn days_behind(&self) -> (i64, usize) {
        let days: Vec<Option<i64>> = self.rows.iter().map(Row::days_behind).collect();
        (days.iter().flatten().sum(), days.iter().filter(|days| days.is_none()).count())
    }
}

/// The packages of `inventory` that an index can be asked about, each name once.
pub fn names(inventory: &Inventory) -> Vec<PackageName> {
    let (pinned, _) = packages(inventory);
    let open = held::open(inventory, &pinned);
    let names: BTreeSet<PackageName> = pinned.into_iter().chain(open).map(|it| it.name).collect();
    names.into_iter().collect()
}

/// Compares what `inventory` uses with what the indexes answered, on the day `today`.
pub fn outdated(
    inventory: &Inventory,
    answers: &BTreeMap<PackageName, Answer>,
    wishes: &Wishes,
    today: Date,
) -> Outdated {
    let (packages, unpinned) = packages(inventory);
    let mut report = Outdated { unpinned, ..Outdated::default() };
    // An index that tells a field of one package only leaves it out of another; one that never
    // tells it does not know.
    let mut offers: BTreeMap<&[String], Offers> = BTreeMap::new();
    for answer in answers.values() {
        if let Answer::Listed { listing, indexes, .. } = answer {
            let known = offers.entry(indexes).or_default();
            *known = known.or(listing.offers);
        }
    }
    let mut related = Related::new(inventory);
    for package in &packages {
        let failed = |why: Trouble| NotChecked {
            name: package.name.clone(),
            installed: package.version.clone(),
            place: package.place().clone(),
            why,
        };
        match answers.get(&package.name) {
            Some(Answer::Listed { listing, indexes, age, stale }) => {
                let Ok(installed) = package.version.parse::<Version>() else {
                    let why = format!("`{}` is no version that can be compared", package.version);
                    report.not_checked.push(failed(Trouble::before_asking(why)));
                    continue;
                };
                let choice = choose(package, Some(&installed), listing, &mut related, wishes);
                let python = choice.python.clone();
                let mut row = row(package, &installed, listing, choice, today);
                row.offers = offers.get(indexes.as_slice()).copied().unwrap_or_default();
                row.indexes = indexes.clone();
                row.age = *age;
                row.stale = stale.clone();
                report.age = Some(report.age.unwrap_or(0).max(*age));
                report.pythons.extend(python);
                report.indexes.extend(indexes.iter().cloned());
                report.rows.push(row);
            }
            Some(Answer::Failed(why)) => report.not_checked.push(failed(why.clone())),
            None => {
                let why = Trouble::before_asking("no index was asked");
                report.not_checked.push(failed(why));
            }
        }
    }
    for wish in held::open(inventory, &packages) {
        match answers.get(&wish.name) {
            Some(Answer::Listed { listing, .. }) => {
                report.held.extend(held::held(&wish, listing, &mut related, wishes));
            }
            Some(Answer::Failed(why)) => report.not_checked.push(NotChecked {
                name: wish.name.clone(),
                installed: String::new(),
                place: wish.place().clone(),
                why: why.clone(),
            }),
            None => {}
        }
    }
    report.not_checked.sort_by(|a, b| (&a.name, &a.place).cmp(&(&b.name, &b.place)));
    report.offers = offers.values().fold(Offers::default(), |all, one| all.or(*one));
    report.indexes.sort();
    report.indexes.dedup();
    report.pythons.sort();
    report.pythons.dedup();
    report
}

fn row(
    package: &Package,
    installed: &Version,
    listing: &Listing,
    choice: Choice,
    today: Date,
) -> Row {
    let find = |version: &Version| -> Option<&Release> {
        listing.releases.iter().find(|release| release.version == *version)
    };
    let used = find(installed).or_else(|| {
        // A build of one's own has a local part that the index does not know.
        let public = installed.clone().without_local();
        find(&public)
    });
    let step = choice.latest.as_ref().and_then(|latest| Step::between(installed, latest));
    let mut notes = Vec::new();
    match used {
        Some(Release { yanked: Some(why), .. }) => notes.push(Note::Yanked(why.clone())),
        Some(_) => {}
        None => notes.push(Note::Unlisted),
    }
    let product = product_of_package(package.name.as_str());
    if let Some(series) = product.and_then(|product| product.series_of(&package.version))
        && let Stage::Ended(since) = series.stage(today)
    {
        notes.push(Note::Unsupported { series: series.name, since });
    }
    if let Some((status, why)) = &listing.status {
        notes.push(Note::Status(status.clone(), why.clone()));
    }
    if step.is_some() {
        notes.extend(choice.needs_python.map(Note::NeedsPython));
    } else if used.is_some() && choice.latest.as_ref().is_some_and(|latest| latest < installed) {
        notes.push(Note::Ahead);
    }
    let latest = choice.latest.as_ref().and_then(find);
    Row {
        name: package.name.clone(),
        installed: package.version.clone(),
        place: package.place().clone(),
        relation: package.relation(),
        is_for_development: package.is_for_development(),
        wanted: choice.wanted,
        latest_for_python: choice.latest_for_python,
        step,
        released: used.and_then(Release::uploaded),
        latest_released: latest.and_then(Release::uploaded),
        latest: choice.latest,
        notes,
        indexes: Vec::new(),
        age: 0,
        stale: None,
        offers: Offers::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_named_by_the_first_part_that_differs() {
        let step = |from: &str, to: &str| {
            let step = Step::between(&from.parse().unwrap(), &to.parse().unwrap());
            step.map_or("none", Step::as_str)
        };
        assert_eq!(step("4.2.11", "6.1.3"), "major");
        assert_eq!(step("5.3.6", "5.6.1"), "minor");
        assert_eq!(step("2.2", "2.2.3"), "patch");
        assert_eq!(step("2.2.0.1", "2.2.0.2"), "patch");
        assert_eq!(step("2.2rc1", "2.2"), "suffix");
        assert_eq!(step("2.2", "2.2.post1"), "suffix");
        assert_eq!(step("2026.1", "1!1.0"), "major");
        assert_eq!(step("2.2", "2.2.0"), "none");
        assert_eq!(step("3", "2"), "none");
    }
}

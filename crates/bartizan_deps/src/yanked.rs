//! Releases that their authors took back, as far as an index has told.
//!
//! No advisory says so: it stands on the index alone. What was answered there when it was asked last
//! comes in as a value, and of a package that nobody asked about, nothing is said.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_finding::Date;
use bartizan_requirement::{Inventory, PackageName, Version};

use crate::outdated::{Defaults, Route, page, routes_of};
use crate::package::Package;
use crate::rules::YANKED_RELEASE;
use crate::smell::Smell;

/// What indexes told, whenever they were asked last.
#[derive(Clone, Debug, Default)]
pub struct Yanked {
    /// By the address of the page that told it, as [`page`] writes it.
    pub told: BTreeMap<String, Told>,
    /// Which index is asked where the project names none.
    pub defaults: Defaults,
}

/// What one index told of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The day on which it was asked.
    pub on: Date,
    /// The releases that were taken back, with the reason, often empty; `None` where the index does
    /// not tell such things.
    pub releases: Option<Vec<(String, String)>>,
}

/// Of how many packages an index has told which releases were taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// So many packages.
    pub packages: usize,
    /// The day of the oldest answer about them.
    pub since: Option<Date>,
}

/// The packages that are pinned to such a release, and how much is known at all.
pub(crate) fn yanked(
    packages: &[Package],
    inventory: &Inventory,
    yanked: &Yanked,
) -> (Vec<Smell>, Asked) {
    let mut by_name: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for (address, told) in &yanked.told {
        let name = address.trim_end_matches('/').rsplit('/').next().unwrap_or("");
        by_name.entry(name).or_default().push(told);
    }
    let mut asked = Asked::default();
    let mut known: BTreeSet<&PackageName> = BTreeSet::new();
    let mut suspects: Vec<Package> = Vec::new();
    for package in packages {
        let Some(told) = by_name.get(package.name.as_str()) else { continue };
        let days = told.iter().filter(|told| told.releases.is_some()).map(|told| told.on);
        let Some(oldest) = days.min() else { continue };
        if known.insert(&package.name) {
            asked.packages += 1;
            asked.since = Some(asked.since.map_or(oldest, |since| since.min(oldest)));
        }
        if told.iter().any(|told| told.why(package).is_some()) {
            suspects.push(package.clone());
        }
    }
    let routes = routes_of(inventory, &yanked.defaults, &suspects);
    let found = suspects.iter().filter_map(|package| {
        let Some(Route::Ask(indexes)) = routes.get(&package.name) else { return None };
        let told: Vec<&Told> = indexes
            .iter()
            .filter_map(|index| yanked.told.get(&page(&index.url, &package.name)))
            .collect();
        // What one of several indexes still offers is not taken back.
        let whys: Option<Vec<&str>> = told.iter().map(|told| told.why(package)).collect();
        let why = whys.filter(|whys| whys.len() == indexes.len())?.into_iter().next()?;
        Some(smell(package, why, told.iter().map(|told| told.on).min()?))
    });
    (found.collect(), asked)
}

impl Told {
    /// Why the release was taken back that `package` is, where it was.
    fn why(&self, package: &Package) -> Option<&str> {
        let version: Option<Version> = package.version.parse().ok();
        let is_it = |told: &str| match (&version, told.parse::<Version>()) {
            (Some(version), Ok(told)) => *version == told,
            _ => package.version == told,
        };
        let releases = self.releases.as_ref()?;
        let (_, why) = releases.iter().find(|(told, _)| is_it(told))?;
        Some(why)
    }
}

fn smell(package: &Package, why: &str, on: Date) -> Smell {
    let (name, version) = (package.name.as_str(), &package.version);
    let said = match why.trim().trim_end_matches('.') {
        "" => String::new(),
        why => format!(": {why}"),
    };
    let words = [
        format!("{name} {version} was taken back by its authors (yanked){said}"),
        format!(
            "An index keeps such a release for those who have pinned it, and gives it to nobody \
             else: it is broken, unsafe, or published by mistake. So the index said on {on}"
        ),
        format!("another release of {name}: `bartizan deps outdated` shows which there are"),
    ];
    Smell::new(&YANKED_RELEASE, package.place(), name, words)
}

//! Packages with a hole that is known.

use bartizan_advisory::{Advisories, Advisory, merge};
use bartizan_finding::{Severity, Suppressed};
use bartizan_requirement::{Inventory, PackageName, Relation, Ways};

use crate::package::Package;
use crate::reach::{Conditions, Facts, Reach, conditions};

/// One flaw in one version of one package.
#[derive(Clone, Debug)]
pub struct Vulnerable<'a> {
    /// Position of the package in the report.
    pub package: usize,
    /// What is known of it.
    pub advisory: Advisory<'a>,
    /// How the package comes in, from what a manifest names to the package itself; empty where the
    /// project asks for it itself, or nothing tells.
    pub way: Vec<PackageName>,
    /// What must be present for it to matter, where somebody has read it for that.
    pub conditions: Option<&'static Conditions>,
    /// Whether it can be reached.
    pub reach: Reach,
    /// How likely it is to be used in attacks within a month (EPSS), where that was synced.
    pub chance: Option<f32>,
    /// The decision to live with it, where there is one that holds.
    pub ignored: Option<Suppressed>,
    /// How many further packages that manifests name bring it in too.
    pub other_ways: usize,
}

impl Vulnerable<'_> {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        if self.is_malicious() { Severity::Critical } else { self.advisory.severity() }
    }

    /// Whether it is no flaw but the purpose: OSV numbers such packages `MAL-`.
    pub fn is_malicious(&self) -> bool {
        self.advisory.names().any(|name| name.starts_with("MAL-"))
    }
}

/// Every known flaw of `packages`: the worst first, then by package and name.
pub(crate) fn vulnerable<'a>(
    packages: &[Package],
    inventory: &Inventory,
    advisories: &'a Advisories,
) -> Vec<Vulnerable<'a>> {
    let mut found = Vec::new();
    let mut ways: Vec<Option<Ways<'_>>> = Vec::new();
    ways.resize_with(inventory.locks.len(), || None);
    let mut last: Option<(&PackageName, Option<bartizan_advisory::Package<'a>>)> = None;
    for (number, package) in packages.iter().enumerate() {
        // Packages are sorted by name, so one with several versions is looked up once.
        if last.as_ref().is_none_or(|(name, _)| **name != package.name) {
            last = Some((&package.name, advisories.package(package.name.as_str())));
        }
        let Some((_, Some(known))) = &last else { continue };
        let matches = known.matching(&bartizan_advisory::Installed::new(&package.version));
        if matches.is_empty() {
            continue;
        }
        let (way, other_ways) = way(package, inventory, &mut ways);
        for advisory in merge(matches, advisories.exploited()) {
            let conditions = conditions(&advisory, package.name.as_str());
            let chance = advisory.names().find_map(|name| advisories.chance(name));
            found.push(Vulnerable {
                package: number,
                reach: conditions.map_or(Reach::Unknown, |known| known.reach(&Facts::default())),
                conditions,
                chance,
                advisory,
                way: way.clone(),
                other_ways,
                ignored: None,
            });
        }
    }
    in_order(&mut found);
    found
}

/// The worst first, and what is known to be out of reach last of its kind. Stable: what `merge` put
/// in order inside one package stays in order.
pub(crate) fn in_order(found: &mut [Vulnerable<'_>]) {
    found.sort_by_cached_key(|flaw| {
        let is_far = flaw.reach == Reach::NotFound;
        (std::cmp::Reverse(flaw.severity()), is_far, flaw.package)
    });
}

/// The shortest way by which a package that no manifest names comes in, and how many more begin
/// with another package.
fn way<'i>(
    package: &Package,
    inventory: &'i Inventory,
    known: &mut [Option<Ways<'i>>],
) -> (Vec<PackageName>, usize) {
    if package.relation() == Relation::Direct {
        return (Vec::new(), 0);
    }
    for number in package.uses.iter().filter_map(|at| at.lock) {
        let of_lock = known[number].get_or_insert_with(|| inventory.locks[number].ways());
        let mut ways = of_lock.to(&package.name).into_iter();
        if let Some(shortest) = ways.next() {
            return (shortest, ways.count());
        }
    }
    (Vec::new(), 0)
}

//! Packages whose series gets no repairs any more.
//!
//! Advisories name the series that were supported when they were written. A series that has ended
//! therefore looks clean, and the cleaner the longer it is dead: the holes that were found in its
//! successors since tell more about it than the empty list of its own.

use std::collections::BTreeSet;

use bartizan_advisory::support::{Product, Series, Stage, product_of_package};
use bartizan_advisory::{Advisories, Installed, merge};
use bartizan_finding::{Date, Severity, Suppressed};
use bartizan_requirement::Version;

use crate::package::Package;

/// A package of a series that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Position of the package in the report.
    pub package: usize,
    /// What it is.
    pub product: &'static Product,
    /// The series, `4.1`.
    pub series: &'static str,
    /// The last day on which holes were closed.
    pub since: Date,
    /// How many holes were published for other series since.
    pub holes_since: usize,
    /// How bad the worst of them is; medium where there was none.
    pub severity: Severity,
    /// The series to move to: of those meant to be stayed on, the newest, if one gets repairs.
    pub successor: Option<&'static Series>,
    /// The decision to live with it, where there is one that holds.
    pub ignored: Option<Suppressed>,
}

/// Every package whose series has ended on the day `today`.
pub(crate) fn ended(packages: &[Package], advisories: &Advisories, today: Date) -> Vec<Ended> {
    let judge = |(number, package): (usize, &Package)| {
        let product = product_of_package(package.name.as_str())?;
        let (series, since) = end(product, &package.version, today)?;
        let (holes_since, worst) = published_since(package, advisories, since);
        // Where nobody has set an end, only a hole that was repaired elsewhere shows that it has come.
        if !product.is_stated && holes_since == 0 {
            return None;
        }
        let supported = || product.supported(today);
        Some(Ended {
            package: number,
            product,
            series,
            since,
            holes_since,
            severity: worst.unwrap_or(Severity::Medium),
            successor: supported().find(|series| series.is_long).or_else(|| supported().next()),
            ignored: None,
        })
    };
    let mut ended: Vec<Ended> = packages.iter().enumerate().filter_map(judge).collect();
    ended.sort_by_key(|ended| (std::cmp::Reverse(ended.severity), ended.package));
    ended
}

/// The series of `version` and its end, where that lies in the past. What is older than every
/// series of the table ended no later than the oldest of them.
fn end(product: &'static Product, version: &str, today: Date) -> Option<(&'static str, Date)> {
    if let Some(series) = product.series_of(version) {
        return match series.stage(today) {
            Stage::Ended(since) => Some((series.name, since)),
            Stage::Supported | Stage::SecurityOnly => None,
        };
    }
    let oldest = product.series.last()?;
    let is_older = version.parse::<Version>().ok()? < oldest.name.parse::<Version>().ok()?;
    match oldest.stage(today) {
        Stage::Ended(since) if is_older => Some((oldest.name, since)),
        _ => None,
    }
}

/// How many flaws of the package were made public after `since` that do not name this version, and
/// how bad the worst of them is.
fn published_since(
    package: &Package,
    advisories: &Advisories,
    since: Date,
) -> (usize, Option<Severity>) {
    let Some(known) = advisories.package(package.name.as_str()) else { return (0, None) };
    let of_this: BTreeSet<&str> =
        known.ids(&Installed::new(&package.version)).into_iter().collect();
    let flaws = merge(known.live(), advisories.exploited());
    let later = flaws.iter().filter(|flaw| {
        // Databases take in old news years later; the CVE's own year tells.
        let is_old_news = flaw.names().filter_map(cve_year).any(|year| year < since.year());
        let names_this = flaw.records.iter().any(|record| of_this.contains(record.id));
        let published = flaw.published().parse::<Date>();
        !is_old_news && !names_this && published.is_ok_and(|published| published > since)
    });
    let severities: Vec<Severity> = later.map(|flaw| flaw.severity()).collect();
    (severities.len(), severities.into_iter().max())
}

fn cve_year(id: &str) -> Option<u16> {
    id.strip_prefix("CVE-")?.split('-').next()?.parse().ok()
}

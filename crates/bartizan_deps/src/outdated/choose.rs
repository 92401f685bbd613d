//! Which release is wanted and which is the newest, by pip's rules.

use bartizan_requirement::index::{Listing, Release};
use bartizan_requirement::{Operator, Specifiers, Version};

use super::Wishes;
use super::related::Related;
use crate::package::Package;

/// The newest release that the project's own specifiers allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This one.
    Version(Version),
    /// None of those on the index is allowed.
    Nothing,
    /// Only other packages ask for it, and nothing here tells which versions they allow.
    NotTold,
    /// A specifier cannot be read.
    NotUnderstood,
}

pub(super) struct Choice {
    pub(super) wanted: Wanted,
    pub(super) latest: Option<Version>,
    pub(super) latest_for_python: Option<Version>,
    /// The project's Python, if it is known.
    pub(super) python: Option<Version>,
    /// What the newest release says of Python, where it excludes the project's.
    pub(super) needs_python: Option<String>,
}

pub(super) fn choose(
    package: &Package,
    installed: Option<&Version>,
    listing: &Listing,
    related: &mut Related<'_>,
    wishes: &Wishes,
) -> Choice {
    let specifiers = related.specifiers(package);
    // A lock may hold one version for each Python: what does not run on the project's lowest is there
    // for another.
    let used = installed.and_then(|installed| {
        listing.releases.iter().find(|release| release.version == *installed)
    });
    let python = wishes
        .python
        .clone()
        .or_else(|| related.python(package))
        .filter(|python| used.is_none_or(|used| used.runs_on(python)));
    let is_asked_for = wishes.pre_releases
        || specifiers.iter().any(Specifiers::names_prerelease)
        || package
            .uses
            .iter()
            .any(|at| related.options(at).iter().any(|options| options.pre_releases.is_some()));
    let offered: Vec<&Release> =
        listing.releases.iter().filter(|release| release.yanked.is_none()).collect();
    let finals = || offered.iter().filter(|release| !release.version.any_prerelease());
    // Where nothing is final yet, or not since what is used, a pre-release is better than nothing.
    let takes_pre = is_asked_for
        || finals().next().is_none()
        || installed.is_some_and(|installed| {
            installed.any_prerelease()
                && finals().next_back().is_none_or(|newest| newest.version < *installed)
        });
    let counts = |release: &&&Release| takes_pre || !release.version.any_prerelease();
    let latest = offered.iter().rev().find(|release| counts(release));
    let runs = |release: &Release| python.as_ref().is_none_or(|python| release.runs_on(python));
    let for_python = offered.iter().rev().find(|release| counts(release) && runs(release));
    let excluded = latest.filter(|latest| !runs(latest));
    let (needs_python, latest_for_python) = (
        excluded.map(|release| release.pythons.join(" or ")),
        excluded.and(for_python).map(|release| release.version.clone()),
    );
    Choice {
        wanted: wanted(installed, &specifiers, listing, &offered, takes_pre, &runs),
        latest: latest.map(|release| release.version.clone()),
        latest_for_python,
        needs_python,
        python,
    }
}

fn wanted(
    installed: Option<&Version>,
    specifiers: &[Specifiers],
    listing: &Listing,
    offered: &[&Release],
    takes_pre: bool,
    runs: &dyn Fn(&Release) -> bool,
) -> Wanted {
    if specifiers.is_empty() {
        return Wanted::NotTold;
    }
    if specifiers.iter().any(|specifiers| !specifiers.is_understood()) {
        return Wanted::NotUnderstood;
    }
    // A pin is what is wanted, yanked or not (PEP 592).
    let pin = installed.filter(|it| specifiers.iter().any(|all| all.pinned() == Some(it)));
    if let Some(pin) = pin {
        return Wanted::Version(pin.clone());
    }
    let allowed =
        |release: &Release| specifiers.iter().all(|specifiers| specifiers.allows(&release.version));
    let mut fits = offered.iter().filter(|release| allowed(release) && runs(release));
    let newest_final = fits.clone().rev().find(|it| takes_pre || !it.version.any_prerelease());
    // pip falls back to pre-releases where nothing else satisfies.
    let newest = newest_final.or_else(|| fits.next_back());
    let is_pinned = |release: &&Release| {
        allowed(release) && specifiers.iter().any(|it| it.pinned() == Some(&release.version))
    };
    let newest = newest.copied().or_else(|| listing.releases.iter().rev().find(is_pinned));
    newest.map_or(Wanted::Nothing, |release| Wanted::Version(release.version.clone()))
}

/// The lowest Python that specifiers allow; `None` where they set no lower bound.
pub(super) fn lowest(pythons: &Specifiers) -> Option<Version> {
    let is_lower = |operator: &Operator| {
        matches!(
            operator,
            Operator::GreaterThanEqual
                | Operator::GreaterThan
                | Operator::TildeEqual
                | Operator::Equal
                | Operator::EqualStar
                | Operator::ExactEqual
        )
    };
    let bounds = pythons.any_of.iter().flat_map(|all| all.iter());
    let bounds = bounds.filter(|one| is_lower(one.operator())).map(|one| one.version().clone());
    bounds.filter(|version| pythons.allows(version)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_python_is_the_lowest_bound_that_holds() {
        let of = |text| lowest(&Specifiers::parse(text)).map(|version| version.to_string());
        assert_eq!(of(">=3.10,<4").as_deref(), Some("3.10"));
        assert_eq!(of("~=3.11").as_deref(), Some("3.11"));
        assert_eq!(of("==3.12.*").as_deref(), Some("3.12"));
        assert_eq!(of(">=3.8,!=3.8,>=3.9").as_deref(), Some("3.9"));
        assert_eq!(of("<4"), None);
        let either = Specifiers::poetry("^3.9 || ^3.12");
        assert_eq!(lowest(&either).unwrap().to_string(), "3.9");
    }
}

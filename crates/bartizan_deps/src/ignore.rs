//! Lists of advisories that a project has decided to live with, in the formats of its other tools.
//!
//! A decision ends on its day. One whose day cannot be read is an error: taken as one without an
//! end, a slip of the pen would hide a hole for ever.

mod flags;
mod flat;

use bartizan_advisory::Advisory;
use bartizan_base::{FilePath, Tree};
use bartizan_finding::{Date, Suppressed, SuppressionForm};

use crate::package::Package;
use flat::Entry;

/// A list above this size was not written by people.
const LARGEST: usize = 1 << 20;

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The advisory, by any of its names; empty where every one of a package is meant.
    pub id: String,
    /// The package and its version, where the decision is about them; an empty version is any.
    pub package: Option<(String, String)>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
    /// The list; empty where it was named on the command line.
    pub path: String,
    /// The line of the list.
    pub line: u32,
}

/// Why a list cannot be obeyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadList {
    /// The list.
    pub path: String,
    /// The line.
    pub line: u32,
    /// What is wrong, without the place.
    pub message: String,
}

impl Ignore {
    /// A decision without an end and a reason, as a flag makes it.
    pub fn of_flag(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            package: None,
            until: None,
            reason: String::new(),
            path: String::new(),
            line: 0,
        }
    }

    /// Whether it holds on the day `today`.
    pub fn holds(&self, today: Date) -> bool {
        self.until.is_none_or(|until| today <= until)
    }

    /// Whether it is about this flaw of this package.
    pub fn is_about(&self, package: &Package, advisory: &Advisory<'_>) -> bool {
        let package_fits = self.package.as_ref().is_none_or(|(name, version)| {
            *name == package.name.as_str() && (version.is_empty() || *version == package.version)
        });
        package_fits && (self.id.is_empty() || advisory.is_called(&self.id))
    }

    /// The same in the words of findings.
    pub(crate) fn suppressed(&self) -> Suppressed {
        Suppressed {
            form: SuppressionForm::List,
            reason: self.reason.clone(),
            line: self.line,
            until: self.until,
        }
    }
}

/// The decisions in the lists that lie in the root of `tree`, and in the files that call pip-audit.
pub fn ignores(tree: &dyn Tree) -> Result<Vec<Ignore>, BadList> {
    let mut all = Vec::new();
    for (name, read) in LISTS {
        let Some(path) = FilePath::new(name) else { continue };
        let Ok(bytes) = tree.read(&path) else { continue };
        let bad = |line, message: String| BadList { path: (*name).to_owned(), line, message };
        if bytes.len() > LARGEST {
            return Err(bad(1, "it is larger than 1 MB".to_owned()));
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| bad(1, "not valid UTF-8".to_owned()))?;
        let entries = match name.ends_with(".toml") {
            true => flat::toml(text),
            false => flat::yaml(text),
        };
        let entries = entries.map_err(|(line, message)| bad(line, message))?;
        let found = read(&entries).map_err(|(line, message)| bad(line, message))?;
        all.extend(found.into_iter().map(|ignore| Ignore { path: (*name).to_owned(), ..ignore }));
    }
    all.extend(flags::ignores(tree));
    Ok(all)
}

type Reader = fn(&[Entry]) -> Result<Vec<Ignore>, (u32, String)>;

/// The lists that are known, and who reads each.
const LISTS: &[(&str, Reader)] =
    &[("osv-scanner.toml", osv_scanner), (".safety-policy.yml", safety), (".snyk", snyk)];

/// `[[IgnoredVulns]]` and `[[PackageOverrides]]` of osv-scanner.
fn osv_scanner(entries: &[Entry]) -> Result<Vec<Ignore>, (u32, String)> {
    let mut found = Vec::new();
    for group in flat::groups(entries, &["IgnoredVulns"]) {
        let Some(id) = group.get(&["id"]) else { continue };
        found.push(ignore(id.value.clone(), &group, "ignoreUntil", id.line)?);
    }
    for group in flat::groups(entries, &["PackageOverrides"]) {
        let is_set = |path: &[&str]| group.get(path).is_some_and(|entry| entry.value == "true");
        let of_python = group.get(&["ecosystem"]).is_none_or(|entry| entry.value == "PyPI");
        if !of_python || !(is_set(&["ignore"]) || is_set(&["vulnerability", "ignore"])) {
            continue;
        }
        let Some(name) = group.get(&["name"]) else { continue };
        let version = group.get(&["version"]).map(|entry| entry.value.clone()).unwrap_or_default();
        found.push(Ignore {
            package: Some((bartizan_advisory::normalized(&name.value), version)),
            ..ignore(String::new(), &group, "effectiveUntil", name.line)?
        });
    }
    Ok(found)
}

/// `ignore-vulnerabilities` of safety's policy, of the second and the third version.
fn safety(entries: &[Entry]) -> Result<Vec<Ignore>, (u32, String)> {
    const PLACES: [&[&str]; 2] = [
        &["security", "ignore-vulnerabilities"],
        &["report", "dependency-vulnerabilities", "auto-ignore-in-report", "vulnerabilities"],
    ];
    let mut found = Vec::new();
    for group in PLACES.iter().flat_map(|place| flat::groups(entries, place)) {
        found.push(ignore(group.key.clone(), &group, "expires", group.line())?);
    }
    Ok(found)
}

/// `ignore` of Snyk's policy. A decision there is about a path through the lock; the whole package
/// is meant here only where every path is.
fn snyk(entries: &[Entry]) -> Result<Vec<Ignore>, (u32, String)> {
    let mut found = Vec::new();
    for group in flat::groups(entries, &["ignore"]) {
        for item in group.groups().filter(|item| item.key.chars().all(|c| c.is_ascii_digit())) {
            for way in item.groups().filter(|way| way.key == "*") {
                found.push(ignore(group.key.clone(), &way, "expires", way.line())?);
            }
        }
    }
    Ok(found)
}

fn ignore(
    id: String,
    group: &flat::Group<'_>,
    until: &str,
    line: u32,
) -> Result<Ignore, (u32, String)> {
    let until = match group.get(&[until]) {
        Some(entry) if !entry.value.is_empty() => {
            Some(last_day(&entry.value).ok_or_else(|| {
                let message =
                    format!("`{}` is no date, so nothing tells when to look again", entry.value);
                (entry.line, message)
            })?)
        }
        _ => None,
    };
    let reason = group.get(&["reason"]).map(|entry| entry.value.clone()).unwrap_or_default();
    Ok(Ignore { id, package: None, until, reason, path: String::new(), line })
}

/// The last whole day before a point in time: `2027-03-31` alone is its midnight, when the day
/// before ends.
fn last_day(text: &str) -> Option<Date> {
    let text = text.trim();
    let date: Date = text.get(..10)?.parse().ok()?;
    let time = text[10..].trim_start_matches(['T', 't', ' ']);
    let clock = time.trim_end_matches("UTC").trim().trim_end_matches(['Z', 'z']);
    let is_time = clock.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-'));
    if !is_time || (clock.is_empty() && !time.is_empty()) {
        return None;
    }
    let is_midnight = clock
        .split(['+', '-'])
        .next()
        .is_none_or(|clock| clock.chars().all(|c| !c.is_ascii_digit() || c == '0'));
    match is_midnight {
        true => Some(Date::from_days_since_epoch(date.days_since_epoch() - 1)),
        false => Some(date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_ends_when_its_day_begins() {
        let last = |text: &str| last_day(text).map(|date| date.to_string());
        let before = Some("2027-03-30".to_owned());
        assert_eq!(last("2027-03-31"), before);
        assert_eq!(last("2027-03-31T00:00:00.000Z"), before);
        assert_eq!(last("2027-03-31 00:00:00 UTC"), before);
        assert_eq!(last("2027-03-31T12:30:00Z").as_deref(), Some("2027-03-31"));
        for wrong in ["2027-02-30", "soon", "31.03.2027", "2027-3-31", "2027-03-31 or so", ""] {
            assert_eq!(last(wrong), None, "{wrong}");
        }
    }
}

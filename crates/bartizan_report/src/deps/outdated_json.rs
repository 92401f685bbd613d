//! `deps outdated --json`: what was compared, what was not, and what nobody told.

use bartizan_deps::outdated::{NotChecked, Note, Outdated, Row, Step, Wanted};
use bartizan_finding::Place;
use bartizan_requirement::Relation;
use serde::Serialize;

use crate::json::escape_hidden;

/// The version of this shape; a number more for every change that a reader could notice.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Wire<'a> {
    schema: u32,
    summary: Summary,
    packages: Vec<Package<'a>>,
    not_checked: Vec<Failed<'a>>,
    unpinned: Vec<Unpinned<'a>>,
    held: Vec<HeldBack<'a>>,
}

#[derive(Serialize)]
struct Summary {
    packages: usize,
    behind: usize,
    not_checked: usize,
    stale: usize,
    libyears: Option<f64>,
    without_network: bool,
    offers: Offers,
}

/// Whether the indexes tell a field at all.
#[derive(Serialize)]
struct Offers {
    upload_time: bool,
    yanked: bool,
    requires_python: bool,
}

#[derive(Serialize)]
struct Package<'a> {
    name: &'a str,
    installed: &'a str,
    /// Absent where only other packages ask for it and nothing tells what they allow.
    wanted: Option<String>,
    latest: Option<String>,
    latest_for_python: Option<String>,
    /// `behind`, `current`, `ahead`
    status: &'static str,
    step: Option<&'static str>,
    released: Option<String>,
    latest_released: Option<String>,
    libyears: Option<f64>,
    /// `null` where the index does not say.
    yanked: Option<bool>,
    yanked_reason: Option<&'a str>,
    on_index: bool,
    requires_python: Option<&'a str>,
    unsupported_since: Option<String>,
    project_status: Option<&'a str>,
    relation: &'static str,
    development: bool,
    place: At<'a>,
    indexes: &'a [String],
    age_seconds: u64,
    /// Why the answer is an older one.
    stale: Option<String>,
}

#[derive(Serialize)]
struct Failed<'a> {
    name: &'a str,
    installed: &'a str,
    asked: &'a str,
    why: &'a str,
    place: At<'a>,
}

#[derive(Serialize)]
struct Unpinned<'a> {
    name: &'a str,
    why: &'a str,
    place: At<'a>,
}

/// Of what has no version to compare: the newest release is one that the project does not allow.
#[derive(Serialize)]
struct HeldBack<'a> {
    name: &'a str,
    specifiers: &'a str,
    wanted: Option<String>,
    latest: String,
    place: At<'a>,
}

#[derive(Serialize)]
struct At<'a> {
    path: &'a str,
    line: u32,
}

/// The report for programs. Ends with a line break.
pub fn outdated_json(report: &Outdated) -> String {
    let (days, unknown) = report.days_behind();
    let wire = Wire {
        schema: SCHEMA,
        summary: Summary {
            packages: report.rows.len(),
            behind: report.behind().count(),
            not_checked: report.not_checked.len(),
            stale: report.stale().count(),
            libyears: (unknown < report.rows.len() || report.rows.is_empty()).then(|| years(days)),
            without_network: report.is_without_network(),
            offers: Offers {
                upload_time: report.offers.uploaded,
                yanked: report.offers.yanked,
                requires_python: report.offers.requires_python,
            },
        },
        packages: report.rows.iter().map(package).collect(),
        not_checked: report.not_checked.iter().map(failed).collect(),
        unpinned: report
            .unpinned
            .iter()
            .map(|it| Unpinned { name: it.name.as_str(), why: &it.why, place: at(&it.place) })
            .collect(),
        held: report
            .held
            .iter()
            .map(|it| HeldBack {
                name: it.name.as_str(),
                specifiers: &it.specifiers,
                wanted: it.wanted.as_ref().map(ToString::to_string),
                latest: it.latest.to_string(),
                place: at(&it.place),
            })
            .collect(),
    };
    let json = serde_json::to_string_pretty(&wire).expect("texts, numbers and lists always encode");
    escape_hidden(json) + "\n"
}

/// The JSON Schema (draft 2020-12) that every such report fits.
pub fn outdated_schema() -> &'static str {
    include_str!("../../schema/outdated.schema.json")
}

fn package(row: &Row) -> Package<'_> {
    let note = |find: fn(&Note) -> Option<&str>| row.notes.iter().find_map(find);
    Package {
        name: row.name.as_str(),
        installed: &row.installed,
        wanted: match &row.wanted {
            Wanted::Version(version) => Some(version.to_string()),
            Wanted::Nothing | Wanted::NotTold | Wanted::NotUnderstood => None,
        },
        latest: row.latest.as_ref().map(ToString::to_string),
        latest_for_python: row.latest_for_python.as_ref().map(ToString::to_string),
        status: match () {
            () if row.is_behind() => "behind",
            () if row.notes.contains(&Note::Ahead) => "ahead",
            () => "current",
        },
        step: row.step.map(Step::as_str),
        released: row.released.map(|day| day.to_string()),
        latest_released: row.latest_released.map(|day| day.to_string()),
        libyears: row.days_behind().map(years),
        yanked: row.is_yanked(),
        yanked_reason: note(|note| match note {
            Note::Yanked(why) if !why.is_empty() => Some(why),
            _ => None,
        }),
        on_index: !row.is_unlisted(),
        requires_python: note(|note| match note {
            Note::NeedsPython(pythons) => Some(pythons),
            _ => None,
        }),
        unsupported_since: row.notes.iter().find_map(|note| match note {
            Note::Unsupported { since, .. } => Some(since.to_string()),
            _ => None,
        }),
        project_status: note(|note| match note {
            Note::Status(status, _) => Some(status),
            _ => None,
        }),
        relation: match row.relation {
            Relation::Direct => "direct",
            Relation::Transitive => "transitive",
            Relation::Unknown | Relation::Project => "unknown",
        },
        development: row.is_for_development,
        place: at(&row.place),
        indexes: &row.indexes,
        age_seconds: row.age,
        stale: row.stale.as_ref().map(ToString::to_string),
    }
}

fn failed(it: &NotChecked) -> Failed<'_> {
    Failed {
        name: it.name.as_str(),
        installed: &it.installed,
        asked: &it.why.place,
        why: &it.why.why,
        place: at(&it.place),
    }
}

fn at(place: &Place) -> At<'_> {
    At { path: place.path.as_str(), line: place.start.line }
}

/// Years to two digits: more would claim to know the hour.
fn years(days: i64) -> f64 {
    (days as f64 / 365.25 * 100.0).round() / 100.0
}

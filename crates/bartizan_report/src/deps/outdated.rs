//! `deps outdated` on a terminal: a table of what is behind, and whatever nobody could tell.

use std::collections::BTreeMap;

use bartizan_deps::outdated::{Note, Outdated, Row, Step, Trouble, Wanted};
use bartizan_finding::Severity;
use bartizan_requirement::Relation;

use crate::look::{Look, Paint};
use crate::number::{counted, grouped};
use crate::options::Options;
use crate::visible::{cut_end, cut_middle, fill, visible, width, wrap};

/// The heads of the columns before the note.
const HEADS: [&str; 6] = ["package", "installed", "wanted", "latest", "step", "age"];
/// Between two columns.
const GAP: usize = 2;
/// No name or version makes its column wider than this.
const WIDEST: usize = 28;
/// A note is given this much room at least.
const NOTE: usize = 16;

/// The screen. Ends with a line break.
pub fn outdated(report: &Outdated, options: &Options) -> String {
    let look = options.look();
    let mut blocks = Vec::new();
    if report.is_without_network() {
        blocks.push(without_network(report, &look));
    }
    blocks.extend(table(report, &look));
    blocks.push(held(report, &look));
    blocks.push(summary(report, options, &look));
    let blocks: Vec<String> =
        blocks.iter().filter(|block| !block.is_empty()).map(|block| block.join("\n")).collect();
    blocks.join("\n\n") + "\n"
}

/// Who asks for a package: the order in which a reader can do something about it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Asked,
    BroughtIn,
    Development,
}

impl Part {
    fn of(row: &Row) -> Self {
        match row.relation {
            _ if row.is_for_development => Self::Development,
            Relation::Transitive => Self::BroughtIn,
            _ => Self::Asked,
        }
    }

    fn head(self) -> &'static str {
        match self {
            Self::Asked => "asked for",
            Self::BroughtIn => "brought in by others",
            Self::Development => "for development",
        }
    }
}

/// One block for each part that has a row, all with the same columns.
fn table(report: &Outdated, look: &Look) -> Vec<Vec<String>> {
    let mut parts: BTreeMap<Part, Vec<&Row>> = BTreeMap::new();
    for row in report.rows.iter().filter(|row| row.is_behind() || is_notable(row)) {
        parts.entry(Part::of(row)).or_default().push(row);
    }
    // Farthest behind first; what nobody knows the days of comes by its step.
    for rows in parts.values_mut() {
        rows.sort_by_key(|row| (std::cmp::Reverse(row.days_behind().unwrap_or(0)), row.step));
    }
    let cells: Vec<[String; 6]> = parts.values().flatten().map(|row| cells(row, look)).collect();
    let wide: [usize; 6] = std::array::from_fn(|column| {
        let widest = cells.iter().map(|cells| width(&cells[column])).max().unwrap_or(0);
        widest.max(HEADS[column].len())
    });
    let titled = parts.len() > 1;
    let mut cells = cells.into_iter();
    let mut blocks = Vec::new();
    for (part, rows) in &parts {
        let mut block = Vec::new();
        if blocks.is_empty() {
            let heads = HEADS.map(str::to_owned);
            block.push(look.paint(Paint::Heading, &line(&heads, &wide, None, "note", look)));
        }
        if titled {
            block.push(look.paint(Paint::Heading, part.head()));
        }
        for (row, cells) in rows.iter().zip(&mut cells) {
            let notes: Vec<String> = row.notes.iter().map(note).collect();
            block.push(line(&cells, &wide, row.step, &notes.join(", "), look));
        }
        blocks.push(block);
    }
    blocks
}

/// What has no version to compare, and is kept from the newest release by the project itself.
fn held(report: &Outdated, look: &Look) -> Vec<String> {
    if report.held.is_empty() {
        return Vec::new();
    }
    let rows: Vec<[String; 4]> = report
        .held
        .iter()
        .map(|it| {
            let wanted = it.wanted.as_ref().map_or("none".to_owned(), ToString::to_string);
            let step = format!("{wanted} {} {}", look.glyphs.to, it.latest);
            let place = format!("{}:{}", it.place.path, it.place.start.line);
            [it.name.as_str(), &it.specifiers, &step, &place].map(|text| visible(text).into_owned())
        })
        .collect();
    let wide: [usize; 3] = std::array::from_fn(|column| {
        rows.iter().map(|row| width(&row[column])).max().unwrap_or(0).min(WIDEST)
    });
    let mut block = vec![look.paint(Paint::Heading, "held back by what the project asks for")];
    for row in &rows {
        let mut line = String::from(" ");
        for (text, wide) in row.iter().zip(wide) {
            let text = cut_end(text, wide, look.glyphs.ellipsis);
            line.push_str(&text);
            line.push_str(&" ".repeat(wide + GAP - width(&text)));
        }
        let room = look.width.saturating_sub(width(&line)).max(NOTE);
        line.push_str(&cut_middle(&row[3], room, look.glyphs.ellipsis));
        block.push(line);
    }
    block
}

/// Whether there is something to know of a package that is not behind.
fn is_notable(row: &Row) -> bool {
    row.notes.iter().any(|note| *note != Note::Ahead)
}

fn cells(row: &Row, look: &Look) -> [String; 6] {
    let wanted = match &row.wanted {
        Wanted::Version(version) => version.to_string(),
        Wanted::Nothing => "none".to_owned(),
        Wanted::NotTold => "-".to_owned(),
        Wanted::NotUnderstood => "?".to_owned(),
    };
    let latest = row.latest.as_ref().map_or("none".to_owned(), ToString::to_string);
    let step = row.step.map_or("-", Step::as_str).to_owned();
    let age = match row.days_behind() {
        _ if !row.is_behind() => "-".to_owned(),
        Some(days) => span(days),
        None => "?".to_owned(),
    };
    let cells = [row.name.as_str().to_owned(), row.installed.clone(), wanted, latest, step, age];
    cells.map(|text| cut_end(&visible(&text), WIDEST, look.glyphs.ellipsis))
}

fn line(
    cells: &[String; 6],
    wide: &[usize; 6],
    step: Option<Step>,
    note: &str,
    look: &Look,
) -> String {
    let mut line = String::from(" ");
    let mut used = 1;
    for (column, text) in cells.iter().enumerate() {
        let shown = match step.filter(|_| column == 4).map(paint) {
            Some(paint) => look.paint(paint, text),
            None => text.clone(),
        };
        line.push_str(&shown);
        line.push_str(&" ".repeat(wide[column] + GAP - width(text)));
        used += wide[column] + GAP;
    }
    let room = look.width.saturating_sub(used).max(NOTE);
    line.push_str(&cut_end(&visible(note), room, look.glyphs.ellipsis));
    line.trim_end().to_owned()
}

/// A larger step asks for more care.
fn paint(step: Step) -> Paint {
    Paint::Severity(match step {
        Step::Major => Severity::High,
        Step::Minor => Severity::Medium,
        Step::Patch | Step::Suffix => Severity::Low,
    })
}

fn note(note: &Note) -> String {
    let because = |why: &str| match why.trim() {
        "" => String::new(),
        why => format!(": {why}"),
    };
    match note {
        Note::Yanked(why) => format!("yanked{}", because(why)),
        Note::Unlisted => "not on the index".to_owned(),
        Note::Unsupported { series, since } => {
            format!("{series} unsupported since {}", &since.to_string()[..7])
        }
        Note::Status(status, why) => format!("{status}{}", because(why)),
        Note::NeedsPython(pythons) => format!("needs Python {pythons}"),
        Note::Ahead => "newer than the newest release".to_owned(),
    }
}

/// `2.7 y`, `11 months`, `12 days`.
fn span(days: i64) -> String {
    match days.max(0) as u64 {
        days @ 365.. => format!("{:.1} y", days as f64 / 365.25),
        days @ 31.. => counted(days * 12 / 365, "month"),
        days => counted(days, "day"),
    }
}

/// `12 s ago`
fn ago(seconds: u64) -> String {
    match seconds {
        0 => "just now".to_owned(),
        1..=119 => format!("{seconds} s ago"),
        120..=7199 => format!("{} min ago", seconds / 60),
        7200..=172_799 => format!("{} hours ago", seconds / 3600),
        _ => format!("{} ago", counted(seconds / 86_400, "day")),
    }
}

fn without_network(report: &Outdated, look: &Look) -> Vec<String> {
    let word = look.paint(Paint::Error, "no network");
    let text = match report.age {
        Some(age) => format!(": no index was reached; this is what was known {}", ago(age)),
        None => ": no index was reached, and nothing is known from before".to_owned(),
    };
    vec![format!("{word}{text}")]
}

fn summary(report: &Outdated, options: &Options, look: &Look) -> Vec<String> {
    let dot = format!(" {} ", look.glyphs.dot);
    let total = report.rows.len() as u64;
    let behind = report.behind().count() as u64;
    let mut parts = Vec::new();
    match (behind, total) {
        (0, 0) if !report.held.is_empty() => {
            parts.push(format!("{} held back", counted(report.held.len() as u64, "package")));
        }
        (0, 0) if report.not_checked.is_empty() && !report.unpinned.is_empty() => {
            parts.push("nothing is held back".to_owned());
        }
        (0, 0) if report.not_checked.is_empty() => {
            parts.push("no pinned or locked package was found".to_owned());
        }
        (0, 0) => {}
        (0, total) => parts.push(format!("none of {} behind", counted(total, "package"))),
        (behind, total) => parts.push(format!("{} of {} behind", grouped(behind), grouped(total))),
    }
    if behind > 0 && report.offers.uploaded {
        let (days, unknown) = report.days_behind();
        let years = days as f64 / 365.25;
        parts.push(match unknown {
            0 => format!("{years:.1} libyears"),
            unknown => format!("{years:.1} libyears and {} untold", grouped(unknown as u64)),
        });
    }
    if !report.not_checked.is_empty() {
        let word = look.paint(Paint::Error, "not checked");
        parts.push(format!("{} {word}", grouped(report.not_checked.len() as u64)));
    }
    if let [python] = report.pythons.as_slice() {
        parts.push(format!("for Python {python}"));
    }
    if let Some(age) = report.age {
        let from = match report.indexes.len() {
            1 => "the index".to_owned(),
            many => format!("{many} indexes"),
        };
        parts.push(format!("{} from {from}", ago(age)));
    }
    let mut rows = fill(&parts, &dot, look.width);
    rows.extend(troubles(report, options, look));
    if total > 0 {
        rows.extend(silent(report));
    }
    rows
}

/// Each reason once, with everything that it keeps from being known.
fn troubles(report: &Outdated, options: &Options, look: &Look) -> Vec<String> {
    let mut failed: BTreeMap<&Trouble, Vec<String>> = BTreeMap::new();
    for it in &report.not_checked {
        let name = match options.problems {
            true => {
                format!("{} {} ({}:{})", it.name, it.installed, it.place.path, it.place.start.line)
            }
            false => it.name.as_str().to_owned(),
        };
        failed.entry(&it.why).or_default().push(name);
    }
    let mut stale: BTreeMap<&Trouble, (Vec<String>, u64)> = BTreeMap::new();
    for (row, why) in report.stale() {
        let of = stale.entry(why).or_default();
        of.0.push(row.name.as_str().to_owned());
        of.1 = of.1.max(row.age);
    }
    let mut rows = Vec::new();
    let mut tell = |text: String| {
        let mut lines = wrap(&visible(&text), look.width).into_iter();
        rows.extend(lines.next());
        rows.extend(
            wrap(&lines.collect::<Vec<_>>().join(" "), look.width.saturating_sub(2))
                .iter()
                .map(|line| format!("  {line}")),
        );
    };
    for (why, mut names) in failed {
        names.dedup();
        tell(format!("not checked: {} ({why})", names.join(", ")));
    }
    for (why, (mut names, age)) in stale {
        names.dedup();
        tell(format!("shown as known {}: {} ({why})", ago(age), names.join(", ")));
    }
    let unpinned: Vec<String> = report
        .unpinned
        .iter()
        .map(|it| match options.problems {
            true => format!("{} ({}:{}: {})", it.name, it.place.path, it.place.start.line, it.why),
            false => it.name.as_str().to_owned(),
        })
        .collect();
    if !unpinned.is_empty() {
        let mut names = unpinned;
        if !options.problems {
            names.sort();
            names.dedup();
        }
        tell(format!("no version to compare: {}", names.join(", ")));
    }
    rows
}

/// What the indexes never tell, so that nothing above says it.
fn silent(report: &Outdated) -> Option<String> {
    let told = [
        (report.offers.uploaded, "when a release was published"),
        (report.offers.yanked, "which releases are yanked"),
        (report.offers.requires_python, "which Python a release needs"),
    ];
    let untold: Vec<&str> = told.iter().filter(|(is, _)| !is).map(|(_, what)| *what).collect();
    let list = match untold.as_slice() {
        [] => return None,
        [only] => (*only).to_owned(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    };
    Some(format!("not told by this index: {list}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_as_people_tell_it() {
        assert_eq!([span(0), span(1), span(30)], ["0 days", "1 day", "30 days"]);
        assert_eq!([span(31), span(340), span(365)], ["1 month", "11 months", "1.0 y"]);
        assert_eq!([ago(0), ago(12), ago(300)], ["just now", "12 s ago", "5 min ago"]);
        assert_eq!([ago(7200), ago(260_000)], ["2 hours ago", "3 days ago"]);
    }
}

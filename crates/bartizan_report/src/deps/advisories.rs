//! What is known of holes: where from and how old, and one of them whole.

use std::sync::Arc;

use bartizan_advisory::{Advisories, Advisory, Event, Matches, Record, merge, support};
use bartizan_finding::Date;

use super::screen::age;
use crate::look::{Look, Paint};
use crate::number::{counted, grouped};
use crate::options::Options;
use crate::visible::{cut_end, visible, wrap};

/// Stories are wrapped at this, however wide the screen is.
const PROSE: usize = 88;

/// `advisories status`: every source with its day, its licence and whom to thank.
pub fn status(advisories: &Advisories, name: &str, today: Date, options: &Options) -> String {
    let look = options.look();
    let dot = look.glyphs.dot;
    let mut rows = vec![["source", "records", "newest", "licence", "by"].map(str::to_owned)];
    for origin in advisories.origins() {
        rows.push([
            visible(&origin.title).into_owned(),
            grouped(u64::from(origin.records)),
            visible(&origin.date).into_owned(),
            if origin.licence.is_empty() { "unknown".into() } else { origin.licence.clone() },
            visible(&origin.attribution).into_owned(),
        ]);
    }
    let [title, by, licence, date, _] = support::origin();
    let series: usize = support::products().iter().map(|product| product.series.len()).sum();
    rows.push([
        format!("{title} (support windows)"),
        grouped(series as u64),
        date.to_owned(),
        licence.to_owned(),
        by.to_owned(),
    ]);
    let column = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(column);
    let mut out = String::new();
    for [title, records, newest, licence, by] in &rows {
        let line = format!(
            " {title:<0$}  {records:>1$}  {newest:<2$}  {licence:<3$}  ",
            widths[0], widths[1], widths[2], widths[3]
        );
        let room = look.width.saturating_sub(line.chars().count()).max(20);
        out += &format!("{line}{}\n", cut_end(by, room, look.glyphs.ellipsis));
    }
    for origin in advisories.origins().iter().filter(|origin| !origin.changes.is_empty()) {
        out += &format!(" {}: {}\n", visible(&origin.title), visible(&origin.changes));
    }
    let age = match age(advisories.date(), today) {
        Some(days) => format!("from {}, {} old", advisories.date(), counted(days as u64, "day")),
        None => "of unknown age".to_owned(),
    };
    out += &format!(
        "{} {dot} {} ({} withdrawn) of {} {dot} {age}\n",
        visible(name),
        counted(u64::from(advisories.records()), "record"),
        grouped(u64::from(advisories.withdrawn())),
        counted(advisories.packages() as u64, "package"),
    );
    out
}

/// `advisories show`: every record that goes by the name; `None` where there is none.
pub fn show(advisories: &Advisories, id: &str, options: &Options) -> Option<String> {
    let look = options.look();
    let found = advisories.find(id);
    if found.is_empty() {
        return None;
    }
    let matches = found.iter().map(|(record, _)| matched(record)).collect();
    let blocks: Vec<String> = merge(matches, advisories.exploited())
        .iter()
        .map(|advisory| whole(advisory, advisories, &found, &look))
        .collect();
    Some(blocks.join("\n"))
}

fn matched<'a>(record: &Record<'a>) -> Matches<'a> {
    Matches { score: record.score(), record: Arc::new(record.clone()), fixed: None }
}

fn whole(
    advisory: &Advisory<'_>,
    advisories: &Advisories,
    found: &[(Record<'_>, Vec<&str>)],
    look: &Look,
) -> String {
    let dot = look.glyphs.dot;
    let severity = advisory.severity();
    let score = match advisory.score {
        Some(score) => format!(" {score:.1}"),
        None if advisory.is_rated() => String::new(),
        None => " (not rated)".to_owned(),
    };
    let word = look.paint(Paint::Severity(severity), severity.as_str());
    let mut out = format!("{word}{score} {dot} {}", visible(advisory.id));
    for alias in &advisory.aliases {
        out += &format!(" {dot} {}", visible(alias));
    }
    out += &format!("\n{}\n", visible(advisory.title()));
    if let Some(exploited) = &advisory.exploited {
        let ransom = if exploited.in_ransomware { ", by extortionists too" } else { "" };
        out += &format!("known to be used in attacks since {}{ransom}\n", exploited.since);
    }
    if let Some(chance) = advisory.names().find_map(|name| advisories.chance(name)) {
        out += &format!(
            "chance to be used in attacks within 30 days: {:.1} % (EPSS)\n",
            f64::from(chance) * 100.0
        );
    }
    for record in &advisory.records {
        let text = advisories.text(record);
        out += &format!("\n{}", look.paint(Paint::Heading, &visible(record.id)));
        out += &format!(" {dot} published {}", visible(text.published));
        if text.modified != text.published {
            out += &format!(" {dot} changed {}", visible(text.modified));
        }
        if let Some(withdrawn) = text.withdrawn {
            out += &format!(" {dot} withdrawn {}", visible(withdrawn));
        }
        out.push('\n');
        let packages = found.iter().find(|(known, _)| known.id == record.id);
        for name in packages.map(|(_, packages)| packages.as_slice()).unwrap_or_default() {
            let of_package = advisories.package(name);
            let listed = of_package.as_ref().and_then(|package| {
                package.records().find(|known| known.id == record.id).map(affected)
            });
            out += &format!("  {}  {}\n", visible(name), visible(&listed.unwrap_or_default()));
        }
        for vector in &record.vectors {
            out += &format!("  {}\n", visible(vector));
        }
        if !text.details.is_empty() {
            out.push('\n');
        }
        for line in text.details.trim().lines() {
            let wrapped = wrap(&visible(line), PROSE.min(look.width) - 2);
            match wrapped.is_empty() {
                true => out.push('\n'),
                false => wrapped.iter().for_each(|line| out += &format!("  {line}\n")),
            }
        }
        if !text.references.is_empty() {
            out.push('\n');
        }
        for (kind, url) in &text.references {
            out += &format!("  {:<8}  {}\n", visible(&kind.to_lowercase()), visible(url));
        }
    }
    out
}

/// `from 4.2 before 4.2.14, from 5.0 before 5.0.7`
fn affected(record: &Record<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for events in &record.ranges {
        for event in events {
            match event {
                Event::Introduced("0") => parts.push("all".to_owned()),
                Event::Introduced(version) => parts.push(format!("from {version}")),
                Event::Fixed(version) => join(&mut parts, &format!("before {version}")),
                Event::LastAffected(version) => join(&mut parts, &format!("up to {version}")),
            }
        }
    }
    match record.versions.len() {
        0 => {}
        few @ 1..=6 => parts.push(record.versions[..few].join(", ")),
        many => parts.push(format!("{} by name", counted(many as u64, "version"))),
    }
    parts.join(", ")
}

fn join(parts: &mut Vec<String>, end: &str) {
    match parts.last_mut() {
        Some(start) if !start.contains(" before ") && !start.contains(" up to ") => {
            start.push(' ');
            start.push_str(end);
        }
        _ => parts.push(end.to_owned()),
    }
}

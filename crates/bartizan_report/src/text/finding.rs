//! One finding: what and where, the code, what it means, what to do.

use bartizan_base::Span;
use bartizan_finding::{Confidence, Finding, Note, Place, Subject};
use bartizan_requirement::Version;

use crate::frame::Frame;
use crate::look::{Look, Paint};
use crate::visible::{cut_end, cut_middle, visible, width, wrap};

/// More places in other files than this are only counted.
const MANY_NOTES: usize = 12;
/// The code of a place in another file is a reminder, not an exhibit.
const NOTED_CODE: usize = 40;

/// The rows of one finding.
pub(super) fn block(finding: &Finding, id: &str, explain: bool, look: &Look) -> Vec<String> {
    let mut rows = vec![head(finding, id, look), place(&finding.place, look)];
    let elsewhere = frame(finding, look, &mut rows);
    see_also(&elsewhere, look, &mut rows);
    prose("  ", &finding.impact, look, &mut rows);
    if let Some(doubt) = doubt(finding) {
        prose("  ", &doubt, look, &mut rows);
    }
    fix(finding, explain, look, &mut rows);
    rows
}

/// Whether two findings are about holes of one package at one place: they are shown together, for
/// one step repairs them.
pub(super) fn is_same_package(a: &Finding, b: &Finding) -> bool {
    let name = |finding: &Finding| match &finding.subject {
        Subject::Package { name, .. } => Some(name.clone()),
        _ => None,
    };
    a.rule.id == b.rule.id && a.place == b.place && name(a).is_some() && name(a) == name(b)
}

/// The rows of several holes in one package, the worst first.
pub(super) fn holes(findings: &[(&Finding, &str)], explain: bool, look: &Look) -> Vec<String> {
    let mut findings = findings.to_vec();
    findings.sort_by_key(|(finding, _)| std::cmp::Reverse(finding.severity));
    let (worst, _) = findings[0];
    let count = format!("{} holes", findings.len());
    let label = format!("{count} are known");
    // What takes care of all is the highest of the versions that each asks for.
    let version = |fix: &str| fix.rsplit_once("==")?.1.parse::<Version>().ok();
    let highest = findings.iter().filter_map(|(finding, _)| version(&finding.fix)).max();
    let repaired = findings.iter().filter(|(finding, _)| version(&finding.fix).is_some()).count();
    let fix = match (highest, &worst.subject) {
        (Some(version), Subject::Package { name, .. }) if repaired == findings.len() => {
            format!("{name}=={version} for all of them")
        }
        (Some(version), Subject::Package { name, .. }) => {
            format!("{name}=={version} for {repaired} of them")
        }
        _ => worst.fix.clone(),
    };
    let whole = Finding {
        label,
        fix,
        impact: String::new(),
        subject: Subject::Package { name: package(worst), advisory: String::new() },
        ..worst.clone()
    };
    let mut rows = vec![head(&whole, &count, look), place(&whole.place, look)];
    let elsewhere = frame(&whole, look, &mut rows);
    see_also(&elsewhere, look, &mut rows);
    let advisory = |finding: &Finding| match &finding.subject {
        Subject::Package { advisory, .. } => visible(advisory).into_owned(),
        _ => String::new(),
    };
    let ids = findings.iter().map(|(_, id)| width(id)).max().unwrap_or(0);
    let names = findings.iter().map(|(finding, _)| width(&advisory(finding))).max().unwrap_or(0);
    for (finding, id) in &findings {
        let severity = finding.severity;
        let word = look.paint(Paint::Severity(severity), severity.as_str());
        let pad = " ".repeat("critical".len() - severity.as_str().len());
        let name = padded(&advisory(finding), names);
        let lead = format!("    {}  ", padded(&visible(id), ids));
        let used = width(&lead) + "critical".len() + 2 + names + 2;
        let room = look.width.saturating_sub(used).max(20);
        let title = cut_end(&visible(&finding.label), room, look.glyphs.ellipsis);
        rows.push(format!("{lead}{word}{pad}  {name}  {title}"));
    }
    self::fix(&whole, explain, look, &mut rows);
    rows
}

fn package(finding: &Finding) -> String {
    match &finding.subject {
        Subject::Package { name, .. } => name.clone(),
        _ => String::new(),
    }
}

/// `high · sql-injection · 3f9a12`, and at the right what matters most about this place.
fn head(finding: &Finding, id: &str, look: &Look) -> String {
    let dot = look.glyphs.dot;
    let severity = finding.severity.as_str();
    let rest = format!(" {dot} {} {dot} {}", finding.rule.id, visible(id));
    let left = format!("{}{rest}", look.paint(Paint::Severity(finding.severity), severity));
    let used = severity.len() + width(&rest);
    beside(&left, used, &context(finding, look), look)
}

/// `right` at the right edge of the line, cut where `left` leaves it too little room.
fn beside(left: &str, used: usize, right: &str, look: &Look) -> String {
    let room = look.width.saturating_sub(used + 2);
    if right.is_empty() || room < 12 {
        return left.to_owned();
    }
    let right = cut_middle(right, room, look.glyphs.ellipsis);
    let pad = " ".repeat(look.width - used - width(&right));
    format!("{left}{pad}{right}")
}

fn context(finding: &Finding, look: &Look) -> String {
    let mut parts = Vec::new();
    if let Some(first) = finding.endpoints.first() {
        let mut reached = first.reach.to_owned();
        for word in [&first.methods.join(","), &first.route] {
            if !word.is_empty() {
                reached.push(' ');
                reached.push_str(word);
            }
        }
        if finding.endpoints.len() > 1 {
            reached.push_str(&format!(" +{}", finding.endpoints.len() - 1));
        }
        return visible(&reached).into_owned();
    }
    if let Some(first) = finding.runs.first() {
        return visible(&first.told()).into_owned();
    }
    match &finding.subject {
        Subject::Code { scope, .. }
        | Subject::Secret { scope, .. }
        | Subject::Suppression { scope, .. }
            if !scope.is_empty() =>
        {
            parts.push(format!("in {scope}"));
        }
        Subject::Setting { environment, .. } if !environment.is_empty() => {
            parts.push(format!("settings: {environment}"));
        }
        Subject::Setting { .. } => parts.push("settings".to_owned()),
        Subject::Package { name, advisory } => {
            parts.push(name.clone());
            parts.extend(Some(advisory.clone()).filter(|advisory| !advisory.is_empty()));
        }
        Subject::Code { .. }
        | Subject::Requirement { .. }
        | Subject::Deployment { .. }
        | Subject::Secret { .. }
        | Subject::Suppression { .. } => {}
    }
    if finding.in_tests {
        parts.push("test code".to_owned());
    }
    visible(&parts.join(&format!(" {} ", look.glyphs.dot))).into_owned()
}

fn place(place: &Place, look: &Look) -> String {
    let at = format!(":{}:{}", place.start.line, place.start.column);
    let path = visible(place.path.as_str());
    let room = look.width.saturating_sub(2 + at.len());
    format!("  {}{at}", cut_middle(&path, room, look.glyphs.ellipsis))
}

/// Draws the code; answers the notes that lie in other files, or have no line to draw.
fn frame<'a>(finding: &'a Finding, look: &Look, rows: &mut Vec<String>) -> Vec<&'a Note> {
    let here = &finding.place;
    let mut frame = Frame::default();
    frame.add_lines(&finding.lines);
    for note in finding.notes.iter().filter(|note| note.place.path == here.path) {
        frame.add_lines(&note.lines);
    }
    let label = if finding.label.is_empty() { &finding.message } else { &finding.label };
    if !frame.mark(here.start, here.end, label, Paint::Severity(finding.severity)) {
        prose("  ", &finding.message, look, rows);
    }
    let mut elsewhere = Vec::new();
    for note in &finding.notes {
        let place = &note.place;
        let drawn = place.path == here.path
            && frame.mark(place.start, place.end, &note.message, Paint::Secondary);
        if !drawn {
            elsewhere.push(note);
        }
    }
    rows.extend(frame.draw(look));
    elsewhere
}

fn see_also(notes: &[&Note], look: &Look, rows: &mut Vec<String>) {
    if notes.is_empty() {
        return;
    }
    rows.push("  see also".to_owned());
    let cells: Vec<[String; 3]> = notes.iter().take(MANY_NOTES).map(|note| cells(note)).collect();
    let column = |at: usize| cells.iter().map(|row| width(&row[at])).max().unwrap_or(0);
    let (places, codes) = (column(0).min(look.width / 2), column(1).min(NOTED_CODE));
    for [place, code, message] in &cells {
        let place = padded(&cut_middle(place, places, look.glyphs.ellipsis), places);
        let code = padded(&cut_end(code, codes, look.glyphs.ellipsis), codes);
        let code = if codes == 0 { String::new() } else { format!("  {code}") };
        rows.push(format!("    {place}{code}  {message}").trim_end().to_owned());
    }
    if let Some(more @ 1..) = notes.len().checked_sub(MANY_NOTES) {
        rows.push(format!("    and {more} more"));
    }
}

fn cells(note: &Note) -> [String; 3] {
    let place = format!("{}:{}", note.place.path, note.place.start.line);
    let code = noted_code(note);
    [&place, code.as_str(), &note.message].map(|text| visible(text).into_owned())
}

/// The marked code of a note, on its first line alone.
fn noted_code(note: &Note) -> String {
    let (start, end) = (note.place.start, note.place.end);
    let Some((_, line)) = note.lines.iter().find(|(number, _)| *number == start.line) else {
        return String::new();
    };
    let offset = |column: u32| {
        let at = column.max(1) as usize - 1;
        line.char_indices().nth(at).map_or(line.len(), |(offset, _)| offset) as u32
    };
    let to = if end.line == start.line { offset(end.column) } else { line.len() as u32 };
    let from = offset(start.column);
    Span { start: from, end: to.max(from) }.slice(line).trim().to_owned()
}

fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// What the finding hangs on, where we are not sure.
fn doubt(finding: &Finding) -> Option<String> {
    let confidence = finding.confidence;
    match finding.doubt.as_deref() {
        Some(doubt) if doubt.starts_with("if ") => {
            Some(format!("{confidence} confidence: holds {doubt}"))
        }
        Some(doubt) => Some(format!("{confidence} confidence: {doubt}")),
        None if confidence == Confidence::Low => Some("low confidence".to_owned()),
        None => None,
    }
}

/// `fix  …` and, at the right, where the rule's page is; below where there is no room.
fn fix(finding: &Finding, explain: bool, look: &Look, rows: &mut Vec<String>) {
    let first = rows.len();
    let lines: Vec<&str> = finding.fix.trim_end().lines().collect();
    match lines.as_slice() {
        [] => {}
        [one] => prose("  fix  ", one, look, rows),
        [one, rest @ ..] => {
            rows.push(format!("  fix  {}", visible(one)));
            rows.extend(rest.iter().map(|line| format!("       {}", visible(line))));
        }
    }
    if !explain {
        return;
    }
    let more = format!("more: bartizan explain {}", finding.rule.id);
    if rows.len() == first + 1 && width(&rows[first]) + 4 + more.len() <= look.width {
        let line = rows.pop().unwrap_or_default();
        let used = width(&line);
        rows.push(beside(&line, used, &more, look));
    } else {
        rows.push(format!("  {more}"));
    }
}

/// Prose behind `lead`, broken to the width and hung under its first word.
fn prose(lead: &str, text: &str, look: &Look, rows: &mut Vec<String>) {
    let text = text.lines().map(visible).collect::<Vec<_>>().join(" ");
    let lines = wrap(&text, look.width.saturating_sub(lead.len()));
    for (at, line) in lines.iter().enumerate() {
        match at {
            0 => rows.push(format!("{lead}{line}")),
            _ => rows.push(format!("{}{line}", " ".repeat(lead.len()))),
        }
    }
}

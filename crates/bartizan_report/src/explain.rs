//! The page of one rule, for a terminal.

use bartizan_finding::{Alias, Finding, Peer, RuleInfo, RunsAs};

use crate::look::{Look, Paint};
use crate::options::Options;
use crate::rules::status;
use crate::visible::{fill, visible, wrap};

/// Prose is broken here even where the terminal is wider: longer lines read badly.
const MEASURE: usize = 88;

/// The rule's title and properties, then its page, wrapped; code is indented and never wrapped.
///
/// Pages are ours and plain: headings, paragraphs, lists, quotes, fenced code, inline code and
/// links. Whatever else Markdown knows is shown as it is written.
pub fn render(rule: &RuleInfo, options: &Options) -> String {
    let look = options.look();
    let measure = look.width.min(MEASURE);
    let mut blocks = vec![head(rule, &look, measure)];
    blocks.extend(page(rule.page, &look, measure));
    blocks.iter().map(|block| block.join("\n")).collect::<Vec<_>>().join("\n\n") + "\n"
}

/// Endpoints of one finding that are listed.
const MOST_ENDPOINTS: usize = 12;

/// What reaches a finding, and what that made of its severity.
pub fn reach(finding: &Finding) -> String {
    let mut lines = Vec::new();
    for endpoint in finding.endpoints.iter().take(MOST_ENDPOINTS) {
        let methods = match endpoint.methods.is_empty() {
            true => String::new(),
            false => format!("{} ", endpoint.methods.join(",")),
        };
        lines.push(format!("reached by {methods}{} ({})", endpoint.route, endpoint.reach));
    }
    if finding.endpoints.len() > MOST_ENDPOINTS {
        lines.push(format!("and by {} more", finding.endpoints.len() - MOST_ENDPOINTS));
    }
    lines.extend(finding.runs.iter().map(RunsAs::told));
    if let Some(before) = finding.before_reach {
        let why = match finding.severity > before {
            true => "everyone can have it run",
            false => "staff alone reaches it",
        };
        lines.push(format!("{} and not {before}, because {why}", finding.severity));
    }
    lines.into_iter().map(|line| visible(&line).into_owned() + "\n").collect()
}

fn head(rule: &RuleInfo, look: &Look, measure: usize) -> Vec<String> {
    let dot = look.glyphs.dot;
    let cwe: Vec<String> = rule.cwe.iter().map(ToString::to_string).collect();
    let mut rows = wrap(rule.title, measure)
        .iter()
        .map(|line| look.paint(Paint::Heading, line))
        .collect::<Vec<_>>();
    let severity = format!("{} severity", rule.severity);
    let properties = [
        rule.id.to_owned(),
        severity.clone(),
        format!("{} confidence", rule.confidence),
        format!("{} since {}", status(rule), rule.since),
        cwe.join(", "),
    ];
    let mut properties = fill(&properties, &format!(" {dot} "), measure);
    // Painted last: colour takes no columns.
    let word = look.paint(Paint::Severity(rule.severity), rule.severity.as_str());
    for line in &mut properties {
        *line = line.replacen(&severity, &format!("{word} severity"), 1);
    }
    rows.extend(properties);
    let mut listed = |what: &str, ids: String| {
        if !ids.is_empty() {
            rows.extend(wrap(&format!("{what} {ids}"), measure));
        }
    };
    listed("also known as", aliases(rule.aliases));
    listed("related to", aliases(rule.related));
    listed("was", rule.was.join(", "));
    rows
}

fn aliases(aliases: &[Alias]) -> String {
    let name = |Alias(peer, id): &Alias| match peer {
        Peer::Bandit => format!("{id} (Bandit)"),
        Peer::Ruff => format!("{id} (Ruff)"),
        Peer::Django => format!("{id} (Django)"),
    };
    aliases.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The blocks of a page, the title left out: it stands above.
fn page(text: &str, look: &Look, measure: usize) -> Vec<Vec<String>> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut lines = text.lines();
    let mut titled = false;
    while let Some(line) = lines.next() {
        let bare = line.trim_start();
        if let Some(fence) = fence(bare) {
            flush(&mut paragraph, measure, &mut blocks);
            let code = lines.by_ref().take_while(|line| !closes(line, fence));
            let code: Vec<String> =
                code.map(|line| format!("    {}", visible(line)).trim_end().to_owned()).collect();
            blocks.push(code);
        } else if let Some((level, heading)) = heading(bare) {
            flush(&mut paragraph, measure, &mut blocks);
            if level > 1 || titled {
                let heading = visible(heading);
                blocks.push(vec![look.paint(Paint::Heading, &heading)]);
            }
            titled = true;
        } else if bare.is_empty() {
            flush(&mut paragraph, measure, &mut blocks);
        } else {
            paragraph.push(line);
        }
    }
    flush(&mut paragraph, measure, &mut blocks);
    blocks
}

/// The fence that opens a code block: its character and length.
fn fence(line: &str) -> Option<(char, usize)> {
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    (length >= 3).then_some((mark, length))
}

fn closes(line: &str, (mark, length): (char, usize)) -> bool {
    let line = line.trim();
    line.chars().all(|c| c == mark) && line.len() >= length
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = line.get(level..)?.strip_prefix(' ')?;
    (1..=6).contains(&level).then(|| (level, text.trim().trim_end_matches('#').trim_end()))
}

/// Ends a paragraph or a list. Rows of a table keep their line breaks; all else is filled.
fn flush(paragraph: &mut Vec<&str>, measure: usize, blocks: &mut Vec<Vec<String>>) {
    let mut rows = Vec::new();
    let mut item = Item::default();
    for line in paragraph.drain(..) {
        let bare = line.trim_start();
        if bare.starts_with('|') {
            item.end(measure, &mut rows);
            rows.push(format!("  {}", visible(bare)));
        } else if let Some(bullet) = bullet(bare) {
            item.end(measure, &mut rows);
            let depth = 2 + (line.len() - bare.len()) / 2 * 2;
            item.lead = format!("{}{} ", " ".repeat(depth), bullet);
            item.text = bare[bullet.len()..].trim().to_owned();
        } else {
            if !item.text.is_empty() {
                item.text.push(' ');
            }
            item.text.push_str(bare.trim_end());
        }
    }
    item.end(measure, &mut rows);
    if !rows.is_empty() {
        blocks.push(rows);
    }
}

/// The bullet or number that opens a list item, or the mark of a quote.
fn bullet(line: &str) -> Option<&str> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let end = match line.as_bytes().first()? {
        b'-' | b'*' | b'+' | b'>' => 1,
        _ if (1..=3).contains(&digits) && line.as_bytes().get(digits) == Some(&b'.') => digits + 1,
        _ => return None,
    };
    line[end..].starts_with(' ').then(|| &line[..end])
}

/// A paragraph or list item on its way to being filled.
#[derive(Default)]
struct Item {
    lead: String,
    text: String,
}

impl Item {
    fn end(&mut self, measure: usize, rows: &mut Vec<String>) {
        let Self { lead, text } = std::mem::take(self);
        let text = visible(&plain(&text)).into_owned();
        for (at, line) in wrap(&text, measure.saturating_sub(lead.len())).iter().enumerate() {
            match at {
                0 => rows.push(format!("{lead}{line}")),
                _ => rows.push(format!("{}{line}", " ".repeat(lead.len()))),
            }
        }
    }
}

/// Inline Markdown as plain text: emphasis marks go, a link's address stands behind its words.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['`', '*', '[']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = code(rest).or_else(|| strong(rest)).or_else(|| link(rest));
        let (shown, length) = taken.unwrap_or_else(|| (rest[..1].to_owned(), 1));
        out.push_str(&shown);
        rest = &rest[length..];
    }
    out + rest
}

/// Inline code keeps its marks: they say that a word is code, with and without colour.
fn code(text: &str) -> Option<(String, usize)> {
    let ticks = text.bytes().take_while(|byte| *byte == b'`').count();
    let length = text.get(ticks..).filter(|_| ticks > 0)?.find(&"`".repeat(ticks))? + 2 * ticks;
    Some((text[..length].to_owned(), length))
}

fn strong(text: &str) -> Option<(String, usize)> {
    let mark = if text.starts_with("**") { "**" } else { "*" };
    let inner = text.strip_prefix(mark)?;
    let end = inner.find(mark)?;
    let inner = &inner[..end];
    let tight = !inner.is_empty() && inner.trim() == inner;
    tight.then(|| (inner.to_owned(), end + 2 * mark.len()))
}

fn link(text: &str) -> Option<(String, usize)> {
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (address, _) = rest.split_once(')')?;
    let length = words.len() + address.len() + "[](".len() + ")".len();
    (!words.contains(['[', ']'])).then(|| (format!("{words} ({address})"), length))
}

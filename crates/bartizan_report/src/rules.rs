//! The list of rules.

use bartizan_finding::{RuleInfo, Status};

use crate::look::Paint;
use crate::number::counted;
use crate::options::Options;
use crate::visible::cut_end;

/// A table of rules in the order given: id, severity, confidence, status, title.
pub fn render(rules: &[&RuleInfo], options: &Options) -> String {
    let look = options.look();
    let ids = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0).max("rule".len());
    let mut out = format!(
        " {:<ids$}  {:<8}  {:<10}  {:<7}  title\n",
        "rule", "severity", "confidence", "status"
    );
    for rule in rules {
        let severity = look.paint(Paint::Severity(rule.severity), rule.severity.as_str());
        let pad = " ".repeat("severity".len() - rule.severity.as_str().len());
        let lead = format!(" {:<ids$}  ", rule.id);
        let rest = format!("  {:<10}  {:<7}  ", rule.confidence, status(rule));
        let room = look.width.saturating_sub(lead.len() + "severity".len() + rest.len()).max(20);
        let title = cut_end(rule.title, room, look.glyphs.ellipsis);
        out.push_str(&format!("{lead}{severity}{pad}{rest}{title}\n"));
    }
    let preview = rules.iter().filter(|rule| rule.status == Status::Preview).count();
    out.push_str(&counted(rules.len() as u64, "rule"));
    if preview > 0 {
        out.push_str(&format!(" {} {preview} in preview", look.glyphs.dot));
    }
    out.push('\n');
    out
}

/// The status as every screen writes it.
pub(crate) fn status(rule: &RuleInfo) -> &'static str {
    match rule.status {
        Status::Stable => "stable",
        Status::Preview => "preview",
    }
}

//! The pages of the rules, and the list that leads to them.

use std::fmt::Write;

use bartizan_finding::{Alias, Peer, RuleInfo, Status};

use super::Pages;

/// One page a rule, under `rules/`, and the list of all.
pub fn pages() -> Pages {
    let rules = bartizan_scan::rules();
    let mut pages: Pages =
        rules.iter().map(|rule| (format!("rules/{}.md", rule.id), page(rule))).collect();
    pages.insert("rules/README.md".to_string(), list(rules));
    pages
}

/// The rule's own page, with its properties below the heading.
fn page(rule: &RuleInfo) -> String {
    let (heading, rest) = rule.page.split_once('\n').unwrap_or((rule.page, ""));
    let mut properties = vec![
        format!("`{}`", rule.id),
        rule.family.as_str().to_string(),
        format!("severity {}", rule.severity),
        format!("confidence {}", rule.confidence),
        match rule.status {
            Status::Stable => format!("since {}", rule.since),
            Status::Preview => format!("in preview since {}", rule.since),
        },
    ];
    properties.extend(rule.cwe.iter().map(ToString::to_string));
    let mut lines = vec![properties.join(" · ")];
    for (what, others) in [("Also known as", rule.aliases), ("Related to", rule.related)] {
        if !others.is_empty() {
            lines.push(format!("{what} {}.", enumeration(others)));
        }
    }
    if !rule.was.is_empty() {
        lines.push(format!("Formerly `{}`.", rule.was.join("`, `")));
    }
    format!("{heading}\n\n{}\n{rest}", lines.join("\n\n"))
}

fn enumeration(aliases: &[Alias]) -> String {
    let named = |Alias(peer, id): &Alias| match peer {
        Peer::Bandit => format!("`{id}` (Bandit)"),
        Peer::Ruff => format!("`{id}` (Ruff)"),
        Peer::Django => format!("`{id}` (Django)"),
    };
    aliases.iter().map(named).collect::<Vec<_>>().join(", ")
}

/// All rules by family, the worst first.
fn list(rules: &[&RuleInfo]) -> String {
    let mut list =
        "# Rules\n\nWhat Bartizan looks for. Each page says why it matters, when the rule \
                    speaks and when it stays silent, how to repair the code, and what is not seen; \
                    its examples are run as tests.\n"
            .to_string();
    let mut rules = rules.to_vec();
    rules.sort_by_key(|rule| (rule.family, std::cmp::Reverse(rule.severity), rule.id));
    for family in rules.chunk_by(|a, b| a.family == b.family) {
        let name = family[0].family.as_str();
        let title = name[..1].to_uppercase() + &name[1..];
        let _ =
            write!(list, "\n## {title}\n\n| rule | severity | confidence | |\n|---|---|---|---|\n");
        for rule in family {
            let preview = if rule.status == Status::Preview { " *Preview.*" } else { "" };
            let _ = writeln!(
                list,
                "| [`{0}`]({0}.md) | {1} | {2} | {3}{preview} |",
                rule.id,
                rule.severity,
                rule.confidence,
                rule.summary().replace('\n', " ")
            );
        }
    }
    list
}

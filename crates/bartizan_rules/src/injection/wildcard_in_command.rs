//! Wildcards that stand for options.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::kind;

use crate::{CallSite, Detect, Draft, Rule};

/// A wildcard in front of a program that has dangerous options.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "wildcard-in-command",
        title: "Wildcard whose matches are options",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(155)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Bandit, "B609"), Alias(Peer::Ruff, "S609")],
        related: &[],
        was: &[],
        page: include_str!("wildcard_in_command.md"),
    },
    detect: Detect::Calls { kinds: &[kind::SHELL_COMMAND], judge },
    everyday_until: None,
};

/// Programs with options that do harm, by the names of files.
const PROGRAMS: &[&str] = &["chown", "chmod", "tar", "rsync"];

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let text = site.view.assembled(argument.value, argument.span, kind::SHELL_COMMAND).fixed();
    let mut words = text.split_whitespace();
    let program = words.find(|word| PROGRAMS.contains(&word.rsplit('/').next().unwrap_or(word)))?;
    // `./*` and `folder/*` give names that begin with no dash.
    let bare = words.take_while(|word| *word != "--").any(|word| word.starts_with('*'));
    if !bare {
        return None;
    }
    let mut draft = site.draft();
    draft.doubt = Some("if an outsider can make files in the folder".to_owned());
    Some(Draft {
        message: format!("The files that `*` stands for can be options of `{program}`"),
        label: "file names become options".to_owned(),
        impact: "Whoever makes a file called `--checkpoint-action=exec=sh` or `--reference=…` \
                 there runs a command, or sets who owns what."
            .to_owned(),
        fix: "./*".to_owned(),
        ..draft
    })
}

//! Shell commands with a hole that the shell reads too.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::{CallSite, Detect, Draft, Rule};

use super::built_text;

/// A shell command put together by hand.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "shell-command-built-from-text",
        title: "Shell command built from text",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(78)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B601"),
            Alias(Peer::Bandit, "B602"),
            Alias(Peer::Bandit, "B604"),
            Alias(Peer::Bandit, "B605"),
            Alias(Peer::Ruff, "S601"),
            Alias(Peer::Ruff, "S602"),
            Alias(Peer::Ruff, "S604"),
            Alias(Peer::Ruff, "S605"),
        ],
        related: &[],
        was: &[],
        page: include_str!("shell_command_built_from_text.md"),
    },
    detect: Detect::Calls { kinds: &[kind::SHELL_COMMAND], judge },
    everyday_until: Some("command-injection"),
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let text = site.view.assembled(argument.value, argument.span, kind::SHELL_COMMAND);
    let open = text
        .open_holes()
        .max_by_key(|open| (open.hole.origin, open.is_part, std::cmp::Reverse(open.hole.span)))?;
    let name = built_text::name(site, &open.hole);
    let mut draft = built_text::at_call(site, &open.hole);
    let unknown = if open.is_part { Confidence::Medium } else { Confidence::Low };
    draft = built_text::weigh(draft, &open.hole, &name, unknown);
    if site.applies == Truth::Unknown {
        draft = draft.at_most(Confidence::Low, "if a shell is asked for");
    }
    Some(Draft {
        message: if open.is_part {
            format!("A shell command is built with {name} in it")
        } else {
            format!("A shell runs whatever {name} holds")
        },
        label: if open.is_part {
            "the shell reads this as code".to_owned()
        } else {
            "the whole command".to_owned()
        },
        impact: format!(
            "Whoever chooses {name} writes `;` or `$(…)` into it and runs commands of their own \
             on the server."
        ),
        fix: "Pass a list of arguments and no shell: `subprocess.run([\"tar\", \"-xf\", name], \
              check=True)`; where a shell must be, wrap each value in `shlex.quote`"
            .to_owned(),
        ..draft
    })
}

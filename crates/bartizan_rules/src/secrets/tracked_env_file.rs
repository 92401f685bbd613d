//! Files of secrets that version control keeps.

use bartizan_deployment::{Facts, is_for_developers, names_a_secret};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// A `.env` file in the repository.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "tracked-env-file",
        title: "Environment file in version control",
        family: Family::Secrets,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(540), Cwe(538)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("tracked_env_file.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

/// Speaks of the first secret that the file gives a value. Which files git keeps, the pipeline has
/// asked: others do not come this far.
fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    let Facts::Env(file) = site.facts else { return };
    if is_for_developers(site.path) {
        return;
    }
    let holds = |pair: &&bartizan_deployment::Pair| {
        names_a_secret(&pair.name)
            && pair.value.as_ref().is_some_and(|value| {
                site.candidates.iter().any(|candidate| {
                    candidate.confidence > Confidence::Low && value.span.contains(candidate.span)
                })
            })
    };
    let Some(pair) = file.pairs.iter().find(holds) else { return };
    let span = bartizan_base::Span::new(pair.span.start, pair.span.start + pair.name.len() as u32);
    let mut draft = TextDraft::at(span, "env file");
    draft.message = "This file of secrets is kept in version control".to_owned();
    draft.label = "goes with every clone".to_owned();
    draft.impact = "Whoever clones the repository, or reads a backup or a fork of it, has every \
                    value in the file; and taking it out leaves it in the history."
        .to_owned();
    draft.fix = "Run `git rm --cached` on it, add it to `.gitignore`, keep a `.env.example` \
                 without values in its place, and change every secret in it"
        .to_owned();
    drafts.push(draft);
}

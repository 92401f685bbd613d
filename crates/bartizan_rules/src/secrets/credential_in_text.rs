//! Values under a name that tells what they are.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_secret::What;

use crate::{Detect, Rule, SecretSite, TextDraft};

/// A password or key under its own name.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "credential-in-text",
        title: "Credential in a file",
        family: Family::Secrets,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(798), Cwe(540)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[Alias(Peer::Bandit, "B105"), Alias(Peer::Ruff, "S105")],
        was: &[],
        page: include_str!("credential_in_text.md"),
    },
    detect: Detect::Secret(judge),
    everyday_until: None,
};

fn judge(site: &SecretSite<'_>) -> Option<TextDraft> {
    let What::Named { password, .. } = site.candidate.what else { return None };
    let key = &site.candidate.key;
    let what = if password { "password" } else { "key" };
    let mut draft = TextDraft::at(site.candidate.span, key.clone());
    draft.message = format!("`{key}` is given a {what} in this file");
    draft.label = format!("a {what}, for every reader of the file");
    draft.impact = "Everyone with a copy of the files, now or later, can use it wherever it \
                    opens something: a clone, a backup, an image, the log of a build."
        .to_owned();
    draft.fix = format!(
        "Change the {what} where it is checked, and take the new one from the environment or a \
         store of secrets"
    );
    draft.confidence = Some(site.candidate.confidence);
    draft.doubt = site.candidate.doubt.map(str::to_owned);
    draft.conceal = true;
    Some(draft)
}

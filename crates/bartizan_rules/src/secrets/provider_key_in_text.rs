//! Keys whose form tells who made them.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_secret::What;

use crate::{Detect, Rule, SecretSite, TextDraft};

/// A provider's key in a file.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "provider-key-in-text",
        title: "Key of a provider in a file",
        family: Family::Secrets,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(798), Cwe(540)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("provider_key_in_text.md"),
    },
    detect: Detect::Secret(judge),
    everyday_until: None,
};

fn judge(site: &SecretSite<'_>) -> Option<TextDraft> {
    let What::Key(provider) = site.candidate.what else { return None };
    let key = &site.candidate.key;
    let mut draft =
        TextDraft::at(site.candidate.span, if key.is_empty() { provider.id } else { key });
    let a = if provider.name.starts_with(['A', 'a', 'O']) { "An" } else { "A" };
    draft.message = if key.is_empty() {
        format!("{a} {} stands in this file", provider.name)
    } else {
        format!("{a} {} stands in this file as `{key}`", provider.name)
    };
    draft.label = "a key, for every reader of the file".to_owned();
    draft.impact = format!(
        "Whoever has it {}. It stays in the history when the line is gone.",
        provider.grants
    );
    draft.fix = "Revoke the key at its provider, make a new one, and keep it in the environment \
                 or a store of secrets"
        .to_owned();
    draft.severity = Some(provider.severity);
    draft.confidence = Some(site.candidate.confidence);
    draft.doubt = site.candidate.doubt.map(str::to_owned);
    draft.conceal = true;
    Some(draft)
}

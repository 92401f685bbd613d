//! Private keys among the files of the project.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_secret::What;

use crate::{Detect, Rule, SecretSite, TextDraft};

/// A private key that lies among the files.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "private-key-in-tree",
        title: "Private key among the files",
        family: Family::Secrets,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(321), Cwe(798)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("private_key_in_tree.md"),
    },
    detect: Detect::Secret(judge),
    everyday_until: None,
};

fn judge(site: &SecretSite<'_>) -> Option<TextDraft> {
    let What::PrivateKey { name, encrypted } = site.candidate.what else { return None };
    let a = if name.starts_with(['R', 'E', 'S']) { "An" } else { "A" };
    let mut draft = TextDraft::at(site.candidate.span, name);
    if encrypted {
        draft.message = format!("{a} {name} stands in this file, behind a passphrase");
        draft.impact = "Whoever has the file tries passphrases for as long as it takes, on their \
                        own machine, and nobody notices."
            .to_owned();
        draft.severity = Some(Severity::Medium);
    } else {
        draft.message = format!("{a} {name} stands in this file");
        draft.impact = "Whoever has it is whom the key stands for: the server to its visitors, \
                        the deployer to the server, the site to its partners."
            .to_owned();
    }
    draft.label = "a private key, for every reader of the file".to_owned();
    draft.fix = "Make a new pair, have the old public key forgotten wherever it is trusted, and \
                 keep the private one in a store of secrets"
        .to_owned();
    draft.confidence = Some(site.candidate.confidence);
    draft.doubt = site.candidate.doubt.map(str::to_owned);
    draft.conceal = true;
    Some(draft)
}

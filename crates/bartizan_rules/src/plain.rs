//! Texts that are no code, as rules see them: what may be a credential, what a deployment file says.

use bartizan_base::{FilePath, Span};
use bartizan_deployment::Facts;
use bartizan_finding::{Confidence, RuleInfo, Severity};
use bartizan_project::FileId;
use bartizan_secret::Candidate;

use crate::crypto::hardcoded_password;
use crate::secrets::credential_in_text;
use crate::{Detect, Draft, Rule, SubjectHint};

/// A place that may hold a credential.
#[derive(Clone, Copy)]
pub struct SecretSite<'a> {
    /// The rule that judges.
    pub rule: &'static RuleInfo,
    /// The file.
    pub path: &'a FilePath,
    /// The place, and what it seems to be.
    pub candidate: &'a Candidate,
}

/// A file that deploys.
#[derive(Clone, Copy)]
pub struct DeploymentSite<'a> {
    /// The rule that judges.
    pub rule: &'static RuleInfo,
    /// The file.
    pub path: &'a FilePath,
    /// What it says.
    pub facts: &'a Facts,
    /// What may be a credential in it.
    pub candidates: &'a [Candidate],
    /// Files of environments beside it that an image can be given, relative to the folder that it is
    /// built from. Only Dockerfiles have any.
    pub env_files: &'a [String],
}

/// What a rule says of one place in a text that is no code.
#[derive(Clone, Debug)]
pub struct TextDraft {
    /// The narrowest piece that a person would change.
    pub span: Span,
    /// What is wrong here, one sentence that starts with a capital and has no final stop.
    pub message: String,
    /// A phrase to stand under the marked text.
    pub label: String,
    /// What an attacker does with it here; one or two sentences.
    pub impact: String,
    /// How to repair it.
    pub fix: String,
    /// Why we are not sure; a clause that begins with "if".
    pub doubt: Option<String>,
    /// How bad, where this place is not what the rule says of all.
    pub severity: Option<Severity>,
    /// How sure, where this place is not what the rule says of all.
    pub confidence: Option<Confidence>,
    /// What the finding is about: the name that a secret is kept under, or what is stated.
    pub subject: String,
    /// Whether the text at `span` is a secret: it is shown masked.
    pub conceal: bool,
}

impl TextDraft {
    /// A draft about `span`, known again by `subject`, to be filled in.
    pub fn at(span: Span, subject: impl Into<String>) -> Self {
        Self {
            span,
            message: String::new(),
            label: String::new(),
            impact: String::new(),
            fix: String::new(),
            doubt: None,
            severity: None,
            confidence: None,
            subject: subject.into(),
            conceal: false,
        }
    }

    /// The same, at most this sure.
    pub fn at_most(mut self, confidence: Confidence, doubt: &str) -> Self {
        if self.confidence.is_none_or(|now| now > confidence) {
            self.confidence = Some(confidence);
            self.doubt = Some(doubt.to_owned());
        }
        self
    }

    /// The same about a secret in Python, where other rules speak too.
    fn in_code(self, file: FileId) -> Draft {
        Draft {
            message: self.message,
            label: self.label,
            impact: self.impact,
            fix: self.fix,
            doubt: self.doubt,
            severity: self.severity,
            confidence: self.confidence,
            subject: SubjectHint::Secret { key: self.subject },
            conceal: self.conceal,
            ..Draft::at(file, self.span)
        }
    }
}

/// What the rules say of a text: of the credentials that seem to be in it, and of what it deploys.
/// `env_files` are those that an image built by it can be given.
pub fn judge_text(
    path: &FilePath,
    candidates: &[Candidate],
    facts: Option<&Facts>,
    env_files: &[String],
    rules: &[&'static Rule],
) -> Vec<(&'static Rule, TextDraft)> {
    let mut said = Vec::new();
    for rule in rules {
        let mut drafts = Vec::new();
        match (&rule.detect, facts) {
            (Detect::Secret(judge), _) => {
                drafts.extend(candidates.iter().filter_map(|candidate| {
                    judge(&SecretSite { rule: &rule.info, path, candidate })
                }))
            }
            (Detect::Deployment(judge), Some(facts)) => {
                let rule = &rule.info;
                let site = DeploymentSite { rule, path, facts, candidates, env_files };
                judge(&site, &mut drafts);
            }
            _ => {}
        }
        said.extend(drafts.into_iter().map(|draft| (*rule, draft)));
    }
    said
}

/// What the rules say of the credentials in a Python file. `said` is what they said of the file
/// before: of a value that another rule hides, the one that knows more of it speaks.
pub fn judge_secrets(
    path: &FilePath,
    file: FileId,
    candidates: &[Candidate],
    said: &mut Vec<(&'static Rule, Draft)>,
    rules: &[&'static Rule],
) {
    for (rule, draft) in judge_text(path, candidates, None, &[], rules) {
        let span = draft.span;
        let is_same = |other: &Draft| {
            other.conceal
                && other.file == file
                && other.span.start < span.end
                && span.start < other.span.end
        };
        // A name tells less than the form of the value.
        let by_name = |rule: &Rule| {
            rule.info.id == hardcoded_password::RULE.info.id
                || rule.info.id == credential_in_text::RULE.info.id
        };
        if !by_name(rule) {
            said.retain(|(other, draft)| !(by_name(other) && is_same(draft)));
        }
        if !said.iter().any(|(_, other)| is_same(other)) {
            said.push((rule, draft.in_code(file)));
        }
    }
}

//! What a rule is, and what it says before a finding is made of it.

use bartizan_base::Span;
use bartizan_finding::{Confidence, RuleInfo, Safety, Severity};
use bartizan_model::Kind;
use bartizan_project::{FileId, Project};
use bartizan_value::Evaluator;

use crate::plain::{DeploymentSite, SecretSite, TextDraft};
use crate::{
    CallSite, EndpointsView, FileView, SettingsView, SuppressionFault, Syntax, SyntaxSite,
};

/// A rule: what everyone may know of it, and how it finds what it looks for.
#[derive(Debug)]
pub struct Rule {
    /// Name, page, severity, aliases.
    pub info: RuleInfo,
    /// How it detects.
    pub detect: Detect,
    /// The rule that says the same with a flow as its proof. From the day it exists, this one is
    /// shown to the careful alone.
    pub everyday_until: Option<&'static str>,
}

/// How a rule finds what it looks for.
#[derive(Debug)]
pub enum Detect {
    /// Judges every call that reaches one of these kinds: by the role of an argument, or as a kind
    /// of the call itself. A value that is stored in an attribute which the models describe
    /// (`session.verify = False`) counts as a call with one argument.
    Calls {
        /// The kinds.
        kinds: &'static [Kind],
        /// The judgement of one call under one kind; `None` where there is nothing to say.
        judge: fn(&CallSite<'_>) -> Option<Draft>,
    },
    /// Judges pieces of syntax: what is written, where no model can tell.
    Syntax {
        /// What the rule wants to see.
        on: &'static [Syntax],
        /// The judgement of one piece; `None` where there is nothing to say.
        judge: fn(&SyntaxSite<'_>) -> Option<Draft>,
    },
    /// Judges a file.
    File(fn(&FileView<'_>, &mut Vec<Draft>)),
    /// Judges the settings of an environment that visitors reach.
    Settings(fn(&SettingsView<'_>, &mut Vec<Draft>)),
    /// Judges views, and what they are made of: who may reach what, and change what.
    Endpoints(fn(&EndpointsView<'_>, &mut Vec<Draft>)),
    /// Judges the project as a whole.
    Project(fn(&Project, &Evaluator<'_>, &mut Vec<Draft>)),
    /// Judges what may be a credential, in code and in any other text.
    Secret(fn(&SecretSite<'_>) -> Option<TextDraft>),
    /// Judges what a file says that deploys the site.
    Deployment(fn(&DeploymentSite<'_>, &mut Vec<TextDraft>)),
    /// What the configuration bans by name. The pipeline asks with the list in its hand.
    Ban,
    /// A fault of a comment that silences rules. The pipeline finds it, since only there it is known
    /// what was silenced.
    Suppression(SuppressionFault),
}

/// What a rule says of one place. The pipeline makes a finding of it: reads the lines, names the
/// subject, weighs tests and suppressions.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The file of `span`.
    pub file: FileId,
    /// The narrowest piece of code that a person would change.
    pub span: Span,
    /// The expression that the finding is known again by, where that is more than `span`: the call
    /// of which `span` is one argument.
    pub shape: Option<Span>,
    /// The part of the shape that does the harm, such as one of several holes in a text.
    pub hole: Option<Span>,
    /// What is wrong here, one sentence that starts with a capital and has no final stop.
    pub message: String,
    /// A phrase to stand under the marked code.
    pub label: String,
    /// What an attacker does with it here; one or two sentences.
    pub impact: String,
    /// How to repair it: code where it can be said in code, else a sentence.
    pub fix: String,
    /// The same as edits, where they are certain.
    pub repair: Option<RepairDraft>,
    /// Why we are not sure; a clause that begins with "if".
    pub doubt: Option<String>,
    /// Other places that belong to it, in the order in which they should be read.
    pub notes: Vec<(FileId, Span, String)>,
    /// How bad, where this place is not what the rule says of all.
    pub severity: Option<Severity>,
    /// How sure, where this place is not what the rule says of all.
    pub confidence: Option<Confidence>,
    /// What the finding is about, by name.
    pub subject: SubjectHint,
    /// Further code that the judgement rests on: definitions that were followed, guards that were
    /// looked for. The body around `span` always counts.
    pub evidence: Vec<(FileId, Span)>,
    /// Whether the code at `span` and at the notes holds a secret: it is shown masked, and no part
    /// of it goes into a shape or a digest.
    pub conceal: bool,
    /// The one check of Django's that says the same.
    pub check: Option<&'static str>,
    /// Whether another finding hides it: it would follow once that is repaired.
    pub would_follow: bool,
    /// Whether the settings silence that check: `SILENCED_SYSTEM_CHECKS`.
    pub is_silenced: bool,
}

/// Edits that repair what a draft is about. The pipeline offers them where every file that they change
/// can still be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairDraft {
    /// What they do, in the imperative and without a final stop.
    pub title: String,
    /// Whether they may be made unseen.
    pub safety: Safety,
    /// What is changed.
    pub edits: Vec<EditDraft>,
}

/// One edit of a repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditDraft {
    /// Text in the place of other text.
    Replace(FileId, Span, String),
    /// A line at the end of a file.
    Append(FileId, String),
}

/// What a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SubjectHint {
    /// The piece of code.
    #[default]
    Code,
    /// A setting, whichever line gives it its value.
    Setting {
        /// `SECRET_KEY`
        name: String,
        /// `production`; empty where environments are not told apart.
        environment: String,
    },
    /// A credential, by the name that it is kept under.
    Secret {
        /// `STRIPE_API_KEY`
        key: String,
    },
}

impl Draft {
    /// A draft about `span`, to be filled in.
    pub fn at(file: FileId, span: Span) -> Self {
        Self {
            file,
            span,
            shape: None,
            hole: None,
            message: String::new(),
            label: String::new(),
            impact: String::new(),
            fix: String::new(),
            doubt: None,
            notes: Vec::new(),
            severity: None,
            confidence: None,
            subject: SubjectHint::Code,
            evidence: Vec::new(),
            conceal: false,
            check: None,
            would_follow: false,
            is_silenced: false,
            repair: None,
        }
    }

    /// The same, at most this sure; `doubt` says why, if the draft was surer or has no reason yet.
    pub fn at_most(mut self, confidence: Confidence, doubt: &str) -> Self {
        if self.confidence.is_none_or(|now| now > confidence) {
            self.confidence = Some(confidence);
            self.doubt = Some(doubt.to_owned());
        } else if self.doubt.is_none() {
            self.doubt = Some(doubt.to_owned());
        }
        self
    }
}

//! One rule at one place.

use bartizan_base::{FilePath, LineColumn, Span};

use crate::{Confidence, Fingerprint, Repair, RuleInfo, Severity, Subject, Suppressed};

/// A place in a file, by bytes for tools and by line and column for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: FilePath,
    /// Line and column where it starts.
    pub start: LineColumn,
    /// Line and column behind its end.
    pub end: LineColumn,
    /// The bytes of the decoded text.
    pub span: Span,
}

/// A place that helps to understand another: where a value comes from, where it does harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub place: Place,
    /// What is to be seen there, as a short phrase.
    pub message: String,
    /// The source lines of the place, as they were read.
    pub lines: Vec<SourceLine>,
}

/// One line of source, kept for display.
pub type SourceLine = (u32, String);

/// One rule at one place, complete: what, where, why it matters, what to do, how it is known again.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that speaks.
    pub rule: &'static RuleInfo,
    /// The narrowest piece of code that a person would change.
    pub place: Place,
    /// What is wrong here, one sentence that starts with a capital and has no final stop.
    pub message: String,
    /// A phrase to stand under the marked code.
    pub label: String,
    /// What an attacker does with it here; one or two sentences.
    pub impact: String,
    /// How to repair it: code where it can be said in code, else a sentence.
    pub fix: String,
    /// The same as edits, where they are certain.
    pub repair: Option<Repair>,
    /// Why we are not sure, where confidence is low or lowered; a clause that begins with "if".
    pub doubt: Option<String>,
    /// Other places that belong to it, in the order in which they should be read.
    pub notes: Vec<Note>,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Whether the place is test code.
    pub in_tests: bool,
    /// What it is about, by name.
    pub subject: Subject,
    /// How it is known again in the next scan. Not unique: twins are told apart by the path.
    pub fingerprint: Fingerprint,
    /// A digest of the code that the judgement rests on; no part of identity.
    pub evidence: Fingerprint,
    /// The source lines of the place, as they were read.
    pub lines: Vec<SourceLine>,
    /// Why it is not shown, where a comment silences it.
    pub suppressed: Option<Suppressed>,
    /// The one check of Django's that says the same: `security.W004`.
    pub check: Option<&'static str>,
    /// Whether another finding hides it: it would follow once that is repaired. It is told, and fails
    /// nothing.
    pub would_follow: bool,
    /// The endpoints that reach the place, the most exposed first; empty where none is known to.
    pub endpoints: Vec<ReachedBy>,
    /// What else runs the place: middleware, tasks, signals, commands, templates.
    pub runs: Vec<RunsAs>,
    /// How bad it would be if nobody knew who reaches it, where that made a difference.
    pub before_reach: Option<Severity>,
}

/// What a finding says, as it is read: wrong here, harmful because, repaired by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// What is wrong here, one sentence that starts with a capital and has no final stop.
    pub message: String,
    /// A phrase to stand under the marked code.
    pub label: String,
    /// What an attacker does with it here; one or two sentences.
    pub impact: String,
    /// How to repair it.
    pub fix: String,
}

/// Something beside an endpoint that runs the place of a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunsAs {
    /// `middleware`, `task`, `receiver`, `command`, `tag`, `filter`.
    pub kind: &'static str,
    /// Its name: of a class or function, of a command, in templates.
    pub name: String,
}

impl RunsAs {
    /// A clause that says when the place runs.
    pub fn told(&self) -> String {
        let name = &self.name;
        match self.kind {
            "middleware" => format!("runs on every request, in {name}"),
            "receiver" => format!("runs when a signal is sent, in {name}"),
            "tag" | "filter" => format!("runs in templates, as the {} {name}", self.kind),
            kind => format!("runs as the {kind} {name}"),
        }
    }
}

/// An endpoint that reaches the place of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachedBy {
    /// The route, as Django prints it.
    pub route: String,
    /// The methods; empty for all of them.
    pub methods: Vec<&'static str>,
    /// Who may ask: `anonymous`, `login`, `permission`, `staff`, `unknown`.
    pub reach: &'static str,
}

impl Finding {
    /// A finding with nothing beside it: as bad and as sure as its rule says, in code that is not a
    /// test, silenced by nothing. `lines` are the source lines of the place, `evidence` is a digest
    /// of the code that the judgement rests on.
    pub fn new(
        rule: &'static RuleInfo,
        (place, lines): (Place, Vec<SourceLine>),
        subject: Subject,
        words: Words,
        evidence: Fingerprint,
    ) -> Self {
        Self {
            rule,
            place,
            message: words.message,
            label: words.label,
            impact: words.impact,
            fix: words.fix,
            repair: None,
            doubt: None,
            notes: Vec::new(),
            severity: rule.severity,
            confidence: rule.confidence,
            in_tests: false,
            fingerprint: Fingerprint::of(rule.first_id(), &subject),
            subject,
            evidence,
            lines,
            suppressed: None,
            check: None,
            would_follow: false,
            endpoints: Vec::new(),
            runs: Vec::new(),
            before_reach: None,
        }
    }

    /// The order of every list: by path, then place, then rule.
    pub fn order(&self) -> impl Ord + use<'_> {
        (&self.place.path, self.place.span, self.rule.id, self.fingerprint)
    }
}

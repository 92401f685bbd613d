//! What a rule is to everyone who does not run it.

use std::fmt;

use crate::{Confidence, Severity};

/// A weakness in MITRE's Common Weakness Enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cwe(pub u16);

impl fmt::Display for Cwe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CWE-{}", self.0)
    }
}

/// Another tool that has ids of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Peer {
    /// Bandit, `B608`.
    Bandit,
    /// Ruff, `S608`, `DJ001`.
    Ruff,
    /// Django's system checks, `security.W004`.
    Django,
}

/// A rule of a peer that looks for the same hazard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alias(pub Peer, pub &'static str);

/// What an engineer looks for; also the folder of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Text from outside becomes code, query, command or markup.
    Injection,
    /// Who may reach what, and change what.
    Access,
    /// What the project is configured to do.
    Settings,
    /// Hashes, randomness, certificates, secrets.
    Crypto,
    /// Files, archives, data that becomes objects.
    Files,
    /// Service denied.
    Denial,
    /// Credentials in files that many read.
    Secrets,
    /// Files that build, ship and serve the site.
    Deployment,
    /// Packages of others: holes that are known, support that has ended, where they come from.
    Dependencies,
    /// Comments that silence rules.
    Suppression,
}

impl Family {
    /// The family as folders and formats write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Injection => "injection",
            Self::Access => "access",
            Self::Settings => "settings",
            Self::Crypto => "crypto",
            Self::Files => "files",
            Self::Denial => "denial",
            Self::Secrets => "secrets",
            Self::Deployment => "deployment",
            Self::Dependencies => "dependencies",
            Self::Suppression => "suppression",
        }
    }
}

/// How settled a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Shown to everyone.
    Stable,
    /// Shown to auditors, and to those who select it by name.
    Preview,
}

/// How much doubt a reader wants to see. The table of what each shows is in `bartizan_scan`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Profile {
    /// Stable rules at high and medium confidence outside tests.
    Everyday,
    /// And low confidence, and the pattern twins of flow rules.
    Careful,
    /// Every rule, everywhere.
    Auditor,
    /// What Bandit says, where Bandit says it, right or wrong: to compare before a move.
    Bandit,
}

impl Profile {
    /// All profiles, the quietest first; last the one that speaks for a peer.
    pub const ALL: &[Self] = &[Self::Everyday, Self::Careful, Self::Auditor, Self::Bandit];

    /// The profile as flags and configuration write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyday => "everyday",
            Self::Careful => "careful",
            Self::Auditor => "auditor",
            Self::Bandit => "bandit",
        }
    }
}

/// A rule as reports, stores and pages receive it: plain data, without the code that detects.
#[derive(Clone, Copy, Debug)]
pub struct RuleInfo {
    /// Kebab-case name of the hazard. Never changes its meaning; a rename goes to `was`.
    pub id: &'static str,
    /// The hazard in a few words, as a heading.
    pub title: &'static str,
    /// What it belongs to.
    pub family: Family,
    /// The version of Bartizan that brought it.
    pub since: &'static str,
    /// Settled or on trial.
    pub status: Status,
    /// The weaknesses it looks for, the closest first; never empty.
    pub cwe: &'static [Cwe],
    /// How bad a finding is where nothing more is known of its place.
    pub severity: Severity,
    /// How sure a finding is where nothing speaks against it.
    pub confidence: Confidence,
    /// Rules of peers for the same hazard; a peer's suppression of one counts here too.
    pub aliases: &'static [Alias],
    /// Rules of peers for a hazard next to it; they hide nothing.
    pub related: &'static [Alias],
    /// Earlier ids of this rule, the first one first. Fingerprints are made with the first.
    pub was: &'static [&'static str],
    /// The page: Markdown that starts with a one-sentence summary.
    pub page: &'static str,
}

impl RuleInfo {
    /// The id that fingerprints are made with, so that a rename keeps them.
    pub fn first_id(&self) -> &'static str {
        self.was.first().copied().unwrap_or(self.id)
    }

    /// The first paragraph of the page below its heading: one sentence.
    pub fn summary(&self) -> &'static str {
        self.page
            .split("\n\n")
            .map(str::trim)
            .find(|block| !block.is_empty() && !block.starts_with('#'))
            .unwrap_or(self.title)
    }
}

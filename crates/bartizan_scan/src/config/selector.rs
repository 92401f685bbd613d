//! Naming rules: by their own id, by a peer's, by family.

use std::fmt;

use bartizan_finding::{Family, RuleInfo};

use super::similar;

/// What a word in `select` or `ignore` stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// One rule, by the id that it has now.
    Rule(&'static str),
    /// Every rule that has this id of a peer as an alias.
    Peer(&'static str),
    /// Every rule of a family.
    Family(Family),
}

impl Selector {
    /// What `word` stands for among `rules`; earlier ids of a rule count.
    pub fn parse(word: &str, rules: &[&'static RuleInfo]) -> Result<Self, UnknownRule> {
        for rule in rules {
            if rule.id == word || rule.was.contains(&word) {
                return Ok(Self::Rule(rule.id));
            }
        }
        let aliases = || rules.iter().flat_map(|rule| rule.aliases).map(|alias| alias.1);
        if let Some(peer) = aliases().find(|peer| *peer == word) {
            return Ok(Self::Peer(peer));
        }
        if let Some(rule) = rules.iter().find(|rule| rule.family.as_str() == word) {
            return Ok(Self::Family(rule.family));
        }
        let words = rules.iter().flat_map(|rule| [rule.id, rule.family.as_str()]).chain(aliases());
        Err(UnknownRule { word: word.to_owned(), meant: similar(word, words) })
    }

    /// Whether `rule` is one of those meant.
    pub fn covers(&self, rule: &RuleInfo) -> bool {
        match self {
            Self::Family(family) => rule.family == *family,
            _ => self.names(rule),
        }
    }

    /// Whether `rule` is meant by an id, its own or a peer's.
    pub fn names(&self, rule: &RuleInfo) -> bool {
        match self {
            Self::Rule(id) => rule.id == *id,
            Self::Peer(peer) => rule.aliases.iter().any(|alias| alias.1 == *peer),
            Self::Family(_) => false,
        }
    }
}

/// A word that stands for no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule {
    /// The word.
    pub word: String,
    /// The word that was probably meant.
    pub meant: Option<&'static str>,
}

impl UnknownRule {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self.meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`bartizan rules` lists all rules, their families and peers' ids".to_owned(),
        }
    }
}

impl fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown rule `{}`", self.word)
    }
}

impl std::error::Error for UnknownRule {}

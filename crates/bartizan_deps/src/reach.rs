//! Whether the code of a hole can be reached in this project.
//!
//! Conditions are data: what must be present for an advisory to matter. Facts come from whoever has
//! read the project. The answer orders and explains; it never hides. Only facts that are known to be
//! complete can say that something is not there: silence about a kind is no answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use bartizan_advisory::Advisory;
use bartizan_finding::Place;
use serde::Deserialize;

/// One record a line, in own words, for advisories that somebody has read for their conditions.
static DATA: &str = include_str!("../data/reachability.jsonl");

/// What a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A module is imported.
    Import,
    /// A function, method or class is used, by the path of its definition.
    Call,
    /// A setting is made, or left as it is by default.
    Setting,
    /// A template tag or filter is used.
    TemplateTag,
    /// A middleware is installed.
    Middleware,
    /// A model has a field of that class.
    ModelField,
    /// A database backend is used.
    DbBackend,
    /// It runs on that system.
    Platform,
    /// An argument of that name is passed.
    Keyword,
    /// Every project that installs the package.
    Always,
}

impl Kind {
    /// What is looked for, as people say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import of",
            Self::Call => "use of",
            Self::Setting => "setting",
            Self::TemplateTag => "template tag or filter",
            Self::Middleware => "middleware",
            Self::ModelField => "model field",
            Self::DbBackend => "database backend",
            Self::Platform => "system",
            Self::Keyword => "argument",
            Self::Always => "any use",
        }
    }
}

/// What must be present for an advisory to matter.
#[derive(Debug, Deserialize)]
pub struct Conditions {
    id: String,
    aliases: Vec<String>,
    package: String,
    condition: Condition,
    #[serde(rename = "text_basis")]
    text: String,
}

/// One of `names` is present, or one of `any` holds; and every one of `all` holds.
#[derive(Debug, Deserialize)]
struct Condition {
    kind: Kind,
    names: Vec<String>,
    #[serde(default)]
    any: Vec<Condition>,
    #[serde(default)]
    all: Vec<Condition>,
}

/// What is known of a project's code and configuration.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What is present, and where.
    pub seen: BTreeMap<(Kind, String), Place>,
    /// The kinds of which everything that is present was seen.
    pub complete: BTreeSet<Kind>,
}

/// Whether a hole can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It is, here; without a place where every project reaches it.
    Reached(Option<Place>),
    /// What it needs is not there.
    NotFound,
    /// Nobody can say from what is known.
    Unknown,
}

impl Conditions {
    /// What the flaw is about, a clause.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The package.
    pub fn package(&self) -> &str {
        &self.package
    }

    /// What must be present: `use of django.utils.html.urlize or 2 more, with system win32`.
    pub fn needs(&self) -> String {
        let mut out = self.condition.first();
        let others: usize = self.condition.any.iter().map(|other| other.names.len()).sum();
        match self.condition.names.len().saturating_sub(1) + others {
            0 => {}
            more => out += &format!(" or {more} more"),
        }
        for (at, other) in self.condition.all.iter().enumerate() {
            out += if at == 0 { ", with " } else { " and " };
            out += &other.first();
        }
        out
    }

    /// Whether the hole can be reached, from what is known.
    pub fn reach(&self, facts: &Facts) -> Reach {
        self.condition.reach(facts)
    }
}

impl Condition {
    fn first(&self) -> String {
        match self.names.first() {
            Some(name) => format!("{} {name}", self.kind.as_str()),
            None => self.kind.as_str().to_owned(),
        }
    }

    fn reach(&self, facts: &Facts) -> Reach {
        let own = self.own(facts);
        let either =
            self.any.iter().map(|other| other.reach(facts)).fold(own, |a, b| match (a, b) {
                (Reach::Reached(place), _) | (_, Reach::Reached(place)) => Reach::Reached(place),
                (Reach::NotFound, Reach::NotFound) => Reach::NotFound,
                _ => Reach::Unknown,
            });
        self.all.iter().map(|other| other.reach(facts)).fold(either, |a, b| match (a, b) {
            (Reach::NotFound, _) | (_, Reach::NotFound) => Reach::NotFound,
            (Reach::Reached(place), Reach::Reached(_)) => Reach::Reached(place),
            _ => Reach::Unknown,
        })
    }

    fn own(&self, facts: &Facts) -> Reach {
        if self.kind == Kind::Always {
            return Reach::Reached(None);
        }
        let mut places =
            self.names.iter().filter_map(|name| facts.seen.get(&(self.kind, name.clone())));
        match places.next() {
            Some(place) => Reach::Reached(Some(place.clone())),
            None if facts.complete.contains(&self.kind) => Reach::NotFound,
            None => Reach::Unknown,
        }
    }
}

/// What is known of the conditions of an advisory about a package.
pub fn conditions(advisory: &Advisory<'_>, package: &str) -> Option<&'static Conditions> {
    all().iter().find(|known| {
        known.package == package
            && (advisory.is_called(&known.id)
                || known.aliases.iter().any(|alias| advisory.is_called(alias)))
    })
}

fn all() -> &'static [Conditions] {
    static ALL: OnceLock<Vec<Conditions>> = OnceLock::new();
    ALL.get_or_init(|| {
        let read = |line| serde_json::from_str(line).expect("a test reads every line of the data");
        DATA.lines().map(read).collect()
    })
}

#[cfg(test)]
mod tests {
    use bartizan_advisory::builtin;
    use bartizan_base::{FilePath, LineColumn, Span};

    use super::*;

    #[test]
    fn every_line_is_about_an_advisory_that_is_known() {
        assert!(all().len() >= 150);
        for known in all() {
            let found = builtin().find(&known.id);
            assert!(
                found.iter().any(|(_, packages)| packages.contains(&known.package.as_str())),
                "{} of {}",
                known.id,
                known.package
            );
            assert!(!known.text.is_empty() && !known.text.ends_with('.'), "{}", known.id);
        }
    }

    #[test]
    fn what_it_needs_is_said_in_words() {
        let needs = |id: &str| all().iter().find(|known| known.id == id).unwrap().needs();
        assert_eq!(needs("PYSEC-2022-2"), "template tag or filter dictsort or 1 more");
        assert_eq!(
            needs("PYSEC-2022-191"),
            "use of django.db.models.QuerySet.explain, with database backend \
             django.db.backends.postgresql"
        );
        assert_eq!(needs("PYSEC-2022-20"), "any use");
    }

    fn condition(json: &str) -> Condition {
        serde_json::from_str(json).unwrap()
    }

    fn here() -> Place {
        let start = LineColumn { line: 7, column: 1 };
        let path = FilePath::new("shop/views.py").unwrap();
        Place { path, start, end: start, span: Span::at(90) }
    }

    #[test]
    fn silence_is_no_answer_unless_everything_was_looked_at() {
        let urlize = condition(r#"{"kind": "template-tag", "names": ["urlize"]}"#);
        let mut facts = Facts::default();
        assert_eq!(urlize.reach(&facts), Reach::Unknown);
        facts.complete.insert(Kind::TemplateTag);
        assert_eq!(urlize.reach(&facts), Reach::NotFound);
        facts.seen.insert((Kind::TemplateTag, "urlize".into()), here());
        assert_eq!(urlize.reach(&facts), Reach::Reached(Some(here())));
    }

    #[test]
    fn one_of_any_and_every_one_of_all() {
        let json = r#"{"kind": "call", "names": ["a.f"],
            "any": [{"kind": "setting", "names": ["A"]}],
            "all": [{"kind": "db-backend", "names": ["oracle"]}]}"#;
        let both = condition(json);
        let mut facts = Facts::default();
        facts.complete.insert(Kind::DbBackend);
        assert_eq!(both.reach(&facts), Reach::NotFound, "not on Oracle, whatever is called");
        facts.seen.insert((Kind::DbBackend, "oracle".into()), here());
        assert_eq!(both.reach(&facts), Reach::Unknown);
        facts.seen.insert((Kind::Setting, "A".into()), here());
        assert_eq!(both.reach(&facts), Reach::Reached(Some(here())));
    }

    #[test]
    fn what_reaches_every_project_needs_no_facts() {
        let always = condition(r#"{"kind": "always", "names": []}"#);
        assert_eq!(always.reach(&Facts::default()), Reach::Reached(None));
    }
}

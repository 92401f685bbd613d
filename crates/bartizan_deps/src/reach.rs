//! Whether the code of a hole can be reached in this project.
//!
//! Conditions are data: what must be present for an advisory to matter. Facts come from whoever has
//! read the project, who is told what is wanted. The answer orders and explains; it never hides, and
//! silence about a thing is no answer.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use bartizan_advisory::Advisory;
use bartizan_finding::Place;
use bartizan_requirement::{Inventory, PackageName};
use rustc_hash::FxHashMap;
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
    /// A dict whose keys are not written there becomes the arguments of a call: `filter(**terms)`.
    Expansion,
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
            Self::Expansion => "`**` of a dict in",
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
    /// Whether it holds in a project that leaves the setting as it is.
    #[serde(default)]
    default: bool,
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

/// One thing that conditions ask for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Want {
    /// What it is.
    pub kind: Kind,
    /// Its name: a dotted path, a setting with what it holds, an argument with its value.
    pub name: String,
    /// The package whose hole asks for it.
    pub package: &'static str,
    /// For an argument, the module to whose functions it is passed.
    pub root: &'static str,
    /// Whether it is there as long as nobody changes the setting.
    pub by_default: bool,
}

/// What is known of a project's code and configuration, of each thing that was asked for.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    known: BTreeMap<(Kind, &'static str, String), Reach>,
}

impl Facts {
    /// Answers a want.
    pub fn answer(&mut self, want: &Want, reach: Reach) {
        self.known.insert((want.kind, want.root, want.name.clone()), reach);
    }

    fn of(&self, kind: Kind, root: &'static str, name: &str) -> Reach {
        self.known.get(&(kind, root, name.to_owned())).cloned().unwrap_or(Reach::Unknown)
    }
}

/// Whether a hole can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It is, here; without a place where every project reaches it that does nothing against it.
    Reached(Option<Place>),
    /// What it needs is not there.
    NotFound,
    /// The project's own code does not use what it needs; what packages do is not known.
    NotInCode,
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
    pub fn reach(&'static self, facts: &Facts) -> Reach {
        self.condition.reach(facts, "")
    }

    /// Everything that it asks for.
    pub fn wants(&'static self) -> Vec<Want> {
        let mut wants = Vec::new();
        let mut left = vec![(&self.condition, "")];
        while let Some((condition, root)) = left.pop() {
            wants.extend(condition.names.iter().map(|name| Want {
                kind: condition.kind,
                name: name.clone(),
                package: &self.package,
                root: condition.root(root),
                by_default: self.default,
            }));
            let inner = first_part(condition.names.first());
            left.extend(condition.any.iter().chain(&condition.all).map(|other| (other, inner)));
        }
        wants
    }
}

/// The module that a dotted path begins with.
fn first_part(name: Option<&'static String>) -> &'static str {
    name.and_then(|name| name.split('.').next()).unwrap_or("")
}

impl Condition {
    fn first(&self) -> String {
        match self.names.first() {
            Some(name) => format!("{} {name}", self.kind.as_str()),
            None => self.kind.as_str().to_owned(),
        }
    }

    /// An argument is one of a call to the module `root`; everything else is what it is anywhere.
    fn root(&self, root: &'static str) -> &'static str {
        if self.kind == Kind::Keyword { root } else { "" }
    }

    fn reach(&'static self, facts: &Facts, root: &'static str) -> Reach {
        let inner = first_part(self.names.first());
        let own = self.own(facts, self.root(root));
        let either = self.any.iter().map(|other| other.reach(facts, inner)).fold(own, Reach::or);
        self.all.iter().map(|other| other.reach(facts, inner)).fold(either, Reach::and)
    }

    fn own(&'static self, facts: &Facts, root: &'static str) -> Reach {
        if self.kind == Kind::Always {
            return Reach::Reached(None);
        }
        let each = self.names.iter().map(|name| facts.of(self.kind, root, name));
        each.reduce(Reach::or).unwrap_or(Reach::Unknown)
    }
}

impl Reach {
    /// Whether one or the other can be reached.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Reached(place), _) | (_, Self::Reached(place)) => Self::Reached(place),
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::NotInCode, _) | (_, Self::NotInCode) => Self::NotInCode,
            (Self::NotFound, Self::NotFound) => Self::NotFound,
        }
    }

    /// Whether both can be reached; the first one's place is shown.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotFound, _) | (_, Self::NotFound) => Self::NotFound,
            (Self::NotInCode, _) | (_, Self::NotInCode) => Self::NotInCode,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Reached(None), Self::Reached(place))
            | (Self::Reached(place), Self::Reached(_)) => Self::Reached(place),
        }
    }
}

/// Whether nothing but the project's own code can use a package: a lock holds it, and tells of no
/// other that needs it.
pub fn stands_alone(inventory: &Inventory, package: &str) -> bool {
    let Some(name) = PackageName::new(package) else { return false };
    let mut holders = inventory.locks.iter().filter(|lock| lock.of(&name).next().is_some());
    let alone = |lock: &bartizan_requirement::Lock| {
        let edges = || lock.packages.iter().filter(|it| it.name != name);
        edges().any(|it| !it.dependencies.is_empty())
            && !edges().any(|it| it.dependencies.iter().any(|edge| edge.name == name))
    };
    holders.next().is_some_and(alone) && holders.all(alone)
}

/// What is known of the conditions of an advisory about a package.
pub fn conditions(advisory: &Advisory<'_>, package: &str) -> Option<&'static Conditions> {
    let of_package = all().get(package)?;
    let mut known = advisory.names().filter_map(|name| of_package.by_name.get(name));
    known.next().map(|at| &of_package.records[*at])
}

/// The conditions of one package, and where each name of an advisory leads to.
#[derive(Default)]
struct OfPackage {
    records: Vec<Conditions>,
    by_name: FxHashMap<String, usize>,
}

/// The conditions by package.
fn all() -> &'static BTreeMap<String, OfPackage> {
    static ALL: OnceLock<BTreeMap<String, OfPackage>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: BTreeMap<String, OfPackage> = BTreeMap::new();
        for line in DATA.lines() {
            let read: Conditions =
                serde_json::from_str(line).expect("a test reads every line of the data");
            let of_package = all.entry(read.package.clone()).or_default();
            for name in std::iter::once(&read.id).chain(&read.aliases) {
                of_package.by_name.entry(name.clone()).or_insert(of_package.records.len());
            }
            of_package.records.push(read);
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use bartizan_advisory::builtin;
    use bartizan_base::{FilePath, LineColumn, Span};

    use super::*;

    #[test]
    fn every_line_is_about_an_advisory_that_is_known() {
        assert!(all().values().flat_map(|of| &of.records).count() >= 150);
        for known in all().values().flat_map(|of| &of.records) {
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
        let needs = |id: &str| {
            all().values().flat_map(|of| &of.records).find(|known| known.id == id).unwrap().needs()
        };
        assert_eq!(needs("PYSEC-2022-2"), "template tag or filter dictsort or 1 more");
        assert_eq!(
            needs("PYSEC-2022-191"),
            "`**` of a dict in django.db.models.QuerySet.explain, with database backend \
             django.db.backends.postgresql"
        );
        assert_eq!(needs("PYSEC-2022-20"), "any use");
    }

    fn conditions(json: &str) -> &'static Conditions {
        let whole = format!(
            r#"{{"id": "X-1", "aliases": [], "package": "django", "text_basis": "x",
            "condition": {json}}}"#
        );
        Box::leak(Box::new(serde_json::from_str(&whole).unwrap()))
    }

    fn here() -> Place {
        let start = LineColumn { line: 7, column: 1 };
        let path = FilePath::new("shop/views.py").unwrap();
        Place { path, start, end: start, span: Span::at(90) }
    }

    /// What comes of it where each want whose name is given has that answer.
    fn reach(of: &'static Conditions, answers: &[(&str, Reach)]) -> Reach {
        let mut facts = Facts::default();
        for want in of.wants() {
            for (_, reach) in answers.iter().filter(|(name, _)| *name == want.name) {
                facts.answer(&want, reach.clone());
            }
        }
        of.reach(&facts)
    }

    #[test]
    fn silence_is_no_answer() {
        let urlize = conditions(r#"{"kind": "template-tag", "names": ["urlize"]}"#);
        assert_eq!(reach(urlize, &[]), Reach::Unknown);
        assert_eq!(reach(urlize, &[("urlize", Reach::NotFound)]), Reach::NotFound);
        let reached = Reach::Reached(Some(here()));
        assert_eq!(reach(urlize, &[("urlize", reached.clone())]), reached);
    }

    #[test]
    fn one_of_any_and_every_one_of_all() {
        let both = conditions(
            r#"{"kind": "call", "names": ["a.f"], "any": [{"kind": "setting", "names": ["A"]}],
            "all": [{"kind": "db-backend", "names": ["oracle"]}]}"#,
        );
        let reached = Reach::Reached(Some(here()));
        let oracle = |reach| ("oracle", reach);
        assert_eq!(reach(both, &[oracle(Reach::NotFound)]), Reach::NotFound, "whatever is called");
        assert_eq!(reach(both, &[oracle(reached.clone())]), Reach::Unknown);
        assert_eq!(
            reach(both, &[oracle(Reach::Reached(None)), ("A", reached.clone())]),
            reached,
            "the place is that of what is used"
        );
        let not_in_code = [("a.f", Reach::NotInCode), ("A", Reach::NotFound)];
        assert_eq!(reach(both, &not_in_code), Reach::NotInCode);
    }

    #[test]
    fn an_argument_is_one_of_a_call_into_the_module() {
        let verify = conditions(
            r#"{"kind": "call", "names": ["requests.Session"],
            "all": [{"kind": "keyword", "names": ["verify=False"]}]}"#,
        );
        let wants = verify.wants();
        let roots: Vec<_> = wants.iter().map(|want| (want.kind, want.root)).collect();
        assert_eq!(roots, [(Kind::Call, ""), (Kind::Keyword, "requests")]);
    }

    #[test]
    fn what_reaches_every_project_needs_no_facts() {
        let always = conditions(r#"{"kind": "always", "names": []}"#);
        assert_eq!(always.reach(&Facts::default()), Reach::Reached(None));
    }
}

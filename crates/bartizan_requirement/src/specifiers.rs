//! Which versions a requirement allows, whoever's grammar it is written in.

mod caret;

use std::fmt;
use std::str::FromStr;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

/// The versions that a requirement allows.
///
/// PEP 440 knows only conjunctions; Poetry's `||` makes alternatives of them, so a set of them is
/// kept, any of which may hold. No alternative at all is what could not be understood: it allows
/// nothing for certain, and [`Specifiers::is_understood`] says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specifiers {
    /// As it is written, such as `>=4.2,<5` or `^4.2`; empty where nothing is written.
    pub text: String,
    /// Translated to PEP 440; every version is allowed by an empty conjunction.
    pub any_of: Vec<VersionSpecifiers>,
}

impl Default for Specifiers {
    fn default() -> Self {
        Self::any()
    }
}

impl Specifiers {
    /// Every version.
    pub fn any() -> Self {
        Self { text: String::new(), any_of: vec![VersionSpecifiers::empty()] }
    }

    /// Reads PEP 440 specifiers, also in the round brackets that old metadata has.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
        let parts: Vec<&str> = inner.split(',').filter(|part| !part.trim().is_empty()).collect();
        let any_of = VersionSpecifiers::from_str(&parts.join(",")).into_iter().collect();
        Self { text: text.to_owned(), any_of }
    }

    /// Reads Poetry's own grammar: `^4.2`, `~4.2`, `4.2.*`, `4.2`, `>=4.2,<5 || ^6`, `*`.
    pub fn poetry(text: &str) -> Self {
        Self { text: text.trim().to_owned(), any_of: caret::alternatives(text).unwrap_or_default() }
    }

    /// Reads conda's grammar: `=4.2` for any 4.2, `4.2.*`, `>=4.2,<5|6.0`, and a build behind a
    /// blank or a second `=`.
    pub fn conda(text: &str) -> Self {
        Self { text: text.trim().to_owned(), any_of: caret::conda(text).unwrap_or_default() }
    }

    /// Exactly `version`.
    pub fn exactly(version: &Version) -> Self {
        let only = VersionSpecifier::equals_version(version.clone());
        Self { text: format!("=={version}"), any_of: vec![VersionSpecifiers::from(only)] }
    }

    /// Whether the text could be read. Where not, nothing can be said of any version.
    pub fn is_understood(&self) -> bool {
        !self.any_of.is_empty()
    }

    /// Whether every version is allowed.
    pub fn is_any(&self) -> bool {
        self.any_of.iter().any(|all| all.is_empty())
    }

    /// Whether `version` is allowed. Pre-releases count like any version; whether they are wanted
    /// is for the caller to know.
    pub fn allows(&self, version: &Version) -> bool {
        self.any_of.iter().any(|all| all.iter().all(|one| holds(one, version)))
    }

    /// The one version that is allowed, if it is a single one: `==4.2.11` or `===4.2.11`, no star.
    pub fn pinned(&self) -> Option<&Version> {
        let [only] = self.any_of.as_slice() else { return None };
        let mut pins = only.iter().filter(|specifier| {
            matches!(specifier.operator(), Operator::Equal | Operator::ExactEqual)
        });
        let pin = pins.next()?.version();
        (pins.all(|other| other.version() == pin) && only.contains(pin)).then_some(pin)
    }

    /// Whether any specifier names a pre-release, which is how PEP 440 opts in to them.
    pub fn names_prerelease(&self) -> bool {
        let mut all = self.any_of.iter().flat_map(|all| all.iter());
        all.any(|specifier| specifier.version().any_prerelease())
    }
}

/// Whether one specifier holds.
///
/// Where the bound is a pre-release itself, the parser's own comparison leaves out too much: it
/// denies `1.0rc1.dev1` to `<1.0rc1`, and `1.0.post1`, which is none of its post-releases, to
/// `>1.0rc1`.
fn holds(specifier: &VersionSpecifier, version: &Version) -> bool {
    let bound = specifier.version();
    match specifier.operator() {
        Operator::LessThan if bound.any_prerelease() => version < bound,
        Operator::GreaterThan if bound.is_pre() && version.pre() != bound.pre() => version > bound,
        _ => specifier.contains(version),
    }
}

impl fmt::Display for Specifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn a_pin_is_one_version() {
        assert_eq!(Specifiers::parse("==4.2.11").pinned(), Some(&version("4.2.11")));
        assert_eq!(Specifiers::parse("==4.2.11,>=4").pinned(), Some(&version("4.2.11")));
        for text in ["==4.2.*", ">=4.2", "", "==4.2,==4.3", "==4.2,>5"] {
            assert_eq!(Specifiers::parse(text).pinned(), None, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_allows_nothing() {
        let wrong = Specifiers::parse(">=four");
        assert!(!wrong.is_understood() && !wrong.allows(&version("4.2")));
        assert!(Specifiers::parse("(>=4.2)").allows(&version("4.2")));
        assert!(Specifiers::any().is_any() && Specifiers::any().allows(&version("5.0a1")));
    }
}

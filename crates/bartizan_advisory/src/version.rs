//! Versions as advisories write them, the ones that are none included.

use std::cmp::Ordering;
use std::str::FromStr;

use pep440_rs::Version;

/// The end of an affected range, or a version in a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    /// Before every version: `0`, as the format says, and whatever is no version of PEP 440.
    Lowest,
    /// A version.
    Valid(Version),
}

impl Bound {
    /// Reads a bound. Some records carry `3.0.3-NA` where the data they were made from had no
    /// update number: the tail says nothing and is cut.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text == "0" {
            return Self::Lowest;
        }
        let text = text.strip_suffix("-NA").unwrap_or(text);
        Version::from_str(text).map_or(Self::Lowest, Self::Valid)
    }
}

/// The version of a package that somebody has.
#[derive(Clone, Debug)]
pub struct Installed {
    text: String,
    bound: Bound,
}

impl Installed {
    /// Reads a version as a lock or an environment states it. What follows `+` tells how it was
    /// built and not what is in it: advisories speak of `2.1.0`, whoever built it.
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        // A bound `0` is before everything; a version `0` is one like any other.
        let version = Version::from_str(text.strip_suffix("-NA").unwrap_or(text));
        let bound = version.map_or(Bound::Lowest, |version| Bound::Valid(version.without_local()));
        Self { text: text.to_owned(), bound }
    }

    /// The version as it was stated.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a version of PEP 440, so that it can be compared with others.
    pub fn is_valid(&self) -> bool {
        matches!(self.bound, Bound::Valid(_))
    }

    pub(crate) fn cmp(&self, bound: &Bound) -> Ordering {
        self.bound.cmp(bound)
    }

    /// Whether a version in an advisory's list is this one.
    pub(crate) fn is(&self, listed: &Listed<'_>) -> bool {
        match (&self.bound, listed) {
            (Bound::Valid(ours), Listed::Version(theirs)) => ours == theirs,
            (Bound::Valid(_), Listed::Text(_)) | (Bound::Lowest, Listed::Version(_)) => false,
            (Bound::Lowest, Listed::Text(theirs)) => self.text == *theirs,
        }
    }
}

/// A version in an advisory's list.
#[derive(Clone, Debug)]
pub(crate) enum Listed<'a> {
    /// One of PEP 440.
    Version(Version),
    /// None, so that only the same text is the same.
    Text(&'a str),
}

impl<'a> Listed<'a> {
    /// Reads one.
    pub fn new(text: &'a str) -> Self {
        let text = text.trim();
        Version::from_str(text).map_or(Self::Text(text), Self::Version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_equal_by_meaning() {
        let is = |ours: &str, theirs: &str| Installed::new(ours).is(&Listed::new(theirs));
        assert!(is("1.1", "1.1.0") && is("2.0+cu118", "2"));
        assert!(is("v1.0.RC1", "1.0rc1"));
        assert!(is("2024-12-04", "2024-12-04"));
        assert!(!is("2024-12-04", "2024-12-05"));
        assert!(!is("1.0", "1.0.post1"));
    }

    #[test]
    fn what_is_no_version_comes_first_as_zero_does() {
        assert_eq!(Bound::parse("2024-12-04"), Bound::parse("0"));
        assert!(Bound::parse("0") < Bound::parse("0.dev0"));
        assert_eq!(Bound::parse("3.0.3-NA"), Bound::parse("3.0.3"));
    }
}

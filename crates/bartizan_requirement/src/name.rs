//! The name of a package, equal however it is written.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A package's name as PEP 503 normalises it, with the spelling that was read kept beside.
///
/// Two names are equal, and hash and order alike, when their normalised forms are:
/// `Django_Filter`, `django.filter` and `django-filter` are one package.
#[derive(Clone)]
pub struct PackageName {
    normalised: Arc<str>,
    written: Arc<str>,
}

impl PackageName {
    /// Takes a name as it is written; `None` where PEP 508 allows no such name.
    pub fn new(written: &str) -> Option<Self> {
        let bytes = written.as_bytes();
        let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if !edge(bytes.first()) || !edge(bytes.last()) || !bytes.iter().all(inside) {
            return None;
        }
        let as_written: Arc<str> = written.into();
        let normalised = normalise(written);
        let normalised = if normalised == written { as_written.clone() } else { normalised.into() };
        Some(Self { normalised, written: as_written })
    }

    /// The normalised name, by which packages are compared and looked up.
    pub fn as_str(&self) -> &str {
        &self.normalised
    }

    /// The name as its file spells it.
    pub fn written(&self) -> &str {
        &self.written
    }
}

/// PEP 503: lower case, and every run of `-`, `_` and `.` becomes one `-`.
fn normalise(name: &str) -> String {
    let mut normalised = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '-' | '_' | '.' if normalised.ends_with('-') => {}
            '-' | '_' | '.' => normalised.push('-'),
            _ => normalised.push(character.to_ascii_lowercase()),
        }
    }
    normalised
}

impl PartialEq for PackageName {
    fn eq(&self, other: &Self) -> bool {
        self.normalised == other.normalised
    }
}

impl Eq for PackageName {}

impl Hash for PackageName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normalised.hash(state);
    }
}

impl PartialOrd for PackageName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PackageName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.normalised.cmp(&other.normalised)
    }
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.normalised)
    }
}

impl fmt::Debug for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.written, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_makes_no_other_package() {
        let name = PackageName::new("Django__Filter.extra").unwrap();
        assert_eq!(
            (name.as_str(), name.written()),
            ("django-filter-extra", "Django__Filter.extra")
        );
        assert_eq!(PackageName::new("psycopg2_binary"), PackageName::new("Psycopg2-Binary"));
    }

    #[test]
    fn what_is_no_name() {
        for text in ["", "-django", "django-", "dja ngo", "djängo", "django>=4", "."] {
            assert_eq!(PackageName::new(text), None, "{text}");
        }
    }
}

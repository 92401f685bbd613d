//! The version that the name of an archive tells.

use std::str::FromStr;

use pep440_rs::Version;

use crate::PackageName;

/// Source archives that pip installs from.
const SOURCES: [&str; 7] = [".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tar.xz", ".tar.Z", ".tar"];
/// What installers of other times and systems take, and pip does not.
const OTHERS: [&str; 7] = [".egg", ".exe", ".msi", ".rpm", ".deb", ".dmg", ".asc"];

/// A name that tells no version.
pub(super) struct Unread;

/// The version in `file`, an archive of the project `name`; `None` where pip takes no such file.
pub(super) fn version(file: &str, name: &PackageName) -> Result<Option<Version>, Unread> {
    if let Some(stem) = file.strip_suffix(".whl") {
        let mut parts = stem.split('-');
        let (Some(of), Some(version)) = (parts.next(), parts.next()) else { return Err(Unread) };
        if PackageName::new(of).as_ref() != Some(name) || parts.count() < 3 {
            return Err(Unread);
        }
        return Version::from_str(&version.replace('_', "-")).map(Some).map_err(|_| Unread);
    }
    if let Some(stem) = SOURCES.iter().find_map(|ending| file.strip_suffix(ending)) {
        // Both the name and the version may hold a `-`; the name is known.
        let cuts = stem.match_indices('-').map(|(at, _)| at);
        let mut versions = cuts
            .filter(|at| PackageName::new(&stem[..*at]).as_ref() == Some(name))
            .filter_map(|at| Version::from_str(&stem[at + 1..]).ok());
        return versions.next_back().map(Some).ok_or(Unread);
    }
    if OTHERS.iter().any(|ending| file.ends_with(ending)) {
        return Ok(None);
    }
    Err(Unread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_real_names() {
        let of = |name: &str, file: &str| match version(file, &PackageName::new(name).unwrap()) {
            Ok(version) => version.map_or("none".to_owned(), |version| version.to_string()),
            Err(Unread) => "unread".to_owned(),
        };
        assert_eq!(of("django", "Django-1.10-py2.py3-none-any.whl"), "1.10");
        assert_eq!(
            of("backports.zoneinfo", "backports.zoneinfo-0.2.1-cp36-cp36m-win32.whl"),
            "0.2.1"
        );
        assert_eq!(of("django-4-forms", "django-4-forms-2.1.tar.gz"), "2.1");
        assert_eq!(of("django-4-forms", "django-4-forms-2-1.zip"), "2.post1");
        assert_eq!(of("torch", "torch-2.1.0+cu118-1-cp311-cp311-linux_x86_64.whl"), "2.1.0+cu118");
        assert_eq!(of("pytz", "pytz-2004a-py2.3.egg"), "none");
        assert_eq!(of("pytz", "pytz-dev.tar.gz"), "unread");
        assert_eq!(of("till", "cart-1.0.tar.gz"), "unread");
    }
}

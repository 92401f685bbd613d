//! What an address or a path in a requirement stands for, and which package's name it tells.

use crate::{Address, PackageName, Source, Vcs, VcsKind};

const ARCHIVES: &[&str] =
    &[".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.lzma", ".tar", ".egg"];

/// Whether the text is an address or a path, not the name of a package.
pub(crate) fn is_location(text: &str) -> bool {
    let head = text.split(['[', ';', ' ', '\t']).next().unwrap_or("");
    has_scheme(head)
        || head.starts_with('.')
        || head.starts_with('~')
        || head.contains('/')
        || head.contains('\\')
        || is_archive(head)
}

/// Whether the text begins with `word:`, as an address does.
pub(crate) fn has_scheme(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let letters = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(letters)
        && (rest.starts_with("//") || scheme == "file" || scheme.starts_with("git+"))
}

fn is_archive(text: &str) -> bool {
    let text = text.split(['#', '?']).next().unwrap_or("").to_ascii_lowercase();
    ARCHIVES.iter().any(|ending| text.ends_with(ending))
}

/// What an address or path, as PEP 508 and pip write them, stands for.
pub(crate) fn source(address: &str) -> Source {
    let kind = address.split_once('+').and_then(|(word, rest)| Some((VcsKind::of(word)?, rest)));
    if let Some((kind, rest)) = kind {
        return Source::Vcs(vcs(kind, rest));
    }
    if let Some(path) = address.strip_prefix("file:") {
        let path = path.split('#').next().unwrap_or("");
        return Source::Path(path.strip_prefix("//").unwrap_or(path).to_owned());
    }
    if has_scheme(address) {
        return Source::Url(Address::new(address));
    }
    Source::Path(address.split('#').next().unwrap_or("").to_owned())
}

/// Takes `https://host/shop.git@v1#egg=shop&subdirectory=core` apart.
fn vcs(kind: VcsKind, address: &str) -> Vcs {
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    // The `@` of a reference stands in the path; one before the first `/` names the user.
    let path_at = address
        .find("://")
        .map_or(0, |at| address[at + 3..].find('/').map_or(address.len(), |slash| at + 3 + slash));
    let path_at = match path_at {
        0 => address.find([':', '/']).unwrap_or(0),
        at => at,
    };
    let (url, reference) = match address[path_at..].rsplit_once('@') {
        Some((path, reference)) if !reference.is_empty() => {
            (&address[..path_at + path.len()], Some(reference.to_owned()))
        }
        _ => (address, None),
    };
    Vcs {
        kind,
        url: Address::new(url),
        reference,
        commit: None,
        subdirectory: fragment_value(fragment, "subdirectory").map(str::to_owned),
    }
}

fn fragment_value<'f>(fragment: &'f str, key: &str) -> Option<&'f str> {
    let values = fragment.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = values.filter(|(name, _)| *name == key);
    values.next().map(|(_, value)| value)
}

/// The name, and the part of `location` that tells it: `#egg=shop[pdf]`, `shop-1.2-py3-none-any.whl`.
pub(crate) fn name_in(location: &str) -> Option<(PackageName, std::ops::Range<usize>)> {
    if let Some(at) = location.find("egg=").filter(|at| location[..*at].ends_with(['#', '&'])) {
        let start = at + 4;
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let end = location[start..].find(|c| !part(c)).map_or(location.len(), |len| start + len);
        // pip took `#egg=shop-1.2` for the name `shop-1.2`; so do we.
        if let Some(name) = PackageName::new(&location[start..end]) {
            return Some((name, start..end));
        }
    }
    let path = location.split(['#', '?', ';', ' ']).next().unwrap_or("");
    let start = path.rfind(['/', '\\']).map_or(0, |slash| slash + 1);
    let file = &path[start..];
    let ending = ARCHIVES.iter().find(|ending| file.to_ascii_lowercase().ends_with(**ending))?;
    let stem = &file[..file.len() - ending.len()];
    let length = match *ending {
        ".whl" => stem.find('-')?,
        // `django-filter-23.5`: the version begins behind the first dash that a digit follows.
        _ => stem
            .match_indices('-')
            .map(|(at, _)| at)
            .find(|at| stem[at + 1..].starts_with(|c: char| c.is_ascii_digit()))?,
    };
    let name = PackageName::new(&stem[..length])?;
    Some((name, start..start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_with_everything() {
        let text =
            "git+ssh://git@forge.example/shop/core.git@v1.2#egg=shop-core[pdf]&subdirectory=src";
        let Source::Vcs(vcs) = source(text) else { panic!("a repository") };
        assert_eq!(vcs.url.reveal(), "ssh://git@forge.example/shop/core.git");
        assert_eq!(
            (vcs.reference.as_deref(), vcs.subdirectory.as_deref()),
            (Some("v1.2"), Some("src"))
        );
        let (name, range) = name_in(text).unwrap();
        assert_eq!((name.as_str(), &text[range]), ("shop-core", "shop-core"));
    }

    #[test]
    fn locations_and_names() {
        for text in [
            ".",
            "./vendor/shop",
            "https://files.example/a.zip",
            "shop-1.0.tar.gz",
            "git+file:///x",
        ] {
            assert!(is_location(text), "{text}");
        }
        for text in ["django", "django==4.2", "django @ https://files.example/d.zip", "a:b"] {
            assert!(!is_location(text), "{text}");
        }
    }

    #[test]
    fn the_name_in_a_file_name() {
        let name = |text: &str| name_in(text).map(|(name, _)| name.as_str().to_owned());
        assert_eq!(
            name("vendor/Django_Filter-23.5-py3-none-any.whl"),
            Some("django-filter".into())
        );
        assert_eq!(
            name("https://files.example/django-filter-23.5.tar.gz#sha256=ab"),
            Some("django-filter".into())
        );
        assert_eq!(name("https://files.example/main.zip"), None);
    }
}

//! Poetry's and conda's ways to write versions, translated to PEP 440.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

/// More alternatives than anyone writes.
const MOST: usize = 64;

/// `a || b`, each a conjunction. `None` where any part is not understood.
pub(super) fn alternatives(text: &str) -> Option<Vec<VersionSpecifiers>> {
    let parts: Vec<&str> = text.split('|').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > MOST {
        return None;
    }
    match parts.as_slice() {
        [] => Some(vec![VersionSpecifiers::empty()]),
        parts => parts.iter().map(|part| conjunction(part, single)).collect(),
    }
}

/// conda's `a|b`.
pub(super) fn conda(text: &str) -> Option<Vec<VersionSpecifiers>> {
    let parts: Vec<&str> = text.split('|').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > MOST {
        return None;
    }
    match parts.as_slice() {
        [] => Some(vec![VersionSpecifiers::empty()]),
        parts => parts.iter().map(|part| conjunction(part, conda_single)).collect(),
    }
}

/// `>=1.2,<2`, also with blanks in place of commas.
fn conjunction(text: &str, single: fn(&str) -> Option<String>) -> Option<VersionSpecifiers> {
    let mut translated = Vec::new();
    for part in text.split(',') {
        // A blank parts two constraints, but not an operator from its version.
        let mut open = String::new();
        for word in part.split_whitespace() {
            open.push_str(word);
            if word.ends_with(|c: char| !matches!(c, '<' | '>' | '=' | '!' | '~' | '^')) {
                translated.push(single(&open)?);
                open.clear();
            }
        }
        if !open.is_empty() {
            return None;
        }
    }
    translated.retain(|specifier| !specifier.is_empty());
    VersionSpecifiers::from_str(&translated.join(",")).ok()
}

fn single(text: &str) -> Option<String> {
    if text == "*" {
        return Some(String::new());
    }
    if text.starts_with("~=") {
        return Some(text.to_owned());
    }
    if let Some(version) = text.strip_prefix('^') {
        return range(version, next_breaking);
    }
    if let Some(version) = text.strip_prefix('~') {
        return range(version, |release| bump(release, if release.len() > 1 { 1 } else { 0 }));
    }
    if text.starts_with(['<', '>', '!']) || text.starts_with("==") {
        return Some(text.to_owned());
    }
    // `1.2`, `=1.2` and `1.2.*` are themselves.
    Some(format!("=={}", text.trim_start_matches('=')))
}

fn conda_single(text: &str) -> Option<String> {
    if text == "*" || text.is_empty() {
        return Some(String::new());
    }
    if text.starts_with("~=") || text.starts_with(['<', '>', '!']) {
        return Some(text.to_owned());
    }
    if let Some(version) = text.strip_prefix("==") {
        return Some(format!("=={version}"));
    }
    let (fuzzy, version) = match text.strip_prefix('=') {
        Some(version) => (true, version),
        None => (false, text),
    };
    // `=4.2=py312h06a4308_0` names a build as well.
    let version = version.split('=').next().unwrap_or(version);
    let stem = version.strip_suffix('*').map(|stem| stem.trim_end_matches('.'));
    match (stem, fuzzy) {
        (Some(""), _) => Some(String::new()),
        (Some(stem), _) => Some(format!("=={stem}.*")),
        (None, true) => Some(format!("=={version}.*")),
        (None, false) => Some(format!("=={version}")),
    }
}

/// `>=version,<end`.
fn range(version: &str, end: fn(&[u64]) -> Vec<u64>) -> Option<String> {
    let text = version.trim_end_matches(".*");
    let parsed = Version::from_str(text).ok()?;
    let end: Vec<String> = end(parsed.release()).iter().map(u64::to_string).collect();
    Some(format!(">={text},<{}", end.join(".")))
}

/// The first version that may break: the first part that is not zero, or the last, goes up.
fn next_breaking(release: &[u64]) -> Vec<u64> {
    let last = release.len().min(3) - 1;
    let at = release.iter().take(3).position(|part| *part > 0).unwrap_or(last);
    bump(release, at)
}

fn bump(release: &[u64], at: usize) -> Vec<u64> {
    let mut end: Vec<u64> = release.iter().take(at + 1).copied().collect();
    if let Some(last) = end.last_mut() {
        *last = last.saturating_add(1);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::super::Specifiers;

    fn shown(read: &Specifiers) -> String {
        let all: Vec<String> = read.any_of.iter().map(|all| all.to_string()).collect();
        all.join(" || ")
    }

    #[test]
    fn poetry_as_poetry_reads_it() {
        for (text, expected) in [
            ("^1.2.3", ">=1.2.3, <2"),
            ("^1.2", ">=1.2, <2"),
            ("^0.2.3", ">=0.2.3, <0.3"),
            ("^0.0.3", ">=0.0.3, <0.0.4"),
            ("^0.0", ">=0.0, <0.1"),
            ("^0", ">=0, <1"),
            ("~1.2.3", ">=1.2.3, <1.3"),
            ("~1.2", ">=1.2, <1.3"),
            ("~1", ">=1, <2"),
            ("~=1.2", "~=1.2"),
            ("1.2.*", "==1.2.*"),
            ("4.2.11", "==4.2.11"),
            (">= 1.2, < 1.5", ">=1.2, <1.5"),
            (">=1.2 <1.5", ">=1.2, <1.5"),
            ("^3.8 || ^4", ">=3.8, <4 || >=4, <5"),
            ("*", ""),
        ] {
            assert_eq!(shown(&Specifiers::poetry(text)), expected, "{text}");
        }
        assert!(!Specifiers::poetry("^four").is_understood());
        assert!(!Specifiers::poetry(">=").is_understood());
    }

    #[test]
    fn conda_as_conda_reads_it() {
        for (text, expected) in [
            ("=4.2", "==4.2.*"),
            ("4.2.11", "==4.2.11"),
            ("4.2.*", "==4.2.*"),
            ("=4.2=py312_0", "==4.2.*"),
            (">=4.2,<5", ">=4.2, <5"),
            ("4.2.1|5.0.1", "==4.2.1 || ==5.0.1"),
            ("*", ""),
        ] {
            assert_eq!(shown(&Specifiers::conda(text)), expected, "{text}");
        }
    }
}

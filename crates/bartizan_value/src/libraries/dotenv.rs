//! `.env` files, as each library reads them.
//!
//! django-environ 0.14 (`Env.read_env`), python-dotenv 1.2 (`dotenv/parser.py`), python-decouple 3.8
//! (`RepositoryEnv`, `RepositoryIni`), django-configurations 2.5 (`Configuration.load_dotenv`).

use rustc_hash::FxHashMap;

/// Letters of a value beyond which what it says of other variables is not filled in: each may hold the
/// one before it twice.
const MOST_LETTERS: usize = 100_000;

/// Who reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Environ,
    Dotenv,
    Decouple,
    /// The section `settings` of an ini file, as decouple reads it: names in small letters.
    DecoupleIni,
    Configurations,
}

/// What a file says, for whoever asks name by name.
pub(crate) struct Known {
    /// The last value of each name; `None` for one that is not followed.
    pub(super) values: FxHashMap<String, Option<String>>,
    pub(super) lines: FxHashMap<String, u32>,
}

/// Names and values, in the order of the file; `None` for a value that is not followed.
pub(super) fn pairs(text: &str, dialect: Dialect) -> Vec<(String, Option<String>)> {
    match dialect {
        Dialect::DecoupleIni => ini(text),
        _ => text.lines().filter_map(|line| pair(line, dialect)).collect(),
    }
}

fn pair(line: &str, dialect: Dialect) -> Option<(String, Option<String>)> {
    match dialect {
        Dialect::Environ | Dialect::Configurations => {
            let line = match dialect {
                Dialect::Environ => line.strip_prefix("export ").unwrap_or(line),
                _ => line,
            };
            let (name, value) = line.split_once('=')?;
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(is_name) {
                return None;
            }
            let mut value = value.to_owned();
            if let Some(inner) = within(&value, '\'') {
                value = inner.to_owned();
            }
            if let Some(inner) = within(&value, '"') {
                value = unescaped(inner, dialect == Dialect::Environ);
            }
            Some((name.to_owned(), Some(value)))
        }
        Dialect::Decouple => {
            let line = line.trim();
            if line.starts_with('#') {
                return None;
            }
            let (name, value) = line.split_once('=')?;
            let value = value.trim();
            let value = within(value, '\'').or_else(|| within(value, '"')).unwrap_or(value);
            Some((name.trim().to_owned(), Some(value.to_owned())))
        }
        Dialect::Dotenv => {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                return None;
            }
            let line = line.strip_prefix("export ").map_or(line, str::trim_start);
            let (name, value) = line.split_once('=')?;
            let (name, value) = (name.trim().trim_matches('\''), value.trim());
            Some((name.to_owned(), dotenv_value(value)))
        }
        Dialect::DecoupleIni => None,
    }
}

/// Of each name, in small letters, the last line that gives it a value, from 1.
pub(super) fn lines_of(text: &str) -> FxHashMap<String, u32> {
    let mut lines = FxHashMap::default();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        if let Some(end) = line.find(['=', ':']) {
            lines.insert(line[..end].trim_end().to_ascii_lowercase(), number);
        }
    }
    lines
}

/// What stands between two quotes that begin and end a text.
fn within(text: &str, quote: char) -> Option<&str> {
    text.strip_prefix(quote)?.strip_suffix(quote)
}

/// `\x` is `x`; but django-environ leaves `\n`, `\r` and `\t` as they are.
fn unescaped(text: &str, keeps_control: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(next) => {
                    if keeps_control && matches!(next, 'r' | 'n' | 't') {
                        out.push('\\');
                    }
                    out.push(next);
                }
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

fn dotenv_value(value: &str) -> Option<String> {
    // Escapes, and what goes on in the next line, are not followed.
    if let Some(quote @ ('"' | '\'')) = value.chars().next() {
        let inner = &value[1..];
        let (inner, rest) = inner.split_once(quote)?;
        let rest = rest.trim_start();
        if inner.contains('\\') || !(rest.is_empty() || rest.starts_with('#')) {
            return None;
        }
        return Some(inner.to_owned());
    }
    let comment = value
        .char_indices()
        .zip(value.chars().skip(1))
        .find(|((_, c), next)| c.is_whitespace() && *next == '#');
    let value = comment.map_or(value, |((at, _), _)| &value[..at]);
    Some(value.trim_end().to_owned())
}

/// A value of python-dotenv with what it says of other variables filled in: `${HOST}`,
/// `${HOST:-localhost}`. `known` gives a variable, `None` where it is not known whether it is set.
pub(super) fn filled_in(
    value: &str,
    known: &dyn Fn(&str) -> Option<Option<String>>,
) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        let (inner, behind) = after.split_once('}')?;
        out.push_str(before);
        let (name, default) = inner.split_once(":-").unwrap_or((inner, ""));
        out.push_str(&known(name)?.unwrap_or_else(|| default.to_owned()));
        if out.len() > MOST_LETTERS {
            return None;
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

fn ini(text: &str) -> Vec<(String, Option<String>)> {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            continue;
        }
        if let Some(section) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            is_inside = section == "settings";
            continue;
        }
        // What is indented goes on with the line before.
        if line.starts_with([' ', '\t'])
            && let Some((_, value)) = found.last_mut()
        {
            *value = None;
            continue;
        }
        let Some(at) = bare.find(['=', ':']).filter(|_| is_inside) else { continue };
        let value = bare[at + 1..].trim();
        let value = (!value.contains('%')).then(|| value.to_owned());
        found.push((bare[..at].trim().to_lowercase(), value));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, dialect: Dialect) -> Vec<(String, Option<String>)> {
        pairs(text, dialect)
    }

    #[test]
    fn references_to_other_variables_are_filled_in() {
        let known = |name: &str| match name {
            "HOST" => Some(Some("shop.example".to_owned())),
            "NOBODY_KNOWS" => None,
            _ => Some(None),
        };
        let filled = |value: &str| filled_in(value, &known);
        assert_eq!(filled("https://${HOST}/").as_deref(), Some("https://shop.example/"));
        assert_eq!(filled("${PORT:-80}${NOTHING}").as_deref(), Some("80"));
        assert_eq!(filled("${NOBODY_KNOWS}"), None);
        assert_eq!(filled("${HOST"), None);
    }

    #[test]
    fn references_that_double_a_value_line_by_line_are_left() {
        let mut value = "tea".to_owned();
        let mut times = 0;
        while let Some(next) = filled_in("${A}${A}", &|_| Some(Some(value.clone()))) {
            value = next;
            times += 1;
            assert!(times < 40);
        }
        assert!(value.len() > 1_000);
    }

    #[test]
    fn each_library_reads_a_file_in_its_own_way() {
        let one = |name: &str, value: &str| vec![(name.to_owned(), Some(value.to_owned()))];
        let line = "KEY = 'a b' # c\n";
        assert_eq!(said(line, Dialect::Environ), []);
        assert_eq!(said(line, Dialect::Dotenv), one("KEY", "a b"));
        assert_eq!(said(line, Dialect::Decouple), one("KEY", "'a b' # c"));
        assert_eq!(said("export KEY=\"a\\\"b\"", Dialect::Environ), one("KEY", "a\"b"));
        assert_eq!(said("KEY=a # c", Dialect::Dotenv), one("KEY", "a"));
        assert_eq!(said("KEY=a # c", Dialect::Environ), one("KEY", "a # c"));
        assert_eq!(said("KEY=${OTHER}", Dialect::Dotenv), one("KEY", "${OTHER}"));
        let ini = "[other]\nkey=1\n[settings]\nDEBUG = no\n";
        assert_eq!(said(ini, Dialect::DecoupleIni), one("debug", "no"));
    }
}

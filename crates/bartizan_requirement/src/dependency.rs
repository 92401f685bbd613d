//! PEP 508: one dependency in one line of text, with the place of each of its parts.

use std::ops::Range;

use crate::text::{Offsets, SourceText};
use crate::url;
use crate::{Group, Marker, PackageName, Requirement, RequirementKind, Source, Specifiers};

/// Longer than any tool writes one dependency.
const LONGEST: usize = 16 * 1024;

/// One dependency as PEP 508 writes it. Ranges count bytes of the text that was parsed.
pub(crate) struct Dependency {
    pub(crate) name: PackageName,
    pub(crate) name_range: Range<usize>,
    pub(crate) extras: Vec<String>,
    pub(crate) specifiers: Specifiers,
    pub(crate) specifiers_range: Option<Range<usize>>,
    pub(crate) source: Source,
    pub(crate) marker: Option<Marker>,
}

/// What is wrong with a dependency, and where.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) at: usize,
    pub(crate) message: String,
}

/// Reads `name[extras] specifiers ; marker` or `name[extras] @ url ; marker`.
///
/// The second value is what could not be understood of a dependency whose name is certain.
pub(crate) fn parse(text: &str) -> Result<(Dependency, Vec<Wrong>), Wrong> {
    let wrong = |at: usize, message: String| Wrong { at, message };
    if text.len() > LONGEST {
        return Err(wrong(0, "longer than one requirement can reasonably be".to_owned()));
    }
    let start = text.len() - text.trim_start().len();
    let name_end = end_of_name(text, start);
    let written = &text[start..name_end];
    let Some(name) = PackageName::new(written) else {
        let what = text[start..].split_whitespace().next().unwrap_or("");
        return Err(wrong(start, format!("`{what}` does not begin with the name of a package")));
    };
    let mut wrongs = Vec::new();
    let (extras, at) = extras(text, name_end, &mut wrongs);
    let at = skip_blanks(text, at);
    let rest = &text[at..];

    if let Some(target) = rest.strip_prefix('@') {
        let from = skip_blanks(text, at + 1);
        let (address, marker) = split_url(&text[from..]);
        if address.is_empty() {
            wrongs.push(wrong(at, "an address is missing behind `@`".to_owned()));
        }
        if address.contains(char::is_whitespace) {
            wrongs.push(wrong(from, "an address holds no blanks".to_owned()));
        }
        let marker_at = text.len() - marker.map_or(0, str::len);
        let dependency = Dependency {
            name,
            name_range: start..name_end,
            extras,
            specifiers: Specifiers::any(),
            specifiers_range: None,
            source: if target.trim().is_empty() { Source::Index } else { url::source(address) },
            marker: marker.map(|text| read_marker(text, marker_at, &mut wrongs)),
        };
        return Ok((dependency, wrongs));
    }

    let (specifiers, marker) = match rest.split_once(';') {
        Some((specifiers, marker)) => (specifiers, Some(marker)),
        None => (rest, None),
    };
    let written = specifiers.trim_end();
    let range = at..at + written.len();
    if !written.is_empty() && !written.starts_with(['<', '>', '=', '!', '~', '(']) {
        let what = written.split_whitespace().next().unwrap_or(written);
        return Err(wrong(at, format!("`{what}` is neither a version nor a marker")));
    }
    let read = Specifiers::parse(written);
    let gap = written.split(',').rev().skip(1).any(|part| part.trim().is_empty());
    if (gap || !read.is_understood()) && !written.contains("${") {
        wrongs.push(wrong(at, format!("`{}` is no version specifier of PEP 440", short(written))));
    }
    let marker_at = text.len() - marker.map_or(0, str::len);
    let dependency = Dependency {
        name,
        name_range: start..name_end,
        extras,
        specifiers: read,
        specifiers_range: (!written.is_empty()).then_some(range),
        source: Source::Index,
        marker: marker.map(|text| read_marker(text, marker_at, &mut wrongs)),
    };
    Ok((dependency, wrongs))
}

/// Splits an address from the marker behind it: ` ;`, or `; ` as pip also takes it.
pub(crate) fn split_url(text: &str) -> (&str, Option<&str>) {
    let cut = text.find(" ;").or_else(|| text.find("\t;")).or_else(|| text.find("; "));
    match cut {
        Some(at) => {
            let after = at + text[at..].find(';').unwrap_or(0) + 1;
            (text[..at].trim(), Some(&text[after..]))
        }
        None => (text.trim(), None),
    }
}

/// A marker, with a problem where it is not understood.
pub(crate) fn read_marker(text: &str, at: usize, wrongs: &mut Vec<Wrong>) -> Marker {
    let marker = Marker::parse(text);
    if marker.tree().is_none() && !text.contains("${") {
        let message = format!("`{}` is no environment marker of PEP 508", short(text.trim()));
        wrongs.push(Wrong { at, message });
    }
    marker
}

/// At most a line's worth of hostile text.
pub(crate) fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn end_of_name(text: &str, start: usize) -> usize {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let length = text.as_bytes()[start..].iter().take_while(|byte| part(byte)).count();
    start + length
}

fn skip_blanks(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start().len()
}

/// Reads `[a, b]` if it stands at `at`, and says where it ends.
pub(crate) fn extras(text: &str, at: usize, wrongs: &mut Vec<Wrong>) -> (Vec<String>, usize) {
    let from = skip_blanks(text, at);
    let Some(inner) = text[from..].strip_prefix('[') else { return (Vec::new(), at) };
    let Some(length) = inner.find(']') else {
        wrongs.push(Wrong { at: from, message: "the bracket of the extras is not closed".into() });
        return (Vec::new(), text.len());
    };
    let mut extras = Vec::new();
    for written in inner[..length].split(',').map(str::trim).filter(|extra| !extra.is_empty()) {
        match PackageName::new(written) {
            Some(extra) => extras.push(extra.as_str().to_owned()),
            None => {
                let message = format!("`{}` is no name of an extra", short(written));
                wrongs.push(Wrong { at: from, message });
            }
        }
    }
    (extras, from + 1 + length + 1)
}

impl Dependency {
    /// Moves all ranges, for a dependency that stands inside a longer text.
    pub(crate) fn shift(&mut self, by: usize) {
        self.name_range = self.name_range.start + by..self.name_range.end + by;
        if let Some(range) = &mut self.specifiers_range {
            *range = range.start + by..range.end + by;
        }
    }

    /// The requirement that this dependency is, in a file where it takes up `range`.
    pub(crate) fn requirement(
        self,
        source: &SourceText,
        offsets: &Offsets,
        range: Range<usize>,
        group: Group,
        kind: RequirementKind,
    ) -> Requirement {
        Requirement {
            name: self.name,
            extras: self.extras,
            specifiers: self.specifiers,
            marker: self.marker,
            source: self.source,
            hashes: Vec::new(),
            group,
            kind,
            editable: false,
            place: source.place(offsets.span(range)),
            name_span: offsets.span(self.name_range),
            specifiers_span: self.specifiers_range.map(|range| offsets.span(range)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Address;

    #[test]
    fn all_parts_of_a_dependency() {
        let text = "  Django-Filter [pdf, XLS] >= 23.1, < 25 ; python_version >= \"3.10\"";
        let (read, wrongs) = parse(text).unwrap();
        assert!(wrongs.is_empty());
        assert_eq!(read.name.as_str(), "django-filter");
        assert_eq!(&text[read.name_range], "Django-Filter");
        assert_eq!(read.extras, ["pdf", "xls"]);
        assert_eq!(&text[read.specifiers_range.unwrap()], ">= 23.1, < 25");
        assert_eq!(read.marker.unwrap().as_str(), "python_version >= \"3.10\"");
    }

    #[test]
    fn a_dependency_at_an_address() {
        let (read, wrongs) =
            parse("shop-core @ https://files.example/shop_core-1.2.zip ; os_name == 'posix'")
                .unwrap();
        assert!(wrongs.is_empty());
        let expected = Address::new("https://files.example/shop_core-1.2.zip");
        assert_eq!(read.source, Source::Url(expected));
        assert!(read.marker.is_some());
    }

    #[test]
    fn what_is_wrong_is_said_in_words() {
        let said = |text: &str| match parse(text) {
            Err(wrong) => wrong.message,
            Ok((_, wrongs)) => wrongs.into_iter().map(|w| w.message).collect::<Vec<_>>().join("; "),
        };
        assert_eq!(said(">=4"), "`>=4` does not begin with the name of a package");
        assert_eq!(said("django latest"), "`latest` is neither a version nor a marker");
        assert_eq!(said("django>=four"), "`>=four` is no version specifier of PEP 440");
        assert_eq!(said("django[pdf"), "the bracket of the extras is not closed");
        assert_eq!(
            said("django ; os is posix"),
            "`os is posix` is no environment marker of PEP 508"
        );
        assert_eq!(said("django==${DJANGO}"), "");
    }
}

//! INI files as Python's `configparser` reads them, with the place of every line of a value.

use std::ops::Range;

use crate::text::SourceText;

/// One key of one section.
pub(crate) struct Setting {
    pub(crate) section: String,
    pub(crate) key: String,
    /// The lines of the value without indentation, comment lines and empty ones; as ranges of the
    /// file's text.
    pub(crate) lines: Vec<Range<usize>>,
}

impl Setting {
    /// The value in one line; the first where there are several.
    pub(crate) fn value<'s>(&self, source: &'s SourceText) -> &'s str {
        self.lines.first().map_or("", |range| &source.text[range.clone()])
    }
}

/// All settings, in the order of the file.
pub(crate) fn read(source: &SourceText) -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    let mut section = String::new();
    let mut open = false;
    for (start, line) in source.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with(['#', ';']) {
            continue;
        }
        if trimmed.is_empty() {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(setting) = settings.last_mut().filter(|_| open) {
                setting.lines.push(range_of(start, line, trimmed));
            }
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[') {
            section = name.split(']').next().unwrap_or("").trim().to_owned();
            open = false;
            continue;
        }
        let Some(at) = line.find(['=', ':']) else {
            open = false;
            continue;
        };
        let value = line[at + 1..].trim();
        let lines = match value {
            "" => Vec::new(),
            value => vec![range_of(start + at + 1, &line[at + 1..], value)],
        };
        let key = line[..at].trim().to_ascii_lowercase();
        settings.push(Setting { section: section.clone(), key, lines });
        open = true;
    }
    settings
}

fn range_of(start: usize, line: &str, trimmed: &str) -> Range<usize> {
    let at = start + line.len() - line.trim_start().len();
    at..at + trimmed.len()
}

//! pip's requirements files: the whole grammar, and those that a compiler wrote, which are locks.

mod compiled;
mod line;
mod options;

use bartizan_base::{FilePath, Span};

use super::Read;
use super::table::Sheet;
use crate::dependency::{self, Wrong};
use crate::text::{Offsets, SourceText};
use crate::{
    ArchiveHash, Group, Include, Manifest, ManifestFormat, Marker, Requirement, RequirementKind,
    Source, UnnamedRequirement, url,
};
use line::Line;
use options::{Argument, Meaning};
pub(crate) use options::{Word, words};

/// Whether the path is one that people give to a requirements file.
pub fn by_name(path: &FilePath) -> bool {
    let path = path.as_str().to_ascii_lowercase();
    // What setuptools writes has sections and is nobody's manifest.
    if path.contains(".egg-info/") || path.contains(".dist-info/") {
        return false;
    }
    let mut words = path.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| {
        word.starts_with("requirement")
            || word.starts_with("constraint")
            || matches!(word, "reqs" | "req" | "deps" | "dependencies" | "requires")
    })
}

/// Reads a requirements file. `None` for a text of which most lines are no requirements: prose that
/// only has the name of one.
pub fn read(path: &FilePath, bytes: &[u8]) -> Option<Read> {
    let (source, problem) = SourceText::decode(path, bytes);
    let lines = line::logical_lines(&source);
    let mut manifest = Manifest::new(path.clone(), ManifestFormat::Requirements);
    manifest.problems.extend(problem);
    let group = Group::of_path(path);
    let mut reader = Reader { source: &source, group, manifest };
    for line in &lines {
        reader.line(line);
    }
    let manifest = reader.manifest;
    if is_prose(&lines, &manifest) {
        return None;
    }
    Some(match compiled::is_compiled(&lines) {
        true => Read::Lock(compiled::lock(&source, &lines, manifest)),
        false => Read::Manifest(manifest),
    })
}

/// Reads requirements and options that stand in another file, `range` of whose text is one line of
/// a requirements file: an argument list of `pip install`, a line of `deps` in `tox.ini`.
pub(crate) fn read_line(sheet: &mut Sheet<'_>, group: Group, range: std::ops::Range<usize>) {
    let text = sheet.source.text[range.clone()].to_owned();
    let line = Line::whole(text, Offsets::from(range.start as u32));
    let empty = Manifest::new(sheet.source.path.clone(), sheet.manifest.format);
    let manifest = std::mem::replace(&mut sheet.manifest, empty);
    let mut reader = Reader { source: sheet.source, group, manifest };
    reader.line(&line);
    sheet.manifest = reader.manifest;
}

/// Reads one word of a shell's command line that names a package. What is no requirement is left
/// alone: a command line is not this reader's to judge.
pub(crate) fn read_word(
    sheet: &mut Sheet<'_>,
    group: Group,
    word: &Word,
    offsets: &Offsets,
    editable: bool,
) {
    // Between quotes nothing is escaped, so that the word as it is meant stands in the text.
    let raw = offsets.span(word.range.clone()).slice(&sheet.source.text);
    let shift = raw.find(word.text.as_str()).unwrap_or(0);
    let start = offsets.start(word.range.start) as usize + shift;
    if sheet.source.text.get(start..start + word.text.len()) != Some(word.text.as_str()) {
        return;
    }
    let line = Line::whole(word.text.clone(), Offsets::from(start as u32));
    let empty = Manifest::new(sheet.source.path.clone(), sheet.manifest.format);
    let manifest = std::mem::replace(&mut sheet.manifest, empty);
    let known = manifest.problems.len();
    let mut reader = Reader { source: sheet.source, group, manifest };
    let body = line.body.clone();
    reader.requirement(&line, body.clone(), body, editable, &mut Beside::default());
    reader.manifest.problems.truncate(known);
    sheet.manifest = reader.manifest;
}

/// Notes an option that a requirements file has too.
pub(crate) fn option(sheet: &mut Sheet<'_>, name: &str, value: String, span: Span) {
    let place = sheet.source.place(span);
    if let Some(meaning) = options::meaning(name) {
        options::apply(&mut sheet.manifest.options, meaning, value, place);
    }
}

/// Whether most lines are no requirements: then it is a text that only has the name of a manifest.
fn is_prose(lines: &[Line], manifest: &Manifest) -> bool {
    let said = lines.iter().filter(|line| !line.is_bare()).count();
    let wrong = manifest.problems.iter().filter(|problem| problem.at.is_some()).count();
    said >= 3 && wrong * 2 > said && manifest.includes.is_empty()
}

struct Reader<'s> {
    source: &'s SourceText,
    group: Group,
    manifest: Manifest,
}

/// What stands on one line beside the requirement itself.
#[derive(Default)]
struct Beside {
    hashes: Vec<ArchiveHash>,
}

impl Reader<'_> {
    fn line(&mut self, line: &Line) {
        let text = line.text.as_str();
        // A template of a manifest: what stands here is known once it is filled in.
        if text[line.body.clone()].starts_with("{%") || text.contains("{{") {
            return;
        }
        let (subject, arguments) = options::split(text, line.body.clone());
        let mut beside = Beside::default();
        let mut editables = Vec::new();
        for argument in arguments {
            match argument.meaning {
                Meaning::Hash => match ArchiveHash::parse(&argument.value) {
                    Some(hash) => beside.hashes.push(hash),
                    None => self.wrong(line, argument.range.start, "a hash reads `sha256:…`"),
                },
                Meaning::Editable => editables.push(argument),
                _ => self.option(line, argument),
            }
        }
        let whole = line.body.clone();
        if !subject.is_empty() {
            self.requirement(line, subject, whole.clone(), false, &mut beside);
        }
        for editable in editables {
            let start = editable.range.end - editable.value.len();
            // A quoted value is read without its quotes; what is between them is the same length.
            let range = if text.get(start..editable.range.end) == Some(editable.value.as_str()) {
                start..editable.range.end
            } else {
                editable.range.clone()
            };
            let end = whole.end;
            self.requirement(line, range, editable.range.start..end, true, &mut beside);
        }
    }

    /// Reads the requirement at `range` of the line; with its hashes it takes up `whole`.
    fn requirement(
        &mut self,
        line: &Line,
        range: std::ops::Range<usize>,
        whole: std::ops::Range<usize>,
        editable: bool,
        beside: &mut Beside,
    ) {
        let text = &line.text[range.clone()];
        let hashes = std::mem::take(&mut beside.hashes);
        if url::is_location(text) {
            self.location(line, range, whole, editable, hashes);
            return;
        }
        match dependency::parse(text) {
            Err(wrong) => self.wrong(line, range.start + wrong.at, wrong.message),
            Ok((mut dependency, wrongs)) => {
                self.wrongs(line, range.start, wrongs);
                dependency.shift(range.start);
                let group = self.group.clone();
                let wanted = RequirementKind::Wanted;
                let mut requirement =
                    dependency.requirement(self.source, &line.offsets, whole, group, wanted);
                requirement.hashes = hashes;
                requirement.editable = editable;
                self.manifest.requirements.push(requirement);
            }
        }
    }

    fn location(
        &mut self,
        line: &Line,
        range: std::ops::Range<usize>,
        whole: std::ops::Range<usize>,
        editable: bool,
        hashes: Vec<ArchiveHash>,
    ) {
        let text = &line.text[range.clone()];
        let (address, marker) = match url::has_scheme(text) {
            true => dependency::split_url(text),
            false => match text.split_once(';') {
                Some((path, marker)) => (path.trim(), Some(marker)),
                None => (text.trim(), None),
            },
        };
        let mut wrongs = Vec::new();
        let marker = marker
            .map(|marker| dependency::read_marker(marker, text.len() - marker.len(), &mut wrongs));
        let (address, extras) = extras_of(address, &mut wrongs);
        self.wrongs(line, range.start, wrongs);
        let source = url::source(address);
        let place = self.source.place(line.offsets.span(whole));
        let group = self.group.clone();
        match url::name_in(address) {
            Some((name, at)) => {
                let at = range.start + at.start..range.start + at.end;
                self.manifest.requirements.push(Requirement {
                    name,
                    extras,
                    specifiers: crate::Specifiers::any(),
                    marker,
                    source,
                    hashes,
                    group,
                    kind: RequirementKind::Wanted,
                    editable,
                    place,
                    name_span: line.offsets.span(at),
                    specifiers_span: None,
                });
            }
            None => self.unnamed(source, extras, marker, hashes, editable, place),
        }
    }

    fn unnamed(
        &mut self,
        source: Source,
        extras: Vec<String>,
        marker: Option<Marker>,
        hashes: Vec<ArchiveHash>,
        editable: bool,
        place: bartizan_finding::Place,
    ) {
        let group = self.group.clone();
        let unnamed = UnnamedRequirement { source, extras, marker, hashes, group, editable, place };
        self.manifest.unnamed.push(unnamed);
    }

    fn option(&mut self, line: &Line, argument: Argument) {
        let span = line.offsets.span(argument.range.clone());
        let place = self.source.place(span);
        match argument.meaning {
            Meaning::Include(kind) => {
                let path = include_path(&self.source.path, &argument.value);
                let target = argument.value;
                self.manifest.includes.push(Include { kind, target, path, place });
            }
            Meaning::Unknown => {
                let option = dependency::short(&argument.value);
                self.wrong(line, argument.range.start, format!("`{option}` is no option of pip"));
            }
            Meaning::ValueMissing => {
                let option = dependency::short(&argument.value);
                self.wrong(line, argument.range.start, format!("`{option}` wants a value"));
            }
            meaning => options::apply(&mut self.manifest.options, meaning, argument.value, place),
        }
    }

    fn wrongs(&mut self, line: &Line, shift: usize, wrongs: Vec<Wrong>) {
        for wrong in wrongs {
            self.wrong(line, shift + wrong.at, wrong.message);
        }
    }

    fn wrong(&mut self, line: &Line, at: usize, message: impl Into<String>) {
        self.manifest.problems.push(self.source.problem(line.offsets.start(at), message));
    }
}

/// Takes `[pdf]` off the end of a path, or out of `#egg=shop[pdf]`.
fn extras_of<'a>(address: &'a str, wrongs: &mut Vec<Wrong>) -> (&'a str, Vec<String>) {
    let Some(at) = address.rfind('[') else { return (address, Vec::new()) };
    let (extras, end) = dependency::extras(address, at, wrongs);
    match end == address.len() {
        true => (&address[..at], extras),
        // Something follows, as in `#egg=shop[pdf]&subdirectory=core`: the address stays whole.
        false => (address, extras),
    }
}

/// The file that `target` names beside `from`, if it lies in the tree.
pub(crate) fn include_path(from: &FilePath, target: &str) -> Option<FilePath> {
    if url::has_scheme(target) || target.starts_with('/') || target.contains("${") {
        return None;
    }
    let mut parts: Vec<&str> = from.parent().split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    FilePath::new(&parts.join("/")).filter(|path| !path.as_str().is_empty())
}

/// The span of what a logical line says.
fn body_span(line: &Line) -> Span {
    line.offsets.span(line.body.clone())
}

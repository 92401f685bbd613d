//! `setup.py`, read as syntax and never run: what is passed to `setup(…)`, as far as the text tells.

use std::collections::BTreeSet;

use bartizan_base::{FilePath, Span};
use bartizan_ir::{Arg, ArgKind, FileIr, TextPart, TextPiece, Value, ValueId};

use super::table::Sheet;
use crate::dependency;
use crate::text::{Offsets, SourceText};
use crate::{
    Group, Include, Located, Manifest, ManifestFormat, PackageName, RequirementKind, Specifiers,
};

/// Names that stand for names.
const MOST_NAMES: usize = 32;
/// Values looked at for one argument; a list of requirements is far shorter.
const MOST: usize = 20_000;

/// Reads `setup.py`; `None` where nothing in it calls `setup`.
pub fn read(path: &FilePath, bytes: &[u8]) -> Option<Manifest> {
    let reading = bartizan_python::read(path, bytes);
    let source = SourceText::of(path, reading.text);
    let ir = reading.ir;
    let mut manifest = Manifest::new(path.clone(), ManifestFormat::SetupPy);
    manifest.problems = reading.problems;
    let mut sheet = Sheet { source: &source, manifest };
    let calls: Vec<_> = ir
        .values
        .iter()
        .filter_map(|value| match value {
            Value::Call { callee, args } if is_setup(&ir, *callee) => Some(*args),
            _ => None,
        })
        .collect();
    if calls.is_empty() {
        return None;
    }
    for args in calls {
        for arg in ir.args.get(args) {
            if let ArgKind::Keyword(name) = arg.kind {
                argument(&mut sheet, &ir, ir.str(name), arg.value);
            }
        }
    }
    sheet.manifest.requirements.sort_by_key(|requirement| requirement.place.span.start);
    Some(sheet.manifest)
}

/// `setup` of setuptools or distutils, however it was imported: also by whichever of two is there.
fn is_setup(ir: &FileIr, callee: ValueId) -> bool {
    let is_tool = |module: &str| matches!(module, "setuptools" | "distutils.core" | "skbuild");
    let mut waiting = vec![callee];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) || seen.len() > MOST {
            continue;
        }
        match resolved(ir, id) {
            Value::Import { module, name: Some(name), .. }
                if is_tool(ir.str(module)) && ir.str(name) == "setup" =>
            {
                return true;
            }
            Value::Attr { of, name } if ir.str(name) == "setup" => match resolved(ir, of) {
                Value::Import { module, name: None, .. } if is_tool(ir.str(module)) => return true,
                Value::Import { module, name: Some(name), .. }
                    if is_tool(&format!("{}.{}", ir.str(module), ir.str(name))) =>
                {
                    return true;
                }
                _ => {}
            },
            Value::Join { ways, .. } => {
                waiting.extend(ir.ways.get(ways).iter().map(|way| way.value));
            }
            Value::Gamma { then, otherwise, .. } => waiting.extend([then, otherwise]),
            Value::Mu { init, back, .. } => waiting.extend([init, back]),
            _ => {}
        }
    }
    false
}

/// The value behind guards, and behind names of the module: what a name was bound to in the text,
/// whatever an `exec` may have made of it since.
fn resolved(ir: &FileIr, mut id: ValueId) -> Value {
    for _ in 0..MOST_NAMES {
        let value = ir.value(ir.bare(id));
        let Value::Global { name, layers } = value else { return value };
        id = match ir.layers.get(layers) {
            [first, ..] if !writes_names(ir, first.value) => first.value,
            _ => match ir.binding(FileIr::module(), name) {
                Some(binding) => binding.value,
                None => return value,
            },
        };
    }
    ir.value(ir.bare(id))
}

/// Whether a value is no value of a name, but something that may bind any: `exec(…)`, a write to
/// `globals()`, a star import.
fn writes_names(ir: &FileIr, id: ValueId) -> bool {
    let is_called = |id: ValueId, names: &[&str]| {
        matches!(ir.value(id), Value::Call { callee, .. }
            if matches!(ir.value(ir.bare(callee)), Value::Global { name, .. }
                if names.contains(&ir.str(name))))
    };
    match ir.value(ir.bare(id)) {
        Value::Star { .. } => true,
        Value::Call { .. } => is_called(ir.bare(id), &["exec", "execfile"]),
        Value::Mutate(mutation) => {
            is_called(ir.bare(ir.mutation(mutation).receiver), &["globals", "locals", "vars"])
        }
        _ => false,
    }
}

fn argument(sheet: &mut Sheet<'_>, ir: &FileIr, name: &str, value: ValueId) {
    match name {
        "name" => {
            if let Value::Str(text) = resolved(ir, value) {
                sheet.manifest.project = PackageName::new(ir.str(text));
            }
        }
        "python_requires" => {
            if let Value::Str(text) = resolved(ir, value) {
                let place = sheet.source.place(ir.span(value));
                let value = Specifiers::parse(ir.str(text));
                sheet.manifest.python = Some(Located { value, place });
            }
        }
        "install_requires" => list(sheet, ir, value, &Group::Production),
        "setup_requires" => list(sheet, ir, value, &Group::Build),
        "tests_require" => list(sheet, ir, value, &Group::Test("tests_require".to_owned())),
        "extras_require" => extras(sheet, ir, value),
        _ => {}
    }
}

/// Each key is an extra, or ` :condition` behind one, as old files have it.
fn extras(sheet: &mut Sheet<'_>, ir: &FileIr, value: ValueId) {
    let mut waiting = vec![value];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) || seen.len() > MOST {
            continue;
        }
        match resolved(ir, id) {
            Value::Dict(pairs) => {
                for pair in ir.pairs.get(pairs) {
                    let Some(key) = pair.key else {
                        waiting.push(pair.value);
                        continue;
                    };
                    if let Value::Str(key) = resolved(ir, key) {
                        let key = ir.str(key).split(':').next().unwrap_or("").to_owned();
                        let group = match key.as_str() {
                            "" => Group::Production,
                            _ => Group::Extra(key),
                        };
                        list(sheet, ir, pair.value, &group);
                    }
                }
            }
            // `dict(pdf=[…])`
            Value::Call { callee, args }
                if matches!(ir.value(ir.bare(callee)), Value::Global { name, .. }
                    if ir.str(name) == "dict") =>
            {
                for arg in ir.args.get(args) {
                    match arg.kind {
                        ArgKind::Keyword(name) => {
                            let group = Group::Extra(ir.str(name).to_owned());
                            list(sheet, ir, arg.value, &group);
                        }
                        _ => waiting.push(arg.value),
                    }
                }
            }
            Value::Join { ways, .. } => {
                waiting.extend(ir.ways.get(ways).iter().map(|way| way.value));
            }
            Value::Gamma { then, otherwise, .. } => waiting.extend([then, otherwise]),
            Value::Binary { left, right, .. } => waiting.extend([left, right]),
            Value::Mu { init, back, .. } => waiting.extend([init, back]),
            // `extras["all"] = …`
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                waiting.push(mutation.receiver);
                if let [key, value] = ir.args.get(mutation.args)
                    && let Value::Str(key) = resolved(ir, key.value)
                {
                    let group = Group::Extra(ir.str(key).to_owned());
                    list(sheet, ir, value.value, &group);
                }
            }
            _ => {}
        }
    }
}

/// Every text that the list is made of, on whatever way; a file that is opened for it is named.
fn list(sheet: &mut Sheet<'_>, ir: &FileIr, value: ValueId, group: &Group) {
    let mut waiting = vec![(value, true)];
    let mut seen = BTreeSet::new();
    while let Some((id, is_item)) = waiting.pop() {
        if !seen.insert(id) || seen.len() > MOST {
            continue;
        }
        match resolved(ir, id) {
            // Requirements may stand in one text, a line each.
            Value::Str(text) if is_item => {
                pieces(sheet, ir.str(text), ir.span(ir.bare(id)), Cut::Lines, group);
            }
            Value::Text { parts, .. } if is_item => {
                let text = put_together(ir, ir.parts.get(parts));
                item(sheet, &text, ir.span(ir.bare(id)), 0, group);
            }
            Value::Str(text) => file(sheet, ir.str(text), ir.span(ir.bare(id))),
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                waiting.extend(ir.items.get(items).iter().map(|item| (item.value, is_item)));
            }
            Value::Binary { left, right, .. } => {
                waiting.extend([(left, is_item), (right, is_item)])
            }
            Value::Gamma { then, otherwise, .. } => {
                waiting.extend([(then, is_item), (otherwise, is_item)]);
            }
            Value::Mu { init, back, .. } => waiting.extend([(init, is_item), (back, is_item)]),
            Value::Join { ways, .. } => {
                waiting.extend(ir.ways.get(ways).iter().map(|way| (way.value, is_item)));
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                waiting.push((mutation.receiver, is_item));
                let args = ir.args.get(mutation.args);
                waiting.extend(args.iter().map(|arg| (arg.value, is_item)));
            }
            Value::Call { args, callee } => {
                if let Some((text, span, cut)) = cut_up(ir, callee, ir.args.get(args)) {
                    pieces(sheet, text, span, cut, group);
                    continue;
                }
                // `read("requirements.txt")`: the file is what is meant, not its name.
                waiting.extend(ir.args.get(args).iter().map(|arg| (arg.value, false)));
                waiting.push((callee, false));
            }
            Value::Attr { of, .. } => waiting.push((of, false)),
            Value::Enter { manager, .. } => waiting.push((manager, false)),
            Value::Elem { of, .. } => waiting.push((of, false)),
            Value::Comp(comp) => {
                let clauses = &ir.comp(comp).clauses;
                waiting.extend(clauses.iter().map(|clause| (clause.iterator, false)));
            }
            _ => {}
        }
    }
}

/// How a text is cut into requirements.
#[derive(Clone, Copy)]
enum Cut {
    /// `.splitlines()`, `.split("\n")`; or setuptools, which is given the whole.
    Lines,
    /// `.split()`
    Words,
    /// `.split(",")`
    Commas,
}

/// The text that a call cuts up, however it is trimmed before: `"""…""".strip().split("\n")`.
fn cut_up<'i>(ir: &'i FileIr, callee: ValueId, args: &[Arg]) -> Option<(&'i str, Span, Cut)> {
    let Value::Attr { of, name } = resolved(ir, callee) else { return None };
    let by = match args {
        [] => None,
        [by, ..] => match resolved(ir, by.value) {
            Value::Str(by) => Some(ir.str(by)),
            _ => return None,
        },
    };
    let cut = match (ir.str(name), by) {
        ("splitlines", _) | ("split", Some("\n")) => Cut::Lines,
        ("split", None) => Cut::Words,
        ("split", Some(",")) => Cut::Commas,
        _ => return None,
    };
    let mut of = of;
    for _ in 0..MOST_NAMES {
        match resolved(ir, of) {
            Value::Str(text) => return Some((ir.str(text), text_span(ir, of), cut)),
            Value::Call { callee, .. } => match resolved(ir, callee) {
                Value::Attr { of: inner, name }
                    if matches!(ir.str(name), "strip" | "lstrip" | "rstrip") =>
                {
                    of = inner;
                }
                _ => return None,
            },
            _ => return None,
        }
    }
    None
}

/// Where the text behind a name is written.
fn text_span(ir: &FileIr, mut id: ValueId) -> Span {
    for _ in 0..MOST_NAMES {
        let Value::Global { name, .. } = ir.value(ir.bare(id)) else { break };
        match ir.binding(FileIr::module(), name) {
            Some(binding) => id = binding.value,
            None => break,
        }
    }
    ir.span(ir.bare(id))
}

/// Requirements that stand in one text.
fn pieces(sheet: &mut Sheet<'_>, text: &str, span: Span, cut: Cut, group: &Group) {
    let all: Vec<&str> = match cut {
        Cut::Lines => text.lines().collect(),
        Cut::Words => text.split_whitespace().collect(),
        Cut::Commas => text.split(',').collect(),
    };
    let mut from = 0;
    for piece in all.into_iter().take(MOST) {
        let piece = match piece.find(" #") {
            Some(comment) => &piece[..comment],
            None => piece,
        };
        let piece = piece.trim();
        if !piece.starts_with('#') {
            from = item(sheet, piece, span, from, group);
        }
    }
}

/// A text of several parts, one of its ways; as far as it is known, without a version that is begun.
fn put_together(ir: &FileIr, parts: &[TextPart]) -> String {
    let mut text = String::new();
    for part in parts {
        let hole = match part.piece {
            TextPiece::Literal(piece) => {
                text.push_str(ir.str(piece));
                continue;
            }
            TextPiece::Hole { value, .. } => value,
        };
        let mut hole = resolved(ir, hole);
        for _ in 0..MOST_NAMES {
            let Value::Gamma { then, .. } = hole else { break };
            hole = resolved(ir, then);
        }
        let Value::Str(piece) = hole else {
            let begun = |c: char| matches!(c, '<' | '>' | '=' | '!' | '~' | ',' | ' ');
            text.truncate(text.trim_end_matches(begun).len());
            return text;
        };
        text.push_str(ir.str(piece));
    }
    text
}

/// Reads one requirement, which is written behind `from` in the source of its text; where the next
/// one may begin.
fn item(sheet: &mut Sheet<'_>, text: &str, span: Span, from: usize, group: &Group) -> usize {
    if text.trim().is_empty() {
        return from;
    }
    let raw = span.slice(&sheet.source.text);
    let found = raw.get(from..).and_then(|rest| Some(from + rest.find(text)?));
    let next = found.map_or(from, |at| at + text.len());
    let inner = found.map(|at| span.start + at as u32);
    match dependency::parse(text) {
        Err(wrong) => sheet.problem(span.start, wrong.message),
        Ok((dependency, wrongs)) => {
            for wrong in wrongs {
                sheet.problem(span.start, wrong.message);
            }
            let written = dependency.name.written().to_owned();
            let offsets = Offsets::from(inner.unwrap_or(span.start));
            let kind = RequirementKind::Wanted;
            let range = 0..text.len();
            let (source, group) = (sheet.source, group.clone());
            let mut requirement = dependency.requirement(source, &offsets, range, group, kind);
            if inner.is_none() {
                // Joined or escaped: the name where it stands whole, else all of it.
                let name = raw.find(&written).map(|at| {
                    let start = span.start + at as u32;
                    Span::new(start, start + written.len() as u32)
                });
                requirement.place = source.place(span);
                requirement.name_span = name.unwrap_or(span);
                requirement.specifiers_span = None;
            }
            sheet.manifest.requirements.push(requirement);
        }
    }
    next
}

fn file(sheet: &mut Sheet<'_>, text: &str, span: Span) {
    if !text.ends_with(".txt") && !text.ends_with(".in") {
        return;
    }
    let place = sheet.source.place(span);
    let (kind, target) = (RequirementKind::Wanted, text.to_owned());
    // How the path goes on is for the code to know: the name is a hint.
    sheet.manifest.includes.push(Include { kind, target, path: None, place });
}

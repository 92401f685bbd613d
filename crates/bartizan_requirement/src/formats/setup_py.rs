//! `setup.py`, read as syntax and never run: what is passed to `setup(…)`, as far as the text tells.

use std::collections::BTreeSet;

use bartizan_base::{FilePath, Span};
use bartizan_ir::{ArgKind, FileIr, Value, ValueId};

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
            Value::Str(text) if is_item => item(sheet, ir.str(text), ir.span(ir.bare(id)), group),
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
            // `read("requirements.txt")`: the file is what is meant, not its name.
            Value::Call { args, callee } => {
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

fn item(sheet: &mut Sheet<'_>, text: &str, span: Span, group: &Group) {
    // Requirements may stand in one text, a line each.
    if text.trim().is_empty() || text.contains('\n') {
        return;
    }
    let raw = span.slice(&sheet.source.text);
    let inner = raw.find(text).map(|at| span.start + at as u32);
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

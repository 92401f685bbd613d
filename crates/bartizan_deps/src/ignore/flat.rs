//! TOML and YAML as a list of values, each with the way that leads to it and its line.

use saphyr_parser::{Event, Parser};
use toml::de::{DeTable, DeValue};

/// Lists of decisions nest a handful of levels.
const DEEPEST: usize = 16;

/// A value of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Keys, and of lists the position.
    pub path: Vec<String>,
    /// The value as it is written, without quotes; empty for none.
    pub value: String,
    /// Its line, from 1.
    pub line: u32,
}

/// The values below one key.
pub(super) struct Group<'e> {
    /// The key.
    pub key: String,
    entries: Vec<&'e Entry>,
    depth: usize,
}

/// The values below each key of the table or list at `place`, in the order of the file.
pub(super) fn groups<'e>(entries: &'e [Entry], place: &[&str]) -> Vec<Group<'e>> {
    let below: Vec<&Entry> = entries
        .iter()
        .filter(|entry| {
            entry.path.len() > place.len() && entry.path.iter().zip(place).all(|(a, b)| a == b)
        })
        .collect();
    split(below, place.len())
}

fn split(entries: Vec<&Entry>, depth: usize) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for entry in entries {
        let Some(key) = entry.path.get(depth) else { continue };
        match groups.last_mut() {
            Some(group) if group.key == *key => group.entries.push(entry),
            _ => groups.push(Group { key: key.clone(), entries: vec![entry], depth: depth + 1 }),
        }
    }
    groups
}

impl<'e> Group<'e> {
    /// The value at a path below the key.
    pub fn get(&self, path: &[&str]) -> Option<&'e Entry> {
        self.entries.iter().find(|entry| entry.path[self.depth..] == *path).copied()
    }

    /// The values below each key inside.
    pub fn groups(&self) -> impl Iterator<Item = Group<'e>> {
        split(self.entries.clone(), self.depth).into_iter()
    }

    /// The line of its first value.
    pub fn line(&self) -> u32 {
        self.entries.first().map_or(1, |entry| entry.line)
    }
}

/// Reads TOML; an error is a line and what is wrong there.
pub(super) fn toml(text: &str) -> Result<Vec<Entry>, (u32, String)> {
    let table = DeTable::parse(text).map_err(|error| {
        (line(text, error.span().map_or(0, |span| span.start)), error.message().to_owned())
    })?;
    let mut entries = Vec::new();
    walk(text, &DeValue::Table(table.into_inner()), 0, &mut Vec::new(), &mut entries);
    Ok(entries)
}

fn walk(
    text: &str,
    value: &DeValue<'_>,
    at: usize,
    path: &mut Vec<String>,
    entries: &mut Vec<Entry>,
) {
    if path.len() > DEEPEST {
        return;
    }
    match value {
        DeValue::Table(table) => {
            for (key, value) in table {
                path.push(key.get_ref().to_string());
                walk(text, value.get_ref(), value.span().start, path, entries);
                path.pop();
            }
        }
        DeValue::Array(items) => {
            for (number, value) in items.iter().enumerate() {
                path.push(number.to_string());
                walk(text, value.get_ref(), value.span().start, path, entries);
                path.pop();
            }
        }
        value => {
            let value = match value {
                DeValue::String(text) => text.to_string(),
                DeValue::Boolean(is) => is.to_string(),
                DeValue::Integer(number) => number.to_string(),
                DeValue::Float(number) => number.to_string(),
                DeValue::Datetime(date) => date.to_string(),
                _ => String::new(),
            };
            entries.push(Entry { path: path.clone(), value, line: line(text, at) });
        }
    }
}

fn line(text: &str, offset: usize) -> u32 {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1
}

/// Reads the first document of a YAML file; an error is a line and what is wrong there.
pub(super) fn yaml(text: &str) -> Result<Vec<Entry>, (u32, String)> {
    /// A table or list that is open: the position in a list, or the key that waits for its value.
    enum Open {
        List(usize),
        Table(Option<String>),
    }
    let mut entries = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let path = |open: &[Open]| -> Vec<String> {
        let step = |open: &Open| match open {
            Open::List(number) => Some(number.to_string()),
            Open::Table(key) => key.clone(),
        };
        open.iter().filter_map(step).collect()
    };
    // What follows a value: the next position, or the next key.
    let next = |open: &mut [Open]| match open.last_mut() {
        Some(Open::List(number)) => *number += 1,
        Some(Open::Table(key)) => *key = None,
        None => {}
    };
    for event in Parser::new_from_str(text) {
        let (event, place) = event.map_err(|error| {
            (error.marker().line() as u32, format!("not valid YAML: {}", error.info()))
        })?;
        let line = place.start.line() as u32;
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) if open.len() >= DEEPEST => {
                return Err((line, "nested too deep".to_owned()));
            }
            Event::MappingStart(..) => open.push(Open::Table(None)),
            Event::SequenceStart(..) => open.push(Open::List(0)),
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                next(&mut open);
            }
            Event::Scalar(value, style, _, _) => {
                if let Some(Open::Table(key @ None)) = open.last_mut() {
                    *key = Some(value.into_owned());
                    continue;
                }
                let is_null = style == saphyr_parser::ScalarStyle::Plain
                    && matches!(&*value, "~" | "null" | "Null" | "NULL");
                let value = if is_null { String::new() } else { value.into_owned() };
                entries.push(Entry { path: path(&open), value, line });
                next(&mut open);
            }
            Event::Alias(_) => {
                if let Some(Open::Table(key @ None)) = open.last_mut() {
                    *key = Some(String::new());
                } else {
                    next(&mut open);
                }
            }
            Event::DocumentEnd => break,
            _ => {}
        }
    }
    Ok(entries)
}

//! TOML and YAML as a list of values, each with the way that leads to it and its line.

use bartizan_yaml::{Node, Value};
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
    let document = bartizan_yaml::read(text);
    if let Some(fault) = document.faults.into_iter().next() {
        return Err((line(text, fault.at as usize), fault.message));
    }
    let mut entries = Vec::new();
    walk_yaml(text, &document.root, &mut Vec::new(), &mut entries);
    Ok(entries)
}

fn walk_yaml(text: &str, node: &Node, path: &mut Vec<String>, entries: &mut Vec<Entry>) {
    if path.len() > DEEPEST {
        return;
    }
    let value = match &node.value {
        Value::Map(inner) => {
            for (key, _, value) in inner {
                path.push(key.clone());
                walk_yaml(text, value, path, entries);
                path.pop();
            }
            return;
        }
        Value::List(items) => {
            for (number, value) in items.iter().enumerate() {
                path.push(number.to_string());
                walk_yaml(text, value, path, entries);
                path.pop();
            }
            return;
        }
        Value::Text { text, plain: true }
            if matches!(text.as_str(), "~" | "null" | "Null" | "NULL") =>
        {
            String::new()
        }
        Value::Text { text, .. } => text.clone(),
        Value::Null => String::new(),
    };
    entries.push(Entry { path: path.clone(), value, line: line(text, node.span.start as usize) });
}

//! Small projects in memory, and what is known of them in words.

#![allow(dead_code, reason = "each file of tests uses its own part")]

use std::collections::BTreeMap;

use bartizan_base::FilePath;
use bartizan_ir::{FileIr, Value, ValueId};
use bartizan_model::Models;
use bartizan_project::{ClassRef, Entity, FileId, Member, Project, ProjectFile, Resolved};

/// A linked project and the texts that it was read from.
pub struct Linked {
    pub project: Project,
    texts: BTreeMap<String, String>,
}

/// Links files, given as path and text.
pub fn link(files: &[(&str, &str)]) -> Linked {
    link_with(files, Models::for_packages(["django"]))
}

/// Links files with models of one's own.
pub fn link_with(files: &[(&str, &str)], models: Models) -> Linked {
    let mut texts = BTreeMap::new();
    let read = files.iter().map(|(path, text)| {
        let path = FilePath::new(path).expect("a path of a test lies in its tree");
        let reading = bartizan_python::read(&path, text.as_bytes());
        texts.insert(path.to_string(), reading.text.clone());
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    });
    let read = read.collect();
    Linked { project: Project::link(read, models), texts }
}

impl Linked {
    pub fn file(&self, path: &str) -> FileId {
        self.project.file_at(path).expect("the file is among those that were linked")
    }

    /// The value that a module ends with under a name.
    pub fn bound(&self, path: &str, name: &str) -> (FileId, ValueId) {
        let file = self.file(path);
        let ir = self.project.ir(file);
        let name = ir.strings.find(name).expect("the file mentions the name");
        let binding = ir.binding(FileIr::module(), name).expect("the module binds the name");
        (file, binding.value)
    }

    /// What a module's name is, in words.
    pub fn what(&self, path: &str, name: &str) -> String {
        let (file, value) = self.bound(path, name);
        self.words(self.project.resolve_surely(file, value))
    }

    /// What the calls of a file reach, in the order of the text: `written -> reached`.
    pub fn calls(&self, path: &str) -> Vec<String> {
        let file = self.file(path);
        let text = &self.texts[path];
        let mut calls: Vec<_> = self.project.calls(file).collect();
        calls.sort_by_key(|call| (call.span.start, call.span.end));
        let ir = self.project.ir(file);
        calls
            .into_iter()
            .map(|call| {
                assert!(matches!(ir.value(call.value), Value::Call { .. }));
                let written = without_arguments(call.span.slice(text));
                let reached = self.project.callee(file, call.value);
                let what = Resolved { entity: reached.target, confidence: reached.confidence };
                format!("{written} -> {}", self.words(what))
            })
            .collect()
    }

    /// What the last call of a file reaches.
    pub fn last_call(&self, path: &str) -> String {
        let calls = self.calls(path);
        let last = calls.last().expect("the file calls something");
        last.split_once(" -> ").expect("it is written so").1.to_owned()
    }

    /// What the models say of the last call: the dotted name of the entry.
    pub fn last_model(&self, path: &str) -> Option<String> {
        let file = self.file(path);
        let call = self.project.calls(file).max_by_key(|call| call.span.start)?;
        self.project.callee(file, call.value).model.map(|model| model.path.clone())
    }

    pub fn class(&self, path: &str, name: &str) -> ClassRef {
        let (file, value) = self.bound(path, name);
        match self.project.resolve(file, value) {
            Entity::Class(file, class) => ClassRef::Project(file, class),
            other => panic!("{name} is no class: {other:?}"),
        }
    }

    /// The classes of an order by their last names, with `…` where there may be others.
    pub fn mro(&self, path: &str, name: &str) -> String {
        let mro = self.project.mro(self.class(path, name));
        let names =
            mro.classes.iter().map(|class| self.project.dotted(class.entity()).unwrap_or("?"));
        let names: Vec<&str> = names.map(|name| name.rsplit('.').next().unwrap_or(name)).collect();
        format!("{}{}", names.join(" "), if mro.complete { "" } else { " …" })
    }

    pub fn words(&self, what: Resolved) -> String {
        let dotted = |entity| self.project.dotted(entity).unwrap_or("?");
        let words = match what.entity {
            Entity::Module(_) => format!("module {}", dotted(what.entity)),
            Entity::External(_) => dotted(what.entity).to_owned(),
            Entity::Function(..) => format!("def {}", dotted(what.entity)),
            Entity::Class(..) => format!("class {}", dotted(what.entity)),
            Entity::Instance(_) => format!("a {}", dotted(what.entity)),
            Entity::Method { receiver, member } => {
                let receiver = dotted(receiver.entity());
                let kind = match member {
                    Member::Project(..) => "def ",
                    Member::External(_) => "",
                };
                let method = dotted(what.entity);
                if method.rsplit_once('.').is_some_and(|(class, _)| class == receiver) {
                    format!("{kind}{method}, bound")
                } else {
                    format!("{kind}{method}, bound to {receiver}")
                }
            }
            Entity::Super(..) => format!("super of {}", dotted(what.entity)),
            Entity::Value(..) => "a value".to_owned(),
            Entity::Unknown(why) => format!("unknown: {why:?}"),
        };
        if what.confidence == bartizan_finding::Confidence::High {
            words
        } else {
            format!("{words} ({})", what.confidence)
        }
    }
}

/// `cart.add` of `cart.add(item, 2)`.
fn without_arguments(call: &str) -> &str {
    let mut open = 0;
    for (at, c) in call.char_indices().rev() {
        match c {
            ')' => open += 1,
            '(' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return &call[..at];
        }
    }
    call
}

//! Settings as they are where a variable of the environment has a value that code asks for:
//! `if os.environ.get("ENV") == "production": from .production import *`.

use std::collections::BTreeSet;

use bartizan_base::FilePath;
use bartizan_django::settings::{Environment, GivenVariable};
use bartizan_ir::{CompareOp, FileIr, Value, ValueId};
use bartizan_project::FileId;
use bartizan_value::{Abstract, Reason};

use super::SideVersion;

/// A variable of the environment, and a value that code compares it with.
pub(super) type Asked = (String, String);

/// Values of variables beyond which settings are not asked where they are given.
const MOST_ASKED: usize = 6;

/// The environment of the site as it is where a variable has a value that code asks for.
pub(super) fn worlds(
    served: &[Environment],
    asked: &BTreeSet<Asked>,
) -> Vec<(Environment, String)> {
    let Some(main) = served.first() else { return Vec::new() };
    let is_open = |(name, _): &&Asked| !main.variables.iter().any(|given| given.name == *name);
    let worlds = asked.iter().filter(is_open).take(MOST_ASKED).map(|(name, value)| {
        let mut environment = main.clone();
        let place = (FilePath::new("").expect("the root of a tree has a path"), 1);
        environment.unclear.retain(|unclear| unclear != name);
        environment.variables.push(GivenVariable {
            name: name.clone(),
            value: value.clone(),
            place,
        });
        (environment, format!("{name}={value}"))
    });
    worlds.collect()
}

/// The texts of a list, or one text.
fn texts_of(ir: &FileIr, value: ValueId) -> Vec<String> {
    match ir.value(ir.bare(value)) {
        Value::Str(text) => vec![ir.str(text).to_owned()],
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            let texts = ir.items[items].iter().filter_map(|item| match ir.value(item.value) {
                Value::Str(text) => Some(ir.str(text).to_owned()),
                _ => None,
            });
            texts.collect()
        }
        _ => Vec::new(),
    }
}

impl SideVersion<'_> {
    /// The values that edited settings of the site compare variables of the environment with.
    pub(super) fn asked_for(&self, served: &[Environment]) -> BTreeSet<Asked> {
        let (project, mut found) = (self.project(), BTreeSet::new());
        let Some(main) = served.first() else { return found };
        let settings = self.settings(main);
        let files = settings.files().iter().copied().filter(|file| self.is_own(*file));
        let files: Vec<FileId> = files.collect();
        if !files.iter().any(|file| self.side.edits.touches(project.path(*file))) {
            return found;
        }
        for file in files {
            let ir = project.ir(file);
            for value in &ir.values {
                let Value::Compare { op, left, right } = *value else { continue };
                if !matches!(
                    op,
                    CompareOp::Eq | CompareOp::NotEq | CompareOp::In | CompareOp::NotIn
                ) {
                    continue;
                }
                for (variable, texts) in [(left, right), (right, left)] {
                    let texts = texts_of(ir, texts);
                    if texts.is_empty() {
                        continue;
                    }
                    let variable = match self.evaluator.evaluate(file, variable).value {
                        Abstract::Env(env) => env.name.to_string(),
                        Abstract::Unknown(Reason::Environment(name)) => name.to_string(),
                        _ => continue,
                    };
                    let asked = texts.into_iter().map(|text| (variable.clone(), text));
                    found.extend(asked.take(MOST_ASKED));
                }
            }
        }
        while found.len() > MOST_ASKED {
            found.pop_last();
        }
        found
    }
}

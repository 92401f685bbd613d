//! What is known of packages outside the tree: built in, and added by the project.

use std::collections::BTreeSet;

use bartizan_ir::Value;
use bartizan_model::{ModelError, Models};

use crate::read::ReadFile;

/// What a project adds in files of its own (`models` in the configuration), checked.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    files: Vec<(String, String)>,
}

impl Knowledge {
    /// Takes files by path and text. Fails on the first that does not follow the schema.
    pub fn read(files: Vec<(String, String)>) -> Result<Self, ModelError> {
        let mut models = Models::for_packages(std::iter::empty::<&str>());
        for (path, text) in &files {
            models.with_user(path, text)?;
        }
        Ok(Self { files })
    }

    pub(crate) fn add_to(&self, models: &mut Models) {
        for (path, text) in &self.files {
            // They were read once without an error; a second reading has none either, unless two of
            // them say different things, which the first reading found.
            let _ = models.with_user(path, text);
        }
    }
}

/// The packages that the files import, by their first name.
pub(crate) fn packages(files: &[ReadFile]) -> BTreeSet<String> {
    let mut packages = BTreeSet::new();
    for file in files {
        let Some(reading) = &file.reading else { continue };
        let ir = &reading.ir;
        for value in &ir.values {
            let (Value::Import { module, level: 0, .. } | Value::Star { module, level: 0 }) = value
            else {
                continue;
            };
            let module = ir.str(*module);
            let first = module.split('.').next().unwrap_or(module);
            if !packages.contains(first) {
                packages.insert(first.to_owned());
            }
        }
        // A package that lies in the tree may be one that is known: Django itself, say.
        if let Some(first) = file.path.parts().find(|part| !matches!(*part, "src" | "lib"))
            && !packages.contains(first)
        {
            packages.insert(first.to_owned());
        }
    }
    packages
}

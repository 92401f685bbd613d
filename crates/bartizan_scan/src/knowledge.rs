//! What is known of packages outside the tree: built in, added by the project, published.

use std::collections::BTreeSet;

use bartizan_advisory::Advisories;
use bartizan_base::Tree;
use bartizan_deps::{Ignore, Yanked};
use bartizan_ir::Value;
use bartizan_model::{ModelError, Models};
use bartizan_requirement::Version;

use crate::config::Config;
use crate::read::ReadFile;

/// What is known of packages besides what is built into the engine.
#[derive(Clone, Default)]
pub struct Knowledge<'a> {
    /// What a project adds in files of its own (`models` in the configuration), checked.
    files: Vec<(String, String)>,
    /// What is published of holes. Without it, packages are not judged.
    pub(crate) advisories: Option<&'a Advisories>,
    /// What the project has decided to live with.
    pub(crate) ignores: &'a [Ignore],
    /// The packages that are installed.
    pub(crate) installed: Option<&'a dyn Tree>,
    /// The version of Django among them.
    django: Option<Version>,
    /// What indexes told of releases that were taken back, where any was asked.
    pub(crate) yanked: Option<&'a Yanked>,
}

impl<'a> Knowledge<'a> {
    /// Takes files by path and text. Fails on the first that does not follow the schema.
    pub fn read(files: Vec<(String, String)>) -> Result<Self, ModelError> {
        let mut models = Models::for_packages(std::iter::empty::<&str>());
        for (path, text) in &files {
            models.with_user(path, text)?;
        }
        Ok(Self { files, ..Self::default() })
    }

    /// The same with what is published of holes, and what the project has decided about it.
    pub fn with_advisories(self, advisories: &'a Advisories, ignores: &'a [Ignore]) -> Self {
        Self { advisories: Some(advisories), ignores, ..self }
    }

    /// The same with a `site-packages` folder, where what the project uses is read.
    pub fn with_installed(self, installed: &'a dyn Tree) -> Self {
        let django = crate::installed::django(installed);
        Self { installed: Some(installed), django, ..self }
    }

    /// The same with what indexes told of releases that were taken back.
    pub fn with_yanked(self, yanked: &'a Yanked) -> Self {
        Self { yanked: Some(yanked), ..self }
    }

    /// The version of Django to go by, where it is not the project's manifests that say it: the one
    /// that is configured, else the one that is installed.
    pub(crate) fn django<'k>(&'k self, config: &'k Config) -> Option<&'k Version> {
        config.django.as_ref().or(self.django.as_ref())
    }

    pub(crate) fn add_to(&self, models: &mut Models) {
        for (path, text) in &self.files {
            // They were read once without an error; a second reading has none either, unless two of
            // them say different things, which the first reading found.
            let _ = models.with_user(path, text);
        }
    }
}

/// The packages that the files import, or name in settings and URLconfs, by their first name.
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
        crate::installed::named(&file.path, ir, &mut packages);
        // A package that lies in the tree may be one that is known: Django itself, say.
        if let Some(first) = file.path.parts().find(|part| !matches!(*part, "src" | "lib"))
            && !packages.contains(first)
        {
            packages.insert(first.to_owned());
        }
    }
    packages
}

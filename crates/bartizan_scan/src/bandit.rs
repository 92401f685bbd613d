//! Bandit's own configuration: `[tool.bandit]` in `pyproject.toml`, and `.bandit`.
//!
//! It counts in the profile `bandit` alone. What is no configuration for Bandit is none here: what
//! cannot be read is passed over, as Bandit passes over a section that it does not find.

use bartizan_base::{FilePath, Tree};
use bartizan_rules::BanditOptions;

/// What Bandit would be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) options: BanditOptions,
    /// Parts of paths, or patterns, that are not looked at.
    pub(crate) excluded: Vec<String>,
}

impl Told {
    /// Reads both files at the root of `tree`; `.bandit` is the later word, as the command line's.
    pub(crate) fn of(tree: &dyn Tree) -> Self {
        let mut told = Self::default();
        let text = |name: &str| {
            let path = FilePath::new(name)?;
            String::from_utf8(tree.read(&path).ok()?).ok()
        };
        if let Some(text) = text("pyproject.toml") {
            told.read_pyproject(&text);
        }
        if let Some(text) = text(".bandit") {
            told.read_ini(&text);
        }
        told
    }

    /// Whether Bandit would look at a file.
    pub(crate) fn covers(&self, path: &FilePath) -> bool {
        let path = path.as_str();
        path.ends_with(".py")
            && !self.excluded.iter().any(|part| {
                let part = part.trim_start_matches("./").trim_matches('*');
                !part.is_empty() && path.contains(part)
            })
    }

    fn read_pyproject(&mut self, text: &str) {
        let Ok(document) = text.parse::<toml::Table>() else { return };
        let tool = document.get("tool").and_then(|tool| tool.get("bandit"));
        let Some(table) = tool.and_then(toml::Value::as_table) else { return };
        let list = |value: Option<&toml::Value>| -> Option<Vec<String>> {
            let words = |items: &Vec<toml::Value>| {
                items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
            };
            value.and_then(toml::Value::as_array).map(words)
        };
        let option = |plugin: &str, name: &str| table.get(plugin).and_then(|of| of.get(name));
        let typed = |plugin: &str| {
            option(plugin, "check_typed_exception").and_then(toml::Value::as_bool).unwrap_or(false)
        };
        self.excluded.extend(list(table.get("exclude_dirs")).unwrap_or_default());
        let options = &mut self.options;
        options.tests = list(table.get("tests")).unwrap_or_default();
        options.skips = list(table.get("skips")).unwrap_or_default();
        options.assert_skips = list(option("assert_used", "skips")).unwrap_or_default();
        options.typed_pass = typed("try_except_pass");
        options.typed_continue = typed("try_except_continue");
        if let Some(folders) = list(option("hardcoded_tmp_directory", "tmp_dirs")) {
            options.tmp_dirs = folders;
        }
    }

    fn read_ini(&mut self, text: &str) {
        let mut inside = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with('[') {
                inside = line == "[bandit]";
                continue;
            }
            let Some((name, value)) = line.split_once(['=', ':']) else { continue };
            if !inside || line.starts_with(['#', ';']) {
                continue;
            }
            let words = value.split(',').map(str::trim).filter(|word| !word.is_empty());
            let words: Vec<String> = words.map(str::to_owned).collect();
            match name.trim() {
                "exclude" => self.excluded.extend(words),
                "tests" => self.options.tests = words,
                "skips" => self.options.skips = words,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bartizan_base::MemoryTree;

    use super::*;

    #[test]
    fn both_files_are_read_and_the_later_word_counts() {
        let tree = MemoryTree::new()
            .with(
                "pyproject.toml",
                "[tool.bandit]\nskips = [\"B101\"]\nexclude_dirs = [\"./migrations\"]\n\
                 [tool.bandit.assert_used]\nskips = [\"*_test.py\"]\n\
                 [tool.bandit.try_except_pass]\ncheck_typed_exception = true\n",
            )
            .with(
                ".bandit",
                "[bandit]\n# as for the clinic\nskips = B101, B311\nexclude = /docs/\n",
            );
        let told = Told::of(&tree);
        assert_eq!(told.options.skips, ["B101", "B311"]);
        assert_eq!(told.options.assert_skips, ["*_test.py"]);
        assert!(told.options.typed_pass && !told.options.typed_continue);
        let covers = |path: &str| told.covers(&FilePath::new(path).expect("a plain path"));
        assert!(covers("shop/views.py") && !covers("shop/migrations/0001.py"));
        assert!(!covers("shop/docs/conf.py") && !covers("shop/views.pyi"));
    }

    #[test]
    fn what_is_no_configuration_changes_nothing() {
        let tree =
            MemoryTree::new().with("pyproject.toml", "[tool.bandit").with(".bandit", "skips=B1");
        assert_eq!(Told::of(&tree), Told::default());
    }
}

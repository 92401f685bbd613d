//! What pip's configuration files say of indexes, read as pip reads them.

use std::collections::BTreeMap;

use bartizan_base::FilePath;

use crate::formats::ini;
use crate::text::SourceText;

/// The sections that count for what is installed, the weaker first, as pip orders them.
const SECTIONS: [&str; 2] = ["global", "install"];

/// The settings of several files and of the environment.
#[derive(Clone, Debug, Default)]
pub struct PipConfig {
    /// By position of the section, then by key; values as their lines.
    values: BTreeMap<(usize, String), Vec<String>>,
}

impl PipConfig {
    /// Adds what a file says. What was added before gives way, within the same section.
    pub fn add_file(&mut self, bytes: &[u8]) {
        let path = FilePath::new("pip.conf").expect("a plain name is a path");
        let (source, _) = SourceText::decode(&path, bytes);
        for setting in ini::read(&source) {
            let section = setting.section.to_ascii_lowercase();
            let Some(section) = SECTIONS.iter().position(|known| *known == section) else {
                continue;
            };
            let lines = setting.lines.iter().map(|range| source.text[range.clone()].to_owned());
            self.values.insert((section, key(&setting.key)), lines.collect());
        }
    }

    /// Adds a variable of the environment such as `PIP_INDEX_URL`, which goes before every file.
    /// Names of other variables are passed over, and so are empty ones.
    pub fn add_variable(&mut self, name: &str, value: &str) {
        if let Some(name) = name.strip_prefix("PIP_").filter(|_| !value.trim().is_empty()) {
            self.values.insert((SECTIONS.len(), key(name)), vec![value.to_owned()]);
        }
    }

    /// The value of `name`, such as `index-url`, in one line.
    pub fn get(&self, name: &str) -> Option<String> {
        let value = self.lines(name)?.join(" ");
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// The value of `name` where it is a list: pip parts it at blanks and lines.
    pub fn list(&self, name: &str) -> Vec<String> {
        let lines = self.lines(name).unwrap_or_default();
        lines.iter().flat_map(|line| line.split_whitespace()).map(str::to_owned).collect()
    }

    /// Whether `name` is switched on.
    pub fn is_on(&self, name: &str) -> bool {
        let value = self.get(name).unwrap_or_default().to_ascii_lowercase();
        matches!(value.as_str(), "1" | "true" | "yes" | "on" | "t" | "y")
    }

    fn lines(&self, name: &str) -> Option<&[String]> {
        let strongest = (0..=SECTIONS.len()).rev();
        let mut found = strongest.filter_map(|at| self.values.get(&(at, name.to_owned())));
        found.next().map(Vec::as_slice)
    }
}

/// `INDEX_URL`, `index_url` and `index-url` are one key.
fn key(text: &str) -> String {
    text.trim_start_matches('-').to_ascii_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_goes_before_commands_and_these_before_global() {
        let mut config = PipConfig::default();
        config.add_file(b"[global]\nindex_url = https://a.example/\ntimeout: 60\npre = yes\n");
        config.add_file(
            b"[install]\nextra-index-url =\n  https://b.example/  # ours\n  https://c.example/\n\
              [global]\nindex-url = https://d.example/\n[download]\nindex-url = https://e.example/\n",
        );
        assert_eq!(config.get("index-url").unwrap(), "https://d.example/");
        assert_eq!(config.get("timeout").unwrap(), "60");
        assert!(config.is_on("pre") && !config.is_on("no-index"));
        config.add_variable("PIP_INDEX_URL", "https://f.example/");
        config.add_variable("PIP_TIMEOUT", "");
        config.add_variable("PYTHONPATH", "x");
        assert_eq!(config.get("index-url").unwrap(), "https://f.example/");
        assert_eq!(config.get("timeout").unwrap(), "60");
        let list = config.list("extra-index-url");
        assert_eq!(list[0], "https://b.example/");
        assert_eq!(list.last().unwrap(), "https://c.example/");
    }

    #[test]
    fn a_file_that_is_no_configuration_says_nothing() {
        let mut config = PipConfig::default();
        config.add_file(b"\xff\xfeindex-url = \0[[[");
        assert_eq!(config.get("index-url"), None);
    }
}

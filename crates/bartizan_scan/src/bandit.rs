//! Bandit's own configuration: `.bandit`, the file that is given to it by `-c`, and `[tool.bandit]` in
//! `pyproject.toml`.
//!
//! It counts in the profile `bandit` alone. What is no configuration for Bandit is none here: what
//! cannot be read is passed over, as Bandit passes over a section that it does not find.

use bartizan_base::{FilePath, Tree};
use bartizan_rules::{BanditOptions, KeySizes, fits};
use toml::{Table, Value};

/// What Bandit would be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) options: BanditOptions,
    /// Patterns of the paths that are looked at.
    included: Vec<String>,
    /// Parts of paths, or patterns, that are not looked at.
    pub(crate) excluded: Vec<String>,
}

/// What Bandit leaves out unless it is told otherwise.
const EXCLUDED: &[&str] =
    &[".svn", "CVS", ".bzr", ".hg", ".git", "__pycache__", ".tox", ".eggs", "*.egg"];

/// What teams call the file that they give to Bandit by `-c`, where `.bandit` does not say it.
const NAMES: &[&str] = &[
    "bandit.yaml",
    "bandit.yml",
    ".bandit.yaml",
    ".bandit.yml",
    "bandit.toml",
    ".bandit.toml",
    "pyproject.toml",
];

impl Told {
    /// Reads the files at the root of `tree`. Of several that could be meant by `-c`, the first counts,
    /// since Bandit reads one; what `.bandit` says comes on top, as from its command line. `is_folder`
    /// tells whether a path is one of a folder with code.
    pub(crate) fn of(tree: &dyn Tree, is_folder: &dyn Fn(&str) -> bool) -> Self {
        let text = |name: &str| {
            let path = FilePath::new(name)?;
            String::from_utf8(tree.read(&path).ok()?).ok()
        };
        let own = text(".bandit");
        let ini = own.as_deref().and_then(Ini::read);
        let said = match ini.as_ref().and_then(|ini| ini.get("configfile")) {
            Some(name) => text(name).and_then(|text| parse(name, &text)),
            // `bandit -c .bandit` is common, and then it is YAML.
            None if ini.is_none() && own.is_some() => parse(".yaml", &own.unwrap_or_default()),
            None => NAMES.iter().find_map(|name| parse(name, &text(name)?)),
        };
        let patterns = |patterns: &[&str]| patterns.iter().map(|&part| part.to_owned()).collect();
        // Whoever gives Bandit a file does without its defaults, and one of them is `*.pyw`.
        let included = said.as_ref().map(|table| words(table.get("include")));
        let included = included.map(|words| words.unwrap_or_else(|| patterns(&["*.py"])));
        let included = included.unwrap_or_else(|| patterns(&["*.py", "*.pyw"]));
        let mut told = Self { included, ..Self::default() };
        let profile = ini.as_ref().and_then(|ini| ini.get("profile"));
        if let Some(table) = said {
            told.read(&table, profile);
        }
        // A folder that is there is left out by a pattern that no path below `.` fits, its twins
        // elsewhere with it; one that is not, wherever its name stands in a path.
        let is_folder =
            |part: &str| is_folder(part) || part == ".git" && text(".git/HEAD").is_some();
        let left_out = |part: String| match is_folder(&part) {
            true => format!("{}/*", part.trim_end_matches('/')),
            false => part,
        };
        if let Some(ini) = &ini {
            told.options.tests.extend(ini.words("tests"));
            told.options.skips.extend(ini.words("skips"));
        }
        match ini.as_ref().filter(|ini| ini.get("exclude").is_some()) {
            Some(ini) => told.excluded.extend(ini.words("exclude").map(left_out)),
            None => told.excluded.extend(EXCLUDED.iter().map(|&part| left_out(part.to_owned()))),
        }
        told
    }

    /// Whether Bandit would look at a file, when it is started as `bandit -r .`
    pub(crate) fn covers(&self, path: &FilePath) -> bool {
        let path = path.as_str();
        let below = format!("./{path}");
        // Everything has a slash in it: the root is called `.` then.
        self.included.iter().any(|pattern| fits(pattern, &below))
            && !self.excluded.iter().any(|part| {
                !part.is_empty() && (below.contains(part.as_str()) || fits(part, &below))
            })
    }

    fn read(&mut self, table: &Table, profile: Option<&str>) {
        let option = |plugin: &str, name: &str| table.get(plugin).and_then(|of| of.get(name));
        let typed = |plugin: &str| {
            option(plugin, "check_typed_exception").and_then(Value::as_bool).unwrap_or(false)
        };
        // A plugin under whose name nothing stands goes by its defaults.
        let is_given = |plugin: &str| table.get(plugin).is_some_and(Value::is_table);
        self.excluded.extend(words(table.get("exclude_dirs")).unwrap_or_default());
        let options = &mut self.options;
        match profile {
            // Profiles are the older form, in which tests have names; one of them replaces the lists.
            Some(name) => {
                let chosen = table.get("profiles").and_then(|profiles| profiles.get(name));
                let list = |key: &str| words(chosen.and_then(|of| of.get(key))).unwrap_or_default();
                options.tests = list("include");
                options.skips = list("exclude");
                options.by_name = true;
            }
            None => {
                options.tests = words(table.get("tests")).unwrap_or_default();
                options.skips = words(table.get("skips")).unwrap_or_default();
            }
        }
        options.assert_skips = words(option("assert_used", "skips")).unwrap_or_default();
        options.typed_pass = typed("try_except_pass");
        options.typed_continue = typed("try_except_continue");
        if let Some(folders) = words(option("hardcoded_tmp_directory", "tmp_dirs")) {
            options.tmp_dirs = folders;
        }
        if is_given("shell_injection") {
            let names = |name: &str| words(option("shell_injection", name));
            options.processes.subprocess = names("subprocess");
            options.processes.shell = names("shell");
            options.processes.no_shell = names("no_shell");
        }
        if is_given("ssl_with_bad_version") {
            options.bad_tls = words(option("ssl_with_bad_version", "bad_protocol_versions"));
        }
        if is_given("weak_cryptographic_key") {
            let bits = |name: &str| {
                let name = format!("weak_key_size_{name}");
                option("weak_cryptographic_key", &name).and_then(Value::as_integer)
            };
            let pair = |kind: &str| {
                Some((bits(&format!("{kind}_high"))?, bits(&format!("{kind}_medium"))?))
            };
            options.key_sizes = match (pair("dsa"), pair("rsa"), pair("ec")) {
                (Some(dsa), Some(rsa), Some(ec)) => Some(KeySizes { dsa, rsa, ec }),
                _ => None,
            };
        }
        let markup = |name: &str| words(option("markupsafe_xss", name)).unwrap_or_default();
        options.markup_names = markup("extend_markup_names");
        options.markup_allowed = markup("allowed_calls");
    }
}

/// The texts of a list.
fn words(value: Option<&Value>) -> Option<Vec<String>> {
    let items = value.and_then(Value::as_array)?;
    Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
}

/// The configuration that a file holds; none where Bandit would find none in it.
fn parse(name: &str, text: &str) -> Option<Table> {
    if name.ends_with(".toml") {
        let document = text.parse::<Table>().ok()?;
        return document.get("tool")?.get("bandit")?.as_table().cloned();
    }
    match value(&bartizan_yaml::read(text).root) {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

/// YAML as TOML has it; nothing is an empty text.
fn value(node: &bartizan_yaml::Node) -> Value {
    match &node.value {
        bartizan_yaml::Value::Null => Value::String(String::new()),
        bartizan_yaml::Value::Text { text, plain } => match text.as_str() {
            "true" | "True" | "TRUE" | "yes" | "on" if *plain => Value::Boolean(true),
            "false" | "False" | "FALSE" | "no" | "off" if *plain => Value::Boolean(false),
            text if *plain => {
                text.parse().map_or_else(|_| Value::String(text.to_owned()), Value::Integer)
            }
            text => Value::String(text.to_owned()),
        },
        bartizan_yaml::Value::List(items) => Value::Array(items.iter().map(value).collect()),
        bartizan_yaml::Value::Map(entries) => {
            Value::Table(entries.iter().map(|(key, _, node)| (key.clone(), value(node))).collect())
        }
    }
}

/// The section `[bandit]` of a file.
struct Ini {
    entries: Vec<(String, String)>,
}

impl Ini {
    fn read(text: &str) -> Option<Self> {
        let mut inside = false;
        let mut found = false;
        let mut entries = Vec::new();
        for line in text.lines().map(str::trim) {
            if line.starts_with('[') {
                inside = line == "[bandit]";
                found |= inside;
                continue;
            }
            let Some((name, value)) = line.split_once(['=', ':']) else { continue };
            if inside && !line.starts_with(['#', ';']) {
                entries.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        found.then_some(Self { entries })
    }

    fn get(&self, name: &str) -> Option<&str> {
        let entry = self.entries.iter().rev().find(|(key, _)| key == name);
        entry.map(|(_, value)| value.as_str())
    }

    /// What commas divide. Bandit leaves the spaces behind them, and then finds no test of that name.
    fn words(&self, name: &str) -> impl Iterator<Item = String> {
        let words = self.get(name).unwrap_or_default().split(',');
        words.filter(|word| !word.is_empty()).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use bartizan_base::MemoryTree;

    use super::*;

    fn told(files: &[(&str, &str)]) -> Told {
        let tree =
            files.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, *text));
        Told::of(&tree, &|folder| folder == "docs")
    }

    fn covers(told: &Told, path: &str) -> bool {
        told.covers(&FilePath::new(path).expect("a plain path"))
    }

    #[test]
    fn what_both_files_say_is_added_up() {
        let told = told(&[
            (
                "pyproject.toml",
                "[tool.bandit]\nskips = [\"B101\"]\nexclude_dirs = [\"/migrations/\"]\n\
                 [tool.bandit.assert_used]\nskips = [\"*_test.py\"]\n\
                 [tool.bandit.try_except_pass]\ncheck_typed_exception = true\n",
            ),
            (
                ".bandit",
                "[bandit]\n# as for the clinic\nskips = B311, B404\nexclude = docs,/old/\n",
            ),
        ]);
        assert_eq!(told.options.skips, ["B101", "B311", " B404"]);
        assert_eq!(told.options.assert_skips, ["*_test.py"]);
        assert!(told.options.typed_pass && !told.options.typed_continue);
        assert!(covers(&told, "shop/views.py") && !covers(&told, "shop/migrations/0001.py"));
        // Paths begin with `./`, and so a folder by its bare name leaves nothing out, there as here.
        assert!(covers(&told, "docs/conf.py") && covers(&told, "shop/docs/conf.py"));
        assert!(!covers(&told, "old/views.py") && !covers(&told, "shop/views.pyi"));
    }

    #[test]
    fn what_is_left_out_hangs_on_what_lies_at_the_root() {
        let plain = told(&[("shop/views.py", "")]);
        assert!(covers(&plain, "shop/gui.pyw") && covers(&plain, ".venv/lib/jwt.py"));
        assert!(!covers(&plain, ".tox/py/jwt.py") && !covers(&plain, ".github/labels.py"));
        // In a repository, Bandit leaves out `.git/*`, which no path below `.` fits.
        let kept = told(&[(".git/HEAD", "ref: refs/heads/main"), (".bandit", "[bandit]\n")]);
        assert!(covers(&kept, ".github/labels.py") && !covers(&kept, "docs/.tox/jwt.py"));
        let named = told(&[(".bandit", "[bandit]\nexclude = /old/\n")]);
        assert!(covers(&named, ".tox/py/jwt.py") && !covers(&named, "old/views.py"));
        let file = told(&[("bandit.yaml", "skips: [B101]\n")]);
        assert!(covers(&file, "shop/views.py") && !covers(&file, "shop/gui.pyw"));
    }

    #[test]
    fn yaml_says_what_the_plugins_take() {
        let told = told(&[(
            "bandit.yaml",
            "skips: [B101]\n\
             shell_injection:\n  subprocess:\n    - clinic.run\n  shell: [os.system]\n\
             weak_cryptographic_key:\n  weak_key_size_dsa_high: 1024\n\
             ssl_with_bad_version: {bad_protocol_versions: [PROTOCOL_SSLv2]}\n\
             markupsafe_xss:\n  allowed_calls: [bleach.clean]\n",
        )]);
        let processes = &told.options.processes;
        assert_eq!(processes.subprocess.as_deref(), Some(&["clinic.run".to_owned()][..]));
        assert_eq!(processes.no_shell, None);
        // Bandit's test asks for all six bounds.
        assert_eq!(told.options.key_sizes, None);
        assert_eq!(told.options.bad_tls.as_deref(), Some(&["PROTOCOL_SSLv2".to_owned()][..]));
        assert_eq!(told.options.markup_allowed, ["bleach.clean"]);
    }

    #[test]
    fn a_profile_of_the_older_form_goes_before_the_lists() {
        let told = told(&[
            (".bandit", "[bandit]\nconfigfile = ci/bandit.yml\nprofile = shop\n"),
            (
                "ci/bandit.yml",
                "skips: [B101]\nprofiles:\n  shop:\n    include: [assert_used, B105]\n",
            ),
            ("bandit.yaml", "skips: [B105]\n"),
        ]);
        assert_eq!(told.options.tests, ["assert_used", "B105"]);
        assert!(told.options.skips.is_empty());
    }

    #[test]
    fn what_is_no_configuration_changes_nothing() {
        let broken = told(&[("pyproject.toml", "[tool.bandit"), (".bandit", "skips=B1")]);
        assert_eq!(broken, told(&[]));
    }
}

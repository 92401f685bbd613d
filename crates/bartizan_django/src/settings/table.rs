//! Settings side by side, environment by environment, as they are shown.

use bartizan_base::{FilePath, Problem};

/// Settings of all environments of a tree.
#[derive(Debug, Default)]
pub struct SettingsTable {
    /// The environments: one column each.
    pub environments: Vec<Column>,
    /// The settings, by name: one row each.
    pub rows: Vec<Row>,
    /// Environments that were not asked for, by name and module.
    pub left_out: Vec<(String, String)>,
    /// Names that were asked for and that nobody knows, each with the one that was probably meant.
    pub unknown_names: Vec<(String, Option<String>)>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// An environment.
#[derive(Debug)]
pub struct Column {
    /// `production`
    pub name: String,
    /// `local`, `test` or `production`.
    pub role: &'static str,
    /// The folder of the Django project; empty for the root.
    pub root: String,
    /// The dotted name of the settings module.
    pub module: String,
    /// Its file.
    pub path: FilePath,
    /// Where that was decided: file and line. `None` where the module's own name tells.
    pub decided: Option<(FilePath, u32)>,
    /// Whether anything says so, or nothing else was found.
    pub is_sure: bool,
    /// What gives it variables and is not here: what, and the file and the line that say so.
    pub outside: Option<(String, (FilePath, u32))>,
    /// The Django whose defaults hold.
    pub django: String,
    /// Whether the project says which Django it runs on.
    pub is_django_known: bool,
}

/// A setting.
#[derive(Debug)]
pub struct Row {
    /// `DEBUG`
    pub name: String,
    /// What it is worth, in the order of the environments; `None` where nobody gives it a value.
    pub cells: Vec<Option<Cell>>,
}

/// What a setting is worth in one environment.
#[derive(Debug)]
pub struct Cell {
    /// The value where no variable of the environment is set that the code can do without.
    pub value: String,
    /// Whether that is known.
    pub is_known: bool,
    /// Whether it is Django's default.
    pub is_default: bool,
    /// The line that decides it.
    pub place: Option<(FilePath, u32)>,
    /// The values that it has by conditions that the text does not decide; empty where there is one.
    pub ways: Vec<Way>,
    /// The variables of the environment that it is read from or that decide it.
    pub variables: Vec<String>,
    /// Those that a file gives: `.env`, or what deploys the environment; with the line.
    pub given: Vec<(String, (FilePath, u32))>,
    /// Why it is not known.
    pub unknown: Option<String>,
}

/// One of several values.
#[derive(Debug)]
pub struct Way {
    /// The value.
    pub value: String,
    /// The conditions as the code has them; all must hold.
    pub when: Vec<String>,
    /// The line that decides it.
    pub place: Option<(FilePath, u32)>,
}

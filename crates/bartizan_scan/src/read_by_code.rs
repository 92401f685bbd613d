//! Files beside the code that code opens by name: a `VERSION`, a `config.json`.

use std::collections::{BTreeSet, HashMap};

use bartizan_base::{Entry, FileKind, FilePath, Tree};
use bartizan_project::Project;
use bartizan_value::Files;

/// Bytes beyond which nothing that settings are made of is written.
const LONGEST: u64 = 64 * 1024;

/// Names of which one stands in all code that reads a file.
const READERS: &[&str] = &["open", "read_text", "read_bytes"];

/// Adds what these files say, if code that reads files names them and version control keeps them. What
/// lies on one machine alone is not what is served.
pub(crate) fn add_read_by_code<'e>(
    files: &mut Files,
    tree: &dyn Tree,
    entries: impl IntoIterator<Item = &'e Entry>,
    project: &Project,
) {
    let reading: Vec<_> = project
        .files()
        .map(|file| &project.ir(file).strings)
        .filter(|strings| READERS.iter().any(|name| strings.find(name).is_some()))
        .collect();
    if reading.is_empty() {
        return;
    }
    let mut by_name: HashMap<&str, Vec<&FilePath>> = HashMap::new();
    for entry in entries {
        if entry.kind != FileKind::Python
            && entry.size <= LONGEST
            && !Files::may_hold_variables(entry.path.as_str())
        {
            by_name.entry(entry.path.name()).or_default().push(&entry.path);
        }
    }
    let mut named: BTreeSet<FilePath> = BTreeSet::new();
    for (_, text) in reading.iter().flat_map(|strings| strings.iter()) {
        let name = text.rsplit('/').next().unwrap_or(text);
        if let Some(paths) = by_name.get(name) {
            named.extend(paths.iter().filter(|path| ends_with(path, text)).copied().cloned());
        }
    }
    let named: Vec<FilePath> = named.into_iter().collect();
    let kept = tree.kept(&named);
    for path in named.iter().filter(|path| kept.as_ref().is_none_or(|kept| kept.contains(*path))) {
        // Text in another encoding is read by nobody here.
        if let Ok(bytes) = tree.read(path)
            && let Ok(text) = String::from_utf8(bytes)
        {
            files.add_read_by_code(path.as_str(), text);
        }
    }
}

/// Whether a path ends with all parts of what code names: `config/site.json`, `../VERSION`.
fn ends_with(path: &FilePath, named: &str) -> bool {
    let named = named.trim_start_matches(['.', '/']);
    path.as_str().strip_suffix(named).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

//! Finding the configuration of a tree: the nearest one, from its root upward.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bartizan_finding::RuleInfo;
use bartizan_scan::config::{Config, Form};

use crate::failure::{Failure, words};

/// A configuration above this size was not written by a person.
const LIMIT: u64 = 1_000_000;

/// The two names, the one that goes first in the same folder on top.
const NAMES: [&str; 2] = ["bartizan.toml", "pyproject.toml"];

/// A configuration and where it comes from.
pub struct Loaded {
    pub config: Config,
    /// The folder that its paths are relative to; none where nothing was configured.
    pub folder: Option<PathBuf>,
}

/// The configuration that holds for the tree at `root`: the file at `named`, or else the nearest
/// one, in `root` or a folder above it up to the root of the repository. Without any, the defaults.
///
/// A `pyproject.toml` without a table for us is none, and the search goes on above it.
pub fn load(
    root: &Path,
    named: Option<&Path>,
    rules: &[&'static RuleInfo],
) -> Result<Loaded, Failure> {
    if let Some(path) = named {
        return match read(path, rules)? {
            Some(config) => Ok(rooted(config, path, root)),
            None => Err(Failure::new(format!("{} holds no configuration", path.display()))
                .because("it has no table `[tool.bartizan]`")),
        };
    }
    let repository = root.ancestors().find(|folder| folder.join(".git").exists());
    for folder in root.ancestors() {
        for path in NAMES.map(|name| folder.join(name)) {
            if path.is_file() {
                check_link(&path, repository.unwrap_or(folder))?;
                if let Some(config) = read(&path, rules)? {
                    return Ok(rooted(config, &path, root));
                }
            }
        }
        if Some(folder) == repository {
            break;
        }
    }
    Ok(Loaded { config: Config::default(), folder: None })
}

/// A project that is not ours may hold a link to a file that is not its own, and a mistake is shown
/// with the line that it is on.
fn check_link(path: &Path, project: &Path) -> Result<(), Failure> {
    if fs::canonicalize(path).is_ok_and(|real| real.starts_with(project)) {
        return Ok(());
    }
    Err(Failure::new(format!("cannot use the configuration {}", shown(path)))
        .because("it is a link out of the project")
        .hint(format!("if you trust it, pass `--config {}`", shown(path))))
}

fn read(path: &Path, rules: &[&'static RuleInfo]) -> Result<Option<Config>, Failure> {
    let cannot = |why: String| {
        Failure::new(format!("cannot read the configuration {}", shown(path))).because(why)
    };
    let bytes = bytes(path).map_err(|error| cannot(words(&error)))?;
    let form = path.file_name().and_then(|name| name.to_str()).map_or(Form::Own, Form::of);
    let ours = form == Form::Own || memchr::memmem::find(&bytes, b"bartizan").is_some();
    if !ours {
        // Whatever is wrong with it, it does not speak to us.
        return Ok(None);
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        cannot(format!("not valid UTF-8 at byte {}", error.utf8_error().valid_up_to()))
    })?;
    Config::parse(&shown(path), &text, form, rules)
        .map_err(|errors| Failure::in_config(errors, &text))
}

pub(crate) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    // A pipe would be waited for.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > LIMIT {
        true => Err(io::Error::other("it is larger than 1 MB")),
        false => Ok(bytes),
    }
}

/// Tells the configuration how the tree lies to it. Patterns of one that lies elsewhere are read
/// from the root of the tree.
fn rooted(config: Config, path: &Path, root: &Path) -> Loaded {
    let folder = fs::canonicalize(path).ok().and_then(|path| path.parent().map(PathBuf::from));
    let below = folder.as_deref().and_then(|folder| root.strip_prefix(folder).ok());
    let config = config.rooted(below.and_then(Path::to_str).unwrap_or(""));
    Loaded { config, folder }
}

/// The path as one would type it here.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(fs::canonicalize).ok();
    let relative = here.as_deref().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    relative.display().to_string()
}

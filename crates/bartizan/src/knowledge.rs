//! Files in which a project tells of packages that Bartizan does not know.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bartizan_base::FilePath;
use bartizan_scan::Knowledge;

use crate::config_file::{bytes, shown};
use crate::failure::{Failure, words};

/// Folders are followed this deep; a project tells of packages, not of a file system.
const DEPTH: usize = 16;

/// Reads what `models` names below `folder`: files, and the `.toml` files of folders. A project
/// that is not ours gets no file read that lies outside of it.
pub fn read(folder: &Path, models: &[FilePath]) -> Result<Knowledge<'static>, Failure> {
    let mut files = Vec::new();
    for path in models {
        collect(folder, &folder.join(path.as_str()), DEPTH, &mut files).map_err(|error| {
            Failure::new(format!("cannot read the models at {path}")).because(words(&error))
        })?;
    }
    files.sort_unstable();
    files.dedup();
    let texts: Vec<(String, String)> =
        files.iter().map(|file| Ok((shown(file), text(file)?))).collect::<Result<_, Failure>>()?;
    Knowledge::read(texts.clone()).map_err(|error| {
        let text = texts.iter().find(|(path, _)| *path == error.path).map_or("", |(_, text)| text);
        Failure::at(error.path, text, error.span, error.message)
    })
}

fn collect(project: &Path, path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::canonicalize(path)?.starts_with(project) {
        return Err(io::Error::other(format!("{} is a link out of the project", shown(path))));
    }
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let deeper =
        depth.checked_sub(1).ok_or_else(|| io::Error::other("its folders nest too deep"))?;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let path = entry.path();
        let model = path.extension().is_some_and(|extension| extension == "toml");
        if model || entry.file_type()?.is_dir() {
            collect(project, &path, deeper, files)?;
        }
    }
    Ok(())
}

fn text(file: &Path) -> Result<String, Failure> {
    let cannot = |why: String| Failure::new(format!("cannot read {}", shown(file))).because(why);
    let bytes = bytes(file).map_err(|error| cannot(words(&error)))?;
    String::from_utf8(bytes).map_err(|error| {
        cannot(format!("not valid UTF-8 at byte {}", error.utf8_error().valid_up_to()))
    })
}

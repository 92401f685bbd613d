//! The name of a file inside a tree.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// A file's path relative to the root of its tree, with `/` between the parts on every system.
///
/// Never absolute, never with `.` or `..` parts. Cheap to clone. Ordered by bytes, so that output
/// sorted by path is the same everywhere.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FilePath(Arc<str>);

impl FilePath {
    /// Takes a relative path as it is written; `\` becomes `/`, empty and `.` parts are dropped.
    ///
    /// `None` where a part is `..` or the path is absolute: such a name would leave the tree.
    pub fn new(path: &str) -> Option<Self> {
        let path = path.replace('\\', "/");
        if path.starts_with('/') {
            return None;
        }
        let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        if parts.contains(&"..") {
            return None;
        }
        Some(Self(parts.join("/").into()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part, `views.py` of `shop/views.py`.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or("")
    }

    /// The last part without its extension.
    pub fn stem(&self) -> &str {
        match self.name().rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => self.name(),
        }
    }

    /// The extension without its dot, empty where there is none.
    pub fn extension(&self) -> &str {
        match self.name().rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension,
            _ => "",
        }
    }

    /// The folder that holds it, empty for the root.
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// The parts from the root to the file's own name.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Borrow<str> for FilePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_never_leaves_its_tree() {
        assert_eq!(FilePath::new("../secrets.py"), None);
        assert_eq!(FilePath::new("/etc/passwd"), None);
        assert_eq!(FilePath::new("shop/../../x.py"), None);
        assert_eq!(FilePath::new("./shop//views.py").unwrap().as_str(), "shop/views.py");
        assert_eq!(FilePath::new("shop\\views.py").unwrap().as_str(), "shop/views.py");
    }

    #[test]
    fn parts_of_a_path() {
        let path = FilePath::new("shop/views.py").unwrap();
        assert_eq!(
            (path.name(), path.stem(), path.extension(), path.parent()),
            ("views.py", "views", "py", "shop")
        );
        let hidden = FilePath::new(".env").unwrap();
        assert_eq!((hidden.stem(), hidden.extension(), hidden.parent()), (".env", "", ""));
    }
}

//! The tree of modules: folders and files as Python sees them, from which roots imports start, and
//! where an import leads.

use bartizan_base::{FilePath, Strings, Sym};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::entity::{FileId, ModuleId};
use crate::python::is_standard_module;

/// Folders and files of a project that hold Python code. A module is a place in this tree, and has
/// a dotted name by the root from which it is imported.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    nodes: Vec<Node>,
    children: FxHashMap<(ModuleId, Sym), ModuleId>,
    segments: Strings,
    of_file: Vec<ModuleId>,
    roots: FxHashMap<ModuleId, Root>,
    /// What can be imported by a single name: every child of every root.
    tops: FxHashMap<Sym, Vec<ModuleId>>,
}

#[derive(Debug)]
struct Node {
    parent: Option<ModuleId>,
    segment: Option<Sym>,
    depth: u32,
    /// The file that Python runs for it.
    file: Option<FileId>,
    is_package: bool,
    dotted: String,
}

/// A folder from which absolute imports start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    /// For everyone: it holds top-level packages, `manage.py`, or is called `src`. Names of
    /// modules begin here.
    Everyone,
    /// For everyone, though the names that people use begin further up.
    Also,
    /// For the scripts that lie in it, and what lies below.
    Inside,
}

/// What a tree says of its roots besides its shape.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// First names of all absolute imports.
    pub(crate) imported: FxHashSet<String>,
}

impl Modules {
    /// Lays out the files, which are sorted by path.
    pub(crate) fn of(paths: &[FilePath], evidence: &Evidence) -> Self {
        let mut modules = Self::default();
        modules.nodes.push(Node {
            parent: None,
            segment: None,
            depth: 0,
            file: None,
            is_package: false,
            dotted: String::new(),
        });
        for (index, path) in paths.iter().enumerate() {
            modules.add(FileId::from_index(index), path, paths);
        }
        modules.find_roots(paths, evidence);
        modules.name_all();
        modules
    }

    /// The root of the tree.
    fn root() -> ModuleId {
        ModuleId::from_index(0)
    }

    /// The module whose code the file holds; for a stub, the one that it describes.
    pub(crate) fn of_file(&self, file: FileId) -> ModuleId {
        self.of_file[file.index()]
    }

    /// The file that Python runs for the module.
    pub(crate) fn file(&self, module: ModuleId) -> Option<FileId> {
        self.node(module).file
    }

    /// The dotted name.
    pub(crate) fn dotted(&self, module: ModuleId) -> &str {
        &self.node(module).dotted
    }

    /// The module `name` inside a package.
    pub(crate) fn child(&self, module: ModuleId, name: &str) -> Option<ModuleId> {
        self.children.get(&(module, self.segments.find(name)?)).copied()
    }

    /// The package around a module.
    pub(crate) fn parent(&self, module: ModuleId) -> Option<ModuleId> {
        self.node(module).parent
    }

    /// Whether what `from` imports by this single name can only be the project's own.
    pub(crate) fn is_own(&self, from: FileId, name: &str) -> bool {
        self.absolute(Some(from), name)
            .is_some_and(|(module, near)| near && self.file(module).is_some())
    }

    /// Folders from which everyone imports, sorted by path.
    pub(crate) fn roots(&self) -> Vec<String> {
        let mut roots: Vec<String> = self
            .roots
            .iter()
            .filter(|(_, root)| **root == Root::Everyone)
            .map(|(module, _)| self.path(*module))
            .collect();
        roots.sort();
        roots
    }

    /// The module that `import dotted` in `from` means, or nothing where it lies outside the tree;
    /// and whether `from` lies below the same root, so that no other package can be meant.
    pub(crate) fn absolute(&self, from: Option<FileId>, dotted: &str) -> Option<(ModuleId, bool)> {
        let (first, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        let first = self.segments.find(first)?;
        let candidates = self.tops.get(&first)?;
        let from = from.map(|file| self.of_file(file));
        if let [only] = candidates.as_slice() {
            return self
                .reachable(*only, from)
                .and_then(|(top, near)| Some((self.below(top, rest)?, near)));
        }
        let mut ranked: Vec<(bool, u32, usize, ModuleId, bool)> = candidates
            .iter()
            .enumerate()
            .filter_map(|(at, top)| {
                let (top, inside) = self.reachable(*top, from)?;
                // The nearest root first: the deepest folder that both lie in, and of roots that
                // are equally near, one that the importing file lies in.
                let root = self.node(top).parent?;
                let near = from.map_or(0, |from| {
                    let common = self.common_depth(root, from);
                    common * 2 + u32::from(common == self.node(root).depth)
                });
                Some((self.is_aside(root, from), u32::MAX - near, at, top, inside))
            })
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().find_map(|(_, _, _, top, near)| Some((self.below(top, rest)?, near)))
    }

    /// The module that a relative import means, or nothing where it leads out of the tree.
    pub(crate) fn relative(&self, from: FileId, level: u32, dotted: &str) -> Option<ModuleId> {
        let mut at = self.of_file(from);
        if !self.node(at).is_package || self.node(at).file != Some(from) {
            at = self.node(at).parent?;
        }
        for _ in 1..level {
            at = self.node(at).parent?;
        }
        self.below(at, dotted)
    }

    fn below(&self, module: ModuleId, dotted: &str) -> Option<ModuleId> {
        dotted
            .split('.')
            .filter(|part| !part.is_empty())
            .try_fold(module, |module, part| self.child(module, part))
    }

    /// The candidate, if a file at `from` can import it by its single name; and whether the file
    /// lies below the same root.
    fn reachable(&self, top: ModuleId, from: Option<ModuleId>) -> Option<(ModuleId, bool)> {
        let node = self.node(top);
        let root = node.parent?;
        let inside = from.is_none_or(|from| self.is_below(from, root));
        if self.roots.get(&root) == Some(&Root::Inside) && !inside {
            return None;
        }
        let name = node.segment.map_or("", |segment| self.segments.get(segment));
        // A module of the project hides one of the standard library only for code that starts from
        // the same root; a bare folder never does.
        if is_standard_module(name) && (node.file.is_none() || !inside) {
            return None;
        }
        Some((top, inside))
    }

    /// Whether a folder is a root for scripts alone, and nobody says that one is run: its files are
    /// asked for by nobody in particular, or belong to a package further up.
    fn is_aside(&self, root: ModuleId, from: Option<ModuleId>) -> bool {
        if self.roots.get(&root) != Some(&Root::Inside) {
            return false;
        }
        let mut around = self.node(root).parent;
        let mut is_in_package = false;
        while let Some(module) = around {
            is_in_package |= self.node(module).is_package;
            around = self.node(module).parent;
        }
        from.is_none() || is_in_package
    }

    fn is_below(&self, mut module: ModuleId, ancestor: ModuleId) -> bool {
        let depth = self.node(ancestor).depth;
        while self.node(module).depth > depth {
            match self.node(module).parent {
                Some(parent) => module = parent,
                None => break,
            }
        }
        module == ancestor
    }

    fn common_depth(&self, mut a: ModuleId, mut b: ModuleId) -> u32 {
        while a != b {
            let deeper = if self.node(a).depth >= self.node(b).depth { &mut a } else { &mut b };
            match self.node(*deeper).parent {
                Some(parent) => *deeper = parent,
                None => break,
            }
        }
        self.node(a).depth.min(self.node(b).depth)
    }

    fn node(&self, module: ModuleId) -> &Node {
        &self.nodes[module.index()]
    }

    fn path(&self, module: ModuleId) -> String {
        let mut parts = Vec::new();
        let mut at = Some(module);
        while let Some(module) = at {
            let node = self.node(module);
            parts.extend(node.segment.map(|segment| self.segments.get(segment)));
            at = node.parent;
        }
        parts.reverse();
        parts.join("/")
    }

    // ---- building ----------------------------------------------------------------------------

    fn add(&mut self, file: FileId, path: &FilePath, paths: &[FilePath]) {
        let mut at = Self::root();
        for folder in path.parent().split('/').filter(|part| !part.is_empty()) {
            at = self.grow(at, folder);
        }
        let is_package = path.stem() == "__init__";
        if !is_package {
            at = self.grow(at, path.stem());
        }
        self.of_file.push(at);
        let node = &mut self.nodes[at.index()];
        // A package hides a module of the same name, source hides a stub.
        let rank = |path: &FilePath, is_package: bool| (is_package, path.extension() != "pyi");
        let better = node.file.is_none_or(|taken| {
            let taken = &paths[taken.index()];
            rank(path, is_package) > rank(taken, taken.stem() == "__init__")
        });
        if better {
            node.file = Some(file);
        }
        node.is_package |= is_package;
    }

    fn grow(&mut self, parent: ModuleId, name: &str) -> ModuleId {
        let segment = self.segments.intern(name);
        if let Some(child) = self.children.get(&(parent, segment)) {
            return *child;
        }
        let child = ModuleId::from_index(self.nodes.len());
        let depth = self.node(parent).depth + 1;
        self.nodes.push(Node {
            parent: Some(parent),
            segment: Some(segment),
            depth,
            file: None,
            is_package: false,
            dotted: String::new(),
        });
        self.children.insert((parent, segment), child);
        child
    }

    fn find_roots(&mut self, paths: &[FilePath], evidence: &Evidence) {
        self.roots.insert(Self::root(), Root::Everyone);
        for index in 0..self.nodes.len() {
            let module = ModuleId::from_index(index);
            let node = self.node(module);
            let parent = node.parent;
            let name = node.segment.map_or("", |segment| self.segments.get(segment));
            if name == "src" && !node.is_package {
                self.roots.insert(module, Root::Everyone);
            }
            let Some(parent) = parent else { continue };
            if self.node(module).is_package && !self.node(parent).is_package {
                let root = self.above_namespaces(module, parent, evidence);
                self.roots.insert(root, Root::Everyone);
                self.roots.entry(parent).or_insert(Root::Also);
            }
        }
        for (index, path) in paths.iter().enumerate() {
            let Some(folder) = self.node(self.of_file[index]).parent else { continue };
            if path.stem() == "__init__"
                || self.node(folder).is_package && path.name() != "manage.py"
            {
                continue;
            }
            let root = match path.name() {
                "manage.py" | "setup.py" => Root::Everyone,
                _ => Root::Inside,
            };
            let known = self.roots.entry(folder).or_insert(root);
            if root == Root::Everyone {
                *known = root;
            }
        }
        for index in 1..self.nodes.len() {
            let module = ModuleId::from_index(index);
            let node = self.node(module);
            let (Some(parent), Some(segment)) = (node.parent, node.segment) else { continue };
            if self.roots.contains_key(&parent) {
                self.tops.entry(segment).or_default().push(module);
            }
        }
    }

    /// The folder from which the package is imported: the one that holds it, or one further up where
    /// folders without `__init__.py` are part of the names that people import.
    fn above_namespaces(
        &self,
        package: ModuleId,
        parent: ModuleId,
        evidence: &Evidence,
    ) -> ModuleId {
        let name_of = |module: ModuleId| {
            self.node(module).segment.map_or("", |segment| self.segments.get(segment))
        };
        let mut at = parent;
        let mut below = package;
        while let Some(above) = self.node(at).parent {
            if name_of(at) == "src" {
                return at;
            }
            let imported = |module| evidence.imported.contains(name_of(module));
            if !imported(at) || imported(below) && below == package {
                break;
            }
            (below, at) = (at, above);
        }
        at
    }

    fn name_all(&mut self) {
        if self.nodes[0].is_package {
            // The tree is the inside of a package whose name is not in it.
            self.nodes[0].dotted = "__init__".to_owned();
        }
        // Parents come before their children.
        for index in 1..self.nodes.len() {
            let node = &self.nodes[index];
            let (Some(parent), Some(segment)) = (node.parent, node.segment) else { continue };
            let name = self.segments.get(segment);
            // A script's folder is a root for its neighbours only; its name goes on. So does that
            // of a package with a `manage.py` in it.
            let starts =
                self.roots.get(&parent) == Some(&Root::Everyone) && !self.node(parent).is_package;
            let head = if parent == Self::root() { "" } else { &self.node(parent).dotted };
            let dotted =
                if starts || head.is_empty() { name.to_owned() } else { format!("{head}.{name}") };
            self.nodes[index].dotted = dotted;
        }
    }
}

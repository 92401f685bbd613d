//! `deps tree` and `deps why`: which package brings in which.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_requirement::{Inventory, Lock, PackageName, Relation};

use crate::options::Options;
use crate::visible::visible;

/// Deeper than this, a tree tells nothing that `deps why` does not tell better.
const DEEPEST: usize = 32;

/// The packages of every lock, each under what needs it; what was shown once is not unfolded again.
pub fn tree(inventory: &Inventory, options: &Options) -> String {
    let look = options.look();
    let mut blocks = Vec::new();
    for lock in &inventory.locks {
        blocks.push(Drawing::new(lock, look.glyphs.branch).draw());
    }
    for manifest in &inventory.manifests {
        if inventory.locks_of(&manifest.path).next().is_some() || manifest.requirements.is_empty() {
            continue;
        }
        let mut rows = vec![format!("{} (not locked)", manifest.path)];
        rows.extend(
            manifest
                .requirements
                .iter()
                .filter(|wish| wish.kind.brings_in())
                .map(|wish| format!("  {}{}", wish.name, wish.specifiers)),
        );
        if rows.len() > 1 {
            blocks.push(rows);
        }
    }
    if blocks.is_empty() {
        return "no manifest and no lock was found\n".to_owned();
    }
    let blocks: Vec<String> = blocks
        .iter()
        .map(|rows| rows.iter().map(|row| visible(row)).collect::<Vec<_>>().join("\n"))
        .collect();
    blocks.join("\n\n") + "\n"
}

struct Drawing<'l> {
    lock: &'l Lock,
    versions: BTreeMap<&'l PackageName, Vec<usize>>,
    shown: BTreeSet<usize>,
    rows: Vec<String>,
    again: &'static str,
}

impl<'l> Drawing<'l> {
    fn new(lock: &'l Lock, again: &'static str) -> Self {
        let mut versions: BTreeMap<&PackageName, Vec<usize>> = BTreeMap::new();
        for (number, package) in lock.packages.iter().enumerate() {
            versions.entry(&package.name).or_default().push(number);
        }
        Self { lock, versions, shown: BTreeSet::new(), rows: Vec::new(), again }
    }

    fn draw(mut self) -> Vec<String> {
        self.rows.push(self.lock.path.to_string());
        let packages = &self.lock.packages;
        let is_root = |number: &usize| {
            matches!(packages[*number].relation, Relation::Direct | Relation::Project)
        };
        let mut roots: Vec<usize> = (0..packages.len()).filter(is_root).collect();
        let by_name = |numbers: &mut Vec<usize>| {
            numbers.sort_by(|a, b| packages[*a].name.cmp(&packages[*b].name));
        };
        by_name(&mut roots);
        for root in roots {
            self.unfold(root, 1);
        }
        // Nothing that is locked stays unsaid, whatever the lock tells of who needs it.
        let mut rest: Vec<usize> =
            (0..packages.len()).filter(|number| !self.shown.contains(number)).collect();
        by_name(&mut rest);
        for number in rest {
            if !self.shown.contains(&number) {
                self.unfold(number, 1);
            }
        }
        self.rows
    }

    fn unfold(&mut self, number: usize, depth: usize) {
        let package = &self.lock.packages[number];
        let is_new = self.shown.insert(number);
        let folded = !is_new && !package.dependencies.is_empty();
        let mark = if folded { format!(" {}", self.again) } else { String::new() };
        let version = match package.version_text.is_empty() {
            true => String::new(),
            false => format!(" {}", package.version_text),
        };
        self.rows.push(format!("{}{}{version}{mark}", "  ".repeat(depth), package.name));
        if !is_new || depth >= DEEPEST {
            return;
        }
        let needed: BTreeSet<&PackageName> =
            package.dependencies.iter().map(|edge| &edge.name).collect();
        let children: Vec<usize> =
            needed.iter().filter_map(|name| self.versions.get(*name)).flatten().copied().collect();
        for child in children {
            self.unfold(child, depth + 1);
        }
    }
}

/// Everything that brings a package in; `None` where nothing does.
pub fn why(inventory: &Inventory, name: &PackageName, options: &Options) -> Option<String> {
    let arrow = format!(" {} ", options.look().glyphs.to);
    let mut rows = Vec::new();
    for lock in &inventory.locks {
        let packages: Vec<_> = lock.of(name).collect();
        if packages.is_empty() {
            continue;
        }
        let versions: BTreeSet<&str> =
            packages.iter().map(|package| package.version_text.as_str()).collect();
        let versions: Vec<&str> = versions.into_iter().collect();
        rows.push(format!("{name} {} in {}", versions.join(", "), lock.path));
        let ways = lock.why(name);
        for way in &ways {
            let names: Vec<&str> = way.iter().map(PackageName::as_str).collect();
            rows.push(match names.as_slice() {
                [only] => format!("  {only} is asked for"),
                names => format!("  {}", names.join(&arrow)),
            });
        }
        if ways.is_empty() {
            rows.push("  the lock does not tell what needs it".to_owned());
        }
    }
    for manifest in &inventory.manifests {
        for wish in manifest.of(name) {
            let (path, line) = (&manifest.path, wish.place.start.line);
            let group = match wish.group.is_production() {
                true => String::new(),
                false => format!(" for {}", wish.group),
            };
            let limit = if wish.kind.brings_in() { "asked for" } else { "limited" };
            let specifiers = match wish.specifiers.text.is_empty() {
                true => "any version".to_owned(),
                false => wish.specifiers.to_string(),
            };
            rows.push(format!("{path}:{line}  {specifiers} {limit}{group}"));
        }
    }
    if rows.is_empty() {
        return None;
    }
    Some(rows.iter().map(|row| visible(row)).collect::<Vec<_>>().join("\n") + "\n")
}

//! What a command works on: a tree, and the configuration that holds for it.

use std::collections::BTreeSet;
use std::path::Path;

use bartizan_advisory::Advisories;
use bartizan_base::{FilePath, Tree};
use bartizan_deps::{Ignore, Report};
use bartizan_django::endpoints::table::SurfaceTable;
use bartizan_django::settings::table::SettingsTable;
use bartizan_finding::{Date, RuleInfo, ScanResult};
use bartizan_requirement::Inventory;
use bartizan_scan::change::{self, ChangeTable};
use bartizan_scan::config::Config;
use bartizan_scan::packages;
use bartizan_scan::settings::Ask;
use bartizan_scan::surface;
use bartizan_scan::{Knowledge, Progress};
use bartizan_tree::{DiskTree, GitError, GitTree, merge_base};

use crate::config_file::{self, Loaded};
use crate::failure::Failure;
use crate::{knowledge, yanked};

/// Deep nesting is followed on the stack in places, and worker threads get little of it by default.
const STACK: usize = 16 << 20;

/// A tree on disk, its configuration, and what the project adds to what is known of packages.
pub struct Workspace {
    pub tree: DiskTree,
    pub config: Config,
    /// The day as which it is judged.
    pub today: Date,
    knowledge: Knowledge<'static>,
}

impl Workspace {
    /// Opens what lies at `path`, with the configuration at `named` or the nearest one.
    pub fn open(
        path: &Path,
        named: Option<&Path>,
        rules: &[&'static RuleInfo],
    ) -> Result<Self, Failure> {
        let tree = DiskTree::open(path).map_err(|error| {
            Failure::new(format!("cannot read {}", path.display())).because(error)
        })?;
        let Loaded { config, folder } = config_file::load(tree.root(), named, rules)?;
        let knowledge = match folder {
            Some(folder) => knowledge::read(&folder, &config.models)?,
            None => Knowledge::default(),
        };
        let exclude = config.exclude.clone();
        // Who names an excluded folder wants to see into it.
        let tree = match exclude.match_root() {
            true => tree,
            false => tree.excluding(move |path, folder| exclude.matches_path(path, folder)),
        };
        Ok(Self { tree, config, today: today(), knowledge })
    }

    /// Whether a file of the tree can be the module of that dotted name.
    pub fn has_module(&self, dotted: &str) -> bool {
        let path = dotted.replace('.', "/");
        let ends = [format!("{path}.py"), format!("{path}/__init__.py")];
        self.tree.list().files.iter().any(|entry| {
            let path = entry.path.as_str();
            ends.iter().any(|end| {
                path.strip_suffix(end.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            })
        })
    }

    /// Evaluates the project's settings.
    pub fn settings(&self, ask: &Ask) -> Result<SettingsTable, Failure> {
        let pool = rayon::ThreadPoolBuilder::new()
            .stack_size(STACK)
            .num_threads(1)
            .build()
            .map_err(|error| Failure::new("cannot start a thread to work on").because(error))?;
        Ok(pool.install(|| bartizan_scan::settings::settings(&self.tree, ask)))
    }

    /// Follows the project's URLconf.
    pub fn surface(
        &self,
        ask: &surface::Ask,
        installed: Option<&DiskTree>,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<SurfaceTable, Failure> {
        let knowledge = self.knowing(self.knowledge.clone(), installed);
        let pool = rayon::ThreadPoolBuilder::new()
            .stack_size(STACK)
            .build()
            .map_err(|error| Failure::new("cannot start the threads to work on").because(error))?;
        Ok(pool.install(|| surface::surface(&self.tree, &self.config, &knowledge, ask, tell)))
    }

    /// What the change from `base` to `head`, else to the files as they are, does to the surface.
    pub fn change(
        &self,
        base: &str,
        head: Option<&str>,
        ask: &surface::Ask,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<(String, ChangeTable), Failure> {
        let folder = self.tree.root();
        let failed = |error: GitError| {
            let failure = Failure::new(format!("cannot compare with `{base}`")).because(&error);
            match error.hint() {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        };
        let commit = merge_base(folder, base, head.unwrap_or("HEAD")).map_err(failed)?;
        let open = |revision: &str| {
            let tree = GitTree::open(folder, revision).map_err(failed)?;
            let exclude = &self.config.exclude;
            Ok::<_, Failure>(tree.excluding(|path| exclude.matches(path)))
        };
        let old = open(&commit)?;
        let pool = rayon::ThreadPoolBuilder::new()
            .stack_size(STACK)
            .build()
            .map_err(|error| Failure::new("cannot start the threads to work on").because(error))?;
        let compare = |old: &GitTree, new: &dyn Tree| {
            pool.install(|| change::change(old, new, &self.config, &self.knowledge, ask, tell))
        };
        let table = match head {
            Some(head) => compare(&old, &open(head)?),
            None => {
                // What lies there and is left out of the one version is left out of the other.
                let listed: BTreeSet<FilePath> =
                    self.tree.list().files.into_iter().map(|entry| entry.path).collect();
                let old = old.excluding(|path| {
                    !listed.contains(path) && folder.join(path.as_str()).exists()
                });
                compare(&old, &self.tree)
            }
        };
        Ok((commit, table))
    }

    /// The same, with the packages that are installed.
    fn knowing<'a>(
        &self,
        knowledge: Knowledge<'a>,
        installed: Option<&'a DiskTree>,
    ) -> Knowledge<'a> {
        match installed {
            Some(tree) => knowledge.with_installed(tree),
            None => knowledge,
        }
    }

    /// What the project has decided to live with.
    pub fn ignores(&self) -> Result<Vec<Ignore>, Failure> {
        bartizan_deps::ignores(&self.tree).map_err(|bad| {
            Failure::new(format!("cannot obey {}:{}", bad.path, bad.line)).because(bad.message)
        })
    }

    /// Checks the packages in `inventory`; where `look` wants it, the code is read too, on all
    /// processors.
    pub fn check<'a>(
        &self,
        inventory: &Inventory,
        advisories: &'a Advisories,
        ignores: &[Ignore],
        look: packages::Look,
    ) -> Result<(Report<'a>, ScanResult), Failure> {
        let Self { tree, config, knowledge, today } = self;
        let yanked = yanked::known();
        let knowledge = knowledge.clone().with_advisories(advisories, ignores).with_yanked(&yanked);
        let check =
            || packages::check(tree, inventory, config, &knowledge, advisories, look, *today);
        if !look.reach {
            return Ok(check());
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .stack_size(STACK)
            .build()
            .map_err(|error| Failure::new("cannot start the threads to work on").because(error))?;
        Ok(pool.install(check))
    }

    /// Scans the tree, on all processors; packages are compared with `advisories`.
    pub fn scan(
        &self,
        advisories: &Advisories,
        installed: Option<&DiskTree>,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<ScanResult, Failure> {
        let ignores = self.ignores()?;
        let yanked = yanked::known();
        let knowledge =
            self.knowledge.clone().with_advisories(advisories, &ignores).with_yanked(&yanked);
        let knowledge = self.knowing(knowledge, installed);
        let pool = rayon::ThreadPoolBuilder::new()
            .stack_size(STACK)
            .thread_name(|index| format!("scan-{index}"))
            .build()
            .map_err(|error| Failure::new("cannot start the threads to work on").because(error))?;
        Ok(pool.install(|| {
            bartizan_scan::scan(&self.tree, &self.config, &knowledge, self.today, tell)
        }))
    }
}

/// The day by UTC, so that a suppression ends at the same moment everywhere.
pub fn today() -> Date {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let days = since.map_or(0, |since| since.as_secs() / 86_400);
    Date::from_days_since_epoch(i64::try_from(days).unwrap_or(0))
}

/// A day as a flag names it.
pub fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|()| "a day is written as 2027-03-31".to_owned())
}

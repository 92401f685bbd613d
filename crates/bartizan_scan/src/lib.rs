//! The one pipeline: a tree and a configuration come in, a result goes out.
//!
//! The command line, editors, the review of a change and the tests all call [`scan`]. It knows
//! nothing of terminals and databases.

pub mod change;
pub mod config;
mod deployed;
mod exposure;

mod bandit;
mod finish;
mod guard;
mod imports;
mod installed;
mod knowledge;
pub mod measure;
pub mod packages;
mod profile;
mod reach;
mod read;
mod read_by_code;
mod rules;
mod served;
pub mod settings;
mod source;
mod suppress;
pub mod surface;
pub mod test_code;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::{Entry, FileKind, FilePath, Problem, Tree};
use bartizan_django::endpoints::Surface;
use bartizan_django::registries::Registries;
use bartizan_django::views::Views;
use bartizan_finding::{
    Date, Finding, Fingerprint, Profile, Project as DjangoProject, ScanResult, Subject,
    SuppressionForm,
};
use bartizan_model::Models;
use bartizan_project::{FileId, Project, ProjectFile};
use bartizan_python::Extent;
use bartizan_requirement::{Inventory, discover_among};
use bartizan_rules::{Detect, Draft, EndpointsView, RULES, Rule, SettingsView};
use bartizan_value::{Evaluator, Files};
use rayon::prelude::*;

use crate::config::Config;
use crate::guard::{Fault, guarded};
pub use crate::knowledge::Knowledge;
use crate::read::ReadFile;
use crate::read_by_code::add_read_by_code;
pub use crate::rules::rules;
use crate::served::{Served, Told};
use crate::source::Source;

/// How far a scan has come, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The tree is listed and holds this many files to read.
    Listed(usize),
    /// One more file is read.
    Read,
    /// All files are read, and what they mean together is being worked out.
    Judging,
}

/// Scans `tree` as `config` asks. `knowledge` is what the project adds to what Bartizan knows of
/// packages, and what is published of their holes; `today` decides which suppressions still hold.
///
/// The same input gives the same result, whatever the number of threads.
pub fn scan(
    tree: &dyn Tree,
    config: &Config,
    knowledge: &Knowledge<'_>,
    today: Date,
    progress: &(dyn Fn(Progress) + Sync),
) -> ScanResult {
    let mut listing = tree.list();
    let (code, mut texts): (Vec<Entry>, Vec<Entry>) =
        listing.files.into_iter().partition(|entry| entry.kind == FileKind::Python);
    listing.files = code;
    if config.profile == Profile::Bandit {
        // Bandit reads Python and nothing else.
        texts.clear();
    }
    progress(Progress::Listed(listing.files.len() + texts.len()));
    let mut result = ScanResult {
        problems: listing.problems,
        revision: tree.revision(),
        ..ScanResult::default()
    };
    for entry in &listing.files {
        result.coverage.saw(entry.kind);
    }
    result.coverage.skipped = listing.skipped;

    // What is not shown is not worked out.
    let extent = |path: &FilePath| match profile::shows_tests(config.profile) {
        false if is_test_code(path, config) => Extent::Interface,
        _ => Extent::Whole,
    };
    let everything = || listing.files.iter().chain(&texts).map(|entry| &entry.path);
    let (files, inventory) = rayon::join(
        || read::read_all(tree, &listing.files, &extent, progress),
        || guarded(|| discover_among(tree, everything())),
    );
    let inventory = inventory.unwrap_or_else(|fault| {
        result.problems.push(fault.problem(&root(), "reading what the project needs"));
        Inventory::default()
    });
    let beside = settings::beside(tree, &texts);
    let kept = match config.profile {
        Profile::Bandit => Files::default(),
        _ => settings::files_of(tree, listing.files.iter().chain(&texts)),
    };
    let manifests = packages::files(&inventory);
    texts::judge(tree, &texts, &manifests, config, today, progress, &mut result);
    progress(Progress::Judging);
    let linked = link(files, knowledge, &mut result);
    result.coverage.names = linked.project.names();
    result.projects = django_projects(&linked.project);

    if config.profile == Profile::Bandit {
        let told = bandit::Told::of(tree, &|folder| has_code(&linked.project, folder));
        let drafts = judge_as_bandit(&linked, &told, &mut result.problems);
        let findings = complete(&linked, drafts, &manifests, config, today, &mut result.problems);
        result.findings.extend(findings);
    } else {
        let mut kept = kept;
        add_read_by_code(&mut kept, tree, &texts, &linked.project);
        let evaluator = Evaluator::with_files(&linked.project, kept);
        let django = knowledge.django(config);
        let served = guarded(|| {
            Served::of(&linked.project, &evaluator, &inventory, &beside, config, django)
        });
        let served = served.unwrap_or_else(|fault| {
            result.problems.push(fault.problem(&root(), "looking for the settings"));
            Served::nobody()
        });
        let told = guarded(|| served.settings(&linked.project, &evaluator));
        let told = told.unwrap_or_else(|fault| {
            result.problems.push(fault.problem(&root(), "reading the settings"));
            Vec::new()
        });
        let (drafts, reach) =
            judge(&linked, &evaluator, &told, RULES, config, &mut result.problems);
        let mut findings =
            complete(&linked, drafts, &manifests, config, today, &mut result.problems);
        if let Some((surface, registries)) = &reach {
            let exposed = guarded(|| {
                exposure::expose(&linked.project, surface, registries, &mut findings);
            });
            if let Err(fault) = exposed {
                let doing = "looking for what reaches findings";
                result.problems.push(fault.problem(&root(), doing));
            }
        }
        result.findings.extend(findings);
        let packages =
            Packages { tree, texts: &texts, linked: &linked, inventory: &inventory, told: &told };
        packages.judge(config, knowledge, today, &mut result);
    }
    result.findings.sort_by(|a, b| a.order().cmp(&b.order()));
    // Two environments may be served by one line: what nobody can tell apart is said once.
    result.findings.dedup_by(|a, b| {
        a.order().eq(&b.order()) && (&a.message, &a.label) == (&b.message, &b.label)
    });
    result.problems.sort();
    result.problems.dedup();
    result
}

/// Where a problem of the whole is told.
fn root() -> FilePath {
    FilePath::new("").expect("the root of a tree has a path: the empty one")
}

/// A project that has been read, with what it needs.
struct Packages<'s> {
    tree: &'s dyn Tree,
    /// Its files that are no Python.
    texts: &'s [Entry],
    linked: &'s Linked,
    inventory: &'s Inventory,
    told: &'s [Told<'s>],
}

impl Packages<'_> {
    /// Adds what is wrong with the packages that the project needs, and what of its manifests cannot
    /// be read.
    fn judge(
        &self,
        config: &Config,
        knowledge: &Knowledge<'_>,
        today: Date,
        result: &mut ScanResult,
    ) {
        let Some(advisories) = knowledge.advisories else { return };
        let Self { tree, texts, linked, inventory, told } = *self;
        let in_tests = |path: &FilePath| is_test_code(path, config);
        let mut report = bartizan_deps::check(inventory, advisories, knowledge.ignores, today);
        match guarded(|| reach::facts(linked, inventory, told, config, &report.wants())) {
            Ok(facts) => report.reach(&facts),
            Err(fault) => {
                let doing = "looking for what holes in packages ask for";
                result.problems.push(fault.problem(&root(), doing));
            }
        }
        let listed = texts.iter().map(|entry| &entry.path);
        report.run_on(bartizan_deps::runtimes(tree, listed, inventory));
        if let Some(yanked) = knowledge.yanked {
            report.took_back(yanked, inventory);
        }
        match guarded(|| imports::code(linked, &in_tests)) {
            Ok(code) => report.used_by(&code, inventory),
            Err(fault) => {
                result.problems.push(fault.problem(&root(), "looking for what is imported"));
            }
        }
        let asked = packages::Asked {
            tree,
            inventory,
            config,
            in_tests: &in_tests,
            detail: bartizan_deps::Detail::Whole,
        };
        let (report, findings) = asked.settle(report);
        result.findings.extend(findings);
        result.packages = Some(packages::compared(&report, advisories.date()));
        // What is not shown is not worked out, and needs no excuse.
        let wanted = |path: &FilePath| profile::shows_tests(config.profile) || !in_tests(path);
        let problems = report.problems.into_iter().filter(|problem| wanted(&problem.path));
        result.problems.extend(problems);
    }
}

fn is_test_code(path: &FilePath, config: &Config) -> bool {
    test_code::is_test_code(path) || config.tests.matches(path) || installed::is_installed(path)
}

/// The files that could be read, linked, and beside each its text, whether all of it could be read,
/// and how much of it was asked for.
struct Linked {
    project: Project,
    texts: Vec<String>,
    whole: Vec<bool>,
    extents: Vec<Extent>,
    /// Files of which nothing could be read.
    unread: u32,
}

impl finish::Texts for Linked {
    fn text(&self, file: FileId) -> &str {
        &self.texts[file.index()]
    }
}

fn link(files: Vec<ReadFile>, knowledge: &Knowledge<'_>, result: &mut ScanResult) -> Linked {
    let mut files = files;
    let mut models = Models::for_packages(knowledge::packages(&files));
    knowledge.add_to(&mut models);
    if let Some(tree) = knowledge.installed {
        let own = files.len();
        files.extend(installed::read(tree, &files));
        if files.len() > own {
            files.sort_by(|a, b| a.path.cmp(&b.path));
        }
    }
    let (mut linked, mut texts, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    let (mut extents, mut unread) = (Vec::new(), 0);
    for file in files {
        whole.push(file.problems.is_empty());
        result.problems.extend(file.problems);
        match file.reading {
            Some(reading) => {
                if !installed::is_installed(&file.path) {
                    result.coverage.read(file.kind);
                    result.coverage.interfaces += u32::from(file.extent == Extent::Interface);
                    result.coverage.lines += u64::from(reading.facts.lines);
                }
                extents.push(file.extent);
                texts.push(reading.text);
                linked.push(ProjectFile { path: file.path, ir: reading.ir, facts: reading.facts });
            }
            None => {
                whole.pop();
                unread += 1;
            }
        }
    }
    // The listing is sorted by path, and so are the files of a project: the ids agree.
    Linked { project: Project::link(linked, models), texts, whole, extents, unread }
}

/// A folder with a `manage.py` holds a Django project.
fn django_projects(project: &Project) -> Vec<DjangoProject> {
    project
        .files()
        .map(|file| project.path(file))
        .filter(|path| {
            path.name() == "manage.py"
                && !test_code::is_test_code(path)
                && !installed::is_installed(path)
        })
        .map(|path| DjangoProject { root: path.parent().to_owned() })
        .collect()
}

/// What rules say, by file.
type Drafts = Vec<Vec<(&'static Rule, Draft)>>;

/// What the rules say, by file. All rules speak: what the configuration and the profile want is
/// decided on complete findings, so that a suppression is known to be used, and a secret is hidden,
/// whatever is shown. Only of test code that the profile does not show nothing is said.
fn judge(
    linked: &Linked,
    evaluator: &Evaluator<'_>,
    told: &[Told<'_>],
    rules: &[&'static Rule],
    config: &Config,
    problems: &mut Vec<Problem>,
) -> (Drafts, Option<Ways>) {
    let project = &linked.project;
    let files: Vec<FileId> = project.files().collect();
    let judged: Vec<_> = files
        .par_iter()
        .map(|file| {
            if linked.extents[file.index()] == Extent::Interface {
                return Ok(Vec::new());
            }
            let text = &linked.texts[file.index()];
            let judge = || {
                let mut said = bartizan_rules::judge_file(project, evaluator, *file, text, rules);
                if !config.bans.is_empty() {
                    let bans = &config.bans;
                    said.extend(bartizan_rules::judge_bans(project, evaluator, *file, bans));
                }
                said
            };
            guarded(judge).map_err(|fault| fault.problem(project.path(*file), "judging it"))
        })
        .collect();
    let mut drafts = sorted_out(judged, problems);
    let mut of_all = |judged: Result<Vec<(&'static Rule, Draft)>, Fault>, doing| match judged {
        Ok(found) => {
            for (rule, draft) in found {
                drafts[draft.file.index()].push((rule, draft));
            }
        }
        Err(fault) => problems.push(fault.problem(&root(), doing)),
    };
    of_all(guarded(|| judge_settings(linked, evaluator, told, rules)), "judging the settings");
    let mut reach = None;
    let endpoints = guarded(|| {
        let (found, reached) = judge_endpoints(linked, evaluator, told, rules);
        reach = reached;
        found
    });
    of_all(endpoints, "judging the endpoints");
    of_all(
        guarded(|| bartizan_rules::judge_project(project, evaluator, rules)),
        "judging the project",
    );
    (drafts, reach)
}

/// Whether there is code below a folder.
fn has_code(project: &Project, folder: &str) -> bool {
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    project.files().any(|file| {
        let inside = project.path(file).as_str().strip_prefix(folder);
        inside.is_some_and(|rest| rest.starts_with('/'))
    })
}

/// What Bandit says, by file, in the place of what the rules say.
fn judge_as_bandit(
    linked: &Linked,
    told: &bandit::Told,
    problems: &mut Vec<Problem>,
) -> Vec<Vec<(&'static Rule, Draft)>> {
    let project = &linked.project;
    let evaluator = Evaluator::new(project);
    let files: Vec<FileId> = project.files().collect();
    let judge = |file: FileId| {
        // What Python cannot parse, Bandit does not judge.
        if !told.covers(project.path(file)) || !linked.whole[file.index()] {
            return Vec::new();
        }
        let text = &linked.texts[file.index()];
        bartizan_rules::judge_as_bandit(project, &evaluator, file, text, &told.options)
    };
    let judged = files.par_iter().map(|file| {
        guarded(|| judge(*file)).map_err(|fault| fault.problem(project.path(*file), "judging it"))
    });
    sorted_out(judged.collect(), problems)
}

/// The drafts of each file; for one that could not be judged, none and a problem.
fn sorted_out<T>(judged: Vec<Result<Vec<T>, Problem>>, problems: &mut Vec<Problem>) -> Vec<Vec<T>> {
    let drafts = judged.into_iter().map(|outcome| {
        outcome.unwrap_or_else(|problem| {
            problems.push(problem);
            Vec::new()
        })
    });
    drafts.collect()
}

/// What the rules say of the settings with which visitors are served.
fn judge_settings(
    linked: &Linked,
    evaluator: &Evaluator<'_>,
    told: &[Told<'_>],
    rules: &[&'static Rule],
) -> Vec<(&'static Rule, Draft)> {
    let project = &linked.project;
    let mut said: Vec<(&'static Rule, Draft)> = Vec::new();
    for Told { plain: settings, open, others, fronts } in told {
        let verdicts = bartizan_django::settings::checks::verdicts(settings, project);
        let view = SettingsView {
            project,
            evaluator,
            settings,
            open,
            verdicts: &verdicts,
            others,
            fronts,
        };
        said.extend(bartizan_rules::judge_settings(&view, rules));
    }
    said
}

/// The ways into a project: its endpoints, and what runs code beside them.
type Ways = (Surface, Registries);

/// What the rules say of views, with the endpoints that the settings of visitors lead to; and these, with
/// what else runs code.
fn judge_endpoints(
    linked: &Linked,
    evaluator: &Evaluator<'_>,
    told: &[Told<'_>],
    rules: &[&'static Rule],
) -> (Vec<(&'static Rule, Draft)>, Option<Ways>) {
    if !rules.iter().any(|rule| matches!(rule.detect, Detect::Endpoints(_))) {
        return (Vec::new(), None);
    }
    let project = &linked.project;
    let views = Views::of(project);
    let given = told.first().map(|told| &told.plain);
    let registries = Registries::of(project, evaluator, given);
    let surface = given
        .map(|given| {
            let mut surface = bartizan_django::endpoints::surface(project, evaluator, given);
            bartizan_django::effects::fill(&mut surface, project, &registries);
            surface
        })
        .filter(|surface| !surface.endpoints.is_empty());
    let reached = surface.as_ref();
    let view = EndpointsView::new(project, evaluator, &registries, &views, reached, given);
    let said = bartizan_rules::judge_endpoints(&view, rules);
    (said, Some((surface.unwrap_or_default(), registries)))
}

/// Completes the drafts, applies suppressions, and keeps what is to be shown.
fn complete(
    linked: &Linked,
    drafts: Vec<Vec<(&'static Rule, Draft)>>,
    manifests: &BTreeSet<FilePath>,
    config: &Config,
    today: Date,
    problems: &mut Vec<Problem>,
) -> Vec<Finding> {
    let project = &linked.project;
    let jobs: Vec<(FileId, Vec<(&'static Rule, Draft)>)> = project.files().zip(drafts).collect();
    let finished: Vec<_> = jobs
        .into_par_iter()
        .map(|(file, drafts)| {
            guarded(|| complete_file(linked, file, drafts, manifests, config, today))
                .map_err(|fault| fault.problem(project.path(file), "writing down its findings"))
        })
        .collect();
    let mut findings = Vec::new();
    for outcome in finished {
        match outcome {
            Ok(found) => findings.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    findings
}

fn complete_file(
    linked: &Linked,
    file: FileId,
    mut drafts: Vec<(&'static Rule, Draft)>,
    manifests: &BTreeSet<FilePath>,
    config: &Config,
    today: Date,
) -> Vec<Finding> {
    let project = &linked.project;
    let path = project.path(file);
    let in_tests = is_test_code(path, config);
    let suppressions = &project.file(file).facts.suppressions;
    if linked.extents[file.index()] == Extent::Interface {
        return Vec::new();
    }
    if config.profile != Profile::Bandit {
        texts::add_secrets(path, file, &linked.texts[file.index()], in_tests, &mut drafts);
    }
    if drafts.is_empty() && suppressions.is_empty() {
        return Vec::new();
    }
    let mut findings = finish::finish(project, linked, file, drafts, in_tests);
    let text = &linked.texts[file.index()];
    let whole = linked.whole[file.index()];
    let own: Vec<_>;
    let counting = if config.profile == Profile::Bandit {
        // What `# nosec` hides is not said in the first place, and other peers have no say.
        let ours = suppressions.iter().filter(|s| s.form == SuppressionForm::Bartizan);
        own = ours.cloned().collect();
        &own
    } else if manifests.contains(path) {
        own = packages::of_others(suppressions);
        &own
    } else {
        suppressions
    };
    let faulty = suppress::apply(counting, &mut findings, rules(), today, whole);
    // Bandit knows nothing of our comments; it has read its own.
    if config.profile != Profile::Bandit {
        let source = Source::new(path, text, project.ir(file), Vec::new());
        findings.extend(faulty_suppressions(&source, &faulty, in_tests));
    }
    for finding in &mut findings {
        if let Some(suppressed) = &mut finding.suppressed
            && suppressed.form != SuppressionForm::Django
        {
            // The comment was told apart by its lines; now the line of its own is wanted.
            let line = suppressions
                .iter()
                .find(|s| {
                    s.lines.0 <= finding.place.start.line && finding.place.start.line <= s.lines.1
                })
                .map_or(finding.place.start.line, |s| finish::line_of(text, s.span.start));
            suppressed.line = line;
        }
    }
    findings.retain(|finding| is_shown(finding, config));
    findings
}

/// Whether the configuration and the profile want to see a finding.
fn is_shown(finding: &Finding, config: &Config) -> bool {
    let rule = finding.rule;
    config.wants(rule) && profile::shows(config.profile, finding, config.names(rule))
}

/// Findings about comments that silence nothing, too long, or without a word why.
fn faulty_suppressions(
    source: &Source<'_>,
    faulty: &[suppress::Faulty<'_>],
    in_tests: bool,
) -> Vec<Finding> {
    let mut twins: BTreeMap<(&str, &str, String), u32> = Default::default();
    let mut findings = Vec::new();
    for fault in faulty {
        let rule = bartizan_rules::suppression_rule(fault.fault);
        let words = fault.fault.words(fault.rule, fault.suppression, fault.meant);
        let place = source.place(fault.suppression.span);
        let scope = source.scope_name(source.scope(fault.suppression.span)).to_owned();
        let count = twins.entry((rule.info.first_id(), fault.rule, scope.clone())).or_default();
        let subject = Subject::Suppression { scope, rule: fault.rule.to_owned(), ordinal: *count };
        *count += 1;
        let lines = source.lines(&place);
        let evidence = Fingerprint::digest([source.masked(fault.suppression.span).as_str()]);
        findings.push(Finding {
            in_tests,
            ..Finding::new(&rule.info, (place, lines), subject, words, evidence)
        });
    }
    findings
}

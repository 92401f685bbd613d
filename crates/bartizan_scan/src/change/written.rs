//! What an edit writes into files by itself, whatever route leads there: sinks, secrets, packages,
//! comments that silence rules; and what it takes out: cleaning, tests of guards.
//!
//! Of each kind of thing the edited files of both versions are counted together, so that moving code
//! between them is no change.

use std::collections::BTreeMap;
use std::str::FromStr;

use bartizan_base::{Entry, FileKind, FilePath, LineIndex, Tree};
use bartizan_finding::{Confidence, Family, Status, SuppressionForm};
use bartizan_ir::{Arg, ArgKind, EffectKind, FileIr, Item, Value, ValueId};
use bartizan_project::FileId;
use bartizan_python::Extent;
use bartizan_requirement::{Inventory, Version};
use bartizan_review::{Change, Edits, Kind, Place};
use bartizan_rules::RULES;
use bartizan_secret::Site;
use bartizan_value::Evaluator;
use rayon::prelude::*;

use crate::config::Config;
use crate::{Linked, finish, is_test_code};

/// What one version has.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// Things that are worse where there are more of them.
    more: Vec<Thing>,
    /// Things that are worse where there are fewer.
    fewer: Vec<Thing>,
    /// The lowest version that is allowed of each package, by manifest and name; and where that is
    /// written.
    packages: BTreeMap<String, Vec<Package>>,
}

/// A thing of which another in its place is no change.
#[derive(Clone, Debug)]
struct Thing {
    kind: Kind,
    /// What it is counted by.
    class: String,
    shown: String,
    place: Place,
}

#[derive(Clone, Debug)]
struct Package {
    specifiers: String,
    place: Place,
}

/// Calls that make a text harmless, or tell whether it is.
const CLEANING: &[&str] = &[
    "escape",
    "conditional_escape",
    "escapejs",
    "format_html",
    "format_html_join",
    "strip_tags",
    "clean_html",
    "bleach_clean",
    "sanitize",
    "sanitize_html",
    "json_script",
    "url_has_allowed_host_and_scheme",
    "safe_join",
    "get_valid_filename",
    "secure_filename",
    "quote_name",
    "iri_to_uri",
    "validate_password",
];

/// Modules whose `clean`, `quote` and the like make a text harmless.
const CLEANERS: &[&str] = &["bleach.clean", "nh3.clean", "shlex.quote", "html.escape"];

/// Ends of the names of templates.
const TEMPLATES: &[&str] = &["html", "htm", "djhtml", "jinja", "jinja2", "j2"];

/// Texts longer than this are not read for what an edit wrote.
const LONGEST: u64 = 512 * 1024;

impl Written {
    /// What the edited Python files of a version hold.
    pub(super) fn of(
        linked: &Linked,
        evaluator: &Evaluator<'_>,
        edited: &dyn Fn(FileId) -> bool,
        config: &Config,
    ) -> Self {
        let mut written = Self::default();
        for file in linked.project.files().filter(|file| edited(*file)) {
            let path = linked.project.path(file);
            let text = linked.texts[file.index()].as_str();
            let lines = LineIndex::new(text);
            let in_tests = is_test_code(path, config);
            written.comments(linked, file, &lines);
            written.secrets(path, text, &lines, in_tests);
            if in_tests {
                written.tests(path, text);
            }
            if !in_tests && linked.extents[file.index()] == Extent::Whole {
                written.sinks(linked, evaluator, file);
                written.cleaning(linked, file, &lines);
            }
        }
        written
    }

    /// Adds what manifests allow.
    pub(super) fn packages(&mut self, inventory: &Inventory) {
        for manifest in &inventory.manifests {
            for wanted in &manifest.requirements {
                let line = wanted.place.start.line;
                let place = Place { path: manifest.path.clone(), line, end: line };
                let package = Package { specifiers: wanted.specifiers.to_string(), place };
                self.packages.entry(wanted.name.to_string()).or_default().push(package);
            }
        }
    }

    fn comments(&mut self, linked: &Linked, file: FileId, lines: &LineIndex) {
        for comment in &linked.project.file(file).facts.suppressions {
            let is_ours = comment.form == SuppressionForm::Bartizan;
            // A bare `# noqa`, and one about style, is about anything.
            let is_security = is_ours
                || comment.form == SuppressionForm::Nosec
                || comment.rules.iter().any(|rule| is_bandit_rule(rule));
            if !is_security {
                continue;
            }
            let line = lines.line(comment.span.start);
            self.more.push(Thing {
                kind: Kind::SuppressionAdded,
                class: comment.form.as_str().to_owned(),
                shown: match comment.rules.is_empty() {
                    true => comment.form.as_str().to_owned(),
                    false => format!("{} {}", comment.form.as_str(), comment.rules.join(", ")),
                },
                place: Place { path: linked.project.path(file).clone(), line, end: line },
            });
        }
    }

    fn secrets(&mut self, path: &FilePath, text: &str, lines: &LineIndex, in_tests: bool) {
        for candidate in bartizan_secret::search(text, Site::of(path, in_tests)) {
            if in_tests || candidate.confidence < Confidence::Medium {
                continue;
            }
            let line = lines.line(candidate.span.start);
            self.more.push(Thing {
                kind: Kind::SecretIntroduced,
                class: String::new(),
                shown: match candidate.key.is_empty() {
                    true => "a credential".to_owned(),
                    false => candidate.key,
                },
                place: Place { path: path.clone(), line, end: line },
            });
        }
    }

    fn tests(&mut self, path: &FilePath, text: &str) {
        const REFUSALS: &[&str] =
            &["401", "403", "FORBIDDEN", "UNAUTHORIZED", "PermissionDenied", "NotAuthenticated"];
        for (line, words) in (1..).zip(text.lines()) {
            let is_refusal = REFUSALS.iter().any(|refusal| words.contains(refusal));
            let asserts = words.contains("assert") || words.contains("raises");
            if is_refusal && asserts {
                self.fewer.push(Thing {
                    kind: Kind::TestOfGuardRemoved,
                    class: String::new(),
                    shown: words.trim().chars().take(80).collect(),
                    place: Place { path: path.clone(), line, end: line },
                });
            }
        }
    }

    fn sinks(&mut self, linked: &Linked, evaluator: &Evaluator<'_>, file: FileId) {
        let project = &linked.project;
        let text = &linked.texts[file.index()];
        let drafts = bartizan_rules::judge_file(project, evaluator, file, text, RULES);
        for finding in finish::finish(project, linked, file, drafts, false) {
            let Some(kind) = kind_of(finding.rule.family, finding.rule.id) else { continue };
            let is_sure =
                finding.confidence >= Confidence::Medium && finding.rule.status == Status::Stable;
            if !is_sure {
                continue;
            }
            let (line, end) = (finding.place.start.line, finding.place.end.line);
            self.more.push(Thing {
                kind,
                class: finding.rule.id.to_owned(),
                shown: format!("{} ({})", finding.message, finding.rule.id),
                place: Place { path: finding.place.path, line, end },
            });
        }
    }

    /// Calls that clean a text, and what migrations do.
    fn cleaning(&mut self, linked: &Linked, file: FileId, lines: &LineIndex) {
        let project = &linked.project;
        let ir = project.ir(file);
        let path = project.path(file);
        let is_migration = path.parent().ends_with("migrations");
        let effects = ir.functions().flat_map(|(_, function)| &ir.effects[function.effects]);
        for effect in effects {
            let EffectKind::Call(call) = effect.kind else { continue };
            let Value::Call { callee, .. } = ir.value(call) else { continue };
            let dotted = match project.definition(file, callee) {
                bartizan_project::Entity::External(symbol) => project.symbol(symbol).to_owned(),
                _ => match ir.value(ir.bare(callee)) {
                    Value::Attr { name, .. } | Value::Global { name, .. } => {
                        ir.str(name).to_owned()
                    }
                    _ => continue,
                },
            };
            let last = dotted.rsplit('.').next().unwrap_or(&dotted);
            let line = lines.line(ir.span(call).start);
            let thing = |kind: Kind| Thing {
                kind,
                class: last.to_owned(),
                shown: format!("{last}(…)"),
                place: Place { path: path.clone(), line, end: line },
            };
            // What a project cleans texts with itself is called so.
            let is_own = last.contains("sanitiz") || last.contains("sanitis");
            for validator in validators(ir, call) {
                self.fewer.push(Thing {
                    class: validator.clone(),
                    shown: format!("validators=[{validator}]"),
                    ..thing(Kind::SanitizerRemoved)
                });
            }
            if is_own
                || CLEANING.contains(&last)
                || CLEANERS.iter().any(|known| dotted.ends_with(known))
            {
                self.fewer.push(thing(Kind::SanitizerRemoved));
            }
            if is_migration && matches!(last, "RunSQL" | "RemoveConstraint") {
                self.more.push(thing(Kind::MigrationRisky));
            }
        }
    }

    /// Adds what a text that is no Python holds.
    fn text(&mut self, path: &FilePath, text: &str, config: &Config) {
        let lines = LineIndex::new(text);
        self.secrets(path, text, &lines, is_test_code(path, config));
        if !TEMPLATES.contains(&path.extension()) {
            return;
        }
        for (line, words) in (1..).zip(text.lines()) {
            let place = || Place { path: path.clone(), line, end: line };
            let bare: String = words.chars().filter(|c| !c.is_whitespace()).collect();
            let count = |word: &str| bare.matches(word).count();
            let open = count("|safe") + count("autoescapeoff") + count("autoescapefalse");
            for _ in 0..open {
                self.more.push(Thing {
                    kind: Kind::EscapeRemoved,
                    class: "template".to_owned(),
                    shown: words.trim().chars().take(80).collect(),
                    place: place(),
                });
            }
            for _ in 0..count("|escape") + count("|force_escape") + count("|striptags") {
                self.fewer.push(Thing {
                    kind: Kind::SanitizerRemoved,
                    class: "template".to_owned(),
                    shown: words.trim().chars().take(80).collect(),
                    place: place(),
                });
            }
        }
    }
}

/// The names of what a call is told to check its input with: `FileField(validators=[…])`.
fn validators(ir: &FileIr, call: ValueId) -> Vec<String> {
    let Value::Call { args, .. } = ir.value(call) else { return Vec::new() };
    let named =
        |arg: &&Arg| matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == "validators");
    let Some(list) = ir.args[args].iter().find(named) else { return Vec::new() };
    let (Value::List(items) | Value::Tuple(items)) = ir.value(ir.bare(list.value)) else {
        return Vec::new();
    };
    let name = |item: &Item| {
        let mut at = ir.bare(item.value);
        if let Value::Call { callee, .. } = ir.value(at) {
            at = ir.bare(callee);
        }
        match ir.value(at) {
            Value::Attr { name, .. } | Value::Global { name, .. } => Some(ir.str(name).to_owned()),
            Value::Import { name: Some(name), .. } => Some(ir.str(name).to_owned()),
            _ => None,
        }
    };
    ir.items[items].iter().filter_map(name).collect()
}

/// Whether a rule of a `# noqa` is one of Bandit's, as Ruff names them.
fn is_bandit_rule(rule: &str) -> bool {
    rule.strip_prefix('S').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The kind of change that a new finding of a rule is. What endpoints and settings tell is told by
/// them.
fn kind_of(family: Family, rule: &str) -> Option<Kind> {
    Some(match (family, rule) {
        (_, "html-marked-safe" | "jinja-autoescape-off" | "mako-without-escaping") => {
            Kind::EscapeRemoved
        }
        (Family::Injection, "program-found-through-path") => return None,
        (Family::Injection, _)
        | (
            Family::Files,
            "unsafe-deserialization"
            | "archive-unpacked-anywhere"
            | "xml-with-entities"
            | "path-compared-by-prefix",
        ) => Kind::SinkNewlyReachable,
        (Family::Crypto, "tls-verification-off" | "jwt-not-verified" | "unknown-host-accepted") => {
            Kind::SinkNewlyReachable
        }
        _ => return None,
    })
}

/// Adds the texts that only one version has, or that differ, to both; and to the edits.
pub(super) fn texts(
    base: &dyn Tree,
    head: &dyn Tree,
    config: &Config,
    edits: &mut Edits,
) -> (Written, Written) {
    let listed = |tree: &dyn Tree| -> BTreeMap<FilePath, Entry> {
        let wanted = tree.list().files.into_iter().filter(|entry| {
            let is_read = match entry.kind {
                FileKind::Python => false,
                FileKind::Deployment | FileKind::Manifest => true,
                FileKind::Text => {
                    let extension = entry.path.extension();
                    TEMPLATES.contains(&extension)
                        || matches!(extension, "json" | "yaml" | "yml" | "toml" | "ini" | "cfg")
                }
            };
            is_read && entry.size <= LONGEST
        });
        wanted.map(|entry| (entry.path.clone(), entry)).collect()
    };
    let (olds, news) = (listed(base), listed(head));
    let mut paths: Vec<&FilePath> = olds.keys().chain(news.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    let read = |tree: &dyn Tree, there: &BTreeMap<FilePath, Entry>, path: &FilePath| {
        there.contains_key(path).then(|| tree.read(path).ok()).flatten()
    };
    let differing: Vec<(&FilePath, Option<String>, Option<String>)> = paths
        .into_par_iter()
        .filter_map(|path| {
            let (old, new) = (read(base, &olds, path), read(head, &news, path));
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).ok();
            (old != new).then(|| (path, old.and_then(text), new.and_then(text)))
        })
        .collect();
    let (mut before, mut after) = (Written::default(), Written::default());
    for (path, old, new) in differing {
        edits.add(path, old.as_deref(), new.as_deref());
        if let Some(old) = old {
            before.text(path, &old, config);
        }
        if let Some(new) = new {
            after.text(path, &new, config);
        }
    }
    (before, after)
}

/// What the new version has more of, or less.
pub(super) fn compare(old: &[&Written], new: &[&Written], edits: &Edits) -> Vec<Change> {
    let mut changes = Vec::new();
    let things = |of: &[&Written], pick: fn(&Written) -> &Vec<Thing>| {
        let mut by: BTreeMap<(Kind, String), Vec<(String, Place)>> = BTreeMap::new();
        for thing in of.iter().flat_map(|written| pick(written)) {
            let same = by.entry((thing.kind, thing.class.clone())).or_default();
            same.push((thing.shown.clone(), thing.place.clone()));
        }
        by
    };
    let (olds, news) = (things(old, |w| &w.more), things(new, |w| &w.more));
    for ((kind, class), there) in news {
        let count = olds.get(&(kind, class)).map_or(0, Vec::len);
        let at = |place: &Place| edits.line_now(place, false);
        grew(kind, there, count, &at, false, &mut changes);
    }
    let (olds, news) = (things(old, |w| &w.fewer), things(new, |w| &w.fewer));
    for ((kind, class), there) in olds {
        let count = news.get(&(kind, class)).map_or(0, Vec::len);
        let at = |place: &Place| edits.line_now(place, true);
        grew(kind, there, count, &at, true, &mut changes);
    }
    packages(old, new, edits, &mut changes);
    changes
}

/// Tells those of `there` that are more than `count`: the ones on edited lines first.
fn grew(
    kind: Kind,
    there: Vec<(String, Place)>,
    count: usize,
    at: &dyn Fn(&Place) -> Option<(FilePath, u32)>,
    is_gone: bool,
    changes: &mut Vec<Change>,
) {
    let more = there.len().saturating_sub(count);
    let on_edited = there.into_iter().filter_map(|(shown, place)| Some((shown, at(&place)?)));
    for (shown, (path, line)) in on_edited.take(more) {
        let (before, after) = if is_gone { (shown, String::new()) } else { (String::new(), shown) };
        changes.push(change(kind, path, line, before, after));
    }
}

fn packages(old: &[&Written], new: &[&Written], edits: &Edits, changes: &mut Vec<Change>) {
    let all = |of: &[&Written]| -> BTreeMap<String, Vec<Package>> {
        let mut all: BTreeMap<String, Vec<Package>> = BTreeMap::new();
        for (name, packages) in of.iter().flat_map(|written| &written.packages) {
            all.entry(name.clone()).or_default().extend(packages.iter().cloned());
        }
        all
    };
    let (olds, news) = (all(old), all(new));
    for (name, packages) in news {
        let Some(before) = olds.get(&name) else {
            if let Some(package) = packages.first()
                && edits.touches(&package.place.path)
            {
                let Package { specifiers, place } = package.clone();
                let after = format!("{name} {specifiers}").trim().to_owned();
                let kind = Kind::DependencyAdded;
                changes.push(change(kind, place.path, place.line, String::new(), after));
            }
            continue;
        };
        for package in packages {
            let same = before.iter().find(|known| known.place.path == package.place.path);
            let Some(was) = same.filter(|was| was.specifiers != package.specifiers) else {
                continue;
            };
            if let (Some(least), Some(now)) = (least(&was.specifiers), least(&package.specifiers))
                && now < least
            {
                let (before, after) = (was.specifiers.clone(), package.specifiers);
                let (before, after) = (format!("{name} {before}"), format!("{name} {after}"));
                let Place { path, line, .. } = package.place;
                changes.push(change(Kind::DependencyDowngraded, path, line, before, after));
            }
        }
    }
}

/// The lowest version that specifiers allow, where they say so.
fn least(specifiers: &str) -> Option<Version> {
    let bounds = specifiers.split(',').filter_map(|one| {
        let one = one.trim();
        let version = ["===", "==", ">=", "~=", ">"].iter().find_map(|op| one.strip_prefix(op))?;
        Version::from_str(version.trim().trim_end_matches(".*")).ok()
    });
    bounds.max()
}

fn change(kind: Kind, path: FilePath, line: u32, before: String, after: String) -> Change {
    Change {
        kind,
        route: String::new(),
        methods: Vec::new(),
        setting: None,
        environment: None,
        path,
        line,
        before,
        after,
    }
}

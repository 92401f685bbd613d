//! Texts that are no code: searched for credentials, judged by what they deploy, and let go.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::{Entry, FileKind, FilePath, LineIndex, Problem, ProblemKind, Span, Tree};
use bartizan_deployment::{DockerIgnore, Facts, FileType, context_of};
use bartizan_finding::{
    Date, Family, Finding, Fingerprint, Subject, Suppression, SuppressionForm, Words,
};
use bartizan_project::FileId;
use bartizan_rules::{Draft, RULES, Rule, TextDraft};
use bartizan_secret::{Form, Site};
use rayon::prelude::*;

use crate::config::Config;
use crate::guard::guarded;
use crate::rules::rules;
use crate::source::Source;
use crate::{Progress, ScanResult, finish, is_test_code, packages, profile, read, suppress};

/// How much of a file is looked at to tell whether it is text.
const HEAD: usize = 8_192;

/// Judges the texts among the files of `tree`, and adds what comes of it to `result`. Comments about
/// packages in one of the `manifests` are left to whoever judges these.
pub(crate) fn judge(
    tree: &dyn Tree,
    entries: &[Entry],
    manifests: &BTreeSet<FilePath>,
    config: &Config,
    today: Date,
    progress: &(dyn Fn(Progress) + Sync),
    result: &mut ScanResult,
) {
    let private = private_env_files(tree, entries);
    let skipped = result.coverage.skipped.iter().filter_map(|skipped| FilePath::new(&skipped.path));
    let listed = entries.iter().map(|entry| entry.path.clone());
    let env_files: Vec<FilePath> = listed.chain(skipped).filter(is_env_file).collect();
    let outcomes: Vec<Outcome> = entries
        .par_iter()
        .map(|entry| {
            let why = why_unread(entry, config, &private);
            let outcome = match why {
                Some(reason) => Outcome::PassedOver(reason),
                None => guarded(|| judge_one(tree, entry, manifests, &env_files, config, today))
                    .unwrap_or_else(|fault| {
                        Outcome::Problem(fault.problem(&entry.path, "searching it"))
                    }),
            };
            progress(Progress::Read);
            outcome
        })
        .collect();
    for (entry, outcome) in entries.iter().zip(outcomes) {
        let kind = kind(entry);
        result.coverage.saw(kind);
        match outcome {
            Outcome::PassedOver(reason) => result.coverage.pass_over(reason),
            Outcome::Problem(problem) => result.problems.push(problem),
            Outcome::Read { lines, findings, problems } => {
                result.coverage.read(kind);
                result.coverage.lines += lines;
                result.findings.extend(findings);
                result.problems.extend(problems);
            }
        }
    }
}

/// What the search for credentials adds to what the rules said of a Python file.
pub(crate) fn add_secrets(
    path: &FilePath,
    file: FileId,
    text: &str,
    in_tests: bool,
    drafts: &mut Vec<(&'static Rule, Draft)>,
) {
    let candidates = bartizan_secret::search(text, Site::of(path, in_tests));
    if !candidates.is_empty() {
        bartizan_rules::judge_secrets(path, file, &candidates, drafts, RULES);
    }
}

/// What came of one file.
enum Outcome {
    PassedOver(&'static str),
    Problem(Problem),
    Read { lines: u64, findings: Vec<Finding>, problems: Vec<Problem> },
}

/// The kind that a file counts as: what deploys a site may be called a manifest, too.
fn kind(entry: &Entry) -> FileKind {
    match entry.kind {
        FileKind::Manifest if FileType::of(&entry.path).is_some() => FileKind::Deployment,
        kind => kind,
    }
}

/// The `.env` files that version control does not keep: there is no better place for a secret.
fn private_env_files(tree: &dyn Tree, entries: &[Entry]) -> BTreeSet<FilePath> {
    let files: Vec<FilePath> =
        entries.iter().map(|entry| &entry.path).filter(|path| is_env_file(path)).cloned().collect();
    if files.is_empty() {
        return BTreeSet::new();
    }
    let kept = tree.kept(&files).unwrap_or_default();
    files.into_iter().filter(|path| !kept.contains(path)).collect()
}

fn is_env_file(path: &FilePath) -> bool {
    FileType::of(path) == Some(FileType::Env) && !is_shown_around(path)
}

/// Which of the environment files, kept by version control or not, an image can be given that is built
/// by a Dockerfile, relative to the folder that it is built from.
fn given_to(tree: &dyn Tree, dockerfile: &FilePath, env_files: &[FilePath]) -> Vec<String> {
    let (inside, ignored) = context(tree, dockerfile, env_files);
    let mut given: Vec<String> = inside.into_iter().map(|(_, below)| below).collect();
    given.retain(|path| !ignored.leaves_out(path));
    given.sort_by_key(|path| (path.matches('/').count(), path.clone()));
    given
}

/// Which of these files stay behind when an image is built by a Dockerfile.
pub(crate) fn left_behind<'f>(
    tree: &dyn Tree,
    dockerfile: &FilePath,
    files: &'f [FilePath],
) -> Vec<&'f FilePath> {
    let (inside, ignored) = context(tree, dockerfile, files);
    let left = inside.into_iter().filter(|(_, below)| ignored.leaves_out(below));
    left.map(|(path, _)| path).collect()
}

/// The files that lie in the folder from which an image is built, each with its path from there, and what
/// of that folder stays behind.
fn context<'f>(
    tree: &dyn Tree,
    dockerfile: &FilePath,
    files: &'f [FilePath],
) -> (Vec<(&'f FilePath, String)>, DockerIgnore) {
    let context = context_of(dockerfile);
    let below = |path: &'f FilePath| {
        let rest = path.as_str().strip_prefix(context)?;
        let rest = if context.is_empty() { rest } else { rest.strip_prefix('/')? };
        Some((path, rest.to_owned()))
    };
    let inside: Vec<_> = files.iter().filter_map(below).collect();
    if inside.is_empty() {
        return (inside, DockerIgnore::default());
    }
    let read = |path: &str| String::from_utf8(tree.read(&FilePath::new(path)?).ok()?).ok();
    // One that is named after the Dockerfile goes before that of the folder.
    let of_folder = format!("{context}/.dockerignore");
    let ignored = read(&format!("{dockerfile}.dockerignore"))
        .or_else(|| read(of_folder.trim_start_matches('/')));
    (inside, ignored.map(|text| DockerIgnore::read(&text)).unwrap_or_default())
}

/// Whether an environment file is there to be copied: `.env.example`.
fn is_shown_around(path: &FilePath) -> bool {
    path.name()
        .split(['.', '-', '_'])
        .any(|word| matches!(word, "example" | "sample" | "template" | "dist" | "defaults" | "tpl"))
}

fn why_unread(
    entry: &Entry,
    config: &Config,
    private: &BTreeSet<FilePath>,
) -> Option<&'static str> {
    if private.contains(&entry.path) {
        return Some("environment files that version control does not keep");
    }
    if let Some(reason) = bartizan_secret::passed_over(&entry.path, entry.size) {
        return Some(reason);
    }
    // What is not shown is not worked out.
    (!profile::shows_tests(config.profile) && is_test_code(&entry.path, config))
        .then_some("test code")
}

fn judge_one(
    tree: &dyn Tree,
    entry: &Entry,
    manifests: &BTreeSet<FilePath>,
    env_files: &[FilePath],
    config: &Config,
    today: Date,
) -> Outcome {
    let path = &entry.path;
    let bytes = match tree.read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Outcome::Problem(read::not_read(path, error)),
    };
    if bytes.iter().take(HEAD).any(|byte| *byte == 0) {
        return Outcome::PassedOver("no text");
    }
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = text.bytes().filter(|byte| *byte == b'\n').count() as u64
        + u64::from(!text.is_empty() && !text.ends_with('\n'));
    let in_tests = is_test_code(path, config);
    let site = Site::of(path, in_tests);
    if is_pressed(text, lines, site.form) {
        return Outcome::PassedOver("minified");
    }
    let candidates = bartizan_secret::search(text, site);
    let facts = bartizan_deployment::read(path, text);
    let drafts = match (candidates.is_empty(), &facts) {
        (true, None) => Vec::new(),
        _ => {
            let given = match &facts {
                Some(Facts::Dockerfile(_)) => given_to(tree, path, env_files),
                _ => Vec::new(),
            };
            bartizan_rules::judge_text(path, &candidates, facts.as_ref(), &given, RULES)
        }
    };
    let (suppressions, problems) = match manifests.contains(path) {
        true => {
            let (all, problems) = suppressions(path, text);
            (packages::of_others(&all), problems)
        }
        false if site.form == Form::Plain || path.extension() == "toml" => suppressions(path, text),
        false => (Vec::new(), Vec::new()),
    };
    let findings = if drafts.is_empty() && suppressions.is_empty() {
        Vec::new()
    } else {
        complete(path, text, drafts, &suppressions, in_tests, config, today)
    };
    Outcome::Read { lines, findings, problems }
}

/// Whether code was pressed into few lines by a machine.
fn is_pressed(text: &str, lines: u64, form: Form) -> bool {
    matches!(form, Form::Code | Form::Markup)
        && text.len() > 5_000
        && text.len() as u64 > lines.max(1) * 400
}

fn complete(
    path: &FilePath,
    text: &str,
    mut drafts: Vec<(&'static Rule, TextDraft)>,
    suppressions: &[Suppression],
    in_tests: bool,
    config: &Config,
    today: Date,
) -> Vec<Finding> {
    drafts.sort_by(|(a, x), (b, y)| (x.span, a.info.id).cmp(&(y.span, b.info.id)));
    let masks = drafts.iter().filter(|(_, draft)| draft.conceal).map(|(_, draft)| draft.span);
    let source = Source::plain(path, text, masks.collect());
    let mut twins: BTreeMap<(&str, String), u32> = BTreeMap::new();
    let mut findings: Vec<Finding> = Vec::with_capacity(drafts.len());
    for (rule, draft) in drafts {
        let count = twins.entry((rule.info.first_id(), draft.subject.clone())).or_default();
        let ordinal = *count;
        *count += 1;
        let subject = match (rule.info.family, FileType::of(path)) {
            (Family::Deployment, Some(kind)) => Subject::Deployment {
                file_kind: kind.as_str().to_owned(),
                directive: draft.subject,
                ordinal,
            },
            _ => Subject::Secret { scope: String::new(), key: draft.subject, ordinal },
        };
        let place = source.place(draft.span);
        let lines = source.lines(&place);
        let words = Words {
            message: draft.message,
            label: draft.label,
            impact: draft.impact,
            fix: draft.fix,
        };
        let evidence = Fingerprint::digest([source.evidence(draft.span, None).as_str()]);
        findings.push(Finding {
            doubt: draft.doubt,
            severity: draft.severity.unwrap_or(rule.info.severity),
            confidence: draft.confidence.unwrap_or(rule.info.confidence),
            in_tests,
            ..Finding::new(&rule.info, (place, lines), subject, words, evidence)
        });
    }
    let faulty = suppress::apply(suppressions, &mut findings, rules(), today, true);
    findings.extend(crate::faulty_suppressions(&source, &faulty, in_tests));
    name_lines(&mut findings, suppressions, text);
    findings.retain(|finding| crate::is_shown(finding, config));
    findings
}

/// Names the line of the comment that silences each finding.
pub(crate) fn name_lines(findings: &mut [Finding], comments: &[Suppression], text: &str) {
    for finding in findings {
        let line = finding.place.start.line;
        if let Some(suppressed) = &mut finding.suppressed
            && suppressed.form != SuppressionForm::List
        {
            let comment = comments.iter().find(|s| s.lines.0 <= line && line <= s.lines.1);
            suppressed.line =
                comment.map_or(line, |comment| finish::line_of(text, comment.span.start));
        }
    }
}

/// Comments that silence rules, in texts whose comments begin with `#`: on the line of the finding,
/// or alone above it.
pub(crate) fn suppressions(path: &FilePath, text: &str) -> (Vec<Suppression>, Vec<Problem>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    if path.extension() == "json" || !text.contains("bartizan:") {
        return (found, problems);
    }
    let lines = LineIndex::new(text);
    let mut start = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let from = start;
        start += line.len();
        let Some(word) = line.find("bartizan:") else { continue };
        let Some(sign) = line[..word].rfind('#') else { continue };
        if !line[sign + 1..word].trim().is_empty() {
            continue;
        }
        let comment = line[sign..].trim_end();
        let at = Span::new((from + sign) as u32, (from + sign + comment.len()) as u32);
        let alone = line[..sign].trim().is_empty();
        for read in bartizan_python::suppressions_in(comment, at) {
            match read {
                Ok(suppression) if suppression.form == SuppressionForm::Bartizan => {
                    found.push(Suppression {
                        lines: (number, number + u32::from(alone)),
                        ..suppression
                    });
                }
                Ok(_) => {}
                Err(message) => problems.push(Problem {
                    path: path.clone(),
                    at: Some(lines.line_column(text, at.start)),
                    kind: ProblemKind::Suppression,
                    message,
                }),
            }
        }
    }
    (found, problems)
}

//! From what a rule drafts to a finding that is complete: place, lines, subject, fingerprint.

use std::collections::BTreeMap;

use bartizan_base::{FilePath, LineIndex, Span};
use bartizan_finding::{
    Edit, Finding, Fingerprint, Note, Place, Repair, Subject, Suppressed, SuppressionForm, Words,
};
use bartizan_project::{FileId, Project};
use bartizan_rules::{Draft, EditDraft, RepairDraft, Rule, SubjectHint};

use crate::source::Source;

/// The texts of the files that were linked, by their id.
pub(crate) trait Texts {
    /// The decoded text of a file.
    fn text(&self, file: FileId) -> &str;
}

/// Completes the drafts about one file. Their order, and so the count of twins, is that of the text.
pub(crate) fn finish(
    project: &Project,
    texts: &dyn Texts,
    file: FileId,
    mut drafts: Vec<(&'static Rule, Draft)>,
    in_tests: bool,
) -> Vec<Finding> {
    if drafts.is_empty() {
        return Vec::new();
    }
    drafts.sort_by(|(a, x), (b, y)| {
        (x.span, x.hole, a.info.id, &x.message).cmp(&(y.span, y.hole, b.info.id, &y.message))
    });
    let masks: Vec<Span> = drafts
        .iter()
        .filter(|(_, draft)| draft.conceal)
        .flat_map(|(_, draft)| concealed(draft))
        .filter(|(of, _)| *of == file)
        .map(|(_, span)| span)
        .collect();
    let path: &FilePath = project.path(file);
    let source = Source::new(path, texts.text(file), project.ir(file), masks);
    let mut twins: BTreeMap<(&str, String, String), u32> = BTreeMap::new();
    drafts
        .into_iter()
        .map(|(rule, draft)| {
            let place = source.place(draft.span);
            let scope = source.scope(draft.span);
            let scope_name = source.scope_name(scope);
            let subject = match &draft.subject {
                SubjectHint::Code => {
                    let mut shape = source.shape(draft.shape.unwrap_or(draft.span));
                    // Where the finding is about a part, the part tells it from its neighbours.
                    if let Some(hole) = draft.hole.or(draft.shape.map(|_| draft.span)) {
                        shape.push_str(" <- ");
                        shape.push_str(&source.shape(hole));
                    }
                    let key = (rule.info.first_id(), scope_name.to_owned(), shape.clone());
                    let count = twins.entry(key).or_default();
                    let ordinal = *count;
                    *count += 1;
                    Subject::Code { scope: scope_name.to_owned(), shape, ordinal }
                }
                SubjectHint::Setting { name, environment } => {
                    Subject::Setting { name: name.clone(), environment: environment.clone() }
                }
                SubjectHint::Secret { key } => {
                    let scope = scope_name.to_owned();
                    let twin = (rule.info.first_id(), scope.clone(), key.clone());
                    let count = twins.entry(twin).or_default();
                    let ordinal = *count;
                    *count += 1;
                    Subject::Secret { scope, key: key.clone(), ordinal }
                }
            };
            let mut rests_on = vec![source.evidence(draft.span, scope)];
            let hidden = if draft.conceal { concealed(&draft).collect() } else { Vec::new() };
            let notes = draft
                .notes
                .into_iter()
                .map(|(of, span, message)| {
                    let (place, lines) = if of == file {
                        let place = source.place(span);
                        let lines = source.lines(&place);
                        (place, lines)
                    } else {
                        let other = other_source(project, texts, of, &hidden);
                        let place = other.place(span);
                        let lines = other.lines(&place);
                        (place, lines)
                    };
                    Note { place, message, lines }
                })
                .collect();
            for (of, span) in &draft.evidence {
                rests_on.push(if *of == file {
                    source.evidence(*span, None)
                } else {
                    other_source(project, texts, *of, &hidden).evidence(*span, None)
                });
            }
            let lines = source.lines(&place);
            let repair = draft.repair.as_ref().and_then(|repair| offered(project, texts, repair));
            let words = Words {
                message: draft.message,
                label: draft.label,
                impact: draft.impact,
                fix: draft.fix,
            };
            let evidence = Fingerprint::digest(rests_on.iter().map(String::as_str));
            // What a project has silenced for Django is silenced here.
            let silenced = draft.check.filter(|_| draft.is_silenced);
            let suppressed = silenced.map(|check| Suppressed {
                form: SuppressionForm::Django,
                reason: format!("SILENCED_SYSTEM_CHECKS names {check}"),
                line: place.start.line,
                until: None,
            });
            Finding {
                doubt: draft.doubt,
                notes,
                severity: draft.severity.unwrap_or(rule.info.severity),
                confidence: draft.confidence.unwrap_or(rule.info.confidence),
                in_tests,
                check: draft.check,
                would_follow: draft.would_follow,
                suppressed,
                repair,
                ..Finding::new(&rule.info, (place, lines), subject, words, evidence)
            }
        })
        .collect()
}

/// The repair that a draft speaks of, if the files that it changes can be read as well as before.
fn offered(project: &Project, texts: &dyn Texts, draft: &RepairDraft) -> Option<Repair> {
    let mut changes: BTreeMap<FileId, Vec<(Span, String)>> = BTreeMap::new();
    for edit in &draft.edits {
        let (file, change) = match edit {
            EditDraft::Replace(file, span, text) => (*file, (*span, text.clone())),
            EditDraft::Append(file, line) => {
                let before = texts.text(*file);
                let break_before =
                    if before.ends_with('\n') || before.is_empty() { "" } else { "\n" };
                let end = Span::at(u32::try_from(before.len()).ok()?);
                (*file, (end, format!("{break_before}{line}\n")))
            }
        };
        changes.entry(file).or_default().push(change);
    }
    let mut edits = Vec::new();
    for (file, mut changes) in changes {
        let (path, before) = (project.path(file), texts.text(file));
        changes.sort();
        let mut after = before.to_owned();
        for (span, text) in changes.iter().rev() {
            let range = span.start as usize..span.end as usize;
            // Edits that overlap, or cut a character, are none.
            before.get(range.clone())?;
            if after.len() < range.end {
                return None;
            }
            after.replace_range(range, text);
        }
        let overlaps = changes.windows(2).any(|pair| pair[0].0.end > pair[1].0.start);
        let problems = |text: &str| bartizan_python::read(path, text.as_bytes()).problems.len();
        if overlaps || problems(&after) > problems(before) {
            return None;
        }
        let lines = LineIndex::new(before);
        edits.extend(changes.into_iter().map(|(span, text)| Edit {
            place: Place {
                path: path.clone(),
                start: lines.line_column(before, span.start),
                end: lines.line_column(before, span.end),
                span,
            },
            text,
        }));
    }
    Some(Repair { title: draft.title.clone(), safety: draft.safety, edits })
}

/// The places that hold the secret of a draft that conceals one.
fn concealed(draft: &Draft) -> impl Iterator<Item = (FileId, Span)> + '_ {
    let notes = draft.notes.iter().map(|(file, span, _)| (*file, *span));
    notes.chain([(draft.file, draft.span)])
}

/// Another file than the finding's, for its notes and its evidence.
fn other_source<'s>(
    project: &'s Project,
    texts: &'s dyn Texts,
    file: FileId,
    hidden: &[(FileId, Span)],
) -> Source<'s> {
    let masks = hidden.iter().filter(|(of, _)| *of == file).map(|(_, span)| *span).collect();
    Source::new(project.path(file), texts.text(file), project.ir(file), masks)
}

/// The line of an offset in a text; for suppressions, which are few.
pub(crate) fn line_of(text: &str, offset: u32) -> u32 {
    LineIndex::new(text).line(offset)
}

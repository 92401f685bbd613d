//! What the rules about built text share: which hole counts, where it is shown, how sure it is.

use bartizan_finding::Confidence;

use crate::origin::Origin;
use crate::words::describe;
use crate::{CallSite, Draft, Hole};

/// A draft about a hole, shown where the text is built, with a note where it is used.
pub(super) fn draft(site: &CallSite<'_>, hole: &Hole, used: &str) -> Draft {
    let view = site.view;
    let argument = site.argument.map_or(site.span, |argument| argument.span);
    let built = view.builder(hole);
    let span = match built {
        Some(built) => built,
        None if hole.file == view.file => hole.span,
        None => argument,
    };
    let mut draft = site.draft_at(span);
    // Where the text is built elsewhere, it is known again by itself.
    draft.shape = None;
    if hole.file == view.file && hole.span != span && span.contains(hole.span) {
        draft.hole = Some(hole.span);
    }
    if hole.file != view.file {
        draft.notes.push((hole.file, hole.span, "put into the text here".to_owned()));
        draft.shape = Some(site.span);
    }
    if !site.span.contains(span) {
        draft.notes.push((view.file, argument, used.to_owned()));
        draft.evidence.push((view.file, site.span));
    }
    draft
}

/// How a hole is called in a message.
pub(super) fn name(site: &CallSite<'_>, hole: &Hole) -> String {
    let ir = site.view.of(hole.file).ir();
    let words = describe(ir, hole.value);
    if words.starts_with('…') { "a value".to_owned() } else { format!("`{words}`") }
}

/// How sure a hole makes a finding, and why not surer: what comes from the request is certain, what
/// comes from nobody knows where is `unknown` at most.
pub(super) fn weigh(draft: Draft, hole: &Hole, name: &str, unknown: Confidence) -> Draft {
    match hole.origin {
        Origin::Remote => draft,
        Origin::Unknown | Origin::Fixed => {
            draft.at_most(unknown, &format!("if an outsider can choose {name}"))
        }
    }
}

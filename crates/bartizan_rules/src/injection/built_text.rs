//! What the rules about built text share: which hole counts, where it is shown, how sure it is.

use bartizan_finding::Confidence;

use crate::origin::Origin;
use crate::words::describe;
use crate::{CallSite, Draft, Hole};

/// A draft about a hole, at the text that it is in: the piece of code that a person would change, and
/// where peers report such text. Where the text is used is a note.
pub(super) fn at_text(site: &CallSite<'_>, hole: &Hole, used: &str) -> Draft {
    let view = site.view;
    let argument = site.argument.map_or(site.span, |argument| argument.span);
    if hole.file != view.file {
        return at_call(site, hole);
    }
    let inside = if argument.contains(hole.span) { argument } else { hole.span };
    let span = view.builder(hole, argument).unwrap_or(inside);
    let mut draft = site.draft_at(span);
    // The text is known again by itself, whoever takes it.
    draft.shape = None;
    draft.hole = (hole.span != span && span.contains(hole.span)).then_some(hole.span);
    if let Some((file, place)) = hole.filled {
        draft.notes.push((file, place, "this comes into it".to_owned()));
        draft.evidence.push((file, place));
    }
    if !site.span.contains(span) {
        draft.notes.push((view.file, argument, used.to_owned()));
        draft.evidence.push((view.file, site.span));
    }
    draft
}

/// A draft about a hole, at the call that takes the text. Where the text is built is a note.
pub(super) fn at_call(site: &CallSite<'_>, hole: &Hole) -> Draft {
    let view = site.view;
    let mut draft = site.draft();
    let built = view.of(hole.file).builder(hole, draft.span);
    let (from, what) = match built {
        Some(built) => (built, "the text is built here"),
        None => (hole.span, "this is where it comes from"),
    };
    if hole.file == view.file && site.span.contains(hole.span) {
        draft.hole = (hole.span != draft.span).then_some(hole.span);
    } else {
        draft.notes.push((hole.file, from, what.to_owned()));
        draft.evidence.push((hole.file, from));
    }
    if let Some((file, place)) = hole.filled {
        draft.notes.push((file, place, "this comes into it".to_owned()));
        draft.evidence.push((file, place));
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

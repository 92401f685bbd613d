//! What a request does only for some visitors: rows that are changed, answers that are given, parts
//! that are kept from the others.
//!
//! Not every view turns away whoever may not: many do less for him. Such a condition is no guard of the
//! endpoint, but whoever passes it may do more.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{Effect, EffectKind, Mutator, Value, ValueId};
use bartizan_project::Entity;

use crate::compare::is_of_object;
use crate::formula::{ACTIVE, Formula, LOGIN, STAFF, SUPERUSER};
use crate::reader::{Callee, Frame, Reader};
use crate::scope::Query;
use crate::walk::{Walked, where_it_is};

/// Deeds beyond which none of an endpoint's method is kept.
const MOST: usize = 200;

/// Something that is done, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// What it is to do it.
    pub kind: DeedKind,
    /// What is done, in words.
    pub what: Arc<str>,
    /// For whom.
    pub formula: Formula,
}

/// What it is to do something for more visitors, or for fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeedKind {
    /// Something is changed, or answered: the fewer, the better.
    Does,
    /// Something is kept from the visitor: the more, the better.
    Hides,
    /// A field may be set: the fewer, the better.
    Field,
    /// Something is changed and not only answered: the fewer, the better.
    Changes,
    /// Middleware takes the visitor for a row that it finds: the fewer there are, the better.
    Knows,
}

/// Methods that change the row they are called on, whatever it is.
pub(crate) const CHANGING_ITSELF: &[&str] = &["save", "asave", "delete", "adelete"];

/// Methods that change rows where they are called on rows.
pub(crate) const CHANGING_ROWS: &[&str] = &[
    "create",
    "acreate",
    "update",
    "aupdate",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "add",
    "remove",
    "set",
    "clear",
];

/// Methods and functions that change something else, or have something done.
const CHANGING_OTHERS: &[&str] = &[
    "set_password",
    "set_unusable_password",
    "delay",
    "apply_async",
    "send",
    "send_mail",
    "email_user",
    "login",
    "enqueue",
];

/// Whether a call of this name changes what is kept, by whatever it is called on.
fn changes(name: &str) -> bool {
    [CHANGING_ITSELF, CHANGING_ROWS, CHANGING_OTHERS].iter().any(|names| names.contains(&name))
}

/// What makes an answer.
const ANSWERS: &[&str] = &[
    "render",
    "JsonResponse",
    "Response",
    "HttpResponse",
    "FileResponse",
    "StreamingHttpResponse",
    "TemplateResponse",
];

impl Reader<'_> {
    /// Notes what an effect of a function does, where that is a deed.
    pub(crate) fn note_deed(
        &self,
        frame: &Rc<Frame>,
        effect: &Effect,
        given: &Formula,
        walked: &mut Walked,
    ) {
        if walked.deeds.len() >= MOST {
            return;
        }
        let Some((kind, value)) = self.deed(frame, effect) else { return };
        let Some(path) = self.path(frame, effect.path, true) else { return };
        let formula = where_it_is(&given.clone().and(path));
        if formula == Formula::Never {
            return;
        }
        let what = Arc::from(self.text(frame, value));
        walked.deeds.push(Deed { kind, what, formula });
    }

    /// `request.member = Member.objects.get(key=…)`, before a view: whom it takes the visitor for.
    pub(crate) fn note_known(
        &self,
        frame: &Rc<Frame>,
        effect: &Effect,
        given: &Formula,
        walked: &mut Walked,
    ) {
        let EffectKind::StoreAttr { object, name, value } = effect.kind else { return };
        if !walked.is_gate || walked.deeds.len() >= MOST || self.text(frame, object) != "request" {
            return;
        }
        let Some(query) = self.query(frame, value) else { return };
        let Some(path) = self.path(frame, effect.path, true) else { return };
        let formula = given.clone().and(path).and(query.formula);
        let what = format!("request.{}", self.ir(frame.file).str(name));
        walked.deeds.push(Deed { kind: DeedKind::Knows, what: Arc::from(what), formula });
    }

    fn deed(&self, frame: &Rc<Frame>, effect: &Effect) -> Option<(DeedKind, ValueId)> {
        let ir = self.ir(frame.file);
        match effect.kind {
            EffectKind::Call(call) => {
                let Value::Call { callee, .. } = ir.value(call) else { return None };
                let name = match ir.value(ir.bare(callee)) {
                    Value::Attr { name, .. } => ir.str(name),
                    // By whatever name it goes here: `login as auth_login`.
                    Value::Global { name, .. } | Value::Import { name: Some(name), .. } => {
                        match self.project.definition(frame.file, callee) {
                            Entity::External(symbol) => {
                                let dotted = self.project.symbol(symbol);
                                dotted.rsplit('.').next().unwrap_or(dotted)
                            }
                            _ => ir.str(name),
                        }
                    }
                    _ => return None,
                };
                if name == "pop" {
                    return Some((DeedKind::Hides, call));
                }
                // What the project does there itself is followed.
                let is_followed = matches!(self.callee(frame, call), Callee::Project { .. });
                (changes(name) && !is_followed).then_some((DeedKind::Changes, call))
            }
            EffectKind::Mutate(mutated) => {
                let Value::Mutate(mutation) = ir.value(mutated) else { return None };
                matches!(ir.mutation(mutation).op, Mutator::Pop | Mutator::DelItem)
                    .then_some((DeedKind::Hides, mutated))
            }
            EffectKind::Delete(value) => Some((DeedKind::Hides, value)),
            EffectKind::Return(Some(value)) if frame.depth == 0 => {
                let Value::Call { callee, .. } = ir.value(ir.bare(value)) else { return None };
                let name = self.text(frame, callee);
                let last = name.rsplit('.').next().unwrap_or(&name);
                ANSWERS.contains(&last).then_some((DeedKind::Does, value))
            }
            _ => None,
        }
    }
}

/// All that is known of one deed, wherever it is done.
fn whole(deeds: &[Deed], kind: DeedKind, what: &str) -> Option<Formula> {
    let mut same = deeds.iter().filter(|deed| deed.kind == kind && &*deed.what == what).peekable();
    same.peek()?;
    Some(Formula::any(same.map(|deed| deed.formula.clone())))
}

/// The deeds that are done for more visitors than before, or kept from fewer, each with when it was
/// done and when it is.
///
/// Where new conditions are asked, nobody knows whether they are the old ones in other words.
pub(crate) fn loosened<'d>(
    old: &[Deed],
    new: &'d [Deed],
    (was, is): (&Formula, &Formula),
    rows: &[Query],
) -> Option<(&'d Deed, Formula, Formula)> {
    let mut seen: Vec<(DeedKind, &str)> = Vec::new();
    for deed in new {
        let key = (deed.kind, &*deed.what);
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        let (Some(before), Some(now)) =
            (whole(old, deed.kind, &deed.what), whole(new, deed.kind, &deed.what))
        else {
            continue;
        };
        if before == now {
            continue;
        }
        let (olds, news) = (before.atoms(), now.atoms());
        let is_known = |atom: &Arc<str>| {
            olds.contains(atom)
                || matches!(&**atom, LOGIN | STAFF | SUPERUSER | ACTIVE)
                || atom.starts_with("perm:")
        };
        let is_asked = |atom: &Arc<str>| is_asked_of_visitor(atom);
        let is_row = deed.kind == DeedKind::Knows;
        if !news.iter().all(is_known) || !is_row && !olds.iter().any(is_asked) {
            continue;
        }
        // What was asked of a row may be asked where it is fetched: rows are compared by themselves.
        let is_there = |atom: &&Arc<str>| {
            is.atoms().contains(*atom) || rows.iter().any(|row| row.formula.atoms().contains(*atom))
        };
        let mut of_rows = olds.difference(&news).filter(|atom| is_of_object(atom));
        // Nobody knows what became of it, where it was asked by a call or in words of its own.
        let is_lost = |atom: &Arc<str>| atom.ends_with("=request.user");
        if !is_row && of_rows.any(|atom| is_there(&atom) || !is_lost(atom)) {
            continue;
        }
        let held = was.clone().and(before.clone());
        let holds = is.clone().and(now.clone());
        let is_looser = match deed.kind {
            DeedKind::Hides => held.lets_in_more_than(&holds) && before.lets_in_more_than(&now),
            _ => holds.lets_in_more_than(&held) && now.lets_in_more_than(&before),
        };
        if is_looser {
            return Some((deed, before, now));
        }
    }
    None
}

/// Whether a condition is one on the visitor himself; not whether what he sent is in order.
fn is_asked_of_visitor(atom: &str) -> bool {
    if atom.contains("is_valid(") {
        return false;
    }
    matches!(atom, LOGIN | STAFF | SUPERUSER | ACTIVE)
        || atom.starts_with("perm:")
        || atom.contains("user")
        || atom.starts_with("object permission")
}

//! Views that hand a request on to another one: `return EditPage.as_view()(request, pk=page.pk)`.

use std::rc::Rc;

use bartizan_ir::{ArgKind, ClassId, EffectKind, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::deeds::Deed;
use crate::formula::Formula;
use crate::outcomes::Outcome;
use crate::reader::{Ask, Frame, Reader};
use crate::scope::Query;
use crate::site::SiteWide;
use crate::view::{Seen, all_deeds};

/// Views inside each other beyond which none is followed.
const DEEPEST: usize = 2;

/// Attributes that a class is given where it becomes a view.
type Overrides = Vec<(String, FileId, ValueId)>;

impl Reader<'_> {
    /// What the views ask and do to which code of a view hands the request.
    pub(crate) fn hand_on(
        &self,
        frame: &Rc<Frame>,
        site: &SiteWide,
        ask: &Rc<Ask>,
        seen: &mut Seen,
    ) {
        let depth = self.handing.get();
        if depth >= DEEPEST {
            return;
        }
        let ir = self.ir(frame.file);
        for effect in &ir.effects[ir.function(frame.function).effects] {
            let EffectKind::Call(call) = effect.kind else { continue };
            let Some((file, class, overrides)) = self.viewed(frame, call) else { continue };
            let Some(narrow) = self.path(frame, effect.path, true) else { continue };
            let whole = self.path(frame, effect.path, false).unwrap_or(Formula::Always);
            if whole == Formula::Never {
                continue;
            }
            let inner_ask = Rc::new(Ask {
                method: ask.method,
                model: self.view_model(file, class),
                view: Some(ClassRef::Project(file, class)),
                route: ask.route.clone(),
                overrides,
                ..Ask::default()
            });
            self.handing.set(depth + 1);
            let inner = self.class_view(file, class, site, &inner_ask);
            self.handing.set(depth);
            self.refuel();
            take(seen, inner, &narrow, &whole);
        }
    }

    /// The class that a call asks as a view.
    fn viewed(&self, frame: &Rc<Frame>, call: ValueId) -> Option<(FileId, ClassId, Overrides)> {
        let ir = self.ir(frame.file);
        let Value::Call { callee, .. } = ir.value(call) else { return None };
        let (file, made) = match self.project.definition(frame.file, callee) {
            Entity::Value(file, at) => (file, self.ir(file).bare(at)),
            _ => (frame.file, ir.bare(callee)),
        };
        let ir = self.ir(file);
        let Value::Call { callee, args } = ir.value(made) else { return None };
        let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return None };
        if ir.str(name) != "as_view" {
            return None;
        }
        let Entity::Class(at, class) = self.project.definition(file, of) else { return None };
        let given = ir.args[args].iter().filter_map(|arg| match arg.kind {
            ArgKind::Keyword(name) => Some((ir.str(name).to_owned(), file, arg.value)),
            _ => None,
        });
        Some((at, class, given.collect()))
    }
}

/// What another view does where a request is handed to it, as a part of what this one does.
fn take(seen: &mut Seen, inner: Seen, narrow: &Formula, whole: &Formula) {
    let asked = whole.clone().negated().or(inner.access.clone());
    seen.access = seen.access.clone().and(asked.clone());
    seen.own = seen.own.clone().and(asked);
    let given = narrow.clone().and(inner.access.clone());
    seen.queries.extend(
        inner
            .queries
            .into_iter()
            .map(|query| Query { formula: narrow.clone().and(query.formula), model: query.model }),
    );
    let mut fields = inner.fields;
    fields.are_for(&given);
    seen.deeds.extend(
        inner
            .deeds
            .into_iter()
            .map(|deed| Deed { formula: given.clone().and(deed.formula), ..deed }),
    );
    seen.deeds.extend(all_deeds(Vec::new(), &mut fields));
    seen.fields.add(fields);
    let around = whole.clone().and(inner.around);
    seen.outcomes.extend(
        inner
            .outcomes
            .into_iter()
            .map(|outcome| Outcome { formula: around.clone().and(outcome.formula), ..outcome }),
    );
    seen.throttles.extend(inner.throttles);
}

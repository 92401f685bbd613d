//! Rows that belong to whoever asks, and that no query fetches: `request.user`, `request.user.profile`.
//!
//! Where a row that a visitor names stands in their place, that is a row of others.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{Effect, EffectKind, Value, ValueId};

use crate::deeds::CHANGING_ITSELF;
use crate::formula::Formula;
use crate::reader::{Frame, Reader};
use crate::scope::Query;
use crate::walk::Walked;

/// What somebody is in code that knows who asks.
const WHO: &str = "request.user";

/// Methods that change a user, besides those that change any row.
const CHANGING_USERS: &[&str] = &["set_password", "set_unusable_password"];

impl Reader<'_> {
    /// Notes the rows of whoever asks that an effect of a function works with.
    pub(crate) fn note_own(
        &self,
        frame: &Rc<Frame>,
        effect: &Effect,
        given: &Formula,
        walked: &mut Walked,
    ) {
        let mut found = Vec::new();
        match effect.kind {
            EffectKind::StoreAttr { object, .. } => found.extend(self.own_row(frame, object, true)),
            EffectKind::Call(call) => {
                let ir = self.ir(frame.file);
                let Value::Call { callee, args } = ir.value(call) else { return };
                if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
                    let name = ir.str(name);
                    if CHANGING_ITSELF.contains(&name) || CHANGING_USERS.contains(&name) {
                        found.extend(self.own_row(frame, of, true));
                    }
                }
                for arg in &ir.args[args] {
                    match ir.value(ir.bare(arg.value)) {
                        // `{"profile": request.user.profile}`
                        Value::Dict(pairs) => {
                            let values = ir.pairs[pairs].iter().map(|pair| pair.value);
                            found.extend(values.filter_map(|of| self.own_row(frame, of, false)));
                        }
                        _ => found.extend(self.own_row(frame, arg.value, false)),
                    }
                }
            }
            _ => {}
        }
        if found.is_empty() {
            return;
        }
        let Some(path) = self.path(frame, effect.path, true) else { return };
        let when = given.clone().and(path);
        for Query { model, formula } in found {
            let query = Query { model, formula: when.clone().and(formula) };
            if query.formula != Formula::Never && !walked.queries.contains(&query) {
                walked.queries.push(query);
            }
        }
    }

    /// `getattr(request.user, "profile")`
    pub(crate) fn got_attribute(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
    ) -> Option<(ValueId, String)> {
        let ir = self.ir(frame.file);
        let Value::Call { callee, args } = ir.value(ir.bare(value)) else { return None };
        let Value::Global { name: called, .. } = ir.value(ir.bare(callee)) else { return None };
        let [of, name, ..] = &ir.args[args] else { return None };
        let Value::Str(name) = ir.value(ir.bare(name.value)) else { return None };
        (ir.str(called) == "getattr").then(|| (of.value, ir.str(name).to_owned()))
    }

    /// The row that an expression is of whoever asks: himself where he is changed, and what leads on
    /// from him to one row.
    fn own_row(&self, frame: &Rc<Frame>, value: ValueId, is_changed: bool) -> Option<Query> {
        let ir = self.ir(frame.file);
        let bare = ir.bare(value);
        let place = (frame.file, ir.span(bare));
        let is_who = |value: ValueId| self.text(frame, value) == WHO;
        if is_changed && is_who(bare) {
            let model = self.user_name();
            let formula = self.atom(format!("{model}.pk={WHO}"), place);
            return Some(Query { model: Arc::from(model), formula });
        }
        let (of, name) = match ir.value(bare) {
            Value::Attr { of, name } => (of, ir.str(name).to_owned()),
            _ => self.got_attribute(frame, bare)?,
        };
        // The other side of a relation: of who asks, or of a row that was fetched.
        if is_who(of) || self.query(frame, of).is_some() {
            let found = self.query(frame, bare);
            if found.is_some() {
                return found;
            }
        }
        // A relation of users themselves.
        if !is_who(of) {
            return None;
        }
        let name = name.as_str();
        let model = self.models.leads_to(self.project, &self.user_name(), name)?;
        let formula = self.atom(format!("{model}.pk={WHO}.{name}"), place);
        Some(Query { model: Arc::from(model), formula })
    }
}

//! Rows that a package chooses by the permissions of whoever asks: `get_objects_for_user` of guardian.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{Arg, ArgKind, ValueId};

use crate::formula::Formula;
use crate::named_models::camel;
use crate::reader::{Frame, Reader};
use crate::scope::Query;

/// What gives the rows for which somebody has permissions.
pub(crate) const OF_USER: &str = "get_objects_for_user";

impl Reader<'_> {
    /// `get_objects_for_user(request.user, "shop.view_order", Order.objects.all())`
    pub(crate) fn permitted(
        &self,
        frame: &Rc<Frame>,
        call: ValueId,
        given: &[Arg],
    ) -> Option<Query> {
        let ir = self.ir(frame.file);
        let arg = |position: usize, name: &str| {
            given.iter().enumerate().find_map(|(at, arg)| match arg.kind {
                ArgKind::Positional if at == position => Some(arg.value),
                ArgKind::Keyword(known) if ir.str(known) == name => Some(arg.value),
                _ => None,
            })
        };
        let (who, perms) = (arg(0, "user")?, arg(1, "perms")?);
        let words = || vec![self.text(frame, perms).trim_matches('"').to_owned()];
        let perms = self.strings(frame, perms).unwrap_or_else(words);
        // The label of `shop.view_order` is that of the model.
        let codename = |perm: &str| perm.rsplit('.').next().unwrap_or(perm).to_owned();
        let rows = match arg(2, "klass") {
            Some(of) => self.query(frame, of).or_else(|| self.all_of(frame, of))?,
            None => {
                let perm = codename(perms.first()?);
                let name = perm.rsplit('_').next()?;
                let model = match self.models.named_lower(name) {
                    Some(model) => Arc::from(model),
                    None if name.chars().all(char::is_alphanumeric) => Arc::from(camel(name)),
                    None => Arc::from(frame.ask.model.as_deref()?),
                };
                Query { model, formula: Formula::Always }
            }
        };
        let place = (frame.file, ir.span(call));
        let who = self.text(frame, who);
        let asked = perms.iter().map(|perm| {
            self.atom(format!("{}.permits {} to {who}", rows.model, codename(perm)), place)
        });
        let is_any = arg(4, "any_perm").is_some_and(|any| self.text(frame, any) == "True");
        let asked = match is_any {
            true => Formula::any(asked),
            false => Formula::all(asked),
        };
        Some(Query { formula: rows.formula.and(asked), ..rows })
    }
}

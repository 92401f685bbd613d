//! What binds one row: its query, what is asked about it, the row that it was found by.

use bartizan_base::Span;
use bartizan_ir::{EffectKind, FunctionId, Value, ValueId};
use bartizan_project::FileId;

use super::{Bound, Finder, ObjectAccess};
use crate::views::values::{mentions_sent, mentions_url_argument, param_name, tail_name};
use crate::views::{
    Check, Key, Lookup, Scope, check_of, check_of_row, is_about_visitor, leads_to_own,
    lookups_among, turns_away,
};

/// Rows that were found by each other, beyond which none is followed.
const DEEPEST: u8 = 4;

/// Functions that a view hands its arguments to, beyond which none is followed.
const MOST_HELPERS: usize = 12;

/// What was found out about a row.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) bound: Bound,
    pub(super) name: String,
    pub(super) code: Span,
    pub(super) place: (FileId, Span),
}

impl Told {
    pub(super) fn new(bound: Bound, name: &str, place: (FileId, Span)) -> Self {
        Self { bound, name: name.to_owned(), code: place.1, place }
    }

    pub(super) fn unknown(name: &str, place: (FileId, Span)) -> Self {
        Self::new(Bound::Unknown, name, place)
    }

    pub(super) fn of(self, model: String, methods: &[&'static str]) -> ObjectAccess {
        let Self { bound, name, code, place } = self;
        ObjectAccess { methods: methods.to_vec(), model, bound, name, code, place }
    }
}

/// A function of a view.
pub(super) type Body = (FileId, FunctionId);

impl Finder<'_> {
    /// The rows that a function fetches, and those that the functions fetch that it hands its arguments to.
    pub(super) fn rows_in(&self, body: Body, bodies: &[Body]) -> Vec<(String, Told)> {
        let mut found: Vec<(String, Told)> = self
            .named(body, bodies)
            .into_iter()
            .map(|lookup| (lookup.model.clone(), self.told(&lookup, bodies, 0)))
            .collect();
        for (call, helper) in self.helpers(body) {
            for lookup in self.named(helper, &[]) {
                let mut told = self.told(&lookup, &[helper], 0);
                // Whoever called may ask of what was given back.
                if matches!(told.bound, Bound::Nothing | Bound::Unknown)
                    && let Some(check) = check_of_row(self.project, Some((body.0, call)), &[body])
                {
                    told = self.checked(check);
                }
                found.push((lookup.model.clone(), told));
            }
        }
        found
    }

    /// The queries of a function for rows that a visitor names, one by one.
    fn named(&self, body: Body, bodies: &[Body]) -> Vec<Lookup> {
        let mut found = lookups_among(self.project, self.registries, body, bodies);
        found.retain(|lookup| lookup.key == Key::Url || lookup.is_single);
        found
    }

    /// The functions that are no methods and get what a visitor names, with the calls.
    fn helpers(&self, (file, function): Body) -> Vec<(ValueId, Body)> {
        let ir = self.project.ir(file);
        let mut found: Vec<(ValueId, Body)> = Vec::new();
        for effect in &ir.effects[ir.function(function).effects] {
            let EffectKind::Call(call) = effect.kind else { continue };
            let Value::Call { args, .. } = ir.value(call) else { continue };
            let is_named = |value: ValueId| {
                mentions_url_argument(self.project, file, value) || mentions_sent(ir, value)
            };
            if found.len() >= MOST_HELPERS || !ir.args[args].iter().any(|arg| is_named(arg.value)) {
                continue;
            }
            let target = self.project.callee(file, call).target.as_function();
            let Some((there, helper)) = target else { continue };
            let is_method = self.project.ir(there).function(helper).class.is_some();
            if !is_method && (there, helper) != (file, function) {
                found.push((call, (there, helper)));
            }
        }
        found
    }

    /// What binds the row of a query.
    pub(super) fn told(&self, lookup: &Lookup, bodies: &[Body], depth: u8) -> Told {
        let ir = self.project.ir(lookup.file);
        let own = (lookup.file, lookup.span);
        let limit = lookup.limit.as_ref();
        let limit_place = limit.map_or(own, |(_, value)| (lookup.file, ir.span(*value)));
        if lookup.scope == Scope::Visitor {
            let name = limit.map(|(name, _)| name.clone()).unwrap_or_default();
            // A parameter stands at the head of the function.
            let is_inside = |span: Span| lookup.span.contains(span);
            let place = if is_inside(limit_place.1) { limit_place } else { own };
            return Told { bound: Bound::Scoped, name, code: limit_place.1, place };
        }
        if let Some(check) = check_of(self.project, self.registries, lookup, bodies) {
            return self.checked(check);
        }
        if let Some(name) = &lookup.secret {
            return Told::new(Bound::Secret, name, own);
        }
        if leads_to_own(self.project, lookup) {
            return Told::unknown("only the visitor's own is made of it, perhaps", own);
        }
        match (lookup.scope, limit) {
            (Scope::Nothing, _) if lookup.is_made_by_own(self.project) => {
                Told::unknown("its key is made by code of the project", own)
            }
            (Scope::Nothing, _) | (_, None) => Told::new(Bound::Nothing, "", own),
            (_, Some((_, value))) => {
                let parent = self.parent(lookup, *value, bodies);
                match parent.filter(|_| depth < DEEPEST) {
                    Some(parent) => self.told(&parent, bodies, depth + 1),
                    None => Told::unknown("limited by what is not followed", limit_place),
                }
            }
        }
    }

    /// What a check says.
    pub(super) fn checked(&self, check: Check) -> Told {
        let ir = self.project.ir(check.0);
        let place = (check.0, ir.span(check.1));
        match (is_about_visitor(self.project, check), turns_away(self.project, check)) {
            (true, true) => Told::new(Bound::Checked, "", place),
            (false, _) => Told::unknown("asked about, and perhaps not who asks", place),
            _ => Told::unknown("asked about, and what hangs on that is not followed", place),
        }
    }

    /// The query for the row that another one is limited to: `order` of `Line.objects.get(order=order)`.
    fn parent(&self, lookup: &Lookup, value: ValueId, bodies: &[Body]) -> Option<Lookup> {
        let ir = self.project.ir(lookup.file);
        let mut at = ir.bare(value);
        for _ in 0..8 {
            let body = (lookup.file, lookup.function);
            let same = |other: &Lookup| other.value == at && other.value != lookup.value;
            if let Some(found) = self.named(body, bodies).into_iter().find(same) {
                return Some(found);
            }
            at = match ir.value(at) {
                Value::Attr { of, name } if param_name(ir, of) == Some("self") => {
                    return self.stored(ir.str(name), lookup, bodies);
                }
                Value::Call { callee, .. } => match ir.value(ir.bare(callee)) {
                    // `self.get_order()`
                    Value::Attr { of, name } if param_name(ir, of) == Some("self") => {
                        return self.stored(ir.str(name), lookup, bodies);
                    }
                    Value::Attr { of, .. } => ir.bare(of),
                    _ => return None,
                },
                Value::Attr { of, .. } => ir.bare(of),
                Value::Mutate(mutation) => ir.bare(ir.mutation(mutation).receiver),
                _ => return None,
            };
        }
        None
    }

    /// The query behind an attribute of the view: what a method stores under it, or gives.
    fn stored(&self, name: &str, lookup: &Lookup, bodies: &[Body]) -> Option<Lookup> {
        bodies.iter().find_map(|body| {
            let ir = self.project.ir(body.0);
            let record = ir.function(body.1);
            let gives = ir.str(record.name) == name;
            let found = self.named(*body, bodies).into_iter();
            let mut found = found.filter(|other| other.span != lookup.span);
            found.find(|other| {
                ir.effects[record.effects].iter().any(|effect| match effect.kind {
                    EffectKind::StoreAttr { object, name: to, value } => {
                        ir.str(to) == name
                            && param_name(ir, object) == Some("self")
                            && ir.bare(value) == other.value
                    }
                    EffectKind::Return(Some(value)) => gives && ir.bare(value) == other.value,
                    _ => false,
                })
            })
        })
    }

    /// Whether a check is a call of `check_object_permissions`, which asks what the class lists.
    pub(super) fn asks_permissions(&self, told: &Told) -> bool {
        let ir = self.project.ir(told.place.0);
        let mut calls = ir.values.iter().zip(&ir.spans);
        told.bound == Bound::Checked
            && calls.any(|(value, span)| {
                *span == told.place.1
                    && matches!(*value, Value::Call { callee, .. }
                        if tail_name(ir, callee) == Some("check_object_permissions"))
            })
    }
}

//! Whether somebody or something is among others: `user in order.watchers.all()`, which asks what
//! `order.watchers.filter(pk=user.pk).exists()` and `any(one == user for one in …)` do.

use std::rc::Rc;

use bartizan_ir::{Arg, ArgKind, CompId, LoopId, LoopKind, Mutator, Part, Value, ValueId};
use bartizan_project::FileId;

use crate::formula::Formula;
use crate::reader::{Frame, Reader, Site};
use crate::scope::Query;

/// Lists inside each other beyond which none is looked into.
const DEEPEST: usize = 6;

/// What makes a list of what it is given.
const LISTS: &[&str] = &["list", "set", "tuple", "frozenset", "sorted"];

impl Reader<'_> {
    /// When a row is among those of a query, or a value among those that the query lists of a field.
    pub(crate) fn among_rows(
        &self,
        frame: &Rc<Frame>,
        (one, words): (ValueId, &str),
        (rows, query): (ValueId, &Query),
        place: Site,
    ) -> Formula {
        let field = self.only_field(frame, rows).unwrap_or_else(|| "pk".to_owned());
        let asked = self.lookup(frame, &query.model, &field, one);
        let whole = query.formula.clone().and(asked).sorted();
        let told = match field.as_str() {
            "pk" | "id" => told_apart(words),
            _ => String::new(),
        };
        self.atom(format!("some {}[{whole}]{told}", query.model), place)
    }

    /// The rows behind a list that is made of them: `list(order.watchers.all())`, `[one.pk for one in
    /// watchers]`.
    pub(crate) fn unlisted(&self, frame: &Rc<Frame>, list: ValueId) -> ValueId {
        let ir = self.ir(frame.file);
        let mut at = list;
        for _ in 0..DEEPEST {
            at = match ir.value(ir.bare(at)) {
                Value::Comp(_) => match self.rows_of_keys(frame.file, at) {
                    Some(rows) if self.query(frame, rows).is_some() => rows,
                    _ => return at,
                },
                Value::Call { callee, args } => match &ir.args[args] {
                    [only] if LISTS.contains(&self.text(frame, callee).as_str()) => only.value,
                    _ => return at,
                },
                _ => return at,
            };
        }
        at
    }

    /// The rows of which a list has a field each: `[order.customer for order in orders]`, or what a loop
    /// puts there one after the other.
    pub(crate) fn rows_listed(&self, frame: &Rc<Frame>, list: ValueId) -> Option<Query> {
        let ir = self.ir(frame.file);
        let list = ir.bare(self.unlisted(frame, list));
        let is_of_each = |value: ValueId, rows: ValueId| {
            let mut at = ir.bare(value);
            for _ in 0..DEEPEST {
                match ir.value(at) {
                    Value::Attr { of, .. } => at = ir.bare(of),
                    Value::Elem { of, which: Part::Each } => return ir.bare(of) == ir.bare(rows),
                    _ => return false,
                }
            }
            false
        };
        match ir.value(list) {
            Value::Comp(comp) => {
                let comp = ir.comp(comp);
                let [clause] = &comp.clauses[..] else { return None };
                let is_all = clause.conditions.is_empty();
                (is_all && is_of_each(comp.element, clause.iterator))
                    .then(|| self.query(frame, clause.iterator))?
            }
            Value::Mu { .. } => {
                let (added, iterator) = self.appended(frame.file, list)?;
                is_of_each(added, iterator).then(|| self.query(frame, iterator))?
            }
            _ => None,
        }
    }

    /// What a loop puts into a list that was empty, of each, and of what: `keys.append(order.key)`.
    pub(crate) fn appended(&self, file: FileId, list: ValueId) -> Option<(ValueId, ValueId)> {
        let ir = self.ir(file);
        let list = ir.bare(list);
        let Value::Mu { of, init, back } = ir.value(list) else { return None };
        let LoopKind::For { iterator, .. } = ir.loops.get(of.index())?.kind else { return None };
        let Value::List(items) = ir.value(ir.bare(init)) else { return None };
        let Value::Mutate(mutation) = ir.value(ir.bare(back)) else { return None };
        let mutation = ir.mutation(mutation);
        let [added] = &ir.args[mutation.args] else { return None };
        let grows = matches!(mutation.op, Mutator::Append | Mutator::Add)
            && items.is_empty()
            && ir.bare(mutation.receiver) == list;
        grows.then_some((added.value, iterator))
    }

    /// The field that a queryset lists alone: `orders.values_list("customer", flat=True)`.
    fn only_field(&self, frame: &Rc<Frame>, rows: ValueId) -> Option<String> {
        let ir = self.ir(frame.file);
        let Value::Call { callee, args } = ir.value(ir.bare(rows)) else { return None };
        let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return None };
        match (ir.str(name), &ir.args[args]) {
            ("values_list", [field, ..]) if matches!(field.kind, ArgKind::Positional) => {
                match ir.value(ir.bare(field.value)) {
                    Value::Str(field) => Some(ir.str(field).to_owned()),
                    _ => None,
                }
            }
            ("distinct" | "all" | "order_by", _) => self.only_field(frame, of),
            _ => None,
        }
    }

    /// The same of what is no query of the project, in words: `"clerks" in
    /// user.groups.values_list("name", flat=True)` asks what `user.groups.filter(name="clerks").exists()`
    /// does, and with the key of a row what `in user.groups.all()` does.
    pub(crate) fn among_words(&self, frame: &Rc<Frame>, words: &str, of: ValueId) -> String {
        let ir = self.ir(frame.file);
        if let Some(field) = self.only_field(frame, of)
            && let Value::Call { callee, .. } = ir.value(ir.bare(of))
            && let Value::Attr { of, .. } = ir.value(ir.bare(callee))
        {
            let all = self.text(frame, of);
            let all = all.strip_suffix(".all()").unwrap_or(&all);
            return match field.as_str() {
                "pk" | "id" => format!("{} in {all}.all()", keyless(words)),
                field => format!("{all}.filter({field}={words}).exists()"),
            };
        }
        format!("{words} in {}", self.text(frame, of))
    }

    /// `user.groups.filter(pk=group.pk).exists()` in the words of `group in user.groups.all()`.
    pub(crate) fn exists_by_key(&self, frame: &Rc<Frame>, chain: ValueId) -> Option<String> {
        let ir = self.ir(frame.file);
        let Value::Call { callee, args } = ir.value(ir.bare(chain)) else { return None };
        let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return None };
        let [Arg { kind: ArgKind::Keyword(key), value, .. }] = &ir.args[args] else { return None };
        if ir.str(name) != "filter" || !matches!(ir.str(*key), "pk" | "id") {
            return None;
        }
        let all = self.text(frame, of);
        let all = all.strip_suffix(".all()").unwrap_or(&all);
        Some(format!("{} in {all}.all()", keyless(&self.text(frame, *value))))
    }

    /// That there are rows, in words, where the rows themselves are asked or counted:
    /// `if order.watchers.filter(pk=user.pk):`.
    pub(crate) fn asked_for_some(&self, frame: &Rc<Frame>, rows: ValueId) -> Option<String> {
        let counted = self.counted(frame, rows);
        let rows = counted.unwrap_or(rows);
        let ir = self.ir(frame.file);
        let Value::Call { callee, .. } = ir.value(ir.bare(rows)) else { return None };
        let Value::Attr { name, .. } = ir.value(ir.bare(callee)) else { return None };
        if ir.str(name) != "filter" {
            return None;
        }
        match self.some(frame, rows) {
            Some(some) => (counted.is_some() || some.contains("] that is ")).then_some(some),
            None => Some(
                self.exists_by_key(frame, rows)
                    .unwrap_or_else(|| format!("{}.exists()", self.text(frame, rows))),
            ),
        }
    }

    /// When a list has anything in it: `[seat for seat in seats if seat.user == user]`,
    /// `next((seat for seat in seats if seat.user == user), None)`.
    pub(crate) fn any_chosen(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Formula> {
        let ir = self.ir(frame.file);
        let comp = match ir.value(ir.bare(value)) {
            Value::Comp(comp) => comp,
            Value::Call { callee, args } => match &ir.args[args] {
                [all, default]
                    if ir.value(ir.bare(default.value)) == Value::None
                        && self.text(frame, callee) == "next" =>
                {
                    let Value::Comp(comp) = ir.value(ir.bare(all.value)) else { return None };
                    comp
                }
                _ => return None,
            },
            _ => return None,
        };
        let [clause] = &ir.comp(comp).clauses[..] else { return None };
        if clause.conditions.is_empty() {
            return None;
        }
        let ask = || {
            let given = clause.conditions.iter().map(|given| self.formula(frame, *given));
            Formula::all(given.collect::<Vec<_>>())
        };
        Some(self.of_any_round(frame, clause.iterator, &ask))
    }

    /// When something is one of those that a comprehension gives: `user in [seat.user for seat in seats]`.
    pub(crate) fn among_each(
        &self,
        frame: &Rc<Frame>,
        words: &str,
        comp: CompId,
        place: Site,
    ) -> Option<Formula> {
        let comp = self.ir(frame.file).comp(comp);
        let [clause] = &comp.clauses[..] else { return None };
        let ask = || {
            let asked = self.equal(frame, words, &self.text(frame, comp.element), place);
            let given = clause.conditions.iter().map(|given| self.formula(frame, *given));
            Formula::all(given.collect::<Vec<_>>()).and(asked)
        };
        Some(self.of_any_round(frame, clause.iterator, &ask))
    }

    /// The same of those that a loop appends.
    pub(crate) fn among_appended(
        &self,
        frame: &Rc<Frame>,
        words: &str,
        list: ValueId,
        place: Site,
    ) -> Option<Formula> {
        let (added, iterator) = self.appended(frame.file, list)?;
        let ask = || self.equal(frame, words, &self.text(frame, added), place);
        Some(self.of_any_round(frame, iterator, &ask))
    }

    /// What a loop finds out: `for seat in seats: if seat.user == user: found = True`.
    pub(crate) fn found_by_loop(
        &self,
        frame: &Rc<Frame>,
        (of, found): (LoopId, ValueId),
        (init, back): (ValueId, ValueId),
    ) -> Option<Formula> {
        let ir = self.ir(frame.file);
        let LoopKind::For { iterator, .. } = ir.loops.get(of.index())?.kind else { return None };
        let Value::Gamma { test, then, otherwise } = ir.value(ir.bare(back)) else { return None };
        let stays = |way: ValueId| ir.bare(way) == ir.bare(found);
        let settled = |way: ValueId| match ir.value(ir.bare(way)) {
            Value::Bool(truth) => Some(truth),
            Value::None => Some(false),
            // The row itself.
            Value::Elem { which: Part::Each, .. } => Some(true),
            _ => None,
        };
        let (truth, is_met) = match (settled(then), settled(otherwise)) {
            (Some(truth), _) if stays(otherwise) => (truth, true),
            (_, Some(truth)) if stays(then) => (truth, false),
            _ => return None,
        };
        let ask = || {
            let asked = self.formula(frame, test);
            if is_met { asked } else { asked.negated() }
        };
        let any = self.of_any_round(frame, iterator, &ask);
        let before = self.formula(frame, init);
        Some(if truth { before.or(any) } else { before.and(any.negated()) })
    }
}

/// What tells one row from the others.
pub(crate) fn told_apart(words: &str) -> String {
    format!(" that is {}", keyless(words))
}

/// A row, where its key is given.
fn keyless(words: &str) -> &str {
    words.strip_suffix(".pk").or(words.strip_suffix(".id")).unwrap_or(words)
}

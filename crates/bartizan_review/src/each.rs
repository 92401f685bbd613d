//! What is asked of one after the other: `for url in OPEN: if request.path.startswith(url): return`,
//! `any(request.path.startswith(url) for url in OPEN)`.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{CompId, EffectKind, LoopKind, Part, Path, PathId, Value, ValueId};
use bartizan_project::{Entity, FileId};
use bartizan_value::Abstract;

use crate::among::told_apart;
use crate::formula::Formula;
use crate::permissions::known;
use crate::reader::{Frame, Reader, Site};
use crate::scope::Query;

/// What is written in a list longer than this is asked of as one.
const MOST: usize = 24;

/// What is gone through is one of its items for now.
pub(crate) struct Item {
    file: FileId,
    of: ValueId,
    text: String,
}

impl Reader<'_> {
    /// The item that stands for each of those that an expression holds, for now.
    pub(crate) fn item(&self, file: FileId, of: ValueId) -> Option<String> {
        let ir = self.ir(file);
        let items = self.items.borrow();
        let item = items.iter().rev().find(|item| item.file == file && item.of == ir.bare(of))?;
        Some(item.text.clone())
    }

    /// When something holds of any of those that are gone through, or of all; `None` where they are not
    /// written, or what is asked of them cannot be told one by one.
    fn one_by_one(
        &self,
        frame: &Rc<Frame>,
        iterator: ValueId,
        is_all: bool,
        ask: &dyn Fn() -> Formula,
    ) -> Option<Formula> {
        let ir = self.ir(frame.file);
        let of = ir.bare(iterator);
        let (texts, is_written) = match self.strings(frame, iterator) {
            Some(texts) => (texts, true),
            None => (self.configured(frame, iterator)?, false),
        };
        if texts.len() > MOST || self.item(frame.file, of).is_some() {
            return None;
        }
        let parts = texts.into_iter().map(|text| {
            self.items.borrow_mut().push(Item { file: frame.file, of, text });
            // Of each something else is true.
            let kept = self.kept.take();
            let asked = ask();
            self.kept.replace(kept);
            self.items.borrow_mut().pop();
            asked
        });
        let parts: Vec<Formula> = parts.collect();
        let found = if is_all { Formula::all(parts) } else { Formula::any(parts) };
        // What settings hold may be a secret: it counts where nothing needs to be told of it.
        (is_written || matches!(found, Formula::Always | Formula::Never)).then_some(found)
    }

    /// `any(user.has_perm(name) for name in names if name)`, or `all(…)`.
    pub(crate) fn of_each(&self, frame: &Rc<Frame>, comp: CompId, is_all: bool) -> Option<Formula> {
        let comp = self.ir(frame.file).comp(comp);
        let [clause] = &comp.clauses[..] else { return None };
        let ask = || {
            // What is chosen is there: `any([perm for perm in perms if user.has_perm(perm)])`.
            let ir = self.ir(frame.file);
            let is_chosen = matches!(
                ir.value(ir.bare(comp.element)),
                Value::Elem { of, which: Part::Each } if ir.bare(of) == ir.bare(clause.iterator)
            );
            let asked = match is_chosen && !clause.conditions.is_empty() {
                true => Formula::Always,
                false => self.formula(frame, comp.element),
            };
            let given = clause.conditions.iter().map(|given| self.formula(frame, *given));
            let given = Formula::all(given.collect::<Vec<_>>());
            if is_all { given.negated().or(asked) } else { given.and(asked) }
        };
        if let Some(found) = self.one_by_one(frame, clause.iterator, is_all, &ask) {
            return Some(found);
        }
        Some(self.of_any(frame, clause.iterator, is_all, ask()))
    }

    /// When something holds of any of those that are gone through.
    pub(crate) fn of_any_round(
        &self,
        frame: &Rc<Frame>,
        iterator: ValueId,
        ask: &dyn Fn() -> Formula,
    ) -> Formula {
        self.one_by_one(frame, iterator, false, ask)
            .unwrap_or_else(|| self.of_any(frame, iterator, false, ask()))
    }

    /// What is asked of each, where any of them will do, or all must: of which it is that, the words
    /// tell. That not all are is that any is not.
    fn of_any(
        &self,
        frame: &Rc<Frame>,
        iterator: ValueId,
        is_all: bool,
        asked: Formula,
    ) -> Formula {
        // Of rows: that there are some of which it is so.
        if let Some(rows) = self.query(frame, iterator) {
            let place = (frame.file, self.ir(frame.file).span(iterator));
            return match is_all {
                true => self.some_of(&rows, asked.negated(), place).negated(),
                false => self.some_of(&rows, asked, place),
            };
        }
        let each = format!("each of {}", self.text(frame, iterator));
        // `any(group.name == "clerks" for group in user.groups.all())`
        let is_one = |atom: &str| {
            let (rows, field) = atom
                .strip_prefix(&each)?
                .strip_prefix('.')
                .zip(each.strip_prefix("each of ").and_then(|rows| rows.strip_suffix(".all()")))
                .map(|(field, rows)| (rows, field))?;
            let name = field.split('=').next().unwrap_or("");
            let is_plain =
                !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
            (is_plain && field.len() > name.len())
                .then(|| format!("{rows}.filter({field}).exists()"))
        };
        if let (Formula::Atom(atom), false) = (&asked, is_all)
            && let Some(some) = is_one(atom)
        {
            return self.atom(some, (frame.file, self.ir(frame.file).span(iterator)));
        }
        let all = format!("every one of {}", self.text(frame, iterator));
        by_sides(&asked, is_all, &|atom| Arc::from(atom.replace(&each, &all)))
    }

    /// That there are rows of which something is so. What is asked of none of them is asked beside.
    fn some_of(&self, rows: &Query, asked: Formula, place: Site) -> Formula {
        let of_row = format!("{}.", rows.model);
        let (itself, key) = (format!("{}=", rows.model), format!("{of_row}pk="));
        let mut told = String::new();
        if let [Formula::Atom(only)] = asked.conjuncts()
            && let Some(one) = only.strip_prefix(&itself)
        {
            told = told_apart(one);
        }
        // A row is what its key is.
        let asked = asked.renamed(&|atom| match atom.strip_prefix(&itself) {
            Some(one) => Arc::from(format!("{key}{one}")),
            None => Arc::clone(atom),
        });
        let is_of_row = |part: &&Formula| part.has_atom(&|atom| atom.contains(&of_row));
        let (own, beside): (Vec<&Formula>, Vec<&Formula>) =
            asked.conjuncts().iter().partition(is_of_row);
        if asked == Formula::Never || own.is_empty() {
            return asked;
        }
        let whole = rows.formula.clone().and(Formula::all(own.into_iter().cloned())).sorted();
        let some = self.atom(format!("some {}[{whole}]{told}", rows.model), place);
        Formula::all(beside.into_iter().cloned()).and(some)
    }

    /// When code in a loop runs for any of those that are gone through: by `ask`, what leads there from
    /// the beginning of a round. Nothing where it runs in each round, or where it is no such loop.
    pub(crate) fn in_a_round(
        &self,
        frame: &Rc<Frame>,
        loop_path: PathId,
        ask: &dyn Fn() -> Formula,
    ) -> Option<Formula> {
        let ir = self.ir(frame.file);
        let Path::Loop { of, .. } = ir.path(loop_path) else { return None };
        let LoopKind::For { iterator, .. } = ir.loops.get(of.index())?.kind else { return None };
        if let Some(found) = self.one_by_one(frame, iterator, false, ask) {
            return Some(found);
        }
        match ask() {
            Formula::Always => None,
            asked => Some(self.of_any(frame, iterator, false, asked)),
        }
    }

    /// The texts that the settings hold where an expression says so: `settings.PUBLIC_URLS`,
    /// `getattr(settings, "PUBLIC_URLS", ())`, `self.public_urls` that is one of these.
    pub(crate) fn configured(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Vec<String>> {
        let _deeper = self.deeper()?;
        if !self.step() {
            return None;
        }
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        match ir.value(value) {
            Value::Attr { of, name } if self.is_itself(frame, of) => {
                if let Some((file, at)) = self.own_attribute(frame, value) {
                    return self.configured(&self.outside(file, &frame.ask), at);
                }
                let (file, function) = self.method(frame.receiver?, "__init__")?;
                let ir = self.ir(file);
                let name = ir.strings.find(self.ir(frame.file).str(name))?;
                let mut stored =
                    ir.effects[ir.function(function).effects].iter().filter_map(|effect| {
                        match effect.kind {
                            EffectKind::StoreAttr { name: stored, value, .. } if stored == name => {
                                Some((value, effect.path))
                            }
                            _ => None,
                        }
                    });
                let (at, path) = stored.next()?;
                if stored.next().is_some() || !matches!(ir.path(path), Path::Root) {
                    return None;
                }
                let inner = self.entry(file, function, frame.receiver, &frame.ask, None);
                self.strings(&inner, at).or_else(|| self.configured(&inner, at))
            }
            Value::Attr { .. } | Value::Import { .. } | Value::Global { .. } => {
                match self.project.definition(frame.file, value) {
                    Entity::External(symbol) => {
                        let dotted = self.project.symbol(symbol);
                        self.setting_texts(dotted.strip_prefix("django.conf.settings.")?)
                    }
                    Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                        self.configured(&self.outside(file, &frame.ask), at)
                    }
                    _ => None,
                }
            }
            Value::Call { callee, args } => {
                let given = &ir.args[args];
                match (self.text(frame, callee).as_str(), given) {
                    ("getattr", [of, name, default @ ..]) => {
                        let Value::Str(name) = ir.value(ir.bare(name.value)) else { return None };
                        if self.text(frame, of.value) != "settings" {
                            return None;
                        }
                        match self.setting_texts(ir.str(name)) {
                            Some(texts) => Some(texts),
                            None if self.settings.get(ir.str(name)).is_none() => {
                                self.strings(frame, default.first()?.value)
                            }
                            None => None,
                        }
                    }
                    ("tuple" | "list" | "set" | "frozenset", [only]) => {
                        self.configured(frame, only.value)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The texts of a setting that is known to hold no others.
    fn setting_texts(&self, name: &str) -> Option<Vec<String>> {
        let setting = self.settings.get(name)?;
        let Abstract::Seq(seq) = &known(&setting.value).value else { return None };
        if seq.open.is_some() {
            return None;
        }
        seq.items.iter().map(|item| item.value.as_str().map(str::to_owned)).collect()
    }
}

/// A formula with other words for atoms that hold, or for those that do not.
fn by_sides(of: &Formula, is_held: bool, word: &dyn Fn(&str) -> Arc<str>) -> Formula {
    match of {
        Formula::Always => Formula::Always,
        Formula::Never => Formula::Never,
        Formula::Atom(atom) if is_held => Formula::Atom(word(atom)),
        Formula::Atom(atom) => Formula::Atom(Arc::clone(atom)),
        Formula::Not(of) => by_sides(of, !is_held, word).negated(),
        Formula::And(parts) => Formula::all(parts.iter().map(|part| by_sides(part, is_held, word))),
        Formula::Or(parts) => Formula::any(parts.iter().map(|part| by_sides(part, is_held, word))),
    }
}

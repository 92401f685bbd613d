//! Comparisons as formulas over what is asked of a visitor: what is equal, is nothing, is of a class.

use std::rc::Rc;

use bartizan_ir::{BinaryOp, CompareOp, Part, Pattern, PatternId, Value, ValueId};
use bartizan_project::{ClassRef, Entity};

use crate::conditions::{KEPT_BY_KEY, MOST_NESTED, MOST_OF_A_HELPER, truth};
use crate::formula::{Formula, LOGIN};
use crate::reader::{Bound, Callee, Frame, Reader, Site};
use crate::texts::listed;

impl Reader<'_> {
    /// `match request.method: case "POST": …` asks what comparisons do.
    pub(crate) fn matched(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        subject: ValueId,
        pattern: PatternId,
        depth: usize,
    ) -> Formula {
        let ir = self.ir(frame.file);
        match &ir.patterns[pattern.index()] {
            _ if depth > MOST_NESTED || !self.step() => Formula::atom("…"),
            Pattern::Any => Formula::Always,
            Pattern::Equals(to) => self.comparison(frame, value, CompareOp::Eq, subject, *to),
            Pattern::Is(to) => self.comparison(frame, value, CompareOp::Is, subject, *to),
            Pattern::Or(patterns) => Formula::any(
                patterns.iter().map(|one| self.matched(frame, value, subject, *one, depth + 1)),
            ),
            Pattern::Class { class, positional, keywords }
                if positional.is_empty() && keywords.is_empty() =>
            {
                self.is_instance(frame, subject, *class, (frame.file, ir.span(value)), depth)
            }
            _ => {
                let words = format!("{} fits", self.text(frame, subject));
                self.atom(words, (frame.file, ir.span(value)))
            }
        }
    }

    /// `isinstance(order, (Order, Invoice))`: one class after the other; of a row it is known what it
    /// is.
    pub(crate) fn is_instance(
        &self,
        frame: &Rc<Frame>,
        of: ValueId,
        class: ValueId,
        place: Site,
        depth: usize,
    ) -> Formula {
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(class)) {
            _ if depth > MOST_NESTED || !self.step() => return Formula::atom("…"),
            Value::Tuple(classes) | Value::List(classes) => {
                return Formula::any(
                    ir.items[classes]
                        .iter()
                        .map(|class| self.is_instance(frame, of, class.value, place, depth + 1)),
                );
            }
            Value::Binary { op: BinaryOp::BitOr, left, right } => {
                let one = self.is_instance(frame, of, left, place, depth + 1);
                return one.or(self.is_instance(frame, of, right, place, depth + 1));
            }
            _ => {}
        }
        let words = self.text(frame, of);
        if let Entity::Class(file, class) = self.project.definition(frame.file, class)
            && self.models.name(file, class).is_some()
            && let Some((of_file, of_class)) = self.models.class(&words)
        {
            let (one, other) =
                (ClassRef::Project(of_file, of_class), ClassRef::Project(file, class));
            if self.project.mro(one).classes.contains(&other) {
                return Formula::Always;
            }
            if !self.project.mro(other).classes.contains(&one) {
                return Formula::Never;
            }
        }
        // What is written is what it is: `isinstance("shop.view", str)`.
        if let Entity::External(symbol) = self.project.definition(frame.file, class)
            && let Some(name) = self.project.symbol(symbol).strip_prefix("builtins.")
            && matches!(name, "str" | "list" | "tuple")
            && (words.starts_with('"') || words.starts_with('['))
        {
            return truth(words.starts_with('"') == (name == "str"));
        }
        // No row is a text or a number.
        if self.models.class(&words).is_some()
            && let Entity::External(symbol) = self.project.definition(frame.file, class)
            && let Some(name) = self.project.symbol(symbol).strip_prefix("builtins.")
            && name != "object"
        {
            return Formula::Never;
        }
        self.atom(format!("isinstance({words}, {})", self.text(frame, class)), place)
    }

    pub(crate) fn comparison(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        op: CompareOp,
        left: ValueId,
        right: ValueId,
    ) -> Formula {
        let ir = self.ir(frame.file);
        // `0 == count` asks what `count == 0` does.
        let is_written = |value: ValueId| ir.value(ir.bare(value)).is_literal();
        if is_written(left)
            && !is_written(right)
            && let Some(turned) = turned(op)
        {
            return self.comparison(frame, value, turned, right, left);
        }
        let place = (frame.file, ir.span(value));
        let words = self.text(frame, left);
        if matches!(op, CompareOp::In | CompareOp::NotIn) {
            let right = self.unlisted(frame, right);
            let of = self.text(frame, right);
            let found = match self.strings(frame, right) {
                // `"key" in request.session` asks what `request.session.get("key") is not None` does.
                _ if KEPT_BY_KEY.contains(&of.as_str()) && words.starts_with('"') => {
                    self.equal(frame, &format!("{of}[{words}]"), "None", place).negated()
                }
                Some(items) => Formula::any(
                    items
                        .into_iter()
                        .map(|item| self.equal(frame, &words, &format!("{item:?}"), place)),
                ),
                None if let Some(held) = self.held_in(frame, &words, right, place, 0) => held,
                None => match self.query(frame, right) {
                    Some(query) => self.among_rows(frame, (left, &words), (right, &query), place),
                    None => self.atom(self.among_words(frame, &words, right), place),
                },
            };
            return if op == CompareOp::In { found } else { found.negated() };
        }
        // `is_allowed is False`, after steps that settle it.
        if let Value::Bool(truth) = self.ir(frame.file).value(right)
            && matches!(op, CompareOp::Eq | CompareOp::Is | CompareOp::NotEq | CompareOp::IsNot)
        {
            let found = self.formula(frame, left);
            let is_same = matches!(op, CompareOp::Eq | CompareOp::Is) == truth;
            return if is_same { found } else { found.negated() };
        }
        // `orders.count() > 0` asks what `orders.exists()` does.
        if let Some(rows) = self.counted(frame, left)
            && let Value::Int(number) = self.ir(frame.file).value(self.ir(frame.file).bare(right))
            && let Some(are_some) = match (op, number) {
                (CompareOp::Gt | CompareOp::NotEq, 0) | (CompareOp::GtE, 1) => Some(true),
                (CompareOp::Eq | CompareOp::LtE, 0) | (CompareOp::Lt, 1) => Some(false),
                _ => None,
            }
            && let Some(some) = self.some(frame, rows)
        {
            let found = self.by_words(&some, place);
            return if are_some { found } else { found.negated() };
        }
        // Somebody is always there, if only someone who has not logged in.
        if self.ir(frame.file).value(right) == Value::None
            && words == "request.user"
            && !self.is_key(frame, left)
        {
            return truth(matches!(op, CompareOp::NotEq | CompareOp::IsNot));
        }
        // `order is None`, of what a helper finds or does not.
        if self.ir(frame.file).value(right) == Value::None
            && matches!(op, CompareOp::Eq | CompareOp::Is | CompareOp::NotEq | CompareOp::IsNot)
            && let Some(found) = self.is_none(frame, left, 0)
        {
            let is_same = matches!(op, CompareOp::Eq | CompareOp::Is);
            return if is_same { found } else { found.negated() };
        }
        let other = self.text(frame, right);
        match op {
            CompareOp::Eq | CompareOp::Is => self.equal(frame, &words, &other, place),
            CompareOp::NotEq | CompareOp::IsNot => {
                self.equal(frame, &words, &other, place).negated()
            }
            CompareOp::Gt => self.above(&words, ">", &other, place),
            CompareOp::GtE => self.above(&words, ">=", &other, place),
            CompareOp::Lt => self.above(&words, ">=", &other, place).negated(),
            CompareOp::LtE => self.above(&words, ">", &other, place).negated(),
            CompareOp::In | CompareOp::NotIn => Formula::Always,
        }
    }

    /// Whether an expression asks for the key of a row: `user.pk`, also where it was handed in.
    fn is_key(&self, frame: &Rc<Frame>, value: ValueId) -> bool {
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(value)) {
            Value::Attr { name, .. } => matches!(ir.str(name), "pk" | "id" | "user_id"),
            Value::Param(index) => match self.param(frame, index) {
                Bound::Value(around, value) => self.is_key(&around, value),
                _ => false,
            },
            _ => false,
        }
    }

    /// When nothing comes of an expression, where code says `None` on some of its ways.
    pub(crate) fn is_none(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        depth: usize,
    ) -> Option<Formula> {
        if depth > MOST_NESTED || !self.step() {
            return None;
        }
        let ir = self.ir(frame.file);
        let bare = ir.bare(value);
        // A way of which nothing is known is asked by its words.
        let of_way = |way: ValueId| {
            self.is_none(frame, way, depth + 1).unwrap_or_else(|| self.is_nothing(frame, way))
        };
        let says_none = |way: ValueId| {
            ir.value(ir.bare(way)) == Value::None || self.is_none(frame, way, depth + 1).is_some()
        };
        match ir.value(bare) {
            Value::None => Some(Formula::Always),
            Value::Mu { of, init, back } if ir.value(ir.bare(init)) == Value::None => {
                Some(self.found_by_loop(frame, (of, bare), (init, back))?.negated())
            }
            Value::Gamma { test, then, otherwise } if says_none(then) || says_none(otherwise) => {
                let test = self.formula(frame, test);
                let then = test.clone().and(of_way(then));
                Some(then.or(test.negated().and(of_way(otherwise))))
            }
            Value::Join { ways, .. } if ir.ways[ways].iter().any(|way| says_none(way.value)) => {
                // What is there unless it is not found is asked as it stands: a row is true.
                let is_caught = |path| self.path(frame, path, false).is_none();
                if ir.ways[ways].iter().any(|way| is_caught(way.path)) {
                    return Some(self.formula(frame, bare).negated());
                }
                Some(Formula::any(ir.ways[ways].iter().map(|way| {
                    match self.path(frame, way.path, false) {
                        Some(Formula::Never) => Formula::Never,
                        path => path.unwrap_or(Formula::Always).and(of_way(way.value)),
                    }
                })))
            }
            Value::Param(index) => match self.param(frame, index) {
                Bound::Value(around, value) => self.is_none(&around, value, depth + 1),
                _ => None,
            },
            Value::Elem { of, which: Part::At(index) } => {
                let ways = self.told_by_nothing(frame, of, index)?;
                Some(Formula::any(ways.into_iter().map(|(inner, path, way)| {
                    let none = self.is_none(&inner, way, depth + 1);
                    path.and(none.unwrap_or_else(|| self.is_nothing(&inner, way)))
                })))
            }
            Value::Call { .. } if let Some(any) = self.any_chosen(frame, bare) => {
                Some(any.negated())
            }
            Value::Call { args, .. } => {
                let Callee::Project { file, function, receiver, bound } = self.callee(frame, bare)
                else {
                    return None;
                };
                let result = self.ir(file).function(function).result?;
                let inner = self.enter(frame, (file, function), receiver, bound, args)?;
                let found = self.is_none(&inner, result, depth + 1)?;
                (found.atoms().len() <= MOST_OF_A_HELPER).then_some(found)
            }
            _ => None,
        }
    }

    /// When an expression is `None`, by its words; a row that was fetched is none.
    fn is_nothing(&self, frame: &Rc<Frame>, value: ValueId) -> Formula {
        let ir = self.ir(frame.file);
        let is_written = matches!(
            ir.value(ir.bare(value)),
            Value::Str(_) | Value::Int(_) | Value::Bool(_) | Value::List(_) | Value::Dict(_)
        );
        if is_written || self.query(frame, value).is_some() || self.is_made(frame, value) {
            return Formula::Never;
        }
        let words = self.text(frame, value);
        self.equal(frame, &words, "None", (frame.file, ir.span(value)))
    }

    /// Whether an expression makes something of a class: `Response(…)`, `redirect(…)`.
    fn is_made(&self, frame: &Rc<Frame>, value: ValueId) -> bool {
        match self.callee(frame, self.ir(frame.file).bare(value)) {
            Callee::Class(_) => true,
            Callee::External(dotted) => dotted
                .rsplit('.')
                .next()
                .is_some_and(|last| last.starts_with(char::is_uppercase) || MAKING.contains(&last)),
            _ => false,
        }
    }

    /// `3 < level` is `level > 3`, and `3 <= level` is `level >= 3`.
    fn above(&self, one: &str, sign: &str, other: &str, place: Site) -> Formula {
        if one.parse::<f64>().is_ok() {
            let turned = if sign == ">" { ">=" } else { ">" };
            return self.atom(format!("{other}{turned}{one}"), place).negated();
        }
        self.atom(format!("{one}{sign}{other}"), place)
    }

    /// When two things are the same.
    pub(crate) fn equal(&self, frame: &Frame, one: &str, other: &str, place: Site) -> Formula {
        let (one, other) = match is_constant(one) && !is_constant(other)
            || one == "request.user"
            || one.starts_with("request.user.")
                && !is_constant(other)
                && !other.starts_with("request.user")
        {
            true => (other, one),
            false => (one, other),
        };
        if is_constant(one) && is_constant(other) {
            return truth(one == other);
        }
        // Nobody has a key: `request.user.pk is not None`.
        if (one, other) == ("None", "request.user") {
            return self.atom(LOGIN, place).negated();
        }
        // `any(one == other for other in ["a", "b"])`
        if let Some(items) = other.strip_prefix("each of ").and_then(listed) {
            return Formula::any(
                items.iter().map(|item| self.equal(frame, one, &format!("{item:?}"), place)),
            );
        }
        let bare = other.trim_matches('"');
        match one {
            "request.method" if is_constant(other) => {
                return truth(bare == frame.ask.method);
            }
            "action" if is_constant(other) && frame.ask.action.is_some() => {
                self.asked_view.set(true);
                return truth(frame.ask.action.as_deref() == Some(bare));
            }
            _ => {
                if is_constant(other)
                    && let Some(same) = self.is_routed(frame, one, bare, true)
                {
                    return truth(same);
                }
            }
        }
        match other {
            "True" => self.by_words(one, place),
            "False" => self.by_words(one, place).negated(),
            _ => {
                let one = one.strip_suffix(".pk").or(one.strip_suffix(".id")).unwrap_or(one);
                self.atom(format!("{one}={other}"), place)
            }
        }
    }
}

/// Functions of Django that always give something.
const MAKING: &[&str] =
    &["redirect", "redirect_to_login", "render", "reverse", "get_object_or_404", "get_list_or_404"];

/// The same comparison with its sides exchanged.
fn turned(op: CompareOp) -> Option<CompareOp> {
    Some(match op {
        CompareOp::Eq | CompareOp::NotEq | CompareOp::Is | CompareOp::IsNot => op,
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::LtE => CompareOp::GtE,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::GtE => CompareOp::LtE,
        _ => return None,
    })
}

fn is_constant(text: &str) -> bool {
    text.starts_with('"')
        || text.parse::<f64>().is_ok()
        || matches!(text, "None" | "True" | "False")
}

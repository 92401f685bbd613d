//! What `functools`, `itertools` and `operator` make of functions and of what can be run through.

use bartizan_ir::{BinaryOp, CompareOp, ValueId};

use crate::calls::Args;
use crate::domain::{Abstract, Constant, Evaluated, Symbol};
use crate::operators;
use crate::parts::{iterate, sources};
use crate::session::{Act, Session};

/// Items beyond which a function is not called for each.
const MOST_ITEMS: usize = 1_000;

impl Session<'_> {
    /// What a call gives; `None` for what is not computed here.
    pub(crate) fn functional(
        &mut self,
        at: Act,
        id: ValueId,
        symbol: &str,
        args: &Args,
    ) -> Option<Evaluated> {
        let module = symbol.split('.').next()?;
        let is_choice = |arg: &Evaluated| matches!(arg.value, Abstract::Choice(_));
        if !matches!(module, "functools" | "itertools" | "operator")
            || args.open
            || args.all().any(is_choice)
        {
            return None;
        }
        match (symbol, args.positional.as_slice()) {
            ("operator.itemgetter.__call__", [getter, of]) => {
                let keys = getters(getter)?;
                let found = keys.iter().map(|key| self.item_of(at, id, of, key)).collect();
                Some(self.one_or_all(at, id, found))
            }
            ("operator.attrgetter.__call__", [getter, of]) => {
                let mut found = Vec::new();
                for name in getters(getter)? {
                    let mut value = of.clone();
                    for name in name.value.as_str()?.split('.') {
                        value = self.attribute_named(at, id, &value, name);
                    }
                    found.push(value);
                }
                Some(self.one_or_all(at, id, found))
            }
            ("operator.not_" | "operator.truth", [of]) => {
                let truth = self.truth_of(at, id, of).ok()?;
                Some(self.made(at, id, Abstract::bool(truth == (symbol == "operator.truth"))))
            }
            ("operator.getitem", [of, key]) => Some(self.item_of(at, id, of, key)),
            (_, [left, right]) if module == "operator" => {
                let name = symbol.strip_prefix("operator.")?.trim_matches('_');
                if let Some(op) = binary(name) {
                    return Some(self.binary(at, id, op, left, right));
                }
                let truth = operators::compare(compared(name)?, &left.value, &right.value);
                truth.ok().map(|truth| self.made(at, id, Abstract::bool(truth)))
            }
            ("functools.reduce", [function, items, rest @ ..])
                if rest.len() < 2 && args.keywords.is_empty() =>
            {
                self.reduced(at, id, function, items, rest.first())
            }
            ("itertools.islice", [items, bounds @ ..]) if args.keywords.is_empty() => {
                self.sliced(at, id, items, bounds)
            }
            ("itertools.accumulate", [items, rest @ ..]) if rest.len() < 2 => {
                self.accumulated(at, id, items, rest.first(), args)
            }
            ("itertools.takewhile" | "itertools.dropwhile", [function, items])
                if args.keywords.is_empty() =>
            {
                let all = few(items)?;
                let mut until = 0;
                for item in &all {
                    let given = Args::positional(vec![item.clone()]);
                    let answer = self.apply(at, id, function, given);
                    if !self.truth_of(at, id, &answer).ok()? {
                        break;
                    }
                    until += 1;
                }
                let found = match symbol {
                    "itertools.takewhile" => all[..until].to_vec(),
                    _ => all[until..].to_vec(),
                };
                Some(self.made(at, id, Abstract::iterator(found, sources(&items.value))))
            }
            ("itertools.repeat", [item, times]) if args.keywords.is_empty() => {
                let times = usize::try_from(operators::integer(&times.value).ok()?).unwrap_or(0);
                (times <= MOST_ITEMS)
                    .then(|| Abstract::iterator(vec![item.clone(); times], Vec::new()))
                    .map(|value| self.made(at, id, value))
            }
            _ => None,
        }
    }

    fn reduced(
        &mut self,
        at: Act,
        id: ValueId,
        function: &Evaluated,
        items: &Evaluated,
        first: Option<&Evaluated>,
    ) -> Option<Evaluated> {
        let mut items = few(items)?.into_iter();
        let Some(mut result) = first.cloned().or_else(|| items.next()) else {
            return Some(self.unknown(at, id, operators::TYPE_ERROR));
        };
        for item in items {
            result = self.apply(at, id, function, Args::positional(vec![result, item]));
            if matches!(result.value, Abstract::Unknown(_)) {
                break;
            }
        }
        Some(result)
    }

    fn accumulated(
        &mut self,
        at: Act,
        id: ValueId,
        items: &Evaluated,
        function: Option<&Evaluated>,
        args: &Args,
    ) -> Option<Evaluated> {
        let known = |name: &str| name == "func" || name == "initial";
        if args.keywords.iter().any(|(name, _)| !known(name)) {
            return None;
        }
        let is_given = |it: &&Evaluated| !matches!(it.value, Abstract::Const(Constant::None));
        let function = function.or_else(|| args.keyword("func")).filter(is_given);
        let mut found: Vec<Evaluated> = Vec::new();
        found.extend(args.keyword("initial").filter(is_given).cloned());
        for item in few(items)? {
            let next = match (found.last(), function) {
                (None, _) => item,
                (Some(last), None) => {
                    let last = last.clone();
                    self.binary(at, id, BinaryOp::Add, &last, &item)
                }
                (Some(last), Some(function)) => {
                    let given = Args::positional(vec![last.clone(), item]);
                    self.apply(at, id, function, given)
                }
            };
            if matches!(next.value, Abstract::Unknown(_)) {
                return None;
            }
            found.push(next);
        }
        Some(self.made(at, id, Abstract::iterator(found, sources(&items.value))))
    }

    fn sliced(
        &mut self,
        at: Act,
        id: ValueId,
        items: &Evaluated,
        bounds: &[Evaluated],
    ) -> Option<Evaluated> {
        let number = |bound: &Evaluated| match &bound.value {
            Abstract::Const(Constant::None) => Some(None),
            value => Some(Some(usize::try_from(operators::integer(value).ok()?).ok()?)),
        };
        let (start, stop, step) = match bounds {
            [stop] => (None, number(stop)?, None),
            [start, stop] => (number(start)?, number(stop)?, None),
            [start, stop, step] => (number(start)?, number(stop)?, number(step)?),
            _ => return None,
        };
        let step = step.unwrap_or(1);
        if step == 0 {
            return Some(self.unknown(at, id, operators::VALUE_ERROR));
        }
        let all = few(items)?;
        let stop = stop.unwrap_or(all.len()).min(all.len());
        let start = start.unwrap_or(0).min(stop);
        let found = all[start..stop].iter().step_by(step).cloned().collect();
        Some(self.made(at, id, Abstract::iterator(found, sources(&items.value))))
    }

    fn one_or_all(&self, at: Act, id: ValueId, mut found: Vec<Evaluated>) -> Evaluated {
        match found.len() {
            1 => found.remove(0),
            _ => self.made(at, id, Abstract::tuple(found)),
        }
    }
}

/// What an `itemgetter` or `attrgetter` was made with.
fn getters(getter: &Evaluated) -> Option<Vec<Evaluated>> {
    let Abstract::Apply(made) = &getter.value else { return None };
    let is_plain = !made.open && made.args.iter().all(|(name, _)| name.is_none());
    let is_getter = matches!(&made.symbol, Symbol::External(name) if name.starts_with("operator."));
    (is_plain && is_getter && !made.args.is_empty())
        .then(|| made.args.iter().map(|(_, value)| value.clone()).collect())
}

/// The items, where they are not too many.
fn few(items: &Evaluated) -> Option<Vec<Evaluated>> {
    iterate(items).ok().filter(|items| items.len() <= MOST_ITEMS)
}

fn binary(name: &str) -> Option<BinaryOp> {
    Some(match name {
        "add" | "concat" => BinaryOp::Add,
        "sub" => BinaryOp::Sub,
        "mul" => BinaryOp::Mult,
        "truediv" => BinaryOp::Div,
        "floordiv" => BinaryOp::FloorDiv,
        "mod" => BinaryOp::Mod,
        "pow" => BinaryOp::Pow,
        "or" => BinaryOp::BitOr,
        "and" => BinaryOp::BitAnd,
        "xor" => BinaryOp::BitXor,
        "lshift" => BinaryOp::LShift,
        "rshift" => BinaryOp::RShift,
        _ => return None,
    })
}

fn compared(name: &str) -> Option<CompareOp> {
    Some(match name {
        "eq" => CompareOp::Eq,
        "ne" => CompareOp::NotEq,
        "lt" => CompareOp::Lt,
        "le" => CompareOp::LtE,
        "gt" => CompareOp::Gt,
        "ge" => CompareOp::GtE,
        _ => return None,
    })
}

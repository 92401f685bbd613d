//! The order that `sorted()` and `list.sort()` bring about.

use crate::calls::Args;
use crate::domain::{Abstract, Constant, Evaluated};
use crate::operators::{self, TYPE_ERROR};
use crate::reason::Reason;
use crate::session::{Act, Session};

impl Session<'_> {
    /// The items in order, by `key=` and `reverse=`.
    pub(crate) fn sorted(
        &mut self,
        at: Act,
        items: Vec<Evaluated>,
        args: &Args,
    ) -> Result<Vec<Evaluated>, Reason> {
        for (name, _) in &args.keywords {
            if !matches!(&**name, "key" | "reverse") {
                return Err(TYPE_ERROR);
            }
        }
        if args.open {
            return Err(Reason::Part);
        }
        let reverse = match args.keyword("reverse") {
            Some(reverse) => operators::truth(&reverse.value)?,
            None => false,
        };
        let keys = match args.keyword("key") {
            Some(Evaluated { value: Abstract::Const(Constant::None), .. }) | None => items.clone(),
            Some(key) => {
                let mut keys = Vec::with_capacity(items.len());
                for item in &items {
                    match self.call_back(at, key, vec![item.clone()]) {
                        Err(reason) if self.outside.is_some() => {
                            keys.push(self.unknown(at, key.site.node, reason));
                        }
                        found => keys.push(found?),
                    }
                }
                keys
            }
        };
        let count = items.len() as u32;
        self.spend(count.saturating_mul(count.max(1).ilog2() + 1) / 8)?;
        let mut order: Vec<usize> = (0..items.len()).collect();
        if reverse {
            order.reverse();
        }
        let found = merged(order, &mut |a, b| operators::less(&keys[a].value, &keys[b].value));
        let mut order = match found {
            // What is registered with a framework is there in any order.
            Err(reason) if self.outside.is_some() && !matches!(reason, Reason::Raises(_)) => {
                return Ok(items);
            }
            found => found?,
        };
        if reverse {
            order.reverse();
        }
        Ok(order.into_iter().map(|place| items[place].clone()).collect())
    }
}

/// Sorts, keeping the order of equals. The library's own sort may panic where an order is none, as
/// that of `nan`.
fn merged(
    order: Vec<usize>,
    less: &mut dyn FnMut(usize, usize) -> Result<bool, Reason>,
) -> Result<Vec<usize>, Reason> {
    let mut runs: Vec<Vec<usize>> = order.into_iter().map(|place| vec![place]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut left = runs.into_iter();
        while let Some(a) = left.next() {
            let Some(b) = left.next() else {
                merged.push(a);
                break;
            };
            let mut run = Vec::with_capacity(a.len() + b.len());
            let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
            while let (Some(x), Some(y)) = (a.peek().copied(), b.peek().copied()) {
                let taken = if less(y, x)? { b.next() } else { a.next() };
                run.extend(taken);
            }
            run.extend(a);
            run.extend(b);
            merged.push(run);
        }
        runs = merged;
    }
    Ok(runs.pop().unwrap_or_default())
}

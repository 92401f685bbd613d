//! Whether the patterns of a `match` fit.

use bartizan_ir::{Pattern, PatternId, ValueId};

use crate::domain::{Abstract, Constant, Evaluated, SeqKind, Symbol};
use crate::format::reason_of;
use crate::operators::{self, find_entry, is_typed};
use crate::reason::Reason;
use crate::session::{Act, Session};

impl Session<'_> {
    pub(crate) fn matches(
        &mut self,
        at: Act,
        id: ValueId,
        subject: ValueId,
        pattern: PatternId,
    ) -> Evaluated {
        let subject = self.eval(at, subject);
        let fits = self.fits(at, &subject.value, pattern, 0);
        self.made_or(at, id, fits.map(Abstract::bool))
    }

    fn fits(
        &mut self,
        at: Act,
        subject: &Abstract,
        pattern: PatternId,
        depth: u32,
    ) -> Result<bool, Reason> {
        if depth > 100 {
            return Err(Reason::TooDeep);
        }
        self.spend(1)?;
        let ir = self.ir(at);
        match &ir.patterns[pattern.index()] {
            Pattern::Any => Ok(true),
            Pattern::Equals(value) => {
                let value = self.eval(at, *value);
                operators::equal(subject, &value.value)
            }
            Pattern::Is(value) => {
                let value = self.eval(at, *value);
                operators::compare(bartizan_ir::CompareOp::Is, subject, &value.value)
            }
            Pattern::Sequence { items, star } => {
                let Abstract::Seq(seq) = subject else {
                    return if is_typed(subject) { Ok(false) } else { Err(reason_of(subject)) };
                };
                if !matches!(seq.kind, SeqKind::List | SeqKind::Tuple | SeqKind::Range) {
                    return Ok(false);
                }
                if let Some(reason) = &seq.open {
                    return Err(reason.clone());
                }
                let fits = match star {
                    None => seq.items.len() == items.len(),
                    Some(_) => seq.items.len() >= items.len(),
                };
                if !fits {
                    return Ok(false);
                }
                let before = star.map_or(items.len(), |star| star as usize);
                let skipped = seq.items.len() - items.len();
                for (index, item) in items.iter().enumerate() {
                    let place = if index < before { index } else { index + skipped };
                    if !self.fits(at, &seq.items[place].value, *item, depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Pattern::Mapping(keys) => {
                let Abstract::Map(map) = subject else {
                    return if is_typed(subject) { Ok(false) } else { Err(reason_of(subject)) };
                };
                if let Some(reason) = &map.open {
                    return Err(reason.clone());
                }
                for (key, inner) in keys {
                    let key = self.eval(at, *key);
                    match find_entry(&map.entries, &key.value)? {
                        Some(place) => {
                            if !self.fits(at, &map.entries[place].1.value, *inner, depth + 1)? {
                                return Ok(false);
                            }
                        }
                        None => return Ok(false),
                    }
                }
                Ok(true)
            }
            Pattern::Class { class, positional, keywords } => {
                let class = self.eval(at, *class);
                if !self.is_instance(subject, &class.value)? {
                    return Ok(false);
                }
                if !keywords.is_empty() || positional.len() > 1 {
                    return Err(Reason::NotFollowed("a class pattern"));
                }
                match positional.first() {
                    None => Ok(true),
                    Some(inner) if is_self_matching(&class.value) => {
                        self.fits(at, subject, *inner, depth + 1)
                    }
                    Some(_) => Err(Reason::NotFollowed("a class pattern")),
                }
            }
            Pattern::Or(patterns) => {
                let mut unknown = None;
                for pattern in patterns {
                    match self.fits(at, subject, *pattern, depth + 1) {
                        Ok(true) if unknown.is_none() => return Ok(true),
                        Ok(true) => return Ok(true),
                        Ok(false) => {}
                        Err(reason) => unknown = Some(reason),
                    }
                }
                unknown.map_or(Ok(false), Err)
            }
        }
    }

    /// What a positional pattern inside a class pattern is about: for Python's own types the subject.
    pub(crate) fn match_argument(
        &mut self,
        subject: &Evaluated,
        place: u32,
    ) -> Result<Abstract, Reason> {
        match (&subject.value, place) {
            (Abstract::Const(constant), 0)
                if !matches!(constant, Constant::None | Constant::Ellipsis) =>
            {
                Ok(subject.value.clone())
            }
            (Abstract::Seq(_) | Abstract::Map(_) | Abstract::Text(_), 0) => {
                Ok(subject.value.clone())
            }
            (value, _) if is_typed(value) => Err(operators::TYPE_ERROR),
            (value, _) => Err(reason_of(value)),
        }
    }
}

/// Types whose one positional pattern is about the whole.
fn is_self_matching(class: &Abstract) -> bool {
    matches!(
        class,
        Abstract::Ref(Symbol::External(name)) if matches!(
            &**name,
            "builtins.bool" | "builtins.bytes" | "builtins.dict" | "builtins.float"
                | "builtins.frozenset" | "builtins.int" | "builtins.list" | "builtins.set"
                | "builtins.str" | "builtins.tuple"
        )
    )
}

//! Which argument of a call reaches which parameter.

use crate::{Callable, ParamKind};

/// One argument as the call writes it, with whatever stands for its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument<'n, A> {
    /// `value`.
    Positional(A),
    /// `name=value`.
    Keyword(&'n str, A),
    /// `*value`.
    Star(A),
    /// `**value`.
    DoubleStar(A),
}

/// The arguments of one call, sorted to the parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound<A> {
    slots: Vec<Slot<A>>,
    gathered: Vec<(usize, Gathered<A>)>,
    /// Arguments that the signature has no place for.
    pub surplus: Vec<A>,
}

/// What reaches one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot<A> {
    /// Nothing.
    Absent,
    /// This argument; of a gathering parameter, the first.
    Given(A),
    /// Perhaps an element of a `*` or `**` argument.
    Maybe,
}

/// One of the arguments that `*args` or `**kwargs` gathers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gathered<A> {
    /// The argument.
    pub value: A,
    /// Whether it stands behind `*` or `**` in the call, so that it is several, or none.
    pub spread: bool,
}

impl<A: Copy> Bound<A> {
    /// What reaches the parameter with this index.
    pub fn slot(&self, param: usize) -> Slot<A> {
        self.slots.get(param).copied().unwrap_or(Slot::Absent)
    }

    /// The argument of the parameter with this index, where it is certain.
    pub fn given(&self, param: usize) -> Option<A> {
        match self.slot(param) {
            Slot::Given(argument) => Some(argument),
            Slot::Absent | Slot::Maybe => None,
        }
    }

    /// Every argument that the gathering parameter with this index gets, in the order of the call.
    pub fn gathered(&self, param: usize) -> impl Iterator<Item = Gathered<A>> {
        self.gathered.iter().filter(move |(to, _)| *to == param).map(|(_, argument)| *argument)
    }
}

impl Callable {
    /// Sorts the arguments of a call. For a method they are those behind the receiver: where a call
    /// goes through the class (`QuerySet.raw(products, "…")`) and [`Callable::receiver`] is an
    /// instance, the caller takes the first positional argument away.
    pub fn bind<'n, A: Copy>(
        &self,
        arguments: impl IntoIterator<Item = Argument<'n, A>>,
    ) -> Bound<A> {
        let mut bound = Bound {
            slots: vec![Slot::Absent; self.params.len()],
            gathered: Vec::new(),
            surplus: Vec::new(),
        };
        let gathering = |kind| self.params.iter().position(|param| param.kind == kind);
        let (args, kwargs) = (gathering(ParamKind::Args), gathering(ParamKind::Kwargs));
        // Behind a `*` argument no position is certain any more.
        let mut next = Some(0);
        let mut double_star = false;
        for argument in arguments {
            match argument {
                Argument::Positional(value) => match next {
                    Some(at) => {
                        next = Some(at + 1);
                        match self.param_at(at) {
                            Some(param) if Some(param) == args => {
                                bound.gather(param, value, false);
                            }
                            Some(param) => bound.slots[param] = Slot::Given(value),
                            None => bound.surplus.push(value),
                        }
                    }
                    None => {
                        if let Some(param) = args {
                            bound.gather(param, value, false);
                        }
                    }
                },
                Argument::Star(value) => {
                    if let Some(at) = next.take() {
                        for (param, slot) in bound.slots.iter_mut().enumerate().skip(at) {
                            if self.params[param].kind.by_position() {
                                *slot = Slot::Maybe;
                            }
                        }
                    }
                    if let Some(param) = args {
                        bound.gather(param, value, true);
                    }
                }
                Argument::Keyword(name, value) => match self.param_named(name) {
                    Some(param) if Some(param) == kwargs => bound.gather(param, value, false),
                    Some(param) => bound.slots[param] = Slot::Given(value),
                    None => bound.surplus.push(value),
                },
                Argument::DoubleStar(value) => {
                    double_star = true;
                    if let Some(param) = kwargs {
                        bound.gather(param, value, true);
                    }
                }
            }
        }
        if double_star {
            for (slot, param) in bound.slots.iter_mut().zip(&self.params) {
                if matches!(slot, Slot::Absent) && param.kind.by_name() {
                    *slot = Slot::Maybe;
                }
            }
        }
        bound
    }

    /// The parameter that the positional argument at `position` reaches, if no `*` argument stands
    /// before it.
    pub fn param_at(&self, position: usize) -> Option<usize> {
        let fixed = self.params.iter().take_while(|param| param.kind.by_position()).count();
        if position < fixed {
            return Some(position);
        }
        self.params.get(fixed).is_some_and(|param| param.kind == ParamKind::Args).then_some(fixed)
    }

    /// The parameter that the keyword argument `name` reaches.
    pub fn param_named(&self, name: &str) -> Option<usize> {
        let named = |param: &crate::Param| param.kind.by_name() && param.name == name;
        self.params
            .iter()
            .position(named)
            .or_else(|| self.params.iter().position(|param| param.kind == ParamKind::Kwargs))
    }
}

impl<A: Copy> Bound<A> {
    fn gather(&mut self, param: usize, value: A, spread: bool) {
        if matches!(self.slots[param], Slot::Absent) && spread {
            self.slots[param] = Slot::Maybe;
        } else if !spread && !matches!(self.slots[param], Slot::Given(_)) {
            self.slots[param] = Slot::Given(value);
        }
        self.gathered.push((param, Gathered { value, spread }));
    }
}

impl ParamKind {
    fn by_position(self) -> bool {
        matches!(self, Self::PositionalOnly | Self::Normal)
    }

    fn by_name(self) -> bool {
        matches!(self, Self::Normal | Self::KeywordOnly)
    }
}

//! Variables of a process, laid one source over the other.

use bartizan_base::{FilePath, LineIndex};
use bartizan_deployment::Pair;
use bartizan_django::settings::{GivenVariable, Outside};

/// A variable and its value; `None` for one that nobody knows.
pub(super) type Variable = (String, Option<GivenVariable>);

/// What one source gives a process, or several laid over each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    /// By name, each once.
    pub(super) given: Vec<Variable>,
    /// Where nothing gives a variable anything.
    otherwise: Vec<Variable>,
    /// Where what lies below gives a variable something.
    replaced: Vec<Variable>,
    /// What else gives variables, and is not here.
    pub(super) outside: Option<Outside>,
    /// Whether that goes over what lies below.
    hides: bool,
}

impl Layer {
    /// The variables of a file; what refers to others is not known.
    pub(super) fn of<'p>(
        pairs: impl IntoIterator<Item = &'p Pair>,
        path: &FilePath,
        text: &str,
    ) -> Self {
        let lines = LineIndex::new(text);
        let mut layer = Self::default();
        for pair in pairs {
            let (name, variable) = variable(pair, path, &lines);
            layer.give(name, variable);
        }
        layer
    }

    /// Gives a variable a value, whatever it had.
    pub(super) fn give(&mut self, name: String, mut variable: Option<GivenVariable>) {
        self.given.retain(|(known, _)| *known != name);
        if let Some(variable) = &mut variable {
            variable.name.clone_from(&name);
        }
        self.given.push((name, variable));
    }

    /// Gives a variable a value, where it turns out to have none.
    pub(super) fn give_otherwise(&mut self, (name, variable): Variable) {
        let is_known = |(known, _): &Variable| *known == name;
        if !self.given.iter().any(is_known) && !self.otherwise.iter().any(is_known) {
            self.otherwise.push((name, variable));
        }
    }

    /// Gives a variable a value, where it has one.
    pub(super) fn replace(&mut self, (name, variable): Variable) {
        let is_it = |(known, _): &Variable| *known == name;
        if self.given.iter().any(is_it) {
            return self.give(name, variable);
        }
        self.replaced.retain(|known| !is_it(known));
        self.replaced.push((name, variable));
    }

    /// Any variable may have been given another value, from there.
    pub(super) fn open(&mut self, outside: Outside) {
        self.doubt();
        self.outside.get_or_insert(outside);
        self.hides = true;
    }

    /// Nobody knows the values any more.
    pub(super) fn doubt(&mut self) {
        let all = self.given.iter_mut().chain(&mut self.otherwise).chain(&mut self.replaced);
        for (_, variable) in all {
            *variable = None;
        }
    }

    /// Lays another over this one.
    pub(super) fn lay(&mut self, over: Self) {
        if over.hides {
            self.doubt();
        }
        self.hides |= over.hides;
        if self.outside.is_none() {
            self.outside = over.outside;
        }
        for variable in over.replaced {
            self.replace(variable);
        }
        for (name, variable) in over.given {
            self.give(name, variable);
        }
        for variable in over.otherwise {
            self.give_otherwise(variable);
        }
    }

    /// The value that a variable is given.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let (_, given) = self.given.iter().find(|(known, _)| known == name)?;
        given.as_ref().map(|given| given.value.as_str())
    }

    /// Counts what another source gives the same process elsewhere: where both disagree, nobody knows.
    pub(super) fn agree(&mut self, other: Self) {
        let of = |kept: &mut Vec<Variable>, more: Vec<Variable>| {
            for (name, variable) in more {
                let value = |it: &Option<GivenVariable>| it.as_ref().map(|it| it.value.clone());
                match kept.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, known)) if value(known) != value(&variable) => *known = None,
                    Some(_) => {}
                    None => kept.push((name, variable)),
                }
            }
        };
        of(&mut self.given, other.given);
        of(&mut self.otherwise, other.otherwise);
        of(&mut self.replaced, other.replaced);
        if self.outside.is_none() {
            self.outside = other.outside;
        }
        self.hides |= other.hides;
    }

    /// All variables that are given, in the end.
    pub(super) fn finished(self) -> (Vec<Variable>, Option<Outside>) {
        let Self { mut given, otherwise, outside, .. } = self;
        for (name, variable) in otherwise {
            if !given.iter().any(|(known, _)| *known == name) {
                // What is not here may have given it before.
                given.push((name, variable.filter(|_| outside.is_none())));
            }
        }
        given.sort_by(|(a, _), (b, _)| a.cmp(b));
        (given, outside)
    }
}

/// The variable that a pair gives.
pub(super) fn variable(pair: &Pair, path: &FilePath, lines: &LineIndex) -> Variable {
    let value = pair.value.as_ref().filter(|_| !pair.is_open).map(|value| GivenVariable {
        name: pair.name.clone(),
        value: value.text.clone(),
        place: (path.clone(), lines.line(pair.span.start)),
    });
    (pair.name.clone(), value)
}

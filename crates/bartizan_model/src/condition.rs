//! Conditions on the arguments of a call, which hold, fail, or cannot be told.

use crate::{Callable, Literal, Models};

/// What must hold of a call's arguments: every test.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The tests.
    pub tests: Vec<Test>,
}

/// One parameter and the values that are looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// The index of the parameter.
    pub param: usize,
    /// Any of these fulfils the test.
    pub any_of: Vec<Expected>,
}

/// A value that a condition looks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// No argument is given (`"absent"`).
    Absent,
    /// Some argument is given (`"given"`).
    Given,
    /// Python takes the value for true (`"truthy"`).
    Truthy,
    /// Python takes the value for false (`"falsy"`).
    Falsy,
    /// Equal to this, as Python's `==` has it.
    Literal(Literal),
    /// This very text, or the thing with this dotted name.
    Named(String),
    /// What a call of the thing with this dotted name gave (`"jinja2.select_autoescape()"`).
    CallOf(String),
}

/// What is known of one argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// It is not given.
    Absent,
    /// It is this.
    Literal(&'a Literal),
    /// It is this text; spares the caller a [`Literal`].
    Str(&'a str),
    /// It is this truth value.
    Bool(bool),
    /// It is the thing with this dotted name.
    Symbol(&'a str),
    /// A call of the thing with this dotted name gave it.
    CallOf(&'a str),
    /// It is given, and nothing more is known.
    Given,
    /// Not even that is known, as with `*args` and `**options` in the call.
    Unknown,
}

/// What is known of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It does not hold.
    No,
    /// It may hold.
    Unknown,
    /// It holds.
    Yes,
}

impl Truth {
    /// Both hold.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// One of both holds.
    pub fn or(self, other: Self) -> Self {
        !(!self).and(!other)
    }

    fn of(known: Option<bool>) -> Self {
        known.map_or(Self::Unknown, |holds| if holds { Self::Yes } else { Self::No })
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }
}

impl Condition {
    /// Whether the condition holds for a call of `callable` whose arguments `value_of` knows by the
    /// index of the parameter. An absent argument counts as the parameter's default.
    pub fn holds<'v>(
        &self,
        models: &Models,
        callable: &Callable,
        value_of: impl Fn(usize) -> Value<'v>,
    ) -> Truth {
        self.tests.iter().fold(Truth::Yes, |all, test| {
            let given = value_of(test.param);
            let default = callable.params.get(test.param).and_then(|param| param.default.as_ref());
            let any = test
                .any_of
                .iter()
                .fold(Truth::No, |any, expected| any.or(expected.met_by(models, given, default)));
            all.and(any)
        })
    }
}

impl crate::Role {
    /// Whether the role stands in a call whose arguments `value_of` knows.
    pub fn applies<'v>(
        &self,
        models: &Models,
        callable: &Callable,
        value_of: impl Fn(usize) -> Value<'v>,
    ) -> Truth {
        applies(self.when.as_ref(), self.unless.as_ref(), models, callable, value_of)
    }
}

impl crate::CallKind {
    /// Whether the call is of this kind when its arguments are what `value_of` knows.
    pub fn applies<'v>(
        &self,
        models: &Models,
        callable: &Callable,
        value_of: impl Fn(usize) -> Value<'v>,
    ) -> Truth {
        applies(self.when.as_ref(), self.unless.as_ref(), models, callable, value_of)
    }
}

impl crate::Stored {
    /// Whether a stored value of which `value` is known becomes what the entry says.
    pub fn applies(&self, models: &Models, value: Value<'_>) -> Truth {
        if self.when.is_empty() {
            return Truth::Yes;
        }
        let met = |expected: &Expected| expected.met_by(models, value, None);
        self.when.iter().map(met).fold(Truth::No, Truth::or)
    }
}

fn applies<'v>(
    when: Option<&Condition>,
    unless: Option<&Condition>,
    models: &Models,
    callable: &Callable,
    value_of: impl Fn(usize) -> Value<'v>,
) -> Truth {
    let holds = |condition: &Condition| condition.holds(models, callable, &value_of);
    when.map_or(Truth::Yes, holds).and(!unless.map_or(Truth::No, holds))
}

impl Expected {
    fn met_by(&self, models: &Models, given: Value<'_>, default: Option<&Literal>) -> Truth {
        match (self, given) {
            (_, Value::Unknown) => Truth::Unknown,
            (Self::Absent, Value::Absent) | (Self::Given, Value::Absent) => {
                Truth::of(Some(matches!(self, Self::Absent)))
            }
            (Self::Absent, _) => Truth::No,
            (Self::Given, _) => Truth::Yes,
            // A parameter without default that gets no argument is an error of the caller; it has
            // no value that a test could meet.
            (_, Value::Absent) => default.map_or(Truth::No, |default| match default {
                Literal::Symbol(name) => self.met_by(models, Value::Symbol(name), None),
                Literal::Opaque => Truth::No,
                default => self.met_by(models, Value::Literal(default), None),
            }),
            (_, Value::Given) => Truth::Unknown,
            (Self::Truthy, value) => Truth::of(truth_of(value)),
            (Self::Falsy, value) => !Truth::of(truth_of(value)),
            (Self::Literal(expected), value) => Truth::of(match value {
                Value::Literal(value) => expected.equals(value),
                Value::Bool(value) => expected.equals(&Literal::Bool(value)),
                Value::Str(text) => {
                    Some(matches!(expected, Literal::Str(expected) if expected == text))
                }
                _ => None,
            }),
            (Self::Named(expected), value) => match value {
                Value::Literal(Literal::Str(text)) => Truth::of(Some(text == expected)),
                Value::Str(text) => Truth::of(Some(text == expected)),
                Value::Literal(Literal::Symbol(name)) => same(models, expected, name),
                Value::Symbol(name) => same(models, expected, name),
                // What a call gave may be the very thing; a number or a list is not.
                Value::Literal(Literal::Opaque) | Value::CallOf(_) => Truth::Unknown,
                _ => Truth::No,
            },
            (Self::CallOf(expected), value) => match value {
                Value::CallOf(name) => same(models, expected, name),
                Value::Symbol(_) | Value::Literal(Literal::Symbol(_) | Literal::Opaque) => {
                    Truth::Unknown
                }
                _ => Truth::No,
            },
        }
    }
}

fn truth_of(value: Value<'_>) -> Option<bool> {
    match value {
        Value::Literal(value) => value.truth(),
        Value::Bool(value) => Some(value),
        Value::Str(text) => Some(!text.is_empty()),
        // A name may stand for anything; what a call gave, too.
        _ => None,
    }
}

fn same(models: &Models, expected: &str, name: &str) -> Truth {
    if expected == name || models.canonical(expected) == models.canonical(name) {
        return Truth::Yes;
    }
    // Two names of known things are two things; what the models do not know may be either.
    Truth::of((models.knows(name) || !name.contains('.')).then_some(false))
}

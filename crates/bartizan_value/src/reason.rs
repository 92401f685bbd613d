//! Why a value is not known.

use std::fmt;
use std::sync::Arc;

/// Why a value is not known; its `Display` is a clause that ends a sentence: "not known, because …".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It is a parameter of a function that is called from elsewhere.
    Parameter(Arc<str>),
    /// Evaluating it fails with this exception.
    Raises(&'static str),
    /// Nothing of this name is defined.
    Undefined(Arc<str>),
    /// It is the result of something outside the project.
    External(Arc<str>),
    /// What is called is not known.
    Callee,
    /// This is not evaluated: an operation, a builtin, a syntax.
    NotFollowed(&'static str),
    /// It depends on a variable of the environment.
    Environment(Arc<str>),
    /// It depends on a condition that the text does not decide.
    Undecided,
    /// It depends on whether an exception is raised.
    MayRaise,
    /// It changes from round to round of a loop.
    Loop,
    /// A container that may have been changed elsewhere.
    Changed,
    /// A container of which a part is not known.
    Part,
    /// A container of which another name, or another container, holds the same object.
    Aliased,
    /// It depends on the order in which a set gives its items.
    SetOrder,
    /// An iterator that is run through more than once, or while what it runs through changes.
    Iterator,
    /// It depends on an attribute of an object that is not followed.
    Attribute(Arc<str>),
    /// A variable that several stores may have set.
    Variable(Arc<str>),
    /// The value depends on itself.
    Cycle,
    /// It is too large.
    TooLarge,
    /// It is nested too deep.
    TooDeep,
    /// Too many ways lead here.
    TooManyWays,
    /// Evaluation took too many steps.
    OutOfFuel,
    /// The text could not be read here.
    Unreadable,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(name) => write!(f, "the parameter `{name}` is passed in"),
            Self::Raises(exception) => write!(f, "it would raise {exception}"),
            Self::Undefined(name) => write!(f, "`{name}` is not defined"),
            Self::External(name) => write!(f, "`{name}` is outside the project"),
            Self::Callee => f.write_str("what is called is not known"),
            Self::NotFollowed(what) => write!(f, "{what} is not evaluated"),
            Self::Environment(name) => write!(f, "it depends on the environment variable `{name}`"),
            Self::Undecided => f.write_str("it depends on a condition that is not known"),
            Self::MayRaise => f.write_str("an exception may be raised before"),
            Self::Loop => f.write_str("it changes from round to round of a loop"),
            Self::Changed => f.write_str("it may have been changed elsewhere"),
            Self::Part => f.write_str("a part of it is not known"),
            Self::Aliased => f.write_str("the same object is held elsewhere and changed there"),
            Self::SetOrder => f.write_str("it depends on the order of a set"),
            Self::Iterator => f.write_str("an iterator is run through more than once"),
            Self::Attribute(name) => write!(f, "the attribute `{name}` is not followed"),
            Self::Variable(name) => write!(f, "`{name}` is set in several places"),
            Self::Cycle => f.write_str("it depends on itself"),
            Self::TooLarge => f.write_str("it is too large"),
            Self::TooDeep => f.write_str("it is nested too deep"),
            Self::TooManyWays => f.write_str("too many ways lead here"),
            Self::OutOfFuel => f.write_str("it takes too long to evaluate"),
            Self::Unreadable => f.write_str("the code here could not be read"),
        }
    }
}

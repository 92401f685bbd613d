//! The values that are written out in signatures and conditions.

use std::fmt;

/// A value as Python writes it down, as far as it matters here.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Str(String),
    /// Bytes, kept as the characters between the quotes.
    Bytes(String),
    /// `(a, b)`.
    Tuple(Vec<Literal>),
    /// `[a, b]`.
    List(Vec<Literal>),
    /// `{a: b}`.
    Dict(Vec<(Literal, Literal)>),
    /// Something with a name, `http.client.HTTPS_PORT`.
    Symbol(String),
    /// A default that is no literal; written `...`, as in stubs.
    Opaque,
}

impl Literal {
    /// Whether Python takes the value for true, if that is certain.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::None => Some(false),
            Self::Bool(value) => Some(*value),
            Self::Int(value) => Some(*value != 0),
            Self::Float(value) => Some(*value != 0.0),
            Self::Str(text) | Self::Bytes(text) => Some(!text.is_empty()),
            Self::Tuple(items) | Self::List(items) => Some(!items.is_empty()),
            Self::Dict(items) => Some(!items.is_empty()),
            Self::Symbol(_) | Self::Opaque => None,
        }
    }

    /// Whether Python's `==` holds between both, if that is certain: `True == 1`.
    pub fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Symbol(a), Self::Symbol(b)) if a == b => Some(true),
            (Self::Symbol(_) | Self::Opaque, _) | (_, Self::Symbol(_) | Self::Opaque) => None,
            (Self::Tuple(a), Self::Tuple(b)) | (Self::List(a), Self::List(b)) => {
                if a.len() != b.len() {
                    return Some(false);
                }
                a.iter().zip(b).try_fold(true, |all, (a, b)| Some(all && a.equals(b)?))
            }
            (Self::Dict(a), Self::Dict(b)) if a.len() != b.len() => Some(false),
            (Self::Dict(a), Self::Dict(_)) if a.is_empty() => Some(true),
            (Self::Dict(_), Self::Dict(_)) => None,
            _ => match (self.number(), other.number()) {
                (Some(a), Some(b)) => Some(a == b),
                _ => Some(self == other),
            },
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Bool(value) => Some(f64::from(*value)),
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, items: &[Literal]| {
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    f.write_str(", ")?;
                }
                write!(f, "{item}")?;
            }
            Ok(())
        };
        match self {
            Self::None => f.write_str("None"),
            Self::Bool(true) => f.write_str("True"),
            Self::Bool(false) => f.write_str("False"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Str(text) => write!(f, "{text:?}"),
            Self::Bytes(text) => write!(f, "b{text:?}"),
            Self::Tuple(items) => {
                f.write_str("(")?;
                list(f, items)?;
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
            Self::List(items) => {
                f.write_str("[")?;
                list(f, items)?;
                f.write_str("]")
            }
            Self::Dict(items) => {
                f.write_str("{")?;
                for (n, (key, value)) in items.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if n > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
            Self::Symbol(name) => f.write_str(name),
            Self::Opaque => f.write_str("..."),
        }
    }
}

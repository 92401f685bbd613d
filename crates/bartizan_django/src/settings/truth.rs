//! What Django makes of a value that it asks for its truth.

use bartizan_value::{Abstract, Condition, Constant, Evaluated, Part, Reason, Symbol};

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// Nobody knows.
    Unknown,
}

impl Truth {
    /// From what is known for certain.
    pub fn known(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// Whether the opposite holds.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }

    /// Whether both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// Whether one of them holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.negated().and(other.negated()).negated()
    }

    /// The same if both agree.
    pub fn and_also(self, other: Self) -> Self {
        if self == other { self } else { Self::Unknown }
    }
}

/// Python's truth of a value: text is true unless it is empty, `"False"` too.
pub fn truth(value: &Evaluated) -> Truth {
    match &value.value {
        Abstract::Const(constant) => Truth::known(is_truthy(constant)),
        Abstract::Seq(seq) => filled(!seq.items.is_empty(), &seq.open),
        Abstract::Map(map) => filled(!map.entries.is_empty(), &map.open),
        Abstract::Choice(choice) => all(choice.alternatives.iter().map(|way| truth(&way.value))),
        // What lies outside may be anything; a function, a class or a module is true.
        Abstract::Ref(symbol) if !is_foreign(symbol) => Truth::Yes,
        Abstract::Text(text)
            if text
                .parts
                .iter()
                .any(|part| matches!(part, Part::Literal(text) if !text.is_empty())) =>
        {
            Truth::Yes
        }
        Abstract::Apply(apply) => match &apply.symbol {
            Symbol::External(name) if is_path(name) => Truth::Yes,
            _ => Truth::Unknown,
        },
        _ => Truth::Unknown,
    }
}

/// Whether a value is `True` itself: what Django's checks ask since 4.0, where they once asked for
/// truth.
pub fn is_true(value: &Evaluated) -> Truth {
    match &value.value {
        Abstract::Const(constant) => Truth::known(*constant == Constant::Bool(true)),
        Abstract::Ref(symbol) if is_foreign(symbol) => Truth::Unknown,
        Abstract::Seq(_) | Abstract::Map(_) | Abstract::Ref(_) | Abstract::Text(_) => Truth::No,
        Abstract::Choice(choice) => all(choice.alternatives.iter().map(|way| is_true(&way.value))),
        _ => Truth::Unknown,
    }
}

/// Whether a name leads outside the project, to what may be a constant as well as a function.
fn is_foreign(symbol: &Symbol) -> bool {
    matches!(symbol, Symbol::External(name) if !name.starts_with("builtins."))
}

/// Whether something of `pathlib` is a path: what is asked of one may be anything.
fn is_path(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("pathlib.") else { return false };
    rest.split('.').skip(1).all(|part| {
        matches!(
            part,
            "parent" | "absolute" | "cwd" | "expanduser" | "home" | "joinpath" | "parents"
        ) || matches!(part, "resolve" | "with_name" | "with_suffix" | "__truediv__")
    })
}

/// What is known of a container of which some items are known, and why others may be there.
fn filled(has_items: bool, open: &Option<Reason>) -> Truth {
    match (open, has_items) {
        (None, _) | (Some(Reason::Part), true) => Truth::known(has_items),
        _ => Truth::Unknown,
    }
}

/// What is known of an item that is not among those that are known.
pub(super) fn beyond(open: &Option<Reason>) -> Option<Truth> {
    match open {
        None => Some(Truth::No),
        // Those that are known are there.
        Some(Reason::Part) => Some(Truth::Unknown),
        // They may be gone by now.
        Some(_) => None,
    }
}

fn all(mut truths: impl Iterator<Item = Truth>) -> Truth {
    match truths.next() {
        Some(first) => truths.fold(first, Truth::and_also),
        None => Truth::Unknown,
    }
}

/// Whether `value == text`.
pub fn is_text(value: &Evaluated, text: &str) -> Truth {
    match &value.value {
        Abstract::Const(_) => Truth::known(value.value.as_str() == Some(text)),
        Abstract::Ref(symbol) if is_foreign(symbol) => Truth::Unknown,
        Abstract::Seq(_) | Abstract::Map(_) | Abstract::Ref(_) => Truth::No,
        Abstract::Choice(choice) => {
            all(choice.alternatives.iter().map(|way| is_text(&way.value, text)))
        }
        _ => Truth::Unknown,
    }
}

/// Whether `text in value`, for a list and its like.
pub fn contains(value: &Evaluated, text: &str) -> Truth {
    match &value.value {
        Abstract::Seq(seq) => {
            let Some(none) = beyond(&seq.open) else { return Truth::Unknown };
            seq.items.iter().map(|item| is_text(item, text)).fold(none, Truth::or)
        }
        Abstract::Map(map) => {
            let Some(none) = beyond(&map.open) else { return Truth::Unknown };
            map.entries.iter().map(|(key, _)| is_text(key, text)).fold(none, Truth::or)
        }
        Abstract::Const(Constant::Tuple(items) | Constant::FrozenSet(items)) => {
            let is_it = |item: &Constant| matches!(item, Constant::Str(it) if &**it == text);
            Truth::known(items.iter().any(is_it))
        }
        // A text holds every part of it.
        Abstract::Const(Constant::Str(whole)) => Truth::known(whole.contains(text)),
        Abstract::Choice(choice) => {
            all(choice.alternatives.iter().map(|way| contains(&way.value, text)))
        }
        _ => Truth::Unknown,
    }
}

fn is_truthy(constant: &Constant) -> bool {
    match constant {
        Constant::None => false,
        Constant::Ellipsis => true,
        Constant::Bool(truth) => *truth,
        Constant::Int(number) => *number != 0,
        Constant::BigInt(_) => true,
        Constant::Float(number) => *number != 0.0,
        Constant::Complex { re, im } => *re != 0.0 || *im != 0.0,
        Constant::Str(text) => !text.is_empty(),
        Constant::Bytes(bytes) => !bytes.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}

/// The values that a value may be, each with the conditions under which it is that: one, unless it is
/// a choice.
pub fn alternatives(value: &Evaluated) -> Vec<(Vec<Condition>, &Evaluated)> {
    let mut found = Vec::new();
    let mut left = vec![(Vec::new(), value)];
    while let Some((when, value)) = left.pop() {
        match &value.value {
            Abstract::Choice(choice) if found.len() + left.len() < 32 => {
                for way in choice.alternatives.iter().rev() {
                    let mut all = when.clone();
                    all.extend(way.when.iter().copied());
                    left.push((all, &way.value));
                }
            }
            _ => found.push((when, value)),
        }
    }
    found
}

//! What evaluation knows of a value: a constant, a shape with holes, a choice, or why it is not known.

use std::fmt;
use std::sync::Arc;

use bartizan_ir::{ClassId, FunctionId, TryId, ValueId};

use crate::FileId;
use crate::reason::Reason;

/// A value as far as it is known, and the place in the text that decides it.
///
/// Cheap to clone. Two are equal if the same is known of both, wherever it comes from.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// What is known.
    pub value: Abstract,
    /// The literal, display, call or operator that made it.
    pub site: Site,
}

/// A node of one file's value graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    /// The file.
    pub file: FileId,
    /// The node.
    pub node: ValueId,
}

/// What is known of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Abstract {
    /// Exactly this. Tuples and frozen sets are [`Abstract::Seq`]; [`Evaluated::constant`] tells them
    /// as constants where all their items are.
    Const(Constant),
    /// Text of which some parts are known.
    Text(Arc<Text>),
    /// A list, tuple, set, or something that is iterated.
    Seq(Arc<Seq>),
    /// A dict.
    Map(Arc<Map>),
    /// A function, class or module by name.
    Ref(Symbol),
    /// A call, attribute or operator of something known by name that is not evaluated further, such
    /// as `Path(__file__).parent` or `timedelta(days=1)`.
    Apply(Arc<Apply>),
    /// One of several values, by conditions that the text does not decide.
    Choice(Arc<Choice>),
    /// Read from the environment of the process.
    Env(Arc<Env>),
    /// Not known, and why.
    Unknown(Reason),
}

/// A value that is wholly known.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// `None`
    None,
    /// `...`
    Ellipsis,
    /// `True`, `False`
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// An integer that does not fit, in decimal digits.
    BigInt(Arc<str>),
    /// A floating-point number.
    Float(f64),
    /// A complex number.
    Complex {
        /// Real part.
        re: f64,
        /// Imaginary part.
        im: f64,
    },
    /// Text.
    Str(Arc<str>),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A tuple of constants.
    Tuple(Arc<[Constant]>),
    /// A frozen set of constants, in the order in which they came.
    FrozenSet(Arc<[Constant]>),
}

/// Text of which some parts are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// In order; never two literals side by side.
    pub parts: Vec<Part>,
    weight: Weight,
}

/// A part of a [`Text`].
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// These characters.
    Literal(Arc<str>),
    /// The text of a value.
    Hole(Evaluated),
}

/// A list, tuple, set or iterable.
#[derive(Clone, Debug)]
pub struct Seq {
    /// Which.
    pub kind: SeqKind,
    /// What it holds, in order; for a set, in the order in which it came.
    pub items: Vec<Evaluated>,
    /// Why it may hold more, or something else by now; `None` if it holds exactly `items`.
    pub open: Option<Reason>,
    pub(crate) object: Object,
    /// Of an iterator or view: the containers that it looks at as it goes.
    pub(crate) sources: Vec<Object>,
    weight: Weight,
}

/// Kinds of [`Seq`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SeqKind {
    /// `list`
    List,
    /// `tuple`
    Tuple,
    /// `set`
    Set,
    /// `frozenset`
    FrozenSet,
    /// `range`
    Range,
    /// A generator, or `map`, `zip`, `filter`, `enumerate`, `reversed`: run through once.
    Iterator,
    /// `dict.keys()`
    Keys,
    /// `dict.values()`
    Values,
    /// `dict.items()`
    Items,
}

impl Seq {
    /// What stands around the elements where it is written, as Python does: an empty set is no `{}`.
    pub fn brackets(&self) -> (&'static str, &'static str) {
        let is_empty = self.items.is_empty() && self.open.is_none();
        match self.kind {
            SeqKind::List => ("[", "]"),
            SeqKind::Tuple if self.items.len() == 1 && self.open.is_none() => ("(", ",)"),
            SeqKind::Tuple => ("(", ")"),
            SeqKind::Set if is_empty => ("set(", ")"),
            SeqKind::Set => ("{", "}"),
            SeqKind::FrozenSet if is_empty => ("frozenset(", ")"),
            SeqKind::FrozenSet => ("frozenset({", "})"),
            SeqKind::Keys => ("dict_keys([", "])"),
            SeqKind::Values => ("dict_values([", "])"),
            SeqKind::Items => ("dict_items([", "])"),
            SeqKind::Range | SeqKind::Iterator => ("<[", "]>"),
        }
    }
}

/// A dict.
#[derive(Clone, Debug)]
pub struct Map {
    /// Keys and values, in the order of insertion; no key twice.
    pub entries: Vec<(Evaluated, Evaluated)>,
    /// Why it may hold more, or something else by now; `None` if it holds exactly `entries`.
    pub open: Option<Reason>,
    pub(crate) object: Object,
    weight: Weight,
}

/// A function, class or module.
#[derive(Clone, Debug, PartialEq)]
pub enum Symbol {
    /// A function or lambda of the project.
    Function(FileId, FunctionId, Closure),
    /// A class of the project.
    Class(FileId, ClassId, Closure),
    /// A module of the project.
    Module(FileId),
    /// Something outside the project, by its dotted name; builtins as `builtins.len`.
    External(Arc<str>),
}

/// Which run of the code around it a function or class was defined in; means nothing outside one
/// evaluation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Closure(pub(crate) Option<u32>);

impl PartialEq for Closure {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A call, attribute or operator of something known by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Apply {
    /// What is called; `pathlib.Path.parent` for an attribute of a `pathlib.Path`, with the object as
    /// its first argument.
    pub symbol: Symbol,
    /// With what; keywords have names.
    pub args: Vec<(Option<Arc<str>>, Evaluated)>,
    /// Whether arguments are missing from `args`: `*args`, `**kwargs` that are not known.
    pub open: bool,
    weight: Weight,
}

/// One of several values.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// At least two.
    pub alternatives: Vec<Alternative>,
    weight: Weight,
}

/// One value of a [`Choice`].
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// All must hold, as far as is known; more may have to.
    pub when: Vec<Condition>,
    /// The value then.
    pub value: Evaluated,
}

/// Something that the text does not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// A test comes out so.
    Test {
        /// The test.
        test: Site,
        /// In which run of the code around it.
        run: CodeRun,
        /// How it comes out.
        truth: bool,
    },
    /// An exception is raised, or not, in the body of a `try`.
    Raised {
        /// The file.
        file: FileId,
        /// The statement.
        tried: TryId,
        /// In which run of the code around it.
        run: CodeRun,
        /// Whether.
        truth: bool,
    },
}

/// Tells the runs of the same code apart: rounds of a loop, calls of a function. Means nothing
/// outside one evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CodeRun(pub(crate) u32);

/// A value read from the environment of the process.
#[derive(Clone, Debug, PartialEq)]
pub struct Env {
    /// The variable.
    pub name: Arc<str>,
    /// What stands for it where it is not set; without one, the code fails.
    pub default: Option<Evaluated>,
    /// The type it is turned to.
    pub cast: Cast,
}

/// What a value of the environment is turned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cast {
    /// Text, as it comes.
    Str,
    /// `int(…)`
    Int,
    /// `float(…)`
    Float,
    /// `bool(…)`: whether it is not empty.
    Bool,
    /// Whether it is a word for true: `yes`, `on`, `1`.
    Flag,
    /// The texts between its commas.
    List,
    /// Some other way.
    Other,
}

/// Which object a container is: the same after every change, so that aliases are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Object(pub(crate) u32);

impl Object {
    /// For what cannot be changed.
    pub(crate) const NONE: Object = Object(0);
}

/// What a change to a container did to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    /// What it holds changed, but it holds the same.
    Inside,
    /// A dict holds other values under the same keys.
    Values,
    /// It holds more, less, or others.
    Shape,
}

/// How deep and how large a value is, so that both stay bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weight {
    depth: u16,
    size: u32,
}

/// Values nested deeper than this are not followed.
const DEEPEST: u16 = 60;

/// Values of more parts than this are not followed: text counts a part for sixteen bytes.
const LARGEST: u32 = 200_000;

impl Weight {
    const LEAF: Weight = Weight { depth: 0, size: 1 };

    fn of<'a>(parts: impl Iterator<Item = &'a Evaluated>) -> Result<Weight, Reason> {
        let mut whole = Weight { depth: 0, size: 1 };
        for part in parts {
            let part = part.value.weight();
            whole.depth = whole.depth.max(part.depth);
            whole.size = whole.size.saturating_add(part.size);
        }
        whole.depth += 1;
        if whole.depth > DEEPEST {
            return Err(Reason::TooDeep);
        }
        if whole.size > LARGEST {
            return Err(Reason::TooLarge);
        }
        Ok(whole)
    }
}

/// Text longer than this is not built.
pub(crate) const LONGEST_TEXT: usize = 1 << 20;

/// More alternatives than this are not told apart.
pub(crate) const MOST_WAYS: usize = 8;

impl PartialEq for Evaluated {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl PartialEq for Seq {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.items == other.items && self.open == other.open
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries && self.open == other.open
    }
}

impl Evaluated {
    /// The value if it is wholly known and can never change: constants, and tuples and frozen sets of
    /// them.
    pub fn constant(&self) -> Option<Constant> {
        self.value.constant()
    }

    /// Whether the value is wholly known: constants, and closed containers of what is wholly known.
    pub fn is_known(&self) -> bool {
        self.value.is_known()
    }

    /// The same, with others in the place of those alternatives for which `other` gives one.
    #[must_use]
    pub fn with_alternatives(self, other: impl Fn(&Abstract) -> Option<Abstract>) -> Self {
        let Abstract::Choice(choice) = &self.value else { return self };
        let ways = choice.alternatives.iter().map(|way| {
            let value = other(&way.value.value)
                .map_or_else(|| way.value.clone(), |value| Self { value, site: way.value.site });
            Alternative { when: way.when.clone(), value }
        });
        Self { value: Abstract::choice(ways.collect()), site: self.site }
    }
}

impl Apply {
    /// The name of a member of an enumeration, `LIVE` of `Stage.LIVE`.
    pub fn member_name(&self) -> Option<&str> {
        match (&self.symbol, self.args.first()) {
            (Symbol::Class(..), Some((Some(own), name))) if &**own == "_name_" => {
                name.value.as_str()
            }
            _ => None,
        }
    }
}

impl Abstract {
    /// The value if it is wholly known and can never change.
    pub fn constant(&self) -> Option<Constant> {
        match self {
            Self::Const(constant) => Some(constant.clone()),
            Self::Seq(seq) if seq.open.is_none() => {
                let items = || -> Option<Arc<[Constant]>> {
                    seq.items.iter().map(Evaluated::constant).collect()
                };
                match seq.kind {
                    SeqKind::Tuple => Some(Constant::Tuple(items()?)),
                    SeqKind::FrozenSet => Some(Constant::FrozenSet(items()?)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether the value is wholly known.
    pub fn is_known(&self) -> bool {
        match self {
            Self::Const(_) => true,
            Self::Seq(seq) => {
                seq.open.is_none()
                    && seq.kind != SeqKind::Iterator
                    && seq.items.iter().all(Evaluated::is_known)
            }
            Self::Map(map) => {
                map.open.is_none()
                    && map.entries.iter().all(|(key, value)| key.is_known() && value.is_known())
            }
            _ => false,
        }
    }

    /// The text, if it is wholly known text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Const(Constant::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// Why nothing is known, if nothing is.
    pub fn unknown(&self) -> Option<&Reason> {
        match self {
            Self::Unknown(reason) => Some(reason),
            _ => None,
        }
    }

    /// Whether it is, or holds, something that can change after it was made.
    pub(crate) fn is_mutable(&self) -> bool {
        match self {
            Self::Seq(seq) => {
                matches!(seq.kind, SeqKind::List | SeqKind::Set)
                    || seq.items.iter().any(|item| item.value.is_mutable())
            }
            Self::Map(_) => true,
            Self::Choice(choice) => choice.alternatives.iter().any(|a| a.value.value.is_mutable()),
            _ => false,
        }
    }

    pub(crate) fn none() -> Self {
        Self::Const(Constant::None)
    }

    pub(crate) fn bool(truth: bool) -> Self {
        Self::Const(Constant::Bool(truth))
    }

    pub(crate) fn int(number: i64) -> Self {
        Self::Const(Constant::Int(number))
    }

    pub(crate) fn float(number: f64) -> Self {
        Self::Const(Constant::Float(number))
    }

    pub(crate) fn length(length: usize) -> Self {
        Self::Const(Constant::Int(length as i64))
    }

    /// Text, if it is of a reasonable length.
    pub(crate) fn str(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        if text.len() > LONGEST_TEXT {
            return Self::Unknown(Reason::TooLarge);
        }
        Self::Const(Constant::Str(text))
    }

    pub(crate) fn bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        if bytes.len() > LONGEST_TEXT {
            return Self::Unknown(Reason::TooLarge);
        }
        Self::Const(Constant::Bytes(bytes))
    }

    pub(crate) fn external(name: impl Into<Arc<str>>) -> Self {
        Self::Ref(Symbol::External(name.into()))
    }

    pub(crate) fn seq(
        kind: SeqKind,
        items: Vec<Evaluated>,
        open: Option<Reason>,
        object: Object,
    ) -> Self {
        match Weight::of(items.iter()) {
            Ok(weight) => {
                let sources = Vec::new();
                Self::Seq(Arc::new(Seq { kind, items, open, object, sources, weight }))
            }
            Err(reason) => Self::Unknown(reason),
        }
    }

    pub(crate) fn tuple(items: Vec<Evaluated>) -> Self {
        Self::seq(SeqKind::Tuple, items, None, Object::NONE)
    }

    /// An iterator over, or a view of, containers.
    pub(crate) fn looking_at(
        kind: SeqKind,
        items: Vec<Evaluated>,
        open: Option<Reason>,
        sources: Vec<Object>,
    ) -> Self {
        match Weight::of(items.iter()) {
            Ok(weight) => {
                let object = Object::NONE;
                Self::Seq(Arc::new(Seq { kind, items, open, object, sources, weight }))
            }
            Err(reason) => Self::Unknown(reason),
        }
    }

    pub(crate) fn iterator(items: Vec<Evaluated>, sources: Vec<Object>) -> Self {
        Self::looking_at(SeqKind::Iterator, items, None, sources)
    }

    pub(crate) fn map(
        entries: Vec<(Evaluated, Evaluated)>,
        open: Option<Reason>,
        object: Object,
    ) -> Self {
        match Weight::of(entries.iter().flat_map(|(key, value)| [key, value])) {
            Ok(weight) => Self::Map(Arc::new(Map { entries, open, object, weight })),
            Err(reason) => Self::Unknown(reason),
        }
    }

    pub(crate) fn apply(
        symbol: Symbol,
        args: Vec<(Option<Arc<str>>, Evaluated)>,
        open: bool,
    ) -> Self {
        match Weight::of(args.iter().map(|(_, value)| value)) {
            Ok(weight) => Self::Apply(Arc::new(Apply { symbol, args, open, weight })),
            Err(reason) => Self::Unknown(reason),
        }
    }

    /// One of several; the same value twice is one alternative, and of many ways none is known.
    pub(crate) fn choice(alternatives: Vec<Alternative>) -> Self {
        let mut flat: Vec<Alternative> = Vec::new();
        for alternative in alternatives {
            let Self::Choice(inner) = &alternative.value.value else {
                add_alternative(&mut flat, alternative);
                continue;
            };
            for nested in &inner.alternatives {
                // Comparing conditions costs more than anything else here: no more than needed.
                if flat.len() > MOST_WAYS {
                    return Self::Unknown(Reason::TooManyWays);
                }
                let Some(when) = both(&alternative.when, &nested.when) else { continue };
                add_alternative(&mut flat, Alternative { when, value: nested.value.clone() });
            }
        }
        match flat.len() {
            0 => Self::Unknown(Reason::Undecided),
            1 => flat.swap_remove(0).value.value,
            2..=MOST_WAYS => {
                if flat.iter().all(|a| a.value.value.unknown().is_some()) {
                    // That it raises is only certain if it does on all ways.
                    let reasons = || flat.iter().filter_map(|a| a.value.value.unknown());
                    let reason = reasons()
                        .find(|reason| !matches!(reason, Reason::Raises(_)))
                        .or_else(|| reasons().next());
                    return Self::Unknown(reason.cloned().unwrap_or(Reason::Undecided));
                }
                match Weight::of(flat.iter().map(|a| &a.value)) {
                    Ok(weight) => Self::Choice(Arc::new(Choice { alternatives: flat, weight })),
                    Err(reason) => Self::Unknown(reason),
                }
            }
            _ => Self::Unknown(Reason::TooManyWays),
        }
    }

    /// The value for whoever asks from outside, to whom two containers that hold the same are one.
    pub(crate) fn told(self) -> Self {
        let Self::Choice(choice) = &self else { return self };
        let mut told: Vec<Alternative> = Vec::with_capacity(choice.alternatives.len());
        for new in &choice.alternatives {
            match told.iter_mut().find(|old| old.value == new.value) {
                Some(old) => widen(old, &new.when),
                None => told.push(new.clone()),
            }
        }
        if told.len() == choice.alternatives.len() { self } else { Self::choice(told) }
    }

    /// Text of parts; wholly known text where no hole is left.
    pub(crate) fn text(parts: Vec<Part>) -> Self {
        let mut merged: Vec<Part> = Vec::with_capacity(parts.len());
        let mut literal = String::new();
        for part in parts {
            match part {
                Part::Literal(text) => literal.push_str(&text),
                Part::Hole(Evaluated { value: Self::Text(inner), .. }) => {
                    for part in &inner.parts {
                        match part {
                            Part::Literal(text) => literal.push_str(text),
                            Part::Hole(_) => {
                                flush(&mut literal, &mut merged);
                                merged.push(part.clone());
                            }
                        }
                    }
                }
                Part::Hole(hole) => {
                    flush(&mut literal, &mut merged);
                    merged.push(Part::Hole(hole));
                }
            }
            if literal.len() > LONGEST_TEXT {
                return Self::Unknown(Reason::TooLarge);
            }
        }
        if merged.is_empty() {
            return Self::str(literal);
        }
        flush(&mut literal, &mut merged);
        let holes = merged.iter().filter_map(|part| match part {
            Part::Hole(hole) => Some(hole),
            Part::Literal(_) => None,
        });
        match Weight::of(holes) {
            Ok(mut weight) => {
                weight.size = weight.size.saturating_add(merged.len() as u32);
                Self::Text(Arc::new(Text { parts: merged, weight }))
            }
            Err(reason) => Self::Unknown(reason),
        }
    }

    fn weight(&self) -> Weight {
        match self {
            Self::Const(Constant::Str(text)) => {
                Weight { depth: 0, size: 1 + text.len() as u32 / 16 }
            }
            Self::Const(Constant::Bytes(b)) => Weight { depth: 0, size: 1 + b.len() as u32 / 16 },
            Self::Const(_) | Self::Ref(_) | Self::Unknown(_) => Weight::LEAF,
            Self::Env(env) => match &env.default {
                Some(default) => {
                    let weight = default.value.weight();
                    Weight { depth: weight.depth + 1, ..weight }
                }
                None => Weight::LEAF,
            },
            Self::Text(text) => text.weight,
            Self::Seq(seq) => seq.weight,
            Self::Map(map) => map.weight,
            Self::Apply(apply) => apply.weight,
            Self::Choice(choice) => choice.weight,
        }
    }

    /// How many parts it has, for fuel.
    pub(crate) fn size(&self) -> u32 {
        self.weight().size
    }
}

fn flush(literal: &mut String, parts: &mut Vec<Part>) {
    if !literal.is_empty() {
        parts.push(Part::Literal(std::mem::take(literal).into()));
    }
}

fn add_alternative(flat: &mut Vec<Alternative>, new: Alternative) {
    let same = |old: &&mut Alternative| {
        old.value == new.value && are_same_objects(&old.value.value, &new.value.value)
    };
    match flat.iter_mut().find(same) {
        Some(old) => widen(old, &new.when),
        None => flat.push(new),
    }
}

/// Under either of two conditions: only what both ask for is asked for.
fn widen(old: &mut Alternative, when: &[Condition]) {
    old.when.retain(|condition| when.contains(condition));
}

/// Whether two equal values are and hold the same containers, so that what changes the one changes
/// the other.
fn are_same_objects(a: &Abstract, b: &Abstract) -> bool {
    if !a.is_mutable() {
        return true;
    }
    let all = |a: &[Evaluated], b: &[Evaluated]| {
        a.iter().zip(b).all(|(a, b)| are_same_objects(&a.value, &b.value))
    };
    match (a, b) {
        (Abstract::Seq(a), Abstract::Seq(b)) => {
            a.object == b.object && a.sources == b.sources && all(&a.items, &b.items)
        }
        (Abstract::Map(a), Abstract::Map(b)) => {
            let entries = || a.entries.iter().zip(&b.entries);
            a.object == b.object
                && entries().all(|((_, a), (_, b))| are_same_objects(&a.value, &b.value))
        }
        (Abstract::Choice(_), _) | (_, Abstract::Choice(_)) => false,
        _ => true,
    }
}

/// More conditions than this are not told of one value: nobody reads them, and comparing them would
/// cost more than all else.
const MOST_CONDITIONS: usize = 12;

/// Both sets of conditions, the first of them where they are many; `None` if they contradict each
/// other.
pub(crate) fn both(a: &[Condition], b: &[Condition]) -> Option<Vec<Condition>> {
    let mut all = a.to_vec();
    for condition in b {
        if all.contains(&condition.negated()) {
            return None;
        }
        if all.len() < MOST_CONDITIONS && !all.contains(condition) {
            all.push(*condition);
        }
    }
    Some(all)
}

impl Condition {
    fn negated(self) -> Self {
        match self {
            Self::Test { test, run, truth } => Self::Test { test, run, truth: !truth },
            Self::Raised { file, tried, run, truth } => {
                Self::Raised { file, tried, run, truth: !truth }
            }
        }
    }
}

impl SeqKind {
    /// Whether items have an order and a number.
    pub(crate) fn is_indexed(self) -> bool {
        matches!(self, Self::List | Self::Tuple | Self::Range)
    }

    /// Whether the order of the items is not known.
    pub(crate) fn is_set(self) -> bool {
        matches!(self, Self::Set | Self::FrozenSet)
    }

    /// The name of the type.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Tuple => "tuple",
            Self::Set => "set",
            Self::FrozenSet => "frozenset",
            Self::Range => "range",
            Self::Iterator => "iterator",
            Self::Keys => "dict_keys",
            Self::Values => "dict_values",
            Self::Items => "dict_items",
        }
    }
}

impl fmt::Display for Evaluated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// As Python writes it, with `<…>` for what is not known.
impl fmt::Display for Abstract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::display::display(self, f)
    }
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::display::display_constant(self, f)
    }
}

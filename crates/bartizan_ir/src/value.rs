//! The vocabulary of the value graph.

use bartizan_base::{Span, Sym, define_id};

use crate::{ClassId, CompId, FunctionId, LoopId, MutationId, PathId, PatternId, Run};

define_id! {
    /// A node of the value graph. Ids run through the whole file, in the order of evaluation as the
    /// text has it.
    ValueId
}

/// What an expression evaluates to, one step deep. Sixteen bytes; lists lie in the file's pools.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    // Constants.
    /// Text, implicit concatenation done.
    Str(Sym),
    /// Bytes, each kept as the character of the same number.
    Bytes(Sym),
    /// An integer that fits.
    Int(i64),
    /// An integer that does not fit, as decimal digits.
    BigInt(Sym),
    /// A floating-point number.
    Float(f64),
    /// The imaginary part of a complex literal.
    Imaginary(f64),
    /// `True` or `False`.
    Bool(bool),
    /// `None`.
    None,
    /// `...`
    Ellipsis,

    // Names.
    /// A parameter of the function around it; the number counts in [`crate::Function::params`].
    Param(u32),
    /// A name of the module or the builtins that is not known from the text before it. In a function
    /// (`layers` empty) it is what the module ends with. In module code `layers` lists, the oldest
    /// first, what may have bound it: an earlier value, star imports, writes to `globals()`.
    Global {
        /// The name.
        name: Sym,
        /// What may have bound it so far.
        layers: Run<Layer>,
    },
    /// A variable of an enclosing function: the union of all that is stored there.
    Capture {
        /// The name.
        name: Sym,
        /// The function that owns it.
        owner: FunctionId,
    },
    /// A name that has no value here: deleted, or bound on no way that leads here.
    Unbound,
    /// A function defined here, or a lambda.
    Function(FunctionId),
    /// A class defined here.
    Class(ClassId),
    /// What a decorator makes of a function or class.
    Decorated {
        /// The decorator, as evaluated.
        by: ValueId,
        /// The function, class, or inner decoration.
        of: ValueId,
    },
    /// `import module`, or `from module import name`; `import a.b` binds module `a`.
    Import {
        /// The module as written, without leading dots; may be empty.
        module: Sym,
        /// The name taken from it.
        name: Option<Sym>,
        /// How many leading dots.
        level: u32,
    },
    /// `from module import *`; appears in layers and effects alone.
    Star {
        /// The module as written, without leading dots.
        module: Sym,
        /// How many leading dots.
        level: u32,
    },
    /// `globals()[key] = value` or the like, in module code; appears in layers alone.
    NamespaceSet {
        /// The name, as a value.
        key: ValueId,
        /// What is stored.
        value: ValueId,
    },
    /// `globals().update(mapping)` or the like, in module code; appears in layers alone.
    NamespaceUpdate(ValueId),
    /// Any name may have changed: `exec(…)`, `globals().clear()` in module code; the call.
    NamespaceUnknown(ValueId),
    /// What earlier rounds of a loop have written to the namespace, in module code; appears in layers
    /// alone, before those of the loop.
    NamespaceRounds(LoopId),

    // Parts of values.
    /// `of.name`
    Attr {
        /// The object.
        of: ValueId,
        /// The attribute.
        name: Sym,
    },
    /// `of[key]`
    Index {
        /// The container.
        of: ValueId,
        /// The key, a [`Value::Slice`] perhaps.
        key: ValueId,
    },
    /// `lower:upper:step` inside an index.
    Slice {
        /// First.
        lower: Option<ValueId>,
        /// Behind the last.
        upper: Option<ValueId>,
        /// Stride.
        step: Option<ValueId>,
    },
    /// What iteration, unpacking or a pattern takes out of a value.
    Elem {
        /// The iterable, or the matched subject.
        of: ValueId,
        /// Which part.
        which: Part,
    },
    /// `callee(args)`
    Call {
        /// What is called; a method is an [`Value::Attr`] of its receiver.
        callee: ValueId,
        /// As written, in order.
        args: Run<Arg>,
    },

    // Operators.
    /// One comparison; a chain is an `and` of several.
    Compare {
        /// Which.
        op: CompareOp,
        /// Left side.
        left: ValueId,
        /// Right side.
        right: ValueId,
    },
    /// `and`, `or`, of two or more.
    Logic {
        /// Which.
        op: BoolOp,
        /// The operands; each is evaluated only if those before it do not decide.
        values: Run<ValueId>,
    },
    /// Arithmetic and its kin. Where a side is known to be text, see [`Value::Text`].
    Binary {
        /// Which.
        op: BinaryOp,
        /// Left side.
        left: ValueId,
        /// Right side.
        right: ValueId,
    },
    /// `-x`, `not x` …
    Unary {
        /// Which.
        op: UnaryOp,
        /// The operand.
        of: ValueId,
    },
    /// `await of`
    Await(ValueId),
    /// `yield value`: what is sent back in.
    Yield(Option<ValueId>),
    /// `yield from iterable`: what the inner generator returns.
    YieldFrom(ValueId),
    /// What `with manager as …` binds.
    Enter {
        /// The context manager.
        manager: ValueId,
        /// Whether by `async with`.
        is_async: bool,
    },
    /// What `except types as …` binds.
    Caught {
        /// The exception class or tuple; `None` for a bare `except`.
        types: Option<ValueId>,
    },

    // Built values.
    /// Text made of parts in order.
    Text {
        /// How it is written.
        form: TextForm,
        /// The parts.
        parts: Run<TextPart>,
    },
    /// `[…]`
    List(Run<Item>),
    /// `(…)`
    Tuple(Run<Item>),
    /// `{…}` of values
    Set(Run<Item>),
    /// `{…}` of pairs
    Dict(Run<Pair>),
    /// A comprehension or generator expression.
    Comp(CompId),
    /// A container after a change, or after something that may have changed it.
    Mutate(MutationId),

    // Where ways meet.
    /// `then if test else otherwise`, as expression or statement.
    Gamma {
        /// The condition.
        test: ValueId,
        /// The value where it is true.
        then: ValueId,
        /// The value where it is false.
        otherwise: ValueId,
    },
    /// A variable at the head of a loop.
    Mu {
        /// The loop.
        of: LoopId,
        /// Before the first round.
        init: ValueId,
        /// After a round.
        back: ValueId,
    },
    /// Other meetings of ways, each with its path.
    Join {
        /// What splits the ways.
        why: Why,
        /// The ways, in the order of the text.
        ways: Run<Way>,
    },
    /// A value on a branch where a test on it has come out.
    Pi {
        /// The value.
        of: ValueId,
        /// The test.
        test: ValueId,
        /// How it came out.
        truth: bool,
    },
    /// Whether a `match` pattern fits.
    Matches {
        /// The subject.
        subject: ValueId,
        /// The pattern.
        pattern: PatternId,
    },
    /// Not lowered.
    Opaque(Opaque),
}

impl Value {
    /// Whether the value is a constant as it is written: a text, a number, `True`, `None`, `...`.
    pub const fn is_literal(self) -> bool {
        matches!(
            self,
            Self::Str(_)
                | Self::Bytes(_)
                | Self::Int(_)
                | Self::BigInt(_)
                | Self::Float(_)
                | Self::Imaginary(_)
                | Self::Bool(_)
                | Self::None
                | Self::Ellipsis
        )
    }
}

/// Why a value was not lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opaque {
    /// Nested deeper than is followed.
    TooDeep,
    /// The text here is no Python.
    Syntax,
    /// A type parameter, a type alias: no value at run time that matters.
    Type,
    /// An operator that no literal reading covers, such as matrix multiplication of literals.
    Other,
    /// The body of a function that was not asked for.
    Body,
}

/// Which part of a value an [`Value::Elem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Any element: the variable of a loop.
    Each,
    /// The element at a position.
    At(u32),
    /// The element at a position counted from the end, 1 for the last.
    FromEnd(u32),
    /// What is left between the first `before` and the last `after`, as a list.
    Rest {
        /// Elements taken from the front.
        before: u16,
        /// Elements taken from the back.
        after: u16,
    },
    /// A positional sub-pattern of a class pattern (`__match_args__`, or the subject itself for
    /// builtin types).
    MatchArg(u32),
    /// A mapping without the keys that its pattern names (`**rest`).
    MappingRest,
}

/// How an argument is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// By position.
    Positional,
    /// By name.
    Keyword(Sym),
    /// `*value`
    Star,
    /// `**value`
    DoubleStar,
}

/// An argument of a call, or a base of a class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arg {
    /// How it is passed.
    pub kind: ArgKind,
    /// What is passed.
    pub value: ValueId,
    /// The argument as it is written, its name included. The value may stand elsewhere: that of a
    /// variable stands where it was stored.
    pub span: Span,
}

/// An element of a list, tuple or set display.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    /// The element, or the iterable.
    pub value: ValueId,
    /// Whether written `*value`.
    pub spread: bool,
}

/// A pair of a dict display.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The key; `None` for `**value`.
    pub key: Option<ValueId>,
    /// The value.
    pub value: ValueId,
}

/// Something that may have bound a module's name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layer {
    /// An ordinary value that was bound, [`Value::Star`], or a namespace write.
    pub value: ValueId,
    /// When it happens.
    pub path: PathId,
}

/// A way that leads to a [`Value::Join`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// The value on this way.
    pub value: ValueId,
    /// When this way is taken.
    pub path: PathId,
}

/// What splits the ways of a [`Value::Join`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// An exception may end a `try` body early.
    Try,
    /// The ways into a `finally`.
    Finally,
    /// The cases of a `match`.
    Match,
    /// `break`, or a loop that runs out.
    Break,
    /// `continue`, or the end of a loop's body.
    Continue,
    /// The `return`s of a function.
    Return,
    /// The alternatives of an or-pattern.
    Pattern,
}

/// How a text is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextForm {
    /// `"a" + b`
    Concat,
    /// `"%s" % b`
    Percent,
    /// `"{}".format(b)`
    Format,
    /// `f"{b}"`
    FString,
    /// `t"{b}"` (PEP 750): parts are kept apart at run time.
    Template,
}

/// One piece of a [`Value::Text`], with where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextPart {
    /// Literal text or a hole.
    pub piece: TextPiece,
    /// How this part is written: a hole of an f-string stays one where the text is joined to other
    /// text.
    pub form: TextForm,
    /// The literal, or the expression that fills the hole.
    pub span: Span,
}

/// Literal text, or something put in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TextPiece {
    /// Fixed text.
    Literal(Sym),
    /// A value, turned to text.
    Hole {
        /// The value.
        value: ValueId,
        /// `r` for `!r`, `%r` and so on; the conversion letter `s`, `d`, `x` … of `%`; 0 for none.
        conversion: u8,
        /// The format specification, where there is one.
        spec: Option<ValueId>,
    },
}

macro_rules! operators {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $sign:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the sign beside each says it")]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// As written in Python.
            pub fn sign(self) -> &'static str {
                match self { $(Self::$variant => $sign),+ }
            }
        }
    };
}

operators! {
    /// Comparisons.
    CompareOp {
        Eq = "==", NotEq = "!=", Lt = "<", LtE = "<=", Gt = ">", GtE = ">=",
        Is = "is", IsNot = "is not", In = "in", NotIn = "not in",
    }
}

operators! {
    /// Short-circuit operators.
    BoolOp { And = "and", Or = "or" }
}

operators! {
    /// Operators of two sides.
    BinaryOp {
        Add = "+", Sub = "-", Mult = "*", MatMult = "@", Div = "/", Mod = "%", Pow = "**",
        LShift = "<<", RShift = ">>", BitOr = "|", BitXor = "^", BitAnd = "&", FloorDiv = "//",
    }
}

operators! {
    /// Operators of one side.
    UnaryOp { Invert = "~", Not = "not", Plus = "+", Minus = "-" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Millions of these are kept: a size that grows unseen costs every scan.
    #[test]
    fn values_stay_small() {
        assert_eq!(size_of::<Value>(), 16);
        assert_eq!(size_of::<Option<ValueId>>(), 4);
        assert_eq!(size_of::<Way>(), 8);
    }
}

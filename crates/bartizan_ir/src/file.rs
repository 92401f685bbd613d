//! One file's graph: the arena, its functions and classes, loops, tries, paths and effects.

use bartizan_base::{Span, Strings, Sym, define_id};

use crate::{Arg, BinaryOp, Item, Layer, Pair, Pool, Run, TextPart, Value, ValueId, Way};

define_id! {
    /// A function, class body or module of one file. The module is always the first.
    FunctionId
}
define_id! {
    /// A class of one file.
    ClassId
}
define_id! {
    /// A comprehension of one file.
    CompId
}
define_id! {
    /// A loop of one file.
    LoopId
}
define_id! {
    /// A `try` statement of one file.
    TryId
}
define_id! {
    /// A change to a container in one file.
    MutationId
}
define_id! {
    /// A pattern of a `match` in one file.
    PatternId
}
define_id! {
    /// The conditions under which a piece of code runs.
    PathId
}

/// Everything that is kept of one Python file.
#[derive(Clone, Debug, Default)]
pub struct FileIr {
    /// Names and literals of the file.
    pub strings: Strings,
    /// The arena of values; ask with [`FileIr::value`].
    pub values: Vec<Value>,
    /// Where each value stands, beside `values`.
    pub spans: Vec<Span>,
    /// Which code evaluates the values, in stretches that share it, in order; ask with
    /// [`FileIr::stretch`].
    pub stretches: Vec<Stretch>,
    /// Functions, class bodies and, first, the module.
    pub functions: Vec<Function>,
    /// Classes.
    pub classes: Vec<Class>,
    /// Comprehensions.
    pub comps: Vec<Comp>,
    /// Loops.
    pub loops: Vec<Loop>,
    /// `try` statements.
    pub tries: Vec<Try>,
    /// Changes to containers.
    pub mutations: Vec<Mutation>,
    /// Patterns of `match` statements.
    pub patterns: Vec<Pattern>,
    /// Paths; the first is [`Path::Root`].
    pub paths: Vec<Path>,
    /// Stores to a variable of an enclosing function by `nonlocal`: owner, name, value.
    pub nonlocal_stores: Vec<(FunctionId, Sym, ValueId)>,
    /// Containers that are changed, or may be, from inside another function than their own: what
    /// they hold is never certain. Sorted.
    pub shared: Vec<ValueId>,
    /// Where module code asks for all its names at once, `list(globals())`, `change(locals())`: the call
    /// that gives them, and what each name is bound to there. In order.
    pub namespaces: Vec<(ValueId, Run<Binding>)>,
    /// Functions and classes whose code writes to the namespace of the module, and what holds them.
    pub writers: Run<Sym>,
    /// The names that they write; `None` where that may be any.
    pub written: Option<Run<Sym>>,

    /// Lists of values.
    pub ids: Pool<ValueId>,
    /// Lists of names.
    pub names: Pool<Sym>,
    /// Arguments of calls, bases of classes.
    pub args: Pool<Arg>,
    /// Elements of displays.
    pub items: Pool<Item>,
    /// Pairs of dict displays.
    pub pairs: Pool<Pair>,
    /// Pieces of texts.
    pub parts: Pool<TextPart>,
    /// Ways into joins.
    pub ways: Pool<Way>,
    /// Layers under module names.
    pub layers: Pool<Layer>,
    /// Parameters of functions.
    pub params: Pool<Param>,
    /// Final bindings of functions.
    pub bindings: Pool<Binding>,
    /// Effects of functions.
    pub effects: Pool<Effect>,
}

impl FileIr {
    /// The path of code that runs whenever its function runs.
    pub fn root_path() -> PathId {
        PathId::from_index(0)
    }

    /// The id of the module's own body.
    pub fn module() -> FunctionId {
        FunctionId::from_index(0)
    }

    /// The value behind `id`.
    pub fn value(&self, id: ValueId) -> Value {
        self.values[id.index()]
    }

    /// Where the value stands in the text.
    pub fn span(&self, id: ValueId) -> Span {
        self.spans[id.index()]
    }

    /// The code that evaluates the value: its function or class body, and its path.
    pub fn stretch(&self, id: ValueId) -> Stretch {
        let after = self.stretches.partition_point(|stretch| stretch.start as usize <= id.index());
        match after.checked_sub(1) {
            Some(at) => self.stretches[at],
            None => Stretch { start: 0, function: Self::module(), path: Self::root_path() },
        }
    }

    /// The text behind `sym`.
    pub fn str(&self, sym: Sym) -> &str {
        self.strings.get(sym)
    }

    /// The function behind `id`.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.index()]
    }

    /// The class behind `id`.
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.index()]
    }

    /// The comprehension behind `id`.
    pub fn comp(&self, id: CompId) -> &Comp {
        &self.comps[id.index()]
    }

    /// The mutation behind `id`.
    pub fn mutation(&self, id: MutationId) -> &Mutation {
        &self.mutations[id.index()]
    }

    /// The path behind `id`.
    pub fn path(&self, id: PathId) -> Path {
        self.paths[id.index()]
    }

    /// All functions with their ids.
    pub fn functions(&self) -> impl Iterator<Item = (FunctionId, &Function)> {
        self.functions.iter().enumerate().map(|(i, f)| (FunctionId::from_index(i), f))
    }

    /// All classes with their ids.
    pub fn classes(&self) -> impl Iterator<Item = (ClassId, &Class)> {
        self.classes.iter().enumerate().map(|(i, c)| (ClassId::from_index(i), c))
    }

    /// The value with which `function` leaves `name`, and where it was bound last.
    pub fn binding(&self, function: FunctionId, name: Sym) -> Option<Binding> {
        let bindings = &self.bindings[self.function(function).bindings];
        let at = bindings.binary_search_by_key(&name, |binding| binding.name).ok()?;
        Some(bindings[at])
    }

    /// Whether the container at `id` may change from inside another function.
    pub fn is_shared(&self, id: ValueId) -> bool {
        self.shared.binary_search(&id).is_ok()
    }

    /// Looks through [`Value::Pi`]s: the value whatever is known of it.
    pub fn bare(&self, mut id: ValueId) -> ValueId {
        while let Value::Pi { of, .. } = self.value(id) {
            id = of;
        }
        id
    }

    /// Gives back what growing reserved, once the file is lowered.
    pub fn shrink(&mut self) {
        self.strings.shrink();
        exactly(&mut self.values);
        exactly(&mut self.spans);
        exactly(&mut self.stretches);
        self.functions.shrink_to_fit();
        self.classes.shrink_to_fit();
        exactly(&mut self.paths);
        self.ids.shrink();
        self.args.shrink();
        self.items.shrink();
        self.pairs.shrink();
        self.parts.shrink();
        self.ways.shrink();
        self.bindings.shrink();
        self.effects.shrink();
    }
}

/// Moves a list into memory of its own size: told to shrink in place, an allocator leaves up to half of it
/// unused, and the lists of all files are kept to the end.
pub(crate) fn exactly<T: Copy>(list: &mut Vec<T>) {
    if list.capacity() - list.len() > list.len() / 16 {
        *list = list.to_vec();
    }
}

/// A stretch of values, from `start` to the next one's, that the same code evaluates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Number of the first value.
    pub start: u32,
    /// The function or class body.
    pub function: FunctionId,
    /// When: a value behind a test in the same expression has a path of its own.
    pub path: PathId,
}

/// What kind of body a [`Function`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// The file itself.
    Module,
    /// The body of a class.
    ClassBody(ClassId),
    /// `def`
    Def,
    /// `lambda`
    Lambda,
}

/// A body of code: module, class body, function or lambda.
#[derive(Clone, Debug)]
pub struct Function {
    /// What it is.
    pub kind: FunctionKind,
    /// Its name; `<module>`, `<lambda>` for those without.
    pub name: Sym,
    /// The qualified name inside the module, `CartView.post`, `outer.inner`; empty for the module.
    pub qualname: Sym,
    /// The body in which it is defined.
    pub parent: Option<FunctionId>,
    /// The class in whose body it is defined directly: it is a method.
    pub class: Option<ClassId>,
    /// Its parameters, in order.
    pub params: Run<Param>,
    /// Decorators, the outermost first; values of the parent.
    pub decorators: Run<ValueId>,
    /// The annotation of what it returns; a value of the parent.
    pub returns: Option<ValueId>,
    /// `async def`
    pub is_async: bool,
    /// Has a `yield` of its own.
    pub is_generator: bool,
    /// What it returns: one value, or the [`Value::Join`] of all ways. `None` for module and class.
    pub result: Option<ValueId>,
    /// What happens, in order.
    pub effects: Run<Effect>,
    /// The environment with which it ends, sorted by name. For the module: what others import.
    pub bindings: Run<Binding>,
    /// Every store to a name here, in order, names repeated: what an inner function may see, and what
    /// variables are called. Kept for the module and for functions. A name that is stored once has one value
    /// whenever an inner function runs; a name that is stored often has any of them.
    pub stores: Run<Binding>,
    /// The objects of its parameters as they are at the end: changed containers. Beside `params`.
    pub param_ends: Run<ValueId>,
    /// Star imports and namespace writes in the order of the text; only modules have any.
    pub layers: Run<Layer>,
    /// Names that are local here, sorted; for normal forms.
    pub locals: Run<Sym>,
    /// Names that the body of a class gives a type, in the order of the text: the fields of a data class.
    pub fields: Run<Sym>,
    /// The whole definition without decorators.
    pub span: Span,
    /// The name alone; the keyword for a lambda.
    pub name_span: Span,
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Sym,
    /// How it is filled.
    pub kind: ParamKind,
    /// Its default; a value of the body around the function.
    pub default: Option<ValueId>,
    /// Its annotation; a value of the body around the function.
    pub annotation: Option<ValueId>,
    /// Where it is named.
    pub span: Span,
}

/// How a parameter is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// By position alone.
    PositionalOnly,
    /// By position or name.
    Normal,
    /// `*args`
    Args,
    /// By name alone.
    KeywordOnly,
    /// `**kwargs`
    Kwargs,
}

/// A class.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name.
    pub name: Sym,
    /// The qualified name inside the module.
    pub qualname: Sym,
    /// The body in which it is defined.
    pub parent: FunctionId,
    /// Its own body; what it binds are the class attributes.
    pub body: FunctionId,
    /// Bases and keywords (`metaclass=…`), in order; values of the parent.
    pub bases: Run<Arg>,
    /// Decorators, the outermost first; values of the parent.
    pub decorators: Run<ValueId>,
    /// The whole definition without decorators.
    pub span: Span,
    /// The name alone.
    pub name_span: Span,
}

/// A name and a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binding {
    /// The name.
    pub name: Sym,
    /// The value.
    pub value: ValueId,
    /// Where the name was bound last.
    pub span: Span,
}

/// What a comprehension builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompKind {
    /// `[…]`
    List,
    /// `{…}` of values
    Set,
    /// `{…}` of pairs
    Dict,
    /// `(…)`
    Generator,
}

/// A comprehension. Its variables are [`Value::Elem`]s of its iterators.
#[derive(Clone, Debug, PartialEq)]
pub struct Comp {
    /// What it builds.
    pub kind: CompKind,
    /// The key of a pair.
    pub key: Option<ValueId>,
    /// The element, or the value of a pair.
    pub element: ValueId,
    /// The `for`s, the outermost first.
    pub clauses: Vec<Clause>,
}

/// One `for … in … if …` of a comprehension.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// What is run through.
    pub iterator: ValueId,
    /// The element of each round: the [`Value::Elem`] that the targets are made of.
    pub element: ValueId,
    /// All must hold.
    pub conditions: Vec<ValueId>,
    /// `async for`
    pub is_async: bool,
}

/// A loop statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Loop {
    /// `for` or `while`.
    pub kind: LoopKind,
    /// The path of its body.
    pub body: PathId,
    /// The [`Value::Mu`]s at its head.
    pub mus: Vec<ValueId>,
    /// The paths on which `break` leaves it, in the order of the text.
    pub breaks: Vec<PathId>,
    /// The statement.
    pub span: Span,
}

/// What drives a loop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LoopKind {
    /// `for` over an iterable.
    For {
        /// The iterable.
        iterator: ValueId,
        /// The element of each round.
        element: ValueId,
        /// `async for`
        is_async: bool,
    },
    /// `while` a test holds.
    While {
        /// The test, evaluated at the head of each round.
        test: ValueId,
    },
}

/// A `try` statement. All values whose ids lie between `start` and `end` are evaluated in its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Try {
    /// Number of values before the body.
    pub start: u32,
    /// Number of values with the body.
    pub end: u32,
    /// The path of the body.
    pub body: PathId,
    /// `raise` statements of the body that are caught here, if anywhere: exception and path.
    pub raises: Vec<(Option<ValueId>, PathId)>,
    /// The handlers, in order.
    pub handlers: Vec<Handler>,
    /// When the variables that the body changes got the values that a handler may see, by join.
    pub moments: Vec<Moment>,
    /// `except*`
    pub is_star: bool,
    /// Whether there is a `finally`.
    pub has_finally: bool,
}

/// When a variable got one of the values that a handler may see it hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// The [`crate::Value::Join`] at the beginning of the handler.
    pub join: ValueId,
    /// Which of its ways.
    pub way: u32,
    /// How many values the file had then: those before were evaluated.
    pub bound: u32,
    /// When the code that bound it runs.
    pub path: PathId,
}

/// One `except` of a [`Try`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handler {
    /// The class or tuple; `None` for a bare `except`.
    pub types: Option<ValueId>,
    /// The path of its body.
    pub path: PathId,
    /// Whether its body is nothing but `pass`, `...` or `continue`.
    pub is_empty: bool,
    /// `except …:`
    pub span: Span,
}

/// A change to a container: the receiver as it is afterwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutation {
    /// The container before.
    pub receiver: ValueId,
    /// What is done.
    pub op: Mutator,
    /// With what, as in the call that does it: key and value for an item.
    pub args: Run<Arg>,
    /// The call that does it, where one does; its result is a value of its own.
    pub call: Option<ValueId>,
}

/// What a mutation does. A method changes a container only if the receiver is one: for anything else
/// the new version is the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutator {
    /// `x.append(v)`
    Append,
    /// `x.extend(v)`
    Extend,
    /// `x.insert(i, v)`
    Insert,
    /// `x.remove(v)`
    Remove,
    /// `x.pop(…)`
    Pop,
    /// `x.popitem()`
    PopItem,
    /// `x.clear()`
    Clear,
    /// `x.sort(…)`
    Sort,
    /// `x.reverse()`
    Reverse,
    /// `x.update(…)`
    Update,
    /// `x.setdefault(k, v)`
    SetDefault,
    /// `x.add(v)`
    Add,
    /// `x.discard(v)`
    Discard,
    /// `x[k] = v`
    SetItem,
    /// `del x[k]`
    DelItem,
    /// `x += v` and its kin; for immutable values the new value.
    InPlace(BinaryOp),
    /// May have been changed in a way that is not known: passed to a call, changed under another
    /// name. Immutable values are as they were.
    Escape,
}

/// Why a piece of code runs. A chain through `parent` up to [`Path::Root`]: all links hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Path {
    /// Whenever its function runs.
    Root,
    /// If a test comes out so.
    Given {
        /// The rest of the chain.
        parent: PathId,
        /// The test.
        test: ValueId,
        /// How it comes out.
        truth: bool,
    },
    /// If code before it was not left on `exit` (by return, raise, break or continue).
    Escaped {
        /// The rest of the chain.
        parent: PathId,
        /// The path of the statement that leaves.
        exit: PathId,
    },
    /// In the rounds of a loop.
    Loop {
        /// The rest of the chain.
        parent: PathId,
        /// The loop.
        of: LoopId,
    },
    /// In the body of a `try`, as far as no exception ended it.
    Tried {
        /// The rest of the chain.
        parent: PathId,
        /// The statement.
        of: TryId,
    },
    /// If an exception reaches a handler.
    Handler {
        /// The rest of the chain.
        parent: PathId,
        /// The statement.
        of: TryId,
        /// Which of its handlers.
        handler: u32,
    },
    /// If the body of a `try` ends without an exception.
    Completed {
        /// The rest of the chain.
        parent: PathId,
        /// The statement.
        of: TryId,
    },
    /// Never: behind a statement that always leaves.
    Dead {
        /// The rest of the chain.
        parent: PathId,
    },
}

impl Path {
    /// The next link, `None` at the root.
    pub fn parent(self) -> Option<PathId> {
        match self {
            Self::Root => None,
            Self::Given { parent, .. }
            | Self::Escaped { parent, .. }
            | Self::Loop { parent, .. }
            | Self::Tried { parent, .. }
            | Self::Handler { parent, .. }
            | Self::Completed { parent, .. }
            | Self::Dead { parent } => Some(parent),
        }
    }
}

/// A pattern of a `match` statement; what it binds are [`Value::Elem`]s and the like.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// Fits anything: `_`, a capture.
    Any,
    /// Equal to a value.
    Equals(ValueId),
    /// The very object: `None`, `True`, `False`.
    Is(ValueId),
    /// A sequence of these; `star` is the place of `*rest`, which is not among them.
    Sequence {
        /// The patterns without the star.
        items: Vec<PatternId>,
        /// How many stand before the star.
        star: Option<u32>,
    },
    /// A mapping that has these keys.
    Mapping(Vec<(ValueId, PatternId)>),
    /// An instance of a class.
    Class {
        /// The class.
        class: ValueId,
        /// By `__match_args__`.
        positional: Vec<PatternId>,
        /// By attribute.
        keywords: Vec<(Sym, PatternId)>,
    },
    /// One of these.
    Or(Vec<PatternId>),
}

/// Something that happens, at its place in the order of things.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// What.
    pub kind: EffectKind,
    /// When.
    pub path: PathId,
    /// The expression or statement.
    pub span: Span,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EffectKind {
    /// A call, after its arguments; a [`Value::Call`].
    Call(ValueId),
    /// A change to a container; a [`Value::Mutate`] that is no escape.
    Mutate(ValueId),
    /// `object.name = value`
    StoreAttr {
        /// The object.
        object: ValueId,
        /// The attribute.
        name: Sym,
        /// What is stored.
        value: ValueId,
    },
    /// `global name; name = value`
    StoreGlobal {
        /// The name.
        name: Sym,
        /// What is stored.
        value: ValueId,
    },
    /// `nonlocal name; name = value`
    StoreCapture {
        /// The function that owns the variable.
        owner: FunctionId,
        /// The name.
        name: Sym,
        /// What is stored.
        value: ValueId,
    },
    /// An import; a [`Value::Import`] or [`Value::Star`].
    Import(ValueId),
    /// `raise exception`
    Raise(Option<ValueId>),
    /// `return value`; bare ones have none.
    Return(Option<ValueId>),
    /// `yield`, `yield from`; the value.
    Yield(ValueId),
    /// `assert test`
    Assert(ValueId),
    /// `with manager`, on entry; leaving is not an effect of its own.
    With(ValueId),
    /// `del` of an attribute or item that is no plain container's.
    Delete(ValueId),
    /// A `try` begins.
    Try(TryId),
    /// An expression stands alone as a statement and is no call.
    Evaluate(ValueId),
}

//! The value graph of one Python file: what every expression is made of, and under which conditions.
//!
//! A [`FileIr`] is built in one pass over the syntax tree and outlives it. Each function, class body
//! and the module itself becomes a [`Function`]: a piece of one file-wide arena of [`Value`]s in gated
//! SSA form, an ordered list of [`Effect`]s, and the environment with which it ends. The graph keeps
//! what pattern rules, settings, URLconfs and data flow need alike, so that nothing later looks at
//! source text to learn what code means.
//!
//! This crate knows nothing of parsers and nothing of Django.

mod builtins;
mod dump;
mod facts;
mod file;
mod pool;
mod value;

pub use builtins::{is_builtin, is_logging, is_module_name, only_reads};
pub use facts::FileFacts;
pub use file::{
    Binding, Class, ClassId, Clause, Comp, CompId, CompKind, Effect, EffectKind, FileIr, Function,
    FunctionId, FunctionKind, Handler, Loop, LoopId, LoopKind, Moment, Mutation, MutationId,
    Mutator, Param, ParamKind, Path, PathId, Pattern, PatternId, Stretch, Try, TryId,
};
pub use pool::{Pool, Run};
pub use value::{
    Arg, ArgKind, BinaryOp, BoolOp, CompareOp, Item, Layer, Opaque, Pair, Part, TextForm, TextPart,
    TextPiece, UnaryOp, Value, ValueId, Way, Why,
};

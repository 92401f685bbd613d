//! Where code speaks of the environment of the process as a whole, and to whom it hands it.

use bartizan_ir::{FileIr, Value, ValueId};

use crate::FileId;
use crate::analysis::operands;
use crate::session::Session;

/// Methods of the environment that change it.
pub(super) const WRITING: &[&str] =
    &["__delitem__", "__ior__", "__setitem__", "clear", "pop", "popitem", "setdefault", "update"];

/// What reads the environment that it is given, and leaves it as it is; a dot at the end stands for all
/// below.
const READERS: &[&str] = &[
    "builtins.",
    "collections.ChainMap",
    "collections.OrderedDict",
    "configparser.",
    "copy.",
    "decouple.",
    "dj_database_url.",
    "environ.",
    "environs.",
    "itertools.",
    "json.",
    "logging.",
    "os.",
    "pprint.",
    "string.",
    "subprocess.",
    "types.MappingProxyType",
    "typing.cast",
];

/// Of these, what changes what it is given all the same.
const WRITERS: &[&str] =
    &["builtins.setattr", "builtins.dict.update", "builtins.exec", "builtins.eval"];

/// Whether a node is `os.environ`, after changes or before.
pub(super) fn is_environ(ir: &FileIr, node: ValueId) -> bool {
    let mut node = ir.bare(node);
    for _ in 0..1_000 {
        match ir.value(node) {
            Value::Mutate(mutation) => node = ir.bare(ir.mutation(mutation).receiver),
            Value::Attr { name, .. } => return ir.str(name) == "environ",
            Value::Import { name: Some(name), .. } => return ir.str(name) == "environ",
            Value::Mu { init, .. } if init != node => node = ir.bare(init),
            // `getattr(os, "environ")`
            Value::Call { callee, args } => {
                let [_, name, ..] = &ir.args[args] else { return false };
                let is_getattr = matches!(ir.value(ir.bare(callee)), Value::Global { name, .. }
                    if ir.str(name) == "getattr");
                return is_getattr
                    && matches!(ir.value(ir.bare(name.value)), Value::Str(name)
                        if ir.str(name) == "environ");
            }
            // Another name for it.
            Value::Global { name, layers } => {
                let first = ir.layers[layers].first().map(|first| first.value);
                let bound = || ir.binding(FileIr::module(), name).map(|binding| binding.value);
                match first.or_else(bound) {
                    Some(bound) if ir.bare(bound) != node => node = ir.bare(bound),
                    _ => return false,
                }
            }
            _ => return false,
        }
    }
    false
}

/// Whether a node is one of these parameters, after changes or before.
pub(super) fn is_param(ir: &FileIr, node: ValueId, params: &[u32]) -> bool {
    let mut node = ir.bare(node);
    for _ in 0..1_000 {
        match ir.value(node) {
            Value::Mutate(mutation) => node = ir.bare(ir.mutation(mutation).receiver),
            Value::Mu { init, .. } if init != node => node = ir.bare(init),
            Value::Param(place) => return params.contains(&place),
            _ => return false,
        }
    }
    false
}

impl Session<'_> {
    /// Whether a node hands the environment, or what `is_it` says is that, to code that may change it.
    /// Functions of the project are looked into where they are called.
    pub(super) fn hands_on(
        &self,
        file: FileId,
        node: ValueId,
        is_it: &dyn Fn(ValueId) -> bool,
    ) -> bool {
        let ir = self.world.ir(file);
        match ir.value(node) {
            Value::Call { callee, args } => {
                if !ir.args[args].iter().any(|arg| is_it(arg.value))
                    || self.world.function_called(file, callee).is_some()
                {
                    return false;
                }
                let reads = |name: &str| {
                    !WRITERS.contains(&name)
                        && READERS.iter().any(|known| {
                            name == *known || known.ends_with('.') && name.starts_with(known)
                        })
                };
                match ir.value(ir.bare(callee)) {
                    // `{}.update(os.environ)`, `"{HOME}".format(**os.environ)`
                    Value::Attr { of, .. } if self.world.external(file, callee).is_none() => {
                        is_it(of)
                    }
                    Value::Global { name, .. } if self.world.is_builtin(ir.str(name)) => {
                        !reads(&format!("builtins.{}", ir.str(name)))
                    }
                    _ => !self.world.external(file, callee).is_some_and(reads),
                }
            }
            // A bound method that is kept: `put = os.environ.__setitem__`.
            Value::Attr { of, name } => {
                is_it(of)
                    && WRITING.contains(&ir.str(name))
                    && !self.world.analysis(file).is_called(node)
            }
            value @ (Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_)) => {
                let mut holds = false;
                operands(ir, value, &mut |part| holds |= is_it(part));
                holds && !is_spread(ir, value, is_it)
            }
            _ => false,
        }
    }
}

/// Whether a display takes over what the environment holds, and not the environment: `{**os.environ}`.
fn is_spread(ir: &FileIr, value: Value, is_it: &dyn Fn(ValueId) -> bool) -> bool {
    match value {
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            ir.items[items].iter().all(|item| item.spread || !is_it(item.value))
        }
        Value::Dict(pairs) => {
            ir.pairs[pairs].iter().all(|pair| pair.key.is_none() || !is_it(pair.value))
        }
        _ => false,
    }
}

//! What Python's own functions and types do with values that are known.

use std::sync::Arc;

use bartizan_ir::{BinaryOp, ValueId};

use crate::calls::{Args, listed};
use crate::domain::{Abstract, Cast, Constant, Env, Evaluated, Object, SeqKind, Symbol};
use crate::format::{reason_of, to_repr, to_str, with_spec};
use crate::mutate::pairs;
use crate::operators::{
    self, MOST_ITEMS, TYPE_ERROR, VALUE_ERROR, distinct, integer, is_typed, less, merge_entries,
    put_entry, truncate, truth, type_name,
};
use crate::parts::{iterate, iterate_unordered, over, sources};
use crate::reason::Reason;
use crate::session::{Act, Session};

/// Builtins that keep nothing of what they are given and change nothing.
#[rustfmt::skip]
const PURE: &[&str] = &[
    "abs", "all", "any", "ascii", "bin", "bool", "bytes", "callable", "chr", "complex", "dict",
    "divmod", "enumerate", "filter", "float", "format", "frozenset", "hasattr", "hash", "hex", "id",
    "int", "isinstance", "issubclass", "iter", "len", "list", "map", "max", "min", "next", "oct",
    "ord", "pow", "print", "range", "repr", "reversed", "round", "set", "sorted", "str", "sum",
    "tuple", "type", "zip", "getattr",
];

/// Other names that Python brings.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "NotImplemented", "__build_class__", "__import__", "aiter", "anext", "breakpoint", "bytearray",
    "classmethod", "compile", "copyright", "credits", "delattr", "dir", "eval", "exec", "exit",
    "globals", "help", "input", "license", "locals", "memoryview", "object", "open", "property",
    "quit", "setattr", "slice", "staticmethod", "super", "vars", "BaseExceptionGroup",
    "ExceptionGroup", "IOError", "EnvironmentError", "BrokenPipeError", "ConnectionAbortedError",
    "ConnectionRefusedError", "ConnectionResetError", "ProcessLookupError", "TabError",
    "UnicodeTranslateError", "BytesWarning", "EncodingWarning", "FutureWarning", "ImportWarning",
    "PendingDeprecationWarning", "ResourceWarning", "RuntimeWarning", "SyntaxWarning",
    "UnicodeWarning", "PythonFinalizationError",
];

/// Whether every module sees the name.
pub(crate) fn is_builtin(name: &str) -> bool {
    PURE.contains(&name)
        || OTHERS.contains(&name)
        || crate::exceptions::builtin_exception(&format!("builtins.{name}")).is_some()
}

/// Whether a builtin runs through all that it is given before it gives anything, and calls nothing of the
/// project meanwhile.
pub(crate) fn takes_all(name: &str) -> bool {
    matches!(name, "list" | "tuple" | "set" | "frozenset" | "dict" | "sum")
}

/// Whether a builtin leaves what it is given as it is, and does not hold on to it.
pub(crate) fn keeps_arguments(name: &str) -> bool {
    PURE.contains(&name) && !matches!(name, "map" | "filter" | "sorted" | "min" | "max" | "next")
        || matches!(name, "sorted" | "min" | "max")
}

impl Session<'_> {
    /// A call of a builtin by name.
    pub(crate) fn builtin(&mut self, at: Act, id: ValueId, name: &str, args: &Args) -> Evaluated {
        // Of several possible arguments, each gives its result.
        let choice =
            args.positional.iter().position(|arg| matches!(arg.value, Abstract::Choice(_)));
        if let Some(place) = choice
            && name != "print"
        {
            let site = self.site(at, id);
            let chosen = args.positional[place].clone();
            return over(&chosen, site, &mut |alternative| {
                let mut args = args.clone();
                args.positional[place] = alternative.clone();
                self.builtin(at, id, name, &args)
            });
        }
        let size: u32 = args.all().map(|arg| arg.value.size()).fold(0, u32::saturating_add);
        if let Err(reason) = self.spend(1 + size / 32) {
            return self.unknown(at, id, reason);
        }
        if args.open && name != "print" {
            return self.unknown(at, id, Reason::Part);
        }
        // What runs through an enumeration is given its members.
        let members = match (name, args.positional.as_slice()) {
            ("list" | "tuple" | "len" | "sorted" | "enumerate" | "iter", [of]) => {
                self.members_in_order(at, id, of)
            }
            _ => None,
        };
        let value = match members {
            Some(members) => {
                let args = Args { positional: vec![members], ..args.clone() };
                self.builtin_value(at, id, name, &args)
            }
            None => self.builtin_value(at, id, name, args),
        };
        self.made_or(at, id, value)
    }

    fn builtin_value(
        &mut self,
        at: Act,
        id: ValueId,
        name: &str,
        args: &Args,
    ) -> Result<Abstract, Reason> {
        if crate::exceptions::builtin_exception(&format!("builtins.{name}")).is_some() {
            let symbol = Symbol::External(format!("builtins.{name}").into());
            return Ok(Abstract::apply(symbol, listed(args.clone()), args.open));
        }
        match name {
            "print" => Ok(Abstract::none()),
            "object" if args.positional.is_empty() && args.keywords.is_empty() => {
                Ok(crate::standard::bare_object(self.fresh(at), self.site(at, id)))
            }
            "open" => self.opened_file(at, id, args),
            "len" => {
                let of = args.only()?;
                match self.special(at, id, of, "__len__", &Args::default()) {
                    Some(length) => integer(&length.value).map(Abstract::int),
                    None => length(&of.value),
                }
            }
            "str" => match args.positional.as_slice() {
                [] => Ok(Abstract::str("")),
                [value] => match self.special(at, id, value, "__str__", &Args::default()) {
                    Some(text) if text.value.as_str().is_some() => Ok(text.value),
                    Some(text) => Err(reason_of(&text.value)),
                    None => match crate::standard::durations::text(&value.value) {
                        Some(text) => Ok(Abstract::str(text)),
                        None => text_of(value),
                    },
                },
                _ => Err(Reason::NotFollowed("decoding")),
            },
            "repr" | "ascii" => {
                let text = to_repr(&args.only()?.value)?;
                if name == "ascii" && !text.is_ascii() {
                    return Err(Reason::NotFollowed("ascii()"));
                }
                Ok(Abstract::str(text))
            }
            "bool" => match args.positional.as_slice() {
                [] => Ok(Abstract::bool(false)),
                [value] => match &value.value {
                    Abstract::Env(env) => Ok(cast(env, Cast::Bool)),
                    _ => self.truth_of(at, id, value).map(Abstract::bool),
                },
                _ => Err(TYPE_ERROR),
            },
            "int" => to_int(args),
            "float" => to_float(args),
            "list" | "tuple" | "set" | "frozenset" => self.collection(at, name, args),
            "dict" => self.dict(at, args),
            "sorted" => {
                let Some(first) = args.positional.first() else { return Err(TYPE_ERROR) };
                let items = iterate_unordered(first)?;
                let items = self.sorted(at, items, args)?;
                if matches!(&first.value, Abstract::Seq(seq) if seq.kind.is_set())
                    && args.keyword("key").is_some()
                {
                    // Equal keys come in the order of the set.
                    return Err(Reason::SetOrder);
                }
                let object = self.fresh(at);
                Ok(Abstract::seq(SeqKind::List, items, None, object))
            }
            "sum" => {
                let object = self.fresh(at);
                sum(args, object)
            }
            "min" | "max" => self.extreme(at, name == "max", args),
            "any" | "all" => {
                let wanted = name == "any";
                let mut unknown = None;
                for item in iterate_unordered(args.only()?)? {
                    match truth(&item.value) {
                        Ok(found) if found == wanted => return Ok(Abstract::bool(wanted)),
                        Ok(_) => {}
                        Err(reason @ Reason::Raises(_)) => return Err(unknown.unwrap_or(reason)),
                        Err(reason) => unknown = Some(reason),
                    }
                }
                unknown.map_or(Ok(Abstract::bool(!wanted)), Err)
            }
            "range" => range(args),
            "enumerate" => {
                let (items, start) = match (args.positional.as_slice(), args.keyword("start")) {
                    ([items], None) => (items, 0),
                    ([items], Some(start)) | ([items, start], None) => {
                        (items, integer(&start.value)?)
                    }
                    _ => return Err(TYPE_ERROR),
                };
                let looked_at = sources(&items.value);
                let mut out = Vec::new();
                for (index, item) in iterate(items)?.into_iter().enumerate() {
                    let number = start.checked_add(index as i64).ok_or(Reason::TooLarge)?;
                    let number = Evaluated { value: Abstract::int(number), site: item.site };
                    let site = item.site;
                    out.push(Evaluated { value: Abstract::tuple(vec![number, item]), site });
                }
                Ok(Abstract::iterator(out, looked_at))
            }
            "zip" => zip(args),
            "map" => {
                let [function, iterables @ ..] = args.positional.as_slice() else {
                    return Err(TYPE_ERROR);
                };
                let looked_at = iterables.iter().flat_map(|it| sources(&it.value)).collect();
                let columns: Vec<Vec<Evaluated>> =
                    iterables.iter().map(iterate).collect::<Result<_, _>>()?;
                let shortest = columns.iter().map(Vec::len).min().unwrap_or(0);
                let mut out = Vec::with_capacity(shortest);
                for row in 0..shortest {
                    let row = columns.iter().map(|column| column[row].clone()).collect();
                    out.push(self.call_back(at, function, row)?);
                }
                Ok(Abstract::iterator(out, looked_at))
            }
            "filter" => {
                let [function, items] = args.exactly()?;
                let looked_at = sources(&items.value);
                let mut out = Vec::new();
                for item in iterate(items)? {
                    let keep = match &function.value {
                        Abstract::Const(Constant::None) => truth(&item.value)?,
                        _ => {
                            let kept = self.call_back(at, function, vec![item.clone()])?;
                            truth(&kept.value)?
                        }
                    };
                    if keep {
                        out.push(item);
                    }
                }
                Ok(Abstract::iterator(out, looked_at))
            }
            "reversed" => {
                let items = args.only()?;
                if !matches!(&items.value, Abstract::Seq(seq) if !seq.kind.is_set() && seq.kind != SeqKind::Iterator)
                    && !matches!(items.value, Abstract::Const(Constant::Str(_)) | Abstract::Map(_))
                {
                    return Err(if is_typed(&items.value) {
                        TYPE_ERROR
                    } else {
                        reason_of(&items.value)
                    });
                }
                let mut out = iterate(items)?;
                out.reverse();
                Ok(Abstract::iterator(out, sources(&items.value)))
            }
            "iter" => {
                let items = args.only()?;
                Ok(Abstract::iterator(iterate(items)?, sources(&items.value)))
            }
            "next" => {
                let (iterator, default) = match args.positional.as_slice() {
                    [iterator] => (iterator, None),
                    [iterator, default] => (iterator, Some(default)),
                    _ => return Err(TYPE_ERROR),
                };
                let Abstract::Seq(seq) = &iterator.value else {
                    return Err(if is_typed(&iterator.value) {
                        TYPE_ERROR
                    } else {
                        reason_of(&iterator.value)
                    });
                };
                if seq.kind != SeqKind::Iterator {
                    return Err(TYPE_ERROR);
                }
                match (iterate(iterator)?.into_iter().next(), default) {
                    (Some(item), _) => Ok(item.value),
                    (None, Some(default)) => Ok(default.value.clone()),
                    (None, None) => Err(Reason::Raises("StopIteration")),
                }
            }
            "abs" => match &args.only()?.value {
                Abstract::Const(Constant::Float(number)) => Ok(Abstract::float(number.abs())),
                value => integer(value)?.checked_abs().map(Abstract::int).ok_or(Reason::TooLarge),
            },
            "round" => round(args),
            "divmod" => {
                let [a, b] = args.exactly()?;
                let (quotient, rest) = operators::divmod(a, b)?;
                let site = a.site;
                let part = |value| Evaluated { value, site };
                Ok(Abstract::tuple(vec![part(quotient), part(rest)]))
            }
            "pow" => {
                let [a, b] = args.exactly()?;
                operators::binary(BinaryOp::Pow, a, b, Object::NONE)
            }
            "bin" | "oct" | "hex" => {
                let number = integer(&args.only()?.value)?;
                let sign = if number < 0 { "-" } else { "" };
                let magnitude = number.unsigned_abs();
                Ok(Abstract::str(match name {
                    "bin" => format!("{sign}0b{magnitude:b}"),
                    "oct" => format!("{sign}0o{magnitude:o}"),
                    _ => format!("{sign}0x{magnitude:x}"),
                }))
            }
            "ord" => match &args.only()?.value {
                Abstract::Const(Constant::Str(text)) => {
                    let mut chars = text.chars();
                    match (chars.next(), chars.next()) {
                        (Some(c), None) => Ok(Abstract::int(i64::from(u32::from(c)))),
                        _ => Err(TYPE_ERROR),
                    }
                }
                value if is_typed(value) => Err(TYPE_ERROR),
                value => Err(reason_of(value)),
            },
            "chr" => {
                let number = integer(&args.only()?.value)?;
                if (0xd800..0xe000).contains(&number) {
                    return Err(Reason::NotFollowed("a surrogate"));
                }
                let c = u32::try_from(number).ok().and_then(char::from_u32).ok_or(VALUE_ERROR)?;
                Ok(Abstract::str(c.to_string()))
            }
            "format" => match args.positional.as_slice() {
                [value] => Ok(Abstract::str(to_str(&value.value)?)),
                [value, spec] => match spec.value.as_str() {
                    Some(spec) => Ok(Abstract::str(with_spec(&value.value, spec)?)),
                    None => Err(reason_of(&spec.value)),
                },
                _ => Err(TYPE_ERROR),
            },
            "isinstance" => {
                let [value, types] = args.exactly()?;
                Ok(Abstract::bool(self.is_instance(&value.value, &types.value)?))
            }
            "type" if args.positional.len() == 3 => {
                Err(Reason::NotFollowed("a class made by `type`"))
            }
            "type" => match type_name(&args.only()?.value) {
                Some(
                    name @ ("bool" | "int" | "float" | "complex" | "str" | "bytes" | "list"
                    | "tuple" | "set" | "frozenset" | "dict" | "range"),
                ) => Ok(Abstract::external(format!("builtins.{name}"))),
                Some(_) => Err(Reason::NotFollowed("this type")),
                None => match &args.only()?.value {
                    Abstract::Apply(apply) => match &apply.symbol {
                        symbol @ Symbol::Class(..) => Ok(Abstract::Ref(symbol.clone())),
                        _ => Err(reason_of(&args.only()?.value)),
                    },
                    value => Err(reason_of(value)),
                },
            },
            "callable" => match &args.only()?.value {
                Abstract::Ref(Symbol::Function(..) | Symbol::Class(..)) => Ok(Abstract::bool(true)),
                value if is_typed(value) => Ok(Abstract::bool(false)),
                value => Err(reason_of(value)),
            },
            "getattr" => self.get_attribute(at, id, args),
            // Without an argument they tell of the code that calls them.
            "globals" | "locals" | "vars" | "dir" if args.positional.is_empty() => {
                let found = match name {
                    "dir" => self.directory_here(at, id),
                    _ => self.namespace_here(at, id),
                };
                let symbol = || Symbol::External(format!("builtins.{name}").into());
                Ok(found.unwrap_or_else(|| Abstract::apply(symbol(), Vec::new(), false)))
            }
            "vars" | "dir" if !args.positional.is_empty() => {
                let of = args.only()?;
                let found = match name {
                    "vars" => self.namespace(at, id, of),
                    _ => self.directory(at, id, of),
                };
                found.unwrap_or_else(|| Err(Reason::External(format!("builtins.{name}").into())))
            }
            "hasattr" => {
                let [value, name] = args.exactly()?;
                match (&value.value, name.value.as_str()) {
                    (Abstract::Ref(Symbol::Module(file)), Some(name)) if self.outside.is_some() => {
                        Ok(Abstract::bool(self.module_attribute(*file, name).is_some()))
                    }
                    (Abstract::Ref(Symbol::Module(file)), Some(name)) => {
                        self.module_has(at, id, *file, name).map(Abstract::bool)
                    }
                    (Abstract::Apply(made), Some(name)) if self.outside.is_some() => {
                        match &made.symbol {
                            Symbol::Class(file, class, _) => Ok(Abstract::bool(
                                self.world.member(*file, *class, name).is_some()
                                    || self.world.is_stored(*file, *class, name),
                            )),
                            _ => Err(reason_of(&value.value)),
                        }
                    }
                    (Abstract::Ref(Symbol::External(dotted)), Some(name))
                        if let Some(outside) = self.outside
                            && let Some(value) = outside.name(&format!("{dotted}.{name}")) =>
                    {
                        let is_missing = Abstract::Unknown(Reason::Raises("AttributeError"));
                        Ok(Abstract::bool(value != is_missing))
                    }
                    (value, Some(name)) if is_typed(value) && !name.starts_with("__") => {
                        Ok(Abstract::bool(crate::methods::has_method(value, name)))
                    }
                    (value, _) => Err(reason_of(value)),
                }
            }
            "bytes" => match args.positional.as_slice() {
                [] => Ok(Abstract::bytes(Vec::new())),
                [value] => match &value.value {
                    Abstract::Const(Constant::Bytes(_)) => Ok(value.value.clone()),
                    Abstract::Seq(_) => {
                        let mut bytes = Vec::new();
                        for item in iterate(value)? {
                            bytes.push(
                                u8::try_from(integer(&item.value)?).map_err(|_| VALUE_ERROR)?,
                            );
                        }
                        Ok(Abstract::bytes(bytes))
                    }
                    Abstract::Const(Constant::Str(_)) => Err(TYPE_ERROR),
                    value => {
                        let count = usize::try_from(integer(value)?).map_err(|_| VALUE_ERROR)?;
                        if count > crate::domain::LONGEST_TEXT {
                            return Err(Reason::TooLarge);
                        }
                        Ok(Abstract::bytes(vec![0; count]))
                    }
                },
                [Evaluated { value: Abstract::Const(Constant::Str(text)), .. }, encoding] => {
                    crate::methods::encode(text, encoding.value.as_str())
                }
                _ => Err(Reason::NotFollowed("this call of bytes")),
            },
            "issubclass" => {
                let [class, of] = args.exactly()?;
                match (&class.value, &of.value) {
                    (
                        Abstract::Ref(Symbol::Class(file, class, _)),
                        Abstract::Ref(Symbol::Class(of_file, of, _)),
                    ) => self
                        .world
                        .inherits_class((*file, *class), (*of_file, *of))
                        .map(Abstract::bool)
                        .ok_or(Reason::NotFollowed("the bases of a class")),
                    _ => Err(Reason::NotFollowed("issubclass()")),
                }
            }
            "hash" | "id" => Err(Reason::NotFollowed("the identity of an object")),
            "object" => {
                Ok(Abstract::apply(Symbol::External("builtins.object".into()), Vec::new(), false))
            }
            _ => Err(Reason::External(format!("builtins.{name}").into())),
        }
    }

    fn collection(&mut self, at: Act, name: &str, args: &Args) -> Result<Abstract, Reason> {
        let kind = match name {
            "list" => SeqKind::List,
            "tuple" => SeqKind::Tuple,
            "set" => SeqKind::Set,
            _ => SeqKind::FrozenSet,
        };
        let mut open = None;
        let items = match args.positional.as_slice() {
            [] => Vec::new(),
            [value] => {
                let found = if kind.is_set() { iterate_unordered(value) } else { iterate(value) };
                match (found, &value.value) {
                    (Ok(items), _) => items,
                    // What is known to be in the old one is known to be in the new one.
                    (Err(reason), Abstract::Seq(seq)) if seq.open.is_some() => {
                        open = Some(reason);
                        seq.items.clone()
                    }
                    (Err(reason), _) => return Err(reason),
                }
            }
            _ => return Err(TYPE_ERROR),
        };
        if !args.keywords.is_empty() {
            return Err(TYPE_ERROR);
        }
        let items = if kind.is_set() { distinct(items)? } else { items };
        let object = match kind {
            SeqKind::List | SeqKind::Set => self.fresh(at),
            _ => Object::NONE,
        };
        Ok(Abstract::seq(kind, items, open, object))
    }

    fn dict(&mut self, at: Act, args: &Args) -> Result<Abstract, Reason> {
        let mut entries = Vec::new();
        let mut open = None;
        match args.positional.as_slice() {
            [] => {}
            [value] => match pairs(value) {
                Ok(more) => open = merge_entries(&mut entries, &more)?,
                Err(reason @ Reason::Raises(_)) => return Err(reason),
                Err(reason) => {
                    if let Abstract::Map(map) = &value.value {
                        entries.extend(map.entries.iter().cloned());
                    }
                    open = Some(reason);
                }
            },
            _ => return Err(TYPE_ERROR),
        }
        for (name, value) in &args.keywords {
            let key = Evaluated { value: Abstract::str(name.clone()), site: value.site };
            put_entry(&mut entries, key, value.clone())?;
        }
        let object = self.fresh(at);
        Ok(Abstract::map(entries, open, object))
    }

    fn extreme(&mut self, at: Act, largest: bool, args: &Args) -> Result<Abstract, Reason> {
        let items = match args.positional.as_slice() {
            [] => return Err(TYPE_ERROR),
            [items] => iterate_unordered(items)?,
            several => several.to_vec(),
        };
        if items.is_empty() {
            return match args.keyword("default") {
                Some(default) => Ok(default.value.clone()),
                None => Err(VALUE_ERROR),
            };
        }
        let from_set = matches!(
            args.positional.as_slice(),
            [Evaluated { value: Abstract::Seq(seq), .. }] if seq.kind.is_set()
        );
        if from_set && args.keyword("key").is_some() {
            return Err(Reason::SetOrder);
        }
        let mut best: Option<(Evaluated, Evaluated)> = None;
        for item in items {
            let key = match args.keyword("key") {
                Some(key) if !matches!(key.value, Abstract::Const(Constant::None)) => {
                    self.call_back(at, key, vec![item.clone()])?
                }
                _ => item.clone(),
            };
            let better = match &best {
                None => true,
                Some((_, held)) if largest => less(&held.value, &key.value)?,
                Some((_, held)) => less(&key.value, &held.value)?,
            };
            if let Abstract::Unknown(reason) = &key.value {
                return Err(reason.clone());
            }
            if better {
                best = Some((item, key));
            }
        }
        best.map(|(item, _)| item.value).ok_or(VALUE_ERROR)
    }

    pub(crate) fn is_instance(&self, value: &Abstract, types: &Abstract) -> Result<bool, Reason> {
        match types {
            Abstract::Seq(seq) if seq.kind == SeqKind::Tuple && seq.open.is_none() => {
                let mut unknown = None;
                for item in &seq.items {
                    match self.is_instance(value, &item.value) {
                        Ok(true) => return Ok(true),
                        Ok(false) => {}
                        Err(reason) => unknown = Some(reason),
                    }
                }
                unknown.map_or(Ok(false), Err)
            }
            Abstract::Ref(Symbol::External(name)) => {
                if let Some(is_path) = crate::file_paths::is_path(value)
                    && let Some(is_instance) = crate::file_paths::is_instance(is_path, name)
                {
                    return Ok(is_instance);
                }
                let Some(wanted) = name.strip_prefix("builtins.") else {
                    return Err(Reason::External(name.clone()));
                };
                if wanted == "object" {
                    return Ok(true);
                }
                match (type_name(value), value) {
                    (Some("bool"), _) => Ok(matches!(wanted, "bool" | "int")),
                    (Some(actual), _) => Ok(actual == wanted),
                    (None, Abstract::Ref(Symbol::Function(..) | Symbol::Module(_))) => Ok(false),
                    (None, Abstract::Ref(Symbol::Class(..))) => Ok(wanted == "type"),
                    (None, value) => Err(reason_of(value)),
                }
            }
            Abstract::Ref(Symbol::Class(file, class, _)) => match value {
                Abstract::Apply(apply) => match &apply.symbol {
                    Symbol::Class(other_file, other, _) => self
                        .world
                        .inherits_class((*other_file, *other), (*file, *class))
                        .ok_or(Reason::NotFollowed("the bases of a class")),
                    _ => Err(reason_of(value)),
                },
                value if is_typed(value) => Ok(false),
                value => Err(reason_of(value)),
            },
            other => Err(reason_of(other)),
        }
    }

    fn get_attribute(&mut self, at: Act, id: ValueId, args: &Args) -> Result<Abstract, Reason> {
        let (object, name, default) = match args.positional.as_slice() {
            [object, name] => (object, name, None),
            [object, name, default] => (object, name, Some(default)),
            _ => return Err(TYPE_ERROR),
        };
        let Some(name) = name.value.as_str() else { return Err(reason_of(&name.value)) };
        let found = match &object.value {
            Abstract::Ref(Symbol::Module(file)) if self.outside.is_some() => {
                self.module_attribute(*file, name)
            }
            Abstract::Ref(Symbol::Module(file)) => match self.module_has(at, id, *file, name)? {
                true => match self.in_its_midst(at, id, *file, name) {
                    Some(found) => found,
                    None => self.module_attribute(*file, name),
                },
                false => None,
            },
            Abstract::Ref(Symbol::Class(file, class, closure)) => {
                let class = (*file, *class, *closure);
                match self.world.member(class.0, class.1, name) {
                    Some(_) => Some(self.class_attribute(at, id, class, name)),
                    None => match default {
                        Some(default) if self.outside.is_some() => Some(default.clone()),
                        _ => return Err(Reason::Attribute(name.into())),
                    },
                }
            }
            Abstract::Ref(Symbol::External(dotted)) if self.outside.is_some() => {
                let dotted = format!("{dotted}.{name}");
                match self.outside.and_then(|outside| outside.name(&dotted)) {
                    Some(Abstract::Unknown(Reason::Raises("AttributeError"))) => None,
                    Some(value) => Some(self.by_framework(at, id, value)),
                    // Whether it is there is for who answers to say.
                    None => match default {
                        Some(default) => Some(default.clone()),
                        None => Some(self.made(at, id, Abstract::external(dotted))),
                    },
                }
            }
            // An object of the project's own classes; what is not there is left to others.
            Abstract::Apply(made)
                if matches!(made.symbol, Symbol::Class(..)) && self.outside.is_none() =>
            {
                let found = self.attribute_named(at, id, object, name);
                match (&found.value, default) {
                    (Abstract::Unknown(Reason::Raises("AttributeError")), Some(default)) => {
                        Some(default.clone())
                    }
                    _ => Some(found),
                }
            }
            Abstract::Apply(_) if self.outside.is_some() => {
                let found = self.attribute_named(at, id, object, name);
                match (&found.value, default) {
                    (
                        Abstract::Unknown(Reason::Attribute(_) | Reason::Raises("AttributeError")),
                        Some(default),
                    ) => Some(default.clone()),
                    _ => Some(found),
                }
            }
            Abstract::Ref(Symbol::External(dotted)) => {
                return match default {
                    // Whether it is there, nobody knows here.
                    Some(_) => Err(Reason::External(format!("{dotted}.{name}").into())),
                    None => {
                        let dotted = format!("{dotted}.{name}");
                        Ok(self.named_outside(at, id, &dotted))
                    }
                };
            }
            value => return Err(reason_of(value)),
        };
        match (found, default) {
            (Some(found), _) => Ok(found.value),
            (None, Some(default)) => Ok(default.value.clone()),
            (None, None) => Err(Reason::Raises("AttributeError")),
        }
    }
}

/// `len(value)`
fn length(value: &Abstract) -> Result<Abstract, Reason> {
    match value {
        Abstract::Const(Constant::Str(text)) => Ok(Abstract::length(text.chars().count())),
        Abstract::Const(Constant::Bytes(bytes)) => Ok(Abstract::length(bytes.len())),
        Abstract::Seq(seq) if seq.kind == SeqKind::Iterator => Err(TYPE_ERROR),
        Abstract::Seq(seq) => match &seq.open {
            None => Ok(Abstract::length(seq.items.len())),
            Some(reason) => Err(reason.clone()),
        },
        Abstract::Map(map) => match &map.open {
            None => Ok(Abstract::length(map.entries.len())),
            Some(reason) => Err(reason.clone()),
        },
        Abstract::Const(_) => Err(TYPE_ERROR),
        value => Err(reason_of(value)),
    }
}

/// `str(value)`
pub(crate) fn text_of(value: &Evaluated) -> Result<Abstract, Reason> {
    match &value.value {
        Abstract::Text(_) => Ok(value.value.clone()),
        Abstract::Env(env) => Ok(cast(env, Cast::Str)),
        // What `os.path` gives is text.
        Abstract::Apply(_) if crate::file_paths::is_path(&value.value) == Some(false) => {
            Ok(value.value.clone())
        }
        Abstract::Apply(apply)
            if is_path(&apply.symbol) && crate::file_paths::known(apply).is_none() =>
        {
            Ok(Abstract::text(vec![crate::domain::Part::Hole(value.clone())]))
        }
        known => Ok(Abstract::str(to_str(known)?)),
    }
}

fn is_path(symbol: &Symbol) -> bool {
    matches!(symbol, Symbol::External(name) if name.starts_with("pathlib."))
}

/// A variable of the environment as another type.
fn cast(env: &Arc<Env>, cast: Cast) -> Abstract {
    Abstract::Env(Arc::new(Env { cast, ..(**env).clone() }))
}

fn to_int(args: &Args) -> Result<Abstract, Reason> {
    let base = args.positional.get(1).or(args.keyword("base"));
    let Some(value) = args.positional.first() else { return Ok(Abstract::int(0)) };
    match (&value.value, base) {
        (Abstract::Const(Constant::Str(text)), base) => {
            let base = match base {
                Some(base) => integer(&base.value)?,
                None => 10,
            };
            parse_int(text, base)
        }
        (Abstract::Const(Constant::Float(number)), None) => Ok(Abstract::int(truncate(*number)?)),
        (Abstract::Const(Constant::BigInt(_)), None) => Ok(value.value.clone()),
        (Abstract::Const(Constant::Bytes(_)), _) => Err(Reason::NotFollowed("bytes as a number")),
        (Abstract::Env(env), None) => Ok(cast(env, Cast::Int)),
        // Text of which a part is not known may be a number.
        (value @ Abstract::Text(_), _) => Err(reason_of(value)),
        (value, None) => Ok(Abstract::int(integer(value)?)),
        (value, Some(_)) if !is_typed(value) => Err(reason_of(value)),
        _ => Err(TYPE_ERROR),
    }
}

/// `int(text, base)`, with the signs, blanks and underscores that Python allows.
fn parse_int(text: &str, base: i64) -> Result<Abstract, Reason> {
    if !text.is_ascii() {
        return Err(Reason::NotFollowed("digits of other scripts"));
    }
    let text = text.trim_matches(crate::methods::is_space);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match base {
        2 => (2, lower.strip_prefix("0b").unwrap_or(&lower)),
        8 => (8, lower.strip_prefix("0o").unwrap_or(&lower)),
        16 => (16, lower.strip_prefix("0x").unwrap_or(&lower)),
        3..=7 | 9..=15 | 17..=36 => (base as u32, lower.as_str()),
        0 => return Err(Reason::NotFollowed("a number of unknown base")),
        _ => return Err(VALUE_ERROR),
    };
    // A prefix may be followed by one underscore.
    let digits = if digits.len() < lower.len() {
        digits.strip_prefix('_').unwrap_or(digits)
    } else {
        digits
    };
    if digits.is_empty()
        || digits.starts_with('_')
        || digits.ends_with('_')
        || digits.contains("__")
    {
        return Err(VALUE_ERROR);
    }
    let digits = digits.replace('_', "");
    if !digits.chars().all(|c| c.is_digit(base)) {
        return Err(VALUE_ERROR);
    }
    let magnitude = i128::from_str_radix(&digits, base).map_err(|_| Reason::TooLarge)?;
    let number = if negative { -magnitude } else { magnitude };
    i64::try_from(number).map(Abstract::int).map_err(|_| Reason::TooLarge)
}

fn to_float(args: &Args) -> Result<Abstract, Reason> {
    match args.positional.as_slice() {
        [] => Ok(Abstract::float(0.0)),
        [value] => match &value.value {
            Abstract::Const(Constant::Float(number)) => Ok(Abstract::float(*number)),
            Abstract::Const(Constant::Str(text)) => {
                if !text.is_ascii() {
                    return Err(Reason::NotFollowed("digits of other scripts"));
                }
                let text = text.trim_matches(crate::methods::is_space);
                let plain = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
                let special = matches!(&*plain, "inf" | "infinity" | "nan");
                let bad_underscore =
                    text.starts_with('_') || text.ends_with('_') || text.contains("__");
                let allowed = |c: char| c.is_ascii_digit() || "+-.eE_".contains(c);
                if !special && (bad_underscore || !text.chars().all(allowed)) {
                    return Err(VALUE_ERROR);
                }
                if text.contains('_') {
                    return Err(Reason::NotFollowed("underscores in a number"));
                }
                text.parse().map(Abstract::float).map_err(|_| VALUE_ERROR)
            }
            Abstract::Env(env) => Ok(cast(env, Cast::Float)),
            // Text of which a part is not known may be a number.
            value @ Abstract::Text(_) => Err(reason_of(value)),
            value => Ok(Abstract::float(integer(value)? as f64)),
        },
        _ => Err(TYPE_ERROR),
    }
}

/// `sum(items, start)`. Newer Pythons add floats with more care: where that would matter, the result
/// is not known.
fn sum(args: &Args, fresh: Object) -> Result<Abstract, Reason> {
    let (items, start) = match (args.positional.as_slice(), args.keyword("start")) {
        ([items], None) => (items, None),
        ([items, start], None) | ([items], Some(start)) => (items, Some(start.clone())),
        _ => return Err(TYPE_ERROR),
    };
    let mut total = match start {
        Some(start) if operators::is_text(&start.value) => return Err(TYPE_ERROR),
        Some(start) => start,
        None => Evaluated { value: Abstract::int(0), site: items.site },
    };
    let (mut plain, mut careful, mut lost) = (0.0f64, 0.0f64, 0.0f64);
    let mut has_float = false;
    let all = iterate_unordered(items)?;
    let from_set = matches!(&items.value, Abstract::Seq(seq) if seq.kind.is_set());
    for item in &all {
        if let Abstract::Const(Constant::Float(_)) = item.value {
            has_float = true;
        }
        if let Some(number) = as_float(&item.value) {
            plain += number;
            let next = careful + number;
            lost += if careful.abs() >= number.abs() {
                (careful - next) + number
            } else {
                (number - next) + careful
            };
            careful = next;
        }
        let value = operators::binary(BinaryOp::Add, &total, item, fresh)?;
        total = Evaluated { value, site: total.site };
    }
    if has_float && (plain != careful + lost || from_set && all.len() > 1) {
        return Err(Reason::NotFollowed("the last digit of a sum"));
    }
    Ok(total.value)
}

fn as_float(value: &Abstract) -> Option<f64> {
    match value {
        Abstract::Const(Constant::Float(number)) => Some(*number),
        Abstract::Const(Constant::Int(number)) => Some(*number as f64),
        _ => None,
    }
}

fn range(args: &Args) -> Result<Abstract, Reason> {
    let mut numbers = Vec::new();
    for arg in &args.positional {
        numbers.push(integer(&arg.value)?);
    }
    let (start, stop, step) = match numbers.as_slice() {
        [stop] => (0, *stop, 1),
        [start, stop] => (*start, *stop, 1),
        [start, stop, step] => (*start, *stop, *step),
        _ => return Err(TYPE_ERROR),
    };
    if step == 0 {
        return Err(VALUE_ERROR);
    }
    let distance = if step > 0 {
        i128::from(stop) - i128::from(start)
    } else {
        i128::from(start) - i128::from(stop)
    };
    let count =
        (distance.max(0) + i128::from(step.unsigned_abs()) - 1) / i128::from(step.unsigned_abs());
    if count > MOST_ITEMS as i128 {
        return Err(Reason::TooLarge);
    }
    let site = args.positional[0].site;
    let items = (0..count as i64)
        .map(|index| Evaluated { value: Abstract::int(start + index * step), site })
        .collect();
    Ok(Abstract::seq(SeqKind::Range, items, None, Object::NONE))
}

fn zip(args: &Args) -> Result<Abstract, Reason> {
    let strict = match args.keyword("strict") {
        Some(strict) => truth(&strict.value)?,
        None => false,
    };
    let looked_at = args.positional.iter().flat_map(|it| sources(&it.value)).collect();
    let columns: Vec<Vec<Evaluated>> =
        args.positional.iter().map(iterate).collect::<Result<_, _>>()?;
    let shortest = columns.iter().map(Vec::len).min().unwrap_or(0);
    if strict && columns.iter().any(|column| column.len() != shortest) {
        return Err(VALUE_ERROR);
    }
    let mut rows = Vec::with_capacity(shortest);
    for row in 0..shortest {
        let items: Vec<Evaluated> = columns.iter().map(|column| column[row].clone()).collect();
        let site = items[0].site;
        rows.push(Evaluated { value: Abstract::tuple(items), site });
    }
    Ok(Abstract::iterator(rows, looked_at))
}

/// `round(number, digits)`: to even, on the exact decimal value.
fn round(args: &Args) -> Result<Abstract, Reason> {
    let (value, digits) = match (args.positional.as_slice(), args.keyword("ndigits")) {
        ([value], None) => (value, None),
        ([value, digits], None) | ([value], Some(digits)) => (value, Some(digits)),
        _ => return Err(TYPE_ERROR),
    };
    let digits = match digits.map(|digits| &digits.value) {
        None | Some(Abstract::Const(Constant::None)) => None,
        Some(digits) => Some(integer(digits)?),
    };
    match (&value.value, digits) {
        (Abstract::Const(Constant::Float(number)), None) => {
            Ok(Abstract::int(truncate(number.round_ties_even())?))
        }
        (Abstract::Const(Constant::Float(number)), Some(digits)) => {
            if !number.is_finite() {
                return Ok(Abstract::float(*number));
            }
            if !(0..=100).contains(&digits) {
                return Err(Reason::NotFollowed("rounding to tens"));
            }
            let text = format!("{number:.*}", digits as usize);
            text.parse().map(Abstract::float).map_err(|_| Reason::NotFollowed("rounding"))
        }
        (value, None) => Ok(Abstract::int(integer(value)?)),
        (value, Some(0..)) => Ok(Abstract::int(integer(value)?)),
        (_, Some(_)) => Err(Reason::NotFollowed("rounding to tens")),
    }
}
